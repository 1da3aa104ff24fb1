"""What each family holds at once: the step `judged` on which rules, ladder and proposals build, and its cells.

A programme of the catalogue is a bit by its place there, so the set a family holds is one whole number; so is a
forbidden rule. One pass over the families groups those alike in all of it (`cells`); everything else is arithmetic on
these few rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics import definitions
from analytics.eligibility import component
from analytics.scope import Scope, Unit
from analytics.text import listing
from data.criteria_rules import printable
from data.reference import Programme, parameter, programmes
from data.rules import Forbidden, rules
from data.store import Store

MOST_NAMED = 10  # programmes outside the catalogue that a sentence names
UNCATALOGUED = 1 << 62  # holds a programme that is not in the catalogue


@dataclass(frozen=True)
class Catalogue:
    """The programmes of a snapshot. codes: all of the catalogue, in its order; loaded: those with recipients (also
    outside the families); unknown: names of programmes that are not in the catalogue."""

    codes: tuple[str, ...]
    loaded: frozenset[str]
    unknown: tuple[str, ...]

    def bit(self, code: str) -> int:
        return 1 << self.codes.index(code)

    def bits(self, codes: Iterable[str]) -> int:
        return sum(self.bit(code) for code in set(codes))

    def of(self, held: int) -> tuple[str, ...]:
        """The programmes of a set, in the catalogue's order."""
        return tuple(code for place, code in enumerate(self.codes) if held >> place & 1)

    @property
    def open_bits(self) -> int:
        """Programmes that still run, and those nobody knows of."""
        return self.bits(code for code in self.codes if not entry(code).closed) | UNCATALOGUED

    @property
    def unknown_shown(self) -> list[str]:
        """The names that are not in the catalogue as a sentence may show them: they come from a file, and a screen
        reads marks in them as markup."""
        shown = [printable(name) for name in self.unknown[:MOST_NAMED]]
        more = len(self.unknown) - len(shown)
        return [*shown, f"{more} lainnya"] if more else shown

    def absent(self, codes: Iterable[str]) -> list[str]:
        return [code for code in codes if code not in self.loaded]


@dataclass(frozen=True)
class Held:
    """The families of a scope by what they hold.

    cells: held, clash (rules certainly touched), to_check (rules touched if a period not known falls together), has,
    unsure (programmes whose component the family has; where that is not known), all whole numbers of bits; decile
    (null = not known); families, persons (null where no size is known), extreme_families, extreme_persons (sums of
    `chance`, hence fractions under `pmt_line`), status_unknown (families of unknown status).
    unrecorded: components that some programme asks for and that the snapshot knows of no family at all.
    """

    scope: Scope
    on: date
    catalogue: Catalogue
    cells: pd.DataFrame
    unrecorded: tuple[str, ...]

    @property
    def status_known(self) -> bool:
        """Somebody's status is known: otherwise nobody can be called extreme poor or not."""
        return bool(len(self.cells) and self.cells["status_unknown"].sum() < self.cells["families"].sum())


def entry(code: str) -> Programme:
    return programmes()[code]


def absent_text(absent: Iterable[str]) -> str:
    """`Daftar penerima PKH dan PIP belum dimuat.`"""
    return f"Daftar penerima {listing(list(absent))} belum dimuat."


def held_programmes(store: Store, scope: Scope, on: date | None = None) -> Held:
    """One pass over the families of a scope, by the programmes' own components in force `on` a day (today).

    Raises Refused `component_unknown` for a component in programmes.yaml that no column answers.
    """
    day = on or date.today()
    catalogue = load_catalogue(store, scope.snapshot_id)
    judged, bound = judged_sql(catalogue, day)
    cells = definitions.measure(store, "programme_cells", scope, bound, judged=judged)
    cells = definitions.integers(cells, ("decile", "families", "persons", "status_unknown"))
    cells = cells.astype({"extreme_families": "Float64", "extreme_persons": "Float64"})
    return Held(scope, day, catalogue, cells, _unrecorded(store, scope.snapshot_id, day))


def _unrecorded(store: Store, snapshot_id: str, on: date) -> tuple[str, ...]:
    asked = {name for code in programmes() for rule in [entry(code).rule(on)] if rule for name in rule.component}
    features = sorted(asked - {"poor_housing"})
    counts = ", ".join(f"count({name}) AS {name}" for name in features) or "NULL"
    row = store.one(f"SELECT {counts} FROM family_feature WHERE snapshot_id = $id", {"id": snapshot_id})
    return tuple(name for name in features if row and not row[name])


def load_catalogue(store: Store, snapshot_id: str) -> Catalogue:
    """The catalogue's programmes, and which of them a snapshot has recipients of."""
    found = store.rows("SELECT DISTINCT programme FROM enrolment WHERE snapshot_id = $id", {"id": snapshot_id})
    there = {row["programme"] for row in found}
    codes = tuple(programmes())
    return Catalogue(codes, frozenset(there & set(codes)), tuple(sorted(there - set(codes))))


def clash_rules(on: date) -> dict[str, tuple[int, Forbidden]]:
    """The forbidden rules in force that name other programmes: name -> (bit, rule)."""
    found = [(name, rule) for name, rule in rules(on).items() if isinstance(rule, Forbidden) and rule.others]
    return {name: (1 << place, rule) for place, (name, rule) in enumerate(found)}


def judged_sql(catalogue: Catalogue, on: date) -> tuple[str, dict[str, Any]]:
    """The step `judged` over `status` (analytics/sql/programmes_together.sql) and its bound values."""
    has, unsure, always = [], [], 0
    for code in catalogue.codes:
        rule = entry(code).rule(on)
        if rule is None or not rule.component:
            always |= catalogue.bit(code)
            continue
        condition = " OR ".join(_component(code, name) for name in rule.component)
        has.append(f"CASE WHEN {condition} THEN {catalogue.bit(code)} ELSE 0 END")
        unsure.append(f"CASE WHEN ({condition}) IS NULL THEN {catalogue.bit(code)} ELSE 0 END")
    pairs = [(bit, rule.programme, other) for bit, rule in clash_rules(on).values() for other in rule.others]
    sql = definitions.sql_text("programmes_together").format(
        has=" | ".join([str(always), *has]), unsure=" | ".join(["0", *unsure])
    )
    return sql, {
        "uncatalogued": list(catalogue.unknown),
        "other": UNCATALOGUED,
        "rule_bits": [bit for bit, _, _ in pairs],
        "first": [first for _, first, _ in pairs],
        "second": [second for _, _, second in pairs],
    }


def _component(programme: str, name: str) -> str:
    component(programme, name)  # refuses a name that is none
    return f"q.{name}"


# Counting over cells ------------------------------------------------------------------------------


def total(cells: pd.DataFrame, column: str) -> Any:
    """Sum of a count over cells: 0 over none, null (pd.NA) where there are some and none is known."""
    return 0 if cells.empty else cells[column].sum(min_count=1)


def count(held: Held, cells: pd.DataFrame, extreme: bool) -> tuple[Any, Any]:
    """Families and persons of some cells; of the extreme poor among them where asked. Persons of no family are 0."""
    if not extreme:
        return total(cells, "families"), total(cells, "persons")
    some = cells[cells["extreme_families"] > 0]
    families, persons = total(some, "extreme_families"), total(some, "extreme_persons")
    if held.scope.definition == "pmt_line":
        return families, persons
    return int(families), persons if pd.isna(persons) else int(persons)


# The sets families really hold ----------------------------------------------------------------------


def held_sets(held: Held, extreme: bool = False, most: int = 15) -> pd.DataFrame:
    """The most frequent sets of open programmes, largest first, and the rest together.

    programmes (tuple of codes; empty: none of them), families, persons, rest (bool; then programmes is null), sets (how
    many sets the row stands for). A family holds exactly one set, so the rows sum to all. No row stands for fewer
    families than a cell that may leave (`disclosure_threshold`), zero apart: smaller sets go into the rest, and where
    the rest itself would be small, so do the smallest of the others.
    """
    few = parameter("disclosure_threshold", held.on).value
    families, persons = ("extreme_families", "extreme_persons") if extreme else ("families", "persons")
    cells = held.cells[held.cells[families] > 0]
    by_set = cells.groupby((cells["held"] & held.catalogue.open_bits).rename("bits"))[[families, persons]]
    ordered = by_set.sum(min_count=1).reset_index().set_axis(["bits", "families", "persons"], axis="columns")
    if held.scope.definition != "pmt_line" or not extreme:
        ordered = definitions.integers(ordered, ("families", "persons"))
    ordered = ordered.sort_values(["families", "bits"], ascending=[False, True], ignore_index=True)
    shown = min(int((ordered["families"] >= few).sum()), most)
    while shown and 0 < ordered["families"].iloc[shown:].sum() < few:
        shown -= 1
    found = [
        {"programmes": set_names(held.catalogue, row["bits"]), "families": row["families"],
         "persons": row["persons"], "rest": False, "sets": 1}
        for row in ordered.iloc[:shown].to_dict("records")
    ]  # fmt: skip
    rest = ordered.iloc[shown:]
    if len(rest):
        enough = rest["families"].sum() >= few
        found.append({"programmes": None, "families": rest["families"].sum() if enough else pd.NA,
                      "persons": rest["persons"].sum(min_count=1) if enough else pd.NA,
                      "rest": True, "sets": len(rest)})  # fmt: skip
    return pd.DataFrame(found, columns=["programmes", "families", "persons", "rest", "sets"])


def set_names(catalogue: Catalogue, held: int) -> tuple[str, ...]:
    """The programmes of a set as they are written; those outside the catalogue as one."""
    return catalogue.of(held) + (("lainnya",) if held & UNCATALOGUED else ())


def programme_matrix(held: Held, unit: Unit = "families") -> pd.DataFrame:
    """Programme x programme over all families: programme, other, both, recipients, rate (both / recipients; null
    where nobody receives). unit: of both and recipients; a family of unknown size adds no persons. Programmes with a
    loaded list only, closed ones too."""
    codes = [code for code in held.catalogue.codes if code in held.catalogue.loaded]
    bits = np.array([held.catalogue.bit(code) for code in codes], dtype=np.int64)
    holds = (held.cells["held"].to_numpy(dtype=np.int64)[:, None] & bits) != 0
    both = holds.T @ (holds * held.cells[unit].fillna(0).to_numpy(dtype=float)[:, None])
    frame = pd.DataFrame(
        [
            {"programme": code, "other": other, "both": both[row, column], "recipients": both[row, row]}
            for row, code in enumerate(codes)
            for column, other in enumerate(codes)
        ],
        columns=["programme", "other", "both", "recipients"],
    )
    frame = definitions.integers(frame, ("both", "recipients"))
    frame["rate"] = frame["both"].astype("Float64") / frame["recipients"].where(frame["recipients"] > 0)
    return frame

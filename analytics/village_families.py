"""Who lives in one village and what its families lack, beside their regency: one pass over the regency's families."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from analytics import definitions
from analytics.combinations import Held
from analytics.coverage import rule_text
from analytics.coverage_cells import coverage_frame
from analytics.needs import responses
from analytics.scope import Scope
from data.planning import needs
from data.reference import programmes
from data.store import Store

# key -> (title, whether it holds, of whom it is asked); over g (the family's status) and x (its features).
TRAITS: dict[str, tuple[str, str, str]] = {
    "female_head": ("Kepala keluarga perempuan", "g.head_sex = 'female'", "true"),
    "elderly": ("Ada lansia", "g.elderly", "true"),
    "under_five": ("Ada anak di bawah lima tahun", "g.under_five", "true"),
    "disability": ("Ada penyandang disabilitas", "g.any_disability", "true"),
    "head_idle": ("Kepala keluarga tidak bekerja", "NOT x.head_working", "true"),
    "head_unschooled": ("Kepala keluarga tidak tamat SD", "x.head_education = 'none'", "true"),
    "out_of_school": ("Ada anak yang tidak bersekolah", "g.school_age_out", "g.school_age"),
}
NOBODY = "Tidak satu keluarga pun yang jawabannya diketahui."
NO_EXTREME = "Tidak ada keluarga miskin ekstrem yang jawabannya diketahui."
NO_RULE = "Belum ada aturan kelayakan yang berlaku untuk program ini."
_COUNTS = ("yes", "no", "not_applicable", "unknown")


@dataclass(frozen=True)
class Families:
    """What is counted of a village's families; all counts in families.

    traits: trait (a key of TRAITS), title, yes, no, not_applicable, unknown, share = yes / (yes + no), regency_share
    (the same of all families of the regency), reason (Indonesian; why share is null).
    needs: need, title, programme, office, yes, no, not_applicable, unknown; extreme_yes, extreme_no, extreme_unknown,
    extreme_share (the same among the extreme poor; expected numbers under `pmt_line`), regency_share (among the
    extreme poor of the regency), reason (why extreme_share is null); the most frequent among the extreme poor first.
    size, regency_size: members per family of known size; null without any. total, regency_total: families.
    """

    traits: pd.DataFrame
    needs: pd.DataFrame
    size: float | None
    regency_size: float | None
    total: int
    regency_total: int


def village_families(store: Store, scope: Scope) -> Families:
    """Counts of the one village that is the scope's region, beside its regency. Refused `need_unknown_field`."""
    asked = list(needs())
    known = ", ".join(
        f"CASE WHEN {of} THEN {holds} END AS t{place}, {of} AS b{place}"
        for place, (_, holds, of) in enumerate(TRAITS.values())
    )
    counts = [
        *(_count(f"t{place}", f"b{place}" if of != "true" else "", f"trait_{place}")
          for place, (_, _, of) in enumerate(TRAITS.values())),
        *(_count(f"n{place}", f"a{place}" if need.applies else "", f"need_{place}", extreme=True)
          for place, need in enumerate(needs().values())),
    ]  # fmt: skip
    rows = definitions.measure(
        store, "village", replace(scope, region=scope.region[:5]), {"village": scope.region},
        answers=f"{known}, {_answers()}", counts=", ".join(counts),
    )  # fmt: skip
    # Nobody here, or nobody elsewhere, is no row: then there are none of every kind.
    sums = rows.set_index("here").reindex([True, False]).astype("Float64").fillna(0)
    here, regency = sums.head(1).sum(), sums.sum()
    return Families(
        traits=_traits(here, regency),
        needs=_needs(store, scope, asked, here, regency),
        size=_quotient(here["persons"], here["sized"]),
        regency_size=_quotient(regency["persons"], regency["sized"]),
        total=int(here["families"]),
        regency_total=int(regency["families"]),
    )


def _answers() -> str:
    """n0, a0, n1, ...: whether a need holds, whether it is asked at all, out of the bits of `need_answers`."""
    return ", ".join(
        f"CASE WHEN need_known & {1 << place} <> 0 THEN need_yes & {1 << place} <> 0 END AS n{place}, "
        f"need_not_asked & {1 << place} = 0 AS a{place}"
        for place in range(len(needs()))
    )


def _count(answer: str, applies: str, name: str, extreme: bool = False) -> str:
    """Plain sums and counts: a hundred filtered aggregates take ten times as long."""
    one = f"CAST({answer} AS INTEGER)"
    parts = {f"{name}_yes": f"sum({one})", f"{name}_answered": f"count({answer})"}
    if extreme:
        parts[f"{name}_extreme_yes"] = f"sum({one} * chance)"
        parts[f"{name}_extreme_answered"] = f"sum(CAST({answer} IS NOT NULL AS INTEGER) * chance)"
    if applies:
        parts[f"{name}_na"] = f"count_if(NOT {applies})"
        parts[f"{name}_extreme_na"] = f"sum(CAST(NOT {applies} AS INTEGER) * chance)"
    return ", ".join(f"{sql} AS {column}" for column, sql in parts.items())


def _quotient(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


def _four(sums: pd.Series, name: str, everyone: str) -> dict[str, Any]:
    """Counts of the four answers, and the share of yes among those who are asked and whose answer is known."""
    yes, answered, na = (float(sums.get(f"{name}_{kind}", 0)) for kind in ("yes", "answered", "na"))
    unknown = max(float(sums[everyone]) - answered - na, 0.0)
    no = answered - yes
    return {"yes": yes, "no": no, "not_applicable": na, "unknown": unknown, "share": _quotient(yes, answered)}


def _reasons(shares: pd.Series, reason: str) -> pd.Series:
    return pd.Series([reason if pd.isna(share) else None for share in shares], index=shares.index, dtype=object)


def _traits(here: pd.Series, regency: pd.Series) -> pd.DataFrame:
    rows = [
        {"trait": key, "title": title, **_four(here, f"trait_{place}", "families"),
         "regency_share": _four(regency, f"trait_{place}", "families")["share"]}
        for place, (key, (title, _, _)) in enumerate(TRAITS.items())
    ]  # fmt: skip
    frame = pd.DataFrame(rows).astype({"share": "Float64", "regency_share": "Float64"})
    frame = definitions.integers(frame, _COUNTS)
    return frame.assign(reason=_reasons(frame["share"], NOBODY))


def _needs(store: Store, scope: Scope, asked: list[str], here: pd.Series, regency: pd.Series) -> pd.DataFrame:
    rows = []
    for place, key in enumerate(asked):
        everyone = _four(here, f"need_{place}", "families")
        poor = _four(here, f"need_{place}_extreme", "extreme")
        beside = _four(regency, f"need_{place}_extreme", "extreme")
        rows.append(
            {"need": key, **{name: everyone[name] for name in _COUNTS},
             **{f"extreme_{name}": poor[name] for name in ("yes", "no", "unknown")},
             "extreme_share": poor["share"], "regency_share": beside["share"]}
        )  # fmt: skip
    frame = pd.DataFrame(rows).astype({"extreme_share": "Float64", "regency_share": "Float64"})
    frame = definitions.integers(frame, _COUNTS)
    frame = definitions.counted(scope, frame, ("extreme_yes", "extreme_no", "extreme_unknown"))
    frame = frame.merge(responses(store).drop(columns="edited"), on="need")
    frame["reason"] = _reasons(frame["extreme_share"], NO_EXTREME)
    order = ["extreme_share", "extreme_yes", "need"]
    return frame.sort_values(order, ascending=[False, False, True], na_position="last", ignore_index=True)


def village_programmes(store: Store, scope: Scope, held: Held, on: date) -> pd.DataFrame:
    """The programmes the snapshot knows recipients of, in the village: programme, name, rule (Indonesian; null without
    a rule in force), closed, then families and persons: recipients_*, eligible_*, covered_* (eligible and receiving),
    uncovered_* (eligible and not receiving), unknown_families (eligibility not known), reason (why the eligible are
    null). Refused `component_unknown`."""
    codes = [code for code in held.catalogue.codes if code in held.catalogue.loaded]
    cells = coverage_frame(store, scope, codes, on)
    cells = cells[cells["by"] == "village"].set_index("programme").reindex(codes)
    frame = pd.DataFrame({"programme": codes})
    for unit in ("families", "persons"):
        for name, column in (("recipients", unit), ("eligible", f"eligible_{unit}"), ("covered", f"covered_{unit}")):
            frame[f"{name}_{unit}"] = cells[column].to_numpy()
    frame["unknown_families"] = cells["eligibility_unknown_families"].to_numpy()
    frame = definitions.integers(frame, tuple(frame.columns[1:]))
    for unit in ("families", "persons"):
        frame[f"uncovered_{unit}"] = frame[f"eligible_{unit}"] - frame[f"covered_{unit}"]
    entries = [programmes()[code] for code in codes]
    frame["name"] = [entry.name for entry in entries]
    frame["closed"] = [entry.closed for entry in entries]
    frame["rule"] = pd.Series([rule_text(entry.rule(on)) for entry in entries], dtype=object)
    frame["reason"] = pd.Series([None if entry.rule(on) else NO_RULE for entry in entries], dtype=object)
    return frame

"""Targeting errors by programme: who is eligible and missed, who receives and is not eligible (guide chapter IV, 4.2).

A programme's own dated rule says who is eligible; a planner may set other deciles. What a truncated frame cannot tell
is null there, with the reason beside it.
"""

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Literal

import pandas as pd

from analytics import catalogue, definitions
from analytics.coverage import rule_text
from analytics.eligibility import with_deciles
from analytics.scope import Scope
from analytics.targeting_rates import COUNTS, add_rates
from analytics.targeting_sql import (
    GROUP_NAMES,
    VALUE_NAMES,
    Rules,
    amounts,
    chosen_groups,
    group_steps,
    judged_steps,
    places,
)
from analytics.text import listing, number
from data.errors import Refused
from data.planning import unit_cost
from data.reference import Eligibility, programmes
from data.store import Store

Unit = Literal["families", "persons", "rupiah"]
Deciles = tuple[int, int] | int | None
UNITS: dict[str, str] = {"families": "keluarga", "persons": "jiwa", "rupiah": "rupiah setahun"}
KEYS = (
    "programme", "group", "value", "eligible", "recipients", "both", "exclusion_error", "inclusion_error",
    "recipients_among_noneligible", "coverage", "leakage", "differential", "cgh", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Targeting:
    """Errors of the programmes a snapshot knows recipients of, by group.

    rows: KEYS; then unit, name and group_name (Indonesian), total, quota_shortage and misallocation (their sum is
    exclusion_error), unknown_families and unknown_recipients (eligibility not known: in no other column), and total_*,
    eligible_*, recipients_*, both_* in families, persons and rupiah a year (null unless `unit` is rupiah).
    group: one of `targeting_sql.GROUPS`; value: code or word, null for `all` and where the group of a family is not
    known. Counts and rates are in `unit`; rates are null where their denominator is empty or cannot be known, and
    `reason` says why. Formulas: `add_rates`.
    programmes: programme, name, rule (Indonesian, null without), rule_status, amount_status (null: no amount),
    vintage, closed, outside_list (recipient rows of the snapshot that belong to none of its families).
    """

    scope: Scope
    unit: Unit
    rows: pd.DataFrame
    programmes: pd.DataFrame
    truncated: bool
    definition_text: str
    on: date
    warnings: tuple[str, ...]


def targeting(
    store: Store,
    scope: Scope,
    programme: str | None = None,
    group: str | tuple[str, ...] | None = None,
    cut: Deciles = None,
    on: date | None = None,
    unit: Unit | None = None,
) -> Targeting:
    """Errors of one programme, or of all, for one group, some, or all, by the rules in force `on` a day (today).

    cut: deciles (both ends; a single number: from 1) instead of those of the rule; the rule's component stays.
    unit: the scope's, unless given. Raises Refused `snapshot_unknown`, `programme_unknown`, `programme_not_loaded`,
    `group_unknown`, `cut_invalid`, `component_unknown`, `cost_part_unknown`.
    """
    day, weighed = on or date.today(), unit or scope.unit
    truncated = catalogue.snapshot(store, scope.snapshot_id).frame == "truncated"
    about = loaded_programmes(store, scope, programme)
    rules = rules_of(tuple(about["programme"]), cut, day)
    groups = chosen_groups(group)
    rows = _counts(store, scope, rules, groups, day, weighed == "rupiah") if rules else pd.DataFrame()
    costs = {code: unit_cost(code, day) for code in rules}
    about["rule"] = pd.Series([rule_text(rule) for rule in rules.values()], dtype=object)
    about["rule_status"] = pd.Series([rule.status if rule else None for rule in rules.values()], dtype=object)
    about["amount_status"] = pd.Series([cost.status if cost else None for cost in costs.values()], dtype=object)
    return Targeting(
        scope=scope,
        unit=weighed,
        rows=_rated(rows, rules, weighed, truncated, day),
        programmes=about,
        truncated=truncated,
        definition_text=definitions.definition_text(store, scope),
        on=day,
        warnings=tuple(_warnings(about, rows)),
    )


def loaded_programmes(store: Store, scope: Scope, programme: str | None = None) -> pd.DataFrame:
    """The programmes of the catalogue a snapshot knows recipients of, in the catalogue's order: see `Targeting`."""
    known = programmes()
    if programme is not None and programme not in known:
        close = get_close_matches(programme, known, 1)
        raise Refused(
            "programme_unknown",
            f"Program {programme} tidak dikenal; "
            f"{'mungkin maksud Anda ' + close[0] if close else 'gunakan ' + listing(list(known))}.",
        )
    rows = store.rows(definitions.sql_text("coverage_programmes"), {"snapshot_id": scope.snapshot_id})
    loaded = {row["programme"]: row for row in rows}
    if programme is not None and programme not in loaded:
        raise Refused(
            "programme_not_loaded",
            f"Data ini tidak memuat penerima {known[programme].name}; impor daftar penerimanya dahulu.",
        )
    codes = [code for code in known if code in loaded and programme in (None, code)]
    return pd.DataFrame(
        [
            {
                "programme": code, "name": known[code].name, "closed": known[code].closed,
                "vintage": loaded[code]["vintage"], "outside_list": loaded[code]["outside_list"],
            }
            for code in codes
        ],
        columns=["programme", "name", "closed", "vintage", "outside_list"],
    )  # fmt: skip


def rules_of(codes: tuple[str, ...], cut: Deciles, on: date) -> dict[str, Eligibility | None]:
    """The rule each programme is measured against; None where it has none and no deciles were set."""
    deciles = (1, cut) if isinstance(cut, int) else cut
    return {code: with_deciles(programmes()[code].rule(on), deciles) for code in codes}


def _counts(store: Store, scope: Scope, rules: Rules, groups: tuple[str, ...], on: date, priced: bool) -> pd.DataFrame:
    at = places(rules)
    steps = judged_steps(rules, on, priced) | group_steps(rules, groups, priced)
    rows = definitions.measure(store, "targeting", scope, {"places": list(at.values())}, **steps)
    rows["programme"] = rows["place"].map({place: code for code, place in at.items()})
    rows = rows.drop(columns="place")
    whole = [f"{count}_{unit}" for unit in ("families", "persons") for count in COUNTS]
    rows = definitions.integers(rows, (*whole, "unknown_families", "unknown_recipients"))
    return rows.astype({f"{count}_rupiah": "Float64" for count in COUNTS})


def _rated(rows: pd.DataFrame, rules: Rules, unit: Unit, truncated: bool, on: date) -> pd.DataFrame:
    if rows.empty:
        return pd.DataFrame(columns=list(KEYS))
    priced = amounts(tuple(rules), on)
    people = "families" if unit == "rupiah" else unit
    rows = rows.assign(
        unit=unit,
        group_name=rows["group"].map(GROUP_NAMES),
        name=_names(rows),
        ruled=rows["programme"].map({code: rule is not None for code, rule in rules.items()}),
        priced=True if unit != "rupiah" else rows["programme"].isin(list(priced)),
        eligible_people=rows[f"eligible_{people}"],
        total_people=rows[f"total_{people}"],
        **{count: rows[f"{count}_{unit}"] for count in COUNTS},
    )
    unruled = ~rows["ruled"].astype(bool)
    rows = add_rates(rows, truncated).drop(columns=["ruled", "priced", "eligible_people", "total_people"])
    for name in ("eligible", "both"):
        rows.loc[unruled, [f"{name}_{each}" for each in UNITS]] = pd.NA
    return rows[[*KEYS, *(column for column in rows if column not in KEYS)]]


def _names(rows: pd.DataFrame) -> pd.Series:
    """Villages and districts by the list of regions, other groups by their words."""
    names = [
        GROUP_NAMES["all"] if group == "all" else VALUE_NAMES.get((group, value), name)
        for group, value, name in zip(rows["group"], rows["value"], rows["name"], strict=True)
    ]
    return pd.Series(names, index=rows.index, dtype=object)


def _warnings(about: pd.DataFrame, rows: pd.DataFrame) -> list[str]:
    if about.empty:
        return ["Data ini tidak memuat penerima program; impor daftar penerima untuk mengukur ketepatan sasaran."]
    found = []
    outside = int(about["outside_list"].sum())
    if outside:
        found.append(
            f"{number(outside)} baris penerima tidak ditemukan di antara keluarga dalam data, jadi tidak ikut dihitung."
        )
    if rows.empty:
        return found
    # The same families stand in every grouping: one of them says how many they are.
    unknown = rows[rows["group"] == rows["group"].iloc[0]].groupby("programme")["unknown_families"].sum().max()
    if unknown:
        found.append(
            f"Kelayakan sampai {number(unknown)} keluarga tidak diketahui (desil atau syarat program kosong): mereka "
            "tidak ikut dihitung."
        )
    return found

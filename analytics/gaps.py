"""Target gaps: of the extreme poor whom a programme should reach first, how many it does not, and what that costs.

Whom the guide puts first (chapter IV, 4.3(1)), programme by programme; families, persons, rupiah a year.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics import catalogue, definitions
from analytics.gap_target import Target, amount_sql, condition_sql, targets
from analytics.inventory import Planned, planned
from analytics.pockets import find_pockets
from analytics.scope import UNIT_NAMES, Scope
from analytics.text import listing, number
from data.planning import Priority, in_force, priorities
from data.reference import parameter
from data.store import Store

PERCENTILES: dict[str | None, str] = {
    "recorded": "persentil yang tercatat dalam berkas",
    "pmt": "persentil PMT di kabupaten/kota, karena berkas tidak memuat persentil",
    None: "persentil tidak tersedia",
}
COST_PER = {"family": "keluarga", "persons": "jiwa", "school_age": "anak usia sekolah"}
_COUNTS = (
    "eligible", "reached", "gap", "unknown", "eligible_families", "reached_families", "gap_families",
    "eligible_persons", "reached_persons", "gap_persons",
)  # fmt: skip
MIXED = "keluarga, rata-rata"  # what one family costs depends on the family
_NOTHING = Priority.model_validate({"from": date.min, "source": "", "status": "verified"})


@dataclass(frozen=True)
class Gaps:
    """The gaps of a scope, in its unit; under `pmt_line` all counts are expected numbers, hence fractions.

    rows, one per open programme of the catalogue: programme, name, strategy, unit (families | persons), target
    (Indonesian), eligible = reached + gap, unknown (whose eligibility nobody can tell, beside these), planned (places
    in the inventory for this region; null: no inventory, or another unit), planned_wider (for a region that holds the
    scope, not divided), gap_after_plan, unit_cost (rupiah a year for each `cost_per`), cost (rupiah a year to close
    the gap; what is not known of a family adds nothing), cost_status (verified | unverified | null without a cost),
    cost_note, cost_incomplete (in part of the gap not all that is counted is known), substitute_for (codes, null),
    families and persons as eligible_families ... gap_persons, and reason (Indonesian: why a figure is null, or null).
    Persons are null where no family in question has a known size; else those of unknown size are missing.
    extreme: extreme poor of the scope; null where nobody's status (or size, for persons) is known.
    together: codes of the programmes the guide wants them to hold together, as far
    as lists of recipients are loaded. lacking: extreme poor who are a target of one of these and lack it; null
    without such a list, or where nobody's eligibility is known. cost_together: rupiah a year to close these gaps. cost:
    the same over all programmes in their own right, null without any; uncosted: names of those with a gap and no cost.
    percentile: recorded | pmt | None, as in PERCENTILES. planned: places planned in the scope's region and unit, each
    entry of the inventory once, though it may fill two gaps; null without an inventory.
    """

    scope: Scope
    rows: pd.DataFrame
    extreme: float | None
    together: tuple[str, ...]
    lacking: float | None
    cost_together: float | None
    cost: float | None
    unverified: bool
    uncosted: tuple[str, ...]
    percentile: str | None
    planned: float | None
    definition_text: str
    on: date
    warnings: tuple[str, ...]


def gaps(store: Store, scope: Scope, on: date | None = None) -> Gaps:
    """The gap of each open programme by the rules, priorities and costs in force `on` a day (today).

    Raises Refused `snapshot_unknown`, `component_unknown`, `cost_part_unknown`.
    """
    day = on or date.today()
    snapshot = catalogue.snapshot(store, scope.snapshot_id)
    asked = targets(day)
    loaded = {
        row["programme"]
        for row in store.rows(
            "SELECT DISTINCT programme FROM enrolment WHERE snapshot_id = $id", {"id": scope.snapshot_id}
        )
    }
    percentile = _percentile_source(store, scope)
    kinds = _kinds(store, scope, asked, percentile, snapshot.source_date or snapshot.imported_at.date(), day)
    dated = snapshot.source_date.year if snapshot.source_date else None
    plans = planned(store, scope, dated, [target.code for target in asked])
    rows = pd.DataFrame(
        [
            _row(scope, target, kinds, target.code in loaded, percentile) | _plan(plans.of(target.code))
            for target in asked
        ]
    )
    rows["gap_after_plan"] = (rows["gap"] - rows["planned"]).clip(lower=0)
    rows = definitions.counted(scope, rows, _COUNTS)
    own = rows[rows["substitute_for"].isna()]
    costed = own[own["cost"].notna()]
    wanted = in_force(priorities().combination, day)
    together = tuple(code for code in (wanted.programmes if wanted else ()) if code in loaded)
    return Gaps(
        scope=scope,
        rows=definitions.no_nan_text(rows),
        extreme=_total(kinds[scope.unit]),
        together=together,
        lacking=_lacking(scope, asked, kinds, together),
        cost_together=_sum(costed[costed["programme"].isin(together)]),
        cost=_sum(costed),
        unverified=bool((costed["cost_status"] == "unverified").any()),
        uncosted=tuple(own.loc[own["cost"].isna() & (own["gap"] > 0), "name"]),
        percentile=percentile,
        planned=plans.total,
        definition_text=definitions.definition_text(store, scope),
        on=day,
        warnings=tuple(_warnings(rows, kinds, scope, snapshot.frame == "truncated")),
    )


def _percentile_source(store: Store, scope: Scope) -> str | None:
    key = {"id": scope.snapshot_id}
    if store.one("SELECT 1 FROM family WHERE snapshot_id = $id AND percentile_recorded IS NOT NULL LIMIT 1", key):
        return "recorded"
    share = definitions.share_column(scope)
    ranked = f"SELECT 1 FROM family_rank WHERE snapshot_id = $id AND {share} IS NOT NULL LIMIT 1"
    return "pmt" if store.one(ranked, key) else None


def _kinds(
    store: Store, scope: Scope, asked: tuple[Target, ...], percentile: str | None, dated: date, day: date
) -> pd.DataFrame:
    """gaps.sql: one row per kind of family; beside its columns cost_<place> (rupiah) and open_<place> (part of what is
    paid for is not known) of each programme with a cost."""
    ranges = {
        "recorded": "s.percentile_recorded",
        "pmt": definitions.percentile_sql(f"s.share_{scope.unit}", "k.families"),
        None: "CAST(NULL AS INTEGER)",
    }
    conditions: list[str] = []
    bound: dict[str, Any] = {}
    for target in asked:
        condition, values = condition_sql(target, asked)
        conditions.append(f"{condition} AS c{target.place}")
        bound |= values
    named = sorted({name for target in asked if target.rule for name in target.rule.component})
    amounts = {target.place: amount_sql(target) for target in asked if target.cost}
    columns = {sql: number for number, sql in enumerate(dict.fromkeys((a, part) for a, _, part in amounts.values()))}
    ranked, join_ranked = "SELECT 1", ""
    if percentile == "pmt":
        bound["percentile_min_families"] = int(parameter("percentile_min_families", day).value)
        ranked = (
            f"SELECT left(village_code, 5) AS regency, count({definitions.share_column(scope)}) AS families "
            "FROM family_rank WHERE snapshot_id = $snapshot_id GROUP BY left(village_code, 5)"
        )
        join_ranked = "LEFT JOIN ranked AS k ON k.regency = left(s.village_code, 5)"
    priority = _income(asked)
    first, last = priority.percentiles or (0, 0)
    able_from, able_to = priority.able_age or (0, 200)
    pocket, unknown = _pocket_villages(store, scope, day)
    kinds = definitions.measure(
        store, "gaps", scope,
        bound | {
            "dated": dated, "first_percentile": first, "last_percentile": last, "able_from": able_from,
            "able_to": able_to, "pocket_villages": pocket, "unknown_villages": unknown,
        },
        ranked=ranked,
        join_ranked=join_ranked,
        percentile=ranges[percentile],
        open_bits=str(sum(target.bit for target in asked)),
        conditions=", ".join(conditions),
        components="".join(f"q.{name}, " for name in named),
        alike=", ".join(str(place) for place in range(1, 7 + len(named))),
        amounts=", ".join(
            f"sum(q.chance * ({amount})) AS amount{number}, bool_or({part}) AS part{number}"
            for (amount, part), number in columns.items()
        ),
        amount_sums=", ".join(
            f"sum(amount{number}) AS amount{number}, bool_or(part{number}) AS part{number}"
            for number in columns.values()
        ),
        eligible_bits=_bits(asked, "{}"),
        unknown_bits=_bits(asked, "{} IS NULL"),
    )  # fmt: skip
    return kinds.assign(
        **{
            f"cost_{place}": kinds[f"amount{columns[sql, part]}"] * value
            for place, (sql, value, part) in amounts.items()
        },
        **{f"open_{place}": kinds[f"part{columns[sql, part]}"] for place, (sql, _, part) in amounts.items()},
    )


def _bits(asked: tuple[Target, ...], condition: str) -> str:
    return " + ".join(
        f"CASE WHEN {condition.format(f'c{target.place}')} THEN {target.bit} ELSE 0 END" for target in asked
    )


def _income(asked: tuple[Target, ...]) -> Priority:
    """The priority that asks for percentiles and able members; one that asks for nothing where there is none."""
    found = [target.priority for target in asked if target.priority and target.priority.percentiles]
    return found[0] if found else _NOTHING


def _pocket_villages(store: Store, scope: Scope, day: date) -> tuple[list[str], list[str]]:
    """Villages that are pockets (and priority locations where a list is loaded), and those nobody can tell of."""
    villages = find_pockets(store, scope, day).by_village
    pocket = villages["is_pocket"] & villages["priority"].fillna(True)
    return list(villages.loc[pocket.fillna(False), "village"]), list(villages.loc[pocket.isna(), "village"])


def _row(scope: Scope, target: Target, kinds: pd.DataFrame, has_list: bool, percentile: str | None) -> dict[str, Any]:
    bit = target.bit
    eligible = (kinds["eligible"].to_numpy() & bit) > 0
    unknown = (kinds["unknown"].to_numpy() & bit) > 0
    reached = (kinds["received"].to_numpy() & bit) > 0
    unsettled = _total(kinds.loc[unknown, f"possible_{scope.unit}"])
    row: dict[str, Any] = {
        "programme": target.code, "name": target.programme.name, "strategy": target.programme.strategy,
        "unit": scope.unit, "target": target.text(), "unknown": unsettled,
        "substitute_for": " atau ".join(target.of) or None,
    }  # fmt: skip
    reason = None
    # Less than half an expected family is nobody.
    can_tell = bool(eligible.any() or kinds.loc[unknown, "possible_families"].sum() < 0.5)
    for unit in ("families", "persons"):
        counts = kinds[unit].fillna(0).to_numpy(dtype=float)
        sized = can_tell and _total(kinds.loc[eligible, unit]) is not None
        row[f"eligible_{unit}"] = counts[eligible].sum() if sized else np.nan
        row[f"reached_{unit}"] = counts[eligible & reached].sum() if sized and has_list else np.nan
        row[f"gap_{unit}"] = counts[eligible & ~reached].sum() if sized and has_list else np.nan
    for name in ("eligible", "reached", "gap"):
        row[name] = row[f"{name}_{scope.unit}"]
    if not can_tell:
        reason = _cannot_tell(target, percentile)
    elif np.isnan(row["eligible"]):
        reason = (
            "Jumlah anggota keluarga sasaran tidak diketahui, jadi jiwanya tidak dapat dihitung; pilih satuan keluarga."
        )
    elif not has_list:
        reason = "Data tidak memuat daftar penerima program ini; impor daftarnya agar celahnya dapat dihitung."
    return row | _cost(target, kinds, eligible & ~reached, row["gap_families"]) | {"reason": reason}


def _total(counts: pd.Series) -> float | None:
    """Sum of counts of kinds of families: 0 over none, None where there are some and none is known."""
    return None if len(counts) and counts.isna().all() else float(counts.sum())


def _cannot_tell(target: Target, percentile: str | None) -> str:
    """Without a count: this sentence leaves with the table, where a count of few families must not."""
    if target.priority and target.priority.percentiles and percentile is None:
        return "Persentil tidak tersedia: berkas tidak memuatnya dan belum ada peringkat PMT; latih atau pilih model."
    return "Tidak satu keluarga pun dapat dinilai: peringkat atau ciri yang diminta tidak diketahui."


def _cost(target: Target, kinds: pd.DataFrame, missed: np.ndarray, gap_families: float) -> dict[str, Any]:
    nothing = {"unit_cost": np.nan, "cost_per": None, "cost": np.nan, "cost_status": None, "cost_note": None,
               "cost_incomplete": False}  # fmt: skip
    if target.cost is None:
        return nothing | {"cost_note": "Biaya satuan program ini belum ada dalam data/reference/unit_costs.yaml."}
    parts = target.cost.parts
    single = next(iter(parts)) if len(parts) == 1 else None
    cost = float(kinds.loc[missed, f"cost_{target.place}"].sum()) if pd.notna(gap_families) else np.nan
    mean = cost / gap_families if gap_families else np.nan
    return {
        "unit_cost": parts[single] if single else mean,
        "cost_per": COST_PER.get(single, single) if single else MIXED,
        "cost": cost,
        "cost_status": target.cost.status,
        "cost_note": f"{target.cost.source}. {target.cost.note}".strip(),
        "cost_incomplete": bool(kinds.loc[missed, f"open_{target.place}"].fillna(False).any()),
    }


def _plan(plan: Planned) -> dict[str, Any]:
    within, wider = (np.nan if places is None else places for places in (plan.within, plan.wider))
    return {"planned": within, "planned_wider": wider, "plan_reason": plan.reason}


def _sum(costed: pd.DataFrame) -> float | None:
    return float(costed["cost"].sum()) if len(costed) else None


def _lacking(scope: Scope, asked: tuple[Target, ...], kinds: pd.DataFrame, together: tuple[str, ...]) -> float | None:
    """Extreme poor who are a target of one of these programmes and do not receive it."""
    counted = sum(target.bit for target in asked if target.code in together)
    if not counted:
        return None
    if not (kinds["eligible"].to_numpy() & counted).any():
        return None if (kinds["unknown"].to_numpy() & counted).any() else 0.0
    missed = (kinds["eligible"].to_numpy() & ~kinds["received"].to_numpy() & counted) > 0
    return _total(kinds.loc[missed, scope.unit])


def _warnings(rows: pd.DataFrame, kinds: pd.DataFrame, scope: Scope, truncated: bool) -> list[str]:
    found = []
    unit = UNIT_NAMES[scope.unit]
    unjudged = float(kinds["unjudged"].sum())
    if unjudged:
        found.append(f"{number(unjudged)} keluarga belum dapat dinilai: tidak diketahui miskin ekstrem atau bukan.")
    partly = rows[rows["eligible"].notna() & (rows["unknown"] > 0)]
    if len(partly):
        found.append(
            f"Syarat {listing(list(partly['programme']))} tidak diketahui pada sebagian {unit} (terbanyak "
            f"{number(partly['unknown'].max())}): sasarannya batas bawah."
        )
    if scope.unit == "persons" and kinds["unsized"].any():
        found.append("Sebagian keluarga tanpa jumlah anggota: jiwanya tidak terhitung.")
    if rows["cost_incomplete"].any():
        codes = listing(list(rows.loc[rows["cost_incomplete"], "programme"]))
        found.append(f"Biaya {codes} batas bawah: jumlah anggota atau ciri sebagian keluarga tidak diketahui.")
    if truncated:
        found.append("Berkas hanya memuat bagian termiskin: keluarga di luar daftar tidak terlihat.")
    return found


def strategy_titles() -> dict[str, str]:
    """Strategy -> its title, in the guide's order."""
    return {code: strategy.title for code, strategy in priorities().strategies.items()}

"""How the benefits of one programme lie over the ranking: incidence, concentration, unequal treatment of equals."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics import catalogue, definitions
from analytics.scope import Scope
from analytics.targeting import Deciles, Unit, loaded_programmes, rules_of
from analytics.targeting_rates import NO_AMOUNT, NO_RECIPIENT
from analytics.targeting_sql import judged_steps, places
from data.reference import parameter
from data.store import Store

TRUNCATED = (
    "Berkas hanya memuat bagian termiskin: penerima di luar daftar tidak terlihat, sehingga pembagian manfaat menurut "
    "desil dan kurva konsentrasi tidak dapat dihitung."
)
NO_RANK = "Keluarga dalam lingkup ini tidak punya desil."
NO_PERCENTILE = (
    "Persentil keluarga tidak diketahui, sehingga keluarga yang hampir sama miskinnya tidak dapat dibandingkan; latih "
    "model PMT atau impor data berpersentil."
)


@dataclass(frozen=True)
class Incidence:
    """Where the benefits of one programme go. Null results have their reason (Indonesian) beside them.

    by_decile: decile (1 to 10), families, recipients (families), share_population and share_benefit (0 to 1, in
    `unit`; under rupiah the population counts families). curve: population, benefit (cumulated shares from the
    poorest on, from 0 to 1), at the ends of percentiles where these are known, else of deciles (`step`). coefficient:
    -1 (all to the poorest) to 1; 0: alike for all. reason: why these are empty. unranked: families left out, whose
    place is not known.
    unequal_all, unequal_eligible: chance (0 to 1) that another family within `window` percentiles is treated
    differently, among all and among eligible families; percentile_of: recorded | pmt; unequal_reason: why null.
    """

    programme: str
    unit: Unit
    by_decile: pd.DataFrame
    curve: pd.DataFrame
    coefficient: float | None
    step: str
    reason: str | None
    unranked: int
    window: int
    percentile_of: str | None
    unequal_all: float | None
    unequal_eligible: float | None
    unequal_reason: str | None


def incidence(
    store: Store,
    scope: Scope,
    programme: str,
    cut: Deciles = None,
    on: date | None = None,
    unit: Unit | None = None,
) -> Incidence:
    """The incidence of a programme over the scope's ranking. Raises Refused as `targeting` does."""
    day, weighed = on or date.today(), unit or scope.unit
    loaded_programmes(store, scope, programme)
    percentile_of = _percentile_of(store, scope)
    cells = _cells(store, scope, programme, cut, percentile_of, day, weighed == "rupiah")
    truncated = catalogue.snapshot(store, scope.snapshot_id).frame == "truncated"
    window = int(parameter("similar_percentiles", day).value)
    # Percentiles of another ranking say who is alike, but not who is in which decile of this one.
    own = percentile_of == ("recorded" if definitions.ranking(scope) == "recorded" else "pmt")
    step = "percentile" if own and cells["percentile"].notna().any() else "decile"
    by_decile, curve, coefficient, reason = _shares(cells, weighed, step)
    if truncated:
        reason = TRUNCATED
    if reason:
        by_decile, curve, coefficient = by_decile.iloc[:0], curve.iloc[:0], None
    ranked = cells[cells["percentile"].notna()]
    return Incidence(
        programme=programme,
        unit=weighed,
        by_decile=by_decile,
        curve=curve,
        coefficient=coefficient,
        step=step,
        reason=reason,
        unranked=int(cells.loc[cells[step].isna(), "families"].sum()),
        window=window,
        percentile_of=percentile_of,
        unequal_all=unequal_treatment(ranked, window),
        unequal_eligible=unequal_treatment(ranked[ranked["eligible"].fillna(False).astype(bool)], window),
        unequal_reason=NO_PERCENTILE if ranked.empty else None,
    )


def _cells(
    store: Store, scope: Scope, programme: str, cut: Deciles, percentile_of: str | None, on: date, priced: bool
) -> pd.DataFrame:
    rules = rules_of((programme,), cut, on)
    place = places(rules)[programme]
    ranked, join, percentile, bound = "SELECT 1", "", "CAST(NULL AS INTEGER)", {}
    if percentile_of == "recorded":
        percentile = "f.percentile_recorded"
        join = "JOIN family AS f ON f.snapshot_id = $snapshot_id AND f.family_no = q.family_no"
    elif percentile_of == "pmt":
        share = definitions.share_column(scope)
        ranked = (
            f"SELECT left(village_code, 5) AS regency, count({share}) AS families FROM family_rank "
            "WHERE snapshot_id = $snapshot_id GROUP BY left(village_code, 5)"
        )
        join = "LEFT JOIN ranked AS k ON k.regency = left(q.village_code, 5)"
        percentile = definitions.percentile_sql(f"q.share_{scope.unit}", "k.families")
        bound = {"percentile_min_families": parameter("percentile_min_families", on).value}
    cells = definitions.measure(
        store, "targeting_incidence", scope, bound, ranked=ranked, join_rank=join, percentile=percentile,
        eligible=f"e{place}", rupiah=f"r{place}", **judged_steps(rules, on, priced),
    )  # fmt: skip
    whole = definitions.integers(cells, ("decile", "percentile", "families", "persons"))
    return whole.astype({"eligible": "boolean", "rupiah": "Float64"})


def _percentile_of(store: Store, scope: Scope) -> str | None:
    """Whose percentiles say which families are about equally poor: recorded ones, else those of the PMT rank."""
    key = {"id": scope.snapshot_id}
    recorded = "SELECT 1 FROM family WHERE snapshot_id = $id AND percentile_recorded IS NOT NULL LIMIT 1"
    if definitions.ranking(scope) == "recorded" and store.one(recorded, key):
        return "recorded"
    scored = "SELECT 1 FROM family_rank WHERE snapshot_id = $id AND share_regency IS NOT NULL LIMIT 1"
    return "pmt" if store.one(scored, key) else None


def _shares(cells: pd.DataFrame, unit: Unit, step: str) -> tuple[pd.DataFrame, pd.DataFrame, float | None, str | None]:
    """(by decile, curve and coefficient in steps of `step`, why there is none)."""
    people = "families" if unit == "rupiah" else unit
    served = cells["receives"].astype(bool)
    made = cells.assign(
        recipients=cells["families"].where(served, 0), population=cells[people], benefit=cells[unit].where(served, 0)
    )
    decile = made.groupby("decile")[["families", "recipients", "population", "benefit"]].sum()
    decile = decile.reindex(range(1, 11), fill_value=0) if len(decile) else decile
    place = made.groupby(step)[["population", "benefit"]].sum().astype(float)
    by_decile = pd.DataFrame(
        {
            "decile": decile.index,
            "families": decile["families"].to_numpy(),
            "recipients": decile["recipients"].to_numpy(),
            "share_population": (decile["population"] / decile["population"].sum()).to_numpy(),
            "share_benefit": (decile["benefit"] / decile["benefit"].sum()).to_numpy(),
        }
    )
    reason = None
    if not place["population"].sum() > 0:
        reason = NO_RANK
    elif not served.any():
        reason = NO_RECIPIENT
    elif not place["benefit"].sum() > 0:
        reason = NO_AMOUNT
    curve = concentration_curve(place["population"], place["benefit"])
    return by_decile, curve, concentration(place["population"], place["benefit"]), reason


def concentration_curve(population: ArrayLike, benefit: ArrayLike) -> pd.DataFrame:
    """Cumulated shares of groups ordered from the poorest on: population, benefit, each from 0 to 1.

    Empty where the population or the benefits add up to nothing.
    """
    mass, given = np.asarray(population, dtype=float), np.asarray(benefit, dtype=float)
    if not (mass.sum() > 0 and given.sum() > 0):
        return pd.DataFrame({"population": [], "benefit": []})
    return pd.DataFrame(
        {
            name: np.append(0.0, np.cumsum(part) / part.sum())
            for name, part in (("population", mass), ("benefit", given))
        }
    )


def concentration(population: ArrayLike, benefit: ArrayLike) -> float | None:
    """Concentration coefficient of grouped data, poorest group first: one less twice the area under the curve.

    C = (p1 L2 - p2 L1) + (p2 L3 - p3 L2) + ..., p and L the cumulated shares of population and benefit. Families of one
    group count as equally poor. None where there is no curve. O'Donnell, van Doorslaer, Wagstaff, Lindelow (2008),
    Analyzing Health Equity Using Household Survey Data, World Bank, chapter 8.
    """
    curve = concentration_curve(population, benefit)
    if curve.empty:
        return None
    points = list(zip(curve["population"], curve["benefit"], strict=True))
    return float(sum(p * after - next_p * share for (p, share), (next_p, after) in pairwise(points)))


def unequal_treatment(cells: pd.DataFrame, window: int) -> float | None:
    """Chance that a family picked at random and another one within `window` percentiles are treated differently.

    cells: percentile (1 to 100), receives, families. For each family the share of the other families in its window
    whose receipt differs from its own; the mean over families that have another one there. 0: equals are treated
    alike; about half: by lot. None where no family has such a neighbour. Hanna and Olken (2018), Journal of Economic
    Perspectives 32(4), 201-226, compare within 5 percentiles.
    """
    by = pd.DataFrame({"percentile": cells["percentile"].astype(int), "families": cells["families"].astype(float)})
    by["receiving"] = by["families"].where(cells["receives"].astype(bool), 0.0)
    summed = by.groupby("percentile").sum().reindex(range(1, 101), fill_value=0.0)
    everybody, receiving = (summed[name].to_numpy() for name in ("families", "receiving"))
    reach = np.abs(np.subtract.outer(np.arange(100), np.arange(100))) <= window
    near, near_receiving = reach @ everybody, reach @ receiving
    others = near - 1
    differing = receiving * (near - near_receiving) + (everybody - receiving) * near_receiving
    has = (everybody > 0) & (others > 0)
    if not has.any():
        return None
    return float(np.sum(differing[has] / others[has]) / np.sum(everybody[has]))

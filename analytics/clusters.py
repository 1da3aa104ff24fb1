"""Where extreme poverty clusters: groups of villages whose rate is far above or below that of the region.

Getis-Ord Gi* and local Moran (esda) on empirical-Bayes rates, judged by conditional permutation and a false discovery
rate, so that a map of pure chance stays blank.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from tempfile import gettempdir
from typing import Any

import numpy as np
import pandas as pd

from analytics import catalogue, definitions
from analytics.pockets import find_pockets
from analytics.scope import Scope
from analytics.spatial_test import Numbers, empirical_bayes, enough_draws, sum_chances
from analytics.text import number
from data.load_register import UNKNOWN_VILLAGE
from data.reference import parameter
from data.store import Store
from geo.weights import Neighbours, village_neighbours

SEED = 20220608  # any number will do; the same one gives the same answer
CATEGORY_NAMES: dict[str, str] = {
    "hot": "Kelompok lebih miskin",
    "cold": "Kelompok kurang miskin",
    "indistinct": "Tidak dapat dibedakan",
    "no_data": "Tidak ada data",
}
PATTERN_NAMES: dict[str, str] = {
    "high_high": "Tinggi, tetangganya tinggi",
    "low_low": "Rendah, tetangganya rendah",
    "high_low": "Tinggi, tetangganya rendah",
    "low_high": "Rendah, tetangganya tinggi",
}
NO_RATE = "Jumlah jiwa miskin ekstrem atau penduduk desa ini tidak diketahui; muat penduduk acuan desa."
NO_POLYGON = "Batas desa ini tidak ada di peta; muat batas desanya."
_COLUMNS = (
    "village", "name", "district", "persons", "families", "population", "rate", "smoothed_rate", "neighbours", "z",
    "moran", "p", "p_fdr", "pattern", "category", "group", "reason",
)  # fmt: skip
_GROUP_COLUMNS = ("category", "group", "villages", "districts", "names", "persons", "population", "rate")

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Clusters:
    """Groups of villages with like rates.

    by_village, ordered by code: village (code), name and district (null outside the code list), persons and families
    (extreme poor; expected ones under `pmt_line`), population (persons the rate is a share of), rate and
    smoothed_rate (0 to 1), neighbours (number), z (Gi* of the standardised rate), moran (local I of it), p (two-sided,
    by permutation), p_fdr (the limit p has to stay below), pattern (a key of PATTERN_NAMES: the village's own rate,
    and its neighbours', above or below the region's), category (a key of CATEGORY_NAMES), group (number within the
    category, 1 = most persons for hot and most people for cold; null elsewhere), reason (why there is no rate, or why a
    village with one was not judged; null where it was). All from population on but the rate
    are null where the rate or the polygon is not known (category "no_data"); those from smoothed_rate on also where
    nothing was tested.
    groups: category, group, villages (number), districts (the one with most of its villages first), names (lists),
    persons, population, rate.
    rate: of all villages judged, null without any. reason: why no village could be told apart, null where it was
    tried. permutations: draws each village was compared with. islands: villages joined to their nearest one.
    """

    scope: Scope
    by_village: pd.DataFrame
    groups: pd.DataFrame
    definition_text: str
    rate: float | None
    judged: int
    reason: str | None
    level: float
    permutations: int
    islands: tuple[str, ...]
    warnings: tuple[str, ...]

    def of_category(self, category: str) -> int:
        """Number of villages in one category."""
        return int((self.by_village["category"] == category).sum())


def clusters(
    store: Store,
    scope: Scope,
    *,
    seed: int = SEED,
    permutations: int | None = None,
    on: date | None = None,
    progress: Progress | None = None,
) -> Clusters:
    """Hot and cold spots of the rate of extreme-poor persons among the villages of a scope.

    The same seed gives the same answer; permutations: by default the parameter `cluster_permutations`, and
    always enough for the number of villages. Raises Refused `snapshot_unknown` and `no_boundaries`.
    """
    level = parameter("cluster_fdr", on).value
    villages = _rates(store, scope, on)
    near = village_neighbours(store, scope.region, list(villages.loc[villages["rate"].notna(), "village"]), on)
    judged = villages.set_index("village").loc[list(near.codes)]
    draws = max(int(permutations or parameter("cluster_permutations", on).value), enough_draws(len(judged), level))
    found = Clusters(
        scope=scope,
        by_village=villages,
        groups=pd.DataFrame(columns=list(_GROUP_COLUMNS)),
        definition_text=definitions.definition_text(store, scope),
        rate=float(judged["persons"].sum() / judged["population"].sum()) if len(judged) else None,
        judged=len(judged),
        reason=_too_few(judged, villages, on),
        level=level,
        permutations=draws,
        islands=near.islands,
        warnings=(),
    )
    results = pd.DataFrame(index=judged.index)
    if found.reason is None:
        results, reason = _test(store, scope, judged, near, draws, seed, level, progress)
        found = replace(found, reason=reason)
    rows = _grouped(_rows(villages, judged, results), near)
    return replace(found, by_village=rows, groups=_groups(rows), warnings=tuple(_warnings(rows, near)))


def state(store: Store, scope: Scope) -> tuple[Any, ...]:
    """Equal for as long as `clusters` would give the same answer: to be kept beside an answer."""
    (marks,) = store.rows(
        "SELECT (SELECT CAST(bit_xor(hash(village_code, date, persons)) AS VARCHAR) FROM population) AS population, "
        "(SELECT CAST(bit_xor(hash(code, lon, lat, area_km2)) AS VARCHAR) FROM boundary) AS boundary"
    )
    return scope, catalogue.last_run(store, scope.snapshot_id), *marks.values()


def mapped_villages(store: Store, scope: Scope) -> int:
    """Number of villages of the scope that have a polygon: what the time `clusters` takes depends on."""
    sql = f"SELECT count(*) AS n FROM boundary WHERE level = 'village' AND {definitions.region_sql('code')}"
    return int(store.rows(sql, {"region": scope.region})[0]["n"])


def _rates(store: Store, scope: Scope, on: date | None) -> pd.DataFrame:
    """The villages of `find_pockets` with the population behind their rate; families of no known village left out."""
    full = catalogue.snapshot(store, scope.snapshot_id).frame == "full"
    villages = find_pockets(store, scope, on).by_village
    villages = villages[~villages["village"].str.endswith(UNKNOWN_VILLAGE)].reset_index(drop=True)
    population = villages["reference_persons"]
    if full:
        population = population.fillna(villages["listed_persons"])
    return villages.assign(population=population.where(villages["rate"].notna()))


def _too_few(judged: pd.DataFrame, villages: pd.DataFrame, on: date | None) -> str | None:
    least = int(parameter("cluster_min_villages", on).value)
    if not villages["rate"].notna().any():
        return (
            "Angka miskin ekstrem per penduduk tidak diketahui untuk satu desa pun; muat penduduk acuan per desa di "
            "halaman Data, lalu buka lagi halaman ini."
        )
    if len(judged) >= least:
        return None
    return (
        f"Hanya {number(len(judged))} desa yang angka dan batasnya diketahui; untuk membedakan kelompok dari "
        f"kebetulan perlu sekurang-kurangnya {number(least)} desa, jadi pilih wilayah yang lebih luas."
    )


def _test(
    store: Store,
    scope: Scope,
    judged: pd.DataFrame,
    near: Neighbours,
    draws: int,
    seed: int,
    level: float,
    progress: Progress | None,
) -> tuple[pd.DataFrame, str | None]:
    """Columns of the villages judged, and why nothing could be told apart, if so."""
    persons, population = judged["persons"].to_numpy(dtype=float), judged["population"].to_numpy(dtype=float)
    rates = empirical_bayes(persons, population, _within(store, scope, persons, population))
    lists = near.lists()
    results = pd.DataFrame(
        {"smoothed_rate": rates.smoothed, "neighbours": [len(others) for others in lists]}, index=judged.index
    )
    if np.ptp(persons / population) < 1e-12:
        return results, "Angka miskin ekstrem semua desa sama besar, jadi tidak ada kelompok yang menonjol."
    if rates.between == 0:
        return results, (
            "Perbedaan angka antardesa tidak lebih besar daripada yang biasa timbul karena kebetulan: jumlah keluarga "
            "miskin ekstrem per desa terlalu kecil untuk membedakan desa."
        )
    z, moran = _statistics(rates.standard, lists)
    members = [np.append(others, at) for at, others in enumerate(lists)]
    p = sum_chances(rates.standard, members, draws, seed, progress)
    limit = _limit(p, level)
    above = rates.standard > rates.standard.mean()
    beside = np.array([rates.standard[others].mean() for others in lists]) > rates.standard.mean()
    pattern = np.where(above, np.where(beside, "high_high", "high_low"), np.where(beside, "low_high", "low_low"))
    category = np.full(len(p), "indistinct", dtype=object)
    # A village below the region's rate is no part of a poor group, nor is one that is high among low ones.
    category[(p < limit) & (pattern == "high_high")] = "hot"
    category[(p < limit) & (pattern == "low_low")] = "cold"
    return results.assign(z=z, moran=moran, p=p, p_fdr=limit, pattern=pattern, category=category), None


def _within(store: Store, scope: Scope, persons: Numbers, population: Numbers) -> float:
    """Variance of a village's rate times its population if families were poor by lot: Σ s² (c - m)² / Σ s.

    s: size of a family, c: its chance (1 or 0 by name), m: the mean rate. A whole family is poor or is not, which
    makes rates of small villages jump more than persons counted one by one would. Persons of a truncated frame who
    are not listed count as families of the same sizes with c = 0.
    """
    (row,) = definitions.measure(store, "clusters", scope).to_dict("records")
    mean = float(persons.sum() / population.sum())
    everyone = max(float(population.sum()), row["persons"])
    squares = row["squares"] * everyone / row["persons"]
    total = row["by_chance_squared"] - 2 * mean * row["by_chance"] + mean**2 * squares
    return float(max(0.0, total) / everyone)


@contextmanager
def _no_example_data() -> Iterator[None]:
    """libpysal makes a folder for example data in the user's home when it is imported; nobody asked for one here."""
    import platformdirs

    asked = platformdirs.user_data_dir
    platformdirs.user_data_dir = lambda *_, **__: gettempdir()
    try:
        yield
    finally:
        platformdirs.user_data_dir = asked


def _statistics(values: Numbers, lists: list[Any]) -> tuple[Numbers, Numbers]:
    """Gi* as a standard score, the village itself included with weight 1, and local Moran I with equal weights."""
    with _no_example_data():
        from esda.getisord import G_Local
        from esda.moran import Moran_Local
        from libpysal.weights import W

    others = {at: list(map(int, found)) for at, found in enumerate(lists)}
    with_self = {at: [*found, at] for at, found in others.items()}
    # Gi* does not change when a constant is added; esda divides by the sum, which must not be near zero.
    raised = values - values.min() + 1
    gi = G_Local(raised, W(with_self, silence_warnings=True), transform="B", star=True, permutations=0)
    moran = Moran_Local(values, W(others, silence_warnings=True), transformation="r", permutations=0)
    return gi.Zs, moran.Is


def _limit(p: Numbers, level: float) -> float:
    """The largest p (exclusive) that still keeps false discoveries at `level` (Benjamini and Hochberg, esda.fdr)."""
    with _no_example_data():
        from esda import fdr

    return float(fdr(p, level))


def _rows(villages: pd.DataFrame, judged: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    rows = villages.set_index("village").join(results)
    known = rows.index.isin(judged.index)
    if "category" not in rows:
        rows["category"] = "indistinct"
    rows["category"] = rows["category"].where(known, "no_data")
    lacking = np.where(rows["rate"].isna(), NO_RATE, NO_POLYGON)
    rows["reason"] = pd.Series(lacking, index=rows.index, dtype=object).mask(known & rows["rate"].notna(), None)
    rows["population"] = rows["population"].where(known)
    types = dict.fromkeys(("smoothed_rate", "z", "moran", "p", "p_fdr"), "Float64") | {"neighbours": "Int64"}
    for column in (*types, "pattern"):
        if column not in rows:
            rows[column] = pd.NA
    rows["pattern"] = rows["pattern"].astype(object).where(rows["pattern"].notna(), None)
    return rows.astype(types).reset_index()


def _grouped(rows: pd.DataFrame, near: Neighbours) -> pd.DataFrame:
    """Rows with `group`: neighbouring villages of one category, numbered by what there is in them."""
    at = rows.set_index("village").loc[list(near.codes)]
    numbers = pd.Series(pd.NA, index=at.index, dtype="Int64")
    for category, counted in (("hot", "persons"), ("cold", "population")):
        chosen = (at["category"] == category).to_numpy()
        group = pd.Series(list(near.groups(chosen)), index=at.index)[chosen]
        size = at.loc[chosen, counted].astype(float).groupby(group).sum()
        order = size.sort_values(ascending=False, kind="stable").index
        numbers[chosen] = group.map({name: place for place, name in enumerate(order, 1)}).astype("Int64")
    return rows.assign(group=rows["village"].map(numbers).astype("Int64"))[list(_COLUMNS)]


def _groups(rows: pd.DataFrame) -> pd.DataFrame:
    inside = rows[rows["group"].notna()]
    groups = [
        {
            "category": category, "group": group, "villages": len(members),
            "districts": list(members["district"].dropna().value_counts().index),
            "names": [name or code for name, code in zip(members["name"], members["village"], strict=True)],
            "persons": members["persons"].sum(), "population": members["population"].sum(),
            "rate": float(members["persons"].sum() / members["population"].sum()),
        }
        for category in ("hot", "cold")
        for group, members in inside[inside["category"] == category].groupby("group")
    ]  # fmt: skip
    return pd.DataFrame(groups, columns=list(_GROUP_COLUMNS))


def _warnings(rows: pd.DataFrame, near: Neighbours) -> list[str]:
    found = []
    if unknown := int((rows["category"] == "no_data").sum()):
        unmapped = int((rows["rate"].notna() & (rows["category"] == "no_data")).sum())
        found.append(
            f"{number(unknown)} desa tidak ikut dinilai: angkanya tidak diketahui"
            + (f", atau batasnya tidak ada di peta ({number(unmapped)} desa)." if unmapped else ".")
        )
    if near.islands:
        found.append(
            f"{number(len(near.islands))} desa tidak berbatasan dengan desa lain (pulau atau terputus) dan "
            "dibandingkan dengan desa terdekatnya."
        )
    return found

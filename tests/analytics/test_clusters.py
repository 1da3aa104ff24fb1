"""Groups of villages: against independent computations; chance leaves the map blank; a planted group is found."""

import itertools
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.clusters import clusters
from analytics.scope import Scope
from analytics.spatial_test import empirical_bayes, sum_chances
from data.errors import Refused
from tests.village_squares import draw, lattice, square

CODES = [f"99.01.01.2{n:03d}" for n in range(1, 145)]
COLUMNS = 12
SCOPE = Scope("s1")


def beside(n, columns=COLUMNS):
    """Positions of the side neighbours on a lattice, by their row and column."""
    places = [(at % columns, at // columns) for at in range(n)]
    return [
        [other for other, (c, r) in enumerate(places) if abs(c - column) + abs(r - row) == 1] for column, row in places
    ]


def chance_families(rng, chances, sizes=(30, 200)):
    """Families of 1 to 7 persons per village, each poor by lot."""
    return [
        {"village_code": code, "size": int(rng.integers(1, 8)), "decile_recorded": 1 if rng.random() < chance else 5}
        for code, chance in zip(CODES, chances, strict=False)
        for _ in range(int(rng.integers(*sizes)))
    ]


# The pieces ----------------------------------------------------------------------------------------


def test_smoothing_worked_example():
    got = empirical_bayes(np.array([10.0, 30.0]), np.array([100.0, 100.0]), within=0.16)
    assert (got.mean, got.between) == pytest.approx((0.20, 0.0084))
    assert got.smoothed == pytest.approx([0.116, 0.284])
    assert got.standard == pytest.approx([-1.0, 1.0])


def test_standard_rates_of_the_esda_manual():
    """The example of esda.smoothing.assuncao_rate, numbers as printed in its documentation."""
    cases = np.array([30, 25, 25, 15, 33, 21, 30, 20], dtype=float)
    population = np.array([100, 100, 110, 90, 100, 90, 110, 90], dtype=float)
    # The manual lets the variance between be negative, which it is here; ours stops at 0.
    got = empirical_bayes(cases, population)
    assert got.between == 0
    mean = cases.sum() / population.sum()
    assert got.standard == pytest.approx((cases / population - mean) / np.sqrt(mean / population))
    assert np.ptp(got.smoothed) == 0
    from esda.smoothing import assuncao_rate

    assert assuncao_rate(cases, population)[:4] == pytest.approx([1.03843594, -0.04099089, -0.56250375, -1.73061861])


def test_smoothing_agrees_with_esda_where_places_differ():
    from esda.smoothing import Empirical_Bayes, assuncao_rate

    rng = np.random.default_rng(1)
    population = rng.integers(20, 3000, 60).astype(float)
    cases = rng.binomial(population.astype(int), rng.uniform(0.02, 0.4, 60)).astype(float)
    got = empirical_bayes(cases, population)
    assert got.between > 0
    assert got.smoothed == pytest.approx(Empirical_Bayes(cases, population).r.ravel())
    assert got.standard == pytest.approx(assuncao_rate(cases, population))


def test_small_villages_are_drawn_further():
    got = empirical_bayes(np.array([5.0, 500.0, 0.0, 0.0]), np.array([10.0, 1000.0, 1000.0, 10.0]))
    assert got.mean < got.smoothed[0] < got.smoothed[1] < 0.5
    assert got.smoothed[2] < got.smoothed[3] < got.mean


def test_chances_against_all_combinations():
    """Seven units, so that every draw of two and of three can be listed."""
    values = np.array([0.0, 1.0, 2.0, 4.0, 8.0, 8.0, 16.0])
    members = [[5, 6], [0, 1], [0, 5, 6], [4, 2], [1, 2, 3]]
    draws = 40_000
    got = sum_chances(values, members, draws, seed=4)
    for group, chance in zip(members, got, strict=True):
        sums = [values[list(drawn)].sum() for drawn in itertools.combinations(range(7), len(group))]
        seen = values[group].sum()
        tail = min(np.mean([s >= seen for s in sums]), np.mean([s <= seen for s in sums]))
        exact = min(1.0, 2 * tail)
        assert chance == pytest.approx(exact, abs=5 * math.sqrt(max(tail, 0.01) / draws) * 2)


def test_chances_are_the_same_for_the_same_seed_only():
    rng = np.random.default_rng(2)
    values, members = rng.normal(size=50), [[at, (at + 1) % 50] for at in range(50)]
    first, again, other = (sum_chances(values, members, 999, seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()
    assert first.min() >= 2 / 1000


# The whole ----------------------------------------------------------------------------------------


def test_a_planted_group_is_found_and_its_statistics_are_right(store, build):
    rng = np.random.default_rng(5)
    planted = {at for at in range(144) if at % 12 in (7, 8, 9) and at // 12 in (3, 4, 5)}
    chances = [0.35 if at in planted else 0.08 for at in range(144)]
    families = chance_families(rng, chances)
    build(store, families, regions={"99.01": "Kabupaten"})
    draw(store, lattice(CODES, COLUMNS))
    found = clusters(store, SCOPE)
    rows = found.by_village
    assert found.reason is None
    hot = {CODES.index(code) for code in rows.loc[rows["category"] == "hot", "village"]}
    assert planted - {at for at in planted if at % 12 != 8 and at // 12 != 4} <= hot  # all but the corners for sure
    assert hot <= planted | {n for at in planted for n in beside(144)[at]}
    (group,) = found.groups[found.groups["category"] == "hot"].to_dict("records")
    assert group["villages"] == len(hot)

    frame = pd.DataFrame(families)
    frame["poor"] = frame["decile_recorded"].eq(1)
    persons = frame["size"].where(frame["poor"], 0).groupby(frame["village_code"]).sum()
    population = frame.groupby("village_code")["size"].sum()
    mean = persons.sum() / population.sum()
    within = (frame["size"] ** 2 * (frame["poor"] - mean) ** 2).sum() / frame["size"].sum()
    rates = persons / population
    between = (population * (rates - mean) ** 2).sum() / population.sum() - within / population.mean()
    weight = between / (between + within / population)
    standard = ((rates - mean) / np.sqrt(between + within / population)).to_numpy()
    assert rows["smoothed_rate"].to_numpy(dtype=float) == pytest.approx((mean + weight * (rates - mean)).to_numpy())
    w = np.zeros((144, 144))
    for at, others in enumerate(beside(144)):
        w[at, others] = 1
    star = w + np.eye(144)
    k, s = star.sum(axis=1), standard.std()
    z = (star @ standard - k * standard.mean()) / (s * np.sqrt((144 * k - k**2) / 143))
    assert rows["z"].to_numpy(dtype=float) == pytest.approx(z)
    centred = standard - standard.mean()
    moran = 143 * centred * (w @ centred / w.sum(axis=1)) / (centred**2).sum()
    assert rows["moran"].to_numpy(dtype=float) == pytest.approx(moran)
    p = rows["p"].to_numpy(dtype=float)
    ordered = np.sort(p)
    passed = np.flatnonzero(ordered < 0.05 * np.arange(1, 145) / 144)
    marked = rows["category"].isin(["hot", "cold"])
    assert set(rows.loc[marked, "p"]) <= set(ordered[: passed[-1] + 1])
    assert clusters(store, SCOPE).by_village.equals(rows)


def test_a_group_of_low_rates_is_cold(store, build):
    rng = np.random.default_rng(6)
    build(store, chance_families(rng, [0.02 if at % 12 < 4 and at < 48 else 0.3 for at in range(144)]))
    draw(store, lattice(CODES, COLUMNS))
    found = clusters(store, SCOPE)
    cold = found.by_village[found.by_village["category"] == "cold"]
    assert len(cold) >= 9
    assert (cold["rate"].astype(float) < found.rate).all()
    assert found.of_category("hot") + found.of_category("cold") + found.of_category("indistinct") == 144


def test_chance_alone_leaves_the_map_blank():
    """100 maps of families poor by lot; small and large villages lie apart, so that rates are not exchangeable."""
    from esda import fdr

    rng = np.random.default_rng(7)
    lists = [np.array([*others, at]) for at, others in enumerate(beside(144))]
    flagged = 0
    for run in range(100):
        families = np.sort(np.exp(rng.normal(4.5, 0.8, 144)).astype(int) + 5)[:: 1 if run % 2 else -1]
        owner = np.repeat(np.arange(144), families)
        sizes = rng.integers(1, 8, len(owner))
        poor = rng.random(len(owner)) < 0.08
        persons, population = np.bincount(owner, sizes * poor), np.bincount(owner, sizes)
        mean = persons.sum() / population.sum()
        within = float((sizes**2 * (poor - mean) ** 2).sum() / sizes.sum())
        p = sum_chances(empirical_bayes(persons, population, within).standard, lists, 9_999, seed=run)
        flagged += bool((p < fdr(p, 0.05)).any())
    assert flagged <= 10


@pytest.mark.slow
def test_noise_through_the_whole_measure_flags_little(store, build):
    """100 runs through the store: real differences between villages, but laid out by lot."""
    rng = np.random.default_rng(8)
    build(store, chance_families(rng, rng.beta(2, 18, 144), sizes=(10, 40)))
    shapes = list(lattice(CODES, COLUMNS).values())
    flagged = 0
    for run in range(100):
        with store.transaction() as cursor:
            cursor.execute("DELETE FROM boundary")
        draw(store, dict(zip(CODES, (shapes[at] for at in rng.permutation(144)), strict=True)))
        found = clusters(store, SCOPE, seed=run)
        assert found.reason is None
        flagged += found.of_category("hot") + found.of_category("cold") > 0
    assert flagged <= 10


def test_families_by_lot_with_nothing_between_cannot_be_told_apart(store, build):
    # Every village: one poor family of two; sizes of villages differ, so rates do, by no more than a lot would.
    families = [
        {"village_code": code, "size": 2, "decile_recorded": 1 if n == 0 else 5}
        for at, code in enumerate(CODES[:20])
        for n in range(10 + at % 3)
    ]
    build(store, families)
    draw(store, lattice(CODES[:20], 5))
    found = clusters(store, SCOPE)
    assert "tidak lebih besar daripada yang biasa timbul karena kebetulan" in found.reason
    assert set(found.by_village["category"]) == {"indistinct"}
    assert found.by_village["p"].isna().all()
    assert found.by_village["smoothed_rate"].to_numpy(dtype=float) == pytest.approx(found.rate)


def test_nine_villages_are_too_few_and_ten_are_not(store, build):
    build(store, chance_families(np.random.default_rng(9), [0.1, 0.5] * 5))
    draw(store, lattice(CODES[:9], 3))
    found = clusters(store, SCOPE)
    assert "Hanya 9 desa" in found.reason
    assert found.of_category("indistinct") == 9
    assert found.of_category("no_data") == 1  # the tenth has a rate and no polygon
    assert any("batasnya tidak ada di peta (1 desa)" in warning for warning in found.warnings)
    draw(store, {CODES[9]: square(0, 3)})
    found = clusters(store, SCOPE)
    assert found.reason is None
    assert found.by_village["p"].notna().all()


def test_no_data_is_no_zero(store, build):
    families = chance_families(np.random.default_rng(10), [0.2] * 30)
    unknown = [{"village_code": CODES[30], "size": None, "decile_recorded": 1}]
    build(store, families + unknown, regions={CODES[31]: "Kosong"} | {code: code for code in CODES[:31]})
    draw(store, lattice(CODES[:32], 8))
    rows = clusters(store, SCOPE).by_village.set_index("village")
    assert rows.loc[CODES[30:32], "category"].tolist() == ["no_data", "no_data"]
    assert rows.loc[CODES[30:32], ["rate", "smoothed_rate", "z", "p", "group"]].isna().all(axis=None)
    assert rows.loc[CODES[:30], "category"].ne("no_data").all()


def test_a_list_of_the_poorest_needs_a_reference_population(store, build):
    build(store, chance_families(np.random.default_rng(11), [0.2] * 20), snapshot={"frame": "truncated"})
    draw(store, lattice(CODES[:20], 5))
    found = clusters(store, SCOPE)
    assert "muat penduduk acuan" in found.reason
    assert set(found.by_village["category"]) == {"no_data"}
    assert found.rate is None


def test_refused_without_boundaries(store, build):
    build(store, chance_families(np.random.default_rng(12), [0.2] * 20))
    with pytest.raises(Refused) as refused:
        clusters(store, SCOPE)
    assert refused.value.code == "no_boundaries"


def test_more_villages_get_more_draws_and_progress(store, build):
    build(store, chance_families(np.random.default_rng(13), [0.1, 0.3] * 72, sizes=(10, 30)))
    draw(store, lattice(CODES, COLUMNS))
    told = []
    found = clusters(store, SCOPE, permutations=99, progress=lambda share, phrase: told.append(share))
    assert found.permutations == 2 * 144 / 0.05
    assert told[-1] == 1.0
    assert clusters(store, SCOPE).permutations == 9_999


def test_the_test_leaves_nothing_in_the_home_of_the_user(tmp_path):
    # libpysal alone would make .local/share/pysal there.
    code = (
        "import numpy as np\n"
        "from analytics.clusters import _limit, _statistics\n"
        "_statistics(np.arange(4.0), [[1], [0, 2], [1, 3], [2]])\n"
        "_limit(np.array([0.01, 0.5]), 0.05)\n"
    )
    home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "MPLCONFIGDIR": str(tmp_path / "mpl")}
    root = Path(__file__).resolve().parents[2]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root, env=kept | home, timeout=120)
    assert not list(tmp_path.rglob("*pysal*"))

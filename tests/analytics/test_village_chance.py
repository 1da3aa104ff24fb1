"""Quadrature over the shift against brute simulation of every family, and against closed forms."""

import math

import numpy as np
import pytest

from analytics.village_chance import chance, share_of_draws_on_top, village_counts

DRAWS = 20_000


def phi(value: float) -> float:
    return (1 + math.erf(value / math.sqrt(2))) / 2


def villages(seed: int = 5, families: int = 240):
    random = np.random.default_rng(seed)
    village = np.sort(random.integers(0, 4, families))
    size = random.integers(1, 8, families).astype(float)
    gap = random.normal(-0.35, 0.4, families) + np.array([0.0, 0.2, -0.3, 0.1])[village]
    return village, size, gap


def simulated(village, size, gap, own_sd, shift_sd, seed=11):
    """Every family's consumption drawn, villages x draws: no distribution function anywhere."""
    random = np.random.default_rng(seed)
    found = np.empty((len(shift_sd), DRAWS))
    for draw in range(DRAWS):
        shift = shift_sd * random.standard_normal(len(shift_sd))
        below = gap - shift[village] - own_sd * random.standard_normal(len(gap)) > 0
        found[:, draw] = np.bincount(village, weights=size * below, minlength=len(shift_sd))
    return found


def test_quadrature_agrees_with_brute_simulation():
    village, size, gap = villages()
    shift_sd = np.array([0.12, 0.2, 0.15, 0.0])
    counts = village_counts(village, size, gap, 0.39, shift_sd)
    drawn = simulated(village, size, gap, 0.39, shift_sd)
    error = drawn.std(axis=1) / math.sqrt(DRAWS)
    assert np.all(np.abs(counts.expected - drawn.mean(axis=1)) < 4 * error)
    for threshold in (20, 50, 70):
        assert counts.above(threshold) == pytest.approx((drawn > threshold).mean(axis=1), abs=0.015)
    low, high = np.quantile(drawn, [0.1, 0.9], axis=1)
    assert counts.quantile(0.1) == pytest.approx(low, abs=2.0)
    assert counts.quantile(0.9) == pytest.approx(high, abs=2.0)


def test_family_chance_is_the_normal_distribution_function():
    gap, sd = np.array([-1.3, 0.0, 0.4]), np.array([0.5, 0.5, 0.2])
    assert chance(gap, sd) == pytest.approx([phi(g / s) for g, s in zip(gap, sd, strict=True)], abs=1e-12)
    assert chance(np.array([-0.1, 0.1]), np.zeros(2)) == pytest.approx([0, 1])


def test_sizes_times_chances_add_up_to_the_expected_count():
    village, size, gap = villages()
    shift_sd = np.array([0.12, 0.2, 0.15, 0.3])
    counts = village_counts(village, size, gap, 0.4, shift_sd)
    alone = np.bincount(village, weights=size * chance(gap, np.hypot(0.4, shift_sd[village])))
    assert counts.expected == pytest.approx(alone, rel=2e-4)


def test_without_any_shift_the_count_is_a_sum_of_independent_families():
    village, size, gap = np.zeros(3, dtype=int), np.array([2.0, 3.0, 5.0]), np.array([0.0, 0.4, -0.4])
    counts = village_counts(village, size, gap, 0.4, np.zeros(1))
    p = [0.5, phi(1), phi(-1)]
    assert counts.expected == pytest.approx([2 * p[0] + 3 * p[1] + 5 * p[2]])
    assert counts.variance[0, 16] == pytest.approx(sum(s * s * q * (1 - q) for s, q in zip(size, p, strict=True)))


def test_a_village_that_is_certain_has_no_spread_and_the_threshold_is_strict():
    village, size = np.zeros(10, dtype=int), np.full(10, 10.0)
    counts = village_counts(village, size, np.full(10, 50.0), 0.4, np.array([0.1]))
    assert counts.quantile(0.1) == pytest.approx([99.5], abs=0.01)  # half a person below the whole count
    assert counts.above(100) == pytest.approx([0.0])
    assert counts.above(99) == pytest.approx([1.0])


def test_unknown_size_adds_nobody_and_a_village_without_families_has_none():
    counts = village_counts(np.array([0]), np.array([0.0]), np.array([3.0]), 0.4, np.array([0.1, 0.1]))
    assert counts.expected == pytest.approx([0, 0])
    assert counts.quantile(0.9) == pytest.approx([0, 0], abs=0.01)


def test_more_village_effect_widens_the_interval_and_leaves_the_middle():
    village, size, gap = villages()
    narrow = village_counts(village, size, gap, 0.4, np.full(4, 0.02))
    wide = village_counts(village, size, gap, 0.4, np.full(4, 0.3))
    assert np.all(wide.quantile(0.9) - wide.quantile(0.1) > narrow.quantile(0.9) - narrow.quantile(0.1))


def test_share_of_draws_on_top_agrees_with_brute_simulation():
    village, size, gap = villages()
    shift_sd = np.full(4, 0.15)
    counts = village_counts(village, size, gap, 0.4, shift_sd)
    nothing = np.zeros((4, 0)), np.zeros((0, 0))
    shares = share_of_draws_on_top(counts, 0.15, *nothing, area=np.zeros(4, dtype=int), top=2, draws=4000)
    drawn = simulated(village, size, gap, 0.4, shift_sd)
    place = (-drawn).argsort(axis=0, kind="stable").argsort(axis=0)
    assert shares == pytest.approx((place < 2).mean(axis=1), abs=0.03)
    assert shares.sum() == pytest.approx(2)


def test_what_villages_share_leaves_their_order_alone():
    # Shifts of the same size: from one coefficient they hit all villages alike, from village effects each for itself.
    village, size = np.repeat(np.arange(3), 2000), np.full(6000, 4.0)
    counts = village_counts(village, size, np.repeat([-0.1, 0.0, 0.1], 2000), 0.3, np.full(3, 0.1))
    one_area, nothing = np.zeros(3, dtype=int), (np.zeros((3, 0)), np.zeros((0, 0)))
    shared = share_of_draws_on_top(counts, 0.0, np.ones((3, 1)), np.array([[0.01]]), one_area, 1, draws=500)
    apart = share_of_draws_on_top(counts, 0.1, *nothing, one_area, 1, draws=500)
    assert shared[2] > 0.99
    assert apart[2] < 0.85


def test_each_area_has_a_top_of_its_own_and_the_same_input_the_same_answer():
    village, size, gap = villages()
    counts = village_counts(village, size, gap, 0.4, np.full(4, 0.15))
    nothing = np.zeros((4, 0)), np.zeros((0, 0))
    area = np.array([0, 1, 0, 1])
    shares = share_of_draws_on_top(counts, 0.15, *nothing, area=area, top=1, draws=300)
    assert shares[area == 0].sum() == pytest.approx(1)
    assert shares[area == 1].sum() == pytest.approx(1)
    again = share_of_draws_on_top(counts, 0.15, *nothing, area=area, top=1, draws=300)
    assert np.array_equal(shares, again)


def test_no_more_persons_are_poor_than_live_there():
    # 25 families of 4: 100 persons, nearly all poor; more than 100 cannot be.
    village, size = np.zeros(25, dtype=int), np.full(25, 4.0)
    counts = village_counts(village, size, np.full(25, 1.0), 0.4, np.array([0.1]))
    assert counts.above(100)[0] == 0
    assert counts.above(96)[0] > 0.5
    lone = village_counts(np.zeros(1, dtype=int), np.array([4.0]), np.zeros(1), 0.4, np.array([0.1]))
    assert lone.quantile(0.9)[0] <= 4


def test_villages_that_tie_share_the_top():
    count = 40
    nobody = village_counts(np.arange(count), np.full(count, 3.0), np.full(count, -50.0), 0.4, np.zeros(count))
    none = np.zeros((count, 0)), np.zeros((0, 0))
    share = share_of_draws_on_top(nobody, 0.0, *none, np.zeros(count, dtype=int), 10)
    assert share.sum() == pytest.approx(10)
    assert share == pytest.approx(np.full(count, 0.25), abs=0.08)  # 5.8 SD of 1,000 draws

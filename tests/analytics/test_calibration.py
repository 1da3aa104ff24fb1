"""Calibration against hand examples, plain loops and cases drawn with the chance they are given."""

import numpy as np
import pytest
from scipy.stats import norm

from analytics.pmt_accuracy import weighted_quantile
from analytics.pmt_calibration import calibration, chance_below


def plain(n):
    return np.ones(n), np.arange(n)


@pytest.mark.parametrize(
    ("truth", "weight", "quota", "line"),
    [
        ([1, 2, 3, 4, 5], [1, 1, 1, 1, 1], 0.2, 1),
        ([5, 4, 3, 2, 1], [1, 1, 1, 1, 1], 0.21, 2),
        ([1, 2, 3, 4], [7, 1, 1, 1], 0.5, 1),
        ([1, 1, 1, 9], [1, 1, 1, 1], 0.2, 1),
        ([1, 2, 3, 4], [0, 1, 1, 1], 0.2, 2),  # the poorest case has no weight
        ([0.1] * 9 + [0.3], [0.1] * 10, 0.9, 0.1),  # nine weights of 0.1 do not sum to 0.9
    ],
)
def test_the_line_cuts_off_the_quota_of_the_weight(truth, weight, quota, line):
    assert weighted_quantile(np.array(truth, dtype=float), np.array(weight, dtype=float), quota) == line


def test_the_chance_is_that_of_a_normal_distribution():
    prediction = np.array([12.0, 13.0, 14.5])
    expected = [norm(loc=mean, scale=0.7).cdf(13.0) for mean in prediction]
    assert chance_below(13.0, prediction, 0.7) == pytest.approx(expected)
    assert list(chance_below(13.0, prediction, 0.0)) == [1, 1, 0]


def test_the_worked_example():
    truth, (weight, group) = np.arange(1.0, 21.0), plain(20)
    bins = calibration(truth, truth, weight, group, 1.0, 0.2, seed=1)
    assert [found.n for found in bins] == [2] * 10
    assert [found.actual for found in bins] == [0] * 8 + [1, 1]
    # Tables of the normal distribution: Phi(3) 0.9987, Phi(2) 0.9772, Phi(1) 0.8413, Phi(0) 0.5.
    expected = [(0.1587 + 0.0228) / 2, (0.8413 + 0.5) / 2, (0.9987 + 0.9772) / 2]
    assert [found.predicted for found in bins[7:]] == pytest.approx(expected, abs=1e-4)
    assert {found.quota for found in bins} == {0.2}


def test_equal_chances_stay_together_and_empty_tenths_are_left_out():
    truth, (weight, group) = np.arange(10.0), plain(10)
    bins = calibration(truth, np.repeat([1.0, 5.0], [4, 6]), weight, group, 1.0, 0.3, seed=1)
    assert [(found.bin, found.n) for found in bins] == [(6, 6), (10, 4)]
    assert bins[1].actual == pytest.approx(3 / 4)  # 0, 1, 2 lie below; 3 does not


def test_weights_count_like_repetition():
    random = np.random.default_rng(3)
    truth = random.normal(size=60)
    prediction = truth + random.normal(size=60)
    times = random.integers(1, 4, 60)
    weighted = calibration(truth, prediction, times.astype(float), np.arange(60), 1.0, 0.3, seed=1)
    repeated = calibration(
        np.repeat(truth, times), np.repeat(prediction, times), np.ones(times.sum()), np.repeat(np.arange(60), times),
        1.0, 0.3, seed=1,
    )  # fmt: skip
    for one, other in zip(weighted, repeated, strict=True):
        assert (one.bin, one.predicted, one.actual) == (
            other.bin,
            pytest.approx(other.predicted),
            pytest.approx(other.actual),
        )
        assert (one.low, one.high) == (pytest.approx(other.low), pytest.approx(other.high))


def test_a_case_without_weight_changes_nothing():
    random = np.random.default_rng(4)
    truth = random.normal(size=50)
    prediction = truth + random.normal(size=50)
    weight = np.r_[np.zeros(10), random.uniform(1, 2, 40)]
    group = np.arange(50) // 5
    without = calibration(truth[10:], prediction[10:], weight[10:], group[10:], 1.0, 0.4, seed=2)
    found = calibration(truth, prediction, weight, group, 1.0, 0.4, seed=2)
    assert [(one.n, one.predicted, one.actual) for one in found] == [
        (one.n, one.predicted, one.actual) for one in without
    ]


def test_a_true_model_is_calibrated_and_an_overconfident_one_is_not():
    random = np.random.default_rng(5)
    prediction = random.normal(13, 0.5, 8000)
    truth = prediction + random.normal(0, 0.5, 8000)
    weight, group = random.uniform(1, 3, 8000), np.arange(8000) // 10
    right = calibration(truth, prediction, weight, group, 0.5, 0.2, seed=1)
    assert len(right) == 10
    assert all(abs(found.predicted - found.actual) < 0.04 for found in right)
    assert sum(found.low <= found.predicted <= found.high for found in right) >= 7
    sure = calibration(truth, prediction, weight, group, 0.1, 0.2, seed=1)
    assert sure[9].predicted - sure[9].actual > 0.2
    assert sure[9].predicted > sure[9].high


def test_shared_clusters_widen_the_interval():
    random = np.random.default_rng(6)
    village = np.repeat(random.normal(0, 0.6, 40), 50)
    prediction = random.normal(13, 0.4, 2000)
    truth = prediction + village + random.normal(0, 0.3, 2000)
    weight = np.ones(2000)
    alone = calibration(truth, prediction, weight, np.arange(2000), 0.67, 0.2, seed=1)
    together = calibration(truth, prediction, weight, np.repeat(np.arange(40), 50), 0.67, 0.2, seed=1)
    assert sum(one.high - one.low for one in together) > 1.5 * sum(one.high - one.low for one in alone)


def test_the_same_seed_gives_the_same_interval():
    random = np.random.default_rng(7)
    truth, weight = random.normal(size=200), np.ones(200)
    arguments = (truth, truth + random.normal(size=200), weight, np.arange(200) // 4, 1.0, 0.4)
    assert calibration(*arguments, seed=1) == calibration(*arguments, seed=1)
    assert calibration(*arguments, seed=1) != calibration(*arguments, seed=2)

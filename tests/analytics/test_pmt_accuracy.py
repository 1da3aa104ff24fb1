"""Errors under a quota and under a line against brute force in pandas; intervals against the bootstrap written out."""

import numpy as np
import pandas as pd
import pytest

from analytics.pmt_accuracy import REPEATS, assess, line_error, r_squared, targeting, truth_line, weighted_quantile

QUOTAS = (0.1, 0.2, 0.4)


def held_out(seed: int = 1, cases: int = 200, repeats: int = 3):
    """(truth, prediction, weight, group): repeats x cases of noisy, shrunken guesses; some values tied."""
    random = np.random.default_rng(seed)
    truth = random.normal(13, 0.6, cases).round(1)
    prediction = 13 + 0.6 * (truth - 13) + random.normal(0, 0.3, (repeats, cases))
    return truth, prediction, random.uniform(0.5, 4, cases), np.arange(cases) % 25


def by_brute_force(truth, prediction, weight, quota) -> dict[str, float]:
    """One row per case and repeat; the line found by walking up the sorted values."""
    frame = pd.DataFrame({"truth": truth, "weight": weight}).sort_values("truth")
    reached, line = 0.0, None
    for value, part in frame.groupby("truth")["weight"].sum().items():
        reached += part
        if reached >= quota * weight.sum():
            line = value
            break
    rows = pd.concat(pd.DataFrame({"t": truth, "p": guess, "w": weight}) for guess in prediction)
    poor, chosen = rows[rows["t"] <= line], rows[rows["p"] <= line]
    return {
        "line": float(np.exp(line)),
        "selected": chosen["w"].sum() / rows["w"].sum(),
        "exclusion": poor[poor["p"] > line]["w"].sum() / poor["w"].sum(),
        "inclusion": chosen[chosen["t"] > line]["w"].sum() / chosen["w"].sum(),
    }


@pytest.mark.parametrize("quota", QUOTAS)
@pytest.mark.parametrize("seed", range(3))
def test_line_errors_are_those_of_brute_force(seed, quota):
    truth, prediction, weight, group = held_out(seed)
    error = line_error(truth, prediction, weight, group, quota)
    assert error.model_dump(include={"line", "selected", "exclusion", "inclusion"}) == pytest.approx(
        by_brute_force(truth, prediction, weight, quota)
    )
    assert error.low <= error.exclusion <= error.high
    assert error.inclusion_low <= error.inclusion <= error.inclusion_high


def test_shrunken_predictions_reach_fewer_under_a_line_than_under_a_quota():
    truth, prediction, weight, group = held_out(cases=2000, repeats=1)
    error = line_error(truth, prediction, weight, group, 0.1)
    assert error.selected < 0.06
    assert error.exclusion > targeting(truth, prediction[0], weight, 0.1)[0] + 0.1


def test_the_line_is_the_smallest_value_that_reaches_the_share():
    value, weight = np.array([3.0, 1, 2, 2]), np.array([1.0, 2, 3, 4])
    assert [weighted_quantile(value, weight, share) for share in (0.1, 0.2, 0.21, 0.9, 0.91, 1.0)] == [1, 1, 2, 2, 3, 3]
    ten = np.arange(1.0, 11)
    assert weighted_quantile(ten, np.full(10, 0.1), 0.3) == 3


def test_intervals_are_percentiles_over_samples_of_whole_clusters():
    truth, prediction, weight, group = held_out(cases=60, repeats=2)
    accuracy = assess(truth, prediction, prediction, weight, group, (0.2,), seed=4)
    line = np.log(accuracy.fixed_line[0].line)
    random = np.random.default_rng(4)
    r2, exclusion, missed = [], [], []
    for _ in range(REPEATS):
        rows = np.concatenate([np.flatnonzero(group == drawn) for drawn in random.integers(0, 25, 25)])
        t, w = truth[rows], weight[rows]
        r2.append(np.mean([r_squared(t, guess[rows], w) for guess in prediction]))
        exclusion.append(np.mean([targeting(t, guess[rows], w, 0.2)[0] for guess in prediction]))
        poor = t <= line
        if poor.any():
            lost = sum(np.sum(w * (poor & (guess[rows] > line))) for guess in prediction)
            missed.append(lost / (2 * np.sum(w * poor)))
    quota, fixed = accuracy.targeting[0], accuracy.fixed_line[0]
    assert (accuracy.r2_low, accuracy.r2_high) == pytest.approx(tuple(np.quantile(r2, [0.05, 0.95])))
    assert (quota.low, quota.high) == pytest.approx(tuple(np.quantile(exclusion, [0.05, 0.95])))
    assert (fixed.low, fixed.high) == pytest.approx(tuple(np.quantile(missed, [0.05, 0.95])))


def test_figures_are_means_over_the_repeats():
    truth, prediction, weight, group = held_out()
    one_by_one = [assess(truth, row[None], row[None], weight, group, QUOTAS, 0) for row in prediction]
    together = assess(truth, prediction, prediction, weight, group, QUOTAS, 0)
    assert together.r2 == pytest.approx(np.mean([each.r2 for each in one_by_one]))
    assert together.spearman == pytest.approx(np.mean([each.spearman for each in one_by_one]))
    for position in range(3):
        for figure in ("exclusion", "inclusion"):
            apart = [getattr(each.targeting[position], figure) for each in one_by_one]
            assert getattr(together.targeting[position], figure) == pytest.approx(np.mean(apart))


def test_whole_clusters_give_wider_intervals_than_cases_where_clusters_are_alike():
    random = np.random.default_rng(0)
    group = np.repeat(np.arange(30), 20)
    shared = random.normal(0, 1, 30)[group]
    truth = 13 + shared + random.normal(0, 0.3, 600)
    prediction = (13 + 0.5 * shared + random.normal(0, 0.5, 30)[group])[None]
    one = np.ones(600)
    by_cluster = assess(truth, prediction, prediction, one, group, (0.2,), 0)
    by_case = assess(truth, prediction, prediction, one, np.arange(600), (0.2,), 0)
    assert by_cluster.r2_high - by_cluster.r2_low > 2 * (by_case.r2_high - by_case.r2_low)


def test_the_line_of_truth_on_prediction_is_weighted_least_squares():
    random = np.random.default_rng(4)
    expected = random.normal(13, 0.4, (2, 300))
    truth = 1.5 + 0.9 * expected[0] + random.normal(0, 0.3, 300)
    weight = random.uniform(0.2, 3, 300)
    found = truth_line(truth, expected, weight)
    fits = [np.polyfit(row, truth, 1, w=np.sqrt(weight)) for row in expected]
    assert found.slope == pytest.approx(np.mean([slope if slope > 0 else 1 for slope, _ in fits]))
    first = truth_line(truth, expected[:1], weight)
    left = truth - np.polyval(fits[0], expected[0])
    assert (first.slope, first.offset) == pytest.approx(tuple(fits[0]))
    assert first.spread == pytest.approx(np.sqrt(np.average(left**2, weights=weight)))


def test_predictions_that_lead_nowhere_are_left_as_they_are():
    truth, weight = np.array([1.0, 2.0, 3.0]), np.ones(3)
    flat = truth_line(truth, np.full((1, 3), 5.0), weight)
    assert (flat.slope, flat.offset) == (1.0, pytest.approx(-3.0))
    backwards = truth_line(truth, np.array([[3.0, 2.0, 1.0]]), weight)
    assert (backwards.slope, backwards.offset) == (1.0, pytest.approx(0.0))

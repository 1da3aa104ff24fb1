"""How well a score finds the poor, always on cases the score was not fitted on.

Everything is weighted by the survey weight as given. `truth` and `prediction` are ln expenditure per person.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.card_parts import LineError, TargetingError

Array = NDArray[np.float64]
Groups = NDArray[np.int64]
REPEATS = 400
LEVEL = 0.90


def r_squared(truth: Array, prediction: Array, weight: Array) -> float:
    """1 - weighted squared error / weighted variance around the weighted mean; below 0 = worse than the mean."""
    centre = np.average(truth, weights=weight)
    spread = float(np.sum(weight * (truth - centre) ** 2))
    return 1.0 - float(np.sum(weight * (truth - prediction) ** 2)) / spread if spread > 0 else 0.0


def spearman(truth: Array, prediction: Array, weight: Array) -> float | None:
    """Weighted correlation of the weighted mid-ranks; None where either side does not vary."""
    left, right = mid_rank(truth, weight), mid_rank(prediction, weight)
    left, right = left - np.average(left, weights=weight), right - np.average(right, weights=weight)
    scale = np.sqrt(np.sum(weight * left**2) * np.sum(weight * right**2))
    return float(np.sum(weight * left * right) / scale) if scale > 0 else None


def mid_rank(value: Array, weight: Array) -> Array:
    """The weight below each value plus half of what is tied with it."""
    below, own = _ties(_groups(value), weight)
    return below + own / 2


def _groups(value: Array) -> Groups:
    """Equal values numbered from 0, ascending. Sorted once, it serves every bootstrap weight."""
    return np.unique(value, return_inverse=True)[1]


def _ties(group: Groups, weight: Array) -> tuple[Array, Array]:
    """For each row the weight strictly below its value and the weight of all rows tied with it."""
    own: Array = np.bincount(group, weights=weight).astype(np.float64)
    return (np.cumsum(own) - own)[group], own[group]


def poorest(value: Array, weight: Array, quota: float) -> Array:
    """How much of each row (0 to 1) belongs to the poorest `quota` of the weight.

    The rows tied at the cut share what is left of the quota evenly, so the quota is filled exactly and no
    order of rows matters.
    """
    return _poorest(_groups(value), weight, quota)


def _poorest(group: Groups, weight: Array, quota: float) -> Array:
    below, own = _ties(group, weight)
    return np.clip((quota * weight.sum() - below) / np.where(own > 0, own, 1.0), 0.0, 1.0)


def targeting(truth: Array, prediction: Array, weight: Array, quota: float) -> tuple[float, float]:
    """Exclusion and inclusion error of a fixed quota.

    exclusion = P(not selected | among the poorest `quota` by truth), inclusion = P(not among them | selected);
    selected are the poorest `quota` by prediction. The quota being filled exactly on both sides, they agree.
    """
    by_truth, by_prediction = _groups(truth), _groups(prediction)
    return _errors(_poorest(by_truth, weight, quota), _poorest(by_prediction, weight, quota), weight)


def _errors(poor: Array, chosen: Array, weight: Array) -> tuple[float, float]:
    """(exclusion, inclusion) from how much of each row is poor and chosen."""
    hit = float(np.sum(weight * poor * chosen))
    return _rate(1 - hit / float(np.sum(weight * poor))), _rate(1 - hit / float(np.sum(weight * chosen)))


def weighted_quantile(value: Array, weight: Array, share: float) -> float:
    """The smallest value at or below which at least `share` of the weight lies."""
    order = np.argsort(value, kind="stable")
    reached = np.cumsum(weight[order])
    # As with deciles: ten weights of 0.1 do not sum to 1.
    return float(value[order][np.searchsorted(reached, (share - 1e-9) * reached[-1])])


@dataclass(frozen=True)
class Accuracy:
    """r2_low, r2_high: 90 % bootstrap interval of r2. All figures are means over the repeats."""

    r2: float
    r2_low: float
    r2_high: float
    spearman: float | None
    targeting: tuple[TargetingError, ...]
    fixed_line: tuple[LineError, ...]


def assess(
    truth: Array,
    prediction: Array,
    expected: Array,
    weight: Array,
    group: Groups,
    quotas: tuple[float, ...],
    seed: int,
) -> Accuracy:
    """All accuracy figures of held-out predictions, with 90 % percentile intervals.

    prediction, expected: repeats x cases (`pmt_folds.HeldOut`); R2 is of `expected`, everything else of `prediction`.
    `group` numbers the clusters from 0 (each case its own where the survey has none); whole clusters are drawn
    with replacement, the model is not refitted.
    """
    times = _draws(int(group.max()) + 1, seed)
    ranks = [spearman(truth, row, weight) for row in prediction]
    r2_low, r2_high = _interval(_drawn_r2(truth, expected, weight, group, times))
    return Accuracy(
        r2=float(np.mean([r_squared(truth, row, weight) for row in expected])),
        r2_low=r2_low,
        r2_high=r2_high,
        spearman=None if None in ranks else float(np.mean(np.array(ranks, dtype=float))),
        targeting=_quota_errors(truth, prediction, weight, group, quotas, times),
        fixed_line=tuple(line_error(truth, prediction, weight, group, quota, times) for quota in quotas),
    )


def _draws(clusters: int, seed: int) -> Array:
    """How often each cluster is in each bootstrap sample: samples x clusters."""
    random = np.random.default_rng(seed)
    return np.array(
        [np.bincount(random.integers(0, clusters, clusters), minlength=clusters) for _ in range(REPEATS)], dtype=float
    )


def _interval(drawn: Array) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return float(low), float(high)


def _by_cluster(values: Array, group: Groups) -> Array:
    """Sums over the cases of each cluster: a bootstrap sample's sum is then draws @ these."""
    return np.bincount(group, weights=values).astype(np.float64)


def _drawn_r2(truth: Array, expected: Array, weight: Array, group: Groups, times: Array) -> Array:
    """R2, mean over the repeats, in each bootstrap sample."""
    centred = truth - np.average(truth, weights=weight)
    mass, first, second = (times @ _by_cluster(weight * centred**power, group) for power in (0, 1, 2))
    squares = times @ _by_cluster(weight * ((truth - expected) ** 2).mean(axis=0), group)
    spread = second - first**2 / mass
    return 1 - squares[spread > 0] / spread[spread > 0]


def _quota_errors(
    truth: Array, prediction: Array, weight: Array, group: Groups, quotas: tuple[float, ...], times: Array
) -> tuple[TargetingError, ...]:
    by_truth, by_prediction = _groups(truth), [_groups(row) for row in prediction]

    def errors(sample: Array, quota: float) -> tuple[float, float]:
        poor = _poorest(by_truth, sample, quota)
        both = [_errors(poor, _poorest(row, sample, quota), sample) for row in by_prediction]
        exclusion, inclusion = np.mean(both, axis=0)
        return float(exclusion), float(inclusion)

    drawn = np.array([[errors(weight * row[group], quota)[0] for quota in quotas] for row in times])
    made = []
    for position, quota in enumerate(quotas):
        exclusion, inclusion = errors(weight, quota)
        low, high = _interval(drawn[:, position])
        made.append(TargetingError(quota=quota, exclusion=exclusion, inclusion=inclusion, low=low, high=high))
    return tuple(made)


def line_error(
    truth: Array, prediction: Array, weight: Array, group: Groups, quota: float, times: Array | None = None
) -> LineError:
    """Errors where those on or below one line are poor by truth, and chosen by prediction.

    The line is the weighted `quota` quantile of truth, the same in every bootstrap sample; `LineError.line` is its
    antilogarithm. prediction: repeats x cases; several repeats are taken together.
    """
    line = weighted_quantile(truth, weight, quota)
    poor, chosen = (truth <= line).astype(float), (prediction <= line).mean(axis=0)
    mass, needy, taken, hit = (
        _by_cluster(weight * part, group) for part in (np.ones(len(truth)), poor, chosen, poor * chosen)
    )
    times = _draws(len(mass), 0) if times is None else times
    some_poor, some_taken = times @ needy > 0, times @ taken > 0
    low, high = _interval(1 - (times @ hit)[some_poor] / (times @ needy)[some_poor])
    anyone = bool(taken.sum() > 0)
    wrong = _interval(1 - (times @ hit)[some_taken] / (times @ taken)[some_taken]) if anyone else (None, None)
    return LineError(
        quota=quota,
        line=float(np.exp(line)),
        selected=_rate(taken.sum() / mass.sum()),
        exclusion=_rate(1 - hit.sum() / needy.sum()),
        low=_rate(low),
        high=_rate(high),
        inclusion=_rate(1 - hit.sum() / taken.sum()) if anyone else None,
        inclusion_low=None if wrong[0] is None else _rate(wrong[0]),
        inclusion_high=None if wrong[1] is None else _rate(wrong[1]),
    )


def _rate(value: float) -> float:
    """Rounding may carry a perfect hit a hair out of 0 to 1."""
    return min(1.0, max(0.0, float(value)))


def cluster_sd(residual: Array, group: Groups) -> float | None:
    """SD of the effect that the members of a cluster share, in the residual's unit.

    One-way analysis of variance with unequal sizes: (MS between - MS within) / n0, with
    n0 = (n - sum n_j^2 / n) / (J - 1), floored at 0 (Searle, Casella, McCulloch 1992, ch. 3). Unweighted.
    None with fewer than two clusters or no cluster of two.
    """
    sizes = np.bincount(group)
    sizes = sizes[sizes > 0]
    cases, clusters = len(residual), len(sizes)
    if clusters < 2 or cases == clusters:
        return None
    _, dense = np.unique(group, return_inverse=True)
    means = np.bincount(dense, weights=residual) / sizes
    between = float(np.sum(sizes * (means - residual.mean()) ** 2)) / (clusters - 1)
    within = float(np.sum((residual - means[dense]) ** 2)) / (cases - clusters)
    typical = (cases - float(np.sum(sizes.astype(float) ** 2)) / cases) / (clusters - 1)
    return float(np.sqrt(max(0.0, (between - within) / typical)))


@dataclass(frozen=True)
class TruthLine:
    """truth = offset + slope x held-out prediction, in ln units; spread: the SD of truth around it."""

    offset: float
    slope: float
    spread: float


def truth_line(truth: Array, expected: Array, weight: Array) -> TruthLine:
    """Weighted regression of truth on held-out predictions (repeats x cases), the mean of its figures over repeats.

    Predictions that do not vary, or lead nowhere (slope not above 0), are left as they are: slope 1, offset their bias.
    """
    found = []
    for row in expected:
        centre, mean = np.average(truth, weights=weight), np.average(row, weights=weight)
        vary = float(np.sum(weight * (row - mean) ** 2))
        slope = float(np.sum(weight * (row - mean) * (truth - centre))) / vary if vary > 0 else 1.0
        slope = slope if slope > 0 else 1.0
        left = truth - centre - slope * (row - mean)
        found.append((centre - slope * mean, slope, np.sqrt(np.average(left**2, weights=weight))))
    offset, slope, spread = np.mean(np.array(found), axis=0)
    return TruthLine(float(offset), float(slope), float(spread))

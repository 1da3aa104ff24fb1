"""How well a score finds the poor, always on cases the score was not fitted on.

Everything is weighted by the survey weight as given. `truth` and `prediction` are ln expenditure per person.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.card_parts import TargetingError

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
    left, right = _mid_rank(truth, weight), _mid_rank(prediction, weight)
    left, right = left - np.average(left, weights=weight), right - np.average(right, weights=weight)
    scale = np.sqrt(np.sum(weight * left**2) * np.sum(weight * right**2))
    return float(np.sum(weight * left * right) / scale) if scale > 0 else None


def _mid_rank(value: Array, weight: Array) -> Array:
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
    return _targeting(_groups(truth), _groups(prediction), weight, quota)


def _targeting(truth: Groups, prediction: Groups, weight: Array, quota: float) -> tuple[float, float]:
    poor, chosen = _poorest(truth, weight, quota), _poorest(prediction, weight, quota)
    hit = float(np.sum(weight * poor * chosen))
    # Rounding may carry a perfect hit a hair over 1.
    exclusion = 1 - hit / float(np.sum(weight * poor))
    inclusion = 1 - hit / float(np.sum(weight * chosen))
    return min(1.0, max(0.0, exclusion)), min(1.0, max(0.0, inclusion))


@dataclass(frozen=True)
class Accuracy:
    """r2_low: lower end of the 90 % bootstrap interval of r2."""

    r2: float
    r2_low: float
    spearman: float | None
    targeting: tuple[TargetingError, ...]


def assess(
    truth: Array,
    prediction: Array,
    weight: Array,
    group: Groups,
    quotas: tuple[float, ...],
    seed: int,
) -> Accuracy:
    """All accuracy figures of held-out predictions, with 90 % percentile intervals.

    `group` numbers the clusters from 0 (each case its own where the survey has none); whole clusters are drawn
    with replacement, the model is not refitted.
    """
    random = np.random.default_rng(seed)
    count = int(group.max()) + 1
    by_truth, by_prediction = _groups(truth), _groups(prediction)
    drawn_r2: list[float] = []
    drawn: list[list[float]] = [[] for _ in quotas]
    for _ in range(REPEATS):
        times = np.bincount(random.integers(0, count, count), minlength=count)[group]
        sample = weight * times
        if not sample.any():
            continue
        drawn_r2.append(r_squared(truth, prediction, sample))
        for store, quota in zip(drawn, quotas, strict=True):
            store.append(_targeting(by_truth, by_prediction, sample, quota)[0])
    tail = (1 - LEVEL) / 2
    errors = []
    for store, quota in zip(drawn, quotas, strict=True):
        exclusion, inclusion = targeting(truth, prediction, weight, quota)
        low, high = np.quantile(store, [tail, 1 - tail])
        errors.append(
            TargetingError(quota=quota, exclusion=exclusion, inclusion=inclusion, low=float(low), high=float(high))
        )
    return Accuracy(
        r2=r_squared(truth, prediction, weight),
        r2_low=float(np.quantile(drawn_r2, tail)),
        spearman=spearman(truth, prediction, weight),
        targeting=tuple(errors),
    )


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

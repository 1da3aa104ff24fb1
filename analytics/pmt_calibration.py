"""Whether predicted chances of lying below a line are true: of those given 30 %, do 30 % lie below it?

Only for a model of the mean: a quantile model's prediction has no spread around it that is known.
"""

import numpy as np
from numpy.typing import NDArray

from analytics.card_parts import CalibrationBin
from analytics.pmt_accuracy import LEVEL, REPEATS, weighted_quantile

Array = NDArray[np.float64]
BINS = 10


def chance_below(line: float, prediction: Array, sigma: float) -> Array:
    """P(truth <= line) of each case, all in ln units: Phi((line - prediction) / sigma); 0 or 1 where sigma is 0."""
    from scipy.special import ndtr

    if sigma == 0:
        return (prediction <= line).astype(float)
    return np.asarray(ndtr((line - prediction) / sigma), dtype=float)


def calibration(
    truth: Array, prediction: Array, weight: Array, group: NDArray[np.int64], sigma: float, quota: float, seed: int
) -> tuple[CalibrationBin, ...]:
    """Predicted against actual share below the line that cuts off `quota`, by tenth of predicted chance.

    Arrays over held-out cases, ln units; a case without weight does not take part. Tenths are of the weight; cases of
    the same chance stay together, in the tenth where the last of them falls, so a tenth can be empty and is then left
    out. Intervals: whole clusters (`group`, numbered from 0) drawn anew; line and tenths stay.
    """
    taking = weight > 0
    truth, prediction, weight, group = truth[taking], prediction[taking], weight[taking], group[taking]
    line = weighted_quantile(truth, weight, quota)
    chance = chance_below(line, prediction, sigma)
    below = (truth <= line).astype(float)
    tenth = _tenths(chance, weight)
    drawn = _drawn_shares(below, weight, group, tenth, seed)
    tail = (1 - LEVEL) / 2
    bins = []
    for number in np.unique(tenth):
        here = tenth == number
        low, high = np.nanquantile(drawn[:, number - 1], [tail, 1 - tail])
        bins.append(
            CalibrationBin(
                quota=quota,
                bin=int(number),
                n=int(here.sum()),
                predicted=_share(chance[here], weight[here]),
                actual=_share(below[here], weight[here]),
                low=float(low),
                high=float(high),
            )
        )
    return tuple(bins)


def _tenths(chance: Array, weight: Array) -> NDArray[np.int64]:
    _, place = np.unique(chance, return_inverse=True)
    upto = np.cumsum(np.bincount(place, weights=weight))
    return np.clip(np.ceil(BINS * upto / upto[-1] - 1e-9), 1, BINS).astype(np.int64)[place]


def _drawn_shares(below: Array, weight: Array, group: NDArray[np.int64], tenth: NDArray[np.int64], seed: int) -> Array:
    """Draws x tenths: the share below the line; not a number where no case of a tenth was drawn."""
    random = np.random.default_rng(seed)
    count = int(group.max()) + 1
    drawn = np.full((REPEATS, BINS), np.nan)
    for repeat in range(REPEATS):
        sample = weight * np.bincount(random.integers(0, count, count), minlength=count)[group]
        whole = np.bincount(tenth - 1, weights=sample, minlength=BINS)
        part = np.bincount(tenth - 1, weights=sample * below, minlength=BINS)
        np.divide(part, whole, out=drawn[repeat], where=whole > 0)
    return np.minimum(drawn, 1.0)


def _share(values: Array, weight: Array) -> float:
    # Rounding may carry an average of ones a hair over 1.
    return min(1.0, float(np.average(values, weights=weight)))

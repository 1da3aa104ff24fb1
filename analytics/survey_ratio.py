"""A ratio of two weighted sums from a cluster sample, with its design-based error."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Ratio:
    """value: sum w y / sum w x. se: its standard error, null with fewer than two clusters. rse: se / |value|, null
    where the value is 0 or se null. low, high: 95 % interval (t with clusters - 1 degrees). cases: rows with x above 0.
    """

    value: float
    se: float | None
    rse: float | None
    low: float | None
    high: float | None
    cases: int
    clusters: int


def survey_ratio(upper: ArrayLike, lower: ArrayLike, weight: ArrayLike, cluster: ArrayLike) -> Ratio | None:
    """R = sum w y / sum w x over a sample, linearised: z = w (y - R x) / sum w x, summed by cluster.

    Var R = G / (G - 1) sum (z_g - mean z)^2, G clusters drawn with replacement, one stratum. Rows outside a domain
    are given with y = x = 0, so that their clusters count. None where the lower sum is 0. ValueError for a negative or
    unknown number. Woodruff (1971), JASA 66(334), 411-414; Särndal, Swensson, Wretman (1992), ch. 5.
    """
    from scipy.special import stdtrit  # quantiles of t, without all of scipy.stats

    y, x, w = (np.asarray(part, dtype=float) for part in (upper, lower, weight))
    if not (np.isfinite([*y, *x, *w]).all() and (x >= 0).all() and (w >= 0).all()):
        raise ValueError("sums need known numbers, none of them below zero")
    whole = float(np.sum(w * x))
    if not whole > 0:
        return None
    value = float(np.sum(w * y)) / whole
    _, place = np.unique(np.asarray(cluster), return_inverse=True)
    drawn = np.bincount(place, weights=w * (y - value * x) / whole)
    count = len(drawn)
    cases = int(np.sum((x > 0) & (w > 0)))
    if count < 2:
        return Ratio(value, None, None, None, None, cases, count)
    se = float(np.sqrt(count / (count - 1) * np.sum((drawn - drawn.mean()) ** 2)))
    reach = float(stdtrit(count - 1, 0.975)) * se
    return Ratio(value, se, se / abs(value) if value else None, value - reach, value + reach, cases, count)

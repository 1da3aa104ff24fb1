"""How many persons of a village live below a line, when only a score is known of each family: NumPy, no database.

The model (Elbers, Lanjouw and Lanjouw 2003): ln consumption of family i in village v is
score_i + shift_v + own_i, with shift_v ~ N(0, shift_sd_v^2) shared by the village (its own effect, and what the
coefficients are off by there) and own_i ~ N(0, own_sd^2). Given the shift, families are independent, so the
number of persons below the line has mean sum size_i p_i and variance sum size_i^2 p_i (1 - p_i), with
p_i = Phi((ln z - score_i - shift) / own_sd). The shift is integrated over a fixed grid; no random number is drawn.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]

# Shifts from -4 to 4 standard deviations; what lies beyond is 6 in 100,000.
_STEPS: Array = np.linspace(-4.0, 4.0, 33)
_WEIGHTS: Array = np.exp(-(_STEPS**2) / 2) / np.exp(-(_STEPS**2) / 2).sum()
_TINY = 1e-9


@dataclass(frozen=True)
class VillageCounts:
    """Persons below the line, village by village, for each step of the shift.

    mean, variance: villages x steps, given the shift (in persons, persons squared). persons: all of the village, whom
    no count exceeds.
    """

    mean: Array
    variance: Array
    persons: Array

    def __add__(self, other: "VillageCounts") -> "VillageCounts":
        """The counts of both sets of families together, of the same villages."""
        return VillageCounts(self.mean + other.mean, self.variance + other.variance, self.persons + other.persons)

    @property
    def expected(self) -> Array:
        """Expected persons, one per village."""
        return self.mean @ _WEIGHTS

    def at_most(self, persons: Array) -> Array:
        """P(count <= persons), one per village. A count is whole: half a person is added (continuity), and
        all of the village are the most there can be."""
        spread = np.sqrt(np.maximum(self.variance, _TINY))
        reached = _phi((persons[:, None] + 0.5 - self.mean) / spread) @ _WEIGHTS
        return np.where(persons >= self.persons, 1.0, reached)

    def above(self, threshold: float) -> Array:
        """P(count > threshold), one per village."""
        return np.clip(1.0 - self.at_most(np.full(len(self.mean), threshold)), 0.0, 1.0)

    def quantile(self, share: float) -> Array:
        """The count below which it lies with this chance, one per village; 0 to all of the village. By bisection."""
        low = np.full(len(self.mean), -1.0)
        high = self.mean.max(axis=1) + 8 * np.sqrt(self.variance.max(axis=1)) + 1
        for _ in range(50):
            middle = (low + high) / 2
            below = self.at_most(middle) < share
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.clip(high, 0.0, self.persons)


def chance(gap: Array, sd: Array) -> Array:
    """P(family below the line) = Phi(gap / sd), one per family; gap = ln(line) - score, in ln units.

    With sd^2 = own_sd^2 + shift_sd^2 of its village, sizes times chances add up to the village's expected count.
    """
    return _phi(gap / np.maximum(sd, _TINY))


def village_counts(village: Index, size: Array, gap: Array, own_sd: float, shift_sd: Array) -> VillageCounts:
    """Persons below the line given each step of the shift.

    village: 0 .. villages-1 of each family; size: its persons (0 where not known: it adds nobody); gap:
    ln(line) - score, in ln units; own_sd, shift_sd (one per village): standard deviations in ln units.
    """
    count = len(shift_sd)
    mean, variance = np.empty((count, len(_STEPS))), np.empty((count, len(_STEPS)))
    squared, own = size**2, max(own_sd, _TINY)
    for step, shift in enumerate(_STEPS):
        below = _phi((gap - shift * shift_sd[village]) / own)
        mean[:, step] = np.bincount(village, weights=size * below, minlength=count)
        variance[:, step] = np.bincount(village, weights=squared * below * (1 - below), minlength=count)
    persons = np.bincount(village, weights=size, minlength=count).astype(np.float64)
    return VillageCounts(mean, variance, persons)


def drift_variance(lean: Array, covariance: Array) -> Array:
    """Variance of a village's shift that comes from the coefficients, one per village (see `share_of_draws_on_top`)."""
    return np.maximum(((lean @ covariance) * lean).sum(axis=1), 0.0)


def share_of_draws_on_top(
    counts: VillageCounts, village_sd: float, lean: Array, covariance: Array, area: Index, top: int, draws: int = 1000
) -> Array:
    """Share of simulations in which a village is among the `top` of its area with most persons below the line.

    One per village, 0 to 1. Unlike a village's own interval, an order depends on what villages share: each draw
    takes one set of coefficients for all. lean: villages x coefficients, how a change of the coefficients shifts
    the village; covariance: of the coefficients (both empty: no such uncertainty); area: 0 .. of each village.
    The same input gives the same shares (fixed seed).
    """
    random = np.random.default_rng(20_030_101)
    villages, steps = counts.mean.shape
    total_sd = np.maximum(np.sqrt(village_sd**2 + drift_variance(lean, covariance)), _TINY)
    root = _root(covariance)
    lean_root = lean @ root
    mean, variance = counts.mean.ravel(), counts.variance.ravel()
    rows = np.arange(villages) * steps
    on_top = _first_of_each(area, top)
    hits = np.zeros(villages)
    for _ in range(draws):
        # Not `@`: for so small a product its threads wait for each other longer than they work.
        drift = np.einsum("ij,j->i", lean_root, random.standard_normal(len(root)))
        shift = (drift + village_sd * random.standard_normal(villages)) / total_sd
        place = np.clip((shift - _STEPS[0]) / (_STEPS[1] - _STEPS[0]), 0, steps - 1 - _TINY)
        left = place.astype(np.int64)
        part = place - left
        left += rows
        expected = mean.take(left) * (1 - part) + mean.take(left + 1) * part
        spread = variance.take(left) * (1 - part) + variance.take(left + 1) * part
        drawn = expected + np.sqrt(spread) * random.standard_normal(villages)
        hits[_most_first(area, drawn, np.asarray(random.random(villages)))[on_top]] += 1
    return hits / draws


def _first_of_each(area: Index, top: int) -> NDArray[np.bool_]:
    """Which places are among the `top` of their area, in any order of the villages that goes by area first."""
    ordered = np.sort(area)
    first = np.r_[0, np.flatnonzero(np.diff(ordered)) + 1]
    position = np.arange(len(area)) - np.repeat(first, np.diff(np.r_[first, len(area)]))
    return np.asarray(position < top)


def _most_first(area: Index, drawn: Array, chance: Array) -> Index:
    """The villages by area, within it those with most first; villages of the same count, as where nobody can be poor,
    by chance."""
    order = np.argsort(-drawn)
    falling = drawn[order]
    if (falling[1:] == falling[:-1]).any():
        return np.lexsort((chance, -drawn, area))
    # Without ties two quick sorts give the same order at a fifth of the time; NumPy sorts 16 bits by counting.
    small = area.astype(np.uint16) if area.max(initial=0) < 2**16 else area
    return order[np.argsort(small[order], kind="stable")]


def _root(covariance: Array) -> Array:
    """A square root of a covariance matrix, also of one that a few clusters leave without full rank."""
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0.0))


def _phi(values: Any) -> Array:
    from scipy.special import ndtr  # imported late: the first page does not wait for SciPy

    return np.asarray(ndtr(values), dtype=np.float64)

"""Is a rate higher here and next door than chance would have it? Arrays only: no database, no map.

Rates of villages of unlike size are made comparable (empirical Bayes), then every village with its neighbours is
compared with as many villages drawn at random (permutation).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Progress = Callable[[float, str], None]

PIECE = 10_000  # permutations drawn at once: those of 25 villages then take 2 MB


@dataclass(frozen=True)
class Smoothed:
    """Rates of units of unlike size, by Marshall (1991).

    mean: cases / population over all units. between: variance of the true rates, at least 0. smoothed: each rate
    drawn toward the mean, the more the smaller its unit. standard: (rate - mean) / its standard deviation, chance of
    counting included (Assunção and Reis 1999); all 0 where neither counting nor places differ.
    """

    mean: float
    between: float
    smoothed: Numbers
    standard: Numbers


def empirical_bayes(cases: Numbers, population: Numbers, within: float | None = None) -> Smoothed:
    """Smoothed rates cases / population (> 0).

    within: variance of a unit's rate times its population, the same for all units; by default the mean rate, as for
    cases that come one by one (Poisson). With s² = Σ n (r - m)² / Σ n the variance between is max(0, s² - within /
    mean population), and a rate's weight between / (between + within / n).
    """
    mean = float(cases.sum() / population.sum())
    rates = cases / population
    chance = (mean if within is None else within) / population
    spread = float((population * (rates - mean) ** 2).sum() / population.sum())
    between = max(0.0, spread - float((chance * population).mean() / population.mean()))
    variance = between + chance
    certain = variance > 0
    weight = np.divide(between, variance, out=np.zeros_like(rates), where=certain)
    standard = np.divide(rates - mean, np.sqrt(variance), out=np.zeros_like(rates), where=certain)
    return Smoothed(mean, between, mean + weight * (rates - mean), standard)


def enough_draws(groups: int, level: float) -> int:
    """Draws with which the rarest chance, 2 / (draws + 1), stays below the strictest limit there may be: level / n."""
    return math.ceil(2 * groups / level)


def sum_chances(
    values: Numbers,
    members: Sequence[Any],
    draws: int,
    seed: int,
    progress: Progress | None = None,
) -> Numbers:
    """Per group the chance, either way, that as many units drawn at random sum up as far out as its members.

    members: positions of the units of each group. Of R = `draws` draws without replacement, M as high or higher (or as
    low or lower, whichever is rarer): min(1, 2 (M + 1) / (R + 1)). Groups of one size are compared with the same draws.
    """
    step = progress or (lambda share, phrase: None)
    rng = np.random.default_rng(seed)
    sizes = np.array([len(group) for group in members])
    observed = np.array([values[group].sum() for group in members])
    slack = 1e-9 * float(np.abs(values).max())  # the same villages in another order sum up to another last digit
    high, low = np.zeros(len(members), dtype=np.int64), np.zeros(len(members), dtype=np.int64)
    for start in range(0, draws, PIECE):
        drawn = _draws(rng, len(values), int(sizes.max()), min(PIECE, draws - start))
        sums = np.cumsum(values[drawn], axis=1)
        for size in np.unique(sizes):
            at = sizes == size
            ordered = np.sort(sums[:, size - 1])
            high[at] += len(ordered) - np.searchsorted(ordered, observed[at] - slack, side="left")
            low[at] += np.searchsorted(ordered, observed[at] + slack, side="right")
        step(min(1.0, (start + PIECE) / draws), "Membandingkan desa dengan desa acak")
    return np.minimum(1.0, 2.0 * (np.minimum(high, low) + 1) / (draws + 1))


def _draws(rng: np.random.Generator, n: int, k: int, size: int) -> Any:
    """`size` rows of k different positions below n; every beginning of a row is as random as the whole (Floyd)."""
    rows = np.empty((size, k), dtype=np.int64)
    for column, last in enumerate(range(n - k, n)):
        picked = rng.integers(0, last + 1, size)
        taken = (rows[:, :column] == picked[:, None]).any(axis=1)
        rows[:, column] = np.where(taken, last, picked)
    return rng.permuted(rows, axis=1)

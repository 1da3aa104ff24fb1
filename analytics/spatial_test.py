"""Is a rate higher here and next door than chance would have it? Arrays only: no database, no map.

Rates of villages of unlike size are made comparable (empirical Bayes), then every village's neighbours are compared
with as many villages drawn at random from the rest (conditional permutation).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Progress = Callable[[float, str], None]

PIECE = 10_000  # permutations drawn at once: an index of 25 neighbours then takes 2 MB
FEW = 10  # draws beyond what was seen: with fewer, a chance is too coarse to be compared with a small limit


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


def neighbour_chances(
    values: Numbers,
    neighbours: Sequence[Any],
    permutations: int,
    seed: int,
    level: float,
    progress: Progress | None = None,
) -> Numbers:
    """Per unit the chance, either way, that as many units drawn from all others sum up as far out as its neighbours.

    Of R draws, M as high or higher (or as low or lower, whichever is rarer): min(1, 2 (M + 1) / (R + 1)), which is
    2 / (R + 1) at the least. With n units a limit of false discoveries may be as low as level / n: where R cannot get
    there, units with fewer than FEW such draws are drawn anew, 2 n / level times, and only the new draws count.
    """
    step = progress or (lambda share, phrase: None)
    rng = np.random.default_rng(seed)
    n = len(values)
    needed = math.ceil(2 * n / level)
    first_part = 1.0 if permutations >= needed else 0.6
    everyone = list(range(n))
    rarer = _rarer(values, neighbours, everyone, permutations, rng, lambda share: step(first_part * share, PHRASE))
    chances = 2.0 * (rarer + 1) / (permutations + 1)
    if permutations < needed:
        far_out = [at for at in everyone if rarer[at] < FEW]
        again = _rarer(values, neighbours, far_out, needed, rng, lambda share: step(0.6 + 0.4 * share, PHRASE))
        chances[far_out] = 2.0 * (again[far_out] + 1) / (needed + 1)
    return np.minimum(chances, 1.0)


PHRASE = "Membandingkan desa dengan desa acak"


def _rarer(
    values: Numbers,
    neighbours: Sequence[Any],
    units: Sequence[int],
    draws: int,
    rng: np.random.Generator,
    told: Callable[[float], None],
) -> Any:
    """Per unit the number of draws at or above the neighbours' sum, or at or below it: the smaller one.

    All units are compared with the same draws. Units not asked for have 0.
    """
    high, low = np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.int64)
    if not units:
        return high
    observed = {at: values[neighbours[at]].sum() for at in units}
    slack = 1e-9 * float(np.abs(values).max())  # the same villages in another order sum up to another last digit
    most = max(len(neighbours[at]) for at in units)
    for start in range(0, draws, PIECE):
        drawn = _draws(rng, len(values) - 1, most, min(PIECE, draws - start))
        for at in units:
            sums = np.delete(values, at)[drawn[:, : len(neighbours[at])]].sum(axis=1)
            high[at] += int((sums >= observed[at] - slack).sum())
            low[at] += int((sums <= observed[at] + slack).sum())
        told(min(1.0, (start + PIECE) / draws))
    return np.minimum(high, low)


def _draws(rng: np.random.Generator, n: int, k: int, size: int) -> Any:
    """`size` rows of k different positions below n; every beginning of a row is as random as the whole (Floyd)."""
    rows = np.empty((size, k), dtype=np.int64)
    for column, last in enumerate(range(n - k, n)):
        picked = rng.integers(0, last + 1, size)
        taken = (rows[:, :column] == picked[:, None]).any(axis=1)
        rows[:, column] = np.where(taken, last, picked)
    return rng.permuted(rows, axis=1)

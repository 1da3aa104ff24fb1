"""Poverty and inequality of a survey or a register: Foster-Greer-Thorbecke indices and the Gini coefficient.

Weighted by a survey weight (families or persons represented). A row whose value or weight is not known, or whose
weight is zero, takes no part; a negative weight is refused by ValueError, since nothing can be represented minus twice.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def fgt(values: ArrayLike, line: float, alpha: int, weight: ArrayLike | None = None) -> float | None:
    """P_alpha = sum w ((line - y) / line)^alpha over the poor (y < line) / sum w over all, 0 to 1 for y >= 0.

    alpha 0: share of the poor; 1: mean gap as a share of the line; 2: the same, squared. values, line: money per
    person, same unit. A value at the line is not poor. A negative income counts as it is: its gap exceeds the line,
    so that P1 and P2 can pass 1. None without any row; ValueError for a line of zero or less, or alpha below 0.
    Foster, Greer, Thorbecke (1984), Econometrica 52(3), 761-766; the strict side of the line as in Haughton and
    Khandker (2009), Handbook on Poverty and Inequality, World Bank, eq. 4.3.
    """
    if line <= 0 or alpha < 0:
        raise ValueError("the line is above zero, alpha is not below it")
    income, mass = _known(values, weight)
    if not len(income):
        return None
    poor = income < line
    gap = (line - income[poor]) / line
    return float(np.sum(mass[poor] * gap**alpha) / mass.sum())


def gini(values: ArrayLike, weight: ArrayLike | None = None) -> float | None:
    """Gini coefficient of a weighted population: half the mean absolute difference over the mean, 0 to 1.

    G = sum_i sum_j w_i w_j |y_i - y_j| / (2 W^2 mean); the population is the one the weights stand for, so there is
    no correction n / (n - 1). Zero incomes count. Tied incomes may stand in any order. None without any row, where
    any income is negative, and where all are zero: shares of the total have no meaning then.
    Computed as twice the covariance of income and rank over the mean: Lerman and Yitzhaki (1989), Journal of
    Econometrics 42(1), 43-47.
    """
    income, mass = _known(values, weight)
    if not len(income) or income.min() < 0 or income.max() == 0:
        return None
    order = np.argsort(income, kind="stable")
    income, mass = income[order], mass[order] / mass.sum()
    # The middle of each row's own part of the population, 0 to 1: covariance of income and rank, doubled.
    rank = np.cumsum(mass) - mass / 2
    mean = float(np.sum(mass * income))
    return max(0.0, float(2 * np.sum(mass * income * (rank - 0.5)) / mean))


def _known(values: ArrayLike, weight: ArrayLike | None) -> tuple[Array, Array]:
    income = np.asarray(values, dtype=float)
    mass = np.ones(len(income)) if weight is None else np.asarray(weight, dtype=float)
    if np.any(mass < 0):
        raise ValueError("a weight is not below zero")
    taking = np.isfinite(income) & np.isfinite(mass) & (mass > 0)
    return income[taking], mass[taking]

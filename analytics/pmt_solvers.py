"""Three ways to find a linear scorecard: least squares, LASSO, and quantile regression at the poverty quantile.

All are weighted and work on standardised columns, unknowns at the mean of the part they are fitted on, so that a
level absent from a fold gets 0 and not an arbitrary number.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.pmt_design import standardise
from analytics.pmt_folds import Array, Sample, draw_folds

# The path of penalties: from the one that leaves no term down to a thousandth of it.
PENALTIES = 60
SMALLEST = 1e-3


@dataclass(frozen=True)
class Equation:
    """prediction = intercept + values @ slopes, a value not known counting as `mean`, that of the fitted part.

    penalty: the LASSO's, in ln units on standardised columns; None for the other methods.
    """

    intercept: float
    slopes: Array
    mean: Array
    penalty: float | None = None

    def predict(self, matrix: Array) -> Array:
        return np.asarray(self.intercept + np.where(np.isnan(matrix), self.mean, matrix) @ self.slopes)


def _equation(centre: float, standard: Array, mean: Array, scale: Array, penalty: float | None = None) -> Equation:
    """From slopes on standardised columns; centre: the prediction where every column is at its mean."""
    slopes = standard / scale
    return Equation(float(centre - mean @ slopes), slopes, mean, penalty)


def least_squares(sample: Sample) -> Equation:
    """Weighted least squares."""
    scaled, mean, scale = standardise(sample.matrix, sample.weight)
    centre = float(np.average(sample.target, weights=sample.weight))
    root = np.sqrt(sample.weight)
    slopes = np.linalg.lstsq(scaled * root[:, None], (sample.target - centre) * root, rcond=1e-10)[0]
    return _equation(centre, np.asarray(slopes, dtype=np.float64), mean, scale)


def lasso(sample: Sample, seed: int) -> Equation:
    """Least squares with a penalty on the sum of absolute standardised slopes (Tibshirani 1996).

    The penalty with the least weighted squared error on folds of whole clusters, drawn within `sample`.
    """
    penalties = _penalties(sample)
    folds = draw_folds(sample.group, seed)
    error = np.zeros(len(penalties))
    for fold in range(int(folds.max()) + 1):
        test = folds == fold
        seen = sample.part(~test)
        centre, path, mean, scale = _path(seen, penalties)
        values = sample.matrix[test]
        standard = (np.where(np.isnan(values), mean, values) - mean) / scale
        residual = sample.target[test, None] - centre - standard @ path
        error += sample.weight[test] @ residual**2
    return lasso_at(sample, float(penalties[int(np.argmin(error))]))


def lasso_at(sample: Sample, penalty: float) -> Equation:
    """The LASSO with a given penalty p: least mean weighted squared error / 2 + p x sum of |standardised slope|."""
    centre, path, mean, scale = _path(sample, np.array([penalty]))
    return _equation(centre, path[:, 0], mean, scale, penalty)


def _penalties(sample: Sample) -> Array:
    scaled, _, _ = standardise(sample.matrix, sample.weight)
    share = sample.weight / sample.weight.sum()
    centred = sample.target - share @ sample.target
    # Columns that tell nothing at all would give a path of zeros.
    faint = 1e-3 * np.sqrt(share @ centred**2)
    largest = max(float(np.abs(scaled.T @ (share * centred)).max()), float(faint), 1e-9)
    return np.asarray(np.geomspace(largest, largest * SMALLEST, PENALTIES))


def _path(sample: Sample, penalties: Array) -> tuple[float, Array, Array, Array]:
    """(weighted mean of the target, standardised slopes as columns x penalties, means, scales)."""
    from sklearn.linear_model import lasso_path

    scaled, mean, scale = standardise(sample.matrix, sample.weight)
    centre = float(np.average(sample.target, weights=sample.weight))
    # Weights of mean 1 into rows: then sklearn's plain mean of squares is the weighted one.
    root = np.sqrt(sample.weight / sample.weight.mean())
    rows, goal = np.asfortranarray(scaled * root[:, None]), (sample.target - centre) * root
    _, path, _ = lasso_path(
        rows, goal, alphas=penalties, precompute=rows.T @ rows, Xy=rows.T @ goal, tol=1e-7, max_iter=100_000
    )
    return centre, np.asarray(path), mean, scale


def quantile(sample: Sample, level: float) -> Equation:
    """Weighted linear quantile regression (Koenker and Bassett 1978): least sum of w x check loss at `level`.

    Solved by its dual linear programme, max y'a subject to X'a = (1 - level) X'w and 0 <= a <= w: as many equations
    as columns instead of as cases, and the coefficients are its shadow prices.
    """
    from scipy.optimize import linprog

    scaled, mean, scale = standardise(sample.matrix, sample.weight)
    varies = np.any(scaled != 0, axis=0)
    design = np.column_stack([np.ones(len(sample.target)), scaled[:, varies]])
    weight = sample.weight / sample.weight.mean()
    found = linprog(
        -sample.target,
        A_eq=design.T,
        b_eq=(1 - level) * (design.T @ weight),
        bounds=np.column_stack([np.zeros(len(weight)), weight]),
        method="highs",
    )
    if found.status != 0:
        raise RuntimeError(f"the linear programme did not end: {found.message}")
    prices = -found.eqlin.marginals
    slopes = np.zeros(len(mean))
    slopes[varies] = prices[1:]
    return _equation(float(prices[0]), slopes, mean, scale)


METHODS = ("ols", "lasso", "quantile")


def solver(method: str, level: float | None, seed: int) -> Callable[[Sample], Equation]:
    """The method as a function of the sample alone. level: the quantile; KeyError for no such method."""
    return {
        "ols": least_squares,
        "lasso": lambda sample: lasso(sample, seed),
        "quantile": lambda sample: quantile(sample, float(level or 0)),
    }[method]


def selected(equation: Equation) -> NDArray[np.bool_]:
    """Columns that a card keeps: the LASSO's zeros are no terms."""
    return equation.slopes != 0 if equation.penalty is not None else np.ones(len(equation.slopes), dtype=bool)

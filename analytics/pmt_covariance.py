"""How sure a scorecard's coefficients are: their covariance, robust to cases of one cluster being alike."""

from collections.abc import Callable

import numpy as np

from analytics.model_card import ModelCard
from analytics.pmt_design import Design, standardise
from analytics.pmt_folds import Array, Groups, Sample
from analytics.pmt_solvers import Equation

DRAWS = 100
# A card is read with every run: beyond this many terms the triangle would make it slow and too large to load.
MAX_TERMS = 200
_DIGITS = 9


def covariance_matrix(card: ModelCard) -> Array | None:
    """The covariance of (intercept, *terms), symmetric, (1 + terms) squared; None where the card has none.

    Levels pooled into one column share its coefficient, so their rows are equal: the matrix is then singular.
    """
    if card.covariance is None:
        return None
    size = len(card.terms) + 1
    if len(card.covariance) != size * (size + 1) // 2:
        return None
    matrix = np.zeros((size, size))
    matrix[np.tril_indices(size)] = card.covariance
    return matrix + np.tril(matrix, -1).T


def lower_triangle(covariance: Array, design: Design) -> tuple[float, ...] | None:
    """`ModelCard.covariance` from the covariance of (intercept, *columns); None beyond `MAX_TERMS` terms."""
    term_column = [0]
    for position, column in enumerate(design.columns, 1):
        term_column += [position] * max(1, len(column.members))
    if len(term_column) > MAX_TERMS + 1:
        return None
    spread = covariance[np.ix_(term_column, term_column)]
    return tuple(float(f"{value:.{_DIGITS}g}") for value in spread[np.tril_indices(len(term_column))])


def sandwich(sample: Sample, equation: Equation) -> Array:
    """Cluster-robust covariance of (intercept, *slopes) of weighted least squares.

    (X'WX)^-1 (sum over clusters of s s') (X'WX)^-1 with s = X'We of one cluster, times G/(G-1) (n-1)/(n-k), k counting
    the intercept (CR1; Cameron and Miller 2015, A Practitioner's Guide to Cluster-Robust Inference, eq. 11 and 12).
    With every case its own cluster it is HC1.
    """
    scaled, mean, scale = standardise(sample.matrix, sample.weight)
    design = np.column_stack([np.ones(len(scaled)), scaled])
    pull = design * (sample.weight * (sample.target - equation.predict(sample.matrix)))[:, None]
    bread = np.linalg.pinv((design * sample.weight[:, None]).T @ design, hermitian=True)
    scores = np.zeros((int(sample.group.max()) + 1, design.shape[1]))
    np.add.at(scores, sample.group, pull)
    cases, columns = design.shape
    clusters = len(scores)
    factor = clusters / (clusters - 1) * (cases - 1) / max(1, cases - columns)
    # Back from standardised columns: slope = s / scale, intercept = c - sum of mean x s / scale.
    back = np.diag(np.concatenate([[1.0], 1 / scale]))
    back[0, 1:] = -mean / scale
    return np.asarray(factor * back @ (bread @ (scores.T @ scores) @ bread) @ back.T)


def bootstrap(refit: Callable[[Array], Array], weight: Array, group: Groups, seed: int) -> Array:
    """Covariance of what `refit` (weights to coefficients) gives on `DRAWS` samples of whole clusters."""
    random = np.random.default_rng(seed)
    count = int(group.max()) + 1
    drawn = []
    for _ in range(DRAWS):
        times = np.bincount(random.integers(0, count, count), minlength=count)[group]
        drawn.append(refit(weight * times))
    return np.atleast_2d(np.cov(np.array(drawn), rowvar=False))

"""Coefficients and covariance against packages and conditions that nobody here wrote."""

import numpy as np
import pytest

from analytics.pmt_covariance import bootstrap, sandwich
from analytics.pmt_folds import Sample, draw_folds, hold_out
from analytics.pmt_solvers import SMALLEST, Equation, lasso, lasso_at, least_squares, quantile


def sample(seed: int = 3, cases: int = 300, columns: int = 5, clusters: int = 30) -> Sample:
    """Correlated columns of unlike scales, a shared cluster effect, uneven weights; the last column means nothing."""
    random = np.random.default_rng(seed)
    group = np.arange(cases) % clusters
    matrix = random.normal(size=(cases, columns)) @ random.normal(size=(columns, columns))
    matrix = matrix * 10.0 ** np.arange(-2, columns - 2) + random.normal(size=columns)
    slopes = np.append(random.normal(size=columns - 1), 0.0) / matrix.std(axis=0)
    target = 13 + matrix @ slopes + random.normal(0, 0.5, clusters)[group] + random.standard_t(4, cases)
    return Sample(matrix, target, random.uniform(0.2, 5, cases), group)


def with_intercept(given: Sample) -> np.ndarray:
    return np.column_stack([np.ones(len(given.target)), given.matrix])


def coefficients(equation: Equation) -> np.ndarray:
    return np.append(equation.intercept, equation.slopes)


@pytest.mark.parametrize("seed", range(3))
def test_least_squares_and_its_covariance_are_those_of_statsmodels(seed):
    from statsmodels.api import WLS

    given = sample(seed)
    theirs = WLS(given.target, with_intercept(given), weights=given.weight).fit(
        cov_type="cluster", cov_kwds={"groups": given.group}
    )
    ours = least_squares(given)
    assert coefficients(ours) == pytest.approx(theirs.params, rel=1e-8)
    assert sandwich(given, ours) == pytest.approx(theirs.cov_params(), rel=1e-7, abs=1e-14)


def test_without_clusters_the_covariance_is_hc1():
    from statsmodels.api import WLS

    drawn = sample()
    given = Sample(drawn.matrix, drawn.target, drawn.weight, np.arange(len(drawn.target)))
    theirs = WLS(given.target, with_intercept(given), weights=given.weight).fit(cov_type="HC1")
    assert sandwich(given, least_squares(given)) == pytest.approx(theirs.cov_params(), rel=1e-7, abs=1e-14)


@pytest.mark.parametrize("level", [0.05, 0.2, 0.5, 0.9])
def test_quantile_coefficients_solve_the_primal_programme_too(level):
    from sklearn.linear_model import QuantileRegressor

    given = sample(cases=251)
    ours = quantile(given, level)
    # Standardised for them: their presolve is not made for columns whose scales lie 10^4 apart.
    mean, scale = given.matrix.mean(axis=0), given.matrix.std(axis=0)
    theirs = QuantileRegressor(quantile=level, alpha=0, solver="highs").fit(
        (given.matrix - mean) / scale, given.target, sample_weight=given.weight
    )
    assert ours.slopes * scale == pytest.approx(theirs.coef_, rel=1e-6, abs=1e-9)

    def loss(residual: np.ndarray) -> float:
        return float(np.sum(given.weight * np.where(residual > 0, level * residual, (level - 1) * residual)))

    best = loss(given.target - ours.predict(given.matrix))
    assert best == pytest.approx(loss(given.target - theirs.predict((given.matrix - mean) / scale)), rel=1e-9)


def test_equal_weights_give_the_quantile_regression_of_statsmodels():
    from statsmodels.api import QuantReg

    drawn = sample(cases=251)
    plain = (drawn.matrix - drawn.matrix.mean(axis=0)) / drawn.matrix.std(axis=0)
    given = Sample(plain, drawn.target, np.full(251, 7.0), drawn.group)
    theirs = QuantReg(given.target, with_intercept(given)).fit(q=0.3, p_tol=1e-5, max_iter=5000)
    # Theirs is iterative: close, not exact.
    assert coefficients(quantile(given, 0.3)) == pytest.approx(theirs.params, rel=2e-3, abs=2e-3)


def test_integer_weights_are_repeated_rows_for_every_method():
    drawn = sample(cases=120)
    times = np.random.default_rng(0).integers(1, 4, 120)
    weighted = Sample(drawn.matrix, drawn.target, times.astype(float), drawn.group)
    again = [np.repeat(part, times, axis=0) for part in (drawn.matrix, drawn.target, drawn.group)]
    repeated = Sample(again[0], again[1], np.ones(times.sum()), again[2])
    for solve in (least_squares, lambda given: lasso_at(given, 0.1), lambda given: quantile(given, 0.2)):
        assert coefficients(solve(weighted)) == pytest.approx(coefficients(solve(repeated)), rel=1e-6)


@pytest.mark.parametrize("penalty", [0.01, 0.2, 0.6])
def test_lasso_meets_the_conditions_of_an_optimum(penalty):
    given = sample()
    equation = lasso_at(given, penalty)
    share = given.weight / given.weight.sum()
    residual = given.target - equation.intercept - given.matrix @ equation.slopes
    mean = share @ given.matrix
    sd = np.sqrt(share @ (given.matrix - mean) ** 2)
    pull = ((given.matrix - mean) / sd).T @ (share * residual)
    taken = equation.slopes != 0
    assert share @ residual == pytest.approx(0, abs=1e-9)
    assert pull[taken] == pytest.approx(penalty * np.sign(equation.slopes[taken]), abs=1e-4)
    assert np.all(np.abs(pull[~taken]) <= penalty + 1e-4)


def test_lasso_without_a_penalty_worth_the_name_is_least_squares():
    given = sample()
    assert coefficients(lasso_at(given, 1e-9)) == pytest.approx(coefficients(least_squares(given)), rel=1e-3)


def test_lasso_drops_what_means_nothing_and_its_penalty_lies_on_the_path():
    random = np.random.default_rng(5)
    matrix = random.normal(size=(800, 20))
    target = 13 + 0.5 * matrix[:, 0] + random.normal(size=800)
    equation = lasso(Sample(matrix, target, np.ones(800), np.arange(800) % 80), seed=0)
    largest = np.abs(((matrix - matrix.mean(axis=0)) / matrix.std(axis=0)).T @ (target - target.mean())).max() / 800
    assert equation.slopes[0] == pytest.approx(0.5, abs=0.12)
    assert (equation.slopes == 0).sum() >= 5
    assert SMALLEST * largest * 0.999 <= equation.penalty <= largest * 1.001


def test_the_penalty_is_chosen_without_the_left_out_fold():
    given = sample()
    changed = Sample(given.matrix, given.target.copy(), given.weight, given.group)
    fold = draw_folds(given.group, 0) == 2
    changed.target[fold] += np.random.default_rng(1).normal(0, 9, fold.sum())
    before, after = (hold_out(lambda seen: lasso(seen, 0), each, 1, 0) for each in (given, changed))
    # The fold's own outcome may change what is predicted for the others, never what is predicted for itself.
    assert before.prediction[0, fold].tolist() == after.prediction[0, fold].tolist()
    assert before.prediction[0, ~fold].tolist() != after.prediction[0, ~fold].tolist()


@pytest.mark.parametrize("solve", [least_squares, lambda g: lasso_at(g, 0.01), lambda g: quantile(g, 0.2)])
def test_a_column_without_spread_gets_zero(solve):
    drawn = sample()
    matrix = np.column_stack([drawn.matrix, np.full(300, 4.0)])
    assert solve(Sample(matrix, drawn.target, drawn.weight, drawn.group)).slopes[-1] == 0


def test_a_value_not_known_counts_as_the_mean_of_the_known():
    drawn = sample()
    gaps, filled = drawn.matrix.copy(), drawn.matrix.copy()
    gaps[:9, 1] = np.nan
    filled[:9, 1] = np.average(drawn.matrix[9:, 1], weights=drawn.weight[9:])
    with_gaps, with_means = (Sample(m, drawn.target, drawn.weight, drawn.group) for m in (gaps, filled))
    for solve in (least_squares, lambda given: lasso_at(given, 0.1), lambda given: quantile(given, 0.2)):
        first, second = solve(with_gaps), solve(with_means)
        assert first.predict(gaps) == pytest.approx(second.predict(filled), rel=1e-4)


def test_the_cluster_bootstrap_of_a_mean_is_its_clustered_variance():
    random = np.random.default_rng(2)
    group = np.repeat(np.arange(200), 5)
    target = random.normal(0, 1, 200)[group] + random.normal(0, 1, 1000)
    drawn = bootstrap(lambda weight: np.array([np.average(target, weights=weight)]), np.ones(1000), group, 0)
    given = Sample(np.empty((1000, 0)), target, np.ones(1000), group)
    expected = sandwich(given, least_squares(given))
    # A hundred draws know a variance to about 14 %.
    assert drawn.shape == (1, 1)
    assert drawn[0, 0] == pytest.approx(expected[0, 0], rel=0.4)

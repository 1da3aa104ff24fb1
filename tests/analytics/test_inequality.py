"""FGT and Gini against published values, the definition written out, and what any such measure must obey."""

import numpy as np
import pytest

from analytics.inequality import fgt, gini

# Haughton and Khandker (2009), Handbook on Poverty and Inequality, World Bank, ch. 4: country C, line of 125.
COUNTRY_C, LINE_C = [100, 110, 150, 160], 125
# The vector that R's ineq, DescTools and acid document their Gini with; acid prints 0.4620911 for it
# (rdrr.io/cran/acid/man/gini.html, example output, `$Gini`).
INEQ = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]


@pytest.mark.parametrize(
    ("alpha", "published"),
    [(0, 0.5), (1, 0.08), (2, 0.0136)],  # two of four; table on p. 70; table on p. 72
)
def test_fgt_of_the_handbook(alpha, published):
    assert fgt(COUNTRY_C, LINE_C, alpha) == pytest.approx(published)


def test_gini_of_the_r_packages():
    assert gini(INEQ) == pytest.approx(0.4620911, abs=5e-8)


def test_gini_of_desctools_special_cases():
    """The manual of R's DescTools 0.99 gives these as the same: ten for two of five, by rows and by weights."""
    assert gini([10, 10, 0, 0, 0]) == pytest.approx(0.6)
    assert gini([10, 0], [2, 3]) == pytest.approx(0.6)
    assert gini([10, 10, 10]) == 0


def by_definition(values, weight):
    """Half the mean absolute difference over the mean, pair by pair."""
    total = sum(weight)
    mean = sum(w * y for y, w in zip(values, weight, strict=True)) / total
    pairs = sum(
        w * v * abs(y - x) for y, w in zip(values, weight, strict=True) for x, v in zip(values, weight, strict=True)
    )
    return pairs / (2 * total**2 * mean)


@pytest.fixture
def population():
    random = np.random.default_rng(11)
    income = np.round(np.exp(random.normal(13, 0.7, 80)), -5)  # rounded: many ties
    assert len(np.unique(income)) < 60
    return income, random.integers(1, 6, 80)


def test_gini_is_its_definition(population):
    income, weight = population
    assert gini(income, weight) == pytest.approx(by_definition(list(income), list(weight)))
    assert gini(income) == pytest.approx(by_definition(list(income), [1] * 80))


def test_weights_are_repetition(population):
    income, times = population
    line = float(np.median(income))
    assert gini(income, times) == pytest.approx(gini(np.repeat(income, times)))
    for alpha in (0, 1, 2):
        assert fgt(income, line, alpha, times) == pytest.approx(fgt(np.repeat(income, times), line, alpha))


def test_neither_the_size_of_the_population_nor_the_unit_of_money_matters(population):
    income, weight = population
    line = float(np.median(income))
    assert gini(np.tile(income, 3), np.tile(weight, 3)) == pytest.approx(gini(income, weight))
    assert gini(income / 15_000, weight * 0.37) == pytest.approx(gini(income, weight))
    for alpha in (0, 1, 2):
        found = fgt(income, line, alpha, weight)
        assert fgt(np.tile(income, 3), line, alpha, np.tile(weight, 3)) == pytest.approx(found)
        assert fgt(income / 16_384, line / 16_384, alpha, weight * 0.37) == pytest.approx(found)  # no rounding


def test_the_order_of_rows_does_not_matter(population):
    income, weight = population
    turned = np.random.default_rng(1).permutation(80)
    assert gini(income[turned], weight[turned]) == pytest.approx(gini(income, weight))


def test_a_gift_from_rich_to_poor_lowers_gini_and_severity():
    before, after = [100, 110, 150, 160], [110, 110, 150, 150]
    assert gini(after) < gini(before)
    assert fgt(after, 125, 2) < fgt(before, 125, 2)
    # Among the poor, P1 cannot tell the difference; P2 can.
    assert fgt([105, 105, 150, 160], 125, 1) == pytest.approx(fgt(before, 125, 1))
    assert fgt([105, 105, 150, 160], 125, 2) < fgt(before, 125, 2)


def test_at_the_line_zero_and_negative():
    assert fgt([125, 125, 100], 125, 0) == pytest.approx(1 / 3)
    assert fgt([0, 200], 125, 1) == pytest.approx(0.5)
    assert fgt([-125, 200], 125, 1) == pytest.approx(1.0)
    assert gini([0, 0, 9]) == pytest.approx(2 / 3)
    assert gini([-1, 5, 5]) is None
    assert gini([0, 0]) is None


def test_missing_and_without_weight():
    assert gini([10, 10, 0, 0, 0, np.nan, 7, 1e9], [1, 1, 1, 1, 1, 1, np.nan, 0]) == pytest.approx(0.6)
    assert fgt([100, 110, 150, 160, np.nan, 5], 125, 1, [1, 1, 1, 1, 9, 0]) == pytest.approx(0.08)
    assert gini([]) is None
    assert fgt([np.nan], 125, 0) is None
    assert gini([3.0], [0]) is None


def test_what_has_no_meaning_is_refused():
    with pytest.raises(ValueError, match="weight"):
        gini([1, 2], [1, -1])
    with pytest.raises(ValueError, match="line"):
        fgt([1, 2], 0, 1)

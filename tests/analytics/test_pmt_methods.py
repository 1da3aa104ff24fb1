"""What a card says for each method, the yardstick beside it, and what columns of noise give."""

import numpy as np
import pandas as pd
import pytest

from analytics.model_card import ModelCard
from analytics.pmt import fit
from analytics.pmt_accuracy import targeting
from analytics.pmt_covariance import MAX_TERMS, covariance_matrix
from data.errors import Refused
from data.reference import parameter

METHODS = ("ols", "lasso", "quantile")
ROLES = {"weight": "penimbang", "cluster": "klaster"}


def survey(seed: int = 1, n: int = 500, signal: bool = True) -> pd.DataFrame:
    """ln expenditure = 13 - 0.5 ln(size) - 0.6 earth + noise, or noise alone; p1 to p6 never mean anything."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({f"p{column}": random.integers(0, 4, n) for column in range(1, 7)})
    frame["klaster"] = np.arange(n) % 50
    frame["penimbang"] = random.uniform(50, 150, n)
    frame["size"] = random.integers(1, 9, n)
    frame["floor"] = random.choice(["tile", "cement", "earth"], n, p=[0.5, 0.3, 0.2])
    means = 13 - 0.5 * np.log(frame["size"]) - 0.6 * (frame["floor"] == "earth") if signal else 13.0
    frame["pengeluaran"] = np.exp(means + random.normal(0, 0.35, n) + random.normal(0, 0.1, 50)[frame["klaster"]])
    return frame


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_a_linear_card_that_finds_the_poor(method, tmp_path):
    card = fit(survey(), "pengeluaran", method=method, yardstick=False, **ROLES).card
    assert card.method == method
    assert card.signal
    assert card.r2_low < card.r2_cv < card.r2_high
    # What the truth allows: var of the means over the whole, about 0.55.
    assert card.r2_cv == pytest.approx(0.53, abs=0.1)
    assert [line.quota for line in card.targeting] == [line.quota for line in card.fixed_line] == [0.1, 0.2, 0.4]
    earth = next(term for term in card.terms if term.level == "earth")
    assert earth.coefficient == pytest.approx(-0.6, abs=0.15)
    card.save(tmp_path / "kartu.yaml")
    assert ModelCard.load(tmp_path / "kartu.yaml") == card


def test_the_card_says_what_its_method_chose():
    cards = {method: fit(survey(), "pengeluaran", method=method, yardstick=False, **ROLES).card for method in METHODS}
    assert cards["quantile"].quantile == parameter("poverty_quantile").value
    assert (cards["ols"].quantile, cards["lasso"].quantile) == (None, None)
    assert cards["lasso"].penalty > 0
    assert (cards["ols"].penalty, cards["quantile"].penalty) == (None, None)
    assert cards["quantile"].covariance is None
    assert cards["lasso"].k < cards["ols"].k
    assert all(term.coefficient != 0 for term in cards["lasso"].terms)
    gone = {name for name, why in cards["lasso"].left_out.items() if "LASSO" in why}
    assert gone & {f"p{column}" for column in range(1, 7)}
    assert not gone & set(cards["lasso"].fields_needed)


def test_the_quantile_method_predicts_its_quantile():
    for level in (0.2, 0.7):
        made = fit(survey(n=2000), "pengeluaran", method="quantile", quantile=level, yardstick=False, **ROLES)
        below = made.held_out["truth"] <= made.held_out["prediction"]
        assert np.average(below, weights=made.held_out["weight"]) == pytest.approx(level, abs=0.04)
        assert made.card.r2_cv == pytest.approx(0.53, abs=0.1)


def test_the_quantile_method_reaches_more_under_a_line():
    frame = survey(n=1500)
    by_mean, by_quantile = (
        fit(frame, "pengeluaran", method=method, yardstick=False, **ROLES).card.fixed_line[1]
        for method in ("ols", "quantile")
    )
    assert by_quantile.selected > by_mean.selected
    assert by_quantile.exclusion < by_mean.exclusion


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(4))
def test_columns_drawn_independently_give_no_signal_and_it_is_said(method, seed):
    card = fit(survey(seed, signal=False), "pengeluaran", method=method, yardstick=False, **ROLES).card
    assert not card.signal
    assert card.r2_low <= 0
    assert any("tidak menunjukkan daya ramal" in warning for warning in card.warnings)
    assert card.targeting[1].exclusion == pytest.approx(0.8, abs=0.13)


def test_a_lasso_that_keeps_nothing_scores_nobody():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"motorcycle": random.random(200) < 0.5, "y": np.exp(random.normal(size=200))})
    # Outcome and column made exactly uncorrelated: every penalty leaves nothing.
    held = frame["motorcycle"].to_numpy(dtype=float)
    target = np.log(frame["y"].to_numpy())
    for value in (0.0, 1.0):
        target[held == value] -= target[held == value].mean()
    card = fit(frame.assign(y=np.exp(target)), "y", method="lasso", yardstick=False).card
    assert (card.k, card.terms, card.scorable, card.signal) == (0, (), False, False)
    assert any("skor yang sama" in warning for warning in card.warnings)
    assert covariance_matrix(card).shape == (1, 1)


def test_the_yardstick_stands_beside_the_card_in_the_echo():
    made = fit(survey(n=300), "pengeluaran", **ROLES)
    beside = made.echo()["yardstick"]
    assert beside["method"] == "gradient_boosting"
    assert 0.2 < beside["r2_cv"] < 0.7
    assert [line["quota"] for line in beside["targeting"]] == [0.1, 0.2, 0.4]
    assert len(beside["fixed_line"]) == 3
    assert fit(survey(n=300), "pengeluaran", yardstick=False, **ROLES).echo()["yardstick"] is None


def test_the_yardstick_sees_what_a_line_cannot():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"rooms": random.integers(1, 9, 800), "motorcycle": random.random(800) < 0.5})
    bend = np.abs(frame["rooms"] - 4.5) * np.where(frame["motorcycle"], 0.3, -0.3)
    frame["y"] = np.exp(13 + bend + random.normal(0, 0.2, 800))
    card = fit(frame, "y").card
    assert card.yardstick.r2_cv > card.r2_cv + 0.1
    assert card.yardstick.targeting[1].exclusion < card.targeting[1].exclusion


def test_repeats_draw_the_folds_anew_and_the_first_draw_is_kept():
    frame = survey()
    once, often = (fit(frame, "pengeluaran", repeats=count, yardstick=False, **ROLES) for count in (1, 4))
    assert (once.card.repeats, often.card.repeats) == (1, 4)
    assert once.card.r2_cv != often.card.r2_cv
    assert once.card.terms == often.card.terms
    assert often.held_out.equals(once.held_out)


def test_held_out_rows_point_into_the_survey():
    frame = survey(n=200)
    frame.loc[3, "pengeluaran"] = 0
    frame.index = frame.index + 1000
    made = fit(frame, "pengeluaran", yardstick=False, **ROLES)
    assert made.held_out["row"].tolist() == [row for row in range(200) if row != 3]
    joined = frame.iloc[made.held_out["row"]]
    assert np.log(joined["pengeluaran"]).tolist() == pytest.approx(made.held_out["truth"].tolist())
    errors = targeting(*(made.held_out[name].to_numpy() for name in ("truth", "prediction", "weight")), 0.2)
    assert errors[0] == pytest.approx(made.card.targeting[1].exclusion)


# Covariance on the card --------------------------------------------------------------------------------------------


def test_levels_that_share_a_column_share_its_covariance():
    frame = survey(n=1000)
    frame["floor"] = ["tile"] * 500 + ["cement"] * 480 + ["wood"] * 12 + ["bamboo"] * 8
    frame.loc[frame["floor"] == "wood", "floor"] = ["wood"] * 6 + ["earth"] * 6
    card = fit(frame, "pengeluaran", predictors=["floor"], yardstick=False, **ROLES).card
    covariance = covariance_matrix(card)
    places = [place for place, term in enumerate(card.terms, 1) if term.level in ("bamboo", "earth", "wood")]
    assert (len(places), card.k, covariance.shape) == (3, 2, (5, 5))
    assert len(set(covariance[np.ix_(places, places)].ravel())) == 1
    assert (covariance == covariance.T).all()
    assert np.linalg.eigvalsh(covariance).min() > -1e-12


@pytest.mark.parametrize("method", ["ols", pytest.param("lasso", marks=pytest.mark.slow)])
def test_the_covariance_foretells_how_coefficients_vary_between_surveys(method):
    fields = {"predictors": ["size", "floor"], "method": method, "yardstick": False}
    surveys = [survey(seed).replace({"floor": {"cement": "tile"}}) for seed in range(20)]
    cards = [fit(frame, "pengeluaran", **fields, **ROLES).card for frame in surveys]
    found = np.array([[card.intercept, *(term.coefficient for term in card.terms)] for card in cards])
    told = np.mean([np.sqrt(np.diag(covariance_matrix(card))) for card in cards], axis=0)
    # Twenty surveys know a standard deviation to about 16 %.
    assert told == pytest.approx(found.std(axis=0, ddof=1), rel=0.45)


def test_a_card_without_covariance_has_no_matrix():
    card = fit(survey(), "pengeluaran", yardstick=False, **ROLES).card
    assert covariance_matrix(card.model_copy(update={"covariance": None})) is None
    assert covariance_matrix(card.model_copy(update={"covariance": card.covariance[:-1]})) is None
    assert MAX_TERMS * (MAX_TERMS + 1) // 2 * 20 < 1_000_000


# Warnings ----------------------------------------------------------------------------------------------------------


def test_households_used_for_families_are_mentioned():
    household, family = (
        fit(survey(), "pengeluaran", unit=unit, yardstick=False, **ROLES).card.warnings
        for unit in ("household", "family")
    )
    assert sum("rumah tangga" in warning for warning in household) == 1
    assert not any("rumah tangga" in warning for warning in family)


def test_levels_that_are_the_outcome_in_classes_are_left_out_by_auto_and_warned_about_when_named():
    frame = survey()
    frame["q9"] = pd.qcut(frame["pengeluaran"], 5, labels=list("abcde")).astype(str)
    card = fit(frame, "pengeluaran", yardstick=False, **ROLES).card
    assert "kebocoran" in card.left_out["q9"]
    assert "q9" not in card.fields_needed
    named = fit(frame, "pengeluaran", predictors=["q9", "floor"], yardstick=False, **ROLES).card
    assert any("q9" in warning and "kebocoran" in warning for warning in named.warnings)


def test_progress_rises_from_nothing_to_done():
    told: list[tuple[float, str]] = []
    fit(survey(n=200), "pengeluaran", progress=lambda share, phrase: told.append((share, phrase)), **ROLES)
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert all(phrase for _, phrase in told)


def test_an_unknown_method_names_those_there_are():
    with pytest.raises(Refused, match="lasso"):
        fit(survey(), "pengeluaran", method="forest")

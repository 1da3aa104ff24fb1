"""Surveys and options that nobody should hand in: a sentence, never a traceback, an overflow or a silent leak."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics import pmt
from analytics.pmt import fit
from data.errors import Refused


def survey(n: int = 200) -> pd.DataFrame:
    random = np.random.default_rng(4)
    size, tv = random.integers(1, 9, n), random.integers(0, 2, n)
    money = np.exp(12 + 0.4 * tv - 0.1 * size + random.normal(0, 0.4, n))
    return pd.DataFrame(
        {"uang": money, "anggota": size, "tv": tv, "bobot": random.uniform(1, 5, n), "petak": np.arange(n) % 20}
    )


def fitted(frame: pd.DataFrame, outcome: str = "uang", **more):
    return fit(frame, outcome, yardstick=False, **more).card


@pytest.mark.parametrize("method", ["ols", "lasso", "quantile"])
def test_an_outcome_that_is_the_same_everywhere_is_refused(method):
    with pytest.raises(Refused) as refused:
        fitted(survey().assign(uang=5), method=method)
    assert refused.value.code == "outcome_constant"


@pytest.mark.parametrize("role", ["size", "weight", "cluster"])
def test_the_outcome_plays_no_second_part(role):
    with pytest.raises(Refused) as refused:
        fitted(survey(), **{role: "uang"})
    assert refused.value.code == "option_invalid"


@pytest.mark.parametrize("name", ["bobot", "petak"])
def test_weight_and_cluster_do_not_predict(name):
    with pytest.raises(Refused) as refused:
        fitted(survey(), weight="bobot", cluster="petak", predictors=["tv", name])
    assert refused.value.code == "role_as_predictor"


def test_amounts_beyond_all_measure_are_not_known():
    frame = survey()
    frame.loc[:4, "bobot"] = [1e300, 1e-300, np.inf, -1.0, 1e308]
    card = fitted(frame, weight="bobot", predictors=["tv", "anggota"])
    same = fitted(frame.iloc[5:], weight="bobot", predictors=["tv", "anggota"])
    assert card.n == same.n == 195
    assert card.intercept == pytest.approx(same.intercept, rel=1e-12)


def test_a_predictor_beyond_all_measure_is_a_gap_and_says_nothing_english(recwarn):
    frame = survey()
    frame["luas"] = np.where(np.arange(200) < 9, [1e300, np.inf, -np.inf] * 66 + [1.0, 2.0], frame["bobot"])
    gap = frame.assign(luas=frame["luas"].mask(np.arange(200) < 9))
    made, same = fitted(frame, predictors=["luas", "tv"]), fitted(gap, predictors=["luas", "tv"])
    assert [term.coefficient for term in made.terms] == [term.coefficient for term in same.terms]
    assert not recwarn.list


def test_an_inverse_of_the_outcome_is_a_leak():
    frame = survey()
    frame["aneh"] = np.clip((1e7 / frame["uang"]).round(), 0, 119)
    assert "kebocoran" in fitted(frame).left_out["aneh"]


def test_a_copy_of_the_household_total_is_a_leak_also_per_person():
    frame = survey()
    frame["anggota"] = np.random.default_rng(1).choice([1, 10], len(frame))
    frame["juta"] = (10 * frame["uang"] / frame["uang"].max() * 11).round()
    card = fitted(frame, size="anggota")
    assert "kebocoran" in card.left_out["juta"]


def test_questions_written_out_as_headers_do_not_fit_a_card_and_are_left_out():
    long = "Apakah rumah tangga ini " + "memiliki televisi " * 8 + "?"
    frame = survey().assign(**{long: survey()["tv"]}, alasan=np.where(survey()["tv"] == 1, "y" * 400, "t" * 400))
    left_out = fitted(frame).left_out
    assert "120 huruf" in left_out[long]
    assert "300 huruf" in left_out["alasan"]
    for predictors in ([long], ["alasan"]):
        with pytest.raises(Refused) as refused:
            fitted(frame, predictors=predictors)
        assert refused.value.code == "card_full"
    with pytest.raises(Refused) as refused:
        fitted(frame, outcome_unit="x" * 301)
    assert refused.value.code == "card_full"


def test_more_terms_than_a_card_holds_are_refused(monkeypatch):
    monkeypatch.setattr(pmt, "MAX_TERMS", 2)
    assert fitted(survey(), predictors=["tv", "anggota"]).k == 2
    with pytest.raises(Refused) as refused:
        fitted(survey(), predictors=["tv", "anggota", "petak"])
    assert refused.value.code == "card_full"


def test_a_survey_older_than_the_quantile_parameter_is_fitted_all_the_same():
    assert fitted(survey(), method="quantile", price_date=date(2015, 3, 1)).quantile is not None

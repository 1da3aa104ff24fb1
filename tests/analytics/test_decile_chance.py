"""Chances by decile: against brute simulation, against halves by symmetry, and what they must always do."""

from datetime import UTC, datetime
from statistics import NormalDist

import numpy as np
import pytest

from analytics.decile_chance import Cuts, cut_points, likely, regency_cuts, why_absent
from analytics.model_card import ModelCard


def card(**changes) -> ModelCard:
    return ModelCard(**{
        "name": "uji", "method": "ols", "outcome": "y", "outcome_unit": "rupiah", "unit": "family", "survey": "uji",
        "n": 100, "k": 0, "intercept": 13.0, "terms": (), "sigma": 0.5, "r2_cv": 0.5, "targeting": (), "signal": True,
        "scorable": True, "fields_needed": (), "fitted_at": datetime(2026, 1, 1, tzinfo=UTC),
    } | changes)  # fmt: skip


def cuts_of(scores, sigma) -> Cuts:
    scores = np.asarray(scores, dtype=float)
    return Cuts(cut_points(scores, np.ones(len(scores)), sigma), sigma, len(scores))


def test_worked_example_of_the_method():
    found = cuts_of([13, 14], 0.5)
    assert found.upto[4] == pytest.approx(13.5)
    assert found.chances(13)[:5].sum() == pytest.approx(NormalDist().cdf(1))


def test_a_model_that_knows_nothing_gives_every_decile_a_tenth():
    assert cuts_of([13.7] * 5, 0.6).chances(13.7) == pytest.approx([0.1] * 10)


def test_chances_agree_with_brute_simulation():
    random = np.random.default_rng(7)
    scores = random.normal(13.5, 0.4, 400) + random.choice([0, 0.8], 400)
    sigma, draws = 0.45, 3000
    found = cuts_of(scores, sigma)
    families = [int(np.argmin(scores)), int(np.argsort(scores)[200]), int(np.argmax(scores))]
    counts = np.zeros((3, 10))
    for _ in range(draws):
        truth = scores + random.normal(0, sigma, len(scores))
        deciles = np.argsort(np.argsort(truth)) * 10 // len(scores)
        for row, family in enumerate(families):
            counts[row, deciles[family]] += 1
    for row, family in enumerate(families):
        assert found.chances(scores[family]) == pytest.approx(counts[row] / draws, abs=0.03)


@pytest.mark.parametrize("score", [5.0, 13.2, 14.0, 25.0])
def test_chances_sum_to_one_wherever_the_family_is(score):
    chances = cuts_of(np.linspace(12, 15, 50), 0.4).chances(score)
    assert chances.sum() == pytest.approx(1, abs=1e-12)
    assert (chances >= 0).all()


def test_weight_counts_families():
    scores = np.array([13.0, 13.0, 13.0, 14.0])
    assert cut_points(np.array([13.0, 14.0]), np.array([3.0, 1.0]), 0.5) == pytest.approx(
        cut_points(scores, np.ones(4), 0.5)
    )


@pytest.mark.parametrize(("scores", "weight", "sigma"), [([], [], 0.5), ([13.0], [0.0], 0.5), ([13.0], [1.0], 0.0)])
def test_nothing_to_cut(scores, weight, sigma):
    with pytest.raises(ValueError, match="cut points"):
        cut_points(np.array(scores), np.array(weight), sigma)


def test_bins_of_a_regency_change_nothing_that_matters(store, build):
    random = np.random.default_rng(3)
    scores = random.normal(13.5, 0.5, 2000)
    rows = [{"village_code": "99.01.01.2001", "size": 1, "score": float(score)} for score in scores]
    rows += [{"village_code": "99.02.01.2001", "size": 1, "score": 11.0}, {"size": 1, "score": None}]
    snapshot_id = build(store, rows)
    found = regency_cuts(store, snapshot_id, "99.01", card())
    assert found.families == 2000
    exact = cut_points(scores, np.ones(2000), 0.5)
    assert found.upto == pytest.approx(exact, abs=1e-4)


@pytest.mark.parametrize(
    ("changes", "frame", "why"),
    [
        ({}, "full", None),
        ({"method": "lasso"}, "full", None),
        ({"method": "quantile", "quantile": 0.2}, "full", "method"),
        ({"sigma": 0.0}, "full", "sigma"),
        ({}, "truncated", "truncated"),
    ],
)
def test_where_there_are_no_chances(changes, frame, why):
    assert why_absent(card(**changes), frame) == why


def test_no_cuts_from_a_quantile_card(store, build):
    snapshot_id = build(store, [{"size": 1, "score": 13.0}])
    with pytest.raises(ValueError, match="quantile"):
        regency_cuts(store, snapshot_id, "99.01", card(method="quantile", quantile=0.2))


def test_likely_is_the_shortest_run():
    assert likely((0.05, 0.1, 0.3, 0.4, 0.15, 0, 0, 0, 0, 0)) == (3, 5, pytest.approx(0.85))
    # Two runs of the same length and chance: the poorer one.
    assert likely((0.4, 0.4, 0.0, 0.4, 0.4) + (0.0,) * 5, 0.8)[:2] == (1, 2)

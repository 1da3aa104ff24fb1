"""Ratios from a cluster sample against statsmodels and the jackknife; what a survey's answers come to."""

import numpy as np
import pandas as pd
import pytest

from analytics.survey_frame import Prepared
from analytics.survey_ratio import survey_ratio
from analytics.targeting_survey import received, survey_rows
from data.errors import Refused


def sample(seed=7, clusters=60, each=12):
    random = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), each)
    level = random.normal(0, 0.5, clusters)[cluster]
    served = random.random(len(cluster)) < 1 / (1 + np.exp(-level))
    return served, random.exponential(1, len(cluster)) + 0.5, random.uniform(20, 80, len(cluster)), cluster


def test_a_mean_has_the_error_of_a_cluster_robust_constant():
    import statsmodels.api as sm

    served, _, weight, cluster = sample()
    found = survey_ratio(served, np.ones(len(served)), weight, cluster)
    fitted = sm.WLS(served.astype(float), np.ones(len(served)), weights=weight).fit(
        cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": True}
    )
    assert found.value == pytest.approx(fitted.params[0])
    assert found.se == pytest.approx(fitted.bse[0], rel=1e-9)


def test_a_ratio_has_nearly_the_error_of_the_jackknife():
    served, amount, weight, cluster = sample(clusters=200)
    found = survey_ratio(served * amount, amount, weight, cluster)
    without = []
    for left_out in range(200):
        keep = cluster != left_out
        whole = np.sum(weight[keep] * amount[keep])
        without.append(np.sum(weight[keep] * served[keep] * amount[keep]) / whole)
    spread = np.sqrt(199 / 200 * np.sum((np.array(without) - np.mean(without)) ** 2))
    assert found.se == pytest.approx(spread, rel=0.02)


def test_clusters_outside_the_domain_count():
    both = survey_ratio([1, 0, 1, 0, 0, 0], [1, 1, 1, 1, 0, 0], np.ones(6), [0, 0, 1, 1, 2, 2])
    assert (both.value, both.clusters, both.cases) == (0.5, 3, 4)
    assert both.se == 0


def test_by_hand_and_what_cannot_be_said():
    # The example of docs/metodologi.md: z by cluster +0.25 and -0.25, variance 2 x 0.125.
    found = survey_ratio([1, 1, 0, 0], np.ones(4), np.ones(4), [0, 0, 1, 1])
    assert (found.value, found.se, found.rse) == (0.5, pytest.approx(0.5), pytest.approx(1))
    assert survey_ratio([0.0], [0.0], [1.0], [0]) is None
    assert survey_ratio([1.0], [1.0], [1.0], [0]).se is None
    with pytest.raises(ValueError, match="below zero"):
        survey_ratio([1.0], [1.0], [-1.0], [0])


def kept(frame, programmes):
    return Prepared(frame, "pengeluaran", weight="w", cluster="k", programmes=programmes)


def households():
    """Ten clusters of ten, consumption 1 to 100, all members 2, weight 1; every third of the first 60 has Sembako."""
    spent = np.arange(1, 101) * 1000.0
    served = np.array([n < 60 and n % 3 == 0 for n in range(100)])
    frame = pd.DataFrame(
        {"pengeluaran": spent, "size": 2, "w": 1.0, "k": np.tile(np.arange(10), 10), "punya": np.where(served, 1, 2),
         "nilai": np.where(served, 1200.0, np.nan)}
    )  # fmt: skip
    return frame, served


def test_errors_generosity_and_adequacy():
    frame, served = households()
    asked = {"SEMBAKO": {"received": "punya", "amount": "nilai"}}
    rows, cases = survey_rows(kept(frame, asked), "families", ("garis", 500.0))
    found = rows.set_index("measure")
    assert cases == 100
    # Sembako: deciles 1 to 5, so the first fifty; 17 of them and 3 beyond are served.
    assert found.loc["coverage", "value"] == pytest.approx(0.20)
    assert found.loc["exclusion_error", "value"] == pytest.approx(1 - 17 / 50)
    spent = frame.loc[served, "pengeluaran"].sum()
    assert found.loc["generosity", "value"] == pytest.approx(20 * 100 / (2 * spent))
    assert found.loc["adequacy", "value"] == pytest.approx(100 / 2 / 500)
    assert found.loc["inclusion_error", "cases"] == 20
    assert found["line"].tolist()[-1] == "garis"


def test_what_is_uncertain_is_flagged_or_withheld():
    frame, _ = households()
    few = frame.assign(punya=np.where(np.isin(np.arange(100), [70]), 1, 2))
    rows, _ = survey_rows(kept(few, {"SEMBAKO": {"received": "punya"}}), "families")
    found = rows.set_index("measure")
    assert found.loc["coverage", "flag"] == "withheld"  # one of a hundred, in one of ten clusters: rse 1
    assert pd.isna(found.loc["coverage", "value"])
    assert found.loc["coverage", "rse"] == pytest.approx(1)
    assert "di atas 50%" in found.loc["coverage", "reason"]
    assert "tidak menanyakan jumlah" in found.loc["generosity", "reason"]
    some = frame.assign(punya=np.where(np.isin(np.arange(100), [0, 11, 22, 33, 44, 55]), 1, 2))
    rows, _ = survey_rows(kept(some, {"SEMBAKO": {"received": "punya"}}), "families")
    coverage = rows.set_index("measure").loc["coverage"]
    # Six clusters have one of ten, four none: sum of squares 10 (0.6 x 0.4), se = sqrt(10/9 x 2.4) / 100.
    assert (coverage["flag"], coverage["rse"]) == ("careful", pytest.approx(np.sqrt(10 / 9 * 2.4) / 6))


def test_answers_are_read_by_words_and_left_open_where_empty():
    said = received(pd.Series(["Ya", "tidak", 1, 2.0, None, "mungkin"], dtype=object))
    assert said.tolist() == [True, False, True, False, pd.NA, pd.NA]


def test_a_survey_that_asks_nothing_is_refused():
    frame, _ = households()
    with pytest.raises(Refused) as refused:
        survey_rows(kept(frame, {}), "families")
    assert refused.value.code == "survey_without_programmes"

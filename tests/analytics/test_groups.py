"""Errors by group against a hand example, plain loops over pandas, and the whole they must add up to."""

import numpy as np
import pandas as pd
import pytest

from analytics import pmt_groups
from analytics.pmt_groups import group_errors, survey_groups


@pytest.fixture
def from_one_case(monkeypatch):
    """Shows groups of any size: the rule for small ones has a test of its own."""
    rule = pmt_groups.parameter("group_min_cases")
    monkeypatch.setattr(pmt_groups, "parameter", lambda name: rule.model_copy(update={"value": 1.0}))


def held_out(n=3000, seed=1):
    random = np.random.default_rng(seed)
    prediction = random.normal(13, 0.5, n)
    return pd.DataFrame(
        {
            "truth": prediction + random.normal(0, 0.5, n),
            "prediction": prediction,
            "weight": random.uniform(1, 3, n),
            "cluster": np.arange(n) // 10,
        }
    )


def test_the_worked_example(from_one_case):
    cases = pd.DataFrame(
        {
            "truth": [1.0, 2, 3, 4, 5, 6],
            "prediction": [1.0, 5, 2, 3, 4, 6],  # chosen: cases 1, 3 and 4; poor: 1, 2 and 3
            "weight": 1.0,
            "cluster": range(6),
        }
    )
    sex = pd.DataFrame({"head_sex": ["female", "female", "male", "male", "female", "male"]})
    female, male = group_errors(cases, sex, 0.5, seed=1)
    assert (female.group, female.value, female.n, female.share) == ("head_sex", "female", 3, 0.5)
    assert female.exclusion == pytest.approx(1 / 2)
    assert female.difference == pytest.approx(1 / 2 - 1 / 3)
    assert female.ratio == pytest.approx(1.5)
    assert female.inclusion == pytest.approx(0)
    assert (male.exclusion, male.inclusion) == (pytest.approx(0), pytest.approx(1 / 2))
    assert male.difference == pytest.approx(-1 / 3)
    assert female.bias == pytest.approx(((1 - 1) + (2 - 5) + (5 - 4)) / 3)


def test_figures_are_those_of_plain_loops(from_one_case):
    cases = held_out()
    random = np.random.default_rng(2)
    size = pd.Series(random.choice(["1-2", "3-4", "5-6", "7+"], len(cases)), dtype="string")
    cut_truth, cut_prediction = (_cut(cases[name], cases["weight"], 0.2) for name in ("truth", "prediction"))
    for found in group_errors(cases, pd.DataFrame({"size": size}), 0.2, seed=1):
        own = cases[size == found.value]
        poor, chosen = own["truth"] <= cut_truth, own["prediction"] <= cut_prediction
        weight = own["weight"]
        # The case at the cut belongs in part, hence the tolerance: one weight of 3 in a group's 300 or more.
        assert found.exclusion == pytest.approx(weight[poor & ~chosen].sum() / weight[poor].sum(), abs=0.01)
        assert found.inclusion == pytest.approx(weight[chosen & ~poor].sum() / weight[chosen].sum(), abs=0.01)
        assert found.share == pytest.approx(weight.sum() / cases["weight"].sum())
        assert found.bias == pytest.approx(np.average(own["truth"] - own["prediction"], weights=weight))
        assert found.low < found.exclusion < found.high


def _cut(values, weight, quota):
    order = values.sort_values().index
    return values[order][weight[order].cumsum() >= quota * weight.sum()].iloc[0]


def test_the_groups_add_up_to_the_whole(from_one_case):
    cases = held_out()
    sex = pd.DataFrame({"head_sex": np.where(np.arange(len(cases)) % 3 == 0, "female", "male")})
    found = group_errors(cases, sex, 0.2, seed=1)
    overall = found[0].exclusion - found[0].difference
    assert found[1].exclusion - found[1].difference == pytest.approx(overall)
    assert found[1].exclusion / found[1].ratio == pytest.approx(overall)
    assert min(one.exclusion for one in found) <= overall <= max(one.exclusion for one in found)


def test_a_group_the_model_takes_for_richer_is_missed_more():
    cases = held_out()
    old = np.arange(len(cases)) % 4 == 0
    cases.loc[old, "truth"] -= 0.4
    no, yes = group_errors(cases, pd.DataFrame({"elderly": np.where(old, "yes", "no")}), 0.2, seed=1)
    assert (no.value, yes.value) == ("no", "yes")
    assert yes.bias == pytest.approx(-0.4, abs=0.05)
    assert yes.exclusion > no.exclusion
    assert yes.low > no.high
    assert yes.difference > 0 > no.difference


def test_few_poor_cases_are_withheld():
    cases = held_out(400)
    place = pd.Series("99.01.01", index=cases.index)
    poorest, richest = cases["truth"].nsmallest(19).index, cases["truth"].nlargest(60).index
    place[poorest] = "99.01.02"
    place[richest] = "99.01.03"
    cases.loc[poorest, "prediction"] = 0.0
    cases.loc[richest, "prediction"] = 1.0
    _, few, rich = group_errors(cases, pd.DataFrame({"district": place}), 0.4, seed=1)
    assert few.n == 19
    assert (few.exclusion, few.low, few.high, few.difference, few.ratio, few.inclusion) == (None,) * 6
    assert few.bias == pytest.approx(cases.loc[poorest, "truth"].mul(cases.loc[poorest, "weight"]).sum()
                                     / cases.loc[poorest, "weight"].sum())  # fmt: skip
    assert rich.exclusion is None  # nobody of them is poor
    assert rich.inclusion == 1  # sixty are chosen


def test_unknown_groups_and_cases_without_weight(from_one_case):
    cases = held_out(300)
    value = pd.Series(np.where(np.arange(300) % 2 == 0, "yes", "no"), dtype="string")
    value[::3] = pd.NA
    with_unknown = group_errors(cases, pd.DataFrame({"disability": value}), 0.3, seed=1)
    assert sum(found.n for found in with_unknown) == 200
    heavier = pd.concat([cases, cases.assign(weight=0.0, truth=0.0)], ignore_index=True)
    again = group_errors(heavier, pd.DataFrame({"disability": pd.concat([value, value], ignore_index=True)}), 0.3, 1)
    assert again == with_unknown


def test_a_grouping_that_compares_nothing_is_left_out():
    cases = held_out(300)
    groups = pd.DataFrame({"head_sex": "male", "district": [f"D{row}" for row in range(300)]})
    assert group_errors(cases, groups, 0.3, seed=1) == ()


def test_groups_of_a_survey_frame():
    frame = pd.DataFrame(
        {
            "head_sex": ["male", "female", None, "male"],
            "elderly": pd.array([0, 2, None, 1], dtype="Int64"),
            "any_disability": pd.array([True, False, None, False], dtype="boolean"),
            "size": [1, 4, None, 11],
            "kecamatan": [10, 20, 10, None],
        }
    )
    found = survey_groups(frame, "kecamatan")
    assert list(found.columns) == ["district", "head_sex", "elderly", "disability", "size"]
    plain = found.astype(object).where(found.notna(), None)
    assert plain["head_sex"].to_list() == ["male", "female", None, "male"]
    assert plain["elderly"].to_list() == ["no", "yes", None, "yes"]
    assert plain["disability"].to_list() == ["yes", "no", None, "no"]
    assert plain["size"].to_list() == ["1-2", "3-4", None, "7+"]
    assert plain["district"].isna().to_list() == [False, False, False, True]


def test_groups_of_a_survey_that_has_none_of_the_columns():
    assert survey_groups(pd.DataFrame({"x": [1, 2]})).columns.empty
    assert len(survey_groups(pd.DataFrame({"x": [1, 2]}))) == 2

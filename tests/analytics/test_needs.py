"""Needs: districts and the whole are sums of villages, the extreme poor are a part, a region's own answer stands."""

import pandas as pd
import pytest

from analytics.needs import family_needs, needs_of_family, responses, save_response
from analytics.scope import Scope
from data.errors import Refused
from data.planning import needs
from tests.analytics.test_gaps import region

COUNTS = ["yes", "no", "unknown", "not_applicable"]


@pytest.mark.parametrize("unit", ["families", "persons"])
def test_every_family_has_one_answer_and_areas_add_up(store, build, unit):
    data = region(11)
    build(store, **data)
    rows = family_needs(store, Scope("s1", cut=2, unit=unit)).rows
    weight = [1 if unit == "families" else family["size"] or 0 for family in data["families"]]
    extreme = [
        value for value, family in zip(weight, data["families"], strict=True)
        if family["decile_recorded"] is not None and family["decile_recorded"] <= 2
    ]  # fmt: skip
    for _, group in rows.groupby("need"):
        for by in ("village", "district", "all"):
            part = group[group["by"] == by]
            assert part[COUNTS].sum().sum() == sum(weight)
            assert part[[f"extreme_{name}" for name in COUNTS]].sum().sum() == sum(extreme)


def test_counted_again_family_by_family(store, build):
    data = region(12)
    build(store, **data)
    found = family_needs(store, Scope("s1", cut=1)).rows
    found = found[found["by"] == "all"].set_index("need")
    floors = [family["floor"] for family in data["families"]]
    received = {row["family_no"] for row in data["enrolments"]}
    pbi = {row["family_no"] for row in data["enrolments"] if row["programme"] == "PBI-JKN"}
    assert found.loc["dirt_floor", ["yes", "no", "unknown"]].tolist() == [
        floors.count("earth"), floors.count("tile"), floors.count(None)
    ]  # fmt: skip
    assert found.loc["no_programme", ["yes", "no"]].tolist() == [500 - len(received), len(received)]
    assert found.loc["no_pbi", ["yes", "no"]].tolist() == [500 - len(pbi), len(pbi)]


def test_of_unknown_status_or_size_nobody_is_counted_as_none(store, build):
    there, elsewhere = "99.01.01.2001", "99.01.02.2001"
    build(
        store,
        families=[
            {"village_code": there, "floor": "earth"},
            {"village_code": elsewhere, "floor": "earth", "decile_recorded": 1, "size": 3},
            {"village_code": elsewhere, "floor": "tile", "decile_recorded": 9, "size": 2},
        ],
    )
    for unit, floors, extreme in (("families", 2, 1), ("persons", 3, 3)):
        rows = family_needs(store, Scope("s1", unit=unit)).rows.query("need == 'dirt_floor'").set_index("code")
        assert rows.loc[[there, "99.01.01"], ["extreme_yes", "extreme_no", "extreme_unknown"]].isna().all(axis=None)
        assert rows.loc["", ["yes", "extreme_yes", "extreme_no"]].tolist() == [floors, extreme, 0]
    assert pd.isna(rows.loc[there, "yes"])


def test_one_family_has_the_answers_it_is_counted_with(store, build):
    build(
        store,
        families=[{"decile_recorded": 1, "size": 2, "toilet": "none", "stunting_risk": "not_target"}],
        enrolments=[{"programme": "SEMBAKO"}],
    )
    answers = needs_of_family(store, "s1", "p1").set_index("need")["answer"]
    assert answers[["no_toilet", "no_programme", "dirt_floor", "stunting_risk", "no_pbi"]].tolist() == [
        "yes", "no", "unknown", "not_applicable", "unknown"
    ]  # fmt: skip
    assert needs_of_family(store, "s1", "nobody").empty


def test_a_regions_own_answer_stands_over_ours_until_it_is_taken_back(store):
    ours = needs()["no_toilet"]
    save_response(store, "no_toilet", "Jamban  desa", "DPMD")
    row = responses(store).set_index("need").loc["no_toilet"]
    assert row[["programme", "office", "edited"]].tolist() == ["Jamban desa", "DPMD", True]
    save_response(store, "no_toilet", ours.programme, ours.office)
    assert not responses(store)["edited"].any()
    for need, programme, code in (("no_such", "A", "need_unknown"), ("no_toilet", " ", "response_empty")):
        with pytest.raises(Refused) as refused:
            save_response(store, need, programme, "Dinas")
        assert refused.value.code == code

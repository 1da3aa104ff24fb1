"""Survey beside register: by hand, and against pandas on random families."""

import numpy as np
import pandas as pd
import pytest

from analytics.pipeline import run
from analytics.proxies import COLUMNS, NOT_ASKED, compare
from analytics.scope import Scope
from data.errors import Refused
from tests.analytics.scorecards import card, keep, term

P = 0.25
EARTH = term("floor", "level", -0.6, P, sd=(P * (1 - P)) ** 0.5, level="earth")


def compared(store, build, families, terms, scope=None, **changes):
    snapshot = changes.pop("snapshot", None)
    build(store, families=families, snapshot=snapshot)
    keep(store, card(terms=terms, **changes))
    run(store)
    return compare(store, scope or Scope("s1"))


def test_the_example_of_the_method_page(store, build):
    floors = ["earth", "tile", "tile", None]
    found = compared(store, build, [{"floor": floor} for floor in floors], (EARTH,))
    assert list(found.rows.columns) == list(COLUMNS)
    earth, base = found.rows.to_dict("records")
    assert (earth["levels"], earth["kind"], earth["title"]) == (("earth",), "level", "lantai")
    assert earth["survey"] == 0.25
    assert earth["register"] == pytest.approx(1 / 3)
    assert earth["unknown"] == 0.25
    assert earth["difference"] == pytest.approx(0.0833, abs=1e-4)
    assert earth["difference_sd"] == pytest.approx(0.19, abs=0.005)
    assert "earth" not in base["levels"]
    assert {"tile", "cement", "bamboo", "wood", "other"} == set(base["levels"])
    assert base["survey"] == 0.75
    assert base["register"] == pytest.approx(2 / 3)
    # Its distance is that of the only other level, the other way.
    assert base["difference_sd"] == pytest.approx(-earth["difference_sd"])
    assert found.families == 4
    assert (found.far, found.warnings) == ((), ())


def test_random_families_against_pandas(store, build):
    random = np.random.default_rng(5)
    raw = pd.DataFrame(
        {
            "floor": random.choice(["earth", "bamboo", "tile", "wood", "other"], 300),
            "motorcycle": random.choice([True, False], 300),
            "floor_area": random.choice([0.0, 20.0, 45.5, 90.0], 300),
            "cattle": random.integers(0, 6, 300),
            "goat": random.integers(0, 9, 300),
            "village_code": random.choice(["99.01.01.2001", "99.01.02.2001"], 300),
        }
    ).astype(object)
    holes = random.random((300, 5)) < 0.2
    raw.iloc[:, :5] = raw.iloc[:, :5].mask(pd.DataFrame(holes, columns=raw.columns[:5]), None)
    terms = (
        term("floor", "level", -0.6, 0.2, sd=0.4, level="earth"),
        term("floor", "level", -0.3, 0.1, sd=0.3, level="bamboo"),
        term("motorcycle", "flag", 0.2, 0.4, sd=0.49),
        term("floor_area", "ln", 0.3, 3.5, sd=0.5),
        term("cattle", "linear", 0.1, 2.0, sd=1.5),
        term("cattle", "square", 0.1, 6.0, sd=5.0),
        term("goat", "square", 0.1, 16.0, sd=20.0),
    )
    families = [{name: None if pd.isna(v) else v for name, v in row.items()} for row in raw.to_dict("records")]
    compared(store, build, families, terms)
    for region in ("", "99.01.02"):
        found = compare(store, Scope("s1", region=region))
        here = raw[raw["village_code"].str.startswith(region)]
        known = here["floor"].dropna()
        area = here["floor_area"].dropna().astype(float)
        area = area[area > 0]
        wanted = [
            ("floor", "level", 0.2, (known == "earth").mean(), here["floor"].isna().mean()),
            ("floor", "level", 0.1, (known == "bamboo").mean(), here["floor"].isna().mean()),
            ("floor", "level", 0.7, known.isin(["tile", "wood", "other"]).mean(), here["floor"].isna().mean()),
            ("motorcycle", "flag", 0.4, here["motorcycle"].dropna().astype(bool).mean(),
             here["motorcycle"].isna().mean()),
            ("floor_area", "ln", np.exp(3.5), np.exp(np.log(area).mean()), 1 - len(area) / len(here)),
            ("cattle", "linear", 2.0, here["cattle"].dropna().astype(float).mean(), here["cattle"].isna().mean()),
            ("goat", "square", 4.0, np.sqrt((here["goat"].dropna().astype(float) ** 2).mean()),
             here["goat"].isna().mean()),
        ]  # fmt: skip
        rows = found.rows
        assert found.families == len(here)
        assert list(zip(rows["field"], rows["kind"], strict=True)) == [(field, kind) for field, kind, *_ in wanted]
        for column, place in (("survey", 2), ("register", 3), ("unknown", 4)):
            assert rows[column].tolist() == pytest.approx([entry[place] for entry in wanted])
        assert (rows["difference"] - (rows["register"] - rows["survey"])).abs().max() < 1e-12
        shares = rows[rows["kind"] == "level"]
        assert shares["survey"].sum() == pytest.approx(1)
        assert shares["register"].sum() == pytest.approx(1)
    assert rows.set_index("field").loc["floor_area", "difference_sd"] == pytest.approx(
        (np.log(area).mean() - 3.5) / 0.5
    )


def test_far_is_more_than_half_an_sd_either_way(store, build):
    half = [{"motorcycle": True, "car": False, "refrigerator": True} for _ in range(4)]
    flags = (
        term("motorcycle", "flag", 0.1, 0.75, sd=0.5),  # exactly half an SD below: not far
        term("car", "flag", 0.1, 0.2, sd=0.39),  # 0.51 SD above the register
        term("refrigerator", "flag", 0.1, 0.7, sd=0.46),
    )
    found = compared(store, build, half, flags)
    assert found.rows["difference_sd"].tolist() == pytest.approx([0.5, -0.2 / 0.39, 0.3 / 0.46])
    assert found.rows["far"].tolist() == [False, True, True]
    assert found.far == ("car", "refrigerator")
    (warning,) = found.warnings
    assert "mobil dan kulkas" in warning
    assert "sepeda motor" not in warning


def test_a_list_of_the_poorest_differs_by_nature_and_says_so(store, build):
    found = compared(
        store, build, [{"car": False}], (term("car", "flag", 0.1, 0.5, sd=0.5),), unit="household",
        snapshot={"frame": "truncated"},
    )  # fmt: skip
    households, far = found.warnings
    assert "rumah tangga" in households
    assert "bagian termiskin" in far


def test_a_trait_that_does_not_vary_in_the_survey_has_no_distance(store, build):
    found = compared(store, build, [{"car": True}], (term("car", "flag", 0.1, 0.0, sd=0.0),))
    (row,) = found.rows.to_dict("records")
    assert pd.isna(row["difference_sd"])
    assert row["far"] is False
    assert row["difference"] == 1


def test_a_question_not_asked_belongs_to_the_base(store, build):
    families = [{"toilet": "none", "closet": None}, {"toilet": "own", "closet": "pit"},
                {"toilet": "own", "closet": "gooseneck"}, {"toilet": "own", "closet": None}]  # fmt: skip
    found = compared(store, build, families, (term("closet", "level", -0.1, 0.2, sd=0.4, level="pit"),))
    pit, base = found.rows.to_dict("records")
    assert pit["register"] == pytest.approx(1 / 3)
    assert base["register"] == pytest.approx(2 / 3)
    assert pit["unknown"] == 0.25
    assert NOT_ASKED in base["levels"]
    assert NOT_ASKED not in pit["levels"]


def test_nobody_known_in_a_place_is_not_zero(store, build):
    elsewhere = {"village_code": "99.01.02.2001", "floor": None}
    build(store, families=[{"floor": "earth"}, elsewhere])
    keep(store, card(terms=(EARTH,)))
    run(store)
    found = compare(store, Scope("s1", region="99.01.02"))
    assert found.rows["register"].isna().all()
    assert found.rows["difference"].isna().all()
    assert not found.rows["far"].any()
    assert found.rows["unknown"].tolist() == [1.0, 1.0]
    assert compare(store, Scope("s1", region="99.09")).families == 0


def test_without_a_scored_snapshot_the_next_step_is_said(store, build):
    build(store, families=[{"floor": "earth"}])
    run(store)
    with pytest.raises(Refused) as refused:
        compare(store, Scope("s1"))
    assert refused.value.code == "not_scored"

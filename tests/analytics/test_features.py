"""What persons say about their family: head, counts, and unknown that never becomes no."""

from datetime import date

import pytest

HEAD = {"family_no": 1, "relation": "head", "age": 50}


@pytest.fixture
def feature(store, build):
    def of(family=None, persons=()) -> dict:
        build(store, [{"size": len(persons) or None} | (family or {})], persons=persons)
        row = store.one("SELECT * FROM family_feature WHERE family_no = 1")
        assert row is not None
        return row

    return of


def test_counts_by_age(feature):
    # Ages at every edge: 0, 4, 5, 6 | 7, 14, 15, 18 | 19, 59, 60, 64, 65.
    ages = [0, 4, 5, 6, 7, 14, 15, 18, 19, 59, 60, 64, 65]
    got = feature(persons=[{"age": age} for age in ages])
    counts = ("children_0_6", "under_five", "children_7_18", "school_age", "adults", "elderly")
    assert [got[name] for name in counts] == [4, 2, 4, 4, 6, 3]
    assert got["dependency"] == pytest.approx(7 / 13)  # six under 15, one over 64


def test_without_persons_nothing_is_counted_and_the_family_file_speaks_of_the_head(feature):
    got = feature({"size": 4, "head_sex": "female", "head_birth_date": date(1970, 1, 2), "head_occupation": "farmer",
                   "head_education": "primary", "floor_area": 36.0})  # fmt: skip
    assert [got[name] for name in ("children_0_6", "elderly", "dependency", "any_disability", "best_education")] == [
        None
    ] * 5
    assert (got["head_sex"], got["head_age"], got["head_working"]) == ("female", 55, True)
    assert got["per_capita_floor_area"] == 9.0


def test_one_unknown_age_turns_zero_into_unknown_but_not_a_count(feature):
    got = feature(persons=[HEAD, {"age": 3}, {"age": None}])
    assert got["children_0_6"] == 1
    assert got["elderly"] is None


def test_the_eldest_head_then_the_lowest_number(feature):
    got = feature(persons=[
        {"relation": "head", "age": 30, "sex": "male"}, {"relation": "head", "age": 60, "sex": "female"},
        {"relation": "head", "age": 60, "sex": "male"}, {"relation": "parent", "age": 90, "sex": "male"},
    ])  # fmt: skip
    assert (got["head_age"], got["head_sex"]) == (60, "female")


def test_age_from_the_birth_date_counts_full_years(feature):
    # Data of 1 January 2026: born on 2 January 2019 is still six.
    got = feature(persons=[{"birth_date": date(2019, 1, 2)}, {"birth_date": date(2019, 1, 1)}])
    assert (got["children_0_6"], got["children_7_18"]) == (1, 1)


def test_a_birth_after_the_data_is_no_age(feature):
    got = feature(persons=[{"birth_date": date(2027, 1, 1)}, HEAD])
    assert got["children_0_6"] is None


def test_schooling(feature):
    children = [{"age": 8, "in_school": True}, {"age": 12, "in_school": False}, {"age": 16, "in_school": None}]
    assert feature(persons=[HEAD, *children])["school_age_out"] == 1


def test_schooling_not_known_is_not_in_school_nor_out(feature):
    assert feature(persons=[HEAD, {"age": 8, "in_school": None}])["school_age_out"] is None


def test_three_answers_for_a_trait(feature):
    got = feature(persons=[HEAD | {"disability": False, "chronic": True}, {"age": 20, "disability": None}])
    assert got["any_disability"] is None
    assert got["any_chronic"] is True


def test_nobody_asks_a_man_whether_he_is_pregnant(feature):
    woman = {"age": 30, "sex": "female", "pregnant": False}
    got = feature(persons=[HEAD | {"sex": "male", "pregnant": None}, woman])
    assert got["any_pregnant"] is False


def test_a_woman_without_an_answer_leaves_it_open(feature):
    got = feature(persons=[{"age": 30, "sex": "female", "pregnant": None}, {"age": 20, "pregnant": False}])
    assert got["any_pregnant"] is None


def test_best_education_is_of_those_fifteen_and_over(feature):
    got = feature(persons=[HEAD | {"education": "primary"}, {"age": 14, "education": "junior"}])
    assert got["best_education"] == "primary"


def test_inactive_persons_do_not_count(feature):
    got = feature({"size": 1}, persons=[HEAD, {"age": 3, "active": False}])
    assert got["children_0_6"] == 0

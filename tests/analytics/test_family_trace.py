"""One family explained: the parts add up to the score; gaps, programmes, and the search by NIK."""

from datetime import UTC, date, datetime

import pytest

from analytics.family_trace import find_by_nik, trace
from analytics.model_card import ModelCard, Term
from analytics.scope import Scope
from data.errors import Refused

OTHER = "99.01.02.2001"
ELSEWHERE = "99.02.01.2001"


def card(**changes) -> ModelCard:
    terms = (
        Term(field="floor", kind="level", level="earth", coefficient=-0.30, mean=0.2, sd=0.4),
        Term(field="refrigerator", kind="flag", coefficient=0.25, mean=0.6, sd=0.49),
    )
    return ModelCard(**{
        "name": "uji", "method": "ols", "outcome": "y", "outcome_unit": "rupiah", "unit": "family", "survey": "uji",
        "n": 100, "k": 2, "intercept": 13.5, "terms": terms, "sigma": 0.5, "r2_cv": 0.5, "targeting": (),
        "signal": True, "scorable": True, "fields_needed": ("floor", "refrigerator"),
        "fitted_at": datetime(2026, 1, 1, tzinfo=UTC),
    } | changes)  # fmt: skip


def scored_by(store, model: ModelCard) -> None:
    with store.transaction() as cursor:
        cursor.execute(
            "INSERT INTO run VALUES ('s1', 'p', 'hash', 'kartu.yaml', ?, now(), 1.0, '[]')", [model.model_dump_json()]
        )


def identify(store, rows: list[tuple[str, ...]]) -> None:
    with store.transaction() as cursor:
        for table, *values in rows:
            marks = ", ".join("?" * len(values))
            columns = "family_no, family_id, head_nik" if table == "family_identity" else "person_no, nik"
            cursor.execute(f"INSERT INTO {table} (snapshot_id, {columns}) VALUES ('s1', {marks})", values)


# The worked example of docs/metodologi.md, and a family of another regency that must not count.
FAMILIES = [
    {"floor": "earth", "refrigerator": False, "score": 13.20, "size": 4, "decile_recorded": 1},
    {"floor": "tile", "refrigerator": True, "score": 13.75, "size": 3, "decile_recorded": 8},
    {"floor": "tile", "refrigerator": True, "score": 13.75, "size": 3, "village_code": ELSEWHERE},
]


def test_worked_example_of_the_method(store, build):
    build(store, FAMILIES)
    scored_by(store, card())
    found = trace(store, Scope("s1"), "p1")
    assert found.average == pytest.approx(13.475)
    assert found.families == 2
    assert found.terms["contribution"].tolist() == pytest.approx([-0.15, -0.125])
    assert found.average + found.terms["contribution"].sum() == pytest.approx(found.score)
    assert found.by_field()["field"].tolist() == ["floor", "refrigerator"]
    assert sum(found.chances) == pytest.approx(1)
    assert (found.decile_recorded, found.decile_pmt) == (1, 5)
    assert found.traits["floor"] == "earth"


def test_parts_add_up_to_the_score_for_every_family_of_a_messy_regency(store, build):
    floors, fridges = ["earth", "tile", None, "cement"], [True, False, None]
    model = card()
    rows = []
    for number in range(24):
        floor, fridge = floors[number % 4], fridges[number % 3]
        # Null takes the survey mean of the term: by hand, not by the card's SQL.
        earth = 0.2 if floor is None else float(floor == "earth")
        cold = 0.6 if fridge is None else float(fridge)
        rows.append({"floor": floor, "refrigerator": fridge, "size": 2, "score": 13.5 - 0.30 * earth + 0.25 * cold})
    build(store, rows)
    scored_by(store, model)
    average = sum(row["score"] for row in rows) / len(rows)
    for number, row in enumerate(rows, start=1):
        found = trace(store, Scope("s1"), f"p{number}")
        assert found.average == pytest.approx(average)
        assert found.average + found.terms["contribution"].sum() == pytest.approx(row["score"], abs=1e-12)
        assert found.by_field()["contribution"].sum() == pytest.approx(row["score"] - average, abs=1e-12)
        gaps = [name for name in ("floor", "refrigerator") if row[name] is None]
        assert found.terms.loc[found.terms["filled"], "field"].tolist() == gaps


def test_without_a_card_rank_and_traits_remain(store, build):
    build(store, [{"floor": "earth", "decile_recorded": 2, "size": 5}])
    found = trace(store, Scope("s1"), "p1")
    assert (found.score, found.average, found.chances, found.card, found.decile_pmt) == (None,) * 5
    assert found.terms.empty
    assert found.decile_recorded == 2
    assert found.traits["floor"] == "earth"


@pytest.mark.parametrize(
    ("changes", "snapshot", "why"),
    [({"method": "quantile", "quantile": 0.2}, {}, "method"), ({}, {"frame": "truncated"}, "truncated")],
)
def test_no_chances_where_they_would_mean_nothing(store, build, changes, snapshot, why):
    build(store, FAMILIES, snapshot=snapshot)
    scored_by(store, card(**changes))
    found = trace(store, Scope("s1"), "p1")
    assert (found.chances, found.chances_absent) == (None, why)
    assert not found.terms.empty


def test_programmes_once_each_with_their_members(store, build):
    build(
        store,
        FAMILIES,
        enrolments=[
            {"programme": "PKH", "person_no": 1, "source": "list", "period_from": date(2026, 1, 1)},
            {"programme": "PKH", "person_no": 2, "source": "list", "period_from": date(2026, 1, 1)},
            {"programme": "BST", "source": "flag"},
            {"programme": "PKH", "family_no": 2},
        ],
    )
    scored_by(store, card())
    found = trace(store, Scope("s1"), "p1").programmes
    assert [(one.programme, one.members, one.closed) for one in found] == [("BST", 0, True), ("PKH", 2, False)]


def test_unknown_family_is_refused(store, build):
    build(store, FAMILIES)
    with pytest.raises(Refused) as refused:
        trace(store, Scope("s1"), "tidak-ada")
    assert refused.value.code == "family_unknown"


def test_nik_of_head_or_member_exactly(store, build):
    persons = [{"family_no": 1, "relation": "child"}, {"family_no": 2, "relation": "child"}]
    build(store, FAMILIES, persons=persons)
    identify(store, [
        ("family_identity", 1, "F1", "9901010101800001"), ("family_identity", 2, "F2", "9901010101800002"),
        ("family_identity", 3, "F3", None), ("person_identity", 1, "9901014101900003"),
        ("person_identity", 2, "9901010101800001"),
    ])  # fmt: skip
    assert find_by_nik(store, "s1", "9901014101900003") == ("p1",)
    # The head of one family stands as a member of another: both.
    assert find_by_nik(store, "s1", "9901010101800001") == ("p1", "p2")
    assert find_by_nik(store, "s1", "9901010101800009") == ()
    assert find_by_nik(store, "lain", "9901014101900003") == ()


@pytest.mark.parametrize(
    "typed", ["", "990101010180000", "99010101018000011", "9901 0101 0180 0001", "%", "' OR '1'='1"]
)
def test_nik_must_be_sixteen_digits(store, build, typed):
    build(store, FAMILIES)
    with pytest.raises(Refused) as refused:
        find_by_nik(store, "s1", typed)
    assert refused.value.code == "nik_invalid"
    assert not typed or typed not in refused.value.message


def test_terms_frame_is_as_documented(store, build):
    build(store, FAMILIES)
    scored_by(store, card())
    terms = trace(store, Scope("s1"), "p2").terms
    assert list(terms.columns) == ["field", "kind", "level", "value", "mean", "coefficient", "contribution", "filled"]
    assert terms["value"].tolist() == [0, 1]

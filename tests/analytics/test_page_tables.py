"""What `run` stores for pages: the same answers as without it, and never those of other data or other rules."""

from dataclasses import is_dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from analytics import coverage_cells
from analytics.coverage import coverage
from analytics.criteria import criteria
from analytics.definition_comparison import compare_definitions
from analytics.definitions import judged_stored, pages_current
from analytics.gaps import gaps
from analytics.inconsistent import inconsistencies
from analytics.life_cycle import life_cycle
from analytics.needs import family_needs
from analytics.overview import overview
from analytics.page_tables import derive_pages, judge_again
from analytics.params import params_hash
from analytics.pockets import find_pockets
from analytics.ranking import rank_comparison
from analytics.scope import Scope
from data.criteria import default_rules

VILLAGES = ("99.01.01.2001", "99.01.01.2002", "99.01.02.2001", "99.02.01.2001")
PROGRAMMES = ("PKH", "SEMBAKO", "PIP", "BLT-DD", "BSPS", "KUR", "BST", "BANTUAN SENDIRI")
ON = date(2026, 3, 1)
FIRST_RULES = date(2024, 6, 1)  # before any programme had a rule
LINE = "contoh_2026_09"
PAGES = (overview, rank_comparison, inconsistencies)  # an overview holds the pockets


def pairs(store, scope: Scope) -> pd.DataFrame:
    return compare_definitions(store, scope).pairs


WORKBENCH = (family_needs, gaps, life_cycle, criteria, pairs)


@pytest.fixture
def filled(store, build):
    """Four villages of two regencies, with what is not known in every place it may be."""
    rng = np.random.default_rng(5)
    count = 160

    def one_of(*values):
        return rng.choice(np.array(values, dtype=object), count)

    families = pd.DataFrame(
        {
            "village_code": rng.choice(VILLAGES, count),
            "size": one_of(None, 1, 2, 3, 5),
            "decile_recorded": one_of(None, 1, 2, 4, 5, 9),
            "score": one_of(None, 12.1, 12.8, 13.0, 13.4),
            "floor": one_of(None, "earth", "tile"),
            "wall": one_of(None, "bamboo", "brick"),
            "roof": one_of("tile", "thatch"),
        }
    )
    persons = pd.DataFrame({"family_no": rng.integers(1, count, 200), "age": rng.integers(0, 80, 200)})
    persons["pregnant"] = rng.choice(np.array([None, True, False], dtype=object), 200)
    enrolments = [
        {"family_no": int(family) if family else None, "programme": programme}
        for family, programme in zip(rng.integers(0, count, 150), rng.choice(PROGRAMMES, 150), strict=True)
    ]
    build(
        store,
        families.to_dict("records"),
        persons.to_dict("records"),
        enrolments,
        regions={"99": "P", "99.01": "A", "99.02": "B", **{code: code for code in VILLAGES}},
        card={},
    )
    with store.transaction() as cursor:
        cursor.execute("INSERT INTO family_expected SELECT 's1', family_no, 1 + family_no % 9 FROM family")
    return store


def run_is_done(store, on: date = ON) -> None:
    with store.transaction() as cursor:
        derive_pages(cursor, "s1", on)
        cursor.execute(
            "INSERT INTO run VALUES ('s1', $params, 'hash', NULL, NULL, $now, 0, '[]')",
            {"params": params_hash(), "now": datetime(2026, 2, 2)},
        )


def run_is_done_again(store) -> None:
    with store.transaction() as cursor:
        cursor.execute("DELETE FROM run")
    run_is_done(store)


def scopes() -> list[Scope]:
    return [
        Scope("s1", region, definition, unit, cut=2, quota=0.3, line=LINE if definition == "pmt_line" else None)
        for region in ("", "99.01", "99.01.01")
        for definition in ("recorded", "pmt_quota", "pmt_line", "local_criteria")
        for unit in ("families", "persons")
    ]


def answers(store) -> dict:
    found = {(scope, page.__name__): page(store, scope) for scope in scopes() for page in PAGES}
    found |= {(scope, ON): coverage(store, scope, ON) for scope in scopes()}
    found |= {(scope, page.__name__): page(store, scope) for scope in scopes()[::3] for page in WORKBENCH}
    return found | {FIRST_RULES: coverage(store, Scope("s1"), FIRST_RULES)}


def assert_same(one, other) -> None:
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, rtol=1e-9)
    elif is_dataclass(one):
        assert_same({name: getattr(one, name) for name in one.__dataclass_fields__},
                    {name: getattr(other, name) for name in one.__dataclass_fields__})  # fmt: skip
    elif isinstance(one, dict):
        assert one.keys() == other.keys()
        for name, value in one.items():
            assert_same(value, other[name])
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for value, again in zip(one, other, strict=True):
            assert_same(value, again)
    elif isinstance(one, float):
        assert one == pytest.approx(other, rel=1e-9)
    else:
        assert one == other


def test_stored_and_computed_answers_are_the_same(filled):
    assert not pages_current(filled, "s1")
    computed = answers(filled)
    run_is_done(filled)
    assert pages_current(filled, "s1")
    assert_same(computed, answers(filled))
    # Not by chance: what is stored is what is read.
    with filled.transaction() as cursor:
        cursor.execute("DELETE FROM family_page WHERE family_no > 100")
        cursor.execute("DELETE FROM coverage_cell WHERE area LIKE '99.02%'")
    assert find_pockets(filled, Scope("s1")).by_village["listed_families"].sum() == 100
    assert set(coverage(filled, Scope("s1"), ON).rows["village"].dropna()) == set(VILLAGES[:3])


def test_a_list_imported_after_run_shows_at_once(filled):
    run_is_done(filled)
    before = coverage(filled, Scope("s1"), ON)
    families = int(before.programmes.set_index("programme").loc["PKH", "families"])
    without = filled.one(
        "SELECT min(family_no) AS no FROM family WHERE family_no NOT IN "
        "(SELECT family_no FROM enrolment WHERE family_no IS NOT NULL)"
    )
    assert without is not None
    with filled.transaction() as cursor:  # what an import does
        cursor.execute(
            "INSERT INTO enrolment (snapshot_id, family_no, programme, source, line_no) "
            "VALUES ('s1', ?, 'PKH', 'list', 9)",
            [without["no"]],
        )
        cursor.execute("UPDATE snapshot SET data_hash = 'another'")
    after = coverage(filled, Scope("s1"), ON)
    assert after.programmes.set_index("programme").loc["PKH", "families"] == families + 1
    nobody = [found.without_programme.set_index("by").loc["all", "families"] for found in (before, after)]
    assert nobody[0] - nobody[1] == 1


def test_other_rules_count_anew(filled, monkeypatch):
    run_is_done(filled)
    rule = coverage_cells.rules_in_force(ON)["PKH"]
    assert rule is not None
    stored = coverage(filled, Scope("s1"), ON).programmes.set_index("programme")["eligible_families"]
    changed = rule.model_copy(update={"deciles": (1, 9), "component": ()})
    rules = coverage_cells.rules_in_force(ON) | {"PKH": changed}
    monkeypatch.setattr(coverage_cells, "rules_in_force", lambda _: rules)
    found = coverage(filled, Scope("s1"), ON).programmes.set_index("programme")["eligible_families"]
    ranked = filled.one("SELECT count(decile_recorded) AS n FROM family")
    assert found["PKH"] == ranked["n"] > stored["PKH"]
    assert found.drop("PKH").equals(stored.drop("PKH"))


def test_an_answer_or_other_rules_after_run_are_judged_anew(filled):
    run_is_done(filled)
    rules = default_rules()
    scope = Scope("s1", definition="local_criteria", rules=rules)
    before = criteria(filled, scope)
    assert judged_stored(filled, "s1", rules)
    first = before.clauses.set_index("clause")["own_met"]
    assert first["menetap"] == 0  # no register tells it
    # Another reading is another digit of the same number.
    other = rules.read({"terdaftar": "padan_dukcapil"})
    assert judged_stored(filled, "s1", other)
    known = filled.one("SELECT count(dukcapil_match) AS n FROM family")["n"]
    told = criteria(filled, Scope("s1", rules=other)).clauses.set_index("clause").loc["terdaftar"]
    assert told["own_met"] + told["own_not"] == known
    with filled.transaction() as cursor:
        cursor.execute(
            "INSERT INTO criterion_answer VALUES ('p1', ?, 'menetap', true, DATE '2026-01-01', 'uji')", [rules.name]
        )
    assert not judged_stored(filled, "s1", rules)
    assert criteria(filled, scope).clauses.set_index("clause")["own_met"]["menetap"] == 1
    computed = criteria(filled, scope)
    with filled.transaction() as cursor:
        judge_again(cursor, "s1", rules)
    assert judged_stored(filled, "s1", rules)
    assert_same(computed, criteria(filled, scope))
    again = filled.frame("SELECT * FROM family_page ORDER BY family_no")
    run_is_done_again(filled)
    assert judged_stored(filled, "s1", rules)
    assert_same(again, filled.frame("SELECT * FROM family_page ORDER BY family_no"))


def test_a_run_with_other_parameters_or_data_is_not_read(filled):
    run_is_done(filled)
    for column in ("params_hash", "data_hash"):
        with filled.transaction() as cursor:
            cursor.execute(f"UPDATE run SET {column} = {column} || 'x'")
        assert not pages_current(filled, "s1")
        with filled.transaction() as cursor:
            cursor.execute(f"UPDATE run SET {column} = left({column}, -1)")
        assert pages_current(filled, "s1")


def test_spearman_is_that_of_scipy(filled):
    from scipy.stats import spearmanr

    pairs = filled.frame(
        "SELECT f.decile_recorded AS recorded, r.share_regency AS share FROM family AS f "
        "JOIN family_rank AS r USING (snapshot_id, family_no) "
        "WHERE f.decile_recorded IS NOT NULL AND r.share_regency IS NOT NULL"
    )
    expected = spearmanr(pairs["recorded"], pairs["share"]).statistic
    assert rank_comparison(filled, Scope("s1")).spearman == pytest.approx(expected, rel=1e-9)

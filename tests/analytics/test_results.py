"""What a measure does where nothing is derived of the families, and where there is no such data."""

from dataclasses import replace

import pytest

from analytics.coverage import coverage
from analytics.criteria import criteria
from analytics.criteria_open import open_families
from analytics.definition_comparison import compare_definitions
from analytics.gaps import gaps
from analytics.ladder import ladder
from analytics.life_cycle import life_cycle
from analytics.needs import family_needs, needs_of_family
from analytics.overlaps import overlaps
from analytics.pockets import find_pockets
from analytics.proposals import proposals
from analytics.ranking import decile_profile
from analytics.scope import Scope
from analytics.targeting import targeting
from analytics.village import village_profile
from data.errors import Refused

VILLAGE = "99.01.01.2001"
SCOPE = Scope("s1")


def needs_of_one(store, scope):
    return needs_of_family(store, scope.snapshot_id, "p1")


def of_village(store, scope):
    return village_profile(store, replace(scope, region=VILLAGE))


def by_rules(store, scope):
    return find_pockets(store, replace(scope, definition="local_criteria"))


OF_MEMBERS = (
    coverage, criteria, open_families, compare_definitions, gaps, ladder, life_cycle, family_needs, needs_of_one,
    overlaps, proposals, decile_profile, targeting, of_village, by_rules,
)  # fmt: skip


@pytest.fixture
def region(store, build):
    build(
        store, regions={VILLAGE: "Satu"}, families=[{"decile_recorded": n % 3 + 1, "size": 4} for n in range(12)],
        persons=[{"family_no": n + 1, "age": 8, "pregnant": False, "disability": False} for n in range(12)],
        enrolments=[{"family_no": 1, "programme": "PKH"}],
    )  # fmt: skip
    return store


@pytest.mark.parametrize("measure", OF_MEMBERS, ids=lambda measure: measure.__name__)
def test_without_results_a_measure_refuses_instead_of_counting_nobody(region, measure):
    measure(region, SCOPE)
    with region.transaction() as cursor:
        cursor.execute("DELETE FROM family_feature")
    with pytest.raises(Refused) as refused:
        measure(region, SCOPE)
    assert refused.value.code == "results_missing"
    assert "cli.py run" in refused.value.message


def test_the_recorded_rank_needs_no_results(region):
    before = find_pockets(region, SCOPE)
    with region.transaction() as cursor:
        cursor.execute("DELETE FROM family_feature")
    after = find_pockets(region, SCOPE)
    assert (after.persons, after.families) == (before.persons, before.families) == (16, 4)  # every third, of four


@pytest.mark.parametrize(
    "measure", [ladder, life_cycle, family_needs, criteria, compare_definitions, gaps], ids=lambda found: found.__name__
)
def test_data_that_is_not_there_is_refused(region, measure):
    with pytest.raises(Refused) as refused:
        measure(region, Scope("tidak-ada"))
    assert refused.value.code == "snapshot_unknown"
    assert "s1" in refused.value.message

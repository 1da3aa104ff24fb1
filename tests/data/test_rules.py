"""The rules of programmes together as data: in force from a day, of programmes that exist, asking one thing."""

from datetime import date

import pytest
from pydantic import ValidationError

from analytics.life_cycle import FEATURES
from data.planning import Priority, UnitCost
from data.rules import Forbidden, Wanted, rules, stages, sufficiency

ON = date(2026, 3, 1)
WORD = {"kind": "forbidden", "title": "Uji", "from": ON, "source": "uji", "status": "unverified"}


def test_rules_begin_on_their_day():
    assert list(rules(ON)) == [
        "blt_dd", "bpum", "pbi_mampu", "beban_pengeluaran", "pkh_umi", "sembako_usaha_rumah",
    ]  # fmt: skip
    assert "pbi_mampu" not in rules(date(2025, 6, 9))
    assert rules(date(2022, 6, 7)) == {}
    assert sufficiency(date(2022, 6, 7)) is None
    assert sufficiency(ON).programmes == ("SEMBAKO", "PKH", "PBI-JKN")


def test_what_the_guide_names_is_there():
    found = rules(ON)
    assert (found["blt_dd"].programme, set(found["blt_dd"].others)) == ("BLT-DD", {"PKH", "SEMBAKO"})
    assert (found["bpum"].programme, found["bpum"].others) == ("BPUM", ("KUR",))
    assert isinstance(found["beban_pengeluaran"], Wanted)
    assert {code for group in found["beban_pengeluaran"].each for code in group} == {"SEMBAKO", "PKH", "PBI-JKN", "PIP"}


def test_every_feature_of_a_stage_can_be_asked():
    assert {name for stage in stages(ON).values() for name in stage.features} <= set(FEATURES)


@pytest.mark.parametrize(
    "wrong",
    [
        {"programme": "PKH"},
        {"programme": "PKH", "with": ["SEMBAKO"], "beyond_decile": 4},
        {"programme": "PKHH", "with": ["SEMBAKO"]},
        {"programme": "PKH", "with": ["BPNT"]},
        {"programme": "PKH", "beyond_decile": 10},
    ],
)
def test_a_rule_that_says_nothing_or_too_much_is_no_rule(wrong):
    with pytest.raises(ValidationError):
        Forbidden.model_validate(WORD | wrong)


@pytest.mark.parametrize("parts", [{"family": -1}, {"family": float("nan")}, {"family": float("inf")}, {}])
def test_a_cost_below_nothing_or_beyond_numbers_is_no_cost(parts):
    with pytest.raises(ValidationError):
        UnitCost.model_validate({"from": ON, "source": "uji", "status": "unverified", "parts": parts})


@pytest.mark.parametrize("ends", ["deciles", "percentiles", "able_age"])
def test_a_priority_of_a_range_turned_round_is_none(ends):
    with pytest.raises(ValidationError):
        Priority.model_validate({"from": ON, "source": "uji", "status": "unverified", ends: [3, 1]})

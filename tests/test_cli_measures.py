"""Every measure verb answers with the keys of its contract, and refuses in one sentence."""

import json

import pytest

import cli
from analytics.pipeline import load_demo
from data.store import Store

KEYS = {
    "pockets": "village name persons families expected low high probability priority is_pocket",
    "coverage": "programme village decile families persons eligible_families eligible_persons rate_families "
    "rate_persons",
    "targeting": "programme group value eligible recipients both exclusion_error inclusion_error "
    "recipients_among_noneligible coverage leakage differential cgh reason",
    "overlaps": "rule kind families persons to_check",
    "ladder": "class families persons",
    "gaps": "programme strategy eligible reached gap unit_cost cost cost_status",
}


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "tepat.duckdb"
    with Store(path) as store:
        load_demo(store, families=3000)
    return path


@pytest.fixture
def tepat(database, capsys):
    def ask(*words):
        code = cli.main([*words, "--json", "--db", str(database)])
        return code, json.loads(capsys.readouterr().out)

    return ask


@pytest.mark.parametrize("verb", KEYS)
def test_a_measure_answers_with_its_keys(tepat, verb):
    code, said = tepat(verb, "--cut", "2")
    assert code == 0
    assert said["scope"]["cut"] == 2
    assert said["rows"]
    for row in said["rows"]:
        assert set(KEYS[verb].split()) <= set(row), set(KEYS[verb].split()) - set(row)


def test_the_ladder_says_what_its_classes_add_up_to(tepat):
    _, said = tepat("ladder")
    assert said["total_families"] == sum(row["families"] or 0 for row in said["rows"]) > 0


def test_one_programme_one_group_other_deciles(tepat):
    _, all_rows = tepat("targeting", "--programme", "PKH", "--group", "all")
    _, set_rows = tepat("targeting", "--programme", "PKH", "--group", "all", "--deciles", "1-2")
    (of_rule,), (of_two,) = all_rows["rows"], set_rows["rows"]
    assert of_rule["programme"] == of_two["programme"] == "PKH"
    assert 0 < of_two["eligible"] < of_rule["eligible"]
    everyone = [row["recipients"] + row["unknown_recipients"] for row in (of_rule, of_two)]
    assert everyone[0] == everyone[1]  # whose decile is not known, is neither eligible nor not


def test_in_rupiah(tepat):
    _, said = tepat("targeting", "--programme", "PKH", "--group", "all", "--rupiah")
    assert said["rows"][0]["unit"] == "rupiah"
    assert said["rows"][0]["recipients"] > 1_000_000


def test_from_the_survey(tepat):
    code, said = tepat("targeting", "--survey", "--programme", "PKH")
    assert code == 0
    assert {row["measure"] for row in said["rows"]} >= {"coverage", "exclusion_error", "inclusion_error"}


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        (["targeting", "--programme", "PKHH"], "programme_unknown"),
        (["targeting", "--group", "warna"], "group_unknown"),
        (["targeting", "--deciles", "satu"], "cut_invalid"),
        (["gaps", "--region", "xx"], "region_unknown"),
        (["ladder", "--definition", "pmt_line", "--line", "tidak_ada"], "line_unknown"),
    ],
)
def test_what_cannot_be_asked_is_refused(tepat, words, refused):
    code, said = tepat(*words)
    assert (code, said["error"]["code"]) == (1, refused)

"""Every measure verb answers with the keys of its contract, and refuses in one sentence."""

import json

import pytest

import cli
from analytics.pipeline import load_demo
from data.store import Store

VILLAGE = "99.01.01.1001"
KEYS = {
    "pockets": "village name persons families expected low high probability priority is_pocket",
    "coverage": "programme village decile families persons eligible_families eligible_persons rate_families "
    "rate_persons",
    "targeting": "programme group value eligible recipients both exclusion_error inclusion_error "
    "recipients_among_noneligible coverage leakage differential cgh reason",
    "overlaps": "rule kind families persons to_check",
    "ladder": "class families persons",
    "gaps": "programme strategy eligible reached gap unit_cost cost cost_status",
    "criteria": "clause own_met own_open own_not left_met left_open without_lower without_upper lower_change "
    "upper_change",
    "compare": "a b both only_a only_b neither unjudged jaccard of_a of_b reason",
    "clusters": "village rate smoothed_rate neighbours p p_fdr category group reason",
    "village": "village persons families rate status is_pocket reason",
    "lifecycle": "stage families persons served_families rate_families rate_extreme_families reason",
    "needs": "need by code yes no unknown rate extreme_rate programme office reason",
    "lacks": "facility title lacking fine unread without_row persons_lacking office",
    "incidence": "decile families recipients share_population share_benefit",
    "proposals": "proposal programme families persons accepted reason",
}
MORE = {"village": ["--region", VILLAGE], "incidence": ["--programme", "PKH"]}
RULES = """
name: uji
title: Uji
source: uji
articles: uji
status: unverified
rule:
  all_of:
    - {clause: besar, article: x, label: anggota banyak, when: {field: size, ">=": 5}}
    - {clause: dilihat, article: x, label: hanya petugas yang tahu}
"""


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
        return code, json.loads(capsys.readouterr().out, parse_constant=never)

    return ask


def never(word):
    raise AssertionError(f"{word} is not JSON")


@pytest.mark.parametrize("verb", KEYS)
def test_a_measure_answers_with_its_keys(tepat, verb):
    code, said = tepat(verb, "--cut", "2", *MORE.get(verb, []))
    assert code == 0
    assert said["scope"]["cut"] == 2
    assert said["rows"]
    for row in said["rows"]:
        assert set(KEYS[verb].split()) <= set(row), set(KEYS[verb].split()) - set(row)
        if "reason" in row and any(row[key] is None for key in row if key.split("_")[0] in ("rate", "jaccard", "of")):
            assert row["reason"], row


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


def test_visits_of_the_demo_settle_some_families_and_not_others(tepat):
    _, said = tepat("criteria")
    assert 0 < said["lower"] < said["upper"]
    # Visits were of families the register leaves open; what they found rules some of them out again.
    assert said["answered"] > said["lower"]


def test_criteria_of_another_file_before_and_after_the_visits(tepat, database, tmp_path, monkeypatch):
    rules = tmp_path / "uji.yaml"
    rules.write_text(RULES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with Store(database) as store:
        large = [row["pseudonym"] for row in store.rows("SELECT pseudonym FROM family WHERE size >= 5 ORDER BY 1")]
    code, said = tepat("criteria", "--rules", "uji.yaml")
    assert code == 0
    assert said["scope"]["ruleset"] == "uji"
    assert (said["lower"], said["upper"], said["answered"]) == (0, len(large), 0)
    # Nobody but a visit can answer the second clause; the form names the rules, which must lie beside the database.
    folder = database.parent / "criteria"
    folder.mkdir()
    (folder / "uji.yaml").write_text(RULES, encoding="utf-8")
    form = tmp_path / "formulir.csv"
    answers = [(large[0], "Ya"), (large[1], "Tidak"), (large[2], "Tidak diketahui"), ("tidak-ada", "Ya")]
    lines = [f"{family};uji;2026-10-01;{word}" for family, word in answers]
    header = "Nomor semu keluarga;Aturan;Tanggal kunjungan;Klausul dilihat: hanya petugas yang tahu"
    form.write_text("\n".join([header, *lines]), encoding="utf-8")
    code, report = tepat("answers", str(form))
    assert (code, report["rows_read"], report["accepted"]) == (0, 4, 3)
    assert report["rejected"] == [[5, "nomor semu tidak ada dalam basis data ini"]]
    _, said = tepat("criteria", "--rules", "uji")
    assert (said["lower"], said["upper"], said["answered"]) == (1, len(large) - 1, 3)


def test_two_definitions_and_where_they_differ(tepat):
    _, said = tepat("compare", "--pair", "recorded,pmt_quota")
    (pair,) = [row for row in said["rows"] if (row["a"], row["b"]) == ("recorded", "pmt_quota")]
    assert sum(row["differing"] for row in said["villages"]) == pytest.approx(pair["only_a"] + pair["only_b"])
    assert {row["group"] for row in said["groups"]} == {"head_sex", "elderly", "any_disability"}
    assert {row["key"] for row in said["definitions"]} >= {"recorded", "pmt_quota", "local_upper"}


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
        (["compare", "--line", "tidak_ada"], "line_unknown"),
        (["compare", "--pair", "recorded"], "pair_unknown"),
        (["criteria", "--rules", "tidak_ada.yaml"], "criteria_unknown"),
        (["criteria", "--ruleset", f"{'a' * 300}.yaml"], "criteria_unknown"),
        (["village"], "village_required"),
        (["incidence", "--programme", "PKHH"], "programme_unknown"),
    ],
)
def test_what_cannot_be_asked_is_refused(tepat, words, refused):
    code, said = tepat(*words)
    assert (code, said["error"]["code"]) == (1, refused)


def test_a_change_wants_an_earlier_delivery(tepat):
    code, answer = tepat("change")
    assert (code, answer["error"]["code"]) == (1, "snapshot_no_earlier")

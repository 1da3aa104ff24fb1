"""Rule files: what a good one says, and that a bad or hostile one is refused in one sentence."""

import re
import time
from pathlib import Path

import pytest

from data.criteria import (
    all_rules,
    criteria_folder,
    find_rules,
    receive_rules,
    rules_text,
    shipped_rules,
    unusable_rules,
)
from data.criteria_reading import rules_of_text
from data.errors import Refused
from data.store import Store

REGULATION = next(iter(Path("/work/shared/seeds").glob("004_*")), None)
HEAD = "name: uji\ntitle: Aturan uji\nsource: uji\narticles: Pasal 1\nstatus: unverified\n"
CLAUSE = "rule: {all_of: [{clause: a, article: huruf a, label: satu, when: %s}]}\n"
PERWALI = "pangkalpinang_19_2024"


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "t.duckdb") as opened:
        yield opened


def refused(text: str) -> str:
    with pytest.raises(Refused) as caught:
        rules_of_text(text, "uji.yaml")
    assert caught.value.code == "bad_criteria"
    assert caught.value.message.count(". ") <= 1  # one sentence
    return caught.value.message


def test_the_perwali_has_its_clauses_in_order():
    rules = shipped_rules()[PERWALI]
    assert [clause.key for clause in rules.clauses] == [
        "menetap", "terdaftar", "tanpa_tempat_tinggal", "a", "b", "c", "d", "e", "f", "g",
    ]  # fmt: skip
    assert {clause.key for clause in rules.clauses if clause.without_data} == {"menetap", "terdaftar", "b"}
    assert all(
        reading.status == "unverified" for clause in rules.clauses if len(clause.readings) > 1
        for reading in clause.readings
    )  # fmt: skip


@pytest.mark.skipif(REGULATION is None, reason="the regulation lies with the shared documents")
def test_labels_are_the_regulations_own_words():
    def plain(text: str) -> str:
        return " ".join(re.sub(r"[^\w/.,()]+", " ", text).split())

    regulation = plain(REGULATION.read_text(encoding="utf-8"))
    for clause in shipped_rules()[PERWALI].clauses:
        assert plain(clause.label) in regulation, clause.key


def test_another_reading_is_chosen_by_name():
    rules = shipped_rules()[PERWALI]
    other = rules.read({"f": "keduanya"})
    assert other.chosen == rules.chosen | {"f": "keduanya"}
    assert other != rules
    assert hash(other) != hash(rules)
    for wrong in ({"f": "apa saja"}, {"d": "default"}, {"zz": "x"}):
        with pytest.raises(Refused, match="tidak punya pembacaan"):
            rules.read(wrong)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ('{field: flor, "=": earth}', "mungkin maksud Anda “floor”"),
        ('{field: floor, "=": cementt}', "mungkin maksud Anda “cement”"),
        ('{field: floor, "=": [earth]}', "harus satu isian"),
        ("{field: floor, in: earth}", "harus daftar"),
        ('{field: floor, "<": earth}', "pembanding untuk floor"),
        ('{field: car, "=": "ya"}', "harus true atau false"),
        ('{field: head_age, ">=": enam puluh}', "harus bilangan"),
        ('{field: head_age, ">=": .nan}', "harus bilangan"),
        ("{field: head_age, between: [70, 60]}", "yang kecil dahulu"),
        ('{field: head_age, ">=": 60, "<": 70}', "tepat satu pembanding"),
        ("{programme: PKHH}", "mungkin maksud Anda “PKH”"),
        ("{all_of: []}", "tidak berisi daftar"),
        ('{at_least: 3, of: [{no_data: true}, {field: car, "=": true}]}', "1 sampai 2"),
        ("{at_least: true, of: [{no_data: true}]}", "1 sampai 1"),
        ("{no_data: false}", "hanya boleh true"),
        ("{sql: DROP TABLE family}", "tanpa field"),
    ],
)
def test_a_wrong_word_is_named_with_the_closest(when, said):
    assert said in refused(HEAD + CLAUSE % when)


HOSTILE = {
    "sql in a column": HEAD + CLAUSE % '{field: "floor) OR (1=1", "=": earth}',
    "sql in an operator": HEAD + CLAUSE % '{field: size, "= 1 OR 1": 1}',
    "sql in a word": HEAD + CLAUSE % "{field: floor, \"=\": \"earth'; DROP TABLE family; --\"}",
    "sql in a key": HEAD + "rule: {all_of: [{clause: \"a'; DROP\", article: x, label: x}]}",
    "a path as a name": HEAD.replace("uji\n", "../../etc\n", 1) + CLAUSE % "{no_data: true}",
    "a python object": HEAD + "rule: !!python/object/apply:os.system [id]",
    "markup in a label": HEAD + 'rule: {all_of: [{clause: a, article: x, label: "[klik](https://x.id)"}]}',
    "a picture in a title": HEAD.replace("Aturan uji", "![x](http://x)") + CLAUSE % "{no_data: true}",
    "aliases that multiply": HEAD + "a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    ),
    "depth": HEAD + "rule: " + "{all_of: [" * 15 + "{clause: a, article: x, label: x}" + "]}" * 15,
    "too many parts": HEAD + CLAUSE % ("{any_of: [" + ", ".join(['{field: size, "=": 1}'] * 500) + "]}"),
    "a clause twice": HEAD + "rule: {all_of: [{clause: a, article: x, label: x}, {clause: a, article: x, label: y}]}",
    "no rule": HEAD,
    "a list": "- 1\n- 2\n",
    "nothing": "",
    "a key twice": HEAD + "name: lain\n" + CLAUSE % "{no_data: true}",
    "an unknown key": HEAD + "code: print(1)\n" + CLAUSE % "{no_data: true}",
    "no yaml": "rule: {all_of: [",
    "an empty number": HEAD + CLAUSE % '{field: size, "=": !!int ""}',
    "a flag that is none": HEAD + CLAUSE % '{field: car, "=": !!bool mungkin}',
    "a day that is none": HEAD + "from: !!timestamp kemarin\n" + CLAUSE % "{no_data: true}",
    "an hour": HEAD + "from: 2024-06-01 10:00:00\n" + CLAUSE % "{no_data: true}",
    "a region that YAML reads as 19.7": HEAD + "region: 19.70\n" + CLAUSE % "{no_data: true}",
    "a region as a number": HEAD + "region: 19.71\n" + CLAUSE % "{no_data: true}",
    "a region in other digits": HEAD + 'region: "١٩.٧١"\n' + CLAUSE % "{no_data: true}",
    "an icon in a label": HEAD + CLAUSE.replace("satu", '":material/home: satu"') % "{no_data: true}",
    "a bare link": HEAD + CLAUSE.replace("satu", "lihat www.contoh.id") % "{no_data: true}",
    "a label nobody sees": HEAD + CLAUSE.replace("satu", '"\\u200b"') % "{no_data: true}",
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_refused_in_one_sentence(case):
    message = refused(HOSTILE[case])
    assert not re.search(r"[\[\]`'/]|<\w", message), message
    assert len(message) < 700


def test_a_number_of_many_parts_costs_no_time():
    """Read as a number of base 60, this one takes half a minute."""
    start = time.monotonic()
    refused(HEAD + CLAUSE % f'{{field: size, "<": 1{":1" * 200_000}}}')
    assert time.monotonic() - start < 5


def test_marks_that_turn_the_order_of_reading_are_left_out():
    rules = rules_of_text(
        HEAD + CLAUSE.replace("satu", '"rumah\\u202e tidak\\u00ad layak"') % "{no_data: true}", "uji.yaml"
    )
    assert rules.clauses[0].label == "rumah tidak layak"


def test_another_regions_file_needs_no_code(store):
    text = HEAD + CLAUSE % '{field: floor, "=": earth}'
    assert find_rules(store).name == PERWALI
    receive_rules(store, text.encode(), "uji.yaml")
    assert set(all_rules(store)) == {"uji", PERWALI}
    assert find_rules(store, "uji").title == "Aturan uji"
    assert rules_text(store, "uji") == text
    with pytest.raises(Refused, match="mungkin maksud Anda “uji”"):
        find_rules(store, "ujii")
    (criteria_folder(store) / "rusak.yaml").write_text("name: [", encoding="utf-8")
    assert set(all_rules(store)) == {"uji", PERWALI}
    (message,) = unusable_rules(store)
    assert "rusak.yaml" in message


def test_a_shipped_name_is_not_taken(store):
    with pytest.raises(Refused) as caught:
        receive_rules(store, (HEAD.replace("uji", PERWALI, 1) + CLAUSE % "{no_data: true}").encode(), "uji.yaml")
    assert caught.value.code == "criteria_taken"
    with pytest.raises(Refused):
        receive_rules(store, b"\xff\xfe\x00", "uji.yaml")

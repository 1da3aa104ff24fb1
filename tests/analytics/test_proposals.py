"""Proposals: who is on which list, what people decide of it, and what the table of decisions may hold."""

from datetime import date

import pytest

from analytics.combinations import held_programmes
from analytics.proposals import decide, proposals, proposed_families
from analytics.scope import Scope
from data.errors import Refused

ON = date(2026, 3, 1)
YEAR = {"period_from": date(2026, 1, 1), "period_to": date(2026, 12, 31)}
FAMILIES = [
    {"size": 4, "decile_recorded": 1},  # p1: nothing but a closed programme
    {"size": 3, "decile_recorded": 1},  # p2: BLT-DD and PKH in the same year
    {"size": 2, "decile_recorded": 7},  # p3: PKH and PBI-JKN beyond their deciles
    {"size": 1, "decile_recorded": 1},  # p4: nothing; nobody of it is listed
    {"size": 5},  # p5: PKH, decile not known
    {"size": 6, "decile_recorded": 2},  # p6: nothing, and not extreme poor
]
PERSONS = [{"family_no": n, "relation": "head", "age": 70, "sex": "male"} for n in (1, 2, 3, 5, 6)]
ENROLMENTS = [
    {"family_no": 1, "programme": "BST", **YEAR}, {"family_no": 2, "programme": "BLT-DD", **YEAR},
    {"family_no": 2, "programme": "PKH", **YEAR}, {"family_no": 3, "programme": "PKH", **YEAR},
    {"family_no": 3, "programme": "PBI-JKN"}, {"family_no": 5, "programme": "PKH"},
    {"family_no": None, "programme": "SEMBAKO"},
]  # fmt: skip


@pytest.fixture
def found(store, build):
    build(store, FAMILIES, PERSONS, ENROLMENTS)
    return listed(store)


SCOPE = Scope("s1")


def listed(store, scope=SCOPE):
    held = held_programmes(store, scope, ON)
    made = proposals(store, scope, ON, held)
    rows = made.rows.set_index("name")

    def names(name):
        return proposed_families(store, made, name, held)["pseudonym"].tolist()

    return made, held, rows, names


def test_who_is_on_which_list(found):
    _, _, rows, names = found
    wanted = {
        "revoke_blt_dd": ["p2"], "revoke_pbi_mampu": ["p3"],
        "in_PKH": ["p1"],  # p4 may have no component
        "in_SEMBAKO": ["p1", "p4"],
        "out_PKH": ["p3"],  # p5's decile is not known
        "out_PBI-JKN": ["p3"], "out_SEMBAKO": [], "register": ["p1", "p4"],
    }  # fmt: skip
    assert {name: names(name) for name in wanted} == wanted
    assert {name: int(rows.loc[name, "families"]) for name in wanted} == {n: len(who) for n, who in wanted.items()}
    assert rows.loc["in_SEMBAKO", "persons"] == 5
    assert rows.loc["out_SEMBAKO", "persons"] == 0


def test_without_a_list_there_is_a_reason_and_no_families(store, found):
    made, held, rows, _ = found
    assert rows.loc["in_PIP", ["families", "reason"]].isna().tolist() == [True, False]
    assert rows.loc["revoke_bpum", "reason"] == "Daftar penerima BPUM dan KUR belum dimuat."
    with pytest.raises(Refused, match="PIP belum dimuat"):
        proposed_families(store, made, "in_PIP", held)


@pytest.mark.parametrize("enrolments", [[], [{"family_no": None}]])
def test_without_a_family_every_figure_is_zero_or_has_its_reason(store, build, enrolments):
    build(store, [], enrolments=enrolments)
    rows = proposals(store, SCOPE, ON).rows
    assert rows["families"].fillna(0).eq(0).all()
    assert (rows["families"].isna() == rows["reason"].notna()).all()


def test_nobody_is_named_where_chances_are_counted(store, build):
    build(store, [family | {"score": 12.5} for family in FAMILIES], PERSONS, ENROLMENTS, card={"intercept": 12.8})
    _, _, rows, _ = listed(store, Scope("s1", definition="pmt_line", line="contoh_2026_09"))
    named = rows[rows["proposal"].isin(["propose_in", "propose_register"])]
    assert named["families"].isna().all()
    assert named["reason"].str.contains("satu per satu").all()
    assert rows.loc["revoke_blt_dd", "families"] == 1


def test_the_newest_decision_counts_and_earlier_ones_stay(store, found):
    made, held, _, _ = found
    kind = made.kinds["register"]
    decide(store, ["p1", "p4"], kind, "to_check", "", "Tim verval")
    decide(store, ["p1"], kind, "rejected", "  pindah   desa ", "Musyawarah desa")
    again, _, rows, _ = listed(store)
    assert rows.loc["register", ["accepted", "rejected", "to_check"]].tolist() == [0, 1, 1]
    families = proposed_families(store, again, "register", held).set_index("pseudonym")
    assert families.loc["p1", ["decision", "reason", "decided_by"]].tolist() == [
        "rejected", "pindah desa", "Musyawarah desa",
    ]  # fmt: skip
    assert families.loc["p4", "decision"] == "to_check"
    assert store.one("SELECT count(*) AS n FROM review") == {"n": 3}
    # A decision on one proposal says nothing about another, nor about another area.
    assert rows.drop(index="register")[["accepted", "rejected", "to_check"]].sum().sum() == 0
    assert listed(store, Scope("s1", "99.02"))[2].loc["register", "rejected"] == 0


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (([], "accepted", "", "Desa"), "family_unknown"),
        ((["lain"], "accepted", "", "Desa"), "family_unknown"),
        ((["p1"], "maybe", "", "Desa"), "decision_unknown"),
        ((["p1"], "accepted", "", "  "), "decider_missing"),
        ((["p1"], "rejected", " ", "Desa"), "reason_missing"),
        ((["p1"], "accepted", "NIK 9901010101800001", "Desa"), "review_personal"),
        ((["p1"], "accepted", "", "9901 0101 0180 0001"), "review_personal"),
        ((["p1"], "accepted", "x" * 501, "Desa"), "review_too_long"),
    ],
)
def test_what_is_no_decision_is_refused(store, found, given, code):
    pseudonyms, decision, reason, by = given
    with pytest.raises(Refused) as refused:
        decide(store, pseudonyms, found[0].kinds["register"], decision, reason, by)
    assert refused.value.code == code
    assert store.one("SELECT count(*) AS n FROM review") == {"n": 0}

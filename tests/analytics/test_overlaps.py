"""Programmes together and the ladder against a second computation, family by family in plain Python."""

from datetime import date, timedelta
from itertools import combinations as pairs_of
from itertools import count
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.combinations import held_programmes, held_sets, programme_matrix
from analytics.ladder import CLASSES, ladder
from analytics.life_cycle import life_cycle
from analytics.overlaps import overlaps
from analytics.scope import Scope
from data.store import Store

A, B = "99.01.01.2001", "99.01.02.2001"
ON = date(2026, 3, 1)
NEW_YEAR = date(2026, 1, 1)
NUMBERS = count(1)
LINE = "contoh_2026_09"
PROGRAMMES = ["PKH", "SEMBAKO", "PBI-JKN", "PIP", "UMI", "BLT-DD", "DAERAH", "BPUM", "KUR", "BST", "BANTUAN ANEH"]
CLOSED, CENTRAL, REGIONAL = {"BST", "BPUM"}, {"PKH", "SEMBAKO", "PBI-JKN", "PIP", "UMI", "KUR"}, {"BLT-DD", "DAERAH"}
# What the members of a family say: has a component of PKH, has a pupil (null: nobody is listed).
KINDS = {"old": (True, False), "man": (False, False), "pupil": (True, True), "unlisted": (None, None)}
ADULT = {"relation": "head", "age": 40, "sex": "male", "disability": False, "pregnant": False}
MEMBERS = {
    "old": [ADULT | {"age": 70}],
    "man": [ADULT],
    "pupil": [ADULT, ADULT | {"age": 8, "relation": "child"}],
    "unlisted": [],
}
FAMILY = st.fixed_dictionaries({
    "village_code": st.sampled_from([A, B]),
    "size": st.one_of(st.none(), st.integers(1, 6)),
    "decile_recorded": st.one_of(st.none(), st.integers(1, 7)),
    "score": st.one_of(st.none(), st.floats(12.0, 13.6)),
    "kind": st.sampled_from(sorted(KINDS)),
})  # fmt: skip
DAY = st.one_of(st.none(), st.integers(0, 5))


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory):
    with Store(Path(tmp_path_factory.mktemp("overlaps")) / "t.duckdb") as opened:
        yield opened


def enrolment(family, programme, first, last):
    on = {name: None if n is None else NEW_YEAR + timedelta(days=n) for name, n in (("from", first), ("to", last))}
    return {"family_no": family, "programme": programme, "period_from": on["from"], "period_to": on["to"]}


def meets(rows, programme, others):
    """True when two periods touch for certain, None when they might, else False."""
    found = False
    for a in (row for row in rows if row["programme"] == programme):
        for b in (row for row in rows if row["programme"] in others):
            ends = [a["period_from"], a["period_to"], b["period_from"], b["period_to"]]
            if None in ends or ends[0] > ends[1] or ends[2] > ends[3]:
                found = found or None
            elif ends[0] <= ends[3] and ends[2] <= ends[1]:
                return True
    return found


def asked_of(kind, programme):
    pkh, pupil = KINDS[kind]
    return {"PKH": pkh, "PIP": pupil}.get(programme, True)


def rung(kind, held, loaded):
    """The class of an extreme-poor family, as the method's text says it."""
    rule = ["SEMBAKO", "PKH", "PBI-JKN"]
    lists_there = set(rule) <= loaded
    if held & CENTRAL:
        missing = [p for p in rule if p not in held]
        if any(p in loaded and asked_of(kind, p) is True for p in missing):
            return "central_insufficient"
        if all(asked_of(kind, p) is False for p in missing):
            return "central_sufficient"
        return "not_judged"
    if lists_there and held & REGIONAL:
        return "regional_only"
    if lists_there and loaded & REGIONAL and not held - CLOSED:
        return "neither"
    return "not_judged"


def same(found, wanted):
    if wanted is None:
        return pd.isna(found)
    return found == pytest.approx(wanted, abs=1e-9)


def persons(table, chosen, weight=None):
    """Members of the chosen families; null where there are some and nobody's size is known."""
    group = table[chosen & ((weight > 0) if weight is not None else True)]
    sizes = group["size"].dropna()
    if len(group) and sizes.empty:
        return None
    return (sizes * (1 if weight is None else weight[sizes.index])).sum()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), families=st.lists(FAMILY, min_size=1, max_size=14), region=st.sampled_from(["", A]),
       definition=st.sampled_from(["recorded", "pmt_quota", "pmt_line"]))  # fmt: skip
def test_family_by_family(shared_store, build, data, families, region, definition):
    one = st.tuples(st.integers(1, len(families)), st.sampled_from(PROGRAMMES), DAY, DAY)
    rows = [enrolment(*drawn) for drawn in data.draw(st.lists(one, max_size=30))]
    outside = [enrolment(None, drawn, 0, 1) for drawn in data.draw(st.lists(st.sampled_from(PROGRAMMES), max_size=2))]
    members = [{"family_no": n, **person} for n, family in enumerate(families, 1) for person in MEMBERS[family["kind"]]]
    snapshot = build(
        shared_store, [{k: v for k, v in family.items() if k != "kind"} for family in families], persons=members,
        enrolments=rows + outside, snapshot={"snapshot_id": f"s{next(NUMBERS)}"},
        card={"intercept": 12.8} if definition == "pmt_line" else None,
    )  # fmt: skip
    scope = Scope(snapshot, region, definition, cut=2, quota=0.3, line=LINE if definition == "pmt_line" else None)
    held = held_programmes(shared_store, scope, ON)

    table = pd.DataFrame(families).astype({"size": "Float64"})
    table.index += 1
    table = table[table["village_code"].str.startswith(region)]
    table["chance"] = chances(shared_store, scope, table)
    loaded = {row["programme"] for row in rows + outside}
    own = {n: [row for row in rows if row["family_no"] == n] for n in table.index}
    sets = {n: {row["programme"] for row in own[n]} for n in table.index}

    found = overlaps(shared_store, scope, ON, held).rows.set_index("rule")
    for rule, programme, others in (("blt_dd", "BLT-DD", {"PKH", "SEMBAKO"}), ("bpum", "BPUM", {"KUR"})):
        if programme not in loaded or not others & loaded:
            assert pd.isna(found.loc[rule, "families"])
            assert found.loc[rule, "reason"]
            continue
        touch = pd.Series({n: meets(own[n], programme, others) for n in table.index}, dtype=object)
        assert found.loc[rule, "families"] == (touch == True).sum()  # noqa: E712
        assert found.loc[rule, "to_check"] == touch.isna().sum()
        assert same(found.loc[rule, "persons"], persons(table, touch == True))  # noqa: E712
    check_wanted(found.loc["beban_pengeluaran"], table, sets, loaded)
    check_ladder(ladder(shared_store, scope, ON, held), table, sets, loaded)
    check_sets(held, table, sets)
    check_matrix(held, sets, loaded)


def chances(store, scope, table):
    """Chance by family, from the tables `run` derives, or the recorded decile."""
    if scope.definition == "recorded":
        return table["decile_recorded"].map(lambda decile: None if pd.isna(decile) else float(decile <= 2))
    if scope.definition == "pmt_quota":
        frame = store.frame("SELECT family_no, share_regency AS value FROM family_rank WHERE snapshot_id = ?",
                            [scope.snapshot_id])  # fmt: skip
        frame["value"] = (frame["value"] <= 0.3 + 1e-9).astype(float).where(frame["value"].notna())
    else:
        chance = "SELECT family_no, probability AS value FROM family_line WHERE snapshot_id = ? AND line = ?"
        frame = store.frame(chance, [scope.snapshot_id, LINE])
    return frame.set_index("family_no")["value"].reindex(table.index)


def check_wanted(row, table, sets, loaded):
    groups = [code for code in ("SEMBAKO", "PKH", "PBI-JKN", "PIP") if code in loaded]
    weight = table["chance"].astype(float).fillna(0)
    if not groups or table["chance"].isna().all():
        assert pd.isna(row["families"])
        return
    verdict = {}
    for n, kind in table["kind"].items():
        asked = [code for code in groups if code in sets[n] or asked_of(kind, code) is not False]
        missing = [code for code in asked if code not in sets[n]]
        verdict[n] = (
            None if not asked
            else "families" if not missing
            else "incomplete" if any(asked_of(kind, code) for code in missing)
            else "to_check"
        )  # fmt: skip
    verdict = pd.Series(verdict)
    for name in ("families", "incomplete", "to_check"):
        assert same(row[name], weight[verdict == name].sum())
    assert same(row["target_families"], weight[verdict.notna()].sum())
    assert same(row["persons"], persons(table, verdict == "families", weight))


def check_ladder(found, table, sets, loaded):
    rows = found.rows.set_index("class")
    assert list(rows.index) == list(CLASSES)
    if table["chance"].isna().all():
        assert rows["families"].isna().all()
        assert rows["reason"].notna().all()
        assert found.total_families is None
        return
    weight = table["chance"].astype(float).fillna(0)
    classes = pd.Series({n: rung(kind, sets[n], loaded) for n, kind in table["kind"].items()})
    for name in CLASSES:
        wanted = weight[classes == name].sum()
        if pd.isna(rows.loc[name, "families"]):
            assert wanted == 0
            assert rows.loc[name, "reason"]
        else:
            assert same(rows.loc[name, "families"], wanted)
            assert same(rows.loc[name, "persons"], persons(table, classes == name, weight))
    # The classes partition the total, and the total is all extreme poor.
    assert rows["families"].sum() == found.total_families
    assert found.total_families == pytest.approx(weight.sum())
    assert rows.loc[rows["propose"]].index.tolist() == ["neither"]


def check_sets(held, table, sets):
    shown = held_sets(held)
    assert shown["families"].isna().sum() <= 1
    assert shown["families"].sum() == len(table) or shown["families"].isna().any()
    opened = pd.Series({n: frozenset(("lainnya" if p == "BANTUAN ANEH" else p) for p in held_by - CLOSED)
                        for n, held_by in sets.items()})  # fmt: skip
    for row in shown[~shown["rest"]].to_dict("records"):
        assert row["families"] == (opened == frozenset(row["programmes"])).sum() >= 5
    for row in shown[shown["rest"]].to_dict("records"):
        assert pd.isna(row["families"]) or row["families"] >= 5


def check_matrix(held, sets, loaded):
    matrix = programme_matrix(held).set_index(["programme", "other"])
    for one, other in pairs_of(sorted(loaded - {"BANTUAN ANEH"}), 2):
        both = sum(one in held_by and other in held_by for held_by in sets.values())
        alone = sum(one in held_by for held_by in sets.values())
        assert matrix.loc[(one, other), "both"] == matrix.loc[(other, one), "both"] == both
        assert matrix.loc[(one, one), "both"] == matrix.loc[(one, other), "recipients"] == alone
        assert same(matrix.loc[(one, other), "rate"], both / alone if alone else None)


# Single cases ---------------------------------------------------------------------------------------


def test_a_list_without_its_counterpart_is_named(store, build):
    build(store, [{"size": 2, "decile_recorded": 1}],
          enrolments=[enrolment(1, "BLT-DD", 0, 5), enrolment(1, "PKH", 3, 9)])  # fmt: skip
    row = overlaps(store, Scope("s1"), ON).rows.set_index("rule").loc["blt_dd"]
    assert row[["families", "persons", "to_check"]].tolist() == [1, 2, 0]
    assert row["reason"] == "Daftar penerima SEMBAKO belum dimuat."
    assert row["programmes"] == ("BLT-DD", "PKH")


def test_before_the_guide_there_is_no_rule(store, build):
    build(store, [{"size": 2, "decile_recorded": 1}], enrolments=[enrolment(1, "PKH", 0, 5)])
    assert overlaps(store, Scope("s1"), date(2020, 1, 1)).rows.empty
    found = ladder(store, Scope("s1"), date(2020, 1, 1))
    assert found.rule is None
    assert found.rows.set_index("class").loc["not_judged", ["families", "reason"]].tolist() == [
        1, "Belum ada aturan kecukupan yang berlaku pada hari hitung.",
    ]  # fmt: skip


def test_better_off_holders_are_to_check_where_no_decile_is_known(store, build):
    build(store, [{"size": 2}, {"size": 3}], enrolments=[enrolment(1, "PBI-JKN", 0, 5)])
    row = overlaps(store, Scope("s1"), ON).rows.set_index("rule").loc["pbi_mampu"]
    assert pd.isna(row["families"])
    assert "Desil" in row["reason"]


def test_a_truncated_list_warns_that_better_off_holders_are_not_seen(store, build):
    build(store, [{"size": 2, "decile_recorded": 1}], enrolments=[enrolment(1, "PBI-JKN", 0, 5)],
          snapshot={"frame": "truncated"})  # fmt: skip
    assert any("bagian termiskin" in warning for warning in overlaps(store, Scope("s1"), ON).warnings)


def test_names_of_programmes_in_a_file_are_no_markup(store, build):
    names = ["![x](https://contoh.id/x.png)", "<b>tebal</b>", *(f"ANEH {n}" for n in range(20))]
    build(store, [{"decile_recorded": 1, "size": 2}], enrolments=[{"programme": name} for name in names])
    said = [*overlaps(store, Scope("s1"), ON).warnings, *ladder(store, Scope("s1"), ON).rows["reason"].dropna()]
    assert not any(mark in text for text in said for mark in "<>[]()!")
    assert sum("12 lainnya" in text for text in said) == 2


def test_a_stage_nobody_is_known_to_be_in_says_why(store, build):
    build(store, [{"decile_recorded": 1, "size": 2}], enrolments=[{"programme": "PKH"}])
    rows = life_cycle(store, Scope("s1"), ON).rows
    assert rows["rate_families"].isna().all()
    assert rows["reason"].str.startswith("Tidak satu keluarga pun diketahui").all()


def test_a_stage_without_anybody_or_without_extreme_poor_says_so(store, build):
    build(store, [{"decile_recorded": 9, "size": 1}], [{**ADULT, "age": 8}], [enrolment(1, "PIP", 0, 1)])
    reasons = life_cycle(store, Scope("s1"), ON).rows.set_index("stage")["reason"]
    assert reasons["disability"].startswith("Tidak satu keluarga pun berada pada tahap ini.")
    assert reasons["school"].startswith("Tidak ada keluarga miskin ekstrem pada tahap ini.")


def test_small_sets_and_a_small_rest_cannot_be_told_apart(store, build):
    """Sets of 9, 6, 3 families: the 3 alone would be a small rest, so the 6 join them."""
    families = [{"size": 1, "decile_recorded": 1}] * 18
    rows = [enrolment(n, "PKH", 0, 1) for n in range(1, 10)] + [enrolment(n, "SEMBAKO", 0, 1) for n in range(10, 16)]
    build(store, families, enrolments=rows)
    shown = held_sets(held_programmes(store, Scope("s1"), ON))
    assert shown["programmes"].tolist() == [("PKH",), None]
    assert shown["families"].tolist() == [9, 9]
    assert shown["sets"].tolist() == [1, 2]
    few = held_sets(held_programmes(store, Scope("s1"), ON), most=1)
    assert few["families"].tolist() == [9, 9]
    build(store, families[:4], enrolments=rows[:3], snapshot={"snapshot_id": "s2"})
    hidden = held_sets(held_programmes(store, Scope("s2"), ON))
    assert hidden["rest"].tolist() == [True]
    assert hidden["families"].isna().all()


def test_stages_count_members_of_the_stage_and_not_the_family(store, build):
    build(
        store,
        [{"size": 5, "decile_recorded": 1}, {"size": 2, "decile_recorded": 4}],
        persons=[
            {**ADULT, "family_no": 1, "sex": "female", "age": 30, "pregnant": True},
            {**ADULT, "family_no": 1, "age": 2}, {**ADULT, "family_no": 1, "age": 3, "disability": True},
            {**ADULT, "family_no": 2, "disability": True}, {**ADULT, "family_no": 2, "disability": True},
            {**ADULT, "family_no": 2, "disability": True, "active": False},
        ],
        enrolments=[enrolment(1, "PKH", 0, 5), enrolment(1, "PKH", 0, 5), enrolment(None, "KUR", 0, 5)],
    )  # fmt: skip
    rows = life_cycle(store, Scope("s1"), ON).rows.set_index("stage")
    columns = ["families", "persons", "served_families", "served_persons", "extreme_persons"]
    assert rows.loc["early", columns].tolist() == [1, 3, 1, 3, 3]
    assert rows.loc["disability", columns].tolist() == [2, 3, 1, 1, 1]
    assert rows.loc["working", columns].tolist() == [2, 3, 0, 0, 1]  # the list is there, nobody of it is
    assert pd.isna(rows.loc["school", "served_families"])

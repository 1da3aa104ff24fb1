"""Coverage: distinct families, dated rules, unknown kept apart; against pandas on random data."""

from datetime import date
from itertools import count
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.coverage import coverage, rule_text, without_programme
from analytics.coverage_cells import cells_sql
from analytics.eligibility import COMPONENTS
from analytics.scope import Scope
from data.errors import Refused
from data.reference import Eligibility, programmes
from data.store import Store

A, B = "99.01.01.2001", "99.01.01.2002"
ON = date(2026, 3, 1)


def cell(found, programme, **where) -> pd.Series:
    rows = found.rows[found.rows["programme"] == programme]
    for name, value in where.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1
    return rows.iloc[0]


def test_two_rows_of_one_programme_are_one_family(store, build):
    build(store, [{"size": 4, "decile_recorded": 1}, {"size": 2, "decile_recorded": 1}],
          enrolments=[{"programme": "SEMBAKO"}, {"programme": "SEMBAKO", "source": "list"}])  # fmt: skip
    row = cell(coverage(store, Scope("s1"), ON), "SEMBAKO", by="village")
    assert row[["families", "persons", "group_families", "group_persons"]].tolist() == [1, 4, 2, 6]
    assert row["rate_families"] == 0.5
    assert row["rate_persons"] == pytest.approx(4 / 6)


def test_a_recipient_outside_the_list_is_reported_and_not_counted(store, build):
    build(store, [{"size": 4, "decile_recorded": 1}],
          enrolments=[{"family_no": None}, {"vintage": date(2025, 1, 1)}])  # fmt: skip
    found = coverage(store, Scope("s1"), ON)
    assert found.outside_list == 1
    assert cell(found, "PKH", by="village")["families"] == 1
    assert found.programmes.set_index("programme").loc["PKH", "vintage"] == date(2025, 1, 1)


def test_a_component_not_known_is_neither_eligible_nor_refused(store, build):
    build(
        store,
        [
            {"size": 2, "decile_recorded": 1},  # a child of three: eligible for PKH
            {"size": 1, "decile_recorded": 1},  # a man of forty, known healthy: not eligible
            {"size": 3, "decile_recorded": 1},  # nobody listed: not known
            {"size": 2, "decile_recorded": 5},  # decile too high: not eligible whatever the family is
        ],
        persons=[
            {"family_no": 1, "relation": "head", "age": 30}, {"family_no": 1, "age": 3},
            {"family_no": 2, "relation": "head", "sex": "male", "age": 40, "disability": False, "pregnant": False},
        ],
        enrolments=[{"programme": "PKH"}],
    )  # fmt: skip
    row = cell(coverage(store, Scope("s1"), ON), "PKH", by="village")
    assert row[["eligible_families", "eligible_persons", "covered_families"]].tolist() == [1, 2, 1]
    assert row["eligibility_unknown_families"] == 1


def test_a_programme_without_a_rule_has_no_eligible(store, build):
    build(store, [{"size": 2, "decile_recorded": 1}], enrolments=[{"programme": "KUR"}])
    found = coverage(store, Scope("s1"), ON)
    assert cell(found, "KUR", by="village")[["eligible_families", "rate_eligible_families"]].isna().all()
    # Before its first rule a programme has none either.
    build(store, [{"size": 2, "decile_recorded": 1}], enrolments=[{"programme": "PKH"}], snapshot={"snapshot_id": "s2"})
    assert pd.isna(cell(coverage(store, Scope("s2"), date(2024, 6, 1)), "PKH", by="village")["eligible_families"])


def test_nobody_is_without_where_no_programme_is_known(store, build):
    build(store, [{"size": 2, "decile_recorded": 1}], enrolments=[{"programme": "BST"}])
    found = without_programme(store, Scope("s1"))
    assert found["families"].isna().all()
    assert found["group_families"].notna().all()


def test_a_closed_programme_does_not_count_as_help(store, build):
    build(store, [{"size": size, "decile_recorded": decile} for size, decile in ((2, 1), (5, 1), (3, 2))],
          enrolments=[{"family_no": 1, "programme": "BST"}, {"family_no": 2, "programme": "PKH"}])  # fmt: skip
    everyone = without_programme(store, Scope("s1")).set_index("by").loc["all"]
    assert everyone[["families", "persons", "extreme_families", "extreme_persons"]].tolist() == [2, 5, 1, 2]
    assert everyone["rate_extreme_families"] == 0.5
    summary = coverage(store, Scope("s1"), ON).programmes.set_index("programme")
    assert summary["closed"].to_dict() == {"PKH": False, "BST": True}


def test_an_empty_snapshot_says_what_to_do(store, build):
    build(store, [{"size": 2, "decile_recorded": 1}])
    found = coverage(store, Scope("s1"), ON)
    assert found.rows.empty
    assert found.programmes.empty
    assert "impor daftar penerima" in found.warnings[0]


def test_every_component_a_rule_names_can_be_asked():
    named = {name for entry in programmes().values() for rule in entry.eligibility for name in rule.component}
    assert named <= set(COMPONENTS)
    typo = Eligibility(
        **{"from": ON, "deciles": (1, 4), "component": ("eldery",), "source": "x", "status": "unverified"}
    )
    with pytest.raises(Refused, match="elderly"):
        cells_sql(Scope("s1"), {"PKH": typo}, stored=False)


def test_a_rule_reads_as_indonesian():
    rule = programmes()["PIP"].rule(ON)
    assert rule_text(rule) == "desil 1–4, dengan anak usia sekolah"
    assert rule_text(programmes()["BLT-DD"].rule(ON)) == "desil 1"
    assert rule_text(None) is None


# A second computation ------------------------------------------------------------------------------

NUMBERS = count(1)
PROGRAMMES = ["PKH", "SEMBAKO", "KUR", "BSPS", "BST"]
FAMILY = st.fixed_dictionaries({
    "village_code": st.sampled_from([A, B, "99.02.01.2001"]),
    "size": st.one_of(st.none(), st.integers(1, 6)),
    "decile_recorded": st.one_of(st.none(), st.integers(1, 6)),
    "floor": st.sampled_from([None, "earth", "tile"]),
    "wall": st.sampled_from([None, "brick", "bamboo"]),
    "roof": st.sampled_from(["tile", "thatch"]),
})  # fmt: skip


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory):
    with Store(Path(tmp_path_factory.mktemp("coverage")) / "t.duckdb") as opened:
        yield opened


def eligible(programme: str, family: dict) -> bool | None:
    """The rules of March 2026, written out a second time (PKH only through the decile: nobody is listed)."""
    decile = family["decile_recorded"]
    upto = {"SEMBAKO": 5, "BSPS": 4, "PKH": 4}[programme]
    if decile is not None and decile > upto:
        return False
    if programme == "PKH":
        return None
    if programme == "SEMBAKO":
        return None if decile is None else True
    signs = [
        None if family["floor"] is None else family["floor"] == "earth",
        None if family["wall"] is None else family["wall"] == "bamboo",
        family["roof"] == "thatch",
    ]
    poor = True if True in signs else (None if None in signs else False)
    if poor is False:
        return False
    return None if poor is None or decile is None else True


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), families=st.lists(FAMILY, min_size=1, max_size=20), region=st.sampled_from(["", "99.01", A]))
def test_pandas_counts_the_same(shared_store, build, data, families, region):
    pairs = data.draw(st.lists(st.tuples(st.integers(1, len(families)), st.sampled_from(PROGRAMMES)), max_size=25))
    snapshot = build(shared_store, families, enrolments=[{"family_no": n, "programme": p} for n, p in pairs],
                     snapshot={"snapshot_id": f"s{next(NUMBERS)}"})  # fmt: skip
    found = coverage(shared_store, Scope(snapshot, region), ON)
    table = pd.DataFrame(families)
    table.index += 1
    table = table[table["village_code"].str.startswith(region)]
    assert set(found.programmes["programme"]) == {programme for _, programme in pairs}
    for row in found.rows.to_dict("records"):
        if row["by"] == "village":
            group = table[table["village_code"] == row["village"]]
        else:
            decile = row["decile"]
            group = table[table["decile_recorded"].isna() if pd.isna(decile) else table["decile_recorded"] == decile]
        receives = group[[(n, row["programme"]) in set(pairs) for n in group.index]]
        assert row["group_families"] == len(group) > 0
        assert row["families"] == len(receives)
        sizes = receives["size"].dropna()
        assert row["persons"] == sizes.sum() if len(sizes) or receives.empty else pd.isna(row["persons"])
        assert row["rate_families"] == pytest.approx(len(receives) / len(group))
        if row["programme"] in ("KUR", "BST"):
            assert pd.isna(row["eligible_families"])
            continue
        judged = [eligible(row["programme"], families[n - 1]) for n in group.index]
        assert row["eligible_families"] == judged.count(True)
        assert row["eligibility_unknown_families"] == judged.count(None)
        covered = sum(j is True and n in receives.index for j, n in zip(judged, group.index, strict=True))
        assert row["covered_families"] == covered
    helped = {n for n, programme in pairs if programme != "BST"}
    whole = found.without_programme.set_index("by").loc["all"]
    assert whole["families"] == len(set(table.index) - helped) if helped else pd.isna(whole["families"])
    # Villages sum to the whole, and so do deciles with the unknown one.
    for _, rows in found.rows.groupby(["programme", "by"]):
        assert rows["families"].sum() == len(set(table.index) & {n for n, p in pairs if p == rows["programme"].iloc[0]})

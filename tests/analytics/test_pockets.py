"""Pockets: strictly more than the threshold, unknown apart from zero; against pandas on random data."""

from dataclasses import replace
from itertools import count
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.overview import overview
from analytics.pockets import find_pockets
from analytics.scope import Scope
from data.store import Store

A, B, C, D = "99.01.01.2001", "99.01.01.2002", "99.01.02.2001", "99.02.01.2001"
REGIONS = {"99": "Provinsi", "99.01": "Kabupaten", "99.01.01": "Kecamatan Satu", A: "Awal", B: "Baru", C: "Cukup"}


def rows(pockets) -> pd.DataFrame:
    return pockets.by_village.set_index("village")


def test_exactly_the_threshold_is_no_pocket(store, build):
    build(store, [
        {"village_code": A, "size": 60, "decile_recorded": 1}, {"village_code": A, "size": 40, "decile_recorded": 1},
        {"village_code": B, "size": 60, "decile_recorded": 1}, {"village_code": B, "size": 41, "decile_recorded": 1},
        {"village_code": B, "size": 500, "decile_recorded": 2},
    ], regions=REGIONS, priority=[A])  # fmt: skip
    found = find_pockets(store, Scope("s1"))
    got = rows(found)
    assert got.loc[A, ["persons", "families", "is_pocket", "status"]].tolist() == [100, 2, False, "priority_only"]
    assert got.loc[B, ["persons", "families", "is_pocket", "status"]].tolist() == [101, 2, True, "over_only"]
    assert got.loc[B, "rate"] == pytest.approx(101 / 601)
    assert (found.count, found.persons, found.families) == (1, 201, 4)
    assert found.priority_loaded


def test_without_sizes_it_cannot_be_computed(store, build):
    build(store, [
        {"village_code": A, "size": None, "decile_recorded": 1}, {"village_code": A, "size": 4, "decile_recorded": 5},
        {"village_code": B, "size": None, "decile_recorded": 7},
        {"village_code": C, "size": 120, "decile_recorded": 1}, {"village_code": C, "size": None, "decile_recorded": 1},
    ], regions=REGIONS)  # fmt: skip
    found = find_pockets(store, Scope("s1"))
    got = rows(found)
    assert pd.isna(got.loc[A, "persons"])
    assert pd.isna(got.loc[A, "is_pocket"])
    assert got.loc[A, ["families", "status"]].tolist() == [1, "unknown"]
    # Nobody there is extreme poor: zero is known without any size.
    assert got.loc[B, ["persons", "families", "status"]].tolist() == [0, 0, "none"]
    assert got.loc[C, ["persons", "families_unknown_size", "is_pocket"]].tolist() == [120, 1, True]
    assert found.villages_unknown == 1
    assert any("tanpa jumlah anggota" in warning for warning in found.warnings)


def test_a_village_without_rows_is_no_data_and_not_zero(store, build):
    build(store, [{"village_code": A, "size": 4, "decile_recorded": 1}], regions=REGIONS)
    got = rows(find_pockets(store, Scope("s1")))
    assert set(got.index) == {A, B, C}
    assert got.loc[[B, C], ["persons", "families", "listed_families", "rate"]].isna().all().all()
    assert got.loc[B, "status"] == "unknown"


def test_a_stray_code_brings_no_regency_along(store, build):
    # One family of 99.02 by a typing error; its regency has eleven villages in the list.
    other = {f"99.02.01.20{n:02d}": f"Lain {n}" for n in range(1, 12)}
    build(store, [{"village_code": A, "size": 4}, {"village_code": D, "size": 4}], regions=REGIONS | other)
    assert set(rows(find_pockets(store, Scope("s1"))).index) == {A, B, C, D}


def test_unranked_families_are_counted_apart(store, build):
    build(store, [
        {"village_code": A, "size": 3, "decile_recorded": None}, {"village_code": A, "size": 4, "decile_recorded": 1},
        {"village_code": B, "size": 3, "decile_recorded": None},
    ], regions=REGIONS)  # fmt: skip
    got = rows(find_pockets(store, Scope("s1")))
    assert got.loc[A, ["persons", "families_unknown_status"]].tolist() == [4, 1]
    assert pd.isna(got.loc[B, "persons"])
    assert pd.isna(got.loc[B, "families"])


def test_without_a_run_the_quota_knows_nothing(store, build):
    build(store, [{"village_code": A, "size": 3, "decile_recorded": 1}], regions=REGIONS)
    found = find_pockets(store, Scope("s1", definition="pmt_quota"))
    assert found.count is None
    assert found.persons is None


def test_the_reference_population_divides_and_a_truncated_list_never_does(store, build):
    families = [
        {"village_code": A, "size": 4, "decile_recorded": 1},
        {"village_code": B, "size": 5, "decile_recorded": 1},
    ]
    build(store, families, regions=REGIONS, populations=[{"village_code": A, "persons": 50}],
          snapshot={"frame": "truncated"})  # fmt: skip
    got = rows(find_pockets(store, Scope("s1")))
    assert got.loc[A, "rate"] == pytest.approx(0.08)
    assert pd.isna(got.loc[B, "rate"])


@pytest.mark.parametrize(("sizes", "word"), [((101, 101, 101), "100%"), ((1, 1, 1), "0%")])
def test_a_definition_that_separates_nothing_is_warned_about(store, build, sizes, word):
    families = [{"village_code": v, "size": n, "decile_recorded": 1} for v, n in zip((A, B, C), sizes, strict=True)]
    build(store, families, regions=REGIONS)
    warned = [text for text in find_pockets(store, Scope("s1")).warnings if "Definisi ini" in text]
    assert len(warned) == 1
    assert word in warned[0]
    district = find_pockets(store, Scope("s1", region="99.01.01"))
    assert not any("Definisi ini" in text for text in district.warnings)


def test_a_region_is_whole_segments(store, build):
    long = "99.01.010.2001"  # no such code exists; a prefix by characters would take it in
    build(store, [{"village_code": A, "size": 1, "decile_recorded": 1},
                  {"village_code": long, "size": 1, "decile_recorded": 1}])  # fmt: skip
    assert find_pockets(store, Scope("s1", region="99.01.01")).families == 1


def test_families_of_no_known_village_are_in_the_total_and_no_pocket(store, build):
    build(store, [{"village_code": A, "size": 4, "decile_recorded": 1},
                  {"village_code": "99.01.00.0000", "size": 150, "decile_recorded": 1}], regions=REGIONS)  # fmt: skip
    found = find_pockets(store, Scope("s1"))
    assert (found.persons, found.count, found.villages, found.villages_unknown) == (154, 0, 3, 2)
    assert rows(found).loc["99.01.00.0000", "status"] == "unknown"
    assert overview(store, Scope("s1")).villages["village"].tolist() == [A]


CODES = [A, B, C, D, "99.02.01.2002", "99.77.01.2001"]
NUMBERS = count(1)


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory):
    with Store(Path(tmp_path_factory.mktemp("pockets")) / "t.duckdb") as opened:
        yield opened


FAMILY = st.fixed_dictionaries({
    "village_code": st.sampled_from(CODES),
    "size": st.one_of(st.none(), st.integers(0, 60)),
    "decile_recorded": st.one_of(st.none(), st.integers(1, 4)),
    "score": st.one_of(st.none(), st.integers(0, 12).map(float)),
})  # fmt: skip


def reference(families: list[dict], scope: Scope) -> pd.DataFrame:
    """The same in pandas, by the definition: one loop per village, no code of the first."""
    table = pd.DataFrame(families)
    table["extreme"] = None
    if scope.definition == "recorded":
        table["extreme"] = [None if pd.isna(d) else d <= scope.cut for d in table["decile_recorded"]]
    else:
        for index, family in table.iterrows():
            if pd.isna(family["score"]) or (scope.unit == "persons" and pd.isna(family["size"])):
                continue
            peers = table[(table["village_code"].str[:5] == family["village_code"][:5]) & table["score"].notna()]
            weight = peers["size"].fillna(0) if scope.unit == "persons" else pd.Series(1.0, index=peers.index)
            if weight.sum() == 0:
                continue
            poorer = weight[peers["score"] <= family["score"]].sum()
            table.loc[index, "extreme"] = bool(poorer / weight.sum() <= scope.quota + 1e-9)
    answer = {}
    for village, group in table[table["village_code"].str.startswith(scope.region)].groupby("village_code"):
        extreme = group[group["extreme"].eq(True)]
        known = group["extreme"].notna().any()
        sizes = extreme["size"].dropna()
        persons = None if not known or (len(extreme) and sizes.empty) else sizes.sum()
        answer[village] = {"families": len(extreme) if known else None, "persons": persons}
    return pd.DataFrame.from_dict(answer, orient="index", columns=["families", "persons"]).sort_index()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    families=st.lists(FAMILY, min_size=1, max_size=25),
    region=st.sampled_from(["", "99.01", "99.01.01", A]),
    definition=st.sampled_from(["recorded", "pmt_quota"]),
    unit=st.sampled_from(["families", "persons"]),
    cut=st.integers(1, 3),
    quota=st.sampled_from([0.05, 0.2, 0.5, 1.0]),
)
def test_pandas_finds_the_same(shared_store, build, families, region, definition, unit, cut, quota):
    # Opening a database per example would take most of the time: one database, a snapshot per example.
    snapshot = build(shared_store, families, snapshot={"snapshot_id": f"s{next(NUMBERS)}"})
    scope = Scope(snapshot, region, definition, unit, cut, quota)
    found = find_pockets(shared_store, scope)
    whole = find_pockets(shared_store, replace(scope, region="99.01"))
    everywhere = find_pockets(shared_store, replace(scope, region=""))
    expected = reference(families, scope)
    got = rows(found)[["families", "persons"]]
    assert list(got.index) == list(expected.index)
    for column in got:
        for village in got.index:
            one, two = got.loc[village, column], expected.loc[village, column]
            assert (pd.isna(one) and pd.isna(two)) or one == two, (village, column)
    assert found.count == (int((expected["persons"] > 100).sum()) if expected["persons"].notna().any() else None)
    # Villages sum to their regency, codes outside the list included.
    inside = rows(everywhere).loc[[code for code in rows(everywhere).index if code.startswith("99.01.")]]
    assert (whole.families or 0) == inside["families"].sum()
    assert (whole.persons or 0) == inside["persons"].sum()

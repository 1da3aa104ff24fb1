"""One delivery of two regencies, and two of one each: every measure at province, regency, kecamatan and village
against pandas on the very lines that were written to the files."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics import catalogue
from analytics.coverage import coverage, without_programme
from analytics.overview import overview
from analytics.pipeline import run
from analytics.pockets import find_pockets
from analytics.ranking import family_ranks, rank_comparison
from analytics.scope import Scope
from data.ingest import import_files
from data.regions import ensure_regions
from data.store import Store
from tests.analytics.scorecards import card, keep
from tests.two_regencies import EAST, TERMS, TOWN, invented, write

AREAS = {"village": 13, "regency": 5, "province": 2}


@pytest.fixture(scope="module")
def province(tmp_path_factory):
    """(store, snapshot of both regencies, the families as they were written)."""
    folder = tmp_path_factory.mktemp("provinsi")
    with Store(folder / "t.duckdb") as opened:
        ensure_regions(opened)
        families = invented(opened)
        report = import_files(opened, [write(folder / "keluarga.txt", families)], date=date(2026, 3, 31))
        assert report.snapshot_id is not None
        run(opened, report.snapshot_id, keep(opened, card(terms=TERMS)))
        yield opened, report.snapshot_id, families


def regions(families: pd.DataFrame) -> list[str]:
    """Everything, the province, both regencies, a kecamatan and a village of each."""
    crowded = [families[families["code"].str.startswith(regency)]["code"].iloc[0] for regency in (EAST, TOWN)]
    return ["", "19", EAST, TOWN, *(code[:8] for code in crowded), *crowded]


def share(families: pd.DataFrame, area: int, unit: str) -> pd.Series:
    """Part of the area's families (or persons) as poor or poorer, ties together: by the definition, score by score."""
    weight = families["size"] if unit == "persons" else pd.Series(1, index=families.index)
    answer = pd.Series(np.nan, index=families.index)
    for _, group in families.groupby(families["code"].str[:area]):
        below = {score: weight[group.index][group["score"] <= score].sum() for score in group["score"].unique()}
        answer[group.index] = group["score"].map(below) / weight[group.index].sum()
    return answer


def decile(shares: pd.Series) -> pd.Series:
    return np.ceil(10 * shares - 1e-9).clip(1, 10).astype(int)


def extreme(families: pd.DataFrame, scope: Scope) -> pd.Series:
    if scope.definition == "recorded":
        return families["decile"] <= scope.cut
    return share(families, 5, scope.unit) <= scope.quota + 1e-9


def scopes(snapshot_id: str, families: pd.DataFrame) -> list[Scope]:
    return [
        Scope(snapshot_id, region, definition, unit, cut=1, quota=0.2)  # type: ignore[arg-type]
        for region in regions(families)
        for definition, unit in (("recorded", "families"), ("pmt_quota", "families"), ("pmt_quota", "persons"))
    ]


def test_ranks_in_every_area(province):
    store, _, families = province
    stored = store.frame(
        "SELECT i.kk, r.* FROM family_rank AS r JOIN family_identity AS i ON i.snapshot_id = r.snapshot_id "
        "AND i.family_no = r.family_no"
    ).set_index("kk")
    ours = families.set_index("kk")
    assert len(stored) == len(ours)
    for unit, ending in (("families", ""), ("persons", "_persons")):
        for area, length in AREAS.items():
            expected = share(ours, length, unit)
            got = stored[f"share_{area}{ending}"].reindex(ours.index)
            assert got.to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-12), (area, unit)
    # Otherwise a rank of the province could be one of the regency, and nobody would see it.
    settled = ours["code"].str[:5].isin([EAST, TOWN])
    assert (decile(share(ours, 2, "families")) != decile(share(ours, 5, "families")))[settled].mean() > 0.1


@pytest.mark.parametrize("unit", ["families", "persons"])
def test_families_of_a_province_stand_by_score_and_not_by_the_place_in_their_regency(province, unit):
    store, snapshot_id, families = province
    found = family_ranks(store, Scope(snapshot_id, "19", unit=unit), limit=5_000)
    inside = families[families["code"].str.startswith("19.")]
    assert found["score"].to_numpy() == pytest.approx(np.sort(inside["score"].to_numpy()))
    assert found["village"].str[:5].head(200).nunique() > 1
    for area, length in AREAS.items():
        expected = decile(share(families, length, unit))[inside.index].value_counts().sort_index()
        assert found[f"decile_{area}"].value_counts().sort_index().tolist() == expected.tolist(), area


def test_pockets_of_every_area(province):
    store, snapshot_id, families = province
    counts = set()
    for scope in scopes(snapshot_id, families):
        found = find_pockets(store, scope)
        inside = families[families["code"].str.startswith(scope.region)]
        poor = inside[extreme(families, scope)[inside.index]]
        persons = poor.groupby("code")["size"].sum().reindex(inside["code"].unique(), fill_value=0)
        assert (found.families, found.persons) == (len(poor), poor["size"].sum()), scope
        assert found.count == (persons > 100).sum()
        got = found.by_village.set_index("village")["persons"].dropna().astype(int)
        assert got.to_dict() == persons.to_dict()
        counts.add(found.count)
    assert len(counts) > 3
    # Both regencies are what the file is about: their empty villages stand there without a figure, those of the
    # regency and the province of one astray do not.
    rows = find_pockets(store, Scope(snapshot_id)).by_village
    listed = store.frame("SELECT code FROM region WHERE level = 'village'")["code"]
    about = set(listed[listed.str[:5].isin([EAST, TOWN])]) | set(families["code"])
    assert set(rows["village"]) == about


def test_coverage_of_every_area(province):
    store, snapshot_id, families = province
    for scope in scopes(snapshot_id, families):
        inside = families[families["code"].str.startswith(scope.region)]
        row = coverage(store, scope).programmes.set_index("programme").loc["PBI-JKN"]
        served = inside[inside["pbi"]]
        assert (row["families"], row["persons"]) == (len(served), served["size"].sum()), scope
        assert row["rate_families"] == pytest.approx(inside["pbi"].mean())
        none = without_programme(store, scope)
        whole = none[none["by"] == "all"].iloc[0]
        assert whole["extreme_families"] == (extreme(families, scope)[inside.index] & ~inside["pbi"]).sum()
        by_village = none[none["by"] == "village"].set_index("village")["families"].astype(int)
        assert by_village.to_dict() == (~inside["pbi"]).groupby(inside["code"]).sum().to_dict()


def test_briefing_of_every_area(province):
    store, snapshot_id, families = province
    names = {row["code"]: row["name"] for row in store.rows("SELECT code, name FROM region")}
    for scope in scopes(snapshot_id, families):
        inside = families[families["code"].str.startswith(scope.region)]
        poor = inside[extreme(families, scope)[inside.index]]
        found = overview(store, scope)
        persons, part, pockets, without = (figure.value for figure in found.figures)
        assert persons == poor["size"].sum()
        assert part == pytest.approx(poor["size"].sum() / inside["size"].sum())
        assert pockets == (poor.groupby("code")["size"].sum() > 100).sum()
        assert without == (~poor["pbi"]).sum()
        worst = poor.groupby("code")["size"].sum().sort_values(ascending=False)
        assert found.villages["persons"].tolist() == worst.head(10).tolist()
        if scope.region:
            assert found.region_name == names[scope.region]


def test_agreement_of_ranks_over_the_province(province):
    store, snapshot_id, families = province
    for region in regions(families):
        found = rank_comparison(store, Scope(snapshot_id, region))
        inside = families[families["code"].str.startswith(region)]
        ours = share(families, 5, "families")[inside.index]
        assert found.families == len(inside)
        assert found.same == pytest.approx((decile(ours) == inside["decile"]).mean())
        assert found.spearman == pytest.approx(inside["decile"].corr(ours, method="spearman"))


def test_each_regency_fills_its_quota_under_a_province(province):
    store, snapshot_id, families = province
    found = catalogue.quota_fill(store, Scope(snapshot_id, "19", "pmt_quota", quota=0.2))
    ranks = share(families, 5, "families")
    for fill in found:
        own = ranks[families["code"].str.startswith(fill.regency)]
        assert fill.quota_weight == pytest.approx(0.2 * len(own))
        assert fill.selected == (own <= 0.2 + 1e-9).sum()
    assert [fill.regency for fill in found] == ["19.01", EAST, TOWN]


def test_provinces_with_data(province):
    store, snapshot_id, _ = province
    assert catalogue.provinces_with_data(store, snapshot_id) == {
        "19": "Kepulauan Bangka Belitung", "62": "Kalimantan Tengah",
    }  # fmt: skip


# A province loaded regency by regency ------------------------------------------------------------


def everything_of(store: Store, snapshot_id: str) -> dict[str, list]:
    """All rows of a snapshot in every table that has any, as they are."""
    tables = [row["table_name"] for row in store.rows(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'snapshot_id' ORDER BY table_name"
    )]  # fmt: skip
    return {
        table: store.cursor()
        .execute(f"SELECT * FROM {table} WHERE snapshot_id = ? ORDER BY ALL", [snapshot_id])
        .fetchall()
        for table in tables
    }


def test_the_import_of_a_regency_again_replaces_its_own_snapshot_only(store, tmp_path):
    ensure_regions(store)
    families = invented(store)
    path = keep(store, card(terms=TERMS))
    ids = {}
    for regency in (EAST, TOWN):
        own = families[families["code"].str.startswith(regency)]
        report = import_files(store, [write(tmp_path / f"{regency}.txt", own)], date=date(2026, 3, 31))
        run(store, report.snapshot_id, path)
        ids[regency] = report.snapshot_id
    assert len(set(ids.values())) == 2
    before = everything_of(store, ids[TOWN])
    assert before["family_rank"]

    again = import_files(store, [tmp_path / f"{EAST}.txt"], date=date(2026, 3, 31))
    assert again.snapshot_id == ids[EAST]
    assert everything_of(store, ids[TOWN]) == before
    # Its own ranks were of the rows that were replaced.
    assert catalogue.is_stale(store, ids[EAST])
    assert not catalogue.is_stale(store, ids[TOWN])
    counted = {found.snapshot_id: found.families for found in catalogue.snapshots(store)}
    assert counted == {ids[regency]: families["code"].str.startswith(regency).sum() for regency in ids}


def test_a_corrected_delivery_of_a_regency_stands_beside_the_former(store, tmp_path):
    """Other content is another snapshot: nobody loses figures that were already reported from the first."""
    ensure_regions(store)
    own = invented(store).query("code.str.startswith(@EAST)")
    first = import_files(store, [write(tmp_path / "a.txt", own)], date=date(2026, 3, 31))
    second = import_files(store, [write(tmp_path / "b.txt", own.iloc[1:])], date=date(2026, 3, 31))
    assert first.snapshot_id != second.snapshot_id
    assert [found.families for found in catalogue.snapshots(store)] == [len(own) - 1, len(own)]
    assert catalogue.default_scope(store).snapshot_id == second.snapshot_id

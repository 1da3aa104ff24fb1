"""A province loaded regency by regency and joined: the same figures as one delivery of all, against pandas."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

import cli
from analytics import catalogue
from analytics.pipeline import run
from analytics.pockets import find_pockets
from analytics.province import join_province, outdated, parts_of
from analytics.scope import Scope
from data.errors import Refused
from data.ingest import import_files
from data.regions import ensure_regions
from tests.analytics.scorecards import card, keep
from tests.two_regencies import EAST, TERMS, TOWN, invented, write

ON = date(2026, 3, 31)


@pytest.fixture
def loaded(store, tmp_path):
    """(store, families written, import of some of them as one delivery -> snapshot id), both regencies imported."""
    ensure_regions(store)
    families = invented(store)
    families = families[families["code"].str.startswith("19.")]

    def bring(own: pd.DataFrame, name: str, on: date = ON) -> str:
        return str(import_files(store, [write(tmp_path / f"{name}.txt", own)], date=on).snapshot_id)

    families["file"] = np.where(families["code"].str.startswith(TOWN), TOWN, EAST)  # the one astray is in the first
    for regency in (EAST, TOWN):
        bring(families[families["file"] == regency], regency)
    return store, families, bring


def codes(store, snapshot_id: str) -> pd.Series:
    frame = store.frame(
        "SELECT i.kk, f.village_code FROM family AS f JOIN family_identity AS i ON i.snapshot_id = f.snapshot_id "
        "AND i.family_no = f.family_no WHERE f.snapshot_id = $id ORDER BY i.kk",
        {"id": snapshot_id},
    )
    return frame.set_index("kk")["village_code"]


def test_the_command_line_joins_too(loaded, capsys):
    store, families, _ = loaded
    path = store.path
    store.close()
    assert cli.main(["join", "19", "--json", "--db", str(path)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["families"] == len(families)
    assert [part["regency"] for part in said["parts"]] == [EAST, TOWN]
    assert cli.main(["join", "98", "--json", "--db", str(path)]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "province_unknown"


def test_a_joined_province_ranks_all_its_families(loaded):
    store, families, _ = loaded
    report = join_province(store, "19")
    assert [part.regency for part in report.parts] == [EAST, TOWN]
    assert (report.families, report.twice, report.other) == (len(families), 0, ())
    assert len(report.missing) == 5
    run(store, report.snapshot_id, keep(store, card(terms=TERMS)))
    assert codes(store, report.snapshot_id).to_dict() == families.set_index("kk")["code"].to_dict()
    got = store.frame(
        "SELECT i.kk, r.share_province, r.share_regency FROM family_rank AS r JOIN family_identity AS i "
        "ON i.snapshot_id = r.snapshot_id AND i.family_no = r.family_no WHERE r.snapshot_id = $id",
        {"id": report.snapshot_id},
    ).set_index("kk")
    ours = families.set_index("kk")
    for column, area in (("share_province", 2), ("share_regency", 5)):
        # pandas' own rank: the largest place of a tie, as a share.
        expected = ours.groupby(ours["code"].str[:area])["score"].rank(method="max", pct=True)
        assert got[column].reindex(ours.index).to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-12)
    for region in ("19", EAST, TOWN):
        found = find_pockets(store, Scope(report.snapshot_id, region))
        poor = ours[(ours["decile"] == 1) & ours["code"].str.startswith(region)]
        assert found.persons == poor["size"].sum()
        assert found.count == (poor.groupby("code")["size"].sum() > 100).sum()
    served = store.one(
        "SELECT count(*) AS n FROM enrolment AS e JOIN family AS f ON f.snapshot_id = e.snapshot_id "
        "AND f.family_no = e.family_no WHERE e.snapshot_id = $id",
        {"id": report.snapshot_id},
    )
    assert served["n"] == ours["pbi"].sum()


def test_members_flags_and_recipients_come_with_their_family(loaded):
    """Row numbers repeat from delivery to delivery; every member still lands in the own family."""
    store, families, _ = loaded
    with store.transaction() as cursor:
        for table, columns, values in (
            ("person", "person_no, family_no, line_no, active", "family_no + 1, family_no, 2, true"),
            ("person_identity", "person_no, name", "family_no + 1, pseudonym"),
            ("flag", "kind, row_no, line_no, flag", "'person', family_no + 1, 2, 'nik_length'"),
            ("flag", "kind, row_no, line_no, flag", "'family', family_no, 2, 'kk_length'"),
        ):
            cursor.execute(f"INSERT INTO {table} (snapshot_id, {columns}) SELECT snapshot_id, {values} FROM family")
        cursor.execute(
            "INSERT INTO enrolment (snapshot_id, programme, source, line_no) "
            "SELECT snapshot_id, 'PKH', 'list', 2 FROM snapshot"
        )
    joined = {"id": join_province(store, "19").snapshot_id}
    for sql in (
        "SELECT f.pseudonym, i.name FROM family AS f JOIN person AS p USING (snapshot_id, family_no) "
        "JOIN person_identity AS i USING (snapshot_id, person_no) WHERE f.snapshot_id = $id",
        "SELECT f.pseudonym, i.name FROM flag AS g JOIN person AS p ON p.snapshot_id = g.snapshot_id "
        "AND g.kind = 'person' AND p.person_no = g.row_no JOIN family AS f ON f.snapshot_id = p.snapshot_id "
        "AND f.family_no = p.family_no JOIN person_identity AS i ON i.snapshot_id = p.snapshot_id "
        "AND i.person_no = p.person_no WHERE g.snapshot_id = $id",
    ):
        rows = store.frame(sql, joined)
        assert len(rows) == len(families)
        assert (rows["pseudonym"] == rows["name"]).all()
    counts = store.one(
        "SELECT (SELECT count(*) FROM flag WHERE snapshot_id = $id AND kind = 'family') AS flags, "
        "(SELECT count(*) FROM enrolment WHERE snapshot_id = $id AND family_no IS NULL) AS outside",
        joined,
    )
    assert counts == {"flags": len(families), "outside": 2}


def test_a_newer_delivery_replaces_its_regency_only(loaded):
    store, families, bring = loaded
    joined = join_province(store, "19")
    assert outdated(store, joined.snapshot_id) == ()
    town = families[families["code"].str.startswith(TOWN)]
    with store.transaction() as cursor:
        values = {"id": joined.snapshot_id, "village": town["code"].iloc[0]}
        cursor.execute("INSERT INTO family_line VALUES ($id, 'uji', 1, 0.5)", {"id": joined.snapshot_id})
        cursor.execute("INSERT INTO village_line VALUES ($id, 'uji', $village, 1, 1, 1, 0, 0)", values)
    corrected = bring(town.iloc[5:], "perbaikan")
    assert outdated(store, joined.snapshot_id) == ("Kota Pangkal Pinang",)
    before = {part.regency: part.snapshot_id for part in joined.parts}
    again = join_province(store, "19")
    assert again.snapshot_id == joined.snapshot_id
    assert {part.regency: part.snapshot_id for part in again.parts} == before | {TOWN: corrected}
    assert codes(store, again.snapshot_id).to_dict() == families.drop(town.index[:5]).set_index("kk")["code"].to_dict()
    assert outdated(store, again.snapshot_id) == ()
    # Chances of the families that were joined before are not those of these.
    assert store.rows("SELECT * FROM family_line") == store.rows("SELECT * FROM village_line") == []
    # Deliveries are never touched, and the newest import stays a delivery.
    assert len(codes(store, before[TOWN])) == len(town)
    assert catalogue.latest(store).snapshot_id == corrected
    assert outdated(store, corrected) == ()


def test_of_a_delivery_of_both_only_the_regency_without_a_newer_one_is_taken(loaded):
    store, families, bring = loaded
    both = bring(families.iloc[:-1].assign(pbi=False), "semua")
    east = families[families["code"].str.startswith(EAST)].iloc[3:]
    newest = bring(east, "timur")
    assert {part.regency: part.snapshot_id for part in parts_of(store, "19")} == {EAST: newest, TOWN: both}
    town = families[families["code"].str.startswith(TOWN)]
    astray = families.iloc[:-1][~families.iloc[:-1]["code"].str[:5].isin([EAST, TOWN])]
    expected = pd.concat([east, town, astray]).set_index("kk")["code"]
    assert codes(store, join_province(store, "19").snapshot_id).to_dict() == expected.to_dict()


def test_a_family_in_both_regencies_is_counted_and_said(loaded):
    store, families, bring = loaded
    moved = families[families["code"].str.startswith(TOWN)].iloc[:2].assign(
        code=families[families["code"].str.startswith(EAST)]["code"].iloc[0]
    )  # fmt: skip
    bring(pd.concat([families[families["code"].str.startswith(EAST)], moved]), "pindah")
    report = join_province(store, "19")
    assert report.twice == 2
    assert [text for text in report.warnings if text.startswith("2 keluarga tercatat di lebih dari satu")]
    stored = catalogue.import_report(store, report.snapshot_id)
    assert stored["warnings"] == list(report.warnings)


def test_other_years_do_not_mix(loaded):
    store, families, bring = loaded
    bring(families[families["code"].str.startswith(TOWN)], "lama", date(2025, 3, 31))
    with pytest.raises(Refused) as refused:
        join_province(store, "19")
    assert refused.value.code == "province_too_few"
    with pytest.raises(Refused) as refused:
        join_province(store, "00")
    assert refused.value.code == "province_unknown"
    assert not [found for found in catalogue.snapshots(store) if found.snapshot_id.startswith("gabungan")]

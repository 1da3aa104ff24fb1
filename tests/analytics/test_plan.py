"""The annual plan: what is proposed, what people set over it and when, what is realised; expected numbers by hand."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from analytics.plan import plan, restore, save_plan
from analytics.scope import Scope
from data.errors import Refused
from data.load_inventory import save_inventory
from data.load_sipd import import_sub_activities
from data.plan_entries import realisation, save_edits, save_realisation

SCOPE = Scope("s1", region="99.01", cut=4)
NOW = datetime(2026, 5, 1, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
YEAR = 2027


@pytest.fixture
def three(store, build):
    """Three families of decile 1 without Sembako, one with it; the code list is the tests' own."""
    build(
        store, families=[{"decile_recorded": 1, "size": 2}] * 4,
        enrolments=[{"family_no": 4, "programme": "SEMBAKO"}], regions={"99.01": "Contoh"},
    )  # fmt: skip
    return store


def sembako(store, moment=None):
    (row,) = [row for row in plan(store, SCOPE, YEAR, moment).rows if row.key == "SEMBAKO"]
    return row


def shown(row) -> dict[str, str]:
    """A row as the editor gives it back untouched."""
    return {name: cell.value for name, cell in row.cells.items()}


def test_a_quota_smaller_than_the_gap_is_the_target_with_its_own_budget(three):
    entry = {"title": "Perluasan Sembako", "year": YEAR, "provider": "Kabupaten/kota", "unit": "Keluarga", "quota": 2,
             "budget": 5_000_000, "relation": "Perluasan", "central_programme": "SEMBAKO", "fund": "APBD",
             "office": "Dinas Sosial", "region_code": "99.01"}  # fmt: skip
    save_inventory(three, pd.DataFrame([entry]))
    row = sembako(three)
    assert (row.cells["target"].value, row.cells["budget"].value, row.budget_each) == (2, 5_000_000, None)
    assert (row.cells["fund"].value, row.cells["office"].value) == ("APBD", "Dinas Sosial")
    # Another target has no use for the quota's budget: 4 x Rp2.400.000.
    save_edits(three, "99.01", YEAR, [("SEMBAKO", "target", 4, "2")])
    assert sembako(three).cells["budget"].value == 9_600_000

    for change in ({"quota": 3}, {"year": YEAR - 1}, {"unit": "Jiwa"}, {"quota": 0}, {"relation": "Pelengkap"}):
        save_inventory(three, pd.DataFrame([entry | change]))
        save_edits(three, "99.01", YEAR, [("SEMBAKO", "target", "", None)])
        assert (sembako(three).cells["target"].value, sembako(three).cells["budget"].value) == (3, 7_200_000), change


def test_what_people_set_stays_when_the_data_change_and_the_page_can_say_so(three, build):
    found = plan(three, SCOPE, YEAR)
    save_plan(three, found, {row.key: shown(row) | {"target": "2"} for row in found.rows})
    row = sembako(three)
    assert (row.cells["target"].value, row.cells["target"].human, row.cells["target"].seen) == (2, True, "3")
    assert row.cells["budget"].value == 2 * 2_400_000
    assert (row.edited, plan(three, SCOPE, YEAR).changed) == (("target",), ())
    with three.transaction() as cursor:
        cursor.execute("UPDATE family SET decile_recorded = 5 WHERE family_no = 3")
    row = sembako(three)
    assert (row.cells["target"].value, row.cells["target"].proposal, row.cells["target"].changed) == (2, 2, True)
    # The row outlives its own gap: people's word is kept, nothing is proposed beneath it.
    with three.transaction() as cursor:
        cursor.execute("UPDATE family SET decile_recorded = 5 WHERE family_no < 4")
    row = sembako(three)
    assert (row.cells["target"].value, row.proposal, row.cells["budget"].value) == (2, None, None)


def test_a_cell_made_empty_or_set_to_the_proposal_follows_it_again(three):
    for value in ("", "3"):
        save_edits(three, "99.01", YEAR, [("SEMBAKO", "target", "2", "3")])
        found = plan(three, SCOPE, YEAR)
        assert save_plan(three, found, {row.key: shown(row) | {"target": value} for row in found.rows}) == 1
        assert not sembako(three).cells["target"].human


def test_nothing_is_kept_of_cells_nobody_touched(three):
    found = plan(three, SCOPE, YEAR)
    assert save_plan(three, found, {row.key: shown(row) for row in found.rows}) == 0


def test_a_document_of_a_moment_sees_what_was_written_by_then(three):
    save_edits(three, "99.01", YEAR, [("SEMBAKO", "office", "Dinas A", "")], moment=NOW)
    save_edits(three, "99.01", YEAR, [("SEMBAKO", "office", "Dinas B", "")], moment=LATER)
    save_realisation(three, "99.01", YEAR, 1, {"SEMBAKO": (5, 1)}, moment=LATER)
    assert sembako(three, NOW).cells["office"].value == "Dinas A"
    assert sembako(three, NOW - timedelta(seconds=1)).cells["office"].human is False
    assert (sembako(three, LATER).cells["office"].value, sembako(three).cells["office"].value) == ("Dinas B",) * 2
    assert (sembako(three, NOW).realised, len(sembako(three, LATER).realised)) == ({}, 1)


def test_rows_are_added_taken_out_and_put_back(three):
    found = plan(three, SCOPE, YEAR)
    save_plan(three, found, {}, [{"programme": "Padat karya", "target": "Rp1.250", "budget": ""}])
    found = plan(three, SCOPE, YEAR)
    assert [(row.key, row.cells["target"].value) for row in found.rows] == [("hand-1", 1250)]
    assert dict(found.removed)["SEMBAKO"] == "Program Sembako (dahulu BPNT)"
    restore(three, found, "SEMBAKO")
    assert [row.key for row in plan(three, SCOPE, YEAR).rows] == ["SEMBAKO", "hand-1"]
    # A number is never given twice, even when its row is gone.
    save_plan(three, plan(three, SCOPE, YEAR), {}, [{"programme": "Lain"}])
    assert [row.key for row in plan(three, SCOPE, YEAR).rows] == ["hand-2"]
    assert plan(three, SCOPE, YEAR + 1).rows[0].key == "SEMBAKO"  # of another year nothing is written


def test_a_code_of_the_list_brings_its_words_along(three, tmp_path):
    path = tmp_path / "sipd.csv"
    path.write_text("Kode;Program;Kegiatan;Sub Kegiatan\n1.06.05.2.02.0001;Program S;Kegiatan S;Fasilitasi\n")
    import_sub_activities(three, path)
    found = plan(three, SCOPE, YEAR)
    given = {row.key: {"sub_code": "1.06.05.2.02.0001", "activity": "Kegiatan kami"} for row in found.rows}
    save_plan(three, found, given)
    cells = sembako(three).cells
    assert [cells[name].value for name in ("programme", "activity", "sub_activity")] == [
        "Program S", "Kegiatan kami", "Fasilitasi",
    ]  # fmt: skip
    assert sembako(three).name == "Program Sembako (dahulu BPNT)"


def test_money_adds_up_over_quarters_and_recipients_do_not(three):
    save_realisation(three, "99.01", YEAR, 1, {"SEMBAKO": ("2.000.000", 3)})
    save_realisation(three, "99.01", YEAR, 3, {"SEMBAKO": (1_000_000, 2)})
    save_realisation(three, "99.01", YEAR, 2, {"SEMBAKO": (9, None)})
    save_realisation(three, "99.01", YEAR, 2, {"SEMBAKO": (None, None)})  # taken back: not reported, not nothing
    row = sembako(three)
    assert (row.money, row.recipients, sorted(row.realised)) == (3_000_000, 3, [1, 3])
    save_realisation(three, "99.01", YEAR, 4, {"SEMBAKO": (0, None)})
    assert (sembako(three).realised[4].money, sembako(three).realised[4].recipients) == (0, None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (("SEMBAKO", "target", "banyak", None), "plan_cell"), (("SEMBAKO", "target", "-5", None), "plan_cell"),
        (("SEMBAKO", "sub_code", "1'; DROP TABLE", None), "plan_cell"),
        (("SEMBAKO", "office", "x" * 401, None), "plan_cell"),
        (("SEMBAKO", "location", "rumah 9901 0117 0887 0001", None), "plan_personal"),
        (("SEMBAKO'--", "target", "5", None), "plan_row"), (("SEMBAKO", "harga", "5", None), "plan_row"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_and_nothing_of_it_stays(three, cell, code):
    with pytest.raises(Refused) as refused:
        save_edits(three, "99.01", YEAR, [("SEMBAKO", "fund", "APBD", None), cell])
    assert refused.value.code == code
    assert refused.value.message.endswith(".")
    assert sembako(three).edited == ()


def test_a_quarter_that_is_none_and_a_row_without_a_name_are_refused(three):
    with pytest.raises(Refused, match="Triwulan"):
        save_realisation(three, "99.01", YEAR, 5, {"SEMBAKO": (1, 1)})
    with pytest.raises(Refused, match="nama program"):
        save_edits(three, "99.01", YEAR, [], [{"target": "5"}])
    assert realisation(three, "99.01", YEAR) == {}

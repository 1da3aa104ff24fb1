"""Files behind the annual plan: lists of SIPD codes and proposals of villages, line by line; decisions kept."""

from datetime import UTC, datetime, timedelta

import pytest
import xlsxwriter

from data.errors import Refused
from data.load_sipd import import_sub_activities, sub_activities
from data.load_village_proposals import decide_proposals, import_village_proposals, village_proposals
from data.regions import ensure_regions
from data.store import Store

YEAR = 2027


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    """A store with the code list: it takes a second to load, so all tests share it."""
    with Store(tmp_path_factory.mktemp("store") / "t.duckdb") as opened:
        ensure_regions(opened)
        yield opened


@pytest.fixture
def store(listed):
    with listed.transaction() as cursor:
        cursor.execute("DELETE FROM village_proposal")
        cursor.execute("DELETE FROM sub_activity")
    return listed


@pytest.fixture
def villages(store) -> list[dict]:
    """Two villages of the list, with the names of theirs and of their district."""
    return store.rows(
        "SELECT v.code, v.name, d.name AS district, k.name AS regency FROM region AS v "
        "JOIN region AS d ON d.code = v.parent JOIN region AS k ON k.code = d.parent "
        "WHERE v.level = 'village' AND v.code LIKE '19.71.%' ORDER BY v.code LIMIT 2"
    )


def test_codes_are_taken_line_by_line(store, tmp_path):
    book = tmp_path / "sipd.xlsx"
    lines = [
        ("Kode", "Program", "Kegiatan", "Sub Kegiatan"),
        ("1.06.05.2.02.0001", "Program A", "Kegiatan A", "=Fasilitasi & <lain>"),
        (" 1.06.05.2.02.0002 ", "", "Kegiatan A", "  Verifikasi   data "),
        ("", "Program A", "Kegiatan A", "Tanpa kode"),
        ("abc", "Program A", "Kegiatan A", "Kode lain"),
        ("X.XX.01.2.01.0003", "Program A", "Kegiatan A", ""),
        ("1.06.05.2.02.0001", "Program B", "Kegiatan B", "Dua kali"),
        ("1.06.05.2.02.0009", "Program B", "Kegiatan B", "NIK 9901011708870001"),
        ("X.XX.01.2.01.0003", "Program B", "Kegiatan B", "Perencanaan"),
    ]
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        for row, cells in enumerate(lines):
            for column, text in enumerate(cells):
                sheet.write_string(row, column, text)
    report = import_sub_activities(store, book, "daftar.xlsx")
    assert (report.rows_read, report.accepted) == (8, 3)
    assert [line for line, _ in report.rejected] == [4, 5, 6, 7, 8]
    assert [why.split()[0] for _, why in report.rejected] == ["kode", "kode", "nama", "kode", "memuat"]
    first, second, _ = sub_activities(store)
    assert (first["title"], first["source"]) == ("=Fasilitasi & <lain>", "daftar.xlsx")
    assert (second["code"], second["title"], second["programme"]) == ("1.06.05.2.02.0002", "Verifikasi data", None)

    again = tmp_path / "baru.csv"
    again.write_text("Kode,Sub Kegiatan\n1.06.05.2.02.0001,Nama baru\n")
    assert import_sub_activities(store, again).accepted == 1
    assert len(sub_activities(store)) == 3
    assert sub_activities(store)[0]["title"] == "Nama baru"


def test_a_list_without_codes_is_refused(store, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Program,Kegiatan,Nama\nA,B,C\n")
    with pytest.raises(Refused) as refused:
        import_sub_activities(store, path)
    assert refused.value.code == "sipd_columns"


def proposals_file(path, villages, rows: list[str]):
    path.write_text("Kode Desa;Usulan;Volume;Satuan;Anggaran\n" + "\n".join(rows) + "\n")
    return path


def test_proposals_are_taken_decided_on_and_loaded_again(store, villages, tmp_path):
    one, two = villages
    path = proposals_file(tmp_path / "usulan.csv", villages, [
        f"{one['code'].replace('.', '')};Rabat jalan;1.250;meter;Rp450.000.000",
        f"{two['code']};=Sumur <bor>;2,5;km;",
        "9999999999;Entah;1;unit;1",
        f"{two['code']};;1;unit;1",
        f"{two['code']};Jamban;banyak;unit;1",
        f"{one['code']};rabat JALAN;1;meter;1",
    ])  # fmt: skip
    report = import_village_proposals(store, path, YEAR)
    assert (report.rows_read, report.accepted) == (6, 2)
    assert [line for line, _ in report.rejected] == [4, 5, 6, 7]
    first, second = village_proposals(store, "19.71", YEAR)
    assert (first["village"], first["volume"], first["budget"], first["accommodated"]) == (
        one["name"], 1250, 450_000_000, None,
    )  # fmt: skip
    assert (second["title"], second["volume"], second["budget"]) == ("=Sumur <bor>", 2.5, None)
    assert village_proposals(store, "19.72", YEAR) == []
    assert village_proposals(store, "19.71", YEAR + 1) == []

    before = datetime.now(UTC)
    numbers = first["entry_no"], second["entry_no"]
    assert decide_proposals(store, "19.71", YEAR, {numbers[0]: (False, "Pagu habis"), numbers[1]: (None, "")}) == 1
    changed = proposals_file(tmp_path / "baru.csv", villages, [f"{one['code']};Rabat jalan;900;meter;400000000"])
    import_village_proposals(store, changed, YEAR)
    first = village_proposals(store, "19.71", YEAR)[0]
    assert (first["entry_no"], first["volume"], first["accommodated"], first["reason"]) == (
        numbers[0], 900, False, "Pagu habis",
    )  # fmt: skip
    # As a document of that moment saw it.
    assert village_proposals(store, "19.71", YEAR, before)[0]["accommodated"] is None
    assert village_proposals(store, "19.71", YEAR, before - timedelta(days=1)) == []


def test_villages_are_found_by_name(store, villages, tmp_path):
    one = villages[0]
    path = tmp_path / "nama.csv"
    path.write_text(
        "Kabupaten/Kota;Kecamatan;Desa/Kelurahan;Usulan\n"
        f"{one['regency']};{one['district'].upper()};{one['name'].lower()};Posyandu\n"
    )
    assert import_village_proposals(store, path, YEAR).accepted == 1
    assert village_proposals(store, "", YEAR)[0]["village_code"] == one["code"]


def test_a_refusal_needs_its_reason_and_a_known_proposal(store, villages, tmp_path):
    path = proposals_file(tmp_path / "u.csv", villages, [f"{villages[0]['code']};Posyandu;1;unit;1"])
    import_village_proposals(store, path, YEAR)
    (number,) = [row["entry_no"] for row in village_proposals(store, "19.71", YEAR)]
    for decisions, code in (
        ({number: (False, " ")}, "proposal_reason"), ({number + 1: (True, "")}, "proposal_unknown"),
        ({number: (True, "hubungi 9901011708870001")}, "plan_personal"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            decide_proposals(store, "19.71", YEAR, decisions)
        assert refused.value.code == code
    assert village_proposals(store, "19.71", YEAR)[0]["accommodated"] is None

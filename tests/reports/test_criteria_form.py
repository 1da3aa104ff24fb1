"""The field form: only pseudonyms leave, through the recorded door; what comes back is read word by word."""

import io
from dataclasses import replace
from datetime import date

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from analytics.criteria import criteria
from analytics.scope import Scope
from data.criteria import shipped_rules
from data.criteria_reading import rules_of_text
from data.errors import Refused
from data.load_criteria import import_answers
from reports import audit
from reports.criteria_form import criteria_form
from tests.analytics import conftest

build, store = conftest.build, conftest.store

PERWALI = shipped_rules()["pangkalpinang_19_2024"]
VILLAGE = "99.01.01.2001"
SCOPE = Scope("s1", region=VILLAGE, definition="local_criteria", rules=PERWALI)
POOR = {
    "tenure": "own", "floor": "earth", "wall": "wood", "roof": "asbestos_zinc", "toilet": "none",
    "fuel": "wood_charcoal", "motorcycle": False, "car": False, "smartphone": False, "landline": False,
    "head_occupation": "farmer", "head_birth_date": date(1950, 1, 1), "size": 1,
}  # fmt: skip
OPEN = ("menetap", "terdaftar", "a", "b", "c")


def rows_of(content: bytes) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Kriteria").to_python()


def written(path, rows):
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Kriteria")
        day = book.add_format({"num_format": "d mmmm yyyy"})
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    page.write_datetime(place, column, value, day)
                else:
                    page.write(place, column, value)
    return path


@pytest.fixture
def form(store, build):
    build(
        store,
        families=[POOR, POOR, POOR | {"toilet": "own"}, POOR | {"toilet": None}],
        regions={VILLAGE: "=1+1", "99.01.01": "Kecamatan"},
    )
    name, content = criteria_form(store, SCOPE, "verval", "Dinas Sosial")
    return name, rows_of(content), content


def test_the_form_asks_what_is_open_and_names_nobody(store, form):
    name, rows, content = form
    assert name == f"kriteria_{PERWALI.name}_{VILLAGE}_{date.today():%Y-%m-%d}.xlsx"
    header = rows[3]
    assert header[:4] == ["No.", "Desa/kelurahan", "Nomor semu keluarga", "Aturan"]
    asked = [head.split(":")[0].removeprefix("Klausul ") for head in header if head.startswith("Klausul")]
    assert asked == [*OPEN[:4], "c", "d"]  # d: the toilet of the last family is not known
    assert [row[2] for row in rows[4:]] == ["p1", "p2", "p4"]  # the third has failed already
    assert rows[4][1] == "=1+1"
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert not any("NIK" in str(cell) for row in rows[3:] for cell in row)
    assert "Keterangan" in book.sheet_names
    import zipfile

    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert sheet.count("Ya,Tidak,Tidak diketahui") == 6
    (line,) = audit.read(store)
    assert (line["action"], line["rows"], line["scope"]["ruleset"]) == ("criteria_form", 3, PERWALI.name)
    assert "rules" not in line["scope"]


def test_there_and_back(store, form, tmp_path):
    _, rows, _ = form
    header = rows[3]
    for row, word in zip(rows[4:], ("Ya", "Tidak diketahui", "Ya"), strict=True):
        for column, head in enumerate(header):
            if head.startswith("Klausul"):
                row[column] = word
        row[header.index("Tanggal kunjungan")] = date(2026, 2, 3)
    report = import_answers(store, written(tmp_path / "isi.xlsx", rows))
    assert (report.rows_read, report.accepted, report.answers, report.empty) == (3, 3, 18, 0)
    assert not report.rejected
    assert not report.unknown_words
    assert store.rows("SELECT DISTINCT date, source FROM criterion_answer") == [
        {"date": date(2026, 2, 3), "source": "isi.xlsx"}
    ]
    found = criteria(store, SCOPE)
    assert (found.lower, found.upper, found.answered) == (2, 3, 3)
    # The same form once more changes nothing; a later one does.
    import_answers(store, tmp_path / "isi.xlsx")
    assert store.one("SELECT count(*) AS n FROM criterion_answer")["n"] == 18
    rows[4][header.index("Tanggal kunjungan")] = date(2026, 2, 4)
    rows[4][4] = "Tidak"
    import_answers(store, written(tmp_path / "lagi.xlsx", rows))
    assert criteria(store, SCOPE).lower == 1


def test_nothing_unknown_is_dropped_silently(store, form, tmp_path):
    _, rows, _ = form
    header = rows[3]
    day = header.index("Tanggal kunjungan")
    first, second, third = rows[4:]
    first[4], first[5] = "ya", "barangkali"
    second[2], second[4] = "bukan-keluarga", "Ya"
    third[3], third[4] = "aturan_lain", "Ya"
    late = [*first]
    late[day] = "31/31/2026"
    again = [*first]
    again[4] = "tidak"
    blank = ["", "", "p2", PERWALI.name, *[""] * (len(header) - 4)]
    future = [*first]
    future[day] = "2999-01-01"
    report = import_answers(
        store, written(tmp_path / "isi.xlsx", [*rows, late, again, blank, future]), day=date(2026, 2, 3)
    )
    assert report.rows_read == 7
    assert report.rows_read == report.accepted + report.empty + len(report.rejected)
    assert (report.accepted, report.answers, report.empty) == (1, 1, 1)
    why = dict(report.rejected)
    assert why[6] == "nomor semu tidak ada dalam basis data ini"
    assert why[7] == "nama aturan tidak dikenal"
    assert why[8] == "tanggal kunjungan tidak terbaca"
    assert "baris sebelumnya" in why[9]
    assert why[11] == "tanggal kunjungan di luar batas"
    assert (5, "terdaftar", "barangkali") in report.unknown_words
    assert store.rows("SELECT pseudonym, clause, met, date FROM criterion_answer") == [
        {"pseudonym": "p1", "clause": "menetap", "met": True, "date": date(2026, 2, 3)}
    ]


def test_an_answer_is_to_the_words_that_were_asked(store, form, tmp_path):
    """A form of another version of the rules, and a clause's column twice."""
    _, rows, _ = form
    header = rows[3]
    rows[4][4], rows[4][5] = "Ya", "Ya"
    header[4] += " sejak 2020"
    for row, cell in zip(rows[3:], [header[5], "Tidak", "", ""], strict=True):
        row.append(cell)
    report = import_answers(store, written(tmp_path / "isi.xlsx", rows))
    assert set(report.unknown_columns) == {"menetap", "terdaftar"}
    assert store.rows("SELECT clause, met FROM criterion_answer") == [{"clause": "terdaftar", "met": True}]


def test_another_file_is_no_form(store, form, tmp_path):
    with pytest.raises(Refused) as caught:
        import_answers(store, written(tmp_path / "lain.xlsx", [["Kode", "Nama", "Jumlah"], ["1", "x", 3]]))
    assert caught.value.code == "form_columns"


def test_refusals_of_the_form(store, build):
    build(store, families=[POOR | {"toilet": "own"}])
    with pytest.raises(Refused) as caught:
        criteria_form(store, replace(SCOPE, region="99.01"), "verval", "Dinas Sosial")
    assert caught.value.code == "area_required"
    with pytest.raises(Refused) as caught:
        criteria_form(store, SCOPE, "verval", "Dinas Sosial")
    assert caught.value.code == "form_empty"
    with pytest.raises(Refused) as caught:
        criteria_form(store, SCOPE, "", "Dinas Sosial")
    assert caught.value.code == "purpose_missing"
    assert audit.read(store) == []


def test_a_label_that_looks_like_a_formula_stays_text(store, build):
    build(store, families=[POOR])
    text = (
        "name: uji\ntitle: Uji\nsource: uji\narticles: uji\nstatus: unverified\n"
        "rule: {all_of: [{clause: a, article: x, label: '=1+1'}]}"
    )
    _, content = criteria_form(store, replace(SCOPE, rules=rules_of_text(text, "uji.yaml")), "verval", "Dinas")
    assert rows_of(content)[3][4] == "Klausul a: =1+1"

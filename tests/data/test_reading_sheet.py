"""Workbooks and Parquet: cells to text without loss, rows counted apart, zips not believed."""

import datetime
import io
import struct
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

import data.reading_sheet
from data.errors import Refused
from data.reading import Limits, stage
from data.reading_child import read

KNOWN = frozenset({"nik", "nama", "desa", "alamat"})
HEADER = ["No", "NIK", "Nama", "Desa"]


def _workbook(path: Path, sheets: dict[str, list[list]], hidden: tuple[str, ...] = ()) -> Path:
    """Sheets of rows; None leaves a cell out, `=…` is a formula whose saved value follows a bar."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for y, row in enumerate(rows):
                for x, value in enumerate(row):
                    if isinstance(value, datetime.date | datetime.time):
                        sheet.write_datetime(y, x, value, day)
                    elif isinstance(value, str) and value.startswith("="):
                        formula, saved = value.split("|")
                        sheet.write_formula(y, x, formula, None, saved)
                    elif isinstance(value, str):
                        sheet.write_string(y, x, value)
                    elif value is not None:
                        sheet.write(y, x, value)
    return path


@pytest.fixture
def reading(tmp_path):
    """The answer and the staged rows (line first) of a workbook or any other file."""

    def run(source: dict | Path, hidden: tuple[str, ...] = (), **limits) -> tuple[dict, list[tuple]]:
        path = source if isinstance(source, Path) else _workbook(tmp_path / "a.xlsx", source, hidden)
        parquet = tmp_path / "staged.parquet"
        answer = read(path, parquet, KNOWN, True, Limits(**limits))
        table = pq.read_table(parquet)
        assert table.num_rows + len(answer["unreadable"]) == answer["rows_read"]
        return answer, list(zip(*(column.to_pylist() for column in table.columns), strict=True))

    return run


def test_values_become_text_without_loss(reading):
    moment, day = datetime.datetime(2024, 1, 2, 3, 4), datetime.date(1980, 12, 31)
    rows = [
        ["nik", "nama", "desa", "nilai"],
        ["0012345678901234", 9901011234567890, 9.901e15, 62.1],
        [True, False, day, moment],
        [1e14, -5, 0.1, "  dua\nbaris "],
        ["=1+1|2", "=A1|teks", 9901012001, 0],
    ]
    _, got = reading({"S": rows})
    assert got == [
        (2, "0012345678901234", "9901011234567890", "9901000000000000", "62.1"),
        (3, "Ya", "Tidak", "1980-12-31", "2024-01-02 03:04:00"),
        (4, "100000000000000", "-5", "0.1", "  dua\nbaris "),
        (5, "2", "teks", "9901012001", "0"),
    ]


def test_merged_titles_header_at_row_13_blank_rows_running_number_and_totals(reading, tmp_path):
    path = tmp_path / "p3ke.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        blank = book.add_format({"bold": True})
        sheet.merge_range("B2:E2", "DATA P3KE KABUPATEN CONTOH")
        sheet.merge_range("B3:E3", "Nama desa, NIK, alamat")
        sheet.write_row("B13", ["", "NIK", "Nama\nlengkap", "Desa", "Alamat"])
        sheet.write_row("B14", [1, "9901011234567891", "A", "X", "Y"])
        sheet.write_row("B15", [" ", "", "  "])
        sheet.write_row("B17", [2, "9901011234567892", "B", "X", "Y"])
        sheet.merge_range("B18:C18", "JUMLAH")
        sheet.write("E18", 2)
        sheet.write_blank("B30", None, blank)
    answer, got = reading(path)
    assert answer["header_line"] == 13
    assert answer["columns"] == ["kolom_1", "NIK", "Nama lengkap", "Desa", "Alamat"]
    assert got == [(14, "1", "9901011234567891", "A", "X", "Y"), (17, "2", "9901011234567892", "B", "X", "Y")]
    assert answer["unreadable"] == [(18, "total_row")]
    assert answer["rows_read"] == 3


def test_the_sheet_with_the_best_header_and_what_was_left(reading):
    people = [HEADER, [1, "1", "A", "X"]]
    sheets = {
        "Petunjuk": [["Isi lembar Data", "nama"], ["dua", "tiga"]],
        "Rekap": [["nama", "desa"], ["A", "X"]],
        "Data": people,
        "Lama": [[*HEADER, "Alamat"], [1, "1", "A", "X", "Y"]],
        "Kosong": [],
    }
    answer, got = reading(sheets, hidden=("Lama",))
    assert answer["sheet"] == "Data"
    assert answer["other_sheets"] == ["Rekap"]
    assert got == [(2, "1", "1", "A", "X")]


def test_a_row_of_error_values_only_is_named(reading):
    answer, got = reading({"S": [HEADER, [1, "1", "A", "X"], ["=NA()|#N/A", "=NA()|#N/A"], [2, "2", "B", "Y"]]})
    assert [line for line, *_ in got] == [2, 4]
    assert answer["unreadable"] == [(3, "unparsable")]


def test_what_the_parser_loses_is_named(reading, monkeypatch):
    """The count of rows does not come from the parser: a row it drops is missed."""

    class Losing:
        def __init__(self, sheet):
            self.sheet, self.name, self.width = sheet, sheet.name, sheet.width

        def iter_rows(self):
            return ([] if i == 2 else row for i, row in enumerate(self.sheet.iter_rows()))

    choose = data.reading_sheet._choose

    def choose_losing(*arguments):
        sheet, *rest = choose(*arguments)
        return Losing(sheet), *rest

    monkeypatch.setattr(data.reading_sheet, "_choose", choose_losing)
    answer, got = reading({"S": [HEADER, [1, "1", "A", "X"], [2, "2", "B", "Y"], [3, "3", "C", "Z"]]})
    assert [line for line, *_ in got] == [2, 4]
    assert answer["unreadable"] == [(3, "unparsable")]
    assert answer["rows_read"] == 3


def test_rows_in_another_writers_xml_are_counted(reading, tmp_path):
    """Prefixed tags, inline text, rows without a number, empty rows: as other programs write them."""
    plain = _workbook(tmp_path / "plain.xlsx", {"S": [["x"]]})
    rows = (
        "<x:row r='1'>" + "".join(f"<x:c t='inlineStr'><x:is><x:t>{h}</x:t></x:is></x:c>" for h in HEADER) + "</x:row>"
    )
    rows += "<x:row r='2'><x:c><x:v>1</x:v></x:c><x:c t='str'><x:v>77</x:v></x:c></x:row><x:row r='3'/>"
    rows += "<x:row r='4'><x:c t='inlineStr'><x:is><x:t> </x:t></x:is></x:c><x:c s='0'/></x:row>"
    rows += "<x:row r='5'><x:c r='A5'/><x:c r='B5' t='inlineStr'><x:is><x:t>88</x:t></x:is></x:c></x:row>"
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f"<x:worksheet xmlns:x='{namespace}'><x:sheetData>{rows}</x:sheetData></x:worksheet>"
    path = tmp_path / "other.xlsx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else source.read(name))
    answer, got = reading(path)
    assert answer["rows_read"] == 2
    assert [(line, nik) for line, _, nik, *_ in got] == [(2, "77"), (5, "88")]


@pytest.mark.parametrize(
    ("sheets", "code"),
    [
        ({"S": []}, "empty_file"),
        ({"S": [["nik", "nama", "desa"]]}, "empty_file"),
        ({"S": [["nik", "nama", "desa"], [" ", "", None]]}, "empty_file"),
        ({"S": [[1, 2, 3], [4, 5, 6]]}, "no_header"),
    ],
)
def test_a_workbook_without_a_table_is_refused(reading, sheets, code):
    with pytest.raises(Refused) as refused:
        reading(sheets)
    assert refused.value.code == code


def _with_entry(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


def _code_of(run) -> str:
    with pytest.raises(Refused) as refused:
        run()
    return refused.value.code


def test_a_zip_that_is_no_workbook_is_refused(reading, tmp_path):
    path = tmp_path / "a.xlsx"
    _with_entry(path, "nik.csv", b"nik,nama,desa\n1,a,x\n")
    assert _code_of(lambda: reading(path)) == "unsupported_format"


def test_a_zip_bomb_is_refused_by_ratio_size_and_count(reading, tmp_path):
    small = {"S": [HEADER, [1, "1", "A", "X"]]}
    bomb = _with_entry(_workbook(tmp_path / "bomb.xlsx", small), "xl/media/image1.png", bytes(51_000_000))
    assert _code_of(lambda: reading(bomb)) == "too_large"
    assert reading(bomb, max_unpacked_ratio=10_000)[0]["rows_read"] == 1
    assert _code_of(lambda: reading(bomb, max_unpacked_ratio=10_000, max_unpacked_bytes=50_000_000)) == "too_large"
    assert _code_of(lambda: reading(small, max_entries=3)) == "too_large"


def test_a_zip_that_lies_about_its_size_is_unpacked_to_see(reading, tmp_path):
    size = 3_000_000
    path = _with_entry(_workbook(tmp_path / "liar.xlsx", {"S": [HEADER, [1, "1", "A", "X"]]}), "xl/x.xml", bytes(size))
    raw = path.read_bytes()
    assert raw.count(struct.pack("<L", size)) == 2  # the entry's own head, the directory
    path.write_bytes(raw.replace(struct.pack("<L", size), struct.pack("<L", 10)))
    with zipfile.ZipFile(path) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) < 100_000
    assert _code_of(lambda: reading(path, max_unpacked_bytes=1_000_000)) == "too_large"


def test_a_workbook_cut_off_is_refused_in_one_sentence(tmp_path):
    whole = _workbook(tmp_path / "whole.xlsx", {"S": [HEADER, [1, "1", "A", "X"]]}).read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(whole[: len(whole) // 2])
    staging = tmp_path / "staging"
    staging.mkdir()
    assert _code_of(lambda: stage(path, staging, KNOWN)) == "not_a_table"
    assert list(staging.iterdir()) == []


def test_a_workbook_named_csv_is_read_as_what_it_is(reading, tmp_path):
    path = _workbook(tmp_path / "a.xlsx", {"S": [HEADER, [1, "1", "A", "X"]]}).rename(tmp_path / "a.csv")
    assert reading(path)[1] == [(2, "1", "1", "A", "X")]


def test_parquet_is_text_too_and_only_on_request(reading, tmp_path):
    path = tmp_path / "a.parquet"
    columns = {
        "nik": ["0012345678901234", None, None],
        "nilai": [3.0, None, 0.5],
        "umur": pa.array([2**60, None, None], pa.int64()),
        "ada": [True, None, False],
        "tanggal": [datetime.date(2024, 1, 2), None, None],
    }
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    path.write_bytes(file.getvalue())
    answer, got = reading(path)
    assert got == [
        (1, "0012345678901234", "3", "1152921504606846976", "Ya", "2024-01-02"),
        (3, "", "0.5", "", "Tidak", ""),
    ]
    assert (answer["rows_read"], answer["header_line"]) == (2, 0)
    assert _code_of(lambda: stage(path, tmp_path, KNOWN)) == "unsupported_format"
    assert stage(path, tmp_path, KNOWN, allow_parquet=True).rows_read == 2

"""Text files: every record is staged as it stands or named with its line."""

import csv
import io
import stat
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import data.reading
import data.reading_text
from data.errors import Refused
from data.reading import Limits, stage
from data.reading_child import read

KNOWN = frozenset({"nik", "nama", "desa", "alamat"})


class Staged:
    """What a reading gave: the answer and the Parquet file's rows."""

    def __init__(self, answer: dict, parquet: Path):
        table = pq.read_table(parquet)
        columns = [column.to_pylist() for column in table.columns]
        self.answer = answer
        self.columns = answer["columns"]
        self.lines = columns[0]
        self.rows = [list(row) for row in zip(*columns[1:], strict=True)]
        self.unreadable = [tuple(entry) for entry in answer["unreadable"]]
        assert table.column_names == ["_line", *answer["columns"]]
        assert len(self.rows) + len(self.unreadable) == answer["rows_read"]


@pytest.fixture
def reading(tmp_path):
    """Read contents in this process (the child's own work, without the wait for a child)."""

    def run(content: str | bytes, name: str = "a.csv", encoding: str = "utf-8", **limits) -> Staged:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        parquet = tmp_path / "staged.parquet"
        return Staged(read(path, parquet, KNOWN, name.endswith(".parquet"), Limits(**limits)), parquet)

    return run


@pytest.fixture
def no_second_way(monkeypatch):
    """Fail when Arrow's reading of the whole file is not taken."""

    def refuse(*_):
        raise AssertionError("the slow way was taken")

    monkeypatch.setattr(data.reading_text, "_read_each", refuse)


@pytest.mark.usefixtures("no_second_way")
@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_encodings_line_ends(reading, delimiter, encoding, end):
    rows = [["NIK", "Nama", "Desa"], ["0012345678901234", "Désiré", "Ujung"], ["3", "", "Ä b"]]
    got = reading(end.join(delimiter.join(row) for row in rows) + end, encoding=encoding)
    assert got.columns == ["NIK", "Nama", "Desa"]
    assert got.rows == rows[1:]
    assert got.lines == [2, 3]
    assert got.answer["delimiter"] == delimiter
    assert got.answer["encoding"] == {"cp1252": "windows-1252"}.get(encoding, encoding)


def test_a_number_as_text_keeps_every_digit(reading):
    got = reading("nik,nama,desa\n9901011234567891,a,00.10\n0901011234567890,b,1e5\n")
    assert [row[0] for row in got.rows] == ["9901011234567891", "0901011234567890"]
    assert [row[2] for row in got.rows] == ["00.10", "1e5"]


def test_title_rows_blank_lines_and_a_header_at_line_13(reading):
    titles = "PEMERINTAH KABUPATEN CONTOH\nData P3KE, tahun 2024, desil 1\n" + "\n" * 9 + "catatan;a;b\n"
    got = reading(titles + "No;NIK;Nama;Desa\n1;11;A;X\n\n  \n;;;\n2;12;B;Y\n")
    assert got.answer["header_line"] == 13
    assert got.columns == ["No", "NIK", "Nama", "Desa"]
    assert got.lines == [14, 18]
    assert got.rows == [["1", "11", "A", "X"], ["2", "12", "B", "Y"]]
    assert got.answer["rows_read"] == 2


def test_without_known_headers_the_first_full_row_of_words(reading):
    got = reading("Survei contoh\n\nhhid,konsumsi,bobot\n1,2.5,3\n2,4,5\n")
    assert got.columns == ["hhid", "konsumsi", "bobot"]
    assert got.lines == [4, 5]


def test_a_header_over_two_lines(reading):
    got = reading('nik;"nama\nlengkap";nama;desa\n1;a;b;c\n')
    assert got.columns == ["nik", "nama lengkap", "nama", "desa"]
    assert (got.answer["header_line"], got.lines) == (1, [3])


@pytest.mark.usefixtures("no_second_way")
def test_a_line_break_within_quotes_stays_within_its_cell(reading):
    got = reading('nik,nama,desa\n1,"Jl. ""A"",\n\nNo 2",x\n2,b,y\n3,c,"z\nz"\n4,d,w\n')
    assert got.rows == [["1", 'Jl. "A",\n\nNo 2', "x"], ["2", "b", "y"], ["3", "c", "z\nz"], ["4", "d", "w"]]
    assert got.lines == [2, 5, 6, 8]


@pytest.mark.usefixtures("no_second_way")
def test_a_blank_record_over_two_lines_is_no_record(reading):
    got = reading('nik,nama,desa\n1,"a\nb",x\n,"\n",\n2,b,y\n')
    assert got.rows == [["1", "a\nb", "x"], ["2", "b", "y"]]
    assert got.lines == [2, 6]


@pytest.mark.usefixtures("no_second_way")
def test_a_quote_inside_a_cell_is_a_character(reading):
    got = reading('nik,nama,desa\n1,pipa 5",x\n2,b,y\n')
    assert got.rows == [["1", 'pipa 5"', "x"], ["2", "b", "y"]]


def test_a_stray_quote_spoils_its_own_line_only(reading):
    # Lines 3 and 7 open a quote; line 5 is a good record over two lines, between them.
    got = reading('nik,nama,desa\n1,a,x\n2,"b\n3,c,y\n4,"d\nd",z\n7,"e\n8,f,w\n')
    assert got.rows == [["1", "a", "x"], ["3", "c", "y"], ["4", "d\nd", "z"], ["8", "f", "w"]]
    assert got.lines == [2, 4, 5, 8]
    assert got.unreadable == [(3, "unparsable"), (7, "unparsable")]


def test_two_stray_quotes_do_not_make_one_record_of_whole_ones(reading):
    got = reading('nik,nama,desa\n1,"a,x\n2,b,y\n3,c",z\n')
    assert got.rows == [["1", '"a', "x"], ["2", "b", "y"], ["3", 'c"', "z"]]


def test_short_and_long_rows_are_named(reading):
    got = reading("nik;nama;desa\n1;a;x\n2;b\n3;c;y;more\n4;d;z\n")
    assert got.rows == [["1", "a", "x"], ["4", "d", "z"]]
    assert got.lines == [2, 5]
    assert got.unreadable == [(3, "unparsable"), (4, "unparsable")]


def test_a_file_of_short_rows_only(reading):
    got = reading("nik;nama;desa\n1;a\n\n2;b\n")
    assert got.rows == []
    assert got.unreadable == [(2, "unparsable"), (4, "unparsable")]


@pytest.mark.parametrize("quote", ["", '"'])
def test_empty_surplus_fields_are_nothing(reading, quote):
    got = reading(f"nik;nama;desa\n1;{quote}a{quote};x;;\n2;b;y;{quote}{quote}\n3;c;z\n4;d;w;v\n")
    assert got.rows == [["1", "a", "x"], ["2", "b", "y"], ["3", "c", "z"]]
    assert got.unreadable == [(5, "unparsable")]


def test_nameless_columns_stay_if_they_hold_anything(reading):
    assert reading(";nik;nama;desa;\n1;11;a;x;\n2;12;b;y;\n").columns == ["kolom_1", "nik", "nama", "desa"]
    got = reading("nik;nama;desa;\n1;a;x\n2;b;y\n")  # the header ends in a delimiter, the rows do not
    assert got.columns == ["nik", "nama", "desa"]
    assert got.rows == [["1", "a", "x"], ["2", "b", "y"]]


def test_repeated_headers_get_a_suffix(reading):
    got = reading("nik;nama;Nama;desa\n1;a;b;c\n")
    assert got.columns == ["nik", "nama", "Nama_2", "desa"]


def test_trailing_totals_are_set_apart_and_counted(reading):
    body = "JUMLAHAN;Total;A;1;2\n1;a;A;1;2\nJUMLAH;;;;\n2;b;B;3;4\nTotal;b;B;3;4\n"
    tail = "\nJumlah;;;4;\nGrand Total;;\nMengetahui;;;;\n"
    got = reading("nik;nama;desa;x;y\n" + body + tail)
    # A total between ordinary rows, and one that is filled like them, are records like any other.
    assert got.unreadable == [(8, "total_row"), (9, "total_row")]
    assert got.lines == [2, 3, 4, 5, 6, 10]
    assert got.answer["rows_read"] == 8


def test_bytes_that_are_no_text_spoil_their_own_line_only(reading):
    lines = [b"nik,nama,desa", "1,Désiré,Ä".encode(), b"2,b\xff,y", "3,ü,z".encode(), b"4,d\x00,w", b"5,e,v"]
    lines[1:1] = [b"0,a,x"] * 2000  # so far down that the file does not look binary
    got = reading(b"\n".join(lines))
    assert got.answer["encoding"] == "utf-8"
    assert got.rows[-3:] == [["1", "Désiré", "Ä"], ["3", "ü", "z"], ["5", "e", "v"]]
    assert got.unreadable == [(2003, "unparsable"), (2005, "unparsable")]


def test_many_batches_keep_their_lines(reading, monkeypatch):
    monkeypatch.setattr(data.reading_text, "_BLOCK", 4096)
    monkeypatch.setattr("data.reading_writer._ROW_GROUP", 300)
    lines = ["nik,nama,desa"]
    for i in range(2000):
        lines.append({0: f"{i},short", 1: ",,"}.get(i % 100, f"{i},name {i},desa {i}"))
    got = reading("\n".join(lines))
    assert got.lines == [i + 2 for i in range(2000) if i % 100 > 1]
    assert got.rows == [[str(i), f"name {i}", f"desa {i}"] for i in range(2000) if i % 100 > 1]
    assert got.unreadable == [(i + 2, "unparsable") for i in range(0, 2000, 100)]


# Line breaks and delimiters never in one row: one whose lines all read as whole rows is taken for stray quotes.
_WORD = st.text(st.characters(exclude_characters="\r\n,;|\t\0\ufdd0", exclude_categories=["Cs"]), max_size=6)
_BROKEN_LINE = st.lists(_WORD, max_size=3).map("\n".join)
_DELIMITERS = st.text(st.sampled_from('a",;|\t "'), max_size=6)
_ROW = st.one_of(*(st.lists(st.one_of(_WORD, cell), min_size=4, max_size=4) for cell in (_BROKEN_LINE, _DELIMITERS)))


@given(
    rows=st.lists(_ROW, min_size=1, max_size=8),
    delimiter=st.sampled_from(",;|\t"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_csv_writer_wrote_comes_back(reading, rows, delimiter, quoting, end):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerows([["nik", "nama", "desa", "alamat"], *rows])
    expected = [row for row in rows if any(cell.strip() for cell in row)]
    if not expected:
        with pytest.raises(Refused, match="tanpa baris data"):
            reading(file.getvalue())
        return
    got = reading(file.getvalue())
    assert got.rows == expected
    assert got.unreadable == []


@given(
    rows=st.lists(st.lists(st.text("ab ", min_size=1, max_size=3), min_size=3, max_size=3), min_size=2, max_size=8),
    where=st.integers(min_value=0),
    what=st.sampled_from(['"', ",", "\n", ' "', '""', '",']),
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_fault_anywhere_leaves_every_other_record(reading, rows, where, what):
    lines = [",".join(["x" + cell for cell in row]) for row in rows]
    hit, at = where % len(lines), where // len(lines)
    lines[hit] = lines[hit][: at % (len(lines[hit]) + 1)] + what + lines[hit][at % (len(lines[hit]) + 1) :]
    got = reading("nik,nama,desa\n" + "\n".join(lines))
    first, last = hit + 2, hit + 2 + what.count("\n")
    shift = {line: line - 2 - (what.count("\n") if line > last else 0) for line in got.lines}
    others = {shift[line]: row for line, row in zip(got.lines, got.rows, strict=True) if not first <= line <= last}
    assert others == {i: ["x" + cell for cell in row] for i, row in enumerate(rows) if i != hit}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv", b"\n \n\r\n", "empty_file"),
        ("a.csv", b"\xef\xbb\xbf", "empty_file"),
        ("a.csv", b"nik,nama,desa\n", "empty_file"),
        ("a.csv", b"nik,nama,desa\n,,\n\n", "empty_file"),
        ("a.csv", b"1,2,3\n4,5,6\n", "no_header"),
        ("a.csv", b"hanya satu kolom\nisi\nisi lain\n", "no_header"),
        ("a.csv", b"nik,nama\n\0\0\0\1\2", "not_a_table"),
        ("a.csv", b"%PDF-1.7\nnik,nama,desa\n1,2,3", "unsupported_format"),
        ("a.csv", b"PAR1aaaaPAR1", "unsupported_format"),
        ("a.csv", b"12345678DUCK\0\0", "unsupported_format"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unsupported_format"),
        ("a.xls", b"nik\tnama\tdesa\n1\ta\tx\n", "unsupported_format"),
        ("a.duckdb", b"nik,nama,desa\n1,a,x\n", "unsupported_format"),
        ("a.xlsx", b"nik,nama,desa\n1,a,x\n", "unsupported_format"),
        ("a.xlsx", b"PK\x03\x04 cut off", "not_a_table"),
    ],
)
def test_what_is_no_table_is_refused(reading, name, content, code):
    with pytest.raises(Refused) as refused:
        reading(content, name)
    assert refused.value.code == code


def test_limits_on_width_and_line_length(reading):
    header = ",".join(["nik", "nama", "desa", *map(str, range(30))])
    with pytest.raises(Refused) as refused:
        reading(f"{header}\n{header}", max_columns=20)
    assert refused.value.code == "too_large"
    with pytest.raises(Refused) as refused:
        reading("nik,nama,desa\n1,a," + "x" * 3_000_000, max_line_bytes=1_000_000)
    assert refused.value.code == "too_large"


# The child process -------------------------------------------------------------------------------


@pytest.fixture
def staging(tmp_path):
    folder = tmp_path / "staging"
    folder.mkdir()
    return folder


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "keluarga.csv"
    path.write_text("nik;nama;desa\n1;a;x\n2;b\n", encoding="utf-8")
    return path


def test_stage_gives_the_table_and_leaves_one_private_file(staging, table, tmp_path):
    (staging / "other.parquet").touch()
    got = stage(table, staging, KNOWN)
    assert (got.path, got.name, got.columns) == (table, "keluarga.csv", ("nik", "nama", "desa"))
    assert (got.rows_read, got.unreadable, got.header_line) == (2, ((3, "unparsable"),), 1)
    assert (got.encoding, got.delimiter, got.sheet) == ("utf-8", ";", None)
    # sha256sum of the 24 bytes above
    assert got.sha256 == "d7500ec0532744b489b74184e3969a5d82d63b3cc4b3d40124661a39f5845484"
    assert pq.read_table(got.parquet).to_pylist() == [{"_line": 2, "nik": "1", "nama": "a", "desa": "x"}]
    assert sorted(staging.iterdir()) == sorted([staging / "other.parquet", got.parquet])
    if sys.platform != "win32":
        assert stat.S_IMODE(got.parquet.stat().st_mode) == 0o600


def test_a_refusal_in_the_child_names_the_file_and_leaves_nothing(staging, tmp_path):
    path = tmp_path / "kosong.csv"
    path.write_bytes("1,ä\n".encode("utf-16"))
    with pytest.raises(Refused) as refused:
        stage(path, staging, KNOWN)
    assert refused.value.code == "no_header"
    assert refused.value.message.startswith("Berkas kosong.csv tidak memuat baris judul")
    assert list(staging.iterdir()) == []


def test_a_missing_and_a_too_large_file(staging, table, tmp_path):
    with pytest.raises(Refused) as refused:
        stage(tmp_path / "tidak-ada.csv", staging, KNOWN)
    assert refused.value.code == "file_missing"
    with pytest.raises(Refused) as refused:
        stage(table, staging, KNOWN, limits=Limits(max_bytes=10))
    assert refused.value.code == "too_large"


def _pretend_child(monkeypatch, tmp_path: Path, code: str) -> None:
    """Put a program in the child's place; it first leaves files behind, as a real one would."""
    folder = tmp_path / "root" / "data"
    folder.mkdir(parents=True)
    leave = "import json, os, sys, time\nr = json.load(sys.stdin)\nopen(r['parquet'], 'w').write('x')\n"
    leave += "open(r['parquet'][:-7] + 'utf8', 'w').write('x')\n"
    (folder / "reading_child.py").write_text(leave + code, encoding="utf-8")
    monkeypatch.setattr(data.reading, "_ROOT", folder.parent)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("time.sleep(60)", "reading_timeout"),
        ("os.kill(os.getpid(), 9)", "reading_memory"),
        ("sys.stderr.write('memory allocation of 5 bytes failed'); sys.stderr.flush(); os.kill(os.getpid(), 6)",
         "reading_memory"),
        ("os.kill(os.getpid(), 11)", "not_a_table"),
        ("sys.exit(1)", "not_a_table"),
        ("print('3201 rahasia')", "not_a_table"),
        ("raise ValueError('3201 rahasia')", "not_a_table"),
        ("print(json.dumps({'crash': 'ValueError'}))", "not_a_table"),
    ],
)  # fmt: skip
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_the_parent_survives_its_child(staging, table, tmp_path, monkeypatch, caplog, code, expected):
    _pretend_child(monkeypatch, tmp_path, code)
    seconds = 1 if expected == "reading_timeout" else 30
    with pytest.raises(Refused) as refused:
        stage(table, staging, KNOWN, limits=Limits(seconds=seconds))
    assert refused.value.code == expected
    assert "rahasia" not in refused.value.message + caplog.text
    assert list(staging.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS holds on Linux")
def test_the_child_has_a_memory_limit(staging, table):
    with pytest.raises(Refused):
        stage(table, staging, KNOWN, limits=Limits(memory_bytes=100_000_000))
    assert list(staging.iterdir()) == []

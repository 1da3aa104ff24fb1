"""Files that leave: text stays text, formulas stay dead, the provenance is there. Read back by other libraries."""

import csv
import io
import zipfile
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from reports.tables import Sheet, aggregate_export, defused, quarantine_csv, to_csv, to_xlsx

NASTY = ["=1+1", "+SUM(A1)", "-2+3", "@cmd", "\t=1", " =1+1", '=HYPERLINK("http://x")', "a;b", 'c"d', "http://x.id"]


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(content: bytes, sheet: str) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


@pytest.mark.parametrize("text", NASTY[:7])
def test_formulas_are_defused_in_csv(text, source):
    assert defused(text) == "'" + text
    rows = read_csv(to_csv(Sheet("x", text, pd.DataFrame({text: [text]})), source))
    assert rows[0] == ["'" + text]
    assert rows[1] == ["'" + text]
    assert ["Tabel", "'" + text] in rows


@pytest.mark.parametrize("text", ["-5", "+1.234,5", "-0,5", "12", "desa", "", "62.10"])
def test_numbers_and_words_stay_as_they_are(text):
    assert defused(text) == text


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="=+-@ \t1a.,", max_size=6))
def test_no_csv_field_starts_like_a_formula(text):
    safe = defused(text)
    if text[:1] in ("=", "@", "\t") or text.lstrip(" ")[:1] in ("=", "@"):
        assert safe == "'" + text
    elif safe == text and text.lstrip(" ")[:1] in ("+", "-"):
        assert set(text[1:]) <= set("1.,")
        assert text[1].isdigit()
        assert text[-1].isdigit()


def test_csv_values(source):
    frame = pd.DataFrame(
        {
            "code": ["62.10.01.2001", None],
            "n": pd.array([1234, None], dtype="Int64"),
            "rate": [0.125, float("nan")],
            "ok": [True, False],
            "day": [date(2026, 1, 2), None],
        }
    )
    rows = read_csv(to_csv(Sheet("x", "Judul", frame, {"code": "Kode"}, notes=["Catatan kaki"]), source))
    assert rows[0] == ["Kode", "n", "rate", "ok", "day"]
    assert rows[1] == ["62.10.01.2001", "1234", "0,125", "ya", "2026-01-02"]
    assert rows[2] == ["", "", "", "tidak", ""]
    assert rows[3] == []
    about = dict(rows[4:])
    assert about["Tabel"] == "Judul"
    assert about["Wilayah"] == "Contoh (99.01)"
    assert about["Tanggal data"] == "1 Januari 2026"
    assert about["Dibuat"] == "3 Mei 2026 pukul 14.05"
    assert about["Catatan"] == "Catatan kaki"


def test_xlsx_keeps_text_and_numbers(source):
    frame = pd.DataFrame(
        {"nik": ["9901011708870001", "0012"], "n": [1234, 5], "rate": [0.5, None], "day": [date(2026, 1, 2), None]}
    )
    content = to_xlsx([Sheet("Tabel", "Judul", frame, {"nik": "NIK"}, ["rate"], ["Catatan kaki"])], source)
    rows = read_xlsx(content, "Tabel")
    assert rows[0][0] == "Judul"
    assert rows[1][0] == "Contoh (99.01) · Data uji, data per 1 Januari 2026 · satuan keluarga"
    assert rows[3] == ["NIK", "n", "rate", "day"]
    assert rows[4] == ["9901011708870001", 1234, 0.5, date(2026, 1, 2)]
    assert rows[5] == ["0012", 5, "", ""]
    about = dict(read_xlsx(content, "Keterangan"))
    assert about["Sidik data (SHA-256)"] == "d" * 64
    assert about["Sidik parameter (SHA-256)"] == "belum dihitung"
    assert about["Judul"] == "Catatan kaki"


def test_xlsx_holds_no_formula_and_no_link(source):
    content = to_xlsx([Sheet("Tabel", NASTY[0], pd.DataFrame({"=kolom": NASTY}))], source)
    assert [row[0] for row in read_xlsx(content, "Tabel")[4:]] == NASTY
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            assert b"<f>" not in parts.read(name)
            assert b"<hyperlink" not in parts.read(name)


@settings(max_examples=25, deadline=None)
@given(niks=st.lists(st.from_regex(r"[0-9]{16}", fullmatch=True), min_size=1, max_size=4))
def test_a_nik_survives_xlsx_and_csv(niks):
    from datetime import UTC, datetime

    from reports.provenance import Provenance

    source = Provenance("w", "d", "keluarga", "s", None, "h", None, datetime(2026, 1, 1, tzinfo=UTC), "0")
    there = to_xlsx([Sheet("T", "t", pd.DataFrame({"nik": niks}))], source)
    read = [row[0] for row in read_xlsx(there, "T")[4:]]
    back = read_csv(to_csv(Sheet("T", "t", pd.DataFrame({"nik": read})), source))
    assert [row[0] for row in back[1 : 1 + len(niks)]] == niks


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_aggregate_leaves_protected(kind, source):
    frame = pd.DataFrame({"desa": ["A", "B"], "families": [12, 3], "group": [80, 81]})
    content = aggregate_export(
        frame,
        source,
        name="Cakupan",
        title="Cakupan",
        headers={"desa": "Desa", "families": "Keluarga", "group": "Semua", "rate": "Tingkat"},
        kind=kind,
        keys=["desa"],
        counts={"families": [], "group": []},
        rates={"rate": ("families", "group")},
        totals=["desa"],
        threshold=5,
        base=5,
    )
    if kind == "csv":
        rows = read_csv(content)
        assert rows[:4] == [
            ["Desa", "Keluarga", "Semua", "Tingkat", "Catatan"],
            ["A", "10", "80", "0,125", ""],
            ["B", "", "80", "", "disembunyikan"],
            ["Jumlah", "10", "160", "0,062", "belum termasuk sel yang disembunyikan pada 1 baris"],
        ]
        notes = [row[1] for row in rows[4:] if row and row[0] == "Catatan"]
    else:
        rows = read_xlsx(content, "Cakupan")
        assert rows[5] == ["B", "", 80, "", "disembunyikan"]
        notes = [row[1] for row in read_xlsx(content, "Keterangan") if row[0] == "Cakupan"]
    assert "1 sampai 4 keluarga" in notes[0]
    assert notes[1].endswith(": 1.")


def test_the_quarantine_leaves_without_a_value(store):
    rows = read_csv(quarantine_csv(store, "s1", {"no_family": "keluarganya tidak ada"}.get))
    assert rows[:2] == [
        ["Berkas", "Jenis", "Baris", "Alasan"],
        ["anggota.csv", "anggota", "7", "keluarganya tidak ada"],
    ]
    assert "Siti" not in str(rows)
    assert "rumah" not in str(rows)

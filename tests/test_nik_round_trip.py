"""A NIK is text from the first byte read to the last byte written: CSV → DuckDB → XLSX → CSV."""

import csv
import io
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from data.ingest import import_files
from data.store import Store
from reports.provenance import Provenance
from reports.tables import Sheet, to_csv, to_xlsx

HEADER = "nomor_induk_kependudukan,nomor_kartu_keluarga,status_hubungan_keluarga"
SOURCE = Provenance("w", "d", "keluarga", "s", None, "h", None, datetime(2026, 1, 1, tzinfo=UTC), "0")
# Leading zeros, above 2^53, ending in zeros: whatever sixteen digits a file holds.
NIKS = st.lists(st.from_regex(r"\A[0-9]{15}[1-9]\Z"), min_size=1, max_size=40, unique=True)


@settings(max_examples=5, deadline=None)
@given(NIKS)
def test_a_nik_survives_csv_duckdb_xlsx_csv(niks):
    with tempfile.TemporaryDirectory() as name, Store(Path(name) / "db" / "tepat.duckdb") as store:
        families = Path(name) / "keluarga.csv"
        families.write_text(
            "nomor_kartu_keluarga,kode_kelurahan_desa,kelurahan_desa,desil_nasional\n"
            "9901010101010001,19.71.01.1004,Semabung Lama,1\n"
        )
        persons = Path(name) / "anggota.csv"
        persons.write_text("\n".join([HEADER, *(f"{nik},9901010101010001,3" for nik in niks)]) + "\n")
        import_files(store, [families, persons])
        stored = store.rows("SELECT nik FROM person_identity ORDER BY person_no")
    book = to_xlsx([Sheet("T", "t", pd.DataFrame({"nik": [row["nik"] for row in stored]}))], SOURCE)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("T").to_python(skip_empty_area=False)
    text = to_csv(Sheet("T", "t", pd.DataFrame({"nik": [row[0] for row in sheet[4:]]})), SOURCE)
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [row[0] for row in rows[1 : 1 + len(niks)]] == niks

"""The region's list of sub-activities with their SIPD codes: read from an office's table (XLSX, CSV), kept by code.

A line that cannot be used is reported with its number and the reason; a code that is already known gets the new words.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import Refused
from data.headers import header_key
from data.load_facilities import LONG_NUMBER
from data.plan_entries import LONGEST, clean_code
from data.reading import stage
from data.store import Store

# Column -> header keys an office may give it, the template's own first.
HEADERS: dict[str, tuple[str, ...]] = {
    "code": ("kode", "kode_sub_kegiatan", "kode_sipd", "kode_subkegiatan", "kode_rekening"),
    "programme": ("program", "nama_program", "nomenklatur_program"),
    "activity": ("kegiatan", "nama_kegiatan", "nomenklatur_kegiatan"),
    "title": ("sub_kegiatan", "subkegiatan", "nama_sub_kegiatan", "nama_subkegiatan", "nomenklatur_sub_kegiatan"),
}  # fmt: skip
_SCHEMA = pa.schema([(column, pa.string()) for column in HEADERS])


@dataclass(frozen=True)
class SipdReport:
    """rows_read = accepted + len(rejected). rejected: (line of the file, why, in Indonesian)."""

    rows_read: int
    accepted: int
    rejected: tuple[tuple[int, str], ...]


def import_sub_activities(store: Store, path: Path, name: str | None = None) -> SipdReport:
    """Add a list of sub-activities to the store. name: shown and kept as the source instead of the path's own.

    Raises Refused `sipd_columns`, and what `data.reading.stage` raises.
    """
    shown = name or path.name
    known = {key: column for column, keys in HEADERS.items() for key in keys}
    staged = stage(path, store.staging, frozenset(known))
    try:
        table = pq.ParquetFile(staged.parquet).read().to_pandas()
    finally:
        staged.parquet.unlink(missing_ok=True)
    columns: dict[str, str] = {}
    for header in staged.columns:
        if header_key(header) in known:
            columns.setdefault(known[header_key(header)], header)
    if not {"code", "title"} <= set(columns):
        raise Refused(
            "sipd_columns",
            f"Berkas {shown} tidak memuat kolom Kode dan Sub Kegiatan; beri judul kolom itu, lalu coba lagi.",
        )
    entries: dict[str, dict[str, Any]] = {}
    rejected = [(line, "baris tidak terbaca") for line, _ in staged.unreadable]
    for row in table[["_line", *columns.values()]].set_axis(["_line", *columns], axis="columns").to_dict("records"):
        entry, why = _entry({str(key): str(value) for key, value in row.items()})
        if entry is not None and entry["code"] in entries:
            why = "kode berulang dalam berkas"
        if why or entry is None:
            rejected.append((int(row["_line"]), why or ""))
        else:
            entries[entry["code"]] = entry
    _keep(store, list(entries.values()), shown)
    return SipdReport(staged.rows_read, len(entries), tuple(sorted(rejected)))


def _entry(row: dict[str, str]) -> tuple[dict[str, Any] | None, str | None]:
    """The line as it is kept, or why it cannot be."""
    texts = {column: " ".join(row.get(column, "").split()) for column in HEADERS}
    if not texts["code"]:
        return None, "kode kosong"
    try:
        code = clean_code(texts["code"])
    except Refused:
        return None, "kode bukan kode SIPD (angka dan titik)"
    if not texts["title"]:
        return None, "nama sub-kegiatan kosong"
    if any(len(text) > LONGEST for text in texts.values()):
        return None, f"isian lebih dari {LONGEST} karakter"
    if any(LONG_NUMBER.search(texts[column]) for column in ("programme", "activity", "title")):
        return None, "memuat nomor yang mirip NIK atau nomor KK"
    return {column: text or None for column, text in texts.items()} | {"code": code}, None


def _keep(store: Store, entries: list[dict[str, Any]], source: str) -> None:
    if not entries:
        return
    with store.transaction() as cursor:
        cursor.register("entries", pa.Table.from_pylist(entries, schema=_SCHEMA))
        cursor.execute("INSERT OR REPLACE INTO sub_activity BY NAME SELECT *, $source AS source FROM entries",
                       {"source": source})  # fmt: skip
        cursor.unregister("entries")


def sub_activities(store: Store) -> list[dict[str, Any]]:
    """code, programme, activity, title, source of every known sub-activity, by code; null = not in the list."""
    return store.rows("SELECT code, programme, activity, title, source FROM sub_activity ORDER BY code")

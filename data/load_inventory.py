"""The programme inventory: read from a filled template (XLSX, CSV), checked line by line, kept as a whole.

A line that cannot be used is reported with its number and the reason; the other lines are kept.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.codes import clean_region_code
from data.errors import Refused
from data.headers import header_key
from data.reading import stage
from data.reference import programme_aliases, programmes
from data.regions import ensure_regions
from data.store import Store

# Column -> the template's header, in the template's order; other spellings an office may use.
HEADERS: dict[str, str] = {
    "entry_no": "Nomor", "title": "Nama program", "programme": "Kode program", "year": "Tahun",
    "provider": "Penyelenggara", "fund": "Sumber dana", "office": "Perangkat daerah", "quota": "Kuota",
    "unit": "Satuan kuota", "budget": "Anggaran (rupiah)", "region_code": "Kode wilayah",
    "relation": "Hubungan dengan program pusat", "central_programme": "Kode program pusat",
}  # fmt: skip
OTHER_HEADERS: dict[str, tuple[str, ...]] = {
    "entry_no": ("no", "no_urut"), "title": ("program", "kegiatan", "nama_kegiatan"), "programme": ("kode",),
    "provider": ("pelaksana", "penyedia"), "fund": ("dana", "sumber_pendanaan"), "office": ("opd", "dinas"),
    "quota": ("sasaran", "target", "jumlah_sasaran"), "unit": ("satuan",), "budget": ("anggaran", "pagu"),
    "region_code": ("wilayah", "lokasi", "kode_lokasi"), "relation": ("hubungan",),
    "central_programme": ("program_pusat",),
}  # fmt: skip
# What a column of few words may hold: key -> the template's word, then other spellings.
PROVIDERS: dict[str, tuple[str, ...]] = {
    "centre": ("Pusat", "nasional", "kementerian"), "province": ("Provinsi",),
    "regency": ("Kabupaten/kota", "kabupaten", "kota", "daerah"), "village": ("Desa", "desa/kelurahan", "kelurahan"),
    "csr": ("CSR", "swasta", "dunia usaha"),
}  # fmt: skip
UNITS: dict[str, tuple[str, ...]] = {
    "families": ("Keluarga", "kk", "kpm", "rumah tangga"), "persons": ("Jiwa", "orang", "peserta"),
    "units": ("Unit", "paket", "rumah"),
}  # fmt: skip
RELATIONS: dict[str, tuple[str, ...]] = {
    "extends": ("Perluasan", "memperluas"), "complements": ("Pelengkap", "melengkapi", "komplementer"),
    "own": ("Mandiri", "berdiri sendiri"),
}  # fmt: skip
WORDS = {"provider": PROVIDERS, "unit": UNITS, "relation": RELATIONS}
COLUMNS = tuple(HEADERS)
LONGEST = 200
HIGHEST = 999_999_999  # number of an entry
YEARS = (2000, 2100)
_WHOLE = ("entry_no", "year", "quota", "budget")
_STATE = "SELECT concat_ws(' ', count(*), max(entered_at)) AS state FROM programme_inventory"
_SCHEMA = pa.schema([(column, pa.int64() if column in _WHOLE else pa.string()) for column in COLUMNS])


@dataclass(frozen=True)
class InventoryReport:
    """rows_read = accepted + len(rejected). rejected: (line of the file, why, in Indonesian)."""

    rows_read: int
    accepted: int
    rejected: tuple[tuple[int, str], ...]


class _Fault(Exception):
    """Why a line cannot be used; the message is Indonesian and holds no more than the line's own word."""


def import_inventory(store: Store, path: Path, name: str | None = None) -> InventoryReport:
    """Add a filled template to the inventory; a line with a number replaces the entry of that number.

    Raises Refused `inventory_columns`, and what `data.reading.stage` raises.
    """
    shown = name or path.name
    staged = stage(path, store.staging, frozenset(_known_headers()))
    try:
        table = pq.ParquetFile(staged.parquet).read().to_pandas()
    finally:
        staged.parquet.unlink(missing_ok=True)
    columns: dict[str, str] = {}
    for column in staged.columns:
        key = _known_headers().get(header_key(column))
        if key:
            columns.setdefault(key, column)
    missing = [HEADERS[key] for key in ("title", "provider") if key not in columns]
    if missing:
        raise Refused(
            "inventory_columns",
            f"Berkas {shown} tidak memuat kolom {' dan '.join(missing)}; unduh templatnya, isi, lalu coba lagi.",
        )
    # Only these: a column that is not read may bear the name another one gets.
    texts = table[["_line", *columns.values()]].set_axis(["_line", *columns], axis="columns")
    entries, rejected = _read(store, texts, ["_line", *columns], "_line")
    rejected += [(line, "baris tidak terbaca") for line, _ in staged.unreadable]
    _keep(store, entries, shown, replace_all=False)
    return InventoryReport(staged.rows_read, len(entries), tuple(sorted(rejected)))


def inventory_state(store: Store) -> str:
    """What every change of the inventory changes: when it was last written, and how long it is."""
    (row,) = store.rows(_STATE)
    return str(row["state"])


def save_inventory(store: Store, edited: pd.DataFrame, seen: str | None = None) -> InventoryReport:
    """Keep an edited inventory (columns of COLUMNS, template words or keys) in place of the whole; all lines or none.

    seen: `inventory_state` when the table was read that was edited; null: whatever it is now. Raises Refused
    `inventory_changed` where somebody changed it since, `inventory_row` for the first line that cannot be used.
    """
    texts = edited.reindex(columns=list(COLUMNS)).map(lambda value: "" if pd.isna(value) else str(value))
    texts["_line"] = range(1, len(texts) + 1)
    entries, rejected = _read(store, texts, ["_line", *COLUMNS], "_line")
    if rejected:
        line, why = rejected[0]
        raise Refused("inventory_row", f"Baris {line} tidak dapat disimpan: {why}; perbaiki lalu simpan lagi.")
    _keep(store, entries, "isian di Tepat", replace_all=True, seen=seen)
    return InventoryReport(len(texts), len(entries), ())


def _known_headers() -> dict[str, str]:
    """Header key -> column."""
    found = {header_key(header): key for key, header in HEADERS.items()}
    return found | {other: key for key, others in OTHER_HEADERS.items() for other in others if other not in found}


def _read(
    store: Store, texts: pd.DataFrame, columns: list[str], line: str
) -> tuple[list[dict[str, Any]], list[tuple[int, str]]]:
    """Entries that can be used, and the lines that cannot."""
    ensure_regions(store)
    regions = {row["code"] for row in store.rows("SELECT code FROM region")}
    only = _only_regency(store)
    entries: list[dict[str, Any]] = []
    rejected: list[tuple[int, str]] = []
    numbers: set[int] = set()
    for row in texts[columns].to_dict("records"):
        try:
            entry = _entry({str(key): str(value).strip() for key, value in row.items()}, regions, only)
            if entry["entry_no"] in numbers:
                raise _Fault("nomor berulang dalam berkas")
        except _Fault as fault:
            rejected.append((int(row[line]), str(fault)))
            continue
        entries.append(entry)
        numbers |= {entry["entry_no"]} - {None}
    return entries, rejected


def _only_regency(store: Store) -> str | None:
    """The code of the one regency with families, for entries that name no place."""
    rows = store.rows("SELECT DISTINCT left(village_code, 5) AS code FROM family")
    return str(rows[0]["code"]) if len(rows) == 1 else None


def _entry(row: dict[str, str], regions: set[str], only: str | None) -> dict[str, Any]:
    title = row.get("title", "")
    if not title:
        raise _Fault("nama program kosong")
    for column in ("title", "programme", "fund", "office"):
        if len(row.get(column, "")) > LONGEST:
            raise _Fault(f"{HEADERS[column].lower()} lebih dari {LONGEST} karakter")
    region = only
    if row.get("region_code"):
        region = clean_region_code(row["region_code"])
        if region not in regions:
            raise _Fault("kode wilayah tidak ada dalam daftar")
    if region is None:
        raise _Fault("kode wilayah kosong, sedangkan data memuat lebih dari satu kabupaten/kota")
    words = {column: _word(row.get(column, ""), column) for column in WORDS}
    if words["provider"] is None:
        raise _Fault("penyelenggara kosong")
    quota = _number(row.get("quota", ""), "kuota")
    year = _number(row.get("year", ""), "tahun")
    if year is not None and not YEARS[0] <= year <= YEARS[1]:
        raise _Fault("tahun di luar 2000 sampai 2100")
    if quota is not None and words["unit"] is None:
        raise _Fault("kuota tanpa satuan (Keluarga, Jiwa, atau Unit)")
    entry_no = _number(row.get("entry_no", ""), "nomor")
    if entry_no is not None and entry_no > HIGHEST:
        raise _Fault("nomor terlalu besar; kosongkan agar diberi nomor")
    central = row.get("central_programme", "")
    if central and _code(central) not in programmes():
        raise _Fault("kode program pusat tidak dikenal")
    return {
        "entry_no": entry_no,
        "programme": _code(row.get("programme", "") or title),
        "title": title,
        "year": year,
        "fund": row.get("fund") or None,
        "office": row.get("office") or None,
        "quota": quota,
        "budget": _number(row.get("budget", ""), "anggaran"),
        "region_code": region,
        "central_programme": _code(central) if central else None,
        **words,
    }


def _code(text: str) -> str:
    """The catalogue's code of a programme in any of its spellings, else the text itself."""
    return programme_aliases().get(text.upper(), text)


def _word(text: str, column: str) -> str | None:
    if not text:
        return None
    for key, spellings in WORDS[column].items():
        if text.casefold() in {key, *(word.casefold() for word in spellings)}:
            return key
    allowed = ", ".join(spellings[0] for spellings in WORDS[column].values())
    raise _Fault(f"{HEADERS[column].lower()} tidak dikenal; pilih {allowed}")


def _number(text: str, what: str) -> int | None:
    """A whole number of at least 0, thousands set apart or not, `Rp` before it or not; None for an empty cell."""
    bare = re.sub(r"^(rp\.?)? *", "", text.casefold())
    if not bare:
        return None
    for thousands, decimal in ((r"\.", ","), (",", r"\.")):
        if re.fullmatch(rf"\d{{1,3}}({thousands}\d{{3}})+({decimal}0+)?", bare):
            bare = re.sub(thousands, "", bare)
    bare = re.sub(r"[.,]0+$", "", bare)
    if not re.fullmatch(r"\d{1,15}", bare):
        raise _Fault(f"{what} bukan bilangan bulat")
    return int(bare)


def _keep(store: Store, entries: list[dict[str, Any]], source: str, replace_all: bool, seen: str | None = None) -> None:
    """Entries with a number keep it; the others get the next ones. Refused `inventory_changed`."""
    if not entries and not replace_all:
        return
    now = datetime.now(UTC).replace(tzinfo=None)
    with store.transaction() as cursor:
        if seen is not None and cursor.execute(_STATE).fetchall() != [(seen,)]:
            raise Refused(
                "inventory_changed",
                "Inventaris diubah orang lain sejak tabel ini dibuka, jadi isian Anda belum disimpan; periksa isi "
                "terbarunya, lalu isi dan simpan lagi.",
            )
        if replace_all:
            cursor.execute("DELETE FROM programme_inventory")
        row = cursor.execute("SELECT coalesce(max(entry_no), 0) FROM programme_inventory").fetchone()
        last = max([row[0] if row else 0, *(entry["entry_no"] or 0 for entry in entries)])
        for entry in entries:
            if entry["entry_no"] is None:
                last += 1
                entry["entry_no"] = last
        cursor.register("entries", pa.Table.from_pylist(entries, schema=_SCHEMA))
        cursor.execute("DELETE FROM programme_inventory WHERE entry_no IN (SELECT entry_no FROM entries)")
        cursor.execute(
            "INSERT INTO programme_inventory BY NAME SELECT *, $source AS source, $now AS entered_at FROM entries",
            {"source": source, "now": now},
        )
        cursor.unregister("entries")

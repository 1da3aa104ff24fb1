"""What villages asked for: read from an office's table (XLSX, CSV), and what people decided of it.

Nothing is overwritten: a decision is a new row of the same number, the newest counts. The same proposal (village, year,
title) loaded again keeps its number and its decision and takes the new volume and budget.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from data.errors import Refused
from data.headers import header_key
from data.load_facilities import LONG_NUMBER, PLACE, called, place_columns, villages_of
from data.plan_entries import LONGEST, as_kept, check_year, number_of
from data.reading import stage
from data.regions import ensure_regions
from data.store import Store

# Column -> header keys an office may give it, the template's own first.
HEADERS: dict[str, tuple[str, ...]] = {
    "title": ("usulan", "usulan_kegiatan", "kegiatan", "nama_kegiatan", "usulan_desa", "uraian"),
    "volume": ("volume", "vol", "jumlah"),
    "unit": ("satuan",),
    "budget": ("anggaran", "anggaran_rupiah", "pagu", "biaya", "perkiraan_biaya"),
    "year": ("tahun",),
}  # fmt: skip
COLUMNS = ("entry_no", "village_code", "year", "title", "volume", "unit", "budget", "accommodated", "reason", "source")
_NEWEST = """
    SELECT p.entry_no, p.village_code, r.name AS village, d.name AS district, p.year, p.title, p.volume, p.unit,
        p.budget, p.accommodated, p.reason, p.source
    FROM (
        SELECT *, row_number() OVER (PARTITION BY entry_no ORDER BY entered_at DESC, rowid DESC) AS place
        FROM village_proposal WHERE entered_at <= $moment
    ) AS p
    LEFT JOIN region AS r ON r.code = p.village_code
    LEFT JOIN region AS d ON d.code = left(p.village_code, 8)
    WHERE p.place = 1 AND p.year = $year
        AND ($region = '' OR p.village_code = $region OR starts_with(p.village_code, $region || '.'))
    ORDER BY p.village_code, p.entry_no
"""


@dataclass(frozen=True)
class ProposalReport:
    """rows_read = accepted + len(rejected). rejected: (line of the file, why, in Indonesian)."""

    rows_read: int
    accepted: int
    rejected: tuple[tuple[int, str], ...]


def village_proposals(store: Store, region: str, year: int, moment: datetime | None = None) -> list[dict[str, Any]]:
    """Proposals of the villages of a region for a year, as they stood at a moment (now), by village and number.

    entry_no, village_code, village, district (names; null outside the code list), year, title, volume, unit, budget
    (rupiah; null = not said), accommodated (null = not decided), reason, source.
    """
    return store.rows(_NEWEST, {"region": region, "year": year, "moment": as_kept(moment)})


def import_village_proposals(store: Store, path: Path, year: int, name: str | None = None) -> ProposalReport:
    """Add a table of proposals; `year`: of the lines that do not say theirs.

    Raises Refused `plan_year`, `proposal_columns`, `facility_columns`, `code_system`, `regency_unknown`, and what
    `data.reading.stage` raises.
    """
    check_year(year)
    ensure_regions(store)
    shown = name or path.name
    known = {key: column for column, keys in HEADERS.items() for key in keys}
    staged = stage(path, store.staging, frozenset(known) | frozenset().union(*PLACE.values()))
    try:
        table = pq.ParquetFile(staged.parquet).read().to_pandas()
    finally:
        staged.parquet.unlink(missing_ok=True)
    columns: dict[str, str] = {}
    for header in staged.columns:
        if header_key(header) in known:
            columns.setdefault(known[header_key(header)], header)
    if "title" not in columns:
        raise Refused("proposal_columns", f"Berkas {shown} tidak memuat kolom Usulan; beri judul kolom itu, lalu coba "
                      "lagi.")  # fmt: skip
    place = place_columns(staged, shown)
    codes = villages_of(store, table, place, shown)
    entries: dict[tuple[str, int, str], dict[str, Any]] = {}
    rejected = [(line, "baris tidak terbaca") for line, _ in staged.unreadable]
    for row, code in zip(table.to_dict("records"), codes, strict=True):
        texts = {column: str(row[header]).strip() for column, header in columns.items()}
        entry, why = _entry(texts, code, called(row, place), year)
        key = (entry["village_code"], entry["year"], entry["title"].casefold()) if entry else ("", 0, "")
        if entry is not None and key in entries:
            why = "usulan yang sama ada di baris sebelumnya"
        if why or entry is None:
            rejected.append((int(row["_line"]), why or ""))
        else:
            entries[key] = entry
    _keep(store, entries, shown)
    return ProposalReport(staged.rows_read, len(entries), tuple(sorted(rejected)))


def _entry(texts: dict[str, str], code: Any, named: str, year: int) -> tuple[dict[str, Any] | None, str | None]:
    """The line as it is kept, or why it cannot be."""
    if not isinstance(code, str):
        return None, f"desa tidak ada dalam daftar: {named[:60]}"
    title = " ".join(texts["title"].split())
    unit = " ".join(texts.get("unit", "").split())
    if not title:
        return None, "usulan kosong"
    if max(len(title), len(unit)) > LONGEST:
        return None, f"isian lebih dari {LONGEST} karakter"
    if LONG_NUMBER.search(title) or LONG_NUMBER.search(unit):
        return None, "memuat nomor yang mirip NIK atau nomor KK"
    try:
        said = {name: number_of(texts.get(name, ""), name) for name in ("budget", "year")}
        volume = _volume(texts.get("volume", ""))
        check_year(said["year"] or year)
    except Refused:
        return None, "volume, anggaran, atau tahun bukan bilangan bulat yang wajar"
    return {"village_code": code, "year": said["year"] or year, "title": title, "volume": volume,
            "unit": unit or None, "budget": said["budget"]}, None  # fmt: skip


def _volume(text: str) -> float | None:
    """An amount that may have decimals (`12,5`). Refused `plan_cell`."""
    return float(text.replace(",", ".")) if re.fullmatch(r"\d{1,9}[.,]\d{1,2}", text) else number_of(text, "Volume")


def decide_proposals(
    store: Store, region: str, year: int, decisions: Mapping[int, tuple[bool | None, str]],
    moment: datetime | None = None,
) -> int:  # fmt: skip
    """Keeps decisions by number: (taken up, not taken up or undecided; the reason). Gives how many changed.

    Raises Refused `proposal_unknown`, `proposal_reason` (not taken up without a reason), `plan_personal`.
    """
    held = {row["entry_no"]: row for row in village_proposals(store, region, year, moment)}
    changed = []
    for number, (accommodated, words) in decisions.items():
        if number not in held:
            raise Refused("proposal_unknown", "Usulan ini tidak ada lagi; muat ulang halaman lalu putuskan lagi.")
        row, reason = held[number], " ".join(words.split())[:LONGEST]
        if accommodated is False and not reason:
            raise Refused(
                "proposal_reason",
                f"Usulan “{row['title'][:60]}” tidak diakomodasi tanpa alasan; tulis alasannya lalu simpan lagi.",
            )
        if LONG_NUMBER.search(reason):
            raise Refused("plan_personal", "Alasan memuat nomor yang mirip NIK atau nomor KK; hapus nomornya.")
        if (accommodated, reason or None) != (row["accommodated"], row["reason"]):
            changed.append(row | {"accommodated": accommodated, "reason": reason or None})
    _insert(store, changed, moment)
    return len(changed)


def _keep(store: Store, entries: Mapping[tuple[str, int, str], dict[str, Any]], source: str) -> None:
    held: dict[tuple[str, int, str], dict[str, Any]] = {}
    for year in {key[1] for key in entries}:
        held |= {
            (row["village_code"], year, row["title"].casefold()): row for row in village_proposals(store, "", year)
        }
    top = store.one("SELECT coalesce(max(entry_no), 0) AS last FROM village_proposal")
    last = top["last"] if top else 0
    rows = []
    for key, entry in entries.items():
        before = held.get(key)
        last += before is None
        rows.append(
            entry | {"source": source, "entry_no": before["entry_no"] if before else last,
                     "accommodated": before["accommodated"] if before else None,
                     "reason": before["reason"] if before else None}
        )  # fmt: skip
    _insert(store, rows, None)


def _insert(store: Store, rows: list[dict[str, Any]], moment: datetime | None) -> None:
    if not rows:
        return
    frame = pd.DataFrame(rows)[list(COLUMNS)].astype(
        {"volume": "Float64", "budget": "Float64", "accommodated": "boolean", "entry_no": "int64", "year": "int32"}
    )
    with store.transaction() as cursor:
        cursor.register("proposals", frame)
        cursor.execute(
            "INSERT INTO village_proposal BY NAME SELECT *, CAST($moment AS TIMESTAMP) AS entered_at FROM proposals",
            {"moment": as_kept(moment)},
        )
        cursor.unregister("proposals")

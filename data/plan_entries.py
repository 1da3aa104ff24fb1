"""What people write into a region's annual plan: cells over what the gaps propose, rows of their own, realisation.

Nothing is overwritten: every entry stays with its time, of two about the same thing the newest counts, and a reader
asks for those that had been made at a moment. An empty text takes back what was said before.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from data.errors import Refused
from data.load_facilities import LONG_NUMBER
from data.store import Store

# Column of the plan -> its header, in the order a secretariat reads them.
FIELDS: dict[str, str] = {
    "problem": "Masalah", "programme": "Program", "activity": "Kegiatan", "sub_activity": "Sub-kegiatan",
    "sub_code": "Kode SIPD", "indicator": "Indikator", "target": "Target", "target_unit": "Satuan target",
    "location": "Lokasi", "beneficiaries": "Penerima manfaat", "budget": "Anggaran (rupiah)", "fund": "Sumber dana",
    "office": "Perangkat daerah",
}  # fmt: skip
NUMBERS = ("target", "budget")
REMOVED = "removed"  # the field that takes a row out of the plan
YES = "ya"
HAND = "hand-"  # before the key of a row a person added
LONGEST = 400  # characters of a cell
MOST = 200  # rows a plan may have
QUARTERS = (1, 2, 3, 4)
YEARS = (2000, 2100)
_KEY = re.compile(r"[A-Z][A-Z0-9-]{0,39}|hand-[0-9]{1,6}")
_CODE = re.compile(r"[0-9X]{1,2}(\.[0-9X]{1,6}){2,7}")


@dataclass(frozen=True)
class Edit:
    """value: the newest word on a cell, never empty. proposed: what stood beneath it then; null = nothing known."""

    value: str
    proposed: str | None


@dataclass(frozen=True)
class Reported:
    """money: rupiah; recipients: of that quarter alone; null = not reported."""

    money: float | None
    recipients: int | None


def number_of(text: str, what: str) -> int | None:
    """A whole number of at least 0 as people write it (`Rp1.250.000`); None for an empty text. Refused `plan_cell`."""
    bare = re.sub(r"^(rp\.?)? *", "", text.strip().casefold())
    if not bare:
        return None
    bare = re.sub(r"[.,]0{1,2}$", "", bare)
    for thousands in (r"\.", ","):
        if re.fullmatch(rf"\d{{1,3}}({thousands}\d{{3}})+", bare):
            bare = re.sub(thousands, "", bare)
    if not re.fullmatch(r"\d{1,15}", bare):
        raise Refused("plan_cell", f"{what} harus bilangan bulat, misalnya 1.250; perbaiki lalu simpan lagi.")
    return int(bare)


def clean_code(text: str) -> str:
    """A code of SIPD as `1.06.05.2.02.0005`; "" for an empty text. Refused `plan_cell`."""
    code = re.sub(r"\s", "", text).upper()
    if code and not _CODE.fullmatch(code):
        raise Refused("plan_cell", "Kode SIPD terdiri dari angka dan titik, misalnya 1.06.05.2.02.0005; perbaiki lalu "
                      "simpan lagi.")  # fmt: skip
    return code


def clean_cell(field: str, value: Any) -> str:
    """A cell as it is kept: numbers as digits, texts with single blanks. Refused `plan_cell`, `plan_personal`."""
    text = " ".join(("" if value is None else str(value)).split())
    if field in NUMBERS:
        count = number_of(text, FIELDS[field])
        return "" if count is None else str(count)
    if field == "sub_code":
        return clean_code(text)
    if len(text) > LONGEST:
        raise Refused("plan_cell", f"{FIELDS[field]} lebih dari {LONGEST} karakter; persingkat lalu simpan lagi.")
    if LONG_NUMBER.search(text):
        raise Refused("plan_personal", f"{FIELDS[field]} memuat nomor yang mirip NIK atau nomor KK; hapus nomornya.")
    return text


def check_year(year: int) -> None:
    """Raises Refused `plan_year`."""
    if not YEARS[0] <= year <= YEARS[1]:
        raise Refused("plan_year", f"Tahun rencana harus antara {YEARS[0]} dan {YEARS[1]}; pilih tahun lain.")


# Cells --------------------------------------------------------------------------------------------


def edits(store: Store, region: str, year: int, moment: datetime | None = None) -> dict[str, dict[str, Edit]]:
    """Row -> field -> the edit that counts at a moment (now); rows in the order they were first touched."""
    found: dict[str, dict[str, Edit]] = {}
    for row in store.rows(
        "SELECT row_key, field, value, proposed FROM plan_edit WHERE region_code = $region AND year = $year "
        "AND entered_at <= $moment ORDER BY entered_at, rowid",
        {"region": region, "year": year, "moment": as_kept(moment)},
    ):
        cells = found.setdefault(row["row_key"], {})
        cells.pop(row["field"], None)
        if row["value"]:
            cells[row["field"]] = Edit(row["value"], row["proposed"])
    return found


def save_edits(
    store: Store, region: str, year: int, cells: Sequence[tuple[str, str, Any, str | None]],
    added: Sequence[Mapping[str, Any]] = (), moment: datetime | None = None,
) -> int:  # fmt: skip
    """Keeps cells (row key, field, value, what was proposed there) and rows of people's own (field -> value).

    All or none; gives how many cells. Raises Refused `plan_year`, `plan_row`, `plan_row_empty`, `plan_full`,
    `plan_cell`, `plan_personal`.
    """
    check_year(year)
    given = [*cells]
    number = _last_hand(store, region, year)
    for row in added:
        number += 1
        if not clean_cell("programme", row.get("programme")):
            raise Refused("plan_row_empty", "Baris baru memerlukan nama program; isi kolom Program lalu simpan lagi.")
        filled = {field: row[field] for field in FIELDS if clean_cell(field, row.get(field))}
        given += [(f"{HAND}{number}", field, value, None) for field, value in filled.items()]
    if number > MOST:
        raise Refused("plan_full", f"Rencana memuat paling banyak {MOST} baris tambahan; ubah baris yang sudah ada.")
    kept = [
        [region, year, _row_key(key, field), field, _kept(field, value), proposed, as_kept(moment)]
        for key, field, value, proposed in given
    ]
    if kept:
        with store.transaction() as cursor:
            cursor.executemany("INSERT INTO plan_edit VALUES (?, ?, ?, ?, ?, ?, ?)", kept)
    return len(kept)


def _kept(field: str, value: Any) -> str:
    return (YES if value else "") if field == REMOVED else clean_cell(field, value)


def _row_key(key: str, field: str = REMOVED) -> str:
    if not _KEY.fullmatch(key) or field not in (*FIELDS, REMOVED):
        raise Refused("plan_row", "Baris rencana ini tidak dikenal; muat ulang halaman lalu ulangi.")
    return key


def _last_hand(store: Store, region: str, year: int) -> int:
    """The number of the last row of people's own, removed ones among them; 0 without any."""
    keys = [key for key in edits(store, region, year) if key.startswith(HAND)]
    return max((int(key.removeprefix(HAND)) for key in keys), default=0)


# Realisation --------------------------------------------------------------------------------------


def realisation(store: Store, region: str, year: int, moment: datetime | None = None) -> dict[str, dict[int, Reported]]:
    """Row -> quarter -> what is reported at a moment (now); a quarter without a report is absent."""
    found: dict[str, dict[int, Reported]] = {}
    for row in store.rows(
        "SELECT row_key, quarter, money, recipients FROM plan_realisation WHERE region_code = $region "
        "AND year = $year AND entered_at <= $moment ORDER BY entered_at, rowid",
        {"region": region, "year": year, "moment": as_kept(moment)},
    ):
        quarters = found.setdefault(row["row_key"], {})
        quarters.pop(row["quarter"], None)
        if row["money"] is not None or row["recipients"] is not None:
            quarters[row["quarter"]] = Reported(row["money"], row["recipients"])
    return {key: quarters for key, quarters in found.items() if quarters}


def save_realisation(
    store: Store, region: str, year: int, quarter: int, reports: Mapping[str, tuple[Any, Any]],
    moment: datetime | None = None,
) -> int:  # fmt: skip
    """Keeps rupiah and recipients of a quarter by row; empty = not reported. All or none; gives how many rows.

    Raises Refused `plan_year`, `plan_quarter`, `plan_row`, `plan_cell`.
    """
    check_year(year)
    if quarter not in QUARTERS:
        raise Refused("plan_quarter", "Triwulan harus 1 sampai 4; pilih triwulan lalu simpan lagi.")
    kept = []
    for key, (money, recipients) in reports.items():
        rupiah = number_of("" if money is None else str(money), "Realisasi uang")
        people = number_of("" if recipients is None else str(recipients), "Realisasi penerima")
        kept.append([region, year, _row_key(key), quarter, rupiah, people, as_kept(moment)])
    if kept:
        with store.transaction() as cursor:
            cursor.executemany("INSERT INTO plan_realisation VALUES (?, ?, ?, ?, ?, ?, ?)", kept)
    return len(kept)


def as_kept(moment: datetime | None) -> datetime:
    """The moment as the store keeps times: UTC without a zone."""
    return (moment or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)

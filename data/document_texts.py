"""Sentences of an office in its own documents: kept with the time they were entered, nothing is overwritten."""

from dataclasses import dataclass
from datetime import UTC, datetime

from data.errors import Refused
from data.load_facilities import LONG_NUMBER
from data.store import Store

LONGEST = 20_000  # characters of one text


@dataclass(frozen=True)
class Entry:
    """text: as entered, never empty. entered_at: UTC, without zone."""

    text: str
    entered_at: datetime


def read_text(
    store: Store, region: str, year: int, document: str, place: str, moment: datetime | None = None
) -> Entry | None:
    """What stands at a place of a region's document, as of a moment (aware; now); null without a text."""
    return read_texts(store, region, year, document, moment).get(place)


def read_texts(store: Store, region: str, year: int, document: str, moment: datetime | None = None) -> dict[str, Entry]:
    """Place -> the newest text of a region's document as of a moment (aware; now); those taken back are left out."""
    rows = store.rows(
        "SELECT place, text, entered_at FROM document_text WHERE region_code = $region AND year = $year "
        "AND document = $document AND entered_at <= $moment ORDER BY entered_at",
        {"region": region, "year": year, "document": document, "moment": _utc(moment)},
    )
    newest = {row["place"]: Entry(row["text"], row["entered_at"]) for row in rows}
    return {place: entry for place, entry in newest.items() if entry.text}


def write_text(store: Store, region: str, year: int, document: str, place: str, text: str) -> None:
    """Enters a text; an empty one takes back what was said. Raises Refused `text_too_long`, `text_personal`."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise Refused("text_too_long", f"Teks ini lebih panjang dari {LONGEST} karakter; persingkat, lalu simpan lagi.")
    if LONG_NUMBER.search(text):
        raise Refused(
            "text_personal",
            "Teks ini memuat nomor yang mirip NIK atau KK, yang tidak boleh masuk dokumen; hapus nomor itu, lalu "
            "simpan lagi.",
        )
    with store.transaction() as cursor:
        cursor.execute(
            "INSERT INTO document_text VALUES (?, ?, ?, ?, ?, ?)", [region, year, document, place, text, _utc(None)]
        )


def _utc(moment: datetime | None) -> datetime:
    return (moment or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)

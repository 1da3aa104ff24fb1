"""Which year and quarter a document is about where nobody says: plans look ahead, reports back on what is finished."""

from datetime import date

from data.errors import Refused
from data.plan_entries import QUARTERS
from reports.documents.catalogue import Kind

QUARTER_NAMES = {1: "I", 2: "II", 3: "III", 4: "IV"}


def usual_year(kind: Kind, today: date) -> int:
    """Next year for a plan; for a report the year of the last finished quarter."""
    if kind.reports:
        return today.year if today.month > 3 else today.year - 1
    return today.year + 1


def last_finished(year: int, today: date) -> int:
    """The last quarter of a year that is over; 0 where none is."""
    return 4 if year < today.year else (today.month - 1) // 3 if year == today.year else 0


def quarter_of(kind: Kind, year: int, today: date, asked: int | None = None) -> int | None:
    """The quarter a document is about; null for documents of a whole year.

    asked: 1 to 4; null = the last quarter of the year that is finished. Raises Refused `quarter_unwanted`,
    `quarter_unknown`, `quarter_unfinished`.
    """
    if not kind.quarterly:
        if asked is not None:
            raise Refused("quarter_unwanted", f"{kind.title} tidak dibuat menurut triwulan; hapus pilihan triwulannya.")
        return None
    if asked is None:
        finished = last_finished(year, today)
        if not finished:
            raise Refused(
                "quarter_unfinished",
                f"Belum ada triwulan tahun {year} yang selesai; pilih triwulan dengan --quarter, atau tahun lain.",
            )
        return finished
    if asked not in QUARTERS:
        raise Refused("quarter_unknown", "Triwulan harus 1, 2, 3, atau 4; pilih salah satunya.")
    return asked

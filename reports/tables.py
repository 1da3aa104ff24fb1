"""Tables on their way out: CSV and XLSX with their provenance, formulas defused.

CSV: UTF-8 with a byte-order mark, `;` between fields and a decimal comma, which is what Excel under Indonesian
settings opens by double click. Excel there reads a code such as 62.10 as a number: codes meant for Excel leave as
XLSX, where they are text. The provenance follows the table after an empty line, so that line 1 holds the headers.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePath
from typing import Any, Literal

import pandas as pd
import xlsxwriter

from analytics import catalogue
from analytics.text import number
from data.reference import parameter
from data.store import Store
from reports.disclosure import HIDDEN, REMARK, Protected, protect
from reports.provenance import Provenance

Cell = str | int | float | bool | date | None
NUMBER = re.compile(r"[+-]?([0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?|[0-9]+([.,][0-9]+)?)")
FORMULA_STARTS = ("=", "+", "-", "@")
HEADERS = {REMARK: "Catatan"}

QUARANTINE_HEADERS = {"file": "Berkas", "kind": "Jenis", "line_no": "Baris", "reason": "Alasan"}
KIND_NAMES = {"family": "keluarga", "person": "anggota", "recipients": "penerima program"}


@dataclass(frozen=True)
class Sheet:
    """One table. headers: column -> what is printed. shares: columns that hold 0 to 1 and print as per cent."""

    name: str
    title: str
    frame: pd.DataFrame
    headers: Mapping[str, str] = field(default_factory=dict)
    shares: Sequence[str] = ()
    notes: Sequence[str] = ()

    def header(self, column: str) -> str:
        return self.headers.get(column, HEADERS.get(column, column))


def defused(text: str) -> str:
    """The text as a CSV field that no spreadsheet takes for a formula; a number stays as it is."""
    if text.startswith(("\t", "\r", "\n")):
        return "'" + text
    if text.lstrip().startswith(FORMULA_STARTS) and not NUMBER.fullmatch(text):
        return "'" + text
    return text


def to_csv(sheet: Sheet, provenance: Provenance | None) -> bytes:
    """One table as CSV (form: see the module)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([defused(sheet.header(column)) for column in sheet.frame.columns])
    writer.writerows([_csv_text(_plain(value)) for value in row] for row in sheet.frame.itertuples(index=False))
    about = [("Tabel", sheet.title)] + (provenance.lines() if provenance else [])
    about += [("Catatan", note) for note in sheet.notes]
    writer.writerow([])
    writer.writerows([defused(label), defused(value)] for label, value in about)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _plain(value: Any) -> Cell:
    """A cell as plain Python; every kind of missing value is None."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime()
    return value if isinstance(value, str | int | float | date) else str(value)


def _csv_text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, int | float):
        return str(value).replace(".", ",")
    return defused(value) if isinstance(value, str) else value.isoformat()


def new_workbook(out: io.BytesIO, provenance: Provenance) -> xlsxwriter.Workbook:
    """A workbook that writes text as text, whatever it looks like."""
    book = xlsxwriter.Workbook(
        out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    # XlsxWriter wants a time without zone; the same provenance gives the same bytes.
    book.set_properties({"author": f"Tepat {provenance.version}", "created": provenance.made_at.replace(tzinfo=None)})
    return book


def to_xlsx(sheets: Sequence[Sheet], provenance: Provenance) -> bytes:
    """A workbook: one sheet per table (title, scope, headers, rows), then `Keterangan` with the provenance."""
    out = io.BytesIO()
    with new_workbook(out, provenance) as book:
        for sheet in sheets:
            add_table(book, sheet, provenance)
        notes = [(sheet.title, note) for sheet in sheets for note in sheet.notes]
        add_about(book, provenance, notes)
    return out.getvalue()


def add_table(book: xlsxwriter.Workbook, sheet: Sheet, provenance: Provenance) -> xlsxwriter.worksheet.Worksheet:
    """The sheet's title in row 1, scope in row 2, headers in row 4, rows below; returns the worksheet."""
    # Number formats are stored in the file's own grammar; Excel prints its user's separators.
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "scope": book.add_format({"font_color": "#55605E"}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#E3EEEC"}),
        "count": book.add_format({"num_format": "#,##0"}),
        "real": book.add_format({"num_format": "#,##0.0##"}),
        "share": book.add_format({"num_format": "0.0%"}),
        "date": book.add_format({"num_format": "[$-421]d mmmm yyyy", "align": "left"}),
        "text": book.add_format({"num_format": "@", "valign": "top"}),
    }
    page = book.add_worksheet(sheet.name)
    page.write_string(0, 0, sheet.title, formats["title"])
    page.write_string(1, 0, provenance.scope_line, formats["scope"])
    for column, name in enumerate(sheet.frame.columns):
        page.write_string(3, column, sheet.header(name), formats["head"])
        values = [_plain(value) for value in sheet.frame[name]]
        for row, value in enumerate(values, start=4):
            _write(page, row, column, value, formats, share=name in sheet.shares)
        widest = max((len(str(value)) for value in values if value is not None), default=0)
        page.set_column(column, column, min(48, max(widest, len(sheet.header(name)) * 0.7, 8) + 2))
    page.freeze_panes(4, 0)
    if len(sheet.frame):
        page.autofilter(3, 0, 3 + len(sheet.frame), len(sheet.frame.columns) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(3)
    return page


def _write(page, row: int, column: int, value: Cell, formats: Mapping[str, Any], share: bool) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_string(row, column, "ya" if value else "tidak", formats["text"])
    elif isinstance(value, int | float):
        kind = "share" if share else "count" if isinstance(value, int) else "real"
        page.write_number(row, column, value, formats[kind])
    elif isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        page.write_datetime(row, column, moment.replace(tzinfo=None), formats["date"])
    else:
        page.write_string(row, column, value, formats["text"])


def add_about(book: xlsxwriter.Workbook, provenance: Provenance, notes: Sequence[tuple[str, str]]) -> None:
    """The sheet `Keterangan`: provenance, then notes (label, text)."""
    page = book.add_worksheet("Keterangan")
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 30)
    page.set_column(1, 1, 100)
    for row, (label, value) in enumerate([*provenance.lines(), *notes]):
        page.write_string(row, 0, label, bold)
        page.write_string(row, 1, value, wrap)


def aggregate_export(
    frame: pd.DataFrame,
    provenance: Provenance,
    *,
    name: str,
    title: str,
    headers: Mapping[str, str],
    kind: Literal["xlsx", "csv"] = "xlsx",
    **rules: Any,
) -> bytes:
    """The only way a table of counts leaves: protected (`rules`: see `disclosure.protect`), then written.

    name: of the sheet, at most 31 characters. Hidden cells are empty, their row's remark says so.
    """
    sheet = protected_sheet(frame, name=name, title=title, headers=headers, **rules)
    return to_csv(sheet, provenance) if kind == "csv" else to_xlsx([sheet], provenance)


def protected_sheet(
    frame: pd.DataFrame,
    *,
    name: str,
    title: str,
    headers: Mapping[str, str],
    expected: bool = False,
    as_given: bool = False,
    **rules: Any,
) -> Sheet:
    """A table of counts as a sheet of a workbook of several, protected (`rules`: see `disclosure.protect`).

    expected: the counts are expected numbers, made whole first. as_given: the rows stay in the frame's own order, which
    must say nothing of people's numbers (clauses of a regulation, stages of life).
    """
    notes = []
    if expected:
        columns = [column for families, others in rules["counts"].items() for column in (families, *others)]
        frame = frame.assign(**{column: frame[column].astype("Float64").round() for column in columns})
        notes.append("Angka miskin ekstrem di sini perkiraan dari peluang, bukan hitungan menurut nama.")
    safe: Protected = protect(frame, **rules)
    table = safe.frame
    if as_given:
        keys = list(rules["keys"])
        places = {key: place for place, key in enumerate(frame[keys].itertuples(index=False, name=None))}
        rows = table[keys].itertuples(index=False, name=None)
        order = pd.Series([places.get(row, len(places)) for row in rows], index=table.index)  # totals come last
        table = table.loc[order.sort_values(kind="stable").index].reset_index(drop=True)
    notes += [safe.note, f"Sel yang {HIDDEN}: {safe.suppressed}."]
    return Sheet(name, title, table, headers, tuple(rules.get("rates") or ()), notes)


ESTIMATES = {
    "village": "Kode", "name": "Desa/kelurahan", "district": "Kecamatan", "persons": "Perkiraan jiwa miskin ekstrem",
    "low": "Batas bawah selang 80%", "high": "Batas atas selang 80%", "probability": "Peluang melebihi {} jiwa",
}  # fmt: skip


def estimate_export(villages: pd.DataFrame, provenance: Provenance, threshold: float) -> bytes:
    """Expected numbers of `find_pockets` under `pmt_line` as XLSX: whole persons, chances to the per cent.

    They count nobody, so nothing is rounded to hide; but in a village of fewer families than a cell may have, they
    would say how large a known family is: such a village keeps its name and loses its numbers.
    """
    few = villages["listed_families"] < parameter("disclosure_threshold").value
    numbers = ["persons", "low", "high", "probability"]
    frame = villages[list(ESTIMATES)].copy()
    frame[numbers] = frame[numbers].mask(few.fillna(True).astype(bool))
    frame[numbers[:3]] = frame[numbers[:3]].round().astype("Int64")
    frame["probability"] = frame["probability"].round(2)
    headers = ESTIMATES | {"probability": ESTIMATES["probability"].format(number(threshold))}
    notes = ["Angka ini perkiraan dari skor, bukan hitungan menurut nama.",
             f"Desa tanpa angka: {int(few.fillna(True).sum())}."]  # fmt: skip
    sheet = Sheet("Perkiraan", "Perkiraan jiwa miskin ekstrem per desa", frame, headers, ("probability",), notes)
    return to_xlsx([sheet], provenance)


def quarantine_csv(store: Store, snapshot_id: str, words: Callable[[str], str]) -> bytes:
    """The lines an import set aside: file, kind, line, reason. No value of the line leaves, personal or not.

    words: reason code -> Indonesian. Refused `snapshot_unknown` when there is no such data.
    """
    label = catalogue.snapshot(store, snapshot_id).label
    frame = store.frame(
        "SELECT path AS file, kind, line_no, reason FROM quarantine WHERE snapshot_id = ? "
        "ORDER BY file_no, line_no, reason",
        [snapshot_id],
    )
    frame["file"] = frame["file"].map(lambda path: PurePath(path).name)
    frame["kind"] = frame["kind"].map(lambda kind: KIND_NAMES.get(kind, kind))
    frame["reason"] = frame["reason"].map(words)
    return to_csv(Sheet("Karantina", f"Baris yang dikarantina: {label}", frame, QUARANTINE_HEADERS), None)

"""XLSX workbooks to a staged table."""

from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from data.errors import Refused
from data.headers import filled, find_header, header_key, known_cells
from data.reading import Limits
from data.reading_writer import Rows, StagingWriter, cell_text
from data.reading_zip import check_workbook, filled_rows

_SAMPLE_ROWS = 400


def read_sheet(
    path: Path,
    parquet: Path,
    known: frozenset[str],
    limits: Limits,
    sheet_name: str | None = None,
    several: bool = False,
) -> dict[str, Any]:
    """Stage the sheet with the best header, or the named one; gives the fields of StagedTable that reading finds out.

    Sheets with the same header are one register cut up: Refused `several_sheets`, unless `several`, which stages the
    first and names the others as `twins`.

    A formula counts with the value saved in the file. A row that holds something in the file but
    nothing the parser understands (only error values) is unparsable.
    """
    check_workbook(path, limits)
    sheet, header_row, others, twins = _choose(CalamineWorkbook.from_path(str(path)), known, sheet_name)
    if len(twins) > 1 and not several:  # reading one would lose the others
        raise Refused(
            "several_sheets",
            f"Berkas ini memuat {len(twins)} lembar dengan judul kolom yang sama ({', '.join(twins[:5])}); simpan tiap "
            "lembar sebagai berkas sendiri, lalu pilih semuanya.",
        )
    if sheet.width > limits.max_columns:
        raise Refused("too_large", f"Berkas ini memiliki lebih dari {limits.max_columns} kolom; hapus kolom berlebih.")
    counted = {row for row in filled_rows(path, sheet.name) if row > header_row}
    if not counted:
        raise Refused("empty_file", "Berkas ini hanya memuat judul kolom tanpa baris data; pilih berkas yang berisi.")
    numbered = enumerate(sheet.iter_rows(), start=1)
    header = [cell_text(value) for value in next(islice(numbered, header_row - 1, None))[1]]
    writer = StagingWriter(parquet, header)
    rows = Rows(writer)
    parsed = set()
    for number, row in numbered:
        cells = [value if type(value) is str else cell_text(value) for value in row]
        if filled(cells):
            rows.add(number, cells)
            parsed.add(number)
    rows.flush()
    if not parsed <= counted:
        raise RuntimeError("the parser sees rows that the sheet does not hold")
    for number in counted - parsed:
        writer.fail(number, ())
    names, unreadable = writer.finish()
    return {
        "columns": names,
        "rows_read": len(counted),
        "unreadable": unreadable,
        "header_line": header_row,
        "encoding": None,
        "delimiter": None,
        "sheet": sheet.name,
        "other_sheets": others,
        "twins": [name for name in twins if name != sheet.name],
    }


def _choose(
    book: CalamineWorkbook, known: frozenset[str], only: str | None
) -> tuple[CalamineSheet, int, list[str], list[str]]:
    """The visible sheet with the most known headers (a filled one first), its header row, the sheets with other known
    headers, and those with its own, itself among them. only: look at no other sheet."""
    best: tuple[tuple[int, bool], CalamineSheet, int] | None = None
    with_known: dict[str, set[str]] = {}
    empty = True
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet or meta.visible != SheetVisibleEnum.Visible:
            continue
        if only is not None and meta.name != only:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        texts = [[cell_text(value) for value in row] for row in islice(sheet.iter_rows(), _SAMPLE_ROWS)]
        rows = [(number, row) for number, row in enumerate(texts, start=1) if filled(row)]
        empty = empty and not rows
        at = find_header([row for _, row in rows], known)
        if at is None:
            continue
        number, cells = rows[at]
        score = known_cells(cells, known)
        has_rows = len(rows) > at + 1
        if score and has_rows:
            with_known[meta.name] = {header_key(cell) for cell in cells if filled([cell])}
        if best is None or (score, has_rows) > best[0]:
            best = (score, has_rows), sheet, number
    if empty:
        raise Refused("empty_file", "Berkas ini kosong; pilih berkas yang memuat data.")
    if best is None:
        raise Refused(
            "no_header",
            "Berkas ini tidak memuat baris judul yang semua kolomnya berbeda; beri tiap kolom judul di atas data.",
        )
    _, sheet, number = best
    twins = [name for name, keys in with_known.items() if keys == with_known.get(sheet.name)]
    return sheet, number, [name for name in with_known if name not in (sheet.name, *twins)], twins

"""A document as XLSX: every table on a sheet of its own, and on the sheet `Angka` every number with its id.

A cell holds what is printed and no more: `33%` becomes 0,33 and not the share behind it. To the right of a table's
columns stand hidden columns with the ids of its numbers, so that rows may be sorted, added and moved about: a number
is found by the id in its own row.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import pandas as pd

from analytics.text import number
from data.errors import Refused
from reports.documents.blocks import Chapter, Document, Fact, Human, Paragraph, Parts, Table, plain
from reports.documents.properties import printable
from reports.documents.reread import numbers
from reports.tables import Cell, Sheet, add_about, add_table, new_workbook

NUMBERS = "Angka"
HUMAN_INK = "#1D3F8A"  # as in the Word documents
LINE = 15  # points of a line: not every program finds the height of wrapped words by itself
WIDE = 18  # characters of a column in a wide table
FIRST_ROW = 4  # of a table's rows, as `reports.tables.add_table` writes them
ID = "Tanda angka"  # header of the ids on that sheet
WRITTEN, VALUE = "Tertulis", "Nilai"
MARK = "tanda: "  # before a column's header, over the ids of its numbers
_WRITTEN = re.compile(r"(-?)(?:Rp)?([0-9]{1,3}(?:\.[0-9]{3})*|[0-9]+)(?:,([0-9]+))?(%?)")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def to_xlsx(document: Document) -> tuple[bytes, tuple[str, ...]]:
    """The file's bytes and the keys of its chapters."""
    out, about = io.BytesIO(), document.provenance
    names: set[str] = {NUMBERS.lower(), "keterangan"}
    with new_workbook(out, about) as book:
        book.set_properties({"title": printable(document.title), "author": f"Tepat {about.version}",
                             "created": about.made_at.replace(tzinfo=None)})  # fmt: skip
        add_table(book, _numbers(document), about)
        for chapter in document.chapters:
            for table in _tables(chapter):
                sheet = _sheet(table, _name(table.title, names))
                page = add_table(book, sheet, about)
                _dress(book, page, table)
                width = len(table.headers)
                if len(sheet.frame.columns) > width:
                    page.set_column(width, len(sheet.frame.columns) - 1, None, None, {"hidden": True})
        add_about(book, about, list(_notes(document)))
    return out.getvalue(), tuple(chapter.key for chapter in document.chapters)


def printed(content: bytes, document: Document) -> dict[str, list[str]]:
    """Id -> the texts that stand in the file under it. Raises Refused `document_unreadable`."""
    from python_calamine import CalamineError, CalamineWorkbook

    facts, around = document.facts(), _cells_of(document)
    found: dict[str, list[str]] = {}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise Refused(
            "document_unreadable", "Berkas ini rusak atau bukan buku kerja Excel; periksa berkas yang utuh."
        ) from error
    for rows in sheets:
        for id, cell, alone in _marked(rows):
            found.setdefault(id, []).append(_as_printed(cell, facts.get(id), around.get(id, set()), alone))
    return found


def _cells_of(document: Document) -> dict[str, set[str]]:
    """Id -> the whole texts of the cells it stands in (`−4 poin persen`, `Rp2 miliar ¹`)."""
    found: dict[str, set[str]] = {}
    for table in chain.from_iterable(map(_tables, document.chapters)):
        for cell in chain.from_iterable(table.rows):
            for fact in _facts(cell):
                found.setdefault(fact.id, set()).add(plain(cell).strip())
    return found


def _tables(chapter: Chapter) -> Iterator[Table]:
    """The tables of a chapter, in their workbook's form where they have one."""
    yield from (block.spread or block for block in chapter.blocks if isinstance(block, Table))


def _dress(book: Any, page: Any, table: Table) -> None:
    """Colours what people of the office wrote; the words of a wide table are wrapped, so that it can be printed."""
    words = {"num_format": "@", "valign": "top", "text_wrap": table.landscape}
    inks = {human: {"font_color": HUMAN_INK} if human else {} for human in (True, False)}
    texts = {human: book.add_format(words | ink) for human, ink in inks.items()}
    figures = {human: book.add_format({"num_format": "#,##0", "valign": "top"} | ink) for human, ink in inks.items()}
    if table.landscape:
        page.set_column(0, len(table.headers) - 1, WIDE)
        page.set_row(FIRST_ROW - 1, 2 * LINE)
    for row, cells in enumerate(table.rows, start=FIRST_ROW):
        if table.landscape:
            page.set_row(row, LINE * max(-(-len(plain(parts)) // WIDE) + 1 for parts in cells))
        for column, parts in enumerate(cells):
            human = any(isinstance(part, Human) or (isinstance(part, Fact) and part.human) for part in parts)
            value = _cell(parts)
            if isinstance(value, str) and (human or table.landscape):
                page.write_string(row, column, value, texts[human])
            elif isinstance(value, int) and (human or table.landscape):
                page.write_number(row, column, value, figures[human])


def _notes(document: Document) -> Iterator[tuple[str, str]]:
    """Below the provenance: notes of the tables, and what the last chapter says of protection and verification."""
    for chapter in document.chapters:
        yield from ((table.title, note) for table in _tables(chapter) for note in table.notes)
    for chapter in document.chapters:
        if chapter.key == "asal":
            yield from ((chapter.title, plain(block.parts)) for block in chapter.blocks if isinstance(block, Paragraph))


def _name(title: str, taken: set[str]) -> str:
    """A name of a sheet: at most 31 characters, none that Excel refuses, once in the book."""
    stem = _NOT_IN_NAMES.sub(" ", title).strip(" '")[:31].rstrip(" '") or "Tabel"
    name, place = stem, 2
    while name.lower() in taken:
        end = f" ({place})"
        name, place = stem[: 31 - len(end)] + end, place + 1
    taken.add(name.lower())
    return name


def _numbers(document: Document) -> Sheet:
    """Every number: its id, chapter, what it counts, as printed, as a number, unit, source, who it comes from."""
    rows, seen = [], set()
    for chapter in document.chapters:
        for fact in replace(document, chapters=(chapter,)).facts().values():
            if fact.id not in seen:
                seen.add(fact.id)
                rows.append((fact.id, chapter.title, fact.label, fact.text, _value(fact.text), fact.unit, fact.source,
                             "diisi kantor" if fact.human else "dihitung"))  # fmt: skip
    columns = (ID, "Bab", "Keterangan", WRITTEN, VALUE, "Satuan", "Sumber", "Asal")
    frame = pd.DataFrame(rows, columns=list(columns)).astype(object)
    return Sheet(NUMBERS, f"Setiap angka: {document.title}", frame)


def _sheet(table: Table, name: str) -> Sheet:
    """The table's columns, then a column of ids for each that holds numbers."""
    headers = {f"c{place}": head for place, head in enumerate(table.headers)}
    data: dict[str, list[Cell]] = {
        f"c{place}": [_cell(row[place]) for row in table.rows] for place in range(len(table.headers))
    }
    shares = []
    for place, head in enumerate(table.headers):
        ids = [" ".join(fact.id for fact in _facts(row[place])) for row in table.rows]
        if any(ids):
            data[f"i{place}"], headers[f"i{place}"] = [id or None for id in ids], f"{MARK}{place + 1} {head}"
        if any(fact.text.endswith("%") for row in table.rows for fact in _facts(row[place])):
            shares.append(f"c{place}")
    return Sheet(name, table.title, pd.DataFrame(data, dtype=object), headers, shares)


def _facts(parts: Parts) -> list[Fact]:
    return [part for part in parts if isinstance(part, Fact)]


def _cell(parts: Parts) -> Cell:
    """A number where a cell is a number alone; else its text."""
    text = plain(parts)
    value = _value(text) if len(parts) == 1 and isinstance(parts[0], Fact) else None
    return text if value is None else value


def _value(text: str) -> float | int | None:
    """The number that is printed: `1.234,5`, `33%` (0,33), `Rp322.170`; null for every other text."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    sign, whole, fraction, percent = match.groups()
    digits = int(whole.replace(".", "")) * (-1 if sign else 1)
    if not fraction and not percent:
        return digits
    value = float(f"{sign}{whole.replace('.', '')}.{fraction or 0}")
    return round(value / 100, len(fraction or "") + 2) if percent else value


def _marked(rows: list[list]) -> Iterator[tuple[str, Cell, bool]]:
    """Id, cell, and whether the cell holds a number or nothing (`Nilai`); below whichever row names the columns."""
    columns: list[tuple[int, int, bool]] = []
    is_list = False
    for row in rows:
        named = [(at, str(cell)) for at, cell in enumerate(row) if isinstance(cell, str)]
        texts = {text: at for at, text in reversed(named)}
        if ID in texts and WRITTEN in texts:
            is_list = True
            columns = [(texts[ID], texts[name], name == VALUE) for name in (WRITTEN, VALUE) if name in texts]
        elif marks := [(at, text) for at, text in named if text.startswith(MARK)]:
            is_list = False
            heads = [(at, text) for at, text in named if not text.startswith(MARK)]
            columns = [(at, _beside(text, heads), False) for at, text in marks]
        else:
            for at, beside, alone in columns:
                # Words somebody wrote into the column of single ids are no id.
                is_id = at < len(row) and isinstance(row[at], str) and row[at] and not (is_list and " " in row[at])
                if is_id:
                    cell = row[beside] if 0 <= beside < len(row) else None
                    yield from ((id, cell, alone) for id in row[at].split(" "))


def _beside(mark: str, heads: list[tuple[int, str]]) -> int:
    """Where the column stands whose ids are marked `tanda: 3 Jiwa`; -1: it is gone."""
    place, _, head = mark.removeprefix(MARK).partition(" ")
    same = [at for at, text in heads if text == head]
    number = int(place) - 1 if place.isdigit() else 0
    return min(same, key=lambda at: abs(at - number)) if same else -1


def _as_printed(cell: Cell, fact: Fact | None, around: set[str], alone: bool) -> str:
    """The cell in the fact's own words where it says the same, else as it stands. around: see `_cells_of`."""
    if fact is None or isinstance(cell, bool):
        return str(cell)
    own = _value(fact.text)
    if isinstance(cell, int | float):
        same = own is not None and abs(float(cell) - own) <= 1e-9 * max(1.0, abs(own))
        return fact.text if same else number(cell, 0 if float(cell).is_integer() else 4)
    text = "" if cell is None else str(cell).strip()
    same = text in (fact.text, *around) or fact.text in numbers(text) or (alone and own is None and not text)
    return fact.text if same else text

"""A workbook as the zip it is: how much it unpacks to, and which rows of a sheet hold anything.

Shares nothing with the parser of `data.reading_sheet`: it looks at the XML's text, row by row.
"""

import copy
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from data.errors import Refused
from data.reading import Limits

_CHUNK = 1 << 20
_PART = 20_000_000  # bytes of one row or text, of workbook.xml and its relations; kilobytes in practice
_SPAN_FROM = 10_000_000  # cells of a sheet from its first corner to its last, held or not
_ROWS_FROM = 100_000  # and rows likewise
_SPAN_RATIO = 10  # against the cells and rows it holds
_RATIO_FROM = 50_000_000

_ROW_END = re.compile(rb"</(?:\w+:)?row\s*>")
# No pattern may look past the next `<` for its end: markup never closed would be searched over and over.
_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s>/])([^<>]*)>")
_ROW_NUMBER = re.compile(rb'\sr\s*=\s*["\'](\d+)["\']')
_CELL = re.compile(rb"<(?:\w+:)?c(\s[^<>]*)?(?<!/)>")
_CELL_END = re.compile(rb"</(?:\w+:)?c\s*>")
_PLACE = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\br\s*=\s*[\"']([A-Za-z]+)(\d+)[\"']")
_SHARED = re.compile(rb'\st\s*=\s*["\']s["\']')
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>\s*([^<\s][^<]*)<")
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^<>]*)?>\s*[^<\s]")
_ITEM_END = re.compile(rb"</(?:\w+:)?si\s*>|<(?:\w+:)?si\s*/>")


def check_workbook(path: Path, limits: Limits) -> None:
    """Raise Refused `unsupported_format` for a zip that is no workbook, `too_large` for one that swells.

    A zip's own word on its size is checked first, then not believed: everything is unpacked once, and
    counted, not kept. So are the places of its cells: the parser makes room for every cell between the first corner of
    a sheet and the last, two cells far apart take gigabytes.
    """
    # Damage shows itself in whatever way unpacking stumbles: RuntimeError is a zip locked with a password.
    try:
        _check_entries(path, limits)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError):
        raise damaged() from None


def _check_entries(path: Path, limits: Limits) -> None:
    with _open(path) as archive:
        entries = archive.infolist()
        names = {entry.filename for entry in entries}
        if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
            raise Refused(
                "unsupported_format", "Berkas ini bukan buku kerja XLSX; simpan sebagai CSV atau XLSX, lalu coba lagi."
            )
        packed = path.stat().st_size
        total = sum(entry.file_size for entry in entries)
        if len(entries) > limits.max_entries:
            raise _swollen()
        _check_size(total, packed, limits)
        total = 0
        for entry in entries:
            for chunk in _chunks(archive, entry, to_the_end=True):
                total += len(chunk)
                _check_size(total, packed, limits)
        for entry in entries:
            _check_span(archive, entry, limits)


def _check_size(total: int, packed: int, limits: Limits) -> None:
    if total > limits.max_unpacked_bytes or (total > _RATIO_FROM and total > limits.max_unpacked_ratio * packed):
        raise _swollen()


def _check_span(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> None:
    """Raise Refused `too_large` for a sheet, whatever its member's name, too wide or whose cells lie far apart."""
    held = held_rows = rows = columns = 0
    rest = b""
    is_sheet = False
    for chunk in _chunks(archive, entry, to_the_end=True):
        text = rest + chunk
        cut = text.rfind(b"<") if len(text) <= _PART else len(text)
        rest = text[cut:]
        is_sheet = is_sheet or b"sheetData" in text
        if not is_sheet:
            continue
        places = _PLACE.findall(text[:cut])
        held += len(places)
        for letters in {letters for letters, _ in places}:
            columns = max(columns, _column_number(letters))
        numbers = [_ROW_NUMBER.search(start) for start in _ROW.findall(text[:cut])]
        held_rows += len(numbers)
        stated = [number[1] for number in numbers if number] + [number for _, number in places]
        rows = max(rows, max((int(number[:20]) for number in stated), default=0))
        if columns > limits.max_columns:
            raise Refused(
                "too_large", f"Berkas ini memiliki lebih dari {limits.max_columns} kolom; hapus kolom berlebih."
            )
    far = rows * columns > max(_SPAN_FROM, _SPAN_RATIO * held)
    if far or rows > max(_ROWS_FROM, _SPAN_RATIO * held_rows):
        raise Refused(
            "too_large",
            "Berkas ini memuat sel yang terpencar terlalu jauh; hapus sel di luar tabel atau simpan sebagai CSV.",
        )


def _column_number(letters: bytes) -> int:
    """A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters.upper()[:20]:
        number = number * 26 + letter - 64
    return number


def damaged() -> Refused:
    """The refusal of a workbook that is not whole."""
    return Refused(
        "not_a_table", "Berkas ini rusak atau terpotong; buka dan simpan ulang sebagai XLSX, lalu coba lagi."
    )


def _swollen() -> Refused:
    return Refused("too_large", "Berkas ini mengembang melebihi batas saat dibuka; simpan isinya sebagai CSV.")


def filled_rows(path: Path, sheet: str) -> set[int]:
    """Numbers (from 1) of the rows of a sheet in which at least one cell holds more than white space.

    Refused `not_a_table` where a row's number does not follow the one before: of two rows with one number the parser
    would keep one.
    """
    with _open(path) as archive:
        blank = set(_blank_strings(archive))
        rows: set[int] = set()
        number = 0
        for part in _parts(archive, _sheet_member(archive, sheet), _ROW_END):
            at = 0
            while start := _ROW.search(part, at):
                stated = _ROW_NUMBER.search(start[1])
                before, number = number, int(stated[1]) if stated else number + 1
                if number <= before:
                    raise damaged()
                at = start.end()
                if not start[1].endswith(b"/"):  # rows without cells may stand before the one that ends here
                    break
            if _holds_something(part[at:], blank):
                rows.add(number)
        return rows


def _holds_something(row: bytes, blank: set[int]) -> bool:
    *ended, _ = _CELL_END.split(row)
    for piece in ended:
        cell = _CELL.search(piece)
        if cell is None:
            continue
        value = _VALUE.search(piece, cell.end() - 1)
        if value is None and _TEXT.search(piece, cell.end() - 1):
            return True
        if value and not (_SHARED.search(cell[1] or b"") and int(value[1]) in blank):
            return True
    return False


def _blank_strings(archive: zipfile.ZipFile) -> Iterator[int]:
    """Indices of the shared strings that are white space only."""
    if "xl/sharedStrings.xml" in archive.namelist():
        for index, item in enumerate(_parts(archive, "xl/sharedStrings.xml", _ITEM_END)):
            if not _TEXT.search(item):
                yield index


def _sheet_member(archive: zipfile.ZipFile, sheet: str) -> str:
    book, relations = (_small_xml(archive, name) for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    identities = [
        value
        for element in book.iter()
        if element.tag.endswith("}sheet") and element.get("name") == sheet
        for key, value in element.items()
        if key.endswith("}id")
    ]
    if len(identities) != 1:  # of two sheets with one name the parser sees one
        raise damaged()
    identity = identities[0]
    target = next(element.get("Target", "") for element in relations.iter() if element.get("Id") == identity)
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _small_xml(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with archive.open(name) as file:
        text = file.read(_PART)
    if b"<!DOCTYPE" in text:  # entities have no place in a workbook
        raise ValueError("document type in workbook")
    return ElementTree.fromstring(text)


def _parts(archive: zipfile.ZipFile, member: str, end: re.Pattern[bytes]) -> Iterator[bytes]:
    """The member's bytes up to each match of `end`."""
    rest = b""
    for chunk in _chunks(archive, archive.getinfo(member)):
        *parts, rest = end.split(rest + chunk)
        if len(rest) > _PART:
            raise _swollen()
        yield from parts


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, to_the_end: bool = False) -> Iterator[bytes]:
    """Unpacked bytes; `to_the_end` goes on beyond the size the entry states, where zipfile would stop."""
    if to_the_end:
        entry = copy.copy(entry)
        entry.file_size = 1 << 62
    with archive.open(entry) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _open(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise damaged() from None

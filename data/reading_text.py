"""CSV and text files to a staged table.

Two ideas. A pass finds where every record begins, without parsing: it gives the count and the line
numbers. Arrow parses the file as a whole; where it sees other records than the pass (a stray quote, a
row whose missing or surplus fields are all empty, broken bytes), each record of the pass is parsed
alone instead, so that one bad record never swallows its neighbours.
"""

import csv
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from data.errors import Refused
from data.headers import filled, find_header, known_cells
from data.reading import Limits
from data.reading_encoding import BROKEN, Text, as_utf8
from data.reading_writer import WHITE, Rows, StagingWriter, blank_rows

_DELIMITERS = (";", "|", "\t", ",")
_SAMPLE_LINES = 400
_SAMPLE_SIZE = 20_000_000  # characters of the sample
_SAMPLE_CELLS = 2_000_000
_QUOTED_LINES = 100  # a quoted field over more lines than this, or more characters, is a stray quote
_QUOTED_SIZE = 10_000_000
_BLOCK = 8 << 20

_Fault = tuple[int, list[str]]  # Arrow's number of a record of the wrong width, its cells
_Outcome = tuple[list[str], list[tuple[int, str]]]  # column names; line and reason of what was not read


@dataclass(frozen=True)
class _Layout:
    delimiter: str
    header: tuple[str, ...]
    header_line: int  # first and last physical line of the header
    header_end: int

    def fit(self, cells: Sequence[str]) -> Sequence[str] | None:
        """The cells at exactly the header's width; None where a named one is missing or a surplus one is filled."""
        width = len(self.header)
        if len(cells) == width:
            return cells
        if len(cells) > width:
            return None if filled(cells[width:]) else cells[:width]
        return (
            None if any(name.strip() for name in self.header[len(cells) :]) else [*cells, *[""] * (width - len(cells))]
        )


@dataclass(frozen=True)
class _Records:
    """First physical line of every record below the header; line count of those over several lines."""

    first: np.ndarray
    long: dict[int, int]
    stray: bool = False  # a lone quote stands somewhere


class _Disagreement(Exception):
    """Arrow sees other records than the pass, or cannot go on."""


def read_text(path: Path, parquet: Path, known: frozenset[str], limits: Limits) -> dict[str, Any]:
    """Stage a text file; gives the fields of StagedTable that reading finds out, raises Refused."""
    csv.field_size_limit(limits.max_line_bytes)
    text = as_utf8(path, parquet.with_suffix(".utf8"), limits.max_line_bytes)
    layout = _layout(text, known, limits.max_columns)
    records = _find_records(text, layout)
    if not len(records.first):
        raise Refused("empty_file", "Berkas ini hanya memuat judul kolom tanpa baris data; pilih berkas yang berisi.")
    try:
        names, unreadable = _read_whole(text, layout, records, parquet)
    except _Disagreement:
        names, unreadable = _read_each(text, layout, records, parquet)
    return {
        "columns": names,
        "rows_read": len(records.first),
        "unreadable": unreadable,
        "header_line": layout.header_line,
        "encoding": text.encoding,
        "delimiter": layout.delimiter,
        "sheet": None,
    }


def _layout(text: Text, known: frozenset[str], max_columns: int) -> _Layout:
    """The delimiter under which a header is found that most of the following rows agree with."""
    lines = _sample(text)
    if not any(line.strip(WHITE) for line in lines):
        raise Refused("empty_file", "Berkas ini kosong; pilih berkas yang memuat data.")
    best: tuple[tuple[int, int, int], _Layout] | None = None
    for delimiter in _DELIMITERS:
        rows = list(_sample_rows(lines, delimiter))
        if sum(1 for _, _, cells in rows if len(cells) > max_columns) > len(rows) / 2:
            raise _too_wide(max_columns)
        at = find_header([cells for _, _, cells in rows], known)
        if at is None:
            continue
        start, end, header = rows[at]
        layout = _Layout(delimiter, tuple(header), start, end)
        agreeing = sum(1 for _, _, cells in rows[at + 1 :] if layout.fit(cells) is not None)
        score = (known_cells(header, known), agreeing, len(header))
        if best is None or score > best[0]:
            best = score, layout
    if best is None:
        raise Refused(
            "no_header",
            "Berkas ini tidak memuat baris judul yang semua kolomnya berbeda; beri tiap kolom judul di atas data.",
        )
    if len(best[1].header) > max_columns:
        raise _too_wide(max_columns)
    return best[1]


def _too_wide(max_columns: int) -> Refused:
    return Refused("too_large", f"Berkas ini memiliki lebih dari {max_columns} kolom; hapus kolom berlebih.")


def _sample(text: Text) -> list[str]:
    """The first lines: enough of them to find a header, not more than memory holds."""
    lines, size = [], 0
    for line in islice(text.lines(), _SAMPLE_LINES):
        lines.append(line)
        size += len(line)
        if size > _SAMPLE_SIZE:
            break
    return lines


def _sample_rows(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter)
    start, cells_seen = 1, 0
    try:
        for cells in reader:
            if filled(cells):
                yield start, reader.line_num, cells
            start = reader.line_num + 1
            cells_seen += len(cells)
            if cells_seen > _SAMPLE_CELLS:
                return
    except csv.Error:  # quoting broken further down; the rows before it are enough to find the header
        return


# The pass: where records begin ------------------------------------------------------------------


def _find_records(text: Text, layout: _Layout) -> _Records:
    first, long, stray = array("q"), {}, False
    nothing = WHITE + layout.delimiter
    if not text.quotes:
        for number, line in enumerate(text.lines(), start=1):
            if line.strip(nothing) and number > layout.header_end:
                first.append(number)
        return _Records(np.frombuffer(first, np.int64), {})
    lines = _Ahead(islice(text.lines(), layout.header_end, None))
    number = layout.header_end + 1
    while line := lines.next():
        if line.count('"') % 2:
            quoted = _quoted(line, lines, layout)
            if quoted:
                length, cells = quoted
                if filled(cells):
                    first.append(number)
                    long[number] = length
                lines.drop(length - 1)
                number += length
                continue
            stray = True
        if line.strip(nothing + '"') or (line.strip(nothing) and filled(_cells(line, layout.delimiter))):
            first.append(number)
        number += 1
    return _Records(np.frombuffer(first, np.int64), long, stray)


class _Ahead:
    """Lines with a look ahead."""

    def __init__(self, lines: Iterator[str]):
        self._lines = lines
        self._seen: deque[str] = deque()

    def next(self) -> str:
        return self._seen.popleft() if self._seen else next(self._lines, "")

    def peek(self, count: int) -> Iterator[str]:
        for index in range(count):
            if index == len(self._seen):
                line = next(self._lines, "")
                if not line:
                    return
                self._seen.append(line)
            yield self._seen[index]

    def drop(self, count: int) -> None:
        for _ in range(count):
            self._seen.popleft()


def _quoted(line: str, lines: _Ahead, layout: _Layout) -> tuple[int, list[str]] | None:
    """Line count and cells of a record that begins with a line with an open quote; None where it is a stray one.

    It is stray if closing it does not give a row of the right width, or if every line is such a row by
    itself: two stray quotes, with whole rows between them.
    """
    parts, quotes, size = [line], line.count('"'), len(line)
    for following in lines.peek(_QUOTED_LINES):
        parts.append(following)
        quotes += following.count('"')
        size += len(following)
        if size > _QUOTED_SIZE:
            return None
        if quotes % 2 == 0:
            break
    else:
        return None
    try:
        rows = list(csv.reader(["".join(parts)], delimiter=layout.delimiter, strict=True))
    except csv.Error:
        return None
    alone = [layout.fit(part.split(layout.delimiter)) is not None for part in parts if part.strip(WHITE)]
    return None if layout.fit(rows[0]) is None or all(alone) else (len(parts), rows[0])


# Arrow, the file as a whole ---------------------------------------------------------------------


def _read_whole(text: Text, layout: _Layout, records: _Records, parquet: Path) -> _Outcome:
    # Beside texts over several lines a lone quote may make Arrow see as many records by chance, but others.
    if text.damaged or (records.stray and records.long):
        raise _Disagreement
    writer = StagingWriter(parquet, layout.header)
    try:
        _arrow_rows(text, layout, records, writer)
        return writer.finish()
    except (pa.ArrowInvalid, _Disagreement) as error:
        writer.close()
        raise _Disagreement from error


def _arrow_rows(text: Text, layout: _Layout, records: _Records, writer: StagingWriter) -> None:
    """Hand Arrow's rows to the writer with the pass's line numbers.

    Arrow numbers its records from 1, blank ones that are not quite empty included; `faults` are those
    whose number of fields is wrong, reported before the batch they stand in.
    """
    faults: deque[_Fault] = deque()
    mendable = False

    def fault(row: Any) -> str:
        nonlocal mendable
        cells = _cells(row.text, layout.delimiter)
        mendable = mendable or (layout.fit(cells) is not None and filled(cells) > 0)
        faults.append((row.number, cells))
        return "skip"

    place = [str(i) for i in range(len(layout.header))]
    number, at = 1, 0  # of the next record: Arrow's number, its index in `records.first`
    with text.path.open("rb") as file:
        file.seek(_offset(text, layout))
        batches = pacsv.open_csv(
            file,
            read_options=pacsv.ReadOptions(use_threads=False, column_names=place, block_size=_BLOCK),
            parse_options=pacsv.ParseOptions(
                delimiter=layout.delimiter,
                quote_char='"' if text.quotes else False,
                newlines_in_values=bool(records.long),
                invalid_row_handler=fault,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(place, pa.string()), strings_can_be_null=False
            ),
        )
        for batch in _one_ahead(batches):
            if mendable:
                raise _Disagreement
            good = np.ones(batch.num_rows, bool)
            good[blank_rows(batch.columns)] = False
            passed = _due(faults, number + len(good))
            lines = _lines(good, passed, number, records.first[at:], writer)
            number += len(good) + len(passed)
            at += len(lines) + sum(1 for _, cells in passed if filled(cells))
            whole = good.all()
            writer.add(lines, batch.columns if whole else [c.filter(pa.array(good)) for c in batch.columns])
    passed = _due(faults, number)
    _lines(np.zeros(0, bool), passed, number, records.first[at:], writer)
    at += sum(1 for _, cells in passed if filled(cells))
    if mendable or faults or at != len(records.first):
        raise _Disagreement


def _one_ahead(batches: Iterator[Any]) -> Iterator[Any]:
    """The same batches; the next one is parsed on another core while one is used."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = pool.submit(next, batches, None)
            yield batch


def _due(faults: deque[_Fault], end: int) -> list[_Fault]:
    """The faults that stand before, between and right after the rows of a batch that ends before `end`."""
    due: list[_Fault] = []
    while faults and faults[0][0] <= end + len(due):
        due.append(faults.popleft())
    return due


def _lines(good: np.ndarray, passed: list[_Fault], number: int, first: np.ndarray, writer: StagingWriter) -> np.ndarray:
    """Physical lines of the good rows; the faults among them go to the writer with theirs."""
    places = [at - number for at, _ in passed]
    row = np.ones(len(good) + len(passed), bool)
    row[places] = False
    record = np.zeros(len(row), bool)
    record[row] = good
    record[places] = [filled(cells) > 0 for _, cells in passed]
    index = np.cumsum(record) - 1
    if record.sum() > len(first):
        raise _Disagreement
    for place, (_, cells) in zip(places, passed, strict=True):
        if record[place]:
            writer.fail(int(first[index[place]]), cells)
    return first[index[row & record]]


def _offset(text: Text, layout: _Layout) -> int:
    """Byte at which the first line below the header begins."""
    mark = 3 if text.encoding == "utf-8-sig" else 0
    return mark + sum(len(line.encode()) for line in islice(text.lines(), layout.header_end))


# Record by record -------------------------------------------------------------------------------


def _read_each(text: Text, layout: _Layout, records: _Records, parquet: Path) -> _Outcome:
    writer = StagingWriter(parquet, layout.header)
    rows = Rows(writer)
    for line, record in _record_texts(text, layout, records):
        raw = _cells(record, layout.delimiter)
        cells = layout.fit(raw)
        if cells is None or (text.damaged and (BROKEN in record or "\0" in record)):
            writer.fail(line, raw)
        else:
            rows.add(line, cells)
    rows.flush()
    return writer.finish()


def _record_texts(text: Text, layout: _Layout, records: _Records) -> Iterator[tuple[int, str]]:
    lines = enumerate(islice(text.lines(), layout.header_end, None), start=layout.header_end + 1)
    for first in records.first.tolist():
        number, record = next(lines)
        while number < first:
            number, record = next(lines)
        for _ in range(records.long.get(first, 1) - 1):
            record += next(lines)[1]
        yield first, record


def _cells(record: str, delimiter: str) -> list[str]:
    """The fields of one record: as CSV, or, where its quoting is broken, as it stands."""
    if '"' in record:
        try:
            rows = list(csv.reader([record], delimiter=delimiter, strict=True))
        except csv.Error:
            rows = []
        if len(rows) == 1:
            return rows[0]
    return record.rstrip("\r\n").split(delimiter)

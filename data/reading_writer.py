"""Writes one staged table to Parquet, batch by batch; sets trailing totals and empty nameless columns apart."""

import datetime
import re
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.headers import column_names, filled

# All characters Python calls white space: a cell of only these is empty, whoever looks at it.
WHITE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())

_TAIL = 50  # rows that may follow the last ordinary row
_ROW_GROUP = 100_000
# A column of few words is kept as its dictionary: DuckDB reads it three times as fast and cleans each word once. One
# whose dictionary outgrows the limit (names, numbers) is written plain from there on.
_PARQUET: dict[str, Any] = {
    "compression": "snappy", "use_dictionary": True, "dictionary_pagesize_limit": 1 << 18,
    "write_statistics": ["_line"],
}  # fmt: skip
_EXACT = 1e21  # beyond it a float's digits are noise
_TOTAL = re.compile(r"\s*((grand|sub)[\s-]*)?(jumlah|total)\b", re.IGNORECASE)


class StagingWriter:
    """Takes rows in file order; nothing is on disk under its final shape before `finish`."""

    def __init__(self, parquet: Path, header: Sequence[str]):
        self._parquet = parquet
        self._names = column_names(header)
        self._nameless = {i for i, cell in enumerate(header) if not cell.strip()}
        self._schema = pa.schema([("_line", pa.int64()), *((name, pa.string()) for name in self._names)])
        self._file = pq.ParquetWriter(parquet, self._schema, **_PARQUET)
        self._pending: list[pa.Table] = []
        self._pending_rows = 0
        self._usual: int | None = None
        self._unparsable: list[int] = []
        self._last_unparsable: deque[tuple[int, Sequence[str]]] = deque(maxlen=_TAIL)
        self.rows = 0

    def add(self, lines: Any, columns: Sequence[pa.Array]) -> None:
        """Rows that are not blank: their line numbers and one string array per header cell, without nulls."""
        table = pa.Table.from_arrays([pa.array(lines, pa.int64()), *columns], schema=self._schema)
        if not table.num_rows:
            return
        if self._usual is None:
            counts = sorted(filled(row) for _, row in _rows(table.slice(0, 1000)))
            self._usual = counts[len(counts) * 3 // 4]
        self._nameless = {i for i in self._nameless if not _any_text(columns[i])}
        self._pending.append(table)
        self._pending_rows += table.num_rows
        if self._pending_rows > _ROW_GROUP + _TAIL:
            whole = pa.concat_tables(self._pending)
            self._write(whole.slice(0, whole.num_rows - _TAIL))
            self._pending = [whole.slice(whole.num_rows - _TAIL)]
            self._pending_rows = _TAIL

    def fail(self, line: int, cells: Sequence[str]) -> None:
        """A record that cannot be parsed; its cells, as far as they can be told, only serve to know a total."""
        self._unparsable.append(line)
        self._last_unparsable.append((line, cells))

    def finish(self) -> tuple[list[str], list[tuple[int, str]]]:
        """Close the file; the column names it holds and (line, reason) of every record it does not hold."""
        rest = pa.concat_tables(self._pending) if self._pending else self._schema.empty_table()
        totals = self._totals(rest)
        self._write(rest.filter(pc.invert(pc.is_in(rest["_line"], pa.array(sorted(totals), pa.int64())))))
        self._file.close()
        unreadable = dict.fromkeys(self._unparsable, "unparsable") | dict.fromkeys(totals, "total_row")
        if self._nameless:
            self._drop_nameless()
        names = [name for i, name in enumerate(self._names) if i not in self._nameless]
        return names, sorted(unreadable.items())

    def close(self) -> None:
        self._file.close()

    def _write(self, table: pa.Table) -> None:
        if table.num_rows:
            self._file.write_table(table, row_group_size=table.num_rows)
            self.rows += table.num_rows

    def _totals(self, rest: pa.Table) -> set[int]:
        """Lines after the last ordinary row that call themselves a total and fill at most half the usual cells."""
        half = (self._usual or 0) / 2
        tail = [*_rows(rest.slice(max(0, rest.num_rows - _TAIL))), *self._last_unparsable]
        last_ordinary = max((line for line, cells in tail if filled(cells) > half), default=0)
        return {
            line
            for line, cells in tail
            if line > last_ordinary and _TOTAL.match(next((cell for cell in cells if cell.strip()), ""))
        }

    def _drop_nameless(self) -> None:
        keep = ["_line", *(name for i, name in enumerate(self._names) if i not in self._nameless)]
        narrow = self._parquet.with_suffix(".narrow")
        with pq.ParquetFile(self._parquet) as wide:
            schema = pa.schema([self._schema.field(name) for name in keep])
            with pq.ParquetWriter(narrow, schema, **_PARQUET) as file:
                for group in range(wide.num_row_groups):
                    file.write_table(wide.read_row_group(group, columns=keep))
        narrow.replace(self._parquet)


class Rows:
    """Collects single rows and hands them to a writer in batches."""

    def __init__(self, writer: StagingWriter, rows: int = 10_000, cells: int = 1_000_000):
        self._writer, self._rows, self._most = writer, rows, cells
        self._lines: list[int] = []
        self._cells: list[Sequence[str]] = []

    def add(self, line: int, cells: Sequence[str]) -> None:
        self._lines.append(line)
        self._cells.append(cells)
        if len(self._lines) == self._rows or len(self._lines) * len(cells) > self._most:
            self.flush()

    def flush(self) -> None:
        if self._cells:
            columns = zip(*self._cells, strict=True)
            self._writer.add(self._lines, [pa.array(column, pa.string()) for column in columns])
            self._lines, self._cells = [], []


def blank_rows(columns: Sequence[pa.Array]) -> np.ndarray:
    """Positions of the rows whose cells are all white space."""
    rows = np.arange(len(columns[0]))
    for column in columns:
        if not len(rows):
            break
        rows = rows[_white(column.take(pa.array(rows)) if len(rows) < len(column) else column)]
    return rows


def cell_text(value: Any) -> str:
    """A cell's value as text: nothing rounded, nothing localised."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return "" if value is None else str(value)


def _white(column: pa.Array) -> np.ndarray:
    return pc.equal(pc.utf8_ltrim(column, characters=WHITE), "").to_numpy(zero_copy_only=False)


def _any_text(column: pa.Array) -> bool:
    return len(column) > 0 and not _white(column).all()


def _rows(table: pa.Table) -> list[tuple[int, Sequence[str]]]:
    lines, *columns = (column.to_pylist() for column in table.columns)
    return list(zip(lines, zip(*columns, strict=True), strict=True))

"""Parquet to a staged table: for the command line, from the user's own hands only."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.errors import Refused
from data.reading import Limits
from data.reading_writer import StagingWriter, blank_rows, cell_text


def read_parquet(path: Path, parquet: Path, known: frozenset[str], limits: Limits) -> dict[str, Any]:
    """Stage a Parquet file; `_line` is the row's number from 1. Nested columns are refused."""
    with pq.ParquetFile(path) as source:
        names = source.schema_arrow.names
        if len(names) > limits.max_columns:
            raise Refused(
                "too_large", f"Berkas ini memiliki lebih dari {limits.max_columns} kolom; hapus kolom berlebih."
            )
        if any(pa.types.is_nested(field.type) for field in source.schema_arrow):
            raise Refused("not_a_table", "Berkas ini memuat kolom bersarang; ekspor sebagai tabel datar.")
        writer = StagingWriter(parquet, names)
        line = blank = 0
        for batch in source.iter_batches():
            columns = [_texts(column) for column in batch.columns]
            good = np.ones(batch.num_rows, bool)
            good[blank_rows(columns)] = False
            lines = np.arange(line + 1, line + 1 + batch.num_rows)[good]
            writer.add(lines, [column.filter(pa.array(good)) for column in columns])
            line += batch.num_rows
            blank += int((~good).sum())
        rows_read = source.metadata.num_rows - blank
    if not rows_read:
        raise Refused("empty_file", "Berkas ini tidak memuat baris data; pilih berkas yang berisi.")
    columns_kept, unreadable = writer.finish()
    return {
        "columns": columns_kept,
        "rows_read": rows_read,
        "unreadable": unreadable,
        "header_line": 0,
        "encoding": None,
        "delimiter": None,
        "sheet": None,
    }


def _texts(column: pa.Array) -> pa.Array:
    """A column as text under the rules for sheets; null is ""."""
    if pa.types.is_string(column.type) or pa.types.is_integer(column.type):
        return pc.fill_null(column.cast(pa.string()), "")
    return pa.array([cell_text(value) for value in column.to_pylist()], pa.string())

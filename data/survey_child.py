"""The child process that reads a Stata, SPSS or Parquet file of a survey: typed columns, in a Parquet file.

Asked and answered as `data.reading_child` is; nothing of the file's contents is printed, not even with an error.
"""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.errors import Refused
from data.reading import Limits
from data.reading_child import answer_request
from data.reading_writer import cell_text


def main() -> None:
    """Read the requested file; the answer is empty, the table stands in the Parquet file."""
    answer_request(lambda request, limits: convert(Path(request["path"]), Path(request["parquet"]), limits))


def convert(path: Path, parquet: Path, limits: Limits) -> dict[str, Any]:
    """Write the file's rows as they stand, labels for coded values; columns of lists, records or bytes are left out.

    Refused `survey_unreadable`, `too_large`, `empty_file`.
    """
    # A damaged file shows itself in whatever way its parser happens to stumble.
    try:
        frame = READERS[path.suffix.lower()](path)
    except MemoryError:
        raise
    except Exception as error:
        raise Refused(
            "survey_unreadable",
            "Berkas ini tidak dapat dibaca sebagai survei; periksa keutuhannya atau simpan ulang sebagai CSV.",
        ) from error
    if len(frame.columns) > limits.max_columns:
        raise Refused("too_large", f"Berkas ini memiliki lebih dari {limits.max_columns} kolom; hapus kolom berlebih.")
    frame = frame[[name for name, column in frame.items() if not _holds_more_than_cells(column)]]
    if frame.empty:
        raise Refused("empty_file", "Berkas ini tidak memuat baris data; pilih berkas yang berisi.")
    frame.to_parquet(parquet, index=False)
    return {}


def _holds_more_than_cells(column: pd.Series) -> bool:
    """Lists, records, bytes: nothing a survey's column holds, and nothing that could be told apart or counted."""
    return bool(column.map(lambda cell: isinstance(cell, bytes | dict | list | np.ndarray)).any())


def _stata(path: Path) -> pd.DataFrame:
    import pyreadstat

    return _labelled(*pyreadstat.read_dta(path))


def _spss(path: Path) -> pd.DataFrame:
    import pyreadstat

    return _labelled(*pyreadstat.read_sav(path))


def _labelled(frame: pd.DataFrame, about: Any) -> pd.DataFrame:
    """Labels instead of codes where every code of a column has one of its own; else the codes tell more."""
    labels: dict[str, dict[Any, str]] = about.variable_value_labels
    made = {name: _by_label(frame[name], labels.get(name, {})) for name in frame.columns}
    return pd.DataFrame(made, index=frame.index).rename(columns=str)


def _by_label(series: pd.Series, labels: dict[Any, str]) -> pd.Series:
    codes = series.dropna().unique()
    if not len(codes) or any(code not in labels for code in codes):
        return _plain(series)
    if len({labels[code].strip() for code in codes}) < len(codes):
        return _plain(series)
    return series.map(labels).astype(object)


def _plain(series: pd.Series) -> pd.Series:
    """Dates and times as text: the one kind of cell a Parquet column of mixed years may not hold."""
    moments = (datetime.date, datetime.time)
    if series.map(lambda value: isinstance(value, moments)).any():
        return series.map(lambda value: cell_text(value) if pd.notna(value) else None).astype(object)
    return series


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {".dta": _stata, ".sav": _spss, ".parquet": pd.read_parquet}


if __name__ == "__main__":
    main()

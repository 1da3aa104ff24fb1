"""Stata, SPSS and Parquet files of a survey as a frame, or staged as text like any office file.

Parsed by a child process under limits: a damaged file costs a child and one sentence.
"""

import uuid
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pyarrow as pa

from data.headers import column_names
from data.profiles import known_headers
from data.reading import Limits, StagedTable, ask_child, check_file, stage

STATISTICS = (".dta", ".sav", ".parquet")
UPLOADS = ("csv", "txt", "tsv", "xlsx", "dta", "sav")  # what the app takes; Parquet only the command line
LIMITS = Limits()
_CHILD = "data.survey_child"


def read_statistics(path: Path, staging: Path, limits: Limits = LIMITS) -> pd.DataFrame:
    """The file's rows under its own column names; labels for coded values where they tell the codes apart.

    Raises Refused `file_missing`, `too_large`, `empty_file`, `survey_unreadable`, `reading_timeout`,
    `reading_memory`, `not_a_table`; nothing is left in `staging`.
    """
    check_file(path, limits)
    parquet = staging.resolve() / f"{uuid.uuid4().hex}.parquet"
    request = {"path": str(path.resolve()), "parquet": str(parquet), "limits": asdict(limits)}
    try:
        ask_child(_CHILD, request, path.name, limits)
        return pd.read_parquet(parquet)
    finally:
        parquet.unlink(missing_ok=True)


def stage_survey_file(path: Path, staging: Path) -> StagedTable:
    """Any survey file as text in a Parquet file below `staging`, which the caller removes after use."""
    if path.suffix.lower() in STATISTICS:
        return stage_frame(read_statistics(path, staging), path, staging)
    return stage(path, staging, known_headers())


def stage_frame(frame: pd.DataFrame, path: Path, staging: Path) -> StagedTable:
    """A frame as a staged table: text cells, empty for missing, rows numbered from 1."""
    import pyarrow.parquet

    names = column_names([str(name) for name in frame.columns])
    texts = {name: _texts(frame.iloc[:, place]) for place, name in enumerate(names)}
    parquet = staging / f"{uuid.uuid4().hex}.parquet"
    lines = pa.array(range(1, len(frame) + 1), pa.int64())
    pyarrow.parquet.write_table(pa.table({"_line": lines} | texts), parquet)
    return StagedTable(
        path=path, name=path.name, sha256="", parquet=parquet, columns=tuple(texts), rows_read=len(frame),
        unreadable=(), header_line=0, encoding=None, delimiter=None, sheet=None,
    )  # fmt: skip


def _texts(series: pd.Series) -> pa.Array:
    """A column as text, empty for missing; whole numbers without a fraction (`3.0` is the code 3)."""
    if pd.api.types.is_float_dtype(series) and (series.dropna() % 1 == 0).all():
        series = series.astype("Int64")
    return pa.array(["" if pd.isna(value) else str(value) for value in series], pa.string())

"""Tables that stand beside the register: reference population, official figures, priority locations.

Never mixed with by-name counts. A row that cannot be used is quarantined with line and reason.
"""

from datetime import date as Date

import duckdb

from data.codes import clean_region_code, clean_village_code_sql
from data.delivery import IncomingFile
from data.load_faults import insert_quarantine
from data.mapping import Mapper, date_of, identifier, quote

REFERENCE_KINDS = ("population", "official_figures", "priority_villages")
# Units of the official indicators; the rupiah line is per person per month.
OFFICIAL_UNITS = {
    "P0": "persen penduduk", "P1": "indeks", "P2": "indeks", "poverty_line": "rupiah per orang per bulan",
    "extreme_rate": "persen penduduk", "extreme_persons": "jiwa", "population": "jiwa",
}  # fmt: skip


def quarantine_key(file: IncomingFile) -> str:
    """Under what `snapshot_id` the quarantine of a reference file stands: it belongs to no snapshot."""
    return f"acuan-{file.kind}-{file.staged.sha256[:8]}"


def load_reference(cursor: duckdb.DuckDBPyConnection, file: IncomingFile, today: Date) -> None:
    """Replace the rows this file brings anew (same village; same region, year and indicator; same regency's list).

    Leaves temp table `staged_reference` (file_no, line_no, reason, detail, ...), one row per parsed row.
    """
    read = Mapper(cursor, file.staged, file.found)
    if file.kind == "population":
        _load_population(cursor, file, read, today)
    elif file.kind == "official_figures":
        _load_official(cursor, file, read)
    else:
        _load_priority(cursor, file, read)
    cursor.execute("DELETE FROM quarantine WHERE snapshot_id = ?", [quarantine_key(file)])
    insert_quarantine(cursor, quarantine_key(file), "staged_reference", [file])


def _stage(cursor: duckdb.DuckDBPyConnection, file: IncomingFile, read: Mapper, columns: str, reason: str) -> None:
    source = f"coalesce({read.text('source')}, {quote('berkas ' + file.name)})"
    cursor.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE staged_reference AS
        WITH read AS (
            SELECT {file.file_no} AS file_no, _line AS line_no, {source} AS source, {columns}
            FROM {read.source()}
        )
        SELECT *, {reason} AS reason FROM read
        """
    )


def _village(read: Mapper) -> str:
    text = read.text("village_code")
    return f"{clean_village_code_sql(text)} AS village_code, {text} AS detail"


def _day(read: Mapper) -> str:
    text = read.text("date")
    year = f"CASE WHEN {text} ~ '^(19|20)[0-9]{{2}}$' THEN make_date(CAST({text} AS BIGINT), 12, 31) END"
    return f"coalesce({year}, {date_of(text)}) AS date"


def _load_population(cursor: duckdb.DuckDBPyConnection, file: IncomingFile, read: Mapper, today: Date) -> None:
    _stage(
        cursor, file, read,
        f"{_village(read)}, {_day(read)}, {read.column('families', 'BIGINT').value} AS families, "
        f"{read.column('persons', 'BIGINT').value} AS persons",
        "CASE WHEN village_code IS NULL THEN 'no_village_code' WHEN persons IS NULL THEN 'no_value' "
        "WHEN row_number() OVER (PARTITION BY village_code, persons IS NULL ORDER BY line_no) > 1 "
        "THEN 'repeated_village_code' END",
    )  # fmt: skip
    cursor.execute(
        "DELETE FROM population WHERE village_code IN (SELECT village_code FROM staged_reference WHERE reason IS NULL)"
    )
    cursor.execute(
        "INSERT INTO population SELECT village_code, coalesce(date, ?), families, persons, source "
        "FROM staged_reference WHERE reason IS NULL",
        [today],
    )


def _load_official(cursor: duckdb.DuckDBPyConnection, file: IncomingFile, read: Mapper) -> None:
    values = {name: read.column(name, "DOUBLE").value for name in OFFICIAL_UNITS if name in file.found.columns}
    _stage(
        cursor, file, read,
        f"{read.text('region_code')} AS detail, {read.column('year', 'INTEGER').value} AS year, "
        + ", ".join(f"{sql} AS {identifier(name)}" for name, sql in values.items()),
        "CASE WHEN detail IS NULL THEN 'no_region_code' WHEN year IS NULL THEN 'no_year' "
        f"WHEN coalesce({', '.join(identifier(name) for name in values)}) IS NULL THEN 'no_value' END",
    )  # fmt: skip
    codes = cursor.execute("SELECT DISTINCT detail FROM staged_reference WHERE reason IS NULL").fetchall()
    for (text,) in codes:
        code = clean_region_code(text)
        if code is None:
            cursor.execute("UPDATE staged_reference SET reason = 'no_region_code' WHERE detail = ?", [text])
            continue
        for name in values:
            cursor.execute(
                f"""
                DELETE FROM official_figure WHERE region_code = $code AND indicator = $name AND year IN (
                    SELECT year FROM staged_reference WHERE reason IS NULL AND detail = $text
                    AND {identifier(name)} IS NOT NULL)
                """,
                {"code": code, "name": name, "text": text},
            )
            cursor.execute(
                f"INSERT INTO official_figure SELECT $code, year, $name, {identifier(name)}, $unit, source "
                f"FROM staged_reference WHERE reason IS NULL AND detail = $text AND {identifier(name)} IS NOT NULL",
                {"code": code, "name": name, "unit": OFFICIAL_UNITS[name], "text": text},
            )


def _load_priority(cursor: duckdb.DuckDBPyConnection, file: IncomingFile, read: Mapper) -> None:
    _stage(
        cursor, file, read,
        f"{_village(read)}, {_day(read)}, {read.column('priority', 'BOOLEAN').value} AS priority",
        "CASE WHEN village_code IS NULL THEN 'no_village_code' WHEN priority IS NULL THEN 'no_value' END",
    )  # fmt: skip
    cursor.execute(
        "DELETE FROM priority_village WHERE left(village_code, 5) IN "
        "(SELECT left(village_code, 5) FROM staged_reference WHERE reason IS NULL)"
    )
    cursor.execute(
        "INSERT INTO priority_village SELECT DISTINCT village_code, source, date FROM staged_reference "
        "WHERE reason IS NULL AND priority"
    )

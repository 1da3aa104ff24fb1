"""Tables that stand beside the register: reference population, official figures, priority locations.

Never mixed with by-name counts. A row that cannot be used is quarantined with line and reason.
"""

from datetime import date as Date

import duckdb
import pandas as pd

from data.codes import clean_region_code, clean_village_code_sql, level_of, same_name
from data.delivery import LEAST_BRIDGED, IncomingFile
from data.errors import Refused
from data.load_faults import insert_quarantine
from data.mapping import Mapper, amount_of, date_of, identifier, quote
from data.regions import judge_codes

REFERENCE_KINDS = ("population", "official_figures", "priority_villages")
# Units of the official indicators; the rupiah line is per person per month.
OFFICIAL_UNITS = {
    "P0": "persen penduduk", "P1": "indeks", "P2": "indeks", "poverty_line": "rupiah per orang per bulan",
    "extreme_rate": "persen penduduk", "extreme_persons": "jiwa", "population": "jiwa",
}  # fmt: skip

AMOUNTS = ("poverty_line", "extreme_persons", "population")  # written with thousands set apart: 322.170 is no 322,17


def quarantine_key(file: IncomingFile) -> str:
    """Under what `snapshot_id` the quarantine of a reference file stands: it belongs to no snapshot."""
    return f"acuan-{file.kind}-{file.staged.sha256[:8]}"


def load_reference(
    cursor: duckdb.DuckDBPyConnection, file: IncomingFile, today: Date, bridge: pd.DataFrame | None = None
) -> list[str]:
    """Replace the rows this file brings anew (same village; same region, year and indicator; same regency's list).

    Gives warnings. Raises Refused `code_system` for BPS codes without a bridge (that given, else the saved one), and
    for official figures whose region names are not those of their codes. Leaves temp table `staged_reference`
    (file_no, line_no, reason, detail, ...), one row per parsed row.
    """
    read = Mapper(cursor, file.staged, file.found)
    warnings: list[str] = []
    if file.kind == "official_figures":
        _load_official(cursor, file, read)
    else:
        warnings = _prepare_codes(cursor, file, read, bridge)
        if file.kind == "population":
            _load_population(cursor, file, read, today)
        else:
            _load_priority(cursor, file, read)
    cursor.execute("DELETE FROM quarantine WHERE snapshot_id = ?", [quarantine_key(file)])
    insert_quarantine(cursor, quarantine_key(file), "staged_reference", [file])
    return warnings


def _prepare_codes(
    cursor: duckdb.DuckDBPyConnection, file: IncomingFile, read: Mapper, bridge: pd.DataFrame | None
) -> list[str]:
    """Judge the file's village codes as a whole; temp table `reference_bridge` then holds what converts them."""
    code = clean_village_code_sql(read.text("village_code"))
    names = ", ".join(f"mode({read.text(f'{level}_name')}) AS {level}" for level in ("regency", "district", "village"))
    codes = cursor.execute(
        f"SELECT {code} AS code, count(*) AS rows, {names} FROM {read.source()} GROUP BY 1 HAVING code IS NOT NULL"
    ).df()
    judged = judge_codes(cursor, codes)
    pairs = bridge
    if pairs is None:
        pairs = cursor.execute("SELECT bps_code, village_code FROM bridge").df()
    foreign = bool(judged.codes) and judged.system != "kemendagri"
    covered = float(codes["code"].str.replace(".", "").isin(pairs["bps_code"]).mean()) if foreign else 0.0
    if foreign and covered < LEAST_BRIDGED:
        raise Refused(
            "code_system",
            f"{file.name}: {judged.reason[0].lower()}{judged.reason[1:].rstrip('.')}; ganti dengan kode Kemendagri "
            "atau sertakan tabel jembatan kode (--bridge).",
        )
    cursor.register("reference_pairs", pairs if foreign else pairs.head(0))
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE reference_bridge AS SELECT CAST(bps_code AS VARCHAR) AS bps_code, "
        "CAST(village_code AS VARCHAR) AS partner FROM reference_pairs"
    )
    cursor.unregister("reference_pairs")
    return [f"{file.name}: kode BPS diubah menjadi kode Kemendagri dengan jembatan kode."] if foreign else []


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
    """Kemendagri codes as they are; of a BPS-coded file what the bridge makes of them (null: no partner)."""
    text = read.text("village_code")
    code = clean_village_code_sql(text)
    partner = f"(SELECT any_value(partner) FROM reference_bridge WHERE bps_code = replace({code}, '.', ''))"
    converted = f"CASE WHEN EXISTS (SELECT 1 FROM reference_bridge) THEN {partner} ELSE {code} END"
    return f"{converted} AS village_code, {text} AS detail"


def _day(read: Mapper) -> str:
    text = read.text("date")
    year = f"CASE WHEN {text} ~ '^(19|20)[0-9]{{2}}$' THEN make_date(CAST({text} AS BIGINT), 12, 31) END"
    return f"coalesce({year}, {date_of(text)}) AS date"


def _load_population(cursor: duckdb.DuckDBPyConnection, file: IncomingFile, read: Mapper, today: Date) -> None:
    _stage(
        cursor, file, read,
        f"{_village(read)}, {_day(read)}, {read.column('families', 'BIGINT').value} AS families, "
        f"{read.column('persons', 'BIGINT').value} AS persons, "
        f"coalesce({read.column('families', 'BIGINT').unknown or 'false'}, false) AS families_unread",
        "CASE WHEN village_code IS NULL THEN 'no_village_code' WHEN persons IS NULL OR families_unread THEN 'no_value' "
        "WHEN row_number() OVER (PARTITION BY village_code, persons IS NULL OR families_unread ORDER BY line_no) > 1 "
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
    values = {
        name: amount_of(read.text(name)) if name in AMOUNTS else read.column(name, "DOUBLE").value
        for name in OFFICIAL_UNITS if name in file.found.columns
    }  # fmt: skip
    # A cell that holds something nobody can read must not vanish behind the row's other figures.
    unread = " OR ".join(f"({read.text(name)} IS NOT NULL AND {sql} IS NULL)" for name, sql in values.items())
    _stage(
        cursor, file, read,
        f"{read.text('region_code')} AS detail, {read.text('region_name')} AS region_name, "
        f"{read.column('year', 'INTEGER').value} AS year, ({unread}) AS unread, "
        + ", ".join(f"{sql} AS {identifier(name)}" for name, sql in values.items()),
        "CASE WHEN detail IS NULL THEN 'no_region_code' WHEN year IS NULL THEN 'no_year' "
        f"WHEN unread OR coalesce({', '.join(identifier(name) for name in values)}) IS NULL THEN 'no_value' END",
    )  # fmt: skip
    known = dict(cursor.execute("SELECT code, name FROM region WHERE level <> 'village'").fetchall())
    codes = cursor.execute(
        "SELECT detail, any_value(region_name), min(line_no) FROM staged_reference WHERE reason IS NULL GROUP BY detail"
    ).fetchall()
    for text, name, line in codes:
        code = clean_region_code(text)
        if code is None or code not in known:
            cursor.execute("UPDATE staged_reference SET reason = 'no_region_code' WHERE detail = ?", [text])
            continue
        if name is not None and not same_name(name, known[code], level_of(code)):
            # BPS publishes under its own codes, and 6210 is another regency than 62.10.
            raise Refused(
                "code_system",
                f"Baris {line} berkas {file.name} berkode {code}, yaitu {known[code]} dalam daftar Kemendagri, tetapi "
                "nama wilayahnya lain; ganti kode BPS dengan kode Kemendagri, lalu coba lagi.",
            )
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

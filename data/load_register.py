"""Family and person files into the canonical tables: every row is accepted (and perhaps flagged) or quarantined.

Works on temporary tables of the caller's cursor. The order of reasons: a row that could not be
parsed, no family id, no village code of ten digits, a family id that an earlier accepted row already has;
for a person: no family id, no accepted family with that id.
"""

import hashlib
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime

import duckdb

from data.codes import clean_village_code_sql
from data.contracts import SNAPSHOT_TABLES
from data.delivery import CodeDecision, Delivery, IncomingFile
from data.identity import excel_suspects, nik_wellformed_sql, pseudonym_sql
from data.load_enrolments import enrolled_sql, insert_programme_flags
from data.load_faults import insert_flags, insert_quarantine
from data.mapping import Mapper, id_text, quote, source_sql
from data.member_rows import families_that_differ
from data.secret import hmac_pads

UNKNOWN_VILLAGE = ".00.0000"  # after the regency: no list has a district 00, so nothing is mapped by accident
MADE_BY_IMPORT = {"snapshot_id", "family_no", "person_no", "line_no", "pseudonym", "village_code", "village_known"}
MADE_BY_IMPORT |= {"size", "decile_recorded", "active"}
LIMITS = {  # canonical column -> values that can be true; anything else is a damaged cell (`out_of_range`)
    "decile_national": (1, 10), "decile_province": (1, 10), "decile_regency": (1, 10),
    "percentile_recorded": (1, 100), "size_recorded": (1, 60), "age": (0, 120), "floor_area": (1, 5000),
    "updated_year": (1990, 2100),
    "birth_date": ("DATE '1900-01-01'", "DATE '2100-12-31'"),
    "head_birth_date": ("DATE '1900-01-01'", "DATE '2100-12-31'"),
}  # fmt: skip


@dataclass(frozen=True)
class Register:
    """The snapshot that was written."""

    snapshot_id: str
    source_date: Date | None
    warnings: tuple[str, ...]


def load_register(
    cursor: duckdb.DuckDBPyConnection,
    key: bytes,
    delivery: Delivery,
    decision: CodeDecision,
    label: str | None,
    date: Date | None,
    now: datetime,
) -> Register:
    """Write one snapshot from the family and person files of a delivery.

    Begins the caller's transaction anew after staging, so nothing may have been written in it before.
    """
    families, persons = delivery.of_kind("family"), delivery.of_kind("person")
    profile = families[0].found.profile
    data_hash = _data_hash(delivery, decision, date)
    snapshot_id = f"{profile.name}-{data_hash[:8]}"
    warnings: list[str] = []

    _stage_families(cursor, families, decision)
    source_date = date or _year_end_of_update(cursor)
    if source_date is None:
        warnings.append("Tanggal data tidak disebut; umur anggota dihitung pada tanggal impor.")
    _stage_persons(cursor, persons, source_date or now.date(), [file.file_no for file in families if file.from_members])
    _count_members(cursor)
    # DuckDB reads what its own transaction has written on one core, and what is committed on all of them (measured).
    cursor.execute("COMMIT")
    cursor.execute("BEGIN")
    for table in SNAPSHOT_TABLES:  # the same delivery again replaces itself
        cursor.execute(f"DELETE FROM {table} WHERE snapshot_id = ?", [snapshot_id])
    cursor.execute(
        "INSERT INTO snapshot VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        [
            snapshot_id, label or _label(profile.title, source_date), profile.name, source_date, now, profile.unit,
            profile.frame, profile.frame_share, profile.rank_area, decision.system,
            profile.programme_date or source_date, data_hash,
        ],
    )  # fmt: skip
    _insert_persons(cursor, snapshot_id)
    _insert_families(cursor, snapshot_id, key, profile.recorded_decile)
    insert_programme_flags(cursor, snapshot_id, profile.programme_date or source_date)
    insert_flags(cursor, snapshot_id, with_persons=bool(persons))
    insert_quarantine(cursor, snapshot_id, "staged_family", [file for file in families if not file.from_members])
    insert_quarantine(cursor, snapshot_id, "staged_person", persons)
    warnings += _excel_warnings(cursor)
    warnings += _member_row_warnings(cursor, families, persons)
    if not persons:
        warnings.append(
            "Berkas anggota keluarga tidak disertakan; jumlah jiwa hanya diketahui bila kolom jumlah anggota terisi."
        )
    return Register(snapshot_id, source_date, tuple(warnings))


def _member_row_warnings(
    cursor: duckdb.DuckDBPyConnection, families: list[IncomingFile], persons: list[IncomingFile]
) -> list[str]:
    warnings = []
    for file in families:
        if file.from_members:
            members = next(one for one in persons if one.file_no == file.file_no)
            differing = families_that_differ(cursor, file, members)
            warnings.append(
                f"{file.name}: satu baris untuk satu anggota; ciri keluarga dibaca dari baris pertamanya"
                + (f", dan pada {differing} keluarga ciri itu berbeda antarbaris." if differing else ".")
            )
    return warnings


def _excel_warnings(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """What no single number shows: a program that keeps 15 digits made the last one of many a 0."""
    warnings = []
    for table, column, named in (("staged_person", "nik", "NIK"), ("staged_family", "kk", "nomor KK")):
        formed, zeros = cursor.execute(
            f"SELECT count(*), count(*) FILTER ({column} LIKE '%0') FROM {table} "
            f"WHERE reason IS NULL AND {nik_wellformed_sql(column)}"
        ).fetchone() or (0, 0)
        if excel_suspects(formed, zeros):
            warnings.append(
                f"{zeros} dari {formed} {named} berakhiran 0, jauh di atas kewajaran; angka terakhirnya agaknya hilang "
                "di Excel, jadi mintalah berkas asli dengan kolom itu sebagai teks."
            )
    return warnings


def _data_hash(delivery: Delivery, decision: CodeDecision, date: Date | None) -> str:
    parts = sorted(file.staged.sha256 + file.found.profile.model_dump_json() for file in delivery.files)
    parts += [decision.bridge.sort_values("bps_code").to_csv(index=False), str(date)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _label(title: str, source_date: Date | None) -> str:
    return f"{title}, {source_date:%d-%m-%Y}" if source_date else title


def _year_end_of_update(cursor: duckdb.DuckDBPyConnection) -> Date | None:
    row = cursor.execute("SELECT make_date(max(updated_year), 12, 31) FROM staged_family").fetchone()
    return row[0] if row else None


def _row_numbers(cursor: duckdb.DuckDBPyConnection, files: list[IncomingFile]) -> list[tuple[IncomingFile, int]]:
    """Every file with what to add to its line numbers so that no two rows of the delivery share a number."""
    numbered, offset = [], 0
    for file in files:
        numbered.append((file, offset))
        (last,) = cursor.execute(f"SELECT coalesce(max(_line), 0) FROM {source_sql(file.staged)}").fetchone() or (0,)
        offset += last
    return numbered


def canonical_columns(cursor: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Column → SQL type of a canonical table, without what an import makes itself."""
    rows = cursor.execute(f"DESCRIBE {table}").fetchall()
    return {name: kind for name, kind, *_ in rows if name not in MADE_BY_IMPORT}


def _stage_families(cursor: duckdb.DuckDBPyConnection, files: list[IncomingFile], decision: CodeDecision) -> None:
    columns = canonical_columns(cursor, "family")
    selects = []
    for file, offset in _row_numbers(cursor, files):
        read = Mapper(cursor, file.staged, file.found)
        selects.append(
            f"SELECT {file.file_no} AS file_no, _line + {offset} AS family_no, "
            f"{id_text(read.text('family_id'))} AS family_id, "
            f"{id_text(read.text('kk'))} AS kk, {id_text(read.text('head_nik'))} AS head_nik, "
            f"{read.text('head_name')} AS head_name, {read.text('address')} AS address, "
            f"{clean_village_code_sql(read.text('village_code'))} AS code, {read.text('village_code')} AS detail, "
            f"{enrolled_sql(read)} AS enrolled, " + read.select(columns).removeprefix("SELECT ")
        )
    cursor.register("bridge_in_use", decision.bridge)
    converted = f"coalesce(bridge_in_use.village_code, {_unbridged(decision)})"
    village = "code" if decision.system == "kemendagri" else converted
    cursor.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE staged_family AS
        WITH read AS NOT MATERIALIZED ({" UNION ALL ".join(selects)}),
        complete AS NOT MATERIALIZED ( -- to read the ids twice costs less than to keep every column meanwhile
            SELECT *, CASE WHEN family_id IS NULL THEN 'no_family_id'
                           WHEN code IS NULL THEN 'no_village_code' END AS lack
            FROM read
        ),
        repeated AS (
            -- An id that Excel wrote as 9.9E+15 may stand for many families: none of them is the first.
            SELECT family_id,
                CASE WHEN regexp_matches(family_id, '[0-9][Ee][+]?[0-9]') THEN 0 ELSE min(family_no) END AS first_no
            FROM complete WHERE lack IS NULL GROUP BY family_id HAVING count(*) > 1
        ),
        judged AS (
            SELECT complete.*, CASE WHEN lack IS NULL AND family_no > first_no
                THEN 'repeated_family_id' ELSE lack END AS reason
            FROM complete LEFT JOIN repeated USING (family_id)
        )
        SELECT judged.* REPLACE ({", ".join(_in_range(columns))}), {village} AS village_code,
            listed_code IS NOT NULL AS village_known,
            concat_ws(',', nullif(unknown, ''), {_range_flags(columns)}) AS damaged
        FROM judged LEFT JOIN bridge_in_use ON bridge_in_use.bps_code = replace(code, '.', '')
        LEFT JOIN (SELECT code AS listed_code FROM region) ON listed_code = {village}
        """
    )
    cursor.unregister("bridge_in_use")


def _unbridged(decision: CodeDecision) -> str:
    """SQL of the code that stands for a village without a partner: of its regency, off the map."""
    cases = " ".join(
        f"WHEN {quote(prefix)} THEN {quote(regency + UNKNOWN_VILLAGE)}"
        for prefix, regency in decision.regencies.items()
    )
    other = quote(str(decision.regency) + UNKNOWN_VILLAGE)
    return f"CASE left(replace(code, '.', ''), 4) {cases} ELSE {other} END" if cases else other


def _in_range(columns: dict[str, str]) -> list[str]:
    return [
        f"CASE WHEN {name} BETWEEN {low} AND {high} THEN {name} END AS {name}"
        for name, (low, high) in LIMITS.items()
        if name in columns
    ]


def _range_flags(columns: dict[str, str]) -> str:
    return ", ".join(
        f"CASE WHEN {name} NOT BETWEEN {low} AND {high} THEN 'out_of_range:{name}' END"
        for name, (low, high) in LIMITS.items()
        if name in columns
    )


def _stage_persons(
    cursor: duckdb.DuckDBPyConnection, files: list[IncomingFile], on: Date, with_families: list[int]
) -> None:
    """Temp table staged_person; family_no null where `reason` says why the row is quarantined (for a copy it stays).

    with_families: numbers of the files from whose rows the families were taken.
    """
    columns = canonical_columns(cursor, "person")
    selects = []
    for file, offset in _row_numbers(cursor, files):
        read = Mapper(cursor, file.staged, file.found)
        selects.append(
            f"SELECT {file.file_no} AS file_no, _line + {offset} AS person_no, "
            f"{id_text(read.text('family_id'))} AS family_id, "
            f"{id_text(read.text('nik'))} AS nik, {read.text('name')} AS name, "
            f"coalesce({read.column('active', 'BOOLEAN').value}, true) AS active, CAST(NULL AS VARCHAR) AS detail, "
            f"{enrolled_sql(read)} AS enrolled, " + read.select(columns).removeprefix("SELECT ")
        )
    if not selects:
        nulls = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns.items())
        selects.append(
            "SELECT 0 AS file_no, CAST(0 AS BIGINT) AS person_no, '' AS family_id, '' AS nik, '' AS name, "
            "true AS active, CAST(NULL AS VARCHAR) AS detail, '' AS enrolled, "
            f"CAST(0 AS BIGINT) AS line_no, {nulls}, '' AS unknown WHERE false"
        )
    cursor.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE staged_person AS
        WITH read AS ({" UNION ALL ".join(selects)}),
        aged AS (
            SELECT read.* REPLACE (
                coalesce(age, CASE WHEN birth_date <= $on THEN date_sub('year', birth_date, $on) END) AS age) FROM read
        ),
        known AS (SELECT family_id, family_no FROM staged_family WHERE reason IS NULL)
        SELECT aged.* REPLACE ({", ".join(_in_range(columns))}), known.family_no,
            CASE WHEN aged.family_id IS NULL THEN 'no_family_id'
                 WHEN known.family_no IS NULL THEN 'no_family' END AS reason,
            concat_ws(',', nullif(aged.unknown, ''), {_range_flags(columns)}) AS damaged
        FROM aged LEFT JOIN known USING (family_id)
        """,
        {"on": on},
    )
    if len(files) > 1:
        _set_copies_apart(cursor)
    if with_families:
        _name_what_the_family_lacks(cursor, with_families)


def _set_copies_apart(cursor: duckdb.DuckDBPyConnection) -> None:
    """A member whom an earlier file of the delivery already holds in the same family would count twice.

    The same person: equal well-formed NIK, or without one equal name, birth date, sex and relation. Within one file a
    NIK that stands twice is only flagged: which of the two rows is wrong the file does not say.
    """
    key = (
        f"CASE WHEN {nik_wellformed_sql('nik')} THEN nik WHEN name IS NOT NULL "
        "THEN concat_ws('|', upper(name), birth_date, sex, relation) END"
    )
    cursor.execute(
        f"""
        UPDATE staged_person SET reason = 'repeated_person'
        FROM (
            SELECT family_id AS of_family, {key} AS who, min(file_no) AS first_file
            FROM staged_person WHERE reason IS NULL GROUP BY family_id, {key}
            HAVING min(file_no) < max(file_no)
        ) AS copies
        WHERE reason IS NULL AND family_id = of_family AND {key} = who AND file_no > first_file
        """
    )


def _name_what_the_family_lacks(cursor: duckdb.DuckDBPyConnection, taken: list[int]) -> None:
    """Members whose family comes from their own rows: what that family lacked is why they are not accepted."""
    numbers = ", ".join(map(str, taken))
    cursor.execute(
        f"""
        UPDATE staged_person SET reason = lacking.reason, detail = lacking.detail
        FROM (SELECT family_id AS of_family, min(reason) AS reason, min(detail) AS detail FROM staged_family
              WHERE lack IS NOT NULL AND file_no IN ({numbers}) GROUP BY family_id) AS lacking
        WHERE staged_person.reason = 'no_family' AND family_id = of_family AND file_no IN ({numbers})
        """
    )


def _count_members(cursor: duckdb.DuckDBPyConnection) -> None:
    cursor.execute(
        """
        CREATE OR REPLACE TEMP TABLE member_count AS
        SELECT family_no, count(*) AS members, count(*) FILTER (active) AS active,
            count(*) FILTER (relation = 'head') AS heads
        FROM staged_person WHERE reason IS NULL GROUP BY family_no
        """
    )


def _insert_persons(cursor: duckdb.DuckDBPyConnection, snapshot_id: str) -> None:
    names = ", ".join(canonical_columns(cursor, "person"))
    cursor.execute(
        f"INSERT INTO person BY NAME SELECT ? AS snapshot_id, person_no, family_no, line_no, active, {names} "
        "FROM staged_person WHERE reason IS NULL",
        [snapshot_id],
    )
    cursor.execute(
        "INSERT INTO person_identity SELECT ?, person_no, nik, name FROM staged_person WHERE reason IS NULL",
        [snapshot_id],
    )


def _insert_families(cursor: duckdb.DuckDBPyConnection, snapshot_id: str, key: bytes, decile: str) -> None:
    inner, outer = hmac_pads(key)
    names = ", ".join(f"f.{name}" for name in canonical_columns(cursor, "family"))
    cursor.execute(
        f"""
        INSERT INTO family BY NAME
        SELECT $snapshot AS snapshot_id, f.family_no, f.line_no, {pseudonym_sql("f.family_id")} AS pseudonym,
            f.village_code, f.village_known,
            CAST(coalesce(m.active, f.size_recorded) AS INTEGER) AS size, f.{decile} AS decile_recorded, {names}
        FROM staged_family AS f LEFT JOIN member_count AS m USING (family_no)
        WHERE f.reason IS NULL
        """,
        {"snapshot": snapshot_id, "inner": inner, "outer": outer},
    )
    cursor.execute(
        "INSERT INTO family_identity SELECT ?, family_no, family_id, kk, head_nik, head_name, address "
        "FROM staged_family WHERE reason IS NULL",
        [snapshot_id],
    )

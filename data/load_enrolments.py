"""Who receives what: programme columns of the register, and recipient lists matched to it."""

from collections.abc import Sequence
from datetime import date as Date

import duckdb

from data.delivery import IncomingFile
from data.identity import excel_damaged_sql
from data.load_faults import insert_quarantine
from data.mapping import Mapper, date_of, id_text, quote
from data.reference import programme_aliases


def enrolled_sql(read: Mapper) -> str:
    """SQL: codes of the programmes whose columns say yes on this row, comma-separated."""
    cases = [f"CASE WHEN {says_yes} THEN {quote(code)} END" for code, says_yes in read.programme_flags().items()]
    return f"concat_ws(',', {', '.join(cases)})" if cases else "''"


def insert_programme_flags(cursor: duckdb.DuckDBPyConnection, snapshot_id: str, vintage: Date | None) -> None:
    """Programme columns as enrolments: the period is not known, the vintage is that of the data."""
    for table, person in (("staged_family", "CAST(NULL AS BIGINT)"), ("staged_person", "person_no")):
        cursor.execute(
            f"""
            INSERT INTO enrolment BY NAME
            SELECT $snapshot AS snapshot_id, family_no, {person} AS person_no,
                unnest(string_split(enrolled, ',')) AS programme, 'flag' AS source, $vintage AS vintage, line_no
            FROM {table} WHERE reason IS NULL AND enrolled <> ''
            """,
            {"snapshot": snapshot_id, "vintage": vintage},
        )


def load_recipients(
    cursor: duckdb.DuckDBPyConnection,
    snapshot_id: str,
    files: list[IncomingFile],
    on: Date,
    again: Sequence[IncomingFile] = (),
) -> None:
    """Recipient lists into `enrolment`, matched by family id, then KK, then NIK of a member or head.

    A recipient in no family of the snapshot stays, with family_no null and a flag. A row without any id is
    quarantined. A programme the reference does not know keeps its own name, flagged. `on` is the date of the
    delivery: a list whose period runs on is not younger than that. `again`: files the snapshot holds already; they
    are staged, and nothing of them is written a second time.
    """
    known = ", ".join(str(file.file_no) for file in again) or "-1"
    aliases = " ".join(f"WHEN {quote(alias)} THEN {quote(code)}" for alias, code in programme_aliases().items())
    selects = []
    for file in files:
        read = Mapper(cursor, file.staged, file.found)
        own = read.column("programme", "VARCHAR").value  # a code of ours where the profile lists the file's words
        programme = f"regexp_replace(upper(coalesce({own}, {read.text('programme')})), '\\s+', ' ', 'g')"
        selects.append(
            f"SELECT {file.file_no} AS file_no, _line AS line_no, {id_text(read.text('nik'))} AS nik, "
            f"{id_text(read.text('kk'))} AS kk, {id_text(read.text('family_id'))} AS family_id, "
            f"CASE {programme} {aliases} ELSE {programme} END AS programme, "
            f"{programme} IN ({', '.join(quote(alias) for alias in programme_aliases())}) AS programme_known, "
            f"{date_of(read.text('period_from'))} AS day_from, {date_of(read.text('period_to'))} AS day_to, "
            f"{read.text('period')} AS period FROM {read.source()}"
        )
    cursor.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE staged_recipient AS
        WITH read AS ({" UNION ALL ".join(selects)}),
        by_family AS (
            SELECT family_id AS id, family_no FROM family_identity WHERE snapshot_id = $snapshot
        ),
        by_kk AS (
            SELECT kk AS id, min(family_no) AS family_no FROM family_identity
            WHERE snapshot_id = $snapshot AND kk IS NOT NULL AND NOT {excel_damaged_sql("kk")} GROUP BY kk
        ),
        by_nik AS (
            SELECT i.nik AS id, min(p.person_no) AS person_no, arg_min(p.family_no, p.person_no) AS family_no
            FROM person_identity AS i JOIN person AS p USING (snapshot_id, person_no)
            WHERE i.snapshot_id = $snapshot AND i.nik IS NOT NULL AND NOT {excel_damaged_sql("i.nik")} GROUP BY i.nik
        ),
        by_head AS (
            SELECT head_nik AS id, min(family_no) AS family_no FROM family_identity
            WHERE snapshot_id = $snapshot AND head_nik IS NOT NULL AND NOT {excel_damaged_sql("head_nik")}
            GROUP BY head_nik
        )
        SELECT read.*, by_nik.person_no,
            coalesce(by_family.family_no, by_kk.family_no, by_nik.family_no, by_head.family_no) AS family_no,
            coalesce(day_from, {_year_start("period")}) AS period_from,
            coalesce(day_to, {_year_end("period")}) AS period_to,
            CASE WHEN coalesce(read.family_id, kk, nik) IS NULL THEN 'no_family_id'
                 WHEN programme IS NULL THEN 'no_programme' END AS reason,
            CAST(NULL AS VARCHAR) AS detail
        FROM read
        LEFT JOIN by_family ON by_family.id = read.family_id
        LEFT JOIN by_kk ON by_kk.id = read.kk
        LEFT JOIN by_nik ON by_nik.id = read.nik
        LEFT JOIN by_head ON by_head.id = read.nik
        """,
        {"snapshot": snapshot_id},
    )
    cursor.execute(
        """
        INSERT INTO enrolment BY NAME
        SELECT $snapshot AS snapshot_id, family_no, person_no, programme, period_from, period_to, 'list' AS source,
            least(coalesce(period_to, period_from), $on) AS vintage, line_no
        FROM staged_recipient WHERE reason IS NULL AND file_no NOT IN ("""
        + known
        + ")",
        {"snapshot": snapshot_id, "on": on},
    )
    for flag, condition in (
        ("recipient_not_in_list", "family_no IS NULL"),
        ("programme_not_in_list", "NOT programme_known"),
        ("period_unknown", "period_from IS NULL OR period_to IS NULL"),
        ("period_reversed", "period_to < period_from"),
    ):
        cursor.execute(
            f"INSERT INTO flag SELECT ?, 'recipients', line_no, line_no, '{flag}' FROM staged_recipient "
            f"WHERE reason IS NULL AND file_no NOT IN ({known}) AND ({condition})",
            [snapshot_id],
        )
    insert_quarantine(cursor, snapshot_id, "staged_recipient", [file for file in files if file not in again])


def _year_start(period: str) -> str:
    return f"CASE WHEN {period} ~ '^(19|20)[0-9]{{2}}$' THEN make_date(CAST({period} AS BIGINT), 1, 1) END"


def _year_end(period: str) -> str:
    return f"CASE WHEN {period} ~ '^(19|20)[0-9]{{2}}$' THEN make_date(CAST({period} AS BIGINT), 12, 31) END"

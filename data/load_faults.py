"""What an import found wrong: flags on accepted rows, and the quarantine with line and reason."""

import duckdb

from data.delivery import IncomingFile
from data.identity import kk_faults_sql, nik_faults_sql, nik_wellformed_sql


def insert_flags(cursor: duckdb.DuckDBPyConnection, snapshot_id: str, with_persons: bool) -> None:
    """One row of table `flag` per fault of an accepted row, read from what was staged. No flagged row is lost."""
    family = {"code_not_in_list": "NOT f.village_known", **kk_faults_sql("f.kk")}
    if with_persons:
        family |= {
            "no_person_row": "m.members IS NULL",
            "no_active_member": "m.active = 0",
            "no_head": "m.heads = 0",
            "several_heads": "m.heads > 1",
            "size_mismatch": "f.size_recorded NOT IN (m.members, m.active)",
        }
    else:
        family |= {
            f"head_{name}": f"f.head_nik IS NOT NULL AND ({sql})"
            for name, sql in nik_faults_sql("f.head_nik", "f.head_birth_date", "f.head_sex").items()
        }
        family["head_nik_duplicate"] = "f.head_nik IN (SELECT head_nik FROM repeated_head)"
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE repeated_head AS SELECT head_nik FROM staged_family "
        "WHERE reason IS NULL AND head_nik IS NOT NULL GROUP BY head_nik HAVING count(*) > 1"
    )
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE repeated_nik AS SELECT nik FROM staged_person "
        "WHERE reason IS NULL AND nik IS NOT NULL GROUP BY nik HAVING count(*) > 1"
    )
    _flag(
        cursor, snapshot_id, "family", "f.family_no", family,
        "FROM staged_family AS f LEFT JOIN member_count AS m USING (family_no) WHERE f.reason IS NULL",
    )  # fmt: skip
    person = {"inactive": "NOT f.active", **nik_faults_sql("f.nik", "f.birth_date", "f.sex")}
    person["nik_duplicate"] = "f.nik IN (SELECT nik FROM repeated_nik)"
    # Most rows are plain, and one cheap look says so: the eight questions are put to the others (measured: a third).
    plain = f"f.active AND coalesce({_agrees('f.nik', 'f.birth_date', 'f.sex')}, false)"
    _flag(
        cursor, snapshot_id, "person", "f.person_no", person,
        f"FROM staged_person AS f WHERE f.reason IS NULL "
        f"AND NOT ({plain} AND f.nik NOT IN (SELECT nik FROM repeated_nik))",
    )  # fmt: skip
    for kind in ("family", "person"):
        cursor.execute(
            f"""
            INSERT INTO flag
            SELECT ?, '{kind}', {kind}_no, line_no,
                CASE WHEN contains(damage, ':') THEN damage ELSE 'unknown_value:' || damage END
            FROM (SELECT {kind}_no, line_no, unnest(string_split(damaged, ',')) AS damage
                  FROM staged_{kind} WHERE reason IS NULL AND damaged <> '')
            """,
            [snapshot_id],
        )


def _agrees(nik: str, birth_date: str, sex: str) -> str:
    """SQL: a NIK of 16 digits with a serial number that says just this birth and sex: `nik_faults_sql` finds nothing
    in it. False or null of every other, faulty or not."""
    born = (
        f"printf('%02d%02d%02d', day({birth_date}) + CASE {sex} WHEN 'female' THEN 40 WHEN 'male' THEN 0 END, "
        f"month({birth_date}), year({birth_date}) % 100)"
    )
    return f"{nik_wellformed_sql(nik)} AND substr({nik}, 7, 6) = {born} AND substr({nik}, 13, 4) <> '0000'"


def _flag(
    cursor: duckdb.DuckDBPyConnection, snapshot_id: str, kind: str, row_no: str, faults: dict[str, str], source: str
) -> None:
    cases = ", ".join(f"CASE WHEN {condition} THEN '{name}' END" for name, condition in faults.items())
    cursor.execute(
        f"""
        INSERT INTO flag
        SELECT $snapshot, '{kind}', row_no, line_no, flag FROM (
            SELECT {row_no} AS row_no, f.line_no, unnest(string_split(concat_ws(',', {cases}), ',')) AS flag {source}
        ) WHERE flag <> '' -- after unnest: a filter on the text itself would compute every fault twice (measured)
        """,
        {"snapshot": snapshot_id},
    )


def insert_quarantine(
    cursor: duckdb.DuckDBPyConnection, snapshot_id: str, staged_table: str, files: list[IncomingFile]
) -> None:
    """Rows of a staged table that have a reason, and the lines that could not be parsed at all."""
    for file in files:
        cursor.execute(
            f"""
            INSERT INTO quarantine
            SELECT $snapshot, $file_no, $name, $kind, line_no, reason,
                CASE WHEN reason = 'no_village_code' AND detail ~ '^[0-9. ]{1, 14}$' THEN detail END
            FROM {staged_table} WHERE file_no = $file_no AND reason IS NOT NULL
            """,
            {"snapshot": snapshot_id, "file_no": file.file_no, "name": file.name, "kind": file.kind},
        )
        if file.staged.unreadable:
            cursor.executemany(
                "INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, ?, NULL)",
                [[snapshot_id, file.file_no, file.name, file.kind, line, why] for line, why in file.staged.unreadable],
            )

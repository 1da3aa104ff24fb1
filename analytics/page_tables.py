"""What `run` stores so that pages need not compute it anew: rows of families, and cells of coverage."""

from datetime import date

import duckdb

from analytics.coverage_cells import derive_cells
from analytics.criteria_codes import stored_sql
from analytics.definitions import family_page_sql, stored_chance
from analytics.pieces import pieces
from data.criteria import default_rules
from data.criteria_rules import RuleSet


def derive_pages(
    cursor: duckdb.DuckDBPyConnection, snapshot_id: str, on: date | None = None, rules: RuleSet | None = None
) -> None:
    """Fill family_page and coverage_cell of a snapshot; programme rules are those in force `on` a day (today).

    rules: the region's own whose judgements are stored, the first file shipped by default; others are judged where
    they are asked for. Needs everything else that `run` derives on `cursor`.
    """
    key = {"snapshot_id": snapshot_id}
    cursor.execute("DELETE FROM family_page WHERE snapshot_id = $snapshot_id", key)
    lines = cursor.execute("SELECT DISTINCT line FROM village_line WHERE snapshot_id = $snapshot_id", key).fetchall()
    families, bound = family_page_sql(
        snapshot_id, {line: column for (line,) in lines if (column := stored_chance(line)) is not None}
    )
    made = f"{families} AND f.family_no BETWEEN $first AND $last"
    judged = stored_sql(rules or default_rules())
    if judged is not None:
        codes, state, params = judged
        made = (
            f"SELECT p.*, c.code0 AS criteria, {state} AS criteria_rules FROM ({made}) AS p "
            f"LEFT JOIN (SELECT * FROM ({codes}) WHERE family_no BETWEEN $first AND $last) AS c USING (family_no)"
        )
        bound |= params
    for piece in pieces(cursor, snapshot_id):
        cursor.execute(f"INSERT INTO family_page BY NAME {made}", bound | piece)
    derive_cells(cursor, snapshot_id, on or date.today())


def judge_again(cursor: duckdb.DuckDBPyConnection, snapshot_id: str, rules: RuleSet) -> None:
    """Store anew what these rules judge of the families of family_page: answers of visits came since `run`."""
    judged = stored_sql(rules)
    if judged is None:
        return
    codes, state, params = judged
    cursor.execute(
        f"UPDATE family_page AS p SET criteria = c.code0, criteria_rules = {state} FROM ({codes}) AS c "
        "WHERE p.snapshot_id = $snapshot_id AND p.family_no = c.family_no",
        {"snapshot_id": snapshot_id} | params,
    )

"""What `run` stores so that pages need not compute it anew: rows of families, and cells of coverage."""

from datetime import date

import duckdb

from analytics.coverage_cells import derive_cells
from analytics.definitions import family_page_sql
from analytics.pieces import pieces


def derive_pages(cursor: duckdb.DuckDBPyConnection, snapshot_id: str, on: date | None = None) -> None:
    """Fill family_page and coverage_cell of a snapshot; programme rules are those in force `on` a day (today).

    Needs everything else that `run` derives on `cursor`.
    """
    key = {"snapshot_id": snapshot_id}
    cursor.execute("DELETE FROM family_page WHERE snapshot_id = $snapshot_id", key)
    lines = cursor.execute("SELECT DISTINCT line FROM village_line WHERE snapshot_id = $snapshot_id", key).fetchall()
    families, bound = family_page_sql(snapshot_id, sorted(line for (line,) in lines))
    for piece in pieces(cursor, snapshot_id):
        cursor.execute(
            f"INSERT INTO family_page BY NAME {families} AND f.family_no BETWEEN $first AND $last", bound | piece
        )
    derive_cells(cursor, snapshot_id, on or date.today())

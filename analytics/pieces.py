"""A register a part at a time, so that the memory a step takes does not grow with it."""

from collections.abc import Iterator

import duckdb

# Smaller parts leave more than they spare: each ends in a row group of its own that is only partly filled (measured).
FAMILIES = 500_000


def pieces(cursor: duckdb.DuckDBPyConnection, snapshot_id: str) -> Iterator[dict[str, int]]:
    """Bound values `first` and `last` of family_no, both ends included, that together hold every family of a snapshot.

    None where it has no family.
    """
    ends = cursor.execute(
        "SELECT min(family_no), max(family_no) FROM family WHERE snapshot_id = $snapshot_id",
        {"snapshot_id": snapshot_id},
    ).fetchone()
    if ends is None or ends[0] is None:
        return
    for first in range(ends[0], ends[1] + 1, FAMILIES):
        yield {"first": first, "last": first + FAMILIES - 1}

"""A register in one file: a row per member, the family's own columns repeated on each of them.

Its families are the first rows of every family id. The rows themselves stay member rows, so that none is counted
twice: a family taken from them has no row of its own in the import report.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb

from data.contracts import HOUSING
from data.mapping import id_text, identifier, quote, source_sql, text_of
from data.reading import StagedTable
from data.recognition import Recognition, recognise_kind
from data.store import Store

if TYPE_CHECKING:
    from data.delivery import IncomingFile

_OF_THE_HOME = frozenset(HOUSING) - {"stunting_risk"}


def families_of_members(store: Store, files: list[IncomingFile]) -> list[IncomingFile]:
    """The files of a delivery, and after every member file with the family's columns the families it holds.

    Such a file has what a member file needs, the village's code and something of the home. Where a family file of its
    own came along, the families are read from that one only.
    """
    both = {id(file): found for file in files if (found := _both(file)) is not None}
    if any(file.kind == "family" and id(file) not in both for file in files):
        return [replace(file, found=both[id(file)][0]) if id(file) in both else file for file in files]
    made: list[IncomingFile] = []
    try:
        result: list[IncomingFile] = []
        for file in files:
            if id(file) not in both:
                result.append(file)
                continue
            person, family = both[id(file)]
            taken = replace(file, staged=_first_rows(store, file.staged, family), found=family, from_members=True)
            made.append(taken)
            result += [replace(file, found=person), taken]
        return result
    except BaseException:
        for taken in made:
            taken.staged.parquet.unlink(missing_ok=True)
        raise


def families_that_differ(cursor: duckdb.DuckDBPyConnection, file: IncomingFile, members: IncomingFile) -> int:
    """How many families taken from member rows are not described alike on all of them."""
    used = {name for field, names in file.found.columns.items() if field != "family_id" for name in names}
    several = " OR ".join(f"count(DISTINCT {identifier(name)}) > 1" for name in sorted(used))
    row = cursor.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM {source_sql(members.staged)} "
        f"WHERE {_id(file.found)} IS NOT NULL GROUP BY {_id(file.found)} HAVING {several})"
    ).fetchone()
    return int(row[0]) if row else 0


def _both(file: IncomingFile) -> tuple[Recognition, Recognition] | None:
    """The file read as members and as families; None where it is not both. What the members' table reads is theirs:
    a NIK or an education on a member's row is not the head's."""
    if file.kind not in ("family", "person"):
        return None
    headers, profile = file.staged.columns, file.found.profile
    person = recognise_kind(headers, profile, "person")
    family = recognise_kind(headers, profile, "family", needed=("family_id", "village_code"))
    if person is None or family is None:
        return None
    theirs = {name for names in [*person.columns.values(), *person.programmes.values()] for name in names}
    columns = {
        field: names
        for field, names in family.columns.items()
        if field == "family_id" or not theirs.intersection(names)
    }
    if not _OF_THE_HOME.intersection(columns):
        return None
    ours = {name for names in columns.values() for name in names}
    why = "baris berkas ini per anggota dan memuat juga ciri keluarga, jadi tiap keluarga dibaca dari baris pertamanya"
    return (
        replace(person, unused=tuple(name for name in person.unused if name not in ours)),
        replace(family, columns=columns, programmes={}, why=why[0].upper() + why[1:]),
    )


def _id(found: Recognition) -> str:
    return id_text(f"({text_of(found.columns['family_id'][0])})")


def _first_rows(store: Store, staged: StagedTable, family: Recognition) -> StagedTable:
    """The first row of every family id, staged anew beside the file's own rows."""
    parquet = store.staging / f"{uuid.uuid4().hex}.parquet"
    cursor = store.cursor()
    try:
        cursor.execute(
            f"COPY (SELECT * FROM {source_sql(staged)} WHERE _line IN (SELECT min(_line) FROM {source_sql(staged)} "
            f"WHERE {_id(family)} IS NOT NULL GROUP BY {_id(family)}) ORDER BY _line) "
            f"TO {quote(str(parquet))} (FORMAT parquet)"
        )
        parquet.chmod(0o600)
        (count,) = cursor.execute(f"SELECT count(*) FROM read_parquet({quote(str(parquet))})").fetchone() or (0,)
    except BaseException:
        parquet.unlink(missing_ok=True)
        raise
    finally:
        cursor.close()
    return replace(staged, parquet=parquet, rows_read=count, unreadable=())

"""A province from the deliveries of its regencies: one joined snapshot of the newest of each.

Deliveries stay as they came, each a snapshot of its own. The joined one is a snapshot like any other, so every
measure, rank and map works on it; joining again replaces it, and nothing else.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import duckdb

from analytics.definitions import sql_text
from analytics.pockets import COVERED
from analytics.text import day, listing, number
from data.contracts import SNAPSHOT_TABLES
from data.errors import Refused
from data.store import Store

# Raw table -> its row numbers: they count within a delivery, so each part's are moved behind those of the last. What a
# file held and what was quarantined stays with the part.
_COPIED: dict[str, tuple[str, ...]] = {
    "family": ("family_no",), "family_identity": ("family_no",), "person": ("person_no", "family_no"),
    "person_identity": ("person_no",), "enrolment": ("family_no", "person_no"), "flag": ("row_no",),
}  # fmt: skip
_OF_FAMILY = "family_no IN (SELECT family_no FROM joined_family)"
_OF_PERSON = f"IN (SELECT person_no FROM person WHERE snapshot_id = $source AND {_OF_FAMILY})"
_KEPT = dict.fromkeys(_COPIED, _OF_FAMILY) | {
    "person_identity": f"person_no {_OF_PERSON}",
    # A recipient in no family of the list counts there and nowhere else.
    "enrolment": f"(family_no IS NULL OR {_OF_FAMILY})",
    "flag": "(kind = 'family' AND row_no IN (SELECT family_no FROM joined_family) "
    f"OR kind = 'person' AND row_no {_OF_PERSON})",
}


@dataclass(frozen=True)
class Part:
    """The newest delivery about one regency. regency: its code; families: those it has there."""

    regency: str
    name: str
    snapshot_id: str
    data_hash: str
    source: str
    source_date: date | None
    families: int


@dataclass(frozen=True)
class JoinReport:
    """What was joined. missing: regencies of the list without a part; other: regencies whose newest delivery is of
    another source or date and was left out; twice: families that stand in more than one part (all are kept)."""

    snapshot_id: str
    parts: tuple[Part, ...]
    families: int
    persons: int
    twice: int
    missing: tuple[str, ...]
    other: tuple[str, ...]
    warnings: tuple[str, ...]


def parts_of(store: Store, province: str) -> tuple[Part, ...]:
    """Per regency of a province (its two digits) the newest delivery that is about it, ordered by regency.

    A delivery is about a regency when at least a tenth of the regency's listed villages have families in it, as for
    pockets: a stray code makes none. A joined snapshot is no delivery.
    """
    rows = store.rows(sql_text("province_parts"), {"province": province, "covered": COVERED})
    return tuple(Part(**row) for row in rows)


def join_province(store: Store, province: str, label: str | None = None) -> JoinReport:
    """Joins the newest deliveries of a province's regencies into one snapshot, in one transaction.

    Only deliveries of one source and one data date are joined, those of the newest import: a decile, an age and a
    list of recipients of another year do not compare. Of a delivery about a regency for which a newer one came, that
    regency's families stay out; families astray in a regency no part of the file is about are kept. The joined
    snapshot has no ranks until `analytics.pipeline.run` scored it, with one card for all.

    Raises Refused `province_unknown`, `province_too_few`.
    """
    named = store.one("SELECT name FROM region WHERE code = $code AND level = 'province'", {"code": province})
    if named is None:
        raise Refused("province_unknown", f"Provinsi {province} tidak ada dalam daftar wilayah; periksa kodenya.")
    found = parts_of(store, province)
    lead = _newest(store, found)
    parts = tuple(part for part in found if lead and (part.source, part.source_date) == (lead.source, lead.source_date))
    if len(parts) < 2:
        raise Refused(
            "province_too_few",
            f"Gabungan {named['name']} memerlukan data sedikitnya dua kabupaten/kota dari sumber dan tanggal yang "
            "sama; impor dahulu data kabupaten/kota yang lain.",
        )
    assert lead is not None  # two parts have a newest
    snapshot_id = f"gabungan-{province}-{lead.source}-{lead.source_date or 'tanpa-tanggal'}"
    other = tuple(part.name for part in found if part not in parts)
    missing = _missing(store, province, found)
    with store.transaction() as cursor:
        for table in SNAPSHOT_TABLES:
            cursor.execute(f"DELETE FROM {table} WHERE snapshot_id = ?", [snapshot_id])
        _copy(cursor, snapshot_id, parts)
        counts = _counts(cursor, snapshot_id)
        warnings = tuple(_warnings(missing, other, counts["twice"]))
        report = JoinReport(
            snapshot_id, parts, counts["families"], counts["persons"], counts["twice"], missing, other, warnings
        )
        title = label or f"{named['name']}, gabungan {number(len(parts))} kabupaten/kota"
        if lead.source_date and not label:
            title += f" per {day(lead.source_date)}"
        _head(cursor, report, title, lead, counts)
    return report


def outdated(store: Store, snapshot_id: str) -> tuple[str, ...]:
    """Names of the regencies for which a joined snapshot no longer holds the newest delivery of its source and date,
    or lacks one that came since; empty for a delivery, and where nothing changed."""
    row = store.one("SELECT report, source, source_date FROM snapshot WHERE snapshot_id = $id", {"id": snapshot_id})
    held = json.loads(row["report"]).get("parts") if row and row["report"] else None
    if row is None or held is None:
        return ()
    joined = {(part["regency"], part["snapshot_id"], part["data_hash"]) for part in held}
    return tuple(
        part.name
        for part in parts_of(store, held[0]["regency"][:2])
        if (part.source, part.source_date) == (row["source"], row["source_date"])
        and (part.regency, part.snapshot_id, part.data_hash) not in joined
    )


def _newest(store: Store, parts: tuple[Part, ...]) -> Part | None:
    row = store.one(
        "SELECT snapshot_id FROM snapshot WHERE list_contains($ids, snapshot_id) "
        "ORDER BY imported_at DESC, snapshot_id DESC LIMIT 1",
        {"ids": [part.snapshot_id for part in parts]},
    )
    return next((part for part in parts if row and part.snapshot_id == row["snapshot_id"]), None)


def _missing(store: Store, province: str, parts: tuple[Part, ...]) -> tuple[str, ...]:
    rows = store.rows(
        "SELECT name FROM region WHERE level = 'regency' AND parent = $province AND NOT list_contains($held, code) "
        "ORDER BY code",
        {"province": province, "held": [part.regency for part in parts]},
    )
    return tuple(row["name"] for row in rows)


def _copy(cursor: duckdb.DuckDBPyConnection, snapshot_id: str, parts: tuple[Part, ...]) -> None:
    offset = 0
    for source in dict.fromkeys(part.snapshot_id for part in parts):
        own = [part.regency for part in parts if part.snapshot_id == source]
        cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE joined_family AS {sql_text('province_families')}",
            {"snapshot_id": source, "own": own, "covered": COVERED},
        )
        for table, numbers in _COPIED.items():
            moved = ", ".join(f"{column} + {offset} AS {column}" for column in numbers)
            cursor.execute(
                f"INSERT INTO {table} SELECT * REPLACE ($joined AS snapshot_id, {moved}) FROM {table} "
                f"WHERE snapshot_id = $source AND {_KEPT[table]}",
                {"joined": snapshot_id, "source": source},
            )
        offset = _last_number(cursor, snapshot_id)
    cursor.execute("DROP TABLE joined_family")


def _last_number(cursor: duckdb.DuckDBPyConnection, snapshot_id: str) -> int:
    row = cursor.execute(
        "SELECT greatest((SELECT coalesce(max(family_no), 0) FROM family WHERE snapshot_id = $id), "
        "(SELECT coalesce(max(person_no), 0) FROM person WHERE snapshot_id = $id))",
        {"id": snapshot_id},
    ).fetchone()
    assert row is not None  # scalar subqueries always give one row
    return int(row[0])


def _counts(cursor: duckdb.DuckDBPyConnection, snapshot_id: str) -> dict[str, int]:
    row = cursor.execute(
        "SELECT (SELECT count(*) FROM family WHERE snapshot_id = $id), "
        "(SELECT count(*) FROM person WHERE snapshot_id = $id AND active), "
        "(SELECT count(*) FROM (SELECT pseudonym FROM family WHERE snapshot_id = $id "
        "GROUP BY pseudonym HAVING count(*) > 1) AS again), "
        "(SELECT count(DISTINCT village_code) FROM family WHERE snapshot_id = $id AND village_known), "
        "(SELECT count(DISTINCT village_code) FROM family WHERE snapshot_id = $id AND NOT village_known)",
        {"id": snapshot_id},
    ).fetchone()
    assert row is not None  # scalar subqueries always give one row
    return dict(zip(("families", "persons", "twice", "villages", "villages_unknown"), row, strict=True))


def _warnings(missing: tuple[str, ...], other: tuple[str, ...], twice: int) -> list[str]:
    said = []
    if missing:
        said.append(f"Belum ada data {listing(list(missing))}: gabungan ini belum seluruh provinsi.")
    if other:
        said.append(
            f"Data terbaru {listing(list(other))} berasal dari sumber atau tanggal lain, jadi tidak ikut digabung."
        )
    if twice:
        said.append(
            f"{number(twice)} keluarga tercatat di lebih dari satu kabupaten/kota dan terhitung di masing-masing; "
            "periksa kepindahannya."
        )
    return said


def _head(
    cursor: duckdb.DuckDBPyConnection, report: JoinReport, label: str, lead: Part, counts: dict[str, int]
) -> None:
    """The row in table snapshot. Dated as its oldest part, so that the newest import is always a delivery: that is
    what a list of recipients without a family file is added to."""
    hashes = "".join(f"{part.regency}{part.data_hash}" for part in report.parts)
    names = ("path", "kind", "profile", "rows_read", "rows_accepted", "rows_quarantined")
    rows = cursor.execute(
        f"SELECT {', '.join(names)} FROM import_file WHERE list_contains($ids, snapshot_id) "
        "ORDER BY snapshot_id, file_no",
        {"ids": [part.snapshot_id for part in report.parts]},
    ).fetchall()
    files = [dict(zip(names, row, strict=True)) for row in rows]
    kept = {name: sum(file[name] for file in files) for name in names[3:]}
    told: dict[str, Any] = {
        "snapshot_id": report.snapshot_id, **{key: count for key, count in counts.items() if key != "twice"}, **kept,
        "quarantine_reasons": {}, "flags": {}, "warnings": list(report.warnings), "files": files,
        "parts": [asdict(part) for part in report.parts],
    }  # fmt: skip
    cursor.execute(
        "INSERT INTO snapshot SELECT * REPLACE ($id AS snapshot_id, $label AS label, "
        "(SELECT min(imported_at) FROM snapshot WHERE list_contains($ids, snapshot_id)) AS imported_at, "
        "$hash AS data_hash, $report AS report) FROM snapshot WHERE snapshot_id = $lead",
        {
            "id": report.snapshot_id, "label": label, "lead": lead.snapshot_id,
            "ids": [part.snapshot_id for part in report.parts],
            "hash": hashlib.sha256(hashes.encode()).hexdigest(),
            "report": json.dumps(told, ensure_ascii=False, default=str),
        },
    )  # fmt: skip

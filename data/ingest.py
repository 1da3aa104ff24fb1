"""Files of an office → one snapshot, in one transaction.

Three steps, so that a screen can stop between them: `inspect_files` (parse, recognise), `decide_codes`
(which code system, which bridge) and `import_delivery` (load). `import_files` is all three.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from data.bridge import read_bridge, save_bridge
from data.delivery import CodeDecision, Delivery, IncomingFile, Progress, decide_codes, inspect_files, tell
from data.errors import Refused
from data.load_enrolments import load_recipients
from data.load_references import REFERENCE_KINDS, load_reference, quarantine_key
from data.load_register import load_register
from data.store import Store


@dataclass(frozen=True)
class ImportReport:
    """What an import did. Counts are rows; `persons` are active members; flags and reasons are counts by code.

    snapshot_id is None when only reference tables (population, official figures, priority list) came in.
    """

    snapshot_id: str | None
    code_system: str | None
    families: int
    persons: int
    villages: int
    villages_unknown: int
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    quarantine_reasons: dict[str, int]
    flags: dict[str, int]
    warnings: tuple[str, ...]
    files: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """The keys of the command line's contract."""
        return {**self.__dict__, "warnings": list(self.warnings), "files": list(self.files)}


def import_files(
    store: Store,
    paths: Iterable[Path],
    profile: str = "auto",
    bridge: Path | None = None,
    label: str | None = None,
    date: date | None = None,
    progress: Progress = None,
) -> ImportReport:
    """Import the files of one delivery as one snapshot; raises Refused and changes nothing if it cannot."""
    with inspect_files(store, list(paths), profile, progress=progress) as delivery:
        decision = decide_codes(store, delivery, bridge)
        pairs = read_bridge(bridge) if bridge is not None and decision is None else None
        return import_delivery(store, delivery, decision, label, date, progress, pairs)


def import_delivery(
    store: Store,
    delivery: Delivery,
    decision: CodeDecision | None,
    label: str | None = None,
    date: date | None = None,
    progress: Progress = None,
    bridge: pd.DataFrame | None = None,
) -> ImportReport:
    """Load an inspected delivery in one transaction: killed at any moment, the store is as before or as after.

    bridge: bps_code, village_code for reference tables that come without a family file; else the decision's is used.
    """
    _check_complete(store, delivery)
    now = datetime.now(UTC).replace(tzinfo=None)
    tallies: list[FileTally] = []
    warnings: list[str] = []
    with store.transaction() as cursor:
        snapshot_id = None
        if decision is not None:
            tell(progress, 0.45, "Memeriksa keluarga dan anggota")
            register = load_register(cursor, store.key, delivery, decision, label, date, now)
            if len(decision.bridge) and decision.how != "saved":
                save_bridge(cursor, decision.bridge, decision.how)
            snapshot_id = register.snapshot_id
            warnings += register.warnings
            tallies += [
                _tally(cursor, file, "staged_family", snapshot_id)
                for file in delivery.of_kind("family")
                if not file.from_members
            ]
            tallies += [_tally(cursor, file, "staged_person", snapshot_id) for file in delivery.of_kind("person")]
        if recipients := delivery.of_kind("recipients"):
            tell(progress, 0.75, "Mencocokkan penerima program")
            snapshot_id = snapshot_id or _latest_snapshot(cursor)
            if decision is None:
                delivery = _numbered_on(cursor, snapshot_id, delivery)
                recipients = delivery.of_kind("recipients")
            again = _already_in(cursor, snapshot_id, recipients)
            if again:
                warnings += [
                    f"Daftar {file.name} sudah termuat dalam data ini dan tidak dihitung dua kali." for file in again
                ]
            load_recipients(cursor, snapshot_id, recipients, date or now.date(), again)
            new = [file for file in recipients if file not in again]
            if decision is None and new:
                _extend_data_hash(cursor, snapshot_id, new)
            tallies += [_tally(cursor, file, "staged_recipient", snapshot_id) for file in recipients]
        for file in delivery.files:
            if file.kind in REFERENCE_KINDS:
                pairs = decision.bridge if decision is not None and len(decision.bridge) else bridge
                warnings += load_reference(cursor, file, now.date(), pairs)
                tallies.append(_tally(cursor, file, "staged_reference", quarantine_key(file)))
        tell(progress, 0.9, "Menyusun laporan impor")
        report = _report(cursor, snapshot_id, decision, delivery, tallies, warnings)
        if snapshot_id is not None:
            _keep_files(cursor, snapshot_id, delivery, tallies)
            if decision is not None:
                kept = json.dumps(report.as_json(), ensure_ascii=False)
                cursor.execute("UPDATE snapshot SET report = ? WHERE snapshot_id = ?", [kept, snapshot_id])
    tell(progress, 1.0, "Impor selesai")
    return report


@dataclass(frozen=True)
class FileTally:
    """Rows of one file: what it holds (counted by a pass of its own), what was accepted, what was not, and why."""

    path: str
    kind: str
    profile: str
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    reasons: dict[str, int]


def _tally(cursor: duckdb.DuckDBPyConnection, file: IncomingFile, staged_table: str, quarantine_id: str) -> FileTally:
    (accepted,) = cursor.execute(
        f"SELECT count(*) FROM {staged_table} WHERE file_no = ? AND reason IS NULL", [file.file_no]
    ).fetchone() or (0,)
    reasons = dict(
        cursor.execute(
            "SELECT reason, count(*) FROM quarantine WHERE snapshot_id = ? AND file_no = ? "
            "GROUP BY reason ORDER BY reason",
            [quarantine_id, file.file_no],
        ).fetchall()
    )
    tally = FileTally(
        file.name, file.kind, file.found.profile.name, file.staged.rows_read, accepted, sum(reasons.values()), reasons
    )
    if tally.rows_read != tally.rows_accepted + tally.rows_quarantined:
        raise Refused(
            "rows_do_not_add_up",
            f"Berkas {file.name} berisi {tally.rows_read} baris, tetapi hanya {accepted + tally.rows_quarantined} yang "
            "dapat dipertanggungjawabkan; tidak ada yang dimuat, kirim berkas itu kepada pengembang Tepat.",
        )
    return tally


def _keep_files(
    cursor: duckdb.DuckDBPyConnection, snapshot_id: str, delivery: Delivery, tallies: list[FileTally]
) -> None:
    by_path = {(tally.path, tally.kind): tally for tally in tallies}
    kept = {
        number
        for (number,) in cursor.execute(
            "SELECT file_no FROM import_file WHERE snapshot_id = ?", [snapshot_id]
        ).fetchall()
    }
    for file in delivery.files:
        if file.file_no in kept or file.from_members:
            continue
        tally = by_path[file.name, file.kind]
        cursor.execute(
            "INSERT INTO import_file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                snapshot_id, file.file_no, file.name, file.kind, file.found.profile.name, file.found.why,
                tally.rows_read, tally.rows_accepted, tally.rows_quarantined, file.staged.sha256,
            ],
        )  # fmt: skip


def _report(
    cursor: duckdb.DuckDBPyConnection,
    snapshot_id: str | None,
    decision: CodeDecision | None,
    delivery: Delivery,
    tallies: list[FileTally],
    warnings: list[str],
) -> ImportReport:
    counts = cursor.execute(
        """
        SELECT (SELECT count(*) FROM family WHERE snapshot_id = $snapshot),
            (SELECT count(*) FROM person WHERE snapshot_id = $snapshot AND active),
            (SELECT count(DISTINCT village_code) FROM family WHERE snapshot_id = $snapshot AND village_known),
            (SELECT count(DISTINCT village_code) FROM family WHERE snapshot_id = $snapshot AND NOT village_known)
        """,
        {"snapshot": snapshot_id},
    ).fetchone()
    assert counts is not None  # one row of four scalar subqueries
    flags = dict(
        cursor.execute(
            "SELECT flag, count(*) AS n FROM flag WHERE snapshot_id = ? GROUP BY flag ORDER BY n DESC, flag",
            [snapshot_id],
        ).fetchall()
    )
    reasons: dict[str, int] = {}
    for tally in tallies:
        for reason, count in tally.reasons.items():
            reasons[reason] = reasons.get(reason, 0) + count
    return ImportReport(
        snapshot_id=snapshot_id,
        code_system=decision.system if decision else None,
        families=counts[0],
        persons=counts[1],
        villages=counts[2],
        villages_unknown=counts[3],
        rows_read=sum(tally.rows_read for tally in tallies),
        rows_accepted=sum(tally.rows_accepted for tally in tallies),
        rows_quarantined=sum(tally.rows_quarantined for tally in tallies),
        quarantine_reasons=reasons,
        flags=flags,
        warnings=(*warnings, *_header_warnings(delivery), *_code_warnings(decision, counts[3])),
        files=tuple({key: value for key, value in asdict(tally).items() if key != "reasons"} for tally in tallies),
    )


def _header_warnings(delivery: Delivery) -> list[str]:
    warnings = [file.found.profile.note for file in delivery.files if file.found.profile.note]
    warnings = list(dict.fromkeys(warnings))  # once for all files of a profile
    for file in delivery.files:
        if file.from_members:
            continue
        for header, key in file.found.close.items():
            warnings.append(f"{file.name}: judul kolom “{header}” dibaca sebagai “{key}”.")
        used = {name for names in file.found.columns.values() for name in names}
        for header in file.found.unused:
            first = re.sub(r"_[0-9]+$", "", header)  # how `data.headers.column_names` tells copies apart
            twin = next((name for name in used if name.casefold() == first.casefold() != header.casefold()), None)
            if twin is not None:
                warnings.append(f"{file.name}: judul kolom “{twin}” tercantum lebih dari sekali; yang pertama dibaca.")
        if file.staged.other_sheets:
            warnings.append(
                f"{file.name}: hanya lembar “{file.staged.sheet}” yang dibaca; lembar "
                f"{', '.join(f'“{name}”' for name in file.staged.other_sheets)} tidak."
            )
    return warnings


def _code_warnings(decision: CodeDecision | None, unknown: int) -> list[str]:
    warnings = []
    if decision is not None and decision.system != "kemendagri":
        warnings.append(decision.reason)
    if decision is not None and decision.note:
        warnings.append(decision.note)
    if decision is not None and decision.proposal is not None and len(decision.proposal.unmatched):
        warnings.append(
            f"{len(decision.proposal.unmatched)} kode desa belum punya pasangan; keluarganya ikut dalam jumlah "
            "kabupaten/kota tetapi tidak tampil pada peta sampai jembatan kode dilengkapi."
        )
    if unknown:
        warnings.append(
            f"{unknown} kode desa tidak ada dalam daftar wilayah; keluarganya ikut dalam jumlah, tetapi tidak tampil "
            "pada peta."
        )
    return warnings


def _check_complete(store: Store, delivery: Delivery) -> None:
    kinds = {file.kind for file in delivery.files}
    if "person" in kinds and "family" not in kinds:
        raise Refused(
            "family_file_missing",
            "Berkas anggota keluarga tidak dapat dimuat sendiri; pilih juga berkas keluarganya.",
        )
    if "recipients" in kinds and "family" not in kinds and store.one("SELECT 1 AS found FROM snapshot LIMIT 1") is None:
        raise Refused(
            "family_file_missing",
            "Daftar penerima tidak dapat dimuat sebelum ada data keluarga; muat dahulu berkas keluarga.",
        )


def _numbered_on(cursor: duckdb.DuckDBPyConnection, snapshot_id: str, delivery: Delivery) -> Delivery:
    """The files with numbers of their own in a snapshot that has files already; one it has keeps its number."""
    kept = dict(
        cursor.execute("SELECT sha256, file_no FROM import_file WHERE snapshot_id = ?", [snapshot_id]).fetchall()
    )
    last = max(kept.values(), default=0)
    return Delivery(
        tuple(replace(file, file_no=kept.get(file.staged.sha256, last + file.file_no)) for file in delivery.files)
    )


def _already_in(cursor: duckdb.DuckDBPyConnection, snapshot_id: str, files: list[IncomingFile]) -> list[IncomingFile]:
    rows = cursor.execute("SELECT sha256 FROM import_file WHERE snapshot_id = ?", [snapshot_id]).fetchall()
    kept = {sha256 for (sha256,) in rows}
    return [file for file in files if file.staged.sha256 in kept]


def _extend_data_hash(cursor: duckdb.DuckDBPyConnection, snapshot_id: str, files: list[IncomingFile]) -> None:
    cursor.execute(
        "UPDATE snapshot SET data_hash = sha256(data_hash || ?) WHERE snapshot_id = ?",
        ["".join(file.staged.sha256 for file in files), snapshot_id],
    )


def _latest_snapshot(cursor: duckdb.DuckDBPyConnection) -> str:
    row = cursor.execute("SELECT snapshot_id FROM snapshot ORDER BY imported_at DESC LIMIT 1").fetchone()
    assert row is not None  # _check_complete has seen one
    return str(row[0])

"""The record of by-name exports: append-only JSON lines beside the database, each sealed to the one before.

A line holds when, what, which region, why, for whom, by whom and how many rows; never a name or a number of a
person in the data. Its seal is an HMAC (the store's key) over the line and the previous seal, so an edited, removed
or inserted line breaks the chain. The last seal is also kept in the database: lines cut off the end are missed too.
"""

import hashlib
import hmac
import json
import os
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from analytics.scope import Scope
from data.disk import disk_faults
from data.errors import Refused
from data.store import Store

_LOCK = threading.Lock()
_HEAD = "audit_head"
_MAX = 500
_LONG_NUMBER = re.compile(r"(?:\d[ .\-]?){16}")


@dataclass(frozen=True)
class ChainCheck:
    """lines: lines in the file. broken_at: first line (from 1) that does not follow, null when none.

    missing: lines that the database knows of and the file has lost at its end.
    """

    lines: int
    broken_at: int | None
    missing: int

    @property
    def ok(self) -> bool:
        return self.broken_at is None and self.missing == 0


def path(store: Store) -> Path:
    """The record's file."""
    return store.path.with_suffix(".audit.jsonl")


def record(
    store: Store,
    action: str,
    scope: Scope,
    purpose: str,
    recipient: str,
    rows: int,
    requested_by: str | None = None,
    pseudonyms: Sequence[str] = (),
) -> None:
    """Append one use and make sure it is on the disk. pseudonyms: the families it was about, where they are few.

    Refused `purpose_missing` or `recipient_missing` when empty, `purpose_personal` when a text holds a number of
    16 digits (a NIK or KK), `audit_broken` when the record has been tampered with.
    """
    purpose, recipient, by = checked(purpose, recipient, requested_by)
    with _LOCK:
        # A record that was tampered with is not continued: the next line would seal the damage.
        if not check_chain(store).ok:
            raise Refused(
                "audit_broken",
                f"Catatan pengeluaran data {path(store).name} tidak utuh; pulihkan berkas itu dari cadangan "
                "sebelum mengeluarkan data lagi.",
            )
        lines = _lines(store)
        entry: dict[str, Any] = {
            "at": datetime.now().astimezone().isoformat(timespec="seconds"),
            "action": action,
            "scope": scope.echo(),
            "purpose": purpose,
            "recipient": recipient,
            "requested_by": by,
            "rows": rows,
        }
        if pseudonyms:
            entry["pseudonyms"] = list(pseudonyms)
        seal = _seal(store.key, _previous(lines), entry)
        _append(path(store), _compact(entry | {"seal": seal}) + "\n")
        with store.transaction() as cursor:
            cursor.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [_HEAD, f"{len(lines) + 1}:{seal}"])


def read(store: Store) -> list[dict[str, Any]]:
    """All entries, oldest first, without their seals. A line that is no JSON object is left to `check_chain`."""
    entries = [_parsed(line) for line in _lines(store)]
    return [{name: value for name, value in entry.items() if name != "seal"} for entry in entries if entry]


def check_chain(store: Store) -> ChainCheck:
    """Whether every line follows the one before and none is lost at the end."""
    lines = _lines(store)
    previous = ""
    for number, line in enumerate(lines, start=1):
        entry = _parsed(line)
        seal = entry.pop("seal", None) if entry else None
        if entry is None or seal != _seal(store.key, previous, entry):
            return ChainCheck(len(lines), number, 0)
        previous = seal
    known = store.one("SELECT value FROM meta WHERE key = ?", [_HEAD])
    count, head = known["value"].split(":") if known else ("0", "")
    # The file may be one line ahead (stopped between the two writes), never behind.
    if int(count) > len(lines):
        return ChainCheck(len(lines), None, int(count) - len(lines))
    if head and _parsed(lines[int(count) - 1])["seal"] != head:  # type: ignore[index]
        return ChainCheck(len(lines), int(count), 0)
    return ChainCheck(len(lines), None, 0)


def checked(purpose: str, recipient: str, by: str | None) -> tuple[str, str, str | None]:
    """The three texts as they are recorded, blanks tidied. Refused as `record` says."""
    purpose, recipient = " ".join(purpose.split()), " ".join(recipient.split())
    by = " ".join(by.split()) if by else None
    if not purpose:
        raise Refused("purpose_missing", "Isi dahulu tujuan penggunaan data, lalu unduh kembali.")
    if not recipient:
        raise Refused("recipient_missing", "Isi dahulu penerima data (nama instansi atau tim), lalu unduh kembali.")
    for text in (purpose, recipient, by or ""):
        if len(text) > _MAX:
            raise Refused("purpose_too_long", f"Singkatkan tujuan dan penerima hingga paling banyak {_MAX} karakter.")
        if _LONG_NUMBER.search(text):
            raise Refused(
                "purpose_personal", "Tujuan dan penerima tidak boleh memuat NIK atau nomor KK; hapus nomor itu."
            )
    return purpose, recipient, by


def _lines(store: Store) -> list[str]:
    try:
        return path(store).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def _previous(lines: list[str]) -> str:
    last = _parsed(lines[-1]) if lines else None
    return last["seal"] if last else ""


def _compact(entry: dict[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def _seal(key: bytes, previous: str, entry: dict[str, Any]) -> str:
    return hmac.new(key, f"audit\n{previous}\n{_compact(entry)}".encode(), hashlib.sha256).hexdigest()


def _append(file: Path, line: str) -> None:
    """The whole line is on the disk, or none of it: half a line would break the chain for good."""
    with disk_faults(), os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "wb", 0) as record:
        before = record.seek(0, os.SEEK_END)
        try:
            rest = line.encode()
            while rest:  # a full disk takes a part first, and says so only when asked for the rest
                rest = rest[record.write(rest) :]
            os.fsync(record.fileno())
        except BaseException:
            record.truncate(before)
            raise

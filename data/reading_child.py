"""The child process of `data.reading`: one request as JSON on stdin, one answer as JSON on stdout.

Nothing of the file's contents is printed, not even with an error.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.errors import Refused
from data.reading import Limits

_TEXT = (".csv", ".txt", ".tsv")
_SHEET = ".xlsx"
_PARQUET = ".parquet"

# First bytes of what offices rename or mistake for a table.
_ZIP, _OLE, _PDF, _PARQUET_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"PAR1"
_DUCKDB_AT = 8

_SAVE_AS = "simpan sebagai CSV atau XLSX, lalu coba lagi."


def main() -> None:
    """Stage the requested file; the answer holds the fields of StagedTable."""
    answer_request(
        lambda request, limits: read(
            Path(request["path"]),
            Path(request["parquet"]),
            frozenset(request["known_headers"]),
            request["allow_parquet"],
            limits,
            request["sheets"],
        )
    )


def answer_request(job: Callable[[dict[str, Any], Limits], dict[str, Any]]) -> None:
    """Answer with what the job gives under the limits, or `refused`, or `crash` with the exception's type."""
    request = json.load(sys.stdin)
    limits = Limits(**request["limits"])
    os.umask(0o077)
    try:
        _limit_memory(limits.memory_bytes)
        answer = job(request, limits)
    except Refused as refused:
        answer = {"refused": [refused.code, refused.message]}
    except MemoryError:
        answer = {"crash": "MemoryError", "memory": True}
    except OSError as error:
        answer = {"crash": type(error).__name__, "errno": error.errno}
    except Exception as error:  # noqa: BLE001 (the parent turns it into one sentence)
        answer = {"crash": type(error).__name__}
    print(json.dumps(answer))


def read(
    path: Path,
    parquet: Path,
    known: frozenset[str],
    allow_parquet: bool,
    limits: Limits,
    sheets: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Stage one file; the fields of StagedTable that reading finds out. sheets: what `read_sheet` takes besides."""
    reader, in_sheets = _reader(path, allow_parquet)
    answer = reader(path, parquet, known, limits, **((sheets or {}) if in_sheets else {}))
    import pyarrow.parquet as pq

    staged = pq.read_metadata(parquet).num_rows
    if staged + len(answer["unreadable"]) != answer["rows_read"]:
        raise RuntimeError("rows got lost")
    return answer | {"sha256": _sha256(path)}


def _limit_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _reader(path: Path, allow_parquet: bool) -> tuple[Callable[..., dict[str, Any]], bool]:
    """How to read the file, and whether it has sheets: its contents decide, its name must agree."""
    with path.open("rb") as file:
        start = file.read(16)
    suffix = path.suffix.lower()
    if not start:
        raise Refused("empty_file", "Berkas ini kosong; pilih berkas yang memuat data.")
    if start.startswith(_ZIP) and suffix in (*_TEXT, _SHEET):
        from data.reading_sheet import read_sheet

        return read_sheet, True
    if start.startswith(_PARQUET_MAGIC) and suffix == _PARQUET and allow_parquet:
        from data.reading_parquet import read_parquet

        return read_parquet, False
    if start.startswith(_OLE):
        raise Refused(
            "unsupported_format",
            f"Berkas ini berformat Excel lama atau dilindungi kata sandi; buka di Excel, {_SAVE_AS}",
        )
    foreign = start.startswith((_ZIP, _PDF, _PARQUET_MAGIC)) or start[_DUCKDB_AT:].startswith(b"DUCK")
    if foreign or suffix not in _TEXT:
        raise Refused("unsupported_format", f"Berkas ini berformat yang tidak dapat dibaca; {_SAVE_AS}")
    from data.reading_text import read_text

    return read_text, False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()

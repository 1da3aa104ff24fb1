"""Any office table to text columns on disk, parsed by a child process under limits.

The parent opens none of the file's contents: a file that crashes, hangs or swells its parser costs a
child process and one sentence.
"""

import hashlib
import json
import logging
import subprocess
import sys
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from data.disk import disk_refusal
from data.errors import Refused

_ROOT = Path(__file__).resolve().parents[1]
_CHILD = "data.reading_child"
_OUT_OF_MEMORY = b"memory allocation of"  # what a Rust parser says before it aborts

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """What one file may cost. Beyond them it is refused."""

    max_bytes: int = 2_000_000_000
    seconds: float = 600
    # Address space of the child (POSIX). Python with Arrow and Parquet starts under 0.5 GB and reserves up to
    # 1.6 GB where it may; a sheet of 100,000 x 31 cells peaks at 1.7 GB, of them 0.5 GB resident (measured).
    # Text is read in pieces.
    memory_bytes: int = 4_000_000_000
    max_columns: int = 2_000
    max_line_bytes: int = 1_000_000  # a register's are a few hundred; many long ones would fill the memory
    max_unpacked_bytes: int = 1_500_000_000  # of a workbook, which is a zip
    max_unpacked_ratio: int = 200  # and of that, against its packed size, beyond 50 MB
    max_entries: int = 10_000


@dataclass(frozen=True)
class StagedTable:
    """One table as text, in a Parquet file the store may read; the caller removes it after use.

    Every cell is the text of the file: an empty cell is "", never null. A sheet's numbers without a
    fraction have none (`3201`), dates are `YYYY-MM-DD`, truth values `Ya` and `Tidak`.
    """

    path: Path  # the file as given
    name: str
    sha256: str
    parquet: Path  # `_line` BIGINT, then one VARCHAR per entry of `columns`
    columns: tuple[str, ...]
    rows_read: int  # records below the header that are not wholly blank, counted apart from the parser
    unreadable: tuple[tuple[int, str], ...]  # (line, `unparsable` or `total_row`); not in the Parquet file
    header_line: int  # physical line or sheet row; 0: the file has none (Parquet)
    encoding: str | None  # null for a workbook or Parquet
    delimiter: str | None
    sheet: str | None
    other_sheets: tuple[str, ...] = ()  # sheets with known headers too, which were not read
    twins: tuple[str, ...] = ()  # other sheets with the same header, to be staged each by its name


def stage(
    path: Path,
    staging: Path,
    known_headers: frozenset[str],
    *,
    allow_parquet: bool = False,
    limits: Limits = Limits(),
    several_sheets: bool = False,
    sheet: str | None = None,
) -> StagedTable:
    """Parse a CSV, TXT, TSV or XLSX file into a Parquet file below `staging`, readable by its owner only.

    `known_headers` are header keys (`data.headers.header_key`) by which the header row is told from
    title rows. Every record is either in the Parquet file or in `unreadable`. A workbook whose sheets share one
    header is refused (`several_sheets`) unless that is given: then the first is staged and the others are its `twins`,
    each to be staged by its name as `sheet`; the hash is then the file's and the sheet's together. Raises Refused
    `file_missing`, `unsupported_format`, `not_a_table`, `empty_file`, `no_header`, `too_large`,
    `reading_timeout`, `reading_memory`; then nothing is left in `staging`.
    """
    path = Path(path)
    check_file(path, limits)
    staging = staging.resolve()
    token = uuid.uuid4().hex
    parquet = staging / f"{token}.parquet"
    request = {
        "path": str(path.resolve()),
        "parquet": str(parquet),
        "known_headers": sorted(known_headers),
        "allow_parquet": allow_parquet,
        "limits": asdict(limits),
        "sheets": {"sheet_name": sheet, "several": several_sheets},
    }
    done = False
    try:
        answer = ask_child(_CHILD, request, path.name, limits)
        table = StagedTable(
            path=path,
            name=path.name,
            sha256=_sheet_hash(answer) if sheet or answer.get("twins") else answer["sha256"],
            parquet=parquet,
            columns=tuple(answer["columns"]),
            rows_read=answer["rows_read"],
            unreadable=tuple((line, reason) for line, reason in answer["unreadable"]),
            header_line=answer["header_line"],
            encoding=answer["encoding"],
            delimiter=answer["delimiter"],
            sheet=answer["sheet"],
            other_sheets=tuple(answer.get("other_sheets", ())),
            twins=tuple(answer.get("twins", ())),
        )
        done = True
        return table
    finally:
        for left in staging.glob(f"{token}.*"):
            if not (done and left == parquet):
                left.unlink(missing_ok=True)


def _sheet_hash(answer: dict[str, Any]) -> str:
    return hashlib.sha256(f"{answer['sha256']}\n{answer['sheet']}".encode()).hexdigest()


def check_file(path: Path, limits: Limits) -> None:
    """Refused `file_missing`, or `too_large` for a file beyond the limit."""
    name = printable(path.name)
    if not path.is_file():
        raise Refused("file_missing", f"Berkas {name} tidak ditemukan; periksa nama dan tempatnya.")
    if path.stat().st_size > limits.max_bytes:
        raise Refused(
            "too_large",
            f"Berkas {name} melebihi batas {limits.max_bytes // 1_000_000} MB; pecah menjadi beberapa berkas.",
        )


def printable(name: str) -> str:
    """A file's name as a sentence may hold it: without line breaks and marks that turn the writing round."""
    return "".join(character if character.isprintable() else " " for character in name)


def ask_child(module: str, request: dict[str, Any], name: str, limits: Limits) -> dict[str, Any]:
    """The answer of a reading child (a module run with the request on stdin, see `data.reading_child`).

    Raises what the child refused, `reading_timeout`, `reading_memory`, `disk_full` and `not_writable` (`data.disk`),
    and `not_a_table` where it fell.
    """
    name = printable(name)
    try:
        child = subprocess.run(
            [sys.executable, "-m", module],
            cwd=_ROOT,
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused(
            "reading_timeout",
            f"Berkas {name} tidak selesai dibaca dalam {limits.seconds:.0f} detik; pecah menjadi beberapa berkas.",
        ) from None
    try:
        answer = json.loads(child.stdout)
    except ValueError:
        answer = {"crash": f"exit code {child.returncode}"}
        if _OUT_OF_MEMORY in child.stderr or child.returncode == -9:
            answer = {"crash": "out of memory", "memory": True}
    if "refused" in answer:
        code, message = answer["refused"]
        raise Refused(code, message.replace("Berkas ini", f"Berkas {name}", 1))
    if "crash" in answer:
        _log.warning("reading child failed: %s", answer["crash"])
        refusal = disk_refusal(OSError(answer.get("errno"), ""))
        if refusal is not None:
            raise refusal
        if answer.get("memory"):
            raise Refused(
                "reading_memory", f"Berkas {name} memerlukan memori melebihi batas; pecah menjadi beberapa berkas."
            )
        raise Refused(
            "not_a_table",
            f"Berkas {name} tidak dapat dibaca sebagai tabel; buka dan simpan ulang sebagai CSV atau XLSX.",
        )
    return answer

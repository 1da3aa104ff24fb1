"""What a full disk or a folder that may not be written says to a user, and how a file is written whole.

DuckDB gives such a failure under several types (`IOException`, `TransactionException` at the commit,
`FatalException` at a checkpoint; measured with DuckDB 1.5.5 on a full tmpfs); only the system's words in its text are
the same.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from data.errors import Refused

# A file beyond what a memory stick's file system or a quota allows is a full disk to the user.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_CLOSED = (errno.EROFS, errno.EACCES, errno.EPERM)
_FULL_WORDS = ("no space left on device", "disk quota exceeded", "file too large", "not enough space on the disk")
_CLOSED_WORDS = ("read-only file system", "permission denied", "operation not permitted", "access is denied")


def disk_refusal(error: BaseException) -> Refused | None:
    """`disk_full` or `not_writable` where that is what an OSError or a DuckDB error says, else None."""
    number = error.errno if isinstance(error, OSError) else None
    text = str(error).lower() if isinstance(error, OSError | duckdb.Error) else ""
    if number in _FULL or any(words in text for words in _FULL_WORDS):
        return Refused(
            "disk_full",
            "Ruang penyimpanan penuh sehingga pekerjaan ini dibatalkan dan basis data tetap seperti sebelumnya; "
            "kosongkan ruang pada cakram tempat basis data berada, lalu coba lagi.",
        )
    if number in _CLOSED or any(words in text for words in _CLOSED_WORDS):
        return Refused(
            "not_writable",
            "Tepat tidak diizinkan membaca atau menulis berkas yang diperlukan; periksa izin berkas itu dan folder "
            "basis data, atau pilih tempat lain dengan --db, lalu coba lagi.",
        )
    return None


@contextmanager
def disk_faults() -> Iterator[None]:
    """Turns a failure of the disk into its Refused; everything else passes as it is."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        refusal = disk_refusal(error)
        if refusal is None:
            raise
        raise refusal from error


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file whole or not at all; a file of that name is replaced. Refused `disk_full` or `not_writable`."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with disk_faults():
        draft.unlink(missing_ok=True)
        try:
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
                file.write(content)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

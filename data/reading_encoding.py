"""Any office text file as clean UTF-8."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data.errors import Refused

# Stands for bytes that are no text: a code point that never stands in one.
BROKEN = "\ufdd0"

_CHUNK = 1 << 20

codecs.register_error("tepat_broken", lambda error: (BROKEN, error.end))  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Text:
    """A file as UTF-8: itself, or its transcoded copy."""

    path: Path
    encoding: str  # of the file as given: utf-8, utf-8-sig, utf-16, windows-1252
    quotes: bool  # holds at least one "
    damaged: bool  # holds bytes that are no text in its encoding (BROKEN in the copy), or NUL

    def lines(self) -> Iterator[str]:
        """Physical lines with their ends; \\n, \\r\\n and \\r each end one."""
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            yield from file


def as_utf8(path: Path, scratch: Path, max_line_bytes: int) -> Text:
    """The file itself if it is UTF-8, else a copy at `scratch`.

    A byte order mark decides; else a file that is not UTF-8 is Windows-1252, unless most of its lines
    beyond ASCII are good UTF-8: then it is UTF-8 with broken bytes. Raises Refused `not_a_table`
    (binary), `too_large` (a line beyond `max_line_bytes`).
    """
    with path.open("rb") as file:
        start = file.read(8192)
    utf16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if utf16 and not start.startswith(codecs.BOM_UTF32_LE):  # whose mark begins with that of UTF-16
        return _copy(path, "utf-16", scratch, max_line_bytes)
    if 0 in start:
        raise Refused("not_a_table", "Berkas ini tidak berisi teks; pilih berkas CSV, TXT, atau XLSX.")
    marked = start.startswith(codecs.BOM_UTF8)
    valid, quotes, nul = _scan(path, max_line_bytes)
    if not valid:
        return _copy(path, "utf-8-sig" if marked else _without_mark(path, max_line_bytes), scratch, max_line_bytes)
    return Text(path, "utf-8-sig" if marked else "utf-8", quotes, damaged=nul)


def _scan(path: Path, max_line_bytes: int) -> tuple[bool, bool, bool]:
    """Whether the bytes are UTF-8, hold a quote, hold a NUL."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid, quotes, nul, open_line = True, False, False, 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            if valid:
                try:
                    decoder.decode(chunk, final=not chunk)
                except UnicodeDecodeError:
                    valid = False
            if not chunk:
                return valid, quotes, nul
            quotes = quotes or b'"' in chunk
            nul = nul or 0 in chunk
            line_end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            open_line = len(chunk) - line_end - 1 + (open_line if line_end < 0 else 0)
            if open_line > max_line_bytes:
                raise _long_line()


def _long_line() -> Refused:
    return Refused("too_large", "Berkas ini memuat baris yang terlalu panjang bagi sebuah tabel; periksa isinya.")


def _without_mark(path: Path, max_line_bytes: int) -> str:
    good = bad = 0
    with path.open("rb") as file:
        # A piece is a line; lines that end in \r alone come in pieces of the longest line allowed.
        while line := file.readline(max_line_bytes):
            if not line.isascii():
                try:
                    line.decode("utf-8")
                    good += 1
                except UnicodeDecodeError:
                    bad += 1
    return "utf-8" if good > bad else "windows-1252"


def _copy(path: Path, encoding: str, scratch: Path, max_line: int) -> Text:
    quotes = damaged = False
    open_line = 0
    with (
        path.open(encoding=encoding, errors="tepat_broken", newline="") as source,
        scratch.open("w", encoding="utf-8", newline="") as target,
    ):
        while text := source.read(_CHUNK):
            quotes = quotes or '"' in text
            damaged = damaged or BROKEN in text or "\0" in text
            line_end = max(text.rfind("\n"), text.rfind("\r"))
            open_line = len(text) - line_end - 1 + (open_line if line_end < 0 else 0)
            if open_line > max_line:
                raise _long_line()
            target.write(text)
    return Text(scratch, encoding, quotes, damaged)

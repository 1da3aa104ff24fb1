"""Which row of an office's table is the header, and what its columns are called."""

import re
import unicodedata
from collections.abc import Sequence

ROWS_SEARCHED = 50

_NUMBER = re.compile(r"[-+]?[.,\s]*\d[\d.,\s]*%?")  # one way only to match a run of digits, however long
_YEAR = re.compile(r"(19|20)\d\d")


def header_key(text: str) -> str:
    """The spelling-free form of a header: lower case, every run of other than letters and digits is one `_`.

    `"Penerima  _BPNT"` and `"penerima_bpnt"` give the same key; a header without letters or digits gives "".
    """
    return re.sub(r"[\W_]+", "_", unicodedata.normalize("NFKC", text).lower()).strip("_")


def known_cells(cells: Sequence[str], known: frozenset[str]) -> int:
    """How many different known header keys a row holds; 0 where too few to call the row a header.

    Three are needed, two in a row of at most four filled cells.
    """
    keys = {header_key(cell) for cell in cells} & known
    needed = 2 if filled(cells) <= 4 else 3
    return len(keys) if len(keys) >= needed else 0


def filled(cells: Sequence[str]) -> int:
    """How many cells hold more than white space."""
    return sum(1 for cell in cells if cell and not cell.isspace())


def find_header(rows: Sequence[Sequence[str]], known: frozenset[str]) -> int | None:
    """Index of the header among the first rows (none of them blank); None where no row looks like one.

    The row with the most known headers, the first of equals. Without any, the first row whose cells are
    all different and none a number (a year may be one), filled as far as the typical row.
    """
    first = rows[:ROWS_SEARCHED]
    score = [known_cells(row, known) for row in first]
    if any(score):
        return score.index(max(score))
    for index, row in enumerate(first):
        texts = [cell.strip() for cell in row if cell.strip()]
        distinct = len({text.casefold() for text in texts}) == len(texts) >= 2
        words = [text for text in texts if not _NUMBER.fullmatch(text) or _YEAR.fullmatch(text)]
        if distinct and len(words) == len(texts) and len(texts) >= _typical(rows[index + 1 :]):
            return index
    return None


def _typical(rows: Sequence[Sequence[str]]) -> int:
    counts = sorted(filled(row) for row in rows)
    return counts[len(counts) // 2] if counts else 0


def column_names(header: Sequence[str]) -> list[str]:
    """One name per header cell, in order, unique without regard to case (DuckDB's rule).

    Trimmed, inner line breaks as blanks; a repeated name gets `_2`, `_3`; an empty cell is `kolom_<n>`,
    n its place counted from 1. `_line` is kept for the staging file's own column.
    """
    names: list[str] = []
    taken = {"_line"}
    for place, cell in enumerate(header, start=1):
        parts = (part.strip() for part in re.split(r"[\r\n]+", cell))
        base = " ".join(part for part in parts if part) or f"kolom_{place}"
        name, copy = base, 1
        while name.casefold() in taken:
            copy += 1
            name = f"{base}_{copy}"
        taken.add(name.casefold())
        names.append(name)
    return names

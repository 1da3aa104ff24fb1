"""Numbers read back from words that lost their marks: a slide, a page of a PDF.

PowerPoint has no place for an id inside a sentence that survives another program, and a PDF has none at all. So the
numbers of a text are compared in their order: those that stand in both are untouched, whatever words were rewritten
around them; the others are paired where they stand between the same neighbours. A number that was moved before another
one is named too: in another place it says something else.
"""

import re
from collections.abc import Sequence

from reports.documents.blocks import Fact, Parts

_SCALE = r"(?:ribu|juta|miliar|triliun)"
_NUMBER = re.compile(rf"-?(?:Rp)?\d(?:[\d.,]*\d)?%?(?:\s+{_SCALE}\b)?|\*|(?<!\w)–(?!\d)")


def numbers(text: str) -> list[str]:
    """`Rp2,2 miliar`, `12,3%`, `10.430`, `*` (hidden) and `–` (not known), in reading order."""
    return [re.sub(r"\s+", " ", found) for found in _NUMBER.findall(text.replace("\u00a0", " "))]


def printed_in(paragraphs: Sequence[Parts], text: str) -> list[tuple[str, str]]:
    """Id and text of the facts of `paragraphs` as they stand in `text`; those that do not stand there are left out.

    A fact of several numbers (`3 sampai 5`) counts as all of them.
    """
    expected, owners = _expected(paragraphs)
    found = numbers(text)
    taken = _paired(expected, found)
    shown: dict[int, list[str]] = {}
    facts: dict[int, Fact] = {}
    for place, owner in enumerate(owners):
        if owner is not None:
            facts[owner[0]] = owner[1]
            if taken[place] is not None:
                shown.setdefault(owner[0], []).append(found[taken[place]])  # type: ignore[index]
    wordy = [part for parts in paragraphs for part in parts if isinstance(part, Fact) and not numbers(part.text)]
    return [
        # What was read is put into the fact's own words, so that only numbers are compared.
        *((fact.id, _in_words(fact, shown[number])) for number, fact in facts.items() if number in shown),
        *((fact.id, fact.text) for fact in wordy if fact.text in text),
    ]


def _in_words(fact: Fact, read: list[str]) -> str:
    own = numbers(fact.text)
    if not own or own == read:
        return fact.text
    return fact.text.replace(own[0], read[0], 1) if len(own) == len(read) == 1 else " ".join(read)


def _expected(paragraphs: Sequence[Parts]) -> tuple[list[str], list[tuple[int, Fact] | None]]:
    """The numbers there should be, and to which fact each belongs (None: a number within words)."""
    expected: list[str] = []
    owners: list[tuple[int, Fact] | None] = []
    place = 0
    for parts in paragraphs:
        for part in parts:
            held = numbers(part.text if isinstance(part, Fact) else part)
            expected += held
            owners += [(place, part) if isinstance(part, Fact) else None] * len(held)
            place += 1
    return expected, owners


def _paired(expected: list[str], found: list[str]) -> list[int | None]:
    """For each expected number the position of the one that stands for it: equal ones in the longest order they have
    in common; between two of these, changed ones one to one where there are as many of either."""
    rows, columns = len(expected), len(found)
    longest = [[0] * (columns + 1) for _ in range(rows + 1)]
    for row in reversed(range(rows)):
        for column in reversed(range(columns)):
            if expected[row] == found[column]:
                longest[row][column] = longest[row + 1][column + 1] + 1
            else:
                longest[row][column] = max(longest[row + 1][column], longest[row][column + 1])
    paired: list[int | None] = [None] * rows
    row = column = 0
    left_row = left_column = 0
    while row < rows and column < columns:
        if expected[row] == found[column]:
            _pair_between(paired, (left_row, row), (left_column, column))
            paired[row] = column
            row, column = row + 1, column + 1
            left_row, left_column = row, column
        elif longest[row + 1][column] >= longest[row][column + 1]:
            row += 1
        else:
            column += 1
    _pair_between(paired, (left_row, rows), (left_column, columns))
    return paired


def _pair_between(paired: list[int | None], rows: tuple[int, int], columns: tuple[int, int]) -> None:
    if rows[1] - rows[0] == columns[1] - columns[0]:
        for step in range(rows[1] - rows[0]):
            paired[rows[0] + step] = columns[0] + step

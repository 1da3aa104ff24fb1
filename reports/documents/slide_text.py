"""Words on a slide: how wide they are, where lines break, and the largest size at which they fit their box.

Widths come from the font that draws the PDF; Arial and Liberation Sans have the same, so PowerPoint breaks lines alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from reports.documents.blocks import Fact, Parts

FAMILIES = ("Arial", "Liberation Sans", "DejaVu Sans")
LEADING = 1.2  # distance of two lines, in sizes of the font
GAP = 0.45  # between two paragraphs, in sizes of the font


@dataclass(frozen=True)
class Piece:
    """A stretch of a line in one weight."""

    text: str
    bold: bool


Line = tuple[Piece, ...]


@cache
def font(bold: bool = False) -> Any:
    """The font file that draws, as matplotlib's properties. The first of `FAMILIES` that is installed."""
    from matplotlib.font_manager import FontProperties, findfont

    for family in FAMILIES:
        wanted = FontProperties(family=family, weight="bold" if bold else "normal")
        try:
            return FontProperties(fname=findfont(wanted, fallback_to_default=False))
        except ValueError:
            continue
    raise LookupError("matplotlib brings DejaVu Sans; it is gone")


@cache
def _face(bold: bool) -> Any:
    from matplotlib.ft2font import FT2Font

    face = FT2Font(font(bold).get_file())
    face.set_size(100, 72)
    return face


@cache
def _advance(letter: str, bold: bool) -> float:
    """Width of a letter in sizes of the font."""
    from matplotlib.ft2font import LoadFlags

    face = _face(bold)
    # A letter the font lacks is drawn as a box of about a letter's width.
    if not face.get_char_index(ord(letter)):
        return 0.6
    return float(face.load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536 / 100


def width(text: str, size: float, bold: bool = False) -> float:
    """Inches. size: points."""
    return sum(_advance(letter, bold) for letter in text) * size / 72


def pieces(parts: Parts, bold: bool = False) -> Line:
    """Numbers stand out in bold."""
    return tuple(
        Piece(part.text, True) if isinstance(part, Fact) else Piece(part, bold)
        for part in parts
        if isinstance(part, Fact) or part
    )


def wrapped(line: Line, size: float, across: float) -> list[Line]:
    """The line broken at blanks so that no part is wider than `across` inches; a word that is wider is cut."""
    lines: list[list[Piece]] = [[]]
    room = across
    for word in _words(line, size, across):
        blank = word[0].text == " "
        wide = sum(width(piece.text, size, piece.bold) for piece in word)
        if wide > room + 1e-6 and lines[-1] and not blank:
            lines.append([])
            room = across
        if blank and not lines[-1]:
            continue
        lines[-1] += word
        room -= wide
    return [_joined(found) for found in lines]


def _words(line: Line, size: float, across: float) -> Iterator[list[Piece]]:
    """Blanks and words; a word may change its weight inside (a number and the comma behind it)."""
    word: list[Piece] = []
    for piece in line:
        for letter in piece.text:
            if letter.isspace():
                if word:
                    yield word
                yield [Piece(" ", piece.bold)]
                word = []
                continue
            so_far = sum(width(part.text, size, part.bold) for part in word)
            if word and so_far + width(letter, size, piece.bold) > across:
                yield word
                word = []
            if word and word[-1].bold == piece.bold:
                word[-1] = Piece(word[-1].text + letter, piece.bold)
            else:
                word.append(Piece(letter, piece.bold))
    if word:
        yield word


def _joined(found: Sequence[Piece]) -> Line:
    joined: list[Piece] = []
    for piece in found:
        if joined and joined[-1].bold == piece.bold:
            joined[-1] = Piece(joined[-1].text + piece.text, piece.bold)
        else:
            joined.append(piece)
    if joined:
        joined[-1] = Piece(joined[-1].text.rstrip(), joined[-1].bold)
    return tuple(piece for piece in joined if piece.text)


def height(paragraphs: Sequence[Line], size: float, across: float) -> float:
    """Inches that the paragraphs take."""
    lines = sum(len(wrapped(line, size, across)) for line in paragraphs)
    return (lines * LEADING + (len(paragraphs) - 1) * GAP) * size / 72


def fitting(paragraphs: Sequence[Line], across: float, down: float, most: float, least: float = 5) -> float:
    """The largest size in points, between `most` and `least`, at which the paragraphs fit a box of inches.

    A name of 200 letters is set smaller; nothing is cut off.
    """
    size = most
    while size > least and height(paragraphs, size, across) > down:
        size -= 1 if size > 14 else 0.5
    return size

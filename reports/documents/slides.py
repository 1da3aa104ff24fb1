"""Where the blocks of a chapter stand on a slide of 16:9: the same places in PowerPoint and in the PDF.

A slide has a message (its title), one thing to look at, and few words. Everything has a name: that of a number is its
id, that of a table or picture the block's, and the words of a chapter are `<chapter>/<place>`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from geo.maps import MapSpec
from reports import style
from reports.documents.blocks import (
    Block,
    Card,
    Cards,
    Chapter,
    Document,
    Fact,
    Missing,
    Paragraph,
    Parts,
    Picture,
    Table,
)  # fmt: skip
from reports.documents.slide_text import fitting, pieces

WIDE, HIGH = 13.333, 7.5  # inches
EDGE = 0.6
TITLE_SIZE, BODY_SIZE, SMALL_SIZE, FOOT_SIZE = 30.0, 20.0, 16.0, 12.0  # points
NUMBER_SIZE = 54.0
HUMAN_MARK = "Diisi kantor: "

Anchor = Literal["top", "middle", "bottom"]


@dataclass(frozen=True)
class Box:
    """Inches from the left and upper edge of the slide."""

    left: float
    top: float
    wide: float
    high: float

    def inside(self, left: float, top: float, right: float = 0.0, bottom: float = 0.0) -> "Box":
        return Box(self.left + left, self.top + top, self.wide - left - right, self.high - top - bottom)


@dataclass(frozen=True)
class Words:
    """Paragraphs in a box. size: points, at which they fit. is_title: what the slide says."""

    name: str
    paragraphs: tuple[Parts, ...]
    box: Box
    size: float
    colour: str = style.LIGHT.text
    bold: bool = False
    anchor: Anchor = "top"
    is_title: bool = False


@dataclass(frozen=True)
class Plate:
    """A coloured ground. name: "" = decoration."""

    box: Box
    fill: str
    line: str | None = None


@dataclass(frozen=True)
class Placed:
    """A table, chart or map in its box."""

    block: Table | Picture
    box: Box


Item = Words | Plate | Placed


@dataclass(frozen=True)
class Slide:
    """key: of its chapter. items: in the order they are drawn and read. notes: what the speaker has before them."""

    key: str
    items: tuple[Item, ...]
    notes: tuple[Parts, ...]


BODY = Box(EDGE, 1.75, WIDE - 2 * EDGE, 4.95)
LOOK = style.LIGHT


def slides(document: Document) -> list[Slide]:
    """One slide for each chapter."""
    return [_slide(document, chapter, place) for place, chapter in enumerate(document.chapters, start=1)]


def _slide(document: Document, chapter: Chapter, place: int) -> Slide:
    said = [block for block in chapter.blocks if isinstance(block, Paragraph)]
    message: Parts = next((block.parts for block in said if block.style == "message"), (chapter.title,))
    title = Box(EDGE, 0.42, WIDE - 2 * EDGE, 1.15)
    items: list[Item] = [
        Plate(Box(0, 0, WIDE, 0.14), LOOK.series[0]),
        _words(f"{chapter.key}/judul", [message], title, TITLE_SIZE, bold=True, anchor="middle", is_title=True),
        *_body(chapter),
        *_foot(document, chapter.key, place),
    ]
    notes = tuple(block.parts for block in said if block.style == "speaker")
    return Slide(chapter.key, tuple(items), (*notes, *_named(chapter)))


def _named(chapter: Chapter) -> list[Parts]:
    """The numbers of the slide with their ids, for the notes."""
    own = Document("", "", "", "official", 0, None, (chapter,))  # type: ignore[arg-type]
    facts = own.facts().values()
    lines = [f"{fact.id}: {fact.label} ({fact.unit})" for fact in facts]
    return [("Tanda angka pada salindia ini: " + "; ".join(lines) + ".",)] if lines else []


def _foot(document: Document, key: str, place: int) -> list[Item]:
    about = f"{document.provenance.scope_line} · {document.subtitle}"
    foot = Box(EDGE, HIGH - 0.55, WIDE - 2 * EDGE, 0.35)
    return [
        _words(f"{key}/kaki", [(about,)], foot.inside(0, 0, right=0.9), FOOT_SIZE, colour=LOOK.muted, anchor="middle"),
        _words(f"{key}/halaman", [(f"{place}",)], foot.inside(foot.wide - 0.5, 0), FOOT_SIZE, colour=LOOK.muted,
               anchor="middle"),
    ]  # fmt: skip


def _body(chapter: Chapter) -> list[Item]:
    """The thing to look at and the words beside or below it."""
    main = [block for block in chapter.blocks if isinstance(block, Table | Picture | Cards)]
    texts = [block for block in chapter.blocks if _is_text(block)]
    if not main:
        return _text_column(chapter.key, texts, BODY)
    first = main[0]
    if isinstance(first, Cards):
        return _with_cards(chapter.key, first, texts)
    share = 1.0 if not texts else 0.62
    left = Box(BODY.left, BODY.top, BODY.wide * share - (0.3 if texts else 0), BODY.high)
    right = Box(BODY.left + BODY.wide * share + 0.1, BODY.top, BODY.wide * (1 - share) - 0.1, BODY.high)
    items: list[Item] = [Placed(first, left)]
    if isinstance(first, Picture) and isinstance(first.what, MapSpec):
        legend, high = _legend(chapter.key, first.what, right)
        return [*items, *_text_column(chapter.key, texts, right.inside(0, 0, bottom=high + 0.15)), *legend]
    return [*items, *_text_column(chapter.key, texts, right)]


def _is_text(block: Block) -> bool:
    if isinstance(block, Paragraph):
        return block.style not in ("message", "speaker")
    return isinstance(block, Missing)


def _said(block: Block) -> Parts:
    if isinstance(block, Missing):
        return (f"{block.what} {block.how}",)
    if isinstance(block, Paragraph):
        return (HUMAN_MARK, *block.parts) if block.style == "human" else block.parts
    raise TypeError(f"{type(block).__name__} is not words")


def _text_column(key: str, texts: Sequence[Block], box: Box) -> list[Item]:
    return [_words(f"{key}/isi", [_said(block) for block in texts], box, BODY_SIZE)] if texts else []


def _with_cards(key: str, block: Cards, texts: Sequence[Block]) -> list[Item]:
    below = 1.35 if texts else 0.0
    room = BODY.inside(0, 0.05, bottom=below + (0.2 if texts else 0))
    items: list[Item] = []
    count, gap = len(block.cards), 0.25
    for place, card in enumerate(block.cards):
        if block.stacked:
            high = (room.high - gap * (count - 1)) / count
            own = Box(room.left, room.top + place * (high + gap), room.wide, high)
        else:
            wide = (room.wide - gap * (count - 1)) / count
            own = Box(room.left + place * (wide + gap), room.top, wide, room.high)
        items += _card(f"{key}/{place + 1}", card, own, block.stacked)
    return items + _text_column(key, texts, Box(BODY.left, BODY.top + BODY.high - below, BODY.wide, below))


def _card(name: str, card: Card, box: Box, is_row: bool) -> list[Item]:
    ground = Plate(box, LOOK.ramp[0])
    accent = Plate(Box(box.left, box.top, 0.09, box.high), LOOK.series[1 if card.human else 0])
    inner = box.inside(0.3, 0.15, right=0.2, bottom=0.15)
    if is_row:
        number, words = inner.inside(0, 0, right=inner.wide - 3.1), inner.inside(3.3, 0)
    else:
        number, words = inner.inside(0, 0, bottom=inner.high * 0.55), inner.inside(0, inner.high * 0.5)
    text = [card.label, card.beside] if card.beside else [card.label]
    shown: Parts = (card.number,) if card.number else (card.sign,)
    title = card.number.id if card.number else f"{name}/tanda"
    most = NUMBER_SIZE * (0.75 if is_row else 1)
    return [
        ground,
        accent,
        _words(title, [shown], number, most, colour=LOOK.series[0], bold=True, anchor="middle", is_line=True),
        _words(f"{name}/kartu", text, words, BODY_SIZE, anchor="middle" if is_row else "top"),
    ]


def _legend(key: str, spec: MapSpec, box: Box) -> tuple[list[Item], float]:
    """Swatches with their meaning, at the foot of the box; and how high they are."""
    entries = [*spec.classes, *spec.marks]
    step = 0.34
    high = step * (len(entries) + 1)
    top = box.top + box.high - high
    items: list[Item] = [
        _words(f"{key}/legenda", [(spec.legend_title,)], Box(box.left, top, box.wide, step), SMALL_SIZE, bold=True)
    ]
    for place, entry in enumerate(entries, start=1):
        at = top + place * step
        fill, line = ("#FFFFFF", entry.colour) if entry.outline else (entry.colour, LOOK.muted)
        items.append(Plate(Box(box.left, at + 0.06, 0.36, 0.22), fill, line))
        label = f"{entry.label}: {entry.count} desa"
        own = Box(box.left + 0.5, at, box.wide - 0.5, step)
        items.append(_words(f"{key}/legenda {place}", [(label,)], own, SMALL_SIZE, anchor="middle"))
    return items, high


def _words(
    name: str, paragraphs: Sequence[Parts], box: Box, most: float, *, colour: str = LOOK.text, bold: bool = False,
    anchor: Anchor = "top", is_title: bool = False, is_line: bool = False,
) -> Words:  # fmt: skip
    """Words at the largest size that fits their box. is_line: never broken into two lines."""
    lines = [pieces(parts, bold) for parts in paragraphs]
    down = min(box.high, most * 1.3 / 72) if is_line else box.high
    return Words(name, tuple(paragraphs), box, fitting(lines, box.wide, down, most), colour, bold, anchor, is_title)


def facts_of(paragraphs: Sequence[Parts]) -> list[Fact]:
    """The numbers of some words, in reading order."""
    return [part for parts in paragraphs for part in parts if isinstance(part, Fact)]

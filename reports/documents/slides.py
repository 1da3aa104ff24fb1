"""Where the blocks of a chapter stand on a slide of 16:9: the same places in PowerPoint and in the PDF.

A slide has a message (its title), one thing to look at, and few words. Everything has a name: that of a number is its
id, that of a table or picture the block's, and the words of a chapter are `<chapter>/<place>`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from analytics.text import day
from geo.maps import MapSpec
from reports import style
from reports.documents.blocks import (
    Block,
    Card,
    Cards,
    Chapter,
    Document,
    Missing,
    Paragraph,
    Parts,
    Picture,
    Table,
)  # fmt: skip
from reports.documents.slide_text import fitting, pieces, wrapped
from reports.drawing import Bars
from reports.figures import Figure

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
    made_of = document.provenance
    where = document.inline.get("wilayah", made_of.region)
    about = f"{where} · {made_of.snapshot}, data per {day(made_of.source_date)} · {document.subtitle}"
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
    is_map = isinstance(first, Picture) and isinstance(first.what, MapSpec)
    share = 0.62 if texts or is_map else 1.0
    left = Box(BODY.left, BODY.top, BODY.wide * share - (0.3 if share < 1 else 0), BODY.high)
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
    """Words, and below them the small print."""
    small = [block for block in texts if isinstance(block, Paragraph) and block.style == "note"]
    large = [_said(block) for block in texts if block not in small]
    below = 1.3 if small else 0.0
    items: list[Item] = []
    if large:
        items.append(_words(f"{key}/isi", large, box.inside(0, 0, bottom=below), BODY_SIZE))
    if small:
        foot = Box(box.left, box.top + box.high - below, box.wide, below)
        parts = [block.parts for block in small]
        items.append(_words(f"{key}/catatan", parts, foot, FOOT_SIZE, colour=LOOK.muted, anchor="bottom"))
    return items


def _with_cards(key: str, block: Cards, texts: Sequence[Block]) -> list[Item]:
    below = 0.85 if texts else 0.0
    room = BODY.inside(0, 0.05, bottom=below + (0.2 if texts else 0))
    boxes = _rows(room, len(block.cards)) if block.stacked else _columns(room, len(block.cards))
    # Cards of one slide are set alike, in the size that fits the fullest of them.
    halves = [_card_boxes(box, block.stacked) for box in boxes]
    shown = [_card_number(card) for card in block.cards]
    said = [[card.label, card.beside] if card.beside else [card.label] for card in block.cards]
    most = NUMBER_SIZE * (0.75 if block.stacked else 1)
    number_size = min(
        _size([parts], upper, most, is_line=True) for parts, (upper, _) in zip(shown, halves, strict=True)
    )
    size = min(_size(parts, lower, BODY_SIZE) for parts, (_, lower) in zip(said, halves, strict=True))
    items: list[Item] = []
    for place, (card, box, (upper, lower)) in enumerate(zip(block.cards, boxes, halves, strict=True), start=1):
        bar = Box(box.left, box.top, 0.09, box.high)
        items += [Plate(box, LOOK.ramp[0]), Plate(bar, LOOK.series[1 if card.human else 0])]
        name = card.number.id if card.number else f"{key}/{place}/tanda"
        anchor: Anchor = "middle" if block.stacked else "top"
        unit = [(card.number.unit,)] if card.number and block.stacked else []
        if unit:
            items.append(_words(f"{key}/{place}/satuan", unit, _under(upper), SMALL_SIZE, colour=LOOK.muted))
        items += [
            Words(name, (shown[place - 1],), upper, number_size, LOOK.series[0], True, "middle"),
            Words(f"{key}/{place}/kartu", tuple(said[place - 1]), lower, size, anchor=anchor),
        ]
    return items + _text_column(key, texts, Box(BODY.left, BODY.top + BODY.high - below, BODY.wide, below))


def _card_number(card: Card) -> Parts:
    return (card.number,) if card.number else (card.sign,)


def _rows(room: Box, count: int, gap: float = 0.25) -> list[Box]:
    high = min((room.high - gap * (count - 1)) / count, 1.6)
    return [Box(room.left, room.top + place * (high + gap), room.wide, high) for place in range(count)]


def _columns(room: Box, count: int, gap: float = 0.25) -> list[Box]:
    wide = (room.wide - gap * (count - 1)) / count
    return [Box(room.left + place * (wide + gap), room.top, wide, room.high) for place in range(count)]


def _card_boxes(box: Box, is_row: bool) -> tuple[Box, Box]:
    """Where the number stands, and where its words."""
    inner = box.inside(0.3, 0.12, right=0.2, bottom=0.12)
    if is_row:
        return inner.inside(0, 0, right=inner.wide - 2.6, bottom=0.3), inner.inside(2.9, 0)
    return inner.inside(0, 0, bottom=inner.high * 0.58), inner.inside(0, inner.high * 0.46)


def _under(box: Box) -> Box:
    return Box(box.left, box.top + box.high, box.wide, 0.3)


def _legend(key: str, spec: MapSpec, box: Box) -> tuple[list[Item], float]:
    """Swatches with their meaning, at the foot of the box; and how high they are."""
    entries = [*(entry for entry in spec.classes if entry.count), *spec.marks]
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
        own = Box(box.left + 0.5, at, box.wide - 0.5, step)
        items.append(_words(f"{key}/legenda {place}", [(entry.label,)], own, SMALL_SIZE, anchor="middle"))
    return items, high


def _words(
    name: str, paragraphs: Sequence[Parts], box: Box, most: float, *, colour: str = LOOK.text, bold: bool = False,
    anchor: Anchor = "top", is_title: bool = False,
) -> Words:  # fmt: skip
    """Words at the largest size that fits their box."""
    size = _size(paragraphs, box, most, bold=bold)
    return Words(name, tuple(paragraphs), box, size, colour, bold, anchor, is_title)


def _size(paragraphs: Sequence[Parts], box: Box, most: float, *, bold: bool = False, is_line: bool = False) -> float:
    """is_line: never broken into two lines."""
    lines = [pieces(parts, bold) for parts in paragraphs]
    size = fitting(lines, box.wide, box.high, most)
    while is_line and size > 8 and any(len(wrapped(line, size, box.wide)) > 1 for line in lines):
        size -= 1
    return size


def bars_of(what: Figure | MapSpec) -> Bars:
    """The bars of a chart; a TypeError for anything that has no native chart."""
    if isinstance(what, Figure) and isinstance(what.drawing, Bars) and what.drawing.horizontal:
        return what.drawing
    raise TypeError("a chart on a slide has lying bars")

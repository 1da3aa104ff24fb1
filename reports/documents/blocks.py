"""What a document says, whatever kind of file it becomes: numbers with their ids, and the blocks they stand in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from geo.maps import MapSpec
from reports.figures import Figure
from reports.provenance import Provenance

Level = Literal["official", "public"]
LEVEL_NAMES: dict[str, str] = {"official": "Resmi (untuk perangkat daerah)", "public": "Publik"}


@dataclass(frozen=True)
class Fact:
    """One number of a document, as it is printed.

    id: unique within the document and the same whenever the document is made again (`pockets.persons`,
    `gaps/PKH/gap`). text: what stands on the page. value: what it was written from, after disclosure control; null =
    hidden or not known. unit: Indonesian. source: the measure and its definition, Indonesian. human: entered by a
    person, not counted.
    """

    id: str
    text: str
    value: float | None
    unit: str
    label: str
    source: str
    human: bool = False


class Human(str):
    """Words a person of the office wrote, among words of ours: marked wherever they stand."""

    __slots__ = ()


Part = str | Fact
Parts = tuple[Part, ...]


def plain(parts: Parts) -> str:
    """The text of a paragraph or cell."""
    return "".join(part if isinstance(part, str) else part.text for part in parts)


@dataclass(frozen=True)
class Heading:
    """level: 2 (part of a chapter) or 3."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """style: body, bullet, note (small print), human (written by the office itself, marked so); of a slide also
    message (its title: what it says, as a sentence) and speaker (notes that are not shown)."""

    parts: Parts
    style: Literal["body", "bullet", "note", "human", "message", "speaker"] = "body"


@dataclass(frozen=True)
class Table:
    """rows: cells of the columns in `headers`. numeric: positions of columns set to the right. widths: of the columns,
    as shares of the page; () = even. landscape: too wide for an upright page. spread: the same rows, a column for each
    thing that shares a cell here, as a workbook has them; its numbers stand in `rows` too."""

    id: str
    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Parts, ...], ...]
    numeric: tuple[int, ...] = ()
    widths: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()
    landscape: bool = False
    spread: "Table | None" = None


@dataclass(frozen=True)
class Picture:
    """A figure or map. what: drawn from the same description as on screen, over numbers that may leave.

    facts: the numbers in it that verification compares, in the order of the drawing's values (charts of a briefing).
    """

    id: str
    what: Figure | MapSpec
    caption: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Missing:
    """A part that cannot be written. what: which data is missing; how: where to load it; Indonesian sentences."""

    what: str
    how: str


@dataclass(frozen=True)
class Card:
    """One number, large, over what it counts. number: null = there is none, `sign` stands in its place.

    label: one line; beside: what it is to be seen against.
    """

    number: Fact | None
    label: Parts
    beside: Parts = ()
    sign: str = ""
    human: bool = False


@dataclass(frozen=True)
class Cards:
    """Numbers side by side; stacked: below each other, for those that need a sentence."""

    cards: tuple[Card, ...]
    stacked: bool = False


Block = Heading | Paragraph | Table | Picture | Missing | Cards


@dataclass(frozen=True)
class Chapter:
    """key: names the place in the office's template. title: used where there is no template (screen, annex)."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A document before it is a file. kind: a key of `catalogue.KINDS`. inline: words a template may name in a line
    (wilayah, tahun, ...). quarter: of a document about one, else null."""

    kind: str
    title: str
    subtitle: str
    level: Level
    year: int
    provenance: Provenance
    chapters: tuple[Chapter, ...]
    inline: dict[str, str] = field(default_factory=dict)
    quarter: int | None = None

    def blocks(self) -> Iterator[Block]:
        for chapter in self.chapters:
            yield from chapter.blocks

    def facts(self) -> dict[str, Fact]:
        """Every number of the document, in reading order; one that is said twice stands once."""
        found: dict[str, Fact] = {}
        for block in self.blocks():
            for fact in _facts_of(block):
                found.setdefault(fact.id, fact)
        return found

    def tables(self) -> list[Table]:
        return [block for block in self.blocks() if isinstance(block, Table)]

    def pictures(self) -> list[Picture]:
        return [block for block in self.blocks() if isinstance(block, Picture)]

    def missing(self) -> list[Missing]:
        return [block for block in self.blocks() if isinstance(block, Missing)]


def _facts_of(block: Block) -> Iterator[Fact]:
    if isinstance(block, Paragraph):
        yield from (part for part in block.parts if isinstance(part, Fact))
    elif isinstance(block, Table):
        yield from (part for row in block.rows for cell in row for part in cell if isinstance(part, Fact))
    elif isinstance(block, Picture):
        yield from block.facts
    elif isinstance(block, Cards):
        for card in block.cards:
            yield from (part for part in (card.number, *card.label, *card.beside) if isinstance(part, Fact))

"""A table on a slide: columns, one height for all rows, and a size for each cell at which its words fit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from reports.documents.blocks import Parts, Table
from reports.documents.slide_text import fitting, pieces
from reports.documents.slides import Box

MOST_HIGH = 0.62  # inches of a row
CELL_SIZE = 18.0


@dataclass(frozen=True)
class Cell:
    """size: points, at which the words fit; the same for all cells but those that need a smaller one."""

    parts: Parts
    size: float


@dataclass(frozen=True)
class Grid:
    """block: what is drawn. box: that it fills. wide: of the columns. high: of every row. rows: the head first."""

    PAD: ClassVar[float] = 0.08  # inches left and right of the words

    block: Table
    box: Box
    wide: tuple[float, ...]
    high: float
    rows: tuple[tuple[Cell, ...], ...]

    def boxes(self) -> Iterator[tuple[int, int, Box]]:
        """Row, column and place of every cell."""
        for row in range(len(self.rows)):
            left = self.box.left
            for column, wide in enumerate(self.wide):
                yield row, column, Box(left, self.box.top + row * self.high, wide, self.high)
                left += wide


def grid(block: Table, box: Box) -> Grid:
    """The table in a box; every row as high as there is room for, up to `MOST_HIGH`."""
    shares = block.widths or (1 / len(block.headers),) * len(block.headers)
    wide = tuple(box.wide * share / sum(shares) for share in shares)
    texts = [tuple((head,) for head in block.headers), *block.rows]
    high = min(MOST_HIGH, box.high / len(texts))
    rows = []
    for place, cells in enumerate(texts):
        sizes = [
            fitting([pieces(parts, place == 0)], across - 2 * Grid.PAD - 0.02, high - 0.04, CELL_SIZE)
            for parts, across in zip(cells, wide, strict=True)
        ]
        # One size for the head, so that it reads as one line of words.
        each = [min(sizes)] * len(sizes) if place == 0 else sizes
        rows.append(tuple(Cell(parts, size) for parts, size in zip(cells, each, strict=True)))
    return Grid(block, Box(box.left, box.top, box.wide, high * len(texts)), wide, high, tuple(rows))

"""The village sheet as PDF: one page of A4 drawn by matplotlib, head and foot around two columns.

Words are drawn in the order in which `printed` reads them back; the recipe stands in the information dictionary. What
is too long for the page is set smaller, never cut.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from reports import style
from reports.documents.blocks import Block, Chapter, Document, Missing, Paragraph, Parts, Table
from reports.documents.paper_slides import pages
from reports.documents.reread import printed_in
from reports.documents.slide_text import LEADING, Line, font, pieces, width, wrapped

A4 = (8.27, 11.69)  # inches
SIDE, TOP, BOTTOM, GAP = 0.6, 0.5, 0.4, 0.3
LEFT, RIGHT = ("penghuni", "program"), ("kebutuhan", "tetangga")
LOOK = style.LIGHT
SIZES = {"title": 18.0, "heading": 9.0, "body": 9.5, "bullet": 8.5, "note": 6.8, "head": 7.0, "cell": 8.0}
SMALLEST = 0.4  # of these sizes
CELL = 0.04  # between words and the edge of a cell


@dataclass(frozen=True)
class Placed:
    """A line of words: inches from the left and upper edge, points, colour."""

    line: Line
    left: float
    top: float
    size: float
    colour: str


@dataclass
class Flow:
    """Goes down a column from `top`; scale: of `SIZES`. said: what it wrote, in order."""

    left: float
    right: float
    top: float
    scale: float
    words: list[Placed] = field(default_factory=list)
    rules: list[tuple[float, float, float]] = field(default_factory=list)
    said: list[Parts] = field(default_factory=list)

    def write(self, parts: Parts, kind: str, colour: str = LOOK.text, bold: bool = False) -> None:
        """One paragraph."""
        size = SIZES[kind] * self.scale
        self.top += 0.06 * self.scale if kind == "heading" else 0.0
        self.said.append(parts)
        for line in wrapped(pieces(parts, bold), size, self.right - self.left):
            self.words.append(Placed(line, self.left, self.top, size, colour))
            self.top += LEADING * size / 72
        self.top += 0.25 * size / 72

    def chapter(self, chapter: Chapter) -> None:
        # The head of the page says what it is; tables bring their own title.
        if chapter.key != "ringkas" and not isinstance(chapter.blocks[0], Table):
            self.write((chapter.title,), "heading", bold=True)
        for block in chapter.blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        if isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Missing):
            self.write((f"{block.what} {block.how}",), "bullet", LOOK.muted)
        elif isinstance(block, Paragraph):
            note = block.style == "note"
            mark = ("• ",) if block.style == "bullet" else ()
            kind = block.style if block.style in SIZES else "body"
            self.write((*mark, *block.parts), kind, LOOK.muted if note else LOOK.text)
        else:
            raise TypeError(f"a village sheet has no {type(block).__name__}")

    def _table(self, table: Table) -> None:
        self.write((table.title,), "heading", bold=True)
        shares = table.widths or (1 / len(table.headers),) * len(table.headers)
        edges = [self.left + (self.right - self.left) * sum(shares[:at]) / sum(shares) for at in range(len(shares) + 1)]
        rows = [("head", tuple((head,) for head in table.headers)), *(("cell", row) for row in table.rows)]
        for kind, cells in rows:
            size, bottom = SIZES[kind] * self.scale, self.top
            for at, parts in enumerate(cells):
                self.said.append(parts)
                top, room = self.top, edges[at + 1] - edges[at] - CELL
                for line in wrapped(pieces(parts), size, room):
                    rest = room - sum(width(piece.text, size, piece.bold) for piece in line)
                    left = edges[at] + (CELL + rest if at in table.numeric else 0.0)
                    self.words.append(Placed(line, left, top, size, LOOK.muted if kind == "head" else LOOK.text))
                    top += LEADING * size / 72
                bottom = max(bottom, top)
            self.top = bottom + 0.03
            self.rules.append((self.left, self.right, self.top))
            self.top += 0.03
        for note in table.notes:
            self.write((note,), "note", LOOK.muted)
        self.top += 0.06


def flows(document: Document) -> list[Flow]:
    """The page in the order it is drawn: head, left column, right column, foot; at the largest scale that fits."""
    scale = 1.0
    while True:
        found = _flows(document, scale)
        if found[-1].top <= A4[1] - BOTTOM or scale <= SMALLEST:
            return found
        scale *= 0.96


def _flows(document: Document, scale: float) -> list[Flow]:
    chapters = {chapter.key: chapter for chapter in document.chapters}
    middle, right = A4[0] / 2, A4[0] - SIDE
    head = Flow(SIDE, right, TOP, scale)
    head.write((document.title,), "title", LOOK.series[0], bold=True)
    head.write((f"{document.subtitle} · data per {document.inline.get('tanggal_data', '')}",), "note", LOOK.muted)
    _chapters(head, chapters, ("ringkas",))
    sides = Flow(SIDE, middle - GAP / 2, head.top + 0.08, scale), Flow(middle + GAP / 2, right, head.top + 0.08, scale)
    for column, keys in zip(sides, (LEFT, RIGHT), strict=True):
        _chapters(column, chapters, keys)
    foot = Flow(SIDE, right, max(column.top for column in sides) + 0.08, scale)
    _chapters(foot, chapters, [key for key in chapters if key not in ("ringkas", *LEFT, *RIGHT)])
    return [head, *sides, foot]


def _chapters(flow: Flow, chapters: dict[str, Chapter], keys: Iterable[str]) -> None:
    for key in keys:
        if key in chapters:
            flow.chapter(chapters[key])


def to_pdf(document: Document) -> bytes:
    """The file's bytes; one page."""
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    out, about = io.BytesIO(), document.provenance
    # Letters as letters (type 42), so that the text can be searched and read back.
    with matplotlib.rc_context({"pdf.fonttype": 42, "font.family": [font().get_name(), "DejaVu Sans"]}):
        paper = Figure(figsize=A4, facecolor="white")
        for flow in flows(document):
            for left, right, top in flow.rules:
                ends, down = [left / A4[0], right / A4[0]], 1 - top / A4[1]
                paper.add_artist(Line2D(ends, [down, down], color=LOOK.grid, linewidth=0.5))
            for left, foot, text, placed, bold in _runs(flow.words):
                # A dollar sign would begin a formula.
                paper.text(left / A4[0], 1 - foot / A4[1], text.replace("$", r"\$"), fontproperties=font(bold),
                           fontsize=placed.size, color=placed.colour, va="baseline")  # fmt: skip
        told = {"Title": document.title, "Author": f"Tepat {about.version}", "CreationDate": about.made_at}
        paper.savefig(out, format="pdf", metadata=told)
    return out.getvalue()


def _runs(words: list[Placed]) -> Iterator[tuple[float, float, str, Placed, bool]]:
    """Stretches of one weight: left edge, foot of the letters, text."""
    for placed in words:
        left = placed.left
        for piece in placed.line:
            yield left, placed.top + 0.9 * placed.size / 72, piece.text, placed, piece.bold
            left += width(piece.text, placed.size, piece.bold)


def printed(content: bytes, document: Document) -> dict[str, list[str]]:
    """Id -> the texts that stand in the file under it. Raises ValueError on what is no PDF."""
    found: dict[str, list[str]] = {}
    said = [parts for flow in flows(document) for parts in flow.said]
    for id, shown in printed_in(said, "\n".join(pages(content))):
        found.setdefault(id, []).append(shown)
    return found

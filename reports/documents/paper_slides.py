"""A document as PDF: the slides of `slides`, drawn by matplotlib, without any program beside.

Words are drawn in the order in which `printed` reads them back, page by page; the recipe stands in the information
dictionary. The speaker's notes are a remark at the corner of each page.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from geo.maps import MapSpec
from reports import style
from reports.documents.blocks import Document, Fact, Parts, Picture, Table, plain
from reports.documents.reread import printed_in
from reports.documents.slide_map import DPI, map_image
from reports.documents.slide_table import Grid, grid
from reports.documents.slide_text import GAP, LEADING, Line, font, pieces, width, wrapped
from reports.documents.slides import HIGH, SMALL_SIZE, WIDE, Box, Placed, Plate, Slide, Words, bars_of, slides
from reports.drawing import Bars

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Paper

LOOK = style.LIGHT
NOTE_AT = [WIDE * 72 - 30, 8, WIDE * 72 - 10, 28]  # points from the lower left corner
RISE = 0.9  # from the top of a line to the foot of its letters, in sizes of the font


def to_pdf(document: Document) -> bytes:
    """The file's bytes; a page for each slide."""
    import matplotlib
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure as Paper

    out = io.BytesIO()
    about = document.provenance
    # Letters as letters (type 42), so that the text can be searched and read back.
    with matplotlib.rc_context({"pdf.fonttype": 42, "font.family": [font().get_name(), "DejaVu Sans"]}):
        told = {"Title": document.title, "Author": f"Tepat {about.version}", "CreationDate": about.made_at}
        with PdfPages(out, metadata=told) as book:
            for slide in slides(document):
                paper = Paper(figsize=(WIDE, HIGH), facecolor="white")
                _draw(paper, slide)
                book.attach_note("\n".join(plain(parts) for parts in slide.notes), NOTE_AT)
                book.savefig(paper, dpi=DPI)
    return out.getvalue()


def _draw(paper: "Paper", slide: Slide) -> None:
    for item in slide.items:
        if isinstance(item, Plate):
            _plate(paper, item.box, item.fill, item.line)
        elif isinstance(item, Words):
            _words(paper, item)
        elif isinstance(item.block, Table):
            _table(paper, grid(item.block, item.box))
        elif isinstance(item.block.what, MapSpec):
            _map(paper, item.block.what, item.box)
        else:
            _chart(paper, item.block, bars_of(item.block.what), item.box)


def _plate(paper: "Paper", box: Box, fill: str, line: str | None) -> None:
    from matplotlib.patches import Rectangle

    corner = box.left / WIDE, 1 - (box.top + box.high) / HIGH
    paper.add_artist(
        Rectangle(corner, box.wide / WIDE, box.high / HIGH, transform=paper.transFigure, facecolor=fill,
                  edgecolor=line or "none", linewidth=1.2)
    )  # fmt: skip


def _words(paper: "Paper", item: Words) -> None:
    lines: list[Line | None] = []  # None: the gap between two paragraphs
    for place, parts in enumerate(item.paragraphs):
        lines += [None] if place else []
        lines += wrapped(pieces(parts, item.bold), item.size, item.box.wide)
    steps = [(GAP if line is None else LEADING) * item.size / 72 for line in lines]
    rest = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[item.anchor] * (item.box.high - sum(steps))
    top = item.box.top + rest
    for line, step in zip(lines, steps, strict=True):
        if line is not None:
            _line(paper, line, item.box.left, top, item.size, item.colour)
        top += step


def _line(paper: "Paper", line: Line, left: float, top: float, size: float, colour: str) -> None:
    foot = 1 - (top + RISE * size / 72) / HIGH
    for piece in line:
        # A dollar sign would begin a formula.
        paper.text(left / WIDE, foot, piece.text.replace("$", r"\$"), fontproperties=font(piece.bold), fontsize=size,
                   color=colour, va="baseline")  # fmt: skip
        left += width(piece.text, size, piece.bold)


def _table(paper: "Paper", found: Grid) -> None:
    for row, column, box in found.boxes():
        is_head = row == 0
        _plate(paper, box, LOOK.series[0] if is_head else LOOK.raised, LOOK.grid)
        cell = found.rows[row][column]
        lines = wrapped(pieces(cell.parts, is_head), cell.size, box.wide - 2 * Grid.PAD)
        top = box.top + (box.high - len(lines) * LEADING * cell.size / 72) / 2
        for line in lines:
            long = sum(width(piece.text, cell.size, piece.bold) for piece in line)
            to_right = box.wide - Grid.PAD - long if column in found.block.numeric else Grid.PAD
            _line(paper, line, box.left + to_right, top, cell.size, LOOK.raised if is_head else LOOK.text)
            top += LEADING * cell.size / 72


def _map(paper: "Paper", spec: MapSpec, box: Box) -> None:
    from matplotlib.image import imread

    image, wide, high = map_image(spec, box.wide, box.high)
    axes = _axes(paper, Box(box.left + (box.wide - wide) / 2, box.top + (box.high - high) / 2, wide, high))
    axes.imshow(imread(io.BytesIO(image)), aspect="auto", interpolation="none")
    axes.set_axis_off()


def _axes(paper: "Paper", box: Box) -> "Axes":
    return paper.add_axes((box.left / WIDE, 1 - (box.top + box.high) / HIGH, box.wide / WIDE, box.high / HIGH))


def _chart(paper: "Paper", block: Picture, bars: Bars, box: Box) -> None:
    """The figure's own drawing in letters for the back of a room, and every number at its bar."""
    most = box.wide * 0.34
    names = ["\n".join(_text(line) for line in wrapped(pieces((name,)), SMALL_SIZE, most)) for name in bars.names]
    left = max((width(line, SMALL_SIZE) for name in names for line in name.split("\n")), default=0) + 0.15
    label = max((width(fact.text, SMALL_SIZE) for fact in block.facts), default=0) + 0.15
    axes = _axes(paper, box.inside(left, 0.45))
    bars.paper(axes, LOOK)
    axes.set(xlabel="", ylabel="")
    axes.grid(False)
    axes.tick_params(length=0, labelsize=SMALL_SIZE)
    axes.set_yticks(axes.get_yticks(), names)
    axes.xaxis.set_visible(False)
    top = max((value or 0.0 for series in bars.series for value in series.values), default=0.0) or 1.0
    axes.set_xlim(0, top / (1 - label / (box.wide - left)))
    # Bars of which nothing is known keep their room.
    axes.set_ylim(len(names) - 0.5, -0.5)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if axes.get_legend():
        axes.legend(frameon=False, fontsize=SMALL_SIZE, ncols=2, loc="lower right", bbox_to_anchor=(1, 1), borderpad=0,
                    borderaxespad=0, columnspacing=1.2, handlelength=1.2)  # fmt: skip
    _label(axes, block.facts)


def _text(line: Line) -> str:
    return "".join(piece.text for piece in line)


def _label(axes: "Axes", facts: Sequence[Fact]) -> None:
    texts = iter(facts)
    for container in axes.containers:
        bars: Any = container
        for bar in bars:
            value = bar.get_width()
            # Not a number: nothing is known, and no bar is drawn.
            axes.annotate(
                next(texts).text, (0.0 if value != value else value, bar.get_y() + bar.get_height() / 2),
                xytext=(5, 0), textcoords="offset points", va="center", fontsize=SMALL_SIZE - 1, color=LOOK.text,
            )  # fmt: skip


# Reading back ----------------------------------------------------------------------------------


def printed(content: bytes, document: Document) -> dict[str, list[str]]:
    """Id -> the texts that stand in the file under it: every page against the slide of its place."""
    found: dict[str, list[str]] = {}
    for slide, text in zip(slides(document), pages(content), strict=False):
        for id, shown in printed_in(_spoken(slide), text):
            found.setdefault(id, []).append(shown)
    return found


def pages(content: bytes) -> list[str]:
    """The words of each page. Raises ValueError on what is no PDF."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    except PyPdfError as error:
        raise ValueError(str(error)) from error


def _spoken(slide: Slide) -> list[Parts]:
    """What a page says, in the order it is drawn: charts lie below everything else."""
    placed = [item.block for item in slide.items if isinstance(item, Placed)]
    said: list[Parts] = [(fact,) for block in placed if isinstance(block, Picture) for fact in block.facts]
    for item in slide.items:
        if isinstance(item, Words):
            said += item.paragraphs
        elif isinstance(item, Placed) and isinstance(item.block, Table):
            said += [(head,) for head in item.block.headers]
            said += [cell for row in item.block.rows for cell in row]
    return said


def information(content: bytes) -> dict[str, str]:
    """The entries of the information dictionary; empty where there are none. Raises ValueError on what is no PDF."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        held: Any = PdfReader(io.BytesIO(content)).metadata or {}
    except PyPdfError as error:
        raise ValueError(str(error)) from error
    return {str(key).removeprefix("/"): str(value) for key, value in held.items()}


def with_information(content: bytes, entries: dict[str, str]) -> bytes:
    """The file with these entries beside its own."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.add_metadata({f"/{name}": text for name, text in entries.items()})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()

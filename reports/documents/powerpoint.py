"""A document as PPTX: one slide per chapter, words and tables to type in, charts that carry their own data.

Every shape is named: a large number by its id, a table, chart or map by its block, other words by chapter and place.
LibreOffice and PowerPoint keep these names. `printed` finds a shape by its name and the numbers in it by their order
(`reread`); the values of a chart are compared one by one.
"""

import io
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from analytics.text import number
from geo.maps import MapSpec
from reports import style
from reports.documents import powerpoint_chart
from reports.documents.blocks import Document, Parts, Picture, Table, plain
from reports.documents.reread import printed_in
from reports.documents.slide_map import map_image
from reports.documents.slide_table import Grid, grid
from reports.documents.slide_text import pieces
from reports.documents.slides import HIGH, WIDE, Box, Placed, Plate, Slide, Words, bars_of, slides

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide as Page

FONT = "Arial"
TITLE_ONLY = 5  # of python-pptx's own template
ANCHORS = {"top": "t", "middle": "ctr", "bottom": "b"}


def to_pptx(document: Document) -> bytes:
    """The file's bytes."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    for slide in slides(document):
        _write(deck, slide)
    about = deck.core_properties
    about.title = document.title
    about.author = f"Tepat {document.provenance.version}"
    about.created = document.provenance.made_at.replace(tzinfo=None)
    about.language = "id-ID"
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _write(deck: "Presentation", slide: Slide) -> None:
    page = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    for item in slide.items:
        if isinstance(item, Plate):
            _plate(page, item)
        elif isinstance(item, Words):
            _words(page, item)
        else:
            _placed(page, item)
    notes = page.notes_slide.notes_text_frame
    if notes is not None:
        notes.text = "\n".join(_clean(plain(parts)) for parts in slide.notes)


def _plate(page: "Page", item: Plate) -> None:
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.oxml.ns import qn
    from pptx.util import Pt

    shape: Any = page.shapes.add_shape(MSO_SHAPE.RECTANGLE, *_emu(item.box))
    shape.fill.solid()
    shape.fill.fore_color.rgb = _rgb(item.fill)
    # Without the theme's style, which throws shadows.
    shape._element.remove(shape._element.find(qn("p:style")))
    if item.line:
        shape.line.color.rgb, shape.line.width = _rgb(item.line), Pt(1.5)
    else:
        shape.line.fill.background()


def _words(page: "Page", item: Words) -> None:
    if item.is_title:
        shape: Any = page.shapes.title
        shape.left, shape.top, shape.width, shape.height = _emu(item.box)
    else:
        shape = page.shapes.add_textbox(*_emu(item.box))
    shape.name = item.name
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame._txBody.bodyPr.set("anchor", ANCHORS[item.anchor])
    for place, parts in enumerate(item.paragraphs):
        line = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        _line(line, parts, item.size, item.colour, item.bold)
        if place:
            line.space_before = _points(item.size * 0.45)


def _line(line: Any, parts: Parts, size: float, colour: str, bold: bool = False) -> None:
    from pptx.enum.text import PP_ALIGN

    line.alignment = PP_ALIGN.LEFT
    for piece in pieces(parts, bold):
        run = line.add_run()
        run.text = _clean(piece.text)
        run.font.size, run.font.name, run.font.bold = _points(size), FONT, piece.bold
        run.font.color.rgb = _rgb(colour)
        run._r.get_or_add_rPr().set("lang", "id-ID")


def _placed(page: "Page", item: Placed) -> None:
    if isinstance(item.block, Table):
        _table(page, grid(item.block, item.box))
    elif isinstance(item.block.what, MapSpec):
        _map(page, item.block, item.block.what, item.box)
    else:
        powerpoint_chart.add(page, item.block.id, bars_of(item.block.what), item.block.what.alt, item.box)


def _table(page: "Page", found: Grid) -> None:
    from pptx.util import Inches

    frame: Any = page.shapes.add_table(len(found.rows), len(found.wide), *_emu(found.box))
    frame.name = found.block.id
    frame._element.nvGraphicFramePr.cNvPr.set("descr", _clean(found.block.title))
    table = frame.table
    table.horz_banding = False
    for place, wide in enumerate(found.wide):
        table.columns[place].width = Inches(wide)
    for row, cells in enumerate(found.rows):
        table.rows[row].height = Inches(found.high)
        for column, cell in enumerate(cells):
            _cell(table.cell(row, column), cell.parts, cell.size, is_head=row == 0,
                  to_right=column in found.block.numeric)  # fmt: skip


def _cell(cell: Any, parts: Parts, size: float, *, is_head: bool, to_right: bool) -> None:
    from pptx.enum.text import PP_ALIGN

    look = style.LIGHT
    cell.fill.solid()
    cell.fill.fore_color.rgb = _rgb(look.series[0] if is_head else look.raised)
    cell.margin_left = cell.margin_right = _points(Grid.PAD * 72)
    cell.margin_top = cell.margin_bottom = 0
    cell._tc.get_or_add_tcPr().set("anchor", "ctr")
    line = cell.text_frame.paragraphs[0]
    _line(line, parts, size, look.raised if is_head else look.text, bold=is_head)
    if to_right:
        line.alignment = PP_ALIGN.RIGHT


def _map(page: "Page", block: Picture, spec: MapSpec, box: Box) -> None:
    image, wide, high = map_image(spec, box.wide, box.high)
    own = Box(box.left + (box.wide - wide) / 2, box.top + (box.high - high) / 2, wide, high)
    shape: Any = page.shapes.add_picture(io.BytesIO(image), *_emu(own))
    shape.name = block.id
    shape._element.nvPicPr.cNvPr.set("descr", _clean(f"{spec.title}. {block.caption}"))


# Reading back ----------------------------------------------------------------------------------


def printed(content: bytes, document: Document) -> dict[str, list[str]]:
    """Id -> the texts that stand in the file under it; slides may have been moved, shapes moved or rewritten."""
    from pptx import Presentation

    pages = [list(_shapes(page.shapes)) for page in Presentation(io.BytesIO(content)).slides]
    titles = [page.shapes.title for page in Presentation(io.BytesIO(content)).slides]
    found: dict[str, list[str]] = {}
    for slide in slides(document):
        for place, shapes in enumerate(pages):
            if f"{slide.key}/kaki" in {shape.name for shape in shapes}:
                _read(slide, {shape.name: shape for shape in shapes}, titles[place], found)
    return found


def _read(slide: Slide, shapes: "dict[str, BaseShape]", title: Any, found: dict[str, list[str]]) -> None:
    for item in slide.items:
        if isinstance(item, Words):
            # LibreOffice gives titles another name, but keeps that they are titles.
            shape: Any = title if item.is_title else shapes.get(item.name)
            pairs = printed_in(item.paragraphs, shape.text_frame.text) if shape is not None else []
        elif isinstance(item, Placed):
            shape = shapes.get(item.block.id)
            pairs = _of_block(item.block, shape) if shape is not None else []
        else:
            continue
        for id, text in pairs:
            found.setdefault(id, []).append(text)


def _of_block(block: Table | Picture, shape: Any) -> list[tuple[str, str]]:
    if isinstance(block, Table) and shape.has_table:
        text = " ; ".join(cell.text for row in shape.table.rows for cell in row.cells)
        return printed_in([(head,) for head in block.headers] + [cell for row in block.rows for cell in row], text)
    if isinstance(block, Picture) and block.facts and shape.has_chart:
        return _of_chart(block, shape.chart)
    return []


def _of_chart(block: Picture, chart: Any) -> list[tuple[str, str]]:
    drawn = [value for series in bars_of(block.what).series for value in series.values]
    held = [value for plot in chart.plots for series in plot.series for value in series.values]
    if len(held) != len(drawn):
        return []
    return [
        (fact.id, fact.text if _alike(value, own) else number(value, 2))
        for fact, own, value in zip(block.facts, drawn, held, strict=True)
    ]


def _alike(held: float | None, own: float | None) -> bool:
    if held is None or own is None:
        return held is own
    return math.isclose(held, own, rel_tol=1e-9, abs_tol=1e-9)


def _shapes(shapes: Any) -> "Iterator[BaseShape]":
    """Shapes, and those within groups that a person made."""
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _emu(box: Box) -> Sequence[Any]:
    from pptx.util import Inches

    return tuple(Inches(part) for part in (box.left, box.top, box.wide, box.high))


def _points(size: float) -> Any:
    from pptx.util import Pt

    return Pt(size)


def _rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.removeprefix("#"))


def _clean(text: str) -> str:
    """Without the control characters that XML cannot hold, line breaks among them: a line is a paragraph."""
    return "".join(
        " " if letter in "\n\r\t\v\f" else letter for letter in text if letter >= " " or letter in "\n\r\t\v\f"
    )

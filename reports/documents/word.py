"""A document as DOCX, poured into the office's Word template.

A template is an ordinary Word file. A paragraph that reads `[[kunci]]` alone is replaced by the chapter of that key;
`[[kata]]` inside a line by a word of `Document.inline`. Styles, headings, order, header and footer are the template's.
A template has no language of its own: it can name places and nothing else.

Every number stands in a content control whose tag holds its id: Word shows the id on a click and keeps it when people
edit around it; verification finds the number by it.
"""

import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.errors import Refused
from geo.maps import MapSpec, picture
from reports.documents.blocks import (
    Block,
    Cards,
    Chapter,
    Document,
    Fact,
    Heading,
    Human,
    Missing,
    Paragraph,
    Parts,
    Picture,
    Table,
)  # fmt: skip
from reports.documents.properties import printable
from reports.documents.tags import BOOKMARK, digest_of, tag_of

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.text.paragraph import Paragraph as Line

PLACE = re.compile(r"\[\[\s*([a-z0-9_]+)\s*\]\]")
STYLES = {"body": "Tepat Isi", "bullet": "Tepat Butir", "note": "Tepat Catatan", "human": "Tepat Isian",
          "missing": "Tepat Kosong", "caption": "Tepat Judul", "cell": "Tepat Sel", "message": "Tepat Isi",
          "speaker": "Tepat Catatan"}  # fmt: skip
SHIPPED = Path(__file__).parents[1] / "templates"
HUMAN_MARK = "✎\u00a0"  # before what the office wrote itself; never alone at the end of a line
PRINT_DPI = 300
SHORT_TABLE = 12  # rows that stay together
_ID, FIRST_BOOKMARK = "id", 100_000  # a mark that does not outlive the writing; above the ids of a template
LEADING = 3  # headings and lines that turn with the wide table they lead to
HUMAN_INK = "1D3F8A"  # and its colour within a line or cell, that of the style Tepat Isian


def to_docx(document: Document, template: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The file's bytes and the keys of the chapters the template has a place for.

    Raises Refused `template_unknown_place`, `template_unreadable`.
    """
    word = opened(template)
    places = _chapter_places(word, document)
    inline = document.inline | {"judul": document.title}
    _write_inline(word, {key: printable(text) for key, text in inline.items()})
    for chapter in document.chapters:
        for place in places.get(chapter.key, []):
            _pour(word, place, chapter)
    _bookmark(word)
    word.core_properties.title = printable(document.title)[:255]
    word.core_properties.author = f"Tepat {document.provenance.version}"
    word.core_properties.created = document.provenance.made_at.replace(tzinfo=None)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue(), tuple(places)


def opened(template: bytes) -> "Word":
    """A template as python-docx holds it. Raises Refused `template_unreadable`."""
    from docx import Document as open_word

    with readable():
        return open_word(io.BytesIO(template))


@contextmanager
def readable() -> Iterator[None]:
    """What a broken package makes a reader raise, as Refused `template_unreadable`."""
    from zipfile import BadZipFile

    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    try:
        yield
    except (BadZipFile, PackageNotFoundError, XMLSyntaxError, KeyError, ValueError, zlib.error) as error:
        raise Refused(
            "template_unreadable",
            "Templat ini bukan berkas Word (.docx) yang utuh; simpan ulang dari Word.",
        ) from error


def _lines(word: "Word") -> "list[Line]":
    from docx.text.paragraph import Paragraph as Line

    return [Line(element, word) for part in _parts(word) for element in part.iter(_qn("w:p"))]


def _parts(word: "Word") -> list[Any]:
    """Body, headers and footers."""
    parts = [word.element.body]
    for section in word.sections:
        parts += [section.header._element, section.footer._element]
        parts += [section.first_page_header._element, section.first_page_footer._element]
    return parts


def _chapter_places(word: "Word", document: Document) -> "dict[str, list[Line]]":
    inline = {"judul", *document.inline}
    known = {chapter.key for chapter in document.chapters} | inline
    places: dict[str, list[Line]] = {}
    for line in _lines(word):
        for key in PLACE.findall(line.text):
            if key not in known:
                near = get_close_matches(key, sorted(known), 1)
                hint = f"mungkin maksudnya [[{near[0]}]]" if near else "hapus tanda itu dari templat"
                raise Refused("template_unknown_place", f"Templat memuat [[{key}]] yang tidak dikenal; {hint}.")
        alone = PLACE.fullmatch(line.text.strip())
        if alone and alone[1] not in inline:
            places.setdefault(alone[1], []).append(line)
    return places


def _write_inline(word: "Word", inline: dict[str, str]) -> None:
    for line in _lines(word):
        if not any(key in inline for key in PLACE.findall(line.text)):
            continue
        # Word may cut a place into several runs: the line's words then move into the first.
        for run in line.runs:
            run.text = PLACE.sub(lambda found: inline.get(found[1], found[0]), run.text)
        if PLACE.search(line.text):
            first, *rest = line.runs
            first.text = PLACE.sub(lambda found: inline.get(found[1], found[0]), line.text)
            for run in rest:
                run.text = ""


def _pour(word: "Word", place: "Line", chapter: Chapter) -> None:
    # python-docx writes at the end of the body; what it wrote is moved before the place.
    page = _page_at(word, place)
    # Pages are turned in the body only: a place in a table of the template stays as it is.
    upright = place._p.getparent() is word.element.body and int(page.get(_qn("w:w"))) <= int(page.get(_qn("w:h")))
    turned = False
    for number, (block, wide) in enumerate(zip(chapter.blocks, _wide(chapter.blocks), strict=True)):
        if upright and wide != turned:
            _end_page(word, place if number else _with_heading(word, place), landscape=turned)
            turned = wide
        for element in _written(word, block, _across(word, place, turned)):
            place._p.addprevious(element)
    if turned:
        _end_page(word, place, landscape=True)
    place._p.getparent().remove(place._p)


def _wide(blocks: tuple[Block, ...]) -> list[bool]:
    """Which blocks stand on landscape pages: wide tables and the few lines that lead to one of them; of many lines
    only the heading right before it, for long text is hard to read on a wide page."""
    wide = [isinstance(block, Table) and block.landscape for block in blocks]
    for place in [place for place, turned in enumerate(wide) if turned]:
        lead = place
        while lead and isinstance(blocks[lead - 1], Heading | Paragraph):
            lead -= 1
        if place - lead > LEADING:
            lead = place - isinstance(blocks[place - 1], Heading)
        wide[lead:place] = [True] * (place - lead)
    return wide


def _with_heading(word: "Word", place: "Line") -> "Line":
    """The template's heading right above a chapter's place, so that it turns with the chapter; else the place."""
    from docx.text.paragraph import Paragraph as Line

    above = place._p.getprevious()
    if above is None or above.tag != _qn("w:p"):
        return place
    line = Line(above, word)
    return line if line.style is not None and str(line.style.name).startswith("Heading") else place


def _section_at(word: "Word", place: "Line") -> Any:
    """The properties of the section a line stands in: the next ones after it."""
    for element in place._p.itersiblings():
        found = element.find(f"{_qn('w:pPr')}/{_qn('w:sectPr')}")
        if found is not None:
            return found
    return word.element.body.sectPr


def _page_at(word: "Word", place: "Line") -> Any:
    return _section_at(word, place).find(_qn("w:pgSz"))


def _across(word: "Word", place: "Line", turned: bool) -> int:
    """Width between the margins in EMU, on a page turned or not."""
    section = _section_at(word, place)
    page, margins = section.find(_qn("w:pgSz")), section.find(_qn("w:pgMar"))
    wide = int(page.get(_qn("w:h" if turned else "w:w")))
    return (wide - int(margins.get(_qn("w:left"))) - int(margins.get(_qn("w:right")))) * 635  # EMU of a twip


def _end_page(word: "Word", place: "Line", landscape: bool) -> None:
    """Ends the pages before a line as landscape or upright ones, by a line too small to be seen.

    Only the first section may have a first page of its own (the cover): headers are the same on all others. Where
    landscape pages end right there, they go on instead: there is nothing upright between.
    """
    from copy import deepcopy

    above = place._p.getprevious()
    before = None if above is None else above.find(f"{_qn('w:pPr')}/{_qn('w:sectPr')}/{_qn('w:pgSz')}")
    if not landscape and above is not None and before is not None and before.get(_qn("w:orient")) == "landscape":
        above.getparent().remove(above)
        return
    last = _section_at(word, place)
    section = deepcopy(last)
    cover = last.find(_qn("w:titlePg"))
    if cover is not None:
        last.remove(cover)
    if landscape:
        page = section.find(_qn("w:pgSz"))
        width, height = page.get(_qn("w:w")), page.get(_qn("w:h"))
        for name, value in (("w", height), ("h", width), ("orient", "landscape")):
            page.set(_qn(f"w:{name}"), value)
    line = word.add_paragraph()
    line.paragraph_format.space_before = line.paragraph_format.space_after = 0
    line.paragraph_format.line_spacing = 12700  # one point
    line._p.get_or_add_pPr().append(section)
    place._p.addprevious(line._p)


def _written(word: "Word", block: Block, across: int) -> list[Any]:
    """The block's elements, taken off the end of the body."""
    if isinstance(block, Heading):
        return [_line(word, (block.text,), f"Heading {block.level}")]
    if isinstance(block, Paragraph):
        parts = (HUMAN_MARK, *block.parts) if block.style == "human" else block.parts
        return [_line(word, parts, STYLES[block.style])]
    if isinstance(block, Missing):
        return [_line(word, (f"{block.what} {block.how}",), STYLES["missing"])]
    if isinstance(block, Table):
        return _table(word, block, across)
    if isinstance(block, Cards):
        said = ((card.number or card.sign, " ", *card.label) for card in block.cards)
        return [_line(word, parts, STYLES["bullet"]) for parts in said]
    return _picture(word, block)


def _line(word: "Word", parts: Parts, style: str) -> Any:
    line = word.add_paragraph(style=_style(word, style))
    _write(line, parts)
    word.element.body.remove(line._p)
    return line._p


def _style(word: "Word", name: str) -> Any:
    """The template's style; where an office removed it, its plain text."""
    return name if name in {style.name for style in word.styles} else "Normal"


def _write(line: "Line", parts: Parts) -> None:
    for part in parts:
        human = isinstance(part, Human) or (isinstance(part, Fact) and part.human)
        if human:
            _ink(line.add_run(HUMAN_MARK))
        if isinstance(part, Fact):
            line._p.append(_control(line, part))
        else:
            run = line.add_run(printable(part))
            if human:
                _ink(run)


def _ink(run: Any) -> None:
    from docx.shared import RGBColor

    run.font.color.rgb = RGBColor.from_string(HUMAN_INK)


def _control(line: "Line", fact: Fact) -> Any:
    """The number as a run inside a content control tagged with its id."""
    from docx.oxml import OxmlElement

    run = line.add_run(fact.text)
    if fact.human:
        _ink(run)
    control, about, content = (OxmlElement(name) for name in ("w:sdt", "w:sdtPr", "w:sdtContent"))
    control.set(_ID, fact.id)
    for name, value in (("w:alias", printable(f"{fact.label} ({fact.unit})")[:64]), ("w:tag", tag_of(fact.id))):
        entry = OxmlElement(name)
        entry.set(_qn("w:val"), value)
        about.append(entry)
    content.append(run._r)
    control.append(about)
    control.append(content)
    return control


def _bookmark(word: "Word") -> None:
    """A bookmark of its own around every number, for programs that lose the tags of content controls."""
    from docx.oxml import OxmlElement

    place = FIRST_BOOKMARK
    for part in _parts(word):
        for control in list(part.iter(_qn("w:sdt"))):
            id = control.get(_ID)
            if id is None:
                continue
            del control.attrib[_ID]
            start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
            for mark in (start, end):
                mark.set(_qn("w:id"), str(place))
            start.set(_qn("w:name"), f"{BOOKMARK}{digest_of(id)}_{place}")
            control.addprevious(start)
            control.addnext(end)
            place += 1


def _table(word: "Word", block: Table, across: int) -> list[Any]:
    from docx.oxml import OxmlElement
    from docx.shared import Emu

    caption = _line(word, (block.title,), STYLES["caption"])
    table = word.add_table(rows=0, cols=len(block.headers))
    table.style = "Tepat Tabel" if "Tepat Tabel" in {style.name for style in word.styles} else None
    shares = block.widths or (1 / len(block.headers),) * len(block.headers)
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Emu(int(across * share))  # LibreOffice goes by columns, Word by cells
    for row in ((tuple((head,) for head in block.headers)), *block.rows):
        cells = table.add_row().cells
        for place, (cell, parts) in enumerate(zip(cells, row, strict=True)):
            cell.width = Emu(int(across * shares[place]))
            line = cell.paragraphs[0]
            line.style = _style(word, STYLES["cell"])
            if place in block.numeric:
                line.alignment = 2
            _write(line, parts)
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:tblHeader"))
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    _keep_rows(table, bool(block.notes), tall=block.landscape)
    word.element.body.remove(table._tbl)
    notes = [_line(word, (note,), STYLES["note"]) for note in block.notes]
    return [caption, table._tbl, *notes]


def _keep_rows(table: Any, noted: bool, tall: bool) -> None:
    """A short table stays on one page, of a long one the first rows; the last row stays with its note.

    tall: a few of its rows fill a page; only its head stays with the first of them.
    """
    rows = list(table.rows)
    kept = rows[:1] if tall else rows[:-1] if len(rows) <= SHORT_TABLE else rows[:3]
    for row in [*kept, *(rows[-1:] if noted else [])]:
        for cell in row.cells:
            for line in cell.paragraphs:
                line.paragraph_format.keep_with_next = True


def _picture(word: "Word", block: Picture) -> list[Any]:
    from docx.shared import Cm

    image, alt = drawn(block, PRINT_DPI)
    line = word.add_paragraph(style=_style(word, STYLES["body"]))
    line.paragraph_format.keep_with_next = True
    shape = line.add_run().add_picture(io.BytesIO(image), width=Cm(16))
    shape._inline.docPr.set("descr", printable(alt)[:2000])
    word.element.body.remove(line._p)
    return [line._p, _line(word, (block.caption,), STYLES["caption"])]


def drawn(block: Picture, dpi: int = 200) -> tuple[bytes, str]:
    """The picture as PNG, and what it shows in words."""
    paper = picture(block.what) if isinstance(block.what, MapSpec) else block.what.paper()
    alt = block.caption if isinstance(block.what, MapSpec) else block.what.alt
    out = io.BytesIO()
    paper.savefig(out, format="png", dpi=dpi)
    return out.getvalue(), alt


def _qn(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(name)

"""Makes the shipped Word templates: `python scripts/make_templates.py`. An office changes its own copy in Word.

What stands here is headings and standing text only; `[[kunci]]` is where Tepat writes (reports/documents/word.py).
"""

import sys
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from scripts.template_outlines import OUTLINES  # noqa: E402
from scripts.village_template import village_sheet  # noqa: E402

FONT = "Arial"
INK, TEAL, MUTED, PALE = RGBColor(0x16, 0x21, 0x1F), RGBColor(0x0B, 0x4F, 0x48), RGBColor(0x55, 0x60, 0x5E), "E3EEEC"
MEANT = {  # style: size in points, colour, italic, space after
    "Tepat Isi": (11, INK, False, 6), "Tepat Butir": (11, INK, False, 3), "Tepat Catatan": (8.5, MUTED, False, 4),
    "Tepat Isian": (11, RGBColor(0x1D, 0x3F, 0x8A), False, 6),
    "Tepat Kosong": (10.5, RGBColor(0x9A, 0x4A, 0x00), True, 6),
    "Tepat Judul": (10, INK, False, 3), "Tepat Sel": (9, INK, False, 0),
}  # fmt: skip


def main() -> None:
    for kind, outline in OUTLINES.items():
        word = Document()
        _page(word)
        _styles(word)
        (_head if outline.get("short") else _cover)(word, outline["title"], outline["note"])
        for chapter, lines in outline["chapters"]:
            word.add_heading(chapter, 1)
            for line in lines:
                word.add_paragraph(line, style="Tepat Isi")
        word.save(ROOT / "reports" / "templates" / f"{kind}.docx")
    word = Document()
    _styles(word)
    village_sheet(word)
    word.save(ROOT / "reports" / "templates" / "village.docx")


def _page(word: Any) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2.2)
    section.different_first_page_header_footer = True
    head = section.header.paragraphs[0]
    head.add_run("[[judul]]").font.size = Pt(8.5)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot.add_run("Data per [[tanggal_data]] · halaman ").font.size = Pt(8.5)
    _field(foot, "PAGE")


def _field(line: Any, name: str) -> None:
    run = line.add_run("1")
    run.font.size = Pt(8.5)
    entry = OxmlElement("w:fldSimple")
    entry.set(qn("w:instr"), name)
    run._r.addprevious(entry)
    entry.append(run._r)


def _styles(word: Any) -> None:
    _font(word.styles["Normal"], 11, INK)
    for level, size in ((1, 16), (2, 13), (3, 11)):
        style = word.styles[f"Heading {level}"]
        _font(style, size, TEAL)
        style.font.bold = True
        style.paragraph_format.space_before = Pt(18 if level == 1 else 12)
        style.paragraph_format.space_after = Pt(6)
        style.paragraph_format.keep_with_next = True
    for name, (size, colour, italic, after) in MEANT.items():
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = word.styles["List Bullet" if name == "Tepat Butir" else "Normal"]
        _font(style, size, colour)
        style.font.italic = italic
        style.paragraph_format.space_after = Pt(after)
    word.styles["Tepat Judul"].font.bold = True
    word.styles["Tepat Judul"].paragraph_format.space_before = Pt(8)
    word.styles["Tepat Judul"].paragraph_format.keep_with_next = True
    _table_style(word)


def _font(style: Any, size: float, colour: RGBColor) -> None:
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(kind), None)
    for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(kind), FONT)


def _table_style(word: Any) -> None:
    """Lines between rows, a pale head; no box."""
    style = word.styles.add_style("Tepat Tabel", WD_STYLE_TYPE.TABLE)
    style.base_style = word.styles["Normal Table"]
    about = OxmlElement("w:tblPr")
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(_line(side, "6" if side != "insideH" else "4"))
    about.append(borders)
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "bottom"):
        entry = OxmlElement(f"w:{side}")
        entry.set(qn("w:w"), "40")
        entry.set(qn("w:type"), "dxa")
        margins.append(entry)
    about.append(margins)
    style.element.append(about)
    first = OxmlElement("w:tblStylePr")
    first.set(qn("w:type"), "firstRow")
    bold = OxmlElement("w:rPr")
    bold.append(OxmlElement("w:b"))
    first.append(bold)
    cell = OxmlElement("w:tcPr")
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", PALE)):
        shade.set(qn(f"w:{name}"), value)
    cell.append(shade)
    first.append(cell)
    style.element.append(first)


def _line(side: str, size: str) -> Any:
    entry = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", size), ("space", "0"), ("color", "B8C6C3")):
        entry.set(qn(f"w:{name}"), value)
    return entry


def _cover(word: Any, title: str, note: str) -> None:
    for _ in range(6):
        word.add_paragraph()
    for text, size, bold in ((title, 26, True), ("[[wilayah]]", 20, False), ("Tahun [[tahun]]", 16, False)):
        line = word.add_paragraph()
        run = line.add_run(text)
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, TEAL
    word.add_paragraph()
    word.add_paragraph("[[penyusun]]", style="Tepat Isi")
    word.add_paragraph("Rancangan, dibuat [[tanggal_dibuat]] dari data per [[tanggal_data]]. [[tingkat]].",
                       style="Tepat Isi")  # fmt: skip
    word.add_paragraph(note, style="Tepat Catatan")
    word.add_page_break()


def _head(word: Any, title: str, note: str) -> None:
    """The cover of a report of a few pages: a heading on its first one."""
    for text, size, bold in ((title, 18, True), ("[[wilayah]], tahun [[tahun]]", 13, False)):
        line = word.add_paragraph()
        line.paragraph_format.space_after = Pt(4)
        run = line.add_run(text)
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, TEAL
    word.add_paragraph("Disampaikan oleh [[penyusun]] kepada gubernur selaku wakil Pemerintah Pusat. Rancangan, "
                       "dibuat [[tanggal_dibuat]] dari data per [[tanggal_data]]. [[tingkat]].",
                       style="Tepat Isi")  # fmt: skip
    word.add_paragraph(note, style="Tepat Catatan")


if __name__ == "__main__":
    main()

"""The template of the village sheet: one page, two halves between a head and a foot of full width."""

from typing import Any

from docx.shared import Cm, Pt, RGBColor

TEAL = RGBColor(0x0B, 0x4F, 0x48)
LEFT, RIGHT = ("penghuni", "program"), ("kebutuhan", "tetangga")
SIZES = {"Tepat Isi": 10, "Tepat Butir": 9, "Tepat Catatan": 7, "Tepat Judul": 9, "Tepat Sel": 8.5, "Tepat Kosong": 9}


def village_sheet(word: Any) -> None:
    """Fills a new Word document that has the styles of Tepat."""
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.6)
    section.top_margin, section.bottom_margin = Cm(1.3), Cm(1.0)
    section.header_distance = section.footer_distance = Cm(0.5)
    for name, size in SIZES.items():
        word.styles[name].font.size = Pt(size)
        word.styles[name].paragraph_format.space_after = Pt(2 if name != "Tepat Isi" else 4)
    word.styles["Tepat Judul"].paragraph_format.space_before = Pt(5)
    title = word.add_paragraph()
    title.paragraph_format.space_after = Pt(0)
    run = title.add_run("[[judul]]")
    run.font.size, run.font.bold, run.font.color.rgb = Pt(19), True, TEAL
    word.add_paragraph("[[alamat]] · data per [[tanggal_data]]", style="Tepat Catatan")
    word.add_paragraph("[[ringkas]]", style="Tepat Isi")
    halves = word.add_table(rows=1, cols=2).rows[0].cells
    for cell, keys in zip(halves, (LEFT, RIGHT), strict=True):
        for key in keys:
            cell.add_paragraph(f"[[{key}]]", style="Tepat Isi")
        # Word wants a paragraph at the end of a cell, python-docx puts one at its beginning.
        for line in (cell.paragraphs[0], cell.add_paragraph()):
            line.paragraph_format.space_after = Pt(0)
            line.paragraph_format.line_spacing = Pt(1)
    head = word.add_paragraph(style="Tepat Judul")
    head.add_run("Fasilitas dan rencana")
    word.add_paragraph("[[fasilitas]]", style="Tepat Isi")
    word.add_paragraph("Asal angka", style="Tepat Judul")
    word.add_paragraph("[[asal]]", style="Tepat Isi")

"""The village sheet as PDF: one page, the numbers of the Word file, found again and named when changed."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from analytics import catalogue
from reports.documents import paper_sheet, verify
from reports.documents.blocks import Document, Fact, Paragraph
from reports.documents.build import write
from reports.documents.word_reading import printed as printed_in_word

VILLAGE = "99.01.06.2008"
HOSTILE = "=1+1 & <b>$x$ “kutip” 'x'</b> " + "panjang" * 24


@pytest.fixture(scope="module")
def sheet(composed) -> Document:
    return composed("village", VILLAGE)


@pytest.fixture(scope="module")
def scope(demo):
    return catalogue.default_scope(demo, region=VILLAGE, definition="recorded", cut=1)


def test_both_files_print_the_same_numbers(demo, scope, sheet):
    word, page = (write(demo, scope, sheet, suffix) for suffix in (".docx", ".pdf"))
    of_word = printed_in_word(word.content, sheet)
    of_page = paper_sheet.printed(page.content, sheet)
    assert len(of_page) > 30
    assert {id: set(texts) for id, texts in of_page.items()} == {id: set(texts) for id, texts in of_word.items()}
    (paper,) = PdfReader(io.BytesIO(page.content)).pages
    assert [round(float(side)) for side in paper.mediabox[2:]] == [595, 842]  # A4 in points


def test_verification_passes_fresh_and_names_one_changed_number(demo, scope, sheet, monkeypatch):
    monkeypatch.setattr(verify, "compose", lambda *given: sheet)
    fresh = verify.verify(demo, write(demo, scope, sheet, ".pdf").content, ".pdf")
    assert (fresh.ok, fresh.mismatches) == (True, ())
    id = f"villages/{VILLAGE}/listed_families"
    content = write(demo, scope, _changed(sheet, id, "987"), ".pdf").content
    (named,) = verify.verify(demo, content, ".pdf").mismatches
    assert (named.id, named.printed, named.recomputed) == (id, "987", sheet.facts()[id].text)


def _changed(document: Document, id: str, text: str) -> Document:
    def other(part):
        return replace(part, text=text) if isinstance(part, Fact) and part.id == id else part

    first = document.chapters[0]
    blocks = tuple(
        replace(block, parts=tuple(map(other, block.parts))) if isinstance(block, Paragraph) else block
        for block in first.blocks
    )
    return replace(document, chapters=(replace(first, blocks=blocks), *document.chapters[1:]))


def test_hostile_words_stay_whole_and_the_sheet_one_page(sheet):
    long = tuple(
        replace(chapter, blocks=chapter.blocks * 5) if chapter.key in ("penghuni", "fasilitas") else chapter
        for chapter in sheet.chapters
    )
    held = PdfReader(io.BytesIO(paper_sheet.to_pdf(replace(sheet, title=HOSTILE, chapters=long)))).pages
    assert len(held) == 1
    read = "".join(held[0].extract_text().split())
    assert "".join(HOSTILE.split()) in read
    (*_, foot) = paper_sheet.flows(replace(sheet, title=HOSTILE, chapters=long))
    assert foot.top <= paper_sheet.A4[1] - paper_sheet.BOTTOM

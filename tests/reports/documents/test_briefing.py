"""The map briefing: what its slides say, and that every number is found again in PowerPoint and PDF, or named."""

import io
import re
import subprocess
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import pytest

from analytics import catalogue
from data.document_texts import write_text
from reports.documents import briefing_change, paper_slides, powerpoint
from reports.documents.blocks import Card, Cards, Chapter, Fact, Missing, Paragraph, Table, plain
from reports.documents.build import build
from reports.documents.material import Material
from reports.documents.slides import slides
from reports.documents.verify import verify
from tests.reports.documents.conftest import MOMENT

KEYS = ["keadaan", "peta", "desa", "terlewat", "ganda", "uang", "keputusan", "asal"]
WRITERS = {".pptx": (powerpoint.to_pptx, powerpoint.printed), ".pdf": (paper_slides.to_pdf, paper_slides.printed)}


@pytest.fixture(scope="module")
def document(composed):
    return composed("briefing")


@pytest.fixture(scope="module")
def deck(document):
    return powerpoint.to_pptx(document)


def scope_of(demo):
    return catalogue.default_scope(demo, region="99.01", definition="recorded", cut=1)


def message(chapter: Chapter) -> str:
    return next(plain(block.parts) for block in chapter.blocks if isinstance(block, Paragraph) and
                block.style == "message")  # fmt: skip


def opened(content: bytes):
    from pptx import Presentation

    return Presentation(io.BytesIO(content))


def saved(deck) -> bytes:
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def shape(deck, name: str):
    return next(shape for page in deck.slides for shape in page.shapes if shape.name == name)


def misread(content: bytes, document, suffix: str = ".pptx") -> dict[str, list[str]]:
    """Ids whose printed text is not the document's, by the texts; those that are gone by an empty list."""
    found = WRITERS[suffix][1](content, document)
    facts = document.facts()
    return {id: found.get(id, []) for id, fact in facts.items() if set(found.get(id, [""])) != {fact.text}}


def test_eight_slides_whose_titles_are_sentences_with_their_number(document):
    assert [chapter.key for chapter in document.chapters] == KEYS
    assert len(document.pictures()) == 3
    assert len(document.tables()) == 2
    for chapter in document.chapters:
        said = message(chapter)
        assert len(said.split()) >= 4
        assert not said.endswith(".")
        assert re.search(r"\d", said), said


def test_the_numbers_of_the_first_slide_are_those_of_the_overview(demo, document):
    """Counted here from the rows of the register: families in the first decile and their members."""
    row = demo.one(
        "SELECT count(*) AS families, sum(size) AS persons FROM family_page WHERE decile_recorded = 1 "
        "AND starts_with(village_code, '99.01')"
    )
    (cards,) = (block for block in document.chapters[0].blocks if isinstance(block, Cards))
    assert len(cards.cards) == 4
    families, persons = (5 * ((int(row[name]) + 2) // 5) for name in ("families", "persons"))
    assert cards.cards[0].number.value == float(f"{persons:.3g}")  # to the nearest 5, then as it is said aloud
    assert plain(cards.cards[0].beside) == f"dalam {families} keluarga"
    assert 100 < families < 1000  # below a thousand nothing more is rounded


def test_few_words_and_large_letters(document):
    """About 35 words at most beside what there is to look at; body text of 18 points and more."""
    for slide in slides(document):
        words = [item for item in slide.items if type(item).__name__ == "Words"]
        body = [item for item in words if item.name.split("/")[-1] in ("isi", "kartu")]
        assert sum(len(plain(parts).split()) for item in body for parts in item.paragraphs) <= 38, slide.key
        for item in words:
            if item.is_title or item in body:
                assert item.size >= 18, (item.name, item.size)


@pytest.mark.parametrize("suffix", [".pptx", ".pdf"])
@pytest.mark.parametrize("level", ["official", "public"])
def test_every_number_is_found_again(demo, suffix, level):
    made = build(demo, scope_of(demo), "briefing", year=2027, level=level, suffix=suffix)
    checked = verify(demo, made.content, suffix)
    assert checked.ok, checked.mismatches
    assert checked.checked >= len(made.document.facts()) > 30


def test_charts_are_native_and_maps_fine_enough_for_print(document, deck):
    pages = opened(deck).slides
    charts = [shape for page in pages for shape in page.shapes if shape.has_chart]
    assert [chart.name for chart in charts] == ["terlewat/diagram", "uang/diagram"]
    reach = {series.name: list(series.values) for series in charts[0].chart.plots[0].series}
    facts = document.facts()
    for place, name in enumerate(charts[0].chart.plots[0].categories):
        if name == "PKH":
            assert reach["Belum menerima"][place] == facts["gaps/PKH/gap"].value
    (picture,) = (shape for page in pages for shape in page.shapes if shape.name == "peta")
    assert picture.image.size[0] / (picture.width / 914400) >= 200


def test_one_changed_number_is_named(document, deck):
    assert misread(deck, document) == {}
    edited = opened(deck)
    number = next(block for block in document.chapters[0].blocks if isinstance(block, Cards)).cards[2].number
    shape(edited, number.id).text_frame.paragraphs[0].runs[0].text = "77"
    assert list(misread(saved(edited), document)) == [number.id]
    assert "77" in misread(saved(edited), document)[number.id]

    edited = opened(deck)
    table = shape(edited, "desa_pertama").table
    table.cell(1, 2).text_frame.paragraphs[0].runs[0].text = "9.999"
    first = next(block for block in document.chapters[2].blocks if isinstance(block, Table)).rows[0][2][0]
    assert "9.999" in misread(saved(edited), document)[first.id]


def test_a_changed_bar_is_named(document, deck):
    from pptx.chart.data import CategoryChartData

    edited = opened(deck)
    chart = shape(edited, "terlewat/diagram").chart
    data = CategoryChartData()
    data.categories = list(chart.plots[0].categories)
    held = {series.name: list(series.values) for series in chart.plots[0].series}
    held["Belum menerima"][0] += 5
    for name, values in held.items():
        data.add_series(name, values)
    chart.replace_data(data)
    wrong = misread(saved(edited), document)
    assert [id.rpartition("/")[2] for id in wrong] == ["gap"]


def test_words_may_be_rewritten_and_slides_moved_or_taken_out(demo, deck, document):
    edited = opened(deck)
    title = edited.slides[1].shapes.title
    for run in title.text_frame.paragraphs[0].runs:
        run.text = run.text.replace("dihuni", "dihuni (menurut hitungan kami)")
    order = edited.slides._sldIdLst
    order.insert(0, order[5])
    assert misread(saved(edited), document) == {}
    order.remove(order[-2])  # the decisions
    assert "decisions" in misread(saved(edited), document)


def test_decisions_of_the_office_replace_the_proposals(demo, composed):
    write_text(demo, "99.01", 2031, "briefing", "decision_2", "Bentuk tim kecamatan & laporkan < 30 hari.")
    from reports.documents.build import compose
    from reports.documents.catalogue import kind_of

    now = compose(demo, scope_of(demo), kind_of("briefing"), 2031, "official", MOMENT.replace(year=2027))
    (cards,) = (block for block in now.chapters[6].blocks if isinstance(block, Cards))
    assert [card.human for card in cards.cards] == [False, True, False]
    assert plain(cards.cards[1].label) == "Bentuk tim kecamatan & laporkan < 30 hari."
    before = compose(demo, scope_of(demo), kind_of("briefing"), 2031, "official", MOMENT.replace(year=2025))
    assert not any(card.human for block in before.chapters[6].blocks if isinstance(block, Cards)
                   for card in block.cards)  # fmt: skip


@pytest.mark.parametrize("suffix", [".pptx", ".pdf"])
@pytest.mark.parametrize("name", ["A & B <c> =1+1 \"x\" 'y' $z^2$", "Desa" * 50])
def test_hostile_names_stand_in_the_file_whole(document, suffix, name):
    table = next(block for block in document.chapters[2].blocks if isinstance(block, Table))
    rows = ((table.rows[0][0], (name,), *table.rows[0][2:]), *table.rows[1:])
    blocks = (Paragraph((name,), "message"), replace(table, rows=rows), Cards((Card(None, (name,)),)))
    hostile = replace(document, chapters=(replace(document.chapters[2], blocks=blocks),))
    content = WRITERS[suffix][0](hostile)
    if suffix == ".pptx":
        page = opened(content).slides[0]
        texts = [page.shapes.title.text, shape(opened(content), "desa_pertama").table.cell(1, 1).text]
    else:
        from pypdf import PdfReader

        texts = ["".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())] * 2
        name = "".join(name.split())
    assert all(name in text for text in texts), texts
    assert misread(content, hostile, suffix) == {}


def test_notes_name_the_source_and_the_id_of_every_number(document, deck):
    for slide, page in zip(document.chapters, opened(deck).slides, strict=True):
        notes = page.notes_slide.notes_text_frame.text
        own = replace(document, chapters=(slide,)).facts()
        assert all(id in notes for id in own), slide.key
        assert "data per" in notes or "Tanggal data" in notes


def test_a_broken_pdf_and_one_of_another_program_are_refused(demo, document):
    from data.errors import Refused

    content = paper_slides.to_pdf(document)
    with pytest.raises(Refused) as refused:
        verify(demo, content[:2000], ".pdf")
    assert refused.value.code == "document_unreadable"
    with pytest.raises(Refused) as refused:
        verify(demo, content, ".pdf")  # without a recipe
    assert refused.value.code == "document_foreign"


def test_a_number_of_a_pdf_that_the_data_do_not_give_is_named(document):
    content = paper_slides.to_pdf(document)
    fact = next(iter(document.facts().values()))
    first = document.chapters[0]
    other = Fact(fact.id, "98,7%", 0.987, fact.unit, fact.label, fact.source)
    blocks = tuple(
        replace(block, parts=tuple(other if part is fact else part for part in block.parts))
        if isinstance(block, Paragraph)
        else block
        for block in first.blocks
    )
    changed = replace(document, chapters=(replace(first, blocks=blocks), *document.chapters[1:]))
    assert fact.text in paper_slides.printed(content, changed)[fact.id]


def test_the_change_is_told_from_printed_numbers_or_the_reason_why_not(demo, monkeypatch):
    """2.921 and 3.083 persons print as 2.920 and 3.085; a reader subtracts these."""
    found = Material(demo, scope_of(demo), 2027, "official", MOMENT)
    persons = SimpleNamespace(
        reason=None, before=Fact("earlier/x/pockets.persons", "3.085", 3085, "jiwa", "", ""),
        now=Fact("pockets.persons", "2.920", 2920, "jiwa", "", ""),
    )  # fmt: skip
    told = SimpleNamespace(same_villages=True, then="30 September 2025", today="30 September 2026", key="change/x",
                           figure=lambda _: persons)  # fmt: skip
    monkeypatch.setattr(briefing_change, "changes", lambda *_: told)

    said = briefing_change.change_sentence(found)
    assert isinstance(said, Paragraph)
    assert plain(said.parts) == (
        "Jiwa miskin ekstrem turun 165 jiwa, dari 3.085 pada 30 September 2025 menjadi 2.920 pada 30 September 2026."
    )
    told.same_villages = False
    assert "3.085" not in plain(briefing_change.change_sentence(found).parts)


def test_without_earlier_data_the_change_is_missing(demo):
    assert isinstance(
        briefing_change.change_sentence(Material(demo, scope_of(demo), 2027, "official", MOMENT)), Missing
    )


@pytest.mark.slow
def test_a_deck_that_libreoffice_saved_still_verifies(demo, tmp_path):
    made = build(demo, scope_of(demo), "briefing", year=2027, suffix=".pptx")
    given = tmp_path / "paparan.pptx"
    given.write_bytes(made.content)
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/lo", "--convert-to", "pptx", "--outdir",
         str(tmp_path / "out"), str(given)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    content = (tmp_path / "out" / "paparan.pptx").read_bytes()
    assert zipfile.is_zipfile(io.BytesIO(content))
    checked = verify(demo, content, ".pptx")
    assert checked.ok, checked.mismatches
    assert checked.checked >= len(made.document.facts())

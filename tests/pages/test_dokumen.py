"""Dokumen on the demo: what is ready, the preview, a file that is built, checked and found changed."""

import io
import re

import pytest
from docx import Document as open_word

from tests.pages.test_pages import ENGLISH, texts


@pytest.fixture
def page(app):
    app.run()
    return app.switch_page("pages/dokumen.py").run()


def test_the_page_says_what_is_ready_and_shows_it(page):
    assert not page.exception
    assert not page.error
    assert page.title[0].value == "Dokumen"
    assert [metric.label for metric in page.metric] == ["Bab siap", "Angka", "Tabel", "Gambar"]
    assert all(metric.help for metric in page.metric)
    assert [text for text in texts(page) if ENGLISH.search(text)] == []
    assert not re.search(r"(?<![.\d])\d{16}(?!\d)", " ".join(texts(page)))


def test_a_built_file_is_offered_and_verifies_until_a_number_is_changed(page):
    from pages._shared import open_store
    from reports.documents.verify import verify

    next(button for button in page.button if button.key == "buat.docx").click().run()
    assert not page.exception
    assert not page.error
    _, made = page.session_state["dokumen_berkas"]
    assert verify(open_store(), made.content, ".docx").ok

    word = open_word(io.BytesIO(made.content))
    numbers = word.element.body.xpath("//w:sdt//w:t")
    numbers[0].text = "77.777"
    changed = io.BytesIO()
    word.save(changed)
    found = verify(open_store(), changed.getvalue(), ".docx")
    assert [entry.printed for entry in found.mismatches] == ["77.777"]


def test_every_document_can_be_chosen(page):
    for place in range(len(page.selectbox(key="dokumen").options)):
        page.selectbox(key="dokumen").select_index(place).run()
        assert not page.exception
        assert not page.error
        assert page.metric or "Pilih kecamatan dan desanya" in page.info[0].value

"""Celah sasaran on the demo: the answer, the tabs, an inventory saved, an office's own answer."""

import re

import pandas as pd
import pytest

from tests.pages.test_pages import ENGLISH, texts


@pytest.fixture
def page(app):
    app.run()
    return app.switch_page("pages/celah.py").run()


def test_the_page_answers_who_lacks_what_and_what_it_costs(page):
    assert not page.exception
    assert not page.error
    assert page.title[0].value == "Celah sasaran"
    assert 2 <= len(page.metric) <= 4
    assert all(metric.help for metric in page.metric)
    assert any(re.search(r"belum menerima semua bantuan dasar.*setahun.*belum diverifikasi", text.value, re.S)
               for text in page.markdown)  # fmt: skip
    assert [text for text in texts(page) if ENGLISH.search(text)] == []
    assert not re.search(r"(?<![.\d])\d{16}(?!\d)", " ".join(texts(page)))


@pytest.mark.parametrize("definition", ["pmt_quota", "pmt_line"])
def test_the_page_stands_under_every_definition(page, definition):
    page.sidebar.selectbox(key="definisi").select_index(
        page.sidebar.selectbox(key="definisi").options.index(
            {"pmt_quota": "Kuota PMT", "pmt_line": "Peluang di bawah garis"}[definition]
        )
    ).run()
    assert page.session_state["scope"].definition == definition
    assert not page.exception
    assert not page.error


def test_emptied_results_are_said_and_computed_again(page):
    from pages._shared import open_store

    before = {metric.label: metric.value for metric in page.metric}
    with open_store().transaction() as cursor:  # as a Tepat that derives other tables leaves them
        for table in ("run", "family_feature", "family_page", "coverage_cell"):
            cursor.execute(f"DELETE FROM {table}")
    page.run()
    assert not page.metric
    assert "Hitung ulang" in page.error[0].value
    next(button for button in page.button if button.label == "Hitung ulang").click().run()
    assert not page.error
    assert {metric.label: metric.value for metric in page.metric} == before


def test_the_name_of_a_delivery_is_no_markup(page):
    from pages._shared import open_store

    with open_store().transaction() as cursor:
        cursor.execute("UPDATE snapshot SET label = '[Kiriman](https://contoh.id) *baru*'")
    page.run()
    shown = next(text.value for text in page.markdown if "Kiriman" in text.value)
    assert "\\[Kiriman\\](https" in shown
    assert "\\*baru\\*" in shown


def test_a_plan_shows_as_planned(page):
    from data.load_inventory import save_inventory
    from pages._shared import open_store

    save_inventory(open_store(), pd.DataFrame())
    page.run()
    assert any("inventaris belum diisi" in caption.value for caption in page.caption)
    save_inventory(open_store(), pd.DataFrame([
        {"title": "Perluasan Sembako", "year": 2027, "provider": "Kabupaten/kota", "quota": 7, "unit": "Keluarga",
         "region_code": "99.01", "relation": "Perluasan", "central_programme": "SEMBAKO"},
    ]))  # fmt: skip
    page.run()
    assert [metric.value for metric in page.metric if metric.label == "Tempat yang direncanakan"] == ["7"]


def test_an_office_of_the_regions_own_is_kept_and_marked(page):
    page.text_input(key="dinas_no_toilet").set_value("Dinas Uji")
    page.button(key="FormSubmitter:jawaban-Simpan").click().run()
    assert not page.exception
    assert any("✎" in caption.value for caption in page.caption)
    assert page.text_input(key="dinas_no_toilet").value == "Dinas Uji"

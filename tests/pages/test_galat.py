"""The page Galat sasaran: the answer it opens with, what follows a choice, what it says where a number is missing."""

import re

import pytest


@pytest.fixture
def page(app):
    app.run()
    app.switch_page("pages/galat.py").run()
    assert not app.exception
    return app


def texts(page):
    return [element.value for element in page.markdown]


def answer(page):
    return next(text for text in texts(page) if text.startswith("Dari 100"))


def test_opens_with_the_answer_and_its_two_parts_add_up(page):
    found = re.search(
        r"\*\*(\d+) belum tercakup\*\*: (\d+) karena kuota kurang, (\d+) karena salah alokasi", answer(page)
    )
    missed, short, wrong = map(int, found.groups())
    assert missed == short + wrong
    cards = {metric.label: metric.value for metric in page.metric}
    assert cards["Galat eksklusi"] == f"{missed}%"
    assert any("belum diverifikasi" in caption.value for caption in page.caption)
    assert page.expander[-1].label == "Cara menghitung"


def test_another_programme_unit_and_range(page):
    before = answer(page)
    page.selectbox(key="program_galat").set_value("BLT-DD").run()
    assert "BLT Dana Desa" in answer(page)
    page.segmented_control(key="satuan_galat_families").set_value("rupiah").run()
    assert "100 rupiah bantuan" in answer(page)
    page.segmented_control(key="dasar_galat").set_value("Desil pilihan saya").run()
    page.slider(key="desil_galat").set_range(1, 2).run()
    assert any("desil 1–2" in caption.value for caption in page.caption)
    assert not page.exception
    assert answer(page) != before


def test_a_programme_without_a_rule_says_so(page):
    page.selectbox(key="program_galat").set_value("KUR").run()
    assert not page.exception
    assert "belum punya aturan sasaran" in page.info[0].value
    assert not [text for text in texts(page) if text.startswith("Dari 100")]


def test_groups_and_the_survey(page):
    page.segmented_control(key="kelompok_galat").set_value("village").run()
    assert not page.exception
    tables = {frame.value.columns[0]: frame.value for frame in page.dataframe}
    assert tables["Desa/kelurahan"]["Galat eksklusi"].dropna().is_monotonic_decreasing
    page.segmented_control(key="ukuran_survei").set_value("generosity").run()
    assert not page.exception
    kindness = next(frame.value for frame in page.dataframe if "Selang 95%" in frame.value.columns)
    assert kindness.iloc[:, 2].dropna().between(0, 1).all()
    assert len(kindness) == 5

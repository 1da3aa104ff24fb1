"""The editor that maps a survey's columns, on a page of its own."""

import pytest
from streamlit.testing.v1 import AppTest

from data.profile_draft_survey import draft_survey as draft
from data.store import Store
from data.survey_statistics import stage_survey_file
from pages._mapping import apply_columns

HOUSEHOLDS = """\
No. Rumah Tangga;Nama KRT;catatan;bobot;banyak_art;pengeluaran_kapita;bahan_atap
A1;Contoh Nama;9901010101010001;10.5;2;750000;Genteng
A2;Contoh Lain;9901010101010002;20;1;1250000;Anyaman rotan
"""


def page(database, survey):
    from pathlib import Path

    import streamlit as st

    from data.store import Store
    from data.survey_statistics import stage_survey_file
    from pages._survey_mapping import survey_mapping

    with Store(Path(database)) as store:
        if "berkas" not in st.session_state:
            st.session_state["berkas"] = stage_survey_file(Path(survey), store.staging)
        saved = survey_mapping(store, st.session_state["berkas"])
        if saved:
            st.success(f"Tersimpan: {saved}")


@pytest.fixture
def app(tmp_path):
    survey = tmp_path / "rt.csv"
    survey.write_text(HOUSEHOLDS, encoding="utf-8")
    given = (str(tmp_path / "t.duckdb"), str(survey))
    return AppTest.from_function(page, default_timeout=60, args=given).run()


def shown(app):
    """Every cell of every table on the screen."""
    return [str(cell) for element in app.dataframe for cell in element.value.to_numpy().ravel()]


def test_the_proposal_stands_on_the_screen_without_names_or_numbers_of_persons(app):
    assert not app.exception
    roles = {box.label: box.value for box in app.selectbox}
    assert (roles["Pengeluaran"], roles["Penimbang"]) == ("pengeluaran_kapita", "bobot")
    assert roles["Klaster"] is None
    assert "Nama KRT" not in app.selectbox(key="peran_district").options
    cells = shown(app)
    assert "nomor keluarga atau rumah tangga" in cells
    assert not any("9901" in cell or "Contoh" in cell for cell in cells)


def test_a_word_without_a_meaning_is_counted_and_ten_rows_are_shown(app):
    assert any("atap (1)" in caption.value for caption in app.caption)
    assert "genteng" in shown(app)


def test_what_is_saved_is_a_profile(app, tmp_path):
    assert app.button[0].disabled  # it has no name yet
    app.text_input[0].set_value("Survei Uji 2026").run()
    app.button[0].click().run()
    assert not app.exception
    assert [success.value for success in app.success] == ["Tersimpan: survei_uji_2026"]
    assert (tmp_path / "profiles" / "survei_uji_2026.yaml").is_file()


def test_a_name_of_a_shipped_profile_is_not_taken(app):
    app.text_input[0].set_value("Susenas KOR").run()
    assert app.button[0].disabled
    assert any("pilih nama lain" in info.value for info in app.info)


def test_columns_follow_the_users_table(tmp_path):
    path = tmp_path / "rt.csv"
    path.write_text(HOUSEHOLDS, encoding="utf-8")
    with Store(tmp_path / "t.duckdb") as store:
        part = draft(store, stage_survey_file(path, store.staging)).tables[0]
    chosen = dict.fromkeys(part.columns) | {"bahan_atap": "dinding", "bobot": "lantai", "banyak_art": "lantai"}
    changed, twice = apply_columns(part, chosen)
    assert changed.fields == {"wall": "bahan_atap", "floor": "bobot"}
    assert twice == ["lantai"]
    assert changed.values["wall"] == {"Genteng": None, "Anyaman rotan": None}

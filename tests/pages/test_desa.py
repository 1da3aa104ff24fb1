"""Profil desa: a choice of village, the answer first, figures of analytics, and what leaves."""

import re

import pytest

from tests.pages.test_pages import ENGLISH, texts

VILLAGE = "99.01.01.1001"


def opened(app, village: str | None = VILLAGE):
    app.run()
    if village:
        app.session_state["desa_dipilih"] = village
    app.switch_page("pages/desa.py").run()
    assert not app.exception
    assert not app.error
    return app


def profile(app):
    from dataclasses import replace

    from analytics.village import village_profile
    from pages._shared import open_store

    scope = app.session_state["scope"]
    return village_profile(open_store(), replace(scope, region=VILLAGE))


def test_without_a_village_the_page_offers_a_choice(app):
    opened(app, None)
    assert not app.metric
    assert any("Pilih satu desa" in info.value for info in app.info)
    box = app.selectbox(key="pilih_desa")
    assert len(box.options) == len({*box.options}) == 120
    box.select(box.options[3]).run()
    assert not app.exception
    assert len(app.metric) == 4
    assert app.session_state["desa_dipilih"] in app.caption[0].value
    assert app.query_params["kode_desa"] in ([app.session_state["desa_dipilih"]], app.session_state["desa_dipilih"])


def test_the_address_names_the_village_by_code(app):
    app.run()
    app.query_params["kode_desa"] = VILLAGE
    app.switch_page("pages/desa.py").run()
    assert not app.exception
    assert VILLAGE in app.caption[0].value
    assert app.session_state["desa_dipilih"] == VILLAGE  # goes with the reader to the next page


def test_a_code_that_is_nowhere_leaves_the_choice(app):
    app.run()
    app.query_params["kode_desa"] = "11.01.01.2001"
    app.switch_page("pages/desa.py").run()
    assert not app.exception
    assert not app.metric
    assert any("Pilih satu desa" in info.value for info in app.info)


def test_the_answer_comes_first_with_the_figures_of_analytics(app):
    from analytics.text import number, percent
    from analytics.village import summary

    opened(app)
    found = profile(app)
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown == {
        "Jiwa miskin ekstrem": number(found.row["persons"]),
        "Urutan di kecamatan": number(found.rank("district")["place"]),
        "Urutan persentase": number(found.rank("regency", "rate")["place"]),
        "Kelengkapan data": percent(found.completeness.iloc[0]["share"], 0),
    }
    assert all(metric.help for metric in app.metric)
    assert summary(found) in texts(app)
    tables = {next(iter(frame.value.columns)): frame.value for frame in app.dataframe}
    assert tables["Program"]["Penerima"].tolist() == found.programmes["recipients_families"].tolist()
    assert tables["Keadaan"]["Keluarga"].tolist() == found.ladder.rows["families"].tolist()
    assert tables["Desa/kelurahan"]["Jiwa"].tolist() == found.neighbours["persons"].tolist()


@pytest.mark.parametrize("definition", [None, "Kuota PMT", "Peluang di bawah garis", "Kriteria daerah"])
def test_speaks_indonesian_under_every_definition_and_names_nobody(app, definition):
    app.run()
    if definition:
        app.sidebar.selectbox(key="definisi").select(definition).run()
    opened(app)
    assert [text for text in texts(app) if ENGLISH.search(text)] == []
    shown = " ".join(texts(app)) + " ".join(frame.value.to_csv() for frame in app.dataframe)
    assert not re.search(r"(?<![.\d])\d{16}(?!\d)", shown)
    assert "Data contoh (fiktif)" in app.markdown[0].value
    assert app.main.expander[-1].label == "Cara menghitung"


def test_a_village_of_the_sidebar_needs_no_choice(app):
    app.run()
    app.sidebar.selectbox(key="kecamatan").select(app.sidebar.selectbox(key="kecamatan").options[1]).run()
    app.sidebar.selectbox(key="desa").select(app.sidebar.selectbox(key="desa").options[1]).run()
    code = app.session_state["scope"].region
    app.switch_page("pages/desa.py").run()
    assert not app.exception
    assert "pilih_desa" not in [box.key for box in app.selectbox]
    assert code in app.caption[0].value
    assert len(app.metric) == 4


def test_the_printed_sheet_is_of_this_village_and_scope(app):
    opened(app)
    labels = [button.label for button in app.download_button]
    assert labels == ["Unduh tabel (XLSX)"]
    next(button for button in app.button if button.label == "Siapkan lembar cetak").click().run()
    assert not app.exception
    assert "Unduh lembar A4 (PDF)" in [button.label for button in app.download_button]
    app.sidebar.segmented_control(key="satuan").set_value("Jiwa").run()
    assert "Unduh lembar A4 (PDF)" not in [button.label for button in app.download_button]


def test_groups_of_villages_stand_beside_the_neighbours_once_computed(app):
    app.run()
    app.switch_page("pages/kelompok.py").run()
    opened(app)
    around = next(
        frame.value for frame in app.dataframe if "Jiwa" in frame.value.columns and "Kecamatan" in frame.value
    )
    assert "Kelompok desa" in around.columns
    app.sidebar.selectbox(key="batas").select("Desil 1 sampai 2").run()  # other figures: what was kept holds no more
    around = next(
        frame.value for frame in app.dataframe if "Jiwa" in frame.value.columns and "Kecamatan" in frame.value
    )
    assert "Kelompok desa" not in around.columns

"""Every page runs on the demo and says what it must; the scope holds across pages; refusals are sentences."""

import re

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from tests.pages.serving import ROOT, copy_of

PAGES = ["ringkasan", "kantong", "cakupan", "peringkat", "data", "metode"]
TITLES = {
    "ringkasan": "Ringkasan", "kantong": "Kantong kemiskinan", "cakupan": "Cakupan program",
    "peringkat": "Peringkat", "data": "Data", "metode": "Metode",
}  # fmt: skip
# Words an English screen would show; proper names such as "Dukcapil" or "ln" are no English.
ENGLISH = re.compile(r"\b(the|none|nan|null|unknown|village|family|families|persons|true|false|error|file|row)\b", re.I)


@pytest.fixture
def app(demo_folder, tmp_path, monkeypatch):
    import streamlit as st

    monkeypatch.setenv("TEPAT_DB", str(copy_of(demo_folder, tmp_path)))
    st.cache_resource.clear()
    # AppTest begins every run as if st.navigation had never run in this process; a server does so once.
    made = PagesManager.__init__

    def made_once(self, *given, **named):
        made(self, *given, **named)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", made_once)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    yield at
    from pages._shared import open_store

    open_store().close()
    st.cache_resource.clear()


def texts(at: AppTest) -> list[str]:
    """All running text on the screen."""
    found = [*at.markdown, *at.caption, *at.warning, *at.info, *at.error, *at.success]
    labels = [metric.label for metric in at.metric] + [metric.value for metric in at.metric]
    return [element.value for element in found] + labels


@pytest.mark.parametrize("page", PAGES)
def test_page_runs(app, page):
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert [title.value for title in app.title] == [TITLES[page]]
    assert not app.error


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_with_two_to_four_figures(app, page):
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    assert 2 <= len(app.metric) <= 4
    assert all(metric.help for metric in app.metric)


@pytest.mark.parametrize("page", PAGES)
def test_page_says_that_the_demo_is_fictional(app, page):
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    assert "Data contoh (fiktif)" in app.markdown[0].value


@pytest.mark.parametrize("page", PAGES)
def test_page_speaks_indonesian(app, page):
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    english = [text for text in texts(app) if ENGLISH.search(text)]
    assert english == []


def test_no_nik_on_any_page(app):
    app.run()
    for page in PAGES:
        app.switch_page(f"pages/{page}.py").run()
        shown = " ".join(texts(app)) + " ".join(frame.value.to_csv() for frame in app.dataframe)
        assert not re.search(r"(?<![.\d])\d{16}(?!\d)", shown)


def test_scope_holds_across_pages(app):
    app.run()
    district = app.sidebar.selectbox(key="kecamatan").options[1]
    app.sidebar.selectbox(key="kecamatan").select(district).run()
    code = app.session_state["scope"].region
    assert re.fullmatch(r"\d\d\.\d\d\.\d\d", code)
    app.switch_page("pages/kantong.py").run()
    assert app.session_state["scope"].region == code
    assert district in app.markdown[0].value


def test_definition_switch_on_kantong_changes_the_scope(app):
    app.run()
    app.switch_page("pages/kantong.py").run()
    before = app.metric[1].value
    app.segmented_control(key="definisi_kantong").set_value("Kuota PMT").run()
    assert not app.exception
    assert app.session_state["scope"].definition == "pmt_quota"
    assert app.sidebar.selectbox(key="definisi").value == "pmt_quota"
    assert app.metric[1].value != before


def test_unit_is_chosen_in_the_sidebar(app):
    app.run()
    app.sidebar.segmented_control(key="satuan").set_value("Jiwa").run()
    assert app.session_state["scope"].unit == "persons"


def test_fitness_form_refuses_an_empty_number_and_accepts_a_full_one(app):
    app.run()
    app.switch_page("pages/data.py").run()
    app.button(key="FormSubmitter:kelayakan-Simpan").click().run()
    assert "nomor" in app.error[0].value.lower()
    app.text_input[-1].set_value("140/12/2026")
    app.button(key="FormSubmitter:kelayakan-Simpan").click().run()
    assert not app.error
    assert any("140/12/2026" in caption.value for caption in app.caption)


def test_stale_results_offer_a_recompute(app):
    app.run()
    from pages._shared import open_store

    with open_store().transaction() as cursor:
        cursor.execute("UPDATE run SET params_hash = 'lama'")
    app.switch_page("pages/kantong.py").run()
    again = next(button for button in app.button if button.label == "Hitung ulang")
    again.click().run()
    assert not app.exception
    assert not any(button.label == "Hitung ulang" for button in app.button)


def test_busy_database_is_one_sentence(app, monkeypatch, tmp_path):
    broken = tmp_path / "rusak.duckdb"
    broken.write_bytes(b"not a database at all" * 500)
    monkeypatch.setenv("TEPAT_DB", str(broken))
    app.run()
    assert not app.exception
    assert len(app.error) == 1
    monkeypatch.setenv("TEPAT_DB", str(tmp_path / "tepat.duckdb"))


def test_unforeseen_error_is_one_sentence_and_leaves_no_value_in_the_log(app, monkeypatch, caplog):
    import analytics.pockets

    def stumble(*_):
        raise ValueError("3275010101800001 is no number")

    monkeypatch.setattr(analytics.pockets, "find_pockets", stumble)
    app.run()
    app.switch_page("pages/kantong.py").run()
    assert not app.exception
    assert len(app.error) == 1
    assert "kantong.py" in caplog.text
    assert "3275010101800001" not in caplog.text


def test_bps_coded_upload_shows_the_proposed_bridge_before_anything_is_imported(app, tmp_path):
    from pages._shared import open_store
    from tests.pages.office import office_files

    files = office_files(tmp_path / "kantor")
    app.run()
    with open_store().transaction() as cursor:
        cursor.execute("DELETE FROM bridge")
    app.switch_page("pages/data.py").run()
    app.file_uploader(key="kiriman_0").set_value([(file.name, file.read_bytes(), "text/plain") for file in files]).run()
    next(button for button in app.button if button.label == "Periksa berkas").click().run()
    assert not app.error
    shown = " ".join(texts(app))
    assert "Usulan jembatan kode" in shown
    assert "DTSEN 2026" in shown
    mapping = next(frame.value for frame in app.dataframe if "Contoh (disamarkan)" in frame.value.columns)
    assert mapping.set_index("Dibaca sebagai").loc["alamat", "Contoh (disamarkan)"] == "••••••"
    assert not mapping["Contoh (disamarkan)"].str.contains(r"\d{16}").any()
    assert [path for path in open_store().staging.iterdir() if path.suffix == ".txt"] == []


def test_verval_workbook_needs_a_purpose_and_is_recorded(app):
    from pages._shared import open_store
    from reports import audit

    app.run()
    app.session_state["desa_dipilih"] = "99.01.01.1001"
    app.switch_page("pages/kantong.py").run()
    prepare = app.button(key="FormSubmitter:verval-Siapkan lembar")
    prepare.click().run()
    assert "tujuan" in app.error[0].value.lower()
    for field, text in zip(app.text_input, ("Verifikasi lapangan", "Dinas Sosial"), strict=True):
        field.set_value(text)
    app.button(key="FormSubmitter:verval-Siapkan lembar").click().run()
    assert not app.error
    assert "Unduh lembar verval (XLSX)" in [button.label for button in app.download_button]
    assert [entry["recipient"] for entry in audit.read(open_store())] == ["Dinas Sosial"]

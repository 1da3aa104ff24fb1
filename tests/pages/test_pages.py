"""Every page runs on the demo and says what it must; the scope holds across pages; refusals are sentences."""

import re

import pytest
from streamlit.testing.v1 import AppTest

# Pages that need no choice before they have figures; telusur, tidak_konsisten and desa have tests of their own.
TITLES = {
    "ringkasan": "Ringkasan", "kantong": "Kantong kemiskinan", "kelompok": "Desa berkelompok",
    "cakupan": "Cakupan program", "galat": "Galat sasaran", "celah": "Celah sasaran", "peringkat": "Peringkat",
    "kriteria": "Kriteria daerah", "banding_definisi": "Banding definisi", "data": "Data", "metode": "Metode",
}  # fmt: skip
PAGES = list(TITLES)
# Words an English screen would show; proper names such as "Dukcapil" or "ln" are no English.
ENGLISH = re.compile(r"\b(the|none|nan|null|unknown|village|family|families|persons|true|false|error|file|row)\b", re.I)


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
        raise ValueError("9901010101800001 is no number")

    monkeypatch.setattr(analytics.pockets, "find_pockets", stumble)
    app.run()
    app.switch_page("pages/kantong.py").run()
    assert not app.exception
    assert len(app.error) == 1
    assert "kantong.py" in caplog.text
    assert "9901010101800001" not in caplog.text


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
    app.segmented_control(key="definisi_kantong").set_value("Kuota PMT").run()
    assert "Unduh lembar verval (XLSX)" not in [button.label for button in app.download_button]


def test_badge_of_a_pocket_is_red(app):
    from analytics.pockets import find_pockets
    from pages._shared import open_store

    app.run()
    app.sidebar.selectbox(key="batas").select("Desil 1 sampai 4").run()  # the small demo has no pocket of decile 1
    villages = find_pockets(open_store(), app.session_state["scope"]).by_village.set_index("village")
    colours = {}
    for code in (villages["persons"].idxmax(), villages["persons"].idxmin()):
        app.session_state["desa_dipilih"] = code
        app.switch_page("pages/kantong.py").run()
        badge = next(text.value for text in app.markdown if "-badge[" in text.value and "science" not in text.value)
        colours[bool(villages.loc[code, "is_pocket"])] = badge.split("-badge")[0]
    assert colours == {True: ":red", False: ":gray"}


def click(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def test_refused_file_leaves_the_rest_of_the_page(app):
    app.run()
    app.switch_page("pages/data.py").run()
    app.file_uploader(key="kiriman_0").set_value([("aneh.csv", b"\n\n", "text/csv")]).run()
    click(app, "Periksa berkas")
    assert len(app.error) == 1
    assert "aneh.csv" in app.error[0].value
    assert "Impor data" in " ".join(texts(app))  # the note on method, the last thing on the page
    assert any("Cakupan berkas" in frame.value.columns for frame in app.dataframe)  # the last tab


def test_reference_tables_are_named_and_the_word_goes_with_the_next_files(app):
    population = b"kode_desa,tanggal,jumlah_penduduk\n99.01.01.1001,2025-12-31,40\n99.01.01.1002,2025-12-31,44\n"
    app.run()
    app.switch_page("pages/data.py").run()
    app.file_uploader(key="kiriman_0").set_value([("penduduk.csv", population, "text/csv")]).run()
    click(app, "Periksa berkas")
    assert not app.error
    click(app, "Impor")
    assert [box.value for box in app.success] == ["2 dari 2 baris diterima: penduduk acuan (2 baris)."]
    app.file_uploader(key="kiriman_1").set_value([("penduduk.csv", population, "text/csv")]).run()
    click(app, "Periksa berkas")
    assert not app.success


def test_cards_on_cakupan_count_in_the_chosen_unit(app):
    app.run()
    app.switch_page("pages/cakupan.py").run()
    families = [metric.value for metric in app.metric]
    app.sidebar.segmented_control(key="satuan").set_value("Jiwa").run()
    assert app.metric[0].value != families[0]
    assert app.metric[1].value != families[1]
    beside = [
        caption.value for caption in app.caption if caption.value.endswith(("miskin ekstrem", "keluarga", "jiwa"))
    ]
    assert all("jiwa" in text and "keluarga" not in text for text in beside)


def open_villages(candidates: list[dict[str, object]]) -> AppTest:
    """confirm_bridge on a proposal that left one village open, with these candidates."""

    def screen(candidates):
        import pandas as pd

        from data.bridge import BridgeProposal
        from data.delivery import CodeDecision
        from pages._bridge import confirm_bridge

        matched = pd.DataFrame(columns=["bps_code", "village_code", "name", "how"])
        unmatched = pd.DataFrame(
            {"bps_code": ["9901010009"], "regency": ["Contoh"], "district": ["Muara"], "village": ["Lama"],
             "candidates": [candidates]}
        )  # fmt: skip
        confirm_bridge(CodeDecision("bps", "alasan", proposal=BridgeProposal(matched, unmatched)))

    return AppTest.from_function(screen, kwargs={"candidates": candidates}).run()


def test_open_village_is_settled_by_name():
    at = open_villages([{"village_code": "99.01.01.1001", "name": "Lama Baru", "district": "Muara", "score": 80.0}])
    assert not at.exception
    editor = at.dataframe[-1]
    assert "Lama Baru (99.01.01.1001)" in editor.proto.columns
    assert editor.proto.placeholder == "Pilih desa…"


def test_open_village_without_candidates_offers_no_empty_choice():
    at = open_villages([])
    assert not at.exception
    assert any("tidak ada calon" in text.value for text in at.markdown)
    shown = at.dataframe[-1]
    assert "selectbox" not in shown.proto.columns

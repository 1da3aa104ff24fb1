"""The sidebar over data of several regencies: province, regency, kecamatan, village; every page at province level."""

from datetime import date

import pytest

from analytics.pipeline import run
from data.ingest import import_files
from data.regions import ensure_regions
from data.store import Store
from tests.analytics.scorecards import card, keep
from tests.pages.serving import copy_of
from tests.two_regencies import EAST, TERMS, TOWN, invented, write

PROVINCE = "Kepulauan Bangka Belitung"
PAGES = ["ringkasan", "kantong", "cakupan", "peringkat", "telusur", "tidak_konsisten", "data", "metode"]


@pytest.fixture(scope="module")
def province_folder(tmp_path_factory):
    """A folder with the register of two regencies of one province, ranked, closed again."""
    folder = tmp_path_factory.mktemp("provinsi")
    with Store(folder / "tepat.duckdb") as store:
        ensure_regions(store)
        families = invented(store)
        own = families[families["code"].str[:5].isin([EAST, TOWN])]
        report = import_files(store, [write(folder / "keluarga.txt", own)], date=date(2026, 3, 31))
        run(store, report.snapshot_id, keep(store, card(terms=TERMS)))
    return folder


@pytest.fixture
def app(province_folder, tmp_path, dashboard):
    return dashboard(copy_of(province_folder, tmp_path))


def places(app) -> list[tuple[str, str]]:
    """The choices of a place in the sidebar, from the widest to the narrowest."""
    asked = ("Provinsi", "Kabupaten/kota", "Kecamatan", "Desa/kelurahan")
    return [(box.label, box.options[box.index]) for box in app.sidebar.selectbox if box.label in asked]


def test_from_the_province_to_the_village_and_back(app):
    app.run()
    assert places(app) == [("Provinsi", PROVINCE), ("Kabupaten/kota", "Semua kabupaten/kota")]
    assert app.session_state["scope"].region == "19"
    app.sidebar.selectbox(key="kabupaten").set_value(TOWN).run()
    assert app.session_state["scope"].region == TOWN
    assert [label for label, _ in places(app)] == ["Provinsi", "Kabupaten/kota", "Kecamatan"]
    app.sidebar.selectbox(key="kecamatan").set_value(f"{TOWN}.01").run()
    assert app.session_state["scope"].region == f"{TOWN}.01"
    app.sidebar.selectbox(key="kabupaten").set_value("19").run()
    assert app.session_state["scope"].region == "19"
    assert not app.exception


def test_a_link_to_a_regency_of_the_province(app):
    app.query_params["kabupaten"] = "Kota Pangkal Pinang"
    app.run()
    assert app.session_state["scope"].region == TOWN
    assert not [warning for warning in app.warning if "Tautan" in warning.value]


def test_a_link_to_a_province_that_is_not_there(app):
    app.query_params["provinsi"] = "Entah"
    app.run()
    (said,) = [warning.value for warning in app.warning if "Tautan" in warning.value]
    assert "(Provinsi)" in said


@pytest.mark.parametrize("page", PAGES)
def test_page_of_a_province(app, page):
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert not app.error
    assert app.session_state["scope"].region == "19"

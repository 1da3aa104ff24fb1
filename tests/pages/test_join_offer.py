"""Joining a province on screen: offered where deliveries stand apart, said when one is newer."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from analytics import catalogue
from analytics.pipeline import run
from analytics.province import join_province
from data.ingest import import_files
from data.regions import ensure_regions
from data.store import Store
from pages._shared import open_store
from tests.analytics.scorecards import card, keep
from tests.pages.serving import ROOT
from tests.two_regencies import EAST, TERMS, TOWN, invented, write

ON = date(2026, 3, 31)


@pytest.fixture
def office(tmp_path, dashboard):
    """(store as the pages open it, families, path to write files below): both regencies imported one by one."""
    dashboard(tmp_path / "tepat.duckdb")
    store: Store = open_store()
    ensure_regions(store)
    families = invented(store)
    keep(store, card(terms=TERMS))
    for regency in (EAST, TOWN):
        own = families[families["code"].str.startswith(regency)]
        run(store, import_files(store, [write(tmp_path / f"{regency}.txt", own)], date=ON).snapshot_id)
    return store, families, tmp_path


def offer(snapshot_id: str) -> AppTest:
    def script(snapshot_id: str) -> None:
        from analytics import catalogue
        from pages._province import join_offer
        from pages._shared import open_store

        join_offer(open_store(), catalogue.default_scope(open_store(), snapshot_id=snapshot_id))

    return AppTest.from_function(script, kwargs={"snapshot_id": snapshot_id}, default_timeout=60)


def test_join_and_join_again(office):
    store, families, folder = office
    at = offer(catalogue.latest(store).snapshot_id).run()
    at.button[0].click().run()
    assert not at.exception
    joined = at.session_state["data_baru"]
    assert not catalogue.is_stale(store, joined)
    assert catalogue.snapshot(store, joined).families == families["code"].str[:5].isin([EAST, TOWN]).sum()

    town = families[families["code"].str.startswith(TOWN)].iloc[1:]
    import_files(store, [write(folder / "perbaikan.txt", town)], date=ON)
    at = offer(joined).run()
    assert "Kota Pangkal Pinang" in at.warning[0].value
    at.button[0].click().run()
    assert not [warning for warning in offer(joined).run().warning if "Pangkal Pinang" in warning.value]


def test_every_page_of_a_joined_province(office):
    store, _, _ = office
    joined = join_province(store, "19").snapshot_id
    run(store, joined)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["data"] = catalogue.snapshot(store, joined).label
    app.run()
    for page in ("ringkasan", "kantong", "cakupan", "peringkat", "data"):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, page
        assert not app.error, page
        assert (app.session_state["scope"].snapshot_id, app.session_state["scope"].region) == (joined, "19")

"""One small demo database for all page tests; a served copy of it for the browser tests."""

from pathlib import Path

import pytest

from tests.pages.serving import CHROMIUM, FLAGS, ROOT, Server, Watched, copy_of


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory):
    """A folder with tepat.duckdb and its key: the synthetic regency, small, closed again."""
    from analytics.pipeline import load_demo
    from data.store import Store

    folder = tmp_path_factory.mktemp("demo")
    with Store(folder / "tepat.duckdb") as store:
        load_demo(store, families=3000)
    return folder


@pytest.fixture
def dashboard(monkeypatch):
    """The dashboard over a database of the test's own: path -> AppTest; its store is closed afterwards."""
    import streamlit as st
    from streamlit.runtime.pages_manager import PagesManager
    from streamlit.testing.v1 import AppTest

    from pages._shared import open_store

    # AppTest begins every run as if st.navigation had never run in this process; a server does so once.
    made = PagesManager.__init__

    def made_once(self, *given, **named):
        made(self, *given, **named)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", made_once)
    st.cache_resource.clear()

    def over(path: Path) -> AppTest:
        monkeypatch.setenv("TEPAT_DB", str(path))
        return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)

    yield over
    open_store().close()
    st.cache_resource.clear()


@pytest.fixture
def app(demo_folder, tmp_path, dashboard):
    """The dashboard over a copy of the demo."""
    return dashboard(copy_of(demo_folder, tmp_path))


@pytest.fixture(scope="module")
def server(demo_folder, tmp_path_factory):
    served = Server(copy_of(demo_folder, tmp_path_factory.mktemp("served")))
    yield served
    served.stop()


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import expect, sync_playwright

    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    expect.set_options(timeout=20_000)  # drawn in software, on cores that others use too
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def watched(browser):
    """A fresh page of 1400 x 1000, Indonesian; every test that uses it ends with the clean check."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000}, locale="id-ID")
    context.set_default_timeout(30_000)
    found = Watched(context.new_page())
    yield found
    context.close()
    found.must_be_clean()

"""One small demo database for all page tests; a served copy of it for the browser tests."""

from pathlib import Path

import pytest

from tests.pages.serving import CHROMIUM, FLAGS, Server, Watched, copy_of


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory):
    """A folder with tepat.duckdb and its key: the synthetic regency, small, closed again."""
    from analytics.pipeline import load_demo
    from data.store import Store

    folder = tmp_path_factory.mktemp("demo")
    with Store(folder / "tepat.duckdb") as store:
        load_demo(store, families=3000)
    return folder


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

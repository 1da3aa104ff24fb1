"""In Debian's Chromium: the map answers a click, links open what they name, files come in, nothing leaves the machine.

Every test ends with the check of `watched`: no request left 127.0.0.1, no console error.
"""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.pages.serving import Server, copy_of, settled

pytestmark = pytest.mark.browser

PAGES = {
    "": "Ringkasan", "kantong": "Kantong kemiskinan", "desa": "Profil desa", "kelompok": "Desa berkelompok",
    "cakupan": "Cakupan program", "galat": "Galat sasaran", "celah": "Celah sasaran", "peringkat": "Peringkat",
    "kriteria": "Kriteria daerah", "banding_definisi": "Banding definisi", "telusur": "Telusur keluarga",
    "tidak_konsisten": "Tidak konsisten", "dokumen": "Dokumen", "data": "Data", "metode": "Metode",
}  # fmt: skip


VILLAGE = re.compile(r"\d\d\.\d\d\.\d\d\.\d{4}")


def village_code(page: Page) -> Locator:
    """Where the open village's code stands."""
    return page.get_by_test_id("stMarkdownContainer").filter(has_text=VILLAGE).first


def opened(page: Page, server, path: str = "") -> None:
    page.goto(f"{server.url}/{path}")
    title = PAGES[path.partition("?")[0]]
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible(timeout=30_000)
    settled(page)


def click_village(page: Page, key: str) -> None:
    """Clicks the map a little off its middle until the village opens: deck.gl drawn in software misses early ones."""
    canvas = page.locator(f"[class*=st-key-{key}] canvas").first
    expect(canvas).to_be_visible()
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    for _ in range(6):
        page.mouse.click(box["x"] + box["width"] * 0.47, box["y"] + box["height"] * 0.52)
        try:
            expect(page.get_by_text("Pilih desa", exact=True)).to_have_count(0, timeout=6000)
            return
        except AssertionError:
            continue
    raise AssertionError("the map did not answer a click")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_clean(watched, server, path, scheme):
    watched.page.emulate_media(color_scheme=scheme)
    opened(watched.page, server, path)
    expect(watched.page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.parametrize("path", ["kantong", "cakupan"])
def test_click_on_the_map_selects_the_village(watched, server, path):
    page = watched.page
    opened(page, server, path)
    expect(page.get_by_text("Pilih desa", exact=True)).to_be_visible()
    click_village(page, f"peta_{path}")
    expect(village_code(page)).to_be_visible()


def test_row_of_the_table_opens_its_village_and_marks_it_on_the_map(watched, server):
    page = watched.page
    opened(page, server, "kantong")
    # The table is a canvas: its first row lies below the header, the box to tick at its left edge.
    grid = page.locator(".st-key-tabel_kantong .dvn-scroller").first
    grid.scroll_into_view_if_needed()
    grid.click(position={"x": 18, "y": 52})
    expect(page.get_by_text("Pilih desa", exact=True)).to_have_count(0)
    expect(village_code(page)).to_be_visible()


def test_chosen_village_goes_with_the_reader_to_the_next_page(watched, server):
    page = watched.page
    opened(page, server, "kantong")
    click_village(page, "peta_kantong")
    code = re.search(VILLAGE, village_code(page).inner_text())
    assert code
    page.get_by_role("link", name="Cakupan program").click()
    expect(page.get_by_role("heading", name="Cakupan program", level=1)).to_be_visible()
    expect(village_code(page)).to_contain_text(code.group())


def test_deep_link_opens_the_scope_it_names(watched, server):
    page = watched.page
    opened(page, server)
    page.get_by_test_id("stSidebar").get_by_label("Kecamatan").click()
    option = page.get_by_role("option").nth(1)
    name = option.inner_text()
    option.click()
    expect(page).to_have_url(re.compile("kecamatan="))
    settled(page)
    link = page.url
    assert "desa" not in link.partition("?")[2].split("=")[0]
    page.goto(link.replace("/?", "/kantong?"))
    expect(page.get_by_role("heading", name="Kantong kemiskinan", level=1)).to_be_visible()
    expect(page.get_by_test_id("stMarkdownContainer").filter(has_text=name).first).to_be_visible()


@pytest.mark.parametrize("at_once", [False, True])
def test_scope_stays_in_the_url_from_page_to_page(watched, server, at_once):
    """at_once: the click comes as soon as the menu is there, while the first page is still being drawn."""
    page = watched.page
    if at_once:
        page.goto(f"{server.url}/?satuan=Jiwa")
    else:
        opened(page, server, "?satuan=Jiwa")
        expect(page.locator("canvas").first).to_be_visible()
        settled(page)
    page.get_by_role("link", name="Peringkat").click()
    expect(page.get_by_role("heading", name="Peringkat", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile("/peringkat.*satuan=Jiwa"))
    expect(page.get_by_test_id("stMarkdownContainer").filter(has_text="jiwa").first).to_be_visible()
    settled(page)
    expect(page).to_have_url(re.compile("/peringkat.*satuan=Jiwa"))


def test_line_of_the_scope_goes_from_page_to_page_and_in_a_link(watched, server):
    page = watched.page
    opened(page, server, "?definisi=Peluang+di+bawah+garis")
    line = page.get_by_test_id("stSidebar").get_by_label("Garis")
    expect(line).to_have_value("Garis contoh (fiktif)")
    page.get_by_role("link", name="Kantong kemiskinan").click()
    expect(page.get_by_role("heading", name="Kantong kemiskinan", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/kantong.*definisi=Peluang"))
    expect(line).to_have_value("Garis contoh (fiktif)")


def test_tables_offer_no_download_past_the_reports(watched, server):
    page = watched.page
    opened(page, server, "kantong")
    frame = page.get_by_test_id("stDataFrame").first
    frame.hover()
    expect(page.get_by_test_id("stElementToolbarButton").first).to_be_attached()
    expect(page.get_by_role("button", name="Download as CSV")).to_have_count(0)


def test_table_leaves_through_reports(watched, server):
    page = watched.page
    opened(page, server, "kantong")
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh tabel (XLSX)").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_upload_is_recognised_imported_and_leaves_no_copy(watched, server, tmp_path):
    from tests.pages.office import office_files

    page = watched.page
    files = office_files(tmp_path)
    opened(page, server, "data")
    page.locator(".st-key-kiriman_0 input[type=file]").set_input_files([str(file) for file in files])
    check = page.get_by_role("button", name="Periksa berkas")
    expect(check).to_be_enabled()
    check.click()
    expect(page.get_by_text("Kolom dan isinya").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile(r"\d{16}"))).to_have_count(0)
    page.get_by_label("Nama data").fill("Uji unggah")
    page.get_by_role("button", name="Impor", exact=True).click()
    expect(page.get_by_text("baris diterima").first).to_be_visible(timeout=90_000)
    settled(page)
    expect(page.get_by_test_id("stSidebar").get_by_label("Data", exact=True)).to_have_value("Uji unggah")
    assert list(server.database.parent.joinpath("staging").iterdir()) == []


def test_first_visit_by_deep_link(watched, demo_folder, tmp_path):
    """A fresh process that has not yet run app.py must not show a page file by itself."""
    fresh = Server(copy_of(demo_folder, tmp_path))
    try:
        opened(watched.page, fresh, "peringkat?satuan=Jiwa")
        expect(watched.page.get_by_role("link", name="Ringkasan")).to_be_visible()
        expect(watched.page.get_by_test_id("stSidebar").get_by_role("radio", name="Jiwa")).to_be_checked()
    finally:
        fresh.stop()


@pytest.mark.slow
def test_first_start_builds_the_demo_and_opens_the_briefing(watched, tmp_path):
    fresh = Server(tmp_path / "kosong" / "tepat.duckdb")
    try:
        watched.page.goto(fresh.url)
        expect(watched.page.get_by_role("heading", name="Selamat datang di Tepat")).to_be_visible(timeout=30_000)
        expect(watched.page.get_by_role("progressbar")).to_be_visible()
        expect(watched.page.get_by_role("heading", name="Ringkasan", level=1)).to_be_visible(timeout=120_000)
        expect(watched.page.locator("[class*=st-key-peta_ringkasan] canvas").first).to_be_visible(timeout=30_000)
    finally:
        fresh.stop()

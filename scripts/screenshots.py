"""Takes the screens of the demo: for the documents, or all of them to be looked at.

    python scripts/screenshots.py [--db FILE] [--out DIR] [--all]

Without --db a demo of full size is built first; pass a copy, for the pictures import a small delivery. Only invented
families are ever photographed. Without --all: light, 1400 pixels, the upper part of each screen, into docs/gambar/.
With --all: light and dark, 1400 and 800 pixels, whole screens.
"""

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, expect, sync_playwright  # noqa: E402

from tests.pages.office import office_files  # noqa: E402
from tests.pages.serving import CHROMIUM, FLAGS, Server, settled  # noqa: E402

VILLAGE = "99.01.01.1001"  # of the invented regency
# Picture -> page and the tab to open on it.
SCREENS = {
    "ringkasan": ("", None), "kantong": ("kantong", None), "cakupan": ("cakupan", None),
    "peringkat": ("peringkat", None), "kartu-skor": ("peringkat", "Kartu skor"),
    "galat": ("galat", None), "celah": ("celah", None), "kebutuhan": ("celah", "Kebutuhan keluarga"),
    "fasilitas": ("celah", "Fasilitas desa"), "inventaris": ("celah", "Inventaris program"),
    "kombinasi": ("cakupan", "Kombinasi program"), "siklus-hidup": ("cakupan", "Siklus hidup"),
    "tangga": ("cakupan", "Tangga intervensi"), "usulan": ("cakupan", "Usulan"),
    "kelompok": ("kelompok", None), "kriteria": ("kriteria", None), "banding-definisi": ("banding_definisi", None),
    "desa": (f"desa?kode_desa={VILLAGE}", None),
    "telusur": ("telusur", None), "tidak-konsisten": ("tidak_konsisten", None), "metode": ("metode", "Parameter"),
    "dokumen": ("dokumen", None), "isian": ("dokumen", "Isian kantor"),
    "laporan-impor": ("data", "Laporan impor"), "kelayakan": ("data", "Kelayakan data"), "impor": ("data", "Impor"),
}  # fmt: skip
BELOW = {"celah"}  # pages whose tabs stand below their own answer: the picture starts at the tab
SCHEMES = {"light": "terang", "dark": "gelap"}
UPPER_PART, WHOLE = 1200, 4000  # pixels


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--db", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "gambar")
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        files = office_files(Path(folder) / "kantor")
        server = Server(given.db or build_demo(Path(folder)))
        try:
            with sync_playwright() as playwright:
                expect.set_options(timeout=60_000)
                chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                for scheme in SCHEMES if given.all else ["light"]:
                    for width in (1400, 800) if given.all else (1400,):
                        page = chromium.new_page(
                            viewport={"width": width, "height": 1000}, color_scheme=scheme, locale="id-ID"
                        )
                        for name in SCREENS:
                            open_screen(page, server.url, name, files)
                            target = given.out / f"{name}-{SCHEMES[scheme]}-{width}.png"
                            photograph(page, target, WHOLE if given.all else UPPER_PART)
                        page.close()
                chromium.close()
        finally:
            server.stop()


def build_demo(folder: Path) -> Path:
    from analytics.pipeline import load_demo
    from data.store import Store

    with Store(folder / "tepat.duckdb") as store:
        load_demo(store)
    return folder / "tepat.duckdb"


def open_screen(page: Page, url: str, name: str, files: list[Path]) -> None:
    path, tab = SCREENS[name]
    page.goto(f"{url}/{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settled(page)
    expect(page.get_by_text("Data contoh (fiktif)").first).to_be_visible()
    if tab:
        opened = page.get_by_role("tab", name=tab, exact=True)
        opened.click()
        page.wait_for_timeout(500)  # a tab that is counted when it is opened starts a run
        settled(page)
        if path in BELOW:
            opened.evaluate("tab => tab.scrollIntoView({block: 'start'})")
    if name == "telusur":
        page.locator(".dvn-scroller").first.click(position={"x": 18, "y": 122})  # the third family of the list
        expect(page.get_by_text("Program yang diterima")).to_be_visible()
    if name == "impor":
        page.locator("[class*=st-key-kiriman] input[type=file]").set_input_files([str(file) for file in files])
        page.get_by_role("button", name="Periksa berkas").click()
        page.get_by_text("Kolom dan isinya").first.click()
        settled(page)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def photograph(page: Page, target: Path, most: int) -> None:
    """The app scrolls inside itself: the window is made as tall as what it holds, up to `most` pixels."""
    size = page.viewport_size
    assert size is not None
    page.mouse.move(0, 0)
    tall = page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(max(tall, 1000), most)})
    page.evaluate("() => document.fonts.ready")
    page.screenshot(path=target, animations="disabled")
    page.set_viewport_size(size)


if __name__ == "__main__":
    main()

"""Takes every screen of the demo, light and dark, wide and narrow, into docs/gambar/ (or another folder).

    python scripts/screenshots.py [--db FILE] [--out DIR] [--all]

Without --db a demo of full size is built first. Only the demo is ever photographed: refuse anything else.
Without --all: what the documents show (light, 1400 pixels).
"""

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import expect, sync_playwright  # noqa: E402

from tests.pages.serving import CHROMIUM, FLAGS, Server, settled  # noqa: E402

PAGES = {"ringkasan": "", "kantong": "kantong", "cakupan": "cakupan", "peringkat": "peringkat", "data": "data",
         "metode": "metode"}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--db", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "gambar")
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(given.db or build_demo(Path(folder)))
        try:
            take(server.url, given.out, ["light", "dark"] if given.all else ["light"],
                 [1400, 800] if given.all else [1400])  # fmt: skip
        finally:
            server.stop()


def build_demo(folder: Path) -> Path:
    from analytics.pipeline import load_demo
    from data.store import Store

    with Store(folder / "tepat.duckdb") as store:
        load_demo(store)
    return folder / "tepat.duckdb"


def take(url: str, out: Path, schemes: list[str], widths: list[int]) -> None:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for scheme in schemes:
            for width in widths:
                page = chromium.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme, locale="id-ID")
                for name, path in PAGES.items():
                    page.goto(f"{url}/{path}")
                    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
                    settled(page)
                    expect(page.get_by_text("Data contoh (fiktif)").first).to_be_visible()
                    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=60_000)
                    page.mouse.move(0, 0)
                    # The app scrolls inside itself: let the window be as tall as what it holds.
                    tall = page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
                    page.set_viewport_size({"width": width, "height": min(max(tall, 1000), 4000)})
                    page.evaluate("() => document.fonts.ready")
                    target = out / (f"{name}.png" if len(schemes) == 1 else f"{name}-{scheme}-{width}.png")
                    page.screenshot(path=target, animations="disabled")
                    page.set_viewport_size({"width": width, "height": 1000})
                page.close()
        chromium.close()


if __name__ == "__main__":
    main()

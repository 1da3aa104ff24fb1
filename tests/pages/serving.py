"""A served copy of a database and a browser page that is watched: shared by page tests and scripts/screenshots.py."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
# Software drawing, so that deck.gl works without a graphics card; and a browser that asks nothing by itself.
FLAGS = [
    "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
# On a deep link Streamlit itself asks for these below the page's address and hears 404.
DEEP_LINK_404 = re.compile(r"/(_stcore/health|_stcore/host-config)$")


def copy_of(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to, dirs_exist_ok=True)
    return to / "tepat.duckdb"


class Server:
    """`streamlit run app.py` on a free port of 127.0.0.1, over its own database."""

    def __init__(self, database: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.database = database
        database.parent.mkdir(parents=True, exist_ok=True)
        self.log = database.parent / "server.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port),
                 "--server.headless", "true"],
                cwd=ROOT, env=os.environ | {"TEPAT_DB": str(database)}, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2):
                    return
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    self.stop()
                    raise RuntimeError(self.log.read_text(encoding="utf-8")) from None
                time.sleep(0.1)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


class Watched:
    """A browser page and what it must not have done."""

    def __init__(self, page):
        self.page = page
        self.away: list[str] = []
        self.errors: list[str] = []
        page.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _request(self, request) -> None:
        if not re.match(r"(https?|wss?)://127\.0\.0\.1:\d+/|(data|blob):", request.url):
            self.away.append(request.url)

    def _console(self, message) -> None:
        if message.type == "error" and not DEEP_LINK_404.search(message.location.get("url", "")):
            self.errors.append(f"{message.text} ({message.location.get('url')})")

    def must_be_clean(self) -> None:
        assert self.away == []
        assert self.errors == []


def settled(page) -> None:
    """Waits until the script has run to its end."""
    from playwright.sync_api import expect

    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)

"""Rules of the house that no linter knows, over the syntax trees of the project."""

import ast
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("data", "geo", "analytics", "reports", "pages")
COMMANDS = ("cli", "cli_answers", "cli_measures", "cli_workbench", "cli_documents")
TOP = [ROOT / f"{name}.py" for name in ("app", *COMMANDS)]
SOURCES = [*sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")), *TOP]


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def of_room(room: str) -> list[Path]:
    return [path for path in SOURCES if path.relative_to(ROOT).parts[0] == room]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_too_long(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= (200 if path.parent.name == "pages" else 420)


def test_only_the_store_opens_duckdb():
    openers = [
        path.relative_to(ROOT)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr == "connect"
        and isinstance(node.value, ast.Name)
        and node.value.id == "duckdb"
    ]
    assert [str(path) for path in openers] == ["data/store.py"]


def test_the_command_line_and_the_app_stay_on_top():
    for path in SOURCES:
        above = {"app"} if path.stem in COMMANDS else {"app", *COMMANDS}
        assert not above & {name.split(".")[0] for name in imported(path)}, path


def test_the_command_line_shows_no_screen():
    for name in COMMANDS:
        assert not {seen for seen in imported(ROOT / f"{name}.py") if seen.split(".")[0] in {"streamlit", "pages"}}


def test_the_demo_and_its_truth_know_nothing_of_the_analytics():
    for path in (ROOT / "data").glob("demo*.py"):
        assert not {name for name in imported(path) if name.split(".")[0] in {"analytics", "geo", "reports"}}, path


def test_pages_hold_no_sql():
    for path in of_room("pages"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = node.value.upper().split()
                assert not {"SELECT", "FROM"} <= set(words), f"{path.name}: {node.value[:60]}"


def test_custom_css_only_where_streamlit_cannot_do_it():
    """The words of st.file_uploader are English and cannot be set: one style puts Indonesian in their place."""
    styled = [
        path.name for path in [*of_room("pages"), ROOT / "app.py"] if "<style" in path.read_text(encoding="utf-8")
    ]
    assert styled == ["_uploads.py"]


def test_nothing_in_the_product_asks_the_network():
    banned = {"requests", "urllib.request", "http.client", "httpx", "aiohttp"}
    for path in SOURCES:
        assert not banned & imported(path), path


def test_first_page_does_not_wait_for_heavy_libraries():
    """Imports at module level of what the first page loads; the heavy ones belong into functions."""
    heavy = {"sklearn", "statsmodels", "esda", "libpysal", "docx", "matplotlib", "mapclassify", "geopandas"}
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.Import):
                assert not heavy & {alias.name.split(".")[0] for alias in node.names}, path
            if isinstance(node, ast.ImportFrom) and node.module:
                assert node.module.split(".")[0] not in heavy, path


@pytest.mark.parametrize("name", sorted(p.name for p in (ROOT / "data" / "reference").glob("*.yaml")))
def test_every_reference_value_is_dated_and_sourced(name):
    def check(node, where):
        if isinstance(node, dict):
            if "value" in node or "deciles" in node or "classes" in node:
                assert node.get("source"), where
                assert node.get("from"), where
                assert node.get("status") in {"verified", "unverified"}, where
            for key, item in node.items():
                check(item, f"{where}.{key}")
        elif isinstance(node, list):
            for item in node:
                check(item, where)

    check(yaml.safe_load((ROOT / "data" / "reference" / name).read_text(encoding="utf-8")), name)

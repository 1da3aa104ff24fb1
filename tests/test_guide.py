"""The user's guide: its examples work as they stand, and it names the pages, pictures and sections there are."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "panduan.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text below a heading up to the next one of any level."""
    return re.split(r"(?m)^#{2,3} ", GUIDE.split(f"# {title}\n", 1)[1], maxsplit=1)[0]


def column_names(text: str) -> list[str]:
    """Headers of the first table."""
    first = next(line for line in text.splitlines() if line.startswith("|"))
    return [cell.strip() for cell in first.strip("|").split("|")]


def blocks() -> list[str]:
    return re.findall(r"(?s)```yaml\n(.*?)```", GUIDE)


def test_the_menu_is_listed_as_it_is():
    pages = re.findall(r'st\.Page\([^)]*title="([^"]+)"', (ROOT / "app.py").read_text(encoding="utf-8"))
    listed = re.findall(r"(?m)^\| ([^|]+?) \|", section("Mengenal layar").split("**Lingkup**")[0])
    assert len(pages) == 15
    assert listed[0] == "Halaman"
    assert set(listed[1:]) - {"---"} == set(pages)


def test_pictures_and_sections_that_are_named_exist():
    pictures = re.findall(r"\]\((gambar/[^)]+)\)", GUIDE)
    assert pictures
    assert [name for name in pictures if not (ROOT / "docs" / name).exists()] == []
    titles = re.findall(r"(?m)^#{2,3} (.+)$", GUIDE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert [name for name in re.findall(r"\]\(#([^)]+)\)", GUIDE) if name not in anchors] == []


def test_the_rule_file_of_the_guide_is_read():
    from data.criteria_reading import rules_of_text

    (text,) = [block for block in blocks() if "rule:" in block]
    rules = rules_of_text(text, "contoh.yaml")
    assert [clause.key for clause in rules.clauses] == ["a", "b", "c", "d"]
    assert [len(clause.readings) for clause in rules.clauses] == [1, 1, 2, 1]
    assert set(yaml.safe_load(text)) == {"name", "title", "source", "articles", "status", "rule"}


def test_headers_of_the_planning_tables_are_those_the_imports_know():
    from data.headers import header_key
    from data.load_facilities import PLACE
    from data.load_inventory import HEADERS
    from data.planning import facility_of_header

    known = frozenset().union(*PLACE.values()) | frozenset(facility_of_header())
    assert [name for name in column_names(section("Fasilitas desa")) if header_key(name) not in known] == []
    assert set(column_names(section("Inventaris program"))) <= set(HEADERS.values())


def test_every_command_is_listed():
    from typer.main import get_command

    from cli import app

    verbs = set(get_command(app).commands)
    listed = set(re.findall(r"(?m)^\| `cli\.py ([a-z]+)", section("Baris perintah")))
    assert verbs - listed == {"bench"}  # for developers
    assert listed <= verbs

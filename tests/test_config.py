"""What .streamlit/config.toml promises about safety, and that its fonts are in the house."""

import tomllib
from pathlib import Path

import pytest
from streamlit import config as streamlit_config

ROOT = Path(__file__).parents[1]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("section", "option", "value"),
    [
        ("server", "address", "127.0.0.1"),
        ("server", "allowedHosts", ["127.0.0.1", "localhost"]),
        ("browser", "gatherUsageStats", False),
        ("client", "showErrorDetails", "none"),
        ("client", "showErrorLinks", False),
        ("client", "disableDataExport", True),
        ("client", "toolbarMode", "minimal"),
    ],
)
def test_safe_by_default(section, option, value):
    assert CONFIG[section][option] == value


def test_streamlit_knows_every_option():
    """A misspelt option would be ignored in silence."""
    for section in ("server", "browser", "client", "runner"):
        for option in CONFIG[section]:
            assert f"{section}.{option}" in streamlit_config._config_options_template


def test_fonts_are_bundled_with_their_licence():
    for face in CONFIG["theme"]["fontFaces"]:
        assert face["url"].startswith("app/static/")
        font = ROOT / face["url"].removeprefix("app/")
        assert font.read_bytes()[:4] == b"wOF2"
    assert len(list((ROOT / "static" / "fonts").glob("LICENSE-*.txt"))) == len(CONFIG["theme"]["fontFaces"])


def test_nothing_in_the_theme_is_fetched():
    text = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert "http" not in text


def test_nothing_but_fonts_and_marks_is_served_as_a_file():
    served = {path.suffix for path in (ROOT / "static").rglob("*") if path.is_file()}
    assert served == {".woff2", ".txt", ".svg"}

"""A store with the list of regions, and the real boundary files."""

import shutil
from pathlib import Path

import pytest

from data.regions import ensure_regions
from data.store import Store


@pytest.fixture(scope="session")
def listed(tmp_path_factory):
    """A closed database that holds the list of regions and nothing else."""
    path = tmp_path_factory.mktemp("regions") / "tepat.duckdb"
    with Store(path) as opened:
        ensure_regions(opened)
    return path


@pytest.fixture
def store(listed, tmp_path):
    folder = tmp_path / "db"
    folder.mkdir()
    shutil.copy(listed, folder)
    with Store(folder / listed.name) as opened:
        yield opened


@pytest.fixture(scope="session")
def shared():
    folder = Path(__file__).parents[2].parent / "shared" / "boundaries"
    if not folder.is_dir():
        pytest.skip("../shared/boundaries is absent")
    return folder

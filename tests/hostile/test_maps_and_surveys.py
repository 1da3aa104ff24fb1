"""Boundary and survey files that are none: refused in one sentence, nothing changed, soon and in little memory."""

import subprocess
import time

import pytest

from data.errors import Refused
from data.regions import ensure_regions
from data.store import Store
from data.survey import read_survey
from geo.boundaries import import_boundaries
from tests.hostile.make_maps import MAPS, SURVEYS, feature, geojson
from tests.hostile.test_corpus import MEGABYTES, SECONDS, Watched, check_sentence, state


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store that knows the regions and has the boundary of one village."""
    folder = tmp_path_factory.mktemp("hostile_maps")
    (folder / "mula.geojson").write_text(geojson(feature()))
    with Store(folder / "db" / "tepat.duckdb") as opened:
        ensure_regions(opened)
        import_boundaries(opened, folder / "mula.geojson")
        yield opened


READERS = {"map": lambda store, paths: import_boundaries(store, paths[0]), "survey": read_survey}
CASES = [("map", case) for case in MAPS] + [("survey", case) for case in SURVEYS]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "case"), CASES, ids=[f"{kind}: {case.name}" for kind, case in CASES])
def test_case(kind, case, store, tmp_path, monkeypatch):
    paths = case.build(tmp_path)
    before = state(store)
    monkeypatch.setattr(subprocess, "Popen", Watched)
    monkeypatch.setattr(Watched, "peaks", [])
    began = time.monotonic()
    with pytest.raises(Refused) as refused:
        READERS[kind](store, paths)
    took = time.monotonic() - began
    assert refused.value.code == case.code
    check_sentence(refused.value.message.replace("shapefile dalam zip", "shapefile"), paths)  # a format's own name
    assert state(store) == before
    assert not list(store.staging.iterdir())
    assert took <= SECONDS
    assert max([0, *Watched.peaks]) <= MEGABYTES * 1024

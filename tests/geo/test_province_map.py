"""The map of several regencies: light enough for the wire, one coverage, borders of districts and regencies."""

import json

import numpy as np
import pandas as pd
import pytest
import shapely

from geo import map_shapes, maps
from geo.boundaries import import_boundaries
from tests.geo.cells import grid, village_codes, wavy_grid, write_geojson

REGENCIES = ("19.01", "19.03")


def describe(store, region="19"):
    codes = [code for regency in REGENCIES for code in village_codes(store, regency)]
    values = pd.DataFrame(
        {"code": codes, "value": range(len(codes)), "is_pocket": [n % 2 == 0 for n in range(len(codes))]}
    )
    return codes, maps.village_map(store, values, region=region, title="t", legend_title="l", edges=[0, 50, 100])


def shape(geometry):
    return shapely.from_geojson(json.dumps(geometry))


@pytest.fixture
def two_regencies(store, tmp_path):
    """Villages of two regencies, loaded file by file, side by side."""
    codes = [code for regency in REGENCIES for code in village_codes(store, regency)]
    features = grid(codes, 12)
    for regency in REGENCIES:
        own = [entry for entry in features if entry["properties"]["kode"].startswith(regency)]
        import_boundaries(store, write_geojson(tmp_path / f"{regency}.geojson", own))
    return store


def test_a_province_shows_the_villages_of_all_its_regencies(two_regencies):
    codes, spec = describe(two_regencies)
    assert [entry["code"] for entry in spec.features] == codes
    assert {code[:5] for code in codes} == set(REGENCIES)
    one = describe(two_regencies, region=REGENCIES[0])[1]
    assert {entry["code"][:5] for entry in one.features} == {REGENCIES[0]}
    assert set(one.off_map) == {code for code in codes if code.startswith(REGENCIES[1])}


def test_few_villages_keep_their_borders_and_regencies_the_thick_line(two_regencies):
    codes, spec = describe(two_regencies)
    drawn = [shape(entry["geometry"]) for entry in spec.features]
    thick = shapely.union_all([shape(line) for line in spec.outlines])
    regencies = [
        shapely.union_all([part for part, code in zip(drawn, codes, strict=True) if code.startswith(regency)])
        for regency in REGENCIES
    ]
    assert thick.length == pytest.approx(shapely.union_all(shapely.boundary(regencies)).length, rel=1e-3)
    every = shapely.union_all([shape(line) for line in (*spec.outlines, *spec.borders)])
    assert every.length == pytest.approx(shapely.union_all(shapely.boundary(drawn)).length, rel=1e-3)


def test_a_coverage_is_thinned_to_the_limit_and_stays_one(monkeypatch):
    cells = np.array([shapely.from_geojson(json.dumps(cell)) for cell in wavy_grid(12, 10, 25)])
    cells = shapely.transform(cells, lambda corners: corners.round(7))
    monkeypatch.setattr(map_shapes, "CORNERS", 2_000)
    found, thinned = map_shapes.thinned(cells)
    assert thinned
    assert len(found) == len(cells)
    assert shapely.get_num_coordinates(found).sum() <= 2_000 < shapely.get_num_coordinates(cells).sum()
    assert shapely.coverage_is_valid(found)
    assert shapely.area(found).sum() == pytest.approx(shapely.area(cells).sum(), rel=0.02)
    same, again = map_shapes.thinned(found)
    assert same is found
    assert not again


def test_a_thinned_map_draws_districts_and_regencies(two_regencies, monkeypatch):
    monkeypatch.setattr(map_shapes, "CORNERS", 400)
    codes, spec = describe(two_regencies)
    drawn = np.array([shape(entry["geometry"]) for entry in spec.features])
    districts = [
        shapely.union_all(drawn[[code.startswith(district) for code in codes]])
        for district in sorted({code[:8] for code in codes})
    ]
    every = shapely.union_all([shape(line) for line in (*spec.outlines, *spec.borders)])
    assert every.length == pytest.approx(shapely.union_all(shapely.boundary(districts)).length, rel=1e-2)


@pytest.mark.slow
def test_a_province_of_8500_villages_stays_below_6_mb(store):
    """28 regencies of 300 villages, each as heavy as an import leaves it (12,000 corners)."""
    # Spread over a land as large as a province: 0.03 degrees a village.
    cells = np.array([shapely.from_geojson(json.dumps(cell)) for cell in wavy_grid(100, 85, 10)])
    cells = shapely.transform(
        cells, lambda c: np.column_stack([(c[:, 0] - 106) * 3 + 106, (c[:, 1] + 2) * 3 - 8]).round(6)
    )
    codes = [f"99.{n // 300 + 11:02d}.{n % 300 // 15 + 1:02d}.{2001 + n % 15}" for n in range(len(cells))]
    frame = pd.DataFrame({"code": codes, "geometry": list(shapely.to_wkb(cells))})
    with store.transaction() as cursor:
        cursor.register("drawn", frame)
        cursor.execute("INSERT INTO boundary SELECT code, 'village', geometry, 1.0, 0.0, 0.0 FROM drawn")
        cursor.execute(
            "INSERT INTO region SELECT code, 'village', 'Tanjung Harapan Baru', left(code, 8), 'test' FROM drawn"
        )
    values = pd.DataFrame({
        "code": codes, "value": np.random.default_rng(1).integers(0, 900, len(codes)), "is_pocket": True,
        "Keluarga miskin ekstrem": 123, "Status": "Kantong, di luar lokasi prioritas",
    })  # fmt: skip
    spec = maps.village_map(
        store, values, region="99", title="t", legend_title="Jiwa miskin ekstrem", edges=[0, 50, 100, 300, 500]
    )
    assert len(spec.features) == 8500
    assert maps.wire_bytes(spec) < 6_000_000

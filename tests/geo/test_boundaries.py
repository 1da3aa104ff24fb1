"""Boundaries in: what is mended, what is refused, and that neighbours still share one border afterwards."""

import zipfile

import geopandas
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from data.errors import Refused
from geo import boundaries
from geo.boundaries import import_boundaries
from geo.boundaries_child import read
from geo.maps import village_map, wire_bytes
from tests.geo.cells import SIDE, feature, grid, polygon, square, village_codes, wavy_grid, write_geojson

# A hundredth of a degree at 2 degrees south on WGS84: 1.1125 km east-west by 1.1057 km north-south.
CELL_KM2 = 1.2301


def stored(store, level):
    rows = store.rows("SELECT code, geometry, area_km2, lon, lat FROM boundary WHERE level = $level", {"level": level})
    return {row["code"]: row | {"shape": shapely.from_wkb(row["geometry"])} for row in rows}


def assert_one_coverage(store):
    """No overlap, no gap, and the upper levels are exactly their villages."""
    villages = stored(store, "village")
    shapes = np.array([row["shape"] for row in villages.values()], dtype=object)
    together = shapely.union_all(shapes)
    assert shapely.is_valid(shapes).all()
    assert shapely.area(shapes).sum() == pytest.approx(together.area, rel=1e-9)
    for level, length in (("district", 8), ("regency", 5)):
        upper = stored(store, level)
        assert set(upper) == {code[:length] for code in villages}
        for code, row in upper.items():
            members = [village for name, village in villages.items() if name.startswith(code)]
            union = shapely.union_all([member["shape"] for member in members])
            assert union.symmetric_difference(row["shape"]).area < 1e-12
            assert row["area_km2"] == pytest.approx(sum(member["area_km2"] for member in members))
    for row in villages.values():
        assert row["shape"].contains(shapely.Point(row["lon"], row["lat"]))
    return together


@pytest.mark.shared
@pytest.mark.parametrize(("name", "count", "official"), [("19.71", 42, 104.6), ("62.10", 127, 9305.8)])
def test_real_regencies_have_their_official_area(store, shared, name, count, official):
    path = shared / f"{name}_desa.geojson"
    report = import_boundaries(store, path)
    assert list(report.as_json()) == ["villages", "matched", "unmatched", "area_km2", "code_system", "warnings"]
    assert (report.villages, report.matched, report.unmatched) == (count, count, 0)
    assert report.code_system == "kemendagri"
    assert report.area_km2 == pytest.approx(official, rel=0.005)

    # On the ellipsoid, polygon by polygon, without any projection.
    raw = geopandas.read_file(path).set_index("kode")
    ellipsoid = pyproj.Geod(ellps="WGS84")
    villages = stored(store, "village")
    for code, shape in raw.geometry.items():
        own = abs(ellipsoid.geometry_area_perimeter(shape)[0]) / 1e6
        assert villages[code]["area_km2"] == pytest.approx(own, rel=0.01)

    together = assert_one_coverage(store)
    assert not any(part.interiors for part in shapely.get_parts(together)), "slivers between neighbours stay open"
    # The files were simplified polygon by polygon: that is seen and said.
    assert report.mended["overlaps"] > 0
    assert report.mended["gaps"] > 0
    assert any("tumpang tindih" in warning for warning in report.warnings)


@pytest.mark.shared
def test_bps_codes_are_refused_and_nothing_changes(store, shared):
    import_boundaries(store, shared / "62.10_desa.geojson")
    before = store.rows("SELECT * FROM boundary ORDER BY code")
    with pytest.raises(Refused) as refused:
        import_boundaries(store, shared / "bps6211_gunung_mas.geojson")
    assert refused.value.code == "code_system"
    assert "BPS" in refused.value.message
    assert store.rows("SELECT * FROM boundary ORDER BY code") == before
    assert list(store.staging.iterdir()) == []


@pytest.mark.shared
def test_bps_codes_are_converted_by_a_bridge(store, shared, tmp_path):
    # A bridge for the villages whose name is unique on both sides; the others stay without a partner.
    bps = geopandas.read_file(shared / "bps6211_gunung_mas.geojson", ignore_geometry=True)
    official = geopandas.read_file(shared / "62.10_desa.geojson", ignore_geometry=True)
    left = bps.drop_duplicates("village", keep=False)
    right = official.drop_duplicates("nama", keep=False)
    pairs = left.merge(right, left_on="village", right_on="nama")
    assert len(pairs) > 64  # else the bridge would be of another region
    table = pd.DataFrame({"bps_code": pairs["village_code"].str.removeprefix("id"), "village_code": pairs["kode"]})
    bridge = tmp_path / "padanan.csv"
    table.to_csv(bridge, index=False)

    report = import_boundaries(store, shared / "bps6211_gunung_mas.geojson", bridge=bridge)
    assert report.code_system == "bps_bridged"
    assert (report.villages, report.matched) == (127, len(pairs))
    assert report.unmatched == 127 - len(pairs)
    kept = stored(store, "village")
    assert set(kept) == set(pairs["kode"])
    # Each village has the place of its own BPS polygon, not that of a namesake's code.
    drawn = geopandas.read_file(shared / "bps6211_gunung_mas.geojson").set_index("village")
    for name, code in zip(pairs["nama"], pairs["kode"], strict=True):
        assert drawn.geometry[name].buffer(1e-3).contains(shapely.Point(kept[code]["lon"], kept[code]["lat"]))


def test_areas_by_hand_and_dissolved_levels(store, tmp_path):
    codes = village_codes(store, "19.71")
    report = import_boundaries(store, write_geojson(tmp_path / "a.geojson", grid(codes, 6)))
    assert report.warnings == ()
    assert report.area_km2 == pytest.approx(len(codes) * CELL_KM2, rel=1e-3)
    assert report.regencies == ("19.71",)
    assert all(row["area_km2"] == pytest.approx(CELL_KM2, rel=1e-3) for row in stored(store, "village").values())
    together = assert_one_coverage(store)
    assert together.area == pytest.approx(len(codes) * SIDE**2)


def test_every_fault_is_mended_and_said(store, tmp_path):
    codes = village_codes(store, "19.71")
    left, right, below, bowtie, twice = codes[:5]
    gap = 0.0002  # 22 m
    features = [
        feature(left, polygon(square(0, 1))),
        # 22 m over its western neighbour
        feature(right, polygon([[106.01 - gap, -1.99], [106.02, -1.99], [106.02, -1.98],
                                [106.01 - gap, -1.98], [106.01 - gap, -1.99]])),
        # a slot of 22 m between this one and the two above, closed at both ends
        feature(below, polygon([[106.0, -2.0], [106.02, -2.0], [106.02, -1.99], [106.018, -1.99],
                                [106.017, -1.99 - gap], [106.003, -1.99 - gap], [106.002, -1.99],
                                [106.0, -1.99], [106.0, -2.0]])),
        # a bow tie of two triangles, each a quarter of the cell
        feature(bowtie, polygon([[106.02, -2.0], [106.03, -1.99], [106.03, -2.0], [106.02, -1.99], [106.02, -2.0]])),
        feature(twice, polygon(square(3, 0))),
        feature(twice, {"type": "GeometryCollection", "geometries": [
            polygon([[*corner, 12.0] for corner in square(4, 0)]), {"type": "Point", "coordinates": [106.0, -2.0]},
        ]}),
        feature(codes[5], None),
        feature(None, polygon(square(8, 8))),
        feature("danau", polygon(square(9, 8))),
    ]  # fmt: skip
    report = import_boundaries(store, write_geojson(tmp_path / "a.geojson", features))
    assert report.villages == report.matched == 5
    assert report.mended == {"polygons": 1, "parts": 1, "heights": 1, "repeated": 1, "overlaps": 1, "gaps": 1}
    said = " ".join(report.warnings)
    for words in ("bersilangan", "titik atau garis", "ketinggian", "lebih dari sekali", "tumpang tindih", "celah",
                  "1 baris tanpa poligon", "2 bidang tanpa kode"):  # fmt: skip
        assert words in said, words
    kept = stored(store, "village")
    assert kept[bowtie]["area_km2"] == pytest.approx(CELL_KM2 / 2, rel=0.01)
    assert kept[twice]["area_km2"] == pytest.approx(2 * CELL_KM2, rel=0.01)
    # Together the first three fill two by two cells, overlap counted once and gap given away.
    assert sum(kept[code]["area_km2"] for code in (left, right, below)) == pytest.approx(4 * CELL_KM2, rel=1e-3)
    assert not any(row["shape"].has_z for row in kept.values())
    assert set(report.missing_codes) == set(codes[5:])
    assert_one_coverage(store)


def test_a_lake_stays_and_a_contradiction_is_named(store, tmp_path):
    first, second, third = village_codes(store, "19.71", 3)
    lake = square(0.3, 0.3, side=0.004)  # 440 m wide
    features = [
        feature(first, polygon(square(0, 0), lake)),
        feature(second, polygon(square(2, 0))),
        feature(third, polygon(square(2.4, 0))),  # lies over 60 % of its neighbour
    ]
    report = import_boundaries(store, write_geojson(tmp_path / "a.geojson", features))
    assert report.contested == ((second, third),)
    assert any(second in warning and third in warning for warning in report.warnings)
    assert stored(store, "village")[first]["area_km2"] == pytest.approx(CELL_KM2 * 0.84, rel=1e-3)
    assert report.area_km2 == pytest.approx(CELL_KM2 * (0.84 + 1.4), rel=1e-3)


def test_a_swallowed_village_is_reported_and_not_drawn(store, tmp_path):
    first, second = village_codes(store, "19.71", 2)
    features = [feature(first, polygon(square(0, 0))), feature(second, polygon(square(0, 0)))]
    report = import_boundaries(store, write_geojson(tmp_path / "a.geojson", features))
    assert report.villages == 2
    assert len(stored(store, "village")) == 1
    assert any("tertutup" in warning for warning in report.warnings)


def test_unknown_codes_are_reported_and_kept_off_the_map(store, tmp_path):
    codes = village_codes(store, "19.71", 4)
    report = import_boundaries(store, write_geojson(tmp_path / "a.geojson", grid([*codes, "19.71.09.9999"], 5)))
    assert (report.villages, report.matched, report.unmatched) == (5, 4, 1)
    assert report.unmatched_codes == ("19.71.09.9999",)
    assert any("19.71.09.9999" in warning for warning in report.warnings)
    assert set(stored(store, "village")) == set(codes)
    assert report.area_km2 == pytest.approx(5 * CELL_KM2, rel=1e-3)


def test_a_new_file_replaces_its_regency_only(store, tmp_path):
    here, there = village_codes(store, "19.71", 6), village_codes(store, "62.10", 4)
    import_boundaries(store, write_geojson(tmp_path / "a.geojson", grid([*here, *there], 10)))
    import_boundaries(store, write_geojson(tmp_path / "b.geojson", grid(here[1:3], 1)))
    assert set(stored(store, "village")) == {*here[1:3], *there}
    assert set(stored(store, "regency")) == {"19.71", "62.10"}
    assert stored(store, "regency")["19.71"]["area_km2"] == pytest.approx(2 * CELL_KM2, rel=1e-3)


def test_demo_villages_are_known_through_the_extra_list(store, tmp_path):
    codes = village_codes(store, "99.01", 5)
    report = import_boundaries(store, write_geojson(tmp_path / "a.geojson", grid(codes, 5)))
    assert (report.code_system, report.matched) == ("kemendagri", 5)


@pytest.mark.parametrize(
    ("column", "spell"),
    [
        ("kode", str),
        ("KDEPUM", str),
        ("KODE_DESA", lambda code: code.replace(".", "")),
        ("village_code", lambda code: "id" + code.replace(".", "")),
        ("iddesa", lambda code: int(code.replace(".", ""))),
        ("kode_kemendagri", lambda code: float(code.replace(".", ""))),
        ("kolom_lain", str),
    ],
)
def test_the_code_column_is_found(tmp_path, column, spell):
    codes = [f"19.71.01.100{index}" for index in range(4)]
    features = [
        feature(spell(code), polygon(square(i, 0)), column=column, kode_kec=code[:8], urut=i, NAMOBJ=f"Desa {i}")
        for i, code in enumerate(codes)
    ]
    frame, reading = read(write_geojson(tmp_path / "a.geojson", features))
    assert list(frame["code"]) == codes
    assert reading["code_column"] == column
    assert list(frame["village"]) == [f"Desa {i}" for i in range(4)]


def frame_of(store, count=4):
    codes = village_codes(store, "19.71", count)
    cells = [shapely.Polygon(square(i, 0)) for i in range(count)]
    return geopandas.GeoDataFrame({"KODE_DESA": codes}, geometry=cells, crs=4326)


def zip_shapefile(frame, folder, drop=()):
    inner = folder / "peta desa"
    inner.mkdir(parents=True)
    frame.to_file(inner / "desa.shp")
    target = folder / "desa.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(inner.iterdir()):
            if file.suffix not in drop:
                archive.write(file, f"peta desa/{file.name}")
    return target


def test_a_zipped_shapefile_in_another_projection(store, tmp_path):
    frame = frame_of(store)
    report = import_boundaries(store, zip_shapefile(frame.to_crs(32748), tmp_path))
    assert report.matched == 4
    for code, row in stored(store, "village").items():
        own = frame.set_index("KODE_DESA").geometry[code]
        assert row["shape"].symmetric_difference(own).area < 0.001 * own.area


def test_a_shapefile_without_projection_file(store, tmp_path):
    report = import_boundaries(store, zip_shapefile(frame_of(store), tmp_path / "a", drop=(".prj",)))
    assert report.matched == 4
    assert any("WGS 84" in warning for warning in report.warnings)
    with pytest.raises(Refused, match="EPSG:4326") as refused:
        import_boundaries(store, zip_shapefile(frame_of(store).to_crs(32748), tmp_path / "b", drop=(".prj",)))
    assert refused.value.code == "crs"


def test_a_geopackage_with_several_layers(store, tmp_path):
    path = tmp_path / "peta.gpkg"
    frame = frame_of(store)
    geopandas.GeoDataFrame({"kode": ["19.71"]}, geometry=[frame.union_all()], crs=4326).to_file(path, layer="kabupaten")
    frame.to_file(path, layer="desa")
    assert import_boundaries(store, path).matched == 4


@pytest.mark.parametrize("move", [lambda x, y: (x * 1e4, y * 1e4), lambda x, y: (y, x), lambda x, y: (x - 100, y)])
def test_coordinates_outside_indonesia_are_refused(tmp_path, move):
    features = grid(["19.71.01.1001", "19.71.01.1002"], 3)
    for entry in features:
        entry["geometry"]["coordinates"] = [[list(move(*corner)) for corner in entry["geometry"]["coordinates"][0]]]
    with pytest.raises(Refused, match="EPSG:4326") as refused:
        read(write_geojson(tmp_path / "a.geojson", features))
    assert refused.value.code == "crs"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.geojson", b'{"type": "FeatureCollection", "features": [{"type"', "file_unreadable"),
        ("a.geojson", b"kode;nama\n1;2\n", "unsupported_format"),
        ("a.gpkg", b"SQLite format 3\x00 and then nothing of the kind", "file_unreadable"),
        ("a.kml", b"<kml/>", "unsupported_format"),
        ("a.zip", b"PK\x03\x04 and then nothing of the kind", "file_unreadable"),
        ("a.vrt", b"<OGRVRTDataSource/>", "unsupported_format"),
    ],
)
def test_what_is_no_boundary_file_is_refused(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        read(path)
    assert refused.value.code == code
    assert refused.value.message.endswith("lalu coba lagi.")


def test_a_file_without_village_codes_is_refused(store, tmp_path):
    with pytest.raises(Refused, match="kolom kode desa") as refused:
        import_boundaries(store, write_geojson(tmp_path / "a.geojson", [feature("19.71.01", polygon(square(0, 0)))]))
    assert refused.value.code == "code_column"
    assert list(store.staging.iterdir()) == []
    with pytest.raises(Refused) as refused:
        import_boundaries(store, tmp_path / "tidak-ada.geojson")
    assert refused.value.code == "file_missing"


def test_a_file_without_polygons_is_refused(store, tmp_path):
    features = [feature(code, None) for code in village_codes(store, "19.71", 3)]
    with pytest.raises(Refused) as refused:
        import_boundaries(store, write_geojson(tmp_path / "a.geojson", features))
    assert refused.value.code == "no_villages"


def test_a_file_whose_listed_villages_have_no_polygon_is_refused(store, tmp_path):
    features = [feature(code, None) for code in village_codes(store, "19.71", 3)]
    features.append(feature("19.71.99.9999", polygon(square(0, 0))))
    with pytest.raises(Refused) as refused:
        import_boundaries(store, write_geojson(tmp_path / "a.geojson", features))
    assert refused.value.code == "no_villages"
    assert store.one("SELECT count(*) AS n FROM boundary") == {"n": 0}


def test_a_reading_child_that_takes_too_long_is_stopped(store, tmp_path, monkeypatch):
    monkeypatch.setattr(boundaries, "SECONDS", 0.01)
    with pytest.raises(Refused) as refused:
        import_boundaries(store, write_geojson(tmp_path / "a.geojson", grid(village_codes(store, "19.71", 3), 3)))
    assert refused.value.code == "reading_timeout"
    assert list(store.staging.iterdir()) == []


def test_a_fine_regency_is_simplified_without_new_gaps(store, tmp_path):
    regency = store.one(
        "SELECT substr(code, 1, 5) AS code FROM region WHERE level = 'village' GROUP BY substr(code, 1, 5) "
        "HAVING count(*) >= 237 ORDER BY code LIMIT 1"
    )["code"]
    codes = village_codes(store, regency, 237)
    cells = wavy_grid(columns=79, rows=3, steps=100)
    path = write_geojson(tmp_path / "a.geojson", [feature(code, cell) for code, cell in zip(codes, cells, strict=True)])
    assert path.stat().st_size > 3_000_000
    report = import_boundaries(store, path)
    villages = stored(store, "village")
    assert len(villages) == 237
    assert sum(shapely.get_num_coordinates(row["shape"]) for row in villages.values()) <= 12_000
    together = assert_one_coverage(store)
    # 2 % of a cell is 25 m on its border of 4.4 km; the wave itself is 90 m high.
    for code, cell in zip(codes, cells, strict=True):
        raw = shapely.Polygon(cell["coordinates"][0])
        assert villages[code]["shape"].symmetric_difference(raw).area < 0.02 * raw.area
    assert together.geom_type == "Polygon"
    assert not together.interiors
    assert report.tolerance_m > 5

    notes = {f"Keterangan panjang {number}": [123456.7] * 237 for number in range(4)}
    values = pd.DataFrame({"code": codes, "value": range(237), "is_pocket": True, **notes})
    spec = village_map(store, values, region=regency, title="J", legend_title="N", edges=[0, 9], highlight=codes[:10])
    assert len(spec.features) == 237
    assert wire_bytes(spec) < 1_000_000

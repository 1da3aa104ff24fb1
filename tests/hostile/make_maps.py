"""Boundary and survey files no office should send, and what must come of each: a refusal's code."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.hostile.make import Case, one, sparse

CODE = "62.10.01.1001"
RING = [[113, -1], [113.1, -1], [113.1, -0.9], [113, -0.9], [113, -1]]


def feature(code: Any = CODE, ring: Any = RING, kind: str = "Polygon") -> dict[str, Any]:
    return {"type": "Feature", "properties": {"kode": code}, "geometry": {"type": kind, "coordinates": [ring]}}


def geojson(*features: Any, **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members})


def zipped(entries: dict[str, bytes], name: str = "a.zip") -> Callable[[Path], list[Path]]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries.items():
            archive.writestr(entry, content)
    return one(name, out.getvalue())


def _written(name: str, suffix: str, **columns: Any) -> Callable[[Path], list[Path]]:
    """A good GeoPackage or zipped shapefile of one square, by the field's own library."""

    def build(folder: Path) -> list[Path]:
        import geopandas
        import shapely

        frame = geopandas.GeoDataFrame(columns or {"kode": [CODE]}, geometry=[shapely.Polygon(RING)], crs="EPSG:4326")
        path = folder / name
        frame.to_file(path, driver=suffix)
        return [path]

    return build


def _cut(build: Callable[[Path], list[Path]], keep: float) -> Callable[[Path], list[Path]]:
    def cut(folder: Path) -> list[Path]:
        (path,) = build(folder)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * keep)])
        return [path]

    return cut


GEOPACKAGE = _written("a.gpkg", "GPKG")
DEEP = '{"type":"FeatureCollection","features":' + "[" * 100_000 + "]" * 100_000 + "}"
MAPS = (
    Case("kosong", one("a.geojson", b""), "unsupported_format"),
    Case("bukan_json", one("a.geojson", "no_kk,nama\n1,2\n"), "unsupported_format"),
    Case("json_lain", one("a.geojson", '{"type":"Topology"}'), "file_unreadable"),
    Case("tanpa_bidang", one("a.geojson", geojson()), "code_column"),
    Case("terpotong", one("a.geojson", geojson(*[feature()] * 50)[:-300]), "file_unreadable"),
    Case("bersarang_dalam", one("a.geojson", DEEP), "file_unreadable"),
    Case("tanpa_kolom_kode", one("a.geojson", geojson({**feature(), "properties": {"nama": "x"}})), "code_column"),
    Case("titik_bukan_bidang", one("a.geojson", geojson({**feature(), "geometry": {
        "type": "Point", "coordinates": [113, -1]}})), "no_villages"),
    Case("kode_asing", one("a.geojson", geojson(feature("99.88.77.6655"))), "code_system"),
    Case("di_luar_bumi", one("a.geojson", geojson(feature(ring=[[x * 1e6, y * 1e6] for x, y in RING]))), "crs"),
    Case("bukan_angka", one("a.geojson", geojson(feature(ring=[["a", "b"]] * 4))), "no_villages"),
    Case("tak_hingga", one("a.geojson", geojson(feature(ring=[[float("inf"), 0]] * 4))), "coordinates"),
    Case("satu_sudut_tak_hingga", one("a.geojson", geojson(feature(), feature(
        "62.10.01.1002", [*RING[:2], [113.1, float("-inf")], *RING[3:]]))), "coordinates"),
    Case("gzip", one("a.geojson", gzip.compress(geojson(feature()).encode(), mtime=0)), "unsupported_format"),
    Case("lubang_raksasa", sparse("a.geojson", geojson()[:-2].encode(), 3 << 30), "file_unreadable"),
    Case("zip_tanpa_peta", zipped({"baca.txt": b"halo"}), "unsupported_format"),
    Case("zip_bom", zipped({"a.shp": b"\0" * (600 << 20), "a.dbf": b"\0" * 100}), "file_unreadable"),
    Case("zip_keluar_folder", zipped({"../../a.shp": b"x" * 100, "../../a.dbf": b"x"}), "file_unreadable"),
    Case("zip_rusak", one("a.zip", b"PK\3\4" + b"\0" * 300), "file_unreadable"),
    Case("shp_tanpa_dbf", zipped({"a.shp": b"\0\0\x27\x0a" + b"\0" * 200}), "file_unreadable"),
    Case("gpkg_terpotong", _cut(GEOPACKAGE, 0.6), "file_unreadable"),
    Case("sqlite_bukan_peta", one("a.gpkg", b"SQLite format 3\0" + b"\0" * 4000), "file_unreadable"),
    Case("pdf_bernama_gpkg", one("a.gpkg", b"%PDF-1.7\n"), "unsupported_format"),
    Case("tabel_bernama_geojson", one("a.csv", "kode\n1\n"), "unsupported_format"),
)  # fmt: skip


def _statistics(name: str, keep: float = 1.0) -> Callable[[Path], list[Path]]:
    def build(folder: Path) -> list[Path]:
        import pandas
        import pyreadstat

        path = folder / name
        frame = pandas.DataFrame({"r101": [62.0, 63.0], "kons": [1000.5, 2000.5]})
        (pyreadstat.write_sav if ".sav" in name else pyreadstat.write_dta)(frame, str(path))
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * keep)])
        return [path]

    return build


def _renamed(build: Callable[[Path], list[Path]], name: str) -> Callable[[Path], list[Path]]:
    return lambda folder: [path.rename(folder / name) for path in build(folder)]


SURVEYS = (
    Case("sav_kosong", one("a.sav", b""), "survey_unreadable"),
    Case("dta_kosong", one("a.dta", b""), "survey_unreadable"),
    Case("sav_terpotong", _statistics("a.sav", 0.5), "survey_unreadable"),
    Case("dta_terpotong", _statistics("a.dta", 0.5), "survey_unreadable"),
    Case("sav_kepala_saja", one("a.sav", b"$FL2@(#) SPSS DATA FILE" + b"\0" * 200), "survey_unreadable"),
    Case("sav_palsu", one("a.sav", b"$FL2" + bytes(range(256)) * 20), "survey_unreadable"),
    Case("dta_palsu", one("a.dta", b"<stata_dta><header>" + b"\xff" * 4000), "survey_unreadable"),
    Case("dta_lama_palsu", one("a.dta", b"\x72\x02\x01\0" + b"\xff" * 400), "survey_unreadable"),
    Case("csv_bernama_sav", one("a.sav", "r101,kons\n1,2\n"), "survey_unreadable"),
    Case("dta_bernama_sav", _renamed(_statistics("b.dta"), "a.sav"), "survey_unreadable"),
    Case("sav_raksasa", sparse("a.sav", b"$FL2@(#) SPSS DATA FILE", 3 << 30), "too_large"),
    Case("parquet_palsu", one("a.parquet", b"PAR1" + b"\0" * 100 + b"PAR1"), "survey_unreadable"),
    Case("parquet_terpotong", one("a.parquet", b"PAR1" + b"\0" * 100), "survey_unreadable"),
    Case("csv_kosong", one("a.csv", b""), "empty_file"),
    Case("csv_judul_saja", one("a.csv", "r101,kons\n"), "empty_file"),
    Case("csv_biner", one("a.csv", b"\x7fELF\2\1\1" + b"\0" * 60), "not_a_table"),
    Case("csv_tak_dikenal", one("a.xyz", "r101,kons\n1,2\n"), "unsupported_format"),
)  # fmt: skip

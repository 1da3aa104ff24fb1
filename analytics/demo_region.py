"""The synthetic regency on a map: polygons (invented, or real ones as `--boundaries`) filled with invented families."""

import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import shapely

from data.delivery import Progress, tell
from data.demo import DemoRegion, DemoVillage, make_region
from data.demo_files import write_office_files
from data.store import Store

SEED = 1
FAMILIES = 60_000


@dataclass(frozen=True)
class DemoMap:
    """Villages to fill, their polygons as GeoJSON text (properties kode, nama), and the names above them
    (None: the fictional ones)."""

    villages: list[DemoVillage]
    geojson: str
    names: dict[str, str]


def invented_map(seed: int = SEED) -> DemoMap:
    """The fictional coast of `geo.demo_polygons`."""
    from geo.demo_polygons import demo_villages

    frame = demo_villages(seed)
    points = frame.geometry.representative_point()
    villages = [
        DemoVillage(code, name, district, point.x, point.y)
        for code, name, district, point in zip(frame["code"], frame["name"], frame["district"], points, strict=True)
    ]
    shapes = zip(frame["code"], frame["name"], frame.geometry, strict=True)
    return DemoMap(villages, _geojson([(code, name, shape) for code, name, shape in shapes]), {})


def real_map(store: Store, boundaries: Path, progress: Progress = None) -> DemoMap:
    """The villages of a boundary file, imported into `store` on the way. Refused as `import_boundaries` refuses."""
    from geo.boundaries import import_boundaries

    report = import_boundaries(store, boundaries, progress=progress)
    rows = store.rows(
        "SELECT b.code, v.name, d.name AS district, k.name AS regency, p.name AS province, b.lon, b.lat, b.geometry "
        "FROM boundary AS b JOIN region AS v ON v.code = b.code "
        "LEFT JOIN region AS d ON d.code = left(b.code, 8) LEFT JOIN region AS k ON k.code = left(b.code, 5) "
        "LEFT JOIN region AS p ON p.code = left(b.code, 2) "
        "WHERE b.level = 'village' AND list_contains($regencies, left(b.code, 5)) ORDER BY b.code",
        {"regencies": list(report.regencies)},
    )
    villages = [DemoVillage(r["code"], r["name"], r["district"] or "", r["lon"], r["lat"]) for r in rows]
    names = {name: rows[0][name] for name in ("regency", "province") if rows and rows[0][name]}
    return DemoMap(villages, _geojson([(r["code"], r["name"], shapely.from_wkb(r["geometry"])) for r in rows]), names)


def _geojson(shapes: list[tuple[str, str, Any]]) -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"kode": code, "nama": name},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for code, name, shape in shapes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def fill(places: DemoMap, families: int, seed: int) -> DemoRegion:
    """Invent families for a map; as many as there are villages at least."""
    return make_region(places.villages, max(families, len(places.villages)), seed, **places.names)


def write_demo(
    out: Path, families: int = FAMILIES, seed: int = SEED, boundaries: Path | None = None, progress: Progress = None
) -> dict[str, Any]:
    """Write what an office would receive into `out`: the keys of the command line's contract."""
    tell(progress, 0.0, "Menggambar desa")
    if boundaries is None:
        places = invented_map(seed)
    else:
        with TemporaryDirectory() as folder, Store(Path(folder) / "peta.duckdb") as store:
            places = real_map(store, boundaries)
    tell(progress, 0.15, "Mengarang keluarga dan anggotanya")
    region = fill(places, families, seed)
    tell(progress, 0.3, "Menulis berkas")
    paths = write_office_files(region, out, places.geojson)
    truth = paths.pop("truth")
    tell(progress, 1.0, "Berkas contoh selesai ditulis")
    return {
        "families": len(region.families),
        "persons": int((region.persons["status"] == 0).sum()),
        "villages": len(region.villages),
        "files": {role: str(path) for role, path in paths.items()},
        "truth": str(truth),
    }

"""Reads one boundary file; runs as a process of its own so that a hostile or huge file harms nobody.

`python -m geo.boundaries_child SOURCE OUT` writes into the folder OUT either `villages.parquet`
(columns code (`PP.KK.CC.DDDD`, of whatever code system), village, district, regency as text, geometry
as WKB polygons in WGS84; null where there is none) with `reading.json` (what was met on the way), or
`refused.json` (code, message).
"""

import json
import os
import re
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from data.codes import clean_village_code
from data.errors import Refused

MEMORY_BYTES = 3 * 1024**3
CPU_SECONDS = 150

# Upper-cased without separators, most telling first. Kemendagri columns precede BPS ones
# because national files (RBI) carry both.
CODE_NAMES = (
    "KODEKEMENDAGRI", "KODEDAGRI", "KDEPUM", "KDPUM", "KODEWILAYAH", "KODEDESA", "KODEDESAKEL", "KODEKELDESA",
    "KDDESA", "KODE", "KODEKD", "CODE", "VILLAGECODE", "DESACODE", "IDDESA", "IDKELDESA", "ADM4PCODE", "KODEBPS",
    "KDEBPS",
)  # fmt: skip
NAME_NAMES = {
    "village": ("WADMKD", "NAMADESA", "NMDESA", "DESA", "KELURAHAN", "NAMAKELDESA", "VILLAGE", "ADM4EN", "ADM4NAME",
                "NAMOBJ", "NAMA", "NAME"),
    "district": ("WADMKC", "NAMAKECAMATAN", "NMKEC", "KECAMATAN", "DISTRICT", "ADM3EN", "ADM3NAME"),
    "regency": ("WADMKK", "NAMAKABUPATEN", "NMKAB", "KABUPATEN", "KABKOTA", "REGENCY", "ADM2EN", "ADM2NAME"),
}  # fmt: skip
INDONESIA = (94.0, -12.0, 142.0, 8.0)
FORMATS = {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GPKG", ".shp": "ESRI Shapefile"}
SAVE_AGAIN = "simpan ulang berkas dengan sistem koordinat WGS 84 (EPSG:4326), lalu coba lagi."


def main(source: Path, out: Path) -> int:
    os.umask(0o077)
    _limit()
    try:
        frame, reading = read(source)
        frame.to_parquet(out / "villages.parquet")
        (out / "reading.json").write_text(json.dumps(reading), encoding="utf-8")
    except Refused as refused:
        return _refuse(out, refused.code, refused.message)
    except MemoryError:
        return _refuse(
            out, "reading_memory", "Berkas batas terlalu besar untuk dibaca; potong menjadi satu kabupaten per berkas."
        )
    return 0


def _refuse(out: Path, code: str, message: str) -> int:
    (out / "refused.json").write_text(json.dumps({"code": code, "message": message}), encoding="utf-8")
    return 1


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's time limit still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def read(source: Path) -> tuple[Any, dict[str, Any]]:
    """The villages of a file and what was met while reading them.

    Raises Refused `unsupported_format`, `file_unreadable`, `code_column` or `crs`.
    """
    import pyogrio

    try:
        dataset, layer, column = _choose_layer(_datasets(source))
        frame = pyogrio.read_dataframe(dataset, layer=layer, on_invalid="ignore", fid_as_index=False)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, zipfile.BadZipFile) as error:
        raise Refused(
            "file_unreadable",
            f"Berkas {source.name} tidak dapat dibaca sebagai berkas batas; periksa apakah berkas itu utuh, "
            "lalu coba lagi.",
        ) from error
    geometry, notes = _polygons(frame.geometry, trust_crs=FORMATS.get(_suffix(dataset)) != "GeoJSON")
    columns = {"code": [village_code(text) for text in _text(frame[column])]}
    for name, spellings in NAME_NAMES.items():
        found = _column(frame.columns, spellings)
        columns[name] = _text(frame[found]) if found else [None] * len(frame)
    import pandas as pd

    columns["geometry"] = list(geometry)
    return pd.DataFrame(columns), {"layer": layer, "code_column": column, "features": len(frame), **notes}


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _datasets(source: Path) -> list[str]:
    """GDAL names of the data sets in a file: itself, or the members of a zip."""
    suffix = _suffix(source.name)
    with source.open("rb") as file:
        start = file.read(16)
    if start.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(source) as archive:
            members = [name for name in archive.namelist() if _suffix(name) in FORMATS and "__MACOSX" not in name]
        if members:
            return [f"/vsizip/{{{source}}}/{name}" for name in members]
    is_json = suffix in (".geojson", ".json") and start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    if is_json or (suffix == ".gpkg" and start.startswith(b"SQLite format 3")):
        return [str(source)]
    raise Refused(
        "unsupported_format",
        f"Berkas {source.name} bukan GeoJSON, GeoPackage, atau shapefile dalam zip; "
        "simpan ulang dalam salah satu bentuk itu, lalu coba lagi.",
    )


def _choose_layer(datasets: list[str]) -> tuple[str, str, str]:
    """Data set, layer and code column with the most village codes."""
    import pyogrio

    best: tuple[int, str, str, str] | None = None
    for dataset in datasets:
        for layer, kind in pyogrio.list_layers(dataset):
            info = pyogrio.read_info(dataset, layer=layer)
            # Another driver than the name promises could reach for the network.
            if kind is None or info["driver"] != FORMATS[_suffix(dataset)]:
                continue
            table = pyogrio.read_dataframe(dataset, layer=layer, read_geometry=False)
            column = _code_column(table)
            if column is None:
                continue
            codes = _codes(table[column])
            if best is None or codes > best[0]:
                best = (codes, dataset, layer, column)
    if best is None:
        raise Refused(
            "code_column",
            "Berkas batas tidak memuat kolom kode desa sepuluh angka; tambahkan kolom kode_desa (kode Kemendagri), "
            "lalu coba lagi.",
        )
    return best[1:]


def _code_column(table: Any) -> str | None:
    """The column of village codes: by its name, else by what it holds. None where there is none."""
    shares: dict[str, float] = {}
    for column in table.columns:
        share = _codes(table[column]) / max(1, len(table))
        if share >= 0.5:
            shares[column] = share
    named = _column(shares, CODE_NAMES)
    return named or max(shares, key=lambda column: shares[column], default=None)


def _codes(column: Any) -> int:
    return sum(village_code(text) is not None for text in _text(column))


def _column(columns: Iterable[str], spellings: tuple[str, ...]) -> str | None:
    plain = {re.sub(r"[^A-Z0-9]", "", column.upper()): column for column in columns}
    return next((plain[name] for name in spellings if name in plain), None)


def village_code(text: str | None) -> str | None:
    """`clean_village_code`, and the spellings only boundary files have: `id` before it, BPS dots."""
    if text is None:
        return None
    bare = re.sub(r"^id(?=[0-9])", "", text, flags=re.IGNORECASE)
    return clean_village_code(re.sub(r"^(\d\d)\.(\d\d)\.(\d{3})\.(\d{3})$", r"\1\2\3\4", bare))


def _text(column: Any) -> list[str | None]:
    """Attribute values as text; numbers without exponent, blank as None."""
    if column.dtype.kind == "f":
        return [None if value != value else f"{value:.0f}" for value in column]
    cleaned = (None if value is None or value != value else str(value).strip() for value in column)
    return [text or None for text in cleaned]


def _polygons(series: Any, trust_crs: bool) -> tuple[Any, dict[str, Any]]:
    """Valid two-dimensional polygons in WGS84 as WKB (None where none is left) and what was mended."""
    import numpy as np
    import shapely

    series, assumed = _to_wgs84(series, trust_crs)
    raw = np.asarray(series.values, dtype=object)
    flat = shapely.force_2d(raw)
    missing = shapely.is_missing(flat) | shapely.is_empty(flat)
    usable = ~missing & np.isfinite(shapely.bounds(flat)).all(axis=1)
    polygonal = [_polygon_parts(geometry) if ok else (None, 0) for geometry, ok in zip(flat, usable, strict=True)]
    parts = np.array([part for part, _ in polygonal], dtype=object)
    broken = ~shapely.is_missing(parts) & ~shapely.is_valid(parts)
    parts[broken] = shapely.make_valid(parts[broken], method="structure", keep_collapsed=False)
    # A figure without any surface (a line drawn as polygon) is no village either.
    parts[~(shapely.area(parts) > 0)] = None
    notes = {
        "crs_assumed": assumed,
        "mended": int(broken.sum()),
        "parts_dropped": sum(dropped for _, dropped in polygonal),
        "heights_dropped": int(shapely.has_z(raw[~missing]).sum()),
    }
    return shapely.to_wkb(parts), notes


def _polygon_parts(geometry: Any) -> tuple[Any, int]:
    """The polygons within a geometry (None if there are none) and how many other parts were left out."""
    import shapely

    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry, 0
    leaves = [geometry]
    while any(hasattr(leaf, "geoms") for leaf in leaves):
        leaves = [part for leaf in leaves for part in getattr(leaf, "geoms", [leaf])]
    rings = [leaf for leaf in leaves if leaf.geom_type == "Polygon"]
    return (shapely.multipolygons(rings) if rings else None), len(leaves) - len(rings)


def _to_wgs84(series: Any, trust_crs: bool) -> tuple[Any, bool]:
    """The series in WGS84, and whether that had to be assumed."""
    import numpy as np
    import pyproj

    # Before the projection: that gives infinite numbers too, where the stated one is wrong.
    if endless := int(np.isinf(series.bounds.to_numpy()).any(axis=1).sum()):
        raise Refused(
            "coordinates",
            f"Berkas batas memuat {endless} bidang dengan koordinat tak hingga, jadi letaknya tidak diketahui; "
            "perbaiki bidang itu dengan aplikasi peta, simpan, lalu muat lagi.",
        )
    assumed = series.crs is None
    if assumed:
        series = series.set_crs(4326)
    else:
        try:
            series = series.to_crs(4326)
        except pyproj.exceptions.ProjError as error:
            raise Refused("crs", f"Sistem koordinat berkas batas tidak dikenal; {SAVE_AGAIN}") from error
    west, south, east, north = series.total_bounds
    inside = west >= INDONESIA[0] and south >= INDONESIA[1] and east <= INDONESIA[2] and north <= INDONESIA[3]
    if not inside and west == west:
        # GeoJSON without a crs member is read as WGS84, whatever its numbers are.
        unknown = assumed or (not trust_crs and max(abs(west), abs(east)) > 180)
        cause = (
            "Sistem koordinat berkas batas tidak tercantum"
            if unknown
            else "Poligon berkas batas jatuh di luar Indonesia"
        )
        raise Refused("crs", f"{cause}; {SAVE_AGAIN}")
    return series, assumed


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))

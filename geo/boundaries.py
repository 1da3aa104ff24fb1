"""Village boundaries into the store: read, checked, joined by code, dissolved upward, simplified.

Joined on the code only, never on names; a file in another code system is converted through a bridge or refused.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from data.bridge import load_bridge, read_bridge
from data.disk import disk_refusal
from data.errors import Refused
from data.regions import ensure_regions, judge_codes, village_names
from data.store import Store

ROOT = Path(__file__).parents[1]
SECONDS = 180  # a province of 1,500 villages takes a few; beyond this the file is no office's boundary file
LEAST_BRIDGED = 0.5  # share of the codes a bridge must cover; below it the bridge is of another region
LISTED = 8  # codes spelled out in a warning; the report holds all

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class BoundaryReport:
    """What a boundary file held and what became of it.

    villages: distinct codes with a polygon. matched: those in table `region`, the ones kept; unmatched: the rest.
    area_km2: surface of all of them, mended but not simplified, equal-area projection. code_system:
    `kemendagri` or `bps_bridged`. `mended` counts, by name: `polygons` made valid, `parts` that were no polygon
    and `heights` dropped, `repeated` rows dissolved, `overlaps` and `gaps` closed. `tolerance_m` is the
    simplification's. `unmatched_codes`, `missing_codes` (in the list of regions, not in the file) and
    `contested` (pairs that overlap by more than slivers) name what an office has to look at.
    """

    villages: int
    matched: int
    unmatched: int
    area_km2: float
    code_system: str
    warnings: tuple[str, ...]
    regencies: tuple[str, ...]
    unmatched_codes: tuple[str, ...]
    missing_codes: tuple[str, ...]
    contested: tuple[tuple[str, str], ...]
    mended: dict[str, int]
    tolerance_m: float

    def as_json(self) -> dict[str, Any]:
        """The keys the command line promises, no more."""
        return {
            "villages": self.villages,
            "matched": self.matched,
            "unmatched": self.unmatched,
            "area_km2": self.area_km2,
            "code_system": self.code_system,
            "warnings": list(self.warnings),
        }


def import_boundaries(
    store: Store, path: Path, bridge: Path | None = None, progress: Progress | None = None
) -> BoundaryReport:
    """Replace the boundaries of every regency in the file by those of the file.

    path: GeoJSON, GeoPackage or zipped shapefile of village polygons. bridge: table of BPS and Kemendagri
    codes, for a BPS-coded file. Raises Refused `file_missing`, `unsupported_format`, `file_unreadable`,
    `reading_timeout`, `reading_memory`, `code_column`, `crs`, `code_system`, `no_villages`, or what reading
    the bridge raises; the store is then as before.
    """
    from geo import polygons as coverage

    step = progress or (lambda share, phrase: None)
    ensure_regions(store)
    step(0.05, "Membaca berkas batas")
    villages, reading = _read(store, path)
    step(0.35, "Memeriksa sistem kode")
    villages, system, warnings = _kemendagri(store, villages, bridge)
    warnings += _reading_warnings(villages, reading)
    codes, polygons, repeated = _one_per_code(villages)
    if not codes:
        raise Refused(
            "no_villages",
            "Berkas batas tidak memuat satu pun poligon dengan kode desa; periksa kolom kode dan bentuk petanya, "
            "lalu coba lagi.",
        )
    if repeated:
        warnings.append(f"{_list(repeated)} tercantum lebih dari sekali dan digabung menjadi satu poligon per kode.")

    step(0.5, "Merapikan batas antardesa")
    plane = coverage.Plane(polygons)
    tidied = coverage.tidy(plane.metres(polygons))
    warnings += _tidy_warnings(tidied, codes)
    areas = coverage.areas_km2(tidied.polygons)
    step(0.7, "Menyederhanakan batas")
    simple, tolerance = coverage.simplify(tidied.polygons, [code[:5] for code in codes])
    drawn = plane.degrees(simple)

    known = village_names(store, codes)
    missing = _missing(store, codes)
    unmatched = tuple(code for code in codes if code not in known)
    if unmatched:
        warnings.append(f"{_list(unmatched)} tidak ada dalam daftar kode wilayah, jadi tidak ikut dipetakan.")
    if missing:
        warnings.append(f"{_list(missing)} ada dalam daftar kode wilayah, tetapi tidak ada di berkas batas.")
    step(0.8, "Menggabungkan kecamatan dan kabupaten")
    kept = [position for position, code in enumerate(codes) if code in known and not drawn[position].is_empty]
    if not kept:
        raise Refused(
            "no_villages",
            "Tidak satu pun poligon berkas batas berkode desa yang ada dalam daftar wilayah; periksa kolom kodenya, "
            "lalu coba lagi.",
        )
    rows = _levels([codes[position] for position in kept], drawn[kept], areas[kept])
    step(0.9, "Menyimpan batas")
    regencies = tuple(sorted({codes[position][:5] for position in kept}))
    _save(store, rows, regencies)
    step(1.0, "Batas tersimpan")
    return BoundaryReport(
        villages=len(codes),
        matched=len(codes) - len(unmatched),
        unmatched=len(unmatched),
        area_km2=float(areas.sum()),
        code_system=system,
        warnings=tuple(warnings),
        regencies=regencies,
        unmatched_codes=unmatched,
        missing_codes=missing,
        contested=tuple((codes[i], codes[j]) for i, j in tidied.contested),
        mended={
            "polygons": reading["mended"],
            "parts": reading["parts_dropped"],
            "heights": reading["heights_dropped"],
            "repeated": len(repeated),
            "overlaps": tidied.overlaps,
            "gaps": tidied.gaps,
        },
        tolerance_m=tolerance,
    )


def _read(store: Store, path: Path) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The child's table and notes; it works in a folder of its own below staging."""
    if not path.is_file():
        raise Refused("file_missing", f"Berkas {path.name} tidak ditemukan; periksa nama dan foldernya.")
    folder = Path(tempfile.mkdtemp(prefix="batas-", dir=store.staging))
    try:
        environment = os.environ | {"PROJ_NETWORK": "OFF", "CPL_LOG": os.devnull}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "geo.boundaries_child", str(path.resolve()), str(folder)],
                cwd=ROOT, env=environment, timeout=SECONDS, capture_output=True, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise Refused(
                "reading_timeout",
                f"Membaca {path.name} terlalu lama; potong berkas menjadi satu kabupaten per berkas, lalu coba lagi.",
            ) from error
        refused = folder / "refused.json"
        if refused.exists():
            answer = json.loads(refused.read_text(encoding="utf-8"))
            raise Refused(answer["code"], answer["message"])
        if done.returncode != 0:
            refusal = disk_refusal(OSError(done.stderr.decode(errors="replace")))
            if refusal is not None:
                raise refusal
            raise Refused(
                "file_unreadable",
                f"Berkas {path.name} rusak atau terlalu besar; simpan ulang per kabupaten, lalu coba lagi.",
            )
        reading = json.loads((folder / "reading.json").read_text(encoding="utf-8"))
        return pd.read_parquet(folder / "villages.parquet"), reading
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _kemendagri(store: Store, villages: pd.DataFrame, bridge: Path | None) -> tuple[pd.DataFrame, str, list[str]]:
    """The table under Kemendagri codes, the code system found, and warnings."""
    columns = ["code", "regency", "district", "village"]
    distinct = villages.dropna(subset="code").groupby(columns, dropna=False, as_index=False).size()
    judgement = judge_codes(store, distinct.rename(columns={"size": "rows"}))
    if judgement.system == "kemendagri":
        unused = "Berkas batas sudah memakai kode Kemendagri, jadi jembatan kode tidak dipakai."
        return villages, "kemendagri", [unused] if bridge else []
    table = _bridge(store, bridge)
    bps = villages["code"].str.replace(".", "", regex=False)
    converted = bps.map(table)
    # A few accidental partners are no bridge: some digits are a code in both systems.
    if converted.notna().sum() < LEAST_BRIDGED * max(1, bps.notna().sum()):
        raise Refused(
            "code_system",
            f"{judgement.reason.rstrip('.')}; sertakan jembatan kode BPS–Kemendagri untuk wilayah ini, lalu coba lagi.",
        )
    lost = tuple(sorted(bps[converted.isna() & bps.notna()].unique()))
    warnings = [f"{_list(lost, 'kode BPS')} tidak ada dalam jembatan kode, jadi tidak ikut dipetakan."] if lost else []
    # A BPS code without a partner stays in the count, spelled without dots so that it can meet no Kemendagri code.
    return villages.assign(code=converted.fillna(bps)), "bps_bridged", warnings


def _bridge(store: Store, given: Path | None) -> pd.Series:
    """BPS code (ten digits) -> Kemendagri code, from the file given, else as saved in the store."""
    table = read_bridge(given) if given else load_bridge(store)
    return table.set_index("bps_code")["village_code"]


def _one_per_code(villages: pd.DataFrame) -> tuple[list[str], Any, tuple[str, ...]]:
    """Codes in order, one polygon each, and the codes that stood on more than one row."""
    import numpy as np
    import shapely

    usable = villages.dropna(subset=["code", "geometry"])
    shapes = shapely.from_wkb(usable["geometry"].to_numpy(dtype=object))
    by_code: dict[str, list[Any]] = {}
    for code, shape in zip(usable["code"], shapes, strict=True):
        by_code.setdefault(code, []).append(shape)
    codes = sorted(by_code)
    polygons = [by_code[code][0] if len(by_code[code]) == 1 else shapely.union_all(by_code[code]) for code in codes]
    return codes, np.array(polygons, dtype=object), tuple(code for code in codes if len(by_code[code]) > 1)


def _missing(store: Store, codes: Sequence[str]) -> tuple[str, ...]:
    """Listed villages of the regencies at hand that have no polygon."""
    listed = store.rows(
        "SELECT code FROM region WHERE level = 'village' "
        "AND substr(code, 1, 5) IN (SELECT unnest($regencies::VARCHAR[])) "
        "AND code NOT IN (SELECT unnest($codes::VARCHAR[])) ORDER BY code",
        {"regencies": sorted({code[:5] for code in codes}), "codes": list(codes)},
    )
    return tuple(row["code"] for row in listed)


def _levels(codes: Sequence[str], drawn: Any, areas: Any) -> list[tuple[str, str, bytes, float, float, float]]:
    """Rows of table `boundary` for villages, and for districts and regencies dissolved from them."""
    import shapely

    from geo import polygons as coverage

    rows = []
    for level, length in (("village", 13), ("district", 8), ("regency", 5)):
        groups = [code[:length] for code in codes]
        shapes = coverage.dissolve(drawn, groups) if length < 13 else dict(zip(codes, drawn, strict=True))
        area = dict.fromkeys(shapes, 0.0)
        for group, share in zip(groups, areas, strict=True):
            area[group] += float(share)
        for code, shape in shapes.items():
            inside = shapely.point_on_surface(shape)
            rows.append((code, level, shapely.to_wkb(shape), area[code], inside.x, inside.y))
    return rows


def _save(store: Store, rows: Sequence[tuple[Any, ...]], regencies: Sequence[str]) -> None:
    import pyarrow

    names = ("code", "level", "geometry", "area_km2", "lon", "lat")
    table = pyarrow.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    columns = ", ".join(names)
    with store.transaction() as cursor:
        cursor.execute(
            "DELETE FROM boundary WHERE substr(code, 1, 5) IN (SELECT unnest($regencies::VARCHAR[]))"
            " AND code NOT IN (SELECT unnest($codes::VARCHAR[]))",
            {"regencies": list(regencies), "codes": [row[0] for row in rows]},
        )
        cursor.register("new_boundary", table)
        cursor.execute(f"INSERT OR REPLACE INTO boundary ({columns}) SELECT {columns} FROM new_boundary")
        cursor.unregister("new_boundary")


def _reading_warnings(villages: pd.DataFrame, reading: dict[str, Any]) -> list[str]:
    warnings = []
    if reading["crs_assumed"]:
        warnings.append("Sistem koordinat tidak tercantum di berkas; koordinatnya dibaca sebagai WGS 84.")
    counts = [
        (int(villages["code"].isna().sum()), "bidang tanpa kode desa sepuluh angka tidak dipakai"),
        (int(villages["geometry"].isna().sum()), "baris tanpa poligon tidak dipakai"),
        (reading["mended"], "poligon yang garisnya bersilangan diperbaiki"),
        (reading["parts_dropped"], "titik atau garis di antara poligon tidak dipakai"),
        (reading["heights_dropped"], "poligon memuat ketinggian, dan ketinggian itu tidak dipakai"),
    ]
    return warnings + [f"{_number(count)} {what}." for count, what in counts if count]


def _tidy_warnings(tidied: Any, codes: Sequence[str]) -> list[str]:
    warnings = []
    if tidied.overlaps:
        warnings.append(
            f"{_number(tidied.overlaps)} tumpang tindih antardesa ({_number(tidied.overlap_km2, 2)} km²) dirapikan."
        )
    if tidied.gaps:
        warnings.append(f"{_number(tidied.gaps)} celah sempit antardesa ({_number(tidied.gap_km2, 2)} km²) ditutup.")
    for i, j in tidied.contested[:LISTED]:
        warnings.append(f"Poligon {codes[i]} dan {codes[j]} saling menutupi; periksa mana yang benar.")
    if len(tidied.contested) > LISTED:
        warnings.append(f"{_number(len(tidied.contested) - LISTED)} pasang poligon lain juga saling menutupi.")
    lost = [codes[index] for index in tidied.swallowed]
    if lost:
        warnings.append(f"{_list(lost)} seluruhnya tertutup poligon desa lain, jadi tidak ikut dipetakan.")
    return warnings


def _list(codes: Sequence[str], what: str = "kode desa") -> str:
    """`3 kode desa (62.10.01.1001, …)`, the start of a sentence."""
    shown = ", ".join(codes[:LISTED]) + (", …" if len(codes) > LISTED else "")
    return f"{_number(len(codes))} {what} ({shown})"


def _number(value: float, decimals: int = 0) -> str:
    from babel.numbers import format_decimal

    return format_decimal(round(value, decimals), locale="id")

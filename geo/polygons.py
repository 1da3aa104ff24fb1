"""Village polygons as one coverage: no overlaps, no slivers, shared edges identical.

All functions work on arrays of shapely polygons. Widths, lengths and tolerances are in metres,
on an equal-area plane around the data (Lambert azimuthal).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

Geometries = Any  # numpy array of shapely geometries

GAP_WIDTH = 50.0  # metres: narrower gaps between neighbours are drawing faults, wider ones may be lakes
OVERLAP_SHARE = 0.01  # of the smaller village: from here on two drawings contradict each other
POINTS = 12_000  # corners per regency: 237 villages stay near 300 kB as GeoJSON
FINEST, COARSEST = 5.0, 2_000.0
DECIMALS = 5  # of a degree: about one metre


@dataclass(frozen=True)
class Tidied:
    """A clean coverage on the plane, in the order of the input, and what it took.

    `overlaps` and `gaps` count those mended (km² beside them); `contested` are index pairs whose
    overlap is more than OVERLAP_SHARE of the smaller one; `swallowed` indices lost all their
    surface to a neighbour (their polygon is empty).
    """

    polygons: Geometries
    overlaps: int
    overlap_km2: float
    gaps: int
    gap_km2: float
    contested: tuple[tuple[int, int], ...]
    swallowed: tuple[int, ...]


class Plane:
    """Degrees to metres and back, equal-area, centred on the data so that tolerances hold both ways."""

    def __init__(self, polygons: Geometries):
        from pyproj import Transformer

        west, south, east, north = shapely.total_bounds(polygons)
        centre = f"+proj=laea +lon_0={(west + east) / 2:.4f} +lat_0={(south + north) / 2:.4f} +datum=WGS84 +units=m"
        self._there = Transformer.from_crs("EPSG:4326", centre, always_xy=True)

    def metres(self, polygons: Geometries) -> Geometries:
        return shapely.transform(polygons, self._there.transform, interleaved=False)

    def degrees(self, polygons: Geometries) -> Geometries:
        """Back to lon/lat, rounded to DECIMALS: equal corners stay equal, so a coverage stays one."""

        def back(x: Any, y: Any) -> Any:
            return self._there.transform(x, y, direction="INVERSE")

        rounded = _rounded(shapely.transform(polygons, back, interleaved=False))
        for _ in range(3):
            if shapely.is_valid(rounded).all() and shapely.coverage_is_valid(rounded):
                break
            # Rounding may fold a spike of a metre or less; unfolding it can need rounding once more.
            whole = shapely.make_valid(rounded, method="structure", keep_collapsed=False)
            rounded = _rounded(shapely.coverage_clean(whole))
        return rounded


def _rounded(lonlat: Geometries) -> Geometries:
    return shapely.transform(lonlat, lambda corners: np.round(corners, DECIMALS))


def tidy(polygons: Geometries) -> Tidied:
    """Mends slivers: overlaps go to the neighbour with the longest shared border, narrow gaps too."""
    overlaps = _overlaps(polygons)
    areas = shapely.area(polygons)
    contested = tuple((i, j) for i, j, area in overlaps if area > OVERLAP_SHARE * min(areas[i], areas[j]))
    holes = _holes(polygons)
    clean = shapely.coverage_clean(polygons, gap_width=GAP_WIDTH)
    left = _holes(clean)
    return Tidied(
        polygons=clean,
        overlaps=len(overlaps),
        overlap_km2=sum(area for _, _, area in overlaps) / 1e6,
        gaps=len(holes) - len(left),
        gap_km2=float(holes.sum() - left.sum()) / 1e6,
        contested=contested,
        swallowed=tuple(int(index) for index in np.flatnonzero(shapely.is_empty(clean))),
    )


def _overlaps(polygons: Geometries) -> list[tuple[int, int, float]]:
    """Index pairs (i < j) that share surface, with its size in m²; under 1 m² is rounding."""
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    areas = shapely.area(shapely.intersection(polygons[first], polygons[second]))
    return [(int(i), int(j), float(a)) for i, j, a in zip(first, second, areas, strict=True) if a > 1.0]


def _holes(polygons: Geometries) -> Any:
    """Sizes in m² of the surfaces enclosed by the polygons and belonging to none."""
    rings = shapely.get_rings(shapely.get_parts(shapely.union_all(polygons)), return_index=True)
    inner = np.concatenate([[False], rings[1][1:] == rings[1][:-1]]) if len(rings[0]) else np.zeros(0, dtype=bool)
    return shapely.area(shapely.polygons(rings[0][inner]))


def simplify(polygons: Geometries, groups: Sequence[str], points: int = POINTS) -> tuple[Geometries, float]:
    """The coverage with at most `points` corners in any group (a regency), and the tolerance used.

    One tolerance for all, so that neighbours keep one border. What cannot be brought under
    `points` with the coarsest tolerance is returned as it is then.
    """
    tolerance = FINEST
    while True:
        simple = shapely.coverage_simplify(polygons, tolerance)
        if _largest(simple, groups) <= points or tolerance >= COARSEST:
            return simple, tolerance
        tolerance *= 1.5


def _largest(polygons: Geometries, groups: Sequence[str]) -> int:
    counts: dict[str, int] = {}
    for group, count in zip(groups, shapely.get_num_coordinates(polygons), strict=True):
        counts[group] = counts.get(group, 0) + int(count)
    return max(counts.values())


def dissolve(polygons: Geometries, groups: Sequence[str]) -> dict[str, Any]:
    """One polygon per group, made of the outer edges of its members."""
    names = np.asarray(groups)
    together = shapely.coverage_union_all if shapely.coverage_is_valid(polygons) else shapely.union_all
    return {name: together(polygons[names == name]) for name in sorted(set(groups))}


def areas_km2(polygons: Geometries) -> Any:
    """Surface of each polygon; true because the plane is equal-area."""
    return shapely.area(polygons) / 1e6

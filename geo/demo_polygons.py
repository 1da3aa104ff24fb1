"""Invented village polygons for the synthetic regency: an empty piece of sea turned into land.

The borders are drawn once as a network of shared lines and only then closed into polygons, so the
coverage is clean by construction: neighbours hold the same vertices, nothing overlaps, nothing gaps.
"""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPoint, Point, Polygon

from data.reference import FOLDER

if TYPE_CHECKING:
    import geopandas

REGION_LIST = FOLDER / "wilayah_tambahan" / "99.01_demo.csv"

ORIGIN = (118.30, -5.05)  # lon, lat of the south-west corner: open water west of Sulawesi
WIDTH, HEIGHT = 43.0, 50.0  # km, about 1,800 km² once the coast is drawn
KM_PER_DEGREE = 111.32
SEA_WORDS = ("Muara", "Pantai", "Pesisir", "Tanjung", "Teluk")
BORDER_STEP = 0.35  # km between the vertices of a border
WANDER = 0.035  # how far a border strays, as a share of its length


def demo_villages(seed: int = 1) -> "geopandas.GeoDataFrame":
    """One polygon per village of the demo region list.

    Columns: code (Kemendagri, dotted), name, district (name), geometry (WGS84 Polygon); ordered by
    code. The coast lies in the west, the district with the most kelurahan at its middle. The same
    seed gives the same vertices.
    """
    import geopandas

    villages = _region_list(REGION_LIST)
    rng = np.random.default_rng(seed)
    land = _land(rng)
    capital = Point(_coast_x(land, HEIGHT * 0.5) + 4.0, HEIGHT * 0.5)
    points = _village_points(rng, land, len(villages), np.array(capital.coords[0]))
    cells = _cells(rng, land, points)

    cells_by_district = _districts(points, sorted({v["district_code"] for v in villages}), villages, capital)
    rows = []
    for village in villages:
        cell = cells[cells_by_district[village["district_code"]].pop(0)]
        rows.append((village["code"], village["name"], village["district"], cell))
    return geopandas.GeoDataFrame(rows, columns=["code", "name", "district", "geometry"], crs="EPSG:4326")


def _region_list(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["code"]: row["name"] for row in rows}
    villages = [
        {
            "code": row["code"],
            "name": row["name"],
            "district_code": row["parent"],
            "district": names[row["parent"]],
        }
        for row in rows
        if row["code"].count(".") == 3
    ]
    return sorted(villages, key=lambda village: village["code"])


def _is_kelurahan(code: str) -> bool:
    return code.rsplit(".", 1)[1].startswith("1")


# The land ---------------------------------------------------------------------------------------


def _land(rng: np.random.Generator) -> Polygon:
    """The regency in km: a coast with bays in the west, a calmer land border around the rest."""
    y = np.linspace(0, HEIGHT, 260)
    coast = np.column_stack([_waves(rng, y, HEIGHT, (2.2, 1.4, 0.8, 0.45, 0.25, 0.15)), y])
    angle = np.linspace(np.pi / 2, -np.pi / 2, 260)[6:-6]  # from the north end of the coast to its south end
    swell = 1 + _waves(rng, angle, np.pi, (0.05, 0.035, 0.02, 0.012, 0.006))
    round_x, round_y = np.abs(np.cos(angle)) ** 0.65, np.sign(angle) * np.abs(np.sin(angle)) ** 0.8
    inland = np.column_stack([WIDTH * round_x * swell, HEIGHT / 2 * (1 + round_y * swell)])
    return Polygon(np.vstack([coast, inland]))


def _waves(rng: np.random.Generator, at: np.ndarray, length: float, heights: tuple[float, ...]) -> np.ndarray:
    """A smooth random line: sines of doubling frequency."""
    out = np.zeros_like(at)
    for k, height in enumerate(heights):
        out += height * np.sin(2 * np.pi * (1.3 * 2**k * at / length + rng.random())) * rng.uniform(0.6, 1.0)
    return out


def _coast_x(land: Polygon, y: float) -> float:
    return float(land.intersection(LineString([(-20, y), (WIDTH + 20, y)])).bounds[0])


# The villages -----------------------------------------------------------------------------------


def _village_points(rng: np.random.Generator, land: Polygon, count: int, capital: np.ndarray) -> np.ndarray:
    """Village centres, denser around the capital, spread by a few rounds of relaxation."""
    centres = np.empty((0, 2))
    while len(centres) < count:
        tries = rng.random((4 * count, 2)) * (WIDTH, HEIGHT)
        distance = np.hypot(*(tries - capital).T)
        tries = tries[rng.random(len(tries)) < 0.35 + 0.65 * np.exp(-((distance / 10.0) ** 2))]
        centres = np.vstack([centres, tries[shapely.contains_xy(land.buffer(-0.6), tries)]])
    centres = centres[:count]
    for _ in range(3):
        cells = shapely.voronoi_polygons(MultiPoint(centres), ordered=True, extend_to=land)
        middles = shapely.centroid(shapely.intersection(np.array(cells.geoms), land))
        middles = np.column_stack([shapely.get_x(middles), shapely.get_y(middles)])
        inside = shapely.contains_xy(land.buffer(-0.4), middles)
        centres = np.where(inside[:, None], centres + 0.7 * (middles - centres), centres)
    return centres


def _cells(rng: np.random.Generator, land: Polygon, points: np.ndarray) -> list[Polygon]:
    """Voronoi cells of the points within the land, with winding shared borders, in degrees."""
    borders = shapely.voronoi_polygons(MultiPoint(points), extend_to=land.buffer(5), only_edges=True)
    # the union cuts every line where it meets another; clipping first would leave ends short of the coast
    network = shapely.get_parts(shapely.union_all([borders, land.exterior]))
    lines = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(list(network))))
    middles = [line.interpolate(0.5, normalized=True) for line in lines]
    coast = [middle.distance(land.exterior) < 1e-6 for middle in middles]
    ours = [
        (line, shore)
        for line, middle, shore in zip(lines, middles, coast, strict=True)
        if shore or land.contains(middle)
    ]
    # A border may wander over another one or over a village centre (one seed in twenty): then all wander less.
    for wander in (WANDER, WANDER / 3, 0.0):
        edges = [line if shore else _winding(rng, line, wander) for line, shore in ours]
        faces = shapely.get_parts(shapely.polygonize([_degrees(edge) for edge in edges]))
        cells = _one_cell_per_point(list(faces), [_degrees(Point(point)) for point in points])
        if cells is not None:
            return cells
    raise ValueError("a village centre lies in no face of the border network")


def _winding(rng: np.random.Generator, edge: LineString, wander: float) -> LineString:
    """A straight border made to wander a little; the ends stay where other borders meet it."""
    steps = int(edge.length / BORDER_STEP)
    if len(edge.coords) != 2 or steps < 3:
        return edge
    (x0, y0), (x1, y1) = edge.coords
    along = np.linspace(0, 1, steps + 1)
    aside = sum(
        rng.normal(0, wander / k) * np.sin(np.pi * k * along) for k in range(1, 7)
    ) * edge.length  # zero at both ends  # fmt: skip
    dx, dy = (x1 - x0) / edge.length, (y1 - y0) / edge.length
    return LineString(np.column_stack([x0 + (x1 - x0) * along - dy * aside, y0 + (y1 - y0) * along + dx * aside]))


def _degrees(shape: LineString | Point) -> LineString | Point:
    """km to lon/lat, rounded to 6 decimals (0.1 m) before polygons are closed, so shared stays shared."""

    def move(xy: np.ndarray) -> np.ndarray:
        lat = ORIGIN[1] + xy[:, 1] / KM_PER_DEGREE
        lon = ORIGIN[0] + xy[:, 0] / (KM_PER_DEGREE * np.cos(np.radians(ORIGIN[1])))
        return np.round(np.column_stack([lon, lat]), 6)

    return shapely.transform(shape, move)


def _one_cell_per_point(faces: list[Polygon], points: list[Point]) -> list[Polygon] | None:
    """Give each point the face around it; a face without a point (cut off by a bay) joins a neighbour.

    None where a point has no face of its own.
    """
    tree = shapely.STRtree(faces)
    owner = tree.query(points, predicate="within")
    cells: dict[int, Polygon] = {int(point): faces[face] for point, face in owner.T}
    if len(set(owner[1].tolist())) != len(points):
        return None
    for face in set(range(len(faces))) - set(owner[1].tolist()):
        shared = {key: shapely.intersection(cell.boundary, faces[face].boundary).length for key, cell in cells.items()}
        longest = max(shared, key=lambda key: shared[key])
        cells[longest] = shapely.union(cells[longest], faces[face])
    return [cells[key] for key in range(len(points))]


# The districts ----------------------------------------------------------------------------------


def _districts(
    points: np.ndarray, codes: list[str], villages: list[dict[str, str]], capital: Point
) -> dict[str, list[int]]:
    """Neighbouring cells per district code, in the order in which its villages (by code) take them.

    Cells are split by straight cuts, so a district hangs together. The most urban district takes the group
    nearest the capital, districts named after the sea the other groups at the coast; kelurahan take the cells
    nearest to the capital.
    """
    members = {code: [v["code"] for v in villages if v["district_code"] == code] for code in codes}
    sea = {v["district_code"] for v in villages if v["district"].split()[0] in SEA_WORDS}
    urban = max(codes, key=lambda code: (sum(map(_is_kelurahan, members[code])), -codes.index(code)))
    distance = np.hypot(points[:, 0] - capital.x, points[:, 1] - capital.y)

    groups = _split(points, np.arange(len(points)), len(codes))
    capital_group = groups.pop(int(np.argmin([distance[group].mean() for group in groups])))
    groups.sort(key=lambda group: float(points[group, 0].mean()))  # the coast is in the west
    order = sorted((code for code in codes if code != urban), key=lambda code: (code not in sea, code))

    taken: dict[str, list[int]] = {}
    for code, group in zip([urban, *order], [capital_group, *groups], strict=True):
        near_first = group[np.argsort(distance[group], kind="stable")].tolist()
        urban_first = sorted(members[code], key=lambda village: (not _is_kelurahan(village), village))
        cell_of = dict(zip(urban_first, near_first, strict=True))
        taken[code] = [cell_of[village] for village in members[code]]
    return taken


def _split(points: np.ndarray, members: np.ndarray, parts: int) -> list[np.ndarray]:
    """Cut a set of points across its longer side, again and again, into equal parts."""
    if parts == 1:
        return [members]
    half = parts // 2
    spread = np.ptp(points[members], axis=0)
    along = members[np.argsort(points[members, int(spread[1] > spread[0])], kind="stable")]
    cut = len(members) * half // parts
    return _split(points, along[:cut], half) + _split(points, along[cut:], parts - half)

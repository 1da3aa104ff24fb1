"""The invented map: exactly the villages of the demo list, a clean coverage, a coast."""

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.demo_polygons import demo_villages

REGION_LIST = Path(__file__).parents[2] / "data" / "reference" / "wilayah_tambahan" / "99.01_demo.csv"
EQUAL_AREA = "+proj=laea +lat_0=-5 +lon_0=118.5"


@pytest.fixture(scope="module", params=[1, 2, 7, 20])
def villages(request):
    return demo_villages(seed=request.param)


def test_the_villages_are_those_of_the_list(villages):
    with REGION_LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["code"]: row["name"] for row in rows}
    wanted = [(row["code"], row["name"], names[row["parent"]]) for row in rows if row["level"] == "village"]
    found = list(villages[["code", "name", "district"]].itertuples(index=False, name=None))
    assert found == sorted(wanted)
    assert len(found) == 120


def test_neighbours_share_vertices_and_nothing_gaps_or_overlaps(villages):
    shapes = villages.geometry.to_numpy()
    assert set(villages.geom_type) == {"Polygon"}
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.union_all(shapes)
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0
    plane = villages.to_crs(EQUAL_AREA)
    assert plane.area.sum() == pytest.approx(plane.geometry.union_all().area, rel=1e-9)
    assert 1_600e6 < plane.area.sum() < 2_000e6


def test_every_inland_border_vertex_belongs_to_the_neighbour_too(villages):
    """Independent of shapely's coverage check: no vertex of one village lies inside another's edge."""
    shapes = list(villages.geometry)
    corners = [set(map(tuple, shapely.get_coordinates(shape))) for shape in shapes]
    for a, b in itertools.combinations(range(len(shapes)), 2):
        if shapes[a].distance(shapes[b]) < 1e-9:
            points = np.array(sorted(corners[a]))
            touching = shapely.distance(shapely.points(points), shapes[b].boundary) < 1e-9
            assert {tuple(xy) for xy in points[touching]} <= corners[b]


def test_no_slivers(villages):
    plane = villages.to_crs(EQUAL_AREA)
    roundness = 4 * np.pi * plane.area / plane.length**2  # 1 for a circle, near 0 for a sliver
    assert plane.area.min() > 1e6
    assert roundness.min() > 0.25


def test_districts_hang_together(villages):
    districts = villages.dissolve("district")
    assert len(districts) == 8
    assert set(districts.geom_type) == {"Polygon"}


def test_the_coast_winds_more_than_the_land_border(villages):
    """West of the middle the outline is a coast with bays; a smooth arc would have no turns to the left."""
    ring = shapely.union_all(villages.geometry.to_numpy()).exterior.coords
    outline = np.array(ring)
    west = outline[outline[:, 0] < 118.36]
    turns = np.diff(np.sign(np.diff(west[np.argsort(west[:, 1]), 0])))
    assert (turns != 0).sum() > 15


def test_kelurahan_lie_together_at_the_coast(villages):
    points = villages.representative_point()
    town = villages["code"].str.split(".").str[3].str.startswith("1")
    assert town.sum() == 6
    assert points[town].x.max() < 118.45
    assert np.hypot(points[town].x.std(), points[town].y.std()) < 0.05


def test_the_same_seed_draws_the_same_map():
    first, again, other = demo_villages(3), demo_villages(3), demo_villages(4)
    assert first.geometry.to_wkb().tolist() == again.geometry.to_wkb().tolist()
    assert first.geometry.to_wkb().tolist() != other.geometry.to_wkb().tolist()

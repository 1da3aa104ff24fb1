"""Neighbours survive slivers, gaps between files and islands; a corner or a stub of border makes none."""

import numpy as np
import pytest
import shapely

from data.errors import Refused
from geo.weights import bordering, village_neighbours
from tests.geo.cells import wavy_grid
from tests.village_squares import SIDE, draw, lattice, square

METRE = SIDE / 1106  # degrees, near the equator
CODES = [f"99.01.01.2{n:03d}" for n in range(1, 31)]


def pairs(shapes, gap=250.0, border=100.0):
    first, second = bordering(np.array(shapes, dtype=object), gap, border)
    return set(zip(first.tolist(), second.tolist(), strict=True))


def east(shape, metres):
    return shapely.transform(shape, lambda at: at + np.array([metres * METRE, 0]))


def by_code(near):
    return {near.codes[at]: [near.codes[n] for n in found] for at, found in enumerate(near.lists())}


def test_squares_border_on_sides_and_not_on_corners():
    shapes = list(lattice(range(9), 3).values())
    sides = {(0, 1), (1, 2), (3, 4), (4, 5), (6, 7), (7, 8), (0, 3), (1, 4), (2, 5), (3, 6), (4, 7), (5, 8)}
    assert pairs(shapes) == sides


@pytest.mark.parametrize(("shift", "together"), [(99, False), (101, True)])
def test_a_border_counts_from_its_length(shift, together):
    # The second square stands beside the first and shares the last `shift` metres of its side.
    shapes = [square(0, 0), shapely.transform(square(1, 1), lambda at: at - [0, shift * METRE])]
    assert bool(pairs(shapes, gap=0.001)) is together


@pytest.mark.parametrize("metres", [-90, -30, -1, 1, 60, 240])
def test_gaps_and_overlaps_between_files_do_not_part_neighbours(metres):
    whole = list(lattice(range(16), 4).values())
    moved = [east(shape, metres) for shape in whole]
    torn = [moved[at] if at % 4 >= 2 else shape for at, shape in enumerate(whole)]
    assert pairs(torn) == pairs(whole)


def test_a_wide_strait_parts_them():
    assert pairs([square(0, 0), east(square(1, 0), 260)]) == set()


def test_a_narrow_village_between_two_keeps_them_apart():
    narrow = shapely.box(*square(1, 0).bounds[:2], square(1, 0).bounds[0] + 150 * METRE, square(1, 0).bounds[3])
    beyond = east(square(1, 0), 150)
    assert pairs([square(0, 0), narrow, beyond]) == {(0, 1), (1, 2)}


def test_each_border_redrawn_by_itself_keeps_its_neighbours():
    cells = np.array([shapely.Polygon(cell["coordinates"][0]) for cell in wavy_grid(5, 4, 40)])
    redrawn = shapely.simplify(cells, np.array([40, 90] * 10) * METRE)
    assert not shapely.coverage_is_valid(redrawn)
    assert pairs(redrawn) == pairs(cells)
    assert len(pairs(cells)) == 4 * 4 + 5 * 3  # between columns, between rows


def test_an_island_is_joined_to_its_nearest(store):
    draw(store, lattice(CODES[:4], 2) | {CODES[4]: square(8, 0), CODES[5]: square(20, 0)})
    near = village_neighbours(store, "99.01", CODES)
    assert near.islands == (CODES[4], CODES[5])
    # The island at column 8 is nearer to the square at column 1 than to the one at column 20, which is nearest to it.
    assert by_code(near)[CODES[4]] == [CODES[1], CODES[5]]
    assert by_code(near)[CODES[5]] == [CODES[4]]


def test_groups_without_a_border_between_them_stay_apart(store):
    draw(store, lattice(CODES[:4], 2) | {code: square(9 + n, 5) for n, code in enumerate(CODES[4:7])})
    near = village_neighbours(store, "99.01", CODES)
    assert near.islands == ()
    assert list(near.groups()) == [0, 0, 0, 0, 1, 1, 1]
    chosen = [True, False, False, True, True, True, False]
    groups = near.groups(chosen)
    assert len(set(groups[[0, 3]])) == 2  # corner to corner
    assert groups[4] == groups[5]


def test_a_village_left_out_still_lies_between(store):
    draw(store, lattice(CODES[:3], 3))
    near = village_neighbours(store, "99.01", [CODES[0], CODES[2]])
    assert near.codes == (CODES[0], CODES[2])
    assert near.islands == (CODES[0], CODES[2])
    assert by_code(near) == {CODES[0]: [CODES[2]], CODES[2]: [CODES[0]]}


def test_one_village_has_no_neighbour(store):
    draw(store, {CODES[0]: square(0, 0)})
    near = village_neighbours(store, "", CODES)
    assert [list(found) for found in near.lists()] == [[]]
    assert village_neighbours(store, "", []).lists() == []


def test_without_polygons_it_is_refused(store):
    with pytest.raises(Refused, match="Batas desa untuk wilayah ini belum ada"):
        village_neighbours(store, "99.02", CODES)


@pytest.mark.shared
def test_real_boundaries_shifted_keep_their_neighbours(store, shared):
    """One district of Gunung Mas moved 120 m to the east, as another file might have it."""
    from geo.boundaries import import_boundaries

    import_boundaries(store, shared / "62.10_desa.geojson")
    rows = store.rows("SELECT code, geometry FROM boundary WHERE level = 'village' ORDER BY code")
    shapes = np.array(shapely.from_wkb([row["geometry"] for row in rows]))
    before = pairs(shapes)
    one = np.array([row["code"].startswith(rows[0]["code"][:8]) for row in rows])
    shapes[one] = east(shapes[one], 120)
    assert pairs(shapes) == before
    assert 2 * len(before) / len(rows) == pytest.approx(4.8, abs=0.5)

"""Village polygons made ready for a map: light enough for the wire, borders once, GeoJSON of few decimals."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from geo.polygons import dissolve

CORNERS = 60_000  # of the villages of one map: 8,500 villages with their texts then stay below 6 MB on the wire
THINNING, COARSEST = 0.002, 0.1  # degrees: where thinning begins (about 200 m) and where it gives up
DECIMALS = 4  # 11 m: less than a screen shows of a regency


def thinned(shapes: Any) -> tuple[Any, bool]:
    """The coverage with at most CORNERS corners, as far as the coarsest thinning gets it there, and whether it had
    to be thinned: one regency never has to (`geo.polygons.POINTS`), a province does.

    Regencies whose boundaries came in different files may not share one border there: their edges are then thinned
    each by itself and may part or overlap by the tolerance.
    """
    found, tolerance = shapes, THINNING
    while shapely.get_num_coordinates(found).sum() > CORNERS and tolerance <= COARSEST:
        found = shapely.coverage_simplify(found, tolerance)
        tolerance *= 1.5
    return found, found is not shapes


def dissolved(shapes: Any, codes: Sequence[str], length: int) -> Any:
    """The coverage joined into the areas named by the first `length` characters of the codes."""
    return np.array(list(dissolve(shapes, [code[:length] for code in codes]).values()))


def edges(polygons: Any) -> Any:
    """All borders of a coverage, a shared one once."""
    return shapely.union_all(shapely.boundary(polygons))


def lines(edges: Any) -> tuple[dict[str, Any], ...]:
    """Connected lines as one GeoJSON geometry; none where there are none."""
    return () if edges.is_empty else (geojson(shapely.line_merge(edges)),)


def geojson(shape: Any) -> dict[str, Any]:
    """A shapely geometry as a GeoJSON mapping of lists, rounded."""
    # Outer rings counter-clockwise: GeoJSON asks for it, and a filled path needs holes to run the other way.
    mapping = shapely.orient_polygons(shape).__geo_interface__
    return {"type": mapping["type"], "coordinates": _rounded(mapping["coordinates"])}


def _rounded(nested: Any) -> Any:
    if isinstance(nested, float):
        return round(nested, DECIMALS)
    return [_rounded(part) for part in nested]

"""Villages as squares of a hundredth of a degree (about 1.1 km), put straight into table `boundary`."""

from collections.abc import Mapping
from typing import Any

SIDE = 0.01  # degrees


def square(column: float, row: float, side: float = SIDE) -> Any:
    import shapely

    west, south = 106 + column * SIDE, -2 + row * SIDE
    return shapely.box(west, south, west + side, south + side)


def draw(store: Any, shapes: Mapping[str, Any]) -> None:
    """Puts one polygon per village code into the store."""
    import shapely

    with store.transaction() as cursor:
        for code, shape in shapes.items():
            cursor.execute(
                "INSERT INTO boundary VALUES ($code, 'village', $geometry, 1.2, $lon, $lat)",
                {"code": code, "geometry": shapely.to_wkb(shape), "lon": shape.centroid.x, "lat": shape.centroid.y},
            )


def lattice(codes: Any, columns: int) -> dict[str, Any]:
    """A square per code, in rows of `columns`."""
    return {code: square(at % columns, at // columns) for at, code in enumerate(codes)}

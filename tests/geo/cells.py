"""Boundary files invented on the spot: squares of a hundredth of a degree under real village codes."""

import json
import math

SIDE = 0.01  # degrees


def square(column, row, side=SIDE, origin=(106.0, -2.0)):
    """A closed ring, its south-west corner `column, row` cells from the origin."""
    west, south = origin[0] + column * SIDE, origin[1] + row * SIDE
    return [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]


def polygon(ring, *holes):
    return {"type": "Polygon", "coordinates": [ring, *holes]}


def feature(code, geometry, column="kode", **properties):
    return {"type": "Feature", "properties": {column: code, **properties}, "geometry": geometry}


def write_geojson(path, features, **members):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **members}), encoding="utf-8")
    return path


def village_codes(store, regency, limit=None):
    rows = store.rows(
        "SELECT code FROM region WHERE level = 'village' AND starts_with(code, $regency || '.') ORDER BY code",
        {"regency": regency},
    )
    return [row["code"] for row in rows][:limit]


def grid(codes, columns, **arguments):
    """One square per code, side by side in rows of `columns`."""
    return [feature(code, polygon(square(i % columns, i // columns)), **arguments) for i, code in enumerate(codes)]


def wavy_grid(columns, rows, steps):
    """Cells with wavy shared borders of `steps` corners each: a coverage far too fine for a screen."""

    def bend(x, y):
        return (106 + SIDE * (x + 0.08 * math.sin(7 * y + x)), -2 + SIDE * (y + 0.08 * math.sin(9 * x + y)))

    line = [step / steps for step in range(steps)]
    cells = []
    for row in range(rows):
        for column in range(columns):
            ring = [(column + s, row) for s in line] + [(column + 1, row + s) for s in line]
            ring += [(column + 1 - s, row + 1) for s in line] + [(column, row + 1 - s) for s in line]
            corners = [bend(*corner) for corner in ring]
            cells.append(polygon([*corners, corners[0]]))
    return cells

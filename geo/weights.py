"""Which villages are neighbours: from the stored polygons, whatever slivers, gaps and islands these have.

Two villages are neighbours that share more border than a drawing fault could make. Polygons of one file share their
edges exactly; those of different files run past each other, so a border that belongs to nobody else may lie a little
apart. A village without a neighbour is joined to the nearest one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from data.errors import Refused
from data.reference import parameter
from data.store import Store

Indices = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True)
class Neighbours:
    """Neighbouring villages, each pair once and in both directions true.

    codes: villages in order of their code. first, second: positions in codes, first < second, sorted.
    islands: codes that had no neighbour and were joined to the nearest village.
    """

    codes: tuple[str, ...]
    first: Indices
    second: Indices
    islands: tuple[str, ...]

    def lists(self) -> list[Indices]:
        """Positions of the neighbours of every village, in the order of codes."""
        starts = np.concatenate([self.first, self.second])
        ends = np.concatenate([self.second, self.first])
        order = np.lexsort((ends, starts))
        ends = ends[order]
        return [ends[a:b] for a, b in pairwise(np.searchsorted(starts[order], np.arange(len(self.codes) + 1)))]

    def groups(self, chosen: Any = None) -> Indices:
        """Number of the connected group of every village, from 0.

        chosen: a mask in the order of codes; with it only borders between chosen villages connect.
        """
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        n = len(self.codes)
        both = np.ones(len(self.first), dtype=bool)
        if chosen is not None:
            inside = np.asarray(chosen, dtype=bool)
            both = inside[self.first] & inside[self.second]
        links = coo_array((np.ones(both.sum()), (self.first[both], self.second[both])), shape=(n, n))
        return connected_components(links, directed=False)[1]


def village_neighbours(store: Store, region: str, codes: Sequence[str], on: date | None = None) -> Neighbours:
    """The neighbours among those of `codes` that have a polygon in the region ("" is everywhere).

    A village outside `codes` separates the villages around it. Raises Refused `no_boundaries` where the region has no
    polygon at all.
    """
    import shapely

    rows = _polygons(store, region)
    if not rows:
        raise Refused(
            "no_boundaries",
            "Batas desa untuk wilayah ini belum ada, jadi tetangga desa tidak diketahui; muat berkas batas di halaman "
            "Data, lalu buka lagi.",
        )
    polygons = np.array(shapely.from_wkb([row["geometry"] for row in rows]), dtype=object)
    gap, border = parameter("neighbour_gap", on).value, parameter("neighbour_border", on).value
    first, second = bordering(polygons, gap, border)
    wanted = set(codes)
    kept = np.flatnonzero([row["code"] in wanted for row in rows])
    return _among(kept, polygons, tuple(rows[at]["code"] for at in kept), first, second)


def _polygons(store: Store, region: str) -> list[dict[str, Any]]:
    return store.rows(
        "SELECT code, geometry FROM boundary WHERE level = 'village' "
        "AND ($region = '' OR code = $region OR starts_with(code, $region || '.')) ORDER BY code",
        {"region": region},
    )


def bordering(polygons: Any, gap: float, border: float) -> tuple[Indices, Indices]:
    """Pairs of positions (first < second, sorted) of lon/lat polygons that share more than `border` metres of edge.

    Edges that no other polygon has may lie up to `gap` metres apart, either way; of these, twice the gap does not
    count, for two polygons that meet in a corner only run that far beside each other.
    """
    import shapely

    from geo.polygons import Plane

    plane = Plane(polygons)
    outlines = shapely.boundary(polygons)
    a, b = _pairs(polygons)
    # In degrees, where the edges of one file are equal corner by corner; on the plane they need not be.
    edges = shapely.intersection(outlines[a], outlines[b])
    shared = shapely.length(plane.metres(edges))
    loose = plane.metres(_without(outlines, a, b, edges))
    c, d = _pairs(loose, gap)
    beside = shapely.length(shapely.intersection(loose[c], shapely.buffer(loose[d], gap)))
    near = beside > border + 2 * gap
    exact = shared > border
    pairs = np.unique(np.concatenate([np.stack([a, b])[:, exact], np.stack([c, d])[:, near]], axis=1), axis=1)
    return pairs[0], pairs[1]


def _pairs(shapes: Any, distance: float = 0.0) -> tuple[Indices, Indices]:
    import shapely

    a, b = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=distance)
    return a[a < b], b[a < b]


def _without(outlines: Any, a: Indices, b: Indices, edges: Any) -> Any:
    """Each outline less the edges it shares with another polygon; empty where nothing is left."""
    import shapely

    lengths = shapely.length(edges)
    shared = np.bincount(a, lengths, len(outlines)) + np.bincount(b, lengths, len(outlines))
    # Most villages lie amid others: only the few with an edge to themselves are worth the cutting.
    edged = np.flatnonzero(shapely.length(outlines) - shared > 1e-9)
    by_village: dict[int, list[Any]] = {at: [] for at in edged.tolist()}
    for ends in (a, b):
        for at, edge in zip(ends.tolist(), edges, strict=True):
            if at in by_village:
                by_village[at].append(edge)
    left = np.full(len(outlines), shapely.LineString(), dtype=object)
    covered = np.array([shapely.union_all(parts) for parts in by_village.values()], dtype=object)
    left[edged] = shapely.difference(outlines[edged], covered)
    return left


def _among(kept: Indices, polygons: Any, codes: tuple[str, ...], first: Indices, second: Indices) -> Neighbours:
    """The pairs among the kept positions, numbered anew, and every lonely village joined to its nearest."""
    position = np.full(len(polygons), -1)
    position[kept] = np.arange(len(kept))
    inside = (position[first] >= 0) & (position[second] >= 0)
    pairs = np.stack([position[first[inside]], position[second[inside]]])
    lonely = np.setdiff1d(np.arange(len(kept)), pairs)
    if len(kept) > 1 and len(lonely):
        nearest = _nearest(polygons[kept], lonely)
        joined = np.sort(np.stack([lonely, nearest]), axis=0)
        pairs = np.concatenate([pairs, joined], axis=1)
    pairs = np.unique(pairs.astype(np.intp), axis=1)
    return Neighbours(codes, pairs[0], pairs[1], tuple(codes[at] for at in lonely))


def _nearest(polygons: Any, of: Indices) -> Indices:
    """The nearest other polygon of each; of several equally near the first."""
    import shapely

    from geo.polygons import Plane

    shapes = Plane(polygons).metres(polygons)
    nearest = []
    for at in of:
        distances = shapely.distance(shapes, shapes[at])
        distances[at] = np.inf
        nearest.append(int(np.argmin(distances)))
    return np.array(nearest, dtype=np.intp)

"""One description of a village map, drawn as a pydeck deck for the screen or as a picture for paper.

The legend is data (`MapSpec.classes`): the page draws it beside the deck, the picture draws its own.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd
import pydeck
from pydeck.bindings.json_tools import default_serialize

from data.errors import Refused
from data.store import Store
from geo.classes import Kind, MapClass, categorise, classify, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

VILLAGE_LAYER = "desa"  # the layer whose selection a page reads
# Line colours by dark: village border, district border, highlighted village, text.
LINES = {False: ("#8d8f94", "#3c3f45", "#0b4f9e"), True: ("#17191d", "#c3c7ce", "#8fd3ff")}
INK = {False: ("#ffffff", "#22252a"), True: ("#16181c", "#eceef1")}
RESERVED = ("code", "value", "is_pocket")
_number = lru_cache(maxsize=10_000)(number)  # a province shows the same counts over and over


@dataclass(frozen=True)
class MapSpec:
    """What a map shows.

    features: per village a dict of `code`, `name`, `district`, `value` (number, text or None = not known),
    `category` (index into classes), `pocket` (bool), `lines` (texts under the name) and `geometry` (GeoJSON,
    lon/lat, 4 decimals). classes: the legend, in order, with the number of villages. bounds: west, south,
    east, north. borders, outlines: GeoJSON lines, each once: between villages and of districts; on a map of several
    regencies of districts (of villages, while they are few enough to draw every corner) and of regencies.
    highlighted: codes drawn with a thick border.
    marks: legend lines of the thick borders (pockets, highlighted villages), where there are any.
    off_map: codes that have a value and no polygon.
    """

    title: str
    legend_title: str
    unit: str
    features: tuple[dict[str, Any], ...]
    classes: tuple[MapClass, ...]
    marks: tuple[MapClass, ...]
    bounds: tuple[float, float, float, float]
    borders: tuple[dict[str, Any], ...]
    outlines: tuple[dict[str, Any], ...]
    highlighted: tuple[str, ...]
    off_map: tuple[str, ...]
    dark: bool = False


def village_map(
    store: Store,
    values: pd.DataFrame,
    *,
    region: str,
    title: str,
    legend_title: str,
    unit: str = "",
    kind: Kind = "sequential",
    k: int = 5,
    edges: Sequence[float] | None = None,
    colours: Mapping[str, str] | None = None,
    dark: bool = False,
    highlight: Sequence[str] = (),
    highlight_label: str = "desa terpilih",
) -> MapSpec:
    """Describe a map of the villages of a region.

    values: `code`, `value` (null = not known), perhaps `is_pocket`; every other column becomes a line under the
    village's name, `column: value`, so name columns as they should read. Villages without a row are drawn as
    "tidak ada data". edges and k as in `geo.classes.classify`; colours as in `categorise`. Raises Refused
    `no_boundaries` where the region has no polygons.
    """
    import shapely

    from geo import map_shapes

    villages = _villages(store, region)
    if not villages:
        raise Refused(
            "no_boundaries",
            "Batas desa untuk wilayah ini belum ada; muat berkas batas di halaman Data, lalu buka lagi peta ini.",
        )
    by_code = values.set_index("code")
    codes = [village["code"] for village in villages]
    shapes, thinned = map_shapes.thinned(shapely.from_wkb([village["geometry"] for village in villages]))
    joined = by_code.reindex(codes)
    if kind == "categories":
        classes, positions = categorise(joined["value"], colours, dark)
    else:
        classes, positions = classify(pd.to_numeric(joined["value"]), kind, k, edges, dark)
    extra = [column for column in values.columns if column not in RESERVED]
    features = []
    for village, shape, category, row in zip(villages, shapes, positions, joined.to_dict("records"), strict=True):
        value = None if pd.isna(row["value"]) else row["value"]
        lines = [f"{legend_title}: {_text(value, unit)}", *(f"{column}: {_text(row[column])}" for column in extra)]
        features.append(
            {
                "code": village["code"],
                "name": village["name"] or village["code"],
                "district": village["district"] or "",
                "value": value,
                "category": category,
                "pocket": row.get("is_pocket") is True,
                "lines": lines,
                "geometry": map_shapes.geojson(shape),
            }
        )
    highlighted = tuple(code for code in highlight if code in set(codes))
    pockets = sum(feature["pocket"] for feature in features)
    marks = [("kantong kemiskinan", LINES[dark][1], pockets), (highlight_label, LINES[dark][2], len(highlighted))]
    if len({code[:5] for code in codes}) > 1:
        outlines = map_shapes.edges(map_shapes.dissolved(shapes, codes, 5))
    else:
        outlines = _district_edges(store, region)
    inner = map_shapes.edges(map_shapes.dissolved(shapes, codes, 8) if thinned else shapes)
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    return MapSpec(
        title=title,
        legend_title=legend_title,
        unit=unit,
        features=tuple(features),
        classes=classes,
        marks=tuple(MapClass(*mark, outline=True) for mark in marks if mark[2]),
        bounds=(west, south, east, north),
        borders=map_shapes.lines(shapely.difference(inner, outlines)),
        outlines=map_shapes.lines(outlines),
        highlighted=highlighted,
        off_map=tuple(sorted(set(by_code.index) - set(codes))),
        dark=dark,
    )


def _villages(store: Store, region: str) -> list[dict[str, Any]]:
    return store.rows(
        "SELECT b.code, b.geometry, v.name, d.name AS district FROM boundary b "
        "LEFT JOIN region v ON v.code = b.code LEFT JOIN region d ON d.code = v.parent "
        "WHERE b.level = 'village' AND ($region = '' OR b.code = $region OR starts_with(b.code, $region || '.')) "
        "ORDER BY b.code",
        {"region": region},
    )


def _district_edges(store: Store, region: str) -> Any:
    """Borders of the region's districts as one geometry of lines."""
    import shapely

    from geo.map_shapes import edges

    rows = store.rows(
        "SELECT geometry FROM boundary WHERE level = 'district' AND ($region = '' OR starts_with($region, code) "
        "OR starts_with(code, $region || '.')) ORDER BY code",
        {"region": region},
    )
    return edges(shapely.from_wkb([row["geometry"] for row in rows]))


def _text(value: Any, unit: str = "") -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return "tidak diketahui"
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if not isinstance(value, str):
        value = _number(float(value), 0 if float(value).is_integer() else 1)
    return f"{value} {unit}".rstrip()


# The screen ------------------------------------------------------------------------------------


class _CompactDeck(pydeck.Deck):
    """pydeck indents its JSON, which makes polygons four times as heavy on the wire."""

    def to_json(self) -> str:
        return json.dumps(self, default=default_serialize, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def deck(spec: MapSpec, height: int = 520, width: int = 560) -> pydeck.Deck:
    """The map for `st.pydeck_chart(..., on_select="rerun", key=...)`.

    It asks nothing from the network. A selection names the village in
    `event.selection.objects["desa"][0]["properties"]["code"]`. width is the least the map will have, in pixels.
    """
    village, district, strong = (_rgb(colour) for colour in LINES[spec.dark])
    fills = [_rgb(entry.colour) for entry in spec.classes]
    features = [
        {
            "type": "Feature",
            "geometry": feature["geometry"],
            "properties": {
                "code": feature["code"],
                "name": feature["name"],
                "tip": "\n".join(filter(None, [_kecamatan(feature), *feature["lines"]])),
                "fill": fills[feature["category"]],
            },
        }
        for feature in spec.features
    ]
    thick = {feature["code"] for feature in spec.features if feature["pocket"]}
    layers = [
        # Borders are a layer of their own: stroking the layer that is picked makes every click many times slower,
        # and without a graphics card the browser then takes no click at all.
        pydeck.Layer(
            "GeoJsonLayer", features, id=VILLAGE_LAYER, pickable=True, auto_highlight=True,
            highlight_color=[*strong, 90], filled=True, stroked=False, get_fill_color="properties.fill",
        ),
        _line_layer("batas-desa", list(spec.borders), village, 0.8),
        _line_layer("batas-kecamatan", list(spec.outlines), district, 1.8),
        _line_layer("kantong", _shapes(spec, thick), district, 3.0),
        _line_layer("sorotan", _shapes(spec, set(spec.highlighted)), strong, 3.5),
    ]  # fmt: skip
    background, ink = INK[spec.dark]
    return _CompactDeck(
        layers=layers,
        initial_view_state=pydeck.ViewState(**_view(spec.bounds, width, height)),
        views=[pydeck.View(type="MapView", controller={"dragRotate": False, "touchRotate": False})],
        map_provider=None,
        height=height,
        tooltip={
            "html": "<b>{name}</b>\n{tip}",
            "style": {
                "whiteSpace": "pre-line", "backgroundColor": background, "color": ink, "fontSize": "13px",
                "border": f"1px solid {ink}", "borderRadius": "6px", "padding": "8px 10px", "maxWidth": "280px",
            },
        },
    )  # fmt: skip


def wire_bytes(spec: MapSpec) -> int:
    """Size of the deck as it goes to the browser, before compression."""
    return len(deck(spec).to_json().encode())


def _line_layer(name: str, shapes: list[dict[str, Any]], colour: list[int], width: float) -> pydeck.Layer:
    return pydeck.Layer(
        "GeoJsonLayer", [{"type": "Feature", "geometry": shape, "properties": {}} for shape in shapes], id=name,
        pickable=False, filled=False, stroked=True, get_line_color=colour, get_line_width=width,
        line_width_units=pydeck.types.String("pixels"), line_joint_rounded=True, line_cap_rounded=True,
    )  # fmt: skip


def _shapes(spec: MapSpec, codes: set[str]) -> list[dict[str, Any]]:
    return [feature["geometry"] for feature in spec.features if feature["code"] in codes]


def _kecamatan(feature: dict[str, Any]) -> str:
    return f"Kecamatan {feature['district']}" if feature["district"] else ""


def _rgb(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def _view(bounds: tuple[float, float, float, float], width: int, height: int) -> dict[str, float]:
    """Centre and zoom that show the bounds with a margin of 4 % on every side (web Mercator, 512-pixel world)."""
    west, south, east, north = bounds
    bottom, top = _mercator(south), _mercator(north)
    share = max((east - west) / 360 / width, (top - bottom) / height, 1e-9)
    middle = (bottom + top) / 2
    return {
        "longitude": (west + east) / 2,
        "latitude": math.degrees(math.atan(math.sinh(middle * 2 * math.pi))),
        "zoom": math.log2(0.92 / (512 * share)),
        "min_zoom": 3,
        "max_zoom": 17,
    }


def _mercator(latitude: float) -> float:
    """Northing as a share of the world's height, 0 at the equator."""
    return math.asinh(math.tan(math.radians(latitude))) / (2 * math.pi)


# Paper -----------------------------------------------------------------------------------------


def picture(spec: MapSpec, dark: bool = False, width: float = 6.6) -> "Figure":
    """The map as a matplotlib figure with legend and scale bar; width in inches.

    dark: paper and ink; make the spec with the same `dark`, which its fills were chosen for.
    """
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure

    background, ink = INK[dark]
    village, district, strong = LINES[dark]
    west, south, east, north = spec.bounds
    stretch = 1 / math.cos(math.radians((south + north) / 2))
    map_width = width * 0.7
    height = min(max(map_width * (north - south) * stretch / (east - west), 3.0), 8.5) + 0.5
    figure = Figure(figsize=(width, height), dpi=150, facecolor=background, layout="constrained")
    axes = figure.add_subplot()
    for index, entry in enumerate(spec.classes):
        shapes = [feature["geometry"] for feature in spec.features if feature["category"] == index]
        axes.add_collection(
            PathCollection(
                [_path(shape) for shape in shapes],
                facecolor=entry.colour,
                edgecolor=village,
                linewidth=0.35,
                hatch="////" if entry.missing else None,
            )
        )
    thick = {feature["code"] for feature in spec.features if feature["pocket"]}
    for shapes, colour, line in (
        (list(spec.outlines), district, 0.9),
        (_shapes(spec, thick), district, 1.5),
        (_shapes(spec, set(spec.highlighted)), strong, 1.8),
    ):
        axes.add_collection(
            PathCollection([_path(shape) for shape in shapes], facecolor="none", edgecolor=colour, linewidth=line)
        )
    margin_x, margin_y = (east - west) * 0.02, (north - south) * 0.02
    axes.set_xlim(west - margin_x, east + margin_x)
    axes.set_ylim(south - margin_y, north + margin_y)
    axes.set_aspect(stretch)
    axes.set_axis_off()
    axes.set_title(spec.title, loc="left", fontsize=11, color=ink, fontweight="bold", wrap=True)
    _draw_legend(figure, spec, ink, village)
    _draw_scale(axes, spec.bounds, ink)
    return figure


def _draw_legend(figure: Any, spec: MapSpec, ink: str, border: str) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor=entry.colour, edgecolor=border, linewidth=0.5, hatch="////" if entry.missing else None,
              label=f"{entry.label} ({number(entry.count)} desa)")
        for entry in spec.classes
    ] + [
        Patch(facecolor="none", edgecolor=mark.colour, linewidth=1.6, label=f"{mark.label} ({number(mark.count)} desa)")
        for mark in spec.marks
    ]  # fmt: skip
    title = f"{spec.legend_title}\n({spec.unit})" if spec.unit else spec.legend_title
    legend = figure.legend(
        handles=handles, title=title, loc="outside right upper", frameon=False, fontsize=8, title_fontsize=8.5,
        alignment="left", labelcolor=ink, handlelength=1.6, handleheight=1.1,
    )  # fmt: skip
    legend.get_title().set_color(ink)


def _draw_scale(axes: Any, bounds: tuple[float, float, float, float], ink: str) -> None:
    """A bar of 1, 2 or 5 times a power of ten kilometres, at most a third of the width, below the map."""
    west, south, east, north = bounds
    km_per_degree = 111.32 * math.cos(math.radians((south + north) / 2))
    room = (east - west) * km_per_degree / 3
    power = 10.0 ** math.floor(math.log10(room))
    length = max(step * power for step in (1, 2, 5) if step * power <= room)
    label = f"{number(length, 0 if length >= 1 else 1)} km"
    share = length / km_per_degree / (east - west)
    axes.plot([0.0, share], [-0.02, -0.02], transform=axes.transAxes, color=ink, linewidth=2.2, clip_on=False,
              solid_capstyle="butt")  # fmt: skip
    axes.text(0.0, -0.035, label, transform=axes.transAxes, color=ink, fontsize=8, va="top")


def _path(shape: dict[str, Any]) -> Any:
    """A GeoJSON geometry as one matplotlib path, holes included."""
    from matplotlib.path import Path

    rings: list[Any] = {
        "LineString": lambda parts: [parts],
        "MultiLineString": lambda parts: parts,
        "Polygon": lambda parts: parts,
        "MultiPolygon": lambda parts: [ring for polygon in parts for ring in polygon],
    }[shape["type"]](shape["coordinates"])
    return Path.make_compound_path(*(Path(ring) for ring in rings))

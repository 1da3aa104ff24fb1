"""Classes and legends against hand-made cases; the deck against what a browser may and may not be sent."""

import io
import itertools
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from data.errors import Refused
from data.store import Store
from geo import maps
from geo.boundaries import import_boundaries
from geo.classes import NO_DATA_LABEL, SEQUENTIAL, categorise, classify, number, threshold_edges
from tests.geo.cells import SIDE, feature, grid, square, village_codes, write_geojson


def legend(values, kind="sequential", k=5, edges=None, dark=False):
    classes, positions = classify(pd.Series(values, dtype="float64"), kind, k, edges, dark)
    assert len(positions) == len(values)
    assert [positions.count(index) for index in range(len(classes))] == [entry.count for entry in classes]
    return [(entry.label, entry.count) for entry in classes], positions


def test_edges_of_a_rule_cut_strictly_above_the_threshold():
    found, positions = legend([0, 1, 25, 26, 99, 100, 101, 900, None], edges=[0, 25, 50, 100])
    assert found == [("0", 1), ("1–25", 2), ("26–50", 1), ("51–100", 2), ("> 100", 2), (NO_DATA_LABEL, 1)]
    assert positions == [0, 1, 1, 2, 3, 3, 4, 4, 5]


def test_edges_are_shown_even_where_no_village_falls():
    found, _ = legend([3, 4], edges=[0, 25, 100])
    assert found == [("0", 0), ("1–25", 2), ("26–100", 0), ("> 100", 0)]


def test_threshold_edges():
    assert threshold_edges(100, 90) == [0, 25, 50, 100]
    assert threshold_edges(100, 260) == [0, 25, 50, 100, 250]
    assert threshold_edges(100, 5000) == [0, 25, 50, 100, 250, 500]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([7, 7, 7], [("7", 3)]),
        ([0, 0], [("0", 2)]),
        ([2, 5, 5, None], [("2", 1), ("5", 2), (NO_DATA_LABEL, 1)]),
        ([0.25, 1234.5], [("0,25", 1), ("1.234,50", 1)]),
        ([None, None], [(NO_DATA_LABEL, 2)]),
    ],
)
def test_few_values_are_their_own_classes(values, expected):
    assert legend(values)[0] == expected


def test_a_single_class_has_the_lowest_colour_only_when_it_is_zero():
    zero, _ = classify(pd.Series([0.0, 0.0]), "sequential", 5, None, False)
    some, _ = classify(pd.Series([3.0, 3.0]), "sequential", 5, None, False)
    assert zero[0].colour == SEQUENTIAL[False][0] != some[0].colour


def test_natural_breaks_keep_zero_apart_and_read_well():
    # Clusters around 10, 50 and 300, and zeros.
    values = [0, 0, 8, 9, 10, 11, 12, 48, 50, 52, 290, 300, 310]
    found, _ = legend(values, k=4)
    assert [count for _, count in found] == [2, 5, 3, 3]
    assert found[0][0] == "0"
    # The roundest numbers between 12 and 48, and between 52 and 290.
    assert [label for label, _ in found] == ["0", "1–20", "21–100", "> 100"]


def test_natural_breaks_are_the_best_three_groups():
    values = np.array([1.2, 1.9, 2.4, 6.1, 6.6, 7.0, 7.3, 14.8, 15.5, 16.9, 18.0, 19.9])

    def spread(cuts):
        return sum(((part - part.mean()) ** 2).sum() for part in np.split(values, cuts))

    best = min(itertools.combinations(range(1, len(values)), 2), key=spread)
    _, positions = legend(values, k=3)
    assert positions == [sum(index >= cut for cut in best) for index in range(len(values))]


def test_dense_counts_get_round_edges_and_nearly_the_natural_groups():
    values = np.arange(1, 251)
    found, _ = legend(values, k=5)
    # The best five groups of equally spaced numbers hold 50 each; 2 % of 250 may change sides at an edge.
    assert all(abs(count - 50) <= 10 for _, count in found)
    assert found[0][0].startswith("0–")
    assert all(int(label.split("–")[1]) % 5 == 0 for label, _ in found[:-1])


def test_a_label_tells_the_truth_about_every_value():
    values = np.random.default_rng(5).gamma(1.1, 800, 300).round(2)
    found, positions = legend(values, k=6)
    uppers = [float(label.split("–")[-1].strip("≤> ").replace(".", "").replace(",", ".")) for label, _ in found[:-1]]
    assert uppers == sorted(uppers)
    for value, position in zip(values, positions, strict=True):
        assert position == sum(value > upper for upper in uppers)
    assert "." in found[-1][0]  # 1.234 the Indonesian way


def test_diverging_classes_lie_evenly_about_zero():
    values = [-31, -29, -12, -9, -1, 0, 2, 8, 11, 30, 32]
    found, positions = legend(values, kind="diverging")
    assert len(found) == 5
    assert [label for label, _ in found] == ["≤ −20", "−20 s.d. −5", "−5 s.d. 5", "5 s.d. 20", "> 20"]
    assert [count for _, count in found] == [2, 2, 3, 2, 2]
    assert positions == sorted(positions)


def test_categories_keep_the_given_order_and_colours():
    texts = pd.Series(["b", "a", None, "a", "baru"], dtype="object")
    classes, positions = categorise(texts, {"a": "#111111", "b": "#222222", "c": "#333333"}, dark=False)
    assert [(entry.label, entry.count) for entry in classes] == [
        ("a", 2), ("b", 1), ("c", 0), ("baru", 1), (NO_DATA_LABEL, 1),
    ]  # fmt: skip
    assert [entry.colour for entry in classes[:3]] == ["#111111", "#222222", "#333333"]
    assert positions == [1, 0, 4, 0, 3]


def luminance(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("n", range(2, 8))
def test_more_is_always_darker_on_paper_and_lighter_in_the_dark(dark, n):
    """Without any hue, too: that is what makes it safe for the colour-blind and for a copier."""
    classes, _ = classify(pd.Series(range(n), dtype=float), "sequential", n, None, dark)
    steps = [luminance(entry.colour) for entry in classes]
    assert steps == sorted(steps, reverse=not dark)
    assert all(abs(a - b) > 0.01 for a, b in itertools.pairwise(steps))


def test_numbers_are_indonesian():
    assert number(1234567.891, 1) == "1.234.567,9"
    assert number(-3) == "−3"


@pytest.fixture(scope="module")
def village_store(listed, tmp_path_factory):
    """The 42 villages of 19.71 as squares, the first in two islands with a lake; only read by these tests."""
    folder = tmp_path_factory.mktemp("maps")
    shutil.copy(listed, folder)
    with Store(folder / listed.name) as store:
        codes = village_codes(store, "19.71")
        features = grid(codes, 6)
        islands = [[square(0, 0), square(0.2, 0.2, side=0.005)], [square(-2, 0)]]
        features[0] = feature(codes[0], {"type": "MultiPolygon", "coordinates": islands})
        import_boundaries(store, write_geojson(folder / "a.geojson", features))
        yield store, codes


def values_for(codes):
    return pd.DataFrame(
        {
            "code": [*codes[:-2], "19.71.99.9999"],
            "value": [float(index * 10) for index in range(len(codes) - 2)] + [5.0],
            "is_pocket": [index > 10 for index in range(len(codes) - 1)],
            "Keluarga": [1000 + index for index in range(len(codes) - 1)],
            "Prioritas": [True] * (len(codes) - 1),
            "Cakupan": [None] + [12.34] * (len(codes) - 2),
        }
    )


def describe(store, codes, **arguments):
    options = {"region": "19.71", "title": "Judul", "legend_title": "Miskin ekstrem", "unit": "jiwa"}
    return maps.village_map(store, values_for(codes), **(options | {"edges": [0, 50, 100]} | arguments))


def test_a_map_joins_values_to_villages(village_store):
    store, codes = village_store
    spec = describe(store, codes, highlight=[codes[3], "19.71.99.9999"])
    assert [entry["code"] for entry in spec.features] == codes
    assert [(entry.label, entry.count) for entry in spec.classes] == [
        ("0", 1), ("1–50", 5), ("51–100", 5), ("> 100", 29), (NO_DATA_LABEL, 2),
    ]  # fmt: skip
    assert spec.off_map == ("19.71.99.9999",)
    assert spec.highlighted == (codes[3],)
    assert [(mark.label, mark.count) for mark in spec.marks] == [("kantong kemiskinan", 29), ("desa terpilih", 1)]
    first, second, last = spec.features[0], spec.features[1], spec.features[-1]
    official = store.one(
        "SELECT v.name, d.name AS district FROM region v JOIN region d ON d.code = v.parent WHERE v.code = $code",
        {"code": codes[1]},
    )
    assert {"name": second["name"], "district": second["district"]} == official
    assert second["lines"] == ["Miskin ekstrem: 10 jiwa", "Keluarga: 1.001", "Prioritas: ya", "Cakupan: 12,3"]
    assert first["lines"][-1] == "Cakupan: tidak diketahui"
    assert last["value"] is None
    assert last["lines"][0] == "Miskin ekstrem: tidak diketahui"
    assert spec.bounds == pytest.approx((105.98, -2.0, 106.06, -1.93), abs=1e-5)

    drawn = shapely.from_geojson(json.dumps(first["geometry"]))
    assert drawn.geom_type == "MultiPolygon"
    assert drawn.area == pytest.approx(1.75 * SIDE**2, rel=1e-3)
    corners = shapely.get_coordinates(drawn)
    assert np.array_equal(corners, corners.round(4))


def test_borders_are_sent_once(village_store):
    store, codes = village_store
    spec = describe(store, codes)
    lines = [shapely.from_geojson(json.dumps(shape)) for shape in (*spec.borders, *spec.outlines)]
    assert shapely.intersection(*lines).length == pytest.approx(0)
    shapes = [shapely.from_geojson(json.dumps(entry["geometry"])) for entry in spec.features]
    every_edge = shapely.union_all(shapely.boundary(shapes))
    assert shapely.union_all(lines).length == pytest.approx(every_edge.length)


def test_a_map_of_one_district_or_of_nothing(village_store):
    store, codes = village_store
    district = codes[0][:8]
    spec = describe(store, codes, region=district)
    assert [entry["code"] for entry in spec.features] == [code for code in codes if code.startswith(district)]
    assert len(describe(store, codes, region="").features) == len(codes)
    with pytest.raises(Refused) as refused:
        describe(store, codes, region="62.10")
    assert refused.value.code == "no_boundaries"


def test_the_deck_asks_nothing_from_the_network(village_store):
    store, codes = village_store
    deck = maps.deck(describe(store, codes, highlight=codes[:1]))
    text = deck.to_json()
    sent = json.loads(text, parse_constant=pytest.fail)
    assert "http" not in text
    assert "carto" not in text
    assert sent.get("mapProvider") is None
    layers = {layer["id"]: layer for layer in sent["layers"]}
    assert [name for name, layer in layers.items() if layer["pickable"]] == [maps.VILLAGE_LAYER]
    villages = layers[maps.VILLAGE_LAYER]
    assert isinstance(villages["data"], list)
    assert villages["stroked"] is False  # a picked layer with strokes loses clicks without a graphics card
    assert [entry["properties"]["code"] for entry in villages["data"]] == codes
    assert villages["data"][0]["properties"]["fill"] == [255, 255, 178]
    assert len(layers["kantong"]["data"]) == 29
    assert len(layers["sorotan"]["data"]) == 1


@pytest.mark.parametrize(("width", "height"), [(500, 600), (900, 400)])
def test_the_view_shows_the_whole_region(village_store, width, height):
    store, codes = village_store
    spec = describe(store, codes)
    view = json.loads(maps.deck(spec, height=height, width=width).to_json())["initialViewState"]

    def pixels(lon, lat):
        world = 512 * 2 ** view["zoom"]
        y = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)
        return lon / 360 * world, y * world

    west, south, east, north = spec.bounds
    middle = pixels(view["longitude"], view["latitude"])
    (left, bottom), (right, top) = pixels(west, south), pixels(east, north)
    assert abs((left + right) / 2 - middle[0]) < 1
    assert abs((bottom + top) / 2 - middle[1]) < 1
    assert 0.85 < max((right - left) / width, (top - bottom) / height) < 0.97


def test_the_picture_has_legend_scale_and_every_village(village_store):
    store, codes = village_store
    spec = describe(store, codes, highlight=codes[:1])
    figure = maps.picture(spec)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == [
        "0 (1 desa)", "1–50 (5 desa)", "51–100 (5 desa)", "> 100 (29 desa)", "tidak ada data (2 desa)",
        "kantong kemiskinan (29 desa)", "desa terpilih (1 desa)",
    ]  # fmt: skip
    assert [text.get_text() for text in figure.axes[0].texts] == ["2 km"]  # 8.9 km wide, a third at most
    fills = figure.axes[0].collections[: len(spec.classes)]
    assert sum(len(fill.get_paths()) for fill in fills) == len(codes)
    assert [bool(fill.get_hatch()) for fill in fills] == [False] * 4 + [True]
    paper = io.BytesIO()
    figure.savefig(paper, format="png")
    assert paper.getvalue().startswith(b"\x89PNG")


def test_no_classifier_and_no_matplotlib_until_they_are_needed():
    code = (
        "import sys, pandas as pd; import geo.maps; from geo.classes import classify; "
        "classify(pd.Series([1.0, 200.0]), 'sequential', 5, [0, 100], False); "
        "print([m for m in ('mapclassify', 'matplotlib', 'geopandas', 'sklearn', 'scipy') if m in sys.modules])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.shared
@pytest.mark.parametrize("regency", ["19.71", "62.10"])
def test_a_real_regency_is_light_on_the_wire(store, shared, regency):
    import_boundaries(store, shared / f"{regency}_desa.geojson")
    spec = describe(store, village_codes(store, regency), region=regency)
    assert maps.wire_bytes(spec) < 400_000

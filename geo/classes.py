"""Classes of a choropleth: where to cut, how to name the classes, which colours.

Every class holds its upper edge, as in mapclassify; the last one is open. Values are sorted by the edges the
labels show, so what a label says is what the map shows.
"""

import itertools
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

Kind = Literal["sequential", "diverging", "categories"]

# ColorBrewer YlOrRd and PuOr, and Okabe-Ito: told apart under the common colour blindnesses. On a dark
# page the sequential ramp starts dark, so that "much" stands out on either.
SEQUENTIAL = {
    False: ("#ffffb2", "#fed976", "#feb24c", "#fd8d3c", "#fc4e2a", "#e31a1c", "#b10026"),
    True: ("#43243d", "#6b2745", "#97303f", "#c4482f", "#e57324", "#f7a83b", "#fde38a"),
}
DIVERGING = {
    False: ("#542788", "#998ec3", "#d8daeb", "#f7f7f7", "#fee0b6", "#f1a340", "#b35806"),
    True: ("#b5a5f0", "#7d68bd", "#4c4470", "#3a3b40", "#664a2c", "#a96a1e", "#f0a043"),
}
CATEGORIES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
NO_DATA = {False: "#c8ccd2", True: "#5a5f68"}
NO_DATA_LABEL = "tidak ada data"


@dataclass(frozen=True)
class MapClass:
    """One line of the legend: label, colour as #rrggbb, number of villages.

    missing: no data. outline: the colour is a thick border around the village, not its fill.
    """

    label: str
    colour: str
    count: int
    missing: bool = False
    outline: bool = False


def number(value: float, decimals: int = 0) -> str:
    """`1.234,5`, with a true minus sign."""
    from babel.numbers import format_decimal

    text = format_decimal(value, format=f"#,##0.{'0' * decimals}" if decimals else "#,##0", locale="id")
    return text.replace("-", "−")


def classify(
    values: pd.Series, kind: Kind, k: int, edges: Sequence[float] | None, dark: bool
) -> tuple[tuple[MapClass, ...], list[int]]:
    """Classes of numbers and the class of each value (the last class, `missing`, for null).

    edges: upper edges, inclusive, of all classes but the last, which is open; all are shown even when
    empty. Without edges: natural breaks (Fisher-Jenks, mapclassify) at round numbers, zero apart
    where the smallest value is zero, one class per value where there are no more than k.
    """
    known = values.dropna().astype(float)
    if edges is not None:
        cuts, labels = list(edges), _labels(list(edges), known)
    elif len(known) == 0:
        cuts, labels = [], []
    elif kind == "diverging":
        cuts = _diverging_edges(known.to_numpy(), k)
        labels = _labels(cuts, known)
    elif known.nunique() <= k:
        cuts = sorted(known.unique())
        decimals = _decimals(cuts)
        labels = [number(cut, decimals) for cut in cuts]
    else:
        cuts = _natural_edges(known.to_numpy(), k)
        labels = _labels(cuts, known)
    palette = (DIVERGING if kind == "diverging" else SEQUENTIAL)[dark]
    colours = _pick(palette, len(labels), lowest=len(labels) == 1 and bool(known.eq(0).all()))
    positions = [-1 if math.isnan(value) else int(np.searchsorted(cuts, value)) for value in values.astype(float)]
    return _with_missing(labels, colours, positions, dark)


def categorise(
    values: pd.Series, colours: Mapping[str, str] | None, dark: bool
) -> tuple[tuple[MapClass, ...], list[int]]:
    """Classes of texts. colours: label -> #rrggbb in the legend's order; without it, sorted and Okabe-Ito."""
    texts = [None if pd.isna(value) else str(value) for value in values]
    chosen = dict(colours or {})
    for text in sorted({text for text in texts if text is not None} - set(chosen)):
        chosen[text] = CATEGORIES[len(chosen) % len(CATEGORIES)]
    labels = list(chosen)
    positions = [-1 if text is None else labels.index(text) for text in texts]
    return _with_missing(labels, list(chosen.values()), positions, dark)


def _with_missing(
    labels: Sequence[str], colours: Sequence[str], positions: list[int], dark: bool
) -> tuple[tuple[MapClass, ...], list[int]]:
    counts = [positions.count(index) for index in range(len(labels))]
    classes = [MapClass(*entry) for entry in zip(labels, colours, counts, strict=True)]
    if missing := positions.count(-1):
        classes.append(MapClass(NO_DATA_LABEL, NO_DATA[dark], missing, missing=True))
    return tuple(classes), [len(labels) if position < 0 else position for position in positions]


def threshold_edges(threshold: float, highest: float) -> list[float]:
    """Edges that cut at a rule's threshold: 0, a quarter, half and the whole of it, then multiples up to `highest`."""
    below = [0.0, threshold / 4, threshold / 2, threshold]
    return below + [threshold * times for times in (2.5, 5.0, 10.0) if threshold * times < highest][:2]


def _natural_edges(values: np.ndarray, k: int) -> list[float]:
    if values.min() != 0:
        return _round_edges(values, _fisher_jenks(values, k))
    rest = values[values > 0]
    return [0.0, *_round_edges(rest, _fisher_jenks(rest, k - 1))]


def _diverging_edges(values: np.ndarray, k: int) -> list[float]:
    """Edges mirrored about zero."""
    sizes = np.abs(values)
    sides = _round_edges(sizes, _fisher_jenks(sizes, k // 2 + 1))
    return [-edge for edge in reversed(sides)] + sides or [0.0]


def _fisher_jenks(values: np.ndarray, k: int) -> list[float]:
    """Upper bounds of at most k natural classes."""
    k = min(k, len(np.unique(values)))
    if k == 1:
        return [float(values.max())]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it regrets the absence of numba
        from mapclassify import FisherJenks

        return [float(edge) for edge in FisherJenks(values, k=k).bins]


def _round_edges(values: np.ndarray, breaks: Sequence[float]) -> list[float]:
    """For every break but the last, the roundest number that puts no more than 2 % of the values elsewhere."""
    ordered = np.sort(values)
    slack = len(ordered) // 50
    edges = set()
    for upper in breaks[:-1]:
        at = int(np.searchsorted(ordered, upper, side="right"))
        lowest, above = ordered[max(at - 1 - slack, 0)], ordered[min(at + slack, len(ordered) - 1)]
        edges.add(_roundest(float(lowest), float(above), otherwise=upper))
    return sorted(edges)


def _roundest(lowest: float, above: float, otherwise: float) -> float:
    """The number in [lowest, above) with the fewest digits, or half of such a one."""
    exponent = math.floor(math.log10(above)) + 1 if above > 0 else 0
    for power, half in itertools.product(range(exponent, exponent - 9, -1), (1.0, 0.5)):
        step = half * 10.0**power
        edge = round(math.ceil(round(lowest / step, 9)) * step, max(0, 1 - power))
        if lowest <= edge < above:
            return edge
    return otherwise


def _decimals(edges: Sequence[float]) -> int:
    """The fewest decimals (up to 3) that tell all edges apart and change none by more than a half percent."""
    for decimals in range(3):
        rounded = [round(edge, decimals) for edge in edges]
        near = all(abs(a - b) <= 0.005 * abs(b) for a, b in zip(rounded, edges, strict=True))
        if len(set(rounded)) == len(set(edges)) and near:
            return decimals
    return 3


def _labels(edges: Sequence[float], values: pd.Series) -> list[str]:
    """Names of the classes (…, e1], (e1, e2], …, (last, …)."""
    if not edges:
        return [number(values.iloc[0], _decimals([values.iloc[0]]))]
    decimals = _decimals(edges)
    whole = bool((values == values.round()).all()) and all(edge == round(edge) for edge in edges)
    never_negative = edges[0] >= 0 and not (values < 0).any()
    texts = [number(edge, decimals) for edge in edges]
    if edges[0] == 0 and never_negative:
        labels = ["0"]
    elif whole and never_negative:
        labels = [f"0–{texts[0]}"]
    else:
        labels = [f"≤ {texts[0]}"]
    for low, high, low_text, text in zip(edges, edges[1:], texts, texts[1:], strict=False):
        if whole and never_negative:
            labels.append(text if low + 1 == high else f"{number(low + 1)}–{text}")
        elif low == 0 and never_negative:
            labels.append(f"≤ {text}")
        else:
            labels.append(f"{low_text} s.d. {text}" if edges[0] < 0 else f"{low_text}–{text}")
    return [*labels, f"> {texts[-1]}"]


def _pick(palette: Sequence[str], n: int, lowest: bool) -> list[str]:
    """n colours spread evenly over a palette; the middle one for a single class unless it is the lowest."""
    if n <= 1:
        return [palette[0 if lowest else len(palette) // 2]] * n
    stops = np.array([[int(colour[start : start + 2], 16) for start in (1, 3, 5)] for colour in palette])
    at = np.linspace(0, len(palette) - 1, n)
    mixed = [np.interp(at, np.arange(len(palette)), channel) for channel in stops.T]
    return [f"#{round(red):02x}{round(green):02x}{round(blue):02x}" for red, green, blue in zip(*mixed, strict=True)]

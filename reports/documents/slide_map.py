"""A map for a slide: the picture of `geo.maps` without its legend, which stands beside it in words of readable size."""

import io
from dataclasses import replace
from functools import lru_cache

from geo.maps import MapSpec, picture

DPI = 220  # on the slide as printed
ENLARGED = 1.7  # the picture's own words are made for a page: 8 points become 14


def map_image(spec: MapSpec, wide: float, high: float) -> tuple[bytes, float, float]:
    """PNG and its size in inches, as large as fits a box of inches.

    Villages that the map highlights bear their place in that order instead of a border.
    """
    content, across, down = _drawn(_Once(spec), wide)
    scale = min(wide / across, high / down)
    return content, across * scale, down * scale


class _Once:
    """A map is described once and drawn once, for PowerPoint and PDF alike; a description cannot be hashed."""

    def __init__(self, spec: MapSpec):
        self.spec = spec

    def __hash__(self) -> int:
        return id(self.spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and other.spec is self.spec


@lru_cache(maxsize=2)
def _drawn(of: _Once, wide: float) -> tuple[bytes, float, float]:
    import shapely
    from matplotlib.patheffects import withStroke

    # The picture keeps 30 % of its width for the legend that is taken off.
    figure = picture(replace(of.spec, title="", highlighted=()), width=wide / ENLARGED / 0.7)
    for legend in list(figure.legends):
        legend.remove()
    axes = figure.axes[0]
    places = {code: place for place, code in enumerate(of.spec.highlighted, start=1)}
    for feature in of.spec.features:
        if feature["code"] in places:
            point = shapely.geometry.shape(feature["geometry"]).representative_point()
            axes.text(
                point.x, point.y, str(places[feature["code"]]), ha="center", va="center", fontsize=9.5,
                fontweight="bold", color="#16211F", path_effects=[withStroke(linewidth=2.2, foreground="white")],
            )  # fmt: skip
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DPI * ENLARGED, bbox_inches="tight", pad_inches=0.02)
    content = out.getvalue()
    pixels = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    return content, pixels[0] / DPI, pixels[1] / DPI

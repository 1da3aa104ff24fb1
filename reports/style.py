"""One look for every figure, on screen and on paper. Colours follow .streamlit/config.toml.

Ramps change lightness in one direction, so that order survives colour blindness and a grey printer; the two
series colours (blue-green and orange) stay apart in all common kinds of colour blindness.
"""

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

FONT = "IBM Plex Sans, sans-serif"
SEPARATORS = ",."  # decimal comma, thousands point

# For st.plotly_chart and HTML: no button that saves or sends the picture past reports/.
PLOTLY_CONFIG = {"displayModeBar": False, "showSendToCloud": False, "displaylogo": False}


@dataclass(frozen=True)
class Theme:
    """ramp: low to high. series: first, second and third series of a bar chart. missing: a value not known."""

    text: str
    muted: str
    grid: str
    raised: str
    ramp: tuple[str, ...]
    series: tuple[str, str, str]
    missing: str


LIGHT = Theme(
    text="#16211F",
    muted="#55605E",
    grid="#D5DEDC",
    raised="#FFFFFF",
    ramp=("#EDF5F3", "#B4D8D2", "#6DB0A7", "#2B8379", "#0B4F48"),
    series=("#0F766E", "#D97706", "#6B7280"),
    missing="#F1F1F1",
)
DARK = Theme(
    text="#E7EDEB",
    muted="#A9B6B3",
    grid="#34423F",
    raised="#1C2725",
    ramp=("#1E2D2A", "#24554E", "#37857A", "#66B8AB", "#C3F0E8"),
    series=("#3DB3A5", "#F0A840", "#9CA3AF"),
    missing="#2A2A2A",
)


def theme(dark: bool) -> Theme:
    """The colours for a dark or a light background."""
    return DARK if dark else LIGHT


def layout(look: Theme, title: str, height: int) -> dict[str, Any]:
    """Plotly layout that all figures share: transparent, titled on the left, Indonesian separators."""
    return {
        "title": {
            "text": title,
            "font": {"size": 16},
            "x": 0,
            "y": 1,
            "xref": "container",
            "yref": "container",
            "xanchor": "left",
            "yanchor": "top",
            "pad": {"t": 8, "l": 8},
        },
        "font": {"family": FONT, "color": look.text, "size": 13},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "separators": SEPARATORS,
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 56, "b": 8},
        "hoverlabel": {
            "bgcolor": look.raised,
            "bordercolor": look.grid,
            "font": {"family": FONT, "color": look.text},
        },
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "xanchor": "left", "yanchor": "bottom"},
        "bargap": 0.25,
        "dragmode": False,
    }


def axis(look: Theme, title: str) -> dict[str, Any]:
    """Plotly axis that all figures share."""
    return {
        "title": {"text": title, "font": {"color": look.muted, "size": 12}},
        "gridcolor": look.grid,
        "linecolor": look.grid,
        "zeroline": False,
        "automargin": True,
    }


def ramp(look: Theme) -> list[list[Any]]:
    """The theme's ramp as a plotly colour scale."""
    last = len(look.ramp) - 1
    return [[place / last, colour] for place, colour in enumerate(look.ramp)]


def ink(look: Theme, share: float) -> str:
    """The colour of text that is best read on the ramp at `share` (0 to 1): by contrast ratio, as WCAG defines it."""
    place = share * (len(look.ramp) - 1)
    low = min(int(place), len(look.ramp) - 2)
    ends = [[int(colour[start : start + 2], 16) for start in (1, 3, 5)] for colour in look.ramp[low : low + 2]]
    ground = _luminance([a + (b - a) * (place - low) for a, b in zip(*ends, strict=True)])
    # Against white (1.05) and against the dark ink of both themes.
    dark = _luminance([int(LIGHT.text[start : start + 2], 16) for start in (1, 3, 5)])
    return "#FFFFFF" if 1.05 / (ground + 0.05) > (ground + 0.05) / (dark + 0.05) else LIGHT.text


def _luminance(rgb: list[float]) -> float:
    linear = [part / 255 / 12.92 if part <= 10.3 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def empty(look: Theme, title: str, text: str) -> go.Figure:
    """What stands where a figure has nothing to show."""
    figure = go.Figure(layout=layout(look, title, 180))
    figure.update_layout(xaxis={"visible": False}, yaxis={"visible": False})
    figure.add_annotation(text=text, showarrow=False, font={"color": look.muted})
    return figure

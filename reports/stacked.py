"""Lying bars that divide a whole: the third shape of a figure, beside those of `reports.drawing`."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from reports import style
from reports.drawing import Bars, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PALE = 2  # place among the colours of a part that need not stand out


@dataclass(frozen=True)
class Stacked(Bars):
    """Lying bars whose series continue each other; a name without a value is a heading of those below it.

    colours: series -> its place among the colours of the style, so that a part keeps its colour whoever else is drawn.
    """

    colours: Mapping[str, int] = field(default_factory=dict)

    def _colours(self, series: Series, place: int, look: style.Theme) -> str:
        return look.series[self.colours.get(series.name, PALE)]

    def plotly(self, title: str, look: style.Theme) -> go.Figure:
        figure = super().plotly(title, look)
        figure.update_layout(barmode="stack", legend={"traceorder": "normal"})
        return figure

    def paper(self, axes: "Axes", look: style.Theme) -> None:
        start = [0.0] * len(self.names)
        for place, series in enumerate(self.series):
            values = [value or 0.0 for value in series.values]
            axes.barh(
                self._places(), values, 0.7, left=start, color=self._colours(series, place, look), label=series.name
            )
            start = [so_far + value for so_far, value in zip(start, values, strict=True)]
        axes.set_yticks(self._places(), [textwrap.fill(name, 34) for name in self.names], fontsize=8)
        axes.invert_yaxis()
        axes.set(xlabel=self.value_title)
        axes.grid(axis="x", color=look.grid, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.legend(frameon=False, fontsize=8)

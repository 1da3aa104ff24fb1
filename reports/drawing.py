"""The two shapes a figure may have, each drawn as plotly for the screen and as matplotlib for paper."""

import math
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

import plotly.graph_objects as go

from analytics.text import UNKNOWN, number, percent
from reports import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Paper

Values = Sequence[float | None]
NOTHING = "Tidak ada data untuk digambar."
MOST_WRITTEN = 220  # cells; beyond it numbers in the cells are no longer read


def said(value: float | None, unit: str) -> str:
    """A value as it is written in a figure; unit: share (0 to 1, as per cent), count or real."""
    if unit == "share":
        return percent(value, 0)
    return number(value, 0 if unit == "count" else 3)


class Drawing(Protocol):
    """What a figure needs of its shape."""

    @property
    def is_empty(self) -> bool: ...

    @property
    def paper_size(self) -> tuple[float, float]: ...

    def plotly(self, title: str, look: style.Theme) -> go.Figure: ...

    def paper(self, axes: "Axes", look: style.Theme) -> None: ...


@dataclass(frozen=True)
class Heat:
    """A matrix. values: rows x columns, None = not known (drawn blank, never as zero). unit: share | count.

    row_keys, column_keys: what a click returns (customdata: row key, column key); the names are what is read.
    hover: rows x columns, HTML.
    """

    row_keys: Sequence[str]
    column_keys: Sequence[str]
    row_names: Sequence[str]
    column_names: Sequence[str]
    values: Sequence[Values]
    hover: Sequence[Sequence[str]]
    row_title: str
    column_title: str
    value_title: str
    unit: str

    @property
    def is_empty(self) -> bool:
        return not any(value is not None for row in self.values for value in row)

    @property
    def top(self) -> float:
        """Upper end of the colours: a share's is the largest one, so that low coverage still shows differences."""
        return max((value for row in self.values for value in row if value is not None), default=1) or 1

    @property
    def _is_small(self) -> bool:
        return len(self.row_keys) * len(self.column_keys) <= MOST_WRITTEN

    def _texts(self) -> list[list[str]]:
        return [["" if value is None else said(value, self.unit) for value in row] for row in self.values]

    def plotly(self, title: str, look: style.Theme) -> go.Figure:
        height = 150 + max(26, 34 - len(self.row_keys) // 4) * len(self.row_keys)
        figure = go.Figure(layout=style.layout(look, title, height))
        figure.add_heatmap(
            z=self.values,
            x=list(range(len(self.column_keys))),
            y=list(range(len(self.row_keys))),
            colorscale=style.ramp(look),
            zmin=0,
            zmax=self.top,
            xgap=2,
            ygap=2,
            hoverinfo="skip",
            hoverongaps=False,
            colorbar={
                "title": {"text": self.value_title, "side": "right"},
                "tickformat": ",.0%" if self.unit == "share" else ",.0f",
                "thickness": 12,
                "outlinewidth": 0,
                "len": min(240, height - 120),
                "lenmode": "pixels",
                "y": 1,
                "yanchor": "top",
            },
        )
        if self._is_small:
            self._write_values(figure, look)
        self._mark_unknown(figure, look)
        # A heat map cannot be clicked to select: unseen points over the cells can.
        cells = [(row, column) for row in range(len(self.row_keys)) for column in range(len(self.column_keys))]
        unseen = {"marker": {"opacity": 0}}
        figure.add_scatter(
            x=[column for _, column in cells],
            y=[row for row, _ in cells],
            mode="markers",
            marker={"size": 22, "symbol": "square", "opacity": 0},
            selected=unseen,
            unselected=unseen,
            customdata=[[self.row_keys[row], self.column_keys[column]] for row, column in cells],
            hovertext=[self.hover[row][column] for row, column in cells],
            hoverinfo="text",
            showlegend=False,
        )
        figure.update_xaxes(
            **style.axis(look, self.column_title),
            side="top",
            showgrid=False,
            tickvals=list(range(len(self.column_keys))),
            ticktext=list(self.column_names),
            range=[-0.5, len(self.column_keys) - 0.5],
        )
        figure.update_yaxes(
            **style.axis(look, self.row_title),
            showgrid=False,
            tickvals=list(range(len(self.row_keys))),
            ticktext=list(self.row_names),
            range=[len(self.row_keys) - 0.5, -0.5],
        )
        figure.update_yaxes(title_standoff=12)  # clear of the names of the rows
        figure.update_layout(hovermode="closest", margin={"t": 96})
        return figure

    def _write_values(self, figure: go.Figure, look: style.Theme) -> None:
        """Values in the cells. Written as points: a heat map's own text is grey on the middle of the ramp."""
        inks: dict[str, list[tuple[int, int, str]]] = {}
        for row, texts in enumerate(self._texts()):
            for column, text in enumerate(texts):
                value = self.values[row][column]
                if value is not None:
                    inks.setdefault(style.ink(look, value / self.top), []).append((row, column, text))
        for colour, cells in inks.items():
            figure.add_scatter(
                x=[column for _, column, _ in cells],
                y=[row for row, _, _ in cells],
                mode="text",
                text=[text for _, _, text in cells],
                textfont={"color": colour},
                unselected={"textfont": {"color": colour}},
                hoverinfo="skip",
                showlegend=False,
            )

    def _mark_unknown(self, figure: go.Figure, look: style.Theme) -> None:
        cells = [
            (row, column)
            for row, values in enumerate(self.values)
            for column, value in enumerate(values)
            if value is None
        ]
        figure.add_scatter(
            x=[column for _, column in cells],
            y=[row for row, _ in cells],
            mode="text",
            text=UNKNOWN,
            textfont={"color": look.muted},
            unselected={"textfont": {"color": look.muted}},
            hoverinfo="skip",
            showlegend=False,
        )

    def paper(self, axes: "Axes", look: style.Theme) -> None:
        import numpy as np
        from matplotlib.colors import LinearSegmentedColormap

        colours = LinearSegmentedColormap.from_list("tepat", list(look.ramp)).with_extremes(bad=look.missing)
        matrix = np.ma.masked_invalid(np.array(self.values, dtype=float))
        picture = axes.imshow(matrix, cmap=colours, vmin=0, vmax=self.top, aspect="auto")
        written = self._texts() if self._is_small else []
        for row, texts in enumerate(written):
            for column, text in enumerate(texts):
                value = self.values[row][column]
                red, green, blue, _ = colours(1.0 if value is None else value / self.top)
                dark = value is not None and 0.3 * red + 0.59 * green + 0.11 * blue < 0.55
                colour = "white" if dark else "black"
                axes.text(column, row, text or UNKNOWN, ha="center", va="center", fontsize=7, color=colour)
        names = [name.replace(" ", "\n") for name in self.column_names]
        axes.set_xticks(range(len(names)), names, fontsize=8)
        axes.set_yticks(range(len(self.row_keys)), list(self.row_names), fontsize=8)
        if len(names) * max(len(line) for name in names for line in name.split("\n")) > 110:
            axes.tick_params(axis="x", labelrotation=45)
            for label in axes.get_xticklabels():
                label.set_horizontalalignment("right")
                label.set_rotation_mode("anchor")
        axes.set(xlabel=self.column_title, ylabel=self.row_title)
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        bar = axes.figure.colorbar(picture, ax=axes, shrink=0.8, label=self.value_title)
        bar.ax.yaxis.set_major_formatter(_ticks(self.unit))
        bar.outline.set_visible(False)

    @property
    def paper_size(self) -> tuple[float, float]:
        return 7.2, 1.6 + 0.26 * len(self.row_keys)


@dataclass(frozen=True)
class Series:
    """low, high: ends of an interval around each value, or empty."""

    name: str
    values: Values
    low: Values = ()
    high: Values = ()


@dataclass(frozen=True)
class Bars:
    """Bars over names, or over `edges` (one more than bars) on a number line. unit: share | count | real.

    signed: bars below zero take the second colour. mark: a line across at a position of `edges`, or of the values
    where bars lie, with its text.
    """

    names: Sequence[str]
    series: Sequence[Series]
    name_title: str
    value_title: str
    unit: str
    horizontal: bool = False
    signed: bool = False
    edges: Sequence[float] = ()
    mark: tuple[float, str] | None = None

    @property
    def is_empty(self) -> bool:
        return not any(value is not None for series in self.series for value in series.values)

    def _places(self) -> list[float]:
        if self.edges:
            return [(low + high) / 2 for low, high in pairwise(self.edges)]
        return list(range(len(self.names)))

    def _colours(self, series: Series, place: int, look: style.Theme) -> str | list[str]:
        if self.signed:
            return [look.series[0] if (value or 0) >= 0 else look.series[1] for value in series.values]
        return look.series[place % len(look.series)]

    def plotly(self, title: str, look: style.Theme) -> go.Figure:
        # Long names take two lines beside lying bars: on a narrow screen the bars need the room.
        lines = [textwrap.wrap(name, 34) if self.horizontal else [name] for name in self.names]
        each = 34 if any(len(parts) > 1 for parts in lines) else 24
        figure = go.Figure(layout=style.layout(look, title, 120 + each * len(self.names) if self.horizontal else 360))
        along, across = ("y", "x") if self.horizontal else ("x", "y")
        for place, series in enumerate(self.series):
            bars: dict[str, Any] = {along: self._places(), across: list(series.values)}
            if self.edges:
                bars["width"] = [high - low for low, high in pairwise(self.edges)]
            if series.low:
                bars[f"error_{across}"] = _errors(series, look)
            figure.add_bar(
                **bars,
                orientation="h" if self.horizontal else "v",
                name=series.name,
                marker={"color": self._colours(series, place, look), "line": {"width": 0}},
                hovertext=[self._hover(series, row) for row in range(len(self.names))],
                hoverinfo="text",
                textposition="none",
                showlegend=len(self.series) > 1,
            )
        names = style.axis(look, self.name_title) | {"showgrid": False}
        if not self.edges:
            names |= {"tickvals": self._places(), "ticktext": ["<br>".join(parts) for parts in lines]}
        if self.horizontal:
            names |= {"range": [len(self.names) - 0.5, -0.5]}
        values = style.axis(look, self.value_title)
        values |= {"tickformat": ",.0%" if self.unit == "share" else ",.0f" if self.unit == "count" else ",.2~f"}
        if self.horizontal:
            values |= {"nticks": 6, "tickangle": 0}
        figure.update_layout({f"{along}axis": names, f"{across}axis": values})
        if self.edges:
            figure.update_layout(bargap=0.04)
        if self.mark:
            figure.add_vline(
                x=self.mark[0], line={"color": look.text, "dash": "dash"}, annotation_text=f" {self.mark[1]}"
            )
        return figure

    def _hover(self, series: Series, row: int) -> str:
        lines = [f"<b>{self.names[row]}</b>", f"{series.name}: {said(series.values[row], self.unit)}"]
        if series.low and series.low[row] is not None:
            lines.append(f"selang: {said(series.low[row], self.unit)} sampai {said(series.high[row], self.unit)}")
        return "<br>".join(lines)

    def paper(self, axes: "Axes", look: style.Theme) -> None:
        width = 0.75 / len(self.series)
        for place, series in enumerate(self.series):
            shift = 0.0 if self.edges else (place - (len(self.series) - 1) / 2) * width
            places = [at + shift for at in self._places()]
            values = [math.nan if value is None else value for value in series.values]
            colour = self._colours(series, place, look)
            error = _offsets(series) if series.low else None
            whisker = {"ecolor": look.text, "capsize": 3, "elinewidth": 1}
            if self.horizontal:
                axes.barh(places, values, width, color=colour, label=series.name, xerr=error, error_kw=whisker)
            else:
                broad = [high - low for low, high in pairwise(self.edges)] or width
                axes.bar(places, values, broad, color=colour, label=series.name, yerr=error, error_kw=whisker)
        numbers = axes.xaxis if self.horizontal else axes.yaxis
        numbers.set_major_formatter(_ticks(self.unit))
        axes.grid(axis="x" if self.horizontal else "y", color=look.grid, linewidth=0.6)
        axes.set_axisbelow(True)
        if self.edges:
            axes.xaxis.set_major_formatter(_ticks("real"))
        elif self.horizontal:
            axes.set_yticks(self._places(), list(self.names), fontsize=8)
        else:
            axes.set_xticks(self._places(), list(self.names), fontsize=8)
        if self.horizontal:
            axes.invert_yaxis()
            axes.set(xlabel=self.value_title, ylabel=self.name_title)
            axes.axvline(0, color=look.muted, linewidth=0.8)
        else:
            axes.set(xlabel=self.name_title, ylabel=self.value_title)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        if self.mark:
            axes.axvline(self.mark[0], color=look.text, linestyle="--", linewidth=1)
            axes.annotate(
                self.mark[1], (self.mark[0], 0.97), xycoords=("data", "axes fraction"), xytext=(4, 0),
                textcoords="offset points", va="top", fontsize=8,
            )  # fmt: skip
        if len(self.series) > 1:
            axes.legend(frameon=False, fontsize=8)

    @property
    def paper_size(self) -> tuple[float, float]:
        return (7.2, 1.2 + 0.22 * len(self.names)) if self.horizontal else (7.2, 3.4)


def _offsets(series: Series) -> list[list[float]]:
    """Distances from the value down to `low` and up to `high`; not a number (nothing drawn) where not known."""

    def distances(ends: Values, sign: int) -> list[float]:
        return [
            math.nan if value is None or end is None else max(0.0, sign * (end - value))
            for value, end in zip(series.values, ends, strict=True)
        ]

    return [distances(series.low, -1), distances(series.high, 1)]


def _errors(series: Series, look: style.Theme) -> dict[str, Any]:
    down, up = _offsets(series)
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "color": look.text, "thickness": 1.2}


def _ticks(unit: str) -> Callable[[float, float], str]:
    """Axis labels with Indonesian separators."""
    if unit == "share":
        return lambda value, _: percent(value)
    if unit == "count":
        return lambda value, _: number(value) if float(value).is_integer() else ""
    return lambda value, _: number(value, 2).rstrip("0").rstrip(",") if value else "0"


def on_paper(drawing: Drawing, title: str, look: style.Theme = style.LIGHT) -> "Paper":
    """The drawing as a matplotlib figure on white, without pyplot (which keeps figures alive)."""
    from matplotlib.figure import Figure as Paper

    paper = Paper(figsize=drawing.paper_size, layout="constrained", facecolor="white")
    axes = paper.add_subplot()
    # Bold letters of 11 points: eleven to the inch.
    written = textwrap.fill(title, int(11 * drawing.paper_size[0]))
    paper.suptitle(written, x=0.01, ha="left", fontsize=11, fontweight="bold", color=look.text)
    if drawing.is_empty:
        axes.set_axis_off()
        axes.text(0.5, 0.5, NOTHING, ha="center", va="center", color=look.muted)
    else:
        drawing.paper(axes, look)
    return paper

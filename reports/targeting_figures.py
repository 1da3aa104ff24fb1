"""The figures of targeting: whom a programme reaches of those it is for, and how its benefits lie over the ranking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from analytics.targeting_incidence import Incidence
from analytics.text import known, listing, percent
from reports import style
from reports.drawing import Bars, Series, said
from reports.figures import Figure
from reports.stacked import Stacked

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REACHED, SHORT, WRONG, MISSED = "Tercakup", "Terlewat: kuota kurang", "Terlewat: salah alokasi", "Belum tercakup"
EVEN = "Bila dibagi rata"


@dataclass(frozen=True)
class Curve:
    """A curve from (0, 0) to (1, 1) beside the straight line of an even share; across, along: shares, 0 to 1."""

    name: str
    across: Sequence[float]
    along: Sequence[float]
    across_title: str
    along_title: str

    @property
    def is_empty(self) -> bool:
        return not len(self.across)

    @property
    def paper_size(self) -> tuple[float, float]:
        return 5.2, 4.6

    def plotly(self, title: str, look: style.Theme) -> go.Figure:
        figure = go.Figure(layout=style.layout(look, title, 400))
        figure.add_scatter(
            x=[0, 1], y=[0, 1], mode="lines", name=EVEN, line={"color": look.muted, "dash": "dash", "width": 1.5},
            hoverinfo="skip",
        )  # fmt: skip
        figure.add_scatter(
            x=list(self.across), y=list(self.along), mode="lines", name=self.name,
            line={"color": look.series[0], "width": 3}, hoverinfo="text",
            hovertext=[
                f"{percent(x, 0)} termiskin mendapat {percent(y, 0)} manfaat"
                for x, y in zip(self.across, self.along, strict=True)
            ],
        )  # fmt: skip
        shares = {"tickformat": ",.0%", "range": [0, 1.04], "tickvals": [0, 0.2, 0.4, 0.6, 0.8, 1]}
        figure.update_xaxes(**style.axis(look, self.across_title), **shares)
        figure.update_yaxes(**style.axis(look, self.along_title), **shares)
        figure.update_layout(hovermode="x")
        return figure

    def paper(self, axes: "Axes", look: style.Theme) -> None:
        axes.plot([0, 1], [0, 1], color=look.muted, linestyle="--", linewidth=1, label=EVEN)
        axes.plot(self.across, self.along, color=look.series[0], linewidth=2, label=self.name)
        for numbers in (axes.xaxis, axes.yaxis):
            numbers.set_major_formatter(lambda value, _: percent(value))
        axes.set(xlabel=self.across_title, ylabel=self.along_title, xlim=(0, 1), ylim=(0, 1))
        axes.grid(color=look.grid, linewidth=0.6)
        axes.legend(frameon=False, fontsize=8)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)


def error_split(rows: pd.DataFrame, names: Mapping[str, str], title: str, truncated: bool) -> Figure:
    """Of the eligible, who is reached and who is missed for which reason.

    rows: of `Targeting.rows`, one per bar, with the column `bar` (a key of `names`). truncated: no reason is known.
    """
    drawn = rows[rows["exclusion_error"].notna()]
    reached = [1 - float(error) for error in drawn["exclusion_error"]]
    parts = {MISSED: drawn["exclusion_error"]} if truncated else {
        SHORT: drawn["quota_shortage"], WRONG: drawn["misallocation"]
    }  # fmt: skip
    bars = Stacked(
        names=[names[bar] for bar in drawn["bar"]],
        series=[Series(REACHED, reached), *(Series(part, _floats(values)) for part, values in parts.items())],
        name_title="",
        value_title="Bagian dari yang layak",
        unit="share",
        horizontal=True,
        colours={REACHED: 0, WRONG: 1, MISSED: 1},
    )
    return Figure(title, _split_alt(title, bars), bars)


def _floats(values: pd.Series) -> list[float | None]:
    return [float(value) if known(value) else None for value in values]


def _split_alt(title: str, bars: Bars) -> str:
    if bars.is_empty:
        return f"{title}: tidak ada data."
    parts = [
        f"{name}: " + listing([f"{series.name.lower()} {said(series.values[row], 'share')}" for series in bars.series])
        for row, name in enumerate(bars.names)
    ]
    return f"Diagram batang bertumpuk. {title}. {'; '.join(parts)}."


def concentration_figure(found: Incidence, name: str, benefit: str) -> Figure:
    """The concentration curve of a programme. benefit: what is shared, in Indonesian."""
    curve = found.curve
    drawing = Curve(
        name=name,
        across=list(curve["population"]),
        along=list(curve["benefit"]),
        across_title=f"Bagian {'jiwa' if found.unit == 'persons' else 'keluarga'}, dari yang termiskin",
        along_title=f"Bagian {benefit}",
    )
    title = "Makin tinggi kurva di atas garis putus-putus, makin banyak yang sampai kepada yang miskin"
    share = found.by_decile.loc[found.by_decile["decile"] <= 4, "share_benefit"].sum()
    alt = f"Kurva konsentrasi {name}. Desil 1 sampai 4 mendapat {percent(share, 0)} {benefit}."
    return Figure(title, alt, drawing)


def incidence_figure(found: Incidence, benefit: str) -> Figure:
    """Share of the benefits beside share of the population, by decile."""
    by = found.by_decile
    people = "jiwa" if found.unit == "persons" else "keluarga"
    bars = Bars(
        names=[str(decile) for decile in by["decile"]],
        series=[
            Series(f"Bagian {benefit}", [float(value) for value in by["share_benefit"]]),
            Series(f"Bagian {people}", [float(value) for value in by["share_population"]]),
        ],
        name_title="Desil (1 = termiskin)",
        value_title="Bagian",
        unit="share",
    )
    title = f"Bagian {benefit} yang sampai ke tiap desil"
    poorest = f"Desil 1 mendapat {said(bars.series[0].values[0], 'share')}" if len(by) else "Tidak ada data"
    return Figure(title, f"Diagram batang. {title}. {poorest}.", bars)

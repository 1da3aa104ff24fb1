"""The figures of programmes together: which sets families hold, programme x programme, stages of life, the ladder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from analytics.ladder import Ladder
from analytics.life_cycle import LifeCycle
from analytics.scope import UNIT_NAMES, Unit
from analytics.text import known, number, percent
from data.reference import programme_short
from reports import style
from reports.drawing import Bars, Heat, Series, said
from reports.figures import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NO_PROGRAMME = "Tanpa program"
BAR_ROOM = 0.3  # of a column, between the last dot and the bars


@dataclass(frozen=True)
class Dots:
    """Sets as rows of dots over columns of members, each with a bar of its size (an UpSet view).

    sets: members of each row; None: many sets together. names: a word for a row, else "". values: counts; None = not
    shown. hover: HTML per row. Dots and bars share one axis: columns at 0, 1, ..., bars beyond the last of them.
    """

    columns: Sequence[str]
    sets: Sequence[tuple[str, ...] | None]
    names: Sequence[str]
    values: Sequence[float | None]
    hover: Sequence[str]
    value_title: str

    @property
    def is_empty(self) -> bool:
        return not any(self.values)

    @property
    def _start(self) -> float:
        return len(self.columns) - 0.5 + BAR_ROOM

    def _lengths(self) -> list[float]:
        top = max(value or 0 for value in self.values)
        return [max(len(self.columns), 4) * (value or 0) / top for value in self.values]

    @property
    def _right(self) -> float:
        return self._start + 1.35 * max(len(self.columns), 4)

    def _places(self, row: int) -> list[int]:
        return [place for place, column in enumerate(self.columns) if column in (self.sets[row] or ())]

    def plotly(self, title: str, look: style.Theme) -> go.Figure:
        rows, columns = range(len(self.sets)), range(len(self.columns))
        figure = go.Figure(layout=style.layout(look, title, 130 + 27 * len(self.sets)))
        drawn = [row for row in rows if self.sets[row] is not None]
        figure.add_scatter(
            x=[column for _ in drawn for column in columns],
            y=[row for row in drawn for _ in columns],
            mode="markers",
            marker={"size": 11, "color": look.grid},
            hoverinfo="skip",
        )
        for row in drawn:
            places = self._places(row)
            figure.add_scatter(
                x=places,
                y=[row] * len(places),
                mode="lines+markers",
                marker={"size": 13, "color": look.series[0]},
                line={"width": 3, "color": look.series[0]},
                hoverinfo="skip",
            )
        figure.add_bar(
            base=self._start,
            x=self._lengths(),
            y=list(rows),
            orientation="h",
            marker={"color": [look.series[0] if self.sets[row] is not None else look.series[2] for row in rows]},
            text=[number(round(value)) if value is not None else "disembunyikan" for value in self.values],
            textposition="outside",
            textfont={"color": look.text},
            cliponaxis=False,
            hovertext=self.hover,
            hoverinfo="text",
        )
        figure.update_xaxes(
            **style.axis(look, ""),
            side="top",
            showgrid=False,
            tickvals=list(columns),
            ticktext=list(self.columns),
            tickangle=-55,  # steep enough not to touch each other on a narrow screen
            range=[-0.6, self._right],
        )
        figure.update_yaxes(
            **style.axis(look, ""),
            showgrid=False,
            tickvals=list(rows),
            ticktext=list(self.names),
            range=[len(self.sets) - 0.4, -0.6],
        )
        figure.add_annotation(
            x=self._start, y=-0.6, text=self.value_title, showarrow=False, xanchor="left", yanchor="bottom",
            font={"size": 12, "color": look.muted},
        )  # fmt: skip
        figure.update_layout(showlegend=False, bargap=0.35, margin={"t": 104})
        return figure

    def paper(self, axes: "Axes", look: style.Theme) -> None:
        lengths = self._lengths()
        for row, members in enumerate(self.sets):
            if members is not None:
                axes.scatter(range(len(self.columns)), [row] * len(self.columns), s=28, color=look.grid, zorder=1)
                axes.plot(self._places(row), [row] * len(self._places(row)), "o-", color=look.series[0], markersize=6)
            colour = look.series[0] if members is not None else look.series[2]
            axes.barh(row, lengths[row], 0.6, left=self._start, color=colour)
            text = number(round(self.values[row] or 0)) if self.values[row] is not None else "disembunyikan"
            axes.text(self._start + lengths[row] + 0.1, row, text, va="center", fontsize=8)
        axes.set_xticks(range(len(self.columns)), list(self.columns), fontsize=8, rotation=45, ha="left")
        axes.xaxis.tick_top()
        axes.set_yticks(range(len(self.sets)), list(self.names), fontsize=8)
        axes.set_xlim(-0.6, self._right)
        axes.invert_yaxis()
        axes.text(self._start, -0.9, self.value_title, fontsize=8, color=look.muted, va="bottom")
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)

    @property
    def paper_size(self) -> tuple[float, float]:
        return 7.2, 1.5 + 0.26 * len(self.sets)


def set_words(members: tuple[str, ...]) -> str:
    """`PKH + Sembako`; without members, that there is none."""
    return " + ".join(map(programme_short, members)) or NO_PROGRAMME


def upset(sets: pd.DataFrame, columns: Sequence[str], unit: Unit, extreme: bool) -> Figure:
    """The sets families hold, most frequent first. sets: of `combinations.held_sets`; columns: programmes in order."""
    rows = sets.to_dict("records")
    used = {code for row in rows for code in row["programmes"] or ()}
    whole = sets[unit].sum()
    hover = []
    for row in rows:
        name = f"{number(row['sets'])} gabungan lain" if row["rest"] else set_words(row["programmes"])
        share = f" ({percent(row[unit] / whole, 1)})" if known(row[unit]) and whole else ""
        hover.append(f"<b>{name}</b><br>{_said(row[unit])} {UNIT_NAMES[unit]}{share}")
    dots = Dots(
        columns=[programme_short(code) for code in (*columns, "lainnya") if code in used],
        sets=[None if row["rest"] else tuple(map(programme_short, row["programmes"])) for row in rows],
        names=[
            f"{number(row['sets'])} gabungan lain" if row["rest"] else "" if row["programmes"] else NO_PROGRAMME
            for row in rows
        ],
        values=[float(row[unit]) if known(row[unit]) else None for row in rows],
        hover=hover,
        value_title=UNIT_NAMES[unit].capitalize(),
    )
    who = "miskin ekstrem" if extreme else "dalam data"
    title = f"Gabungan program yang benar-benar dipegang keluarga {who}"
    named = [
        f"{set_words(row['programmes'])} {_said(row[unit])}" for row in rows[:3] if not row["rest"] and known(row[unit])
    ]
    alt = f"{title}. Terbanyak: {'; '.join(named)}." if named else f"{title}: tidak ada data."
    return Figure(title, alt, dots)


def _said(value: Any) -> str:
    return number(round(value)) if known(value) else "disembunyikan"


def programme_heatmap(matrix: pd.DataFrame, unit: Unit) -> Figure:
    """Of the recipients of a row's programme, the share that also receives the column's. matrix: of
    `combinations.programme_matrix`."""
    codes = list(dict.fromkeys(matrix["programme"]))
    names = {code: programme_short(code) for code in codes}
    cells = {(row["programme"], row["other"]): row for row in matrix.to_dict("records")}

    def value(code: str, other: str) -> float | None:
        rate = cells[code, other]["rate"]
        return float(rate) if code != other and known(rate) else None

    def hover(code: str, other: str) -> str:
        cell = cells[code, other]
        if code == other:
            return f"<b>{names[code]}</b><br>{number(cell['recipients'])} {UNIT_NAMES[unit]} penerima"
        return (
            f"<b>{names[code]}</b> yang juga menerima <b>{names[other]}</b><br>{percent(cell['rate'], 1)}: "
            f"{number(cell['both'])} dari {number(cell['recipients'])} {UNIT_NAMES[unit]}"
        )

    heat = Heat(
        row_keys=codes,
        column_keys=codes,
        row_names=list(names.values()),
        column_names=list(names.values()),
        values=[[value(code, other) for other in codes] for code in codes],
        hover=[[hover(code, other) for other in codes] for code in codes],
        row_title="Dari penerima",
        column_title="yang juga menerima",
        value_title=f"Bagian {UNIT_NAMES[unit]}",
        unit="share",
    )
    title = "Dari penerima sebuah program, bagian yang juga menerima program lain"
    pairs = [(rate, code, other) for code in codes for other in codes if (rate := value(code, other)) is not None]
    if not pairs:
        return Figure(title, f"{title}: tidak ada data.", heat)
    rate, code, other = max(pairs)
    return Figure(
        title, f"Peta panas. {title}. Tertinggi {percent(rate, 0)}: {names[code]} dengan {names[other]}.", heat
    )


def stage_bars(found: LifeCycle, unit: Unit) -> Figure:
    """Share of each stage of life that has a programme meant for it: all, and the extreme poor."""
    rows = found.rows
    bars = Bars(
        names=list(rows["title"]),
        series=[
            Series("Semua", _values(rows[f"rate_{unit}"])),
            Series("Miskin ekstrem", _values(rows[f"rate_extreme_{unit}"])),
        ],
        name_title="",
        value_title=f"Bagian {UNIT_NAMES[unit]} yang menerima program bagi tahapnya",
        unit="share",
        horizontal=True,
    )
    title = "Siapa menerima program yang ditujukan bagi tahap hidupnya"
    told = [
        f"{name} {said(all_of, 'share')} (miskin ekstrem {said(poor, 'share')})"
        for name, all_of, poor in zip(bars.names, bars.series[0].values, bars.series[1].values, strict=True)
    ]
    return Figure(title, f"Diagram batang. {title}: {'; '.join(told)}.", bars)


def ladder_bars(found: Ladder, unit: Unit) -> Figure:
    """The extreme poor by what they receive."""
    rows = found.rows
    bars = Bars(
        names=list(rows["title"]),
        series=[Series(UNIT_NAMES[unit].capitalize(), _values(rows[unit]))],
        name_title="",
        value_title=f"{UNIT_NAMES[unit].capitalize()} miskin ekstrem",
        unit="count",
        horizontal=True,
    )
    title = "Tangga intervensi: apa yang sudah diterima yang miskin ekstrem"
    told = [f"{name} {said(value, bars.unit)}" for name, value in zip(bars.names, bars.series[0].values, strict=True)]
    return Figure(title, f"Diagram batang. {title}: {'; '.join(told)}.", bars)


def _values(column: pd.Series) -> list[float | None]:
    return [float(value) if known(value) else None for value in column]

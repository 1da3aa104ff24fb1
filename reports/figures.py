"""Every figure of the product, each described once: title, what a reader who cannot see it should know, drawing.

`plotly` draws for the screen (exact figures, inside the machine); `paper` for a document that leaves: give it a
frame that went through `disclosure.protect`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from analytics.scope import UNIT_NAMES, Unit
from analytics.text import known, listing, number, percent
from data.reference import programme_short
from reports import style
from reports.disclosure import UNKNOWN
from reports.drawing import NOTHING, Bars, Drawing, Heat, Series, on_paper, said

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Paper


@dataclass(frozen=True)
class Figure:
    """title: says what the figure shows. alt: the same for a reader who cannot see it, with its extremes."""

    title: str
    alt: str
    drawing: Drawing

    def plotly(self, dark: bool = False) -> go.Figure:
        """For the screen; show it with `style.PLOTLY_CONFIG`. A click on a heat map gives customdata [row, column]."""
        look = style.theme(dark)
        if self.drawing.is_empty:
            return style.empty(look, self.title, NOTHING)
        return self.drawing.plotly(self.title, look)

    def paper(self) -> "Paper":
        """For print: a matplotlib figure on white, `.savefig(...)` writes it."""
        return on_paper(self.drawing, self.title)


def coverage_heatmap(rows: pd.DataFrame, by: str, unit: Unit = "families") -> Figure:
    """Share of each group that a programme reaches, programme x decile or village x programme.

    rows: `Coverage.rows` (programme, by, village, name, decile, families, persons, group_*, rate_*). by: decile |
    village. Keys of a cell: decile (`0` = not known) or village code, and programme.
    """
    cells = rows[rows["by"] == by]
    group = cells["decile"].fillna(0).astype(int).astype(str) if by == "decile" else cells["village"]
    cells = cells.assign(group=group)
    programmes = list(dict.fromkeys(cells["programme"]))
    short = [programme_short(code) for code in programmes]
    groups = sorted(cells["group"].unique(), key=(lambda key: int(key) or 11) if by == "decile" else str)
    if by == "decile":
        names = {key: UNKNOWN if key == "0" else key for key in groups}
    else:
        given = cells.drop_duplicates("group").set_index("group")["name"]
        names = {key: given[key] if known(given[key]) else key for key in groups}
    matrix = _Matrix(cells, "group", "programme", f"rate_{unit}", _coverage_hover(names, by, unit))
    shown = {"groups": groups, "programmes": programmes}
    rows_of, columns_of = ("programmes", "groups") if by == "decile" else ("groups", "programmes")
    heat = Heat(
        row_keys=shown[rows_of],
        column_keys=shown[columns_of],
        row_names=short if by == "decile" else [names[key] for key in groups],
        column_names=[names[key] for key in groups] if by == "decile" else short,
        row_title="" if by == "decile" else "Desa/kelurahan",
        column_title="Desil" if by == "decile" else "Program",
        value_title=f"Bagian {UNIT_NAMES[unit]} penerima",
        unit="share",
        **matrix.lists(shown[rows_of], shown[columns_of], transposed=by == "decile"),
    )
    of = "desil" if by == "decile" else "desa/kelurahan"
    title = f"Bagian {UNIT_NAMES[unit]} yang menerima tiap program, menurut {of}"
    return Figure(title, _heat_alt(title, heat), heat)


def _coverage_hover(names: Mapping[str, str], by: str, unit: Unit) -> Callable[[Any], str]:
    def text(cell: Any) -> str:
        group = names[cell.group] if by == "village" else f"desil {names[cell.group]}"
        rate, part, whole = (getattr(cell, f"{name}{unit}") for name in ("rate_", "", "group_"))
        return (
            f"<b>{programme_short(cell.programme)}</b> · {group}<br>{percent(rate, 1)} tercakup<br>"
            f"{number(part)} dari {number(whole)} {UNIT_NAMES[unit]}"
        )

    return text


def rank_crosstab(table: pd.DataFrame) -> Figure:
    """Recorded against PMT decile. table: recorded, pmt (1 to 10; null = not known), families."""
    order = [*map(str, range(1, 11)), "0"]
    cells = table.assign(
        recorded=table["recorded"].fillna(0).astype(int).astype(str), pmt=table["pmt"].fillna(0).astype(int).astype(str)
    )
    keys = [key for key in order if key != "0" or "0" in {*cells["recorded"], *cells["pmt"]}]
    names = {key: UNKNOWN if key == "0" else key for key in keys}

    def hover(cell: Any) -> str:
        where = f"Desil tercatat {names[cell.recorded]}, desil PMT {names[cell.pmt]}"
        return f"{where}<br><b>{number(cell.families)}</b> keluarga"

    matrix = _Matrix(cells, "recorded", "pmt", "families", hover)
    heat = Heat(
        row_keys=keys,
        column_keys=keys,
        row_names=list(names.values()),
        column_names=list(names.values()),
        row_title="Desil tercatat",
        column_title="Desil PMT",
        value_title="Keluarga",
        unit="count",
        **matrix.lists(keys, keys),
    )
    title = "Keluarga menurut desil tercatat dan desil PMT"
    return Figure(title, _heat_alt(title, heat), heat)


class _Matrix:
    """Long cells (row, column, value) on their way to a matrix; a cell that is not there is not known."""

    def __init__(self, cells: pd.DataFrame, row: str, column: str, value: str, hover: Callable[[Any], str]):
        self._values: dict[tuple[str, str], float] = {}
        self._hover: dict[tuple[str, str], str] = {}
        for cell in cells.itertuples(index=False):
            key = (getattr(cell, row), getattr(cell, column))
            if known(getattr(cell, value)):
                self._values[key] = float(getattr(cell, value))
            self._hover[key] = hover(cell)

    def lists(self, rows: Sequence[str], columns: Sequence[str], transposed: bool = False) -> dict[str, Any]:
        def cell(row: str, column: str) -> tuple[str, str]:
            return (column, row) if transposed else (row, column)

        return {
            "values": [[self._values.get(cell(row, column)) for column in columns] for row in rows],
            "hover": [[self._hover.get(cell(row, column), "Tidak ada data") for column in columns] for row in rows],
        }


def decile_bars(table: pd.DataFrame, value: str, title: str, value_title: str, unit: str = "count") -> Figure:
    """One bar per decile. table: decile (1 to 10; null = not known) and the column `value` (of that unit)."""
    ordered = table.assign(place=table["decile"].fillna(11)).sort_values("place")
    bars = Bars(
        names=[UNKNOWN if not known(decile) else str(int(decile)) for decile in ordered["decile"]],
        series=[Series(value_title, _values(ordered[value]))],
        name_title="Desil (1 = termiskin)",
        value_title=value_title,
        unit=unit,
    )
    return Figure(title, _bars_alt(title, bars, "desil "), bars)


def score_distribution(
    edges: Sequence[float], families: Sequence[int], mark: tuple[float, str] | None = None
) -> Figure:
    """How the PMT score is spread. edges: one more than bars, in ln units; mark: a score and what lies below it."""
    bars = Bars(
        names=[f"{number(low, 2)} sampai {number(high, 2)}" for low, high in pairwise(edges)],
        series=[Series("Keluarga", _values(families))],
        name_title="Skor PMT (ln pengeluaran per kapita sebulan; makin kecil makin miskin)",
        value_title="Keluarga",
        unit="count",
        edges=list(edges),
        mark=mark,
    )
    title = "Sebaran skor PMT keluarga"
    return Figure(title, _bars_alt(title, bars, "skor "), bars)


def _values(column: Any) -> list[float | None]:
    return [float(value) if known(value) else None for value in column]


def _heat_alt(title: str, heat: Heat) -> str:
    cells = [
        (value, f"{heat.row_names[row]} / {heat.column_names[column]}")
        for row, values in enumerate(heat.values)
        for column, value in enumerate(values)
        if value is not None
    ]
    if not cells:
        return f"{title}: tidak ada data."
    return (
        f"Peta panas, {len(heat.row_keys)} baris dan {len(heat.column_keys)} kolom. {title}. "
        f"Tertinggi {_extreme(cells, max, heat.unit)}, terendah {_extreme(cells, min, heat.unit)}."
    )


def _bars_alt(title: str, bars: Bars, word: str) -> str:
    parts = []
    for series in bars.series:
        cells = [
            (value, f"{word}{name}") for value, name in zip(series.values, bars.names, strict=True) if value is not None
        ]
        if cells:
            parts.append(
                f"{series.name}: tertinggi {_extreme(cells, max, bars.unit)}, "
                f"terendah {_extreme(cells, min, bars.unit)}"
            )
    if not parts:
        return f"{title}: tidak ada data."
    return f"Diagram batang. {title}. {listing(parts)}."


def _extreme(cells: list[tuple[float, str]], pick: Callable, unit: str) -> str:
    value, name = pick(cells, key=lambda cell: cell[0])
    return f"{said(value, unit)} ({name})"

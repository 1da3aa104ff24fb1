"""The gaps as a picture: per programme, who is reached, who is planned for, and who is left."""

import pandas as pd

from analytics.gaps import strategy_titles
from analytics.scope import UNIT_NAMES, Unit
from analytics.text import about, known, listing
from data.reference import programme_short
from reports.drawing import Bars, Series, said
from reports.figures import Figure
from reports.stacked import Stacked

REACHED, LEFT = "Sudah menerima", "Belum, tanpa rencana"


def gap_bars(rows: pd.DataFrame, unit: Unit) -> Figure:
    """Reached, planned and left per programme, under the strategy's title. rows: `Gaps.rows`, those with a target."""
    names: list[str] = []
    parts: dict[str, list[float | None]] = {
        REACHED: [], "Belum, sudah direncanakan": [], LEFT: []
    }  # fmt: skip
    drawn = rows[rows["gap"].notna() & (rows["eligible"] > 0)]
    for strategy, title in strategy_titles().items():
        own = drawn[drawn["strategy"] == strategy]
        if own.empty:
            continue
        heading = (title.upper(), (None, None, None))
        for name, values in [
            heading,
            *((programme_short(str(row.programme)), _parts(row)) for row in own.itertuples()),
        ]:
            names.append(name)
            for series, value in zip(parts.values(), values, strict=True):
                series.append(value)
    bars = Stacked(
        names=names,
        series=[Series(name, values) for name, values in parts.items() if any(values)],
        name_title="",
        value_title=f"{UNIT_NAMES[unit].capitalize()} miskin ekstrem yang menjadi sasaran",
        unit="count",
        horizontal=True,
        colours={REACHED: 0, LEFT: 1},  # who is left stands out
    )
    title = f"Sasaran tiap program di antara {UNIT_NAMES[unit]} miskin ekstrem: yang sudah dan yang belum menerima"
    return Figure(title, _alt(title, drawn), bars)


def _parts(row) -> tuple[float, float, float]:
    gap, planned = float(row.gap), float(row.planned) if known(row.planned) else 0.0
    return float(row.reached), min(planned, gap), max(gap - planned, 0.0)


def _alt(title: str, drawn: pd.DataFrame) -> str:
    if drawn.empty:
        return f"{title}: tidak ada data."
    worst = drawn.sort_values("gap", ascending=False).head(3)
    said_of = [
        f"{programme_short(str(row.programme))} {about(row.gap)} dari {about(row.eligible)}"
        for row in worst.itertuples()
    ]
    return f"Diagram batang bertumpuk. {title}. Celah terbesar: {listing(said_of)}."


def needs_bars(rows: pd.DataFrame) -> Figure:
    """How often each need is met with among the extreme poor, and among all. rows: `Needs.overall()`."""
    shown = rows[rows["extreme_rate"].notna()].sort_values("extreme_rate", ascending=False)
    bars = Bars(
        names=list(shown["title"]),
        series=[
            Series("Miskin ekstrem", [float(rate) for rate in shown["extreme_rate"]]),
            Series("Semua dalam data", [float(rate) if known(rate) else None for rate in shown["rate"]]),
        ],
        name_title="",
        value_title="Bagian yang membutuhkan, dari yang jawabannya diketahui",
        unit="share",
        horizontal=True,
    )
    title = "Kebutuhan keluarga miskin ekstrem dibandingkan dengan semua keluarga"
    top = shown.head(3)
    rates = zip(top["title"], top["extreme_rate"], strict=True)
    said_of = [f"{name} {said(float(rate), 'share')}" for name, rate in rates]
    text = f"Tersering: {listing(said_of)}." if said_of else "Tidak ada data."
    return Figure(title, f"Diagram batang. {title}. {text}", bars)

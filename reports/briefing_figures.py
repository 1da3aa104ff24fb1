"""The two charts of a briefing: who is reached by a programme and who is missed, and what is needed and budgeted."""

from collections.abc import Sequence

from analytics.text import listing, money, number
from reports.drawing import Bars, Series, Values
from reports.figures import Figure
from reports.gap_figures import REACHED

MISSED = "Belum menerima"
NEEDED, BUDGETED = "Dibutuhkan", "Dianggarkan"
MILLION = 1e6


def reach_bars(names: Sequence[str], reached: Values, missed: Values, unit: str) -> Figure:
    """Of those each programme is meant for: reached and missed, side by side. unit: keluarga | jiwa."""
    bars = Bars(
        names=names,
        series=[Series(REACHED, reached), Series(MISSED, missed)],
        name_title="",
        value_title=unit.capitalize(),
        unit="count",
        horizontal=True,
    )
    title = f"{unit.capitalize()} miskin ekstrem yang menjadi sasaran: sudah dan belum menerima"
    worst = [f"{name} {number(left)}" for name, left in zip(names, missed, strict=True) if left is not None][:3]
    return Figure(title, f"Diagram batang. {title}. Belum menerima terbanyak: {listing(worst)}.", bars)


def money_bars(names: Sequence[str], needed: Values, budgeted: Values) -> Figure:
    """Rupiah a year to close each programme's gap, beside what is budgeted; drawn in millions."""
    bars = Bars(
        names=names,
        series=[Series(NEEDED, _millions(needed)), Series(BUDGETED, _millions(budgeted))],
        name_title="",
        value_title="Juta rupiah setahun",
        unit="count",
        horizontal=True,
    )
    title = "Kebutuhan untuk menutup celah dan anggaran, juta rupiah setahun"
    most = [f"{name} {money(value)}" for name, value in zip(names, needed, strict=True) if value is not None][:3]
    return Figure(title, f"Diagram batang. {title}. Kebutuhan terbesar: {listing(most)}.", bars)


def _millions(values: Values) -> list[float | None]:
    """Whole millions, as the labels say them."""
    return [None if value is None else float(round(value / MILLION)) for value in values]

"""Official figures over the years as bars; a series that breaks is two series, never one line."""

from analytics.official import OfficialSeries
from analytics.text import listing, percent
from reports.drawing import Bars, Series
from reports.figures import Figure


def poverty_bars(found: OfficialSeries) -> Figure:
    """P0 of the region, and of its province where that is known."""
    own = dict(found.of("P0"))
    beside = dict(found.of("P0", found.province)) if found.province else {}
    years = sorted(own)
    series = [Series(found.name, [own[year] / 100 for year in years])]
    if any(year in beside for year in years):
        series.append(Series(found.province_name or "Provinsi", [_share(beside.get(year)) for year in years]))
    title = "Persentase penduduk miskin menurut angka resmi"
    return Figure(title, _alt(title, years, series), _bars(years, series, "Bagian penduduk yang miskin"))


def extreme_bars(found: OfficialSeries) -> Figure:
    """The estimated rate of extreme poverty, the years of either line in a colour of their own."""
    values = dict(found.of("extreme_rate"))
    years, cut = sorted(values), int(found.break_year.value)
    parts = {
        f"Garis lama (sampai {cut - 1})": [_share(values[year]) if year < cut else None for year in years],
        f"Garis baru (mulai {cut})": [_share(values[year]) if year >= cut else None for year in years],
    }
    series = [Series(name, shares) for name, shares in parts.items() if any(shares)]
    title = "Estimasi persentase penduduk miskin ekstrem"
    return Figure(title, _alt(title, years, series), _bars(years, series, "Bagian penduduk yang miskin ekstrem"))


def _share(value: float | None) -> float | None:
    return None if value is None else value / 100


def _bars(years: list[int], series: list[Series], value_title: str) -> Bars:
    return Bars([str(year) for year in years], series, "Tahun", value_title, "share")


def _alt(title: str, years: list[int], series: list[Series]) -> str:
    texts = []
    for part in series:
        shown = [(year, value) for year, value in zip(years, part.values, strict=True) if value is not None]
        texts.append(f"{part.name}: {listing([f'{year} {percent(value, 1)}' for year, value in shown])}")
    return f"Diagram batang. {title}. {'; '.join(texts)}."

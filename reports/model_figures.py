"""The figures of a model card: what its terms say, how many of the poor it finds, its chances, its errors by group."""

from collections.abc import Mapping, Sequence

from analytics.card_parts import CalibrationBin, GroupError
from analytics.model_card import ModelCard
from analytics.text import known, listing, number, percent
from reports import model_words
from reports.drawing import Bars, Series, said
from reports.figures import Figure

Values = Sequence[float | None]


def term_effects(readings: Sequence[model_words.Reading], most: int = 20) -> Figure:
    """What each trait goes with. readings: of `model_words.readings`; the `most` important ones are drawn."""
    drawn = sorted(readings[:most], key=lambda reading: reading.effect)
    series = Series(
        "Selisih perkiraan pengeluaran",
        [reading.effect for reading in drawn],
        *_interval([reading.low for reading in drawn], [reading.high for reading in drawn]),
    )
    bars = Bars(
        names=[reading.label for reading in drawn],
        series=[series],
        name_title="",
        value_title="Selisih perkiraan pengeluaran per jiwa",
        unit="share",
        horizontal=True,
        signed=True,
    )
    title = "Ciri yang menurunkan dan menaikkan perkiraan pengeluaran"
    if len(readings) > most:
        title += f" ({most} terpenting dari {len(readings)})"
    return Figure(title, _alt(title, bars), bars)


def found_share(card: ModelCard) -> Figure:
    """Share of the truly poorest that each way of choosing finds, by quota, on cases held out."""
    errors = card.targeting
    series = [
        Series(
            "Kartu skor ini",
            [1 - error.exclusion for error in errors],
            [1 - error.high for error in errors],
            [1 - error.low for error in errors],
        )
    ]
    if card.yardstick is not None:
        beside = {error.quota: 1 - error.exclusion for error in card.yardstick.targeting}
        series.append(Series("Kotak hitam", [beside.get(error.quota) for error in errors]))
    series.append(Series("Undian", [error.quota for error in errors]))
    bars = Bars(
        names=[percent(error.quota) for error in errors],
        series=series,
        name_title="Kuota (bagian termiskin yang disasar)",
        value_title="Bagian yang ditemukan",
        unit="share",
    )
    title = "Bagian yang benar-benar termiskin yang ditemukan, menurut kuota"
    return Figure(title, _alt(title, bars, "kuota "), bars)


def calibration(bins: Sequence[CalibrationBin]) -> Figure:
    """Predicted chance beside what came true, by tenth of predicted chance. bins: of one quota."""
    bars = Bars(
        names=[str(found.bin) for found in bins],
        series=[
            Series("Peluang menurut model", [found.predicted for found in bins]),
            Series(
                "Kenyataan dalam survei",
                [found.actual for found in bins],
                [found.low for found in bins],
                [found.high for found in bins],
            ),
        ],
        name_title="Persepuluh menurut peluang (1 = terendah)",
        value_title="Bagian di bawah garis",
        unit="share",
    )
    title = "Peluang di bawah garis: ramalan dan kenyataan"
    if bins:
        title += f" (garis {percent(bins[0].quota)} termiskin)"
    return Figure(title, _alt(title, bars, "persepuluh "), bars)


def group_errors(errors: Sequence[GroupError], districts: Mapping[str, str] | None = None) -> Figure:
    """Share of the poor that is missed in each group; a line across: all cases. errors: those of one quota.

    A group whose error is withheld has no bar, and says so.
    """
    shown = [error for error in errors if error.exclusion is not None]
    names = []
    for error in errors:
        name = model_words.group_value(error.group, error.value, districts)
        few = "" if error.exclusion is not None else " (kasus terlalu sedikit)"
        names.append(name[0].upper() + name[1:] + few)
    first = next(((error.exclusion, error.difference) for error in shown), None)
    overall = None if first is None else (first[0] or 0.0) - (first[1] or 0.0)
    bars = Bars(
        names=names,
        series=[
            Series(
                "Terlewat",
                [error.exclusion for error in errors],
                [error.low for error in errors],
                [error.high for error in errors],
            )
        ],
        name_title="",
        value_title="Bagian yang miskin tetapi terlewat",
        unit="share",
        horizontal=True,
        mark=None if overall is None else (overall, ""),
    )
    title = "Galat eksklusi menurut kelompok"
    if errors and overall is not None:
        title += f" (kuota {percent(errors[0].quota)}; garis putus-putus: semua, {percent(overall, 0)})"
    return Figure(title, _alt(title, bars), bars)


def _interval(low: Values, high: Values) -> tuple[Values, Values]:
    """Empty where no end of any interval is known."""
    return (low, high) if any(known(value) for value in low) else ((), ())


def _alt(title: str, bars: Bars, word: str = "") -> str:
    parts = []
    for series in bars.series:
        cells = [
            (value, f"{word}{name}") for value, name in zip(series.values, bars.names, strict=True) if known(value)
        ]
        if cells:
            most, least = max(cells), min(cells)
            parts.append(
                f"{series.name}: tertinggi {said(most[0], bars.unit)} ({most[1]}), "
                f"terendah {said(least[0], bars.unit)} ({least[1]})"
            )
    if not parts:
        return f"{title}: tidak ada data."
    return f"Diagram batang, {number(len(bars.names))} baris. {title}. {listing(parts)}."

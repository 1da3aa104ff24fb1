"""What a scorecard says, in Indonesian words: each term as a comparison of two alike families, each error as a count.

A term speaks of what goes together in the survey, never of cause.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analytics.card_parts import CalibrationBin, GroupError, LineError, TargetingError
from analytics.fields import FIELDS
from analytics.model_card import ModelCard, Term
from analytics.refit import cost_sentence
from analytics.text import listing, number, percent
from reports import words

METHODS = {
    "ols": "Kuadrat terkecil (OLS)", "lasso": "LASSO", "quantile": "Regresi kuantil",
    "gradient_boosting": "gradient boosting",
}  # fmt: skip
SHORT = {"ols": "OLS", "lasso": "LASSO", "quantile": "Kuantil"}
GROUPS = {
    "district": "Kecamatan", "head_sex": "Jenis kelamin kepala keluarga", "elderly": "Lansia",
    "disability": "Disabilitas", "size": "Jumlah anggota",
}  # fmt: skip
_GROUP_VALUES = {
    ("head_sex", "female"): "kepala keluarga perempuan", ("head_sex", "male"): "kepala keluarga laki-laki",
    ("elderly", "yes"): "ada lansia", ("elderly", "no"): "tanpa lansia",
    ("disability", "yes"): "ada penyandang disabilitas", ("disability", "no"): "tanpa penyandang disabilitas",
}  # fmt: skip
UNITS = {"household": "rumah tangga", "family": "keluarga"}
_LEVEL_90 = 1.6449  # normal quantile of a two-sided 90 % interval
_NOTHING = 0.005  # below half a per cent two families are alike
_MOST_LEVELS = 3


@dataclass(frozen=True)
class Reading:
    """One comparison that a scorecard makes.

    label: what is compared, short. sentence: the same in words. effect: share by which the estimated expenditure per
    person of the one lies above (below 0: under) that of the other. low, high: its 90 % interval, null where the card
    has no covariance. importance: how far one survey SD of what it compares moves the score, in ln units.
    """

    label: str
    sentence: str
    effect: float
    low: float | None
    high: float | None
    importance: float


def readings(card: ModelCard) -> tuple[Reading, ...]:
    """All comparisons of a card, those that move scores most first."""
    made = [_reading(card, places, *said) for places, *said in _comparisons(card)]
    return tuple(sorted(made, key=lambda reading: -reading.importance))


def _comparisons(card: ModelCard) -> Iterator[tuple[dict[int, float], str, str]]:
    """(place of each term that differs and by how much, label, the other family)."""
    seen: set[int] = set()
    for place, term in enumerate(card.terms):
        if place in seen:
            continue
        alike = [at for at, other in enumerate(card.terms) if _one_column(term, other)]
        seen |= set(alike)
        name = words.field(term.field)
        label = name[0].upper() + name[1:]
        if term.kind == "level":
            levels = _either([_level(term.field, card.terms[at].level or "") for at in alike])
            # The levels of a pooled column share one coefficient: a family has one of them.
            yield {place: 1.0}, f"{label}: {levels}", f"dengan {name} {_base(card, term.field)}"
        elif term.kind == "flag" and term.field in FIELDS and FIELDS[term.field].source == "family":
            yield {place: 1.0}, f"Punya {name}", "yang tidak punya"
        elif term.kind == "flag":
            yield {place: 1.0}, label, "yang tidak demikian"
        elif term.kind == "ln":
            yield {place: math.log(2)}, f"{label}, dua kali lipat", "dengan separuhnya"
        elif term.field in FIELDS and FIELDS[term.field].shape == "count":
            yield {place: 1.0}, f"{label}, tambah satu", "tanpa tambahan itu"
        elif term.field in FIELDS and FIELDS[term.field].shape == "ratio":
            yield {place: 0.1}, f"{label}, naik 0,1", "tanpa kenaikan itu"
        else:
            low, high = _typical(card, alike)
            steps = {at: high**2 - low**2 if card.terms[at].kind == "square" else high - low for at in alike}
            unit = " tahun" if term.field in FIELDS and FIELDS[term.field].shape == "age" else ""
            yield steps, f"{label} {number(high)}{unit}", f"dengan {name} {number(low)}{unit}"


def _one_column(term: Term, other: Term) -> bool:
    """Both say one thing: levels pooled under one coefficient, or a number and its square."""
    if term.field != other.field:
        return False
    if term.kind == "level":
        return other.kind == "level" and other.coefficient == term.coefficient
    return other.kind != "level"


def _typical(card: ModelCard, places: list[int]) -> tuple[float, float]:
    """A typical value of a number in the survey and one a standard deviation above it."""
    linear = [card.terms[at] for at in places if card.terms[at].kind == "linear"]
    if linear:
        low, high = linear[0].mean, linear[0].mean + linear[0].sd
    else:
        square = card.terms[places[0]]
        low, high = math.sqrt(max(square.mean, 0)), math.sqrt(max(square.mean + square.sd, 0))
    return (float(round(low)), float(round(high))) if round(low) != round(high) else (low, high)


def _level(field: str, level: str) -> str:
    return words.LEVELS_OF.get((field, level)) or words.LEVELS.get(level, level)


def _base(card: ModelCard, field: str) -> str:
    """The levels no term names: the most frequent one and those too rare for a line of their own."""
    named = {term.level for term in card.terms if term.field == field}
    rest = [level for level in FIELDS[field].levels if level not in named] if field in FIELDS else []
    rest = [level for level in rest if level != "other"] or rest
    return _either([_level(field, level) for level in rest]) if 0 < len(rest) <= _MOST_LEVELS else "yang lain"


def _either(levels: list[str]) -> str:
    if len(levels) < 3:
        return " atau ".join(levels)
    return f"{', '.join(levels[:-1])}, atau {levels[-1]}"


def _reading(card: ModelCard, places: dict[int, float], label: str, other: str) -> Reading:
    moved = sum(card.terms[at].coefficient * step for at, step in places.items())
    spread = _spread(card, places)
    effect = math.expm1(moved)
    low, high = (None, None) if spread is None else (math.expm1(moved - spread), math.expm1(moved + spread))
    start = f"{label.replace(': ', ' ')}: pengeluaran per jiwa diperkirakan"
    if abs(effect) < _NOTHING:
        sentence = f"{start} hampir sama dengan keluarga serupa {other}."
    else:
        way = "lebih rendah" if effect < 0 else "lebih tinggi"
        sentence = f"{start} {percent(abs(effect), 0)} {way} daripada keluarga serupa {other}."
    if low is not None and high is not None and low < 0 < high and abs(effect) >= _NOTHING:
        sentence += " Survei ini belum dapat memastikan arahnya."
    # A number and its square work against each other: what counts is what they do together.
    importance = card.terms[next(iter(places))].importance if len(places) == 1 else abs(moved)
    return Reading(label, sentence, effect, low, high, importance)


def _spread(card: ModelCard, places: Mapping[int, float]) -> float | None:
    """Half of the 90 % interval of what these terms together move the score by."""
    if card.covariance is None:
        return None
    triangle = card.covariance
    variance = 0.0
    for one, step in places.items():
        for other, also in places.items():
            row, column = max(one, other) + 1, min(one, other) + 1  # the intercept comes first
            variance += step * also * triangle[row * (row + 1) // 2 + column]
    return _LEVEL_90 * math.sqrt(max(variance, 0.0))


def method(name: str) -> str:
    """A method in words."""
    return METHODS.get(name, name)


def of_hundred(share: float) -> str:
    """A share as a count of a hundred: 0.543 -> `54`."""
    return number(round(100 * share))


def found(card: ModelCard, error: TargetingError) -> str:
    """What one quota means: `Dari 100 rumah tangga termiskin (20%), …`."""
    return (
        f"Dari 100 {UNITS[card.unit]} yang termasuk **{percent(error.quota)} termiskin**, model ini menemukan "
        f"**{of_hundred(1 - error.exclusion)}** (selang {of_hundred(1 - error.high)} sampai "
        f"{of_hundred(1 - error.low)}); undian menemukan {of_hundred(error.quota)}."
    )


def found_shortly(error: TargetingError) -> str:
    """The same as a cell of a table: `55 (51–59)`."""
    return f"{of_hundred(1 - error.exclusion)} ({of_hundred(1 - error.high)}–{of_hundred(1 - error.low)})"


def gain(card: ModelCard, error: TargetingError) -> int | None:
    """How many more of 100 the black box finds at that quota (below 0: fewer); None where it was not run."""
    beside = _beside(card, error)
    return None if beside is None else round(100 * (1 - beside.exclusion)) - round(100 * (1 - error.exclusion))


def lost(card: ModelCard, error: TargetingError) -> str | None:
    """What the black box would gain at that quota, in a sentence; None where it was not run."""
    beside, more = _beside(card, error), gain(card, error)
    if card.yardstick is None or beside is None or more is None:
        return None
    start = f"Kotak hitam ({method(card.yardstick.method)}) menemukan {of_hundred(1 - beside.exclusion)}"
    if more <= 0:
        return f"{start}: kartu yang dapat dijelaskan ini tidak kalah."
    return f"{start}: {more} dari 100 hilang demi kartu yang dapat dijelaskan suku demi suku."


def _beside(card: ModelCard, error: TargetingError) -> TargetingError | None:
    others = card.yardstick.targeting if card.yardstick else ()
    return next((other for other in others if other.quota == error.quota), None)


def caveats(card: ModelCard) -> list[str]:
    """What must be said beside a card's figures, in sentences."""
    said = []
    if not card.signal:
        said.append("**Model ini tidak punya daya ramal di luar contoh; jangan dipakai memeringkat.**")
    if card.method == "quantile":
        said.append(
            "Model kuantil mengurutkan keluarga dengan memperhatikan lapis bawah, tetapi tidak memberi peluang, jadi "
            "tidak dapat dipakai untuk garis kemiskinan."
        )
    if card.cost is not None:
        said.append(cost_sentence(card.cost))
    return said


def calibrated(bins: Sequence[CalibrationBin]) -> str:
    """Whether chances come true, by how many tenths whose interval holds the chance; bins: of one quota."""
    right = sum(found.low <= found.predicted <= found.high for found in bins)
    top = bins[-1]
    return (
        f"Pada **{right} dari {len(bins)}** kelompok, peluang menurut model berada dalam selang kenyataannya. Di "
        f"antara yang paling mungkin miskin, model memberi peluang rata-rata {percent(top.predicted, 0)} dan "
        f"{percent(top.actual, 0)} memang di bawah garis."
    )


def at_line(card: ModelCard, error: LineError) -> str:
    """What happens where predictions are compared with the line itself."""
    text = (
        f"Garis yang memotong {percent(error.quota)} termiskin: hanya {percent(error.selected, 1)} diramal di "
        f"bawahnya, dan dari 100 {UNITS[card.unit]} di bawah garis ditemukan {of_hundred(1 - error.exclusion)} "
        f"(selang {of_hundred(1 - error.high)} sampai {of_hundred(1 - error.low)})."
    )
    if error.inclusion is not None:
        text += f" Dari 100 yang terpilih, {of_hundred(error.inclusion)} tidak di bawah garis."
    return text


def group_value(group: str, value: str, districts: Mapping[str, str] | None = None) -> str:
    """A value of a grouping in words. districts: code without dots -> name."""
    if group == "district":
        return (districts or {}).get(value.replace(".", ""), value)
    if group == "size":
        return f"{value.replace('-', '–')} anggota"
    return _GROUP_VALUES.get((group, value), value)


def missed_most(errors: Iterable[GroupError], districts: Mapping[str, str] | None = None) -> str:
    """Which groups are clearly missed more than all: those whose whole interval lies above the whole's error."""
    shown = [error for error in errors if error.exclusion is not None]
    if not shown:
        return "Survei ini terlalu kecil untuk membandingkan galat antarkelompok."
    clear = [
        error
        for error in shown
        if error.low is not None and error.difference is not None and error.low > _overall(error)
    ]
    if not clear:
        return "Tidak ada kelompok yang jelas lebih sering terlewat: selang semuanya mencakup galat keseluruhan."
    named = [
        f"{group_value(error.group, error.value, districts)} ({of_hundred(error.exclusion or 0)} dari 100 terlewat)"
        for error in sorted(clear, key=lambda error: -(error.exclusion or 0))[:_MOST_LEVELS]
    ]
    return (
        f"Lebih sering terlewat daripada keseluruhan ({of_hundred(_overall(clear[0]))} dari 100): {listing(named)}. "
        "Pada kelompok ini, verifikasi lapangan paling diperlukan."
    )


def _overall(error: GroupError) -> float:
    return (error.exclusion or 0.0) - (error.difference or 0.0)

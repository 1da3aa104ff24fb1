"""Indonesian sentences by rules: zero, one and many; naik, turun, tetap; numbers as they are said aloud.

Sentences are `Parts`: words and `Fact`s. No rule here counts anything; what a sentence says of two numbers is judged on
the numbers as they are printed, so that a reader who subtracts them comes to the same.
"""

from collections.abc import Sequence
from typing import Literal

from analytics.text import known, listing, number, percent, rupiah
from reports.documents.blocks import Fact, Paragraph, Part, Parts
from reports.documents.ledger import HIDDEN, Ledger

Direction = Literal["naik", "turun", "tetap"]
MOST_NAMES = 5
TURN = 0.2  # of the change over all years: a smaller bend of the series is not worth a word
# Upper bounds of a printed share and how it is said; what lies between two of them has no good word.
_FRACTIONS = (
    (0.005, 0.03, "sebagian kecil"), (0.09, 0.11, "sekitar sepersepuluh"), (0.19, 0.21, "sekitar seperlima"),
    (0.22, 0.245, "hampir seperempat"), (0.245, 0.255, "seperempat"), (0.255, 0.28, "lebih dari seperempat"),
    (0.31, 0.33, "hampir sepertiga"), (0.33, 0.34, "sepertiga"), (0.34, 0.37, "lebih dari sepertiga"),
    (0.45, 0.495, "hampir separuh"), (0.495, 0.505, "separuh"), (0.505, 0.56, "lebih dari separuh"),
    (0.64, 0.69, "sekitar dua pertiga"), (0.73, 0.77, "sekitar tiga perempat"), (0.78, 0.82, "sekitar empat perlima"),
    (0.9, 0.995, "hampir semua"), (0.995, 1.0001, "semua"),
)  # fmt: skip


def sentence(*parts: Part | Parts) -> Parts:
    """One sentence: nested parts made flat, neighbouring words joined, a capital first, a full stop last.

    Before a number that comes first stands `Sebanyak`: no sentence begins with figures. Words that end in `.`, `!`,
    `?` or `:` get no second mark.
    """
    flat: list[Part] = []
    for part in parts:
        for piece in (part,) if isinstance(part, str | Fact) else part:
            if isinstance(piece, str) and flat and isinstance(flat[-1], str):
                flat[-1] += piece
            elif piece != "":
                flat.append(piece)
    if flat and isinstance(flat[0], Fact) and flat[0].text[:1].isdigit():
        flat.insert(0, "sebanyak ")
    if flat and isinstance(flat[0], str):
        flat[0] = flat[0][:1].upper() + flat[0][1:]
    if flat and not (isinstance(flat[-1], str) and flat[-1].rstrip().endswith((".", "!", "?", ":"))):
        flat.append(".")
    return tuple(flat)


def paragraph(*sentences: Parts, style: Literal["body", "bullet", "note", "human"] = "body") -> Paragraph:
    """Sentences with a blank between them; empty ones are left out."""
    parts: list[Part] = []
    for said in filter(None, sentences):
        parts += [" ", *said] if parts else said
    return Paragraph(tuple(parts), style)


def counted(count: Fact, noun: str, *, none: str = "tidak ada", about: bool = False) -> Parts:
    """`12 desa`; zero as `tidak ada desa`, a hidden one as `sejumlah desa (*, angka disembunyikan)`, one not known as
    `sejumlah desa (belum diketahui)`. about: `sekitar 10.400 jiwa` (give a fact of `Ledger.about`)."""
    if count.text == HIDDEN:
        return (f"sejumlah {noun} (", count, ", angka disembunyikan)")
    if not known(count.value):
        return (f"sejumlah {noun} (belum diketahui)",)
    if count.value == 0:
        return (f"{none} {noun}",)
    return ("sekitar " if about else "", count, f" {noun}")


def is_shown(*facts: Fact) -> bool:
    """Whether every one of them is a number that stands on the page."""
    return all(known(fact.value) for fact in facts)


def decimals(fact: Fact) -> int:
    """Digits behind the comma, as printed."""
    digits = fact.text.rstrip("%")
    return len(digits.rpartition(",")[2]) if "," in digits else 0


def printed_value(fact: Fact) -> float:
    """The number as a reader sees it; shares as printed percents (12,3% gives 12.3). ValueError where none is shown."""
    if fact.value is None:
        raise ValueError(f"{fact.id} is not shown")
    return round(fact.value * (100 if fact.unit == "bagian" else 1), decimals(fact))


def direction(now: Fact, before: Fact) -> Direction:
    """What the printed numbers do; those that print alike are `tetap`."""
    here, there = printed_value(now), printed_value(before)
    return "tetap" if here == there else "naik" if here > there else "turun"


def difference(ledger: Ledger, id: str, now: Fact, before: Fact) -> Fact:
    """How far apart the two printed numbers are, without sign: shares in `poin persen`, others in their unit.

    ValueError where either is not shown.
    """
    digits = max(decimals(now), decimals(before))
    apart = round(abs(printed_value(now) - printed_value(before)), digits)
    unit = "poin persen" if now.unit == "bagian" else now.unit
    text = rupiah(apart) if unit.startswith("rupiah") else f"{number(apart, digits)} {unit}"
    text = number(apart, digits) if unit == "indeks" else text
    return ledger.figure(
        id, apart, f"Selisih: {now.label}", unit, now.source, text=text, human=now.human or before.human
    )


def change(ledger: Ledger, id: str, subject: str, before: tuple[str, Fact], now: tuple[str, Fact]) -> Parts:
    """`persentase penduduk miskin turun 0,4 poin persen, dari 12,7% pada 2022 menjadi 12,3% pada 2023`; a clause.

    before, now: when (a year or date in words) and the number. ValueError where either is not shown.
    """
    (since, old), (when, new) = before, now
    moved = direction(new, old)
    if moved == "tetap":
        return (f"{subject} tetap ", new, f" pada {since} dan {when}")
    apart = difference(ledger, id, new, old)
    return (f"{subject} {moved} ", apart, ", dari ", old, f" pada {since} menjadi ", new, f" pada {when}")


def trend(ledger: Ledger, id: str, subject: str, points: Sequence[tuple[int, Fact]]) -> Parts:
    """A series of years as one clause: from the first to the last, and its turn where it has one that counts.

    points: at least one year, in order, numbers shown. `… turun 1,2 poin persen, dari 14,0% pada 2019 menjadi 12,8%
    pada 2023, setelah sempat naik sampai 14,6% pada 2021`.
    """
    if len(points) == 1:
        year, only = points[0]
        return (f"{subject} pada {year} tercatat ", only)
    (first, old), (last, new) = points[0], points[-1]
    said = change(ledger, id, subject, (str(first), old), (str(last), new))
    inner = points[1:-1]
    low, high = sorted((printed_value(old), printed_value(new)))
    least = TURN * (high - low)
    for pick, verb, beyond in (
        (max, "naik sampai", lambda value: value > high and value - high >= least),
        (min, "turun sampai", lambda value: value < low and low - value >= least),
    ):
        if not inner:
            break
        year, turn = pick(inner, key=lambda point: printed_value(point[1]))
        if beyond(printed_value(turn)):
            return (*said, f", setelah sempat {verb} ", turn, f" pada {year}")
    return said


def beside(ledger: Ledger, id: str, here: Fact, there: Fact, whose: str) -> Parts:
    """A share beside another: `62%, 14 poin persen di atas seluruh keluarga (48%)`; a phrase.

    whose: what `there` is of. Without either number only what is shown.
    """
    if not is_shown(here, there):
        return (here,)
    moved = direction(here, there)
    if moved == "tetap":
        return (here, f", sama dengan {whose}")
    apart = difference(ledger, id, here, there)
    return (here, ", ", apart, f" di {'atas' if moved == 'naik' else 'bawah'} {whose} (", there, ")")


def enumerated(pieces: Sequence[Parts]) -> Parts:
    """`a`, `a dan b`, `a, b, dan c` of phrases that hold numbers."""
    parts: list[Part] = []
    for place, piece in enumerate(pieces):
        if place:
            last = place == len(pieces) - 1
            parts.append((", dan " if len(pieces) > 2 else " dan ") if last else ", ")
        parts += piece
    return tuple(parts)


def names(words: Sequence[str], most: int = MOST_NAMES) -> str:
    """`A, B, dan C`; of more than `most`, `antara lain A, B, dan C` with the first ones. "" without any."""
    if len(words) <= most:
        return listing(list(words))
    return f"antara lain {listing(list(words[:most]))}"


def fraction(share: Fact) -> str | None:
    """A share as it is said aloud (`hampir separuh`); None where no word comes close, or none is shown."""
    if share.value is None:
        return None
    value = round(share.value, 2 + decimals(share))
    return next((said for low, high, said in _FRACTIONS if low <= value < high), None)


def said_share(share: Fact) -> Parts:
    """`hampir separuh (48%)`, else `41%`."""
    word = fraction(share)
    return (f"{word} (", share, ")") if word else (share,)


def times(ratio: float | None) -> str:
    """How many times one number is another: `3,5 kali`, from ten on without decimals; below one as a percentage."""
    if not known(ratio) or ratio is None:
        return number(None)
    if ratio < 1:
        return percent(ratio, 0)
    return f"{number(ratio, 1 if ratio < 10 else 0)} kali"

"""Numbers, percentages, rupiah and dates as an Indonesian planner writes them. A dash is "not known"."""

import math
from datetime import date
from typing import Any

import pandas as pd
from babel.dates import format_date
from babel.numbers import format_decimal

UNKNOWN = "–"


def known(value: Any) -> bool:
    """False for None, NaN and pandas' NA and NaT."""
    return value is not None and not pd.isna(value)


def number(value: Any, digits: int = 0) -> str:
    """`1.234.567,8`: exactly `digits` decimals, halves to even."""
    if not known(value):
        return UNKNOWN
    return format_decimal(value, "#,##0." + "0" * digits if digits else "#,##0", locale="id_ID")


def percent(share: Any, digits: int | None = None) -> str:
    """A share (0 to 1) as `12,3%`; without `digits`, as many decimals as it takes up to two."""
    if not known(share):
        return UNKNOWN
    pattern = "#,##0.##" if digits is None else "#,##0." + "0" * digits if digits else "#,##0"
    # 100 x 0.07 is 7.000000000000001: the digits beyond the ninth are not the share's.
    return format_decimal(round(100 * float(share), 9), pattern, locale="id_ID") + "%"


def rupiah(value: Any) -> str:
    """`Rp322.170`, whole rupiah; negative as `-Rp322.170`."""
    if not known(value):
        return UNKNOWN
    return ("-" if value < 0 else "") + "Rp" + number(abs(value))


def money(value: Any) -> str:
    """A sum as it is said aloud: `Rp2,2 miliar`, `Rp248 juta`; whole rupiah below a million."""
    if not known(value):
        return UNKNOWN
    if abs(value) >= 1e9:
        return ("-" if value < 0 else "") + f"Rp{number(abs(value) / 1e9, 1)} miliar"
    if abs(value) >= 1e6:
        return ("-" if value < 0 else "") + f"Rp{number(abs(value) / 1e6)} juta"
    return rupiah(value)


def day(value: date | None) -> str:
    """`8 Juni 2022`."""
    return format_date(value, "d MMMM y", locale="id_ID") if known(value) else UNKNOWN


def month(value: date | None) -> str:
    """`Juni 2022`."""
    return format_date(value, "MMMM y", locale="id_ID") if known(value) else UNKNOWN


def about(value: Any) -> str:
    """A count as it is said aloud: exact to 999, above that three significant digits (`10.432` -> `10.400`)."""
    if not known(value):
        return UNKNOWN
    whole = round(value)
    size = max(0, math.floor(math.log10(abs(whole))) - 2) if whole else 0
    return number(round(whole, -size))


def interval(low: Any, high: Any) -> str:
    """`88 sampai 189`; a dash where an end is not known."""
    return f"{about(low)} sampai {about(high)}" if known(low) and known(high) else UNKNOWN


def mid_sentence(title: str) -> str:
    """A title inside a sentence: `Tanpa PBI` -> `tanpa PBI`; an abbreviation stays, `NIK tidak padan`."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def listing(words: list[str]) -> str:
    """`a`, `a dan b`, `a, b, dan c`."""
    if len(words) < 3:
        return " dan ".join(words)
    return ", ".join(words[:-1]) + ", dan " + words[-1]

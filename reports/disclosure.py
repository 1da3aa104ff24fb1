"""Disclosure control: no table that leaves lets a reader learn a count of a few families.

Rules, in the order they are applied to a table of counts:

1. A cell is *hidden* (null, remark `disembunyikan`) when the families it is built on, or the count itself, are
   1 to threshold - 1. A true zero is shown as 0: it is about nobody.
2. A shown count is rounded to the nearest multiple of the base (halves up, never down to 0).
3. A total is the rounded sum of the cells that are *shown*; its remark says how many rows it leaves out.
   A total over hidden cells and zeros alone is hidden.
4. A rate is the quotient of the two published counts; null when either is hidden, or the lower one is small against
   the base: rounding would move the rate too far (`smallest_whole`).
5. Rows are ordered by their keys or by a published count, never as they came: an order by true counts would rank
   hidden cells.

What this guarantees, for one table:

A. No published number, order or remark depends on the value of a hidden cell. Whoever knows these rules, every
   published number and even every other true count still finds each value 1 to threshold - 1 possible.
   (Rounding totals of true counts cannot promise that: cells of 8, 8 and 1 would print as 10, 10, hidden and 15,
   which only 1 explains.)
B. The difference of two shown counts of a row (families of a group less those reached) is never pinned down: with
   base >= threshold every value 1 to threshold - 1 stays possible, except where both counts print as the base
   itself, where at least half of threshold - 1, and 0, stay possible.

What it does not: where a column is part of two others (reached, of the eligible and of the recipients), arithmetic
alone may bound a hidden cell within 1 to threshold - 1, and rounding is all that blurs the bound. Two tables that
break the same families down differently can be combined, and so can exact totals known from elsewhere. The note
printed with each table says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from data.reference import parameter

HIDDEN = "disembunyikan"
TOTAL = "Jumlah"
UNKNOWN = "tidak diketahui"
REMARK = "catatan"


@dataclass(frozen=True)
class Protected:
    """frame: keys and labels, counts (Int64; null = hidden or not known), rates (Float64, 0 to 1), `catatan` (text).

    suppressed: hidden cells, totals not counted. note: the rules in Indonesian, to be printed with the table.
    """

    frame: pd.DataFrame
    suppressed: int
    note: str


def protect(
    frame: pd.DataFrame,
    *,
    keys: Sequence[str],
    counts: Mapping[str, Sequence[str]],
    rates: Mapping[str, tuple[str, str]] | None = None,
    labels: Mapping[str, Sequence[str]] | None = None,
    totals: Sequence[str] = (),
    order_by: str | None = None,
    threshold: int | None = None,
    base: int | None = None,
) -> Protected:
    """The frame as it may leave: hidden, rounded, with totals and rates.

    keys: columns that name a row, together unique; a null key is `tidak diketahui`. counts: column of families ->
    the other counts built on the same families (persons). rates: new column -> (numerator, denominator).
    labels: key -> columns that say more about that key and nothing about people's numbers. totals: keys whose rows
    exclude each other, to be summed into a row `Jumlah`. order_by: a count, largest first; else by keys.
    threshold, base: default to the dated parameters. Columns that are not named do not leave. ValueError on a key
    that repeats, a count that is not a whole number of at least 0, or a name that is not there.
    """
    threshold = int(parameter("disclosure_threshold").value) if threshold is None else threshold
    base = int(parameter("disclosure_base").value) if base is None else base
    labels = labels or {}
    columns = [column for families, others in counts.items() for column in (families, *others)]
    said = [column for key in keys for column in (key, *labels.get(key, ()))]
    cells = frame[[*said, *columns]].reset_index(drop=True)
    for key in keys:
        cells[key] = cells[key].astype(object).map(_key)
    if cells.duplicated(list(keys)).any():
        raise ValueError(f"rows repeat within {list(keys)}")
    cells = cells.astype(dict.fromkeys(columns, "Int64"))
    if (cells[columns] < 0).any(axis=None):
        raise ValueError("a count is negative")

    hidden = _hidden(cells, counts, threshold)
    parts = [_show(cells, hidden, columns, said, base)]
    for size in range(1, len(totals) + 1):
        for summed in combinations(totals, size):
            kept = [key for key in keys if key not in summed]
            parts.append(_totals(cells, hidden, columns, kept, summed, labels, base))
    table = pd.concat(parts, ignore_index=True)
    for name, (upper, lower) in (rates or {}).items():
        table[name] = share(table[upper], table[lower], base)
    table = _ordered(table, keys, order_by)
    return Protected(
        table[[*said, *columns, *(rates or {}), REMARK]], int(hidden.to_numpy().sum()), _note(threshold, base)
    )


def smallest_whole(base: int) -> int:
    """The smallest published whole of which a share is published, where counts are rounded to the base."""
    return base * int(parameter("share_least_whole").value)


def share(part: pd.Series, whole: pd.Series, base: int) -> pd.Series:
    """Published counts divided (0 to 1, three digits); null where one is null or the whole under `smallest_whole`."""
    enough = whole.where((whole >= smallest_whole(base)).fillna(False)).astype("Float64")
    return (part.astype("Float64") / enough).round(3)


def _key(value: Any) -> Any:
    """A key as it prints: null in words, and 1.0 (a whole number in a column with nulls) as 1."""
    if pd.isna(value):
        return UNKNOWN
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _hidden(cells: pd.DataFrame, counts: Mapping[str, Sequence[str]], threshold: int) -> pd.DataFrame:
    def few(column: str) -> pd.Series:
        return cells[column].between(1, threshold - 1).fillna(False).astype(bool)

    masks = {}
    for families, others in counts.items():
        masks[families] = few(families)
        masks |= {other: few(families) | few(other) for other in others}
    return pd.DataFrame(masks, index=cells.index)


def rounded(count: pd.Series, base: int) -> pd.Series:
    """Nearest multiple of the base, halves up; a count above 0 gives at least the base."""
    nearest = (2 * count + base) // (2 * base) * base
    return nearest.mask(((count > 0) & (nearest == 0)).fillna(False), base)


def _show(
    cells: pd.DataFrame, hidden: pd.DataFrame, columns: Sequence[str], said: Sequence[str], base: int
) -> pd.DataFrame:
    shown = cells[list(said)].copy()
    for column in columns:
        shown[column] = rounded(cells[column], base).mask(hidden[column])
    shown[REMARK] = np.where(hidden.any(axis=1), HIDDEN, "")
    return shown


def _totals(
    cells: pd.DataFrame,
    hidden: pd.DataFrame,
    columns: list[str],
    kept: Sequence[str],
    summed: Sequence[str],
    labels: Mapping[str, Sequence[str]],
    base: int,
) -> pd.DataFrame:
    group = cells.groupby(list(kept), sort=False).ngroup() if kept else pd.Series(0, index=cells.index)
    about = [column for key in kept for column in (key, *labels.get(key, ()))]
    table = cells.loc[~group.duplicated(), about].set_axis(group[~group.duplicated()], axis="index")
    table[list(summed)] = TOTAL
    unknown = (cells[columns].isna() & ~hidden).groupby(group).any()
    sums = cells[columns].mask(hidden, 0).fillna(0).groupby(group).sum()
    nothing_shown = hidden.groupby(group).any() & (sums == 0).astype(bool) & ~unknown
    for column in columns:
        table[column] = rounded(sums[column].mask(unknown[column] | nothing_shown[column]), base)
    left_out = hidden.any(axis=1).groupby(group).sum()
    remark = [f"belum termasuk sel yang disembunyikan pada {rows} baris" if rows else "" for rows in left_out]
    table[REMARK] = np.where(nothing_shown.any(axis=1), HIDDEN, remark)
    return table


def _ordered(table: pd.DataFrame, keys: Sequence[str], order_by: str | None) -> pd.DataFrame:
    """By keys (a total and the unknown after the rest), or by a published count with nulls after the rest."""
    order = pd.DataFrame(index=table.index)
    if order_by:
        order["total"] = (table[list(keys)] == TOTAL).sum(axis=1)
        order["count"] = -table[order_by].astype("Float64").fillna(-1)
    for key in keys:
        order[f"{key} last"] = table[key].map({UNKNOWN: 1, TOTAL: 2}).fillna(0)
        names = sorted({value for value in table[key] if not isinstance(value, str)})
        names += sorted({value for value in table[key] if isinstance(value, str)})
        order[key] = table[key].map({name: place for place, name in enumerate(names)})
    return table.loc[order.sort_values(list(order.columns), kind="stable").index].reset_index(drop=True)


def _note(threshold: int, base: int) -> str:
    return (
        f"Sel yang dibangun dari 1 sampai {threshold - 1} keluarga disembunyikan (kosong, dengan catatan); nol berarti "
        f"memang tidak ada. Angka lain dibulatkan ke kelipatan {base} dan bagian dihitung dari angka bulat itu; "
        f"bagian dari kurang dari {smallest_whole(base)} tidak ditulis, karena pembulatan menggesernya terlalu jauh. "
        "Jumlah hanya mencakup sel yang ditampilkan. Jangan memadankan tabel ini dengan dokumen atau tabel lain "
        "yang memecah keluarga yang sama secara berbeda."
    )

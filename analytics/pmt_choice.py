"""Which survey columns may predict: proxies a field officer can see, never a part of what is predicted.

Leakage is the classic mistake: a column of income, consumption, transfers or poverty status predicts
expenditure splendidly and is not known for the families to be scored.
"""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from analytics.fields import FIELDS
from analytics.pmt_accuracy import mid_rank
from analytics.pmt_design import Array, Design, DesignColumn, not_asked, standardise
from data.errors import Refused

MAX_LEVELS = 20
MAX_COUNT = 120
MAX_MISSING = 0.20
# What a card has room for (`card_parts.Name`, `card_parts.Text`).
MAX_NAME, MAX_LEVEL = 120, 300
# A number that goes with the outcome this closely is the outcome; a set of levels is when it explains this much
# (five equal groups of a normal variable explain 0.90 of it; no proxy is known to come near).
LEAK_CORRELATION = 0.95
LEAK_LEVELS = 0.80

_NAMES: tuple[tuple[str, str], ...] = (
    (
        "bagian dari pengeluaran, pendapatan, atau bantuan",
        r"exp(_|\d|end|$)|consum|(^|_)(cons|inc|wage|salar|earn)|spend|food|income|revenue|profit|transfer|remit"
        r"|subsid|capita|kapita|kalori|calori"
        r"|pengeluaran|konsumsi|belanja|makanan|pendapatan|penghasilan|upah|gaji|omzet|(^|_)laba(_|$)|tunjangan|kiriman"
        r"|bantuan|bansos|raskin|rastra"
        r"|(^|_)(pkh|pbi|bpnt|sembako|pip|bst|bpum|blt|kks|kip|kis|bsps|kur)(_|$)|^ing|ingreso|percep|gasto|gashog",
    ),
    (
        "ukuran kemiskinan atau peringkat",
        r"poor|povert|pobre|miskin|desil|decil|persentil|percentil|kuintil|quint|quantil|welfare|wealth|kesejahteraan|kekayaan"
        r"|garis_|^linea|skor|score|peringkat|(^|_)rank",
    ),
    ("penimbang", r"weight|wgt|penimbang|bobot|factor"),
    (
        # How the survey was drawn: a stratum may have been formed by income, and no register knows it.
        "pengenal, klaster, strata, atau waktu survei",
        r"(^|_)e?stra(to?|tum|ta)?(_|$)|^estr|strat(a|um)|^dominio|^(id|kode|nik|kk|no|nomor)(_|$)|_(id|kode|code|cod|nik|kk)$|klaster|cluster|conglom|(^|_)psu(_|$)"
        r"|^(mes|month|bulan|tanggal|tgl|date|tahun|year)$",
    ),
)


def suspicious_name(column: str) -> str | None:
    """Why a column's name rules it out (Indonesian), or None. Canonical fields never are."""
    if column in FIELDS:
        return None
    lowered = column.lower()
    return next((why for why, pattern in _NAMES if re.search(pattern, lowered)), None)


def require(frame: pd.DataFrame, columns: Iterable[str | None]) -> None:
    """Refused `unknown_column`, with the closest name, when a named column is not in the survey."""
    from rapidfuzz import process

    for column in columns:
        if column is not None and column not in frame.columns:
            near = process.extractOne(column, [str(name) for name in frame.columns])
            hint = f"; mungkin maksudnya {near[0]}" if near else ""
            raise Refused("unknown_column", f"Kolom {column} tidak ada dalam survei{hint}; periksa ejaannya.")


def auto_predictors(frame: pd.DataFrame, roles: set[str]) -> tuple[list[str], dict[str, str]]:
    """Columns fit to predict, in the survey's order, and for every other column why not (Indonesian).

    Taken are canonical fields, texts of at most 20 levels and whole numbers from 0 to 120: counts, rooms and
    ages pass, money does not. A survey that came through a profile has all canonical fields, and then only they
    are taken, so that the model can score. `roles` (outcome, weight, cluster, size) are in neither.
    """
    mapped = set(FIELDS) <= set(frame.columns)
    chosen: list[str] = []
    left_out: dict[str, str] = {}
    for column in (str(name) for name in frame.columns):
        if column in roles:
            continue
        foreign = "tidak ada dalam data keluarga" if mapped and column not in FIELDS else None
        why = suspicious_name(column) or foreign or _unfit(column, frame)
        if why:
            left_out[column] = why
        else:
            chosen.append(column)
    if {"floor_area", "size", "per_capita_floor_area"} <= set(chosen):
        # Its logarithm is the difference of the other two.
        chosen.remove("per_capita_floor_area")
        left_out["per_capita_floor_area"] = "terkandung dalam luas lantai dan jumlah anggota"
    return chosen, left_out


def _unfit(name: str, frame: pd.DataFrame) -> str | None:
    known = frame[name].dropna()
    if len(name) > MAX_NAME:
        return f"judul kolomnya lebih dari {MAX_NAME} huruf"
    if known.empty:
        return "tidak ada isinya dalam survei"
    if len(known) + int(not_asked(name, frame).sum()) < (1 - MAX_MISSING) * len(frame):
        return f"kosong pada lebih dari {MAX_MISSING:.0%} kasus".replace("%", " %")
    if known.nunique() < 2:
        return "isinya sama pada semua kasus"
    if name in FIELDS:
        return None
    if not pd.api.types.is_numeric_dtype(known) or pd.api.types.is_bool_dtype(known):
        if known.nunique() > MAX_LEVELS:
            return "terlalu banyak ragam isian"
        longest = max(len(str(level)) for level in known.unique())
        return f"isiannya lebih dari {MAX_LEVEL} huruf" if longest > MAX_LEVEL else None
    number = known.to_numpy(dtype=float)
    if np.any(number < 0) or np.any(number > MAX_COUNT) or np.any(number != np.round(number)):
        return "angka yang bukan cacah atau umur; mungkin uang, penimbang, atau pengenal"
    return None


def leaking(design: Design, logs: tuple[Array, ...], weight: Array) -> list[str]:
    """Fields that all but equal the outcome: a number by its correlation with it, as it is, as its logarithm or as
    its rank (a table of it, or its inverse); levels by the share of its variance that lies between them. logs: the
    ln outcome, per person and, where the survey gives that, of the whole household."""
    outcomes = [form for log in logs for form in (log, np.exp(log), mid_rank(log, weight))]
    numbers = [column for column in design.columns if column.kind != "level"]
    fields = [
        column.field
        for column in numbers
        if max(_correlation(form, outcome, weight) for form in _forms(column, weight) for outcome in outcomes)
        > LEAK_CORRELATION
    ]
    for field in dict.fromkeys(column.field for column in design.columns if column.kind == "level"):
        levels = np.column_stack([column.values for column in design.columns if column.field == field])
        if max(_between(levels, outcome, weight) for outcome in outcomes) > LEAK_LEVELS:
            fields.append(field)
    return list(dict.fromkeys(fields))


def _forms(column: DesignColumn, weight: Array) -> list[Array]:
    """A number as it is and as its rank; not known stays so."""
    known = ~np.isnan(column.values)
    rank = np.full(len(known), np.nan)
    rank[known] = mid_rank(column.values[known], weight[known])
    return [column.values] if column.kind == "flag" else [column.values, rank]


def _correlation(values: Array, target: Array, weight: Array) -> float:
    known = ~np.isnan(values)
    pair, _, _ = standardise(np.column_stack([values[known], target[known]]), weight[known])
    return abs(float(np.average(pair[:, 0] * pair[:, 1], weights=weight[known])))


def _between(levels: Array, target: Array, weight: Array) -> float:
    """Share of the target's variance that lies between cases of different levels (columns of 0 and 1)."""
    known = ~np.isnan(levels).any(axis=1)
    group = np.unique(levels[known], axis=0, return_inverse=True)[1].ravel()
    mass = np.bincount(group, weights=weight[known])
    means = np.bincount(group, weights=weight[known] * target[known]) / mass
    centre = np.average(target[known], weights=weight[known])
    spread = float(np.sum(weight[known] * (target[known] - centre) ** 2))
    return float(np.sum(mass * (means - centre) ** 2)) / spread if spread > 0 else 0.0

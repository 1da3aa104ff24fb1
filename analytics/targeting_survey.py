"""Targeting errors from a household survey's own programme questions, with design-based errors.

The survey is the one kept beside the scorecard of the last run; its profile says which columns answer for which
programme. Eligible here is who lives in the deciles of the programme by consumption; other conditions are not judged.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics import catalogue, kept_survey
from analytics.definitions import TOLERANCE
from analytics.scope import Scope
from analytics.survey_frame import Prepared
from analytics.survey_ratio import Array, Ratio, survey_ratio
from analytics.targeting import Deciles, rules_of
from analytics.text import percent
from data.errors import Refused
from data.mapping import YES_NO
from data.profiles import spellings, value_key
from data.reference import Line, lines, parameter, programmes
from data.store import Store

MONTHS = 12  # amounts are asked for a year, consumption and lines are of a month
MEASURES: dict[str, str] = {
    "coverage": "Cakupan", "exclusion_error": "Galat eksklusi", "inclusion_error": "Galat inklusi",
    "generosity": "Kemurahan (bantuan ÷ pengeluaran penerima)", "adequacy": "Kecukupan (bantuan ÷ garis)",
}  # fmt: skip
RATES = ("coverage", "exclusion_error", "inclusion_error")

NO_RULE = "Program ini belum punya aturan sasaran, jadi siapa yang layak tidak dapat ditentukan."
NO_AMOUNT = "Survei tidak menanyakan jumlah bantuan program ini."
NO_LINE = "Tidak ada garis kemiskinan yang satuan dan bulan harganya sama dengan pengeluaran survei ini."
NO_CASE = "Tidak ada rumah tangga dalam survei yang dapat dihitung."
ONE_CLUSTER = "Survei hanya punya satu klaster, jadi galat bakunya tidak dapat dihitung."
NO_SPREAD = "Nilai dugaannya nol, jadi galat baku relatifnya tidak dapat dihitung."


@dataclass(frozen=True)
class SurveyTargeting:
    """rows, one per programme and measure: programme, name, measure (MEASURES), measure_name, value, se, rse, low and
    high (95 % interval; shares are cut to 0 to 1), cases (households the denominator rests on), clusters, deciles
    (text, null without), line (name, for adequacy), flag (null | careful | withheld), reason (Indonesian: why the
    value is null).
    Withheld: value, se, low and high are null; rse still says how uncertain it was.

    unit: families (households) or persons. survey: cases of it with consumption and weight above zero.
    """

    scope: Scope
    unit: str
    rows: pd.DataFrame
    cases: int
    notes: tuple[str, ...]


def targeting_survey(
    store: Store, scope: Scope, programme: str | None = None, cut: Deciles = None, on: date | None = None
) -> SurveyTargeting:
    """What the survey behind the snapshot's scorecard says of each programme it asks about.

    Raises Refused `survey_missing` where no survey was kept, `survey_without_programmes` where its profile names no
    programme question (or not this one), `survey_unreadable`.
    """
    card = catalogue.card_used(store, scope.snapshot_id)
    if card is None or card.survey_file is None:
        raise Refused(
            "survey_missing",
            "Belum ada survei di balik data ini; latih model dari berkas survei dengan `pmt fit`, lalu jalankan `run`.",
        )
    kept = kept_survey.load(store, card.survey_file)
    unit = "persons" if scope.unit == "persons" else "families"
    line = _line(scope, card.outcome_unit, card.price_date)
    rows, cases = survey_rows(kept, unit, line, programme, cut, on or date.today())
    return SurveyTargeting(scope, unit, rows, cases, kept.notes)


def survey_rows(
    kept: Prepared,
    unit: str,
    line: tuple[str, float] | None = None,
    programme: str | None = None,
    cut: Deciles = None,
    on: date | None = None,
) -> tuple[pd.DataFrame, int]:
    """(`SurveyTargeting.rows`, cases) of a prepared survey. line: name and rupiah per person and month."""
    asked = {code: kept.programmes[code] for code in programmes() if code in kept.programmes}
    if programme is not None:
        asked = {code: columns for code, columns in asked.items() if code == programme}
    if not asked:
        raise Refused(
            "survey_without_programmes",
            "Survei ini tidak menanyakan program itu, atau profil surveinya belum menyebut kolomnya; tambahkan di "
            "bagian `survey: programmes` profil itu, lalu latih ulang modelnya.",
        )
    day = on or date.today()
    sample = _sample(kept)
    rules = rules_of(tuple(asked), cut, day)
    rows = []
    for code, columns in asked.items():
        rule = rules[code]
        deciles = rule.deciles if rule else None
        for measure in MEASURES:
            made, reason = _estimate(sample, columns, measure, deciles, unit, line)
            rows.append(
                {"programme": code, "name": programmes()[code].name, "measure": measure,
                 "measure_name": MEASURES[measure], **_told(made, reason, measure, day),
                 "deciles": _range(deciles), "line": line[0] if line and measure == "adequacy" else None}
            )  # fmt: skip
    heads = ["programme", "name", "measure", "measure_name", "value", "se", "rse", "low", "high", "cases", "clusters",
               "deciles", "line", "flag", "reason"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=heads).astype(dict.fromkeys(("value", "se", "rse", "low", "high"), "Float64"))
    return frame, len(sample)


def _line(scope: Scope, unit: str | None, prices: date | None) -> tuple[str, float] | None:
    """The scope's line, else the first one, of the survey's unit and price month."""

    def fits(line: Line) -> bool:
        return line.unit == unit and prices is not None and line.prices.replace(day=1) == prices.replace(day=1)

    usable = {name: line.value for name, line in lines().lines.items() if fits(line)}
    if scope.line in usable:
        return scope.line, usable[scope.line]
    return next(iter(usable.items()), None)


def _sample(kept: Prepared) -> pd.DataFrame:
    """Cases with consumption and weight above zero: consumption (per person and month), members, weight, cluster,
    decile (of households, by consumption), and the survey's own columns."""
    frame = kept.frame
    outcome = _numbers(frame[kept.outcome])
    size = frame[kept.size] if kept.size else frame.get("size")
    members = np.full(len(frame), np.nan) if size is None else _numbers(size)
    if kept.size is not None:
        outcome = outcome / np.where(members > 0, members, np.nan)
    weight = np.ones(len(frame)) if kept.weight is None else _numbers(frame[kept.weight])
    cluster = np.arange(len(frame)) if kept.cluster is None else pd.factorize(frame[kept.cluster].astype(str))[0]
    made = frame.assign(consumption_=outcome, members_=members, weight_=weight, cluster_=cluster)
    made = made[(made["consumption_"] > 0) & (made["weight_"] > 0)].reset_index(drop=True)
    # Ties together, as everywhere: the share of weight up to and with this consumption.
    summed = made.groupby("consumption_")["weight_"].sum().cumsum() / made["weight_"].sum()
    share = made["consumption_"].map(summed)
    made["decile_"] = np.clip(np.ceil(10 * share - TOLERANCE), 1, 10).astype(int)
    return made


def _numbers(column: pd.Series) -> Array:
    known = pd.to_numeric(column, errors="coerce").astype("Float64")
    return np.asarray(known.to_numpy(dtype=float, na_value=np.nan), dtype=np.float64)


def received(column: pd.Series) -> pd.Series:
    """Answers as true, false or null (not known), read by the words that profiles know for yes and no."""
    words = {key: word == "true" for key, word in spellings(YES_NO).items() if word in ("true", "false")}
    return column.map(lambda value: None if pd.isna(value) else words.get(value_key(str(value)))).astype("boolean")


def _estimate(
    sample: pd.DataFrame,
    columns: dict[str, str],
    measure: str,
    deciles: tuple[int, int] | None,
    unit: str,
    line: tuple[str, float] | None,
) -> tuple[Ratio | None, str | None]:
    """(estimate, None), or (None, why there is none)."""
    has = received(sample[columns["received"]])
    answered = has.notna().to_numpy()
    holds = has.fillna(False).to_numpy(dtype=bool)
    persons = sample["members_"].to_numpy()
    people = persons if unit == "persons" else np.ones(len(sample))
    if measure in ("exclusion_error", "inclusion_error") and deciles is None:
        return None, NO_RULE
    if measure in RATES:
        eligible = sample["decile_"].between(*(deciles or (0, 0))).to_numpy(dtype=bool)
        lower = {"coverage": answered, "exclusion_error": answered & eligible, "inclusion_error": holds}[measure]
        upper = {"coverage": holds, "exclusion_error": lower & ~holds, "inclusion_error": holds & ~eligible}[measure]
        return _ratio(sample, upper * people, lower * people)
    if "amount" not in columns:
        return None, NO_AMOUNT
    monthly = _numbers(sample[columns["amount"]]) / MONTHS
    paid = holds & np.isfinite(monthly)
    if measure == "generosity":
        return _ratio(sample, np.where(paid, monthly, 0), np.where(paid, sample["consumption_"] * persons, 0))
    if line is None:
        return None, NO_LINE
    return _ratio(sample, np.where(paid, monthly / line[1], 0), np.where(paid, persons, 0))


def _ratio(sample: pd.DataFrame, upper: Array, lower: Array) -> tuple[Ratio | None, str | None]:
    known = np.isfinite(upper) & np.isfinite(lower)
    weight, cluster = sample["weight_"].to_numpy(), sample["cluster_"].to_numpy()
    made = survey_ratio(np.where(known, upper, 0), np.where(known, lower, 0), weight, cluster)
    return made, None if made else NO_CASE


def _told(made: Ratio | None, reason: str | None, measure: str, on: date) -> dict[str, Any]:
    """The estimate as it may be shown: flagged or withheld by its relative standard error."""
    if made is None:
        return {"cases": 0, "clusters": 0, "flag": None, "reason": reason}
    about: dict[str, Any] = {"rse": made.rse, "cases": made.cases, "clusters": made.clusters}
    most = parameter("survey_rse_withhold", on).value
    if made.rse is None or made.rse > most:
        why = ONE_CLUSTER if made.se is None else NO_SPREAD if made.rse is None else _too_uncertain(most)
        return about | {"flag": "withheld", "reason": why}
    top = 1.0 if measure in RATES else None
    ends = {"low": max(0.0, made.low or 0.0), "high": made.high if top is None else min(top, made.high or top)}
    flag = "careful" if made.rse > parameter("survey_rse_flag", on).value else None
    return about | {"value": made.value, "se": made.se, **ends, "flag": flag, "reason": None}


def _too_uncertain(most: float) -> str:
    return f"Galat baku relatifnya di atas {percent(most, 0)}: terlalu sedikit kasus dalam survei."


def _range(deciles: tuple[int, int] | None) -> str | None:
    if deciles is None:
        return None
    return str(deciles[0]) if deciles[0] == deciles[1] else f"{deciles[0]}–{deciles[1]}"

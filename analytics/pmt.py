"""Fits a scorecard on a survey: ln expenditure per person on proxies, by one of three linear methods.

Every accuracy figure is out of sample: five folds, whole clusters where the survey has them. The survey
weight is used as given, in the fit and in every figure: give a person weight (weight x household size) to
count persons, a household weight to count households.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.fields import title
from analytics.model_card import MAX_TERMS, Method, ModelCard, unknown_fields
from analytics.pmt_accuracy import Accuracy, TruthLine, assess, cluster_sd, truth_line
from analytics.pmt_cases import Cases, choose_fields, usable_cases
from analytics.pmt_choice import MAX_LEVEL, MAX_NAME, leaking, require
from analytics.pmt_covariance import bootstrap, lower_triangle, sandwich
from analytics.pmt_design import Design, build_design, terms_of
from analytics.pmt_folds import HeldOut, Sample, hold_out
from analytics.pmt_solvers import METHODS, Equation, lasso_at, selected, solver
from analytics.pmt_yardstick import yardstick as measure_yardstick
from analytics.text import listing, number
from data.delivery import Progress, tell
from data.errors import Refused
from data.reference import parameter

Array = NDArray[np.float64]
CASES_PER_TERM = 10
# Beyond this a model is too good to be true (published R2 of PMTs: 0.3 to 0.65).
LEAK_R2 = 0.80
NAMED = 5


@dataclass(frozen=True)
class Fit:
    """card: the scorecard. held_out: one row per case used, from the first draw of folds: `row` (position in the
    survey frame, from 0), `truth` and `prediction` (ln expenditure per person; predicted while its fold was left
    out), `weight`, `cluster` (number) and `fold`."""

    card: ModelCard
    held_out: pd.DataFrame

    def echo(self, model: str | None = None) -> dict[str, Any]:
        """What `pmt fit` prints; `yardstick` is null where it was not asked for."""
        card = self.card.model_dump(mode="json")
        same = (
            "n", "k", "method", "repeats", "r2_cv", "r2_low", "r2_high", "spearman_cv", "sigma", "sigma_village",
            "targeting", "fixed_line", "yardstick", "signal", "scorable", "left_out", "warnings",
        )  # fmt: skip
        return {name: card[name] for name in same} | {"model": model}


def fit(
    frame: pd.DataFrame,
    outcome: str,
    weight: str | None = None,
    cluster: str | None = None,
    size: str | None = None,
    predictors: Literal["auto"] | list[str] = "auto",
    drop: tuple[str, ...] = (),
    method: str = "ols",
    quotas: tuple[float, ...] = (0.1, 0.2, 0.4),
    seed: int = 0,
    *,
    name: str = "pmt",
    survey: str = "survei",
    unit: Literal["household", "family"] = "household",
    period: str | None = None,
    price_date: date | None = None,
    outcome_unit: str | None = None,
    quantile: float | None = None,
    repeats: int = 1,
    yardstick: bool = True,
    progress: Progress = None,
) -> Fit:
    """Fit and cross-validate a scorecard.

    Without `size`, `outcome` is expenditure per person; with it, the household's total, and ln(size) joins
    the terms. A case without a value gets the survey mean of that term, as at scoring. quantile: for the quantile
    method, the parameter `poverty_quantile` unless given. repeats: how often the folds are drawn anew. yardstick:
    measure gradient boosting too, which takes seconds. Refused: `method_unavailable`, `unknown_column`,
    `no_predictors`, `outcome_as_predictor`, `role_as_predictor`, `survey_too_small`, `outcome_constant`,
    `option_invalid`, `card_full` (a name or text too long for a card, or too many terms).
    """
    level = _checked(method, quantile, repeats)
    _check_lengths((outcome, name), MAX_NAME)
    _check_lengths((weight, cluster, survey, period, outcome_unit), MAX_LEVEL)
    require(frame, [outcome, weight, cluster, size, *drop, *([] if predictors == "auto" else predictors)])
    tell(progress, 0.0, "Memilih penduga")
    cases, warnings = usable_cases(frame, outcome, weight, cluster, size)
    chosen = choose_fields(frame, outcome, weight, cluster, size, predictors, drop)
    design, left_out, doubts = _design(cases, chosen.fields, chosen.ln_field, predictors == "auto")
    left_out = chosen.left_out | left_out
    whole = Sample(design.matrix(), cases.target, cases.weight, cases.group)
    solve = solver(method, level, seed)
    held = hold_out(solve, whole, repeats, seed, _part(progress, 0.05, 0.5 if yardstick else 0.8))
    accuracy = assess(whole.target, held.prediction, held.expected, whole.weight, whole.group, quotas, seed)
    beside = None
    if yardstick:
        beside = measure_yardstick(whole, quotas, repeats, seed, _part(progress, 0.5, 0.8))
    tell(progress, 0.8, "Melatih kartu skor pada seluruh survei")
    equation = solve(whole)
    kept = selected(equation)
    left_out |= design.labels(~kept, "tidak menambah ketepatan menurut LASSO")
    covariance = _covariance(method, whole, equation, kept, seed)
    design = design.keep(kept)
    terms = terms_of(design, equation.slopes[kept], whole.weight)
    triangle = None if covariance is None else lower_triangle(covariance, design)
    missing = unknown_fields(terms)
    residual = cases.target - held.expected
    line = truth_line(cases.target, held.expected, cases.weight) if method != "quantile" else TruthLine(0.0, 1.0, 0.0)
    villages = [cluster_sd(row, cases.group) for row in residual] if cluster else []
    card = ModelCard(
        name=name,
        method=cast(Method, method),
        outcome=outcome,
        outcome_unit=outcome_unit or "satuan survei, per jiwa",
        unit=unit,
        survey=survey,
        period=period,
        price_date=price_date,
        weights=weight,
        cluster=cluster,
        n=len(cases.target),
        k=len(design.columns),
        intercept=equation.intercept,
        terms=terms,
        sigma=float(np.mean([_sd(row, cases.weight) for row in residual])),
        sigma_village=None if not villages or None in villages else float(np.mean(np.array(villages, dtype=float))),
        offset=line.offset,
        slope=line.slope,
        sigma_fit=None if method == "quantile" else line.spread,
        covariance=triangle,
        repeats=repeats,
        quantile=level,
        penalty=equation.penalty,
        r2_cv=accuracy.r2,
        r2_low=accuracy.r2_low,
        r2_high=accuracy.r2_high,
        spearman_cv=accuracy.spearman,
        targeting=accuracy.targeting,
        fixed_line=accuracy.fixed_line,
        yardstick=beside,
        signal=accuracy.r2_low > 0,
        scorable=bool(terms) and not missing,
        missing=missing,
        fields_needed=tuple(dict.fromkeys(column.field for column in design.columns)),
        warnings=(
            *warnings, *chosen.warnings, *doubts, *_filled_warning(design),
            *_verdicts(cases, design, accuracy, missing, unit),
        ),
        left_out=left_out,
        fitted_at=datetime.now(UTC).replace(microsecond=0),
    )  # fmt: skip
    tell(progress, 1.0, "Kartu skor selesai dilatih")
    return Fit(card, _first_draw(cases, held))


def _checked(method: str, quantile: float | None, repeats: int) -> float | None:
    """The quantile to fit at, None for methods of the mean; refuses what does not fit together."""
    if method not in METHODS:
        raise Refused(
            "method_unavailable", f"Metode {method} belum tersedia; pilih salah satu dari: {listing(list(METHODS))}."
        )
    if repeats < 1:
        raise Refused("option_invalid", "Ulangan pembagian survei sedikitnya satu; perbaiki --repeats.")
    if method != "quantile":
        if quantile is not None:
            raise Refused("option_invalid", "Pilihan --quantile hanya berlaku bersama --method quantile.")
        return None
    level = parameter("poverty_quantile").value if quantile is None else quantile
    if not 0 < level < 1:
        raise Refused("option_invalid", "Kuantil harus di antara 0 dan 1, misalnya 0.2; perbaiki --quantile.")
    return level


def _check_lengths(texts: Iterable[str | None], most: int) -> None:
    """Refused `card_full` for a text that the card has no room for."""
    for text in texts:
        if text is not None and len(text) > most:
            raise Refused(
                "card_full", f"Tulisan “{text[:30]}…” lebih dari {most} huruf; persingkat sebelum melatih model."
            )


def _design(
    cases: Cases, fields: tuple[str, ...], ln_field: str | None, auto: bool
) -> tuple[Design, dict[str, str], list[str]]:
    """Regressors; what was left out on the way and why; and leaks the user insisted on."""
    design = build_design(cases.frame, list(fields), cases.weight, ln_field)
    leaks = leaking(design, (cases.target, cases.total), cases.weight)
    left_out, doubts = dict(design.left_out), []
    if auto:
        design = design.without(leaks)
        left_out = dict.fromkeys(leaks, "nyaris sama dengan pengeluaran (kebocoran)") | left_out
    else:
        doubts = [f"Kolom {field} nyaris sama dengan pengeluaran; periksa kebocoran." for field in leaks]
    _check_lengths([column.field for column in design.columns], MAX_NAME)
    _check_lengths([level for column in design.columns for level, _ in column.members], MAX_LEVEL)
    terms = sum(max(1, len(column.members)) for column in design.columns)
    if terms > MAX_TERMS:
        raise Refused(
            "card_full",
            f"Model ini memerlukan {number(terms)} suku, sedangkan kartu skor memuat paling banyak "
            f"{number(MAX_TERMS)}; kurangi penduga dengan --drop.",
        )
    if not design.columns:
        raise Refused(
            "no_predictors",
            "Tidak ada kolom survei yang layak menjadi penduga; sebutkan kolomnya dengan --predictors.",
        )
    return design, left_out, doubts


def _covariance(method: str, sample: Sample, equation: Equation, kept: NDArray[np.bool_], seed: int) -> Array | None:
    """Of (intercept, *kept slopes): sandwich for least squares, cluster bootstrap at the chosen penalty for LASSO."""
    if method == "ols":
        return sandwich(sample, equation)
    if equation.penalty is None:
        return None
    penalty = equation.penalty

    def refit(weight: Array) -> Array:
        drawn = weight > 0
        part = sample.part(drawn)
        again = lasso_at(Sample(part.matrix, part.target, weight[drawn], part.group), penalty)
        return np.concatenate([[again.intercept], again.slopes[kept]])

    return bootstrap(refit, sample.weight, sample.group, seed)


def _first_draw(cases: Cases, held: HeldOut) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": cases.row,
            "truth": cases.target,
            "prediction": held.prediction[0],
            "weight": cases.weight,
            "cluster": cases.group,
            "fold": held.fold[0],
        }
    )


def _sd(values: Array, weight: Array) -> float:
    centre = np.average(values, weights=weight)
    return float(np.sqrt(np.average((values - centre) ** 2, weights=weight)))


def _part(progress: Progress, start: float, end: float) -> Progress:
    """Progress of a step as a part of the whole."""
    if progress is None:
        return None
    told = progress
    return lambda share, phrase: told(start + share * (end - start), phrase)


def _filled_warning(design: Design) -> list[str]:
    if not design.filled:
        return []
    fields = listing([f"{title(field)} ({number(count)} kasus)" for field, count in design.filled.items()])
    return [f"Isian kosong diganti rata-rata survei: {fields}."]


def _verdicts(cases: Cases, design: Design, accuracy: Accuracy, missing: tuple[str, ...], unit: str) -> list[str]:
    warnings = []
    if not design.columns:
        warnings.append("Tidak ada suku yang tersisa; semua keluarga akan mendapat skor yang sama.")
    if missing:
        named = list(missing[:NAMED]) + ([f"{len(missing) - NAMED} kolom lain"] if len(missing) > NAMED else [])
        warnings.append(
            "Ketelitian model dapat dibaca, tetapi model tidak dapat menskor keluarga karena data keluarga tidak "
            f"memuat {listing(named)}; pakai profil survei atau keluarkan kolom itu dengan --drop."
        )
    if unit == "household":
        warnings.append(
            "Survei mencatat rumah tangga, sedangkan P3KE dan DTSEN memeringkat keluarga; satu rumah tangga dapat "
            "berisi beberapa keluarga, jadi bandingkan jumlah anggota dan kepemilikan barangnya dahulu."
        )
    if len(cases.target) < CASES_PER_TERM * len(design.columns):
        warnings.append(
            f"Kasus survei terlalu sedikit: {number(len(cases.target))} kasus untuk {len(design.columns)} suku, "
            f"padahal perlu sedikitnya {CASES_PER_TERM} per suku; kurangi penduga dengan --drop."
        )
    if accuracy.r2_low <= 0:
        warnings.append(
            "Model tidak menunjukkan daya ramal di luar contoh (batas bawah R² tidak di atas nol); jangan dipakai "
            "untuk memeringkat keluarga."
        )
    if accuracy.r2 > LEAK_R2:
        warnings.append(
            f"R² {number(accuracy.r2, 2)} jauh di atas kelaziman PMT (0,3 sampai 0,65); periksa apakah ada penduga "
            "yang merupakan bagian dari pengeluaran."
        )
    return warnings

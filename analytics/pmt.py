"""Fits a scorecard on a survey: ln expenditure per person on proxies, by weighted least squares.

Every accuracy figure is out of sample: five folds, whole clusters where the survey has them. The survey
weight is used as given, in the fit and in every figure: give a person weight (weight x household size) to
count persons, a household weight to count households.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.fields import title
from analytics.model_card import ModelCard, unknown_fields
from analytics.pmt_accuracy import Accuracy, assess, cluster_sd
from analytics.pmt_choice import auto_predictors, require, suspicious_name
from analytics.pmt_covariance import lower_triangle, sandwich
from analytics.pmt_design import Design, DesignColumn, build_design, standardise, terms_of
from analytics.text import listing, number
from data.delivery import Progress
from data.errors import Refused

Array = NDArray[np.float64]
Solver = Callable[[Array, Array, Array], tuple[float, Array]]
FOLDS = 5
MIN_CASES = 30
CASES_PER_TERM = 10
# Beyond these a model is too good to be true (published R2 of PMTs: 0.3 to 0.65).
LEAK_CORRELATION = 0.95
LEAK_R2 = 0.80
NAMED = 5


@dataclass(frozen=True)
class Fit:
    """card: the scorecard. held_out: one row per case used, with `truth` and `prediction` (ln expenditure per
    person; predicted while its fold was left out), `weight`, `cluster` (number) and `fold`."""

    card: ModelCard
    held_out: pd.DataFrame

    def echo(self, model: str | None = None) -> dict[str, Any]:
        """What `pmt fit` prints. `yardstick` is null until a second method runs beside the scorecard."""
        card = self.card.model_dump(mode="json")
        same = (
            "n", "k", "method", "r2_cv", "spearman_cv", "sigma", "sigma_village", "targeting", "signal",
            "scorable", "left_out", "warnings",
        )  # fmt: skip
        return {name: card[name] for name in same} | {"yardstick": None, "model": model}


@dataclass(frozen=True)
class _Cases:
    """The usable rows: target is ln expenditure per person; group numbers the clusters from 0."""

    frame: pd.DataFrame
    target: Array
    weight: Array
    group: NDArray[np.int64]


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
    the terms. A case without a value gets the survey mean of that term, as at scoring. Refused:
    `method_unavailable`, `unknown_column`, `no_predictors`, `outcome_as_predictor`, `survey_too_small`.
    """
    solver = _SOLVERS.get(method)
    if solver is None:
        raise Refused(
            "method_unavailable",
            f"Metode {method} belum tersedia; pilih salah satu dari: {listing(list(_SOLVERS))}.",
        )
    require(frame, [outcome, weight, cluster, size, *drop, *([] if predictors == "auto" else predictors)])
    cases, warnings = _usable(frame, outcome, weight, cluster, size)
    fields, ln_field, left_out, named = _fields(frame, outcome, weight, cluster, size, predictors, drop)
    warnings += named
    design = build_design(cases.frame, fields, cases.weight, ln_field)
    leaking = _leaking(design, cases)
    if predictors == "auto":
        design = design.without(leaking)
        left_out |= dict.fromkeys(leaking, "nyaris sama dengan pengeluaran (kebocoran)")
    else:
        warnings += [f"Kolom {field} nyaris sama dengan pengeluaran; periksa kebocoran." for field in leaking]
    left_out |= design.left_out
    if not design.columns:
        raise Refused(
            "no_predictors",
            "Tidak ada kolom survei yang layak menjadi penduga; sebutkan kolomnya dengan --predictors.",
        )
    folds = _folds(cases.group, seed)
    matrix = design.matrix()
    prediction = _cross_predict(solver, matrix, cases, folds)
    accuracy = assess(cases.target, prediction, cases.weight, cases.group, quotas, seed)
    intercept, coefficients = solver(matrix, cases.target, cases.weight)
    terms = terms_of(design, coefficients, cases.weight)
    residual = cases.target - prediction
    missing = unknown_fields(terms)
    card = ModelCard(
        name=name,
        method=method,
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
        intercept=intercept,
        terms=terms,
        sigma=float(np.sqrt(np.average((residual - _mean(residual, cases.weight)) ** 2, weights=cases.weight))),
        sigma_village=cluster_sd(residual, cases.group) if cluster else None,
        covariance=lower_triangle(
            sandwich(matrix, cases.target, cases.weight, cases.group, intercept, coefficients), design
        ),
        r2_cv=accuracy.r2,
        spearman_cv=accuracy.spearman,
        targeting=accuracy.targeting,
        signal=accuracy.r2_low > 0,
        scorable=not missing,
        missing=missing,
        fields_needed=tuple(dict.fromkeys(column.field for column in design.columns)),
        warnings=tuple(warnings + _filled_warning(design) + _verdicts(cases, design, accuracy, missing)),
        left_out=left_out,
        fitted_at=datetime.now(UTC).replace(microsecond=0),
    )
    held_out = pd.DataFrame(
        {
            "truth": cases.target,
            "prediction": prediction,
            "weight": cases.weight,
            "cluster": cases.group,
            "fold": folds,
        }
    )
    return Fit(card, held_out)


def _mean(values: Array, weight: Array) -> float:
    return float(np.average(values, weights=weight))


def _usable(
    frame: pd.DataFrame, outcome: str, weight: str | None, cluster: str | None, size: str | None
) -> tuple[_Cases, list[str]]:
    total = _positive(frame[outcome])
    members = _positive(frame[size]) if size else np.ones(len(frame))
    weights = _positive(frame[weight]) if weight else np.ones(len(frame))
    tests = {"pengeluaran": np.isnan(total), "jumlah anggota": np.isnan(members), "penimbang": np.isnan(weights)}
    if cluster:
        tests["klaster"] = frame[cluster].isna().to_numpy()
    usable = ~np.any(list(tests.values()), axis=0)
    warnings = []
    if not usable.all():
        why = listing([f"{what} ({number(int(bad.sum()))})" for what, bad in tests.items() if bad.any()])
        warnings.append(
            f"{number(int((~usable).sum()))} kasus survei tidak dipakai karena kosong atau tidak lebih dari nol: {why}."
        )
    kept = frame.loc[usable].reset_index(drop=True)
    if len(kept) < MIN_CASES:
        raise Refused(
            "survey_too_small",
            f"Hanya {len(kept)} kasus survei yang dapat dipakai; perlu sedikitnya {MIN_CASES}, "
            "periksa kolom pengeluaran dan penimbang.",
        )
    group = np.unique(kept[cluster].astype(str), return_inverse=True)[1] if cluster else np.arange(len(kept))
    if group.max() + 1 < FOLDS:
        raise Refused(
            "survey_too_small",
            f"Kolom klaster {cluster} hanya berisi {group.max() + 1} klaster; perlu sedikitnya {FOLDS}, "
            "atau jalankan tanpa --cluster.",
        )
    target = np.log(total[usable] / members[usable])
    return _Cases(kept, target, weights[usable], group), warnings


def _positive(series: pd.Series) -> Array:
    """The numbers of a column; NaN where it holds none, or one that is not above zero."""
    values = pd.to_numeric(series, errors="coerce").astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(values) & (values > 0), values, np.nan)


def _fields(
    frame: pd.DataFrame,
    outcome: str,
    weight: str | None,
    cluster: str | None,
    size: str | None,
    predictors: Literal["auto"] | list[str],
    drop: tuple[str, ...],
) -> tuple[list[str], str | None, dict[str, str], list[str]]:
    """Chosen fields, the one that enters as its logarithm, what is left out and why, and warnings."""
    # A mapped survey carries the canonical `size` beside its own column; the card must name the canonical one.
    ln_field = None if size is None else "size" if "size" in frame.columns else size
    roles = {column for column in (outcome, weight, cluster, size) if column is not None and column != ln_field}
    warnings: list[str] = []
    if predictors == "auto":
        fields, left_out = auto_predictors(frame, roles | ({ln_field} if ln_field else set()))
    else:
        fields, left_out = list(dict.fromkeys(predictors)), {}
        if outcome in fields:
            raise Refused(
                "outcome_as_predictor",
                f"Kolom {outcome} adalah pengeluaran yang diramal, jadi tidak boleh menjadi penduga; keluarkan dari "
                "--predictors.",
            )
        for field in fields:
            why = suspicious_name(field)
            if why:
                warnings.append(
                    f"Kolom {field} tampak seperti {why}; bila benar, ketelitian di bawah ini semu (kebocoran)."
                )
    dropped = set(drop)
    left_out |= dict.fromkeys(drop, "dikeluarkan atas permintaan")
    chosen = [field for field in fields if field not in dropped and field != ln_field]
    if ln_field and ln_field not in dropped:
        chosen.insert(0, ln_field)
    return chosen, ln_field, left_out, warnings


def _leaking(design: Design, cases: _Cases) -> list[str]:
    """Fields that all but equal the outcome, as it is or as its logarithm."""
    leaking: dict[str, None] = {}
    for column in design.columns:
        for target in (cases.target, np.exp(cases.target)):
            if column.kind != "level" and _correlation(column, target, cases.weight) > LEAK_CORRELATION:
                leaking[column.field] = None
    return list(leaking)


def _correlation(column: DesignColumn, target: Array, weight: Array) -> float:
    known = ~np.isnan(column.values)
    pair, _, _ = standardise(np.column_stack([column.values[known], target[known]]), weight[known])
    return abs(float(np.average(pair[:, 0] * pair[:, 1], weights=weight[known])))


def _folds(group: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """A fold 0 to 4 for each case; the cases of one cluster share theirs."""
    order = np.random.default_rng(seed).permutation(int(group.max()) + 1)
    return (order % FOLDS)[group]


def _cross_predict(solver: Solver, matrix: Array, cases: _Cases, folds: NDArray[np.int64]) -> Array:
    prediction = np.empty(len(cases.target))
    for fold in range(FOLDS):
        train, test = folds != fold, folds == fold
        weight = cases.weight[train]
        intercept, coefficients = solver(matrix[train], cases.target[train], weight)
        # Unknowns are filled with the mean of the training part: the left-out fold tells nothing.
        _, mean, _ = standardise(matrix[train], weight)
        part = matrix[test]
        prediction[test] = intercept + np.where(np.isnan(part), mean, part) @ coefficients
    return prediction


def _least_squares(matrix: Array, target: Array, weight: Array) -> tuple[float, Array]:
    """(intercept, coefficients) of weighted least squares; unknowns count as the column's mean.

    On standardised columns, so that a level absent from a fold gets 0 and not an arbitrary number.
    """
    scaled, mean, scale = standardise(matrix, weight)
    centre = _mean(target, weight)
    root = np.sqrt(weight)
    slopes = np.linalg.lstsq(scaled * root[:, None], (target - centre) * root, rcond=1e-10)[0] / scale
    return float(centre - mean @ slopes), slopes


_SOLVERS: dict[str, Solver] = {"ols": _least_squares}


def _filled_warning(design: Design) -> list[str]:
    if not design.filled:
        return []
    fields = listing([f"{title(field)} ({number(count)} kasus)" for field, count in design.filled.items()])
    return [f"Isian kosong diganti rata-rata survei: {fields}."]


def _verdicts(cases: _Cases, design: Design, accuracy: Accuracy, missing: tuple[str, ...]) -> list[str]:
    warnings = []
    if missing:
        named = list(missing[:NAMED]) + ([f"{len(missing) - NAMED} kolom lain"] if len(missing) > NAMED else [])
        warnings.append(
            "Ketelitian model dapat dibaca, tetapi model tidak dapat menskor keluarga karena data keluarga tidak "
            f"memuat {listing(named)}; pakai profil survei atau keluarkan kolom itu dengan --drop."
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

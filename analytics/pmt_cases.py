"""The survey as the fit takes it: which cases can be used, and which columns are to predict."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics.pmt_choice import auto_predictors, suspicious_name
from analytics.pmt_design import LARGEST
from analytics.pmt_folds import FOLDS, Array, Groups
from analytics.text import listing, number
from data.errors import Refused

MIN_CASES = 30
SMALLEST = 1e-15
# Outcomes closer than this, in ln units, differ by rounding only.
SAME = 1e-9


@dataclass(frozen=True)
class Cases:
    """The usable rows. target: ln expenditure per person; total: ln of the outcome as the survey has it; group:
    clusters numbered from 0 (each case its own where the survey has none); row: position in the survey frame, from 0.
    """

    frame: pd.DataFrame
    target: Array
    total: Array
    weight: Array
    group: Groups
    row: Groups


@dataclass(frozen=True)
class Chosen:
    """fields: columns to predict with; ln_field: the one that enters as its logarithm; left_out: column: why;
    warnings: what is doubtful about columns named by the user. Reasons and warnings in Indonesian."""

    fields: tuple[str, ...]
    ln_field: str | None
    left_out: dict[str, str]
    warnings: tuple[str, ...]


def usable_cases(
    frame: pd.DataFrame, outcome: str, weight: str | None, cluster: str | None, size: str | None
) -> tuple[Cases, list[str]]:
    """Cases with an outcome, size and weight above zero and a cluster; and a warning that counts the others.

    What is below 1e-15 or above 1e15 is no amount and counts as unknown. Refused `option_invalid` where the outcome
    is also to be size, weight or cluster, `survey_too_small` with fewer than 30 cases or 5 clusters,
    `outcome_constant` where all of them have the same outcome.
    """
    if outcome in (weight, cluster, size):
        raise Refused(
            "option_invalid",
            f"Kolom {outcome} disebut sebagai pengeluaran dan sekaligus sebagai jumlah anggota, penimbang, atau "
            "klaster; sebutkan kolom yang lain.",
        )
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
            f"{number(int((~usable).sum()))} kasus survei tidak dipakai karena kosong, tidak lebih dari nol, "
            f"atau mustahil besarnya: {why}."
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
    if np.ptp(target) < SAME:
        raise Refused(
            "outcome_constant",
            f"Kolom {outcome} berisi pengeluaran per jiwa yang sama pada semua kasus, jadi tidak ada yang dapat "
            "diramal; periksa kolom pengeluaran dan jumlah anggota.",
        )
    return Cases(kept, target, np.log(total[usable]), weights[usable], group, np.flatnonzero(usable)), warnings


def _positive(series: pd.Series) -> Array:
    """The numbers of a column; NaN where it holds none, or one that is no amount above zero."""
    values = pd.to_numeric(series, errors="coerce").astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    return np.where((values >= SMALLEST) & (values <= LARGEST), values, np.nan)


def choose_fields(
    frame: pd.DataFrame,
    outcome: str,
    weight: str | None,
    cluster: str | None,
    size: str | None,
    predictors: Literal["auto"] | list[str],
    drop: tuple[str, ...],
) -> Chosen:
    """What predicts: what the user named, or what `auto_predictors` finds.

    Refused `outcome_as_predictor`; `role_as_predictor` for the weight or the cluster.
    """
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
        if taken := sorted(roles & set(fields)):
            raise Refused(
                "role_as_predictor",
                f"Kolom {taken[0]} adalah penimbang, klaster, atau jumlah anggota survei ini, jadi tidak boleh menjadi "
                "penduga; keluarkan dari --predictors.",
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
    return Chosen(tuple(chosen), ln_field, left_out, tuple(warnings))

"""A survey as the fit wants it: canonical fields by the same SQL as the register, then the survey's own columns."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Literal

import pandas as pd
from threadpoolctl import threadpool_limits

from analytics.definitions import features_sql
from analytics.fields import FIELDS, column_sql
from analytics.pmt import Fit, fit
from analytics.pmt_calibration import calibration
from analytics.pmt_groups import group_errors, survey_groups
from analytics.text import listing
from data.errors import Refused
from data.headers import header_key
from data.profiles import shipped_profiles
from data.reference import parameter_or_first
from data.store import Store
from data.survey import Survey

Predictors = Literal["auto"] | list[str]
# The quota for which calibration and errors by group are shown: a line few enough live below, and enough cases do.
SHOWN_QUOTA = 0.2

# Canonical fields that name somebody or say where they live, and headers that do.
_IDENTITY = ("nik", "kk", "head_nik", "name", "head_name", "address")
_PERSONAL = re.compile(
    r"(^|_)(nik|ktp|nama\w*|name|names|fullname|firstname|lastname|surname|alamat\w*|address)(_|$)"
    r"|^(no|nomor)?_?kk$|^(no|nomor)_?(hp|telepon|telp|ponsel)"
)
_SIXTEEN_DIGITS = r"'?\d{16}(\.0)?"


@dataclass(frozen=True)
class Prepared:
    """A survey ready for `pmt.fit`, without a name, NIK, KK or address.

    frame: one row per household, canonical fields and the survey's own columns. outcome, size, weight, cluster,
    district, predictors, drop: columns of it. notes: Indonesian sentences that belong among the card's warnings.
    programmes: code -> columns of what was asked of it (`data.survey.Roles`).
    """

    frame: pd.DataFrame
    outcome: str
    size: str | None = None
    weight: str | None = None
    cluster: str | None = None
    district: str | None = None
    predictors: Predictors = "auto"
    drop: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    programmes: dict[str, dict[str, str]] = field(default_factory=dict)

    def fit(self, **more: Any) -> Fit:
        """`pmt.fit` on it, and for whom it errs more; more: what `pmt.fit` takes besides columns.

        The survey's notes come first in the card. Calibration only for a model of the mean.
        """
        # A survey is small: BLAS threads that wait for each other cost more than they bring (3.0 against 1.3 CPU s).
        with threadpool_limits(1, user_api="blas"):
            made = fit(
                self.frame, self.outcome, weight=self.weight, cluster=self.cluster, size=self.size,
                predictors=self.predictors, drop=self.drop, **more,
            )  # fmt: skip
        held, seed = made.held_out, int(more.get("seed", 0))
        known = survey_groups(self.frame, self.district).iloc[held["row"]].reset_index(drop=True)
        found: dict[str, Any] = {
            "warnings": self.notes + made.card.warnings,
            "groups": group_errors(held, known, SHOWN_QUOTA, seed),
        }
        if made.card.method != "quantile":
            truth, prediction, weight = (held[name].to_numpy(dtype=float) for name in ("truth", "prediction", "weight"))
            group = held["cluster"].to_numpy()
            found["calibration"] = calibration(truth, prediction, weight, group, made.card.sigma, SHOWN_QUOTA, seed)
        return Fit(made.card.model_copy(update=found), held)


def prepare(
    store: Store,
    survey: Survey,
    outcome: str | None = None,
    size: str | None = None,
    weight: str | None = None,
    cluster: str | None = None,
    district: str | None = None,
    predictors: Predictors = "auto",
    drop: tuple[str, ...] = (),
) -> Prepared:
    """A survey as read, made ready; columns may be named as the survey names them or canonically.

    What is not given is taken from the survey's profile: weight, cluster and district always, outcome and size
    together. Refused `outcome_missing` where neither says the outcome, `personal_column` where a column given here
    is one of personal data.
    """
    roles = survey.roles
    if outcome is None:
        if roles.outcome is None:
            raise Refused(
                "outcome_missing",
                "Kolom pengeluaran belum disebut; sebutkan dengan --outcome atau dalam profil surveinya.",
            )
        outcome, size = roles.outcome, size or roles.size
    frame = predictor_frame(store, survey)

    def canonical(name: str | None) -> str | None:
        field = survey.aliases.get(name or "", name)
        return field if field in frame.columns else name

    def every(names: list[str] | tuple[str, ...]) -> list[str]:
        return [canonical(name) or name for name in names]

    personal = personal_columns(frame)
    notes = survey.notes
    named = [outcome, size, weight, cluster, district, *([] if predictors == "auto" else predictors)]
    if refused := next((name for name in named if canonical(name) in personal), None):
        raise Refused(
            "personal_column",
            f"Kolom {refused} tampak memuat nama, NIK, nomor KK, atau alamat, jadi tidak dapat dipakai; ganti dengan "
            "nomor buatan yang bukan data pribadi.",
        )
    if personal:
        notes += (f"Kolom {listing(personal)} tampak memuat nama, NIK, nomor KK, atau alamat, jadi tidak dipakai.",)
    return Prepared(
        frame=frame.drop(columns=personal),
        outcome=canonical(outcome) or outcome,
        size=canonical(size),
        weight=canonical(weight or roles.weight),
        cluster=canonical(cluster or roles.cluster),
        district=canonical(district or roles.district),
        predictors=predictors if predictors == "auto" else every(predictors),
        drop=tuple(every(drop)),
        notes=notes,
        programmes=roles.programmes,
    )


def predictor_frame(store: Store, survey: Survey) -> pd.DataFrame:
    """One row per household of the survey, in its order.

    Through a profile: every field of `analytics.fields` (null where not known; derived from the members by
    features.sql), then the columns the profile does not read. Without: the survey's columns as they are.
    """
    if survey.family is None:
        return survey.frame
    on = survey.on or date.today()
    cursor = store.cursor()
    try:
        cursor.register("survey_family", survey.family)
        person = "(SELECT * FROM person WHERE false)"
        if survey.person is not None:
            cursor.register("survey_person", survey.person)
            person = "survey_person"
        columns = ", ".join(f"{column_sql(name)} AS {name}" for name in FIELDS)
        canonical = cursor.execute(
            f"SELECT {columns} FROM survey_family AS family "
            f"JOIN ({features_sql('survey_family', person)}) AS feature ON feature.family_no = family.family_no "
            "ORDER BY family.family_no",
            {"on": on, "elderly_age": int(parameter_or_first("elderly_age", on).value)},
        ).df()
    finally:
        cursor.close()
    own = survey.frame[[name for name in survey.frame.columns if name not in canonical.columns]]
    return pd.concat([canonical, own], axis=1)


def personal_columns(frame: pd.DataFrame) -> list[str]:
    """Columns that look like a name, NIK, KK number or address, by their header or by what stands in them.

    A canonical field is none: the schema keeps identity elsewhere.
    """
    return [str(name) for name in frame.columns if name not in FIELDS and _is_personal(str(name), frame[name])]


def _is_personal(name: str, column: pd.Series) -> bool:
    key = header_key(name)
    return key in _identity_headers() or _PERSONAL.search(key) is not None or _has_sixteen_digits(column)


@cache
def _identity_headers() -> frozenset[str]:
    return frozenset(
        header_key(header)
        for profile in shipped_profiles().values()
        for table in profile.tables
        for field in _IDENTITY
        if field in table.fields
        for header in table.fields[field].headers
    )


def _has_sixteen_digits(column: pd.Series) -> bool:
    known = column.dropna()
    if pd.api.types.is_bool_dtype(known):
        return False
    if pd.api.types.is_numeric_dtype(known):
        return bool((((known >= 1e15) & (known < 1e16)) & (known % 1 == 0)).any())
    return bool(known.astype(str).str.strip().str.fullmatch(_SIXTEEN_DIGITS).any())

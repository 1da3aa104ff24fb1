"""A scorecard as a YAML card: what it was fitted on, how well it does, and its terms, one by one.

A card is data, never code: it is read with safe YAML, checked against `analytics.fields`, and compiled to
SQL in which the only names are whitelisted columns and the only texts are bound parameters.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, Field, ValidationError, model_validator

from analytics.card_parts import (
    CalibrationBin,
    Finite,
    Frozen,
    GroupError,
    LineError,
    Name,
    Rate,
    RefitCost,
    Spread,
    TargetingError,
    Text,
    Yardstick,
)
from analytics.fields import FIELDS, column_sql, not_asked_sql
from data.disk import disk_faults, write_whole
from data.errors import Refused

MAX_BYTES = 1_000_000
MAX_TERMS = 1000
# Terms to a bracket of a sum: DuckDB takes no expression a thousand deep.
_BRACKET = 40
Method = Literal["ols", "lasso", "quantile"]
Kind = Literal["level", "ln", "square", "linear", "flag"]
# A card written by hand may leave the zone out; cards are put in order by this.
Moment = Annotated[datetime, AfterValidator(lambda at: at if at.tzinfo else at.replace(tzinfo=UTC))]
_KINDS: dict[str, tuple[str, ...]] = {
    "category": ("level",),
    "flag": ("flag",),
    "count": ("linear", "square"),
    "ratio": ("linear", "square"),
    "age": ("linear", "square"),
    "amount": ("ln", "linear", "square"),
}


class Term(Frozen):
    """One line of the scorecard: it adds `coefficient x value` to the predicted ln expenditure per person.

    value by kind: level = 1 where the field holds `level`, else 0; flag = 1 or 0; ln = ln(field);
    square = field squared; linear = field. mean, sd: of that value in the survey, weighted.
    """

    field: Name
    kind: Kind
    level: Text | None = None
    coefficient: Finite
    mean: Finite
    sd: Spread

    @model_validator(mode="after")
    def _level_belongs_to_kind(self) -> "Term":
        if (self.kind == "level") != (self.level is not None):
            raise ValueError("a level term names its level, no other does")
        return self

    @property
    def importance(self) -> float:
        """How far one survey standard deviation of the term moves the score, in ln units."""
        return abs(self.coefficient) * self.sd


class ModelCard(Frozen):
    """unit: what one survey row is. sigma: SD of the held-out residual, in ln units; sigma_village: the part
    of it that a cluster's members share, null without clusters. missing: fields the canonical schema lacks
    (then not scorable). price_date, period: null where the survey does not say. offset, slope,
    sigma_fit: held-out truth = offset + slope x prediction, and its SD around that: what chances are computed with,
    because a fit that learns its survey's accidents spreads its predictions too far (slope < 1) and LASSO not far
    enough (slope > 1); sigma_fit null for the quantile method.

    repeats: how often the five folds were drawn anew; figures are their means. quantile: which conditional quantile
    the quantile method predicts; penalty: the LASSO's, on standardised columns. covariance: lower triangle, row by
    row, of the coefficients' covariance in the order (intercept, terms), robust to clusters; null for the quantile
    method, which is no model of the mean. survey_file: the survey as kept below the store, for a later refit.
    """

    name: Name
    method: Method
    outcome: Name
    outcome_unit: Text
    unit: Literal["household", "family"]
    survey: Text
    region: Name | None = None  # code of the only regency it is for (an invented survey); null: not tied to one
    period: Text | None = None
    price_date: date | None = None
    weights: Text | None = None
    cluster: Text | None = None
    n: Annotated[int, Field(ge=1)]
    k: Annotated[int, Field(ge=0)]
    intercept: Finite
    terms: Annotated[tuple[Term, ...], Field(max_length=MAX_TERMS)]
    sigma: Spread
    sigma_village: Spread | None = None
    offset: Finite = 0.0
    slope: Finite = 1.0
    sigma_fit: Spread | None = None
    covariance: tuple[Finite, ...] | None = None
    repeats: Annotated[int, Field(ge=1)] = 1
    quantile: Rate | None = None
    penalty: Spread | None = None
    r2_cv: Finite
    r2_low: Finite | None = None
    r2_high: Finite | None = None
    spearman_cv: Finite | None = None
    targeting: tuple[TargetingError, ...]
    fixed_line: tuple[LineError, ...] = ()
    yardstick: Yardstick | None = None
    calibration: tuple[CalibrationBin, ...] = ()
    groups: tuple[GroupError, ...] = ()
    cost: RefitCost | None = None
    survey_file: Name | None = None
    signal: bool
    scorable: bool
    missing: tuple[Name, ...] = ()
    fields_needed: tuple[Name, ...]
    warnings: tuple[str, ...] = ()
    left_out: dict[str, str] = Field(default_factory=dict)
    fitted_at: Moment

    @model_validator(mode="after")
    def _covariance_is_one(self) -> "ModelCard":
        if self.covariance is None:
            return self
        size = len(self.terms) + 1
        if len(self.covariance) != size * (size + 1) // 2:
            raise ValueError("the covariance has not one row for the intercept and each term")
        if any(self.covariance[row * (row + 3) // 2] < 0 for row in range(size)):
            raise ValueError("a variance is not below zero")
        return self

    @classmethod
    def load(cls, path: Path) -> "ModelCard":
        """Read a card. Refused `model_unreadable` when there is no such YAML, `model_unusable` when it is no card."""
        try:
            if not path.is_file():
                raise OSError("no plain file")
            if path.stat().st_size > MAX_BYTES:
                raise _unusable(path.name, "berkasnya terlalu besar")
            body = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
            raise Refused(
                "model_unreadable",
                f"Kartu model {path.name} tidak dapat dibaca; periksa berkasnya atau latih ulang dengan `pmt fit`.",
            ) from error
        try:
            return cls.model_validate(body)
        except (ValidationError, RecursionError) as error:
            raise _unusable(path.name, "isinya tidak menurut bentuk kartu") from error

    def save(self, path: Path) -> None:
        """Write the card as YAML, whole or not at all. Refused `disk_full` and `not_writable` as `data.disk` says."""
        with disk_faults():
            path.parent.mkdir(parents=True, exist_ok=True)
        # A term to a line, and the covariance as a block: lists of plain values are written side by side.
        text = yaml.dump(
            self.model_dump(mode="json"), Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=110,
            default_flow_style=None,
        )  # fmt: skip
        write_whole(path, text.encode())


def _unusable(name: str, why: str) -> Refused:
    return Refused("model_unusable", f"Kartu model {name} ditolak karena {why}; latih ulang model dengan `pmt fit`.")


def unknown_fields(terms: tuple[Term, ...]) -> tuple[str, ...]:
    """Fields of these terms that neither `family` nor `family_feature` has, or not with that meaning."""
    return tuple(dict.fromkeys(term.field for term in terms if not _canonical(term)))


def _canonical(term: Term) -> bool:
    field = FIELDS.get(term.field)
    if field is None or term.kind not in _KINDS[field.shape]:
        return False
    return term.kind != "level" or term.level in field.levels


@dataclass(frozen=True)
class CompiledScore:
    """Two SQL expressions over the aliases `family` and `feature` (one row per family), and their parameters.

    score: predicted ln expenditure per person, never null. imputed_share: 0 to 1, see `compile_sql`.
    params: the levels, by name.
    """

    score: str
    imputed_share: str
    params: dict[str, str]


def compile_sql(card: ModelCard, prefix: str = "level") -> CompiledScore:
    """The card as SQL.

    A term whose field is null takes the term's survey mean (0, the base, where the question does not apply).
    imputed_share is the importance
    (|coefficient| x survey SD) of the terms so filled over the importance of all terms; 0 for a card without
    terms. Refused `model_unusable` when the card is not scorable or names what the schema does not have.
    """
    if not card.scorable:
        raise _unusable(card.name, "memuat ciri yang tidak ada dalam data keluarga")
    alien = unknown_fields(card.terms)
    if alien:
        raise _unusable(card.name, f"memuat kolom atau isian yang tidak dikenal ({_printable(alien[0])})")
    if not re.fullmatch(r"[a-z_]{1,20}", prefix):
        raise ValueError(f"not a parameter prefix: {prefix!r}")
    params: dict[str, str] = {}
    parts = [_number(card.intercept)]
    weight: dict[str, float] = {}
    levels: dict[str, dict[str, Term]] = {}
    for position, term in enumerate(card.terms):
        name = f"{prefix}_{position}"
        if term.level is not None:
            params[name] = term.level
        same = levels.setdefault(term.field, {})
        if term.level is not None and term.level not in {other.level for other in same.values()}:
            same[name] = term
        else:
            parts.append(f"{_number(term.coefficient)} * coalesce({value_sql(term, name)}, {_number(term.mean)})")
        weight[null_test(term)] = weight.get(null_test(term), 0.0) + term.importance
    parts += [_levels_sql(field, terms) for field, terms in levels.items() if terms]
    total = sum(weight.values())
    filled = [f"({test})::INTEGER * {_number(part / total)}" for test, part in weight.items() if part > 0]
    return CompiledScore(
        score=_sum(parts),
        imputed_share=f"least(1.0, {_sum(filled)})" if filled else "0.0",
        params=params,
    )


def _levels_sql(field: str, terms: dict[str, Term]) -> str:
    """SQL of what a category adds to a score. terms: by the parameter that binds their level; a level once at most.

    One CASE instead of a sum over the terms, of which all but one are zero; the commonest level is asked first.
    """
    column = column_sql(field)
    not_asked = not_asked_sql(field)
    mean = _number(sum(term.coefficient * term.mean for term in terms.values()))
    unknown = f"CASE WHEN {not_asked} THEN 0 ELSE {mean} END" if not_asked else mean
    common = sorted(terms, key=lambda name: -terms[name].mean)
    cases = [f"WHEN {column} = ${name} THEN {_number(terms[name].coefficient)}" for name in common]
    return f"CASE WHEN {column} IS NULL THEN {unknown} {' '.join(cases)} ELSE 0 END"


def _sum(parts: list[str]) -> str:
    """SQL of a sum, in brackets within brackets where it is long."""
    while len(parts) > _BRACKET:
        groups = [parts[start : start + _BRACKET] for start in range(0, len(parts), _BRACKET)]
        parts = ["(" + "\n  + ".join(group) + ")" for group in groups]
    return "\n  + ".join(parts)


_VALUE = {
    "level": "({column} = ${parameter})::INTEGER",
    "flag": "{column}::INTEGER",
    "ln": "ln(CASE WHEN {column} > 0 THEN {column} END)",
    "square": "({column}::DOUBLE * {column}::DOUBLE)",
    "linear": "{column}::DOUBLE",
}


def value_sql(term: Term, parameter: str) -> str:
    """SQL of a term's value, null where not known; a level is bound as `parameter`. KeyError off the whitelist."""
    column = column_sql(term.field)
    value = _VALUE[term.kind].format(column=column, parameter=parameter)
    not_asked = not_asked_sql(term.field)
    return f"CASE WHEN {column} IS NULL AND {not_asked} THEN 0 ELSE {value} END" if not_asked else value


def null_test(term: Term) -> str:
    """The SQL condition under which a term's value is not known (ln of zero or less is not a value)."""
    column = column_sql(term.field)
    if term.kind == "ln":
        return f"({column} IS NULL OR {column} <= 0)"
    not_asked = not_asked_sql(term.field)
    return f"({column} IS NULL AND NOT ({not_asked}))" if not_asked else f"{column} IS NULL"


def _number(value: float) -> str:
    # repr keeps every digit; as a DOUBLE, because DuckDB reads a plain 0.1 as DECIMAL.
    if not math.isfinite(value):
        raise ValueError("a card holds finite numbers only")
    return f"({value!r}::DOUBLE)"


def _printable(text: str) -> str:
    return re.sub(r"[^\w .\-]", "?", text)[:60]

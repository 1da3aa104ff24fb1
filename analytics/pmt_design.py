"""From survey columns to the columns of a regression, and from its coefficients to the terms of a card."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.fields import FIELDS
from analytics.model_card import Kind, Term

Array = NDArray[np.float64]
SPARSE = 0.01
# Beyond this a number is no measure of a household (and its square would leave the card's range).
LARGEST = 1e15
_TINY = 1e-8


@dataclass(frozen=True)
class DesignColumn:
    """One regressor. values: one per case, NaN = not known. members: level and its own values, for each level
    it stands for when kind is level (several where sparse levels are pooled; values is their sum)."""

    field: str
    kind: Kind
    values: Array
    members: tuple[tuple[str, Array], ...] = ()

    @property
    def label(self) -> str:
        return f"{self.field} = {' / '.join(level for level, _ in self.members)}" if self.members else self.field


@dataclass(frozen=True)
class Design:
    """columns: linearly independent regressors. left_out: field or `field = level`: why (Indonesian).
    filled: field -> number of cases without a value."""

    columns: tuple[DesignColumn, ...]
    left_out: dict[str, str]
    filled: dict[str, int]

    def without(self, fields: list[str]) -> "Design":
        """The same, less these fields."""
        kept = tuple(column for column in self.columns if column.field not in fields)
        filled = {field: count for field, count in self.filled.items() if field not in fields}
        return Design(kept, self.left_out, filled)

    def keep(self, chosen: NDArray[np.bool_]) -> "Design":
        """The same with these columns only, `chosen` in their order."""
        kept = tuple(column for column, stays in zip(self.columns, chosen, strict=True) if stays)
        surviving = {column.field for column in kept}
        filled = {field: count for field, count in self.filled.items() if field in surviving}
        return Design(kept, self.left_out, filled)

    def labels(self, dropped: NDArray[np.bool_], why: str) -> dict[str, str]:
        """`why` by field where all its columns are dropped, by `field = level` where some stay."""
        surviving = {column.field for column in self.keep(~dropped).columns}
        gone = [column for column, goes in zip(self.columns, dropped, strict=True) if goes]
        return {column.label if column.field in surviving else column.field: why for column in gone}

    def matrix(self) -> Array:
        """Cases x columns, NaN = not known."""
        return np.column_stack([column.values for column in self.columns])


def build_design(frame: pd.DataFrame, fields: list[str], weight: Array, ln_field: str | None = None) -> Design:
    """Regressors for these columns.

    Texts become one column per level, the most frequent (by weight) being the base; levels under 1 % are pooled,
    and join the base if together they still are. Flags and numbers that are (nearly) always the same are left
    out, as is what the columns before already determine. A number beyond 1e15 is not known. `ln_field` enters as its
    logarithm, whatever it is.
    """
    made: list[DesignColumn] = []
    left_out: dict[str, str] = {}
    filled: dict[str, int] = {}
    for field in fields:
        columns = _columns(field, frame, weight, as_ln=field == ln_field)
        if not columns:
            left_out[field] = "hampir selalu sama isinya (kurang dari 1 % kasus berbeda)"
            continue
        made.extend(columns)
        missing = int(np.isnan(columns[0].values).sum())
        if missing:
            filled[field] = missing
    kept, dependent = _independent(made, weight)
    surviving = {column.field for column in kept}
    for column in dependent:
        key = column.label if column.field in surviving else column.field
        left_out[key] = "sudah terkandung dalam ciri lain"
    filled = {field: count for field, count in filled.items() if field in surviving}
    return Design(tuple(kept), left_out, filled)


def not_asked(field: str, frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Cases to whom the question does not apply (`analytics.fields`): their null is the base, not a gap."""
    rule = FIELDS[field].not_asked if field in FIELDS else None
    if rule is None or rule[0] not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    return (frame[field].isna() & (frame[rule[0]] == rule[1]).fillna(False).astype(bool)).to_numpy()


def _columns(field: str, frame: pd.DataFrame, weight: Array, as_ln: bool) -> list[DesignColumn]:
    series = frame[field]
    kind = pd.api.types.infer_dtype(series, skipna=True)
    if kind == "boolean":
        flag: Array = np.array(series.astype("boolean").astype("Float64").to_numpy(dtype=float, na_value=np.nan))
        return [] if _nearly_constant(flag, weight) else [DesignColumn(field, "flag", flag)]
    if pd.api.types.is_numeric_dtype(series) or kind in ("decimal", "integer", "floating", "mixed-integer-float"):
        figures: Array = np.array(pd.to_numeric(series).astype("Float64").to_numpy(dtype=float, na_value=np.nan))
        figures[~(np.abs(figures) <= LARGEST)] = np.nan
        return [] if _nearly_constant(figures, weight) else _number_columns(field, figures, as_ln)
    return _level_columns(field, series, weight, not_asked(field, frame))


def _number_columns(field: str, values: Array, as_ln: bool) -> list[DesignColumn]:
    known = values[~np.isnan(values)]
    shape = FIELDS[field].shape if field in FIELDS else None
    positive = bool(np.all(known > 0))
    distinct = len(np.unique(known))
    if as_ln or shape == "amount" or (shape is None and positive and distinct < 20):
        with np.errstate(divide="ignore", invalid="ignore"):
            return [DesignColumn(field, "ln", np.where(values > 0, np.log(values), np.nan))]
    columns = [DesignColumn(field, "linear", values)]
    if shape == "age" or (shape is None and distinct >= 20):
        columns.append(DesignColumn(field, "square", values**2))
    return columns


def _level_columns(field: str, series: pd.Series, weight: Array, silent: NDArray[np.bool_]) -> list[DesignColumn]:
    empty = series.isna().to_numpy()
    missing = empty & ~silent
    text = series.astype(str).to_numpy(dtype=object)
    share = pd.Series(weight[~empty]).groupby(text[~empty]).sum() / weight[~empty].sum()
    order = sorted(share.index, key=lambda level: (-share[level], level))
    common = [level for level in order[1:] if share[level] >= SPARSE]
    rare = sorted(level for level in order[1:] if share[level] < SPARSE)
    groups = [(level,) for level in common]
    if rare and share[rare].sum() >= SPARSE:
        groups.append(tuple(rare))
    columns = []
    for group in groups:
        members = tuple((level, np.where(missing, np.nan, (~empty & (text == level)).astype(float))) for level in group)
        values = np.sum([indicator for _, indicator in members], axis=0)
        columns.append(DesignColumn(field, "level", values, members))
    return columns


def _nearly_constant(values: Array, weight: Array) -> bool:
    known = ~np.isnan(values)
    if not known.any():
        return True
    _, group = np.unique(values[known], return_inverse=True)
    share = np.bincount(group, weights=weight[known]) / weight[known].sum()
    return bool(share.max() > 1 - SPARSE)


def _independent(columns: list[DesignColumn], weight: Array) -> tuple[list[DesignColumn], list[DesignColumn]]:
    """Split into those that add something to the columns before them, and those that do not.

    Cholesky, column by column, of the weighted correlation matrix: the pivot is the share of a column's
    variance that the accepted ones before it do not explain.
    """
    if not columns:
        return [], []
    matrix, _, _ = standardise(np.column_stack([column.values for column in columns]), weight)
    share = weight / weight.sum()
    correlation = (matrix * share[:, None]).T @ matrix
    kept: list[int] = []
    factor = np.zeros((len(columns), 0))
    for position in range(len(columns)):
        pivot = correlation[position, position] - float(factor[position] @ factor[position])
        if pivot > _TINY:
            column = (correlation[:, position] - factor @ factor[position]) / np.sqrt(pivot)
            factor = np.column_stack([factor, column])
            kept.append(position)
    chosen = set(kept)
    return (
        [columns[position] for position in kept],
        [column for position, column in enumerate(columns) if position not in chosen],
    )


def standardise(matrix: Array, weight: Array) -> tuple[Array, Array, Array]:
    """(standardised matrix with unknowns at the mean, weighted means, weighted SDs; an SD of 0 counts as 1).

    Means and SDs are over the known values of each column.
    """
    known = ~np.isnan(matrix)
    mass = weight @ known
    safe = np.where(mass > 0, mass, 1.0)
    filled = np.where(known, matrix, 0.0)
    mean = (weight @ filled) / safe
    centred = np.where(known, matrix - mean, 0.0)
    sd = np.sqrt((weight @ centred**2) / safe)
    # A column without spread (a level absent from this part of the survey) must not be divided by zero.
    scale = np.where(sd > 1e-12, sd, 1.0)
    return centred / scale, mean, scale


def terms_of(design: Design, coefficients: Array, weight: Array) -> tuple[Term, ...]:
    """The card's lines. A pooled column gives one line per level, all with its coefficient."""
    terms: list[Term] = []
    for column, coefficient in zip(design.columns, coefficients, strict=True):
        lines = column.members or ((None, column.values),)
        for level, values in lines:
            known = ~np.isnan(values)
            mean = float(np.average(values[known], weights=weight[known]))
            sd = float(np.sqrt(np.average((values[known] - mean) ** 2, weights=weight[known])))
            terms.append(
                Term(
                    field=column.field,
                    kind=column.kind,
                    level=level,
                    coefficient=float(coefficient),
                    mean=mean,
                    sd=sd,
                )
            )
    return tuple(terms)

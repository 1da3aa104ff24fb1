"""The decile that families of the same recorded traits usually have: a local model of the recorded decile.

Fitted on the register itself, so it needs no survey. It explains the official rank and finds what contradicts it;
it never reproduces it.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import numpy as np
import pandas as pd

from analytics.definitions import sql_text
from analytics.fields import FIELDS, column_sql
from analytics.model_card import ModelCard, compile_sql
from analytics.pmt_choice import auto_predictors
from analytics.pmt_design import Array, Design, build_design, terms_of
from analytics.pmt_folds import Sample
from analytics.pmt_solvers import least_squares
from analytics.scoring import FAMILIES
from data.reference import parameter
from data.store import Store

MOST_CASES = 20_000
MIN_CASES = 30
CASES_PER_TERM = 10
_TABLES = ("expected_model", "family_expected")


@dataclass(frozen=True)
class ExpectedModel:
    """card: linear, outcome the recorded decile; r2_cv is R² adjusted for the number of terms, sigma the SD of the
    residual in deciles. peers: field -> recorded decile -> mean contribution of the field's terms (coefficient x
    value) over families of that recorded decile, in deciles."""

    card: ModelCard
    peers: dict[str, dict[int, float]]


def derive_expected(cursor: duckdb.DuckDBPyConnection, snapshot_id: str) -> None:
    """Fill expected_model and family_expected of a snapshot; leaves them empty where no model can be fitted.

    Needs family_feature of the snapshot on `cursor`.
    """
    key = {"snapshot_id": snapshot_id}
    for table in _TABLES:
        cursor.execute(f"DELETE FROM {table} WHERE snapshot_id = $snapshot_id", key)
    columns = ", ".join(f"{column_sql(name)} AS {name}" for name in FIELDS)
    sample = sql_text("expected_sample").format(columns=columns, families=FAMILIES)
    model = fit_expected(cursor.execute(sample, key | {"most": MOST_CASES}).df())
    if model is None:
        return
    cursor.execute(
        "INSERT INTO expected_model VALUES ($snapshot_id, $card, $peers)",
        key | {"card": model.card.model_dump_json(), "peers": json.dumps(model.peers)},
    )
    compiled = compile_sql(model.card, "expected")
    expected = sql_text("expected").format(
        score=compiled.score, imputed_share=compiled.imputed_share, families=FAMILIES
    )
    limit = {"most_imputed": parameter("much_imputed").value}
    cursor.execute(f"INSERT INTO family_expected BY NAME {expected}", compiled.params | key | limit)


def fit_expected(frame: pd.DataFrame) -> ExpectedModel | None:
    """Least squares of `decile_recorded` (1 to 10, never null) on the fields of `analytics.fields`, unweighted.

    frame: one row per family. Fields unknown for more than a fifth of the families stay out; single gaps count as
    the mean. None where the recorded decile is the same everywhere, no field varies, or there are fewer than 30
    families or 10 per term.
    """
    decile = frame["decile_recorded"].to_numpy(dtype=float)
    if len(frame) < MIN_CASES or np.ptp(decile) == 0:
        return None
    weight = np.ones(len(frame))
    traits = frame[list(FIELDS)]
    fields, left_out = auto_predictors(traits, set())
    design = build_design(traits, fields, weight)
    count = len(design.columns)
    if count == 0 or len(frame) < CASES_PER_TERM * count:
        return None
    matrix = design.matrix()
    found = least_squares(Sample(matrix, decile, weight, np.arange(len(frame))))
    contributions = np.where(np.isnan(matrix), found.mean, matrix) * found.slopes
    unexplained = float(np.sum((decile - found.predict(matrix)) ** 2)) / (len(frame) - count - 1)
    card = ModelCard(
        name="penjelas_desil", method="ols", outcome="decile_recorded", outcome_unit="desil", unit="family",
        survey="berkas keluarga itu sendiri", n=len(frame), k=count, intercept=found.intercept,
        terms=terms_of(design, found.slopes, weight), sigma=float(np.sqrt(unexplained)),
        r2_cv=1 - unexplained / float(np.var(decile, ddof=1)), targeting=(), signal=True, scorable=True,
        fields_needed=tuple(dict.fromkeys(column.field for column in design.columns)),
        left_out=left_out | design.left_out, fitted_at=datetime.now(UTC).replace(microsecond=0),
    )  # fmt: skip
    return ExpectedModel(card, _peers(design, contributions, decile))


def _peers(design: Design, contributions: Array, decile: Array) -> dict[str, dict[int, float]]:
    fields = np.array([column.field for column in design.columns])
    groups = [int(group) for group in np.unique(decile)]
    by_field = {str(field): contributions[:, fields == field].sum(axis=1) for field in dict.fromkeys(fields)}
    return {
        field: {group: float(values[decile == group].mean()) for group in groups} for field, values in by_field.items()
    }


def expected_model(store: Store, snapshot_id: str) -> ExpectedModel | None:
    """The model behind family_expected; None where there is none."""
    row = store.one("SELECT card, peers FROM expected_model WHERE snapshot_id = $id", {"id": snapshot_id})
    if row is None:
        return None
    stored: dict[str, dict[str, float]] = json.loads(row["peers"])
    peers = {field: {int(decile): mean for decile, mean in means.items()} for field, means in stored.items()}
    return ExpectedModel(ModelCard.model_validate_json(row["card"]), peers)

"""Families whose recorded decile is far from what is usual for their recorded traits, both ways, with the reason.

A list to look at first at the door, never a verdict: the traits may be out of date as well as the decile.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics import definitions
from analytics.definitions import TOLERANCE, sql_text
from analytics.expected import ExpectedModel, expected_model
from analytics.family_terms import field_values, fields_of, term_values
from analytics.scope import Scope
from data.reference import DatedValue, parameter
from data.store import Store

Looks = Literal["better_off", "poorer"]
LOOKS_NAMES: dict[str, str] = {
    "better_off": "Tercatat miskin, tampak lebih mampu",
    "poorer": "Tercatat mampu, tampak lebih miskin",
}
MOST_REASONS = 3


@dataclass(frozen=True)
class Inconsistencies:
    """The contradicting families of a scope, counted.

    families: with a recorded decile and enough known traits; better_off, poorer: of them, far from the usual decile;
    unjudged: with a recorded decile, too many traits not known. far: deciles from which a difference counts (`limit`
    residual SDs). r2 (0 to 1, adjusted), cases, terms: of the local model; all null without a model, and then
    `missing` says why. villages: village, name, district, families, unjudged, better_off, poorer.
    """

    scope: Scope
    families: int
    better_off: int
    poorer: int
    unjudged: int
    far: float | None
    limit: DatedValue
    r2: float | None
    least_r2: DatedValue
    cases: int | None
    terms: int | None
    villages: pd.DataFrame
    missing: str | None

    @property
    def useful(self) -> bool:
        """The traits say enough about the recorded decile for a contradiction to mean something."""
        return self.r2 is not None and self.r2 >= self.least_r2.value


def inconsistencies(store: Store, scope: Scope) -> Inconsistencies:
    """How many families of a scope contradict their recorded decile, each way, and where."""
    model = expected_model(store, scope.snapshot_id)
    far = _far(model)
    villages = _measure(store, "inconsistent_villages", scope, {"far": far})
    total = villages[["families", "better_off", "poorer", "unjudged"]].sum().astype(int)
    return Inconsistencies(
        scope=scope,
        families=int(total["families"]),
        better_off=int(total["better_off"]),
        poorer=int(total["poorer"]),
        unjudged=int(total["unjudged"]),
        far=far,
        limit=parameter("inconsistent_sd"),
        r2=model.card.r2_cv if model else None,
        least_r2=parameter("inconsistent_min_r2"),
        cases=model.card.n if model else None,
        terms=model.card.k if model else None,
        villages=villages,
        missing=None if model else _missing(store, scope),
    )


def inconsistent_families(
    store: Store, scope: Scope, looks: tuple[Looks, ...] = ("better_off", "poorer"), limit: int | None = 500
) -> pd.DataFrame:
    """The contradicting families, the furthest first, ties by pseudonym; at most `limit`, all where it is None.

    pseudonym, village (code), name, district, size, decile_recorded, decile_expected (usual for its traits), gap
    (expected less recorded, in deciles), looks, reasons: up to three (field, value) that push the expected decile
    furthest in that direction, compared with families of the same recorded decile.
    """
    model = expected_model(store, scope.snapshot_id)
    params = {"far": _far(model), "looks": list(looks), "limit": limit}
    frame = _measure(store, "inconsistent_families", scope, params)
    frame["reasons"] = _reasons(store, scope.snapshot_id, model, frame) if model and len(frame) else None
    return definitions.integers(frame, ("size", "decile_recorded")).drop(columns="family_no")


def _far(model: ExpectedModel | None) -> float | None:
    return parameter("inconsistent_sd").value * model.card.sigma if model else None


def _measure(store: Store, name: str, scope: Scope, params: dict[str, Any]) -> pd.DataFrame:
    judged = sql_text("inconsistent").format(tolerance=TOLERANCE)
    return definitions.measure(store, name, definitions.everyone(scope), params, judged=judged)


def _missing(store: Store, scope: Scope) -> str:
    recorded = store.one(
        "SELECT 1 FROM family WHERE snapshot_id = $id AND decile_recorded IS NOT NULL LIMIT 1",
        {"id": scope.snapshot_id},
    )
    if recorded is None:
        return "Berkas sumber tidak memuat desil tercatat, jadi tidak ada yang dapat dibandingkan dengan ciri keluarga."
    return (
        "Desil tercatat belum dapat dijelaskan dari ciri keluarga: keluarganya terlalu sedikit, cirinya terlalu "
        "seragam, atau hasilnya belum dihitung."
    )


def _reasons(store: Store, snapshot_id: str, model: ExpectedModel, families: pd.DataFrame) -> pd.Series:
    card, numbers = model.card, families["family_no"].tolist()
    values = term_values(store, snapshot_id, card, numbers)
    contributions = values * np.array([term.coefficient for term in card.terms])
    fields = fields_of(card)
    of_term = np.array([term.field for term in card.terms])
    # A term without a value leaves its whole field without one: what is not known is no reason.
    by_field = np.column_stack([contributions[:, of_term == field].sum(axis=1) for field in fields])
    peers = np.array(
        [[model.peers[field][int(decile)] for field in fields] for decile in families["decile_recorded"]]
    )  # fmt: skip
    push = (by_field - peers) * np.sign(families["gap"].to_numpy())[:, None]
    held = field_values(store, snapshot_id, numbers, fields)
    push[held.isna().to_numpy() | np.isnan(push)] = 0
    found = []
    for place, pushes in enumerate(push):
        strongest = np.argsort(-pushes, kind="stable")[:MOST_REASONS]
        found.append([(fields[at], held.iat[place, at]) for at in strongest if pushes[at] > 0])
    return pd.Series(found, index=families.index, dtype=object)

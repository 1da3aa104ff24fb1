"""Scorecards written by hand, for tests of what a card does."""

from datetime import UTC, datetime
from pathlib import Path

from analytics.model_card import ModelCard, Term


def term(field, kind, coefficient, mean, sd=0.5, level=None) -> Term:
    return Term(field=field, kind=kind, level=level, coefficient=coefficient, mean=mean, sd=sd)


def card(name="uji", terms: tuple[Term, ...] = (), day=1, **changes) -> ModelCard:
    body = {
        "name": name, "method": "ols", "outcome": "pengeluaran", "outcome_unit": "rupiah per jiwa per bulan",
        "unit": "family", "survey": "survei.csv", "n": 100, "k": len(terms), "intercept": 10.0, "terms": terms,
        "sigma": 0.4, "r2_cv": 0.5, "targeting": (), "signal": True, "scorable": True,
        "fields_needed": tuple(dict.fromkeys(made.field for made in terms)),
        "fitted_at": datetime(2026, 1, day, tzinfo=UTC),
    }  # fmt: skip
    return ModelCard.model_validate(body | changes)


def keep(store, made: ModelCard) -> Path:
    path = store.models / f"{made.name}.yaml"
    made.save(path)
    return path

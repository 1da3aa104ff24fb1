"""A small snapshot from a few dicts, so that a test shows only what it is about."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.definitions import features_sql, rank_sql
from analytics.model_card import ModelCard
from analytics.pmt_line import derive as derive_chances
from data.store import Store

SNAPSHOT_ID = "s1"
VILLAGE = "99.01.01.2001"
Rows = Iterable[Mapping[str, Any]]


@pytest.fixture
def store(tmp_path: Path):
    with Store(tmp_path / "t.duckdb") as opened:
        yield opened


def _insert(store: Store, table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = list(dict.fromkeys(name for row in rows for name in row))
    frame = pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in columns})
    with store.transaction() as cursor:
        cursor.register("incoming", frame)
        names = ", ".join(columns)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming")
        cursor.unregister("incoming")


def _build(
    store: Store,
    families: Rows = (),
    persons: Rows = (),
    enrolments: Rows = (),
    regions: Mapping[str, str] | None = None,
    populations: Rows = (),
    priority: Iterable[str] = (),
    official: Rows = (),
    snapshot: Mapping[str, Any] | None = None,
    card: Mapping[str, Any] | None = None,
) -> str:
    """Inserts one snapshot. A family's `score` goes through rank.sql; features are always derived.

    card: what the scorecard behind the scores says of its scatter; with it, chances under the lines are derived.
    """
    head = {
        "snapshot_id": SNAPSHOT_ID, "label": "Data uji", "source": "dtsen_2026", "source_date": date(2026, 1, 1),
        "imported_at": datetime(2026, 2, 1), "unit": "family", "frame": "full", "rank_area": "national",
        "code_system": "kemendagri", "data_hash": "hash",
    }  # fmt: skip
    head |= dict(snapshot or {})
    key = {"snapshot_id": head["snapshot_id"]}
    _insert(store, "snapshot", [head])
    filled = [
        {**key, "family_no": n, "line_no": n + 1, "pseudonym": f"p{n}", "village_code": VILLAGE, "village_known": True}
        | dict(family)
        for n, family in enumerate(families, 1)
    ]
    scores = {family["family_no"]: family.pop("score", None) for family in filled}
    _insert(store, "family", filled)
    _insert(store, "person", [
        {**key, "person_no": n, "family_no": 1, "line_no": n + 1, "active": True} | dict(person)
        for n, person in enumerate(persons, 1)
    ])  # fmt: skip
    _insert(store, "enrolment", [
        {**key, "family_no": 1, "programme": "PKH", "source": "flag", "line_no": n} | dict(enrolment)
        for n, enrolment in enumerate(enrolments, 1)
    ])  # fmt: skip
    levels = {2: "province", 5: "regency", 8: "district", 13: "village"}
    _insert(store, "region", [
        {"code": code, "level": levels[len(code)], "name": name, "parent": code.rpartition(".")[0], "list": "test"}
        for code, name in (regions or {}).items()
    ])  # fmt: skip
    _insert(store, "population", [
        {"village_code": VILLAGE, "date": date(2026, 1, 1), "source": "uji"} | dict(row) for row in populations
    ])  # fmt: skip
    _insert(store, "priority_village", [{"village_code": code, "source": "uji"} for code in priority])
    _insert(store, "official_figure", [{"source": "BPS", "unit": "jiwa"} | dict(row) for row in official])
    _derive(store, head, scores)
    if card is not None:
        with store.transaction() as cursor:
            derive_chances(cursor, head["snapshot_id"], scorecard(**card))
    return head["snapshot_id"]


def scorecard(**parts: Any) -> ModelCard:
    """A card without terms, priced as the demo's line is."""
    plain = {
        "name": "uji", "method": "ols", "outcome": "y", "outcome_unit": "rupiah fiktif per jiwa per bulan",
        "unit": "family", "survey": "uji", "price_date": date(2026, 9, 30), "n": 100, "k": 0, "intercept": 0.0,
        "terms": (), "sigma": 0.5, "r2_cv": 0.5, "targeting": (), "signal": True, "scorable": True,
        "fields_needed": (), "fitted_at": datetime(2026, 10, 1),
    }  # fmt: skip
    return ModelCard.model_validate(plain | parts)


def _derive(store: Store, head: dict[str, Any], scores: dict[int, float | None]) -> None:
    params = {"snapshot_id": head["snapshot_id"]}
    families = "(SELECT * FROM family WHERE snapshot_id = $snapshot_id)"
    features = features_sql(families, "(SELECT * FROM person WHERE snapshot_id = $snapshot_id AND active)")
    with store.transaction() as cursor:
        cursor.execute(
            f"INSERT INTO family_feature SELECT $snapshot_id, f.* FROM ({features}) AS f",
            params | {"on": head["source_date"], "elderly_age": 60},
        )
        if all(score is None for score in scores.values()):
            return
        frame = pd.DataFrame({"family_no": list(scores), "score": pd.Series(list(scores.values()), dtype="Float64")})
        cursor.register("scores", frame)
        scored = (
            "(SELECT f.family_no, f.village_code, f.size, CAST(s.score AS DOUBLE) AS score "
            f"FROM {families} AS f LEFT JOIN scores AS s ON s.family_no = f.family_no)"
        )
        cursor.execute(
            "INSERT INTO family_rank (snapshot_id, family_no, village_code, size, score, share_village, share_regency, "
            "share_province, share_village_persons, share_regency_persons, share_province_persons, list_rank, "
            f"list_size) SELECT $snapshot_id, r.* FROM ({rank_sql(scored)}) AS r",
            params | {"frame": head["frame"]},
        )
        cursor.unregister("scores")


@pytest.fixture
def build() -> Callable[..., str]:
    return _build

"""Cells of coverage: families by programme, eligibility and village or decile; stored by `run` or computed in place.

They depend on the ranking and on the rules in force, not on cut, quota or line.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb
import pandas as pd

from analytics import definitions
from analytics.eligibility import eligible_sql
from analytics.scope import Scope
from data.reference import Eligibility, programmes
from data.store import Store

Rules = Mapping[str, Eligibility | None]
_STORED = (
    "SELECT * FROM coverage_cell WHERE snapshot_id = $snapshot_id AND ranking = $ranking AND rules = $rules "
    "AND {in_region}"
)


def rules_in_force(on: date) -> dict[str, Eligibility | None]:
    """The rule of every catalogued programme on a day, None where none is known; in the order of the catalogue."""
    return {code: programme.rule(on) for code, programme in programmes().items()}


def coverage_frame(store: Store, scope: Scope, codes: list[str], on: date) -> pd.DataFrame:
    """The cells of a scope summed by `analytics/sql/coverage.sql`: programme (of `codes`, in this order), by, village,
    name, decile and counts; counts of the eligible are null where the programme has no rule in force."""
    rules = rules_in_force(on)
    key = {"snapshot_id": scope.snapshot_id, "ranking": definitions.ranking(scope), "rules": _hash(rules)}
    while True:
        # Deciles are stored per regency: a smaller region has too few families to be worth storing.
        stored = len(scope.region) <= 5 and definitions.pages_current(store, scope.snapshot_id)
        stored = stored and store.one(_STORED.format(in_region="true") + " LIMIT 1", key) is not None
        if not stored:
            definitions.require_results(store, scope.snapshot_id)
        if stored:
            cells = _STORED.format(in_region=definitions.region_sql("area"))
            bound: dict[str, Any] = key | {"region": scope.region, "programmes": codes}
        else:
            cells, bound = cells_sql(
                scope, {code: rules[code] for code in codes}, definitions.pages_current(store, scope.snapshot_id)
            )
        frame = store.frame(definitions.sql_text("coverage").format(cells=cells), bound)
        # An import may have emptied the stored cells between the two questions.
        if not stored or definitions.pages_current(store, scope.snapshot_id):
            return frame


def derive_cells(cursor: duckdb.DuckDBPyConnection, snapshot_id: str, on: date) -> None:
    """Fill coverage_cell of a snapshot for every ranking it has. Needs family_page of the snapshot on `cursor`."""
    key = {"snapshot_id": snapshot_id}
    cursor.execute("DELETE FROM coverage_cell WHERE snapshot_id = $snapshot_id", key)
    found = cursor.execute("SELECT DISTINCT programme FROM enrolment WHERE snapshot_id = $snapshot_id", key).fetchall()
    loaded = {code for (code,) in found}
    rules = rules_in_force(on)
    for scope in (
        Scope(snapshot_id), Scope(snapshot_id, definition="pmt_quota"),
        Scope(snapshot_id, definition="pmt_quota", unit="persons"),
    ):  # fmt: skip
        cells, bound = cells_sql(scope, {code: rule for code, rule in rules.items() if code in loaded}, stored=True)
        cursor.execute(
            "INSERT INTO coverage_cell BY NAME "
            f"SELECT $snapshot_id AS snapshot_id, $ranking AS ranking, $rules AS rules, c.* FROM ({cells}) AS c",
            bound | {"ranking": definitions.ranking(scope), "rules": _hash(rules)},
        )


def cells_sql(scope: Scope, rules: Rules, stored: bool) -> tuple[str, dict[str, Any]]:
    """`analytics/sql/coverage_cells.sql` for a scope and these programmes, and its bound values.

    stored: see `definitions.status_sql`. Raises Refused `component_unknown`.
    """
    status, bound = definitions.status_sql(scope, stored)
    place = {code: position for position, code in enumerate(programmes())}
    conditions = {code: eligible_sql(code, rule, "") for code, rule in rules.items() if rule is not None}
    receives = {code: f"received & {1 << place[code]} > 0" for code in rules}
    eligible = {code: f"eligible & {1 << place[code]} > 0" for code in conditions}
    covered = {code: f"{eligible[code]} AND {receives[code]}" for code in conditions}
    unknown = {code: f"unknown & {1 << place[code]} > 0" for code in conditions}
    sql = definitions.sql_text("coverage_cells").format(
        status=status,
        eligible=_bits({place[code]: condition for code, condition in conditions.items()}),
        unknown=_bits({place[code]: f"({condition}) IS NULL" for code, condition in conditions.items()}),
        families=_each(rules, "count(*)", receives),
        persons=_each(rules, "sum(size)", receives),
        eligible_families=_each(rules, "count(*)", eligible),
        eligible_persons=_each(rules, "sum(size)", eligible),
        covered_families=_each(rules, "count(*)", covered),
        covered_persons=_each(rules, "sum(size)", covered),
        eligibility_unknown_families=_each(rules, "count(*)", unknown),
    )
    lists = {
        "programmes": list(rules), "places": [place[code] for code in rules],
        "ruled": [rule is not None for rule in rules.values()],
    }  # fmt: skip
    return sql, bound | lists


def _each(rules: Rules, counted: str, conditions: dict[str, str]) -> str:
    return ", ".join(f"{counted} FILTER (WHERE {conditions[code]})" if code in conditions else "NULL" for code in rules)


def _bits(conditions: dict[int, str]) -> str:
    bits = [f"CASE WHEN {condition} THEN {1 << place} ELSE 0 END" for place, condition in conditions.items()]
    return f"CAST({' + '.join(bits) or '0'} AS BIGINT)"


def _hash(rules: Rules) -> str:
    told = "\n".join(f"{code} {rule.model_dump_json() if rule else None}" for code, rule in rules.items())
    return hashlib.sha256(told.encode()).hexdigest()

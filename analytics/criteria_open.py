"""The families that a region's rules leave open: whom a visit has to see, and which clauses it has to answer."""

import pandas as pd

from analytics.criteria_sql import judged_sql, met_sql
from analytics.definitions import require_results
from analytics.scope import Scope
from data.criteria import default_rules
from data.store import Store


def open_families(store: Store, scope: Scope) -> pd.DataFrame:
    """The families whose status under the scope's rules is not known, whatever its definition; by village and
    pseudonym, for the register's own order would tell more.

    family_no, pseudonym, village_code, village_name, size, and j0, j1, ... per clause of the rules: met (true), not met
    (false), cannot be judged (null). Raises Refused `results_missing`.
    """
    require_results(store, scope.snapshot_id)
    rules = scope.rules or default_rules()
    judged, params = judged_sql(rules)
    return store.frame(
        f"SELECT j.*, coalesce(r.name, j.village_code) AS village_name FROM ({judged}) AS j "
        "LEFT JOIN region AS r ON r.code = j.village_code "
        f"WHERE {met_sql(rules)} IS NULL ORDER BY j.village_code, j.pseudonym",
        params | {"snapshot_id": scope.snapshot_id, "region": scope.region},
    )

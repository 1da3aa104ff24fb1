"""What is judged of a family by a region's rules as one whole number: stored by `run`, read by every page.

A number to the base of three, a digit per clause and reading in the file's order: 2 met, 1 cannot be judged, 0 not met.
So it stays the same whichever reading is in use, and a group by one number takes a fraction of one by twenty truth
values. Rules of more digits than a number holds are judged in place.
"""

import hashlib
from typing import Any

from analytics.criteria_sql import judged_sql, met_sql
from data.criteria_rules import RuleSet
from data.store import Store

DIGITS = 38  # of base three that a BIGINT holds
MET, OPEN, NOT_MET = 2, 1, 0
Judgement = tuple[str, str]  # clause, reading
# The rules, and the answers of visits as they are: both decide what is judged.
_STATE = (
    "$criteria_rules || (SELECT ' ' || count(*) || ' ' || coalesce(bit_xor(hash(pseudonym, clause, met, date)), 0) "
    "FROM criterion_answer WHERE ruleset = $ruleset)"
)


def judgements(rules: RuleSet) -> list[Judgement]:
    """Every clause with each of its readings, in the file's order: the digits of a family's number, lowest first."""
    return [(clause.key, reading.name) for clause in rules.clauses for reading in clause.readings]


def codes_sql(rules: RuleSet) -> tuple[str, list[list[Judgement]], dict[str, Any]]:
    """One row per family of `$snapshot_id` and `$region`: family_no, size, code0 (code1, ... for more digits than one
    number holds); what the digits of each are; the other bound values."""
    first = {clause.key: clause.readings[0].name for clause in rules.clauses if len(clause.readings) > 1}
    judged, params = judged_sql(rules.read(first), every_reading=True)
    columns = {
        (clause.key, reading.name): f"j{place}_{other}" if other else f"j{place}"
        for place, clause in enumerate(rules.clauses)
        for other, reading in enumerate(clause.readings)
    }
    names = judgements(rules)
    parts = [names[start : start + DIGITS] for start in range(0, len(names), DIGITS)]
    codes = [f"{_number([columns[name] for name in part])} AS code{place}" for place, part in enumerate(parts)]
    return f"SELECT family_no, size, {', '.join(codes)} FROM ({judged}) AS j", parts, params


def _number(columns: list[str]) -> str:
    digits = [
        f"CASE WHEN {name} THEN {MET * 3**power} WHEN {name} IS NULL THEN {OPEN * 3**power} ELSE 0 END"
        for power, name in enumerate(columns)
    ]
    return f"CAST({' + '.join(digits)} AS BIGINT)"


def stored_sql(rules: RuleSet) -> tuple[str, str, dict[str, Any]] | None:
    """For family_page: the rows family_no, code0; the text that tells rules and answers from others; bound values.

    None where one number does not hold the judgements.
    """
    codes, parts, params = codes_sql(rules)
    if len(parts) != 1:
        return None
    told = repr((rules.name, codes, sorted(params.items())))
    return codes, _STATE, params | {"region": "", "criteria_rules": hashlib.sha256(told.encode()).hexdigest()}


def codes_current(store: Store, snapshot_id: str, rules: RuleSet) -> bool:
    """True where family_page holds what these rules and today's answers judge; `pages_current` is asked beside it."""
    found = stored_sql(rules)
    if found is None:
        return False
    _, state, params = found
    key = {"snapshot_id": snapshot_id, "ruleset": rules.name, "criteria_rules": params["criteria_rules"]}
    asked = f"SELECT 1 FROM family_page WHERE snapshot_id = $snapshot_id AND criteria_rules = {state} LIMIT 1"
    return store.one(asked, key) is not None


def met_by_code_sql(rules: RuleSet) -> str:
    """code, met: whether a number stored in family_page meets the rules in the readings in use."""
    powers = {name: 3**place for place, name in enumerate(judgements(rules))}
    used = [powers[clause.key, clause.reading.name] for clause in rules.clauses]
    digits = ", ".join(
        f"CASE (code // {power}) % 3 WHEN {MET} THEN true WHEN {NOT_MET} THEN false END AS j{place}"
        for place, power in enumerate(used)
    )
    # Materialized: a condition on `met` would else be asked of every family before the numbers are made distinct.
    return (
        "WITH d AS MATERIALIZED (SELECT DISTINCT criteria AS code FROM family_page WHERE snapshot_id = $snapshot_id) "
        f"SELECT code, {met_sql(rules)} AS met FROM (SELECT code, {digits} FROM d) AS j"
    )

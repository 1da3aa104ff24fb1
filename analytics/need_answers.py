"""What families need, as SQL: yes, no or not known per need of data/reference/needs.yaml, and as bits of three numbers.

A need is a bit by its place in that file, so that `run` stores all answers of a family in three whole numbers
(`need_yes`, `need_known`, `need_not_asked` of family_page) and a measure sums bits.
"""

from typing import Any

from analytics.fields import FIELDS
from data.errors import Refused
from data.planning import Condition, needs
from data.reference import programmes

# Columns of table family that are no field of a scorecard, but may be asked about here.
OTHER_COLUMNS = ("dukcapil_match", "stunting_risk")
_LISTED = "EXISTS (SELECT 1 FROM enrolment WHERE snapshot_id = $snapshot_id AND list_contains(${name}, programme))"


def answers_sql() -> tuple[list[tuple[str, str]], dict[str, Any]]:
    """Per need (whether it holds, whether it is asked at all), over the rows f (family), x (family_feature) and h
    (`received`: bits by place in the catalogue), and the bound values but for `$snapshot_id`.

    Refused `need_unknown_field`.
    """
    bound: dict[str, Any] = {}
    found = []
    for need in needs().values():
        every = [_holds(condition, bound) for condition in need.all_of]
        some = [_holds(condition, bound) for condition in need.any_of]
        answer = " AND ".join([*every, *(["(" + " OR ".join(some) + ")"] if some else [])])
        applies = " AND ".join(_holds(condition, bound) for condition in need.applies) or "true"
        found.append((f"CASE WHEN NOT ({applies}) THEN NULL ELSE {answer} END" if need.applies else answer, applies))
    return found, bound


def bits_sql() -> tuple[dict[str, str], dict[str, Any]]:
    """need_yes, need_known, need_not_asked as SQL over the rows of `answers_sql`, and the bound values."""
    answers, bound = answers_sql()
    asked_of_some = {place for place, need in enumerate(needs().values()) if need.applies}
    conditions = {
        "need_yes": {place: answer for place, (answer, _) in enumerate(answers)},
        "need_known": {place: f"({answer}) IS NOT NULL" for place, (answer, _) in enumerate(answers)},
        "need_not_asked": {place: f"NOT ({answers[place][1]})" for place in asked_of_some},
    }
    return {name: _bits(by_place) for name, by_place in conditions.items()}, bound


def _bits(conditions: dict[int, str]) -> str:
    parts = [f"CASE WHEN {condition} THEN {1 << place} ELSE 0 END" for place, condition in conditions.items()]
    return f"CAST({' + '.join(parts) or '0'} AS BIGINT)"


def _holds(condition: Condition, bound: dict[str, Any]) -> str:
    if condition.without is None:
        return _comparison(condition, bound)
    place = {code: at for at, code in enumerate(programmes())}
    still_open = [code for code, programme in programmes().items() if not programme.closed]
    named = still_open if condition.without == "any" else list(condition.without)
    name = f"need_value{len(bound)}"
    bound[name] = named
    bits = sum(1 << place[code] for code in named if code in still_open)
    # Without a single list of them nobody can be said to receive none.
    return f"CASE WHEN {_LISTED.format(name=name)} THEN (coalesce(h.received, 0) & {bits}) = 0 END"


def _comparison(condition: Condition, bound: dict[str, Any]) -> str:
    column = _column(condition.field or "")
    if condition.truth is not None:
        return column if condition.truth else f"NOT {column}"
    name = f"need_value{len(bound)}"
    if condition.among is not None:
        bound[name] = list(condition.among)
        return f"list_contains(${name}, {column})"
    for operator, value in ((">=", condition.least), ("<", condition.below), ("=", condition.equals)):
        if value is not None:
            bound[name] = value
            return f"{column} {operator} ${name}"
    raise AssertionError("a condition has one comparison")  # data.planning sees to it


def _column(field: str) -> str:
    if field in OTHER_COLUMNS:
        return f"f.{field}"
    if field not in FIELDS:
        raise Refused(
            "need_unknown_field",
            f"Ciri {field} dalam data/reference/needs.yaml tidak dikenal; gunakan nama ciri yang ada dalam "
            "analytics/fields.py.",
        )
    return f"{'x' if FIELDS[field].source == 'feature' else 'f'}.{field}"

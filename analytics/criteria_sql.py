"""A rule file as SQL: columns of the whitelist, groups as three-valued logic, every value of the file bound.

Met is true, not met false, cannot be judged null, and SQL's own AND, OR and NOT do the rest. Nothing of a file
becomes SQL text: columns come from `data.criteria_fields`, everything else is a parameter.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from analytics.fields import FIELDS, not_asked_sql
from analytics.params import SQL
from data.criteria_fields import CRITERIA_FIELDS
from data.criteria_rules import Clause, Comparison, Group, Node, Receives, RuleSet, Test, Value

_HELD = (
    "LEFT JOIN (SELECT DISTINCT family_no FROM enrolment WHERE snapshot_id = $snapshot_id AND programme = ${name}) "
    "AS {name} ON {name}.family_no = family.family_no"
)
_LISTED = "EXISTS (SELECT 1 FROM enrolment WHERE snapshot_id = $snapshot_id AND programme = ${name})"


@dataclass
class _Bound:
    """What a compiled file binds, and the joins its programmes need."""

    params: dict[str, Value] = field(default_factory=dict)
    joins: dict[str, str] = field(default_factory=dict)

    def value(self, value: Value) -> str:
        name = f"criterion{len(self.params)}"
        self.params[name] = value
        return f"${name}"

    def programme(self, code: str) -> str:
        if code not in self.joins:
            name = f"held{len(self.joins)}"
            self.params[name] = code
            self.joins[code] = _HELD.format(name=name)
        return f"held{list(self.joins).index(code)}"


def judged_sql(rules: RuleSet, every_reading: bool = False) -> tuple[str, dict[str, Value]]:
    """`analytics/sql/criteria.sql` for these rules: column j0, j1, ... per clause (the reading in use), and its
    parameters but for `$snapshot_id` and `$region`. every_reading: beside them j0_1, ... per reading not in use."""
    bound = _Bound()
    answers, judged = [], []
    for place, clause in enumerate(rules.clauses):
        answers.append(f"max(CASE WHEN clause = {bound.value(clause.key)} THEN said END) AS a{place}")
        said = f"CASE answer.a{place} WHEN 1 THEN true WHEN 0 THEN false ELSE ({{}}) END AS j{place}{{}}"
        judged.append(said.format(test_sql(clause.reading.test, bound), ""))
        if every_reading:
            judged += [
                said.format(test_sql(reading.test, bound), f"_{number}")
                for number, reading in enumerate(clause.readings)
                if number != clause.chosen
            ]
    sql = (SQL / "criteria.sql").read_text(encoding="utf-8")
    filled = sql.format(answers=", ".join(answers), judged=", ".join(judged), joins="\n".join(bound.joins.values()))
    return filled, bound.params | {"ruleset": rules.name}


def met_sql(rules: RuleSet) -> str:
    """Whether a row of `judged_sql` meets the rules: SQL over its columns j0, j1, ..."""
    columns = {clause.key: f"j{place}" for place, clause in enumerate(rules.clauses)}
    return _tree_sql(rules.rule, lambda leaf: columns[leaf.key] if isinstance(leaf, Clause) else "NULL")


def test_sql(test: Test, bound: _Bound) -> str:
    """A clause's test over the aliases `family` and `feature`; binds its values."""
    return _tree_sql(test, lambda leaf: _leaf_sql(leaf, bound))


def _tree_sql(node: Node, leaf: Callable[[Node], str]) -> str:
    if not isinstance(node, Group):
        return leaf(node)
    parts = [_tree_sql(part, leaf) for part in node.parts]
    if node.how == "all_of":
        return f"({' AND '.join(parts)})"
    if node.how == "any_of":
        return f"({' OR '.join(parts)})"
    if node.how == "none_of":
        return f"(NOT ({' OR '.join(parts)}))"
    surely = " + ".join(f"coalesce(CAST({part} AS INTEGER), 0)" for part in parts)
    perhaps = " + ".join(f"coalesce(CAST({part} AS INTEGER), 1)" for part in parts)
    least = int(node.least)
    return f"(CASE WHEN {surely} >= {least} THEN true WHEN {perhaps} < {least} THEN false END)"


def _leaf_sql(leaf: Node, bound: _Bound) -> str:
    if isinstance(leaf, Comparison):
        return _comparison_sql(leaf, bound)
    if isinstance(leaf, Receives):
        name = bound.programme(leaf.programme)
        return f"CASE WHEN {name}.family_no IS NOT NULL THEN true WHEN {_LISTED.format(name=name)} THEN false END"
    return "CAST(NULL AS BOOLEAN)"


def _comparison_sql(comparison: Comparison, bound: _Bound) -> str:
    column = f"{CRITERIA_FIELDS[comparison.field].source}.{comparison.field}"
    if comparison.operator == "known":
        return f"({column} IS {'NOT ' if comparison.values[0] else ''}NULL)"
    values = [bound.value(value) for value in comparison.values]
    if comparison.operator == "in":
        compared = f"({column} IN ({', '.join(values)}))"
    elif comparison.operator == "between":
        compared = f"({column} BETWEEN {values[0]} AND {values[1]})"
    else:
        compared = f"({column} {comparison.operator} {values[0]})"
    # A head without work has no kind of work: the question does not apply, so the comparison fails and is no gap.
    not_asked = not_asked_sql(comparison.field) if comparison.field in FIELDS else None
    return f"CASE WHEN {column} IS NULL AND {not_asked} THEN false ELSE {compared} END" if not_asked else compared

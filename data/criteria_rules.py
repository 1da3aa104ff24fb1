"""What a rule file says, once read: a tree of groups and clauses, each clause with its readings, each with its test."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from data.errors import Refused
from data.reference import Status

How = Literal["all_of", "any_of", "none_of", "at_least"]
Operator = Literal["=", "in", "<", "<=", ">", ">=", "between", "known"]
Value = str | bool | int | float


@dataclass(frozen=True)
class Comparison:
    """values: one; several for `in`; both ends, included, for `between`; [True] or [False] for `known`."""

    field: str
    operator: Operator
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Receives:
    """The family receives a programme of the catalogue; not known where no list of it is loaded."""

    programme: str


@dataclass(frozen=True)
class NoData:
    """What no register tells: always "cannot be judged"."""


@dataclass(frozen=True)
class Reading:
    """One way to read a clause. name: `default` where the clause has only one."""

    name: str
    title: str
    test: "Test"
    status: Status


@dataclass(frozen=True)
class Clause:
    """One clause of the regulation. label: its own words. chosen: place of the reading in use."""

    key: str
    article: str
    label: str
    readings: tuple[Reading, ...]
    chosen: int = 0

    @property
    def reading(self) -> Reading:
        return self.readings[self.chosen]

    @property
    def without_data(self) -> bool:
        return isinstance(self.reading.test, NoData)


@dataclass(frozen=True)
class Group:
    """least: how many of the parts must be met, for `at_least` only."""

    how: How
    parts: tuple["Node", ...]
    least: int = 0


Test = Group | Comparison | Receives | NoData
Node = Group | Clause | Comparison | Receives | NoData


@dataclass(frozen=True)
class RuleSet:
    """A region's rules. region: code of the region that made them, null for none. start: in force from, null if the
    file does not say. status: whether the labels were checked against the regulation. note: what to know beforehand."""

    name: str
    title: str
    source: str
    articles: str
    status: Status
    start: date | None
    region: str | None
    note: str
    rule: Group

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """In the regulation's order."""
        return tuple(node for node in walk(self.rule) if isinstance(node, Clause))

    @property
    def chosen(self) -> dict[str, str]:
        """Clause -> name of the reading in use, of the clauses that have several."""
        return {clause.key: clause.reading.name for clause in self.clauses if len(clause.readings) > 1}

    def read(self, readings: Mapping[str, str]) -> "RuleSet":
        """The rules with other readings chosen (clause -> name). Refused `reading_unknown`."""
        several = {clause.key: clause for clause in self.clauses if len(clause.readings) > 1}
        for key, name in readings.items():
            names = [reading.name for reading in several[key].readings] if key in several else []
            if name not in names:
                raise Refused(
                    "reading_unknown",
                    f"Klausul “{printable(key)}” tidak punya pembacaan “{printable(name)}”; pilih "
                    f"{' atau '.join(f'{key}={other}' for other in names) if names else _choices(several)}.",
                )
        return replace(self, rule=_chosen(self.rule, readings))


def _choices(several: Mapping[str, Clause]) -> str:
    return f"klausul {' atau '.join(several)}" if several else "aturan lain, karena aturan ini tidak punya pilihan"


def _chosen(node: Any, readings: Mapping[str, str]) -> Any:
    if isinstance(node, Group):
        return replace(node, parts=tuple(_chosen(part, readings) for part in node.parts))
    if isinstance(node, Clause) and node.key in readings:
        names = [reading.name for reading in node.readings]
        return replace(node, chosen=names.index(readings[node.key]))
    return node


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, tests of clauses not included, in the file's order."""
    yield node
    if isinstance(node, Group):
        for part in node.parts:
            yield from walk(part)


def printable(text: str) -> str:
    """A word of a file as a message may show it."""
    return re.sub(r"[^\w .\-=]", "?", text)[:60]

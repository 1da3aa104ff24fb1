"""Whether two snapshots asked the same: per field, what one form could answer and the other could not.

A snapshot's answers are those its profile says the form offered (`options`, else every word its value lists know),
and any other word that stands in its rows. See docs/metodologi.md, Membandingkan dua data.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from analytics import catalogue
from analytics.catalogue import Snapshot
from data.contracts import ASSETS, FAMILY_CATEGORIES, LIVESTOCK, PERSONAL
from data.profiles import PROFILES, FieldRule, Profile, saved_profiles, shipped_profiles, spellings
from data.store import Store

State = Literal["same", "partly", "no"]
# What a family lives in and owns, and what its members are; not who recorded what (deciles, checks, identity).
_HOME = (*(name for name in FAMILY_CATEGORIES if not name.startswith("head_")), "septic", "savings", "floor_area",
         *ASSETS, *LIVESTOCK)  # fmt: skip
_MEMBERS = tuple(name for name in PERSONAL if name not in ("relation", "stunting_risk"))


@dataclass(frozen=True)
class FieldComparison:
    """state: `same` (comparable), `partly` (only the words both know), `no` (one does not have it, or they share no
    word, or a number, yes or no was asked otherwise). only_*: canonical words that one alone can hold. absent_*: null
    on every row. question_*: how that form asked, where it asked in its own way (Indonesian)."""

    field: str
    state: State
    only_first: tuple[str, ...] = ()
    only_second: tuple[str, ...] = ()
    absent_first: bool = False
    absent_second: bool = False
    question_first: str | None = None
    question_second: str | None = None


@dataclass(frozen=True)
class Comparability:
    """Two snapshots. fields: those that at least one of them holds, in the schema's order."""

    first: Snapshot
    second: Snapshot
    fields: tuple[FieldComparison, ...]

    @property
    def same_unit(self) -> bool:
        """Both count families, or both households."""
        return self.first.unit == self.second.unit

    @property
    def same_frame(self) -> bool:
        """Both list all families, or both the poorest part only."""
        return self.first.frame == self.second.frame


def comparable(store: Store, snapshot_a: str, snapshot_b: str) -> Comparability:
    """Compare the vintages of two snapshots field by field. Refused `unknown_snapshot` as `catalogue.snapshot`."""
    first, second = (catalogue.snapshot(store, name) for name in (snapshot_a, snapshot_b))
    fields: list[FieldComparison] = []
    for table, kind, names in (("family", "family", _HOME), ("person", "person", _MEMBERS)):
        held_first, held_second = (_held(store, table, names, found.snapshot_id) for found in (first, second))
        rules_first, rules_second = (_rules(store, found.source, kind) for found in (first, second))
        for name in names:
            if held_first[name] is None and held_second[name] is None:
                continue
            fields.append(
                _compare(
                    name, held_first[name], held_second[name], rules_first.get(name), rules_second.get(name)
                )
            )  # fmt: skip
    return Comparability(first, second, tuple(fields))


def _compare(
    name: str,
    held_first: frozenset[str] | None,
    held_second: frozenset[str] | None,
    first: FieldRule | None,
    second: FieldRule | None,
) -> FieldComparison:
    if held_first is None or held_second is None:
        return FieldComparison(name, "no", absent_first=held_first is None, absent_second=held_second is None)
    words_first, words_second = _words(first) | held_first, _words(second) | held_second
    questions = (first.question if first else None, second.question if second else None)
    shared = words_first & words_second
    asked_otherwise = questions[0] != questions[1]
    state: State = "same"
    if words_first != words_second or asked_otherwise:
        state = "partly" if shared and not asked_otherwise else "no"
    return FieldComparison(
        name,
        state,
        tuple(sorted(words_first - words_second)),
        tuple(sorted(words_second - words_first)),
        question_first=questions[0] if asked_otherwise else None,
        question_second=questions[1] if asked_otherwise else None,
    )


def _words(rule: FieldRule | None) -> frozenset[str]:
    """The words a form could answer; empty for a number, a yes or a no, and where the profile is not at hand."""
    if rule is None:
        return frozenset()
    words = rule.options or [word for word in spellings(rule).values() if word is not None]
    return frozenset(words) - {"true", "false"}


def _rules(store: Store, source: str, kind: str) -> dict[str, FieldRule]:
    profiles: dict[str, Profile] = saved_profiles(store.path.parent / PROFILES) | shipped_profiles()
    if source not in profiles:
        return {}
    return {
        name: rule for table in profiles[source].tables if table.kind == kind for name, rule in table.fields.items()
    }


def _held(store: Store, table: str, names: Iterable[str], snapshot_id: str) -> dict[str, frozenset[str] | None]:
    """Field -> the words on its rows (empty for a number, a yes or a no); None where every row is null."""
    names = tuple(names)
    counts = ", ".join(f"count({name}) AS {name}" for name in names)
    row = store.one(f"SELECT {counts} FROM {table} WHERE snapshot_id = $id", {"id": snapshot_id}) or {}
    held: dict[str, frozenset[str] | None] = {}
    for name in names:
        if not row[name]:
            held[name] = None
        elif name in FAMILY_CATEGORIES or name in PERSONAL:
            words = store.rows(
                f"SELECT DISTINCT {name} AS word FROM {table} WHERE snapshot_id = $id AND {name} IS NOT NULL",
                {"id": snapshot_id},
            )
            held[name] = frozenset(entry["word"] for entry in words)
        else:
            held[name] = frozenset()
    return held

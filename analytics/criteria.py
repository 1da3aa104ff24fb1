"""A region's own criteria over its families: who meets them, who cannot be judged, and what each clause changes.

The families are counted once by what was judged of their clauses; every figure is then arithmetic on these few rows,
with the same three-valued logic as the SQL (Kleene): met 2, cannot be judged 1, not met 0, so that AND is the
least, OR the greatest, NOT 2 - x.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.criteria_codes import MET, NOT_MET, OPEN, Judgement, codes_sql
from analytics.definitions import judged_stored, no_nan_text, region_sql, require_results, require_snapshot, sql_text
from analytics.scope import UNIT_NAMES, Scope
from analytics.text import listing, number
from data.criteria import default_rules
from data.criteria_rules import Clause, Group, Node, RuleSet, walk
from data.errors import Refused
from data.store import Store

Judged = Mapping[str, np.ndarray]  # clause -> value of each pattern


@dataclass(frozen=True)
class Criteria:
    """Counts are in the scope's unit, of families or persons; persons of families without a known size are missing.

    total = met + undecided + not_met; lower = met, upper = met + undecided: candidates for the extreme poor, until a
    village meeting and a decree say so. answered: families of the scope with an answer of a visit.
    clauses, in the regulation's order: clause, article, label, reading (title in use, null where there is one only),
    without_data, own_met, own_open, own_not (of the clause alone), left_met, left_open (after this clause and those
    above it, the rest taken as favourable), without_lower, without_upper (if the clause were not in the rules),
    lower_change, upper_change (what dropping it adds).
    readings, of clauses with several: clause, reading, title, status, chosen, lower, upper (with this reading, the
    others as in use).
    """

    scope: Scope
    rules: RuleSet
    total: int
    met: int
    undecided: int
    not_met: int
    answered: int
    clauses: pd.DataFrame
    readings: pd.DataFrame
    warnings: tuple[str, ...]

    @property
    def lower(self) -> int:
        return self.met

    @property
    def upper(self) -> int:
        return self.met + self.undecided


def criteria(store: Store, scope: Scope) -> Criteria:
    """The scope's rules over its families, whatever its definition; the default rules where it names none.

    Refused `snapshot_unknown`, `results_missing`, and `sizes_unknown` for persons where no family's size is known.
    """
    rules = scope.rules or default_rules()
    patterns, judged, read = _patterns(store, scope, rules)
    if len(patterns) and patterns[scope.unit].isna().all():
        raise Refused(
            "sizes_unknown",
            "Jumlah anggota semua keluarga di wilayah ini tidak diketahui, jadi jiwa tidak dapat dihitung; pilih "
            "satuan keluarga.",
        )
    weight = patterns[scope.unit].fillna(0).to_numpy(dtype=np.int64)

    def count(values: np.ndarray) -> tuple[int, int]:
        return int(weight[values == MET].sum()), int(weight[values == OPEN].sum())

    met, undecided = count(value(rules.rule, judged))
    total = int(weight.sum())
    return Criteria(
        scope=scope,
        rules=rules,
        total=total,
        met=met,
        undecided=undecided,
        not_met=total - met - undecided,
        answered=_answered(store, scope, rules),
        clauses=_clauses(rules, judged, count, (met, undecided), total),
        readings=_readings(rules, judged, read, count),
        warnings=tuple(_warnings(scope, rules, patterns, judged)),
    )


def called(clause: str) -> str:
    """A clause in a sentence: `huruf b`, `“terdaftar”`."""
    return f"huruf {clause}" if len(clause) == 1 else f"“{clause.replace('_', ' ')}”"


def value(node: Node, judged: Judged) -> np.ndarray:
    """The value of a tree of clauses over the patterns."""
    if isinstance(node, Clause):
        return judged[node.key]
    assert isinstance(node, Group)
    parts = np.stack([value(part, judged) for part in node.parts])
    if node.how == "all_of":
        return parts.min(axis=0)
    if node.how == "any_of":
        return parts.max(axis=0)
    if node.how == "none_of":
        return MET - parts.max(axis=0)
    surely, perhaps = (parts == MET).sum(axis=0), (parts >= OPEN).sum(axis=0)
    return np.where(surely >= node.least, MET, np.where(perhaps < node.least, NOT_MET, OPEN))


def dropped(node: Node, key: str) -> Node | None:
    """The tree without a clause; None where nothing is left. A group that loses its last part goes too, and
    `at_least` asks for no more parts than are left."""
    if isinstance(node, Clause):
        return None if node.key == key else node
    assert isinstance(node, Group)
    parts = tuple(part for part in (dropped(part, key) for part in node.parts) if part is not None)
    return Group(node.how, parts, min(node.least, len(parts))) if parts else None


def favourable(node: Node, wanted: int = MET) -> dict[str, int]:
    """Clause -> the value that helps the tree most: met, but not met below an odd number of `none_of`."""
    if isinstance(node, Clause):
        return {node.key: wanted}
    assert isinstance(node, Group)
    below = MET - wanted if node.how == "none_of" else wanted
    found: dict[str, int] = {}
    for part in node.parts:
        found |= favourable(part, below)
    return found


def _patterns(store: Store, scope: Scope, rules: RuleSet) -> tuple[pd.DataFrame, Judged, dict[tuple[str, str], Any]]:
    """The patterns with their counts; what each says of a clause; the same under each reading of those with several."""
    patterns, parts = _counted(store, scope, rules)
    judgements = {
        name: (patterns[f"code{place}"].to_numpy(dtype=np.int64) // 3**power) % 3
        for place, part in enumerate(parts)
        for power, name in enumerate(part)
    }
    used = {clause.key: judgements[clause.key, clause.reading.name] for clause in rules.clauses}
    several = {clause.key for clause in rules.clauses if len(clause.readings) > 1}
    return patterns, used, {key: values for key, values in judgements.items() if key[0] in several}


def _counted(store: Store, scope: Scope, rules: RuleSet) -> tuple[pd.DataFrame, list[list[Judgement]]]:
    """Families and persons by code0, code1, ..., and what the digits of each are."""
    judged, parts, params = codes_sql(rules)
    key = {"snapshot_id": scope.snapshot_id, "region": scope.region}
    while True:
        stored = judged_stored(store, scope.snapshot_id, rules)
        if not stored:
            require_snapshot(store, scope.snapshot_id)
            require_results(store, scope.snapshot_id)
        if stored:
            region = region_sql("village_code")
            judged = f"SELECT size, criteria AS code0 FROM family_page WHERE snapshot_id = $snapshot_id AND {region}"
            params = {}
        names = ", ".join(f"code{place}" for place in range(len(parts)))
        patterns = store.frame(sql_text("criteria_patterns").format(judged=judged, names=names), params | key)
        # An import may have emptied the stored rows between the two questions.
        if not stored or judged_stored(store, scope.snapshot_id, rules):
            return patterns, parts
        judged, parts, params = codes_sql(rules)


def _clauses(rules: RuleSet, judged: Judged, count: Any, whole: tuple[int, int], total: int) -> pd.DataFrame:
    best = favourable(rules.rule)
    ahead = {key: np.full_like(values, best[key]) for key, values in judged.items()}
    rows = []
    for clause in rules.clauses:
        ahead[clause.key] = judged[clause.key]
        own_met, own_open = count(judged[clause.key])
        left_met, left_open = count(value(rules.rule, ahead))
        rest = dropped(rules.rule, clause.key)
        # Rules without any clause rule nobody out.
        lower, still_open = count(value(rest, judged)) if rest else (total, 0)
        rows.append(
            {
                "clause": clause.key, "article": clause.article, "label": clause.label,
                "reading": clause.reading.title or None, "without_data": clause.without_data,
                "own_met": own_met, "own_open": own_open, "own_not": total - own_met - own_open,
                "left_met": left_met, "left_open": left_open,
                "without_lower": lower, "without_upper": lower + still_open,
                "lower_change": lower - whole[0], "upper_change": lower + still_open - sum(whole),
            }
        )  # fmt: skip
    return no_nan_text(pd.DataFrame(rows))


def _readings(rules: RuleSet, judged: Judged, read: Mapping[tuple[str, str], np.ndarray], count: Any) -> pd.DataFrame:
    rows = []
    for clause in rules.clauses:
        for place, reading in enumerate(clause.readings):
            if (clause.key, reading.name) not in read:
                continue
            met, undecided = count(value(rules.rule, {**judged, clause.key: read[clause.key, reading.name]}))
            rows.append(
                {"clause": clause.key, "reading": reading.name, "title": reading.title, "status": reading.status,
                 "chosen": place == clause.chosen, "lower": met, "upper": met + undecided}
            )  # fmt: skip
    columns = ["clause", "reading", "title", "status", "chosen", "lower", "upper"]
    return pd.DataFrame(rows, columns=columns)


def _answered(store: Store, scope: Scope, rules: RuleSet) -> int:
    row = store.one(
        sql_text("criteria_answered"),
        {"snapshot_id": scope.snapshot_id, "region": scope.region, "ruleset": rules.name},
    )
    return int(row["families"]) if row else 0


def _warnings(scope: Scope, rules: RuleSet, patterns: pd.DataFrame, judged: Judged) -> list[str]:
    found = []
    if rules.region and not (scope.region == rules.region or scope.region.startswith(f"{rules.region}.")):
        found.append(
            f"{rules.title} dibuat untuk wilayah {rules.region}; di wilayah lain hasilnya hanya contoh, sampai daerah "
            "itu punya aturannya sendiri."
        )
    if rules.status == "unverified":
        found.append(f"Isi aturan {rules.title} belum diverifikasi dengan peraturannya.")
    if scope.unit == "persons" and patterns["persons"].isna().any():
        found.append(f"Sebagian keluarga tanpa jumlah anggota: {UNIT_NAMES['persons']}nya tidak terhitung.")
    # A visit may have answered what no register tells.
    blank = [
        called(node.key) for node in walk(rules.rule)
        if isinstance(node, Clause) and node.without_data and (judged[node.key] == OPEN).all()
    ]  # fmt: skip
    if blank:
        found.append(
            f"{number(len(blank))} klausul tidak punya data sama sekali ({listing(blank)}): hanya kunjungan yang "
            "dapat menjawabnya, dengan formulir lapangan di bawah."
        )
    return found

"""Whom a programme should reach among the extreme poor, and what one family costs, as SQL for `gaps.sql`.

The guide's priority for the programme's strategy and the programme's own rule in force, both of them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics.coverage import rule_text
from analytics.eligibility import component
from analytics.fields import FIELDS
from data.errors import Refused
from data.planning import Priority, UnitCost, in_force, priorities, unit_cost
from data.reference import Eligibility, Programme, programmes


@dataclass(frozen=True)
class Target:
    """One programme of the catalogue, open, with all that decides its target on a day.

    place: its place in the catalogue, hence its bit in `received`. priority, rule, cost: None where none is in force.
    of: codes of the programmes it stands in for, none for a programme in its own right.
    """

    code: str
    place: int
    programme: Programme
    priority: Priority | None
    rule: Eligibility | None
    cost: UnitCost | None
    of: tuple[str, ...]

    @property
    def bit(self) -> int:
        return 1 << self.place

    def text(self) -> str:
        """The target in Indonesian: `miskin ekstrem, desil 1–3, dengan anak usia sekolah`."""
        parts = ["miskin ekstrem"]
        if self.priority and self.priority.deciles:
            parts.append(_range("desil", self.priority.deciles))
        if self.priority and self.priority.percentiles:
            parts.append(_range("persentil", self.priority.percentiles))
        if self.priority and self.priority.able_age:
            low, high = self.priority.able_age
            parts.append(f"ada anggota {low}–{high} tahun yang mampu bekerja")
        if self.priority and self.priority.pockets:
            parts.append("di desa kantong")
        own = rule_text(self.rule)
        if own:
            parts.append(f"aturan program: {own}")
        if self.of:
            parts.append(f"belum menerima {' atau '.join(self.of)}")
        return ", ".join(parts)


def targets(on: date) -> tuple[Target, ...]:
    """The open programmes of the catalogue with what is in force on a day, in the catalogue's order."""
    found: list[Target] = []
    for place, (code, programme) in enumerate(programmes().items()):
        if programme.closed:
            continue
        rules = priorities().strategies[programme.strategy].rules
        substitution = in_force(priorities().substitutes.get(code, ()), on)
        found.append(
            Target(
                code=code,
                place=place,
                programme=programme,
                priority=in_force(rules, on),
                rule=programme.rule(on),
                cost=unit_cost(code, on),
                of=substitution.of if substitution else (),
            )
        )
    return tuple(found)


def condition_sql(target: Target, all_targets: tuple[Target, ...]) -> tuple[str, dict[str, Any]]:
    """True, false or not known for families of the step `alike` (q).

    Raises Refused `component_unknown` for a component no column answers.
    """
    bound: dict[str, Any] = {}
    parts = ["q.poor"]
    priority, place = target.priority, target.place
    if priority and priority.deciles:
        bound |= {f"low{place}": priority.deciles[0], f"high{place}": priority.deciles[1]}
        parts.append(f"q.decile BETWEEN $low{place} AND $high{place}")
    if priority and priority.percentiles:
        parts.append("q.placed")
    if priority and priority.able_age:
        parts.append("q.able")
    if priority and priority.pockets:
        parts.append("q.pocket")
    if target.rule:
        bound |= {f"own_low{place}": target.rule.deciles[0], f"own_high{place}": target.rule.deciles[1]}
        parts.append(f"q.decile BETWEEN $own_low{place} AND $own_high{place}")
        if target.rule.component:
            named = [component(target.code, name) for name in target.rule.component]
            parts.append("(" + " OR ".join(f"q.{name}" for name in named) + ")")
    if target.of:
        bound[f"of{place}"] = sum(other.bit for other in all_targets if other.code in target.of)
        parts.append(f"(q.received & $of{place}) = 0")
    return " AND ".join(parts), bound


def amount_sql(target: Target) -> tuple[str, float, str]:
    """SQL for what is counted of a family, rupiah a year for each, SQL for: a part of it is not known.

    Programmes that count the same have the same SQL, however much they pay. Raises Refused `cost_part_unknown`.
    """
    if target.cost is not None and len(target.cost.parts) == 1 and target.cost.most is None:
        part, value = next(iter(target.cost.parts.items()))
        count = _count_sql(target.code, part)
        return f"coalesce({count}, 0)", float(value), f"{count} IS NULL"
    rupiah, incomplete = cost_sql(target)
    return rupiah, 1.0, incomplete


def cost_sql(target: Target) -> tuple[str, str]:
    """SQL for rupiah a year for one family (what is not known adds nothing), and for: a part of it is not known."""
    if target.cost is None:
        return "CAST(NULL AS DOUBLE)", "false"
    dearest = sorted(target.cost.parts.items(), key=lambda part: -part[1])
    counts = [_count_sql(target.code, name) for name, _ in dearest]
    known = [f"coalesce({count}, 0)" for count in counts]
    paid = list(known)
    if target.cost.most is not None:
        paid = [
            f"least(greatest({target.cost.most} - ({' + '.join(known[:place]) or '0'}), 0), {known[place]})"
            for place in range(len(known))
        ]
    rupiah = " + ".join(f"{float(value)} * {count}" for (_, value), count in zip(dearest, paid, strict=True))
    return rupiah, " OR ".join(f"{count} IS NULL" for count in counts)


def _count_sql(programme: str, part: str) -> str:
    if part == "family":
        return "1"
    if part == "persons":
        return "q.size"
    field = FIELDS.get(part)
    if field is None or field.source != "feature" or field.shape not in ("count", "flag"):
        raise Refused(
            "cost_part_unknown",
            f"Bagian biaya {part} pada program {programme} di data/reference/unit_costs.yaml tidak dikenal; gunakan "
            "family, persons, atau jumlah dari ciri keluarga.",
        )
    return f"CAST(x.{part} AS INTEGER)"


def _range(word: str, ends: tuple[int, int]) -> str:
    low, high = ends
    return f"{word} {low}" if low == high else f"{word} {low}–{high}"

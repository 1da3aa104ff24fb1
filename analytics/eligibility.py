"""Whom a programme is meant for, as SQL: the decile range and the component of the rule in force.

The SQL speaks of a family under two names: `q` (decile, poor_housing) and `x`, its row of family_feature.
"""

from difflib import get_close_matches
from typing import Any

from analytics.coverage import COMPONENTS
from data.errors import Refused
from data.reference import Eligibility

# A house of earth or of what rots: bamboo, thatch. Another floor, wall or roof does not offset it.
POOR_HOUSING = "(f.floor IN ('earth', 'bamboo') OR f.wall = 'bamboo' OR f.roof IN ('bamboo', 'thatch'))"
PLANNER = "Rentang desil pilihan perencana"
_FLAGS = ("any_pregnant", "any_disability", "any_chronic")  # true or false; the other components are counts


def with_deciles(own: Eligibility | None, cut: tuple[int, int] | None) -> Eligibility | None:
    """The programme's own rule with its deciles replaced by a planner's; the component stays.

    None without either. Raises Refused `cut_invalid` where the range is not within 1 to 10.
    """
    if cut is None:
        return own
    if not 1 <= cut[0] <= cut[1] <= 10:
        raise Refused(
            "cut_invalid", "Rentang desil harus di antara 1 dan 10, dengan batas bawah lebih dahulu, misalnya 1 dan 4."
        )
    changed = {"deciles": cut, "source": PLANNER, "status": "unverified"}
    if own is not None:
        return own.model_copy(update=changed)
    return Eligibility.model_validate({"from": "2022-06-08", **changed})


def eligible_sql(programme: str, rule: Eligibility, place: int) -> tuple[str, dict[str, Any]]:
    """SQL that is true, false or null (not known) for a family, and its bound values.

    A family outside the deciles is not eligible, whatever else is not known of it. place: makes the names of the
    bound values unique. Raises Refused `component_unknown`.
    """
    condition = f"q.decile BETWEEN $low{place} AND $high{place}"
    if rule.component:
        condition += " AND (" + " OR ".join(component_sql(programme, name) for name in rule.component) + ")"
    return condition, {f"low{place}": rule.deciles[0], f"high{place}": rule.deciles[1]}


def component_sql(programme: str, name: str) -> str:
    """SQL of one component of a rule: true, false or null. Raises Refused `component_unknown`."""
    if name not in COMPONENTS:
        close = get_close_matches(name, COMPONENTS, 1)
        raise Refused(
            "component_unknown",
            f"Syarat {name} pada program {programme} di data/reference/programmes.yaml tidak dikenal; "
            f"gunakan {'mungkin ' + close[0] if close else 'salah satu dari ' + ', '.join(COMPONENTS)}.",
        )
    if name == "poor_housing":
        return "q.poor_housing"
    return f"x.{name}" if name in _FLAGS else f"x.{name} > 0"

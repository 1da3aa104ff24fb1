"""Whom a programme is meant for, as SQL: the decile range and the component of the rule in force.

The SQL speaks of a family as `q`, a row of the step `status` (analytics/definitions.py).
"""

from difflib import get_close_matches

from analytics.coverage import COMPONENTS
from data.errors import Refused
from data.reference import Eligibility

PLANNER = "Rentang desil pilihan perencana"


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


def eligible_sql(programme: str, rule: Eligibility) -> str:
    """SQL that is true, false or null (not known) for a family. Its numbers are our own, from YAML or checked.

    A family outside the deciles is not eligible, whatever else is not known of it. Raises Refused
    `component_unknown`.
    """
    low, high = rule.deciles
    condition = f"q.decile BETWEEN {int(low)} AND {int(high)}"
    if rule.component:
        condition += " AND (" + " OR ".join(component_sql(programme, name) for name in rule.component) + ")"
    return condition


def component_sql(programme: str, name: str) -> str:
    """SQL of one component of a rule: true, false or null. Raises Refused `component_unknown`."""
    if name in COMPONENTS:
        return f"q.{name}"
    close = get_close_matches(name, COMPONENTS, 1)
    raise Refused(
        "component_unknown",
        f"Syarat {name} pada program {programme} di data/reference/programmes.yaml tidak dikenal; "
        f"gunakan {'mungkin ' + close[0] if close else 'salah satu dari ' + ', '.join(COMPONENTS)}.",
    )

"""Programmes that must not meet in a family, and programmes that should (guide chapter IV, 4.3(1))."""

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

import pandas as pd

from analytics import catalogue as snapshots
from analytics import definitions
from analytics.combinations import Held, absent_text, clash_rules, count, held_programmes
from analytics.scope import Scope
from analytics.text import listing
from data.rules import Forbidden, Wanted, rules
from data.store import Store

COLUMNS = (
    "rule", "kind", "title", "families", "persons", "to_check", "target_families", "incomplete", "programmes",
    "reason", "start", "source", "status",
)  # fmt: skip


@dataclass(frozen=True)
class Overlaps:
    """The rules in force and the families they speak of.

    rows: rule, kind ("forbidden" | "wanted"), title (Indonesian), programmes (codes the count could ask about),
    families and persons, to_check (families), reason (Indonesian; why figures are null or what they leave out), start,
    source, status of the rule.
    forbidden: families = those that certainly break the rule; to_check = those that break it if a period that is not
    known falls together, or a decile that is not known lies beyond. target_families, incomplete: null.
    wanted: target_families = of whom something may be expected; families = those that hold all that is expected of
    them, incomplete = those that lack some of it, to_check = the others (a component not known); the three add up to
    the target. Of the extreme poor under `pmt_line`: expected numbers, hence fractions.
    """

    scope: Scope
    rows: pd.DataFrame
    held: Held
    definition_text: str
    warnings: tuple[str, ...]


def overlaps(store: Store, scope: Scope, on: date | None = None, held: Held | None = None) -> Overlaps:
    """The rules in force `on` a day (today), over the families of a scope. held: where it was counted already.

    Raises Refused `snapshot_unknown`, `component_unknown`.
    """
    truncated = snapshots.snapshot(store, scope.snapshot_id).frame == "truncated"
    held = held or held_programmes(store, scope, on)
    found = []
    for name, rule in rules(held.on).items():
        figures = _forbidden(held, name, rule) if isinstance(rule, Forbidden) else _wanted(held, rule)
        about = {"rule": name, "kind": rule.kind, "title": rule.title, "start": rule.start, "source": rule.source,
                 "status": rule.status}  # fmt: skip
        found.append(about | figures)
    rows = definitions.no_nan_text(pd.DataFrame(found, columns=list(COLUMNS)))
    counts = dict.fromkeys(("families", "persons", "to_check", "target_families", "incomplete"), "Float64")
    rows = rows.astype(counts)
    if scope.definition != "pmt_line":
        rows = rows.astype(dict.fromkeys(counts, "Int64"))
    return Overlaps(scope, rows, held, definitions.definition_text(store, scope), tuple(_warnings(held, truncated)))


def _nothing(reason: str) -> dict[str, Any]:
    return {"programmes": (), "reason": reason}


def _forbidden(held: Held, name: str, rule: Forbidden) -> dict[str, Any]:
    known, cells = held.catalogue, held.cells
    absent = known.absent((rule.programme, *rule.others))
    if rule.programme in absent or (rule.others and not set(rule.others) - set(absent)):
        return _nothing(absent_text(absent))
    if rule.others:
        bit = clash_rules(held.on)[name][0]
        certain, perhaps = cells[(cells["clash"] & bit) != 0], cells[(cells["to_check"] & bit) != 0]
    else:
        holds = cells[(cells["held"] & known.bit(rule.programme)) != 0]
        certain = holds[(holds["decile"] > rule.beyond_decile).fillna(False).astype(bool)]
        perhaps = holds[holds["decile"].isna()]
        if len(holds) and len(perhaps) == len(holds):
            return _nothing("Desil keluarga belum diketahui menurut peringkat yang dipilih.")
    families, persons = count(held, certain, extreme=False)
    return {
        "families": families,
        "persons": persons,
        "to_check": count(held, perhaps, extreme=False)[0],
        "programmes": tuple(code for code in (rule.programme, *rule.others) if code in known.loaded),
        "reason": absent_text(absent) if absent else None,
    }


def _wanted(held: Held, rule: Wanted) -> dict[str, Any]:
    known, extreme = held.catalogue, rule.among == "extreme"
    absent = known.absent(code for group in rule.each for code in group)
    groups = [tuple(code for code in group if code in known.loaded) for group in rule.each]
    groups = [group for group in groups if group]
    if not extreme and rule.among not in known.loaded:
        return _nothing(absent_text([rule.among]))
    if not groups:
        return _nothing(absent_text(absent))
    if extreme and not held.status_known:
        return _nothing("Status miskin ekstrem keluarga belum diketahui menurut definisi ini.")
    among = held.cells if extreme else held.cells[(held.cells["held"] & known.bit(rule.among)) != 0]
    asked = [_asked(among, known.bits(group)) for group in groups]
    lacking = reduce(or_, (has & ~holds for holds, has, _ in asked))
    unsure = reduce(or_, (perhaps & ~holds for holds, _, perhaps in asked))
    expected = reduce(or_, (holds | has | perhaps for holds, has, perhaps in asked))
    complete = reduce(and_, (holds | ~(has | perhaps) for holds, has, perhaps in asked)) & expected
    figures = {
        "target_families": expected, "families": complete, "incomplete": lacking, "to_check": unsure & ~lacking
    }  # fmt: skip
    counted = {name: count(held, among[chosen], extreme) for name, chosen in figures.items()}
    return {name: families for name, (families, _) in counted.items()} | {
        "persons": counted["families"][1],
        "programmes": (() if extreme else (rule.among,)) + tuple(code for group in groups for code in group),
        "reason": absent_text(absent) if absent else None,
    }


def _asked(cells: pd.DataFrame, bits: int) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Of a group of programmes: the family holds one; one's component is there; only its component is not known.

    Who holds a programme counts as holding it, whatever is recorded of the component.
    """
    has = (cells["has"] & bits) != 0
    return (cells["held"] & bits) != 0, has, ((cells["unsure"] & bits) != 0) & ~has


def _warnings(held: Held, truncated: bool) -> list[str]:
    found = []
    if held.catalogue.unknown:
        found.append(
            f"Program {listing(held.catalogue.unknown_shown)} tidak ada di data/reference/programmes.yaml sehingga "
            "tidak ikut dinilai; tambahkan di sana."
        )
    by_decile = [rule.programme for rule in rules(held.on).values() if isinstance(rule, Forbidden) and not rule.others]
    if truncated and by_decile:
        found.append(
            f"Berkas hanya memuat bagian termiskin penduduk: penerima {listing(by_decile)} yang mampu di luar daftar "
            "tidak terlihat."
        )
    return found

"""Programmes that must not meet in a family: how many families break each rule, and how many have to be looked at."""

from dataclasses import dataclass

from analytics.text import known
from reports.documents.blocks import Fact
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material


@dataclass(frozen=True)
class Overlap:
    """One rule in force. families: those that certainly break it; to_check: those that perhaps do. reason: why they
    are not known, or what is left out (Indonesian or null)."""

    rule: str
    title: str
    families: Fact
    to_check: Fact
    reason: str | None


def forbidden(material: Material) -> list[Overlap]:
    """The rules against overlaps, the one most families break first; those nobody can judge last."""
    rows = material.overlaps.rows
    found = [_overlap(material, row) for row in rows[rows["kind"] == "forbidden"].to_dict("records")]
    return sorted(found, key=lambda one: (one.families.text != HIDDEN and one.families.value is None,
                                          -(one.families.value or 0), one.rule))  # fmt: skip


def _overlap(material: Material, row: dict) -> Overlap:
    rule, title, ledger = str(row["rule"]), str(row["title"]), material.ledger
    return Overlap(
        rule=rule,
        title=title,
        families=ledger.people(
            f"overlaps/{rule}/families", row["families"], f"Pasti tumpang tindih: {title}", "keluarga", row["source"]
        ),
        to_check=ledger.people(
            f"overlaps/{rule}/to_check", row["to_check"], f"Perlu diperiksa: {title}", "keluarga", row["source"]
        ),
        reason=row["reason"] if known(row["reason"]) else None,
    )

"""The annual plan as it is printed: its rows, what has been realised of them, people's own words marked."""

from dataclasses import dataclass
from functools import partial

from analytics.plan import Cell, PlanRow
from analytics.text import known, money
from data.plan_entries import FIELDS, QUARTERS
from reports.documents.blocks import Fact, Human, Parts
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material
from reports.documents.shared_gaps import gap_list

SOURCE, HAND = "Rencana aksi tahunan", "Diisi oleh sekretariat"
NOT_REPORTED = "belum dilaporkan"
UNFILLED = "–"


@dataclass(frozen=True)
class Quarter:
    """What a quarter came to; a number that is not reported is null."""

    number: int
    money: Fact | None
    recipients: Fact | None


@dataclass(frozen=True)
class PlanFacts:
    """One row. target: in `target_unit`; hidden where its families are too few. money, recipients: of the quarters that
    are reported, recipients of the fullest one; null where none is. *_share: of budget and target, null alike."""

    row: PlanRow
    target: Fact
    budget: Fact
    quarters: tuple[Quarter, ...]
    money: Fact | None
    money_share: Fact | None
    recipients: Fact | None
    recipients_share: Fact | None

    def words(self, field: str) -> Parts:
        """A cell of the plan that is no number of its own."""
        cell = self.row.cells[field]
        return (Human(cell.value) if cell.human else str(cell.value),) if known(cell.value) else (UNFILLED,)


def plan_list(material: Material) -> list[PlanFacts]:
    """The rows of the plan, in its order."""
    gap_list(material)  # the gaps are counted there, beside their wholes
    return [_facts(material, row) for row in material.plan.rows]


def gap_of(material: Material, row: PlanRow) -> Fact | None:
    """The printed gap of a row's programme in families; null for a row without a proposal."""
    if row.proposal is None:
        return None
    prefix = "" if material.scope.unit == "families" else "families/"
    return material.ledger.written[f"gaps/{row.key}/{prefix}gap"]


def _facts(material: Material, row: PlanRow) -> PlanFacts:
    target = _target(material, row)
    budget = _budget(material, row, target)
    sums = _sum(material, row, "money", row.money), _sum(material, row, "recipients", row.recipients)
    return PlanFacts(
        row=row,
        target=target,
        budget=budget,
        quarters=tuple(_quarter(material, row, number) for number in QUARTERS),
        money=sums[0],
        money_share=_share(material, row, "money", sums[0], budget),
        recipients=sums[1],
        recipients_share=_share(material, row, "recipients", sums[1], target),
    )


def _target(material: Material, row: PlanRow) -> Fact:
    cell, unit = row.cells["target"], str(row.cells["target_unit"].value or "satuan")
    gap = gap_of(material, row)
    if gap is not None and not cell.human and row.proposal and not row.proposal.from_quota:
        return gap
    source = HAND if cell.human else "Inventaris program"
    return material.ledger.figure(f"plan/{row.key}/target", _number(cell), f"Target, {row.name}", unit, source,
                                  human=cell.human)  # fmt: skip


def _budget(material: Material, row: PlanRow, target: Fact) -> Fact:
    cell, id, label = row.cells["budget"], f"plan/{row.key}/budget", f"Anggaran, {row.name}"
    if not cell.human and known(row.budget_each):
        return material.ledger.cost(id, target, row.budget_each, label, "Target dikali biaya satuan setahun")
    source = HAND if cell.human else "Inventaris program"
    return material.ledger.figure(id, _number(cell), label, "rupiah", source, human=cell.human)


def _number(cell: Cell) -> float | None:
    return cell.value if isinstance(cell.value, float) else None


def _quarter(material: Material, row: PlanRow, number: int) -> Quarter:
    report = row.realised.get(number)
    figure = partial(material.ledger.figure, source=HAND)
    if report is None:
        return Quarter(number, None, None)
    rupiah = recipients = None
    if report.money is not None:
        rupiah = figure(f"plan/{row.key}/q{number}/money", report.money, f"Realisasi triwulan {number}, {row.name}",
                        "rupiah")  # fmt: skip
    if report.recipients is not None:
        recipients = figure(f"plan/{row.key}/q{number}/recipients", report.recipients,
                            f"Penerima triwulan {number}, {row.name}", "penerima")  # fmt: skip
    return Quarter(number, rupiah, recipients)


def _sum(material: Material, row: PlanRow, what: str, value: float | None) -> Fact | None:
    if value is None:
        return None
    label, unit = ("Realisasi uang", "rupiah") if what == "money" else ("Penerima terbanyak", "penerima")
    return material.ledger.figure(f"plan/{row.key}/{what}", value, f"{label}, {row.name}", unit, HAND)


def _share(material: Material, row: PlanRow, what: str, part: Fact | None, whole: Fact) -> Fact | None:
    """Share of the plan that is realised; may be above one."""
    if part is None:
        return None
    share = part.value / whole.value if known(part.value) and whole.value else None  # type: ignore[operator]
    text = HIDDEN if whole.text == HIDDEN else None
    return material.ledger.figure(f"plan/{row.key}/{what}_share", share, f"Bagian dari rencana, {row.name}", "bagian",
                                  "Realisasi dibagi rencana", text=text)  # fmt: skip


def plan_money(material: Material, what: str) -> Fact | None:
    """Sum over the rows, as it is said aloud: `budget` of those printed, `money` realised; null where none is known."""
    found = [getattr(facts, what) for facts in plan_list(material)]
    known_ones = [fact.value for fact in found if fact is not None and fact.value is not None]
    if not known_ones:
        return None
    label = "Anggaran rencana" if what == "budget" else "Realisasi uang"
    total = sum(known_ones)
    return material.ledger.figure(f"plan.{what}", total, label, "rupiah", SOURCE, text=money(total))


def edited_words(row: PlanRow) -> str:
    """Headers of the fields people filled in, for a column beside the row."""
    heads = [FIELDS[name].removesuffix(" (rupiah)") for name in row.edited]
    return ", ".join(head[:1].lower() + head[1:] for head in heads)

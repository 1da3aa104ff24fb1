"""How far the annual plan has come by the end of a quarter; what is not reported is not known, never zero."""

from dataclasses import dataclass
from typing import Literal

from analytics.text import money
from data.plan_entries import QUARTERS
from reports.documents.blocks import Fact
from reports.documents.material import Material
from reports.documents.shared_plan import HAND, PlanFacts, Quarter, plan_list

Pace = Literal["unreported", "incomplete", "no_budget", "behind", "on_course"]
PACE_NAMES: dict[str, str] = {
    "unreported": "belum dilaporkan", "incomplete": "laporan belum lengkap", "no_budget": "tanpa anggaran",
    "behind": "tertinggal", "on_course": "sesuai rencana",
}  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """One row of the plan. here: the quarter itself. money: rupiah of the quarters up to it that are reported, null
    where none is; share: of the budget, null alike. lacking: quarters up to it whose money is not reported. pace: as in
    docs/metodologi.md, Laju realisasi menurut triwulan."""

    facts: PlanFacts
    here: Quarter
    money: Fact | None
    share: Fact | None
    lacking: tuple[int, ...]
    pace: Pace

    @property
    def name(self) -> str:
        return self.facts.row.name


def progress_list(material: Material, quarter: int) -> list[Progress]:
    """The rows of the plan of the document's year, in its order."""
    return [_progress(material, facts, quarter) for facts in plan_list(material)]


def _progress(material: Material, facts: PlanFacts, quarter: int) -> Progress:
    until = [entry for entry in facts.quarters if entry.number <= quarter]
    said = [entry.money.value or 0 for entry in until if entry.money is not None]
    start, figure = f"plan/{facts.row.key}/to_q{quarter}", material.ledger.figure
    total = share = None
    if said:
        total = figure(f"{start}/money", sum(said), f"Realisasi sampai triwulan {quarter}, {facts.row.name}", "rupiah",
                       HAND)  # fmt: skip
        if facts.budget.value:
            share = figure(f"{start}/share", sum(said) / facts.budget.value,
                           f"Bagian anggaran sampai triwulan {quarter}, {facts.row.name}", "bagian",
                           "Realisasi dibagi anggaran yang tercetak")  # fmt: skip
    lacking = tuple(entry.number for entry in until if entry.money is None)
    reported = any(entry.money is not None or entry.recipients is not None for entry in until)
    return Progress(facts, until[-1], total, share, lacking, _pace(reported, lacking, share, quarter))


def _pace(reported: bool, lacking: tuple[int, ...], share: Fact | None, quarter: int) -> Pace:
    if not reported:
        return "unreported"
    if lacking:
        return "incomplete"
    if share is None or share.value is None:
        return "no_budget"
    return "behind" if share.value < quarter / len(QUARTERS) else "on_course"


def quarter_money(material: Material, quarter: int, cumulative: bool = False) -> Fact | None:
    """Rupiah the rows reported of a quarter, or up to it, as it is said aloud; null where none did."""
    rows = progress_list(material, quarter)
    said = [
        fact.value for row in rows if (fact := row.money if cumulative else row.here.money) and fact.value is not None
    ]
    if not said:
        return None
    label = f"Realisasi {'sampai ' if cumulative else ''}triwulan {quarter}"
    id = f"plan.{'to_' if cumulative else ''}q{quarter}.money"
    return material.ledger.figure(id, sum(said), label, "rupiah", HAND, text=money(sum(said)))


def last_reported(material: Material) -> int | None:
    """The last quarter any row reported; null where none did."""
    return max((number for facts in plan_list(material) for number in facts.row.realised), default=None)

"""Gaps by programme: whom a programme should reach, whom it does, what is planned, and what the rest would cost."""

from dataclasses import dataclass

from analytics.gaps import strategy_titles
from analytics.scope import UNIT_NAMES
from analytics.text import known
from reports.documents.blocks import Fact, Parts, Table
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material

COSTS = "Biaya: celah dikalikan biaya satuan setahun, dibulatkan tiga angka penting."
SUBSTITUTE = "tidak dijumlahkan karena menggantikan program lain"


@dataclass(frozen=True)
class Gap:
    """One programme; counts in the unit of the scope. left: gap less what is planned. unit_cost: rupiah a year for one
    of those counted, a mean where it differs. cost: to close the gap. verified: the cost's source is. substitute_for:
    codes; its cost is in no sum. reason: why something is not known (Indonesian or null)."""

    programme: str
    name: str
    strategy: str
    target: str
    eligible: Fact
    reached: Fact
    gap: Fact
    planned: Fact
    left: Fact
    unit_cost: Fact
    cost: Fact
    verified: bool
    substitute_for: str | None
    reason: str | None


def gap_list(material: Material, strategy: str | None = None) -> list[Gap]:
    """Every open programme of the catalogue, or those of one strategy, in the catalogue's order."""
    rows = material.gaps.rows.to_dict("records")
    return [_gap(material, row) for row in rows if strategy in (None, row["strategy"])]


def _gap(material: Material, row: dict) -> Gap:
    ledger, unit, code = material.ledger, material.scope.unit, str(row["programme"])
    source, name = material.gaps.definition_text, str(row["name"])
    eligible, reached, gap = _counts(material, row)
    planned = ledger.figure(f"gaps/{code}/planned", row["planned"], f"Direncanakan, {name}", UNIT_NAMES[unit],
                            "Inventaris program")  # fmt: skip
    missed = row[f"gap_{unit}"]
    # Three digits: an exact mean beside a rounded count would tell the count.
    each = float(f"{row['cost'] / missed:.3g}") if known(row["cost"]) and known(missed) and missed else None
    status = f"{row['cost_note'] or 'biaya satuan belum ada'}"
    return Gap(
        programme=code,
        name=name,
        strategy=str(row["strategy"]),
        target=str(row["target"]),
        eligible=eligible,
        reached=reached,
        gap=gap,
        planned=planned,
        left=_left(material, f"gaps/{code}/left", gap, planned, name),
        unit_cost=ledger.figure(f"gaps/{code}/unit_cost", each, f"Biaya satuan setahun, {name}", "rupiah", status),
        cost=ledger.cost(f"gaps/{code}/cost", gap, each, f"Biaya menutup celah, {name}", f"{source} {status}"),
        verified=row["cost_status"] == "verified",
        substitute_for=row["substitute_for"] if known(row["substitute_for"]) else None,
        reason=row["reason"] if known(row["reason"]) else None,
    )


def _counts(material: Material, row: dict) -> tuple[Fact, Fact, Fact]:
    """Eligible, reached and gap; of persons, hidden where their families are."""
    ledger, code, name, source = material.ledger, row["programme"], row["name"], material.gaps.definition_text
    own = material.places[material.scope.region]
    labels = [f"Sasaran, {name}", f"Sudah menerima, {name}", f"Celah, {name}"]

    def counted(unit: str, prefix: str, families: tuple[Fact, ...] = ()) -> tuple[Fact, Fact, Fact]:
        ids = [f"gaps/{code}/{prefix}{kind}" for kind in ("eligible", "reached", "gap")]
        whole, parts = row[f"eligible_{unit}"], [row[f"reached_{unit}"], row[f"gap_{unit}"]]
        if families:
            eligible = ledger.persons_of(families[0], ids[0], whole, labels[0], source)
        else:
            eligible = ledger.within(own.families, ids[0], whole, labels[0], "keluarga", source)
        around = own.families if unit == "families" else own.persons
        reached, gap = ledger.split(ids[1:], whole, parts, labels[1:], UNIT_NAMES[unit], source, families[1:], around)
        return eligible, reached, gap

    if material.scope.unit == "families":
        return counted("families", "")
    return counted("persons", "", counted("families", "families/"))


def _left(material: Material, id: str, gap: Fact, planned: Fact, name: str) -> Fact:
    """The printed gap less what is planned; the whole gap where no plan is known."""
    value = max(gap.value - (planned.value or 0), 0.0) if gap.value is not None else None
    text = HIDDEN if gap.text == HIDDEN else None
    return material.ledger.figure(id, value, f"Sisa celah, {name}", gap.unit, gap.source, text=text)


def total_cost(material: Material, strategy: str | None = None) -> Fact:
    """Rupiah a year to close the printed gaps, substitutes left out; null where no cost is known."""
    own = [gap.cost.value for gap in gap_list(material, strategy) if not gap.substitute_for]
    costed = [cost for cost in own if cost is not None]
    return material.ledger.figure(
        f"gaps.cost{'/' + strategy if strategy else ''}", sum(costed) if costed else None,
        "Biaya menutup semua celah setahun", "rupiah", "Jumlah biaya program yang ditampilkan",
    )  # fmt: skip


def unpriced(material: Material, strategy: str | None = None) -> list[str]:
    """Programmes with an open gap that no sum of costs holds, because their unit cost is not known."""
    own = [gap for gap in gap_list(material, strategy) if not gap.substitute_for]
    return [gap.name for gap in own if (gap.gap.value or gap.gap.text == HIDDEN) and gap.unit_cost.value is None]


def gap_table(material: Material, strategy: str | None = None) -> Table:
    """Programmes with target, reached, gap, plan and cost; all strategies under their headings, or one of them."""
    titles = strategy_titles()
    rows: list[tuple[Parts, ...]] = []
    shown: list[Gap] = []
    for key, title in titles.items():
        found = gap_list(material, key) if strategy in (None, key) else []
        if strategy is None and found:
            rows.append(((title.upper(),), *[()] * 6))
        rows += [_cells(gap) for gap in found]
        shown += found
    unit = UNIT_NAMES[material.scope.unit]
    title = "Sasaran, capaian, dan celah program" + (f": {titles[strategy].lower()}" if strategy else "")
    return Table(
        f"celah/{strategy}" if strategy else "celah",
        f"{title} ({unit})",
        ("Program", "Sasaran", "Menerima", "Celah", "Rencana", "Sisa celah", "Biaya setahun"),
        tuple(rows),
        numeric=(1, 2, 3, 4, 5, 6),
        widths=(0.25, 0.11, 0.12, 0.1, 0.11, 0.1, 0.21),
        notes=_notes(material, shown),
    )


def _cells(gap: Gap) -> tuple[Parts, ...]:
    mark = "²" if gap.substitute_for else "" if gap.verified or gap.cost.value is None else "¹"
    facts = (gap.eligible, gap.reached, gap.gap, gap.planned, gap.left)
    return ((gap.name,), *((fact,) for fact in facts), (gap.cost, mark) if mark else (gap.cost,))


def _notes(material: Material, shown: list[Gap]) -> tuple[str, ...]:
    notes = [COSTS]
    if any(not gap.verified and gap.cost.value is not None and not gap.substitute_for for gap in shown):
        notes.append("¹ Biaya satuan belum diverifikasi; periksa sebelum dipakai menganggarkan.")
    if any(gap.substitute_for for gap in shown):
        notes.append(f"² Biaya {SUBSTITUTE}.")
    if any(HIDDEN in (gap.eligible.text, gap.reached.text, gap.gap.text) for gap in shown):
        notes.append(material.ledger.door.note)
    reasons: dict[str, list[str]] = {}
    for gap in shown:
        if gap.reason:
            reasons.setdefault(gap.reason, []).append(gap.name)
    return (*notes, *(f"{', '.join(names)}: {reason}" for reason, names in reasons.items()))

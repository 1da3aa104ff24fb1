"""The tables of the RAT: the matrix of the plan, its realisation, and the village proposals it does not take up."""

from collections.abc import Sequence

from analytics.text import listing
from data.plan_entries import FIELDS
from reports.documents.blocks import Fact, Human, Parts, Table
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material
from reports.documents.shared_plan import NOT_REPORTED, UNFILLED, PlanFacts, Quarter, edited_words, gap_of

LEGEND = "✎ menandai isian sekretariat; isian lainnya diusulkan dari data."
COLOURS = "Isian sekretariat berwarna biru dan disebut di kolom Diisi sekretariat; isian lainnya diusulkan dari data."
BUDGETS = (
    "Anggaran yang diusulkan ialah target dikali biaya satuan setahun, atau anggaran inventaris program bila targetnya "
    "kuota inventaris."
)
UNVERIFIED = "Biaya satuan belum diverifikasi; periksa sebelum dipakai menganggarkan."
RECIPIENTS = (
    "Penerima tidak dijumlahkan antartriwulan karena orang yang sama dapat menerima berulang kali; yang dibandingkan "
    "dengan target adalah triwulan dengan penerima terbanyak."
)
NAMED = {"programme": "Program", "activity": "Kegiatan", "sub_activity": "Sub-kegiatan", "sub_code": "Kode SIPD"}


def plan_table(material: Material, rows: Sequence[PlanFacts]) -> Table:
    """The matrix; its spread has a column for each field, and one that says what people filled in."""
    hidden = any(HIDDEN in (facts.target.text, facts.budget.text) for facts in rows)
    notes = (
        LEGEND,
        BUDGETS,
        *([UNVERIFIED] if material.gaps.unverified else []),
        *([material.ledger.door.note] if hidden else []),
        *_left_out(material),
    )
    return Table(
        "rencana",
        f"Rencana aksi tahun {material.year}",
        ("Masalah", "Program, kegiatan, dan sub-kegiatan", "Indikator", "Target", "Lokasi", "Penerima manfaat",
         "Anggaran", "Sumber dana", "Perangkat daerah"),
        tuple(_matrix_row(material, facts) for facts in rows),
        numeric=(6,),
        widths=(0.125, 0.165, 0.11, 0.075, 0.105, 0.12, 0.135, 0.08, 0.085),
        notes=notes,
        landscape=True,
        spread=_spread(material, rows, notes),
    )  # fmt: skip


def _left_out(material: Material) -> tuple[str, ...]:
    """Programmes without a row, and why; those people took out."""
    reasons: dict[str, list[str]] = {}
    for name, reason in material.plan.left_out:
        reasons.setdefault(reason, []).append(name)
    why = [f"{listing(names)} ({reason[:1].lower()}{reason[1:].rstrip('.')})" for reason, names in reasons.items()]
    notes = [f"Program tanpa baris: {'; '.join(why)}."] if why else []
    if material.plan.removed:
        notes.append(f"Dikeluarkan oleh sekretariat: {listing([name for _, name in material.plan.removed])}.")
    return tuple(notes)


def _matrix_row(material: Material, facts: PlanFacts) -> tuple[Parts, ...]:
    return (
        _problem(material, facts),
        _named(facts),
        facts.words("indicator"),
        (facts.target, " ", *facts.words("target_unit")),
        facts.words("location"),
        facts.words("beneficiaries"),
        (facts.budget,),
        facts.words("fund"),
        facts.words("office"),
    )


def _problem(material: Material, facts: PlanFacts) -> Parts:
    """A person's own words; else the gap as it may be printed."""
    gap = gap_of(material, facts.row)
    if facts.row.cells["problem"].human or gap is None or facts.row.proposal is None:
        return facts.words("problem")
    start = "Sejumlah" if gap.text == HIDDEN else ""
    end = f"keluarga miskin ekstrem yang menjadi sasaran belum menerima {facts.row.proposal.name}"
    return (f"{start} {end} (", gap, ")") if start else (gap, f" {end}")


def _named(facts: PlanFacts) -> Parts:
    """Programme, then activity, sub-activity and code, each on its line, as far as they are set."""
    parts: list = []
    for field in NAMED:
        cell = facts.row.cells[field]
        if cell.value:
            text = f"{'' if field in ('programme', 'sub_code') else f'{NAMED[field]}: '}{cell.value}"
            parts += ["\n"] if parts else []
            parts.append(Human(text) if cell.human else text)
    return tuple(parts) or (UNFILLED,)


def _spread(material: Material, rows: Sequence[PlanFacts], notes: tuple[str, ...]) -> Table:
    """A column for each field; what people set is coloured, and named in the last column."""
    numbers = {"target": lambda facts: (facts.target,), "budget": lambda facts: (facts.budget,)}
    return Table(
        "rencana",
        f"Rencana aksi tahun {material.year}",
        (*FIELDS.values(), "Diisi sekretariat"),
        tuple(
            (
                *(
                    _problem(material, facts) if field == "problem"
                    else numbers[field](facts) if field in numbers else facts.words(field)
                    for field in FIELDS
                ),
                (edited_words(facts.row),),
            )
            for facts in rows
        ),
        numeric=tuple(place for place, field in enumerate(FIELDS) if field in numbers),
        notes=(COLOURS, *notes[1:]),
        landscape=True,
    )  # fmt: skip


def realised_table(rows: Sequence[PlanFacts]) -> Table:
    """Money and recipients by quarter, and what share of the plan they are."""
    quarters = ("I", "II", "III", "IV")
    return Table(
        "realisasi",
        "Realisasi uang dan penerima menurut triwulan",
        ("Program", "Anggaran", *(f"Triwulan {name}" for name in quarters), "Uang sampai kini", "Penerima terbanyak"),
        tuple(
            ((facts.row.name,), (facts.budget,), *(_both(quarter) for quarter in facts.quarters),
             _over(facts.money, facts.money_share, "anggaran"),
             _over(facts.recipients, facts.recipients_share, "target"))
            for facts in rows
        ),
        numeric=(1, 2, 3, 4, 5, 6, 7),
        widths=(0.16, 0.13, 0.115, 0.115, 0.115, 0.115, 0.14, 0.11),
        notes=(RECIPIENTS,),
        landscape=True,
        spread=Table(
            "realisasi",
            "Realisasi uang dan penerima menurut triwulan",
            ("Program", "Anggaran",
             *(f"{what} triwulan {name}" for name in quarters for what in ("Uang", "Penerima")),
             "Uang sampai kini", "Bagian anggaran", "Penerima terbanyak", "Bagian target"),
            tuple(
                ((facts.row.name,), (facts.budget,),
                 *((fact,) if fact else (NOT_REPORTED,) for quarter in facts.quarters
                   for fact in (quarter.money, quarter.recipients)),
                 *_sums(facts))
                for facts in rows
            ),
            notes=(RECIPIENTS,),
        ),
    )  # fmt: skip


def _both(quarter: Quarter) -> Parts:
    """Money over recipients; what is not reported says so."""
    if quarter.money is None and quarter.recipients is None:
        return (NOT_REPORTED,)
    money: Parts = (quarter.money,) if quarter.money else (f"uang {NOT_REPORTED}",)
    people: Parts = (quarter.recipients, " penerima") if quarter.recipients else (f"penerima {NOT_REPORTED}",)
    return (*money, "\n", *people)


def _over(whole: Fact | None, share: Fact | None, of: str) -> Parts:
    """What was realised over the share of the plan it is."""
    if whole is None:
        return (UNFILLED,)
    return (whole, "\n", share, f" {of}") if share is not None and share.text != UNFILLED else (whole,)


def _sums(facts: PlanFacts) -> tuple[Parts, ...]:
    found: tuple[Fact | None, ...] = (facts.money, facts.money_share, facts.recipients, facts.recipients_share)
    return tuple((fact,) if fact else (UNFILLED,) for fact in found)


def proposal_table(material: Material) -> Table:
    """Village proposals that the plan does not take up, for the next level."""
    refused = [proposal for proposal in material.village_proposals if proposal["accommodated"] is False]
    return Table(
        "usulan_desa",
        "Usulan desa yang tidak diakomodasi",
        ("Kecamatan", "Desa/kelurahan", "Usulan", "Volume", "Perkiraan biaya", "Alasan"),
        tuple(_proposal_row(material, proposal) for proposal in refused),
        numeric=(4,),
        widths=(0.13, 0.15, 0.23, 0.11, 0.19, 0.19),
    )


def _proposal_row(material: Material, proposal: dict) -> tuple[Parts, ...]:
    number = proposal["entry_no"]
    whole = proposal["volume"] is None or float(proposal["volume"]).is_integer()
    volume = material.ledger.figure(
        f"proposals/{number}/volume", proposal["volume"], f"Volume usulan {number}", proposal["unit"] or "satuan",
        proposal["source"], digits=0 if whole else 2,
    )  # fmt: skip
    budget = material.ledger.figure(
        f"proposals/{number}/budget", proposal["budget"], f"Biaya usulan {number}", "rupiah", proposal["source"]
    )
    return (
        (proposal["district"] or proposal["village_code"][:8],),
        (proposal["village"] or proposal["village_code"],),
        (proposal["title"],),
        (volume, f" {proposal['unit']}") if proposal["unit"] and volume.value is not None else (volume,),
        (budget,),
        (Human(proposal["reason"]),) if proposal["reason"] else (UNFILLED,),
    )

"""What the extreme poor lack, beside all families, and who answers for it."""

from dataclasses import dataclass

from analytics.scope import UNIT_NAMES
from analytics.text import known
from reports.documents.blocks import Fact, Table
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material

UNANSWERED = "Bagian dihitung dari keluarga yang jawabannya diketahui dan yang dikenai pertanyaan itu."


@dataclass(frozen=True)
class NeedFact:
    """yes: extreme poor with the need. rate, all_rate, others_rate: of those with a known answer among the extreme
    poor, all, and all who are not extreme poor."""

    need: str
    title: str
    programme: str
    office: str
    yes: Fact
    rate: Fact
    all_rate: Fact
    others_rate: Fact


def need_list(material: Material) -> list[NeedFact]:
    """Needs by how often they are met with among the extreme poor, as printed; those nobody can tell of last."""
    found = [_need(material, row) for row in material.needs.overall().to_dict("records")]
    return sorted(found, key=lambda need: (-(need.rate.value or 0), need.need))


def _need(material: Material, row: dict) -> NeedFact:
    ledger, key, title, source = material.ledger, row["need"], row["title"], material.needs.definition_text
    unit = UNIT_NAMES[material.scope.unit]

    own = material.places[material.scope.region]
    extreme = own.families if material.scope.unit == "families" else own.persons

    def rate(group: str, yes: float, no: float, whose: str, around: Fact | None = None) -> tuple[Fact, Fact]:
        """Those with the need, and their share of those whose answer is known. around: all of them together."""
        id, label = f"needs/{key}/{group}/answered", f"Menjawab, {title}, {whose}"
        answered = (
            ledger.within(around, id, yes + no, label, unit, source) if around
            else ledger.people(id, yes + no, label, unit, source)
        )  # fmt: skip
        ids = [f"needs/{key}/{group}", f"needs/{key}/{group}/without"]
        labels = [f"{title}, {whose}", f"Tidak: {title}, {whose}"]
        having, _ = ledger.split(ids, yes + no, [yes, no], labels, unit, source, around=around)
        return having, ledger.rate(f"{ids[0]}/rate", having, answered, f"Bagian: {title}, {whose}", source)

    yes, no = (float(row[f"extreme_{kind}"]) if known(row[f"extreme_{kind}"]) else 0.0 for kind in ("yes", "no"))
    having, extreme_rate = rate("extreme", yes, no, "miskin ekstrem", extreme)
    _, all_rate = rate("all", row["yes"], row["no"], "semua")
    _, others_rate = rate("others", max(row["yes"] - yes, 0), max(row["no"] - no, 0), "bukan miskin ekstrem")
    return NeedFact(key, title, row["programme"], row["office"], having, extreme_rate, all_rate, others_rate)


def needs_table(material: Material, most: int | None = None) -> Table:
    """Needs that anybody's answer is known of; `most` of them."""
    shown = [need for need in need_list(material) if need.rate.value is not None or need.rate.text == HIDDEN][:most]
    unit = UNIT_NAMES[material.scope.unit]
    hidden = any(need.yes.text == HIDDEN for need in shown)
    return Table(
        "kebutuhan",
        f"Kebutuhan {unit} miskin ekstrem dan program yang menjawabnya",
        ("Kebutuhan", unit.capitalize(), "Miskin ekstrem", "Semua", "Program", "Perangkat daerah"),
        tuple(
            ((need.title,), (need.yes,), (need.rate,), (need.all_rate,), (need.programme,), (need.office,))
            for need in shown
        ),
        numeric=(1, 2, 3),
        widths=(0.24, 0.11, 0.1, 0.1, 0.25, 0.2),
        notes=(UNANSWERED, *([material.ledger.door.note] if hidden else [])),
    )

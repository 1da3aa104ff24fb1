"""Who the extreme poor are beside other families, and what sets them apart; never what makes them poor."""

from dataclasses import dataclass

from analytics.text import known
from reports.documents.blocks import Fact, Table
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material
from reports.documents.sentences import difference, direction, is_shown
from reports.documents.shared_needs import UNANSWERED, need_list

# Needs that a trait tells as well, or that are an answer to poverty and not a trait of the family.
NO_FACTORS = ("child_out_of_school", "woman_headed", "head_not_working", "disability", "no_nik_match", "no_pbi",
              "no_programme")  # fmt: skip


@dataclass(frozen=True)
class TraitFact:
    """rate, others: of the extreme poor, and of all other families, with a known answer. apart: how far the printed
    shares lie apart, null where either is not shown; higher: whether that of the extreme poor is the larger."""

    key: str
    title: str
    rate: Fact
    others: Fact
    apart: Fact | None
    higher: bool


def trait_list(material: Material) -> list[TraitFact]:
    """Traits of families, in their order."""
    found, ledger = material.traits, material.ledger

    def rate(row: dict, group: str, whose: str) -> Fact:
        key, title = row["trait"], row["title"]
        yes, no = (row[f"{group}_{kind}"] for kind in ("yes", "no"))
        answered = yes + no if known(yes) and known(no) else None
        start = f"traits/{key}/{group}"
        label = f"Menjawab, {title}, {whose}"
        around = material.places[material.scope.region].families if group == "extreme" else None
        whole = (
            ledger.within(around, f"{start}/answered", answered, label, "keluarga", found.definition_text) if around
            else ledger.people(f"{start}/answered", answered, label, "keluarga", found.definition_text)
        )  # fmt: skip
        having, _ = ledger.split([start, f"{start}/without"], answered, [yes, no], [f"{title}, {whose}",
                                 f"Tidak: {title}, {whose}"], "keluarga", found.definition_text,
                                 around=around)  # fmt: skip
        return ledger.rate(f"{start}/rate", having, whole, f"Bagian: {title}, {whose}", found.definition_text)

    return [
        _compared(material, f"traits/{row['trait']}/apart", row["trait"], row["title"],
                  rate(row, "extreme", "miskin ekstrem"), rate(row, "others", "keluarga lain"))
        for row in found.rows.to_dict("records")
    ]  # fmt: skip


def factor_list(material: Material) -> list[TraitFact]:
    """Traits and needs that are more frequent among the extreme poor, by the distance as it is printed."""
    needs = [
        _compared(material, f"needs/{need.need}/apart", need.need, need.title, need.rate, need.others_rate)
        for need in need_list(material) if need.need not in NO_FACTORS
    ]  # fmt: skip
    found = [fact for fact in (*trait_list(material), *needs) if fact.apart is not None and fact.higher]
    return sorted(found, key=lambda fact: (-(fact.apart.value or 0) if fact.apart else 0, fact.key))


def _compared(material: Material, id: str, key: str, title: str, rate: Fact, others: Fact) -> TraitFact:
    shown = is_shown(rate, others)
    apart = difference(material.ledger, id, rate, others) if shown else None
    return TraitFact(key, title, rate, others, apart, shown and direction(rate, others) == "naik")


def traits_table(material: Material) -> Table:
    """Traits of the extreme poor beside other families."""
    return _table(
        material, "ciri", "Ciri keluarga miskin ekstrem dibandingkan dengan keluarga lain",
        [fact for fact in trait_list(material) if is_shown(fact.rate) or fact.rate.text == HIDDEN],
    )  # fmt: skip


def factor_table(material: Material, most: int | None = None) -> Table:
    """What is more frequent among the extreme poor, the largest distance first."""
    title = "Faktor terkait: yang lebih sering ditemui pada keluarga miskin ekstrem"
    return _table(material, "faktor", title, factor_list(material)[:most])


def _table(material: Material, id: str, title: str, facts: list[TraitFact]) -> Table:
    hidden = any(HIDDEN in (fact.rate.text, fact.others.text) for fact in facts)
    return Table(
        id, title, ("Ciri", "Miskin ekstrem", "Keluarga lain", "Selisih"),
        tuple(
            ((fact.title,), (fact.rate,), (fact.others,), _signed(fact)) for fact in facts
        ),
        numeric=(1, 2, 3),
        widths=(0.46, 0.16, 0.16, 0.22),
        notes=(UNANSWERED, *([material.ledger.door.note] if hidden else [])),
    )  # fmt: skip


def _signed(fact: TraitFact) -> tuple[str | Fact, ...]:
    if fact.apart is None:
        return ("–",)
    return ("" if not fact.apart.value else "+" if fact.higher else "−", fact.apart)

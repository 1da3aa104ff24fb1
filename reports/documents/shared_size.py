"""How many extreme poor there are: the numbers that every document opens with."""

from dataclasses import dataclass

from analytics.text import number, percent
from data.reference import parameter
from reports.documents.blocks import Fact
from reports.documents.material import Material


@dataclass(frozen=True)
class Size:
    """families, persons: extreme poor. share: of the population (reference, else all persons of a full register).
    pockets of villages: villages that are pockets, and all of them. threshold: persons a pocket exceeds."""

    families: Fact
    persons: Fact
    population: Fact
    share: Fact
    pockets: Fact
    villages: Fact
    threshold: Fact


def likely(material: Material) -> str:
    """What is said of villages before `dihuni lebih dari`: nothing where families are counted by name."""
    if material.scope.definition != "pmt_line":
        return ""
    return f"berpeluang di atas {percent(parameter('pocket_probability', material.on).value)} "


def size(material: Material) -> Size:
    """The size of extreme poverty in the scope."""
    found, ledger = material.pockets, material.ledger
    about = found.definition_text
    own = material.places[material.scope.region]
    families, persons = own.families, own.persons
    whole, whose = material.population
    population = ledger.people("population", whole, "Penduduk", "jiwa", whose[:1].upper() + whose[1:])
    return Size(
        families=families,
        persons=persons,
        population=population,
        share=ledger.rate("pockets.share", persons, population, "Bagian penduduk yang miskin ekstrem", about, 1),
        pockets=ledger.figure("pockets.count", found.count, "Desa kantong", "desa", about),
        villages=ledger.figure("pockets.villages", found.villages, "Desa dan kelurahan", "desa", "Daftar wilayah"),
        threshold=ledger.figure(
            "pockets.threshold", found.threshold.value, "Batas kantong", "jiwa", found.threshold.source,
            text=number(found.threshold.value),
        ),
    )  # fmt: skip

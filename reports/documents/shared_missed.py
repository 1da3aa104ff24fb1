"""Extreme poor without a programme, and without the basic aid they should have together."""

from dataclasses import dataclass

from analytics.scope import UNIT_NAMES
from analytics.text import listing
from reports.documents.blocks import Fact
from reports.documents.material import Material
from reports.documents.shared_size import size

WITHOUT = ("Keluarga miskin ekstrem yang tidak tercatat menerima satu program pun; program yang sudah ditutup tidak "
           "dihitung.")  # fmt: skip


@dataclass(frozen=True)
class Missed:
    """without: extreme-poor families without any open programme; without_share: of all of them. lacking: those who
    lack some of the basic aid that is meant for them, in the unit of the scope; extreme: of how many. No number: no
    list of recipients."""

    without: Fact
    without_share: Fact
    lacking: Fact
    extreme: Fact


def without_programme(material: Material) -> Fact:
    """Extreme-poor families without any open programme."""
    (figure,) = (figure for figure in material.overview.figures if figure.code == "without_programme")
    return material.ledger.people(
        "without.families", figure.value, "Keluarga miskin ekstrem tanpa program", "keluarga", WITHOUT
    )


def missed(material: Material) -> Missed:
    """What is said of those whom no list, or not every list, reaches."""
    ledger, found, of = material.ledger, material.gaps, size(material)
    without = without_programme(material)
    unit = material.scope.unit
    source = f"Sasaran sedikitnya satu dari {listing(list(found.together)) or 'bantuan dasar'}, dan belum menerimanya."
    return Missed(
        without=without,
        without_share=ledger.rate("without.share", without, of.families, "Bagian tanpa program", WITHOUT),
        lacking=ledger.people(
            "lacking." + unit, found.lacking, "Belum lengkap bantuan dasarnya", UNIT_NAMES[unit], source
        ),
        extreme=of.families if unit == "families" else of.persons,
    )  # fmt: skip

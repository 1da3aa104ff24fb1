"""Extreme poor without a programme, and without the basic aid they should have together."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.scope import UNIT_NAMES
from analytics.text import listing
from reports.documents.blocks import Fact
from reports.documents.door import Count
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material
from reports.documents.shared_gaps import gap_list
from reports.documents.shared_ladder import rungs
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
    return _beside_others(
        material, "without.families", figure.value, "Keluarga miskin ekstrem tanpa program", "keluarga", WITHOUT,
        # They are those of the first class, and perhaps some of the second.
        [rung.families for rung in rungs(material) if rung.key in ("neither", "not_judged")],
    )  # fmt: skip


def missed(material: Material) -> Missed:
    """What is said of those whom no list, or not every list, reaches."""
    ledger, found, of = material.ledger, material.gaps, size(material)
    without = without_programme(material)
    unit = material.scope.unit
    source = f"Sasaran sedikitnya satu dari {listing(list(found.together)) or 'bantuan dasar'}, dan belum menerimanya."
    return Missed(
        without=without,
        without_share=ledger.rate("without.share", without, of.families, "Bagian tanpa program", WITHOUT),
        lacking=_beside_others(
            material, "lacking." + unit, found.lacking, "Belum lengkap bantuan dasarnya", UNIT_NAMES[unit], source,
            # They lack at least as many as any one of these programmes does.
            [gap.gap for gap in gap_list(material) if gap.programme in found.together],
        ),
        extreme=of.families if unit == "families" else of.persons,
    )  # fmt: skip


def _beside_others(
    material: Material, id: str, value: Count, label: str, unit: str, source: str, others: Sequence[Fact]
) -> Fact:
    """A count of the extreme poor that overlaps others so far that it would bound them: hidden where one of them is,
    or where all extreme poor are."""
    own = material.places[material.scope.region]
    around = [own.families if unit == "keluarga" else own.persons, *others]
    hidden = next((fact for fact in around if fact.text == HIDDEN), around[0])
    return material.ledger.within(hidden, id, value, label, unit, source)

"""RPKD: the region's plan of several years."""

from reports.documents.blocks import Chapter, Document, Paragraph
from reports.documents.material import Material
from reports.documents.origin import origin


def compose(material: Material) -> Document:
    """Raises what the measures refuse."""
    region = material.overview.region_name
    return Document(
        kind="rpkd",
        title=f"Rencana Penanggulangan Kemiskinan Daerah {region}",
        subtitle=f"Tahun {material.year}",
        level=material.level,
        year=material.year,
        provenance=material.about,
        chapters=(Chapter("profil", "Profil kemiskinan", (_size(material),)), origin(material)),
        inline=material.inline,
    )


def _size(material: Material) -> Paragraph:
    found, ledger = material.pockets, material.ledger
    families = ledger.people(
        "pockets.families", found.families, "Keluarga miskin ekstrem", "keluarga", found.definition_text
    )
    persons = ledger.persons_of(
        families, "pockets.persons", found.persons, "Jiwa miskin ekstrem", found.definition_text
    )
    return Paragraph(("Sebanyak ", persons, " jiwa dalam ", families, " keluarga tergolong miskin ekstrem."))

"""RPKD: the region's plan of several years."""

from reports.documents.blocks import Chapter, Document
from reports.documents.material import Material
from reports.documents.origin import origin
from reports.documents.rpkd_general import conditions, introduction
from reports.documents.rpkd_places import annex, closing, locations, targets
from reports.documents.rpkd_profile import factors, profile
from reports.documents.rpkd_programmes import priorities


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
        chapters=(
            Chapter("pendahuluan", "Pendahuluan", introduction(material)),
            Chapter("kondisi", "Kondisi umum daerah", conditions(material)),
            Chapter("profil", "Profil kemiskinan daerah", profile(material)),
            Chapter("faktor", "Faktor terkait dan pohon masalah", factors(material)),
            Chapter("program", "Prioritas program", priorities(material)),
            Chapter("lokasi", "Lokasi prioritas", locations(material)),
            Chapter("sasaran", "Sasaran dan indikator", targets(material)),
            Chapter("penutup", "Penutup", closing(material)),
            Chapter("lampiran", "Daftar desa", annex(material)),
            origin(material),
        ),
        inline=material.inline,
    )

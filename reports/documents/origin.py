"""The last chapter of every document: where its numbers come from, how good the data are, how to check them."""

from analytics.text import day, listing
from reports.documents.blocks import LEVEL_NAMES, Chapter, Heading, Paragraph, Table
from reports.documents.material import Material
from reports.documents.recipe import STATES
from reports.documents.verify_words import DOES_NOT_ESTABLISH, ESTABLISHES, HOW


def origin(material: Material) -> Chapter:
    """Provenance, the four lights, protection and verification."""
    lines = [*material.about.lines(), ("Tingkat dokumen", LEVEL_NAMES[material.level])]
    lights = material.fitness.lights
    return Chapter(
        "asal",
        "Asal angka",
        (
            Table("asal/keterangan", "Asal dokumen", ("Keterangan", "Isi"),
                  tuple(((label,), (value,)) for label, value in lines), widths=(0.28, 0.72)),
            Table("asal/kelayakan", "Kelayakan data untuk penetapan sasaran", ("Syarat", "Keadaan", "Penjelasan"),
                  tuple(((light.title,), (STATES[light.state],), (light.text,)) for light in lights),
                  widths=(0.3, 0.2, 0.5)),
            Heading("Perlindungan keluarga"),
            Paragraph((material.ledger.door.note,)),
            Heading("Memeriksa dokumen ini"),
            Paragraph((ESTABLISHES,)),
            Paragraph((DOES_NOT_ESTABLISH,)),
            Paragraph((HOW,)),
        ),
    )  # fmt: skip


def origin_note(material: Material) -> Chapter:
    """The same in small print, for a document of one page."""
    about = material.about
    met = [light.title.lower() for light in material.fitness.lights if light.state == "green"]
    fit = f"terpenuhi: {listing(met)}" if met else "belum ada syarat yang terpenuhi"
    return Chapter(
        "asal",
        "Asal angka",
        tuple(
            Paragraph((text,), "note")
            for text in (
                f"{about.definition} Sumber: {about.snapshot}, data per {day(about.source_date)}. Dibuat "
                f"{day(material.on)} dengan Tepat {about.version}; tingkat {LEVEL_NAMES[material.level].lower()}. "
                f"Syarat penetapan sasaran yang {fit}.",
                material.ledger.door.note,
                f"{HOW} {DOES_NOT_ESTABLISH}",
            )
        ),
    )

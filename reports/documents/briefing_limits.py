"""The last slide: how good the data are, what the numbers are and are not, and where they come from."""

from reports.documents.blocks import Chapter, Paragraph, Table
from reports.documents.briefing_words import title
from reports.documents.material import Material
from reports.documents.recipe import STATES
from reports.documents.verify_words import DOES_NOT_ESTABLISH, ESTABLISHES


def limits(material: Material) -> Chapter:
    """Method and limits, the four lights, provenance."""
    about, lights = material.about, material.fitness.lights
    met = material.ledger.figure(
        "lights.green", sum(light.state == "green" for light in lights), "Syarat kelayakan yang terpenuhi", "syarat",
        "Aturan kelayakan data untuk penetapan sasaran",
    )  # fmt: skip
    whole = material.ledger.figure("lights", len(lights), "Syarat kelayakan", "syarat", met.source)
    rows = tuple(((light.title,), (STATES[light.state],)) for light in lights)
    hashes = f"Sidik data {about.data_hash[:12]}, sidik parameter {(about.params_hash or 'belum dihitung')[:14]}"
    made = dict(about.lines())["Dibuat"]
    return Chapter(
        "asal", "Cara dan batas",
        (
            title(met, " dari ", whole, " syarat kelayakan data untuk menetapkan sasaran sudah terpenuhi"),
            Table("asal/kelayakan", "Kelayakan data untuk penetapan sasaran", ("Syarat kelayakan data", "Keadaan"),
                  rows, widths=(0.62, 0.38)),
            Paragraph((f"{about.definition}",)),
            Paragraph(("Angka kecil ditutup (*) dan angka lain dibulatkan, untuk melindungi keluarga.",)),
            Paragraph((f"{hashes}. Tepat {about.version}, {made}. Setiap angka dapat diperiksa di "
                       "halaman Dokumen.",), "note"),
            Paragraph((" ".join(light.text for light in lights),), "speaker"),
            Paragraph((". ".join(f"{label}: {value}".rstrip(".") for label, value in about.lines()) + ".",), "speaker"),
            Paragraph((material.ledger.door.note,), "speaker"),
            Paragraph((f"{ESTABLISHES} {DOES_NOT_ESTABLISH}",), "speaker"),
        ),
    )  # fmt: skip

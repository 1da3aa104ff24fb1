"""What an office may write into its documents: the places of table document_text, with their words for the screen."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.documents.blocks import Fact, Paragraph
from reports.documents.material import Material


@dataclass(frozen=True)
class Place:
    """title, help: Indonesian. long: several lines, else one; number: one whole number is asked for."""

    title: str
    help: str
    long: bool = False
    number: bool = False


_TARGET = "Target pada tahun akhir rencana, ditulis seperti akan dicetak, misalnya 8,5%."
PLACES: dict[str, dict[str, Place]] = {
    "rpkd": {
        "problem_tree": Place(
            "Pohon masalah", "Masalah pokok, penyebab langsung, penyebab tidak langsung, dan akar masalah menurut "
            "TKPK; satu baris untuk tiap cabang.", long=True,
        ),
        "decreed_persons": Place(
            "Jiwa dalam daftar yang ditetapkan", "Jumlah jiwa miskin ekstrem menurut keputusan kepala daerah.",
            number=True,
        ),
        "target/P0": Place("Target persentase penduduk miskin", _TARGET),
        "target/P1": Place("Target indeks kedalaman kemiskinan", _TARGET),
        "target/extreme_rate": Place("Target persentase penduduk miskin ekstrem", _TARGET),
        "target/persons": Place("Target jiwa miskin ekstrem menurut nama", _TARGET),
        "target/pockets": Place("Target desa kantong", _TARGET),
        "target/without": Place("Target keluarga miskin ekstrem tanpa program", _TARGET),
        "closing": Place("Penutup", "Komitmen dan tindak lanjut yang ingin Anda tulis di bab penutup.", long=True),
    },
    "briefing": {
        f"decision_{number}": Place(
            f"Keputusan {number}",
            "Satu kalimat, pengganti usulan yang disusun dari data; kosongkan untuk kembali ke usulan itu.",
        )
        for number in (1, 2, 3)
    },
    "lp2kd": {
        "policy": Place("Kebijakan tahun ini", "Peraturan, prioritas, dan keputusan daerah yang berlaku; satu baris "
                        "untuk tiap kebijakan.", long=True),
        "constraints": Place("Kendala", "Yang menghambat pelaksanaan, dan di mana.", long=True),
        "coordination": Place("Koordinasi", "Rapat TKPK: tanggal, peserta, dan yang disepakati.", long=True),
        "closing": Place("Penutup", "Rekomendasi dan tindak lanjut menurut TKPK.", long=True),
    },
    "quarterly": {
        "constraints": Place("Kendala", "Yang menghambat pelaksanaan pada triwulan ini.", long=True),
        "support": Place("Dukungan yang diminta", "Yang diminta dari provinsi; satu baris untuk tiap permintaan.",
                         long=True),
    },
}  # fmt: skip


def written(material: Material, document: str, place: str) -> tuple[Paragraph, ...]:
    """An office's own text, a paragraph for each of its lines, marked as human; empty without one."""
    entry = material.texts(document).get(place)
    return tuple(Paragraph((line,), "human") for line in _lines(entry.text)) if entry else ()


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def entered(material: Material, document: str, place: str, id: str, unit: str) -> Fact | None:
    """A number an office entered, as it wrote it; null without one. value: null where it is no plain number."""
    entry = material.texts(document).get(place)
    if entry is None:
        return None
    title = PLACES[document][place].title
    return material.ledger.figure(
        id, _number(entry.text), title, unit, "Isian sekretariat", text=entry.text, human=True
    )


def _number(text: str) -> float | None:
    """`1.150` and `8,5` as numbers."""
    plain = text.strip().replace(".", "").replace(",", ".")
    return float(plain) if plain.replace(".", "", 1).isdigit() else None

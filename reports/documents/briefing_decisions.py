"""Three decisions for the head of region: by rule from the data, each with its number, or as the office wrote them."""

from dataclasses import dataclass

from analytics.text import listing
from reports.documents.blocks import Card, Cards, Chapter, Fact, Human, Parts
from reports.documents.briefing_programmes import NO_LISTS, largest_gaps, nothing_shown, short
from reports.documents.briefing_words import speaker, title
from reports.documents.material import Material
from reports.documents.sentences import is_shown
from reports.documents.shared_missed import missed
from reports.documents.shared_overlaps import forbidden
from reports.documents.shared_villages import villages

DECISIONS = 3
PLACES = tuple(f"decision_{place}" for place in range(1, DECISIONS + 1))  # of `document_text`


@dataclass(frozen=True)
class Proposal:
    """short: the decision in a few words, for the title. parts: what is asked. number: how many it is about; null:
    none is known."""

    short: str
    number: Fact | None
    parts: Parts
    beside: Parts = ()


def decisions(material: Material) -> Chapter:
    """What is asked of the head of region. A text of the office replaces the proposal of the same place."""
    written, proposed = material.texts("briefing"), _proposed(material)
    cards = tuple(
        Card(None, (Human(written[place].text),), ("Ditulis oleh kantor",), f"{number}.", human=True)
        if place in written
        else Card(one.number, (f"{number}. ", *one.parts), one.beside, "–")
        for number, (place, one) in enumerate(zip(PLACES, proposed, strict=True), start=1)
    )
    count = material.ledger.figure("decisions", len(cards), "Keputusan yang diminta", "keputusan", "Salindia ini")
    if any(card.human for card in cards):
        message = title(count, " keputusan diminta dari pimpinan daerah")
    else:
        message = title(count, f" keputusan diminta: {listing([one.short for one in proposed])}")
    notes = speaker(material, "Usulan disusun menurut aturan: periksa kantong terbesar, tutup celah terbesar, hentikan "
                    "tumpang tindih terbesar. Kantor dapat menggantinya di halaman Dokumen.")  # fmt: skip
    return Chapter("keputusan", "Keputusan yang diminta", (message, Cards(cards, stacked=True), notes))


def _proposed(material: Material) -> list[Proposal]:
    """Three; each rule has a second best for when its data is missing."""
    return [_verify_first(material), _close_gap(material), _end_overlap(material)]


def _verify_first(material: Material) -> Proposal:
    found = [village for village in villages(material) if is_shown(village.persons)]
    if not found:
        said = "Periksa keluarga satu per satu: jumlah tiap desa kecil atau belum diketahui"
        return Proposal("periksa tiap keluarga", None, (said,))
    first = max(found, key=lambda village: (bool(village.is_pocket), village.persons.value or 0))
    place = f"{first.name}, Kec. {first.district}" if first.district else first.name
    kind = "kantong terbesar" if first.is_pocket else "desa dengan jiwa miskin ekstrem terbanyak"
    return Proposal(f"verifikasi {first.name}", first.persons, (f"Verifikasi {place} lebih dahulu: {kind}",))


def _close_gap(material: Material) -> Proposal:
    gaps = largest_gaps(material)
    if not gaps:
        if nothing_shown(material) is NO_LISTS:
            said = "Muat daftar penerima program, agar celahnya dapat dihitung dan ditutup"
            return Proposal("muat daftar penerima", None, (said,))
        return Proposal("tutup celah yang tersisa", None, ("Tutup celah program yang tersisa, keluarga demi keluarga",))
    gap, name = gaps[0], short(gaps[0].name)
    if not gap.gap.value:
        return Proposal(f"pertahankan {name}", gap.gap, (f"Pertahankan {name}: semua sasarannya sudah menerima",))
    beside: Parts = ()
    if is_shown(gap.cost):
        beside = ("biayanya sekitar ", material.ledger.about(gap.cost), " setahun")
    return Proposal(f"tutup celah {name}", gap.gap, (f"Tutup celah {name}",), beside)


def _end_overlap(material: Material) -> Proposal:
    found = [one for one in forbidden(material) if one.families.value]
    if found:
        said = (f"Periksa, lalu hentikan: {found[0].title}",)
        return Proposal("hentikan bantuan terlarang", found[0].families, said)
    gone = missed(material).without
    if gone.value:
        said = ("Usulkan keluarga miskin ekstrem tanpa program apa pun ke program yang sesuai",)
        return Proposal("usulkan yang tanpa program", gone, said)
    return Proposal("jaga ketepatan", None, ("Pertahankan: tidak ditemukan bantuan ganda yang perlu dihentikan",))

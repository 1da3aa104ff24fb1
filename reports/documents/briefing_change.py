"""The change since the earlier snapshot as one sentence; where there is none to be told, that is said."""

from analytics.change import change, earlier
from analytics.text import day
from reports.documents.blocks import Missing, Paragraph
from reports.documents.material import Material
from reports.documents.sentences import change as changed
from reports.documents.sentences import is_shown, sentence
from reports.documents.shared_size import size


def change_sentence(material: Material) -> Paragraph | Missing:
    """Extreme-poor persons then and now. A snapshot that was imported after the document's moment does not count.

    Villages that only one of the two holds would have to be subtracted, which could give a small village away: then
    there is no number here.
    """
    before = earlier(material.store, material.scope)
    if before is None or before.imported_at > material.moment.replace(tzinfo=None):
        return Missing("Belum ada data sebelumnya, jadi perubahan belum dapat dihitung.",
                       "Muat data lama di halaman Data.")  # fmt: skip
    found = change(material.store, material.scope, before.snapshot_id)
    then = day(before.source_date)
    row = found.figure("persons")
    if row["reason"] or found.only_now or found.only_before:
        why = row["reason"] or "Desa dalam kedua data tidak sama."
        return Paragraph((f"Perubahan sejak {then} tidak dapat disebut. {why}",))
    now, ledger = size(material).persons, material.ledger
    families = ledger.people(f"earlier/{before.snapshot_id}/pockets.families", found.figure("families")["before"],
                             "Keluarga miskin ekstrem dalam data sebelumnya", "keluarga", before.label)  # fmt: skip
    was = ledger.persons_of(families, f"earlier/{before.snapshot_id}/pockets.persons", row["before"],
                            "Jiwa miskin ekstrem dalam data sebelumnya", before.label)  # fmt: skip
    if not is_shown(now, was):
        return Paragraph((f"Perubahan sejak {then} menyangkut terlalu sedikit keluarga untuk disebut.",))
    said = changed(ledger, f"change/{before.snapshot_id}/persons/apart", "Jiwa miskin ekstrem", (then, was),
                   (day(material.about.source_date), now))  # fmt: skip
    return Paragraph(sentence(said))

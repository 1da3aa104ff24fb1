"""The change since the earlier snapshot as one sentence; where there is none to be told, that is said."""

from reports.documents.blocks import Missing, Paragraph
from reports.documents.material import Material
from reports.documents.sentences import change, is_shown, sentence
from reports.documents.shared_change import OTHER_VILLAGES, changes


def change_sentence(material: Material) -> Paragraph | Missing:
    """Extreme-poor persons then and now; no number where the two hold other villages."""
    found = changes(material, "before")
    if isinstance(found, Missing):
        return found
    persons = found.figure("persons")
    if persons.reason or not found.same_villages:
        why = persons.reason or OTHER_VILLAGES
        return Paragraph((f"Perubahan sejak {found.then} tidak dapat disebut. {why}",))
    if persons.before is None or persons.now is None or not is_shown(persons.before, persons.now):
        return Paragraph((f"Perubahan sejak {found.then} menyangkut terlalu sedikit keluarga untuk disebut.",))
    return Paragraph(sentence(
        change(material.ledger, f"{found.key}/persons/apart", "Jiwa miskin ekstrem", (found.then, persons.before),
               (found.today, persons.now))
    ))  # fmt: skip

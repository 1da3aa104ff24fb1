"""The ladder of regional targeting: the extreme poor by what they receive, and the region's next step."""

from dataclasses import dataclass

from analytics.ladder import STEPS
from analytics.text import known
from reports.documents.blocks import Fact, Table
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material


@dataclass(frozen=True)
class Rung:
    """key: of `analytics.ladder.CLASSES`. share: of all extreme-poor families. reason: why nobody can be put here."""

    key: str
    title: str
    families: Fact
    persons: Fact
    share: Fact
    step: str
    reason: str | None


def rungs(material: Material) -> list[Rung]:
    """The classes in their order; together they are all extreme-poor families."""
    found, ledger = material.ladder, material.ledger
    rows = found.rows.to_dict("records")
    keys, titles = [str(row["class"]) for row in rows], [str(row["title"]) for row in rows]
    own = material.places[material.scope.region]
    whole = ledger.within(
        own.families, "ladder.families", found.total_families, "Keluarga miskin ekstrem yang dikelompokkan", "keluarga",
        found.definition_text,
    )  # fmt: skip
    families = ledger.split(
        [f"ladder/{key}/families" for key in keys], found.total_families, [row["families"] for row in rows],
        [f"Keluarga: {title}" for title in titles], "keluarga", found.definition_text, around=own.families,
    )  # fmt: skip
    persons = ledger.split(
        [f"ladder/{key}/persons" for key in keys], found.total_persons, [row["persons"] for row in rows],
        [f"Jiwa: {title}" for title in titles], "jiwa", found.definition_text, families=families,
        around=own.persons,
    )  # fmt: skip
    return [
        Rung(
            key, title, of, people,
            ledger.rate(f"ladder/{key}/share", of, whole, f"Bagian: {title}", found.definition_text),
            STEPS[key], row["reason"] if known(row["reason"]) else None,
        )
        for key, title, of, people, row in zip(keys, titles, families, persons, rows, strict=True)
    ]  # fmt: skip


def ladder_table(material: Material) -> Table:
    """The classes with families, persons, share and the region's step."""
    found = rungs(material)
    hidden = any(HIDDEN in (rung.families.text, rung.persons.text) for rung in found)
    reasons = dict.fromkeys(f"{rung.title}: {rung.reason}" for rung in found if rung.reason)
    return Table(
        "tangga",
        "Keluarga miskin ekstrem menurut bantuan yang sudah diterima",
        ("Kelas", "Keluarga", "Bagian", "Jiwa", "Langkah daerah"),
        tuple(((rung.title,), (rung.families,), (rung.share,), (rung.persons,), (rung.step,)) for rung in found),
        numeric=(1, 2, 3),
        widths=(0.3, 0.11, 0.1, 0.11, 0.38),
        notes=(*reasons, *([material.ledger.door.note] if hidden else [])),
    )

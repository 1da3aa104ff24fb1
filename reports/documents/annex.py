"""Annex: every table behind the plan and the briefing, with every village, for whoever wants to count on."""

from collections.abc import Iterator

from reports.documents.blocks import Block, Chapter, Document, Paragraph, Picture, Table
from reports.documents.catalogue import KINDS
from reports.documents.material import Material
from reports.documents.origin import origin
from reports.documents.shared_villages import village_table

BEHIND = ("rpkd", "briefing")  # documents whose numbers it lists


def compose(material: Material) -> Document:
    """Raises what the measures refuse."""
    chapters = [Chapter("desa", "Semua desa dan kelurahan", (village_table(material),))]
    seen = {table.id for chapter in chapters for table in chapter.blocks if isinstance(table, Table)}
    for kind in BEHIND:
        for chapter in KINDS[kind].compose(material).chapters if kind in KINDS else ():
            blocks = tuple(_tabular(chapter, seen))
            if chapter.key != "asal" and blocks:
                chapters.append(Chapter(f"{kind}_{chapter.key}", chapter.title, blocks))
    return Document(
        kind="annex",
        title=f"Lampiran Angka {material.overview.region_name}",
        subtitle=f"Tahun {material.year}",
        level=material.level,
        year=material.year,
        provenance=material.about,
        chapters=(*chapters, origin(material)),
        inline=material.inline,
    )


def _tabular(chapter: Chapter, seen: set[str]) -> Iterator[Block]:
    """What a workbook can hold of a chapter; a table that several chapters show stands once, of
    a picture only its numbers."""
    for block in chapter.blocks:
        if isinstance(block, Table):
            if block.id in seen:
                continue
            seen.add(block.id)
        yield Paragraph(block.facts) if isinstance(block, Picture) else block

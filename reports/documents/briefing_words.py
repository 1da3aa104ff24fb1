"""What all slides of the briefing say alike: titles that are sentences, and notes for the speaker."""

from analytics.text import day
from reports.documents.blocks import Fact, Paragraph, Parts
from reports.documents.material import Material
from reports.documents.sentences import sentence


def speaker(material: Material, *lines: str) -> Paragraph:
    """Notes under a slide: what is meant, and where it comes from."""
    about = material.about
    source = f"Sumber: {about.snapshot}, data per {day(about.source_date)}. {about.definition}"
    return Paragraph((" ".join([*lines, source]),), "speaker")


def title(*parts: Parts | str | Fact) -> Paragraph:
    """What a slide says: a sentence without its full stop."""
    *said, last = sentence(*parts)
    return Paragraph(
        (*said, last.removesuffix(".")) if isinstance(last, str) and last != "." else tuple(said), "message"
    )

"""Checks a document against the data it was made from: makes it again and compares every number that stands in it."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from analytics.text import listing
from data.errors import Refused
from data.store import Store
from reports.documents import excel, paper_sheet, paper_slides, powerpoint, word_reading
from reports.documents.blocks import Document, Fact
from reports.documents.build import compose
from reports.documents.catalogue import kind_of
from reports.documents.package import is_too_large
from reports.documents.properties import read_properties
from reports.documents.recipe import BESIDE, KEY, Recipe, beside, read_recipe, scope_of
from reports.documents.templates import template
from reports.provenance import provenance

# Suffix -> id -> the texts that stand in the file under it.
READERS: dict[str, Callable[[bytes, Document], dict[str, list[str]]]] = {
    ".docx": word_reading.printed, ".xlsx": excel.printed, ".pptx": powerpoint.printed, ".pdf": paper_slides.printed,
}  # fmt: skip


@dataclass(frozen=True)
class Mismatch:
    """id and label of the number, what the file says (null: it is gone), what the data say (null: no such number), and
    why it is named (Indonesian)."""

    id: str
    label: str
    printed: str | None
    recomputed: str | None
    reason: str


@dataclass(frozen=True)
class Verification:
    """checked: numbers compared. changed: what is no longer as it was when the document was made (Indonesian).
    untraced: paragraphs of a Word file with a number that somebody typed outside the marks; no mismatch, nobody can
    tell."""

    recipe: Recipe
    checked: int
    mismatches: tuple[Mismatch, ...]
    changed: tuple[str, ...]
    untraced: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Every number is as the data say; without one there is nothing to agree with."""
        return not self.mismatches and self.checked > 0

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "checked": self.checked,
            "mismatches": [vars(found) for found in self.mismatches],
            "changed": list(self.changed),
            "untraced": list(self.untraced),
        }


def verify(store: Store, content: bytes, suffix: str) -> Verification:
    """Compares the numbers of a file. Raises Refused `document_unreadable`, `document_foreign`, `snapshot_unknown`."""
    suffix = suffix.lower()
    if suffix not in READERS:
        raise Refused(
            "document_unreadable", f"Berkas {suffix or 'ini'} tidak dapat diperiksa; pilih {', '.join(READERS)}."
        )
    with _readable():
        recipe = paper_slides.information(content).get(KEY) if suffix == ".pdf" else _recipe_text(content)
    held = read_recipe(recipe)
    scope = scope_of(store, held)
    made_again = compose(store, scope, kind_of(held.kind), held.year, held.level, held.moment, held.quarter)
    kept = tuple(chapter for chapter in made_again.chapters if chapter.key in held.chapters)
    document = replace(made_again, chapters=kept)
    with _readable():
        of_page = suffix == ".pdf" and kind_of(held.kind).of_village
        printed = (paper_sheet.printed if of_page else READERS[suffix])(content, document)
        typed = word_reading.untraced(content, document, template(store, held.kind)) if suffix == ".docx" else ()
    mismatches = _compared(document.facts(), printed)
    checked = sum(map(len, printed.values()))
    changed = (*_left_out(made_again, held), *_changed(store, scope, held))
    return Verification(held, checked, tuple(mismatches), changed, typed)


@contextmanager
def _readable() -> Iterator[None]:
    """Whatever a broken or hostile package makes a reader raise, in one sentence."""
    from lxml.etree import LxmlError

    try:
        yield
    except Refused as refused:
        if refused.code != "template_unreadable":
            raise
        raise _unreadable() from refused
    except (zipfile.BadZipFile, zlib.error, LxmlError, EOFError, OSError, ArithmeticError, LookupError, ValueError,
            TypeError, AttributeError, RuntimeError) as error:  # fmt: skip
        raise _unreadable() from error


def _unreadable() -> Refused:
    return Refused("document_unreadable", "Berkas ini rusak atau bukan dokumen Office; periksa berkas yang utuh.")


def _recipe_text(content: bytes) -> str | None:
    with _readable():
        if is_too_large(content):
            raise Refused("document_unreadable", "Berkas ini terlalu besar setelah dibuka; periksa berkas aslinya.")
        return read_properties(content).get(KEY)


def _compared(facts: dict[str, Fact], printed: dict[str, list[str]]) -> list[Mismatch]:
    found = []
    for id, fact in facts.items():
        if id not in printed:
            found.append(Mismatch(id, fact.label, None, fact.text, "Angka ini dihapus, atau tandanya hilang."))
        for text in dict.fromkeys(printed.get(id, ())):
            if text != fact.text:
                found.append(Mismatch(id, fact.label, text, fact.text, "Angka ini berbeda dari hitungan ulang."))
    for id, texts in printed.items():
        if id not in facts:
            found += [Mismatch(id, "", text, None, "Data tidak lagi menghasilkan angka ini.") for text in texts]
    return found


def _left_out(made_again: Document, held: Recipe) -> tuple[str, ...]:
    gone = [chapter.title for chapter in made_again.chapters if chapter.key not in held.chapters]
    return (f"Bab yang tidak ada dalam dokumen ini tidak diperiksa: {listing(gone)}.",) if gone else ()


def _changed(store: Store, scope: Any, held: Recipe) -> tuple[str, ...]:
    now = provenance(store, scope)
    parts = (
        (held.data_hash != now.data_hash, "Data sudah berubah sejak dokumen dibuat."),
        (held.params_hash != now.params_hash, "Parameter perhitungan sudah berubah sejak dokumen dibuat."),
        (held.version != now.version, f"Dokumen dibuat dengan Tepat {held.version}, diperiksa dengan {now.version}."),
    )
    today = beside(store)
    replaced = [title for table, title in BESIDE.items() if held.beside.get(table) != today[table]]
    found = tuple(text for changed, text in parts if changed)
    return (*found, f"Sejak dokumen dibuat, yang berikut diganti: {listing(replaced)}.") if replaced else found

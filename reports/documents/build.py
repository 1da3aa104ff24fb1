"""From a scope to a file: compose, write in the kind of file that is asked for, stamp with the recipe."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from analytics import catalogue
from analytics.scope import Scope
from data.errors import Refused
from data.store import Store
from reports.documents import excel, paper_sheet, paper_slides, powerpoint, word
from reports.documents.blocks import LEVEL_NAMES, Document, Level
from reports.documents.catalogue import Kind, kind_of
from reports.documents.material import Material
from reports.documents.period import quarter_of
from reports.documents.properties import with_properties
from reports.documents.recipe import Recipe, recipe
from reports.documents.templates import template

Progress = Callable[[float, str], None] | None


@dataclass(frozen=True)
class Built:
    """content: of the file. document: what it says. missing data stands in `document.missing()`."""

    content: bytes
    suffix: str
    document: Document
    recipe: Recipe

    def as_json(self) -> dict[str, Any]:
        """What `cli.py report` prints beside the path."""
        return {
            "numbers": len(self.document.facts()),
            "figures": len(self.document.pictures()),
            "tables": len(self.document.tables()),
            "missing": [block.what for block in self.document.missing()],
            "provenance": dict(self.document.provenance.lines())
            | {"chapters": list(self.recipe.chapters), "level": self.recipe.level, "lights": self.recipe.lights,
               "scope": self.recipe.scope},
        }  # fmt: skip


def build(
    store: Store, scope: Scope, kind: str, *, year: int, level: Level = "official", suffix: str | None = None,
    progress: Progress = None, quarter: int | None = None,
) -> Built:  # fmt: skip
    """One document of a scope. quarter: of `quarterly` alone; null = the last one finished. Raises Refused
    `document_unknown`, `suffix_unknown`, `quarter_...`, and what its measures refuse."""
    what = kind_of(kind)
    _require_suffix(what, suffix)
    say = progress or (lambda share, words: None)
    say(0.05, "Mengumpulkan angka")
    document = draft(store, scope, what, year, level, quarter)
    return write(store, scope, document, suffix, lambda share, words: say(0.6 + 0.4 * share, words))


def draft(store: Store, scope: Scope, what: Kind, year: int, level: Level, quarter: int | None = None) -> Document:
    """The document as it would read now. Raises Refused `quarter_...`, and what its measures refuse."""
    now = datetime.now().astimezone()
    return compose(store, scope, what, year, level, now, quarter_of(what, year, now.date(), quarter))


def write(
    store: Store, scope: Scope, document: Document, suffix: str | None = None, progress: Progress = None
) -> Built:
    """A file of a document that was drafted for this scope. Raises Refused `suffix_unknown`, `template_...`."""
    suffix = _require_suffix(kind_of(document.kind), suffix)
    say = progress or (lambda share, words: None)
    say(0.0, "Menulis berkas")
    content, chapters = _write(store, document, suffix)
    say(0.9, "Menyimpan asal angka di dalam berkas")
    made = recipe(store, scope, document, chapters)
    say(1.0, "Selesai")
    return Built(_stamped(content, suffix, made, document), suffix, document, made)


def _require_suffix(what: Kind, suffix: str | None) -> str:
    """The suffix asked for, or the usual one of the document. Raises Refused `suffix_unknown`."""
    suffix = (suffix or what.suffixes[0]).lower()
    if suffix not in what.suffixes:
        raise Refused(
            "suffix_unknown",
            f"{what.title} tidak dapat ditulis sebagai {suffix}; pilih {' atau '.join(what.suffixes)}.",
        )
    return suffix


_ENTERED = (
    "document_text",
    "plan_edit",
    "plan_realisation",
    "village_proposal",
    "programme_inventory",
    "need_response",
)
_LOADED = ("official_figure", "population", "priority_village", "sub_activity", "village_facility", "fitness")


def state(store: Store, scope: Scope) -> tuple[Any, ...]:
    """Equal for as long as a draft of this scope would read the same: to be kept beside one."""
    counted = ", ".join(f"(SELECT count(*) FROM {table}) AS {table}" for table in (*_ENTERED, *_LOADED))
    newest = ", ".join(f"(SELECT max(entered_at) FROM {table}) AS {table}_at" for table in _ENTERED)
    (marks,) = store.rows(f"SELECT {counted}, {newest}, (SELECT max(imported_at) FROM snapshot) AS imported")
    return scope, date.today(), catalogue.last_run(store, scope.snapshot_id), *marks.values()


def level_of(name: str) -> Level:
    """The level of that name. Raises Refused `level_unknown`."""
    if name in LEVEL_NAMES:
        return cast(Level, name)
    raise Refused("level_unknown", f"Tingkat “{name}” tidak dikenal; pilih official (resmi) atau public (publik).")


def compose(
    store: Store, scope: Scope, what: Kind, year: int, level: Level, moment: datetime, quarter: int | None = None
) -> Document:
    """The document as it would be made at a moment."""
    return what.compose(Material(store, catalogue.of_one_regency(store, scope), year, level, moment, quarter))


def _write(store: Store, document: Document, suffix: str) -> tuple[bytes, tuple[str, ...]]:
    if suffix == ".xlsx":
        return excel.to_xlsx(document)
    if suffix in (".pptx", ".pdf"):
        paper = paper_sheet if kind_of(document.kind).of_village else paper_slides
        content = powerpoint.to_pptx(document) if suffix == ".pptx" else paper.to_pdf(document)
        return content, tuple(chapter.key for chapter in document.chapters)
    return word.to_docx(document, template(store, document.kind))


def _stamped(content: bytes, suffix: str, made: Recipe, document: Document) -> bytes:
    if suffix == ".pdf":
        return paper_slides.with_information(content, made.properties(document.provenance, document.title))
    return with_properties(content, made.properties(document.provenance, document.title))

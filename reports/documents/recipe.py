"""What it takes to make a document again: carried in every file as custom properties, which Word, PowerPoint, Excel
and LibreOffice keep when a person edits and saves the file; in a PDF in its information dictionary."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from analytics import catalogue
from analytics.fitness import LIGHT_NAMES, fitness
from analytics.scope import Scope
from data.errors import Refused
from data.plan_entries import QUARTERS, YEARS
from data.store import Store
from reports.documents.blocks import LEVEL_NAMES, Document, Level
from reports.provenance import Provenance

KEY = "Tepat: resep"  # the one property that verification reads
FIRST_YEAR = 2026  # no document is older than Tepat
# Tables beside the register that documents read and that an import or the office overwrites, in Indonesian.
BESIDE = {
    "official_figure": "Angka resmi", "population": "Penduduk acuan", "priority_village": "Daftar lokasi prioritas",
    "village_facility": "Fasilitas desa", "programme_inventory": "Inventaris program",
    "need_response": "Jawaban atas kebutuhan", "criterion_answer": "Hasil kunjungan",
}  # fmt: skip
STATES = {"green": "terpenuhi", "red": "tidak terpenuhi", "grey": "tidak diketahui"}


@dataclass(frozen=True)
class Recipe:
    """kind: a key of `catalogue.KINDS`. scope: `Scope.echo()` and `decile_of`. lights: name -> state of the fitness
    rule when the document was made. data_hash, params_hash, version, made_at: of that moment. chapters: the keys that
    stand in the file; an office's template may leave some out. quarter: as in `Material`. beside: table of
    BESIDE -> MD5 of its rows at that moment."""

    kind: str
    level: Level
    year: int
    scope: dict[str, Any]
    data_hash: str
    params_hash: str | None
    version: str
    made_at: str
    lights: dict[str, str]
    chapters: tuple[str, ...]
    beside: dict[str, str]
    quarter: int | None = None

    @property
    def moment(self) -> datetime:
        """When it was made, in the time of the computer that made it."""
        return datetime.fromisoformat(self.made_at)

    def properties(self, about: Provenance, title: str) -> dict[str, str]:
        """Property -> text, for people in the file's own dialogue and, last, for verification."""
        lines: dict[str, str] = {f"Tepat: {label}": value for label, value in about.lines()}
        lights = "; ".join(f"{LIGHT_NAMES[name]}: {STATES[state]}" for name, state in self.lights.items())
        return lines | {
            "Tepat: Dokumen": title,
            "Tepat: Tingkat": LEVEL_NAMES[self.level],
            "Tepat: Kelayakan data": lights,
            KEY: json.dumps(asdict(self), ensure_ascii=True, sort_keys=True),
        }


def recipe(store: Store, scope: Scope, document: Document, chapters: Sequence[str]) -> Recipe:
    """The recipe of a document that is being made. Raises Refused `snapshot_unknown`."""
    about = document.provenance
    found = fitness(store, scope.snapshot_id, about.made_at.date())
    lights: dict[str, str] = {light.name: light.state for light in found.lights}
    return Recipe(
        document.kind, document.level, document.year, scope.echo() | {"decile_of": scope.decile_of}, about.data_hash,
        about.params_hash, about.version, about.made_at.isoformat(), lights, tuple(chapters),
        beside(store), document.quarter,
    )  # fmt: skip


def beside(store: Store) -> dict[str, str]:
    """Table of BESIDE -> MD5 of its rows, whatever their order."""
    rows = "(SELECT coalesce(md5(string_agg(CAST(t AS VARCHAR), '|' ORDER BY CAST(t AS VARCHAR))), '') FROM {0} AS t)"
    (found,) = store.rows(f"SELECT {', '.join(f'{rows.format(table)} AS {table}' for table in BESIDE)}")
    return found


def read_recipe(text: str | None) -> Recipe:
    """The recipe out of a file's property. Raises Refused `document_foreign`."""
    try:
        held = json.loads(text or "")
        found = Recipe(**(held | {"chapters": tuple(held["chapters"])}))
        whole = (
            found.moment.tzinfo and found.moment.year >= FIRST_YEAR and found.level in LEVEL_NAMES
            and type(found.year) is int and YEARS[0] <= found.year <= YEARS[1] and found.chapters
            and found.quarter in (None, *QUARTERS)
            and isinstance(found.scope, dict) and isinstance(found.lights, dict)
            and isinstance(found.beside, dict)
            and all(isinstance(word, str) for word in (found.kind, found.data_hash, found.version, *found.chapters))
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, RecursionError):
        whole = False
    if not whole:
        raise Refused(
            "document_foreign",
            "Berkas ini tidak memuat keterangan asal dari Tepat; periksa berkas yang dibuat di halaman Dokumen.",
        )
    return found


def scope_of(store: Store, held: Recipe) -> Scope:
    """The scope a document was made for. Raises Refused `snapshot_unknown`, `scope_invalid`, `region_without_data`,
    `line_unknown`, `criteria_unknown`, `bad_criteria`, `reading_unknown`, `document_foreign`."""
    echo = held.scope
    names = ("snapshot_id", "region", "definition", "unit", "cut", "quota", "line", "ruleset", "readings", "bound")
    try:
        worded = isinstance(echo["region"], str) and isinstance(echo["snapshot_id"], str)
        if not worded or echo["decile_of"] not in ("recorded", "pmt"):
            raise TypeError
        return replace(
            catalogue.default_scope(store, **{name: echo[name] for name in names}), decile_of=echo["decile_of"]
        )
    except Refused as refused:
        if refused.code != "snapshot_unknown":
            raise
        raise Refused(
            "snapshot_unknown",
            f"Data asal dokumen ini ({echo['snapshot_id']}) tidak ada di basis data ini; muat kembali data itu, atau "
            "periksa di komputer yang membuat dokumennya.",
        ) from refused
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(
            "document_foreign",
            "Keterangan asal di dalam berkas ini tidak lengkap; periksa berkas asli yang dibuat di halaman Dokumen.",
        ) from error

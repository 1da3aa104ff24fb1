"""Which scorecard scores a snapshot, and what stands in the way.

A field that a snapshot lacks altogether means refitting without it, never filling it for everybody; a single
family's gap is filled with the survey mean and counted (`model_card.compile_sql`).
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
from pydantic import ValidationError

from analytics.definitions import region_sql
from analytics.fields import FIELDS, column_sql, title
from analytics.model_card import CompiledScore, ModelCard, compile_sql
from analytics.scope import Scope
from analytics.text import listing, number, percent
from data.errors import Refused
from data.reference import parameter
from data.store import Store

# Aliases as `analytics.fields` has them.
FAMILIES = (
    "family JOIN family_feature AS feature ON feature.snapshot_id = family.snapshot_id "
    "AND feature.family_no = family.family_no WHERE family.snapshot_id = $snapshot_id"
)


@dataclass(frozen=True)
class Choice:
    """card and path: the scorecard to use, None for none; lacking: why (Indonesian), empty when there is one.

    absent: the fields not one family of the snapshot has. base: where no card can score, the newest that could
    without `absent` and has its survey kept for such a refit (`analytics.refit`).
    """

    card: ModelCard | None
    path: Path | None
    lacking: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    base: ModelCard | None = None


def choose_card(store: Store, cursor: duckdb.DuckDBPyConnection, snapshot_id: str, given: Path | None) -> Choice:
    """The card given, else the newest in the store's folder of models that can score this snapshot.

    Refits come after all first cards, so that no field is left out that the snapshot has; where a card cannot score,
    an earlier refit of it that can is taken. A card tied to one regency (the demo's, made from an invented survey) is
    never taken for another by itself. Needs family_feature of the snapshot on `cursor`. Refused `model_unreadable` or
    `model_unusable` for a given card that is none; a card found in the folder that is none is passed over with a
    warning.
    """
    stored, warnings = _stored(store)
    if given is not None:
        first, warnings = [(given, _usable(given))], []
    else:
        regencies = _regencies(cursor, snapshot_id)
        stored = [(path, card) for path, card in stored if card.region is None or {card.region} == regencies]
        first = [(path, card) for path, card in stored if card.cost is None]
    refits = [(path, card) for path, card in stored if card.cost is not None]
    if not first and not refits:
        what = "yang tersimpan hanya untuk kabupaten/kota lain" if _stored(store)[0] else "belum ada"
        why = f"Model PMT {what}, jadi hanya peringkat tercatat yang dipakai; latih model dari survei dengan `pmt fit`."
        return Choice(None, None, (why,), tuple(warnings))
    absent = absent_fields(cursor, snapshot_id)
    base = next((card for _, card in first if card.scorable and card.survey_file), None)
    if base is not None:
        refits = [(path, card) for path, card in refits if _is_refit_of(base, card, absent)]
    elif given is not None:
        refits = []
    for path, card in first + refits:
        if not _lacking(card, absent):
            return Choice(card, path, (), tuple(warnings), absent)
    return Choice(None, None, _lacking((first or refits)[0][1], absent), tuple(warnings), absent, base)


def _stored(store: Store) -> tuple[list[tuple[Path, ModelCard]], list[str]]:
    """(the cards of the store's folder, the newest first; why others are none)."""
    found, warnings = [], []
    for path in sorted(store.models.glob("*.yaml")):
        try:
            found.append((path, _usable(path)))
        except Refused as refused:
            warnings.append(refused.message)
    return sorted(found, key=lambda pair: (pair[1].fitted_at, pair[0].name), reverse=True), warnings


def _usable(path: Path) -> ModelCard:
    """A card that either says it cannot score or names nothing but what the schema has."""
    card = ModelCard.load(path)
    if card.scorable:
        compile_sql(card)
    return card


def _is_refit_of(base: ModelCard, card: ModelCard, absent: tuple[str, ...]) -> bool:
    """Whether a refitted card is this model without anything that the snapshot has."""
    assert card.cost is not None  # it is a refit
    same = all(getattr(base, name) == getattr(card, name) for name in ("survey_file", "method", "quantile"))
    former = base.cost.dropped if base.cost else ()
    return same and set(card.cost.dropped) <= {*absent, *former}


def _regencies(cursor: duckdb.DuckDBPyConnection, snapshot_id: str) -> set[str]:
    rows = cursor.execute("SELECT DISTINCT left(village_code, 5) FROM family WHERE snapshot_id = ?", [snapshot_id])
    return {code for (code,) in rows.fetchall()}


def absent_fields(cursor: duckdb.DuckDBPyConnection, snapshot_id: str) -> tuple[str, ...]:
    """The fields of `analytics.fields` that not one family of the snapshot has a value of."""
    absent = []
    for source, table in (("family", "family"), ("feature", "family_feature")):
        names = [name for name in FIELDS if FIELDS[name].source == source]
        counts = cursor.execute(
            f"SELECT {', '.join(f'count({column_sql(name)})' for name in names)} FROM {table} AS {source} "
            "WHERE snapshot_id = $snapshot_id",
            {"snapshot_id": snapshot_id},
        ).fetchone()
        assert counts is not None  # an aggregate without GROUP BY always has one row
        absent += [name for name, count in zip(names, counts, strict=True) if count == 0]
    return tuple(name for name in FIELDS if name in absent)


def _lacking(card: ModelCard, absent: tuple[str, ...]) -> tuple[str, ...]:
    """Why this card cannot score a snapshot that lacks these fields; empty if it can."""
    if not card.scorable:
        alien = listing([title(name) for name in card.missing]) or "ciri yang dipakainya"
        return (
            f"Model {card.name} tidak dapat menskor karena data keluarga tidak memuat {alien}; "
            "latih model dengan profil survei.",
        )
    needed = [name for name in dict.fromkeys(term.field for term in card.terms) if name in absent]
    if not needed:
        return ()
    return (
        f"Model {card.name} memerlukan {listing([title(name) for name in needed])}, yang tidak ada dalam data ini; "
        f"latih ulang tanpa itu: `pmt fit … --drop {','.join(needed)}`.",
    )


def scored_sql(compiled: CompiledScore) -> str:
    """SELECT family_no, village_code, size, score, imputed_share of one snapshot; binds `$snapshot_id` and levels."""
    return (
        f"SELECT family.family_no, family.village_code, family.size, {compiled.score} AS score, "
        f"{compiled.imputed_share} AS imputed_share FROM {FAMILIES}"
    )


def scoring_card(store: Store, snapshot_id: str) -> ModelCard:
    """The card that scored a snapshot, as it was then.

    Refused `not_scored` where none did, `model_unusable` where it was written by an older Tepat.
    """
    row = store.one("SELECT model_card FROM run WHERE snapshot_id = $id", {"id": snapshot_id})
    if row is None or row["model_card"] is None:
        raise Refused(
            "not_scored",
            "Data ini belum diskor dengan model PMT; latih model dari survei dengan `pmt fit`, lalu hitung ulang.",
        )
    try:
        return ModelCard.model_validate_json(row["model_card"])
    except ValidationError as error:
        raise Refused(
            "model_unusable", "Kartu model pada perhitungan terakhir berbentuk lama; jalankan Hitung ulang."
        ) from error


@dataclass(frozen=True)
class ImputedBands:
    """Families of a scope by the share of their score that comes from survey means (`imputed_share`).

    none: 0; some: above 0 up to `limit` (the parameter `much_imputed`); much: above it. unscored: no score.
    """

    scope: Scope
    none: int
    some: int
    much: int
    unscored: int
    limit: float


def imputed_bands(store: Store, scope: Scope) -> ImputedBands:
    """How many families were scored on how many survey means. All zero where nothing was scored yet."""
    limit = parameter("much_imputed").value
    row = store.one(
        "SELECT count(*) FILTER (WHERE score IS NOT NULL AND imputed_share = 0) AS none, "
        "count(*) FILTER (WHERE score IS NOT NULL AND imputed_share > 0 AND imputed_share <= $much) AS some, "
        "count(*) FILTER (WHERE score IS NOT NULL AND imputed_share > $much) AS much, "
        "count(*) FILTER (WHERE score IS NULL) AS unscored "
        f"FROM family_rank WHERE snapshot_id = $snapshot_id AND {region_sql('village_code')}",
        {"snapshot_id": scope.snapshot_id, "region": scope.region, "much": limit},
    )
    assert row is not None  # an aggregate without GROUP BY always has one row
    return ImputedBands(scope=scope, limit=limit, **row)


def imputed_warning(cursor: duckdb.DuckDBPyConnection, snapshot_id: str) -> list[str]:
    """Says how many families were scored largely on survey means."""
    limit = parameter("much_imputed").value
    row = cursor.execute(
        "SELECT count(*), count(*) FILTER (WHERE imputed_share > $much) FROM family_rank "
        "WHERE snapshot_id = $snapshot_id AND score IS NOT NULL",
        {"snapshot_id": snapshot_id, "much": limit},
    ).fetchone()
    families, much = row or (0, 0)
    if not much:
        return []
    return [
        f"{number(much)} keluarga ({percent(much / families, 1)}) diskor dengan lebih dari {percent(limit)} "
        "bobot berasal dari rata-rata survei karena isiannya kosong."
    ]

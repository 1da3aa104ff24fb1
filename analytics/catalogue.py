"""What the database holds: snapshots, their regions, their import reports, and whether their results are stale."""

import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any

import pandas as pd

from analytics import definitions, pmt_line
from analytics.model_card import ModelCard
from analytics.params import params_hash
from analytics.scope import BOUND_NAMES, DEFINITION_NAMES, UNIT_NAMES, Scope
from analytics.text import month, number, percent
from data.criteria import default_rules, find_rules
from data.errors import Refused
from data.reference import lines
from data.store import Store


@dataclass(frozen=True)
class Head:
    """What is said of one import, as in table snapshot."""

    snapshot_id: str
    label: str
    source: str
    source_date: date | None
    imported_at: datetime
    unit: str
    frame: str
    frame_share: float | None
    rank_area: str | None
    code_system: str
    programme_date: date | None
    data_hash: str


@dataclass(frozen=True)
class Snapshot(Head):
    """One import and its counts: families, and active persons."""

    families: int
    persons: int


@dataclass(frozen=True)
class Run:
    """The last computation on a snapshot. model: path of the card, null when by the recorded rank only."""

    params_hash: str
    data_hash: str
    model: str | None
    finished_at: datetime
    seconds: float
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class QuotaFill:
    """How well a quota is filled in one regency, in the scope's unit (families or persons).

    A tie is never split: families at the score where the quota ends stay outside together.
    tie, tie_families: weight and number of those families, the next ones by score; a single family is no
    tie but one that the rest of the quota does not hold. The text tells them apart.
    """

    regency: str
    name: str | None
    unit: str
    quota_weight: float
    selected: float
    tie: float
    tie_families: int

    @property
    def under(self) -> float:
        """Weight the quota still has room for; never negative."""
        return max(0.0, self.quota_weight - self.selected)

    @property
    def over_with_tie(self) -> float:
        """By how much the quota would be over-filled if the tie came in; 0 where there is none."""
        return max(0.0, self.selected + self.tie - self.quota_weight)

    def text(self) -> str:
        unit = UNIT_NAMES[self.unit]
        start = (
            f"Kuota {number(self.quota_weight, 1)} {unit} di {self.name or self.regency}: "
            f"terpilih {number(self.selected)} {unit}"
        )
        if not self.tie_families or self.under < 1e-6:
            return start + ", kuota terisi."
        if self.tie_families == 1:
            return f"{start}, tersisa {number(self.under, 1)} karena keluarga berikutnya tidak muat."
        return (
            f"{start}, kurang {number(self.under, 1)}. {number(self.tie_families)} keluarga berskor sama "
            f"tepat di batas; bila ikut, kuota terlampaui {number(self.over_with_tie, 1)} {unit}."
        )


_HEAD = ", ".join(f"s.{field.name}" for field in fields(Head))
_SNAPSHOTS = f"""
    SELECT {_HEAD}, coalesce(f.n, 0) AS families, coalesce(p.n, 0) AS persons
    FROM snapshot AS s
    LEFT JOIN (SELECT snapshot_id, count(*) AS n FROM family GROUP BY snapshot_id) AS f
        ON f.snapshot_id = s.snapshot_id
    LEFT JOIN (SELECT snapshot_id, count(*) AS n FROM person WHERE active GROUP BY snapshot_id) AS p
        ON p.snapshot_id = s.snapshot_id
    ORDER BY s.imported_at DESC, s.snapshot_id DESC
"""


def snapshots(store: Store) -> tuple[Snapshot, ...]:
    """All snapshots, the newest import first."""
    return tuple(Snapshot(**row) for row in store.rows(_SNAPSHOTS))


def latest(store: Store) -> Snapshot | None:
    """The newest import, None in an empty database."""
    found = snapshots(store)
    return found[0] if found else None


def snapshot(store: Store, snapshot_id: str) -> Snapshot:
    """One snapshot with its counts. Raises Refused `snapshot_unknown`."""
    return Snapshot(
        **asdict(head(store, snapshot_id)),
        families=_count(store, "family", "true", snapshot_id),
        persons=_count(store, "person", "active", snapshot_id),
    )


def _count(store: Store, table: str, which: str, snapshot_id: str) -> int:
    row = store.one(f"SELECT count(*) AS n FROM {table} WHERE snapshot_id = $id AND {which}", {"id": snapshot_id})
    return int(row["n"]) if row else 0


def head(store: Store, snapshot_id: str) -> Head:
    """One snapshot, its rows not counted. Raises Refused `snapshot_unknown`."""
    definitions.require_snapshot(store, snapshot_id)
    (row,) = store.rows(f"SELECT {_HEAD} FROM snapshot AS s WHERE s.snapshot_id = $id", {"id": snapshot_id})
    return Head(**row)


def default_scope(store: Store, **overrides: Any) -> Scope:
    """The scope a screen or command starts from; overrides that are None count as not given.

    Newest snapshot; `recorded` if it has any recorded decile, else `pmt_quota`; cut and quota from
    data/reference; under `pmt_line` the first line the last run derived chances for; under `local_criteria` the rules
    named `ruleset` (the first there are) with `readings` (clause -> name) chosen. Raises Refused `no_snapshot`,
    `snapshot_unknown`, `region_without_data`, `scope_invalid`, `line_unknown`, `criteria_unknown`, `bad_criteria`,
    `reading_unknown`.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    ruleset, readings = given.pop("ruleset", None), given.pop("readings", None) or {}
    if "snapshot_id" in given:
        chosen: Head = head(store, given["snapshot_id"])
    else:
        newest = latest(store)
        if newest is None:
            raise Refused("no_snapshot", "Basis data ini masih kosong; impor berkas atau muat data contoh dahulu.")
        chosen = newest
    start: dict[str, Any] = {
        "snapshot_id": chosen.snapshot_id,
        "definition": "recorded" if _has_recorded(store, chosen.snapshot_id) else "pmt_quota",
        "cut": definitions.default_cut(),
        "quota": definitions.default_quota(),
    }
    scope = Scope(**(start | given))
    if scope.definition == "pmt_line":
        derived = definitions.computed_lines(store, scope.snapshot_id)
        scope = replace(scope, line=scope.line or next(iter(derived), next(iter(lines().lines))))
    else:
        scope = replace(scope, line=None)
    if scope.definition == "local_criteria":
        recorded = start["definition"] == "recorded"
        rules = find_rules(store, ruleset).read(readings)
        scope = replace(scope, rules=rules, decile_of="recorded" if recorded else "pmt")
    _check(store, scope)
    return scope


def _has_recorded(store: Store, snapshot_id: str) -> bool:
    sql = "SELECT 1 FROM family WHERE snapshot_id = $id AND decile_recorded IS NOT NULL LIMIT 1"
    return store.one(sql, {"id": snapshot_id}) is not None


def _check(store: Store, scope: Scope) -> None:
    if scope.definition not in DEFINITION_NAMES or scope.unit not in UNIT_NAMES:
        raise Refused(
            "scope_invalid",
            f"Definisi atau satuan tidak dikenal; pilih definisi {' atau '.join(DEFINITION_NAMES)} "
            f"dan satuan {' atau '.join(UNIT_NAMES)}.",
        )
    if scope.definition == "pmt_line":
        definitions.line_named(scope.line)
    if scope.bound not in BOUND_NAMES:
        raise Refused("scope_invalid", "Batas kriteria tidak dikenal; pilih lower (bawah) atau upper (atas).")
    if not 1 <= scope.cut <= 10:
        raise Refused("scope_invalid", "Batas desil harus bilangan bulat 1 sampai 10; perbaiki lalu ulangi.")
    if not 0 < scope.quota <= 1:
        raise Refused(
            "scope_invalid", "Kuota harus lebih dari 0 dan paling besar 1 (misalnya 0,05); perbaiki lalu ulangi."
        )
    sql = f"SELECT 1 FROM family WHERE snapshot_id = $id AND {definitions.region_sql('village_code')} LIMIT 1"
    if scope.region and store.one(sql, {"id": scope.snapshot_id, "region": scope.region}) is None:
        raise Refused(
            "region_without_data",
            f"Wilayah {scope.region} tidak punya keluarga dalam data ini; pilih wilayah lain atau periksa kodenya.",
        )


def require_definition(store: Store, scope: Scope) -> None:
    """Raises Refused `definition_unavailable` where the scope's definition cannot be answered at all, and under
    `pmt_line` as `require_line` does; `results_missing` where only the computation is missing."""
    if scope.definition != "recorded":
        definitions.require_results(store, scope.snapshot_id)
    if scope.definition == "pmt_line":
        require_line(store, scope)
    ranked = "SELECT 1 FROM family_rank WHERE snapshot_id = $id AND share_regency IS NOT NULL LIMIT 1"
    if scope.definition == "pmt_quota" and store.one(ranked, {"id": scope.snapshot_id}) is None:
        raise Refused(
            "definition_unavailable",
            "Kuota PMT belum dapat dipakai untuk data ini: latih model dengan `pmt fit`, jalankan `run`, dan untuk "
            "data yang hanya memuat bagian termiskin muat dahulu penduduk acuan semua desa.",
        )


def require_line(store: Store, scope: Scope) -> None:
    """Raises Refused `line_unavailable` where the last run derived no chances for the scope's line: another unit,
    another price month without a deflator, a card of quantiles, or no card at all."""
    if scope.line in definitions.computed_lines(store, scope.snapshot_id):
        return
    card = card_used(store, scope.snapshot_id)
    why = pmt_line.usable_lines(card)[1] if card else None
    if card and why is None:
        line = definitions.line_named(scope.line)
        why = (
            f"{line.title} berharga {month(line.prices)} ({line.unit}), sedangkan kartu skor {card.name} berharga "
            f"{month(card.price_date)} ({card.outcome_unit}); pilih garis yang sama harganya, atau tambahkan deflator "
            "bersumber di data/reference/lines.yaml lalu hitung ulang."
        )
    raise Refused(
        "line_unavailable",
        why or "Peluang di bawah garis memerlukan kartu skor: latih model dengan `pmt fit`, lalu jalankan `run`.",
    )


def card_used(store: Store, snapshot_id: str) -> ModelCard | None:
    """The scorecard as it was when it last scored a snapshot; None where none did."""
    row = store.one("SELECT model_card FROM run WHERE snapshot_id = $id", {"id": snapshot_id})
    return ModelCard.model_validate_json(row["model_card"]) if row and row["model_card"] else None


def regions_with_data(store: Store, snapshot_id: str) -> pd.DataFrame:
    """Regencies, districts and villages that have families: code, level, name, parent (code), families.

    Ordered by code. name is null where the code is not in the code list.
    """
    return definitions.no_nan_text(store.frame(definitions.sql_text("regions"), {"snapshot_id": snapshot_id}))


def of_one_regency(store: Store, scope: Scope) -> Scope:
    """A scope of all data that hold a single regency as a scope of that regency, as the screen has it: what an office
    writes is kept under the code of its regency. Any other scope stays itself."""
    if scope.region:
        return scope
    regions = regions_with_data(store, scope.snapshot_id)
    codes = regions.loc[regions["level"] == "regency", "code"].tolist()
    return replace(scope, region=codes[0]) if len(codes) == 1 else scope


def provinces_with_data(store: Store, snapshot_id: str) -> dict[str, str]:
    """Code -> name of the provinces in which a snapshot has families, ordered by code; the code where the list has
    no name for it."""
    rows = store.rows(
        "SELECT p.code, r.name FROM (SELECT DISTINCT left(village_code, 2) AS code FROM family "
        "WHERE snapshot_id = $id) AS p LEFT JOIN region AS r ON r.code = p.code ORDER BY p.code",
        {"id": snapshot_id},
    )
    return {row["code"]: row["name"] or row["code"] for row in rows}


def import_report(store: Store, snapshot_id: str) -> dict[str, Any] | None:
    """The ImportReport stored with a snapshot (no personal value in it); None where none was stored."""
    row = store.one("SELECT report FROM snapshot WHERE snapshot_id = $id", {"id": snapshot_id})
    return json.loads(row["report"]) if row and row["report"] else None


def last_run(store: Store, snapshot_id: str) -> Run | None:
    """The last computation on a snapshot, None before the first."""
    row = store.one(
        "SELECT params_hash, data_hash, model, finished_at, seconds, warnings FROM run WHERE snapshot_id = $id",
        {"id": snapshot_id},
    )
    if row is None:
        return None
    return Run(**(row | {"warnings": tuple(json.loads(row["warnings"] or "[]"))}))


def is_stale(store: Store, snapshot_id: str) -> bool:
    """True when results are missing or were made with other parameters, other SQL or other data."""
    done = last_run(store, snapshot_id)
    return done is None or (done.params_hash, done.data_hash) != (
        params_hash(),
        head(store, snapshot_id).data_hash,
    )


def quota_fill(store: Store, scope: Scope) -> tuple[QuotaFill, ...]:
    """Per regency of the scope, how full the quota of `pmt_quota` is. Empty before a rank exists.

    A quota belongs to a regency: a district or village in the scope gives its whole regency.
    """
    sql = definitions.sql_text("quota_fill").format(
        share=definitions.share_column(scope),
        weight="size" if scope.unit == "persons" else "1",
        in_region=definitions.region_sql("village_code"),
        tolerance=definitions.TOLERANCE,
    )
    params = {"snapshot_id": scope.snapshot_id, "region": scope.region[:5], "quota": scope.quota}
    return tuple(QuotaFill(unit=scope.unit, **row) for row in store.rows(sql, params))


def scope_line(store: Store, scope: Scope) -> str:
    """The scope in one line under a figure: region, data and date, definition, unit."""
    found = head(store, scope.snapshot_id)
    named = store.one("SELECT name FROM region WHERE code = $code", {"code": scope.region})
    region = f"{named['name']} ({scope.region})" if named else scope.region or "Seluruh wilayah data"
    limit = {
        "recorded": lambda: f"desil ≤ {scope.cut}",
        "pmt_quota": lambda: f"kuota {percent(scope.quota)}",
        "pmt_line": lambda: definitions.line_named(scope.line).title,
        "local_criteria": lambda: f"{(scope.rules or default_rules()).title}, {BOUND_NAMES[scope.bound]}",
    }[scope.definition]()
    return f"{region} · {found.label} · {DEFINITION_NAMES[scope.definition]} ({limit}) · {UNIT_NAMES[scope.unit]}"

"""`run` rebuilds what is derived from one snapshot; the first start."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from analytics.criteria_open import open_families
from analytics.definitions import features_sql, rank_sql
from analytics.demo_region import FAMILIES, SEED, DemoMap, fill, invented_map, real_map, write_demo
from analytics.expected import derive_expected
from analytics.fitting import FitReport, fit_survey
from analytics.model_card import ModelCard, compile_sql
from analytics.page_tables import derive_pages, judge_again
from analytics.params import params_hash
from analytics.pieces import pieces
from analytics.pmt_line import derive as derive_chances
from analytics.proxies import fit_for
from analytics.refit import fitting_choice
from analytics.scope import Scope
from analytics.scoring import Choice, choose_card, imputed_warning, scored_sql
from data.criteria import default_rules, find_rules
from data.delivery import Progress, tell
from data.demo import DemoRegion
from data.demo_annual_plan import decisions, own_row, plan_cells, reports, write_annual_plan
from data.demo_files import write_dtsen, write_recipients
from data.demo_plans import office_texts, write_official, write_plans
from data.demo_survey import write_survey
from data.demo_visits import write_visits
from data.document_texts import write_text
from data.errors import Refused
from data.ingest import import_files
from data.load_criteria import import_answers
from data.load_facilities import import_facilities
from data.load_inventory import import_inventory
from data.load_register import UNKNOWN_VILLAGE
from data.load_sipd import import_sub_activities
from data.load_village_proposals import decide_proposals, import_village_proposals, village_proposals
from data.plan_entries import save_edits, save_realisation
from data.reference import parameter_or_first
from data.regions import ensure_regions
from data.store import Store
from geo.boundaries import import_boundaries

__all__ = ["DemoReport", "FitReport", "RunReport", "first_start", "fit_survey", "load_demo", "run", "write_demo"]

_RANKED = (
    "family_no, village_code, size, score, share_village, share_regency, share_province, share_village_persons, "
    "share_regency_persons, share_province_persons, list_rank, list_size"
)


@dataclass(frozen=True)
class RunReport:
    """What `run` made. definitions: those that can be used now; missing: what lacks for more (Indonesian).

    model: path of the card that scored, None when none did.
    """

    snapshot_id: str
    params_hash: str
    data_hash: str
    families: int
    definitions: tuple[str, ...]
    missing: tuple[str, ...]
    seconds: float
    warnings: tuple[str, ...]
    model: str | None

    def as_json(self) -> dict[str, Any]:
        """The keys of the command line's contract, and what else is worth knowing."""
        return asdict(self)


def run(
    store: Store, snapshot_id: str | None = None, model: Path | None = None, progress: Progress = None
) -> RunReport:
    """Rebuild features, scores and ranks of a snapshot (the newest by default), in one transaction.

    Scores with the card given, else with the newest that can score this snapshot, else with that card refitted
    without what the snapshot lacks (`analytics.refit`), else with none: then only the recorded rank can be used and
    `missing` says why. Refused `no_snapshot`, `snapshot_unknown`,
    `model_unreadable`, `model_unusable`.
    """
    started = time.monotonic()
    snapshot = _snapshot(store, snapshot_id)
    key = {"snapshot_id": snapshot["snapshot_id"]}
    with store.transaction() as cursor:
        for table in ("family_feature", "family_rank", "family_line", "village_line", "run"):
            cursor.execute(f"DELETE FROM {table} WHERE snapshot_id = $snapshot_id", key)
        tell(progress, 0.1, "Menyusun ciri keluarga dari anggotanya")
        _features(cursor, snapshot)
        tell(progress, 0.3, "Menjelaskan desil tercatat dari ciri keluarga")
        derive_expected(cursor, key["snapshot_id"])
        tell(progress, 0.4, "Memilih model PMT")
        choice = choose_card(store, cursor, key["snapshot_id"], model)
        choice = fitting_choice(store, choice, _part(progress, 0.4, 0.5))
        warnings = list(choice.warnings)
        lines: tuple[str, ...] = ()
        cautions: list[str] = []
        if choice.card is not None:
            tell(progress, 0.5, "Menghitung skor dan peringkat")
            _rank(cursor, snapshot, choice.card)
            warnings += fit_for(cursor, snapshot, choice.card)
            warnings += imputed_warning(cursor, key["snapshot_id"])
            tell(progress, 0.7, "Menghitung peluang di bawah garis")
            lines, cautions = derive_chances(cursor, key["snapshot_id"], choice.card)
            warnings += cautions if lines else []
        tell(progress, 0.85, "Menyiapkan angka halaman")
        derive_pages(cursor, key["snapshot_id"], rules=find_rules(store))
        tell(progress, 0.9, "Menyimpan hasil")
        definitions, missing = _definitions(cursor, snapshot, choice)
        if lines:
            definitions += ("pmt_line",)
        elif choice.card is not None:
            missing += tuple(cautions)
        families = cursor.execute("SELECT count(*) FROM family WHERE snapshot_id = $snapshot_id", key).fetchone()
        report = RunReport(
            snapshot_id=key["snapshot_id"],
            params_hash=params_hash(),
            data_hash=snapshot["data_hash"],
            families=families[0] if families else 0,
            definitions=definitions,
            missing=missing,
            seconds=round(time.monotonic() - started, 3),
            warnings=tuple(warnings),
            model=str(choice.path) if choice.path else None,
        )
        _record(cursor, report, choice.card)
    tell(progress, 1.0, "Perhitungan selesai")
    return report


def _snapshot(store: Store, snapshot_id: str | None) -> dict[str, Any]:
    wanted = "WHERE snapshot_id = $snapshot_id" if snapshot_id else ""
    found = store.one(
        "SELECT snapshot_id, source_date, imported_at, unit, frame, data_hash FROM snapshot "
        f"{wanted} ORDER BY imported_at DESC, snapshot_id LIMIT 1",
        {"snapshot_id": snapshot_id} if snapshot_id else None,
    )
    if found is not None:
        return found
    if snapshot_id:
        raise Refused(
            "snapshot_unknown", f"Data {snapshot_id} tidak ada; lihat daftar data di halaman Data, lalu pilih lagi."
        )
    raise Refused("no_snapshot", "Belum ada data keluarga; impor dahulu berkas keluarga.")


def _features(cursor: duckdb.DuckDBPyConnection, snapshot: dict[str, Any]) -> None:
    on: date = snapshot["source_date"] or snapshot["imported_at"].date()
    part = "snapshot_id = $snapshot_id AND family_no BETWEEN $first AND $last"
    features = features_sql(
        f"(SELECT * FROM family WHERE {part})",
        f"(SELECT * FROM person WHERE {part} AND active)",
    )
    params = {
        "snapshot_id": snapshot["snapshot_id"], "on": on,
        "elderly_age": int(parameter_or_first("elderly_age", on).value),
    }  # fmt: skip
    for piece in pieces(cursor, snapshot["snapshot_id"]):
        cursor.execute(
            f"INSERT INTO family_feature BY NAME SELECT $snapshot_id AS snapshot_id, made.* FROM ({features}) AS made",
            params | piece,
        )


def _rank(cursor: duckdb.DuckDBPyConnection, snapshot: dict[str, Any], card: ModelCard) -> None:
    compiled = compile_sql(card)
    key = {"snapshot_id": snapshot["snapshot_id"]}
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE scored AS {scored_sql(compiled)}", compiled.params | key)
    cursor.execute(
        f"INSERT INTO family_rank BY NAME SELECT $snapshot_id AS snapshot_id, {_prefixed(_RANKED)}, s.imputed_share "
        f"FROM ({rank_sql('scored')}) AS r JOIN scored AS s ON s.family_no = r.family_no",
        key | {"frame": snapshot["frame"]},
    )
    cursor.execute("DROP TABLE scored")


def _prefixed(columns: str) -> str:
    return ", ".join(f"r.{name}" for name in columns.split(", "))


def _definitions(
    cursor: duckdb.DuckDBPyConnection, snapshot: dict[str, Any], choice: Choice
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    key = {"snapshot_id": snapshot["snapshot_id"]}
    recorded = cursor.execute(
        "SELECT count(decile_recorded) FROM family WHERE snapshot_id = $snapshot_id", key
    ).fetchone()
    ranked = cursor.execute(
        "SELECT count(share_regency) FROM family_rank WHERE snapshot_id = $snapshot_id", key
    ).fetchone()
    missing = list(choice.lacking)
    definitions = []
    if recorded and recorded[0]:
        definitions.append("recorded")
    else:
        missing.append(
            "Berkas sumber tidak memuat desil tercatat, jadi definisi Peringkat tercatat tidak dapat dipakai."
        )
    if ranked and ranked[0]:
        definitions.append("pmt_quota")
    elif choice.card is not None and snapshot["frame"] == "truncated":
        missing.append(
            "Data hanya memuat bagian termiskin penduduk; muat jumlah penduduk acuan semua desa agar peringkat PMT "
            "dalam kabupaten/kota dapat dihitung."
        )
    return tuple(definitions), tuple(missing)


def _record(cursor: duckdb.DuckDBPyConnection, report: RunReport, card: ModelCard | None) -> None:
    cursor.execute(
        "INSERT INTO run VALUES "
        "($snapshot_id, $params_hash, $data_hash, $model, $card, $finished, $seconds, $warnings)",
        {
            "snapshot_id": report.snapshot_id,
            "params_hash": report.params_hash,
            "data_hash": report.data_hash,
            "model": report.model,
            "card": card.model_dump_json() if card else None,
            "finished": datetime.now(UTC).replace(tzinfo=None),
            "seconds": report.seconds,
            "warnings": json.dumps([*report.missing, *report.warnings], ensure_ascii=False),
        },
    )


@dataclass(frozen=True)
class DemoReport:
    """The synthetic regency as loaded. Counts are of accepted rows; persons are active members."""

    snapshot_id: str
    families: int
    persons: int
    villages: int
    run: RunReport

    def as_json(self) -> dict[str, Any]:
        """The keys of the command line's contract: no file was written, the truth stays unknown."""
        return {
            "snapshot_id": self.snapshot_id, "families": self.families, "persons": self.persons,
            "villages": self.villages, "files": {}, "truth": None,
        }  # fmt: skip


def first_start(store: Store, progress: Progress = None) -> DemoReport:
    """What an empty database begins with: the synthetic regency."""
    return load_demo(store, progress=progress)


def load_demo(
    store: Store,
    families: int = FAMILIES,
    seed: int = SEED,
    boundaries: Path | None = None,
    progress: Progress = None,
) -> DemoReport:
    """Load the synthetic regency as an office would: files, import, boundaries, survey, scorecard, run."""
    # What the survey and the map need, the register does not: they are worked on while it is read.
    with TemporaryDirectory(dir=store.staging) as name, ThreadPoolExecutor(1) as beside:
        folder = Path(name)
        tell(progress, 0.0, "Menggambar desa")
        ensure_regions(store)
        places = invented_map(seed) if boundaries is None else real_map(store, boundaries)
        tell(progress, 0.1, "Mengarang keluarga dan anggotanya")
        region = fill(places, families, seed)
        tell(progress, 0.2, "Menulis berkas seperti yang diterima kantor")
        survey = write_survey(region, folder)
        fitting = beside.submit(_fit_demo, store, list(survey), str(region.villages["code"].iloc[0])[:5])
        drawing = beside.submit(_draw_demo, store, places, folder) if boundaries is None else None
        planning = beside.submit(_plan_demo, store, write_plans(region, folder), region.date)
        writing = beside.submit(_annual_plan_demo, store, write_annual_plan(region, folder), region)
        official = beside.submit(import_files, store, [write_official(region, folder)])
        paths = write_dtsen(region, folder)
        population = folder / "penduduk_acuan.csv"
        region.population.to_csv(population, index=False)
        delivery = [paths["dtsen_family"], paths["dtsen_person"], write_recipients(region, folder), population]
        report = import_files(
            store, delivery, bridge=paths["bridge"], label="Data contoh (fiktif)", date=region.date,
            progress=_part(progress, 0.35, 0.85),
        )  # fmt: skip
        tell(progress, 0.85, "Melatih model PMT dari survei contoh dan menyiapkan peta")
        fitted = fitting.result()
        if drawing is not None:
            drawing.result()
        planning.result()
        official.result()
        writing.result()
    for (document, place), text in office_texts().items():
        write_text(store, str(region.villages["code"].iloc[0])[:5], region.date.year + 1, document, place, text)
    assert report.snapshot_id is not None  # the delivery holds families
    ran = run(store, report.snapshot_id, fitted.path, _part(progress, 0.9, 0.98))
    tell(progress, 0.98, "Memuat formulir kunjungan contoh")
    _visit_demo(store, report.snapshot_id, region)
    tell(progress, 1.0, "Data contoh siap")
    return DemoReport(report.snapshot_id, report.families, report.persons, len(region.villages), ran)


def _fit_demo(store: Store, survey: list[Path], region: str) -> FitReport:
    return fit_survey(
        store, survey, "pengeluaran_per_kapita", weight="penimbang", cluster="klaster", profile="survey_demo",
        outcome_unit="rupiah fiktif per jiwa per bulan", region=region, yardstick=False,
    )  # fmt: skip


def _plan_demo(store: Store, paths: dict[str, Path], told: date) -> None:
    import_facilities(store, paths["facilities"], date=told)
    import_inventory(store, paths["inventory"])


def _annual_plan_demo(store: Store, paths: dict[str, Path], region: DemoRegion) -> None:
    """What people wrote into the plan of the data's year, with its first two quarters, and into the next one."""
    import_sub_activities(store, paths["sub_activities"])
    code, following = str(region.villages["code"].iloc[0])[:5], region.date.year + 1
    import_village_proposals(store, paths["village_proposals"], following)
    numbers = [proposal["entry_no"] for proposal in village_proposals(store, code, following)]
    decide_proposals(store, code, following, decisions(region, numbers))
    for year, cells in plan_cells(region).items():
        save_edits(store, code, year, cells, [own_row(region)])
    for quarter, rows in reports(region).items():
        save_realisation(store, code, region.date.year, quarter, rows)


def _visit_demo(store: Store, snapshot_id: str, region: DemoRegion) -> None:
    """Visits of some villages, for what the register cannot tell of the criteria of the first rule file."""
    families = open_families(store, Scope(snapshot_id)).sort_values(["village_code", "family_no"])
    families = families[~families["village_code"].str.endswith(UNKNOWN_VILLAGE)]
    if families.empty:
        return
    with TemporaryDirectory(dir=store.staging) as name:
        import_answers(store, write_visits(families, default_rules(), region.seed, region.date, Path(name)))
    # Who has to be visited is known only after `run`, which has judged every family without these answers.
    with store.transaction() as cursor:
        judge_again(cursor, snapshot_id, default_rules())


def _draw_demo(store: Store, places: DemoMap, folder: Path) -> None:
    shapes = folder / "batas_desa.geojson"
    shapes.write_text(places.geojson, encoding="utf-8")
    import_boundaries(store, shapes)


def _part(progress: Progress, start: float, end: float) -> Progress:
    """Progress of a step as a part of the whole."""
    if progress is None:
        return None
    told = progress
    return lambda share, phrase: told(start + share * (end - start), phrase)

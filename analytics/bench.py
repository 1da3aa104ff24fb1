# ruff: noqa: E501 (rows of a table, and SQL, one to a line)
"""`cli.py bench`: import, run and page queries beside a bare DuckDB read and a pandas version of the same work.

Every step works in a process of its own, one after another, so that none is warm from the one before and each has its
own peak of memory. Only ratios within one run mean much: machines and what else they do differ.
"""

import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from analytics.bench_files import PERSONS_PER_FAMILY, PROVINCE, province_polygons, write_p3ke_csv
from data.codes import sql_text as quote
from data.delivery import Progress, tell
from data.errors import Refused
from data.store import Store

ROOT = Path(__file__).resolve().parent.parent
WARM = 3_000  # families of the delivery that brings about the refit of the card, before anything is timed
XLSX_ROWS = 20_000
MOST_IN_PANDAS = 2_000_000  # families; with ten million the pandas version asks for some 20 GB
KINDS = ("keluarga", "individu")
KEPT = ("db", "pandas")  # what later steps read; the rest of a million families would fill the disk
EDGES = (0.0, 50.0, 100.0, 240.0, 480.0, 760.0)  # classes given, as the pages give them
CHANCES = "Menghitung peluang di bawah garis"  # what `pipeline.run` says when it begins pmt_line
_PERSON = (
    "person_no", "family_no", "relation", "sex", "birth_date", "age", "marital", "education", "in_school", "working",
    "work_status", "sector", "disability", "chronic", "pregnant",
)  # fmt: skip


def bench(families: int, progress: Progress = None) -> dict[str, Any]:
    """`machine`, `date`, `load` (of the last minute, before and after), `rows` of step, seconds, peak_mb, ratio, note.

    peak_mb: the largest resident memory of the step's process, or of its largest child. ratio: as the note says; null
    where there is nothing to compare with.
    """
    before = os.getloadavg()[0]
    with TemporaryDirectory(prefix="tepat-bench-") as name:
        folder = Path(name)
        done: dict[str, dict[str, Any]] = {}
        steps = [step for step in STEPS if step != "pandas" or families <= MOST_IN_PANDAS]
        for place, step in enumerate(steps):
            tell(progress, place / len(steps), step)
            done[step] = _in_its_own_process(step, folder, families)
            for left in set(folder.iterdir()) - {folder / name for name in KEPT} - set(_files(folder, KINDS)):
                shutil.rmtree(left) if left.is_dir() else left.unlink()
    return {
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}, DuckDB {duckdb.__version__}, pandas {pd.__version__}",
        "date": datetime.now(UTC).date().isoformat(),
        "load": [round(before, 1), round(os.getloadavg()[0], 1)],
        "families": families,
        "rows": _rows(done),
    }


def _in_its_own_process(step: str, folder: Path, families: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "analytics.bench", step, str(folder), str(families)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise Refused(
            "bench_failed", f"Pengukuran berhenti pada langkah “{step}”: {last}; periksa sisa ruang dan memori."
        )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _rows(done: dict[str, dict[str, Any]]) -> pd.DataFrame:
    bare, both, run = (done[step] for step in ("bare", "bare both", "run"))
    rows = [
        _row("write the files", done["write"], None, f"family file {done['write']['family_mb']:.0f} MB, member file {done['write']['person_mb']:.0f} MB"),
        _row("bare read, family file", bare, None, "read_csv(all_varchar) into a table"),
        _row("import, family file", done["import"], done["import"]["seconds"] / bare["seconds"], "to the bare read; aim 2"),
        _row("bare read, both files", both, None, ""),
        _row("import, both files", done["import both"], done["import both"]["seconds"] / both["seconds"], "to the bare read of both; aim 2"),
        _row("run without pmt_line", run, run["seconds"] / both["seconds"], "to the bare read of both files; aim 1"),
        _row("run without pmt_line", run, run["seconds"] / bare["seconds"], "to the bare read of the family file"),
        _row("run: pmt_line", {"seconds": run["chances"]}, run["chances"] / both["seconds"], "to the bare read of both files"),
    ]  # fmt: skip
    if pandas := done.get("pandas"):
        rows += [
            _row("the same run in pandas", pandas, pandas["seconds"] / run["seconds"], "to run; aim at least 3"),
            _row(
                "memory of run", {"peak_mb": run["peak_mb"]}, run["peak_mb"] / pandas["peak_mb"], "to pandas; aim 0.5"
            ),
        ]
    for name, (seconds, aim) in done["pages"]["p95"].items():
        note = f"p95 of {done['pages']['scopes']} scopes to {aim} s; aim 1"
        rows.append(_row(f"page: {name}", {"seconds": seconds}, seconds / aim, note))
    for aim, seconds in done["pages"]["all"].items():
        rows.append(
            _row(f"pages with aim {aim} s", done["pages"] | {"seconds": seconds}, seconds / float(aim), "p95; aim 1")
        )
    for area, size in done["maps"]["megabytes"].items():
        aim = 6.0 if area == "province" else 1.0
        rows.append(
            _row(
                f"map of a {area}",
                {"seconds": done["maps"]["took"][area]},
                size / aim,
                f"{size:.2f} MB to {aim:.0f} MB; aim 1",
            )
        )
    rows.append(_row("XLSX import", done["xlsx"], None, f"{done['xlsx']['rows']} family rows"))
    return pd.DataFrame(rows)


def _row(step: str, figures: dict[str, Any], ratio: float | None, note: str) -> dict[str, Any]:
    seconds, peak = figures.get("seconds"), figures.get("peak_mb")
    return {
        "step": step,
        "seconds": None if seconds is None else round(seconds, 3),
        "peak_mb": None if peak is None else round(peak),
        "ratio": None if ratio is None else round(ratio, 2),
        "note": note,
    }


# The steps: each a function of a folder and a number of families that gives its figures -------------------------------


def _prepare(folder: Path, families: int) -> dict[str, Any]:
    """A database with region list, reference population, polygons and a card that can score P3KE; then the files."""
    from analytics import pipeline
    from analytics.demo_region import fill, invented_map
    from data.demo_survey import write_survey
    from data.regions import ensure_regions

    with Store(folder / "db" / "tepat.duckdb") as store:
        ensure_regions(store)
        villages = _villages(store)
        survey = write_survey(fill(invented_map(), 6_000, 1), folder)
        pipeline.fit_survey(
            store, list(survey), "pengeluaran_per_kapita", weight="penimbang", cluster="klaster", profile="survey_demo",
            outcome_unit="rupiah fiktif per jiwa per bulan", yardstick=False,
        )  # fmt: skip
        people = max(1, round(families * 2.5 / len(villages)))  # P3KE lists the poorest 40 %
        population = villages[["code"]].assign(families=people, persons=round(people * PERSONS_PER_FAMILY))
        with store.transaction() as cursor:
            cursor.register("made", population)
            cursor.execute(
                "INSERT INTO population SELECT code, DATE '2023-12-31', families, persons, 'rekaan' FROM made"
            )
            cursor.unregister("made")
        warm = folder / "warm"
        warm.mkdir()
        write_p3ke_csv(warm, villages.iloc[::97], WARM)
        pipeline.import_files(store, _files(warm, KINDS))
        pipeline.run(store)
        return _timed(lambda: write_p3ke_csv(folder, villages, families)) | {
            name: sum(path.stat().st_size for path in _files(folder, (kind,))) / 1e6
            for name, kind in zip(("family_mb", "person_mb"), KINDS, strict=True)
        }


def _files(folder: Path, kinds: tuple[str, ...]) -> list[Path]:
    return [path for kind in kinds for path in sorted(folder.glob(f"{kind}[0-9]*.csv"))]


def _villages(store: Store) -> pd.DataFrame:
    return store.frame(
        "SELECT v.code, v.name AS village, d.name AS district, k.name AS regency, p.name AS province "
        "FROM region AS v JOIN region AS d ON d.code = left(v.code, 8) JOIN region AS k ON k.code = left(v.code, 5) "
        "JOIN region AS p ON p.code = left(v.code, 2) "
        "WHERE v.level = 'village' AND left(v.code, 2) = $province ORDER BY v.code",
        {"province": PROVINCE},
    )


def _bare(folder: Path, kinds: tuple[str, ...]) -> dict[str, Any]:
    def read() -> None:
        for kind, paths in staged.items():
            store.cursor().execute(f"CREATE TABLE bare_{kind} AS SELECT * FROM read_csv([{paths}], all_varchar = true)")

    with Store(folder / f"bare{len(kinds)}" / "tepat.duckdb") as store:
        staged = {}
        for kind in kinds:  # DuckDB reads nothing outside staging
            links = [store.staging / path.name for path in _files(folder, (kind,))]
            for link in links:
                link.hardlink_to(folder / link.name)
            staged[kind] = ", ".join(quote(str(link)) for link in links)
        return _timed(read)


def _import(folder: Path, kinds: tuple[str, ...], database: str) -> dict[str, Any]:
    from data.ingest import import_files
    from data.regions import ensure_regions

    with Store(folder / database / "tepat.duckdb") as store:
        ensure_regions(store)
        return _timed_by_phrase(lambda told: import_files(store, _files(folder, kinds), progress=told))


def _run(folder: Path, families: int) -> dict[str, Any]:
    from analytics import pipeline

    with Store(folder / "db" / "tepat.duckdb") as store:
        found = _timed_by_phrase(lambda told: pipeline.run(store, None, None, told))
        chances = found["phrases"].get(CHANCES, 0.0)
        _export(store, folder / "pandas")
        return found | {"seconds": found["seconds"] - chances, "chances": chances}


def _export(store: Store, folder: Path) -> None:
    """What the pandas version reads: the canonical columns it needs, as Parquet, and the card."""
    from analytics.catalogue import card_used, latest
    from analytics.fields import FIELDS

    newest = latest(store)
    assert newest is not None  # it was just computed
    card = card_used(store, newest.snapshot_id)
    assert card is not None  # the warm delivery brought one about
    folder.mkdir()
    (folder / "card.json").write_text(card.model_dump_json(), encoding="utf-8")
    own = [name for name, field in FIELDS.items() if field.source == "family"]
    heads = ("head_sex", "head_birth_date", "head_marital", "head_education", "head_work_status")
    asked = ("decile_recorded", "percentile_recorded", "dukcapil_match", "stunting_risk")
    columns = ", ".join(["family_no", "village_code", "size", *asked, *own, *heads])
    key = {"id": newest.snapshot_id}
    store_frames = {
        "family": (f"SELECT {columns} FROM family WHERE snapshot_id = $id ORDER BY family_no", key),
        "person": (f"SELECT {', '.join(_PERSON)} FROM person WHERE snapshot_id = $id AND active", key),
        "reference": ("SELECT village_code, families, persons FROM population", None),
        "enrolment": ("SELECT family_no, programme FROM enrolment WHERE snapshot_id = $id", key),
    }
    for name, (sql, params) in store_frames.items():
        import pyarrow.parquet as parquet

        parquet.write_table(store.cursor().execute(sql, params).to_arrow_table(), folder / f"{name}.parquet")


def _pandas(folder: Path, families: int) -> dict[str, Any]:
    from analytics.bench_pandas import card_from, run_in_pandas

    card = card_from(folder / "pandas")
    return _timed(lambda: run_in_pandas(folder / "pandas", card, pd.Timestamp("2023-12-31")))


def _pages(folder: Path, families: int) -> dict[str, Any]:
    from analytics.bench_pages import time_pages

    with Store(folder / "db" / "tepat.duckdb") as store:
        return time_pages(store) | {"peak_mb": _peak_mb()}


def _maps(folder: Path, families: int) -> dict[str, Any]:
    import shapely

    from geo.maps import village_map, wire_bytes

    with Store(folder / "db" / "tepat.duckdb") as store:
        codes = _villages(store)["code"].tolist()
        shapes = province_polygons(codes)
        rows = pd.DataFrame({"code": codes, "geometry": shapely.to_wkb(shapes)})
        with store.transaction() as cursor:
            cursor.register("made", rows)
            cursor.execute("INSERT INTO boundary SELECT code, 'village', geometry, 4.0, 110.0, -7.0 FROM made")
            cursor.unregister("made")
        districts = pd.Series(codes).str[:8]
        largest = max(set(districts.str[:5]), key=lambda code: int(districts.str.startswith(code).sum()))
        rng = np.random.default_rng(1)
        values = pd.DataFrame({"code": codes, "value": rng.integers(0, 900, len(codes))})
        values["Keluarga miskin ekstrem"] = values["value"] // 4
        values["is_pocket"] = values["value"] > 700
        megabytes, took = {}, {}
        for area, region in (("regency", largest), ("province", PROVINCE)):
            begun = time.perf_counter()
            inside = values[values["code"].str.startswith(region)]
            spec = village_map(
                store, inside, region=region, title="Peta", legend_title="Jiwa miskin ekstrem", edges=EDGES
            )
            megabytes[area] = wire_bytes(spec) / 1e6
            took[area] = time.perf_counter() - begun
    return {"megabytes": megabytes, "took": took, "peak_mb": _peak_mb()}


def _xlsx(folder: Path, families: int) -> dict[str, Any]:
    import xlsxwriter

    rows = min(families, XLSX_ROWS)
    table = pd.read_csv(folder / "keluarga0.csv", dtype=str, keep_default_na=False, nrows=rows)
    path = folder / "keluarga.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("DATA")
        sheet.write_row(0, 0, list(table.columns))
        for place, texts in enumerate(table.itertuples(index=False), 1):
            sheet.write_row(place, 0, texts)
    from data.ingest import import_files
    from data.regions import ensure_regions

    with Store(folder / "xlsx" / "tepat.duckdb") as store:
        ensure_regions(store)
        return _timed(lambda: import_files(store, [path]) and {"rows": rows})


STEPS: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    "write": _prepare,
    "bare": lambda folder, _: _bare(folder, ("keluarga",)),
    "import": lambda folder, _: _import(folder, ("keluarga",), "families"),
    "bare both": lambda folder, _: _bare(folder, KINDS),
    "import both": lambda folder, _: _import(folder, KINDS, "db"),
    "run": _run,
    "pandas": _pandas,
    "pages": _pages,
    "maps": _maps,
    "xlsx": _xlsx,
}


# Measuring ------------------------------------------------------------------------------------------------------------


def _timed(job: Callable[[], Any]) -> dict[str, Any]:
    begun = time.perf_counter()
    told = job()
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "peak_mb": _peak_mb()} | (told if isinstance(told, dict) else {})


def _timed_by_phrase(job: Callable[[Progress], Any]) -> dict[str, Any]:
    """`phrases`: seconds from each phrase of the progress to the next."""
    said: list[tuple[str, float]] = []
    found = _timed(lambda: job(lambda share, phrase: said.append((phrase, time.perf_counter()))) and None)
    said.append(("", time.perf_counter()))
    phrases: dict[str, float] = {}
    for (phrase, begun), (_, ended) in pairwise(said):
        phrases[phrase] = phrases.get(phrase, 0.0) + ended - begun
    return found | {"phrases": phrases}


def _peak_mb() -> float:
    """Of this process since it began, or of the largest child it waited for. (What a parent held before it started
    this process counts in ru_maxrss; hence /proc, where there is one.)"""
    status = Path("/proc/self/status")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if status.exists():
        own = int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1])
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


if __name__ == "__main__":
    name, folder_text, count = sys.argv[1:]
    print(json.dumps(STEPS[name](Path(folder_text), int(count))))

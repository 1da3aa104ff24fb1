"""The verbs of the documents: `report` makes one, `verify` checks one."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from cli_answers import Database, Json, answer, to_stderr
from cli_measures import (
    Bound,
    Cut,
    DefinitionOption,
    LineOption,
    Quota,
    Reading,
    Region,
    Ruleset,
    Snapshot,
    UnitOption,
    scope_of,
)  # fmt: skip
from data.disk import write_whole
from data.store import Store, database_path

app = typer.Typer()
Level = Annotated[str, typer.Option("--level", help="official (resmi) atau public (publik).")]
Year = Annotated[
    int | None, typer.Option("--year", help="Tahun dokumen; bawaan: tahun depan, untuk laporan tahun ini.")
]
Quarter = Annotated[int | None, typer.Option("--quarter", min=1, max=4, help="Triwulan laporan quarterly; bawaan: yang "
                                             "terakhir selesai.")]  # fmt: skip


@app.command()
def report(
    kind: Annotated[str, typer.Argument(help="rpkd, rat, lp2kd, quarterly, briefing, village, atau annex.")],
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="Berkas hasil; akhirannya menentukan jenisnya.")],
    year: Year = None,
    quarter: Quarter = None,
    level: Level = "official",
    snapshot: Snapshot = None,
    region: Region = None,
    definition: DefinitionOption = None,
    unit: UnitOption = None,
    line: LineOption = None,
    quota: Quota = None,
    cut: Cut = None,
    ruleset: Ruleset = None,
    bound: Bound = None,
    reading: Reading = None,
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Buat dokumen: RPKD, RAT, laporan, paparan, lembar desa, atau lampiran."""
    given = {
        "snapshot": snapshot, "region": region, "definition": definition, "unit": unit, "line": line, "quota": quota,
        "cut": cut, "ruleset": ruleset, "bound": bound, "reading": reading,
    }  # fmt: skip

    def job() -> dict[str, Any]:
        from reports.documents.build import build, level_of
        from reports.documents.catalogue import kind_of
        from reports.documents.period import usual_year

        about = year or usual_year(kind_of(kind), date.today())
        with Store(database_path(db)) as store:
            made = build(
                store, scope_of(store, given), kind, year=about, level=level_of(level), suffix=out.suffix,
                progress=to_stderr, quarter=quarter,
            )  # fmt: skip
        write_whole(out, made.content, 0o644)
        return {"path": str(out)} | made.as_json()

    answer(job, as_json)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)], db: Database = None, as_json: Json = False
) -> None:
    """Periksa angka sebuah dokumen terhadap data asalnya."""

    def job() -> dict[str, Any]:
        from reports.documents.verify import verify as check

        with Store(database_path(db)) as store:
            return check(store, file.read_bytes(), file.suffix).as_json()

    answer(job, as_json)

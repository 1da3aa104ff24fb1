"""Verbs of the annual plan: its list of sub-activities, the proposals of villages, and the plan itself."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from cli_answers import Database, Json, answer
from cli_documents import Year
from cli_measures import Answer, measure_command
from data.store import Store, database_path

app = typer.Typer()
Given = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]


@app.command()
def sipd(file: Given, db: Database = None, as_json: Json = False) -> None:
    """Muat daftar sub-kegiatan dengan kode SIPD."""
    from data.load_sipd import import_sub_activities

    def job() -> dict[str, Any]:
        with Store(database_path(db)) as store:
            return asdict(import_sub_activities(store, file))

    answer(job, as_json)


@app.command()
def requests(file: Given, year: Year = None, db: Database = None, as_json: Json = False) -> None:
    """Muat usulan desa untuk rencana aksi tahunan."""
    from data.load_village_proposals import import_village_proposals

    def job() -> dict[str, Any]:
        with Store(database_path(db)) as store:
            return asdict(import_village_proposals(store, file, year or date.today().year + 1))

    answer(job, as_json)


def plan_answer(store: Store, scope: Any, year: Year = None) -> Answer:
    """One row per row of the plan: its fields, which of them people set, what is reported by quarter."""
    from analytics.catalogue import of_one_regency
    from analytics.plan import plan

    found = plan(store, of_one_regency(store, scope), year or date.today().year + 1)
    rows = [
        {"row": row.key, "name": row.name}
        | {field: cell.value for field, cell in row.cells.items()}
        | {
            "edited": list(row.edited),
            "changed": [field for field, cell in row.cells.items() if cell.changed],
            "realised": {quarter: asdict(report) for quarter, report in row.realised.items()},
        }
        for row in found.rows
    ]
    return {"year": found.year, "rows": rows, "removed": found.removed, "left_out": found.left_out}


measure_command(app, "plan", "Rencana aksi tahunan: usulan dari celah dan isian orang di atasnya.", plan_answer)

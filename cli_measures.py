"""The verbs of the command line that answer with `scope` and `rows` of one measure; all take the same options."""

from collections.abc import Callable
from typing import Annotated, Any

import pandas as pd
import typer

from cli_answers import Database, Json, answer
from data.errors import Refused
from data.store import Store, database_path

app = typer.Typer()

Snapshot = Annotated[str | None, typer.Option("--snapshot", help="Nomor data; bawaan: yang terbaru.")]
Region = Annotated[str | None, typer.Option("--region", help="Kode wilayah Kemendagri, misalnya 19.71.")]
DefinitionOption = Annotated[
    str | None, typer.Option("--definition", help="recorded, pmt_quota, pmt_line, atau local_criteria.")
]
UnitOption = Annotated[str | None, typer.Option("--unit", help="families atau persons.")]
LineOption = Annotated[str | None, typer.Option("--line", help="Nama garis kemiskinan (definisi pmt_line).")]
Quota = Annotated[float | None, typer.Option("--quota", help="Bagian termiskin untuk pmt_quota, 0 sampai 1.")]
Cut = Annotated[int | None, typer.Option("--cut", help="Desil tercatat tertinggi yang dihitung miskin ekstrem.")]
Ruleset = Annotated[
    str | None, typer.Option("--ruleset", help="Nama atau berkas aturan daerah; berarti definisi local_criteria.")
]
Bound = Annotated[
    str | None, typer.Option("--bound", help="lower (terbukti memenuhi) atau upper (juga yang belum dapat dinilai).")
]
Reading = Annotated[
    list[str] | None, typer.Option("--reading", help="Pembacaan sebuah klausul, misalnya f=keduanya; boleh berulang.")
]


def measure_command(name: str, about: str, measure: Callable[[Store, Any], pd.DataFrame]) -> None:
    """Register a verb that answers with `scope` and `rows` of one measure; all measures take the same options."""

    def command(
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
        from analytics.catalogue import default_scope, require_definition

        def job() -> dict[str, Any]:
            given = {
                "snapshot_id": snapshot, "region": region_code(region), "unit": unit, "line": line, "quota": quota,
                "definition": definition or ("local_criteria" if ruleset else None),
                "cut": cut, "ruleset": ruleset, "bound": bound, "readings": readings(reading),
            }  # fmt: skip
            with Store(database_path(db)) as store:
                scope = default_scope(store, **given)
                require_definition(store, scope)
                return {"scope": scope.echo(), "rows": measure(store, scope)}

        answer(job, as_json)

    app.command(name, help=about)(command)


def region_code(text: str | None) -> str | None:
    """A region as typed, dotted. Raises Refused `region_unknown`."""
    from data.codes import clean_region_code

    code = clean_region_code(text)
    if text is not None and code is None:
        raise Refused("region_unknown", f"Kode wilayah “{text}” tidak terbaca; tulis seperti 19.71 atau 19.71.01.1004.")
    return code


def readings(words: list[str] | None) -> dict[str, str]:
    """`f=keduanya` as clause -> reading. Raises Refused `reading_unknown`."""
    pairs = [word.partition("=") for word in words or []]
    if not all(sign for _, sign, _ in pairs):
        raise Refused("reading_unknown", "Tulis pembacaan klausul sebagai klausul=nama, misalnya f=keduanya.")
    return {key.strip(): name.strip() for key, _, name in pairs}


def pocket_rows(store: Store, scope: Any) -> pd.DataFrame:
    from analytics.pockets import find_pockets

    return find_pockets(store, scope).by_village


def coverage_rows(store: Store, scope: Any) -> pd.DataFrame:
    from analytics.coverage import coverage

    return coverage(store, scope).rows


measure_command("pockets", "Desa/kelurahan dan jumlah miskin ekstremnya.", pocket_rows)
measure_command("coverage", "Cakupan program menurut desa dan menurut desil.", coverage_rows)

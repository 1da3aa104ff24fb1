"""The verbs of the command line that answer with `scope` and `rows` of one measure; all take the same options."""

import re
from collections.abc import Callable
from dataclasses import replace
from inspect import Parameter, Signature, signature
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
    str | None,
    typer.Option("--rules", "--ruleset", help="Nama atau berkas aturan daerah; berarti definisi local_criteria."),
]
Bound = Annotated[
    str | None, typer.Option("--bound", help="lower (terbukti memenuhi) atau upper (juga yang belum dapat dinilai).")
]
Reading = Annotated[
    list[str] | None, typer.Option("--reading", help="Pembacaan sebuah klausul, misalnya f=keduanya; boleh berulang.")
]


SCOPE: dict[str, Any] = {
    "snapshot": Snapshot, "region": Region, "definition": DefinitionOption, "unit": UnitOption, "line": LineOption,
    "quota": Quota, "cut": Cut, "ruleset": Ruleset, "bound": Bound, "reading": Reading,
}  # fmt: skip
Answer = pd.DataFrame | dict[str, Any]


def measure_command(
    app: typer.Typer, name: str, about: str, measure: Callable[..., Answer], of_rules: bool = False
) -> None:
    """Register a verb that answers with `scope` and what one measure gives: its rows, or several keys.

    All measures take the same options; parameters of the measure after store and scope are options of its own.
    of_rules: the measure is about a region's rules, whichever definition its other pages are under.
    """
    own = list(signature(measure).parameters.values())[2:]

    def command(**given: Any) -> None:
        def job() -> dict[str, Any]:
            with Store(database_path(given["db"])) as store:
                scope = rules_scope(store, given) if of_rules else scope_of(store, given)
                found = measure(store, scope, **{option.name: given[option.name] for option in own})
                return {"scope": scope.echo()} | ({"rows": found} if isinstance(found, pd.DataFrame) else found)

        answer(job, given["as_json"])

    # Typer reads the options off the signature.
    options = [
        *(Parameter(option, Parameter.KEYWORD_ONLY, default=None, annotation=kind) for option, kind in SCOPE.items()),
        *(option.replace(kind=Parameter.KEYWORD_ONLY) for option in own),
        Parameter("db", Parameter.KEYWORD_ONLY, default=None, annotation=Database),
        Parameter("as_json", Parameter.KEYWORD_ONLY, default=False, annotation=Json),
    ]
    command.__signature__ = Signature(options)  # type: ignore[attr-defined]
    command.__annotations__ = {option.name: option.annotation for option in options}
    app.command(name, help=about)(command)


def scope_of(store: Store, given: dict[str, Any]) -> Any:
    """The scope the options ask for. Raises what `default_scope` and `require_definition` refuse."""
    from analytics.catalogue import default_scope, require_definition

    asked = {option: given[option] for option in ("unit", "line", "quota", "cut", "ruleset", "bound")} | {
        "snapshot_id": given["snapshot"],
        "region": region_code(given["region"]),
        "definition": given["definition"] or ("local_criteria" if given["ruleset"] else None),
        "readings": readings(given["reading"]),
    }
    scope = default_scope(store, **asked)
    require_definition(store, scope)
    return scope


def rules_scope(store: Store, given: dict[str, Any]) -> Any:
    """The scope of a measure that reads the rules themselves; the line stays, for it may stand beside them."""
    scope = scope_of(store, given | {"definition": "local_criteria"})
    return replace(scope, line=given["line"])


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


Programme = Annotated[str | None, typer.Option(help="Kode program, misalnya PKH; bawaan: semua.")]
Group = Annotated[
    str | None,
    typer.Option(help="all, district, village, head_sex, elderly, disability, atau size; bawaan: semua kelompok."),
]
Deciles = Annotated[str | None, typer.Option(help="Desil sasaran pengganti aturan program, misalnya 1-3.")]
Money = Annotated[bool, typer.Option("--rupiah", help="Hitung dalam rupiah setahun, bukan keluarga atau jiwa.")]
Survey = Annotated[bool, typer.Option("--survey", help="Jawab dari survei di balik model, dengan galat bakunya.")]


def targeting_rows(
    store: Store, scope: Any, programme: Programme = None, group: Group = None, deciles: Deciles = None,
    survey: Survey = False, rupiah: Money = False,
) -> Answer:  # fmt: skip
    from analytics.targeting import targeting
    from analytics.targeting_survey import targeting_survey

    cut = decile_range(deciles)
    if survey:
        return targeting_survey(store, scope, programme, cut).rows
    return targeting(store, scope, programme, group, cut, unit="rupiah" if rupiah else None).rows


def decile_range(text: str | None) -> tuple[int, int] | None:
    """`1-3` or `2` as deciles from and to. Raises Refused `cut_invalid`."""
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,2})(?:-([0-9]{1,2}))?", text.strip())
    if found is None:
        raise Refused("cut_invalid", f"Desil “{text}” tidak terbaca; tulis seperti 1-3 atau 2.")
    return (int(found[1]), int(found[2])) if found[2] else (1, int(found[1]))


def overlap_rows(store: Store, scope: Any) -> pd.DataFrame:
    from analytics.overlaps import overlaps

    return overlaps(store, scope).rows


def ladder_answer(store: Store, scope: Any) -> Answer:
    from analytics.ladder import ladder

    found = ladder(store, scope)
    return {"rows": found.rows, "total_families": found.total_families, "total_persons": found.total_persons}


def gap_rows(store: Store, scope: Any) -> pd.DataFrame:
    from analytics.gaps import gaps

    return gaps(store, scope).rows


measure_command(app, "pockets", "Desa/kelurahan dan jumlah miskin ekstremnya.", pocket_rows)
measure_command(app, "coverage", "Cakupan program menurut desa dan menurut desil.", coverage_rows)
measure_command(app, "targeting", "Galat sasaran tiap program, menurut kelompok, atau dari survei.", targeting_rows)
measure_command(app, "overlaps", "Kombinasi program yang dilarang dan yang diinginkan.", overlap_rows)
measure_command(app, "ladder", "Keluarga miskin ekstrem menurut program yang sudah diterima.", ladder_answer)
measure_command(app, "gaps", "Celah sasaran tiap program dan biaya menutupnya.", gap_rows)

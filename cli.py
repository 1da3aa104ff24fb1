"""Tepat without a screen: the same jobs, the same numbers. `--json` prints exactly one JSON object on stdout."""

import json
import math
import sys
import traceback
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from data.disk import disk_refusal
from data.errors import Refused
from data.store import Store, database_path

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
pmt_app = typer.Typer(help="Kartu skor PMT.", no_args_is_help=True)
app.add_typer(pmt_app, name="pmt")

Database = Annotated[
    str | None, typer.Option("--db", help="Berkas basis data (bawaan: TEPAT_DB atau var/tepat.duckdb).")
]
Json = Annotated[bool, typer.Option("--json", help="Cetak satu objek JSON.")]
Snapshot = Annotated[str | None, typer.Option("--snapshot", help="Nomor data; bawaan: yang terbaru.")]
Region = Annotated[str | None, typer.Option("--region", help="Kode wilayah Kemendagri, misalnya 19.71.")]
DefinitionOption = Annotated[str | None, typer.Option("--definition", help="recorded, pmt_quota, atau pmt_line.")]
UnitOption = Annotated[str | None, typer.Option("--unit", help="families atau persons.")]
LineOption = Annotated[str | None, typer.Option("--line", help="Nama garis kemiskinan (definisi pmt_line).")]
Quota = Annotated[float | None, typer.Option("--quota", help="Bagian termiskin untuk pmt_quota, 0 sampai 1.")]
Cut = Annotated[int | None, typer.Option("--cut", help="Desil tercatat tertinggi yang dihitung miskin ekstrem.")]


def strict(value: Any) -> Any:
    """A value as strict JSON: NaN, NaT and infinities become null, dates ISO text."""
    if isinstance(value, dict):
        return {str(key): strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [strict(item) for item in value]
    if isinstance(value, pd.DataFrame):
        return [strict(row) for row in value.astype(object).to_dict("records")]
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date | datetime | pd.Timestamp):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def complain(refusal: Refused, as_json: bool) -> None:
    """One sentence on stderr, or the error object on stdout."""
    if as_json:
        print(json.dumps({"error": {"code": refusal.code, "message": refusal.message}}, ensure_ascii=False))
    else:
        print(refusal.message, file=sys.stderr)


def unforeseen(error: Exception) -> Refused:
    """A failure nobody refused, without its own text: that is English and may hold a value of the file."""
    refusal = disk_refusal(error)
    if refusal is not None:
        return refusal
    if isinstance(error, OSError):
        return Refused(
            "file_error",
            "Berkas atau folder tidak dapat dibaca atau ditulis; periksa tempat, izin, dan sisa ruang penyimpanan, "
            "lalu coba lagi.",
        )
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__}, {Path(place.filename).name} baris {place.lineno}"
    return Refused("unexpected", f"Terjadi galat yang tidak terduga; kirim keterangan ini kepada pengembang: {where}.")


def answer(job: Callable[[], dict[str, Any]], as_json: bool) -> None:
    """Run a job and print its result; a refusal is one sentence and exit code 1."""
    try:
        result = job()
    except Refused as refusal:
        complain(refusal, as_json)
        raise typer.Exit(1) from None
    except Exception as error:  # noqa: BLE001 (no traceback reaches a user)
        complain(unforeseen(error), as_json)
        raise typer.Exit(1) from None
    if as_json:
        print(json.dumps(strict(result), ensure_ascii=False, allow_nan=False))
        return
    for key, value in result.items():
        if isinstance(value, pd.DataFrame):
            print(f"{key}:\n{value.to_string(index=False)}")
        else:
            print(f"{key}: {json.dumps(strict(value), ensure_ascii=False)}")


def to_stderr(share: float, phrase: str) -> None:
    """Progress, where it does not disturb the JSON."""
    print(f"{share:4.0%} {phrase}", file=sys.stderr)


@app.command()
def demo(
    families: Annotated[int, typer.Option(min=500, max=2_000_000)] = 60_000,
    seed: int = 1,
    boundaries: Annotated[Path | None, typer.Option(exists=True, dir_okay=False)] = None,
    out: Annotated[Path | None, typer.Option(file_okay=False)] = None,
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Muat kabupaten contoh (fiktif), atau tulis berkas seperti yang diterima kantor (--out)."""
    from analytics import pipeline

    def job() -> dict[str, Any]:
        if out is not None:
            return pipeline.write_demo(out, families, seed, boundaries, to_stderr)
        with Store(database_path(db)) as store:
            return pipeline.load_demo(store, families, seed, boundaries, to_stderr).as_json()

    answer(job, as_json)


@app.command("import")
def import_command(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    profile: str = "auto",
    bridge: Annotated[Path | None, typer.Option(exists=True, dir_okay=False)] = None,
    label: str | None = None,
    on: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Tanggal data.")] = None,
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Impor berkas keluarga, anggota, penerima, penduduk acuan, angka resmi, atau lokasi prioritas."""
    from data.ingest import import_files

    def job() -> dict[str, Any]:
        with Store(database_path(db)) as store:
            day = on.date() if on else None
            return import_files(store, files, profile, bridge, label, day, to_stderr).as_json()

    answer(job, as_json)


@app.command()
def boundaries(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    bridge: Annotated[Path | None, typer.Option(exists=True, dir_okay=False)] = None,
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Muat batas desa (GeoJSON, GeoPackage, atau shapefile dalam zip)."""
    from geo.boundaries import import_boundaries

    def job() -> dict[str, Any]:
        with Store(database_path(db)) as store:
            return import_boundaries(store, file, bridge, to_stderr).as_json()

    answer(job, as_json)


def names(text: str | None) -> list[str]:
    """A comma-separated option as a list."""
    return [name.strip() for name in (text or "").split(",") if name.strip()]


@pmt_app.command("fit")
def pmt_fit(
    survey: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Berkas survei.")],
    outcome: Annotated[
        str | None,
        typer.Option(help="Kolom pengeluaran per jiwa (dengan --size: seluruh rumah tangga); bawaan: menurut profil."),
    ] = None,
    size: Annotated[str | None, typer.Option(help="Kolom jumlah anggota rumah tangga.")] = None,
    weight: Annotated[str | None, typer.Option(help="Kolom penimbang.")] = None,
    cluster: Annotated[str | None, typer.Option(help="Kolom klaster (blok sensus atau desa contoh).")] = None,
    district: Annotated[str | None, typer.Option(help="Kolom kecamatan, untuk galat menurut kecamatan.")] = None,
    predictors: Annotated[str, typer.Option(help="Kolom penduga, dipisah koma, atau auto.")] = "auto",
    drop: Annotated[str | None, typer.Option(help="Kolom yang tidak boleh dipakai, dipisah koma.")] = None,
    method: Annotated[str, typer.Option(help="ols, lasso, atau quantile.")] = "ols",
    quantile: Annotated[float | None, typer.Option(help="Kuantil yang diramal metode quantile, 0 sampai 1.")] = None,
    repeats: Annotated[int, typer.Option(min=1, max=100, help="Berapa kali survei dibagi lima secara acak.")] = 1,
    yardstick: Annotated[bool, typer.Option(help="Ukur pula gradient boosting sebagai pembanding.")] = True,
    profile: Annotated[str | None, typer.Option(help="Profil survei: nama, berkas, atau auto.")] = None,
    outcome_unit: Annotated[str | None, typer.Option(help="Satuan pengeluaran, misalnya rupiah per bulan.")] = None,
    period: Annotated[str | None, typer.Option(help="Masa survei, misalnya Maret 2026.")] = None,
    price_date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Tanggal harga pengeluaran survei.")
    ] = None,
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Latih kartu skor PMT pada survei dan ukur ketepatannya di luar sampel."""
    from analytics import pipeline

    def job() -> dict[str, Any]:
        with Store(database_path(db)) as store:
            chosen: Any = "auto" if predictors == "auto" else names(predictors)
            fitted = pipeline.fit_survey(
                store, survey, outcome, size=size, weight=weight, cluster=cluster, district=district,
                predictors=chosen, drop=names(drop), method=method, profile=profile, outcome_unit=outcome_unit,
                period=period, price_date=price_date.date() if price_date else None, quantile=quantile, repeats=repeats,
                yardstick=yardstick, progress=to_stderr,
            )  # fmt: skip
            return fitted.as_json()

    answer(job, as_json)


@app.command()
def run(
    snapshot: Snapshot = None,
    model: Annotated[Path | None, typer.Option(exists=True, dir_okay=False)] = None,
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Hitung skor, peringkat, status, dan kantong untuk satu data."""
    from analytics import pipeline

    def job() -> dict[str, Any]:
        with Store(database_path(db)) as store:
            return pipeline.run(store, snapshot, model, to_stderr).as_json()

    answer(job, as_json)


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
        db: Database = None,
        as_json: Json = False,
    ) -> None:
        from analytics.catalogue import default_scope, require_definition

        def job() -> dict[str, Any]:
            given = {
                "snapshot_id": snapshot, "region": region_code(region), "definition": definition, "unit": unit,
                "line": line, "quota": quota, "cut": cut,
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


def pocket_rows(store: Store, scope: Any) -> pd.DataFrame:
    from analytics.pockets import find_pockets

    return find_pockets(store, scope).by_village


def coverage_rows(store: Store, scope: Any) -> pd.DataFrame:
    from analytics.coverage import coverage

    return coverage(store, scope).rows


measure_command("pockets", "Desa/kelurahan dan jumlah miskin ekstremnya.", pocket_rows)
measure_command("coverage", "Cakupan program menurut desa dan menurut desil.", coverage_rows)


@app.command("bench")
def bench_command(
    families: Annotated[int, typer.Option(min=1_000, max=10_000_000)] = 50_000, as_json: Json = False
) -> None:
    """Ukur kecepatan impor, perhitungan, dan halaman pada data rekaan, di samping DuckDB dan pandas."""
    from analytics.bench import bench

    answer(lambda: bench(families, to_stderr), as_json)


def wrong_usage(error: Any) -> Refused:
    """What Typer says in English about the words of the command."""
    kind, words = type(error).__name__, "tepat --help"
    if error.ctx is not None:
        words = f"{error.ctx.command_path} --help"
    parameter = getattr(error, "param", None)
    named = ""
    if parameter is not None:
        named = parameter.opts[-1] if parameter.param_type_name == "option" else str(parameter.name).upper()
    if kind == "MissingParameter":
        what = f"{named} belum diisi"
    elif parameter is not None:
        what = f"Nilai {named} tidak dapat dipakai, atau berkasnya tidak ada"
    elif kind == "NoSuchOption":
        what = f"Pilihan {error.option_name} tidak dikenal"
    else:
        what = "Susunan perintah ini tidak dikenal"
    return Refused("usage", f"{what}; lihat cara pakainya dengan `{words}`.")


def main(words: list[str] | None = None) -> int:
    """Run a command line (of this process unless given); the exit code: 0 done, 1 refused, 2 wrong usage."""
    given = sys.argv[1:] if words is None else words
    for stream in (sys.stdout, sys.stderr):  # a file name may hold what the terminal cannot write
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        return int(app(given, standalone_mode=False) or 0)
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.message, file=sys.stderr)
        else:
            complain(wrong_usage(error), "--json" in given)
        return 2
    except (typer.Abort, KeyboardInterrupt):
        complain(Refused("interrupted", "Perintah dihentikan; basis data tetap seperti sebelumnya."), "--json" in given)
        return 1


if __name__ == "__main__":
    sys.exit(main())

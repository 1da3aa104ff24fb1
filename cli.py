"""Tepat without a screen: the same jobs, the same numbers. `--json` prints exactly one JSON object on stdout."""

import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

import cli_documents
import cli_measures
import cli_plan
import cli_workbench
from cli_answers import Database, Json, answer, complain, to_stderr
from cli_measures import Snapshot
from data.errors import Refused
from data.store import Store, database_path

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
pmt_app = typer.Typer(help="Kartu skor PMT.", no_args_is_help=True)
app.add_typer(pmt_app, name="pmt")
app.add_typer(cli_measures.app)
app.add_typer(cli_workbench.app)
app.add_typer(cli_documents.app)
app.add_typer(cli_plan.app)


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


@app.command()
def facilities(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    on: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Tanggal data.")] = None,
    source: Annotated[str | None, typer.Option(help="Sumber data; bawaan: nama berkas.")] = None,
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Muat fasilitas desa dari tabel apa pun yang barisnya desa."""
    from data.load_facilities import import_facilities

    def job() -> dict[str, Any]:
        with Store(database_path(db)) as store:
            return asdict(import_facilities(store, file, None, on.date() if on else None, source))

    answer(job, as_json)


@app.command()
def inventory(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)], db: Database = None, as_json: Json = False
) -> None:
    """Muat inventaris program dari templatnya."""
    from data.load_inventory import import_inventory

    def job() -> dict[str, Any]:
        with Store(database_path(db)) as store:
            return asdict(import_inventory(store, file))

    answer(job, as_json)


@app.command()
def answers(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    on: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Tanggal kunjungan bila barisnya tanpa.")
    ] = None,
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Muat formulir lapangan kriteria daerah yang sudah diisi."""
    from data.load_criteria import import_answers

    def job() -> dict[str, Any]:
        with Store(database_path(db)) as store:
            return asdict(import_answers(store, file, None, on.date() if on else None))

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


@app.command()
def join(
    province: Annotated[str, typer.Argument(help="Kode provinsi, dua angka.")],
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Gabungkan data terbaru semua kabupaten/kota sebuah provinsi menjadi satu data provinsi."""
    from analytics.province import join_province

    def job() -> dict[str, Any]:
        with Store(database_path(db)) as store:
            return asdict(join_province(store, province))

    answer(job, as_json)


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

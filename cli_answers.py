"""How the command line answers: strict JSON or plain lines, a refusal as one sentence, progress on stderr."""

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

Database = Annotated[
    str | None, typer.Option("--db", help="Berkas basis data (bawaan: TEPAT_DB atau var/tepat.duckdb).")
]
Json = Annotated[bool, typer.Option("--json", help="Cetak satu objek JSON.")]


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

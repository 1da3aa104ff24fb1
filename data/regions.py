"""The list of areas in the store, and which code system a file speaks. The room's door for codes and bridges.

BPS and Kemendagri both have ten-digit village codes, and some digits are a code in each, for different
villages. So a file is judged as a whole, by the share of its codes in the list and by the names beside them.
"""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.bridge import BridgeProposal, load_bridge, propose_bridge, read_bridge, save_bridge
from data.codes import (
    clean_region_code,
    clean_village_code,
    clean_village_code_sql,
    distinct_codes,
    level_of,
    parent_of,
    same_name,
)
from data.errors import Refused
from data.reference import FOLDER, parameter
from data.store import Store

__all__ = [
    "BridgeProposal", "CodeJudgement", "clean_region_code", "clean_village_code", "clean_village_code_sql",
    "ensure_regions", "judge_codes", "load_bridge", "propose_bridge", "read_bridge", "save_bridge",
]  # fmt: skip

OFFICIAL = FOLDER / "wilayah.parquet"
EXTRA = FOLDER / "wilayah_tambahan"
_COLUMNS = ("code", "level", "name", "parent")
_META_KEY = "region_lists"
# The list and the file agree when the names do for at least this share of the codes found in the list.
NAMES_MIN_AGREE = 0.5


@dataclass(frozen=True)
class CodeJudgement:
    """What code system a whole file speaks.

    codes: distinct village codes in the file. known: those of them in table `region`. names_agree: share
    (0 to 1) of the known codes whose name in the file is the list's; None where no known code has a name.
    reason: one Indonesian sentence with the counts. elsewhere: known codes that stand beside the name of another
    village and of another regency: what a BPS code does that is by chance a Kemendagri one.
    """

    system: Literal["kemendagri", "other"]
    codes: int
    known: int
    names_agree: float | None
    reason: str
    elsewhere: tuple[str, ...] = ()


def ensure_regions(store: Store, extra: Path = EXTRA) -> None:
    """Fill table `region` from the official list and every CSV in `extra`, unless it holds just these.

    Raises Refused `region_list_invalid` for an extra list with a faulty line; the table then stays as it was.
    """
    files = [OFFICIAL, *sorted(extra.glob("*.csv"))]
    fingerprint = hashlib.sha256()
    for file in files:
        fingerprint.update(file.name.encode() + b"\0" + file.read_bytes())
    wanted = fingerprint.hexdigest()
    held = store.one("SELECT value FROM meta WHERE key = $key", {"key": _META_KEY})
    if held is not None and held["value"] == wanted:
        return
    # ParquetFile, not read_table: the latter loads pyarrow.dataset, a third of a second at every start.
    official = pq.ParquetFile(OFFICIAL).read()
    codes = set(official["code"].to_pylist())
    tables = [(OFFICIAL.stem, official)] + [(file.stem, _read_extra(file, codes)) for file in files[1:]]
    with store.transaction() as cursor:
        cursor.execute("DELETE FROM region")
        for name, table in tables:
            cursor.register("region_list", table)
            cursor.execute(
                "INSERT INTO region (code, level, name, parent, list) "
                "SELECT code, level, name, parent, $list FROM region_list",
                {"list": name},
            )
            cursor.unregister("region_list")
        cursor.execute("DELETE FROM meta WHERE key = $key", {"key": _META_KEY})
        cursor.execute("INSERT INTO meta (key, value) VALUES ($key, $value)", {"key": _META_KEY, "value": wanted})


def _read_extra(path: Path, codes: set[str]) -> pa.Table:
    """One extra list as a table; its codes join `codes`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != _COLUMNS:
            raise _invalid(path, 1, "judul kolomnya bukan code,level,name,parent")
        rows = []
        for row in reader:
            code, parent = row["code"] or "", row["parent"] or None
            if clean_region_code(code) != code:
                raise _invalid(path, reader.line_num, "kodenya bukan kode bertitik")
            if row["level"] != level_of(code) or parent != parent_of(code) or not row["name"]:
                raise _invalid(path, reader.line_num, "tingkat, nama, atau induknya tidak sesuai dengan kodenya")
            if parent is not None and parent not in codes:
                raise _invalid(path, reader.line_num, "induknya belum disebut")
            if code in codes:
                raise _invalid(path, reader.line_num, "kodenya sudah ada dalam daftar")
            codes.add(code)
            rows.append((code, row["level"], row["name"], parent))
    columns = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(_COLUMNS, columns, strict=True)})


def _invalid(path: Path, line: int, problem: str) -> Refused:
    return Refused(
        "region_list_invalid",
        f"Daftar wilayah tambahan {path.name} baris {line} tidak dapat dipakai karena {problem}; perbaiki baris itu, "
        "lalu mulai lagi.",
    )


def judge_codes(source: Store | duckdb.DuckDBPyConnection, codes: pd.DataFrame) -> CodeJudgement:
    """Judge the code system of a file from all its distinct village codes and the names beside them.

    codes: columns `code` (any spelling `clean_village_code` reads), `rows` (how many rows carry it), and where
    the file has them `regency`, `district`, `village` (names, may be null). Kemendagri when the share of known
    codes reaches parameter `code_system_min_known` and, where there are names, the finest name of at least half
    of the known codes is the list's.
    """
    given = distinct_codes(codes)
    known = village_names(source, list(given))
    total, found = len(given), len(known)
    verdicts = [_names_agree(given[code], names) for code, names in known.items()]
    named = [verdict for verdict in verdicts if verdict is not None]
    agree = sum(named)
    share = agree / len(named) if named else None

    least = parameter("code_system_min_known").value
    counts = f"{_count(found)} dari {_count(total)} kode desa ada dalam daftar Kemendagri"
    names = f"nama wilayahnya cocok pada {_count(agree)} dari {_count(len(named))} kode itu"
    system: Literal["kemendagri", "other"] = "other"
    if not total:
        reason = "Berkas ini tidak memuat satu pun kode desa sepuluh angka."
    elif found < least * total:
        reason = (
            f"Hanya {counts} (sekurang-kurangnya {least:.0%} diperlukan), jadi berkas ini memakai sistem kode lain, "
            "kemungkinan kode BPS."
        )
    elif share is None:
        system = "kemendagri"
        reason = f"{counts} dan tidak ada nama wilayah untuk memeriksanya, jadi berkas ini dianggap berkode Kemendagri."
    elif share < NAMES_MIN_AGREE:
        reason = f"{counts}, tetapi {names}, jadi berkas ini memakai sistem kode lain, kemungkinan kode BPS."
    else:
        system = "kemendagri"
        reason = f"{counts} dan {names}, jadi berkas ini berkode Kemendagri."
    elsewhere = tuple(
        code
        for code, names in known.items()
        if given[code]["village"] is not None
        and given[code]["regency"] is not None
        and not same_name(given[code]["village"], names["village"], "village")
        and not same_name(given[code]["regency"], names["regency"], "regency")
    )
    return CodeJudgement(system, total, found, share, reason, elsewhere)


def village_names(source: Store | duckdb.DuckDBPyConnection, codes: list[str]) -> dict[str, dict[str, str | None]]:
    """Code -> official names (`village`, `district`, `regency`, `province`) of those codes that are known villages."""
    cursor = source.cursor() if isinstance(source, Store) else source
    rows = cursor.execute(
        """
        SELECT v.code, v.name, d.name, r.name, p.name
        FROM region v
        LEFT JOIN region d ON d.code = v.parent
        LEFT JOIN region r ON r.code = d.parent
        LEFT JOIN region p ON p.code = r.parent
        WHERE v.level = 'village' AND v.code IN (SELECT unnest($codes::VARCHAR[]))
        ORDER BY v.code
        """,
        {"codes": codes},
    ).fetchall()
    return {row[0]: dict(zip(("village", "district", "regency", "province"), row[1:], strict=True)) for row in rows}


def _names_agree(given: dict[str, str | None], official: dict[str, str | None]) -> bool | None:
    for level in ("village", "district", "regency"):
        if given[level] is not None:
            return same_name(given[level], official[level], level)
    return None


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")

"""From BPS village codes to Kemendagri ones: proposed from names, read from a file, kept in the store.

Nothing is guessed silently: what names do not settle one to one stays unmatched, with candidates to confirm.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from rapidfuzz import fuzz, process

from data.codes import (
    NAME_CUT,
    Level,
    clean_village_code,
    distinct_codes,
    name_key,
    name_words,
    parent_of,
    telling_words,
)
from data.errors import Refused
from data.headers import header_key
from data.reading import StagedTable, stage
from data.store import Store

How = Literal["exact", "close"]
# First equal names, then close ones.
STAGES: tuple[tuple[How, float], ...] = (("exact", 100.0), ("close", NAME_CUT))
CANDIDATES = 3
DOMINANT = 10  # times as many rows make one of two codes under one name the right one
# Kota are numbered from 71 in both code systems, kabupaten below.
FIRST_KOTA = 71


@dataclass(frozen=True)
class BridgeProposal:
    """What names alone settle, one village to one code.

    matched: bps_code (ten digits), village_code (dotted), name (the list's), how (`exact`: kecamatan and village
    names equal after normalising; `close`: one of them only similar). unmatched: bps_code, regency, district,
    village (as in the file, null where not given), candidates (up to three dicts `village_code, name, district,
    score` (0 to 100), best first; empty where the regency is not known).
    """

    matched: pd.DataFrame
    unmatched: pd.DataFrame


@dataclass(frozen=True)
class _Area:
    code: str
    name: str


def propose_bridge(source: Store | duckdb.DuckDBPyConnection, codes: pd.DataFrame) -> BridgeProposal:
    """Propose a Kemendagri village for every BPS code of a file from the area names beside it.

    codes: as for `judge_codes`, with `province` where the file has it. First the regency, then inside it the
    kecamatan, then inside that the village; each step takes equal names, then close ones that are each other's
    only best (NAME_CUT). Of two codes under one name the one with far more rows is the village's, the other a
    slip of the pen (DOMINANT). A village whose kecamatan was renamed or split is left for confirmation.
    """
    cursor = source.cursor() if isinstance(source, Store) else source
    given = distinct_codes(codes)
    counted = codes["rows"].groupby(codes["code"].map(clean_village_code)).sum()
    rows = {str(code): int(count) for code, count in counted.items()}
    provinces = {area.code: name_key(area.name, "province") for area in _areas(cursor, "province")}
    regencies = {area.code: name_key(area.name, "regency") for area in _areas(cursor, "regency")}

    groups: dict[tuple[str | None, str | None, str], list[str]] = {}
    for code, names in given.items():
        groups.setdefault((names["province"], names["regency"], code[:5]), []).append(code)
    inside: dict[str, list[str]] = {}
    for (province, regency, bps_regency), members in groups.items():
        found = _find_regency(province, regency, bps_regency, regencies, provinces)
        if found is not None:
            inside.setdefault(found, []).extend(members)

    pairs: dict[str, tuple[_Area, How]] = {}
    candidates: dict[str, list[dict[str, object]]] = {}
    for regency, members in inside.items():
        districts = _areas(cursor, "district", regency)
        villages = _areas(cursor, "village", regency)
        matched = _match_villages({code: given[code] for code in members}, rows, districts, villages)
        pairs |= matched
        taken = {area.code for area, _ in matched.values()}
        title: dict[str | None, str] = {area.code: area.name for area in districts}
        free = [(area, title[parent_of(area.code)]) for area in villages if area.code not in taken]
        others = [(area, title[parent_of(area.code)]) for area in villages if area.code in taken]
        for code in members:
            if code not in matched:
                # A mistyped code belongs to a village that already has its right one.
                likely = _candidates(given[code], free)
                candidates[code] = [*likely, *_candidates(given[code], others)][:CANDIDATES]

    undotted = {code: code.replace(".", "") for code in sorted(given)}
    return BridgeProposal(
        pd.DataFrame(
            [(undotted[code], area.code, area.name, how) for code, (area, how) in sorted(pairs.items())],
            columns=["bps_code", "village_code", "name", "how"],
        ),
        pd.DataFrame(
            [
                (bps, *(given[code][level] for level in ("regency", "district", "village")), candidates.get(code, []))
                for code, bps in undotted.items()
                if code not in pairs
            ],
            columns=["bps_code", "regency", "district", "village", "candidates"],
        ),
    )


def _areas(cursor: duckdb.DuckDBPyConnection, level: Level, inside: str = "") -> list[_Area]:
    """The areas of a level below a code, in the order of their codes."""
    rows = cursor.execute(
        "SELECT code, name FROM region WHERE level = $level AND starts_with(code, $inside) ORDER BY code",
        {"level": level, "inside": inside and inside + "."},
    ).fetchall()
    return [_Area(code, name) for code, name in rows]


def _find_regency(
    province: str | None, regency: str | None, bps_code: str, regencies: dict[str, str], provinces: dict[str, str]
) -> str | None:
    """Code of the one regency of that name and kind; namesakes in two provinces need the province's name.

    regencies, provinces: code -> name_key.
    """
    if regency is None:
        return None
    words = name_words(regency, "village")
    stripped, whole = name_key(regency, "regency"), "".join(words)
    kota = _kota_by_number(bps_code)
    stated = {"KOTA": True, "KABUPATEN": False, "KAB": False}.get(words[0], kota) if words else kota
    # "KOTA WARINGIN BARAT" is a kabupaten, "KOTA BOGOR" a kota: read the name both ways.
    scores = {
        code: max(
            fuzz.ratio(key, stripped) if stated == _kota_by_number(code) else 0.0,
            fuzz.ratio(key, whole) if kota == _kota_by_number(code) else 0.0,
        )
        for code, key in regencies.items()
    }
    wanted = name_key(province, "province")
    if wanted in provinces.values():
        scores = {code: score for code, score in scores.items() if provinces[code[:2]] == wanted}
    best = max(scores.values(), default=0.0)
    found = [code for code, score in scores.items() if score == best >= NAME_CUT]
    return found[0] if len(found) == 1 else None


def _kota_by_number(code: str) -> bool:
    return int(code[3:5]) >= FIRST_KOTA


def _match_villages(
    given: dict[str, dict[str, str | None]], rows: dict[str, int], districts: list[_Area], villages: list[_Area]
) -> dict[str, tuple[_Area, How]]:
    """Code -> official village, for the codes of one regency."""
    spellings = {names["district"] for names in given.values() if names["district"] is not None}
    by_key = {name_key(name, "district"): name for name in sorted(spellings)}
    found: dict[str, tuple[_Area, How]] = {}
    for key, (district, district_how) in pair_names(by_key, districts, "district").items():
        members = {
            code: names["village"]
            for code, names in given.items()
            if names["village"] is not None and name_key(names["district"], "district") == key
        }
        inside = [area for area in villages if parent_of(area.code) == district.code]
        for code, (village, how) in pair_names(_without_slips(members, rows), inside, "village").items():
            found[code] = village, "exact" if how == district_how == "exact" else "close"
    return found


def _without_slips(members: dict[str, str], rows: dict[str, int]) -> dict[str, str]:
    """The codes of one kecamatan without those that share a name with a code of DOMINANT times as many rows."""
    most: dict[str, int] = {}
    for code, name in members.items():
        key = name_key(name, "village")
        most[key] = max(most.get(key, 0), rows[code])
    return {code: name for code, name in members.items() if rows[code] * DOMINANT > most[name_key(name, "village")]}


def pair_names(left: dict[str, str], right: Sequence[_Area], level: Level) -> dict[str, tuple[_Area, How]]:
    """Left id -> the area that bears its name, one to one: equal names first, then mutual only-best close ones."""
    if not left or not right:
        return {}
    ids = list(left)
    scores = _scores([left[one] for one in ids], [area.name for area in right], level)
    pairs: dict[str, tuple[_Area, How]] = {}
    for how, cut in STAGES:
        best_row, best_column = scores.max(axis=1), scores.max(axis=0)
        is_best = (scores == best_row[:, None]) & (scores == best_column[None, :]) & (scores >= cut)
        only = ((scores == best_row[:, None]).sum(axis=1) == 1)[:, None] & (
            (scores == best_column[None, :]).sum(axis=0) == 1
        )[None, :]
        for row, column in np.argwhere(is_best & only):
            pairs[ids[row]] = right[column], how
            scores[row, :], scores[:, column] = -1.0, -1.0
    return pairs


def _scores(left: list[str], right: list[str], level: Level) -> np.ndarray:
    """Similarity 0 to 100 of every pair; 0 where a telling word differs."""
    scores = process.cdist(
        [name_key(name, level) for name in left], [name_key(name, level) for name in right], scorer=fuzz.ratio
    ).astype(float)
    telling = [telling_words(name, level) for name in right]
    for row, name in enumerate(left):
        own = telling_words(name, level)
        for column, other in enumerate(telling):
            if own != other and scores[row, column] < 100.0:
                scores[row, column] = 0.0
    return scores


def _candidates(names: dict[str, str | None], free: list[tuple[_Area, str]]) -> list[dict[str, object]]:
    """The free villages of the regency most like a name, those of the same kecamatan first among equals."""
    village, district = name_key(names["village"], "village"), name_key(names["district"], "district")
    scored = [
        (
            fuzz.ratio(village, name_key(area.name, "village")),
            fuzz.ratio(district, name_key(parent, "district")),
            area,
            parent,
        )
        for area, parent in free
    ]
    scored.sort(key=lambda one: (-one[0], -one[1], one[2].code))
    return [
        {"village_code": area.code, "name": area.name, "district": parent, "score": score}
        for score, _, area, parent in scored[:CANDIDATES]
    ]


# --- from a file, and in the store -----------------------------------------------------------------

_BPS_HEADERS = frozenset({
    "bps", "kode_bps", "kodebps", "kd_bps", "id_bps", "bps_code", "kode_desa_bps", "kode_bps_desa", "kode_wilayah_bps",
})  # fmt: skip
_KEMENDAGRI_HEADERS = frozenset({
    "kemendagri", "kemdagri", "dagri", "kode_dagri", "kodedagri", "kd_dagri", "kode_kemendagri", "kodekemendagri",
    "kd_kemendagri", "kode_kemdagri", "kodekemdagri", "kd_kemdagri", "kode_desa_kemendagri", "kode_desa_kemdagri",
    "kode_wilayah_kemendagri", "kode_depdagri", "kemendagri_kode_desa", "kemendagri_code", "village_code",
})  # fmt: skip
# Not read, but they help to tell the header row from title rows.
_NAME_HEADERS = frozenset({
    "no", "nama_bps", "nama_dagri", "nama_kemendagri", "nama_kemdagri", "nama", "provinsi", "kabupaten",
    "kabupaten_kota", "kecamatan", "desa", "desa_kelurahan", "kelurahan_desa",
    "nama_desa", "nama_kecamatan", "nama_kabupaten",
})  # fmt: skip


def read_bridge(path: Path) -> pd.DataFrame:
    """A bridge file (CSV, TXT, XLSX) as columns bps_code (ten digits) and village_code (dotted), one to one.

    A row without one of the two codes says that the counterpart is not known, and is left out; the same pair twice
    counts once. Raises Refused `bridge_columns`, `bridge_code` (not ten digits), `bridge_duplicate` (a code with two
    counterparts), `bridge_empty`, and what `data.reading.stage` raises.
    """
    path = Path(path)
    with tempfile.TemporaryDirectory() as folder:
        staged = stage(path, Path(folder), _BPS_HEADERS | _KEMENDAGRI_HEADERS | _NAME_HEADERS)
        table = pq.ParquetFile(staged.parquet).read()
    bps_column = _column(staged, _BPS_HEADERS)
    village_column = _column(staged, _KEMENDAGRI_HEADERS)
    for line, reason in staged.unreadable:
        if reason != "total_row":
            raise _faulty(path, line)
    lines = table["_line"].to_pylist()
    pairs: dict[str, str] = {}
    counterparts: dict[str, str] = {}
    for line, bps, village in zip(lines, table[bps_column].to_pylist(), table[village_column].to_pylist(), strict=True):
        if not bps.strip() or not village.strip():
            continue
        bps_code, village_code = clean_village_code(bps), clean_village_code(village)
        if bps_code is None or village_code is None:
            raise _faulty(path, line)
        bps_code = bps_code.replace(".", "")
        if pairs.setdefault(bps_code, village_code) != village_code:
            raise _duplicate(path, line, bps_code)
        if counterparts.setdefault(village_code, bps_code) != bps_code:
            raise _duplicate(path, line, village_code)
    if not pairs:
        raise Refused(
            "bridge_empty", f"Jembatan kode {path.name} tidak memuat satu pun pasangan kode; periksa isi berkas itu."
        )
    return pd.DataFrame({"bps_code": list(pairs), "village_code": list(pairs.values())})


def _column(staged: StagedTable, headers: frozenset[str]) -> str:
    found = [column for column in staged.columns if header_key(column) in headers]
    if len(found) != 1:
        raise Refused(
            "bridge_columns",
            f"Jembatan kode {staged.name} harus memuat tepat satu kolom kode_bps dan satu kolom kode_kemendagri; "
            "perbaiki judul kolomnya, lalu coba lagi.",
        )
    return found[0]


def _faulty(path: Path, line: int) -> Refused:
    return Refused(
        "bridge_code",
        f"Baris {line} jembatan kode {path.name} tidak berisi dua kode sepuluh angka; perbaiki baris itu, "
        "lalu coba lagi.",
    )


def _duplicate(path: Path, line: int, code: str) -> Refused:
    return Refused(
        "bridge_duplicate",
        f"Baris {line} jembatan kode {path.name} memberi kode {code} pasangan kedua; sisakan satu pasangan, "
        "lalu coba lagi.",
    )


def save_bridge(cursor: duckdb.DuckDBPyConnection, frame: pd.DataFrame, how: str) -> None:
    """Keep pairs (bps_code, village_code) in table `bridge`; a BPS code already there gets its new counterpart.

    how: file | name | confirmed. Runs inside the caller's transaction.
    """
    pairs = pa.table({name: pa.array(frame[name].tolist(), pa.string()) for name in ("bps_code", "village_code")})
    cursor.register("bridge_pairs", pairs)
    cursor.execute(
        """
        INSERT INTO bridge (bps_code, village_code, how, saved_at)
        SELECT bps_code, village_code, $how, $now FROM bridge_pairs
        ON CONFLICT (bps_code) DO UPDATE
        SET village_code = excluded.village_code, how = excluded.how, saved_at = excluded.saved_at
        """,
        {"how": how, "now": datetime.now(UTC).replace(tzinfo=None)},
    )
    cursor.unregister("bridge_pairs")


def load_bridge(store: Store) -> pd.DataFrame:
    """All saved pairs: bps_code (ten digits), village_code (dotted); no rows when none was ever saved."""
    return store.frame("SELECT bps_code, village_code FROM bridge ORDER BY bps_code")

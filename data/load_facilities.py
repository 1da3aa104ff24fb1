"""Any table keyed by village → table `village_facility`: every column but the place's own is a facility.

A row whose village the list does not have is reported with its line, never dropped in silence. A file is
a delivery of its own, apart from the register: a row of a village replaces what it held under the same facilities.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from data.bridge import load_bridge, propose_bridge
from data.codes import LEVELS, clean_village_code
from data.errors import Refused
from data.headers import header_key
from data.mapping import MISSING, amount_of
from data.planning import facilities, facility_of_header
from data.reading import StagedTable, stage
from data.regions import ensure_regions, judge_codes, village_names
from data.store import Store

# Header keys of the columns that say which village a row is about.
PLACE: dict[str, frozenset[str]] = {
    "code": frozenset({
        "kode_desa", "kode_kemendagri", "kode_kemdagri", "kode_wilayah", "kode", "kode_desa_kelurahan",
        "kode_kelurahan", "kode_kelurahan_desa", "id_desa", "kd_desa", "kodedesa", "kode_wilayah_kemendagri",
    }),
    "regency": frozenset({"kabupaten_kota", "kabupaten", "kab_kota", "nama_kabupaten_kota", "nama_kabupaten", "kota"}),
    "district": frozenset({"kecamatan", "nama_kecamatan", "kec"}),
    "village": frozenset({
        "desa_kelurahan", "kelurahan_desa", "nama_desa_kelurahan", "nama_kelurahan_desa", "nama_desa", "nama_kelurahan",
        "desa", "kelurahan",
    }),
}  # fmt: skip
# Columns that are no facility: numbering, wider areas, and whatever is about a person.
SKIPPED = frozenset({
    "no", "nomor", "no_urut", "provinsi", "nama_provinsi", "kode_kecamatan", "kode_kabupaten", "kode_provinsi",
    "nik", "no_kk", "nomor_kk", "nama", "alamat", "nama_kepala_desa", "kepala_desa", "lurah", "telepon", "no_hp",
    "keterangan", "sumber", "tanggal", "tahun",
})  # fmt: skip
# A NIK or KK, perhaps within other words or with its digits set apart.
LONG_NUMBER = re.compile(r"(?<![0-9])(?:[0-9][ .'-]?){15}[0-9](?![0-9])")


@dataclass(frozen=True)
class ColumnRead:
    """One column of the file. facility: key of facilities.yaml, None for a column nobody has a word for.

    values: cells with a word. lacking, fine: cells read as a lack, or not one. unknown_words: distinct words that say
    neither (numbers are no words).
    """

    header: str
    facility: str | None
    values: int
    lacking: int
    fine: int
    unknown_words: tuple[str, ...]


@dataclass(frozen=True)
class FacilityReport:
    """rows_read = villages + len(unmatched) + len(repeated) + unreadable: every row of the file is accounted for.

    unmatched: (line, what the row calls its village); repeated: lines of a village met before. warnings: Indonesian.
    """

    name: str
    rows_read: int
    villages: int
    unmatched: tuple[tuple[int, str], ...]
    repeated: tuple[int, ...]
    unreadable: int
    columns: tuple[ColumnRead, ...]
    warnings: tuple[str, ...]


def import_facilities(
    store: Store, path: Path, name: str | None = None, date: Date | None = None, source: str | None = None
) -> FacilityReport:
    """Load a table of villages, keyed by code (dotted or not) or by village and kecamatan names.

    name: shown instead of the path's own; date: of the data, None where nobody knows; source: else the file's name.
    Raises Refused `facility_columns` (no column names the village, or nothing beside it), `code_system` (BPS codes
    without a bridge), `regency_unknown` (names without a regency), `facility_rows` (not one row could be matched), and
    what `data.reading.stage` raises. Nothing is changed then.
    """
    ensure_regions(store)
    shown = name or path.name
    known = frozenset().union(*PLACE.values()) | frozenset(facility_of_header())
    staged = stage(path, store.staging, known)
    try:
        table = pq.ParquetFile(staged.parquet).read().to_pandas()
    finally:
        staged.parquet.unlink(missing_ok=True)
    place = place_columns(staged, shown)
    columns = [column for column in staged.columns if column not in place.values() and _is_facility(column)]
    personal = [column for column in columns if table[column].str.contains(LONG_NUMBER).any()]
    columns = [column for column in columns if column not in personal]
    if not columns:
        raise Refused(
            "facility_columns",
            f"Berkas {shown} tidak memuat kolom selain nama atau kode desa; tambahkan kolom seperti Jalan atau Sinyal.",
        )
    codes = villages_of(store, table, place, shown)
    repeated = codes.notna() & codes.duplicated()
    first = codes.notna() & ~repeated
    if not first.any():
        raise Refused(
            "facility_rows",
            f"Tidak satu baris pun dalam berkas {shown} cocok dengan daftar desa; periksa kode atau nama desanya.",
        )
    cells = _cells(table[first], codes[first], columns)
    with store.transaction() as cursor:
        _replace(cursor, cells, date, source or shown)
        cells = cursor.execute("SELECT * FROM stored_facility").df()
    warnings = [f"Kolom “{column}” tidak dibaca karena berisi nomor yang mirip NIK atau KK." for column in personal]
    if staged.other_sheets:
        warnings.append(f"Hanya lembar “{staged.sheet}” yang dibaca.")
    elsewhere = _elsewhere(store, codes[first])
    if elsewhere:
        warnings.append(
            f"{elsewhere} desa berada di kabupaten/kota yang daftar keluarganya tidak dimuat; periksa kodenya."
        )
    return FacilityReport(
        name=shown,
        rows_read=staged.rows_read,
        villages=int(first.sum()),
        unmatched=tuple((int(row["_line"]), called(row, place)) for row in table[codes.isna()].to_dict("records")),
        repeated=tuple(int(line) for line in table.loc[repeated, "_line"]),
        unreadable=len(staged.unreadable),
        columns=tuple(_column_read(column, cells) for column in columns),
        warnings=tuple(warnings),
    )


def place_columns(staged: StagedTable, shown: str) -> dict[str, str]:
    """What the row's place is called (a key of PLACE) -> the file's column, the first of those that bear such a header.

    Raises Refused `facility_columns` where no column says which village a row is about.
    """
    found: dict[str, str] = {}
    for column in staged.columns:
        for what, headers in PLACE.items():
            if header_key(column) in headers:
                found.setdefault(what, column)
    if "code" not in found and not {"district", "village"} <= set(found):
        raise Refused(
            "facility_columns",
            f"Berkas {shown} tidak menyebut desanya; beri kolom Kode Desa, atau kolom Kecamatan dan Desa.",
        )
    return found


def _is_facility(column: str) -> bool:
    """Names of people and places, numbering and columns without a title tell nothing of what a village has."""
    key = header_key(column)
    return key not in SKIPPED and not key.startswith(("nama_", "kolom_"))


def villages_of(store: Store, table: pd.DataFrame, place: dict[str, str], shown: str) -> pd.Series:
    """The Kemendagri code of each row's village, None where the list has none such. place: of `place_columns`.

    Raises Refused `code_system`, `regency_unknown`.
    """
    if "code" not in place:
        return _by_names(store, table, place, shown)
    codes = table[place["code"]].map(clean_village_code)
    given = pd.DataFrame({"code": codes, "rows": 1} | {what: _text(table, place, what) for what in LEVELS})
    judged = judge_codes(store, given.dropna(subset="code"))
    if judged.codes and judged.system != "kemendagri":
        bridge = load_bridge(store).set_index("bps_code")["village_code"]
        converted = codes.str.replace(".", "", regex=False).map(bridge)
        if converted.notna().sum() < 0.5 * codes.notna().sum():
            raise Refused(
                "code_system",
                f"{shown}: {judged.reason[0].lower()}{judged.reason[1:].rstrip('.')}; ganti dengan kode Kemendagri "
                "atau muat dahulu jembatan kodenya di halaman Data.",
            )
        codes = converted
    known = village_names(store, [code for code in codes.unique() if isinstance(code, str)])
    return codes.where(codes.isin(list(known)), None)


def _by_names(store: Store, table: pd.DataFrame, place: dict[str, str], shown: str) -> pd.Series:
    """Names matched as those of a BPS-coded register are: each distinct place stands under a number of its own."""
    regency = _text(table, place, "regency")
    if regency is None:
        regency = pd.Series(_only_regency(store, shown), index=table.index)
    named = pd.DataFrame(
        {"regency": regency, "district": _text(table, place, "district"), "village": _text(table, place, "village")}
    )
    places = named.dropna(subset=["district", "village"]).drop_duplicates()
    prefix = {name: _number_prefix(store, name) for name in places["regency"].dropna().unique()}
    places["code"] = [
        f"{prefix.get(name, '0000')}{number:06d}" for number, name in enumerate(places["regency"], start=1)
    ]
    proposal = propose_bridge(store, places.assign(rows=1))
    found = proposal.matched.set_index("bps_code")["village_code"]
    places["village_code"] = places["code"].map(found)
    joined = named.merge(places, on=["regency", "district", "village"], how="left")
    return joined["village_code"].set_axis(table.index).where(lambda codes: codes.notna(), None)


def _only_regency(store: Store, shown: str) -> str:
    """The name of the one regency the store has families of."""
    rows = store.rows("SELECT DISTINCT r.name FROM family AS f JOIN region AS r ON r.code = left(f.village_code, 5)")
    if len(rows) != 1:
        raise Refused(
            "regency_unknown",
            f"Berkas {shown} tidak menyebut kabupaten/kotanya; tambahkan kolom Kabupaten/Kota, atau pakai kode desa.",
        )
    return str(rows[0]["name"])


def _number_prefix(store: Store, regency: str) -> str:
    """Four digits of a regency of that name: whether it is a kota or a kabupaten is read from them."""
    row = store.one("SELECT code FROM region WHERE level = 'regency' AND upper(name) = upper($name)", {"name": regency})
    return str(row["code"]).replace(".", "") if row else "0071" if regency.upper().startswith("KOTA ") else "0001"


def _text(table: pd.DataFrame, place: dict[str, str], what: str) -> pd.Series | None:
    if what not in place:
        return None
    return table[place[what]].str.strip().replace("", None)


def _elsewhere(store: Store, codes: pd.Series) -> int:
    """How many of these villages lie outside the regencies with families; 0 where there are no families at all."""
    rows = store.rows("SELECT DISTINCT left(village_code, 5) AS regency FROM family")
    loaded = {row["regency"] for row in rows}
    return int((~codes.str[:5].isin(loaded)).sum()) if loaded else 0


def called(row: Mapping[Any, Any], place: dict[str, str]) -> str:
    """What a row calls its village."""
    return ", ".join(str(row[place[what]]).strip() for what in ("code", "village", "district") if what in place)


def _facility_of(column: str) -> str | None:
    """The facility a column is about; None for one nobody has a word for."""
    return column if column in facilities() else facility_of_header().get(header_key(column))


def _cells(table: pd.DataFrame, codes: pd.Series, columns: list[str]) -> pd.DataFrame:
    """village_code, header, facility, value: one row per filled cell; of two columns for one facility the first one
    with a word counts."""
    parts = [
        pd.DataFrame(
            {
                "village_code": codes,
                "header": column,
                "facility": _facility_of(column) or column,
                "value": table[column].str.strip(),
            }
        )
        for column in columns
    ]
    cells = pd.concat(parts, ignore_index=True)
    cells = cells[~cells["value"].str.upper().isin(MISSING)]
    return cells[~cells.duplicated(["village_code", "facility"])]


def _replace(cursor: duckdb.DuckDBPyConnection, cells: pd.DataFrame, date: Date | None, source: str) -> None:
    """Store the cells; leaves temp table `stored_facility` with their numbers and whether they are a lack."""
    cursor.register("facility_cells", cells)
    amount = amount_of("value")  # of four hundred digits it is infinite, hence no number
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE stored_facility AS "
        f"SELECT *, CASE WHEN isfinite({amount}) THEN {amount} END AS number FROM facility_cells"
    )
    cursor.unregister("facility_cells")
    words = cursor.execute("SELECT DISTINCT facility, value, number FROM stored_facility").df()
    judged = [
        facilities()[key].lacking(value, None if pd.isna(number) else float(number)) if key in facilities() else None
        for key, value, number in zip(*(words[name].tolist() for name in words), strict=True)
    ]
    cursor.register("facility_words", words.assign(lacking=pd.array(judged, dtype="boolean")))
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE stored_facility AS SELECT s.*, w.lacking FROM stored_facility AS s "
        "JOIN facility_words AS w ON w.facility = s.facility AND w.value = s.value"
    )
    cursor.unregister("facility_words")
    cursor.execute(
        "DELETE FROM village_facility WHERE EXISTS (SELECT 1 FROM stored_facility AS s "
        "WHERE s.village_code = village_facility.village_code AND s.facility = village_facility.facility)"
    )
    cursor.execute(
        "INSERT INTO village_facility SELECT village_code, facility, value, number, lacking, $date, $source "
        "FROM stored_facility",
        {"date": date, "source": source},
    )


def _column_read(header: str, cells: pd.DataFrame) -> ColumnRead:
    own = cells[cells["header"] == header]
    unread = own[own["lacking"].isna() & own["number"].isna()]
    return ColumnRead(
        header=header,
        facility=_facility_of(header),
        values=len(own),
        lacking=int((own["lacking"] == True).sum()),  # noqa: E712 - null is neither
        fine=int((own["lacking"] == False).sum()),  # noqa: E712
        unknown_words=tuple(sorted(unread["value"].unique())),
    )

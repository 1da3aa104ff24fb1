"""Poverty pockets: villages with more than 100 extreme-poor persons, strictly (guide chapter IV, 4.3(1)c)."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics import catalogue, definitions
from analytics.scope import Scope
from analytics.text import number, percent
from data.load_register import UNKNOWN_VILLAGE
from data.reference import DatedValue, parameter
from data.store import Store

# A regency is what the file is about when this part of its listed villages has families in it.
COVERED = 0.1

STATUS_NAMES: dict[str, str] = {
    "priority_and_over": "Lokasi prioritas dan kantong",
    "over_only": "Kantong, di luar lokasi prioritas",
    "over": "Kantong (daftar prioritas belum dimuat)",
    "priority_only": "Lokasi prioritas, bukan kantong",
    "none": "Bukan kantong",
    "unknown": "Tidak dapat dihitung",
}

_COUNTS = (
    "persons", "families", "families_unknown_size", "families_unknown_status", "listed_families", "listed_persons",
    "reference_persons",
)  # fmt: skip
_COLUMNS = (
    "village", "name", "district", "persons", "families", "families_unknown_size", "families_unknown_status",
    "listed_families", "listed_persons", "reference_persons", "rate", "expected", "low", "high", "probability",
    "priority", "is_pocket", "status",
)  # fmt: skip


@dataclass(frozen=True)
class Pockets:
    """The pockets of a scope.

    by_village, ordered by code: village (code), name and district (null outside the code list),
    persons and families (extreme poor; null = cannot be computed; persons is the sum over families
    of known size), families_unknown_size (extreme-poor families), families_unknown_status,
    listed_families, listed_persons, reference_persons (null = none loaded), rate (persons /
    reference persons, else / listed persons in a full frame, else null), expected, low, high,
    probability (null: a count has no interval), priority (null: no list for its regency), is_pocket
    (persons > threshold; null where persons is, and for the families of a regency whose village is
    not known), status (a key of STATUS_NAMES; "unknown" where is_pocket is null).
    count, families, persons: over the scope; null only where no village could be computed.
    share: pockets / villages with a known answer. priority_loaded: there is a priority list for a regency
    of the scope.
    """

    scope: Scope
    by_village: pd.DataFrame
    threshold: DatedValue
    definition_text: str
    count: int | None
    families: int | None
    persons: int | None
    villages: int
    villages_unknown: int
    share: float | None
    priority_loaded: bool
    warnings: tuple[str, ...]

    def of_status(self, status: str) -> int:
        """Number of villages with one status."""
        return int((self.by_village["status"] == status).sum())


def find_pockets(store: Store, scope: Scope, on: date | None = None) -> Pockets:
    """The villages of a scope and their extreme poor; the threshold is the one in force `on` a day (today).

    Raises Refused `snapshot_unknown`.
    """
    threshold = parameter("pocket_threshold", on)
    full = catalogue.snapshot(store, scope.snapshot_id).frame == "full"
    villages = definitions.integers(
        definitions.measure(store, "pockets", scope, covered=str(COVERED), in_region=definitions.region_sql("v.code")),
        _COUNTS,
    )
    population = (
        villages["reference_persons"].fillna(villages["listed_persons"]) if full else villages["reference_persons"]
    )
    villages["rate"] = villages["persons"].astype("Float64") / population.where(population > 0).astype("Float64")
    for column in ("expected", "low", "high", "probability"):
        villages[column] = pd.Series(pd.NA, index=villages.index, dtype="Float64")
    # Families whose village nobody knows stay in the totals, but together they are no village.
    nowhere = villages["village"].str.endswith(UNKNOWN_VILLAGE)
    villages["is_pocket"] = (villages["persons"] > threshold.value).astype("boolean").mask(nowhere)
    villages["priority"] = villages["priority"].astype("boolean")
    villages["status"] = [
        _status(pocket, priority) for pocket, priority in zip(villages["is_pocket"], villages["priority"], strict=True)
    ]
    known = villages["is_pocket"].notna()
    count = int(villages["is_pocket"].sum()) if known.any() else None
    share = count / int(known.sum()) if count is not None else None
    return Pockets(
        scope=scope,
        by_village=villages[list(_COLUMNS)],
        threshold=threshold,
        definition_text=definitions.definition_text(store, scope),
        count=count,
        families=_total(villages["families"]),
        persons=_total(villages["persons"]),
        villages=int((~nowhere).sum()),
        villages_unknown=int((~known & ~nowhere).sum()),
        share=share,
        priority_loaded=bool(villages["priority"].notna().any()),
        warnings=tuple(_warnings(scope, villages, share, on)),
    )


def _status(pocket: bool | None, priority: bool | None) -> str:
    if pd.isna(pocket):
        return "unknown"
    if pd.isna(priority):
        return "over" if pocket else "none"
    if pocket:
        return "priority_and_over" if priority else "over_only"
    return "priority_only" if priority else "none"


def _total(column: pd.Series) -> int | None:
    return int(column.sum()) if column.notna().any() else None


def _warnings(scope: Scope, villages: pd.DataFrame, share: float | None, on: date | None) -> list[str]:
    found = []
    # This judges the definition, not the place: a single district may well be all pockets.
    if share is not None and len(scope.region) <= 5:
        if share > parameter("pocket_share_high", on).value:
            found.append(
                f"Definisi ini menjadikan {percent(share, 0)} desa sebagai kantong, sehingga tidak membantu memilih; "
                "perkecil batas desil atau kuota, atau urutkan desa menurut angkanya."
            )
        elif share < parameter("pocket_share_low", on).value:
            found.append(
                f"Definisi ini menjadikan hanya {percent(share, 1)} desa sebagai kantong; "
                "periksa apakah batas desil atau kuota terlalu sempit."
            )
    no_data = int(villages["listed_families"].isna().sum())
    if no_data:
        found.append(
            f"{number(no_data)} desa tidak punya satu keluarga pun dalam berkas; itu tidak ada data, bukan nol."
        )
    blank = int((villages["persons"].isna() & villages["listed_families"].notna()).sum())
    if blank:
        found.append(f"{number(blank)} desa tidak dapat dihitung karena jumlah jiwa atau peringkatnya tidak diketahui.")
    unsized = int(villages["families_unknown_size"].sum())
    if unsized:
        found.append(f"{number(unsized)} keluarga miskin ekstrem tanpa jumlah anggota: jiwanya tidak ikut terhitung.")
    unranked = int(villages["families_unknown_status"].sum())
    if unranked:
        found.append(f"{number(unranked)} keluarga tanpa peringkat: tidak diketahui miskin ekstrem atau bukan.")
    off_list = int(villages["name"].isna().sum())
    if off_list:
        found.append(
            f"{number(off_list)} kode desa tidak ada di daftar wilayah: tidak tampil di peta, tetap masuk jumlah."
        )
    return found

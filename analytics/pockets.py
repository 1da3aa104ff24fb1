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

_EXTREME = ("persons", "families")
_ESTIMATES = ("expected", "low", "high", "probability")
_COUNTS = (
    "families_unknown_size", "families_unknown_status", "listed_families", "listed_persons",
    "reference_persons",
)  # fmt: skip
_COLUMNS = (
    "village", "name", "district", "persons", "families", "families_unknown_size", "families_unknown_status",
    "listed_families", "listed_persons", "reference_persons", "rate", "expected", "low", "high", "probability",
    "top_ten", "priority", "is_pocket", "status",
)  # fmt: skip


@dataclass(frozen=True)
class ToldApart:
    """How far chances tell pockets from other villages, by the model's own word (all null-free, 0 to 1 or counts).

    expected: number of pockets there are (sum of the probabilities). right: of the villages marked, the share that
    is expected to be one; 0 where none is marked. found: of the pockets there are, the share that is marked.
    enough: found reaches the parameter `pocket_found_min`.
    """

    expected: float
    right: float
    found: float
    enough: bool


@dataclass(frozen=True)
class Pockets:
    """The pockets of a scope.

    by_village, ordered by code: village (code), name and district (null outside the code list),
    persons and families (extreme poor; null = cannot be computed; persons is the sum over families
    of known size), families_unknown_size (extreme-poor families), families_unknown_status,
    listed_families, listed_persons, reference_persons (null = none loaded), rate (persons /
    reference persons, else / listed persons in a full frame, else null), expected, low, high (persons:
    expected number and 80 % interval), probability (0 to 1, of more persons than the threshold; all four null
    but under `pmt_line`: a count by name has no interval), top_ten (share of simulations, 0 to 1, in which the
    village is among its regency's ten with most persons under the line; null where no line is computed),
    priority (null: no list for its regency), is_pocket (persons > threshold; under `pmt_line` probability >
    the parameter `pocket_probability`; null where persons is, and for the families of a regency whose village
    is not known), status (a key of STATUS_NAMES; "unknown" where is_pocket is null).
    count, families, persons: over the scope; null only where no village could be computed; under `pmt_line`
    persons and families are expected numbers, hence fractions.
    share: pockets / villages with a known answer. priority_loaded: there is a priority list for a regency
    of the scope. line: the line `top_ten` is about, null without. told_apart: null but under `pmt_line`.
    """

    scope: Scope
    by_village: pd.DataFrame
    threshold: DatedValue
    definition_text: str
    count: int | None
    families: float | None
    persons: float | None
    villages: int
    villages_unknown: int
    share: float | None
    priority_loaded: bool
    line: str | None
    told_apart: "ToldApart | None"
    warnings: tuple[str, ...]

    def of_status(self, status: str) -> int:
        """Number of villages with one status."""
        return int((self.by_village["status"] == status).sum())


def find_pockets(store: Store, scope: Scope, on: date | None = None) -> Pockets:
    """The villages of a scope and their extreme poor; the threshold is the one in force `on` a day (today).

    Raises Refused `snapshot_unknown`.
    """
    threshold = parameter("pocket_threshold", on)
    full = catalogue.head(store, scope.snapshot_id).frame == "full"
    by_chance = scope.definition == "pmt_line"
    line = scope.line if by_chance else next(iter(definitions.computed_lines(store, scope.snapshot_id)), None)
    villages = definitions.measure(
        store, "pockets", scope, {"estimate": line}, covered=str(COVERED), in_region=definitions.region_sql("v.code")
    )
    villages = definitions.counted(scope, definitions.integers(villages, _COUNTS), _EXTREME)
    villages = villages.astype(dict.fromkeys((*_ESTIMATES, "top_ten"), "Float64"))
    if not by_chance:
        villages[list(_ESTIMATES)] = pd.NA
    population = (
        villages["reference_persons"].fillna(villages["listed_persons"]) if full else villages["reference_persons"]
    )
    villages["rate"] = villages["persons"].astype("Float64") / population.where(population > 0).astype("Float64")
    # Families whose village nobody knows stay in the totals, but together they are no village.
    nowhere = villages["village"].str.endswith(UNKNOWN_VILLAGE)
    over = villages["persons"] > threshold.value
    if by_chance:
        over = villages["probability"] > parameter("pocket_probability", on).value
    villages["is_pocket"] = over.astype("boolean").mask(nowhere)
    villages["priority"] = villages["priority"].astype("boolean")
    villages["status"] = [
        _status(pocket, priority) for pocket, priority in zip(villages["is_pocket"], villages["priority"], strict=True)
    ]
    known = villages["is_pocket"].notna()
    count = int(villages["is_pocket"].sum()) if known.any() else None
    share = count / int(known.sum()) if count is not None else None
    told_apart = _told_apart(villages[known], on) if by_chance and known.any() else None
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
        line=line,
        told_apart=told_apart,
        warnings=tuple(_warnings(scope, villages, share, told_apart, on)),
    )


def _status(pocket: bool | None, priority: bool | None) -> str:
    if pd.isna(pocket):
        return "unknown"
    if pd.isna(priority):
        return "over" if pocket else "none"
    if pocket:
        return "priority_and_over" if priority else "over_only"
    return "priority_only" if priority else "none"


def _total(column: pd.Series) -> float | None:
    if column.isna().all():
        return None
    return float(column.sum()) if column.dtype == "Float64" else int(column.sum())


def _told_apart(villages: pd.DataFrame, on: date | None) -> ToldApart:
    chances = villages["probability"].fillna(0).to_numpy(dtype=float)
    marked = chances[villages["is_pocket"].to_numpy(dtype=bool)].sum()
    expected, count = float(chances.sum()), int(villages["is_pocket"].sum())
    found = float(marked / expected) if expected else 0.0
    return ToldApart(
        expected=expected,
        right=float(marked / count) if count else 0.0,
        found=found,
        enough=found >= parameter("pocket_found_min", on).value,
    )


def _warnings(
    scope: Scope, villages: pd.DataFrame, share: float | None, told_apart: ToldApart | None, on: date | None
) -> list[str]:
    found = []
    if told_apart is not None and not told_apart.enough:
        found.append(
            "Kemiskinan di sini terlalu jarang, atau model terlalu lemah, untuk membedakan desa kantong: dari sekitar "
            f"{number(told_apart.expected)} kantong yang diperkirakan ada, hanya {percent(told_apart.found, 0)} yang "
            "tertandai. "
            "Pakai urutan desa sebagai petunjuk verifikasi, bukan sebagai daftar kantong."
        )
    # This judges the definition, not the place: a single district may well be all pockets.
    if share is not None and len(scope.region) <= 5:
        by_chance = scope.definition == "pmt_line"
        narrower = {"pmt_line": "pilih garis yang lebih rendah", "local_criteria": "perketat kriterianya"}
        if share > parameter("pocket_share_high", on).value:
            found.append(
                f"Definisi ini menjadikan {percent(share, 0)} desa sebagai kantong, sehingga tidak membantu memilih; "
                f"{narrower.get(scope.definition, 'perkecil batas desil atau kuota')}, atau urutkan desa menurut "
                "angkanya."
            )
        elif share < parameter("pocket_share_low", on).value and not by_chance:
            found.append(
                f"Definisi ini menjadikan hanya {percent(share, 1)} desa sebagai kantong; "
                "periksa apakah definisinya terlalu sempit."
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
        found.append(f"{number(unranked)} keluarga belum dapat dinilai: tidak diketahui miskin ekstrem atau bukan.")
    off_list = int(villages["name"].isna().sum())
    if off_list:
        found.append(
            f"{number(off_list)} kode desa tidak ada di daftar wilayah: tidak tampil di peta, tetap masuk jumlah."
        )
    return found

"""What the data propose for the annual plan: a row per programme with a gap, before anybody has touched it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.gaps import Gaps, strategy_titles
from analytics.inventory import entries
from analytics.needs import responses
from analytics.pockets import Pockets
from analytics.text import known, listing, number
from data.headers import header_key
from data.reference import programmes
from data.store import Store

UNIT = "keluarga"
FUNDS = {"pusat": "APBN", "daerah": "APBD kabupaten/kota", "desa": "Dana Desa"}
VILLAGES_NAMED = 5


@dataclass(frozen=True)
class Proposal:
    """One programme's row. key: its code. name: as the catalogue calls it.

    cells: field of the plan -> text or number, without budget; null = nothing to propose. gap: families of the target
    who do not receive the programme (expected number under `pmt_line`). from_quota: the target is the inventory's
    quota, because it is smaller than the gap. quota_budget: what the inventory sets aside for that quota; null = not
    said, or the target is the gap. each: rupiah a year for one family, a mean where they differ; null = no unit cost.
    note: Indonesian, where target and budget come from.
    """

    key: str
    name: str
    strategy: str
    cells: Mapping[str, str | float | None]
    gap: float
    from_quota: bool
    quota_budget: float | None
    each: float | None
    note: str


def proposals_of(
    store: Store, found: Gaps, pockets: Pockets, year: int
) -> tuple[list[Proposal], tuple[tuple[str, str], ...]]:
    """The rows for a year, in the order of the strategies, and (programme, why) of those without a row."""
    order = list(strategy_titles())
    rows = found.rows.sort_values("strategy", key=lambda column: column.map(order.index), kind="stable")
    listed = entries(store, found.scope.region)
    answers = responses(store)
    proposed, left_out = [], []
    for record in rows.to_dict("records"):
        row: dict[str, Any] = {str(name): value for name, value in record.items()}
        why = _left_out(row)
        if why:
            left_out.append((str(row["name"]), why))
        else:
            proposed.append(_proposal(store, row, _planned(listed, row["programme"], year), answers, pockets))
    return proposed, tuple(left_out)


def _left_out(row: Mapping[str, Any]) -> str | None:
    """Why a programme has no row; null where it has one."""
    if known(row["substitute_for"]):
        return f"Pengganti {row['substitute_for']}: celahnya tertutup bila celah program itu ditutup."
    if not known(row["gap_families"]):
        return str(row["reason"] or "Celahnya tidak dapat dihitung.")
    return None if round(row["gap_families"]) > 0 else "Tidak ada celah: semua sasaran yang diketahui sudah menerima."


def _proposal(
    store: Store, row: Mapping[str, Any], planned: pd.DataFrame, answers: pd.DataFrame, pockets: Pockets
) -> Proposal:
    gap = float(row["gap_families"])
    inside = planned[~planned["wider"] & planned["quota"].notna()]
    quota = float(inside["quota"].sum()) if len(inside) and (inside["unit"] == "families").all() else None
    from_quota = quota is not None and 0 < quota < round(gap)
    money = float(inside["budget"].sum()) if from_quota and inside["budget"].notna().all() else None
    each = _each(row)
    funds = list(dict.fromkeys(planned["fund"].dropna()))
    offices = list(dict.fromkeys(planned["office"].dropna()))
    return Proposal(
        key=str(row["programme"]),
        name=str(row["name"]),
        strategy=str(row["strategy"]),
        cells={
            "problem": f"{number(gap)} keluarga miskin ekstrem yang menjadi sasaran belum menerima {row['name']}",
            "programme": str(row["name"]),
            "activity": None,
            "sub_activity": None,
            "sub_code": None,
            "indicator": f"Keluarga miskin ekstrem sasaran yang menerima {row['name']}",
            "target": quota if from_quota else float(round(gap)),
            "target_unit": UNIT,
            "location": _location(store, row["strategy"], pockets),
            "beneficiaries": f"Keluarga {row['target']}",
            "fund": listing(funds) or FUNDS.get(programmes()[row["programme"]].provider),
            "office": listing(offices) or _office(row["programme"], answers),
        },
        gap=gap,
        from_quota=from_quota,
        quota_budget=money,
        each=each,
        note=_note(from_quota, money, each, quota is None and len(inside) > 0, bool(row["cost_incomplete"])),
    )  # fmt: skip


def _planned(listed: pd.DataFrame, programme: str, year: int) -> pd.DataFrame:
    """The inventory's entries of a year for a programme: its own, and regional ones that extend it."""
    extends = (listed["relation"] == "extends") & (listed["central_programme"] == programme)
    own = (listed["programme"] == programme) & ~(
        (listed["relation"] == "extends") & listed["central_programme"].notna()
    )
    return listed[(extends | own).fillna(False).astype(bool) & (listed["year"] == year).fillna(False).astype(bool)]


def _each(row: Mapping[str, Any]) -> float | None:
    """Rupiah a year for one family of the gap, to three digits: an exact mean would tell of the families."""
    if not known(row["cost"]) or not row["gap_families"]:
        return None
    return float(f"{float(row['cost']) / float(row['gap_families']):.3g}")


def _location(store: Store, strategy: str, pockets: Pockets) -> str | None:
    """Where the programme goes first: pockets that are priority locations (all pockets without a list), most persons
    first; where there is none, the priority locations. Null where nothing is known of the villages."""
    villages = pockets.by_village.sort_values(["persons", "village"], ascending=[False, True], na_position="last")
    villages = villages[villages["name"].notna()]
    first = villages[villages["is_pocket"].fillna(False) & villages["priority"].fillna(True)]
    if first.empty:
        first = villages[villages["priority"].fillna(False)]
    names = list(first["name"].head(VILLAGES_NAMED))
    if strategy == "pockets" and len(first):
        rest = ", dan desa kantong lainnya" if len(first) > len(names) else ""
        return f"Desa kantong kemiskinan: {', '.join(names) if rest else listing(names)}{rest}"
    region = store.one("SELECT name FROM region WHERE code = $code", {"code": pockets.scope.region})
    if region is None:
        return f"Didahulukan {listing(names)}" if names else None
    return f"{region['name']}, mulai dari {listing(names)}" if names else str(region["name"])


def _office(programme: str, answers: pd.DataFrame) -> str | None:
    """Who answers the first need whose programmes, as the region said them, begin with a spelling of this one
    (`PKH lansia` with PKH); null where none does."""
    spellings = {header_key(alias) for alias in (programme, *programmes()[programme].aliases)}
    for named, office in zip(answers["programme"], answers["office"], strict=True):
        words = [header_key(part) for part in re.split(r"[,;/()]", named)]
        if any(word == spelling or word.startswith(f"{spelling}_") for word in words for spelling in spellings):
            return str(office)
    return None


def _note(from_quota: bool, money: float | None, each: float | None, other_unit: bool, incomplete: bool) -> str:
    target = "kuota inventaris program, karena lebih kecil daripada celah" if from_quota else "celah sasaran"
    said = [f"Target: {target}."]
    if other_unit:
        said.append("Kuota inventaris dicatat bukan dalam keluarga, sehingga tidak dipakai.")
    if money is not None:
        said.append("Anggaran: menurut inventaris program.")
    elif each is None:
        said.append("Anggaran kosong: biaya satuan program ini belum ada.")
    else:
        bound = " Batas bawah: ciri sebagian keluarga tidak diketahui." if incomplete else ""
        said.append(f"Anggaran: target dikali biaya satuan setahun.{bound}")
    return " ".join(said)

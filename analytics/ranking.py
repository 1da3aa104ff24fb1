"""The recorded rank and the PMT rank, side by side: we never claim to reproduce the first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics import catalogue, definitions
from analytics.definitions import RANK_AREA_NAMES, TOLERANCE, decile_sql, percentile_sql, region_sql, share_column
from analytics.scope import Scope
from analytics.text import listing, number
from data.reference import WelfareClass, parameter, welfare_classes
from data.store import Store

Numbers = npt.NDArray[Any]


@dataclass(frozen=True)
class RankComparison:
    """Recorded decile against PMT decile in the regency, over the families of a scope.

    cells: recorded, pmt (1 to 10; null = not known), families, persons (null where no size is known).
    families: with both ranks. same, within_one: share of them with equal deciles, or at most one apart;
    spearman: rank correlation of recorded decile and PMT share (-1 to 1); all three null without pairs.
    rank_area: what the recorded rank was made for (key of RANK_AREA_NAMES). list_only: see `is_list_only`.
    """

    scope: Scope
    cells: pd.DataFrame
    families: int
    same: float | None
    within_one: float | None
    spearman: float | None
    rank_area: str | None
    list_only: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Classes:
    """Families and persons per welfare class. rows: name, upto (end of the class as a rank share), families,
    persons, merged (true: classes this rank cannot tell apart, shown as one). unknown: families without rank.
    """

    rows: pd.DataFrame
    unknown: int
    source: str
    status: str
    note: str | None


def _place(scope: Scope) -> dict[str, str]:
    return {"snapshot_id": scope.snapshot_id, "region": scope.region}


def rank_comparison(store: Store, scope: Scope) -> RankComparison:
    """How far recorded and PMT decile agree. Raises Refused `snapshot_unknown`."""
    share = f"share_{scope.unit}"
    cells = definitions.integers(
        definitions.measure(store, "rank_cells", definitions.everyone(scope), decile=f"decile_{scope.unit}"),
        ("recorded", "pmt", "families", "persons"),
    )
    pairs = definitions.measure(store, "rank_pairs", definitions.everyone(scope), share=share)
    notes = _notes(store, scope)
    paired = cells.dropna(subset=["recorded", "pmt"])
    apart = (paired["recorded"] - paired["pmt"]).abs()
    families = int(paired["families"].sum())
    return RankComparison(
        scope=scope,
        cells=cells,
        families=families,
        same=int(paired.loc[apart == 0, "families"].sum()) / families if families else None,
        within_one=int(paired.loc[apart <= 1, "families"].sum()) / families if families else None,
        spearman=_spearman(pairs["recorded"].to_numpy(), pairs["share"].to_numpy()),
        rank_area=catalogue.head(store, scope.snapshot_id).rank_area,
        list_only=_is_list_only(notes),
        notes=_sentences(notes),
    )


def _spearman(recorded: Numbers, share: Numbers) -> float | None:
    """Rank correlation of deciles and shares without nulls, ties at the average of their places; None where either
    does not vary."""
    if len(recorded) == 0 or np.ptp(recorded) == 0 or np.ptp(share) == 0:
        return None
    middle = (len(share) + 1) / 2
    by_share = _average_ranks(share) - middle
    tied = np.bincount(recorded)
    by_decile = np.cumsum(tied) - (tied - 1) / 2 - middle
    product = np.bincount(recorded, by_share) @ by_decile
    return float(product / np.sqrt((tied @ by_decile**2) * (by_share @ by_share)))


def _average_ranks(values: Numbers) -> Numbers:
    """The place of each value among all, 1 for the lowest; ties get the average of the places they share."""
    order = np.argsort(values)
    ordered = values[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    after = np.append(first[1:], len(values))
    ranks = np.empty(len(values))
    ranks[order] = np.repeat((first + 1 + after) / 2, after - first)
    return ranks


def decile_profile(store: Store, scope: Scope) -> pd.DataFrame:
    """What families are like in each decile of the scope's ranking.

    decile (null = not known), families, persons, size_mean, dependency_mean (share of members under 15
    or over 64), and shares (0 to 1) of the families where it is known: head_female,
    head_primary_or_less, any_disability, floor_earth_bamboo, toilet_own, fuel_wood, motorcycle.
    """
    return definitions.integers(definitions.measure(store, "decile_profile", scope), ("decile", "families", "persons"))


def family_ranks(store: Store, scope: Scope, limit: int = 500, offset: int = 0) -> pd.DataFrame:
    """One row per family, the poorest first: pseudonym, village, size, extreme, decile_recorded,
    percentile_recorded, decile_* and percentile_* for village, regency and province (by the scope's unit;
    percentile null where fewer families than the parameter are ranked), score, imputed_share, list_rank, list_size.
    """
    unit = "_persons" if scope.unit == "persons" else ""
    areas = {"village": "v", "regency": "k", "province": "p"}
    steps = {f"decile_{area}": decile_sql(f"r.share_{area}{unit}") for area in areas}
    steps |= {
        f"percentile_{area}": percentile_sql(f"r.share_{area}{unit}", f"{alias}.families")
        for area, alias in areas.items()
    }
    params = {
        "percentile_min_families": parameter("percentile_min_families").value, "limit": limit, "offset": offset,
    }  # fmt: skip
    frame = definitions.measure(store, "family_ranks", scope, params, **steps)
    whole = ("size", "decile_recorded", "percentile_recorded", *steps, "list_rank", "list_size")
    return definitions.integers(frame, whole)


def classes(store: Store, scope: Scope, on: date | None = None) -> Classes:
    """Welfare classes of a scope by the rank shares in force `on` a day (today).

    Under `pmt_quota` by the PMT share in the regency; under `recorded` by the recorded percentile, or
    the decile where no percentile is recorded. A class that ends between two steps of such a rank is
    shown together with its neighbour.
    """
    dated = welfare_classes(on)
    position, steps = f"r.{share_column(scope)}", None
    if scope.definition == "recorded":
        fine = store.one(
            "SELECT 1 FROM family WHERE snapshot_id = $id AND percentile_recorded IS NOT NULL LIMIT 1",
            {"id": scope.snapshot_id},
        )
        steps = 100 if fine else 10
        position = "f.percentile_recorded / 100.0" if fine else "f.decile_recorded / 10.0"
    groups = _groups(dated.classes, steps)
    ends = [group[-1].upto for group in groups]
    rows = store.frame(
        definitions.sql_text("welfare_classes").format(
            position=position, in_region=region_sql("f.village_code"), tolerance=TOLERANCE
        ),
        _place(scope)
        | {
            "code": [group[-1].code for group in groups],
            # A share of 0 is the poorest's, and one above 1 (a reference gone stale) still the richest's.
            "low": [-1.0, *ends[:-1]],
            "upto": [*ends[:-1], float("inf")],
        },
    ).set_index("code")
    known = rows[rows.index.notna()]
    table = pd.DataFrame(
        {
            "name": [listing([entry.name for entry in group]) for group in groups],
            "upto": ends,
            "families": [known["families"].get(group[-1].code, 0) for group in groups],
            "persons": [known["persons"].get(group[-1].code, 0) for group in groups],
            "merged": [len(group) > 1 for group in groups],
        }
    )
    merged = [entry.name for group in groups if len(group) > 1 for entry in group]
    note = (
        f"Peringkat tercatat hanya tersedia per {'persentil' if steps == 100 else 'desil'}, sehingga kelas "
        f"{listing(merged)} tidak dapat dibedakan."
        if merged
        else None
    )
    return Classes(
        rows=definitions.integers(table, ("families", "persons")),
        unknown=int(rows.loc[rows.index.isna(), "families"].sum()),
        source=dated.source,
        status=dated.status,
        note=note,
    )


def _groups(entries: tuple[WelfareClass, ...], steps: int | None) -> list[list[WelfareClass]]:
    """Classes joined until their end falls on a step of the rank (any end, where the rank is continuous)."""
    groups: list[list[WelfareClass]] = [[]]
    for entry in entries:
        groups[-1].append(entry)
        if steps is None or abs(entry.upto * steps - round(entry.upto * steps)) < TOLERANCE:
            groups.append([])
    return [group for group in groups if group]


def is_list_only(store: Store, scope: Scope) -> bool:
    """True where PMT scores give no more than "peringkat dalam daftar": scored, but no population to divide by."""
    return _is_list_only(_notes(store, scope))


def rank_notes(store: Store, scope: Scope) -> tuple[str, ...]:
    """What the PMT rank of a scope leaves out, in Indonesian sentences; empty when nothing."""
    return _sentences(_notes(store, scope))


def _is_list_only(row: dict[str, int]) -> bool:
    return bool(row["listed"]) and row["list_only"] == row["listed"]


def _sentences(row: dict[str, int]) -> tuple[str, ...]:
    if not row["in_run"]:
        return ("Peringkat PMT belum dihitung untuk data ini.",)
    said = (
        (row["unscored"], "keluarga tidak mendapat skor, sehingga tidak diperingkat."),
        (row["list_only"], "keluarga hanya punya peringkat dalam daftar: penduduk acuan wilayahnya belum lengkap."),
        (row["without_size"], "keluarga tanpa jumlah anggota tidak diperingkat menurut jiwa."),
        (row["beyond_reference"], "keluarga melampaui penduduk acuan wilayahnya; periksa tanggal penduduk acuan."),
        (row["imputed"], "keluarga diberi skor dengan sebagian isian yang diganti rata-rata survei."),
    )
    return tuple(f"{number(count)} {text}" for count, text in said if count)


def _notes(store: Store, scope: Scope) -> dict[Any, Any]:
    return definitions.measure(store, "rank_notes", definitions.everyone(scope)).iloc[0].to_dict()


def recorded_rank_name(rank_area: str | None) -> str:
    """`Desil tercatat (nasional)`: a recorded rank always names the area it was made for."""
    return f"Desil tercatat ({RANK_AREA_NAMES[rank_area]})"

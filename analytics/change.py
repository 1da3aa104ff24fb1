"""What changed since an earlier delivery: extreme poor, pockets, recipients, over the villages both deliveries hold."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal

import pandas as pd

from analytics import catalogue, definitions
from analytics.catalogue import Head
from analytics.coverage import Coverage, coverage
from analytics.definitions import region_sql
from analytics.pockets import Pockets, find_pockets
from analytics.scope import Scope
from data.errors import Refused
from data.store import Store

Since = Literal["before", "last_year"]
SINCE_NAMES: dict[str, str] = {"before": "data sebelumnya", "last_year": "data tahun lalu"}
FIGURES: dict[str, tuple[str, str]] = {
    "persons": ("Jiwa miskin ekstrem", "jiwa"),
    "families": ("Keluarga miskin ekstrem", "keluarga"),
    "pockets": ("Desa kantong", "desa"),
    "without": ("Keluarga miskin ekstrem tanpa program apa pun", "keluarga"),
}


@dataclass(frozen=True)
class Change:
    """What is now against what was, over the villages of the scope that both deliveries hold.

    figures: figure (a key of FIGURES), title, unit, before, now, difference, reason (Indonesian: why a figure is
    null, or null). Expected numbers under `pmt_line`, hence fractions. programmes, of which both hold recipients:
    programme, name, families_before, families, difference (families that receive it), group_before, group (all
    families). entered, left: village, name, district, persons_before, persons: pockets that were none, and the other
    way round. both: villages compared (codes). only_now, only_before: how many villages one of the two lacks.
    """

    scope: Scope
    before: Head
    now: Head
    figures: pd.DataFrame
    programmes: pd.DataFrame
    entered: pd.DataFrame
    left: pd.DataFrame
    both: tuple[str, ...]
    only_now: int
    only_before: int

    @property
    def villages(self) -> int:
        """How many are compared."""
        return len(self.both)

    def figure(self, name: str) -> dict[str, Any]:
        """One row of `figures`."""
        (row,) = self.figures[self.figures["figure"] == name].to_dict("records")
        return {str(key): value for key, value in row.items()}


_EARLIER = """
    SELECT s.snapshot_id FROM snapshot AS s
    WHERE s.source_date < $now AND s.snapshot_id <> $id AND s.imported_at <= $moment
      AND ($year IS NULL OR year(s.source_date) = $year)
      AND EXISTS (SELECT 1 FROM family AS f WHERE f.snapshot_id = s.snapshot_id AND {in_region})
    ORDER BY s.source_date DESC, s.imported_at DESC, s.snapshot_id
    LIMIT 1
"""


def earlier(store: Store, scope: Scope, since: Since = "before", moment: datetime | None = None) -> Head | None:
    """The delivery a change is counted from, of those imported up to a moment (aware; now); None where there is none.
    Raises Refused `snapshot_unknown`."""
    now = catalogue.head(store, scope.snapshot_id)
    if now.source_date is None:
        return None
    row = store.one(
        _EARLIER.format(in_region=region_sql("f.village_code")),
        {"now": now.source_date, "id": now.snapshot_id, "region": scope.region,
         "moment": (moment or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None),
         "year": now.source_date.year - 1 if since == "last_year" else None},
    )  # fmt: skip
    return catalogue.head(store, row["snapshot_id"]) if row else None


def earlier_or_refused(store: Store, scope: Scope) -> Head:
    """`earlier`, where the answer is needed. Raises Refused `snapshot_no_earlier`."""
    found = earlier(store, scope)
    if found is None:
        raise Refused(
            "snapshot_no_earlier",
            "Belum ada data bertanggal lebih awal untuk wilayah ini; impor data lama di halaman Data, beserta "
            "tanggalnya.",
        )
    return found


def change(store: Store, scope: Scope, before: str, on: date | None = None) -> Change:
    """The change since the delivery `before`, by the rules in force `on` a day (today).

    Raises Refused `snapshot_unknown`, `snapshot_same`, and what `find_pockets` and `coverage` refuse.
    """
    if before == scope.snapshot_id:
        raise Refused("snapshot_same", "Data pembanding sama dengan data yang dipilih; pilih data lain.")
    then = replace(scope, snapshot_id=before)
    was, now = catalogue.head(store, before), catalogue.head(store, scope.snapshot_id)
    pockets = _Pair(find_pockets(store, then, on), find_pockets(store, scope, on))
    covered = coverage(store, then, on), coverage(store, scope, on)
    reason = _reason(store, scope, was, now)
    return Change(
        scope=scope,
        before=was,
        now=now,
        figures=definitions.no_nan_text(pd.DataFrame(_figures(pockets, covered, reason))),
        programmes=_programmes(covered, pockets.both),
        entered=pockets.moved(into=True).head(0) if reason else pockets.moved(into=True),
        left=pockets.moved(into=False).head(0) if reason else pockets.moved(into=False),
        both=tuple(pockets.both),
        only_now=len(pockets.held(pockets.now) - set(pockets.both)),
        only_before=len(pockets.held(pockets.was) - set(pockets.both)),
    )


class _Pair:
    """Two answers about pockets, cut to the villages both deliveries hold families of."""

    def __init__(self, was: Pockets, now: Pockets):
        self.was, self.now = was.by_village, now.by_village
        self.both = sorted(self.held(self.was) & self.held(self.now))

    @staticmethod
    def held(villages: pd.DataFrame) -> set[str]:
        return set(villages.loc[villages["listed_families"].fillna(0) > 0, "village"])

    def column(self, name: str) -> tuple[pd.Series, pd.Series]:
        was, now = (villages.set_index("village")[name].reindex(self.both) for villages in (self.was, self.now))
        return was, now

    def moved(self, into: bool) -> pd.DataFrame:
        was, now = self.column("is_pocket")
        hit = (now & ~was) if into else (was & ~now)
        about = self.now.set_index("village")[["name", "district", "persons"]].reindex(self.both)
        about.insert(2, "persons_before", self.column("persons")[0])
        return about[hit.fillna(False).astype(bool)].reset_index()


def _figures(pair: _Pair, covered: tuple[Coverage, Coverage], reason: str | None) -> list[dict[str, Any]]:
    none = [frame.without_programme.query("by == 'village'").set_index("village") for frame in covered]
    without = tuple(frame["extreme_families"].reindex(pair.both) for frame in none)
    of = {
        "persons": pair.column("persons"), "families": pair.column("families"), "pockets": pair.column("is_pocket"),
        "without": without,
    }  # fmt: skip
    rows = []
    for name, (title, unit) in FIGURES.items():
        was, now = (_sum(column) for column in of[name])
        why = reason or (None if was is not None and now is not None else "Tidak diketahui pada salah satu data.")
        difference = None if why else now - was  # type: ignore[operator]
        rows.append({"figure": name, "title": title, "unit": unit, "before": was, "now": now,
                     "difference": difference, "reason": why})  # fmt: skip
    return rows


def _sum(column: pd.Series) -> float | None:
    return float(column.sum()) if column.notna().any() else None


def _programmes(covered: tuple[Coverage, Coverage], both: list[str]) -> pd.DataFrame:
    was, now = (_by_programme(frame.rows, both) for frame in covered)
    names = covered[1].programmes.set_index("programme")["name"]
    found = now.join(was.add_suffix("_before"), how="inner")
    found.insert(0, "name", names.reindex(found.index))
    found["difference"] = found["families"] - found["families_before"]
    columns = ["programme", "name", "families_before", "families", "difference", "group_before", "group"]
    return found.rename_axis("programme").reset_index()[columns]


def _by_programme(rows: pd.DataFrame, both: list[str]) -> pd.DataFrame:
    kept = rows[(rows["by"] == "village") & rows["village"].isin(both)]
    return kept.groupby("programme")[["families", "group_families"]].sum().rename(columns={"group_families": "group"})


def _reason(store: Store, scope: Scope, was: Head, now: Head) -> str | None:
    """Why the extreme poor of the two cannot be compared, in Indonesian."""
    if was.unit != now.unit:
        return "Yang satu mendaftar keluarga, yang lain rumah tangga."
    if was.frame != now.frame:
        return "Yang satu hanya memuat bagian termiskin, yang lain seluruh penduduk."
    if scope.definition == "recorded" and was.rank_area != now.rank_area:
        return "Peringkat keduanya dibuat untuk wilayah yang berbeda."
    if scope.definition == "pmt_quota":
        return "Kuota menetapkan jumlahnya lebih dahulu, sehingga perubahannya tidak bermakna."
    if scope.definition == "pmt_line":
        cards = [catalogue.card_used(store, head.snapshot_id) for head in (was, now)]
        if cards[0] is None or cards[0] != cards[1]:
            return "Skor keduanya tidak dihitung dengan kartu skor yang sama."
    return None

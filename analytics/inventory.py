"""The programme inventory of a region: what is planned, by whom, and how much of a gap it fills."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from analytics.definitions import integers, no_nan_text, region_sql
from analytics.scope import Scope
from analytics.text import number
from data.store import Store

_ENTRIES = """
    SELECT
        i.entry_no, i.programme, i.title, i.year, i.provider, i.fund, i.office, i.quota, i.unit, i.budget,
        i.region_code, r.name AS region_name, i.relation, i.central_programme, i.source
    FROM programme_inventory AS i LEFT JOIN region AS r ON r.code = i.region_code
    WHERE {in_scope} OR $region = '' OR starts_with($region, i.region_code || '.')
    ORDER BY i.entry_no
"""


def entries(store: Store, region: str = "") -> pd.DataFrame:
    """Entries in a region, and those of a wider one that holds it; "" is everything.

    entry_no, programme (code of the catalogue, else the list's own name), title, year, provider, fund, office, quota,
    unit (families | persons | units), budget (rupiah of the year), region_code, region_name, relation,
    central_programme, source, wider (the entry is for more than the region). Null is not known.
    """
    frame = store.frame(_ENTRIES.format(in_scope=region_sql("i.region_code")), {"region": region})
    frame = integers(no_nan_text(frame), ("entry_no", "year", "quota"))
    frame["wider"] = [
        bool(region) and code != region and region.startswith(f"{code}.") for code in frame["region_code"]
    ]
    return frame


@dataclass(frozen=True)
class Planned:
    """What is planned for one programme in a scope. All counts in the scope's unit.

    within: recipients planned in the scope's own region. wider: recipients planned for a region that holds the scope,
    of whom nobody knows how many are for it; null without an inventory. reason: why within is null (Indonesian).
    """

    within: float | None
    wider: float | None
    reason: str | None = None


@dataclass(frozen=True)
class Plans:
    """by_programme: code -> what is planned for it. total: places planned in the scope's own region and unit for any
    of the programmes asked for, each entry once; None where the inventory is empty."""

    by_programme: dict[str, Planned]
    total: float | None

    def of(self, programme: str) -> Planned:
        """Of a programme without an entry nothing is planned, and without an inventory nobody knows."""
        if self.total is None:
            return Planned(None, None, "Inventaris program belum diisi.")
        return self.by_programme.get(programme, Planned(0.0, 0.0))


def planned(store: Store, scope: Scope, year: int | None, programmes: Collection[str]) -> Plans:
    """What is planned for programmes (codes) from `year` on (null: any year).

    An entry counts for its own programme, and where it extends a central one for that one too: its places fill both
    gaps, because nobody who has a place in the one still lacks the other. A complementary programme counts for itself
    only; an entry without a year, a quota or a unit, and one of an earlier year count for nothing. Quotas in another
    unit than the scope's are not converted: then `within` is null.
    """
    if store.one("SELECT 1 FROM programme_inventory LIMIT 1") is None:
        return Plans({}, None)
    frame = entries(store, scope.region)
    frame = frame[frame["quota"].notna() & (frame["year"] >= (year or 0)).fillna(False).astype(bool)]
    extends = (frame["relation"] == "extends") & frame["central_programme"].notna()
    pairs = zip(frame["programme"], frame["central_programme"].where(extends, None), strict=True)
    fills = pd.Series([list(dict.fromkeys(pair)) for pair in pairs], index=frame.index, dtype=object)
    both = frame.assign(fills=fills).explode("fills")
    both = both[both["fills"].isin(programmes)]
    once = both.drop_duplicates("entry_no")
    counted = ~once["wider"] & (once["unit"] == scope.unit)
    found = {str(programme): _filled(group, scope.unit) for programme, group in both.groupby("fills")}
    return Plans(found, float(once.loc[counted, "quota"].sum()))


def _filled(entered: pd.DataFrame, unit: str) -> Planned:
    """What entries that fill one gap add up to."""
    inside = entered[~entered["wider"]]
    other = inside[inside["unit"] != unit]
    reason = None
    if len(other):
        reason = (
            f"Kuota {number(other['quota'].sum())} dicatat dalam satuan lain; pilih satuan itu agar dapat dibandingkan."
        )
    return Planned(
        within=None if len(other) else float(inside["quota"].sum()),
        wider=float(entered.loc[entered["wider"] & (entered["unit"] == unit), "quota"].sum()),
        reason=reason,
    )

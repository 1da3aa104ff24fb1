"""The programme inventory of a region: what is planned, by whom, and how much of a gap it fills."""

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
    of whom nobody knows how many are for it. reason: why within is null (Indonesian).
    """

    within: float | None
    wider: float
    reason: str | None = None


def planned(store: Store, scope: Scope, year: int | None) -> dict[str, Planned]:
    """Programme code -> what is planned from `year` on (null: any year). Empty where no inventory is loaded.

    A regional programme that extends a central one counts towards that one; a complementary one, an entry without a
    year, a quota or a unit, and one of an earlier year do not. Quotas in another unit than the scope's are not
    converted: then `within` is null.
    """
    frame = entries(store, scope.region)
    counted = frame[frame["quota"].notna() & (frame["year"] >= (year or 0)).fillna(False).astype(bool)]
    extends = (counted["relation"] == "extends") & counted["central_programme"].notna()
    of = counted["programme"].where(~extends, counted["central_programme"])
    found = {}
    for programme, group in counted.groupby(of):
        same = group["unit"] == scope.unit
        inside = group[~group["wider"]]
        other = inside[inside["unit"] != scope.unit]
        reason = None
        if len(other):
            reason = (
                f"Kuota {number(other['quota'].sum())} dicatat dalam satuan lain; pilih satuan itu agar dapat "
                "dibandingkan."
            )
        found[str(programme)] = Planned(
            within=None if len(other) else float(inside["quota"].sum()),
            wider=float(group.loc[group["wider"] & same, "quota"].sum()),
            reason=reason,
        )
    return found

"""What the villages of a scope have and lack, beside their extreme poor: facility → programme → office."""

from dataclasses import dataclass

import pandas as pd

from analytics import definitions
from analytics.pockets import find_pockets
from analytics.scope import Scope
from data.planning import facilities
from data.store import Store


@dataclass(frozen=True)
class Facilities:
    """rows, one per facility that any village of the scope has a word for, most often lacking first: facility, title,
    villages (with a word), lacking, fine, unread (a word nobody can read as either), without_row (villages of the scope
    with families and no word), families_lacking, persons_lacking (extreme poor in the lacking villages; null where not
    known), programme, office (null for a facility that facilities.yaml does not know), date (oldest; null: not known),
    source.
    by_village: village, name, district, families and persons (extreme poor), lacking (facilities read as a lack),
    titles (of those, Indonesian), known (facilities with a word); villages with a word only, most lacking first.
    Empty frames where nothing is loaded for the scope.
    """

    scope: Scope
    rows: pd.DataFrame
    by_village: pd.DataFrame


def village_facilities(store: Store, scope: Scope) -> Facilities:
    """The facilities of the scope's villages, as last imported. Raises Refused `snapshot_unknown`."""
    cells = store.frame(
        "SELECT village_code AS village, facility, value, number, lacking, date, source FROM village_facility "
        f"WHERE {definitions.region_sql('village_code')} ORDER BY village_code, facility",
        {"region": scope.region},
    )
    cells["lacking"] = cells["lacking"].astype("boolean")
    villages = find_pockets(store, scope).by_village[
        ["village", "name", "district", "families", "persons", "listed_families"]
    ]
    cells = cells.merge(villages, on="village", how="left")
    listed = int(villages["listed_families"].notna().sum())
    return Facilities(scope, _rows(cells, listed), _by_village(cells))


def _rows(cells: pd.DataFrame, listed: int) -> pd.DataFrame:
    known = facilities()
    rows = []
    for facility, group in cells.groupby("facility"):
        entry = known.get(str(facility))
        lacking = group[group["lacking"].fillna(False)]
        rows.append(
            {
                "facility": facility,
                "title": entry.title if entry else facility,
                "villages": len(group),
                "lacking": len(lacking),
                "fine": int((~group["lacking"]).sum()),
                "unread": int(group["lacking"].isna().sum()),
                "without_row": max(listed - int(group["listed_families"].notna().sum()), 0),
                "families_lacking": _sum(lacking["families"]),
                "persons_lacking": _sum(lacking["persons"]),
                "programme": entry.programme if entry else None,
                "office": entry.office if entry else None,
                "date": group["date"].min(),
                "source": group["source"].iloc[-1],
            }
        )
    columns = ("facility", "title", "villages", "lacking", "fine", "unread", "without_row", "families_lacking",
               "persons_lacking", "programme", "office", "date", "source")  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(columns))
    return definitions.no_nan_text(frame.sort_values(["lacking", "title"], ascending=[False, True], ignore_index=True))


def _sum(counts: pd.Series) -> float | None:
    """The sum of the known ones; null where there are some and none is known."""
    known = counts.dropna()
    return known.sum() if len(known) or counts.empty else None


def _by_village(cells: pd.DataFrame) -> pd.DataFrame:
    known = facilities()
    titles = cells["facility"].map(lambda key: known[key].title if key in known else key)
    lacks = cells["lacking"].fillna(False).astype(bool)
    table = cells.assign(title=titles.where(lacks, ""), lacks=lacks)
    grouped = table.groupby("village")
    frame = grouped[["name", "district", "families", "persons"]].first().reset_index()
    frame["lacking"] = grouped["lacks"].sum().to_numpy()
    frame["known"] = grouped["facility"].size().to_numpy()
    frame["titles"] = grouped["title"].agg(lambda names: ", ".join(name for name in names if name)).to_numpy()
    frame = definitions.no_nan_text(frame)
    return frame.sort_values(["lacking", "persons", "village"], ascending=[False, False, True], ignore_index=True)

"""What stands around the families of one village: facilities, neighbours, and how complete its list is."""

from datetime import date

import pandas as pd

from analytics import definitions
from analytics.catalogue import Head
from analytics.clusters import Clusters
from analytics.pockets import Pockets
from analytics.scope import Scope
from data.errors import Refused
from data.planning import facilities
from data.reference import parameter
from data.store import Store
from geo.weights import village_neighbours

FACILITY_STATES: dict[str, str] = {
    "lacking": "Tidak ada atau rusak",
    "fine": "Ada",
    "unread": "Kata berkas tidak dikenal",
    "no_word": "Belum ada data",
}
VERDICTS: dict[str, str] = {
    "above": "Lebih banyak daripada penduduk acuan",
    "far_below": "Jauh di bawah yang diharapkan",
    "plausible": "Wajar",
}


def facilities_of(store: Store, village: str) -> pd.DataFrame:
    """Every facility the product knows, and those the file names beside: facility, title, state (a key of
    FACILITY_STATES; no_word: the file says nothing of this village), value (the file's own word), programme, office,
    date, source; what is lacking first."""
    cells = store.frame(
        "SELECT facility, value, lacking, date, source FROM village_facility WHERE village_code = $village",
        {"village": village},
    ).set_index("facility")
    known = facilities()
    keys = [*known, *(key for key in cells.index if key not in known)]
    rows = cells.reindex(keys)
    lacking = rows["lacking"].astype("boolean")
    state = pd.Series("unread", index=keys).mask(lacking.fillna(False), "lacking").mask(~lacking.fillna(True), "fine")
    rows["state"] = state.mask(~pd.Series(keys, index=keys).isin(cells.index), "no_word")
    rows["title"] = [known[key].title if key in known else key for key in keys]
    for name in ("programme", "office"):
        rows[name] = [getattr(known[key], name) if key in known else None for key in keys]
    rows["date"] = rows["date"].astype(object).where(rows["date"].notna(), None)
    rows = rows.reset_index(names="facility")
    order = rows["state"].map(list(FACILITY_STATES).index)
    rows = rows.iloc[order.argsort(kind="stable")].reset_index(drop=True)
    return definitions.no_nan_text(
        rows[["facility", "title", "state", "value", "programme", "office", "date", "source"]]
    )


def neighbours_of(
    store: Store, pockets: Pockets, village: str, clusters: Clusters | None, on: date | None = None
) -> tuple[pd.DataFrame, str | None]:
    """The adjacent villages of the same regency, most extreme-poor persons first, and why there are none to tell.

    village, name, district, persons, families, rate, status (of `Pockets`), category (of `clusters.CATEGORY_NAMES`;
    null where not computed), nearest (the village borders on nobody: this is the nearest one). pockets: of the
    regency; clusters: where they were computed for a region that holds the village.
    """
    columns = ["village", "name", "district", "persons", "families", "rate", "status"]
    nobody = pockets.by_village.head(0)[columns].assign(category=pd.Series(dtype=object), nearest=False)
    try:
        near = village_neighbours(store, village[:5], list(pockets.by_village["village"]), on)
    except Refused as refused:
        return nobody, refused.message
    if village not in near.codes:
        return nobody, "Batas desa ini tidak ada di peta, jadi tetangganya tidak diketahui."
    around = {near.codes[at] for at in near.lists()[near.codes.index(village)]}
    rows = pockets.by_village.loc[pockets.by_village["village"].isin(around), columns]
    rows = rows.sort_values(["persons", "village"], ascending=[False, True], na_position="last", ignore_index=True)
    category = {} if clusters is None else clusters.by_village.set_index("village")["category"].to_dict()
    rows["category"] = [category.get(code) for code in rows["village"]]
    rows["nearest"] = village in near.islands
    return rows, None if len(rows) else "Tidak ada desa lain di peta kabupaten/kota ini."


def completeness_of(
    store: Store, scope: Scope, head: Head, listed: dict[str, int | None], on: date | None = None
) -> pd.DataFrame:
    """Listed families and persons over the newest reference population of the village, two rows.

    of ("families" | "persons"), listed, reference, share = listed / reference, expected (share a complete list would
    hold: 1 of a full frame, what a truncated one claims; null = not known), verdict (a key of VERDICTS), date and
    source of the reference, reason (Indonesian; why share is null).
    far_below: share under the parameter `village_completeness_low` times expected. listed: null = none in the file.
    """
    newest = definitions.sql_text("reference")
    sql = f"SELECT families, persons, date, source FROM ({newest}) AS r WHERE village_code = $village"
    found = store.one(sql, {"village": scope.region}) or {}
    expected = 1.0 if head.frame == "full" else head.frame_share
    low = parameter("village_completeness_low", on).value
    rows = []
    for of, word in (("families", "keluarga"), ("persons", "jiwa")):
        count, reference = listed[of], found.get(of)
        share = count / reference if count is not None and reference else None
        reason = None
        if share is None:
            reason = (
                f"Jumlah {word} desa ini dalam data tidak diketahui." if count is None else
                f"Jumlah {word} acuan desa ini nol." if reference == 0 else
                f"Jumlah {word} acuan desa ini belum dimuat."
            )  # fmt: skip
        rows.append(
            {"of": of, "listed": count, "reference": reference, "share": share, "expected": expected,
             "verdict": _verdict(share, expected, low), "date": found.get("date"), "source": found.get("source"),
             "reason": reason}
        )  # fmt: skip
    frame = pd.DataFrame(rows).astype({"share": "Float64", "expected": "Float64"})
    return definitions.integers(definitions.no_nan_text(frame), ("listed", "reference"))


def _verdict(share: float | None, expected: float | None, low: float) -> str | None:
    if share is None:
        return None
    if share > 1:
        return "above"
    if expected is None:
        return None
    return "far_below" if share < low * expected else "plausible"

"""The map of the extreme poor per village: one description for screen and paper."""

import pandas as pd

from data.store import Store
from geo.maps import MapSpec, village_map


def pocket_edges(persons: pd.Series, threshold: float) -> list[float]:
    """Upper edges of map classes: none, up to the threshold in two, above it in four of round ends and like size."""
    above = persons[persons > threshold].astype(float)
    step = threshold / 5
    ends = [step * round(above.quantile(share) / step) for share in (0.3, 0.6, 0.9)] if len(above) else []
    return [0, threshold / 2, threshold, *sorted({end for end in ends if threshold < end < above.max()})]


def pocket_map(store: Store, values: pd.DataFrame, region: str, threshold: float, **about) -> MapSpec:
    """Persons per village, pockets with a thick border. values: as `geo.maps.village_map` takes them.

    Raises Refused `no_boundaries`.
    """
    return village_map(
        store, values, region=region, title="Jiwa miskin ekstrem per desa",
        legend_title="Jiwa miskin ekstrem", edges=pocket_edges(values["value"].dropna().astype(float), threshold),
        **about,
    )  # fmt: skip

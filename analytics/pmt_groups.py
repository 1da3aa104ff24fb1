"""For whom a scorecard errs more: the errors of one quota by kecamatan, sex of the head, elderly, disability, size."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.card_parts import GroupError
from analytics.pmt_accuracy import LEVEL, REPEATS, poorest
from data.reference import parameter

Array = NDArray[np.float64]
GROUPS = ("district", "head_sex", "elderly", "disability", "size")
# A survey of a whole country must not write a line for each of its districts into the card.
MOST_VALUES = 100
_SIZES = (("1-2", 1, 2), ("3-4", 3, 4), ("5-6", 5, 6), ("7+", 7, np.inf))


def survey_groups(frame: pd.DataFrame, district_column: str | None = None) -> pd.DataFrame:
    """The groups a canonical survey frame can tell apart: one row per row of it, texts or null (not known).

    Columns, as far as `frame` has what they need: district (the column named), head_sex (male | female), elderly and
    disability (yes | no), size (1-2 | 3-4 | 5-6 | 7+).
    """
    made = {}
    if district_column is not None:
        made["district"] = frame[district_column].astype("string")
    if "head_sex" in frame.columns:
        made["head_sex"] = frame["head_sex"].astype("string")
    if "elderly" in frame.columns:
        made["elderly"] = _yes_no(_number(frame["elderly"]) > 0)
    if "any_disability" in frame.columns:
        made["disability"] = _yes_no(frame["any_disability"].astype("boolean"))
    if "size" in frame.columns:
        size = _number(frame["size"])
        made["size"] = pd.Series(pd.NA, frame.index, dtype="string")
        for name, low, high in _SIZES:
            made["size"] = made["size"].mask((size.ge(low) & size.le(high)).fillna(False), name)
    return pd.DataFrame(made, index=frame.index)


def _number(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column, errors="coerce").astype("Float64")


def _yes_no(flag: pd.Series) -> pd.Series:
    return flag.astype("boolean").map({True: "yes", False: "no"}).astype("string")


def group_errors(held_out: pd.DataFrame, groups: pd.DataFrame, quota: float, seed: int) -> tuple[GroupError, ...]:
    """Errors of a fixed quota by group, on held-out cases.

    held_out: truth, prediction (ln units), weight, cluster (numbered from 0). groups: the same rows; columns among
    GROUPS, texts or null. The quota is one for all cases: a group may hold more or less of it. A case of unknown
    group counts for the whole and in no group; a case without weight nowhere. A grouping of a single value, or of
    more than 100, is left out. Exclusion (inclusion) is withheld, null, where fewer cases are poor (chosen) than
    parameter `group_min_cases`; n then still says how large the group is. Intervals: whole clusters drawn anew.
    """
    taking = held_out["weight"].to_numpy() > 0
    cases, groups = held_out[taking], groups[taking]
    truth, prediction, weight = (cases[name].to_numpy(dtype=float) for name in ("truth", "prediction", "weight"))
    codes = {name: _codes(groups[name]) for name in GROUPS if name in groups.columns}
    codes = {name: found for name, found in codes.items() if 1 < len(found[1]) <= MOST_VALUES}
    drawn = _drawn_exclusion(truth, prediction, weight, cases["cluster"].to_numpy(), quota, codes, seed)
    poor, chosen = poorest(truth, weight, quota), poorest(prediction, weight, quota)
    everybody = 1 - np.sum(weight * poor * chosen) / np.sum(weight * poor)
    least = parameter("group_min_cases").value
    errors = []
    for name, (place, values) in codes.items():
        for number, value in enumerate(values):
            here = place == number
            own, own_poor, own_chosen = weight[here], poor[here], chosen[here]
            shown = bool(np.sum(own_poor > 0) >= least)
            exclusion = _missed(own, own_poor, own_chosen) if shown else None
            low, high = _interval(drawn[name][:, number]) if shown else (None, None)
            errors.append(
                GroupError(
                    group=name,
                    value=value,
                    n=int(here.sum()),
                    share=min(1.0, float(own.sum() / weight.sum())),
                    quota=quota,
                    exclusion=exclusion,
                    low=low,
                    high=high,
                    inclusion=_missed(own, own_chosen, own_poor) if np.sum(own_chosen > 0) >= least else None,
                    difference=None if exclusion is None else float(exclusion - everybody),
                    ratio=None if exclusion is None or everybody <= 0 else float(exclusion / everybody),
                    bias=float(np.average((truth - prediction)[here], weights=own)),
                )
            )
    return tuple(errors)


def _codes(column: pd.Series) -> tuple[NDArray[np.int64], list[str]]:
    """(place of each row's value, -1 where null; the values, ascending)."""
    place, values = pd.factorize(column, sort=True)
    return place, [str(value) for value in values]


def _missed(weight: Array, those: Array, found: Array) -> float:
    """The share of `those` (parts of rows, 0 to 1) that is not among `found`."""
    return min(1.0, max(0.0, float(1 - np.sum(weight * those * found) / np.sum(weight * those))))


def _drawn_exclusion(
    truth: Array,
    prediction: Array,
    weight: Array,
    cluster: NDArray[np.int64],
    quota: float,
    codes: dict[str, tuple[NDArray[np.int64], list[str]]],
    seed: int,
) -> dict[str, Array]:
    """By grouping, draws x values: exclusion error; not a number where a draw holds no poor case of the value."""
    random = np.random.default_rng(seed)
    count = int(cluster.max()) + 1
    drawn = {name: np.full((REPEATS, len(values)), np.nan) for name, (_, values) in codes.items()}
    for repeat in range(REPEATS):
        sample = weight * np.bincount(random.integers(0, count, count), minlength=count)[cluster]
        if not sample.any():
            continue
        poor = sample * poorest(truth, sample, quota)
        hit = poor * poorest(prediction, sample, quota)
        for name, (place, values) in codes.items():
            # Nulls are counted in front of the first value, and cut off.
            whole = np.bincount(place + 1, weights=poor, minlength=len(values) + 1)[1:]
            found = np.bincount(place + 1, weights=hit, minlength=len(values) + 1)[1:]
            np.divide(whole - found, whole, out=drawn[name][repeat], where=whole > 0)
    return drawn


def _interval(drawn: Array) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    low, high = np.clip(np.nanquantile(drawn, [tail, 1 - tail]), 0.0, 1.0)
    return float(low), float(high)

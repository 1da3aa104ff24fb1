"""Who receives which programme in the synthetic regency: official rank, plus component, plus error.

A list is older than the rank beside it and was made with less care, so some who should be on it are not and
some who are should not be. Overlaps the guide forbids occur, rarely.
"""

from datetime import date

import numpy as np
import pandas as pd

# Per programme: last decile it aims at, share reached well inside it, how blurred the edge is (deciles).
REACH = {
    "PKH": (3.6, 0.55, 1.2), "SEMBAKO": (4.0, 0.60, 1.3), "PBI-JKN": (5.0, 0.85, 1.5), "PBI-DAERAH": (6.0, 0.10, 1.5),
    "PIP": (4.5, 0.50, 1.6), "BLT-DD": (2.2, 0.36, 1.2), "DAERAH": (2.4, 0.12, 1.0), "BSPS": (4.0, 0.05, 1.0),
}  # fmt: skip
FORBIDDEN_OVERLAP = 0.03  # of the BLT-DD families also receive PKH or Sembako


def make_enrolments(
    rng: np.random.Generator, families: pd.DataFrame, persons: pd.DataFrame, today: date
) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Recipients of all programmes but PBI, and the PBI flags.

    Returns a frame with one row per recipient: family (position), person (position; -1 for the family as a
    whole), programme (code), period_from, period_to (NaT: not stated); and per-person booleans `pbi_nas`, `pbi_pemda`.
    """
    n = len(families)
    old_rank = 10 * families["official_share"].to_numpy() + 0.5 + 1.5 * rng.standard_normal(n)

    def reached(programme: str, rows: np.ndarray | None = None) -> np.ndarray:
        last, share, blur = REACH[programme]
        rank = old_rank if rows is None else old_rank[rows]
        return rng.random(len(rank)) < share / (1 + np.exp((rank - last - 0.5) / blur * 1.8)) + 0.004

    of = persons["family"].to_numpy()
    active = (persons["status"] == 0).to_numpy()
    age, stage = persons["age"].to_numpy(), persons["school_stage"].to_numpy()
    component = ((families[["under_seven", "pupils", "elderly", "disabled"]] > 0).any(axis=1)).to_numpy()
    poor_house = (
        families["jenis_lantai_terluas"].isin([7, 8]) | families["jenis_dinding_terluas"].isin([4, 6])
        | (families["jenis_atap_terluas"] == 7)
    ).to_numpy()  # fmt: skip

    pkh = reached("PKH") & (component | (rng.random(n) < 0.02))
    sembako = reached("SEMBAKO") | (pkh & (rng.random(n) < 0.40))
    wanted = reached("BLT-DD")
    blt = wanted & ~pkh & ~sembako
    overlapping = np.flatnonzero(wanted & (pkh | sembako))
    allowed = round(blt.sum() * FORBIDDEN_OVERLAP / (1 - FORBIDDEN_OVERLAP))
    blt[rng.permutation(overlapping)[:allowed]] = True
    whole = {
        "PKH": pkh,
        "SEMBAKO": sembako,
        "BLT-DD": blt,
        "BSPS": reached("BSPS") & (poor_house | (rng.random(n) < 0.1)),
        "DAERAH": reached("DAERAH"),
    }
    single = {
        "PIP": active & (stage >= 1) & (stage <= 3) & reached("PIP", of),
        "KUR": _borrowers(rng, persons, active, old_rank, best=6.5, share=0.055),
        "UMI": _borrowers(rng, persons, active & (persons["jenis_kelamin"] == 2).to_numpy(), old_rank, 3.5, 0.09),
    }
    parts = [_rows(rng, programme, np.flatnonzero(mask), None, today) for programme, mask in whole.items()]
    parts += [
        _rows(rng, programme, of[np.flatnonzero(mask)], np.flatnonzero(mask), today)
        for programme, mask in single.items()
    ]

    nation, region = reached("PBI-JKN"), reached("PBI-DAERAH")
    missed = rng.random(len(of)) < np.where(age < 1, 0.5, 0.06)  # newborn and forgotten members
    pbi = {"pbi_nas": nation[of] & ~missed, "pbi_pemda": region[of] & ~nation[of] & ~missed}
    return pd.concat(parts, ignore_index=True), pbi


def _borrowers(
    rng: np.random.Generator, persons: pd.DataFrame, allowed: np.ndarray, rank: np.ndarray, best: float, share: float
) -> np.ndarray:
    """People with a business of their own; loans go to the middle, around a rank."""
    owner = allowed & (persons["kepemilikan_usaha"] == 1).to_numpy()
    chance = share * np.exp(-(((rank[persons["family"].to_numpy()] - best) / 2.5) ** 2))
    return owner & (rng.random(len(owner)) < chance)


def _rows(
    rng: np.random.Generator, programme: str, family: np.ndarray, person: np.ndarray | None, today: date
) -> pd.DataFrame:
    start, end = _period(rng, programme, len(family), today.year)
    unstated = rng.random(len(family)) < 0.01
    start[unstated], end[unstated] = np.datetime64("NaT"), np.datetime64("NaT")
    return pd.DataFrame(
        {
            "family": family.astype(np.int32),
            "person": np.full(len(family), -1, dtype=np.int32) if person is None else person.astype(np.int32),
            "programme": programme,
            "period_from": start.astype("datetime64[s]"),
            "period_to": end.astype("datetime64[s]"),
        }
    )


def _period(rng: np.random.Generator, programme: str, count: int, year: int) -> tuple[np.ndarray, np.ndarray]:
    """First and last day. Social programmes run by calendar year, BLT-DD three months, loans one to three years."""
    this_year = np.datetime64(f"{year}-01", "M")
    months = np.zeros(count, dtype=int)
    if programme in ("KUR", "UMI"):
        first = this_year - rng.integers(0, 24, count)
        months = 12 * rng.integers(1, 4 if programme == "KUR" else 2, count)
    elif programme == "BLT-DD":
        first = this_year + 3 * rng.integers(0, 3, count)
        months[:] = 3
    elif programme in ("PKH", "SEMBAKO"):
        since = rng.integers(0, 6, count)
        ended = rng.random(count) < 0.05  # left the programme at the end of last year
        first = this_year - 12 * np.where(ended, np.maximum(since, 1), since)
        months = 12 * np.where(ended, np.maximum(since, 1), since + 1)
    else:
        first = np.full(count, this_year)
        months[:] = 12
    last = (first + months).astype("datetime64[D]") - 1
    return first.astype("datetime64[D]"), last

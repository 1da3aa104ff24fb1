"""Which rows of the DTSEN files are dirty, and how: 3 % of them, each with one fault, as offices send them.

The frames of the region stay clean; `data/demo_files.py` writes the fault.
"""

import numpy as np
import pandas as pd

CLEAN = ""
# Shares of all rows; each list sums to 3 %.
FAMILY_DIRT = {
    "code_padded": 0.0095,  # 02 instead of 2
    "kosong": 0.0055,  # KOSONG in a housing column
    "blank": 0.0050,  # a housing column left empty
    "size_mismatch": 0.0040,  # members on paper differ from member rows
    "repeated": 0.0015,  # the row stands twice
    "kk_short": 0.0010,  # 15 digits, in both files
    "village_unknown": 0.0010,  # ten digits that no list knows
    "village_short": 0.0005,  # nine digits
    "kk_missing": 0.0010,
    "stray_delimiter": 0.0010,  # a pipe inside the address: the line cannot be parsed
}
PERSON_DIRT = {
    "code_padded": 0.0070,
    "kosong": 0.0040,
    "blank": 0.0040,
    "nik_short": 0.0030,  # 15 digits
    "nik_excel": 0.0030,  # 9.90101E+15
    "nik_duplicate": 0.0030,  # the NIK of another row
    "nik_date": 0.0020,  # month 13
    "nik_sex": 0.0020,  # day of the other sex
    "kk_unknown": 0.0005,  # a KK that no family row has
    "kk_missing": 0.0005,
    "stray_delimiter": 0.0010,
}
STRANGERS = 0.005  # of the recipients list
DOUBLED = 0.02  # of its Sembako rows
LOST_FAMILY = ("village_short", "kk_missing", "stray_delimiter")  # their members are left without a family


def make_dirt(rng: np.random.Generator, count: int, shares: dict[str, float]) -> np.ndarray:
    """One kind (or "") per row; every kind occurs at least once where there are 100 rows or more."""
    numbers = [max(round(count * share), int(count >= 100)) for share in shares.values()]
    codes = np.zeros(count, dtype=np.int8)
    chosen = rng.permutation(count)[: sum(numbers)]
    codes[chosen] = np.repeat(np.arange(1, len(shares) + 1), numbers)[: len(chosen)]
    return np.array([CLEAN, *shares], dtype=object)[codes]


def count_dirt(families: pd.DataFrame, persons: pd.DataFrame, enrolments: pd.DataFrame) -> dict[str, int]:
    """Rows per kind as `family_KIND` and `person_KIND`, and what follows from them.

    family_rows, person_rows: lines in the files. person_orphaned: otherwise readable members of families whose
    own row is lost. person_inactive: rows that are not DTSEN AKTIF. recipient_unknown: rows of people in no family.
    recipient_doubled: families written once as Sembako and once as BPNT.
    """
    out = {f"family_{kind}": int((families["dirt"] == kind).sum()) for kind in FAMILY_DIRT}
    out |= {f"person_{kind}": int((persons["dirt"] == kind).sum()) for kind in PERSON_DIRT}
    lost = families["dirt"].isin(LOST_FAMILY).to_numpy()[persons["family"].to_numpy()]
    readable = ~persons["dirt"].isin(["kk_unknown", "kk_missing", "stray_delimiter"]).to_numpy()
    out["family_rows"] = len(families) + out["family_repeated"]
    out["person_rows"] = len(persons)
    out["person_orphaned"] = int((lost & readable).sum())
    out["person_inactive"] = int((persons["status"] > 0).sum())
    out["recipient_unknown"] = round(len(enrolments) * STRANGERS)
    out["recipient_doubled"] = round((enrolments["programme"] == "SEMBAKO").sum() * DOUBLED)
    out["recipient_rows"] = len(enrolments) + out["recipient_unknown"] + out["recipient_doubled"]
    return out

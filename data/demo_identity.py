"""Invented names, addresses, NIK, KK and BPS codes for the synthetic regency. No real person, no real office."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.demo_people import FEMALE, calendar

PREFIX = 9901  # area digits of every NIK and KK: no registry office issues them
KK_SERIAL = 5000  # above every NIK serial, so that no KK equals a NIK
_SYLLABLES = (
    ("Ar", "Ba", "Da", "Di", "Ha", "Ja", "Ka", "La", "Ma", "Na", "Pa", "Ra", "Sa", "Su", "Ta", "Wa", "Ya", "Lu"),
    ("bin", "dar", "gun", "lim", "man", "mun", "nar", "ran", "rul", "sim", "tar", "wan", "yat", "zam"),
)
_ENDINGS = {"male": ("", "o", "to", "di", "udin"), "female": ("a", "i", "ti", "wati", "ningsih")}
_HAMLETS = (
    "ANGGREK", "CEMARA", "DAHLIA", "FLAMBOYAN", "KAMBOJA", "KENANGA", "MAWAR", "MELATI", "SERUNI", "TERATAI",
)  # fmt: skip
RT, RW = 8, 3


def bps_codes(villages: list[str]) -> dict[str, str]:
    """BPS-style ten-digit code per Kemendagri village code: regency digits alike, the rest not to be guessed.

    Districts and villages are numbered in an order of their own; some districts carry an in-between
    number, as split districts do. The same for every seed, for a bridge is kept.
    """
    rng = np.random.default_rng(PREFIX)
    out: dict[str, str] = {}
    for regency in sorted({code[:5] for code in villages}):
        districts = sorted({code[:8] for code in villages if code.startswith(regency)})
        numbers = [10 * (1 + place) for place in range(len(districts))]
        for split in range(min(2, len(districts) // 3)):
            numbers[-1 - split] = 10 * (1 + split) + 1
        for district, number in zip(districts, rng.permutation(numbers), strict=True):
            members = sorted(code for code in villages if code.startswith(district + "."))
            for village, serial in zip(members, 1 + rng.permutation(len(members)), strict=True):
                out[village] = f"{regency.replace('.', '')}{number:03d}{serial:03d}"
    return out


def digits(numbers: np.ndarray) -> np.ndarray:
    """Integers as text, an object array."""
    return pc.cast(pa.array(numbers), pa.string()).to_numpy(zero_copy_only=False)


def make_nik(
    rng: np.random.Generator, born: np.ndarray, sex: np.ndarray, district: np.ndarray, districts: int
) -> np.ndarray:
    """16 digits as integers: 9901, district of first registration, DDMMYY with day + 40 for women, serial."""
    year, month, day = calendar(born)
    moved = rng.random(len(born)) < 0.06  # registered first in another district
    at = np.where(moved, rng.integers(1, districts + 1, len(born)), district)
    # one serial for both sexes, so a NIK with the day of the other sex is nobody else's
    return _numbered(at, day, month, year, 0) + 40 * 10**8 * (sex == FEMALE)


def make_kk(rng: np.random.Generator, district: np.ndarray, today: date) -> np.ndarray:
    """16 digits as integers: 9901, district, date of issue, serial."""
    issued = np.datetime64(today, "D") - rng.integers(90, 6500, len(district)).astype("timedelta64[D]")
    year, month, day = calendar(issued)
    return _numbered(district, day, month, year, KK_SERIAL)


def _numbered(district: np.ndarray, day: np.ndarray, month: np.ndarray, year: np.ndarray, first: int) -> np.ndarray:
    base = ((PREFIX * 100 + district.astype(np.int64)) * 100 + day) * 10_000 + month * 100 + year % 100
    order = np.argsort(base, kind="stable")
    ordered = base[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(base) else np.empty(0, dtype=int)
    serial = np.empty(len(base), dtype=np.int64)
    serial[order] = np.arange(len(base)) - np.repeat(starts, np.diff(np.r_[starts, len(base)]))
    return base * 10_000 + first + 1 + serial


def make_names(rng: np.random.Generator, sex: np.ndarray) -> np.ndarray:
    """Upper-case names put together from syllables."""
    given = {
        key: np.array(
            [(a + b + end).upper() for a in _SYLLABLES[0] for b in _SYLLABLES[1] for end in ends], dtype=object
        )
        for key, ends in _ENDINGS.items()
    }
    last = np.array([" " + (a + b).upper() for a in _SYLLABLES[0] for b in _SYLLABLES[1]], dtype=object)
    first = np.where(
        sex == FEMALE,
        given["female"][rng.integers(0, len(given["female"]), len(sex))],
        given["male"][rng.integers(0, len(given["male"]), len(sex))],
    )
    return first + last[rng.integers(0, len(last), len(sex))]


def make_addresses(rng: np.random.Generator, village: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hamlet (name), RT and RW (numbers) per family; a village knows four of the hamlet names."""
    hamlet = np.array(_HAMLETS, dtype=object)[(village * 3 + rng.integers(0, 4, len(village))) % len(_HAMLETS)]
    return hamlet, rng.integers(1, RT + 1, len(village)), rng.integers(1, RW + 1, len(village))

"""People of the synthetic regency: families of plausible shape, schooling, work and health.

Code columns carry the names and codes of DTSEN (`data/profiles`); -1 means that the question does not
apply and is written blank.
"""

from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

import numpy as np
import pandas as pd

HEAD, SPOUSE, CHILD, IN_LAW, GRANDCHILD, PARENT, SERVANT, OTHER = range(1, 9)
MALE, FEMALE = 1, 2
YES, NO = 1, 2
ACTIVE, DECEASED, INACTIVE = 0, 1, 2
STATUS_TEXT = ("DTSEN AKTIF", "DTSEN AKTIF - ASESMEN MENINGGAL", "DTSEN NONAKTIF")

SIZE_SHARES = (0.09, 0.17, 0.26, 0.25, 0.14, 0.06, 0.02, 0.01)  # 1 to 8 members, mean 3.5
EXTRA_SHARE = 0.072  # families that still list somebody who has died or moved away: 2 % of the member rows
LEVEL_SHARES = (0.14, 0.27, 0.19, 0.30, 0.10)  # at forty: no certificate, SD, SMP, SMA, tertiary

CERTIFICATES = {
    1: ((3, 4, 1), (0.84, 0.13, 0.03)),
    2: ((8, 9, 6), (0.80, 0.16, 0.04)),
    3: ((13, 15, 14, 11), (0.50, 0.36, 0.10, 0.04)),
    4: ((19, 18, 20, 21), (0.70, 0.24, 0.03, 0.03)),
}
NO_CERTIFICATE = 23
SECTORS = (
    ((1, 2, 3, 4, 5, 6), (0.45, 0.10, 0.20, 0.15, 0.06, 0.04)),
    ((7, 8, 9, 10, 11), (0.10, 0.40, 0.03, 0.02, 0.45)),
    (tuple(range(12, 27)), (0.40, 0.10, 0.08, 0.02, 0.02, 0.02, 0.01, 0.01, 0.04, 0.08, 0.10, 0.05, 0.01, 0.04, 0.02)),
)
WORK_STATUS = (  # shares of the eight codes, by sector; services once more for people with tertiary schooling
    (0.34, 0.24, 0.03, 0.05, 0.00, 0.20, 0.00, 0.14),
    (0.13, 0.05, 0.03, 0.46, 0.01, 0.00, 0.29, 0.03),
    (0.40, 0.12, 0.04, 0.32, 0.03, 0.00, 0.04, 0.05),
    (0.12, 0.05, 0.05, 0.38, 0.40, 0.00, 0.00, 0.00),
)
DIFFICULTIES = (
    "penglihatan", "pendengaran", "berjalan_atau_naik_tangga", "menggunakan_tangan_jari", "mengingat_berkonsentrasi",
    "berbicara_komunikasi", "belajar_kemampuan_intelektual", "mengurus_diri", "pengendalian_perilaku",
)  # fmt: skip


@dataclass(frozen=True)
class People:
    """persons: one row per member line, families in order. families: what follows from the members."""

    families: pd.DataFrame
    persons: pd.DataFrame


def make_people(rng: np.random.Generator, wealth: np.ndarray, urban: np.ndarray, today: date) -> People:
    """Members for each family; `wealth` (standardised) and `urban` (0/1) have one value per family."""
    persons = _members(rng, wealth)
    _birth(rng, persons, today)
    of = persons["family"].to_numpy()
    _school(rng, persons, wealth[of])
    _health(rng, persons, wealth[of])
    _work(rng, persons, wealth[of], urban[of])
    return People(_family_features(persons, len(wealth)), persons)


def cuts(shares: tuple[float, ...]) -> np.ndarray:
    """Points that cut a standard normal into the shares, lowest first."""
    return np.array([NormalDist().inv_cdf(point) for point in np.cumsum(shares)[:-1]])


def pick(rng: np.random.Generator, count: int, values: tuple[int, ...], shares: tuple[float, ...]) -> np.ndarray:
    """Independent draws of codes."""
    edges = np.cumsum(shares)[:-1]
    return np.array(values, dtype=np.int16)[np.searchsorted(edges, rng.random(count) * sum(shares), side="right")]


# Who lives together -------------------------------------------------------------------------------


def _members(rng: np.random.Generator, wealth: np.ndarray) -> pd.DataFrame:
    n = len(wealth)
    # poorer families are larger
    size = 1 + np.searchsorted(cuts(SIZE_SHARES), -0.22 * wealth + 0.975 * rng.standard_normal(n))
    extra = (rng.random(n) < EXTRA_SHARE).astype(int)

    old_pair = rng.random(n) < np.select([size == 1, size == 2], [0.62, 0.45], 0.0)
    middle = np.select([old_pair, size <= 2], [68.0, 33.0], 45.0)
    head_age = np.clip(middle + rng.standard_normal(n) * np.where(old_pair, 8, 11), 19, 93)
    female = rng.random(n) < np.select([(size == 1) & old_pair, size == 1, size == 2], [0.68, 0.40, 0.28], 0.09)
    paired = (size > 1) & (rng.random(n) < np.where(female, 0.10, np.where(size == 2, 0.80, 0.96)))
    spouse_age = np.clip(head_age + np.where(female, 3.5, -3.5) + 3.5 * rng.standard_normal(n), 17, 92)
    mother_age = np.where(female, head_age, np.where(paired, spouse_age, head_age - 3))
    first_birth = np.clip(23.5 + 3.5 * rng.standard_normal(n), 16, 38)
    eldest_home = np.minimum(mother_age - first_birth, 20 + 5 * np.abs(rng.standard_normal(n)))

    of = np.repeat(np.arange(n), size + extra)
    slot = np.arange(len(of)) - np.repeat(np.cumsum(size + extra) - (size + extra), size + extra)
    left = (slot == size[of]) & (extra[of] == 1)
    order = slot - 1 - paired[of]  # 0 for the first member who is neither head nor spouse

    draw = rng.random(len(of))
    old_head = head_age[of] > 52
    relation = np.where(
        old_head,
        np.searchsorted([0.55, 0.65, 0.90, 0.94], draw),
        np.searchsorted([0.90, 0.90, 0.90, 0.95], draw),
    )
    relation = np.array([CHILD, IN_LAW, GRANDCHILD, PARENT, OTHER], dtype=np.int8)[relation]
    relation[(relation == PARENT) & (head_age[of] > 64)] = CHILD
    relation[(relation == OTHER) & (wealth[of] > 1.2) & (draw > 0.985)] = SERVANT
    relation[slot == 0] = HEAD
    relation[(slot == 1) & paired[of]] = SPOUSE
    relation[left] = np.where(head_age[of[left]] > 50, CHILD, PARENT)

    noise = rng.standard_normal(len(of))
    age = np.select(
        [relation == HEAD, relation == SPOUSE, relation == CHILD, relation == IN_LAW, relation == GRANDCHILD,
         relation == PARENT, relation == SERVANT],
        [head_age[of], spouse_age[of], eldest_home[of] - 3.3 * order + 0.8 * noise, 29 + 5 * noise,
         np.abs(6 * noise), head_age[of] + 24 + 4 * noise, 30 + 8 * noise],
        30 + 18 * noise,
    )  # fmt: skip
    age = np.where(left & (relation == CHILD), 28 + 5 * noise, age)
    too_young = (relation == CHILD) & (age < 0)
    age = np.where(too_young, np.clip(mother_age[of] - 18, 2, 10) * rng.random(len(of)), age)
    lowest = np.select([relation == SERVANT, relation == IN_LAW, relation == PARENT], [18, 18, 45], 0)
    age = np.clip(age, lowest, 97)

    opposite = np.where(female[of], MALE, FEMALE)
    by_chance = np.where(rng.random(len(of)) < np.where(relation == PARENT, 0.35, 0.51), MALE, FEMALE)
    sex = np.select([relation == HEAD, relation == SPOUSE], [np.where(female[of], FEMALE, MALE), opposite], by_chance)
    status = np.where(left, np.where((age > 45) | (rng.random(len(of)) < 0.3), DECEASED, INACTIVE), ACTIVE)
    persons = pd.DataFrame(
        {
            "family": of.astype(np.int32),
            "status_hubungan_keluarga": relation,
            "jenis_kelamin": sex.astype(np.int8),
            "age_exact": age,
            "status": status.astype(np.int8),
        }
    )
    persons["status_kawin"] = _marital(rng, relation, age, sex, paired[of])
    return persons


def _marital(
    rng: np.random.Generator, relation: np.ndarray, age: np.ndarray, sex: np.ndarray, paired: np.ndarray
) -> np.ndarray:
    draw = rng.random(len(age))
    adult = age >= 19
    ended = np.where(draw < np.clip((age - 20) / 60, 0.1, 0.9), 4, 3)
    alone = np.where((sex == MALE) & (age < 35), np.where(draw < 0.75, 1, 3), ended)
    alone = np.where((sex == FEMALE) & (draw > 0.9), 2, alone)  # husband works elsewhere
    couple = (relation == SPOUSE) | ((relation == HEAD) & paired) | (relation == IN_LAW)
    return np.select(
        [couple, relation == HEAD, relation == PARENT, adult & (age > 24) & (draw < 0.3), adult & (draw < 0.05)],
        [2, alone, np.where(draw < 0.7, 4, 2), 2, 2],
        1,
    ).astype(np.int8)


def _birth(rng: np.random.Generator, persons: pd.DataFrame, today: date) -> None:
    days = np.floor(persons.pop("age_exact").to_numpy() * 365.2425 + rng.random(len(persons)) * 30)
    born = np.datetime64(today, "D") - days.astype("timedelta64[D]")
    year, month, day = calendar(born)
    not_yet = (month > today.month) | ((month == today.month) & (day > today.day))
    persons["tanggal_lahir"] = born.astype("datetime64[s]")
    persons["age"] = (today.year - year - not_yet).astype(np.int16)


def calendar(days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Year, month and day of the month of each date."""
    months = days.astype("datetime64[M]")
    year = days.astype("datetime64[Y]").astype(int) + 1970
    return year, months.astype(int) % 12 + 1, (days.astype("datetime64[D]") - months).astype(int) + 1


# Schooling, health, work --------------------------------------------------------------------------


def _school(rng: np.random.Generator, persons: pd.DataFrame, wealth: np.ndarray) -> None:
    age, n = persons["age"].to_numpy(), len(persons)
    home = rng.standard_normal(int(persons["family"].max()) + 1)[persons["family"].to_numpy()]
    standing = 0.55 * wealth + 0.45 * home + 0.70 * rng.standard_normal(n) + np.clip(0.025 * (40 - age), -1.2, 0.3)
    attained = np.searchsorted(cuts(LEVEL_SHARES), standing)
    reachable = np.searchsorted([12, 15, 18, 22], age, side="right")
    stage = np.searchsorted([6, 13, 16, 19], age, side="right")  # 1 SD, 2 SMP, 3 SMA, 4 tertiary by age

    chance = np.select(
        [age < 6, age == 6, age <= 12, age <= 15, age <= 18, age <= 23],
        [0.0, 0.6, 0.985, 0.95 + 0.03 * wealth, 0.76 + 0.11 * wealth, 0.20 + 0.14 * wealth],
        0.0,
    )
    in_school = rng.random(n) < chance
    level = np.where(in_school, stage - 1, np.minimum(attained, reachable))
    never = ~in_school & (level == 0) & (rng.random(n) < np.select([age < 7, age < 30], [1.0, 0.1], 0.4))
    unfinished = ~in_school & ~never & ((level == 0) | ((level < 3) & (rng.random(n) < 0.08)))

    certificate = np.full(n, NO_CERTIFICATE, dtype=np.int16)
    reached = np.full(n, -1, dtype=np.int16)
    reached_level = np.where(in_school, stage, level + unfinished)
    for code, (values, shares) in CERTIFICATES.items():
        certificate = np.where(level == code, pick(rng, n, values, shares), certificate)
        reached = np.where((reached_level == code) & ~never, pick(rng, n, values, shares), reached)
    reached = np.where(~in_school & ~unfinished & (level > 0), certificate, reached)
    years_in = np.select([stage == 1, stage == 2, stage == 3], [age - 6, age - 12, age - 15], age - 18)
    grade = np.where(in_school, np.clip(years_in, 1, np.where(stage == 1, 6, np.where(stage == 4, 5, 3))), 8)
    grade = np.where(unfinished, 1 + (rng.random(n) * np.where(reached_level == 1, 5, 2)).astype(int), grade)

    persons["partisipasi_sekolah"] = np.select([in_school, never], [2, 1], 3).astype(np.int8)
    persons["jenjang_tertinggi_yang_diduduki"] = reached
    persons["kelas_tertinggi_yang_diduduki"] = np.where(reached > 0, grade, -1).astype(np.int8)
    persons["ijazah_tertinggi_yang_dimiliki"] = certificate
    persons["level"] = level.astype(np.int8)
    persons["school_stage"] = np.where(in_school, stage, 0).astype(np.int8)


def _health(rng: np.random.Generator, persons: pd.DataFrame, wealth: np.ndarray) -> None:
    age, n = persons["age"].to_numpy(), len(persons)
    severe = rng.random(n) < np.select([age < 60, age < 75], [0.015, 0.06], 0.16)
    mild = rng.random(n) < np.select([age < 45, age < 60], [0.01, 0.08], 0.25)
    first, second = rng.integers(0, 9, n), np.where(rng.random(n) < 0.3, rng.integers(0, 9, n), -1)
    degree = np.where(rng.random(n) < 0.75, 3, 4)
    for item, name in enumerate(DIFFICULTIES):
        code = np.where(mild & (second == -1) & ((first + item) % 9 < 2), 2, 1)
        persons[name] = np.where(severe & ((first == item) | (second == item)), degree, code).astype(np.int8)
    persons["kesedihan_depresi"] = np.where(rng.random(n) < 0.02 + 0.1 * severe, 2, 1).astype(np.int8)
    persons["disability"] = severe

    ill = rng.random(n) < np.select([age < 15, age < 45, age < 60], [0.01, 0.04, 0.14], 0.28)
    illness = pick(rng, n, tuple(range(2, 19)), (0.33, 0.15, 0.10, 0.10, 0.12) + (0.2 / 12,) * 12)
    persons["penyakit_kronis"] = np.where(ill, illness, 1).astype(np.int8)
    stunted = rng.random(n) < np.clip(0.20 - 0.06 * wealth, 0.05, 0.45)
    nutrition = np.where(stunted, 2, pick(rng, n, (1, 3, 4), (0.06, 0.87, 0.07)))
    persons["kondisi_gizi"] = np.where(age < 5, nutrition, -1).astype(np.int8)


def _work(rng: np.random.Generator, persons: pd.DataFrame, wealth: np.ndarray, urban: np.ndarray) -> None:
    age, n, level = persons["age"].to_numpy(), len(persons), persons["level"].to_numpy()
    male = persons["jenis_kelamin"].to_numpy() == MALE
    head = persons["status_hubungan_keluarga"].to_numpy() == HEAD
    band = np.searchsorted([15, 20, 60, 70], age, side="right")
    chance = np.where(male, np.array([0, 0.5, 0.90, 0.70, 0.38])[band], np.array([0, 0.3, 0.52, 0.42, 0.18])[band])
    chance = np.where(head, np.minimum(chance + 0.08, 0.97), chance)
    chance = np.where(persons["disability"], 0.35, 1.0) * chance
    working = rng.random(n) < np.where(persons["school_stage"] > 0, 0.03 * (age >= 15), chance)

    farms = 1 / (1 + np.exp(-(0.3 - 2.0 * urban - 0.7 * (level - 1.5) - 0.3 * wealth)))
    sector = np.where(rng.random(n) < farms, 0, np.where(rng.random(n) < 0.3, 1, 2))
    business = np.zeros(n, dtype=np.int16)
    status = np.zeros(n, dtype=np.int16)
    group = np.where((sector == 2) & (level == 4), 3, sector)
    for code, (values, shares) in enumerate(SECTORS):
        business = np.where(sector == code, pick(rng, n, values, shares), business)
    for code, shares in enumerate(WORK_STATUS):
        status = np.where(group == code, pick(rng, n, tuple(range(1, 9)), shares), status)
    status = np.where(head & (status == 8), 1, status)

    owns = working & (status <= 3)
    helpers = np.where(owns & (status == 2), 1 + rng.integers(0, 2, n), 0)
    paid = np.where(owns & (status == 3), 1 + rng.integers(0, 4, n), 0)
    turnover = np.clip(np.round(2.2 + 0.9 * wealth + rng.standard_normal(n)), 1, 7)
    asked = age >= 5
    persons["status_bekerja"] = np.where(asked, np.where(working, YES, NO), -1).astype(np.int8)
    persons["status_dalam_pekerjaan_utama"] = np.where(working, status, -1).astype(np.int8)
    persons["lapangan_usaha_dari_pekerjaan_utama"] = np.where(working, business, -1).astype(np.int8)
    persons["kepemilikan_usaha"] = np.where(asked, np.where(owns, YES, NO), -1).astype(np.int8)
    persons["jumlah_usaha"] = np.where(owns, 1, -1).astype(np.int8)
    persons["lapangan_usaha_dari_usaha_utama"] = np.where(owns, business, -1).astype(np.int8)
    persons["jumlah_pekerja_yang_dibayar_dari_usaha_utama"] = np.where(owns, paid, -1).astype(np.int8)
    persons["jumlah_pekerja_yang_tidak_dibayar_dari_usaha_utama"] = np.where(owns, helpers, -1).astype(np.int8)
    persons["omzet_usaha_utama"] = np.where(owns, turnover, -1).astype(np.int8)
    persons["sector"] = np.where(working, sector, -1).astype(np.int8)


# What the members say about the family ------------------------------------------------------------


def _family_features(persons: pd.DataFrame, count: int) -> pd.DataFrame:
    """Per family, active members only; `head_sector`: 0 agriculture, 1 industry, 2 services, -1 not working."""
    of = persons["family"].to_numpy()
    active = (persons["status"] == ACTIVE).to_numpy()
    age = persons["age"].to_numpy()

    def number(where: np.ndarray) -> np.ndarray:
        return np.bincount(of[where & active], minlength=count)

    head = persons[persons["status_hubungan_keluarga"] == HEAD]
    size = number(np.ones(len(of), dtype=bool))
    return pd.DataFrame(
        {
            "size": size.astype(np.int16),
            "dependants": number((age < 15) | (age > 64)).astype(np.int16),
            "under_seven": number(age < 7).astype(np.int16),
            "pupils": number(persons["school_stage"].to_numpy() > 0).astype(np.int16),
            "elderly": number(age >= 60).astype(np.int16),
            "disabled": number(persons["disability"].to_numpy()).astype(np.int16),
            "head_row": head.index.to_numpy(),
            "head_female": (head["jenis_kelamin"] == FEMALE).to_numpy(),
            "head_age": head["age"].to_numpy(),
            "head_level": head["level"].to_numpy(),
            "head_sector": head["sector"].to_numpy(),
        }
    )

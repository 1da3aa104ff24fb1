"""Homes, assets and livestock of the synthetic regency, as DTSEN codes, following the families' wealth."""

from statistics import NormalDist

import numpy as np
import pandas as pd

from data.demo_people import NO, YES, cuts, pick

# Codes from the worst to the best and their shares; what a family has follows wealth, with luck mixed in.
LADDERS: dict[str, tuple[tuple[int, ...], tuple[float, ...]]] = {
    "jenis_lantai_terluas": ((8, 7, 9, 5, 6, 4, 3, 2, 1), (0.05, 0.02, 0.005, 0.14, 0.345, 0.06, 0.02, 0.34, 0.02)),
    "jenis_dinding_terluas": ((6, 4, 7, 5, 3, 2, 1), (0.02, 0.05, 0.005, 0.02, 0.23, 0.015, 0.66)),
    "jenis_atap_terluas": ((7, 5, 8, 6, 3, 4, 2, 1), (0.06, 0.003, 0.002, 0.01, 0.50, 0.055, 0.34, 0.03)),
    "sumber_air_minum_utama": (
        (9, 8, 11, 10, 6, 7, 5, 4, 3, 2, 1),
        (0.03, 0.03, 0.004, 0.04, 0.09, 0.06, 0.22, 0.246, 0.11, 0.15, 0.02),
    ),
    "fasilitas_bab": ((6, 4, 3, 2, 5, 1), (0.06, 0.02, 0.02, 0.09, 0.01, 0.80)),
    "sumber_penerangan_utama": ((4, 3, 2, 1), (0.015, 0.03, 0.085, 0.87)),
    "bahan_bakar_utama_memasak": ((10, 9, 7, 4, 0, 2, 3, 1), (0.22, 0.01, 0.03, 0.68, 0.005, 0.02, 0.02, 0.015)),
}
LUCK = {"jenis_atap_terluas": 0.9, "sumber_air_minum_utama": 0.85}  # else 0.75
POWER = ((1, 2, 3, 4, 5), (0.30, 0.48, 0.15, 0.05, 0.02))

# Share of families that have it, and how closely it follows wealth (0 not at all, 1 exactly).
ASSETS: dict[str, tuple[float, float]] = {
    "aset_bergerak_tabung_gas": (0.09, 0.5), "aset_bergerak_lemari_es": (0.58, 0.6), "aset_bergerak_ac": (0.05, 0.6),
    "aset_bergerak_pemanas_air": (0.015, 0.5), "aset_bergerak_telepon_rumah": (0.01, 0.4),
    "aset_bergerak_tv_datar": (0.55, 0.5), "aset_bergerak_emas_perhiasan": (0.13, 0.45),
    "aset_bergerak_komputer_laptop_tablet": (0.12, 0.6), "aset_bergerak_sepeda_motor": (0.72, 0.5),
    "aset_bergerak_sepeda": (0.22, 0.1), "aset_bergerak_mobil": (0.09, 0.65), "aset_bergerak_perahu": (0.04, -0.2),
    "aset_bergerak_kapal_perahu_motor": (0.02, 0.1), "aset_bergerak_smartphone": (0.78, 0.5),
    "aset_tidak_bergerak_lahan_lainnya": (0.18, 0.25), "aset_tidak_bergerak_rumah_lainnya": (0.04, 0.4),
}  # fmt: skip
LIVESTOCK: dict[str, tuple[float, float]] = {  # share of rural families, mean beyond the first head
    "jumlah_ternak_sapi": (0.14, 1.1), "jumlah_ternak_kerbau": (0.012, 0.8), "jumlah_ternak_kuda": (0.005, 0.3),
    "jumlah_ternak_babi": (0.01, 1.5), "jumlah_ternak_kambing_domba": (0.10, 2.0),
}  # fmt: skip


def make_homes(
    rng: np.random.Generator, wealth: np.ndarray, urban: np.ndarray, size: np.ndarray, head_age: np.ndarray
) -> pd.DataFrame:
    """One row per family; -1 where a question does not apply (no closet without a toilet)."""
    n = len(wealth)

    def standing(luck: float) -> np.ndarray:
        return np.sqrt(1 - luck**2) * wealth + luck * rng.standard_normal(n)

    home: dict[str, np.ndarray] = {}
    for name, (codes, shares) in LADDERS.items():
        home[name] = np.array(codes, dtype=np.int8)[np.searchsorted(cuts(shares), standing(LUCK.get(name, 0.75)))]
    power = np.array(POWER[0], dtype=np.int8)[np.searchsorted(cuts(POWER[1]), standing(0.7))]
    home["daya_terpasang"] = np.where(home["sumber_penerangan_utama"] == 1, power, 0)

    has_toilet = home["fasilitas_bab"] != 6
    good_closet = standing(0.8) > NormalDist().inv_cdf(0.13)
    closet = np.where(good_closet, 1, pick(rng, n, (2, 3, 4), (0.35, 0.2, 0.45)))
    sewage = np.where(
        good_closet & (standing(0.85) > -0.85), pick(rng, n, (1, 2), (0.98, 0.02)),
        pick(rng, n, (3, 4, 5, 6), (0.36, 0.50, 0.08, 0.06)),
    )  # fmt: skip
    home["jenis_kloset"] = np.where(has_toilet, closet, -1)
    home["pembuangan_akhir_tinja"] = np.where(has_toilet, sewage, pick(rng, n, (3, 5, 6), (0.6, 0.3, 0.1)))

    owner = rng.random(n) < np.clip(0.62 + 0.006 * (head_age - 25) - 0.12 * urban, 0.3, 0.97)
    home["status_kepemilikan_rumah"] = np.where(owner, 1, pick(rng, n, (2, 3, 4, 5), (0.30, 0.58, 0.08, 0.04)))
    area = np.exp(np.log(52) + 0.22 * wealth + 0.15 * np.log(size) + 0.33 * rng.standard_normal(n))
    home["luas_lantai"] = np.round(np.clip(area, 9, 400)).astype(np.int16)

    movable = np.zeros(n, dtype=bool)
    for name, (share, follows) in ASSETS.items():
        level = follows * wealth + np.sqrt(1 - follows**2) * rng.standard_normal(n)
        has = level > NormalDist().inv_cdf(1 - share)
        movable |= has if name.startswith("aset_bergerak") else False
        home[name] = np.where(has, YES, NO)
    home["kepemilikan_aset"] = np.where(movable, YES, NO)
    for name, (share, mean) in LIVESTOCK.items():
        has = rng.random(n) < share * np.where(urban == 1, 0.15, 1.15)
        home[name] = np.where(has, 1 + rng.poisson(mean, n), 0)
    return pd.DataFrame(
        {name: codes if name == "luas_lantai" else codes.astype(np.int8) for name, codes in home.items()}
    )

"""The known truth of the synthetic regency: what each family consumes, and why.

ln(consumption per person) = intercept + sum of coefficient x proxy + village effect + noise. The coefficients are
invented. They work on the coarse categories that every office file can be harmonised to, so a model that is given
all proxies can find them; village effect and noise are what no proxy explains.
"""

import numpy as np
import pandas as pd

VILLAGE_EFFECT_SD = 0.12
EXPLAINED = 0.50  # R² of the true proxies
EXTREME_SHARE = 0.05  # of persons
MEDIAN_CONSUMPTION = 1_050_000  # invented rupiah per person-month; fixes the level, nothing else

COEFFICIENTS: dict[str, float] = {
    "ln_size": -0.22, "dependency": -0.14, "head_female": -0.04, "head_age": 0.02, "head_age_squared": -0.012,
    "head_primary": 0.03, "head_junior": 0.06, "head_senior": 0.12, "head_tertiary": 0.28,
    "head_working": 0.04, "head_agriculture": -0.06, "any_disability": -0.04,
    "floor_cement": -0.07, "floor_wood": -0.08, "floor_bamboo": -0.15, "floor_earth": -0.17,
    "wall_wood": -0.05, "wall_bamboo": -0.11, "roof_thatch": -0.09, "roof_asbestos_zinc": -0.02, "roof_concrete": 0.06,
    "water_packaged": 0.09, "water_piped": 0.04, "water_unprotected": -0.05,
    "toilet_shared": -0.05, "toilet_none": -0.10, "septic": 0.04, "power_gt_900": 0.13, "no_grid": -0.08,
    "fuel_wood_charcoal": -0.10, "tenure_rent": 0.04, "tenure_free": -0.04, "ln_floor_area_per_person": 0.09,
    "motorcycle": 0.08, "car": 0.24, "refrigerator": 0.08, "air_conditioner": 0.15, "television": 0.03,
    "computer": 0.12, "smartphone": 0.05, "gold": 0.07, "other_land": 0.05, "cattle": 0.04,
}  # fmt: skip


def true_proxies(families: pd.DataFrame) -> pd.DataFrame:
    """One column per coefficient, one row per family (reference: a healthy male head of 45 without certificate who
    does not farm; tile floor, brick wall, tiled roof, well, own toilet, 900 VA, gas, own house)."""
    f = families
    ln_size = np.log(f["size"].astype(np.float64))  # the logarithm of a short integer would be a short float
    decades = (f["head_age"] - 45) / 10
    level, floor, wall, roof = (
        f["head_level"],
        f["jenis_lantai_terluas"],
        f["jenis_dinding_terluas"],
        f["jenis_atap_terluas"],
    )
    water, toilet, fuel = f["sumber_air_minum_utama"], f["fasilitas_bab"], f["bahan_bakar_utama_memasak"]
    columns = {
        "ln_size": ln_size,
        "dependency": f["dependants"] / f["size"],
        "head_female": f["head_female"],
        "head_age": decades,
        "head_age_squared": decades**2,
        "head_primary": level == 1,
        "head_junior": level == 2,
        "head_senior": level == 3,
        "head_tertiary": level == 4,
        "head_working": f["head_sector"] >= 0,
        "head_agriculture": f["head_sector"] == 0,
        "any_disability": f["disabled"] > 0,
        "floor_cement": floor == 6,
        "floor_wood": floor == 5,
        "floor_bamboo": floor == 7,
        "floor_earth": floor == 8,
        "wall_wood": wall.isin([3, 5]),
        "wall_bamboo": wall.isin([4, 6]),
        "roof_thatch": roof == 7,
        "roof_asbestos_zinc": roof.isin([3, 4]),
        "roof_concrete": roof == 1,
        "water_packaged": water.isin([1, 2]),
        "water_piped": water == 3,
        "water_unprotected": water.isin([6, 8, 9]),
        "toilet_shared": toilet.isin([2, 3, 4]),
        "toilet_none": toilet.isin([5, 6]),
        "septic": f["pembuangan_akhir_tinja"] <= 2,
        "power_gt_900": f["daya_terpasang"] >= 3,
        "no_grid": f["sumber_penerangan_utama"] >= 3,
        "fuel_wood_charcoal": fuel.isin([9, 10]),
        "tenure_rent": f["status_kepemilikan_rumah"] == 2,
        "tenure_free": f["status_kepemilikan_rumah"] == 3,
        "ln_floor_area_per_person": np.log(f["luas_lantai"].astype(np.float64)) - ln_size,
        "motorcycle": f["aset_bergerak_sepeda_motor"] == 1,
        "car": f["aset_bergerak_mobil"] == 1,
        "refrigerator": f["aset_bergerak_lemari_es"] == 1,
        "air_conditioner": f["aset_bergerak_ac"] == 1,
        "television": f["aset_bergerak_tv_datar"] == 1,
        "computer": f["aset_bergerak_komputer_laptop_tablet"] == 1,
        "smartphone": f["aset_bergerak_smartphone"] == 1,
        "gold": f["aset_bergerak_emas_perhiasan"] == 1,
        "other_land": f["aset_tidak_bergerak_lahan_lainnya"] == 1,
        "cattle": f["jumlah_ternak_sapi"] > 0,
    }
    return pd.DataFrame({name: np.asarray(values, dtype=np.float64) for name, values in columns.items()})


def village_effects(
    rng: np.random.Generator, field: np.ndarray, village: np.ndarray, expected: np.ndarray
) -> np.ndarray:
    """One effect per village, half neighbourhood (`field`) and half chance, of SD 0.12.

    The part that goes along with the villages' mean proxies is taken out first: it would be explained by them.
    """
    count = len(field)
    families = np.bincount(village, minlength=count).astype(float)
    raw = 0.6 * field + 0.8 * rng.standard_normal(count)
    mean = np.bincount(village, weights=expected, minlength=count) / np.maximum(families, 1)
    design = np.column_stack([np.ones(count), mean])
    root = np.sqrt(families)[:, None]
    slope, *_ = np.linalg.lstsq(design * root, raw * root[:, 0], rcond=None)
    rest = raw - design @ slope
    spread = rest.std()
    return rest * (VILLAGE_EFFECT_SD / spread) if count > 2 and spread > 0 else np.zeros(count)


def make_truth(
    rng: np.random.Generator, families: pd.DataFrame, village: np.ndarray, field: np.ndarray
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Columns consumption, expected (ln, what the proxies say), village_effect, extreme; and the parameters used.

    The noise is as large as it must be for the proxies to explain half of the variance of ln consumption.
    """
    expected = true_proxies(families).to_numpy() @ np.array(list(COEFFICIENTS.values()))
    effect = village_effects(rng, field, village, expected)[village]
    noise = rng.standard_normal(len(families))
    unexplained = expected.var() * (1 - EXPLAINED) / EXPLAINED
    noise_sd = float(np.sqrt(max(unexplained - effect.var(), 0.0)))
    intercept = float(np.log(MEDIAN_CONSUMPTION) - np.median(expected))
    ln_consumption = intercept + expected + effect + noise_sd * noise
    consumption = np.round(np.exp(ln_consumption), 2)
    line = _line(consumption, families["size"].to_numpy())
    truth = pd.DataFrame(
        {
            "consumption": consumption,
            "expected": intercept + expected,
            "village_effect": effect,
            "extreme": consumption < line,
        }
    )
    return truth, {"intercept": intercept, "noise_sd": noise_sd, "line": line, "village_effect_sd": VILLAGE_EFFECT_SD}


def _line(consumption: np.ndarray, size: np.ndarray) -> float:
    """Between the last family of the poorest 5 % of persons and the next one."""
    order = np.argsort(consumption, kind="stable")
    persons = np.cumsum(size[order])
    last = int(np.searchsorted(persons, EXTREME_SHARE * persons[-1], side="right"))
    low = consumption[order[max(last - 1, 0)]]
    return float((low + consumption[order[min(last, len(order) - 1)]]) / 2)

"""The synthetic regency: invented families with a known truth, as an office would have them in DTSEN.

Shares no code with `analytics`, so what is found there can be checked against what was put in here.
Polygons come as an argument: a village is a code, its names and a point.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from data.demo_dirt import FAMILY_DIRT, PERSON_DIRT, count_dirt, make_dirt
from data.demo_homes import make_homes
from data.demo_identity import bps_codes, digits, make_addresses, make_kk, make_names, make_nik
from data.demo_people import NO, YES, make_people
from data.demo_programmes import make_enrolments
from data.demo_truth import COEFFICIENTS, make_truth
from data.errors import Refused

DATA_DATE = date(2026, 9, 30)
OFFICIAL_NOISE = 0.84  # in SD of ln consumption: rank correlation of official rank and truth about 0.75
NATION_RICHER = 0.15  # mean of the nation above the regency, in SD of the official score
PROVINCE_RICHER = 0.05
COARSE_SHARE = 0.08  # families whose DTSEN row carries merged codes from an older register


@dataclass(frozen=True)
class DemoVillage:
    """A village to fill: Kemendagri code (dotted), names, a point inside (degrees)."""

    code: str
    name: str
    district: str
    lon: float
    lat: float


@dataclass(frozen=True)
class DemoRegion:
    """All that is known about the synthetic regency.

    villages: code, name, district, lon, lat, bps_code, urban, wealth (mean standing), effect (ln), families.
    families: family_id (KK), p3ke_id, village (row in villages), features of the members, DTSEN code columns
    (-1: does not apply), official_share (0 to 1 in the nation) and deciles, coarse
    (row is written with merged codes), dirt (kind of fault in the files or "").
    persons: family (row in families), nik, name, status, DTSEN code columns, dirt. enrolments: see
    `data.demo_programmes`; PBI stands as flags in families and persons. population: reference totals per village.
    truth: family_id, village_code, size (active members), consumption (invented rupiah per person-month), expected (ln,
    from the proxies), village_effect (ln), extreme, p3ke_id. line: consumption under which 5 % of persons lie.
    dirt: rows per kind of fault, see `data.demo_dirt.count_dirt`. rupiah values are fictional throughout.
    """

    province: str
    regency: str
    seed: int
    date: date
    villages: pd.DataFrame
    families: pd.DataFrame
    persons: pd.DataFrame
    enrolments: pd.DataFrame
    population: pd.DataFrame
    truth: pd.DataFrame
    intercept: float
    noise_sd: float
    village_effect_sd: float
    line: float
    dirt: dict[str, int]
    coefficients: dict[str, float] = field(default_factory=lambda: dict(COEFFICIENTS))


def make_region(
    villages: Sequence[DemoVillage],
    families: int = 60_000,
    seed: int = 1,
    province: str = "Provinsi Contoh (fiktif)",
    regency: str = "Kabupaten Tanjung Harapan (fiktif)",
) -> DemoRegion:
    """Fill the villages with families; the same arguments give the same region.

    `province` and `regency` are written into the office files; give the real names with real villages.
    Raises Refused `demo_too_small` without a village, or for fewer families than villages.
    """
    if not villages or families < len(villages):
        raise Refused(
            "demo_too_small",
            f"Data contoh dengan {families} keluarga tidak cukup untuk {len(villages)} desa; mintalah sedikitnya satu "
            "keluarga per desa dan pastikan berkas batas memuat desa.",
        )
    rng = np.random.default_rng(seed)
    places = _places(rng, villages)
    village = _settle(rng, places, families)
    urban = places["urban"].to_numpy()[village]
    wealth = places["wealth"].to_numpy()[village] + 0.89 * rng.standard_normal(families)

    people = make_people(rng, wealth, urban, DATA_DATE)
    homes = make_homes(rng, wealth, urban, people.families["size"].to_numpy(), people.families["head_age"].to_numpy())
    frame = pd.concat([people.families, homes], axis=1)
    truth, parameters = make_truth(rng, frame, village, places.pop("neighbourhood").to_numpy())
    frame = pd.concat([frame, _official_rank(rng, np.log(truth["consumption"].to_numpy()))], axis=1)

    persons = people.persons
    _identify(rng, frame, persons, village, places)
    enrolments, pbi = make_enrolments(rng, frame, persons, DATA_DATE)
    for name, flags in pbi.items():
        persons[name] = np.where(flags, YES, NO).astype(np.int8)
        holders = np.bincount(persons["family"], weights=flags & (persons["status"] == 0), minlength=families)
        frame[name] = np.where(holders > 0, YES, NO).astype(np.int8)
    frame["coarse"] = rng.random(families) < COARSE_SHARE
    frame["dirt"] = make_dirt(rng, families, FAMILY_DIRT)
    persons["dirt"] = make_dirt(rng, len(persons), PERSON_DIRT)

    codes = places["code"].to_numpy()[village]
    truth.insert(0, "size", frame["size"])
    truth.insert(0, "village_code", codes)
    truth.insert(0, "family_id", frame["family_id"])
    truth["p3ke_id"] = frame["p3ke_id"]
    places["effect"] = truth.groupby(village)["village_effect"].first()
    places["families"] = np.bincount(village, minlength=len(places))
    return DemoRegion(
        province=province, regency=regency, seed=seed, date=DATA_DATE, villages=places, families=frame,
        persons=persons, enrolments=enrolments, population=_population(rng, places, frame), truth=truth,
        dirt=count_dirt(frame, persons, enrolments), intercept=parameters["intercept"], noise_sd=parameters["noise_sd"],
        village_effect_sd=parameters["village_effect_sd"], line=parameters["line"],
    )  # fmt: skip


def _standard(values: np.ndarray) -> np.ndarray:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0 else np.zeros(len(values))


def _places(rng: np.random.Generator, villages: Sequence[DemoVillage]) -> pd.DataFrame:
    """Village table with standing: poorer away from the capital, and like its neighbours.

    The capital lies where the kelurahan are; where all or none are, in the middle.
    """
    places = pd.DataFrame([vars(village) for village in villages]).sort_values("code", ignore_index=True)
    codes = bps_codes(places["code"].tolist())
    places["bps_code"] = places["code"].map(codes)
    town = (places["code"].str.split(".").str[3].str[0] == "1").to_numpy()
    xy = 111.32 * np.column_stack(
        [places["lon"] * np.cos(np.radians(places["lat"].mean())), places["lat"]]
    )  # km, near enough inside one regency
    centre = xy[town].mean(axis=0) if 0 < town.sum() < len(town) / 2 else xy.mean(axis=0)
    away = np.hypot(*(xy - centre).T)
    remote = _standard(np.sqrt(away))

    distance = np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1])
    reach = max(0.18 * float(distance.max()), 1e-6)
    alike = np.exp(-((distance / reach) ** 2)) + 1e-6 * np.eye(len(xy))
    root = np.linalg.cholesky(alike)
    smooth, places["neighbourhood"] = root @ rng.standard_normal(len(xy)), root @ rng.standard_normal(len(xy))
    places["wealth"] = 0.45 * _standard(-0.7 * remote + 0.6 * smooth + 0.35 * rng.standard_normal(len(xy)))
    places["urban"] = (town & (town.sum() < len(town)) | (away <= np.quantile(away, 0.2))).astype(np.int8)
    return places


def _settle(rng: np.random.Generator, places: pd.DataFrame, families: int) -> np.ndarray:
    """Village of each family, in order; every village has one family at least."""
    weight = np.exp(0.4 * rng.standard_normal(len(places)) + 0.55 * places["urban"].to_numpy())
    count = 1 + rng.multinomial(families - len(places), weight / weight.sum())
    return np.repeat(np.arange(len(places)), count)


def _official_rank(rng: np.random.Generator, ln_consumption: np.ndarray) -> pd.DataFrame:
    """The rank an office receives: its own noise, national places against a slightly richer nation."""
    score = _standard(_standard(ln_consumption) + OFFICIAL_NOISE * rng.standard_normal(len(ln_consumption)))

    def decile(share: np.ndarray) -> np.ndarray:
        return np.clip(np.ceil(10 * share), 1, 10).astype(np.int8)

    # places in a normal population with another mean, by a fine table of its distribution function
    grid = np.linspace(-6, 6, 4001)
    bell = np.exp(-(grid**2) / 2).cumsum()
    nation = np.interp(score - NATION_RICHER, grid, bell / bell[-1])
    province = np.interp(score - PROVINCE_RICHER, grid, bell / bell[-1])
    place = np.empty(len(score))
    place[np.argsort(score, kind="stable")] = np.arange(1, len(score) + 1) / len(score)
    return pd.DataFrame(
        {
            "official_share": nation,
            "desil_nasional": decile(nation),
            "desil_provinsi": decile(province),
            "desil_kabupaten_kota": decile(place),
        }
    )


def _identify(
    rng: np.random.Generator, families: pd.DataFrame, persons: pd.DataFrame, village: np.ndarray, places: pd.DataFrame
) -> None:
    district = places["code"].str.split(".").str[2].astype(int).to_numpy()
    of = persons["family"].to_numpy()
    families["village"] = village.astype(np.int32)
    families["family_id"] = digits(make_kk(rng, district[village], DATA_DATE))
    families["p3ke_id"] = digits(
        99_010_000_000 + 7 * rng.permutation(len(families)) + rng.integers(0, 7, len(families))
    )
    families["dusun"], families["rt"], families["rw"] = make_addresses(rng, village)
    families["id_pelanggan_pln"] = digits(539_900_000_000 + rng.permutation(len(families)))
    born = persons["tanggal_lahir"].to_numpy().astype("datetime64[D]")
    sex = persons["jenis_kelamin"].to_numpy()
    persons["nik"] = digits(make_nik(rng, born, sex, district[village][of], int(district.max())))
    persons["name"] = make_names(rng, sex)


def _population(rng: np.random.Generator, places: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    """Reference totals per village: what is listed, and the few families that no list has."""
    village = families["village"].to_numpy()
    listed = np.bincount(village, minlength=len(places))
    persons = np.bincount(village, weights=families["size"], minlength=len(places))
    missing = 1 + np.clip(rng.normal(0.025, 0.012, len(places)), 0.003, 0.08)
    return pd.DataFrame(
        {
            "kode_desa": places["code"],
            "nama_desa": places["name"],
            "tanggal": f"{DATA_DATE.year}-06-30",
            "jumlah_keluarga": np.ceil(listed * missing).astype(int),
            "jumlah_penduduk": np.ceil(persons * missing).astype(int),
            "sumber": "Penduduk acuan fiktif (data contoh Tepat)",
        }
    )

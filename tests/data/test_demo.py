"""The synthetic regency: its truth, its people and its programmes, each checked by another way than it was made."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from data.demo import DemoVillage, make_region
from data.demo_truth import COEFFICIENTS, true_proxies
from data.errors import Refused
from data.reference import programmes

CODE_COLUMNS = (
    "head_level", "head_sector", "jenis_lantai_terluas", "jenis_dinding_terluas", "jenis_atap_terluas",
    "sumber_air_minum_utama", "sumber_penerangan_utama", "daya_terpasang", "bahan_bakar_utama_memasak", "fasilitas_bab",
    "pembuangan_akhir_tinja", "status_kepemilikan_rumah", "aset_bergerak_sepeda_motor", "aset_bergerak_mobil",
    "aset_bergerak_lemari_es", "aset_bergerak_ac", "aset_bergerak_tv_datar", "aset_bergerak_komputer_laptop_tablet",
    "aset_bergerak_smartphone", "aset_bergerak_emas_perhiasan", "aset_tidak_bergerak_lahan_lainnya",
)  # fmt: skip


def grid(prefix: str = "99.01", districts: int = 8, per_district: int = 15) -> list[DemoVillage]:
    """Districts as rows of a grid; the first holds six kelurahan."""
    return [
        DemoVillage(
            f"{prefix}.{d:02d}.{(1000 if d == 1 and v <= 6 else 2000) + v}", f"Desa {d}-{v}", f"Kecamatan {d}",
            118.3 + 0.02 * v, -5 + 0.04 * d,
        )
        for d in range(1, districts + 1)
        for v in range(1, per_district + 1)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def region():
    return make_region(grid())


@pytest.fixture(scope="module")
def village(region):
    return region.families["village"].to_numpy()


def fingerprint(region) -> list[int]:
    frames = [getattr(region, f.name) for f in fields(region) if isinstance(getattr(region, f.name), pd.DataFrame)]
    assert len(frames) == 6
    return [int(pd.util.hash_pandas_object(frame).sum()) for frame in frames]


# Truth --------------------------------------------------------------------------------------------


def least_squares(design: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    return np.linalg.solve(design.T @ design, design.T @ outcome)


def r_squared(outcome: np.ndarray, design: np.ndarray) -> float:
    design = np.column_stack([np.ones(len(outcome)), design])
    fit = design @ least_squares(design, outcome)
    return 1 - ((outcome - fit) ** 2).sum() / ((outcome - outcome.mean()) ** 2).sum()


def test_the_proxies_explain_half(region):
    """R² of a regression on the codes themselves, built here, and on the published proxies."""
    some = slice(None, None, 3)  # 20,000 families
    f, ln_consumption = region.families[some], np.log(region.truth["consumption"].to_numpy())[some]
    dummies = pd.get_dummies(f[list(CODE_COLUMNS)].astype(str), drop_first=True).to_numpy(float)
    size, age = f["size"].to_numpy(float), f["head_age"].to_numpy(float)
    numbers = np.column_stack(
        [np.log(size), f["dependants"] / size, f["head_female"], age / 10, age**2 / 1000, f["disabled"] > 0,
         np.log(f["luas_lantai"] / size), f["jumlah_ternak_sapi"] > 0]
    ).astype(float)  # fmt: skip
    assert 0.48 < r_squared(ln_consumption, np.column_stack([dummies, numbers])) < 0.52
    assert 0.48 < r_squared(ln_consumption, true_proxies(f).to_numpy()) < 0.52
    whole = np.corrcoef(region.truth["expected"], np.log(region.truth["consumption"]))[0, 1]
    assert whole**2 == pytest.approx(0.5, abs=0.01)


def test_a_regression_finds_the_true_coefficients(region):
    design = true_proxies(region.families)
    outcome = np.log(region.truth["consumption"].to_numpy())
    fitted = least_squares(np.column_stack([np.ones(len(design)), design]), outcome)
    assert list(design.columns) == list(COEFFICIENTS)
    np.testing.assert_allclose(fitted[1:], list(COEFFICIENTS.values()), atol=0.05)


def test_consumption_is_the_sum_of_its_parts(region):
    truth = region.truth
    noise = np.log(truth["consumption"]) - truth["expected"] - truth["village_effect"]
    assert noise.std() == pytest.approx(region.noise_sd, rel=0.02)
    assert noise.mean() == pytest.approx(0, abs=0.01)
    by_village = noise.groupby(truth["village_code"]).mean()
    assert by_village.std() < 0.03  # nothing is left of the villages: .39 / sqrt(500) is .017


def test_village_effects_have_the_stated_spread_and_no_proxy_explains_them(region):
    effect = region.truth.groupby("village_code")["village_effect"].agg(["first", "nunique"])
    assert (effect["nunique"] == 1).all()
    assert effect["first"].std(ddof=0) == pytest.approx(0.12, abs=1e-6)
    assert abs(np.corrcoef(region.truth["village_effect"], region.truth["expected"])[0, 1]) < 1e-6


def test_five_percent_of_persons_lie_under_the_line(region):
    truth = region.truth
    poor = truth["consumption"] < region.line
    assert truth.loc[poor, "size"].sum() / truth["size"].sum() == pytest.approx(0.05, abs=0.0005)
    assert (poor == truth["extreme"]).all()


def test_poverty_is_clustered_and_grows_with_distance_from_the_capital(region):
    truth, places = region.truth, region.villages
    poor = (truth["size"] * truth["extreme"]).groupby(truth["village_code"]).sum()
    rate = (poor / truth.groupby("village_code")["size"].sum()).to_numpy()
    xy = places[["lon", "lat"]].to_numpy()
    distance = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    np.fill_diagonal(distance, np.inf)
    neighbours = rate[np.argsort(distance, axis=1)[:, :5]].mean(axis=1)
    assert np.corrcoef(rate, neighbours)[0, 1] > 0.3
    town = places["code"].str[9] == "1"
    away = np.hypot(*(xy - xy[town].mean(axis=0)).T)
    assert np.corrcoef(away, rate)[0, 1] > 0.25
    assert 10 < (poor > 100).sum() < 80  # some pockets, not everywhere


def test_the_truth_lists_every_family(region):
    truth, families = region.truth, region.families
    assert list(truth.columns[:4]) == ["family_id", "village_code", "size", "consumption"]
    assert (truth["family_id"] == families["family_id"]).all()
    active = region.persons[region.persons["status"] == 0].groupby("family").size()
    assert (truth["size"] == active.reindex(range(len(truth)))).all()


# People -------------------------------------------------------------------------------------------


def test_size_of_the_regency(region):
    assert len(region.families) == 60_000
    assert 204_000 < (region.persons["status"] == 0).sum() < 216_000
    assert (region.persons["status"] > 0).mean() == pytest.approx(0.02, abs=0.003)
    assert region.villages["families"].min() > 50


def test_families_are_plausible(region):
    persons, families = region.persons, region.families
    heads = persons["status_hubungan_keluarga"] == 1
    assert (persons[heads].groupby("family").size() == 1).all()
    assert heads.sum() == len(families)
    assert (persons.loc[heads, "status"] == 0).all()
    assert persons.loc[heads, "age"].min() >= 18
    assert 0.12 < families["head_female"].mean() < 0.22
    alone = families["size"] == 1
    assert 0.03 < (alone & (families["elderly"] == 1)).mean() < 0.08
    spouses = persons[persons["status_hubungan_keluarga"] == 2].set_index("family")["jenis_kelamin"]
    assert spouses.index.is_unique
    assert (spouses != persons[heads].set_index("family")["jenis_kelamin"].loc[spouses.index]).all()


def test_schooling_work_and_health_follow_age(region):
    p = region.persons
    in_school = p["partisipasi_sekolah"] == 2
    assert in_school[p["age"].between(7, 12)].mean() > 0.95
    assert 0.6 < in_school[p["age"].between(16, 18)].mean() < 0.9
    assert not in_school[(p["age"] < 6) | (p["age"] > 30)].any()
    assert (p.loc[p["age"] < 12, "ijazah_tertinggi_yang_dimiliki"] == 23).all()
    working = p["status_bekerja"] == 1
    assert not working[p["age"] < 15].any()
    assert 0.5 < working[p["age"] >= 15].mean() < 0.72
    assert (p.loc[~working, "lapangan_usaha_dari_pekerjaan_utama"] == -1).all()
    assert p.loc[working, "lapangan_usaha_dari_pekerjaan_utama"].between(1, 26).all()
    assert p.loc[working, "status_dalam_pekerjaan_utama"].between(1, 8).all()
    ill = p["penyakit_kronis"] > 1
    assert ill[p["age"] >= 60].mean() > 4 * ill[p["age"] < 45].mean() > 0
    items = ["penglihatan", "pendengaran", "berjalan_atau_naik_tangga", "mengurus_diri", "pengendalian_perilaku"]
    assert set(np.unique(p[items])) == {1, 2, 3, 4}
    assert (p.loc[p["age"] >= 5, "kondisi_gizi"] == -1).all()


def test_niks_are_right_invented_and_unique(region):
    p = region.persons
    nik = p["nik"]
    assert nik.is_unique
    assert nik.str.fullmatch(r"9901\d{12}").all()
    day = nik.str[6:8].astype(int)
    born = p["tanggal_lahir"]
    assert (day == born.dt.day + 40 * (p["jenis_kelamin"] == 2)).all()
    assert (nik.str[8:10].astype(int) == born.dt.month).all()
    assert (nik.str[10:12].astype(int) == born.dt.year % 100).all()
    assert (nik.str[-4:] != "0000").all()
    assert nik.str[4:6].astype(int).between(1, 8).all()
    kk = region.families["family_id"]
    assert kk.is_unique
    assert kk.str.fullmatch(r"9901\d{12}").all()
    assert not set(kk) & set(nik)


def test_ages_are_full_years_at_the_date(region):
    p = region.persons.sample(500, random_state=1)
    on = region.date
    expected = [
        on.year - born.year - ((on.month, on.day) < (born.month, born.day)) for born in p["tanggal_lahir"].dt.date
    ]
    assert p["age"].tolist() == expected


# Official rank and programmes ---------------------------------------------------------------------


def test_the_official_rank_is_a_noisy_one(region):
    f = region.families
    rank = region.truth["consumption"].rank().corr(f["official_share"].rank())
    assert rank == pytest.approx(0.75, abs=0.02)
    regency = f["desil_kabupaten_kota"].value_counts(normalize=True)
    np.testing.assert_allclose(regency, 0.1, atol=0.001)
    nation = f["desil_nasional"].value_counts(normalize=True)
    assert nation[1] > 0.11 > 0.09 > nation[10]  # poorer than the nation
    assert (f["desil_nasional"] <= f["desil_provinsi"]).all()


@pytest.mark.parametrize("programme", ["PKH", "SEMBAKO", "BLT-DD", "PIP", "BSPS", "DAERAH"])
def test_programmes_reach_the_poor_with_both_errors(region, programme):
    decile = region.families["desil_nasional"].to_numpy()
    receives = np.zeros(len(decile), dtype=bool)
    receives[region.enrolments.loc[region.enrolments["programme"] == programme, "family"]] = True
    poorest, richest = receives[decile == 1].mean(), receives[decile >= 8].mean()
    assert poorest < 0.9  # somebody is missed
    assert 0 < richest < poorest / 4  # somebody should not be there


def test_pbi_is_a_flag_and_reaches_many(region):
    share = (region.persons["pbi_nas"] == 1).mean()
    assert 0.35 < share < 0.6
    active = region.persons[region.persons["status"] == 0]
    any_member = active.groupby("family")["pbi_nas"].min()  # 1 yes, 2 no
    assert (region.families["pbi_nas"] == any_member.reindex(range(len(region.families)))).all()
    assert "PBI-JKN" not in set(region.enrolments["programme"])


def test_some_overlaps_are_forbidden_ones(region):
    holders = region.enrolments.groupby("programme")["family"].agg(set)
    both = holders["BLT-DD"] & (holders["PKH"] | holders["SEMBAKO"])
    assert len(both) / len(holders["BLT-DD"]) == pytest.approx(0.03, abs=0.005)


def test_enrolments_name_known_programmes_and_real_periods(region):
    e = region.enrolments
    assert set(e["programme"]) == {"PKH", "SEMBAKO", "PIP", "BLT-DD", "KUR", "UMI", "BSPS", "DAERAH"}
    unit = e.groupby("programme")["person"].max().ge(0)
    assert all(unit[code] == (programmes()[code].unit == "person") for code in unit.index)
    stated = e.dropna(subset="period_from")
    assert (stated["period_from"] <= stated["period_to"]).all()
    assert e["period_from"].isna().mean() == pytest.approx(0.01, abs=0.005)
    person = e[e["person"] >= 0]
    assert (region.persons["family"].to_numpy()[person["person"]] == person["family"]).all()
    assert (region.persons["status"].to_numpy()[person["person"]] == 0).all()


def test_reference_population_is_a_little_larger_than_the_list(region, village):
    listed = np.bincount(village, weights=region.families["size"])
    ratio = region.population["jumlah_penduduk"] / listed
    assert (ratio > 1).all()
    assert ratio.mean() == pytest.approx(1.025, abs=0.01)


# Dirt, seeds, sizes -------------------------------------------------------------------------------


def test_three_percent_of_rows_are_dirty(region):
    for frame, prefix in ((region.families, "family_"), (region.persons, "person_")):
        assert (frame["dirt"] != "").mean() == pytest.approx(0.03, abs=0.0005)
        for kind, count in frame.loc[frame["dirt"] != "", "dirt"].value_counts().items():
            assert region.dirt[prefix + kind] == count > 0


def test_bps_codes_cannot_be_computed_from_kemendagri_codes(region):
    places = region.villages
    assert places["bps_code"].is_unique
    assert places["bps_code"].str.fullmatch(r"9901\d{6}").all()
    assert set(places["bps_code"].str[6]) == {"0", "1"}  # some districts are 011, 021
    serial = places["code"].str[-3:]
    assert (places["bps_code"].str[-3:] == serial).mean() < 0.2
    assert (places["bps_code"].str[4:7] == places["code"].str[6:8] + "0").sum() < len(places) / 2
    assert places.groupby(places["code"].str[:8])["bps_code"].agg(lambda c: c.str[:7].nunique()).eq(1).all()


def test_same_seed_same_region_other_seed_another():
    places = grid(districts=3, per_district=5)
    first, again, other = (make_region(places, 2_000, seed) for seed in (5, 5, 6))
    assert fingerprint(first) == fingerprint(again)
    assert first.dirt == again.dirt
    assert all(a != b for a, b in zip(fingerprint(first), fingerprint(other), strict=True))
    assert first.villages["bps_code"].tolist() == other.villages["bps_code"].tolist()  # a bridge outlives a seed


def test_village_order_does_not_matter():
    places = grid(districts=3, per_district=5)
    assert fingerprint(make_region(places, 500)) == fingerprint(make_region(places[::-1], 500))


@pytest.mark.parametrize(("places", "families"), [(grid(), 500), (grid(districts=1, per_district=1), 500)])
def test_small_regions(places, families):
    region = make_region(places, families)
    assert len(region.truth) == families
    assert region.villages["families"].min() >= 1
    assert region.truth["consumption"].gt(0).all()


def test_real_villages_still_get_invented_niks():
    region = make_region(grid(prefix="19.71", districts=7, per_district=6), 1_000)
    assert region.persons["nik"].str.startswith("9901").all()
    assert region.families["family_id"].str.startswith("9901").all()
    assert region.villages["bps_code"].str.startswith("1971").all()


def test_too_few_families_are_refused():
    with pytest.raises(Refused, match="satu keluarga per desa") as refusal:
        make_region(grid(), 100)
    assert refusal.value.code == "demo_too_small"
    with pytest.raises(Refused):
        make_region([], 100)

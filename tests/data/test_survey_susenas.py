"""A Susenas-shaped delivery, invented: households as CSV, members as SPSS, consumption as Stata."""

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from analytics.fitting import fit_survey
from analytics.survey_frame import predictor_frame
from data.contracts import HOUSING
from data.errors import Refused
from data.profiles import shipped_profiles, spellings
from data.store import Store
from data.survey import read_survey

HOUSES = pd.DataFrame(
    {
        "URUT": [11, 12, 13], "R101": [99, 99, 99], "R103": [10, 10, 20], "PSU": [501, 501, 502],
        "FWT": [100.5, 200.25, 50.0], "R301": [3, 1, 2], "R1802": [1, 2, 5], "R1804": [36, 20, 54],
        "R1806": [2, 3, 7], "R1807": [1, 4, 3], "R1808": [2, 8, 6], "R1809A": [1, 6, 3], "R1809B": [1, None, 4],
        "R1809C": [1, None, 4], "R1810A": [2, 9, 10], "R1816": [1, 4, 3], "R1817": [4, 10, 0],
        "R2001H": [1, 5, 5], "R2001K": [5, 5, 1],
    }
)  # fmt: skip
MEMBERS = pd.DataFrame(
    {
        "URUT": [11, 11, 11, 12, 13, 13], "R401": [1, 2, 3, 1, 1, 2], "R403": [1, 2, 4, 1, 1, 2],
        "R404": [2, 2, 1, 4, 2, 2], "R405": [1, 2, 1, 2, 1, 2], "R407": [40, 38, 3, 70, 55, 50],
        "R610": [3, 3, 1, 1, 3, 3], "R614": [13, 8, None, 23, 3, 3], "R702_A": [1, 5, None, 5, 1, 1],
        "R705": [17, None, None, None, 1, 1], "R706": [4, None, None, None, 2, 6],
    }
)  # fmt: skip
SPENDING = pd.DataFrame(
    {"URUT": [13, 11], "R101": [99, 99], "FOOD": [600_000.5, 900_000.0], "KAPITA": [550_000.25, 1_250_000.0]}
)


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "t.duckdb") as opened:
        yield opened


@pytest.fixture
def files(tmp_path):
    houses, members, spending = tmp_path / "kor_rt.csv", tmp_path / "kor_ind.sav", tmp_path / "blok43.dta"
    HOUSES.astype({"R1809B": "Int64", "R1809C": "Int64"}).to_csv(houses, index=False)
    pyreadstat.write_sav(MEMBERS, str(members))
    pyreadstat.write_dta(SPENDING, str(spending))
    return [houses, members, spending]


def test_three_files_become_one_survey(store, files):
    survey = read_survey(store, files)
    frame = predictor_frame(store, survey)
    assert frame["size"].tolist() == [3, 1, 2]
    assert frame["tenure"].tolist() == ["own", "rent", "other"]
    assert frame["roof"].tolist() == ["tile", "asbestos_zinc", "thatch"]
    assert frame["wall"].tolist() == ["brick", "bamboo", "wood"]
    assert frame["floor"].tolist() == ["tile", "earth", "cement"]
    assert frame["toilet"].tolist() == ["own", "none", "shared"]
    assert frame["closet"].tolist()[::2] == ["gooseneck", "pit"]
    assert frame["septic"].tolist()[::2] == [True, False]
    assert frame["water"].tolist() == ["packaged", "surface", "rain"]
    assert frame["lighting"].tolist() == ["pln_metered", "none", "non_pln"]
    assert frame["fuel"].tolist() == ["gas_electric", "wood_charcoal", "none"]
    assert frame["motorcycle"].tolist() == [True, False, False]
    assert frame["car"].tolist() == [False, False, True]
    assert frame["head_sex"].tolist() == ["male", "female", "male"]
    assert frame["head_marital"].tolist() == ["married", "widowed", "married"]
    assert frame["head_education"].tolist() == ["senior", "none", "primary"]
    assert frame["head_working"].tolist() == [True, False, True]
    assert frame["head_sector"].tolist()[::2] == ["services", "agriculture"]
    assert frame["head_work_status"].tolist()[::2] == ["employee", "own_assisted"]
    assert frame["children_0_6"].tolist() == [1, 0, 0]
    assert frame["KAPITA"].tolist()[::2] == [1_250_000, 550_000.25]  # by household, not by row
    assert pd.isna(frame["KAPITA"][1])
    roles = survey.roles
    assert (roles.outcome, roles.weight, roles.cluster, roles.district) == ("KAPITA", "FWT", "PSU", "R103")
    assert roles.size is None
    assert list(store.staging.iterdir()) == []


def test_it_is_said_that_the_profile_is_unverified(store, files):
    survey = read_survey(store, files)
    assert survey.roles.status == "unverified"
    assert survey.notes[0].startswith("Profil Susenas Maret (KOR) belum diverifikasi")
    assert "1 rumah tangga tidak ada dalam berkas konsumsi; pengeluarannya tidak diketahui." in survey.notes


def test_every_housing_code_has_a_canonical_word():
    codes = {
        "tenure": 5, "roof": 8, "wall": 7, "floor": 9, "toilet": 6, "closet": 4, "water": 11, "lighting": 4, "fuel": 11
    }  # fmt: skip
    fields = shipped_profiles()["susenas_kor"].tables[0].fields
    for field, last in codes.items():
        known = spellings(fields[field])
        words = [known[str(code)] for code in range(1, last + 1)]
        assert set(words) <= set(HOUSING[field])
        assert str(last + 1) not in known


def test_a_household_twice_in_the_consumption_file_is_refused(store, files):
    pyreadstat.write_dta(SPENDING.assign(URUT=[11, 11]), str(files[2]))
    with pytest.raises(Refused) as refused:
        read_survey(store, files)
    assert refused.value.code == "survey_repeated_id"


def test_a_card_is_fitted_on_it_by_canonical_fields(store, tmp_path):
    draw = np.random.default_rng(5)
    n = 400
    floor, motor = draw.choice([2, 6, 8], n), draw.choice([1, 5], n)
    houses = pd.DataFrame(
        {
            "RENUM": np.arange(n) + 1, "PSU": np.arange(n) // 10, "FWT": draw.uniform(50, 150, n).round(2),
            "R301": draw.integers(1, 7, n), "R1806": draw.choice([2, 3], n), "R1807": draw.choice([1, 3], n),
            "R1808": floor, "R2001H": motor,
            "KAPITA": np.exp(13.5 - 0.5 * (floor == 8) + 0.3 * (motor == 1) + 0.2 * draw.standard_normal(n)).round(),
        }
    )  # fmt: skip
    path = tmp_path / "kor.dta"
    pyreadstat.write_dta(houses, str(path))
    card = fit_survey(store, [path], yardstick=False).fit.card  # outcome, weight and cluster are the profile's
    assert {entry.field for entry in card.terms} <= {"size", "roof", "wall", "floor", "motorcycle"}
    # What the invented noise (standard deviation 0.2 of ln) leaves unexplained.
    assert card.r2_cv == pytest.approx(1 - 0.04 / np.log(houses["KAPITA"]).var(), abs=0.06)
    assert any("belum diverifikasi" in warning for warning in card.warnings)

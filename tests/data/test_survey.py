"""A survey as an office has it: mapped onto canonical columns, or left with its own."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analytics.survey_frame import predictor_frame
from data.errors import Refused
from data.store import Store
from data.survey import read_survey, typed

HOUSEHOLDS = """\
id_ruta;klaster;penimbang;jumlah_anggota;pengeluaran_per_kapita;jenis_lantai_terluas;luas_lantai;fasilitas_bab;\
jenis_kloset;aset_bergerak_sepeda_motor;tanggal_pencacahan
R1;K01;10,5;2;750000;08;36;1;1;1;2026-03-31
R2;K01;20;1;1250000;2;KOSONG;6;;2;2026-03-30
"""
PERSONS = """\
id_ruta;status_hubungan_keluarga;jenis_kelamin;tanggal_lahir;status_bekerja;lapangan_usaha_dari_pekerjaan_utama
R1;1;1;1980-04-01;1;1
R1;3;2;2016-01-01;2;
R2;1;2;1950-01-01;2;
R9;1;1;1970-01-01;1;1
"""


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "t.duckdb") as opened:
        yield opened


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_profiled_survey_gives_canonical_fields_and_its_own_columns(store, tmp_path):
    paths = [write(tmp_path, "ruta.csv", HOUSEHOLDS), write(tmp_path, "anggota.csv", PERSONS)]
    survey = read_survey(store, paths)
    assert survey.canonical
    assert survey.on == date(2026, 3, 31)
    assert survey.unit == "household"
    assert survey.aliases["jumlah_anggota"] == "size"
    assert survey.aliases["jenis_lantai_terluas"] == "floor"
    assert survey.notes == ("1 anggota tidak mempunyai rumah tangga dalam survei dan tidak dipakai.",)
    frame = predictor_frame(store, survey)
    assert frame["size"].tolist() == [2, 1]
    assert frame["floor"].tolist() == ["earth", "tile"]
    assert frame["floor_area"].tolist()[0] == 36
    assert pd.isna(frame["floor_area"].tolist()[1])
    assert frame["head_age"].tolist() == [45, 76]  # the day before the birthday
    assert frame["head_sex"].tolist() == ["male", "female"]
    assert frame["head_sector"].tolist()[0] == "agriculture"
    assert frame["elderly"].tolist() == [0, 1]
    assert frame["children_7_18"].tolist() == [1, 0]
    assert frame["motorcycle"].tolist() == [True, False]
    assert frame["penimbang"].tolist() == [10.5, 20]
    assert frame["pengeluaran_per_kapita"].tolist() == [750000, 1250000]
    assert frame["klaster"].tolist() == ["K01", "K01"]


def test_a_given_age_counts_before_the_birth_date(store, tmp_path):
    persons = PERSONS.replace("tanggal_lahir", "umur").replace("1980-04-01", "44")
    survey = read_survey(
        store, [write(tmp_path, "ruta.csv", HOUSEHOLDS.replace("tanggal_pencacahan", "catatan")),
                write(tmp_path, "anggota.csv", persons)],
    )  # fmt: skip
    assert survey.on is None
    assert not any("Tanggal survei" in note for note in survey.notes)
    assert predictor_frame(store, survey)["head_age"].tolist()[0] == 44


def test_nothing_of_the_survey_stays_in_the_staging_folder(store, tmp_path):
    read_survey(store, [write(tmp_path, "ruta.csv", HOUSEHOLDS)])
    with pytest.raises(Refused):
        read_survey(store, [write(tmp_path, "lain.csv", "a;b\n1;2\n")], profile="survey_demo")
    assert list(store.staging.iterdir()) == []


def test_without_members_what_comes_from_them_is_unknown(store, tmp_path):
    survey = read_survey(store, [write(tmp_path, "ruta.csv", HOUSEHOLDS)])
    frame = predictor_frame(store, survey)
    assert frame["size"].tolist() == [2, 1]
    assert frame["elderly"].isna().all()
    assert any("anggota tidak disertakan" in note for note in survey.notes)


def test_a_repeated_household_is_refused(store, tmp_path):
    with pytest.raises(Refused) as refused:
        read_survey(store, [write(tmp_path, "ruta.csv", HOUSEHOLDS.replace("R2", "R1"))])
    assert refused.value.code == "survey_repeated_id"


def test_an_unknown_survey_keeps_its_columns_with_numbers_as_numbers(store, tmp_path):
    survey = read_survey(store, [write(tmp_path, "lain.csv", "kode,uang,jumlah\n01,1000.5,3\n02,KOSONG,4\n")])
    assert not survey.canonical
    assert survey.frame["kode"].tolist() == ["01", "02"]
    assert survey.frame["uang"].tolist()[0] == 1000.5
    assert pd.isna(survey.frame["uang"].tolist()[1])
    assert survey.frame["jumlah"].tolist() == [3, 4]
    assert predictor_frame(store, survey) is survey.frame


def test_a_stata_file_goes_through_a_profile_as_its_csv_does(store, tmp_path):
    write(tmp_path, "ruta.csv", HOUSEHOLDS)
    texts = pd.read_csv(tmp_path / "ruta.csv", sep=";", dtype=str).fillna("")
    texts.assign(jumlah_anggota=texts["jumlah_anggota"].astype(float)).to_stata(
        tmp_path / "ruta.dta", write_index=False, version=118
    )
    by_csv = predictor_frame(store, read_survey(store, [tmp_path / "ruta.csv"]))
    by_stata = predictor_frame(store, read_survey(store, [tmp_path / "ruta.dta"]))
    pd.testing.assert_frame_equal(by_csv, by_stata)


def test_parquet_and_stata_without_a_profile_keep_their_types(store, tmp_path):
    frame = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", "y"]})
    frame.to_parquet(tmp_path / "s.parquet")
    frame.to_stata(tmp_path / "s.dta", write_index=False)
    for name in ("s.parquet", "s.dta"):
        survey = read_survey(store, [tmp_path / name])
        assert survey.frame["a"].tolist() == [1.5, 2.5]
        assert survey.frame["b"].tolist() == ["x", "y"]


@pytest.mark.parametrize("suffix", [".dta", ".parquet"])
def test_a_damaged_statistics_file_is_refused(store, tmp_path, suffix):
    path = tmp_path / f"rusak{suffix}"
    path.write_bytes(b"bukan berkas statistik" * 20)
    with pytest.raises(Refused) as refused:
        read_survey(store, [path])
    assert refused.value.code == "survey_unreadable"


def test_two_files_without_a_profile_are_refused(store, tmp_path):
    paths = [write(tmp_path, name, "a,b\n1,2\n") for name in ("satu.csv", "dua.csv")]
    with pytest.raises(Refused) as refused:
        read_survey(store, paths)
    assert refused.value.code == "survey_profile_needed"


def test_two_household_files_are_refused(store, tmp_path):
    paths = [write(tmp_path, name, HOUSEHOLDS) for name in ("satu.csv", "dua.csv")]
    with pytest.raises(Refused) as refused:
        read_survey(store, paths)
    assert refused.value.code == "survey_files"


def test_codes_with_a_leading_zero_and_long_numbers_stay_text():
    assert typed(pd.Series(["01", "2"])).tolist() == ["01", "2"]
    assert typed(pd.Series(["9901234567890123", "1"])).tolist() == ["9901234567890123", "1"]
    assert typed(pd.Series(["1,5", "-2"])).tolist() == [1.5, -2]
    assert typed(pd.Series(["", "-"])).isna().all()

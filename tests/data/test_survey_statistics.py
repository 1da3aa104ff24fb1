"""Survey files of Stata and SPSS: read in a child process, and refused in one sentence where that fails."""

from datetime import date

import pandas as pd
import pyreadstat
import pytest

from analytics.survey_frame import predictor_frame
from data.errors import Refused
from data.reading import Limits
from data.store import Store
from data.survey import read_survey
from data.survey_statistics import UPLOADS, read_statistics, stage_survey_file

FRAME = pd.DataFrame(
    {
        "id_ruta": ["R1", "R2", "R3"],
        "jumlah_anggota": [2, 1, 4],
        "jenis_lantai_terluas": [8.0, 2.0, None],
        "mutu": [1, 2, 1],
        "terbagi": [1, 2, 7],
        "penimbang": [10.5, 20.0, 0.125],
        "hari": [date(2026, 3, 31), None, date(1899, 1, 1)],
    }
)
LABELS = {
    "jenis_lantai_terluas": {8.0: "Tanah", 2.0: "Keramik"},
    "mutu": {1: "sama", 2: "sama"},
    "terbagi": {1: "satu", 2: "dua"},
}


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "t.duckdb") as opened:
        yield opened


def write(folder, suffix, frame=FRAME):
    path = folder / f"survei{suffix}"
    save = pyreadstat.write_sav if suffix == ".sav" else pyreadstat.write_dta
    save(frame, str(path), variable_value_labels={name: LABELS[name] for name in LABELS if name in frame})
    return path


@pytest.mark.parametrize("suffix", [".sav", ".dta"])
def test_labels_stand_for_codes_only_where_they_tell_them_apart(store, tmp_path, suffix):
    read = read_statistics(write(tmp_path, suffix), store.staging)
    assert read["jenis_lantai_terluas"].tolist()[:2] == ["Tanah", "Keramik"]
    assert pd.isna(read["jenis_lantai_terluas"][2])
    assert read["mutu"].tolist() == [1, 2, 1]
    assert read["terbagi"].tolist() == [1, 2, 7]
    assert read["penimbang"].tolist() == [10.5, 20.0, 0.125]
    assert read["hari"].tolist()[0] == "2026-03-31"
    assert pd.isna(read["hari"][1])
    assert read["hari"].tolist()[2] == "1899-01-01"
    assert list(store.staging.iterdir()) == []


@pytest.mark.parametrize("suffix", [".sav", ".dta"])
def test_a_profile_reads_codes_and_labels_alike(store, tmp_path, suffix):
    labelled = read_survey(store, [write(tmp_path, suffix)])
    assert labelled.roles.weight == "penimbang"
    frame = predictor_frame(store, labelled)
    assert frame["floor"].tolist()[:2] == ["earth", "tile"]
    assert frame["size"].tolist() == [2, 1, 4]
    bare = tmp_path / f"kode{suffix}"
    (pyreadstat.write_sav if suffix == ".sav" else pyreadstat.write_dta)(FRAME, str(bare))
    by_code = predictor_frame(store, read_survey(store, [bare]))
    assert by_code["floor"].tolist()[:2] == ["earth", "tile"]
    assert list(store.staging.iterdir()) == []


def test_pandas_own_stata_files_are_read_too(store, tmp_path):
    path = tmp_path / "pandas.dta"
    FRAME.drop(columns="hari").astype({"id_ruta": "category"}).to_stata(path, write_index=False, version=118)
    read = read_statistics(path, store.staging)
    assert read["id_ruta"].tolist() == ["R1", "R2", "R3"]
    assert read["penimbang"].tolist() == [10.5, 20.0, 0.125]


@pytest.mark.parametrize("suffix", [".sav", ".dta"])
@pytest.mark.parametrize("damage", ["truncated", "foreign", "empty"])
def test_a_damaged_file_is_refused_in_one_sentence(store, tmp_path, suffix, damage):
    whole = write(tmp_path, suffix, pd.concat([FRAME] * 50)).read_bytes()
    contents = {"truncated": whole[: len(whole) // 3], "foreign": b"PK\x03\x04 bukan survei" * 40, "empty": b""}
    path = tmp_path / f"rusak{suffix}"
    path.write_bytes(contents[damage])
    with pytest.raises(Refused) as refused:
        read_survey(store, [path])
    assert refused.value.code == "survey_unreadable"
    assert refused.value.message.startswith(f"Berkas rusak{suffix} tidak dapat dibaca")
    assert refused.value.message.count(".") <= 2
    assert list(store.staging.iterdir()) == []


def test_a_file_without_rows_is_refused(store, tmp_path):
    with pytest.raises(Refused) as refused:
        read_statistics(write(tmp_path, ".dta", FRAME.head(0).drop(columns="hari")), store.staging)
    assert refused.value.code == "empty_file"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(seconds=0.05), "reading_timeout"),
        (Limits(max_bytes=10), "too_large"),
        (Limits(max_columns=3), "too_large"),
    ],
)
def test_a_file_beyond_the_limits_is_refused(store, tmp_path, limits, code):
    with pytest.raises(Refused) as refused:
        read_statistics(write(tmp_path, ".dta"), store.staging, limits)
    assert refused.value.code == code
    assert list(store.staging.iterdir()) == []


@pytest.mark.slow
def test_the_memory_limit_reaches_the_child(store, tmp_path):
    wide = pd.DataFrame({f"v{i}": [1.0] * 400_000 for i in range(100)})
    wide.to_parquet(tmp_path / "besar.parquet")
    with pytest.raises(Refused) as refused:
        read_statistics(tmp_path / "besar.parquet", store.staging, Limits(memory_bytes=1_100_000_000))
    assert refused.value.code == "reading_memory"


def test_any_survey_file_can_be_staged_as_text(store, tmp_path):
    staged = stage_survey_file(write(tmp_path, ".sav"), store.staging)
    read = pd.read_parquet(staged.parquet)
    assert staged.columns == tuple(FRAME.columns)
    assert read["jumlah_anggota"].tolist() == ["2", "1", "4"]
    assert read["jenis_lantai_terluas"].tolist() == ["Tanah", "Keramik", ""]
    assert read["penimbang"].tolist() == ["10.5", "20.0", "0.125"]


def test_the_app_takes_no_parquet():
    assert {"dta", "sav"} < set(UPLOADS)
    assert "parquet" not in UPLOADS


def test_lists_records_and_bytes_are_no_columns_of_a_survey(store, tmp_path):
    path = tmp_path / "survei.parquet"
    odd = {"daftar": [[1, 2]] * 3, "isi": [{"a": 1}] * 3, "mentah": [b"\xff\xfe"] * 3}
    pd.DataFrame({"uang": [1.0, 2.0, 3.0]} | odd).to_parquet(path)
    assert list(read_statistics(path, store.staging).columns) == ["uang"]

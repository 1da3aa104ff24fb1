"""A survey is kept whole, once, for its owner's eyes, and without a name in it."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import kept_survey
from analytics.pmt import fit
from analytics.survey_frame import Prepared, personal_columns, prepare
from data.errors import Refused
from data.survey import Survey


def frame(rows=60) -> pd.DataFrame:
    random = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "spent": random.lognormal(10, 0.5, rows),
            "weight": random.uniform(1, 3, rows),
            "psu": [f"K{n % 12}" for n in range(rows)],
            "size": pd.array([None if n % 9 == 0 else 1 + n % 5 for n in range(rows)], dtype="Int64"),
            "floor": [None if n % 7 == 0 else ("earth", "tile", "cement")[n % 3] for n in range(rows)],
            "car": pd.Series([None if n % 11 == 0 else n % 4 == 0 for n in range(rows)], dtype=object),
            "rooms": pd.Categorical([f"{n % 4} kamar" for n in range(rows)]),
            "mixed": pd.Series([n % 3 if n % 2 else "banyak" for n in range(rows)], dtype=object),
        }
    )


USE = {"outcome": "spent", "weight": "weight", "cluster": "psu", "drop": ("rooms",), "notes": ("Catatan.",)}


def test_what_is_loaded_is_what_was_kept_and_fits_the_same(store):
    given = Prepared(frame=frame(), **USE)
    name = kept_survey.keep(store, given)
    found = kept_survey.load(store, name)
    for use in ("outcome", "size", "weight", "cluster", "district", "predictors", "drop", "notes"):
        assert getattr(found, use) == getattr(given, use)
    pd.testing.assert_frame_equal(found.frame.drop(columns="mixed"), given.frame.drop(columns="mixed"))
    assert list(found.frame["mixed"]) == [str(value) for value in given.frame["mixed"]]
    before, after = (
        fit(made.frame, "spent", weight="weight", cluster="psu", yardstick=False).card.model_dump(exclude={"fitted_at"})
        for made in (given, found)
    )
    assert before == after


def test_the_same_survey_twice_is_one_file_for_its_owner_only(store):
    names = {kept_survey.keep(store, Prepared(frame=frame(), **USE)) for _ in range(2)}
    other = kept_survey.keep(store, Prepared(frame=frame(), **(USE | {"drop": ()})))
    assert len(names) == 1
    assert other not in names
    assert {path.name for path in store.surveys.iterdir()} == {*names, other}  # no draft is left
    assert store.surveys.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in store.surveys.iterdir()} == {0o600}


@pytest.mark.parametrize(
    "name", ["", "../t.duckdb", "/etc/passwd", "a/b.parquet", "..", "x.parquet", "0" * 64, f"{'0' * 64}.parquet\n"]
)
def test_a_card_cannot_point_anywhere_else(store, name):
    store.surveys.mkdir(exist_ok=True)
    with pytest.raises(Refused) as refused:
        kept_survey.load(store, name)
    assert refused.value.code == "survey_unreadable"


def test_a_file_that_is_gone_changed_or_none_is_refused(store):
    name = kept_survey.keep(store, Prepared(frame=frame(), **USE))
    path = store.surveys / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    foreign = b"PAR1 not a table PAR1"
    other = f"{hashlib.sha256(foreign).hexdigest()}.parquet"
    (store.surveys / other).write_bytes(foreign)
    swapped = kept_survey.keep(store, Prepared(frame=frame(70), **USE))
    (store.surveys / swapped).write_bytes(whole)  # a survey all right, but not the one the card was made from
    for wrong in (name, other, swapped, f"{'0' * 64}.parquet"):
        with pytest.raises(Refused) as refused:
            kept_survey.load(store, wrong)
        assert refused.value.code == "survey_unreadable"
    path.write_bytes(whole)
    assert len(kept_survey.load(store, name).frame) == 60


def test_names_and_numbers_of_people_are_left_out_and_said(store):
    people = {
        "Nama KRT": "Siti", "namaanggota": "Budi", "NIK": "x", "No. KK": "y", "Alamat": "Jl. Satu", "full name": "z",
        "no_hp": "0812", "NIK Kepala Keluarga": "k", "kode_lain": "9901010101010001", "angka": 9901010101010001,
    }  # fmt: skip
    kept = {"memiliki_hp": "ya", "jumlah_kk": 2, "umur_kk": 40, "penamaan": "a", "klaster": "K1", "nilai": 1234567.25}
    given = frame().assign(**people, **kept)
    assert set(personal_columns(given)) == set(people)
    made = prepare(store, Survey("s.csv", given), "spent", weight="weight", cluster="psu")
    assert not set(people) & set(made.frame.columns)
    assert set(kept) <= set(made.frame.columns)
    (note,) = made.notes
    assert "Nama KRT" in note
    stored = (store.surveys / kept_survey.keep(store, made)).read_bytes()
    assert b"Siti" not in stored
    assert b"9901010101010001" not in stored


def test_the_shipped_synthetic_survey_loses_no_column(store, tmp_path: Path):
    from analytics.demo_region import fill, invented_map
    from data.demo_survey import write_survey
    from data.survey import read_survey

    files = list(write_survey(fill(invented_map(2), 1500, 2), tmp_path))
    survey = read_survey(store, files, "survey_demo")
    made = prepare(store, survey)  # the profile says the columns
    assert (made.outcome, made.weight, made.cluster) == ("pengeluaran_per_kapita", "penimbang", "klaster")
    assert made.notes == survey.notes
    assert set(survey.frame.columns) <= set(made.frame.columns)


def test_without_outcome_and_profile_the_next_step_is_said(store):
    with pytest.raises(Refused) as refused:
        prepare(store, Survey("s.csv", frame()))
    assert refused.value.code == "outcome_missing"
    assert "--outcome" in refused.value.message

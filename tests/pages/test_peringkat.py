"""Peringkat: the answer first; a survey is fitted, two cards are compared, one is adopted; unknown files are mapped."""

import re

import pandas as pd
import pytest

from data.demo_survey import write_survey
from tests.pages.test_pages import ENGLISH, texts


@pytest.fixture(scope="session")
def survey_files(tmp_path_factory):
    """A small survey of the invented regency: household and person file."""
    from analytics.demo_region import fill, invented_map

    return write_survey(fill(invented_map(3), 3000, 3), tmp_path_factory.mktemp("survei"))


def opened(at):
    at.run()
    at.switch_page("pages/peringkat.py").run()
    assert not at.exception
    return at


def button(at, name):
    return next(found for found in at.button if found.label == name)


def uploaded(at, files):
    given = [(file.name, file.read_bytes(), "text/csv") for file in files]
    at.file_uploader(key="berkas_survei").set_value(given).run()
    return button(at, "Periksa survei").click().run()


def compared(at) -> pd.DataFrame:
    return next(frame.value for frame in at.dataframe if "Keadaan" in frame.value.columns)


def test_the_answer_comes_first_and_counts_of_a_hundred(app):
    opened(app)
    from analytics.scoring import scoring_card
    from pages._shared import open_store

    card = scoring_card(open_store(), app.session_state["scope"].snapshot_id)
    error = next(entry for entry in card.targeting if entry.quota == 0.2)
    found = round(100 * (1 - error.exclusion))
    assert app.metric[1].value == str(found)
    assert f"{found} ditemukan" in app.markdown[1].value
    assert any("tidak meniru peringkat resmi" in text for text in texts(app))
    assert any(f"model ini menemukan **{found}**" in text for text in texts(app))


def test_terms_are_said_in_words(app):
    opened(app)
    sentences = next(frame.value for frame in app.dataframe if "Arti" in frame.value.columns)["Arti"]
    earth = next(text for text in sentences if text.startswith("Lantai tanah"))
    assert re.search(r"\d+% lebih rendah daripada keluarga serupa dengan lantai keramik", earth)
    assert not [text for text in sentences if ENGLISH.search(text)]


def test_survey_facts_are_those_of_the_kept_survey(app):
    opened(app)
    from analytics import kept_survey
    from analytics.scoring import scoring_card
    from pages._shared import open_store

    card = scoring_card(open_store(), app.session_state["scope"].snapshot_id)
    kept = kept_survey.load(open_store(), card.survey_file)
    poor = next(frame.value for frame in app.dataframe if "Di bawah garis (P0)" in frame.value.columns)
    outcome, weight = kept.frame[kept.outcome], kept.frame[kept.weight]
    for row in poor.itertuples(index=False):
        gap = (1 - outcome / row[1]).clip(lower=0)
        assert row[2] == pytest.approx(weight[outcome < row[1]].sum() / weight.sum())
        assert row[3] == pytest.approx((gap * weight).sum() / weight.sum())
        assert row[4] == pytest.approx((gap**2 * weight).sum() / weight.sum())


@pytest.mark.slow
def test_a_survey_is_fitted_compared_and_adopted(app, survey_files):
    opened(app)
    from pages._shared import open_store

    store = open_store()
    assert len(compared(app)) == 1
    uploaded(app, survey_files)
    assert not app.error
    chosen = {box.label: box.value for box in app.selectbox}
    assert chosen["Kolom pengeluaran"] == "pengeluaran_per_kapita"
    assert chosen["Kolom penimbang"] == "penimbang"
    assert chosen["Kolom klaster"] == "klaster"
    app.multiselect(key="cara_latih").set_value(["lasso"])
    app.checkbox(key="pembanding").uncheck()
    button(app, "Latih model").click().run()
    assert not app.exception
    assert not app.error
    cards = compared(app)
    assert len(cards) == 2
    assert cards["Model"].str.startswith("LASSO").tolist() == [True, False]
    assert "dipakai" in cards["Keadaan"][1]
    assert app.metric[0].value == "OLS"
    assert list(store.staging.iterdir()) == []
    button(app, "Pakai model ini").click().run()
    assert not app.exception
    assert app.metric[0].value == "LASSO"
    assert "dipakai" in compared(app)["Keadaan"][0]
    assert any("Model ini yang sekarang memeringkat" in text for text in texts(app))


def test_a_model_fitted_beside_the_demo_is_bound_to_its_regency(app):
    opened(app)
    from pages._model_fit import _bound_to
    from pages._shared import open_store

    assert _bound_to(open_store(), app.session_state["scope"]) == "99.01"


def test_an_unknown_survey_can_be_mapped_and_leaves_nothing_behind(app, survey_files, tmp_path):
    household = pd.read_csv(survey_files[0], dtype=str)
    strange = tmp_path / "survei_kita.csv"
    household.rename(columns={name: f"q_{place}" for place, name in enumerate(household.columns)}).to_csv(
        strange, index=False
    )
    opened(app)
    from pages._shared import open_store

    uploaded(app, [strange])
    assert not app.exception
    assert not app.error
    assert any("belum dikenali" in text for text in texts(app))
    assert "Simpan profil" in [found.label for found in app.button]
    assert [path.suffix for path in open_store().staging.iterdir()] == [".parquet"]
    app.file_uploader(key="berkas_survei").set_value([]).run()
    assert list(open_store().staging.iterdir()) == []


def test_a_broken_survey_is_one_sentence_with_the_name_the_user_knows(app, tmp_path):
    broken = tmp_path / "rusak.sav"
    broken.write_bytes(b"no survey at all" * 40)
    uploaded(opened(app), [broken])
    assert len(app.error) == 1
    assert "rusak.sav" in app.error[0].value
    from pages._shared import open_store

    assert list(open_store().staging.iterdir()) == []


def test_without_a_model_the_page_says_what_to_do(app):
    app.run()
    from pages._shared import open_store

    with open_store().transaction() as cursor:
        cursor.execute("UPDATE run SET model = NULL, model_card = NULL")
        cursor.execute("DELETE FROM family_rank")
    app.switch_page("pages/peringkat.py").run()
    assert not app.exception
    assert app.metric[0].value == "–"
    assert any("Latih satu" in text for text in texts(app))

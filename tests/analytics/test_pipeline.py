"""`run` and `fit_survey` on a handful of families whose scores can be written down."""

import math
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import pieces
from analytics.definitions import judged_stored
from analytics.demo_region import fill, invented_map
from analytics.model_card import ModelCard
from analytics.params import params_hash
from analytics.pipeline import fit_survey, load_demo, run, write_demo
from data.criteria import find_rules
from data.errors import Refused
from tests.analytics import scorecards
from tests.analytics.scorecards import keep, term

A, B = "99.01.01.2001", "99.01.01.2002"
FAMILIES = [  # size comes from the members here
    {"village_code": A, "size": 1, "floor": "earth", "motorcycle": False, "decile_recorded": 1},
    {"village_code": A, "size": 4, "floor": "tile", "motorcycle": True, "decile_recorded": 5},
    {"village_code": B, "size": 1, "floor": "tile", "motorcycle": True, "decile_recorded": None},
    {"village_code": B, "size": 1, "floor": None, "motorcycle": False, "decile_recorded": 2},
]
# ln(size) x -0.5, earth -0.6 (survey mean 0.25), motorcycle 0.3, intercept 10.
SCORES = [10 - 0.6, 10 - 0.5 * math.log(4) + 0.3, 10.3, 10 - 0.6 * 0.25]


TERMS = (
    term("size", "ln", -0.5, 0.4),
    term("floor", "level", -0.6, 0.25, level="earth"),
    term("motorcycle", "flag", 0.3, 0.5),
)


def card(name="uji", terms=TERMS, day=1, **changes) -> ModelCard:
    return scorecards.card(name, terms, day, **({"price_date": date(2021, 3, 1)} | changes))


@pytest.fixture
def filled(store, build):
    build(store, families=FAMILIES)
    return store


def test_scores_ranks_and_definitions_by_hand(filled):
    path = keep(filled, card())
    report = run(filled)
    assert report.definitions == ("recorded", "pmt_quota", "pmt_line")
    assert report.missing == ()
    assert report.families == 4
    assert report.model == str(path)
    assert report.params_hash == params_hash()
    rows = filled.rows("SELECT * FROM family_rank ORDER BY family_no")
    assert [row["score"] for row in rows] == pytest.approx(SCORES)
    # Poorest first: families 1, 2, 4, 3 (9.4, 9.61, 9.85, 10.3).
    assert [row["share_regency"] for row in rows] == [0.25, 0.5, 1.0, 0.75]
    assert [row["share_village"] for row in rows] == [0.5, 1.0, 1.0, 0.5]
    assert [row["share_regency_persons"] for row in rows] == pytest.approx([1 / 7, 5 / 7, 1.0, 6 / 7])
    # Importances .25, .3, .15: the fourth family's floor is unknown.
    assert [row["imputed_share"] for row in rows] == pytest.approx([0, 0, 0, 0.3 / 0.7])
    made = filled.one("SELECT * FROM run")
    assert made["model"] == str(path)
    assert made["data_hash"] == report.data_hash == "hash"
    assert any("1 keluarga (25,0%)" in warning for warning in report.warnings)


def test_families_made_two_at_a_time_are_the_same(filled, monkeypatch):
    keep(filled, card())
    queries = [
        "SELECT * FROM family_feature ORDER BY family_no",
        "SELECT * FROM family_line ORDER BY line, family_no",
        "SELECT * FROM village_line ORDER BY line, village_code",
        "SELECT * FROM family_page ORDER BY family_no",
    ]
    run(filled)
    whole = [filled.frame(query) for query in queries]
    monkeypatch.setattr(pieces, "FAMILIES", 2)
    run(filled)
    for query, before in zip(queries, whole, strict=True):
        assert len(before) > 0
        pd.testing.assert_frame_equal(filled.frame(query), before, rtol=1e-12)


def test_a_second_run_replaces_the_first(filled):
    keep(filled, card())
    run(filled)
    run(filled)
    counts = filled.one(
        "SELECT (SELECT count(*) FROM family_rank) AS ranks, (SELECT count(*) FROM family_feature) AS features, "
        "(SELECT count(*) FROM run) AS runs"
    )
    assert counts == {"ranks": 4, "features": 4, "runs": 1}


def test_another_snapshot_keeps_its_results(filled, build):
    keep(filled, card())
    run(filled)
    build(filled, families=FAMILIES[:1], snapshot={"snapshot_id": "s2", "imported_at": datetime(2026, 3, 1)})
    assert run(filled).snapshot_id == "s2"
    assert filled.rows("SELECT snapshot_id, count(*) AS n FROM family_rank GROUP BY 1 ORDER BY 1") == [
        {"snapshot_id": "s1", "n": 4},
        {"snapshot_id": "s2", "n": 1},
    ]


def test_without_a_model_only_the_recorded_rank_can_be_used(filled):
    report = run(filled)
    assert report.definitions == ("recorded",)
    assert report.model is None
    assert "Model PMT belum ada" in report.missing[0]
    assert filled.one("SELECT count(*) AS n FROM family_rank") == {"n": 0}
    assert filled.one("SELECT count(*) AS n FROM family_feature") == {"n": 4}


def test_a_card_that_no_line_fits_still_ranks_and_says_what_it_cannot(filled):
    keep(filled, card(price_date=None))
    report = run(filled)
    assert report.definitions == ("recorded", "pmt_quota")
    assert any("bulan harganya" in text for text in report.missing)
    assert filled.one("SELECT count(*) AS n FROM family_line") == {"n": 0}


def test_a_run_with_another_card_leaves_no_chance_of_the_earlier_one(filled):
    keep(filled, card())
    run(filled)
    assert filled.one("SELECT count(DISTINCT line) AS n FROM family_line") == {"n": 2}
    keep(filled, card("kuantil", day=2, method="quantile"))
    run(filled)
    assert filled.one("SELECT count(*) AS n FROM village_line") == {"n": 0}


def test_the_newest_model_that_can_score_is_taken(filled):
    keep(filled, card("tua", day=1))
    chosen = keep(filled, card("baru", day=2))
    keep(filled, card("asing", day=3, scorable=False, missing=("p103",)))
    (filled.models / "rusak.yaml").write_text("[1, 2", encoding="utf-8")
    report = run(filled)
    assert report.model == str(chosen)
    assert report.missing == ()
    assert any("rusak.yaml" in warning for warning in report.warnings)


def test_an_invented_card_never_scores_another_regency_by_itself(filled):
    path = keep(filled, card("rekaan", region="19.71"))
    report = run(filled)
    assert (report.model, report.definitions) == (None, ("recorded",))
    assert run(filled, model=path).model == str(path)  # unless somebody asks for it
    keep(filled, card("setempat", region="99.01"))
    assert str(run(filled).model).endswith("setempat.yaml")


def test_a_field_the_data_lack_altogether_is_named_and_not_filled(filled):
    keep(filled, card(terms=(*TERMS, term("water", "level", 0.1, 0.3, level="piped"))))
    report = run(filled)
    assert report.definitions == ("recorded",)
    assert "sumber air minum" in report.missing[0]
    assert "--drop water" in report.missing[0]
    assert filled.one("SELECT count(*) AS n FROM family_rank") == {"n": 0}


def test_a_model_on_foreign_fields_is_named_and_scores_nobody(filled):
    path = keep(filled, card(terms=(term("p103", "flag", 0.1, 0.3),), scorable=False, missing=("p103",)))
    report = run(filled, model=path)
    assert report.definitions == ("recorded",)
    assert "p103" in report.missing[0]


def test_a_hostile_model_is_refused_and_the_former_results_stay(filled):
    good = keep(filled, card(day=1))
    run(filled)
    bad = keep(filled, card("jahat", terms=(term("decile_recorded", "linear", 1.0, 1.0),), day=2))
    with pytest.raises(Refused) as refused:
        run(filled, model=bad)
    assert refused.value.code == "model_unusable"
    assert filled.one("SELECT count(*) AS n FROM family_rank") == {"n": 4}
    assert filled.one("SELECT model FROM run") == {"model": str(good)}


def test_households_against_families_is_said(filled):
    keep(filled, card(unit="household"))
    assert any("rumah tangga" in warning for warning in run(filled).warnings)


def test_a_register_unlike_the_survey_is_said(filled):
    far = (TERMS[0], TERMS[1], term("motorcycle", "flag", 0.3, 0.99, sd=0.1))
    keep(filled, card(terms=far))
    (warning,) = [warning for warning in run(filled).warnings if "Sebaran" in warning]
    assert "sepeda motor" in warning
    assert "lantai" not in warning


def test_a_list_of_the_poorest_without_totals_has_no_rank_in_the_regency(store, build):
    build(store, families=FAMILIES, regions={A: "A", B: "B"}, snapshot={"frame": "truncated"})
    keep(store, card())
    report = run(store)
    # Chances need no rank: they are of the families listed.
    assert report.definitions == ("recorded", "pmt_line")
    assert "penduduk acuan" in report.missing[0]


def test_data_without_recorded_deciles_say_so(store, build):
    build(store, families=[{**family, "decile_recorded": None} for family in FAMILIES])
    report = run(store)
    assert report.definitions == ()
    assert len(report.missing) == 2


def test_no_data_and_unknown_data_are_refused(store, build):
    with pytest.raises(Refused) as none:
        run(store)
    build(store, families=FAMILIES)
    with pytest.raises(Refused) as unknown:
        run(store, "s9")
    assert (none.value.code, unknown.value.code) == ("no_snapshot", "snapshot_unknown")


def test_progress_runs_to_the_end(filled):
    told = []
    run(filled, progress=lambda share, phrase: told.append((share, phrase)))
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert told[-1] == (1.0, "Perhitungan selesai")


def _survey(folder: Path) -> list[Path]:
    """300 households of one or two members in the codes of the synthetic survey; truth as in TERMS."""
    random = np.random.default_rng(4)
    size, earth, motorcycle = random.integers(1, 3, 300), random.random(300) < 0.3, random.random(300) < 0.5
    spent = np.exp(10 - 0.5 * np.log(size) - 0.6 * earth + 0.3 * motorcycle + random.normal(0, 0.2, 300))
    households = pd.DataFrame(
        {
            "id_ruta": [f"R{n}" for n in range(300)], "klaster": [f"K{n // 10}" for n in range(300)],
            "penimbang": random.uniform(50, 150, 300).round(2), "jumlah_anggota": size,
            "pengeluaran_per_kapita": spent.round(2), "jenis_lantai_terluas": np.where(earth, 8, 2),
            "aset_bergerak_sepeda_motor": np.where(motorcycle, 1, 2), "tanggal_pencacahan": date(2026, 3, 31),
        }
    )  # fmt: skip
    households.to_csv(folder / "ruta.csv", index=False)
    return [folder / "ruta.csv"]


def test_a_fitted_model_is_kept_and_scores_the_register(filled, tmp_path):
    made = fit_survey(
        filled, _survey(tmp_path), "pengeluaran_per_kapita", weight="penimbang", cluster="klaster",
        drop=["jumlah_anggota"], predictors="auto",
    )  # fmt: skip
    assert made.path.parent == filled.models
    assert ModelCard.load(made.path) == made.fit.card
    answer = made.as_json()
    assert answer["model"] == str(made.path)
    assert answer["scorable"] is True
    assert answer["left_out"]["size"] == "dikeluarkan atas permintaan"
    report = run(filled)
    assert report.model == str(made.path)
    found = {(t.field, t.level): t.coefficient for t in made.fit.card.terms}
    assert found["floor", "earth"] == pytest.approx(-0.6, abs=0.1)
    scores = [row["score"] for row in filled.rows("SELECT score FROM family_rank ORDER BY family_no")]
    intercept = made.fit.card.intercept
    assert scores[0] == pytest.approx(intercept + found["floor", "earth"])
    assert scores[1] == scores[2] == pytest.approx(intercept + found["motorcycle", None])


def test_two_fits_in_one_second_are_two_files(filled, tmp_path):
    survey = _survey(tmp_path)
    paths = {fit_survey(filled, survey, "pengeluaran_per_kapita").path for _ in range(2)}
    assert len(paths) == 2


# The synthetic regency ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_demo_goes_the_whole_way_and_its_score_finds_the_truth(store):
    told = []
    made = load_demo(store, families=4000, progress=lambda share, phrase: told.append(share))
    assert told == sorted(told)
    assert made.run.definitions == ("recorded", "pmt_quota", "pmt_line")
    assert made.villages == 120
    assert list(store.staging.iterdir()) == []
    assert store.one("SELECT count(*) AS n FROM boundary WHERE level = 'village'") == {"n": 120}
    assert made.as_json().keys() >= {"families", "persons", "villages", "files", "truth"}
    # Visits answer after `run`; pages read what is stored all the same.
    assert store.one("SELECT count(*) > 0 AS visited FROM criterion_answer") == {"visited": True}
    assert judged_stored(store, made.snapshot_id, find_rules(store))
    truth = fill(invented_map(), 4000, 1).truth
    scored = store.frame("SELECT family_id, score FROM family_rank JOIN family_identity USING (snapshot_id, family_no)")
    both = truth.merge(scored, on="family_id")
    assert len(both) > 0.95 * len(truth)
    assert np.corrcoef(np.log(both["consumption"]), both["score"])[0, 1] == pytest.approx(math.sqrt(0.5), abs=0.1)
    ranked = both["score"].rank(pct=True)
    hit = (ranked <= 0.2) & (both["consumption"].rank(pct=True) <= 0.2)
    card = ModelCard.load(Path(made.run.model))
    at_20 = next(line for line in card.targeting if line.quota == 0.2)
    # What the survey promises on held-out clusters is what happens in the register.
    assert at_20.exclusion == pytest.approx(1 - hit.sum() / (0.2 * len(both)), abs=0.08)


@pytest.mark.slow
@pytest.mark.shared
def test_the_demo_fills_real_villages(store, shared):
    made = load_demo(store, families=1500, boundaries=shared / "boundaries" / "19.71_desa.geojson")
    assert made.villages == 42
    codes = store.rows("SELECT DISTINCT left(village_code, 5) AS regency FROM family")
    assert codes == [{"regency": "19.71"}]


@pytest.mark.slow
def test_the_files_of_the_demo_are_written_by_role(tmp_path):
    answer = write_demo(tmp_path / "keluar", families=500)
    roles = {
        "dtsen_family", "dtsen_person", "p3ke_family", "p3ke_person", "recipients", "survey", "survey_person", "bridge",
        "boundaries", "population", "facilities", "inventory", "official",
        "sub_activities", "village_proposals",
    }  # fmt: skip
    assert set(answer["files"]) == roles
    assert all(Path(path).is_file() for path in answer["files"].values())
    truth = pd.read_csv(answer["truth"], dtype={"family_id": str})
    assert {"family_id", "village_code", "size", "consumption"} <= set(truth.columns)
    assert len(truth) == answer["families"] == 500
    assert truth["size"].sum() == answer["persons"]

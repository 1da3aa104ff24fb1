"""A refit is a fit from scratch without the field, and its cost stands beside it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import kept_survey
from analytics.fitting import FitReport, fit_survey
from analytics.model_card import ModelCard
from analytics.pipeline import run
from analytics.refit import cost_sentence, refit_without
from data.errors import Refused
from data.store import Store

FLOORS, WATER = {"earth": 8, "tile": 2, "cement": 6}, {"piped": 3, "rain": 10}
# What is not the model but when and under which name it was made.
AROUND = {"fitted_at", "name", "cost", "survey_file", "left_out"}


def survey(folder: Path) -> list[Path]:
    """400 households in 40 clusters in the codes of the synthetic survey; floor, motorcycle and size matter."""
    random = np.random.default_rng(4)
    size, motorcycle = random.integers(1, 6, 400), random.random(400) < 0.5
    floor = random.choice(list(FLOORS), 400)
    noise = random.normal(0, 0.25, 400) + np.repeat(random.normal(0, 0.1, 40), 10)
    spent = np.exp(10 - 0.4 * np.log(size) - 0.5 * (floor == "earth") + 0.4 * motorcycle + noise)
    pd.DataFrame(
        {
            "id_ruta": [f"R{n}" for n in range(400)], "klaster": [f"K{n // 10}" for n in range(400)],
            "penimbang": random.uniform(50, 150, 400).round(2), "jumlah_anggota": size,
            "pengeluaran_per_kapita": spent.round(2), "jenis_lantai_terluas": [FLOORS[name] for name in floor],
            "sumber_air_minum_utama": [WATER[name] for name in random.choice(list(WATER), 400)],
            "aset_bergerak_sepeda_motor": np.where(motorcycle, 1, 2),
            "aset_bergerak_mobil": np.where(random.random(400) < 0.2, 1, 2),
        }
    ).to_csv(folder / "ruta.csv", index=False)  # fmt: skip
    return [folder / "ruta.csv"]


def fitted(store, folder: Path, **changes) -> FitReport:
    roles = {"weight": "penimbang", "cluster": "klaster", "profile": "survey_demo", "yardstick": False} | changes
    return fit_survey(store, survey(folder), "pengeluaran_per_kapita", **roles)


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A folder with the card and the survey of one plain fit."""
    folder = tmp_path_factory.mktemp("once")
    with Store(folder / "t.duckdb") as store:
        fitted(store, folder)
    return folder


@pytest.fixture
def full(store, once) -> tuple[Path, ModelCard]:
    """That fit as if made in this store."""
    for name in ("models", "surveys"):
        shutil.copytree(once / name, store.path.parent / name)
    (path,) = store.models.glob("*.yaml")
    return path, ModelCard.load(path)


def models(store) -> int:
    return len(list(store.models.glob("*.yaml")))


FULL = {"size": 3, "floor": "earth", "water": "piped", "motorcycle": True, "car": False}


def families(**without) -> list[dict]:
    return [FULL | {"floor": floor, "decile_recorded": 1} | without for floor in ("earth", "tile", "cement")]


def test_the_card_names_its_survey_and_the_survey_is_there(store, tmp_path):
    made = fitted(store, tmp_path)
    assert made.fit.card.survey_file is not None
    assert ModelCard.load(made.path) == made.fit.card
    kept = kept_survey.load(store, made.fit.card.survey_file)
    assert len(kept.frame) == 400
    assert (kept.outcome, kept.weight, kept.cluster) == ("pengeluaran_per_kapita", "penimbang", "klaster")
    again = fitted(store, tmp_path)
    assert again.fit.card.survey_file == made.fit.card.survey_file
    assert len(list(store.surveys.iterdir())) == 1


@pytest.mark.parametrize("method", ["ols", "quantile", pytest.param("lasso", marks=pytest.mark.slow)])
def test_a_refit_is_a_fit_from_scratch_without_the_field(store, tmp_path, method):
    full = fitted(store, tmp_path, method=method, repeats=2, period="Maret 2026", region="99.01").fit.card
    scratch = fitted(store, tmp_path, method=method, repeats=2, period="Maret 2026", drop=["motorcycle", "car"])
    made = refit_without(store, full, ["motorcycle", "car"])
    assert made.card.model_dump(exclude=AROUND | {"region"}) == scratch.fit.card.model_dump(exclude=AROUND | {"region"})
    pd.testing.assert_frame_equal(made.held_out, scratch.fit.held_out)
    assert made.card.region == "99.01"
    assert made.card.survey_file == full.survey_file
    assert made.card.name == f"{full.name} tanpa sepeda motor dan mobil"
    assert models(store) == 2  # a refit by itself saves nothing


def test_the_cost_is_held_out_figures_before_and_after(store, full):
    _, full = full
    after = refit_without(store, full, ["motorcycle"]).card
    cost = after.cost
    assert cost is not None
    assert (cost.before, cost.dropped, cost.quota) == (full.name, ("motorcycle",), 0.2)
    assert (cost.r2_before, cost.r2_after) == (full.r2_cv, after.r2_cv)
    at = {entry.quota: entry.exclusion for entry in full.targeting}
    assert cost.exclusion_before == at[0.2]
    assert cost.exclusion_after == {entry.quota: entry.exclusion for entry in after.targeting}[0.2]
    assert cost.r2_after < cost.r2_before - 0.05  # motorcycles matter in this survey
    # A refit of the refit is compared with the first, and what was dropped stays dropped.
    twice = refit_without(store, after, ["car"]).card
    assert twice.cost is not None
    assert (twice.cost.before, twice.cost.dropped) == (full.name, ("motorcycle", "car"))
    assert twice.cost.r2_before == full.r2_cv
    assert not {"motorcycle", "car"} & set(twice.fields_needed)
    assert twice.name == f"{full.name} tanpa sepeda motor dan mobil"


def test_run_refits_by_itself_once_and_says_what_it_costs(store, build, full):
    build(store, families=families(motorcycle=None))
    report = run(store)
    assert report.model is not None
    used = ModelCard.load(Path(report.model))
    assert "motorcycle" not in used.fields_needed
    assert used.cost is not None
    assert used.cost.dropped == ("motorcycle",)
    assert Path(report.model).parent == store.models
    assert not any("--drop" in sentence for sentence in report.missing)
    (said,) = [sentence for sentence in report.warnings if "dilatih ulang" in sentence]
    assert said.startswith("Data ini tidak memuat sepeda motor; model dilatih ulang tanpa itu: R² turun dari 0,")
    assert said.endswith("terlewat.")
    scored = store.one("SELECT count(*) AS n, max(imputed_share) AS filled FROM family_rank WHERE score IS NOT NULL")
    assert scored == {"n": 3, "filled": 0.0}
    assert models(store) == 2
    again = run(store)
    assert (again.model, models(store)) == (report.model, 2)
    assert said in again.warnings
    # Who names the first card gets the same refit.
    assert run(store, model=full[0]).model == report.model
    assert models(store) == 2


def test_data_that_have_the_field_get_the_whole_model(store, build, full):
    build(store, families=families(motorcycle=None))
    short = run(store)
    build(store, families=families(), snapshot={"snapshot_id": "s2", "imported_at": datetime(2026, 3, 1)})
    report = run(store, "s2")
    assert report.model == str(full[0])
    assert not any("dilatih ulang" in sentence for sentence in report.warnings)
    # Less is missing here than the saved refit leaves out, or something else: it is no substitute.
    build(store, families=families(car=None), snapshot={"snapshot_id": "s3", "imported_at": datetime(2026, 4, 1)})
    other = ModelCard.load(Path(str(run(store, "s3").model)))
    assert other.cost is not None
    assert other.cost.dropped == ("car",)
    assert "motorcycle" in other.fields_needed
    assert short.model is not None
    chosen = run(store, "s2", Path(short.model))  # asked for, it is used, and says what it leaves out
    assert chosen.model == short.model
    assert any(sentence.startswith("Model dilatih ulang tanpa sepeda motor:") for sentence in chosen.warnings)


def test_a_newer_model_is_refitted_though_an_older_refit_would_do(store, build, full, tmp_path):
    build(store, families=families(motorcycle=None))
    first = run(store).model
    later = fitted(store, tmp_path, drop=["water"])
    later.fit.card.model_copy(update={"fitted_at": datetime(2099, 1, 1, tzinfo=UTC)}).save(later.path)
    report = run(store)
    assert report.model != first
    assert "water" not in ModelCard.load(Path(str(report.model))).fields_needed


def test_without_the_survey_the_sentence_of_today_stays(store, build, full):
    path, made = full
    build(store, families=families(motorcycle=None))
    kept = store.surveys / str(made.survey_file)
    kept.unlink()
    report = run(store)
    assert report.model is None
    assert any("--drop motorcycle" in sentence for sentence in report.missing)
    assert any("Survei yang tersimpan" in sentence for sentence in report.warnings)
    made.model_copy(update={"survey_file": None}).save(path)
    bare = run(store)
    assert bare.model is None
    assert not any("Survei yang tersimpan" in sentence for sentence in bare.warnings)
    assert any("--drop motorcycle" in sentence for sentence in bare.missing)


def test_a_card_that_points_outside_the_folder_reads_nothing(store, full, tmp_path):
    _, made = full
    outside = tmp_path / "luar.parquet"
    outside.write_bytes((store.surveys / str(made.survey_file)).read_bytes())
    for name in ("../luar.parquet", str(outside)):
        bad = made.model_copy(update={"survey_file": name})
        with pytest.raises(Refused) as refused:
            refit_without(store, bad, ["car"])
        assert refused.value.code == "survey_unreadable"


def test_when_nothing_is_left_to_predict_the_recorded_rank_stays(store, build, full):
    nothing = dict.fromkeys(FULL)
    build(store, families=[{"decile_recorded": 3} | nothing for _ in range(3)])
    report = run(store)
    assert report.model is None
    assert report.definitions == ("recorded",)
    assert any("penduga" in sentence for sentence in report.warnings)
    assert models(store) == 1


def test_many_fields_are_named_in_a_few_words(store, full):
    _, full = full
    made = refit_without(store, full, ["motorcycle", "car", "water", "floor"]).card
    assert made.name == f"{full.name} tanpa sepeda motor, mobil, dan 2 ciri lain"
    assert len(made.name) <= 120
    assert made.cost is not None
    said = cost_sentence(
        made.cost.model_copy(
            update={"r2_before": 0.5, "r2_after": 0.47, "exclusion_before": 0.412, "exclusion_after": 0.44}
        ),
        ("motorcycle", "car", "water", "floor", "roof"),
    )
    assert said == (
        "Data ini tidak memuat sepeda motor, mobil, sumber air minum, dan lantai; model dilatih ulang tanpa itu: R² "
        "turun dari 0,50 ke 0,47, dan pada kuota 20%, dari 100 keluarga termiskin yang seharusnya terpilih, 44 "
        "(sebelumnya 41) terlewat."
    )


@pytest.mark.slow
def test_a_p3ke_file_is_scored_by_the_survey_of_the_synthetic_regency(store, tmp_path):
    """P3KE asks for no assets: the card of the survey cannot score it, the refit can."""
    from analytics.demo_region import fill, invented_map
    from data.demo_p3ke import write_p3ke
    from data.demo_survey import write_survey
    from data.ingest import import_files
    from data.regions import ensure_regions

    ensure_regions(store)
    region = fill(invented_map(1), 4000, 1)
    files = list(write_survey(region, tmp_path))
    full = fit_survey(store, files, profile="survey_demo", yardstick=False).fit.card
    imported = import_files(store, list(write_p3ke(region, tmp_path)), label="P3KE")
    report = run(store, imported.snapshot_id)
    used = ModelCard.load(Path(str(report.model)))
    assert used.cost is not None
    assert {"motorcycle", "car", "refrigerator", "septic"} <= set(used.cost.dropped) <= set(full.fields_needed)
    assert set(used.fields_needed) <= set(full.fields_needed)
    scratch = fit_survey(store, files, profile="survey_demo", yardstick=False, drop=list(used.cost.dropped)).fit.card
    assert used.model_dump(exclude=AROUND) == scratch.model_dump(exclude=AROUND)
    share = store.one("SELECT count(*) AS n, count(score) AS scored FROM family_rank")
    assert share is not None
    assert share["n"] == share["scored"] == imported.families

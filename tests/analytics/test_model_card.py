"""The card: what goes in comes out, its SQL says what its terms say, and a hostile card gets nowhere."""

import math
import os
from datetime import UTC, datetime

import duckdb
import pytest
import yaml

from analytics.fields import FIELDS
from analytics.model_card import ModelCard, Term, compile_sql
from data.contracts import ASSETS, HOUSING, LIVESTOCK
from data.errors import Refused
from data.store import Store


def term(field="size", kind="ln", coefficient=-0.5, mean=1.0, sd=0.5, level=None) -> Term:
    return Term(field=field, kind=kind, level=level, coefficient=coefficient, mean=mean, sd=sd)


TERMS = (
    term(),
    term("floor", "level", -0.4, 0.25, 0.2, "earth"),
    term("floor", "level", 0.3, 0.50, 0.5, "tile"),
    term("motorcycle", "flag", 0.2, 0.6, 0.5),
    term("head_age", "linear", 0.01, 50.0, 10.0),
    term("head_age", "square", -0.0001, 2600.0, 1000.0),
)


def card(terms=TERMS, scorable=True, **changes) -> ModelCard:
    body = {
        "name": "uji", "method": "ols", "outcome": "pengeluaran", "outcome_unit": "rupiah per jiwa per bulan",
        "unit": "household", "survey": "survei.csv", "n": 100, "k": 6, "intercept": 13.0, "terms": terms,
        "sigma": 0.4, "r2_cv": 0.5, "spearman_cv": 0.6, "signal": True, "scorable": scorable,
        "targeting": ({"quota": 0.2, "exclusion": 0.4, "inclusion": 0.4, "low": 0.3, "high": 0.5},),
        "fields_needed": ("size", "floor", "motorcycle", "head_age"), "fitted_at": datetime(2026, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    return ModelCard.model_validate(body | changes)


def score(made: ModelCard, tmp_path, **values) -> tuple[float, float]:
    """Score and imputed share of one family given by its columns."""
    compiled = compile_sql(made)
    row = {"size": None, "floor": None, "motorcycle": None, "head_age": None} | values
    kinds = {"size": "INTEGER", "floor": "VARCHAR", "motorcycle": "BOOLEAN", "head_age": "INTEGER"}
    part = {
        source: ", ".join(f"CAST(${name} AS {kinds[name]}) AS {name}" for name in row if FIELDS[name].source == source)
        for source in ("family", "feature")
    }
    sql = (
        f"SELECT {compiled.score} AS score, {compiled.imputed_share} AS imputed "
        f"FROM (SELECT {part['family']}) AS family, (SELECT {part['feature']}) AS feature"
    )
    with Store(tmp_path / "t.duckdb") as store:
        found = store.one(sql, compiled.params | row)
    assert found is not None
    return found["score"], found["imputed"]


def test_a_saved_card_is_read_back_the_same(tmp_path):
    made = card(sigma_village=0.12, warnings=("satu",), left_out={"uang": "bagian dari pengeluaran"})
    made.save(tmp_path / "models" / "uji.yaml")
    assert ModelCard.load(tmp_path / "models" / "uji.yaml") == made


def test_score_is_the_sum_of_its_terms(tmp_path):
    found, imputed = score(card(), tmp_path, size=4, floor="earth", motorcycle=True, head_age=40)
    assert found == pytest.approx(13.0 - 0.5 * math.log(4) - 0.4 + 0.2 + 0.01 * 40 - 0.0001 * 1600)
    assert imputed == 0.0


def test_a_level_no_term_names_is_the_base(tmp_path):
    found, imputed = score(card(), tmp_path, size=1, floor="wood", motorcycle=False, head_age=0)
    assert found == pytest.approx(13.0)
    assert imputed == 0.0


def test_a_level_named_twice_counts_twice(tmp_path):
    twice = card(terms=(*TERMS, term("floor", "level", 1.0, 0.25, 0.2, "earth")), k=7)
    known = {"size": 1, "motorcycle": False, "head_age": 0}
    assert score(twice, tmp_path, floor="earth", **known)[0] == pytest.approx(13.0 - 0.4 + 1.0)
    assert score(twice, tmp_path, **known)[0] == pytest.approx(13.0 - 0.4 * 0.25 + 0.3 * 0.5 + 1.0 * 0.25)


def test_an_unknown_field_gets_its_survey_mean_and_is_counted(tmp_path):
    found, imputed = score(card(), tmp_path, size=4, motorcycle=False, head_age=40)
    assert found == pytest.approx(13.0 - 0.5 * math.log(4) - 0.4 * 0.25 + 0.3 * 0.5 + 0.4 - 0.16)
    # Importances by hand: size .25, floor .4 x .2 + .3 x .5 = .23, motorcycle .1, age .1 + .1 = .2; sum .78.
    assert imputed == pytest.approx(0.23 / 0.78)


def test_a_size_of_zero_has_no_logarithm_and_is_unknown(tmp_path):
    found, imputed = score(card(), tmp_path, size=0, floor="wood", motorcycle=False, head_age=0)
    assert found == pytest.approx(13.0 - 0.5 * 1.0)
    assert imputed == pytest.approx(0.25 / 0.78)


def test_everything_unknown_is_the_survey_mean_wholly_imputed(tmp_path):
    found, imputed = score(card(), tmp_path)
    assert found == pytest.approx(13.0 - 0.5 - 0.1 + 0.15 + 0.12 + 0.5 - 0.26)
    assert imputed == pytest.approx(1.0)
    assert imputed <= 1.0


def test_levels_are_bound_and_never_in_the_sql():
    compiled = compile_sql(card(), prefix="kata")
    assert sorted(compiled.params.values()) == ["earth", "tile"]
    assert "earth" not in compiled.score
    assert all(f"${name}" in compiled.score for name in compiled.params)


def test_every_field_of_the_whitelist_is_a_column_of_its_table(tmp_path):
    tables = {"family": "family", "feature": "family_feature"}
    with Store(tmp_path / "t.duckdb") as store:
        columns = {
            source: {row["column_name"] for row in store.rows(f"DESCRIBE {table}")} for source, table in tables.items()
        }
    for name, field in FIELDS.items():
        assert name in columns[field.source], name
    assert {*ASSETS, *LIVESTOCK, *HOUSING} - {"stunting_risk"} <= set(FIELDS)


@pytest.mark.parametrize(
    "bad",
    [
        term("floor_text", "level", level="TANAH"),
        term("decile_recorded", "linear"),
        term("1); DROP TABLE family; --", "linear"),
        term("floor", "level", level="earth' OR '1'='1"),
        term("floor", "linear"),
        term("motorcycle", "ln"),
    ],
)
def test_a_term_outside_the_whitelist_is_refused(bad):
    with pytest.raises(Refused) as refused:
        compile_sql(card(terms=(bad,)))
    assert refused.value.code == "model_unusable"
    assert "; --" not in refused.value.message


def test_a_model_that_is_not_scorable_compiles_to_nothing():
    with pytest.raises(Refused) as refused:
        compile_sql(card(scorable=False, missing=("p103",)))
    assert refused.value.code == "model_unusable"


def _write(tmp_path, change):
    body = card().model_dump(mode="json")
    change(body)
    path = tmp_path / "jahat.yaml"
    path.write_text(yaml.safe_dump(body), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body["terms"][0].update(coefficient=float("nan")),
        lambda body: body["terms"][0].update(mean=float("inf")),
        lambda body: body.update(intercept=float("-inf")),
        lambda body: body["terms"][0].update(coefficient="1); DROP TABLE family"),
        lambda body: body["terms"][1].update(level=None),
        lambda body: body["terms"][1].update(level="x" * 10_000),
        lambda body: body["terms"][0].update(kind="sql"),
        lambda body: body.update(extra=1),
        lambda body: body.pop("terms"),
    ],
)
def test_a_malformed_card_is_refused(tmp_path, change):
    with pytest.raises(Refused) as refused:
        ModelCard.load(_write(tmp_path, change))
    assert refused.value.code == "model_unusable"


@pytest.mark.parametrize(
    "text",
    ["!!python/object/apply:os.system ['true']", "[1, 2", "\x00", "- a\n- b\n", ""],
)
def test_what_is_no_card_is_refused(tmp_path, text):
    path = tmp_path / "bukan.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        ModelCard.load(path)
    assert refused.value.code in ("model_unreadable", "model_unusable")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(Refused) as refused:
        ModelCard.load(tmp_path / "tidak-ada.yaml")
    assert refused.value.code == "model_unreadable"


def test_a_question_that_does_not_apply_is_the_base_and_not_imputed(tmp_path):
    made = card(terms=(term("head_sector", "level", -0.2, 0.5, 0.5, "agriculture"),))
    compiled = compile_sql(made)
    sql = (
        f"SELECT {compiled.score} AS score, {compiled.imputed_share} AS imputed FROM "
        "(SELECT CAST($sector AS VARCHAR) AS head_sector, CAST($working AS BOOLEAN) AS head_working) AS feature"
    )
    with Store(tmp_path / "t.duckdb") as store:
        rows = [
            store.one(sql, compiled.params | {"sector": sector, "working": working})
            for sector, working in [("agriculture", True), (None, False), (None, True), (None, None)]
        ]
    assert [(row["score"], row["imputed"]) for row in rows] == [
        (pytest.approx(12.8), 0), (pytest.approx(13.0), 0), (pytest.approx(12.9), 1), (pytest.approx(12.9), 1),
    ]  # fmt: skip


@pytest.mark.parametrize("covariance", [(1.0, 0.0, 1.0), (1.0, 0.0, -1.0, 0.0, 0.0, 1.0)])
def test_a_covariance_of_another_shape_or_below_zero_is_no_card(tmp_path, covariance):
    path = tmp_path / "kartu.yaml"
    body = card(TERMS[:2], k=2).model_dump(mode="json")
    path.write_text(yaml.safe_dump(body | {"covariance": [1.0, 0.0, 1.0, 0.0, 0.0, 1.0]}))
    assert ModelCard.load(path).covariance is not None
    path.write_text(yaml.safe_dump(body | {"covariance": list(covariance)}))
    with pytest.raises(Refused) as refused:
        ModelCard.load(path)
    assert refused.value.code == "model_unusable"


@pytest.mark.parametrize("change", [{"sigma": 1e300}, {"intercept": -1e308}, {"method": "hutan"}])
def test_what_no_fit_can_give_is_no_card(tmp_path, change):
    path = tmp_path / "kartu.yaml"
    path.write_text(yaml.safe_dump(card().model_dump(mode="json") | change))
    with pytest.raises(Refused) as refused:
        ModelCard.load(path)
    assert refused.value.code == "model_unusable"


def test_a_moment_without_a_zone_is_universal_time(tmp_path):
    path = tmp_path / "kartu.yaml"
    path.write_text(yaml.safe_dump(card().model_dump(mode="json") | {"fitted_at": "2026-01-01T00:00:00"}))
    assert ModelCard.load(path).fitted_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_pipe_in_the_folder_of_models_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "kartu.yaml")
    with pytest.raises(Refused) as refused:
        ModelCard.load(tmp_path / "kartu.yaml")
    assert refused.value.code == "model_unreadable"


def test_a_card_of_a_thousand_terms_is_one_expression_the_database_takes():
    made = compile_sql(card(tuple(term(coefficient=0.001) for _ in range(1000)), intercept=0.0, k=1000))
    sql = f"SELECT {made.score} FROM (SELECT 1) AS family, (SELECT {math.e}::DOUBLE AS size) AS feature"
    found = duckdb.connect().execute(sql, made.params).fetchone()
    assert found[0] == pytest.approx(1.0)

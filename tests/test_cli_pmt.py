"""`pmt fit` from the command line: options reach the card, the contract's keys come back."""

import json

import numpy as np
import pandas as pd
import pytest

import cli
from analytics.model_card import ModelCard
from data.demo import DemoVillage, make_region
from data.demo_survey import write_survey

KEYS = {
    "n", "k", "method", "r2_cv", "spearman_cv", "sigma", "sigma_village", "targeting", "yardstick", "signal",
    "scorable", "left_out", "warnings", "model", "fixed_line", "r2_low", "r2_high", "repeats",
}  # fmt: skip


@pytest.fixture
def survey(tmp_path):
    random = np.random.default_rng(1)
    frame = pd.DataFrame({"blok": np.arange(150) % 15, "kamar": random.integers(1, 6, 150), "bobot": 10.0})
    frame["belanja"] = np.exp(13 + 0.3 * frame["kamar"] + random.normal(0, 0.2, 150))
    frame.to_csv(tmp_path / "survei.csv", index=False)
    return tmp_path / "survei.csv"


def run(tmp_path, capsys, *words):
    code = cli.main([*map(str, words), "--db", str(tmp_path / "t.duckdb"), "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("method", ["ols", "lasso", "quantile"])
def test_options_reach_the_card(survey, tmp_path, capsys, method):
    code, echo = run(
        tmp_path, capsys, "pmt", "fit", survey, "--outcome", "belanja", "--weight", "bobot", "--cluster", "blok",
        "--method", method, "--repeats", 2, "--no-yardstick", "--period", "Maret 2026", "--price-date", "2026-03-01",
        "--outcome-unit", "rupiah per jiwa per bulan",
    )  # fmt: skip
    assert code == 0, echo
    assert set(echo) == KEYS
    assert (echo["n"], echo["method"], echo["repeats"], echo["yardstick"]) == (150, method, 2, None)
    card = ModelCard.load(tmp_path / echo["model"])
    assert (card.period, str(card.price_date), card.outcome_unit) == (
        "Maret 2026", "2026-03-01", "rupiah per jiwa per bulan",
    )  # fmt: skip


def test_the_yardstick_is_measured_unless_told_otherwise(survey, tmp_path, capsys):
    code, echo = run(tmp_path, capsys, "pmt", "fit", survey, "--outcome", "belanja", "--cluster", "blok")
    assert code == 0, echo
    assert echo["yardstick"]["method"] == "gradient_boosting"
    assert [line["quota"] for line in echo["yardstick"]["targeting"]] == [0.1, 0.2, 0.4]


def test_a_quantile_belongs_to_its_method(survey, tmp_path, capsys):
    code, echo = run(tmp_path, capsys, "pmt", "fit", survey, "--outcome", "belanja", "--quantile", 0.3)
    assert (code, echo["error"]["code"]) == (1, "option_invalid")


def test_without_a_profile_the_outcome_must_be_said(survey, tmp_path, capsys):
    code, echo = run(tmp_path, capsys, "pmt", "fit", survey)
    assert (code, echo["error"]["code"]) == (1, "outcome_missing")


def test_what_the_profile_says_need_not_be_said_again(tmp_path, capsys):
    villages = [DemoVillage(f"99.01.01.20{i:02}", f"Desa {i}", "Kec", 100 + i / 100, 0.5) for i in range(8)]
    files = write_survey(make_region(villages, 2000), tmp_path)
    code, echo = run(tmp_path, capsys, "pmt", "fit", *files, "--no-yardstick")
    assert code == 0, echo
    card = ModelCard.load(tmp_path / echo["model"])
    assert (card.outcome, card.outcome_unit) == ("pengeluaran_per_kapita", "rupiah fiktif per jiwa per bulan")

"""The fit against the normal equations written out; accuracy against hand examples and repeated rows."""

import math
from functools import partial

import numpy as np
import pandas as pd
import pytest

from analytics import pmt
from analytics.fields import FIELDS
from analytics.pmt_accuracy import cluster_sd, poorest, r_squared, spearman, targeting
from analytics.pmt_choice import auto_predictors, suspicious_name
from analytics.pmt_design import build_design
from data.errors import Refused

# The yardstick has its own tests (test_pmt_methods.py) and takes seconds.
fit = partial(pmt.fit, yardstick=False)


def survey(n=600, clusters=60, seed=1, noise=0.3, effect=0.0) -> pd.DataFrame:
    """A survey in canonical columns whose truth is known: ln expenditure = 13 - 0.5 ln(size) - 0.6 earth
    + 0.3 motorcycle + village effect + noise."""
    random = np.random.default_rng(seed)
    cluster = np.arange(n) % clusters
    size = random.integers(1, 9, n)
    floor = random.choice(["tile", "cement", "earth"], n, p=[0.5, 0.3, 0.2])
    motorcycle = random.random(n) < 0.6
    shared = random.normal(0, effect, clusters)[cluster] if effect else 0.0
    truth = 13 - 0.5 * np.log(size) - 0.6 * (floor == "earth") + 0.3 * motorcycle + shared
    return pd.DataFrame(
        {
            "klaster": [f"K{number}" for number in cluster],
            "penimbang": random.uniform(50, 150, n),
            "pengeluaran": np.exp(truth + random.normal(0, noise, n)),
            "size": size,
            "floor": floor,
            "motorcycle": motorcycle,
        }
    )


def by_normal_equations(columns: list[list[float]], target: list[float], weight: list[float]) -> list[float]:
    """Weighted least squares in plain loops: Gauss-Jordan on X'WX. The first answer is the intercept."""
    rows = [[1.0, *values] for values in zip(*columns, strict=True)]
    k = len(rows[0])
    system = [[0.0] * (k + 1) for _ in range(k)]
    for row, y, w in zip(rows, target, weight, strict=True):
        for i in range(k):
            for j in range(k):
                system[i][j] += w * row[i] * row[j]
            system[i][k] += w * row[i] * y
    for i in range(k):
        best = max(range(i, k), key=lambda r: abs(system[r][i]))
        system[i], system[best] = system[best], system[i]
        system[i] = [value / system[i][i] for value in system[i]]
        for other in range(k):
            if other != i:
                factor = system[other][i]
                system[other] = [a - factor * b for a, b in zip(system[other], system[i], strict=True)]
    return [row[k] for row in system]


def test_coefficients_solve_the_normal_equations():
    frame = survey(n=200, clusters=20)
    card = fit(frame, "pengeluaran", weight="penimbang", cluster="klaster").card
    columns = [
        [math.log(size) for size in frame["size"]],
        [float(floor == "cement") for floor in frame["floor"]],
        [float(floor == "earth") for floor in frame["floor"]],
        [float(value) for value in frame["motorcycle"]],
    ]
    expected = by_normal_equations(columns, [math.log(x) for x in frame["pengeluaran"]], list(frame["penimbang"]))
    found = {(term.field, term.level): term.coefficient for term in card.terms}
    assert card.intercept == pytest.approx(expected[0])
    keys = [("size", None), ("floor", "cement"), ("floor", "earth"), ("motorcycle", None)]
    assert [found[key] for key in keys] == pytest.approx(expected[1:])
    assert len(card.terms) == card.k == 4
    assert card.scorable
    assert card.missing == ()


def test_terms_carry_the_weighted_survey_mean():
    frame = survey(n=200, clusters=20)
    card = fit(frame, "pengeluaran", weight="penimbang").card
    earth = next(term for term in card.terms if term.level == "earth")
    expected = sum(w for w, f in zip(frame["penimbang"], frame["floor"], strict=True) if f == "earth")
    assert earth.mean == pytest.approx(expected / sum(frame["penimbang"]))


def test_the_household_total_with_its_size_is_the_per_capita_fit():
    frame = survey()
    total = frame.assign(belanja_rumah=frame["pengeluaran"] * frame["size"]).drop(columns="pengeluaran")
    per_head = fit(frame, "pengeluaran", weight="penimbang", cluster="klaster").card
    household = fit(total, "belanja_rumah", weight="penimbang", cluster="klaster", size="size").card
    assert {(t.field, t.level, round(t.coefficient, 9)) for t in household.terms} == {
        (t.field, t.level, round(t.coefficient, 9)) for t in per_head.terms
    }
    assert household.r2_cv == pytest.approx(per_head.r2_cv)


def test_a_size_column_of_another_name_joins_as_its_logarithm():
    frame = survey().rename(columns={"size": "jiwa"})
    frame["total"] = frame["pengeluaran"] * frame["jiwa"]
    card = fit(frame, "total", size="jiwa", predictors=["floor"]).card
    first = card.terms[0]
    assert (first.field, first.kind) == ("jiwa", "ln")
    assert first.coefficient == pytest.approx(-0.5, abs=0.1)
    assert not card.scorable
    assert card.missing == ("jiwa",)


def test_truth_is_found_and_the_cluster_effect_with_it():
    card = fit(survey(n=6000, clusters=300, noise=0.3, effect=0.2), "pengeluaran", cluster="klaster").card
    found = {(term.field, term.level): term.coefficient for term in card.terms}
    assert found["size", None] == pytest.approx(-0.5, abs=0.05)
    assert found["floor", "earth"] == pytest.approx(-0.6, abs=0.05)
    assert card.sigma == pytest.approx(math.hypot(0.3, 0.2), abs=0.02)
    assert card.sigma_village == pytest.approx(0.2, abs=0.03)
    assert card.signal


def test_without_clusters_there_is_no_cluster_effect():
    assert fit(survey(), "pengeluaran").card.sigma_village is None


def test_a_cluster_is_never_on_both_sides_of_a_fold():
    held_out = fit(survey(), "pengeluaran", cluster="klaster").held_out
    assert (held_out.groupby("cluster")["fold"].nunique() == 1).all()
    assert held_out.groupby("fold")["cluster"].nunique().tolist() == [12] * 5


def test_held_out_predictions_come_from_the_other_folds():
    frame = survey(n=200, clusters=20)
    made = fit(frame, "pengeluaran", cluster="klaster", predictors=["size"])
    held_out = made.held_out
    for fold in range(5):
        train, test = held_out[held_out["fold"] != fold], held_out[held_out["fold"] == fold]
        size = [math.log(value) for value in frame.loc[train.index, "size"]]
        intercept, slope = by_normal_equations([size], list(train["truth"]), [1.0] * len(train))
        expected = intercept + slope * np.log(frame.loc[test.index, "size"])
        assert test["prediction"].tolist() == pytest.approx(expected.tolist())


def test_the_same_survey_gives_the_same_card():
    first, second = (fit(survey(), "pengeluaran", cluster="klaster").card for _ in range(2))
    assert first.model_copy(update={"fitted_at": second.fitted_at}) == second


def test_noise_gives_no_signal_and_says_so():
    frame = survey()
    frame["pengeluaran"] = np.exp(np.random.default_rng(5).normal(13, 0.5, len(frame)))
    card = fit(frame, "pengeluaran", weight="penimbang", cluster="klaster").card
    assert not card.signal
    assert any("daya ramal" in warning for warning in card.warnings)
    at_20 = next(line for line in card.targeting if line.quota == 0.2)
    assert at_20.exclusion == pytest.approx(0.8, abs=0.12)


def test_too_few_cases_per_term_is_said():
    card = fit(survey(n=35, clusters=7), "pengeluaran", predictors=["size", "floor", "motorcycle"]).card
    assert any("terlalu sedikit" in warning for warning in card.warnings)


def test_cases_without_expenditure_weight_or_cluster_are_counted_out():
    frame = survey()
    frame.loc[0, "pengeluaran"] = 0
    frame.loc[1, "pengeluaran"] = np.nan
    frame.loc[2, "penimbang"] = -1
    frame.loc[3, "klaster"] = None
    card = fit(frame, "pengeluaran", weight="penimbang", cluster="klaster").card
    assert card.n == 596
    assert card.warnings[0].startswith("4 kasus survei tidak dipakai")


def test_missing_proxies_are_filled_with_the_mean_and_counted():
    frame = survey()
    frame["motorcycle"] = frame["motorcycle"].astype(object)
    frame.loc[:5, "motorcycle"] = None
    card = fit(frame, "pengeluaran").card
    assert card.n == 600
    assert "Isian kosong diganti rata-rata survei: sepeda motor (6 kasus)." in card.warnings


# Design ------------------------------------------------------------------------------------------------------------


def test_the_most_frequent_level_is_the_base_and_rare_ones_are_pooled():
    words = ["tile"] * 500 + ["cement"] * 480 + ["wood"] * 8 + ["bamboo"] * 7 + ["earth"] * 5
    frame = pd.DataFrame({"floor": words})
    design = build_design(frame, ["floor"], np.ones(1000))
    assert [[level for level, _ in column.members] for column in design.columns] == [
        ["cement"],
        ["bamboo", "earth", "wood"],
    ]


def test_levels_too_rare_even_together_join_the_base():
    frame = pd.DataFrame({"floor": ["tile"] * 600 + ["cement"] * 395 + ["wood"] * 3 + ["earth"] * 2})
    design = build_design(frame, ["floor"], np.ones(1000))
    assert [column.label for column in design.columns] == ["floor = cement"]


def test_what_other_columns_determine_is_left_out_with_a_reason():
    frame = survey()
    frame["lantai"] = frame["floor"].str.upper()
    card = fit(frame, "pengeluaran", predictors=["floor", "lantai", "motorcycle"]).card
    assert "lantai" in card.left_out
    assert card.k == 3


def test_a_question_that_does_not_apply_is_the_base():
    frame = pd.DataFrame(
        {
            "head_working": [True, True, True, False, None],
            "head_sector": ["services", "services", "industry", None, None],
        }
    )
    (column,) = build_design(frame, ["head_sector"], np.ones(5)).columns
    assert column.label == "head_sector = industry"
    assert column.values[:4].tolist() == [0, 0, 1, 0]
    assert np.isnan(column.values[4])


# Choice ------------------------------------------------------------------------------------------------------------


def test_auto_takes_proxies_and_never_a_part_of_the_outcome():
    frame = survey()
    random = np.random.default_rng(2)
    frame = frame.assign(
        hhid=[f"h{n}" for n in range(len(frame))],
        food_exp=frame["pengeluaran"] * 0.4,
        uang_lain=random.uniform(1e4, 1e6, len(frame)),
        kuintil=random.integers(1, 6, len(frame)),
        miskin=random.random(len(frame)) < 0.1,
        penimbang_lama=1.0,
        p7=random.integers(0, 5, len(frame)),
    )
    card = fit(frame, "pengeluaran", weight="penimbang", cluster="klaster").card
    assert set(card.fields_needed) == {"size", "floor", "motorcycle", "p7"}
    assert set(card.left_out) == {"hhid", "food_exp", "uang_lain", "kuintil", "miskin", "penimbang_lama"}


def test_a_mapped_survey_gives_canonical_fields_only():
    frame = survey()
    frame = frame.assign(**{name: None for name in FIELDS if name not in frame.columns}, p7=frame["size"] % 3)
    chosen, left_out = auto_predictors(frame, {"pengeluaran", "penimbang", "klaster"})
    assert set(chosen) == {"size", "floor", "motorcycle"}
    assert left_out["p7"] == "tidak ada dalam data keluarga"
    assert left_out["roof"] == "tidak ada isinya dalam survei"


def test_auto_leaves_out_a_count_that_is_the_outcome_in_disguise():
    frame = survey(noise=0.02)
    frame["p9"] = np.clip(np.round(40 * (np.log(frame["pengeluaran"]) - 11)), 0, 120)
    card = fit(frame, "pengeluaran").card
    assert "p9" not in card.fields_needed
    assert "kebocoran" in card.left_out["p9"]


def test_a_named_leak_is_fitted_as_asked_but_warned_about():
    frame = survey()
    frame["food_exp"] = frame["pengeluaran"] * 0.4
    card = fit(frame, "pengeluaran", predictors=["food_exp"]).card
    assert card.fields_needed == ("food_exp",)
    assert sum("kebocoran" in warning for warning in card.warnings) == 2
    assert any("kelaziman" in warning for warning in card.warnings)


@pytest.mark.parametrize(
    "name",
    ["tot_exp", "exp_04", "pc_exp", "pengeluaran_per_kapita", "inghog2d", "gashog1d", "wage_head", "pbi_nas",
     "hhweight", "desil_nasional", "pobrezav", "quint_nat", "id_ruta", "nik", "provincia_cod", "KAPITA", "expend",
     "nfexp", "kalori_kap", "terima_raskin", "laba_usaha", "subsidi_listrik", "tunjangan"],
)  # fmt: skip
def test_names_that_give_themselves_away(name):
    assert suspicious_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "sewage",
        "gas_cylinder",
        "n_6_16_no_asisten",
        "rooms",
        "p103",
        "learning",
        "size",
        "experience",
        "labalaba",
        "lantai",
        "simpanan",
    ],
)
def test_names_that_do_not(name):
    assert suspicious_name(name) is None


def test_per_capita_floor_area_is_not_asked_twice():
    random = np.random.default_rng(0)
    frame = survey()
    frame["floor_area"] = random.uniform(10, 90, len(frame))
    frame["per_capita_floor_area"] = frame["floor_area"] / frame["size"]
    chosen, left_out = auto_predictors(frame, {"pengeluaran", "penimbang", "klaster"})
    assert chosen == ["size", "floor", "motorcycle", "floor_area"]
    assert set(left_out) == {"per_capita_floor_area"}


# Refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"method": "stepwise"}, "method_unavailable"),
        ({"quantile": 0.2}, "option_invalid"),
        ({"method": "quantile", "quantile": 1.0}, "option_invalid"),
        ({"repeats": 0}, "option_invalid"),
        ({"weight": "penimbangg"}, "unknown_column"),
        ({"predictors": ["flor"]}, "unknown_column"),
        ({"predictors": ["pengeluaran"]}, "outcome_as_predictor"),
        ({"drop": ("size", "floor", "motorcycle"), "cluster": "klaster", "weight": "penimbang"}, "no_predictors"),
    ],
)
def test_refusals(arguments, code):
    with pytest.raises(Refused) as refused:
        fit(survey(), "pengeluaran", **arguments)
    assert refused.value.code == code


def test_an_unknown_column_offers_the_closest():
    with pytest.raises(Refused, match="motorcycle"):
        fit(survey(), "pengeluaran", predictors=["motorcicle"])


def test_too_few_cases_or_clusters_are_refused():
    with pytest.raises(Refused) as few:
        fit(survey(n=20, clusters=10), "pengeluaran")
    with pytest.raises(Refused) as one:
        fit(survey(clusters=3), "pengeluaran", cluster="klaster")
    assert few.value.code == one.value.code == "survey_too_small"


def test_echo_has_the_keys_of_the_command_line_contract():
    assert set(fit(survey(), "pengeluaran").echo("a.yaml")) == {
        "n", "k", "method", "r2_cv", "spearman_cv", "sigma", "sigma_village", "targeting", "yardstick", "signal",
        "scorable", "left_out", "warnings", "model", "fixed_line", "r2_low", "r2_high", "repeats",
    }  # fmt: skip


# Accuracy ----------------------------------------------------------------------------------------------------------


def test_quota_errors_by_hand():
    # Weights 1, 2, 1, 4, 2; the poorest 30 % by truth are the first two rows. The prediction selects weight 3 from
    # the lowest up: row 3 (1) and then two of row 2's two, so weight 2 of 3 poor is reached.
    truth = np.array([1.0, 2, 3, 4, 5])
    prediction = np.array([9.0, 2, 1, 8, 7])
    weight = np.array([1.0, 2, 1, 4, 2])
    exclusion, inclusion = targeting(truth, prediction, weight, 0.3)
    assert exclusion == pytest.approx(1 / 3)
    assert inclusion == pytest.approx(1 / 3)


def test_rows_tied_at_the_cut_share_the_quota():
    share = poorest(np.array([10.0, 10, 20]), np.array([1.0, 2, 1]), 0.5)
    assert share.tolist() == pytest.approx([2 / 3, 2 / 3, 0])


def test_a_constant_score_is_a_lottery():
    truth = np.arange(100.0)
    assert targeting(truth, np.zeros(100), np.ones(100), 0.2) == pytest.approx((0.8, 0.8))


def test_weights_are_repeated_rows():
    random = np.random.default_rng(3)
    truth, prediction = random.normal(size=50), random.normal(size=50).round(1)
    times = random.integers(1, 5, 50)
    longer, guess = np.repeat(truth, times), np.repeat(prediction, times)
    weight, one = times.astype(float), np.ones(times.sum())
    assert targeting(truth, prediction, weight, 0.3) == pytest.approx(targeting(longer, guess, one, 0.3))
    assert r_squared(truth, prediction, weight) == pytest.approx(r_squared(longer, guess, one))
    expected = pd.Series(longer).corr(pd.Series(guess), method="spearman")
    assert spearman(truth, prediction, weight) == pytest.approx(expected)


def test_r_squared_of_the_mean_is_zero_and_of_worse_is_below():
    truth = np.array([1.0, 2, 3])
    assert r_squared(truth, np.full(3, 2.0), np.ones(3)) == pytest.approx(0)
    assert r_squared(truth, np.array([3.0, 2, 1]), np.ones(3)) == pytest.approx(-3)


def test_spearman_of_a_constant_is_not_known():
    assert spearman(np.array([1.0, 2]), np.array([5.0, 5]), np.ones(2)) is None


def test_cluster_sd_by_hand():
    # Means 1 and 11: MS between 100, MS within 2, n0 = 2, so the variance is 49.
    assert cluster_sd(np.array([0.0, 2, 10, 12]), np.array([0, 0, 1, 1])) == pytest.approx(7)
    assert cluster_sd(np.array([0.0, 12, 1, 11]), np.array([0, 0, 1, 1])) == 0
    assert cluster_sd(np.array([0.0, 2]), np.array([0, 1])) is None


def test_intervals_hold_the_estimate():
    for line in fit(survey(), "pengeluaran", cluster="klaster").card.targeting:
        assert line.low <= line.exclusion <= line.high
        assert line.low < line.high


# Published references (shared/survey/README.md) --------------------------------------------------------------------


@pytest.mark.shared
def test_enaho_arequipa_reaches_its_reference(shared):
    frame = pd.read_parquet(shared / "survey" / "enaho_arequipa_2023.parquet")
    proxies = [
        "p101", "p102", "p103", "p103a", "p104", "p105a", "p110", "p111a", "p113a", "edad_jefe", "sexo_jefe_bin",
        "educ_jefe", "area_urbana_rural",
    ]  # fmt: skip
    arguments = {"weight": "factor07", "cluster": "nconglome", "size": "tam_hogar"}
    card = fit(frame, "gasto_hogar", predictors=proxies, **arguments).card
    assert card.n == 1517
    assert card.r2_cv == pytest.approx(0.44, abs=0.02)
    assert next(line.exclusion for line in card.targeting if line.quota == 0.2) == pytest.approx(0.46, abs=0.03)
    assert any("p103 (6 kasus)" in warning for warning in card.warnings)
    assert not card.scorable


@pytest.mark.shared
def test_enaho_auto_takes_no_money(shared):
    frame = pd.read_parquet(shared / "survey" / "enaho_arequipa_2023.parquet")
    card = fit(frame, "gasto_hogar", weight="factor07", cluster="nconglome", size="tam_hogar").card
    money = r"^(?:ing|ga|gru|ia\d|ig|sg|sig|g0|ins|pae|pag|ise)|linea|pobre|factor|^ld$|^p106$"
    named = set(frame.columns[frame.columns.str.contains(money)]) - {"gasto_hogar"}
    assert len(named) > 80
    assert not named & set(card.fields_needed)
    assert named - {"factor07"} <= set(card.left_out)
    assert card.r2_cv < 0.6


@pytest.mark.shared
def test_world_bank_synthetic_reaches_its_reference(shared):
    frame = pd.read_stata(shared / "survey" / "WLD_2023_SYNTH-SVY-HLD-EN_v01_M.dta")
    card = fit(frame, "pc_exp", weight="popweight", cluster="ea").card
    assert card.r2_cv == pytest.approx(0.885, abs=0.015)
    assert next(line.exclusion for line in card.targeting if line.quota == 0.2) == pytest.approx(0.22, abs=0.02)
    assert any("kelaziman" in warning for warning in card.warnings)
    spent = {name for name in frame.columns if "exp" in name or "food" in name or "quint" in name}
    assert spent - {"pc_exp"} <= set(card.left_out)

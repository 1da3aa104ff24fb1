"""What a card says in words and figures: comparisons by hand, intervals from the covariance, errors as counts."""

import io
import json
import math
from datetime import UTC, datetime

import pytest

from analytics.card_parts import CalibrationBin, GroupError, LineError, TargetingError, Yardstick
from analytics.fields import FIELDS
from analytics.model_card import ModelCard, Term
from reports import model_figures, model_words


def term(field, kind, coefficient, level=None, mean=0.5, sd=0.5):
    return Term(field=field, kind=kind, level=level, coefficient=coefficient, mean=mean, sd=sd)


def error(quota=0.2, exclusion=0.46, low=0.42, high=0.5):
    return TargetingError(quota=quota, exclusion=exclusion, inclusion=exclusion, low=low, high=high)


def card(*terms, **more) -> ModelCard:
    plain = {
        "name": "uji", "method": "ols", "outcome": "y", "outcome_unit": "rupiah", "unit": "family", "survey": "uji.csv",
        "n": 600, "k": len(terms), "intercept": 13.0, "terms": terms, "sigma": 0.4, "r2_cv": 0.5,
        "targeting": (error(),), "signal": True, "scorable": True,
        "fields_needed": tuple({entry.field: None for entry in terms}), "fitted_at": datetime(2026, 3, 1, tzinfo=UTC),
    }  # fmt: skip
    return ModelCard(**(plain | more))


def only(*terms, **more) -> model_words.Reading:
    (reading,) = model_words.readings(card(*terms, **more))
    return reading


def test_a_level_is_compared_with_the_base_by_name():
    floors = [term("floor", "level", 0.0, level) for level in ("cement", "wood", "bamboo", "other")]
    earth = term("floor", "level", math.log(0.84), "earth")
    said = {reading.label: reading for reading in model_words.readings(card(earth, *floors))}
    assert said["Lantai: tanah"].sentence == (
        "Lantai tanah: pengeluaran per jiwa diperkirakan 16% lebih rendah daripada keluarga serupa dengan lantai "
        "keramik atau ubin."
    )
    assert said["Lantai: tanah"].effect == pytest.approx(-0.16)


def test_pooled_levels_are_one_line_and_a_wide_base_is_not_listed():
    pooled = only(term("floor", "level", -0.2, "earth"), term("floor", "level", -0.2, "bamboo"))
    assert pooled.label == "Lantai: tanah atau bambu"
    assert pooled.sentence.endswith("dengan lantai keramik atau ubin, semen, atau kayu.")
    assert only(term("water", "level", 0.1, "piped")).sentence.endswith("dengan sumber air minum yang lain.")


@pytest.mark.parametrize(
    ("entry", "label", "effect"),
    [
        (term("motorcycle", "flag", 0.1), "Punya sepeda motor", math.exp(0.1) - 1),
        (term("any_disability", "flag", -0.1), "Ada penyandang disabilitas", math.exp(-0.1) - 1),
        (term("size", "ln", -0.4), "Jumlah anggota, dua kali lipat", 2**-0.4 - 1),
        (term("elderly", "linear", -0.05), "Lansia, tambah satu", math.exp(-0.05) - 1),
        (term("dependency", "linear", -0.5), "Rasio ketergantungan, naik 0,1", math.exp(-0.05) - 1),
        (term("cabang_usaha", "flag", 0.2), "Cabang usaha", math.exp(0.2) - 1),
    ],
)
def test_other_terms_in_words(entry, label, effect):
    reading = only(entry)
    assert reading.label == label
    assert reading.effect == pytest.approx(effect)
    assert ("lebih tinggi" in reading.sentence) == (effect > 0)


def test_a_number_and_its_square_speak_together():
    reading = only(
        term("head_age", "linear", 0.02, mean=45, sd=15), term("head_age", "square", -0.0002, mean=2250, sd=900)
    )
    assert reading.label == "Umur kepala keluarga 60 tahun"
    moved = 0.02 * (60 - 45) - 0.0002 * (60**2 - 45**2)
    assert reading.effect == pytest.approx(math.exp(moved) - 1)
    assert reading.importance == pytest.approx(abs(moved))


def test_intervals_come_from_the_covariance_of_all_that_differs():
    linear, square = term("head_age", "linear", 0.02, mean=45, sd=15), term("head_age", "square", -0.0001, mean=2250)
    flag = term("car", "flag", 0.3)
    # Rows: intercept; linear; square; flag.
    triangle = (9.0, 0.0, 4e-4, 0.0, -3e-6, 4e-8, 0.0, 0.0, 0.0, 0.01)
    said = {reading.label: reading for reading in model_words.readings(card(linear, square, flag, covariance=triangle))}
    assert said["Punya mobil"].low == pytest.approx(math.exp(0.3 - 1.6449 * 0.1) - 1)
    assert said["Punya mobil"].high == pytest.approx(math.exp(0.3 + 1.6449 * 0.1) - 1)
    step, squared = 15, 60**2 - 45**2
    spread = 1.6449 * math.sqrt(step**2 * 4e-4 + squared**2 * 4e-8 - 2 * step * squared * 3e-6)
    age = said["Umur kepala keluarga 60 tahun"]
    assert math.log(1 + age.high) - math.log(1 + age.effect) == pytest.approx(spread)
    assert "belum dapat memastikan arahnya" in age.sentence
    assert "belum" not in said["Punya mobil"].sentence


def test_no_effect_is_said_plainly_and_the_order_is_by_importance():
    said = model_words.readings(card(term("car", "flag", 0.001), term("motorcycle", "flag", -0.2)))
    assert [reading.label for reading in said] == ["Punya sepeda motor", "Punya mobil"]
    assert "hampir sama" in said[1].sentence
    assert said[1].low is None


def test_every_field_a_card_may_use_has_words():
    english = {level for field in FIELDS.values() for level in field.levels if level not in ("plengsengan",)}
    terms = [
        term(name, "level", 0.1 + 0.001 * place, level)
        for name, field in FIELDS.items()
        for place, level in enumerate(field.levels[1:])
    ]
    for reading in model_words.readings(card(*terms)):
        assert not english & set(reading.sentence.replace(",", "").replace(":", "").split())


def test_errors_as_counts_of_a_hundred():
    assert model_words.found(card(), error()) == (
        "Dari 100 keluarga yang termasuk **20% termiskin**, model ini menemukan **54** (selang 50 sampai 58); undian "
        "menemukan 20."
    )
    assert model_words.found_shortly(error()) == "54 (50–58)"
    line = LineError(quota=0.2, line=500_000, selected=0.125, exclusion=0.6, low=0.55, high=0.65, inclusion=0.35)
    assert "hanya 12,5% diramal" in model_words.at_line(card(), line)
    assert "ditemukan 40 (selang 35 sampai 45)" in model_words.at_line(card(), line)


@pytest.mark.parametrize(("beside", "gain", "word"), [(0.4, 6, "6 dari 100 hilang"), (0.5, -4, "tidak kalah")])
def test_what_the_black_box_would_gain(beside, gain, word):
    made = Yardstick(method="gradient_boosting", r2_cv=0.5, targeting=(error(exclusion=beside),))
    with_it = card(yardstick=made)
    assert model_words.gain(with_it, error()) == gain
    assert word in model_words.lost(with_it, error())
    assert model_words.lost(with_it, error(quota=0.1)) is None
    assert model_words.gain(card(), error()) is None


def test_caveats():
    assert model_words.caveats(card()) == []
    assert "tidak punya daya ramal" in model_words.caveats(card(signal=False))[0]
    assert "tidak memberi peluang" in model_words.caveats(card(method="quantile"))[0]


def group(value, exclusion, low, high, kind="district", overall=0.4):
    difference = None if exclusion is None else exclusion - overall
    return GroupError(
        group=kind, value=value, n=50, share=0.2, quota=0.2, exclusion=exclusion, low=low, high=high,
        difference=difference, ratio=None if exclusion is None else exclusion / overall, bias=0.0,
    )  # fmt: skip


def test_only_groups_whose_whole_interval_lies_above_are_named():
    clear, unclear = group("99.01.02", 0.7, 0.5, 0.9), group("99.01.03", 0.6, 0.3, 0.8)
    said = model_words.missed_most([clear, unclear, group("99.01.04", None, None, None)], {"990102": "Kedua"})
    assert "keseluruhan (40 dari 100)" in said
    assert "Kedua (70 dari 100 terlewat)" in said
    assert "99.01.03" not in said
    assert "Tidak ada kelompok" in model_words.missed_most([unclear])
    assert "terlalu kecil" in model_words.missed_most([group("x", None, None, None)])


def bins():
    return [
        CalibrationBin(quota=0.2, bin=at, n=60, predicted=at / 20, actual=at / 25, low=at / 30, high=min(1, at / 22))
        for at in range(1, 11)
    ]


def test_calibration_in_words():
    said = model_words.calibrated(bins())
    assert "**0 dari 10**" in said
    assert "50% dan 40% memang di bawah garis" in said


def figures():
    terms = [term("car", "flag", 0.3, sd=0.3), term("motorcycle", "flag", -0.2), term("boat", "flag", 0.01, sd=0.1)]
    beside = Yardstick(method="gradient_boosting", r2_cv=0.5, targeting=(error(exclusion=0.4),))
    triangle = (1.0, *[0.0, 0.01], *[0.0, 0.0, 0.01], *[0.0, 0.0, 0.0, 0.01])
    whole = card(*terms, covariance=triangle, yardstick=beside)
    groups = [group("yes", 0.7, 0.5, 0.9, "elderly"), group("no", None, None, None, "elderly")]
    return {
        "terms": model_figures.term_effects(model_words.readings(whole), most=2),
        "found": model_figures.found_share(whole),
        "calibration": model_figures.calibration(bins()),
        "groups": model_figures.group_errors(groups),
        "no terms": model_figures.term_effects([]),
        "no groups": model_figures.group_errors([]),
        "no bins": model_figures.calibration([]),
    }


@pytest.mark.parametrize("name", list(figures()))
def test_figures_on_screen_and_paper(name):
    figure = figures()[name]
    assert figure.title in figure.alt
    for dark in (False, True):
        assert json.loads(figure.plotly(dark).to_json())["layout"]["title"]["text"] == figure.title
    out = io.BytesIO()
    figure.paper().savefig(out, format="png", dpi=40)
    assert out.getvalue()[:8] == b"\x89PNG\r\n\x1a\n"


def test_figures_hold_what_the_card_says():
    drawn = figures()
    assert drawn["terms"].drawing.names == ["Punya sepeda motor", "Punya mobil"]
    assert drawn["terms"].title.endswith("(2 terpenting dari 3)")
    assert [series.values[0] for series in drawn["found"].drawing.series] == pytest.approx([0.54, 0.6, 0.2])
    bar = drawn["found"].plotly().data[0]
    assert bar.error_y.array[0] == pytest.approx(0.04)
    assert bar.error_y.arrayminus[0] == pytest.approx(0.04)
    assert drawn["groups"].drawing.names == ["Ada lansia", "Tanpa lansia (kasus terlalu sedikit)"]
    assert drawn["groups"].drawing.mark[0] == pytest.approx(0.4)

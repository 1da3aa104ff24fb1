"""Which lines a card can speak of; and the derived tables against an independent NumPy computation."""

import math
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from analytics import catalogue
from analytics.coverage import without_programme
from analytics.overview import overview
from analytics.pmt_line import derive, usable_lines
from analytics.pockets import find_pockets
from analytics.scope import Scope
from data.errors import Refused
from data.reference import Lines
from tests.analytics.conftest import scorecard

UNIT = "rupiah fiktif per jiwa per bulan"
A, B = "99.01.01.2001", "99.01.01.2002"


def lines(deflators=(), **known) -> Lines:
    plain = {"title": "Uji", "value": 100.0, "unit": UNIT, "prices": date(2026, 9, 1), "source": "uji",
             "status": "verified"}  # fmt: skip
    return Lines.model_validate({"lines": {n: plain | own for n, own in known.items()}, "deflators": list(deflators)})


def test_a_line_of_the_same_unit_and_month_is_usable_whatever_the_day():
    assert usable_lines(scorecard(), lines(z={})) == ({"z": 100.0}, None)


@pytest.mark.parametrize(
    ("card", "word"),
    [
        ({"price_date": date(2025, 9, 30)}, "September 2025"),
        ({"outcome_unit": "rupiah per jiwa per tahun"}, "rupiah per jiwa per tahun"),
        ({"price_date": None}, "bulan harganya"),
        ({"method": "quantile"}, "kuantil"),
    ],
)
def test_another_month_unit_or_method_is_refused_with_its_reason(card, word):
    found, why = usable_lines(scorecard(**card), lines(z={}))
    assert found == {}
    assert why is not None
    assert word in why


def test_a_deflator_carries_a_line_to_the_card_and_only_forwards():
    step = {"unit": UNIT, "from": date(2025, 3, 1), "to": date(2026, 9, 1), "factor": 1.05, "source": "uji",
            "status": "unverified"}  # fmt: skip
    older = lines([step], z={"prices": date(2025, 3, 1)})
    assert usable_lines(scorecard(), older)[0] == {"z": pytest.approx(105.0)}
    # The card of the earlier month cannot use it backwards, nor can another unit.
    newer = lines([step], z={"prices": date(2026, 9, 1)})
    assert usable_lines(scorecard(price_date=date(2025, 3, 1)), newer)[0] == {}
    assert usable_lines(scorecard(), lines([step | {"unit": "lain"}], z={"prices": date(2025, 3, 1)}))[0] == {}


def families(count: int = 200):
    random = np.random.default_rng(3)
    rows = []
    for _ in range(count):
        rows.append({
            "village_code": random.choice([A, B]), "size": int(random.integers(1, 8)),
            "score": float(random.normal(4.9, 0.4)), "floor_area": float(random.integers(20, 90)),
        })  # fmt: skip
    return rows


def test_coefficient_uncertainty_enters_through_the_villages_own_mean(store, build):
    """Against a computation in NumPy: lean = mean of (1, ln floor area) weighted by size x density at the line."""
    rows = families()
    build(store, rows, regions={A: "Awal", B: "Baru"})
    covariance = np.array([[0.004, -0.0006], [-0.0006, 0.0005]])
    term = {"field": "floor_area", "kind": "ln", "coefficient": 0.1, "mean": 3.9, "sd": 0.4}
    card = scorecard(terms=(term,), covariance=(0.004, -0.0006, 0.0005), sigma_fit=0.45, sigma_village=0.15)
    with store.transaction() as cursor:
        assert derive(cursor, "s1", card, lines(z={"value": 100.0})) == (("z",), [])

    frame = pd.DataFrame(rows)
    gap = math.log(100) - frame["score"]
    near = frame["size"] * np.exp(-((gap / 0.45) ** 2) / 2)
    phi = np.vectorize(lambda x: (1 + math.erf(x / math.sqrt(2))) / 2)
    for village, part in frame.groupby("village_code"):
        weights = near[part.index] / near[part.index].sum()
        lean = np.array([1.0, float((weights * np.log(part["floor_area"])).sum())])
        drift = lean @ covariance @ lean
        own = math.sqrt(0.45**2 - 0.15**2)
        # Plain Monte Carlo over the shift and every family.
        random = np.random.default_rng(8)
        draws = []
        for _ in range(4000):
            shift = math.sqrt(0.15**2 + drift) * random.standard_normal()
            below = gap[part.index].to_numpy() - shift - own * random.standard_normal(len(part)) > 0
            draws.append(float((part["size"].to_numpy() * below).sum()))
        found = store.one("SELECT * FROM village_line WHERE village_code = $v", {"v": village})
        assert found["expected"] == pytest.approx(np.mean(draws), rel=0.02)
        assert found["low"] == pytest.approx(np.quantile(draws, 0.1), abs=4)
        assert found["high"] == pytest.approx(np.quantile(draws, 0.9), abs=4)
        chances = store.frame(
            "SELECT l.probability FROM family_line AS l JOIN family AS f USING (snapshot_id, family_no) "
            "WHERE f.village_code = $v ORDER BY family_no", {"v": village},
        )["probability"]  # fmt: skip
        assert chances.to_numpy() == pytest.approx(phi(gap[part.index] / math.sqrt(0.45**2 + drift)), abs=1e-9)


def test_what_the_model_does_not_know_is_said(store, build):
    build(store, families(20))
    with store.transaction() as cursor:
        _, cautions = derive(cursor, "s1", scorecard(), lines(z={}))
    assert any("klaster" in text for text in cautions)
    assert any("koefisien" in text for text in cautions)


def scope(**more) -> Scope:
    return Scope("s1", **{"definition": "pmt_line", "line": "contoh_2026_09"} | more)


def near_the_line(chances_of: dict[str, tuple[int, float]]):
    """village -> (families of 10 persons, sds above the line)."""
    return [
        {"village_code": code, "size": 10, "score": math.log(393_000) + 0.5 * above}
        for code, (count, above) in chances_of.items()
        for _ in range(count)
    ]


def test_a_village_is_marked_by_its_chance_not_by_its_expected_number(store, build):
    # Expected 105 and 96 of 100: with a village effect both sides stay possible, the chance decides.
    build(store, near_the_line({A: (21, 0.0), B: (19, 0.0)}), card={"sigma_fit": 0.5, "sigma_village": 0.3})
    rows = find_pockets(store, scope()).by_village.set_index("village")
    assert rows.loc[A, "persons"] == pytest.approx(105)
    assert rows.loc[A, "expected"] == pytest.approx(105, abs=0.01)
    assert rows.loc[A, "low"] < 100 < rows.loc[A, "high"]
    assert 0.5 < rows.loc[A, "probability"] < 0.7
    assert bool(rows.loc[A, "is_pocket"])
    assert not bool(rows.loc[B, "is_pocket"])


def test_pockets_that_cannot_be_told_apart_are_said_to_be_so(store, build):
    # Twelve villages with a chance of a little under one half each: none is marked, yet some must be pockets.
    codes = [f"99.01.01.20{number:02d}" for number in range(1, 13)]
    build(store, near_the_line(dict.fromkeys(codes, (19, 0.0))), card={"sigma_fit": 0.5, "sigma_village": 0.3})
    found = find_pockets(store, scope())
    assert found.count == 0
    assert found.told_apart is not None
    assert found.told_apart.found == 0
    assert not found.told_apart.enough
    assert found.told_apart.expected == pytest.approx(found.by_village["probability"].sum())
    assert any("membedakan desa kantong" in text for text in found.warnings)
    assert not any("batas desil" in text for text in found.warnings)  # a line has neither cut nor quota


def test_a_count_by_name_has_no_interval_but_the_order_of_its_villages_is_weighed(store, build):
    rows = [row | {"decile_recorded": 1} for row in near_the_line({A: (21, 0.0), B: (19, 1.0)})]
    build(store, rows, card={"sigma_fit": 0.5, "sigma_village": 0.1})
    found = find_pockets(store, Scope("s1")).by_village
    assert found[["expected", "low", "high", "probability"]].isna().all().all()
    assert found["top_ten"].tolist() == [1.0, 1.0]  # two villages: both are always among the ten


def test_families_of_unknown_village_are_never_among_the_ten(store, build):
    build(store, near_the_line({A: (5, 0.0), "99.01.00.0000": (50, 0.0)}), card={"sigma_fit": 0.5})
    rows = find_pockets(store, scope()).by_village.set_index("village")
    assert pd.isna(rows.loc["99.01.00.0000", "top_ten"])
    assert rows.loc[A, "top_ten"] == 1.0


def test_coverage_and_briefing_count_by_chance(store, build):
    rows = near_the_line({A: (4, 0.0)})
    build(store, rows, enrolments=[{"family_no": 1}], card={"sigma_fit": 0.5, "sigma_village": 0.0})
    everyone = without_programme(store, scope()).query("by == 'all'").iloc[0]
    assert everyone["group_extreme_families"] == pytest.approx(2.0)
    assert everyone["extreme_families"] == pytest.approx(1.5)
    assert everyone["extreme_persons"] == pytest.approx(15.0)
    assert everyone["rate_extreme_families"] == pytest.approx(0.75)
    figures = {figure.code: figure.value for figure in overview(store, scope()).figures}
    assert figures["extreme_persons"] == pytest.approx(20.0)


class TestScope:
    def test_the_default_line_is_the_one_derived_and_its_value_is_echoed(self, store, build):
        build(store, families(20), card={})
        found = catalogue.default_scope(store, definition="pmt_line")
        assert (found.line, found.echo()["line_value"]) == ("contoh_2026_09", 393_000)
        catalogue.require_definition(store, found)

    def test_other_definitions_have_no_line(self, store, build):
        build(store, families(20), card={})
        found = catalogue.default_scope(store, definition="pmt_quota", line="contoh_2026_09")
        assert (found.line, found.echo()["line_value"]) == (None, None)

    def test_a_line_of_another_date_is_refused_and_says_why(self, store, build):
        build(store, families(20), card={})
        with store.transaction() as cursor:
            cursor.execute(
                "INSERT INTO run VALUES ('s1', 'p', 'd', 'm', $card, $at, 1, '[]')",
                {"card": scorecard().model_dump_json(), "at": datetime(2026, 10, 1)},
            )
        with pytest.raises(Refused) as refused:
            catalogue.require_definition(store, scope(line="ekstrem_2021_03"))
        assert refused.value.code == "line_unavailable"
        assert "Maret 2021" in refused.value.message
        assert "September 2026" in refused.value.message

    def test_without_a_card_the_next_step_is_named(self, store, build):
        build(store, families(20))
        with pytest.raises(Refused) as refused:
            catalogue.require_definition(store, scope())
        assert "pmt fit" in refused.value.message

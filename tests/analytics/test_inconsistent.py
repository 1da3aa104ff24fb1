"""Contradictions between recorded decile and traits: against NumPy's own least squares, planted, and at the edges."""

import numpy as np
import pandas as pd
import pytest

from analytics.expected import derive_expected, expected_model
from analytics.inconsistent import inconsistencies, inconsistent_families
from analytics.scope import Scope
from data.reference import parameter

SCOPE = Scope("s1")
OTHER = "99.01.02.2001"


def regency(count: int = 400, top: int = 10, noise: float = 0.6, seed: int = 5) -> list[dict]:
    """Families whose decile follows earth floor, car and size, plus noise; every trait known."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        earth, car, size = random.random() < 0.4, random.random() < 0.3, int(random.integers(1, 8))
        level = 0.62 * top - 0.3 * top * earth + 0.3 * top * car - 0.03 * top * size + random.normal(0, noise)
        rows.append({
            "floor": "earth" if earth else "tile", "car": bool(car), "size": size,
            "decile_recorded": int(np.clip(round(level), 1, top)),
            "village_code": "99.01.01.2001" if number % 2 else OTHER,
        })  # fmt: skip
    return rows


def derived(store, build, rows, **more):
    build(store, rows, regions={OTHER: "Suka Maju", "99.01.02": "Hulu"}, **more)
    with store.transaction() as cursor:
        derive_expected(cursor, "s1")
    return store.frame("SELECT * FROM family_expected ORDER BY family_no")["decile_expected"]


def columns_by_hand(rows: list[dict]) -> np.ndarray:
    frame = pd.DataFrame(rows)
    columns = [np.ones(len(frame)), frame["floor"] == "earth", frame["car"], np.log(frame["size"])]
    return np.column_stack([np.asarray(column, dtype=float) for column in columns])


def pushes_by_numpy(rows: list[dict], family: dict) -> list[str]:
    """Fields that push a family up, the strongest first: slope x (own value - mean of its recorded decile)."""
    matrix, target = columns_by_hand(rows), np.array([row["decile_recorded"] for row in rows], dtype=float)
    slopes = np.linalg.lstsq(matrix, target, rcond=None)[0]
    peers = matrix[target == family["decile_recorded"]].mean(axis=0)
    pushes = dict(zip(("", "floor", "car", "size"), slopes * (columns_by_hand([family])[0] - peers), strict=True))
    return sorted((field for field in pushes if pushes[field] > 0), key=lambda field: -pushes[field])


def by_numpy(rows: list[dict]) -> tuple[np.ndarray, float, float]:
    """(expected deciles, residual SD, adjusted R²) from NumPy's least squares on columns made by hand."""
    frame, matrix = pd.DataFrame(rows), columns_by_hand(rows)
    target = frame["decile_recorded"].to_numpy(dtype=float)
    fitted = matrix @ np.linalg.lstsq(matrix, target, rcond=None)[0]
    freedom = len(frame) - matrix.shape[1]
    variance = ((target - fitted) ** 2).sum() / freedom
    return np.clip(fitted, target.min(), target.max()), np.sqrt(variance), 1 - variance / target.var(ddof=1)


def test_expected_decile_is_numpys_least_squares(store, build):
    rows = regency()
    found = derived(store, build, rows)
    expected, sigma, r2 = by_numpy(rows)
    assert found.to_numpy() == pytest.approx(expected, abs=1e-8)
    model = expected_model(store, "s1")
    assert (model.card.sigma, model.card.r2_cv) == (pytest.approx(sigma), pytest.approx(r2))
    assert sorted(model.card.fields_needed) == ["car", "floor", "size"]


def test_who_is_far_is_counted_as_by_hand(store, build):
    rows = regency(noise=1.2)
    derived(store, build, rows)
    expected, sigma, _ = by_numpy(rows)
    gap = expected - np.array([row["decile_recorded"] for row in rows])
    far = parameter("inconsistent_sd").value * sigma
    found = inconsistencies(store, SCOPE)
    assert found.far == pytest.approx(far)
    assert (found.better_off, found.poorer) == (int((gap >= far).sum()), int((gap <= -far).sum()))
    assert found.better_off > 0
    assert found.poorer > 0
    assert (found.families, found.unjudged) == (len(rows), 0)
    assert found.useful
    assert found.villages.set_index("village").loc[OTHER, "name"] == "Suka Maju"
    assert found.villages[["better_off", "poorer"]].to_numpy().sum() == found.better_off + found.poorer
    listed = inconsistent_families(store, SCOPE)
    order = sorted(np.flatnonzero(np.abs(gap) >= far), key=lambda at: (-round(abs(gap[at]), 9), f"p{at + 1}"))
    assert sorted(listed["pseudonym"]) == sorted(f"p{at + 1}" for at in order)
    assert listed["gap"].abs().is_monotonic_decreasing


def test_planted_contradictions_are_found_both_ways_with_their_reason(store, build):
    rows = regency()
    planted = {
        "p398": {"floor": "tile", "car": True, "size": 2, "decile_recorded": 1},
        "p399": {"floor": "earth", "car": False, "size": 7, "decile_recorded": 10},
    }
    for name, traits in planted.items():
        rows[int(name[1:]) - 1] |= traits
    derived(store, build, rows)
    listed = inconsistent_families(store, SCOPE).set_index("pseudonym")
    assert set(planted) == set(listed.index[:2])
    assert listed.loc["p398", "looks"] == "better_off"
    assert listed.loc["p399", "looks"] == "poorer"
    assert dict(listed.loc["p398", "reasons"]) == {"car": True, "floor": "tile", "size": 2}
    assert dict(listed.loc["p399", "reasons"]) == {"car": False, "floor": "earth", "size": 7}
    assert [field for field, _ in listed.loc["p398", "reasons"]] == pushes_by_numpy(rows, rows[397])
    only = inconsistent_families(store, SCOPE, ("poorer",))
    assert set(only["looks"]) == {"poorer"}
    assert len(inconsistent_families(store, SCOPE, limit=1)) == 1
    assert len(inconsistent_families(store, SCOPE, limit=None)) == len(listed)


def test_reason_is_the_push_against_families_of_the_same_decile(store, build):
    rows = regency(noise=1.2)
    derived(store, build, rows)
    frame = pd.DataFrame(rows)
    model = expected_model(store, "s1")
    slope = next(term.coefficient for term in model.card.terms if term.field == "car")
    for decile, cars in frame.groupby("decile_recorded")["car"]:
        assert model.peers["car"][decile] == pytest.approx(slope * cars.mean())


def test_scope_narrows_what_is_listed_not_the_model(store, build):
    rows = regency(noise=1.2)
    derived(store, build, rows)
    whole, part = inconsistencies(store, SCOPE), inconsistencies(store, Scope("s1", region=OTHER))
    assert part.families == len(rows) // 2
    assert (part.far, part.r2) == (whole.far, whole.r2)
    assert set(inconsistent_families(store, Scope("s1", region=OTHER))["village"]) == {OTHER}


def test_families_alike_are_expected_alike_and_ties_are_ordered_by_pseudonym(store, build):
    rows = regency()
    twin = {"floor": "tile", "car": True, "size": 2, "decile_recorded": 1}
    for at in (10, 20, 30):
        rows[at] |= twin
    found = derived(store, build, rows)
    assert found[10] == found[20] == found[30]
    assert list(inconsistent_families(store, SCOPE)["pseudonym"][:3]) == ["p11", "p21", "p31"]


def test_what_is_not_known_is_neither_judged_nor_a_reason(store, build):
    rows = regency()
    rows[0] |= {"decile_recorded": None}
    rows[1] |= {"floor": None, "car": None, "size": None, "decile_recorded": 1}
    rows[2] |= {"floor": "tile", "car": True, "size": None, "decile_recorded": 1}
    found = derived(store, build, rows)
    assert not np.isnan(found[0])  # its traits are known: only the record is missing
    assert np.isnan(found[1])
    counted = inconsistencies(store, SCOPE)
    assert (counted.families, counted.unjudged) == (len(rows) - 2, 1)
    listed = inconsistent_families(store, SCOPE).set_index("pseudonym")
    assert "p1" not in listed.index
    assert "p2" not in listed.index
    assert "size" not in dict(listed.loc["p3", "reasons"])


def test_truncated_list_stays_within_its_deciles_and_takes_its_own_limit(store, build):
    rows = regency(top=4, noise=0.4)
    rows[7] |= {"floor": "tile", "car": True, "size": 1, "decile_recorded": 1}
    found = derived(store, build, rows, snapshot={"frame": "truncated", "frame_share": 0.4})
    assert found.between(1, 4).all()
    _, sigma, _ = by_numpy(rows)
    counted = inconsistencies(store, SCOPE)
    assert counted.far == pytest.approx(2 * sigma)
    assert counted.far < 2
    assert inconsistent_families(store, SCOPE)["pseudonym"][0] == "p8"


@pytest.mark.parametrize(
    ("change", "word"),
    [({"decile_recorded": None}, "tidak memuat desil"), ({"decile_recorded": 3}, "belum dapat dijelaskan")],
)
def test_without_a_model_the_list_says_why(store, build, change, word):
    rows = [row | change for row in regency(60)]
    derived(store, build, rows)
    found = inconsistencies(store, SCOPE)
    assert word in found.missing
    assert (found.far, found.r2, found.useful) == (None, None, False)
    assert inconsistent_families(store, SCOPE).empty


def test_too_few_families_for_their_terms_give_no_model(store, build):
    derived(store, build, regency(29))
    assert expected_model(store, "s1") is None


def test_traits_that_say_nothing_are_said_to_be_useless(store, build):
    random = np.random.default_rng(11)
    rows = [row | {"decile_recorded": int(random.integers(1, 11))} for row in regency(600)]
    derived(store, build, rows)
    found = inconsistencies(store, SCOPE)
    assert found.r2 < 0.05
    assert not found.useful


def test_same_register_same_expectation_and_a_new_run_replaces_the_old(store, build):
    rows = regency()
    first = derived(store, build, rows)
    with store.transaction() as cursor:
        derive_expected(cursor, "s1")
    again = store.frame("SELECT * FROM family_expected ORDER BY family_no")["decile_expected"]
    assert len(again) == len(rows)
    assert (again == first).all()


def test_a_sample_of_a_large_register_is_taken_evenly(store, build, monkeypatch):
    from analytics import expected

    monkeypatch.setattr(expected, "MOST_CASES", 100)
    found = derived(store, build, regency(400))
    assert expected_model(store, "s1").card.n == 100
    assert found.notna().all()

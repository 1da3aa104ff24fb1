"""Incidence, concentration and unequal treatment against published figures, brute force and hand computation."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.scope import Scope
from analytics.targeting_incidence import concentration, incidence, unequal_treatment

ON = date(2026, 3, 1)


def test_concentration_index_as_published():
    # World Bank, Quantitative Techniques for Health Equity Analysis, Technical Note 7, table 1 (India 1982-92).
    births = np.array([29_939, 28_776, 26_528, 24_689, 19_739])
    deaths = births * np.array([154.7, 152.9, 119.5, 86.9, 54.3]) / 1000
    assert concentration(births, deaths) == pytest.approx(-0.1694, abs=5e-5)


def test_concentration_at_its_ends():
    even = np.ones(100)
    assert concentration(even, even) == pytest.approx(0, abs=1e-12)
    assert concentration(even, np.eye(100)[0]) == pytest.approx(-0.99)
    assert concentration(even, np.eye(100)[99]) == pytest.approx(0.99)
    assert concentration(even, 0 * even) is None


def test_concentration_is_twice_the_covariance_with_rank():
    random = np.random.default_rng(5)
    benefit = random.exponential(size=300)
    rank = (np.arange(300) + 0.5) / 300
    covariance = np.cov(benefit, rank, bias=True)[0, 1]
    assert concentration(np.ones(300), benefit) == pytest.approx(2 * covariance / benefit.mean())


def cells(percentiles, receives):
    made = pd.DataFrame({"percentile": percentiles, "receives": receives, "families": 1})
    return made.groupby(["percentile", "receives"], as_index=False).sum()


def test_unequal_treatment_by_hand():
    assert unequal_treatment(cells([7, 7, 7, 7], [True, True, False, False]), 5) == pytest.approx(2 / 3)
    assert unequal_treatment(cells([1, 50], [True, False]), 5) is None  # nobody has a neighbour
    assert unequal_treatment(cells([1, 6, 50], [True, False, False]), 5) == pytest.approx(1)
    assert unequal_treatment(cells([1, 7, 8], [True, False, False]), 5) == pytest.approx(0)


def test_unequal_treatment_by_brute_force():
    random = np.random.default_rng(6)
    place, served = random.integers(1, 101, 250), random.random(250) < 0.4
    shares = []
    for i in range(250):
        near = [j for j in range(250) if j != i and abs(place[i] - place[j]) <= 5]
        if near:
            shares.append(np.mean([served[i] != served[j] for j in near]))
    assert unequal_treatment(cells(place, served), 5) == pytest.approx(np.mean(shares))


def ten(build, store, **more):
    """One family a decile; those of deciles 1, 2 and 7 receive Sembako, and have 2, 1 and 1 members."""
    build(
        store,
        families=[{"size": 2 if d == 1 else 1, "decile_recorded": d} for d in range(1, 11)],
        enrolments=[{"family_no": n, "programme": "SEMBAKO"} for n in (1, 2, 7)],
        **more,
    )


def test_shares_by_decile(store, build):
    ten(build, store)
    found = incidence(store, Scope("s1"), "SEMBAKO", on=ON)
    by = found.by_decile.set_index("decile")
    assert by["share_benefit"].to_dict() == pytest.approx({d: 1 / 3 if d in (1, 2, 7) else 0 for d in range(1, 11)})
    assert by["share_population"].tolist() == pytest.approx([0.1] * 10)
    # Area under the curve by trapezoids: heights at 0.1 ... 1 are 1/3, 2/3 (five times), 1 (four times).
    heights = [0, 1 / 3, *[2 / 3] * 5, *[1] * 4]
    assert found.coefficient == pytest.approx(1 - 2 * np.trapezoid(heights, dx=0.1))
    persons = incidence(store, Scope("s1", unit="persons"), "SEMBAKO", on=ON).by_decile
    assert persons["share_benefit"].iloc[0] == pytest.approx(2 / 4)
    assert persons["share_population"].iloc[0] == pytest.approx(2 / 11)
    assert found.unequal_all is None
    assert "persentil" in (found.unequal_reason or "").lower()


def test_a_truncated_list_says_why_not(store, build):
    ten(build, store, snapshot={"frame": "truncated"})
    found = incidence(store, Scope("s1"), "SEMBAKO", on=ON)
    assert found.coefficient is None
    assert found.by_decile.empty
    assert found.curve.empty
    assert "bagian termiskin" in (found.reason or "")


def test_recorded_percentiles_say_who_is_alike(store, build):
    build(
        store,
        families=[{"size": 1, "decile_recorded": 1, "percentile_recorded": p} for p in (1, 3, 9, 9)],
        enrolments=[{"family_no": 1, "programme": "SEMBAKO"}, {"family_no": 3, "programme": "SEMBAKO"}],
    )
    found = incidence(store, Scope("s1"), "SEMBAKO", on=ON)
    assert (found.percentile_of, found.step) == ("recorded", "percentile")
    assert found.unequal_all == pytest.approx(1)  # 1 and 3 differ; so do the two of percentile 9
    assert found.curve["population"].tolist() == [0, 0.25, 0.5, 1]

"""Definitions beside each other: by hand, and again family by family in plain Python."""

import random
from dataclasses import replace
from datetime import date
from itertools import combinations

import pandas as pd
import pytest

from analytics.definition_comparison import compare_definitions
from analytics.scope import Scope
from data.reference import lines

LINE = next(iter(lines().lines))
SCOPE = Scope("s1", cut=1, quota=0.5)


def chances(store, values):
    with store.transaction() as cursor:
        for place, value in enumerate(values, 1):
            cursor.execute("INSERT INTO family_line VALUES ('s1', ?, ?, ?)", [LINE, place, value])
        cursor.execute("INSERT INTO village_line (snapshot_id, line, village_code) VALUES ('s1', ?, 'x')", [LINE])


def pair(found, a, b):
    rows = found.pairs
    return rows[(rows["a"] == a) & (rows["b"] == b)].iloc[0]


def test_expected_numbers_under_a_line_by_hand(store, build):
    build(store, families=[{"decile_recorded": decile, "toilet": "own", "tenure": "own"} for decile in (1, 1, 2, 3)])
    chances(store, [0.5, 0.1, 0.2, 0.0])
    found = compare_definitions(store, SCOPE)
    row = pair(found, "recorded", "pmt_line")
    assert [row[name] for name in ("both", "only_a", "only_b", "neither", "unjudged")] == pytest.approx(
        [0.6, 1.4, 0.2, 1.8, 0.0]
    )
    assert row["jaccard"] == pytest.approx(0.6 / 2.2)
    assert row["of_a"] == pytest.approx(0.3)
    assert row["of_b"] == pytest.approx(0.75)
    assert set(found.absent) == {"pmt_quota", "local_lower"}
    assert all(why.endswith(".") for why in found.absent.values())
    # Nobody is left under the rules: what nobody names has no overlap.
    nobody = pair(found, "recorded", "local_upper")
    assert (nobody["both"], nobody["only_a"], nobody["only_b"]) == (0, 2, 0)
    assert nobody["jaccard"] == 0
    assert pd.isna(nobody["of_b"])


def brute(families, names, weights):
    """both, only a, only b, neither, unjudged of a pair, one family at a time."""
    sums = [0.0] * 5
    for (a, b), weight in zip(names, weights, strict=True):
        if a is None or b is None:
            sums[4] += weight
            continue
        for place, share in enumerate((a * b, a * (1 - b), (1 - a) * b, (1 - a) * (1 - b))):
            sums[place] += share * weight
    return sums


@pytest.mark.parametrize("unit", ["families", "persons"])
def test_every_pair_family_by_family(store, build, unit):
    rng = random.Random(11)
    families = [
        {
            "village_code": f"99.01.01.{2000 + rng.randrange(4)}", "decile_recorded": rng.choice((1, 2, 3, None)),
            "size": rng.choice((1, 2, 5, None)), "toilet": rng.choice(("own", "none", None)), "tenure": "own",
            "head_sex": rng.choice(("male", "female", None)), "head_birth_date": date(1950, 1, 1),
            "score": rng.choice((None, rng.random(), rng.random())),
        }
        for _ in range(300)
    ]  # fmt: skip
    build(store, families=families)
    told = [rng.choice((None, rng.random())) for _ in families]
    chances(store, told)
    found = compare_definitions(store, replace(SCOPE, unit=unit))
    weights = [1 if unit == "families" else (family["size"] or 0) for family in families]
    share = "share_regency" if unit == "families" else "share_regency_persons"
    ranks = store.frame(f"SELECT {share} AS share FROM family_rank ORDER BY family_no")["share"]
    names = {
        "recorded": [None if f["decile_recorded"] is None else float(f["decile_recorded"] <= 1) for f in families],
        "pmt_quota": [None if pd.isna(share) else float(share <= 0.5 + 1e-9) for share in ranks],
        "pmt_line": told,
        # Own toilet fails clause d; everything else about these families is open.
        "local_upper": [float(family["toilet"] != "own") for family in families],
    }
    assert list(found.definitions["key"]) == list(names)
    for a, b in combinations(names, 2):
        row = pair(found, a, b)
        told_pair = list(zip(names[a], names[b], strict=True))
        wanted = brute(families, told_pair, weights)
        assert [row[name] for name in ("both", "only_a", "only_b", "neither", "unjudged")] == pytest.approx(wanted)
        assert row["jaccard"] == pytest.approx(wanted[0] / sum(wanted[:3]))
        villages = found.villages(a, b).set_index("village")
        assert villages["differing"].is_monotonic_decreasing
        for village in villages.index:
            own = [place for place, family in enumerate(families) if family["village_code"] == village]
            part = brute(families, [told_pair[place] for place in own], [weights[place] for place in own])
            assert villages.loc[village, "differing"] == pytest.approx(part[1] + part[2])
            assert villages.loc[village, "rate"] == pytest.approx((part[1] + part[2]) / sum(part[:4]))
        groups = found.groups(a, b).set_index("title")
        women = [place for place, family in enumerate(families) if family["head_sex"] == "female"]
        part = brute(families, [told_pair[place] for place in women], [weights[place] for place in women])
        assert groups.loc["Kepala keluarga perempuan", "differing"] == pytest.approx(part[1] + part[2])


def test_only_one_definition_has_no_pair(store, build):
    build(store, families=[{}])
    found = compare_definitions(store, SCOPE)
    assert list(found.definitions["key"]) == ["local_upper"]
    assert found.pairs.empty

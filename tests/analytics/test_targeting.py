"""Targeting errors against a second computation in pandas, and what must hold whatever the data."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.scope import Scope
from analytics.targeting import KEYS, targeting
from analytics.targeting_rates import RATES, add_rates
from data.errors import Refused

ON = date(2026, 3, 1)
SCOPE = Scope("s1", definition="recorded")
VILLAGES = ("99.01.01.2001", "99.01.01.2002", "99.01.02.2001")


def many(build, store, seed=1, count=400, **more):
    """Families with gaps: no decile, no size, no member list; recipients of SEMBAKO and PIP, some twice."""
    random = np.random.default_rng(seed)
    families, persons, enrolments = [], [], []
    for n in range(1, count + 1):
        decile = int(random.integers(1, 11))
        size = int(random.integers(1, 9))
        families.append(
            {
                "village_code": VILLAGES[random.integers(3)], "size": None if random.random() < 0.05 else size,
                "decile_recorded": None if random.random() < 0.05 else decile,
            }
        )  # fmt: skip
        if random.random() < 0.9:
            persons.append({"family_no": n, "relation": "head", "age": int(random.integers(20, 80)),
                            "sex": ("male", "female")[random.integers(2)], "disability": False})  # fmt: skip
            if random.random() < 0.5:
                age = None if random.random() < 0.1 else int(random.integers(0, 19))
                persons.append({"family_no": n, "relation": "child", "age": age, "disability": random.random() < 0.2})
        for programme, share in (("SEMBAKO", 0.7), ("PIP", 0.4)):
            if random.random() < share / (1 + np.exp(decile - 4)) + 0.05:
                enrolments += [{"family_no": n, "programme": programme}] * int(random.integers(1, 3))
    build(store, families=families, persons=persons, enrolments=enrolments, **more)
    return pd.DataFrame(families, index=range(1, count + 1)), pd.DataFrame(persons), pd.DataFrame(enrolments)


def in_pandas(families, persons, enrolments, programme):
    """One row per family: decile, size, eligible (None: not known), receives, group values; from the rows as given."""
    rows = []
    for n, family in families.iterrows():
        members = persons[persons["family_no"] == n]
        decile = family["decile_recorded"]
        within = None if pd.isna(decile) else decile <= (5 if programme == "SEMBAKO" else 4)
        component = True
        if programme == "PIP":
            ages = members["age"]
            component = bool(ages.between(7, 18).any()) or (None if len(ages) == 0 or ages.isna().any() else False)
        if within is False or component is False:
            eligible = False
        else:
            eligible = None if within is None or component is None else True
        heads = members[members["relation"] == "head"]
        disability = None
        if len(members):
            disability = "yes" if members["disability"].any() else "no"
        rows.append(
            {
                "size": family["size"], "eligible": eligible, "village": family["village_code"],
                "district": family["village_code"][:8], "head_sex": None if heads.empty else heads["sex"].iloc[0],
                "disability": disability,
                "receives": ((enrolments["family_no"] == n) & (enrolments["programme"] == programme)).any(),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def rates(rows, unit):
    known = rows[rows["eligible"].notna()]
    weight = known["size"].fillna(0) if unit == "persons" else pd.Series(1, known.index)
    eligible, receives = known["eligible"].astype(bool), known["receives"].astype(bool)
    total, target, reached = weight.sum(), weight[eligible].sum(), weight[receives].sum()
    both = weight[eligible & receives].sum()
    if not target and rows["eligible"].isna().any() and len(known):
        return dict.fromkeys(("eligible", "both", *RATES), np.nan) | {"coverage": reached / total}

    def share(part, whole):
        return part / whole if whole else np.nan

    return {
        "eligible": target, "recipients": reached, "both": both, "exclusion_error": share(target - both, target),
        "inclusion_error": share(reached - both, reached), "leakage": share(reached - both, reached),
        "recipients_among_noneligible": share(reached - both, total - target), "coverage": share(reached, total),
        "differential": share(both, target) - share(reached - both, total - target),
        "cgh": share(share(both, reached), share(target, total)),
    }  # fmt: skip


@pytest.mark.parametrize("unit", ["families", "persons"])
def test_the_same_in_pandas(store, build, unit):
    made = many(build, store)
    found = targeting(store, SCOPE, on=ON, unit=unit).rows
    for programme in ("SEMBAKO", "PIP"):
        judged = in_pandas(*made, programme)
        for group in ("all", "district", "village", "head_sex", "disability"):
            ours = found[(found["programme"] == programme) & (found["group"] == group)]
            parts = [(None, judged)] if group == "all" else list(judged.groupby(group, dropna=False))
            assert len(ours) == len(parts)
            for value, part in parts:
                row = ours[ours["value"].isna() if pd.isna(value) else ours["value"] == value].iloc[0]
                assert row["unknown_families"] == part["eligible"].isna().sum()
                for name, wanted in rates(part, unit).items():
                    ours_is = np.nan if pd.isna(row[name]) else row[name]
                    assert ours_is == pytest.approx(wanted, abs=1e-9, nan_ok=True), (programme, group, value, name)


def test_rows_hold_the_keys_of_the_contract_and_groups_add_up(store, build):
    many(build, store, seed=2)
    rows = targeting(store, SCOPE, on=ON, unit="rupiah").rows
    assert list(rows.columns[: len(KEYS)]) == list(KEYS)
    assert rows["reason"].isna().any()
    for _, part in rows.groupby("programme"):
        whole = part[part["group"] == "all"].iloc[0]
        for _, group in part.groupby("group"):
            for name in ("eligible", "recipients", "both", "eligible_persons", "both_rupiah", "unknown_families"):
                assert group[name].sum() == pytest.approx(whole[name])


@pytest.mark.parametrize("seed", [3, 4])
@pytest.mark.parametrize("unit", ["families", "persons", "rupiah"])
def test_shortage_and_misallocation_are_the_exclusion_error(store, build, seed, unit):
    many(build, store, seed=seed, count=150)
    rows = targeting(store, SCOPE, on=ON, unit=unit).rows
    rows = rows[rows["exclusion_error"].notna()]
    assert len(rows) > 10
    assert (rows["quota_shortage"] + rows["misallocation"]).to_numpy(dtype=float) == pytest.approx(
        rows["exclusion_error"].to_numpy(dtype=float)
    )
    assert rows["quota_shortage"].ge(0).all()
    assert rows["misallocation"].ge(0).all()


def counts(total, eligible, recipients, both, unknown=0):
    return pd.DataFrame(
        [{"total": total, "eligible": eligible, "recipients": recipients, "both": both, "total_people": total,
          "eligible_people": eligible, "total_families": total, "unknown_families": unknown, "ruled": True,
          "priced": True}]
    )  # fmt: skip


def test_two_thousand_places_for_six_thousand():
    row = add_rates(counts(20_000, 6_000, 2_000, 2_000), False).iloc[0]
    assert row["exclusion_error"] == pytest.approx(2 / 3)
    assert (row["quota_shortage"], row["misallocation"]) == (pytest.approx(2 / 3), 0)
    row = add_rates(counts(20_000, 6_000, 2_000, 1_500), False).iloc[0]
    assert (row["exclusion_error"], row["misallocation"]) == (pytest.approx(0.75), pytest.approx(1 / 12))


def test_where_nobody_is_known_to_be_eligible_and_some_may_be_no_rate_is_given():
    """Without components all who might be eligible leave, and those left are the others: not 100 % of them wrong."""
    row = add_rates(counts(1_595, 0, 66, 0, unknown=1_397), False).iloc[0]
    assert row[["eligible", "exclusion_error", "inclusion_error", "differential", "cgh"]].isna().all()
    assert row["coverage"] == pytest.approx(66 / 1_595)
    assert "diketahui layak" in row["reason"]
    sure = add_rates(counts(1_595, 0, 66, 0), False).iloc[0]
    assert (sure["eligible"], sure["inclusion_error"]) == (0, 1)


def test_cgh_as_published():
    # Grosh, Coady, Hoddinott (2003), Social Safety Nets Primer Notes 10: 60 % of benefits to the bottom 40 % is 1.5.
    assert add_rates(counts(1_000, 400, 100, 60), False).iloc[0]["cgh"] == pytest.approx(1.5)


def test_covering_everyone_and_targeting_without_error():
    everyone = add_rates(counts(100, 30, 100, 30), False).iloc[0]
    assert (everyone["cgh"], everyone["differential"], everyone["exclusion_error"]) == (pytest.approx(1), 0, 0)
    perfect = add_rates(counts(100, 30, 30, 30), False).iloc[0]
    assert (perfect["exclusion_error"], perfect["inclusion_error"], perfect["differential"]) == (0, 0, 1)
    assert perfect["cgh"] == pytest.approx(100 / 30)


def test_a_planners_deciles_replace_the_rules_but_not_its_component(store, build):
    build(
        store,
        families=[{"size": 1, "decile_recorded": d} for d in (1, 2, 3, 9)],
        persons=[{"family_no": n, "age": age, "relation": "head"} for n, age in ((1, 10), (2, 40), (3, 12), (4, 9))],
        enrolments=[{"family_no": 1, "programme": "PIP"}, {"family_no": 2, "programme": "KUR"}],
    )
    found = targeting(store, SCOPE, group="all", cut=2, on=ON).rows.set_index("programme")
    assert (found.loc["PIP", "eligible"], found.loc["PIP", "both"]) == (1, 1)
    assert (found.loc["KUR", "eligible"], found.loc["KUR", "both"]) == (2, 1)  # no rule of its own: the range alone
    assert targeting(store, SCOPE, "PIP", "all", (3, 10), ON).rows.iloc[0]["eligible"] == 2


@pytest.mark.parametrize(
    ("given", "code"),
    [({"programme": "PHK"}, "programme_unknown"), ({"programme": "BSPS"}, "programme_not_loaded"),
     ({"group": "desa"}, "group_unknown"), ({"cut": 11}, "cut_invalid"), ({"cut": (5, 2)}, "cut_invalid")],
)  # fmt: skip
def test_refusals(store, build, given, code):
    build(store, families=[{"size": 1, "decile_recorded": 1}], enrolments=[{"family_no": 1}])
    with pytest.raises(Refused) as refused:
        targeting(store, SCOPE, **given)
    assert refused.value.code == code


def test_without_recipients_there_is_nothing_to_measure(store, build):
    build(store, families=[{"size": 1, "decile_recorded": 1}])
    found = targeting(store, SCOPE)
    assert found.rows.empty
    assert "impor daftar penerima" in found.warnings[0]


def test_a_region_without_families_has_no_rows(store, build):
    build(store, [{"decile_recorded": 1}], enrolments=[{}, {"family_no": None}])
    found = targeting(store, Scope("s1", region="99.02"))
    assert found.rows.empty
    assert len(found.warnings) == 1  # the recipient who is nobody's


def test_rupiah_by_the_dated_amounts(store, build):
    """PKH: 3.000.000 for a child of 0 to 6, 900.000 for a school child, four parts at most; unknown parts add none."""
    ages = {1: (30, 3, 9), 2: (70,), 3: (30, 1, 2, 3, 4, 10)}
    build(
        store,
        families=[{"size": len(ages[n]), "decile_recorded": decile} for n, decile in ((1, 1), (2, 2), (3, 9))],
        persons=[{"family_no": n, "age": age, "relation": "head"} for n, each in ages.items() for age in each],
        enrolments=[{"family_no": 1}, {"family_no": 3}, {"family_no": 1, "programme": "DAERAH"}],
    )
    rows = targeting(store, SCOPE, group="all", on=ON, unit="rupiah").rows.set_index("programme")
    assert rows.loc["PKH", ["eligible", "recipients", "both"]].tolist() == [6_300_000, 15_900_000, 3_900_000]
    assert rows.loc["PKH", "leakage"] == pytest.approx(12 / 15.9)
    assert pd.isna(rows.loc["DAERAH", "eligible"])
    assert "Besaran rupiah" in rows.loc["DAERAH", "reason"]

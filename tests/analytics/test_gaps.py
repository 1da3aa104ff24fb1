"""Gaps counted again in pandas, family by family; what always holds of them; and what is planned."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from analytics.gap_target import cost_sql, targets
from analytics.gaps import gaps
from analytics.inventory import planned
from analytics.pockets import find_pockets
from analytics.scope import Scope
from data.criteria_reading import rules_of_text
from data.errors import Refused
from data.planning import UnitCost

ON = date(2026, 3, 1)
DATA_DAY = date(2026, 1, 1)
VILLAGES = ("99.01.01.2001", "99.01.01.2002", "99.01.02.2001")


def some(rng: np.random.Generator, values: list, shares: list[float], n: int) -> list:
    return [values[k] for k in rng.choice(len(values), n, p=shares)]


def region(seed: int, families: int = 500) -> dict[str, list[dict]]:
    """Families at random, with holes in everything."""
    rng = np.random.default_rng(seed)
    sizes = some(rng, [1, 2, 3, 4, None], [0.2, 0.3, 0.2, 0.2, 0.1], families)
    table = pd.DataFrame(
        {
            "decile_recorded": some(rng, [1, 2, 3, 4, 6, None], [0.3, 0.2, 0.15, 0.1, 0.15, 0.1], families),
            "percentile_recorded": some(rng, [1, 3, 4, 5, None], [0.2, 0.3, 0.2, 0.2, 0.1], families),
            "village_code": some(rng, list(VILLAGES), [0.5, 0.3, 0.2], families),
            "floor": some(rng, ["earth", "tile", None], [0.3, 0.5, 0.2], families),
            "wall": some(rng, ["brick", "bamboo", None], [0.6, 0.2, 0.2], families),
            "roof": some(rng, ["tile", "thatch", None], [0.6, 0.2, 0.2], families),
        },
        dtype=object,
    ).assign(size=pd.Series(sizes, dtype=object))
    persons = [
        {
            "family_no": int(number),
            "age": some(rng, [3, 10, 30, 64, 65, 70, None], [0.15, 0.2, 0.25, 0.1, 0.1, 0.1, 0.1], 1)[0],
            "sex": some(rng, ["male", "female"], [0.5, 0.5], 1)[0],
            "pregnant": some(rng, [True, False, None], [0.1, 0.7, 0.2], 1)[0],
            "disability": some(rng, [True, False, None], [0.15, 0.7, 0.15], 1)[0],
            "chronic": some(rng, [True, False, None], [0.15, 0.7, 0.15], 1)[0],
            "in_school": some(rng, [True, False, None], [0.2, 0.7, 0.1], 1)[0],
        }
        for number in rng.integers(1, families + 1, 2 * families)
    ]
    enrolments = [
        {"family_no": int(number), "programme": code}
        for code, count in {"PKH": 60, "SEMBAKO": 90, "PBI-JKN": 150, "KUR": 20, "BSPS": 15, "BLT-DD": 30}.items()
        for number in rng.integers(1, families + 1, count)
    ]
    return {"families": table.to_dict("records"), "persons": persons, "enrolments": enrolments}


def able(person: dict) -> bool | None:
    """Fifteen to sixty-four, not disabled, not ill, not at school; null where a known no does not settle it."""
    in_age = None if person["age"] is None else 15 <= person["age"] <= 64
    parts = [
        in_age,
        *(None if person[name] is None else not person[name] for name in ("disability", "chronic", "in_school")),
    ]
    return False if False in parts else None if None in parts else True


def any_of(answers: list[bool | None]) -> bool | None:
    return True if True in answers else None if None in answers else False


def both(*answers: bool | None) -> bool | None:
    return False if False in answers else None if None in answers else True


def within(value: float | None, low: int, high: int) -> bool | None:
    return None if value is None else low <= value <= high


def one_of(value: str | None, *words: str) -> bool | None:
    return None if value is None else value in words


def by_hand(data: dict[str, list[dict]], cut: int) -> dict[str, pd.DataFrame]:
    """Programme -> one row per family: target (true, false, null), receives, size. Rules as in the method's tables."""
    members: dict[int, list[dict]] = {}
    for person in data["persons"]:
        members.setdefault(person["family_no"], []).append(person)
    receives = {(row["family_no"], row["programme"]) for row in data["enrolments"]}
    families = list(enumerate(data["families"], 1))
    sized: dict[str, int] = dict.fromkeys(VILLAGES, 0)
    for _, family in families:
        if family["decile_recorded"] is not None and family["decile_recorded"] <= cut:
            sized[family["village_code"]] += family["size"] or 0
    pocket = {village for village, persons in sized.items() if persons > 100}
    rows: dict[str, list[dict]] = {code: [] for code in ("SEMBAKO", "PBI-JKN", "KUR", "BSPS", "BLT-DD")}
    for number, family in families:
        decile = family["decile_recorded"]
        extreme = within(decile, 1, cut)
        people = members.get(number, [])
        working = any_of([able(person) for person in people]) if people else None
        poor_house = any_of([
            one_of(family["floor"], "earth", "bamboo"), one_of(family["wall"], "bamboo"),
            one_of(family["roof"], "bamboo", "thatch"),
        ])  # fmt: skip
        alone = (number, "PKH") not in receives and (number, "SEMBAKO") not in receives
        target = {
            "SEMBAKO": both(extreme, within(decile, 1, 3)),
            "PBI-JKN": both(extreme, within(decile, 1, 3)),
            "KUR": both(extreme, within(family["percentile_recorded"], 1, 4), working),
            "BSPS": both(extreme, family["village_code"] in pocket, within(decile, 1, 4), poor_house),
            "BLT-DD": both(extreme, within(decile, 1, 1), alone),
        }
        for code, answer in target.items():
            rows[code].append({"target": answer, "receives": (number, code) in receives, "size": family["size"] or 0})
    return {code: pd.DataFrame(found) for code, found in rows.items()}


@pytest.mark.parametrize(("seed", "cut"), [(1, 1), (2, 4), (3, 2)])
def test_the_same_counted_family_by_family(store, build, seed, cut):
    data = region(seed)
    build(store, **data)
    found = gaps(store, Scope("s1", cut=cut), ON).rows.set_index("programme")
    for code, families in by_hand(data, cut).items():
        yes = families["target"].map(lambda answer: answer is True)
        unknown = families["target"].map(lambda answer: answer is None)
        assert yes.any()
        for unit, weight in (("families", pd.Series(1, index=families.index)), ("persons", families["size"])):
            expected = [
                weight[yes].sum(),
                weight[yes & families["receives"]].sum(),
                weight[yes & ~families["receives"]].sum(),
            ]
            got = [found.loc[code, f"{name}_{unit}"] for name in ("eligible", "reached", "gap")]
            assert got == expected, (code, unit)
        assert found.loc[code, "unknown"] == unknown.sum(), code
    missed = by_hand(data, cut)["SEMBAKO"].query("not receives")
    assert found.loc["SEMBAKO", "cost"] == 2_400_000 * (missed["target"].map(lambda answer: answer is True)).sum()


@pytest.mark.parametrize("unit", ["families", "persons"])
@pytest.mark.parametrize("seed", range(4, 8))
def test_reached_and_gap_make_the_target_whatever_the_definition(store, build, seed, unit):
    data = region(seed)
    rng = np.random.default_rng(seed)
    for family in data["families"]:
        family["score"] = float(rng.normal(13, 0.5))
    build(store, **data, card={})
    for definition in ("recorded", "pmt_quota", "pmt_line"):
        line = "contoh_2026_09" if definition == "pmt_line" else None
        scope = Scope("s1", definition=definition, unit=unit, quota=0.3, line=line)
        rows = gaps(store, scope, ON).rows
        told = rows[rows["gap"].notna()]
        assert len(told)
        assert np.allclose((told["reached"] + told["gap"]).astype(float), told["eligible"].astype(float))
        assert (told["eligible"].astype(float) >= 0).all()
        assert (rows["gap"].notna() <= rows["eligible"].notna()).all()


def test_persons_of_families_without_a_size_are_not_known_and_not_none(store, build):
    build(
        store, families=[{"decile_recorded": 1}, {"decile_recorded": 1}, {"decile_recorded": None, "size": 4}],
        enrolments=[{"programme": "SEMBAKO"}],
    )  # fmt: skip
    found = gaps(store, Scope("s1", unit="persons"), ON)
    row = found.rows.set_index("programme").loc["SEMBAKO"]
    assert row[["eligible", "reached", "gap"]].isna().all()
    assert row[["eligible_families", "reached_families", "gap_families"]].tolist() == [2, 1, 1]
    assert "Jumlah anggota" in row["reason"]
    assert row["cost"] == 2_400_000
    assert (found.extreme, found.lacking) == (None, None)
    assert any("tanpa jumlah anggota" in warning for warning in found.warnings)


@pytest.mark.parametrize("unit", ["families", "persons"])
def test_where_nobodys_status_is_known_there_is_no_number_of_extreme_poor(store, build, unit):
    build(store, families=[{"size": 3}, {"size": 2}], enrolments=[{"programme": "SEMBAKO"}])
    found = gaps(store, Scope("s1", unit=unit), ON)
    assert (found.extreme, found.lacking) == (None, None)
    assert found.rows["reason"].str.fullmatch(r"\D+").all()  # no count: the reason leaves with the table
    key = {"snapshot_id": "s2"}
    build(store, [{"decile_recorded": 9, "size": 3} | key], enrolments=[{"programme": "SEMBAKO"} | key], snapshot=key)
    rich = gaps(store, Scope("s2", unit=unit), ON)
    assert (rich.extreme, rich.lacking) == (0, 0)


def test_families_nobody_can_judge_are_counted_beside_the_judged_ones(store, build):
    data = region(9)
    rng = np.random.default_rng(9)
    cars = some(rng, [True, False, None], [0.3, 0.4, 0.3], len(data["families"]))
    for family, car in zip(data["families"], cars, strict=True):
        family["car"] = car
    build(store, **data)
    clause = '{all_of: [{clause: a, article: x, label: a, when: {field: car, "=": true}}]}'
    rules = rules_of_text(
        f"name: uji\ntitle: Uji\nsource: uji\narticles: uji\nstatus: unverified\nrule: {clause}\n", "uji.yaml"
    )
    scope = Scope("s1", definition="local_criteria", rules=rules)
    told = f"{pd.Series(cars, dtype=object).isna().sum()} keluarga belum dapat dinilai"
    for warnings in (gaps(store, scope, ON).warnings, find_pockets(store, scope, ON).warnings):
        assert any(warning.startswith(told) for warning in warnings), warnings
    found = gaps(store, scope, ON)
    assert found.extreme == sum(car is True for car in cars)


def test_without_an_inventory_nothing_is_known_of_plans(store, build):
    build(store, families=[{"decile_recorded": 1, "size": 3}], enrolments=[{"programme": "SEMBAKO"}])
    row = gaps(store, Scope("s1"), ON).rows.set_index("programme").loc["SEMBAKO"]
    assert pd.isna(row["planned"])
    assert pd.isna(row["gap_after_plan"])
    assert "Inventaris" in row["plan_reason"]


def plan(store, **entry):
    given = {
        "entry_no": 1, "programme": "SEMBAKO", "title": "Uji", "year": 2026, "provider": "regency", "fund": None,
        "office": None, "quota": 1, "unit": "families", "budget": None, "region_code": "99.01", "relation": None,
        "central_programme": None, "source": "uji", "entered_at": datetime(2026, 2, 1),
    } | entry  # fmt: skip
    with store.transaction() as cursor:
        names = ", ".join(given)
        marks = ", ".join("?" for _ in given)
        cursor.execute(f"INSERT INTO programme_inventory ({names}) VALUES ({marks})", list(given.values()))


def test_a_plan_fills_the_gap_of_what_it_extends_and_never_more_than_it(store, build):
    build(store, families=[{"decile_recorded": 1, "size": 3}] * 3, enrolments=[{"programme": "SEMBAKO"}])
    plan(store, programme="Sembako daerah", relation="extends", central_programme="SEMBAKO", quota=1)
    plan(store, entry_no=2, programme="Minyak goreng", relation="complements", central_programme="SEMBAKO", quota=50)
    plan(store, entry_no=3, year=2024, quota=50)
    plan(store, entry_no=4, year=None, quota=50)
    plan(store, entry_no=5, programme="PBI-JKN", quota=9, unit="persons")
    rows = gaps(store, Scope("s1"), ON).rows.set_index("programme")
    assert rows.loc["SEMBAKO", ["gap", "planned", "gap_after_plan"]].tolist() == [2, 1, 1]
    assert pd.isna(rows.loc["PBI-JKN", "planned"])
    assert "satuan lain" in rows.loc["PBI-JKN", "plan_reason"]
    assert rows.loc["PKH", "planned"] == 0
    plan(store, entry_no=6, quota=40)
    rows = gaps(store, Scope("s1"), ON).rows.set_index("programme")
    assert rows.loc["SEMBAKO", ["planned", "gap_after_plan"]].tolist() == [41, 0]


def test_a_regional_place_fills_its_own_gap_and_that_of_what_it_extends_once(store, build):
    # By hand (docs/metodologi.md): four single persons without PBI-JKN, one of them with PBI-DAERAH; two places.
    build(
        store, families=[{"decile_recorded": 1, "size": 1}] * 5,
        enrolments=[{"family_no": 5, "programme": "PBI-JKN"}, {"family_no": 4, "programme": "PBI-DAERAH"}],
    )  # fmt: skip
    regional = {"programme": "PBI-DAERAH", "unit": "persons", "central_programme": "PBI-JKN"}
    plan(store, **regional, relation="extends", quota=2)
    found = gaps(store, Scope("s1", unit="persons"), ON)
    rows = found.rows.set_index("programme")
    assert rows.loc["PBI-JKN", ["gap", "planned", "gap_after_plan"]].tolist() == [4, 2, 2]
    assert rows.loc["PBI-DAERAH", ["gap", "planned", "gap_after_plan"]].tolist() == [3, 2, 1]
    assert found.planned == 2
    plan(store, **regional, entry_no=2, relation="complements", quota=1)
    found = gaps(store, Scope("s1", unit="persons"), ON)
    assert found.rows.set_index("programme").loc[["PBI-JKN", "PBI-DAERAH"], "gap_after_plan"].tolist() == [2, 0]
    assert found.planned == 3


def test_a_wider_plan_is_told_apart_and_not_divided(store, build):
    build(store, families=[{"decile_recorded": 1, "size": 3}] * 2)
    plan(store, quota=500)
    plan(store, entry_no=2, quota=7, region_code="99.01.01.2001")
    plan(store, entry_no=3, quota=9, region_code="99.01.02")
    found = planned(store, Scope("s1", region="99.01.01"), 2026, ["SEMBAKO"]).of("SEMBAKO")
    assert (found.within, found.wider) == (7.0, 500.0)


def test_priority_list_narrows_the_pockets(store, build):
    families = [{"decile_recorded": 1, "size": 101, "floor": "earth", "village_code": code} for code in VILLAGES[:2]]
    build(store, families=families, enrolments=[{"programme": "BSPS"}], priority=[VILLAGES[1]])
    row = gaps(store, Scope("s1"), ON).rows.set_index("programme").loc["BSPS"]
    assert (row["eligible"], row["reached"], row["gap"]) == (1, 0, 1)


def test_pmt_percentile_needs_a_hundred_ranked_families(store, build):
    healthy = {"age": 30, "disability": False, "chronic": False, "in_school": False}
    for families, known in ((99, False), (100, True)):
        build(
            store,
            families=[{"decile_recorded": 1, "size": 1, "score": float(n)} for n in range(families)],
            persons=[{"family_no": n + 1, **healthy} for n in range(families)],
            enrolments=[{"programme": "KUR"}],
            snapshot={"snapshot_id": f"s{families}"},
        )
        found = gaps(store, Scope(f"s{families}"), ON)
        row = found.rows.set_index("programme").loc["KUR"]
        assert found.percentile == "pmt"
        assert (row["eligible"] == 4) if known else pd.isna(row["eligible"])
        assert known or "tidak diketahui" in row["reason"]


def test_an_unknown_part_of_a_cost_is_refused():
    (target,) = [target for target in targets(ON) if target.code == "PKH"]
    wrong = UnitCost.model_validate({"from": ON, "parts": {"no_such": 1}, "source": "uji", "status": "unverified"})
    with pytest.raises(Refused) as refused:
        cost_sql(target.__class__(**(vars(target) | {"cost": wrong})))
    assert refused.value.code == "cost_part_unknown"


def test_what_is_wanted_together_counts_only_loaded_lists(store, build):
    build(
        store,
        families=[
            {"decile_recorded": 1, "size": 2},
            {"decile_recorded": 1, "size": 2},
            {"decile_recorded": 6, "size": 2},
        ],
        enrolments=[{"family_no": 1, "programme": "SEMBAKO"}, {"family_no": 1, "programme": "BLT-DD"}],
    )
    found = gaps(store, Scope("s1"), ON)
    assert found.together == ("SEMBAKO",)
    assert (found.lacking, found.extreme) == (1.0, 2.0)
    assert found.cost_together == 2_400_000
    # BLT-DD stands in for Sembako: its gap of 900.000 is no part of the sum.
    assert found.cost == 2_400_000
    assert found.rows.set_index("programme").loc["BLT-DD", "cost"] == 900_000

"""Local criteria: truth tables by hand, the Perwali evaluated a second way family by family, bounds and changes."""

import random
from dataclasses import replace
from datetime import date
from itertools import product

import pandas as pd
import pytest

from analytics.criteria import criteria
from analytics.criteria_sql import judged_sql, met_sql
from analytics.definitions import status_sql
from analytics.pockets import find_pockets
from analytics.scope import Scope
from data.criteria import shipped_rules
from data.criteria_reading import rules_of_text
from data.errors import Refused

PERWALI = shipped_rules()["pangkalpinang_19_2024"]
HEAD = "name: uji\ntitle: Uji\nsource: uji\narticles: uji\nstatus: unverified\n"
SCOPE = Scope("s1", definition="local_criteria")


def rule(tree: str):
    return rules_of_text(HEAD + f"rule: {tree}", "uji.yaml")


def flag(key: str, field: str) -> str:
    return f'{{clause: {key}, article: x, label: {key}, when: {{field: {field}, "=": true}}}}'


def statuses(store, rules, bound="lower") -> list:
    sql, bound_values = status_sql(replace(SCOPE, rules=rules, bound=bound))
    frame = store.frame(f"SELECT family_no, extreme, chance FROM ({sql}) ORDER BY family_no", bound_values)
    said = [None if pd.isna(value) else bool(value) for value in frame["extreme"]]
    assert [None if pd.isna(value) else bool(value) for value in frame["chance"]] == said
    return said


# Truth tables, written out: yes (1), no (0), not known (None).
Y, N, U = True, False, None
AND = {(Y, Y): Y, (Y, N): N, (Y, U): U, (N, Y): N, (N, N): N, (N, U): N, (U, Y): U, (U, N): N, (U, U): U}
OR = {(Y, Y): Y, (Y, N): Y, (Y, U): Y, (N, Y): Y, (N, N): N, (N, U): U, (U, Y): Y, (U, N): U, (U, U): U}
NOR = {(Y, Y): N, (Y, N): N, (Y, U): N, (N, Y): N, (N, N): Y, (N, U): U, (U, Y): N, (U, N): U, (U, U): U}


@pytest.mark.parametrize(("how", "wanted"), [("all_of", AND), ("any_of", OR), ("none_of", NOR)])
def test_two_clauses_by_the_truth_table(store, build, how, wanted):
    build(store, families=[{"car": a, "gold": b} for a, b in wanted])
    rules = rule(f"{{{how}: [{flag('a', 'car')}, {flag('b', 'gold')}]}}")
    assert statuses(store, rules) == list(wanted.values())
    found = criteria(store, replace(SCOPE, rules=rules))
    values = list(wanted.values())
    assert (found.met, found.undecided, found.not_met) == (values.count(Y), values.count(U), values.count(N))


def test_at_least_two_of_three(store, build):
    # By hand: two yes decide for it, two no against it, whatever the third is.
    three = list(product((Y, N, U), repeat=3))
    wanted = [Y if v.count(Y) >= 2 else N if v.count(N) >= 2 else U for v in three]
    assert wanted[three.index((Y, N, U))] is U
    build(store, families=[{"car": a, "gold": b, "boat": c} for a, b, c in three])
    parts = ", ".join([flag("a", "car"), flag("b", "gold"), flag("c", "boat")])
    rules = rule(f"{{at_least: 2, of: [{parts}]}}")
    assert statuses(store, rules) == wanted
    found = criteria(store, replace(SCOPE, rules=rules))
    assert (found.met, found.undecided) == (wanted.count(Y), wanted.count(U))


@pytest.mark.parametrize(
    ("when", "wanted"),
    [
        ('{field: floor_area, "<": 10}', [Y, N, N, U]),
        ('{field: floor_area, "<=": 10}', [Y, Y, N, U]),
        ('{field: floor_area, ">": 10}', [N, N, Y, U]),
        ('{field: floor_area, ">=": 10}', [N, Y, Y, U]),
        ("{field: floor_area, between: [9.5, 10]}", [Y, Y, N, U]),
        ("{field: floor_area, in: [9.5, 11]}", [Y, N, Y, U]),
        ('{field: floor, "=": earth}', [Y, N, N, U]),
        ("{field: floor, in: [earth, bamboo]}", [Y, N, Y, U]),
        ("{field: floor, known: true}", [Y, Y, Y, N]),
        ("{field: floor, known: false}", [N, N, N, Y]),
        ("{no_data: true}", [U, U, U, U]),
        ("{programme: PKH}", [Y, N, N, N]),
        ("{programme: SEMBAKO}", [U, U, U, U]),  # no list of it: nobody can say
    ],
)
def test_each_comparison(store, build, when, wanted):
    floors = [("earth", 9.5), ("tile", 10.0), ("bamboo", 11.0), (None, None)]
    build(store, families=[{"floor": floor, "floor_area": area} for floor, area in floors], enrolments=[{}])
    rules = rule(f"{{all_of: [{{clause: a, article: x, label: a, when: {when}}}]}}")
    assert statuses(store, rules) == wanted
    upper = statuses(store, rules, "upper")
    assert upper == [value is not N for value in wanted]


def test_a_question_that_does_not_apply_is_answered(store, build):
    people = [{"family_no": n, "relation": "head", "working": works, "age": 40} for n, works in ((1, False), (2, None))]
    build(store, families=[{}, {}], persons=people)
    rules = rule('{all_of: [{clause: a, article: x, label: a, when: {field: head_sector, "=": services}}]}')
    assert statuses(store, rules) == [N, U]


def test_no_text_of_a_file_reaches_the_sql():
    rules = rule('{all_of: [{clause: rahasia, article: x, label: bunyi, when: {field: floor, "=": earth}}]}')
    sql, bound = judged_sql(rules, every_reading=True)
    assert not any(word in sql + met_sql(rules) for word in ("rahasia", "bunyi", "earth", "uji"))
    assert {"rahasia", "earth", "uji"} <= set(bound.values())


def answer(store, *rows):
    with store.transaction() as cursor:
        for pseudonym, clause, met, day in rows:
            cursor.execute(
                "INSERT INTO criterion_answer VALUES (?, ?, ?, ?, ?, 'uji')",
                [pseudonym, PERWALI.name, clause, met, day],
            )


POOR = {
    "tenure": "own", "floor": "earth", "wall": "wood", "roof": "asbestos_zinc", "toilet": "none",
    "fuel": "wood_charcoal", "motorcycle": False, "car": False, "smartphone": False, "landline": False,
    "head_occupation": "farmer", "head_birth_date": date(1950, 1, 1), "size": 1,
}  # fmt: skip


def test_visits_answer_what_the_register_cannot(store, build):
    build(store, families=[POOR, POOR, POOR | {"tenure": None, "floor": None}, POOR])
    open_clauses = ("menetap", "terdaftar", "a", "b", "c")
    blank = [clause.key for clause in PERWALI.clauses if clause.without_data]
    before = " ".join(criteria(store, replace(SCOPE, rules=PERWALI)).warnings)
    assert f"{len(blank)} klausul tidak punya data sama sekali" in before
    assert "huruf b" in before
    # 1: everything confirmed. 2: spends more. 3: has no home, and lives here. 4: an old no, then a newer yes.
    answer(store, *[("p1", clause, True, None) for clause in open_clauses])
    answer(store, ("p2", "b", False, None))
    answer(store, *[("p3", clause, True, None) for clause in ("menetap", "terdaftar", "tanpa_tempat_tinggal")])
    answer(store, *[("p4", clause, True, date(2026, 2, 1)) for clause in open_clauses])
    answer(store, ("p4", "b", False, date(2026, 1, 1)), ("p4", "b", True, date(2026, 1, 2)))
    assert statuses(store, PERWALI) == [True, False, True, True]
    found = criteria(store, replace(SCOPE, rules=PERWALI))
    assert (found.lower, found.upper, found.answered) == (3, 3, 4)
    assert not any("tidak punya data" in warning for warning in found.warnings)
    # The newest counts: a later "no" takes it back; a later "not known" leaves the register's own judgement.
    answer(store, ("p4", "b", False, date(2026, 3, 1)), ("p1", "d", None, date(2026, 3, 1)))
    assert statuses(store, PERWALI) == [True, False, True, False]
    # A visit goes before the register: there is a toilet after all.
    answer(store, ("p1", "d", False, date(2026, 3, 2)))
    assert statuses(store, PERWALI)[0] is False


def random_families(count: int) -> list[dict]:
    rng = random.Random(7)

    def pick(*values):
        return rng.choice(values)

    return [
        {
            "tenure": pick("own", "rent", None), "floor": pick("earth", "cement", "tile", "bamboo", None),
            "wall": pick("wood", "brick", "bamboo", None), "roof": pick("asbestos_zinc", "tile", "thatch", None),
            "toilet": pick("none", "shared", "own", None), "fuel": pick("wood_charcoal", "gas_electric", None),
            "motorcycle": pick(True, False, None), "car": pick(False, None), "smartphone": pick(True, False, None),
            "landline": pick(False, None), "head_occupation": pick("farmer", "civil_servant", "retired", None),
            "head_birth_date": pick(date(1950, 5, 1), date(1990, 5, 1), None), "size": pick(1, 3, None),
            "dukcapil_match": pick(True, False, None),
        }
        for _ in range(count)
    ]  # fmt: skip


def by_hand(family: dict, answers: dict, f_reading: str) -> bool | None:
    """Article 3 with article 1(10), spelled out for one family in plain Python; None is "cannot be judged"."""

    def every(*parts):
        return False if False in parts else None if None in parts else True

    def some(*parts):
        return True if True in parts else None if None in parts else False

    def among(value, *words):
        return None if value is None else value in words

    def inverse(value):
        return None if value is None else not value

    age = None if family["head_birth_date"] is None else 2025 - family["head_birth_date"].year
    # 'retired' does not work; a farmer or a civil servant does.
    idle = None if family["head_occupation"] is None else family["head_occupation"] == "retired"
    servant = among(family["head_occupation"], "civil_servant", "official", "retired")
    # A head known not to work has no status of work; otherwise it was not recorded here.
    status = False if idle else None
    alone = None if family["size"] is None else family["size"] == 1
    no_vehicle = every(inverse(family["motorcycle"]), inverse(family["car"]))
    no_phone = every(inverse(family["smartphone"]), inverse(family["landline"]))
    home = family["tenure"] is None and family["floor"] is None
    old = None if age is None else age >= 60
    # Nobody's disability or illness is recorded in these families.
    ill = every(None, some(alone, None))
    register = {
        "menetap": None, "terdaftar": None, "b": None,
        "tanpa_tempat_tinggal": None if home else False,
        "a": every(inverse(some(status, servant)), None),
        "c": every(among(family["floor"], "earth", "cement"), among(family["wall"], "wood", "brick"),
                   among(family["roof"], "asbestos_zinc"), None),
        "d": among(family["toilet"], "none", "shared"),
        "e": among(family["fuel"], "wood_charcoal"),
        "f": some(no_vehicle, no_phone) if f_reading == "salah_satu" else every(no_vehicle, no_phone),
        "g": some(old, alone, idle, ill),
    }  # fmt: skip
    said = {key: value if answers.get(key) is None else answers[key] for key, value in register.items()}
    shelter = every(*(said[key] for key in "abcdefg"))
    return every(said["menetap"], said["terdaftar"], some(said["tanpa_tempat_tinggal"], shelter))


@pytest.mark.parametrize("reading", ["salah_satu", "keduanya"])
def test_the_perwali_a_second_way(store, build, reading):
    families = random_families(400)
    build(store, families=families)
    rng = random.Random(3)
    keys = [clause.key for clause in PERWALI.clauses]
    answers = {
        place: {key: rng.choice((True, True, True, False, None)) for key in rng.sample(keys, rng.choice((4, 8, 10)))}
        for place in range(400) if rng.random() < 0.7
    }  # fmt: skip
    answer(store, *[(f"p{n + 1}", key, met, None) for n, said in answers.items() for key, met in said.items()])
    rules = PERWALI.read({"f": reading})
    wanted = [by_hand(family, answers.get(n, {}), reading) for n, family in enumerate(families)]
    assert len(set(wanted)) == 3  # met, not met and undecided all occur
    assert statuses(store, rules) == wanted
    found = criteria(store, replace(SCOPE, rules=rules))
    assert (found.met, found.undecided, found.not_met) == (wanted.count(Y), wanted.count(U), wanted.count(N))
    left = found.clauses["left_met"] + found.clauses["left_open"]
    assert left.is_monotonic_decreasing
    assert left.iloc[-1] == found.upper
    assert (found.clauses[["own_met", "own_open", "own_not"]].sum(axis=1) == 400).all()
    chosen = found.readings[found.readings["chosen"]]
    assert set(chosen["upper"]) == {found.upper}
    assert set(chosen["lower"]) == {found.lower}
    other = criteria(
        store, replace(SCOPE, rules=PERWALI.read({"f": "keduanya" if reading == "salah_satu" else "salah_satu"}))
    )
    told = found.readings.set_index(["clause", "reading"]).loc[("f", other.rules.chosen["f"])]
    assert (told["lower"], told["upper"]) == (other.lower, other.upper)


def test_a_clause_left_out_is_a_file_without_it(store, build):
    families = [{"car": a, "gold": b, "boat": c} for a, b, c in product((Y, N, U), repeat=3)]
    build(store, families=families)
    whole = f"{{all_of: [{flag('a', 'car')}, {{any_of: [{flag('b', 'gold')}, {flag('c', 'boat')}]}}]}}"
    rest = {
        "a": f"{{any_of: [{flag('b', 'gold')}, {flag('c', 'boat')}]}}",
        "b": f"{{all_of: [{flag('a', 'car')}, {flag('c', 'boat')}]}}",
        "c": f"{{all_of: [{flag('a', 'car')}, {flag('b', 'gold')}]}}",
    }
    found = criteria(store, replace(SCOPE, rules=rule(whole))).clauses.set_index("clause")
    for key, tree in rest.items():
        without = criteria(store, replace(SCOPE, rules=rule(tree)))
        assert (found.loc[key, "without_lower"], found.loc[key, "without_upper"]) == (without.lower, without.upper)


def test_more_clauses_than_one_number_holds(store, build):
    build(store, families=[{"car": True, "gold": None}, {"car": True, "gold": True}, {"car": False, "gold": True}])
    clauses = [flag(f"c{place}", "car" if place % 2 else "gold") for place in range(90)]
    found = criteria(store, replace(SCOPE, rules=rule(f"{{all_of: [{', '.join(clauses)}]}}")))
    assert (found.met, found.undecided, found.not_met) == (1, 1, 1)
    assert list(found.clauses["own_met"][:2]) == [2, 2]
    assert list(found.clauses["own_open"][-2:]) == [1, 0]


def test_measures_count_by_the_bound(store, build):
    build(store, families=[POOR | {"size": 60}, POOR | {"size": 70}, POOR | {"toilet": "own", "size": 5}])
    answer(store, *[("p1", key, True, None) for key in ("menetap", "terdaftar", "a", "b", "c")])
    lower = find_pockets(store, SCOPE).by_village.iloc[0]
    upper = find_pockets(store, replace(SCOPE, bound="upper")).by_village.iloc[0]
    assert (lower["families"], lower["persons"], lower["families_unknown_status"]) == (1, 60, 1)
    assert (upper["families"], upper["persons"], upper["families_unknown_status"]) == (2, 130, 0)
    assert criteria(store, replace(SCOPE, unit="persons")).upper == 130


def test_persons_of_families_without_a_size_are_not_none(store, build):
    build(store, families=[{"floor": "earth"}, {"floor": "tile"}])
    with pytest.raises(Refused) as caught:
        criteria(store, replace(SCOPE, unit="persons"))
    assert caught.value.code == "sizes_unknown"
    assert criteria(store, replace(SCOPE, unit="families")).total == 2


def test_another_snapshot_or_region_is_not_counted(store, build):
    build(store, families=[POOR, POOR | {"village_code": "99.01.02.2001"}])
    assert criteria(store, replace(SCOPE, region="99.01.02")).total == 1
    lain = {"snapshot_id": "lain"}
    build(store, families=[POOR | lain] * 3, snapshot=lain)
    assert criteria(store, SCOPE).total == 2

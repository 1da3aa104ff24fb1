"""Whoever holds the documents, knows the rules and can solve linear programmes finds no count of a few families."""

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.documents.door import door
from tests.reports.documents.attacker import Attack, meaning, places, said

FAMILIES = st.one_of(st.integers(0, 4), st.integers(0, 9), st.integers(5, 60))
CELL = st.tuples(FAMILIES, st.integers(1, 6))  # families, members of each
REGENCIES = st.lists(st.lists(CELL, min_size=1, max_size=5), min_size=1, max_size=4)
OF_TWO = st.lists(st.lists(CELL, min_size=1, max_size=2), min_size=1, max_size=3)


def tree(regency) -> tuple[dict[str, int], dict[str, int], dict[str, str | None]]:
    """Families and persons of every place, and the place around it."""
    parents: dict[str, str | None] = {"r": None}
    parents |= {f"r.{d}": "r" for d in range(len(regency))}
    parents |= {f"r.{d}.{v}": f"r.{d}" for d, villages in enumerate(regency) for v in range(len(villages))}
    families = {f"r.{d}.{v}": cell[0] for d, villages in enumerate(regency) for v, cell in enumerate(villages)}
    persons = {f"r.{d}.{v}": cell[0] * cell[1] for d, villages in enumerate(regency) for v, cell in enumerate(villages)}
    for counts in (families, persons):
        for place in list(counts):
            district = place.rsplit(".", 1)[0]
            counts[district] = counts.get(district, 0) + counts[place]
            counts["r"] = counts.get("r", 0) + counts[place]
    return families, persons, parents


def published(level, families, persons, parents) -> tuple[dict[str, str], dict[str, str]]:
    def texts(counts, hidden=frozenset()):
        found = door(level).tree({place: counts[place] for place in parents}, parents, hidden)
        return {place: "*" if cell.hidden else str(cell.value) for place, cell in found.items()}

    shown = texts(families)
    return shown, texts(persons, frozenset(place for place, text in shown.items() if text == "*"))


@settings(max_examples=150, deadline=None)
@given(regency=st.one_of(REGENCIES, OF_TWO), level=st.sampled_from(["official", "public"]))
def test_no_hidden_count_of_a_tree_is_given_away_even_beside_exact_wholes(regency, level):
    families, persons, parents = tree(regency)
    of_families, of_persons = published(level, families, persons, parents)
    public, small = level == "public", 8 if level == "public" else 5  # 8 rounds to 10
    attack = Attack()
    places(attack, "families", of_families, parents, public)
    places(attack, "persons", of_persons, parents, public)
    for kind, texts, counts in (("families", of_families, families), ("persons", of_persons, persons)):
        for place in parents:
            attack.at_most(f"families/{place}", f"persons/{place}")
            if texts[place] != "*" and place in parents.values():
                attack.knows(f"{kind}/{place}", counts[place], counts[place])  # a whole, known exactly
    for kind, texts, counts in (("families", of_families, families), ("persons", of_persons, persons)):
        for place, text in texts.items():
            assert text in ("*", said(counts[place], public))
            if text == "*" and 0 < counts[place] < small:
                low, high = attack.range(f"{kind}/{place}")
                assert low <= 1
                assert high >= small - 1
        for place, count in counts.items():
            assert texts[place] == "*" or not 0 < count < small


def test_the_attacker_finds_what_independent_hiding_gives_away():
    """8, 8 and 1 of 17 (the example of the method): each hidden or rounded by itself, the 1 is known."""
    attack = Attack()
    printed = {"r": said(17, False), "r.0": said(8, False), "r.1": said(8, False), "r.2": said(1, False)}
    places(attack, "families", printed, {"r": None, "r.0": "r", "r.1": "r", "r.2": "r"}, False)
    assert printed == {"r": "15", "r.0": "10", "r.1": "10", "r.2": "*"}
    assert attack.range("families/r.2") == (1, 1)


def test_meaning_of_a_print():
    assert meaning("5", False) == (5, 7)  # 3 and 4 would be hidden
    assert meaning("10", False) == (8, 12)
    assert meaning("20", True) == (13, 22)  # 15 and 20 of the official level
    assert meaning("10.430", False) == (10425, 10435)

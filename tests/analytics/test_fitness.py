"""The four lights of the guide's fitness rule."""

from datetime import date

import pytest

from analytics.fitness import enter_light, fitness
from data.errors import Refused

ON = date(2026, 6, 1)


def states(store, on=ON) -> dict[str, str]:
    return {light.name: light.state for light in fitness(store, "s1", on).lights}


def test_nothing_known_is_grey_and_never_red(store, build):
    build(store, [{}], snapshot={"source_date": None})
    assert set(states(store).values()) == {"grey"}
    assert fitness(store, "s1", ON).fit is None


@pytest.mark.parametrize(
    ("on", "state"), [(date(2027, 1, 1), "green"), (date(2027, 1, 2), "red"), (date(2025, 12, 31), "grey")]
)
def test_a_year_is_365_days(store, build, on, state):
    build(store, [{}])  # data of 1 January 2026
    assert states(store, on)["updated"] == state


def test_matched_among_the_known(store, build):
    build(store, [{"dukcapil_match": True}] * 19 + [{"dukcapil_match": False}, {"dukcapil_match": None}])
    light = fitness(store, "s1", ON).lights[1]
    assert light.state == "green"
    assert light.text.startswith("95,0% dari 20 keluarga")
    assert "1 keluarga tidak berisi" in light.text
    with store.transaction() as cursor:
        cursor.execute("UPDATE family SET dukcapil_match = false WHERE family_no = 1")
    assert states(store)["dukcapil"] == "red"


def test_the_user_enters_two_lights(store, build):
    build(store, [{"dukcapil_match": True}])
    enter_light(store, "s1", "musdes", date(2026, 5, 1), " 12/BA/2026 ", ON)
    enter_light(store, "s1", "musdes", date(2026, 5, 2), "13/BA/2026", ON)
    assert fitness(store, "s1", ON).lights[2].text == "Kesepakatan musdes/muskel nomor 13/BA/2026, 2 Mei 2026."
    assert fitness(store, "s1", ON).fit is None
    enter_light(store, "s1", "decree", date(2026, 5, 3), "100", ON)
    assert fitness(store, "s1", ON).fit is True


@pytest.mark.parametrize(
    ("light", "on", "number", "code"),
    [
        ("updated", date(2026, 5, 1), "1", "light_unknown"),
        ("musdes", date(2026, 5, 1), "  ", "light_incomplete"),
        ("decree", date(2026, 6, 2), "1", "light_incomplete"),
    ],
)
def test_half_an_entry_is_refused(store, build, light, on, number, code):
    build(store, [{}])
    with pytest.raises(Refused) as refused:
        enter_light(store, "s1", light, on, number, ON)
    assert refused.value.code == code
    assert store.rows("SELECT * FROM fitness") == []

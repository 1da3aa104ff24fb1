"""The worked example of docs/metodologi.md, and what may not be compared."""

from datetime import date, datetime
from functools import partial

import pandas as pd
import pytest

from analytics.change import change, earlier
from analytics.scope import Scope
from data.errors import Refused

A, B, C, D = "99.01.01.2001", "99.01.01.2002", "99.01.01.2003", "99.01.01.2004"
REGIONS = {"99": "Provinsi", "99.01": "Kabupaten", "99.01.01": "Kecamatan", A: "Awal", B: "Baru", C: "Cukup", D: "Dulu"}


def families(**sizes: int) -> list[dict]:
    """One extreme-poor family of that size per village, and one that is not."""
    codes = {"a": A, "b": B, "c": C, "d": D}
    return [
        {"village_code": codes[name], "size": size, "decile_recorded": decile}
        for name, persons in sizes.items()
        for size, decile in ((persons, 1), (5, 9))
    ]


def delivery(build, name: str, when: date | None, rows: list[dict], regions=None, enrolments=(), **about) -> str:
    head = {"snapshot_id": name, "source_date": when, "imported_at": datetime(2026, 2, 1), "data_hash": name} | about
    return build(rows, regions=regions, snapshot=head, enrolments=enrolments)


@pytest.fixture
def two(store, build):
    made = partial(build, store)

    def make(**about):
        was = [{"family_no": 1, "programme": "PKH"}, {"family_no": 3, "programme": "PKH"}]
        now = [{"family_no": 1, "programme": "PKH"}, {"family_no": 5, "programme": "PKH"},
               {"family_no": 1, "programme": "SEMBAKO"}]  # fmt: skip
        delivery(made, "lama", date(2025, 9, 1),
                 families(a=120, b=80, d=300), REGIONS, was)  # fmt: skip
        delivery(made, "baru", date(2026, 1, 1),
                 families(a=90, b=110, c=50), None, now, **about)  # fmt: skip
        return change(store, Scope("baru"), "lama")

    return make


def test_only_villages_of_both_are_compared(two):
    found = two()
    assert (found.villages, found.only_now, found.only_before) == (2, 1, 1)
    persons, pockets, without = (found.figure(name) for name in ("persons", "pockets", "without"))
    assert (persons["before"], persons["now"], persons["difference"], persons["reason"]) == (200, 200, 0, None)
    assert (pockets["before"], pockets["now"]) == (1, 1)
    # Both extreme-poor families received PKH before; now the one in B has nothing.
    assert (without["before"], without["now"], without["difference"]) == (0, 1, 1)
    assert list(found.entered["village"]) == [B]
    assert found.entered.iloc[0][["persons_before", "persons"]].tolist() == [80, 110]
    assert list(found.left["village"]) == [A]


def test_programmes_of_both_are_compared_over_these_villages(two):
    rows = two().programmes
    # PKH: families 1 and 3 before; now 1, and 5, which lies in C and is not compared. Sembako had no list before.
    columns = ["programme", "families_before", "families", "difference", "group_before", "group"]
    assert rows[columns].to_numpy().tolist() == [["PKH", 2, 1, -1, 4, 4]]


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"unit": "household"}, "rumah tangga"),
        ({"frame": "truncated"}, "bagian termiskin"),
        ({"rank_area": "regency"}, "wilayah yang berbeda"),
    ],
)
def test_what_measures_another_thing_is_not_compared(two, about, words):
    found = two(**about)
    for name in ("persons", "families", "pockets", "without"):
        assert words in found.figure(name)["reason"]
        assert pd.isna(found.figure(name)["difference"])
    assert len(found.entered) == len(found.left) == 0


def test_the_earlier_delivery_is_the_newest_before_this_one_that_holds_the_region(store, build):
    made = partial(build, store)
    for name, when in (
        ("a", date(2024, 12, 1)),
        ("b", date(2025, 3, 1)),
        ("c", date(2025, 9, 1)),
        ("d", date(2026, 1, 1)),
    ):
        delivery(
            made,
            name,
            when,
            families(a=10),
            REGIONS if name == "a" else None,
        )
    delivery(made, "tanpa", None, families(a=10))
    delivery(made, "lain", date(2025, 12, 1),
             [{"village_code": "98.01.01.2001", "size": 3, "decile_recorded": 1}])  # fmt: skip
    scope = Scope("d", region="99.01")
    assert earlier(store, scope).snapshot_id == "c"
    assert earlier(store, scope, "last_year").snapshot_id == "c"
    assert earlier(store, Scope("c", region="99.01"), "last_year").snapshot_id == "a"
    assert earlier(store, Scope("a", region="99.01")) is None
    assert earlier(store, Scope("tanpa")) is None
    with pytest.raises(Refused, match="sama"):
        change(store, scope, "d")

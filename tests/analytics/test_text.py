"""Indonesian numbers and dates."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.text import about, day, listing, mid_sentence, money, number, percent, rupiah


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        (number(1234567.8, 1), "1.234.567,8"),
        (number(np.int64(1234)), "1.234"),
        (number(0), "0"),
        (percent(0.0085), "0,85%"),
        (percent(0.07), "7%"),
        (percent(0.1234, 1), "12,3%"),
        (percent(1, 1), "100,0%"),
        (rupiah(322170), "Rp322.170"),
        (rupiah(-5000), "-Rp5.000"),
        (day(date(2022, 6, 8)), "8 Juni 2022"),
        (about(10432), "10.400"),
        (about(999), "999"),
        (about(0), "0"),
        (listing(["a"]), "a"),
        (listing(["a", "b"]), "a dan b"),
        (listing(["a", "b", "c"]), "a, b, dan c"),
        (money(2_249_600_000), "Rp2,2 miliar"),
        (money(248_400_000), "Rp248 juta"),
        (money(999_999), "Rp999.999"),
        (mid_sentence("Tanpa PBI jaminan"), "tanpa PBI jaminan"),
        (mid_sentence("NIK tidak padan"), "NIK tidak padan"),
    ],
)
def test_as_a_planner_writes_it(got, wanted):
    assert got == wanted


@pytest.mark.parametrize("missing", [None, pd.NA, float("nan"), pd.NaT])
@pytest.mark.parametrize("write", [number, percent, rupiah, day, about])
def test_not_known_is_a_dash(write, missing):
    assert write(missing) == "–"

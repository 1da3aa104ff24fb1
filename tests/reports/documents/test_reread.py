"""Numbers of a text are found again by their order, whatever words were rewritten around them."""

import pytest

from reports.documents.blocks import Fact
from reports.documents.reread import numbers, printed_in


def fact(id: str, text: str) -> Fact:
    return Fact(id, text, 1.0, "jiwa", id, "")


SAID = [("Sebanyak ", fact("a", "10.430"), " jiwa dalam ", fact("b", "2.100"), " keluarga pada desil 1."),
        (fact("c", "Rp2,2 miliar"), " atau ", fact("d", "12,3%"))]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rp2,2 miliar dari -Rp5 juta", ["Rp2,2 miliar", "-Rp5 juta"]),
        ("12,3% (desil 1–4); * dan –.", ["12,3%", "1", "4", "*", "–"]),
        ("Rp2,2\u00a0miliar\n10.430, lalu", ["Rp2,2 miliar", "10.430"]),
        ("PKH", []),
    ],
)
def test_numbers_of_a_text(text, found):
    assert numbers(text) == found


@pytest.mark.parametrize(
    ("text", "read"),
    [
        # untouched, and rewritten around the numbers
        ("Sebanyak 10.430 jiwa dalam 2.100 keluarga pada desil 1. Rp2,2 miliar atau 12,3%",
         {"a": "10.430", "b": "2.100", "c": "Rp2,2 miliar", "d": "12,3%"}),
        ("Pada 2026 kami menghitung 10.430 orang, yaitu 2.100 rumah (desil 1): butuh Rp2,2 miliar (12,3%).",
         {"a": "10.430", "b": "2.100", "c": "Rp2,2 miliar", "d": "12,3%"}),
        # one digit, one scale
        ("Sebanyak 10.480 jiwa dalam 2.100 keluarga pada desil 1. Rp2,2 triliun atau 12,3%",
         {"a": "10.480", "b": "2.100", "c": "Rp2,2 triliun", "d": "12,3%"}),
        # taken out; and two that changed places
        ("Sebanyak jiwa dalam 2.100 keluarga pada desil 1. Rp2,2 miliar atau 12,3%",
         {"b": "2.100", "c": "Rp2,2 miliar", "d": "12,3%"}),
    ],
)  # fmt: skip
def test_facts_of_a_text(text, read):
    assert dict(printed_in(SAID, text)) == read


def test_numbers_that_changed_places_are_named():
    read = dict(printed_in([("Dari ", fact("a", "40"), " menjadi ", fact("b", "60"))], "Dari 60 menjadi 40"))
    assert read != {"a": "40", "b": "60"}


def test_a_number_within_words_does_not_stand_for_a_fact():
    """The 100 of the threshold remains when the fact of 100 beside it is changed."""
    said = [("Lebih dari 100 jiwa: ", fact("a", "100"), " desa")]
    assert dict(printed_in(said, "Lebih dari 100 jiwa: 99 desa")) == {"a": "99"}
    assert dict(printed_in(said, "Lebih dari 100 jiwa: desa")) == {}

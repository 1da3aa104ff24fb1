"""A share in a document: of printed counts, and of none too small for rounding."""

import pytest

from analytics.text import UNKNOWN
from reports.documents.door import door
from reports.documents.ledger import HIDDEN, Ledger


@pytest.mark.parametrize(
    ("level", "part", "whole", "said"),
    [
        # By hand: official counts go to fives, public ones on to tens; the smallest wholes are 50 and 100.
        ("official", 18, 48, "40%"),  # 20 of 50
        ("official", 18, 47, UNKNOWN),  # of 45
        ("public", 33, 98, "40%"),  # 35, then 40, of 100
        ("public", 33, 92, UNKNOWN),  # of 90
        ("official", 3, 48, HIDDEN),
    ],
)
def test_a_share_is_written_of_a_large_enough_whole(level, part, whole, said):
    ledger = Ledger(door(level))
    counts = [ledger.people(id, count, id, "keluarga", "uji") for id, count in (("part", part), ("whole", whole))]
    share = ledger.rate("share", *counts, "Bagian", "uji")
    assert share.text == said
    assert (share.value == 0.4) if said == "40%" else share.value is None

"""The attacker's side: what a reader of a protected table can work out about a hidden cell."""

from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.reference import parameter
from reports.disclosure import HIDDEN, REMARK, TOTAL, UNKNOWN, protect

RULES = {
    "keys": ["programme", "village"],
    "counts": {"families": ["persons"], "group_families": []},
    "rates": {"rate": ("families", "group_families")},
    "totals": ["village"],
}


def table(rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["programme", "village", "families", "persons", "group_families"])


CELL = st.tuples(st.integers(0, 30), st.integers(0, 4), st.integers(0, 30))
TABLES = st.lists(CELL, min_size=2, max_size=8).map(
    lambda cells: table(
        [
            ("AB"[n % 2], f"desa {n // 2}", families, families * (1 + each), families + more)
            for n, (families, each, more) in enumerate(cells)
        ]
    )
)
PARAMETERS = st.tuples(st.sampled_from([2, 3, 5, 10]), st.sampled_from([1, 3, 5, 10, 20]))


def small(count: int, threshold: int) -> bool:
    return 0 < count < threshold


@settings(max_examples=40, deadline=None)
@given(frame=TABLES, parameters=PARAMETERS, order_by=st.sampled_from([None, "families"]), data=st.data())
def test_a_hidden_cell_may_hold_anything_and_the_output_stays_the_same(frame, parameters, order_by, data):
    """Whoever knows the rules and all other cells still finds every value 1 to threshold - 1 possible."""
    threshold, base = parameters
    rules = RULES | {"threshold": threshold, "base": base, "order_by": order_by}
    published = protect(frame, **rules)
    for families, others in RULES["counts"].items():
        rows = [n for n in frame.index if small(frame.at[n, families], threshold)]
        for row, value in product(rows, range(1, threshold)):
            other = frame.copy()
            other.loc[row, families] = value
            for column in others:
                other.loc[row, column] = data.draw(st.integers(0, 100))
            again = protect(other, **rules)
            pd.testing.assert_frame_equal(again.frame, published.frame)


@settings(max_examples=40, deadline=None)
@given(frame=TABLES, parameters=PARAMETERS)
def test_small_is_hidden_zero_stays_and_the_rest_is_near(frame, parameters):
    threshold, base = parameters
    published = protect(frame, **RULES, threshold=threshold, base=base)
    rows = published.frame[published.frame["village"] != TOTAL].set_index(["programme", "village"])
    hidden = 0
    for cell in frame.itertuples(index=False):
        shown = rows.loc[(cell.programme, cell.village)]
        for column, deciding in (("families", "families"), ("persons", "families"), ("group_families",) * 2):
            true = getattr(cell, column)
            if small(getattr(cell, deciding), threshold) or small(true, threshold):
                hidden += 1
                assert pd.isna(shown[column])
                assert shown[REMARK] == HIDDEN
            elif true == 0:
                assert shown[column] == 0
            else:
                assert shown[column] >= base
                assert shown[column] % base == 0
                assert abs(shown[column] - true) <= max(base / 2, base - true)
    assert published.suppressed == hidden


@settings(max_examples=40, deadline=None)
@given(frame=TABLES, parameters=PARAMETERS)
def test_a_total_sums_what_is_shown(frame, parameters):
    threshold, base = parameters
    published = protect(frame, **RULES, threshold=threshold, base=base).frame
    for row in published[published["village"] == TOTAL].to_dict("records"):
        part = frame[frame["programme"] == row["programme"]]["families"]
        shown = part[~part.between(1, threshold - 1)].sum()
        left_out = part.between(1, threshold - 1).any()
        if shown == 0 and left_out:
            assert pd.isna(row["families"])
        else:
            assert abs(row["families"] - shown) <= max(base / 2, (base - shown) * (shown > 0))
        assert bool(row[REMARK]) >= left_out


def near(printed: int, base: int) -> range:
    """True counts that round to a printed one (halves up), worked out from the rule in words."""
    return range(max(1, -(-(2 * printed - base) // 2)), -(-(2 * printed + base) // 2))


def test_why_totals_of_true_counts_are_not_printed():
    """Cells of 8, 8 and 1 with their true total rounded: only 1 explains what would be printed."""
    possible = {
        hidden
        for hidden in range(1, 5)
        if any(first + second + hidden in near(15, 5) for first, second in product(near(10, 5), repeat=2))
    }
    assert possible == {1}
    rows = [("A", "x", 8, 8, 8), ("A", "y", 8, 8, 8), ("A", "z", 1, 1, 8)]
    published = protect(table(rows), **RULES, threshold=5, base=5).frame
    assert published["families"].tolist() == [10, 10, pd.NA, 15]
    # Read with the rule actually used (the total leaves the hidden cell out), all four values remain.
    assert any(first + second in near(15, 5) for first, second in product(near(10, 5), repeat=2))


def test_the_difference_of_two_shown_counts_is_never_pinned_down():
    threshold = int(parameter("disclosure_threshold").value)
    base = int(parameter("disclosure_base").value)
    pairs = [(whole, part) for whole in range(threshold, 60) for part in range(threshold, whole + 1)]
    frame = table([("A", n, part, part, whole) for n, (whole, part) in enumerate(pairs)])
    published = protect(frame, **RULES | {"totals": []}).frame.set_index("village")
    differences: dict[tuple, set[int]] = {}
    for n, (whole, part) in enumerate(pairs):
        seen = tuple(published.loc[n, ["families", "group_families"]])
        differences.setdefault(seen, set()).add(whole - part)
    few = set(range(1, threshold))
    for (part, whole), possible in differences.items():
        if whole < 50 and possible & few:
            if part == whole == base:
                assert {0, 1, 2} <= possible
            else:
                assert few <= possible


def test_a_few_persons_of_many_families_are_hidden_too():
    rows = [("A", "a", 10, 3, 10), ("A", "b", 10, 5, 10)]
    published = protect(table(rows), **RULES, threshold=5, base=5)
    assert published.frame["families"].tolist() == [10, 10, 20]
    assert published.frame["persons"].tolist() == [pd.NA, 5, 5]
    assert published.suppressed == 1


def test_order_does_not_rank_hidden_cells():
    rows = [("A", "a", 1, 1, 9), ("A", "b", 4, 4, 9), ("A", "c", 20, 20, 20), ("A", "d", 8, 8, 9)]
    published = protect(table(rows), **RULES, order_by="families", threshold=5, base=5).frame
    assert published["village"].tolist() == ["c", "d", "a", "b", TOTAL]


def test_null_is_unknown_and_makes_a_total_unknown():
    rows = [("A", "a", 10, None, 10), ("A", None, 20, 40, 20)]
    published = protect(table(rows), **RULES, threshold=5, base=5).frame
    assert published["village"].tolist() == ["a", UNKNOWN, TOTAL]
    assert published["persons"].tolist() == [pd.NA, 40, pd.NA]
    assert published["families"].tolist() == [10, 20, 30]
    assert published[REMARK].tolist() == ["", "", ""]


def test_rates_come_from_published_counts():
    # 12 and 68 print as 10 and 70: the rate is 10/70, not 12/68. Of a whole that prints as less than ten times the
    # base (47 as 45) rounding would move a rate too far: 48 prints as 50 and has one. A group of nobody has none.
    cells = [("A", "a", 12, 12, 68), ("A", "b", 0, 0, 0), ("A", "c", 18, 18, 47), ("A", "d", 18, 18, 48)]
    published = protect(table(cells), **RULES, threshold=5, base=5).frame
    assert published["rate"].tolist() == [0.143, pd.NA, pd.NA, 0.4, 0.303]


def test_two_way_totals_and_labels():
    rows = [("A", 1, 10, 10, 10), ("A", 2, 20, 20, 20), ("B", 1, 30, 30, 30)]
    frame = table(rows).assign(name=["satu", "dua", "satu"])
    rules = RULES | {"totals": ["programme", "village"], "labels": {"village": ["name"]}}
    published = protect(frame, **rules, threshold=5, base=5).frame
    lines = {(row.programme, row.village): (row.name, row.families) for row in published.itertuples(index=False)}
    assert lines[(TOTAL, 1)] == ("satu", 40)
    assert lines[("A", TOTAL)][1] == 30
    assert lines[(TOTAL, TOTAL)][1] == 60
    assert pd.isna(lines[(TOTAL, TOTAL)][0])


@pytest.mark.parametrize(
    "rows",
    [
        [("A", "a", 10, 10, 10), ("A", "a", 10, 10, 10)],
        [("A", "a", -1, 10, 10)],
        [("A", "a", 2.5, 10, 10)],
    ],
)
def test_what_is_no_table_of_counts_is_refused(rows):
    with pytest.raises((ValueError, TypeError)):
        protect(table(rows), **RULES)


def test_columns_nobody_named_do_not_leave():
    frame = table([("A", "a", 10, 10, 10)]).assign(head_name="Siti")
    assert "head_name" not in protect(frame, **RULES).frame.columns

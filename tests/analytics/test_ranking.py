"""Ranks: ties together, weights by families and persons, areas, truncated frames; against pandas."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.definitions import decile_sql, percentile_sql, rank_sql
from data.store import Store

SHARES = [f"share_{area}{unit}" for unit in ("", "_persons") for area in ("village", "regency", "province")]


def ranks(store: Store, rows: list[tuple], frame: str = "full") -> pd.DataFrame:
    """rank.sql over rows (family_no, village_code, size, score), by family_no."""
    cursor = store.cursor()
    cursor.register(
        "scored",
        pd.DataFrame(rows, columns=["family_no", "village_code", "size", "score"]).astype(
            {"family_no": "int64", "village_code": "object", "size": "Int64", "score": "Float64"}
        ),
    )
    scored = "(SELECT family_no, village_code, size, CAST(score AS DOUBLE) AS score FROM scored)"
    try:
        return cursor.execute(rank_sql(scored), {"frame": frame}).df().set_index("family_no").sort_index()
    finally:
        cursor.close()


def by_hand(rows: list[tuple], area: int, persons: bool) -> dict[int, float | None]:
    """The same share by the definition, row by row: weight as poor or poorer / weight of the area."""
    answer: dict[int, float | None] = {}
    for family_no, village, size, score in rows:
        if score is None or (persons and size is None):
            answer[family_no] = None
            continue
        peers = [row for row in rows if row[1][:area] == village[:area] and row[3] is not None]
        weight = {row[0]: (row[2] or 0) if persons else 1 for row in peers}
        total = sum(weight.values())
        cumulated = sum(weight[row[0]] for row in peers if row[3] <= score)
        answer[family_no] = cumulated / total if total else None
    return answer


VILLAGES = ["99.01.01.2001", "99.01.01.2002", "99.01.02.2001", "99.02.01.2001"]
FAMILIES = st.lists(
    st.tuples(
        st.sampled_from(VILLAGES),
        st.one_of(st.none(), st.integers(0, 9)),
        st.one_of(st.none(), st.integers(0, 6).map(lambda value: value / 2)),
    ),
    min_size=1,
    max_size=25,
).map(lambda rows: [(n, *row) for n, row in enumerate(rows, 1)])


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory):
    with Store(Path(tmp_path_factory.mktemp("rank")) / "t.duckdb") as opened:
        yield opened


def same(left: pd.Series, right: dict[int, float | None]) -> bool:
    expected = pd.Series(right, dtype="float64").sort_index()
    got = left.astype("float64").sort_index()
    return bool((got.isna() == expected.isna()).all() and ((got - expected).abs().fillna(0) < 1e-12).all())


@settings(max_examples=60, deadline=None)
@given(rows=FAMILIES)
def test_shares_agree_with_the_definition_read_row_by_row(shared_store, rows):
    got = ranks(shared_store, rows)
    for name, length in (("village", 13), ("regency", 5), ("province", 2)):
        assert same(got[f"share_{name}"], by_hand(rows, length, persons=False)), name
        assert same(got[f"share_{name}_persons"], by_hand(rows, length, persons=True)), name


@settings(max_examples=30, deadline=None)
@given(rows=FAMILIES, order=st.randoms(use_true_random=False))
def test_row_order_changes_nothing(shared_store, rows, order):
    shuffled = list(rows)
    order.shuffle(shuffled)
    pd.testing.assert_frame_equal(ranks(shared_store, rows), ranks(shared_store, shuffled))


@settings(max_examples=30, deadline=None)
@given(rows=FAMILIES, data=st.data())
def test_splitting_a_familys_weight_changes_no_share_by_persons(shared_store, rows, data):
    whole = [row for row in rows if row[2] and row[3] is not None]
    if not whole:
        return
    chosen = data.draw(st.sampled_from(whole))
    part = data.draw(st.integers(0, chosen[2]))
    split = [(row[0], row[1], part, row[3]) if row[0] == chosen[0] else row for row in rows] + [
        (999, chosen[1], chosen[2] - part, chosen[3])
    ]
    before, after = ranks(shared_store, rows), ranks(shared_store, split)
    persons = [name for name in SHARES if name.endswith("persons")]
    pd.testing.assert_frame_equal(before[persons], after.loc[before.index, persons])
    for name in persons:
        assert after.loc[999, name] == pytest.approx(after.loc[chosen[0], name])


@settings(max_examples=30, deadline=None)
@given(rows=FAMILIES)
def test_ties_share_one_rank_and_the_richest_closes_the_area(shared_store, rows):
    got = ranks(shared_store, rows)
    scored = got[got["score"].notna()]
    for _, tied in scored.groupby([scored["village_code"].str[:5], "score"]):
        assert tied["share_regency"].nunique() == 1
        assert tied["list_rank"].nunique() == 1
    for _, area in scored.groupby(scored["village_code"].str[:5]):
        assert area["share_regency"].max() == 1.0
        assert area["list_size"].tolist() == [len(area)] * len(area)


def test_no_score_no_rank(store):
    got = ranks(store, [(1, VILLAGES[0], 3, None), (2, VILLAGES[0], 3, float("inf")), (3, VILLAGES[0], 3, 1.0)])
    assert got.loc[[1, 2], [*SHARES, "list_rank", "list_size"]].isna().all().all()
    assert got.loc[3, "share_village"] == 1.0
    assert got.loc[3, "list_size"] == 1


def test_null_is_no_decile():
    # DuckDB's least and greatest skip nulls: without the question first, null would be decile 1.
    import duckdb

    sql = (
        f"SELECT {decile_sql('share')}, {percentile_sql('share', 'families')} FROM (SELECT ? AS share, 500 AS families)"
    )
    with duckdb.connect() as connection:
        bound = {"percentile_min_families": 100}
        sql = sql.replace("?", "$share")
        assert connection.execute(sql, bound | {"share": None}).fetchone() == (None, None)
        assert connection.execute(sql, bound | {"share": 0.1 + 1e-12}).fetchone() == (1, 10)
        assert connection.execute(sql, bound | {"share": 0.101}).fetchone() == (2, 11)
        assert connection.execute(sql, bound | {"share": 0.0}).fetchone() == (1, 1)
        assert connection.execute(sql, bound | {"share": 1.2}).fetchone() == (10, 100)
        few = sql.replace("500 AS families", "99 AS families")
        assert connection.execute(few, bound | {"share": 0.5}).fetchone() == (5, None)


class TestTruncatedFrame:
    rows = ((1, VILLAGES[0], 4, 1.0), (2, VILLAGES[0], 2, 2.0), (3, VILLAGES[2], 1, 3.0))
    regions = {VILLAGES[0]: "A", VILLAGES[1]: "B", VILLAGES[2]: "C"}  # noqa: RUF012

    def test_without_a_reference_only_a_place_in_the_list(self, store, build):
        build(store, regions=self.regions)
        got = ranks(store, list(self.rows), frame="truncated")
        assert got[SHARES].isna().all().all()
        assert got["list_rank"].tolist() == [1, 2, 3]

    def test_one_village_without_reference_leaves_the_regency_unknown(self, store, build):
        # Village B has no family in the list, yet its people belong to the regency's total.
        build(store, regions=self.regions, populations=[
            {"village_code": VILLAGES[0], "families": 10, "persons": 40},
            {"village_code": VILLAGES[2], "families": 5, "persons": None},
        ])  # fmt: skip
        got = ranks(store, list(self.rows), frame="truncated")
        assert got["share_village"].tolist() == [0.1, 0.2, 0.2]
        assert got.loc[1, "share_village_persons"] == 0.1
        assert pd.isna(got.loc[3, "share_village_persons"])
        assert got["share_regency"].isna().all()

    def test_the_reference_divides(self, store, build):
        build(store, regions=self.regions, populations=[
            {"village_code": VILLAGES[0], "families": 10, "persons": 40},
            {"village_code": VILLAGES[1], "families": 5, "persons": 20},
            {"village_code": VILLAGES[2], "families": 5, "persons": 20},
        ])  # fmt: skip
        got = ranks(store, list(self.rows), frame="truncated")
        assert got["share_regency"].tolist() == [0.05, 0.1, 0.15]
        assert got["share_regency_persons"].tolist() == [0.05, 0.075, 0.0875]
        assert got["share_province"].tolist() == [0.05, 0.1, 0.15]

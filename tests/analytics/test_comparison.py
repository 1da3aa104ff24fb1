"""Recorded and PMT rank side by side, welfare classes, what a rank leaves out."""

import pandas as pd
import pytest

from analytics.ranking import classes, decile_profile, family_ranks, is_list_only, rank_comparison, rank_notes
from analytics.scope import Scope

PMT = Scope("s1", definition="pmt_quota")


def test_deciles_side_by_side(store, build):
    # Ten families, scores 1 to 10: PMT deciles 1 to 10. Recorded: two swapped, one far off, one not known.
    recorded = [2, 1, 3, 4, 5, 6, 7, 8, 1, None]
    build(store, [{"size": 2, "score": float(n), "decile_recorded": d} for n, d in enumerate(recorded, 1)])
    found = rank_comparison(store, Scope("s1"))
    assert found.families == 9
    assert found.same == pytest.approx(6 / 9)
    assert found.within_one == pytest.approx(8 / 9)
    assert found.rank_area == "national"
    blank = found.cells[found.cells["recorded"].isna()]
    assert blank[["pmt", "families", "persons"]].to_numpy().tolist() == [[10, 1, 2]]
    paired = pd.DataFrame({"r": recorded[:9], "s": range(9)})
    assert found.spearman == pytest.approx(paired.rank().corr().iloc[0, 1])


def test_ranks_all_alike_have_no_correlation(store, build):
    build(store, [{"size": 2, "score": 1.0, "decile_recorded": 1}] * 3)
    assert rank_comparison(store, Scope("s1")).spearman is None


def test_a_truncated_list_without_reference_gives_a_place_in_the_list_only(store, build):
    build(store, [{"size": 2, "score": float(n)} for n in (3, 1, 2)], snapshot={"frame": "truncated"})
    assert is_list_only(store, PMT)
    ranks = family_ranks(store, PMT)
    assert ranks["pseudonym"].tolist() == ["p2", "p3", "p1"]
    assert ranks["list_rank"].tolist() == [1, 2, 3]
    assert ranks[["decile_village", "decile_regency"]].isna().all().all()
    assert "peringkat dalam daftar" in " ".join(rank_notes(store, PMT))


def test_no_percentile_below_a_hundred_families(store, build):
    build(store, [{"size": 2, "score": float(n), "village_code": f"99.01.01.20{n % 2:02d}"} for n in range(100)])
    ranks = family_ranks(store, PMT)
    assert ranks["percentile_village"].isna().all()  # fifty each
    assert ranks["percentile_regency"].tolist() == list(range(1, 101))


def test_notes_count_what_is_left_out(store, build):
    assert build(store, [{"size": None, "score": 1.0}, {"size": 3, "score": None}]) == "s1"
    notes = rank_notes(store, PMT)
    assert len(notes) == 2
    assert notes[0].startswith("1 keluarga tidak mendapat skor")
    assert notes[1].startswith("1 keluarga tanpa jumlah anggota")


def test_classes_by_share(store, build):
    # 200 families: 0.85 % is 1.7 of them, 8.25 % is 16.5.
    build(store, [{"size": 1, "score": float(n)} for n in range(1, 201)] + [{"size": 1, "score": None}])
    found = classes(store, PMT)
    assert found.rows["families"].tolist() == [1, 15, 64, 80, 40]
    assert found.unknown == 1
    assert not found.rows["merged"].any()


@pytest.mark.parametrize("column", ["decile_recorded", "percentile_recorded"])
def test_a_coarse_rank_does_not_pretend_to_tell_classes_apart(store, build, column):
    upto = 10 if column == "decile_recorded" else 100
    build(store, [{"size": 2, column: n} for n in (1, int(0.4 * upto), int(0.4 * upto) + 1, upto, None)])
    found = classes(store, Scope("s1"))
    assert found.rows["upto"].tolist() == [0.4, 0.8, 1.0]
    assert found.rows["families"].tolist() == [2, 1, 1]
    assert found.rows["persons"].tolist() == [4, 2, 2]
    assert found.unknown == 1
    assert found.note is not None


def test_profile_shares_are_among_the_known(store, build):
    build(store, [
        {"size": 2, "decile_recorded": 1, "floor": "earth"}, {"size": 4, "decile_recorded": 1, "floor": None},
        {"size": 6, "decile_recorded": 1, "floor": "tile"}, {"size": 1, "decile_recorded": None},
    ])  # fmt: skip
    got = decile_profile(store, Scope("s1"))
    assert got["decile"].isna().tolist() == [False, True]
    assert got.loc[0, ["families", "persons", "size_mean", "floor_earth_bamboo"]].tolist() == [3, 12, 4.0, 0.5]

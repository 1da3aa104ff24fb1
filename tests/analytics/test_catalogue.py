"""What the database holds, the scope a screen starts from, staleness, and how full a quota is."""

from datetime import datetime

import pytest

from analytics import catalogue
from analytics.params import params_hash
from analytics.scope import Scope
from data.errors import Refused
from data.reference import parameter

A, B = "99.01.01.2001", "99.02.01.2001"


def test_the_newest_import_and_its_own_definition(store, build):
    build(store, [{"decile_recorded": 1}])
    build(store, [{"decile_recorded": None}], snapshot={"snapshot_id": "s2", "imported_at": datetime(2026, 3, 1)})
    newest = catalogue.default_scope(store)
    assert (newest.snapshot_id, newest.definition) == ("s2", "pmt_quota")
    older = catalogue.default_scope(store, snapshot_id="s1", region=None)
    assert (older.definition, older.region) == ("recorded", "")
    assert older.cut == parameter("recorded_cut").value
    assert older.quota == parameter("pmt_quota").value


@pytest.mark.parametrize(
    ("override", "code"),
    [
        ({"snapshot_id": "s9"}, "snapshot_unknown"),
        ({"region": "99.0"}, "region_without_data"),
        ({"cut": 0}, "scope_invalid"),
        ({"quota": 5}, "scope_invalid"),
        ({"definition": "pmt_line", "line": "tidak_ada"}, "line_unknown"),
        ({"definition": "ditetapkan"}, "scope_invalid"),
    ],
)
def test_a_scope_that_cannot_be_is_refused(store, build, override, code):
    build(store, [{"village_code": A}])
    with pytest.raises(Refused) as refused:
        catalogue.default_scope(store, **override)
    assert refused.value.code == code


def test_an_empty_database_says_what_to_do(store):
    with pytest.raises(Refused, match="impor berkas"):
        catalogue.default_scope(store)


def test_results_go_stale_with_data_or_parameters(store, build):
    build(store, [{}])
    assert catalogue.is_stale(store, "s1")
    with store.transaction() as cursor:
        cursor.execute(
            "INSERT INTO run VALUES ('s1', $params, 'hash', NULL, NULL, now()::TIMESTAMP, 1.0, '[\"a\"]')",
            {"params": params_hash()},
        )
    assert not catalogue.is_stale(store, "s1")
    run = catalogue.last_run(store, "s1")
    assert run is not None
    assert run.warnings == ("a",)
    for changed in ("params_hash", "data_hash"):
        with store.transaction() as cursor:
            cursor.execute(f"UPDATE run SET {changed} = 'other'")
        assert catalogue.is_stale(store, "s1")


def test_the_cascade_of_regions(store, build):
    build(
        store,
        [{"village_code": A}, {"village_code": A}, {"village_code": B}],
        regions={"99.01": "Kabupaten", A: "Desa"},
    )
    found = catalogue.regions_with_data(store, "s1").set_index("code")
    assert found.loc["99.01", ["level", "name", "families"]].tolist() == ["regency", "Kabupaten", 2]
    assert found.loc[A, "parent"] == "99.01.01"
    assert found.loc[B, "name"] is None
    assert found["level"].tolist() == ["regency", "district", "village"] * 2


def test_a_tie_across_the_quota_stays_outside(store, build):
    # Ten families; the quota of a quarter asks for 2.5, the second to fourth share a score.
    scores = [1, 2, 2, 2, 3, 4, 5, 6, 7, 8]
    build(store, [{"size": 2, "score": float(score)} for score in scores])
    (fill,) = catalogue.quota_fill(store, Scope("s1", definition="pmt_quota", quota=0.25))
    assert (fill.quota_weight, fill.selected, fill.tie, fill.tie_families) == (pytest.approx(2.5), 1, 3, 3)
    assert fill.under == pytest.approx(1.5)
    assert fill.over_with_tie == pytest.approx(1.5)
    assert "kurang 1,5" in fill.text()


def test_a_quota_by_persons_in_a_truncated_list(store, build):
    # 100 persons live there by the reference; the list holds 20 of them.
    build(store, [{"size": 4, "score": 1.0}, {"size": 6, "score": 2.0}, {"size": 10, "score": 3.0}],
          regions={A: "Desa"}, populations=[{"village_code": A, "families": 30, "persons": 100}],
          snapshot={"frame": "truncated"})  # fmt: skip
    (fill,) = catalogue.quota_fill(store, Scope("s1", definition="pmt_quota", unit="persons", quota=0.05))
    assert (fill.quota_weight, fill.selected, fill.tie) == (pytest.approx(5), 4, 6)
    assert fill.text().endswith("tersisa 1,0 karena keluarga berikutnya tidak muat.")


def test_each_regency_fills_its_own_quota(store, build):
    build(store, [{"village_code": village, "score": float(n)} for village in (A, B) for n in range(20)])
    found = catalogue.quota_fill(store, Scope("s1", definition="pmt_quota"))
    assert [(fill.regency, fill.selected) for fill in found] == [("99.01", 1), ("99.02", 1)]
    assert "kuota terisi" in found[0].text()
    (one,) = catalogue.quota_fill(store, Scope("s1", region=A, definition="pmt_quota"))
    assert one.regency == "99.01"

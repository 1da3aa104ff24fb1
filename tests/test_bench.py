"""`cli.py bench`: the pandas version gives the numbers of `run`, so both do the same work; the files are P3KE."""

import numpy as np
import pandas as pd
import pytest
import shapely

from analytics import bench, bench_files
from analytics.bench_files import province_polygons, write_p3ke_csv
from data.store import Store

FAMILIES = 3_000
NUMBERS = {"score": 1e-9, "imputed_share": 1e-9} | {
    f"share_{area}{weight}": 1e-9 for area in ("village", "regency", "province") for weight in ("", "_persons")
}
COUNTS = ("size", "children_0_6", "children_7_18", "adults", "elderly", "head_age", "school_age_out", "under_five")
WORDS = ("head_sex", "head_marital", "head_education", "head_work_status", "head_sector", "best_education")
YES_NO = ("head_working", "any_disability", "any_chronic", "any_pregnant")


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Folder in which the steps up to the pandas version were done."""
    folder = tmp_path_factory.mktemp("bench")
    for step in ("write", "import both", "run", "pandas"):
        bench.STEPS[step](folder, FAMILIES)
    return folder


def ours(folder, table: str) -> pd.DataFrame:
    with Store(folder / "db" / "tepat.duckdb") as store:
        newest = "(SELECT snapshot_id FROM snapshot ORDER BY imported_at DESC LIMIT 1)"
        return store.frame(f"SELECT * FROM {table} WHERE snapshot_id = {newest} ORDER BY family_no")


@pytest.mark.slow
def test_pandas_ranks_alike(done):
    made = pd.read_parquet(done / "pandas" / "rank.parquet").sort_values("family_no", ignore_index=True)
    kept = ours(done, "family_rank")
    assert len(kept) > 0.99 * FAMILIES
    assert kept["score"].nunique() > 100
    assert list(kept["family_no"]) == list(made["family_no"])
    for name, off in NUMBERS.items():
        left, right = (frame[name].astype(float).to_numpy() for frame in (kept, made))
        assert np.allclose(left, right, rtol=0, atol=off, equal_nan=True), name
    assert (kept["list_rank"].astype(int) == made["list_rank"].astype(int)).all()


@pytest.mark.slow
def test_pandas_features_alike(done):
    made = pd.read_parquet(done / "pandas" / "feature.parquet").sort_values("family_no", ignore_index=True)
    kept = ours(done, "family_feature")
    for name in (*COUNTS, "dependency"):
        left, right = (frame[name].astype("Float64").to_numpy(float, na_value=np.nan) for frame in (kept, made))
        assert np.allclose(left, right, equal_nan=True), name
    for name in (*WORDS, *YES_NO):
        left, right = (frame[name].astype(object).where(frame[name].notna(), None) for frame in (kept, made))
        assert list(left) == list(right), name


@pytest.mark.slow
def test_pandas_expected_alike(done):
    made = pd.read_parquet(done / "pandas" / "expected.parquet").sort_values("family_no", ignore_index=True)
    left, right = (
        frame["decile_expected"].astype(float).to_numpy() for frame in (ours(done, "family_expected"), made)
    )  # fmt: skip
    assert np.isfinite(left).any()
    assert np.allclose(left, right, atol=1e-9, equal_nan=True)


@pytest.mark.slow
def test_pandas_pages_alike(done):
    made = pd.read_parquet(done / "pandas" / "page.parquet").sort_values("family_no", ignore_index=True)
    kept = ours(done, "family_page")
    chances = {name for name in kept if name.startswith("chance_")}
    assert set(made) == set(kept) - chances - {"snapshot_id", "criteria_rules"}
    assert (kept["received"] > 0).sum() > 100
    assert min(kept[name].nunique() for name in ("need_yes", "criteria")) > 10
    for name in made.columns:
        left, right = (frame[name].astype(object).where(frame[name].notna(), None) for frame in (kept, made))
        if name.startswith("share") or name == "decile_expected":
            assert np.allclose(*(side.astype(float) for side in (left, right)), atol=1e-9, equal_nan=True), name
        else:
            assert list(left) == list(right), name


@pytest.mark.slow
def test_pandas_coverage_cells_alike(done):
    keys = ["ranking", "by", "area", "programme", "decile"]
    with Store(done / "db" / "tepat.duckdb") as store:
        newest = "(SELECT snapshot_id FROM snapshot ORDER BY imported_at DESC LIMIT 1)"
        kept = store.frame(f"SELECT * FROM coverage_cell WHERE snapshot_id = {newest}")
    made = pd.read_parquet(done / "pandas" / "cell.parquet")
    sides = []
    for frame in (kept.drop(columns=["snapshot_id", "rules"]), made):
        plain = frame.astype(dict.fromkeys(keys[:4], object) | {"decile": "Float64"}).set_index(keys).astype("Float64")
        sides.append(plain.sort_index().sort_index(axis=1))
    assert len(sides[0]) > 1_000
    pd.testing.assert_frame_equal(*sides, check_dtype=False)


def test_files_are_p3ke(tmp_path, monkeypatch):
    villages = pd.DataFrame(
        {"code": ["99.01.01.2001", "99.01.01.2002"], "village": ["A", "B"], "district": "C", "regency": "D",
         "province": "E"}
    )  # fmt: skip
    monkeypatch.setattr(bench_files, "PART", 1_500)
    write_p3ke_csv(tmp_path, villages, 2_000)
    family, person = (
        pd.concat([pd.read_csv(tmp_path / f"{kind}{part}.csv", dtype=str) for part in (0, 1)]) for kind in bench.KINDS
    )
    assert family["ID Keluarga P3KE"].is_unique
    assert len(family) == 2_000
    assert 6_500 < len(person) < 7_500
    nik = pd.concat([family["NIK Kepala Keluarga"], person["NIK"]])
    assert nik[nik != "KOSONG"].str.fullmatch("9901[0-9]{12}").all()
    assert (nik == "KOSONG").any()
    assert person["NIK"].duplicated().any()
    assert set(person["ID Keluarga P3KE"]) == set(family["ID Keluarga P3KE"])
    assert set(family["Desil Kesejahteraan"]) == {"1", "2", "3", "4"}


def test_polygons_share_their_borders():
    shapes = province_polygons([f"v{number}" for number in range(200)])
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert len({shape.wkb for shape in shapes}) == 200

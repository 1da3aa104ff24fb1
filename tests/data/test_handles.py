"""Opening and closing the database leaves nothing open, nothing running and nothing lying about."""

import os
import threading
from pathlib import Path

import pytest

from data.errors import Refused
from data.ingest import import_files
from data.store import Store

CYCLES = 50
KK = "9901010101010001"


def handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_fifty_openings_leave_no_handle_and_no_thread(tmp_path, office):
    files = [office.families([office.family(KK)])]
    path = tmp_path / "db" / "tepat.duckdb"
    seen = []
    for _ in range(CYCLES):
        with Store(path) as store:
            import_like_a_page(store, files if not seen else [])
        seen.append((handles(), threading.active_count(), os.listdir(store.staging)))
    assert seen[-1][0] <= seen[0][0] + 2
    assert seen[-1][1] == seen[0][1]
    assert all(left == [] for _, _, left in seen)


def import_like_a_page(store, files):
    if files:
        import_files(store, files)
    assert store.frame("SELECT * FROM family").shape[0] == 1
    assert store.one("SELECT count(*) AS n FROM region") is not None


def test_questions_that_fail_leave_no_handle(tmp_path):
    import duckdb

    with Store(tmp_path / "tepat.duckdb") as store:
        before = handles()
        for _ in range(CYCLES):
            with pytest.raises(duckdb.Error):
                store.rows("SELECT nothing FROM nowhere")
        assert handles() <= before + 2


def test_openings_that_are_refused_leave_no_handle_and_no_thread(tmp_path):
    broken = tmp_path / "tepat.duckdb"
    broken.write_text("bukan basis data")
    kept = tmp_path / "lain.duckdb"
    Store(kept).close()
    kept.with_suffix(".key").write_text("")
    before, threads = handles(), threading.active_count()
    for path in [broken, kept] * (CYCLES // 2):
        with pytest.raises(Refused):
            Store(path)
    assert handles() <= before + 2
    assert threading.active_count() == threads

"""What the machine denies is one sentence on the page, never a traceback."""

import subprocess
import sys

import pytest
from streamlit.testing.v1 import AppTest

from data.errors import Refused
from data.store import Store
from tests.pages.serving import ROOT, copy_of

HOLD = (
    "import sys; from pathlib import Path; from data.store import Store\n"
    "with Store(Path(sys.argv[1])): print('open', flush=True); sys.stdin.read()"
)


@pytest.fixture
def app(monkeypatch, tmp_path):
    import streamlit as st

    monkeypatch.setenv("TEPAT_DB", str(tmp_path / "tepat.duckdb"))
    st.cache_resource.clear()
    yield AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    st.cache_resource.clear()


def test_a_database_held_by_another_process_is_told(app, tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "tepat.duckdb")],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as holder:  # fmt: skip
        assert holder.stdout.readline() == b"open\n"
        app.run()
        holder.stdin.close()
    assert not app.exception
    assert [error.value for error in app.error] == [
        "Basis data sedang dipakai oleh Tepat yang lain; tutup dasbor atau perintah itu, lalu coba lagi."
    ]


def test_a_question_that_takes_too_long_is_told(app, demo_folder, tmp_path, monkeypatch):
    from pages._shared import open_store

    copy_of(demo_folder, tmp_path)
    open_store()
    asked = Store.frame

    def late(store, sql, params=None):
        if "village_line" in sql or "family_rank" in sql or "decile_recorded" in sql:
            raise Refused("query_timeout", "Perhitungan dihentikan.")
        return asked(store, sql, params)

    monkeypatch.setattr(Store, "frame", late)
    app.run()
    assert not app.exception
    assert "Perhitungan dihentikan." in [error.value for error in app.error]
    open_store().close()


def test_a_full_disk_under_a_button_is_told():
    """The error text is DuckDB 1.5.5's on a full tmpfs; what becomes of it is tested in tests/data/test_limits.py."""

    def page():
        import duckdb
        import streamlit as st

        from pages._shared import attempt, mishaps, working

        words = 'TransactionContext Error: Failed to commit: Could not write file "x.wal": No space left on device'
        with mishaps():
            with attempt(), working("Menghitung"):
                raise duckdb.TransactionException(words)
            st.write("Halaman berlanjut")
            raise duckdb.TransactionException(words)

    at = AppTest.from_function(page).run()
    assert not at.exception
    assert [error.value.partition(" sehingga")[0] for error in at.error] == ["Ruang penyimpanan penuh"] * 2
    assert [text.value for text in at.markdown] == ["Halaman berlanjut"]
    assert not at.status  # nothing goes on turning

"""What the pages share: the store, the scope, waiting and refusals, the notes on method."""

import logging
import re
import shutil
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path, PureWindowsPath

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from analytics import catalogue
from analytics.scope import Scope
from analytics.text import day
from data.disk import disk_faults
from data.errors import Refused
from data.store import Store, database_path
from pages._parts import quiet

log = logging.getLogger("tepat")
METHOD = Path(__file__).parents[1] / "docs" / "metodologi.md"
OFF_LIST = "Kode tidak dikenal"  # instead of the name of an area that is not in the code list
DEMO, FICTIONAL = "99.", "(fiktif)"
Progress = Callable[[float, str], None]


# The store and the scope -------------------------------------------------------------------------


@st.cache_resource(show_spinner=False)
def open_store() -> Store:
    """The one store of this process; raises Refused as Store does."""
    store = Store(database_path())
    # Nobody else holds the database now, so what lies in staging was left by a session that ended halfway.
    for left in store.staging.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    return store


def current_scope() -> tuple[Scope, Store]:
    """The scope the sidebar chose in this run, and the store."""
    if PagesManager.uses_pages_directory:
        # The first visit of a process came by a deep link: until st.navigation has run once, Streamlit runs the
        # files of pages/ by themselves, without app.py. Once told not to, it starts over as it should.
        PagesManager.uses_pages_directory = False
        st.rerun()
    return st.session_state["scope"], open_store()


# Waiting and refusing ----------------------------------------------------------------------------


@contextmanager
def refusals() -> Iterator[None]:
    """Shows a Refused as its one sentence and stops the page there: nothing below can be drawn without it."""
    try:
        with disk_faults():
            yield
    except Refused as refused:
        st.error(refused.message, icon=":material/block:")
        st.stop()


@contextmanager
def mishaps() -> Iterator[None]:
    """What nobody foresaw: one sentence on the screen, and the place in the log.

    Without the message: a database error quotes the value it stumbled over, which may be a person's.
    """
    try:
        with disk_faults():
            yield
    except Refused as refused:  # in a part that no page expected to be refused: a time limit, a full disk
        st.error(refused.message, icon=":material/block:")
    except Exception as error:  # noqa: BLE001
        places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        log.error("%s at %s", type(error).__name__, " < ".join(reversed(places)))
        st.error(
            "Halaman ini gagal ditampilkan karena kesalahan di dalam Tepat; muat ulang halaman, dan bila berulang "
            "sampaikan catatan di jendela tempat Tepat dijalankan kepada pengembang.",
            icon=":material/error:",
        )


@contextmanager
def attempt() -> Iterator[None]:
    """Shows a Refused as its one sentence and leaves the block; the page goes on below it.

    For what the user asked for with a button: the rest of the page does not hang on it.
    """
    try:
        with disk_faults():
            yield
    except Refused as refused:
        st.error(refused.message, icon=":material/block:")


@contextmanager
def working(label: str) -> Iterator[Progress]:
    """A status box with a bar for long work, gone when a Refused ends it: `attempt` around it says why."""
    place = st.empty()
    try:
        with disk_faults(), place.status(label, expanded=True) as box:
            bar = st.progress(0.0)

            def tell(share: float, phrase: str) -> None:
                bar.progress(min(max(share, 0.0), 1.0), text=phrase)

            yield tell
            box.update(state="complete", expanded=False)
    except Refused:  # out here: leaving the box draws it once more
        place.empty()
        raise


# What every page shows ---------------------------------------------------------------------------


def scope_line(store: Store, scope: Scope) -> None:
    """What the page is about; says when the area is fictional and when its results are stale."""
    found = catalogue.snapshot(store, scope.snapshot_id)
    line = f":gray[:small[{quiet(catalogue.scope_line(store, scope))} · {dated(found.source_date)}]]"
    if is_demo(store, scope):
        line = f":orange-badge[:material/science: Data contoh (fiktif)] {line}"
    st.markdown(line)
    if not catalogue.is_stale(store, scope.snapshot_id):
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            ":material/update: Hasil hitungan belum ada atau dibuat dengan aturan atau data yang lama.", width="stretch"
        )
        again = st.button("Hitung ulang", type="primary", icon=":material/calculate:")
    if again:
        with attempt():
            recompute(store, scope.snapshot_id)
            st.rerun()


def dated(of: date | None) -> str:
    """The date of a figure in words."""
    return f"data per {day(of)}" if of else "tanggal data tidak diketahui"


def is_demo(store: Store, scope: Scope) -> bool:
    """The scope holds invented families: the demo says so in its name, and its regency has a code list of its own."""
    if FICTIONAL in catalogue.snapshot(store, scope.snapshot_id).label:
        return True
    return bool(catalogue.regions_with_data(store, scope.snapshot_id)["code"].str.startswith(DEMO).all())


def recompute(store: Store, snapshot_id: str, model: Path | None = None) -> None:
    """Runs the pipeline on a snapshot, with progress; with the given scorecard, else that of its last run.

    Raises Refused `model_missing` when that one is gone, and as the pipeline does.
    """
    from analytics.pipeline import run

    last = catalogue.last_run(store, snapshot_id)
    model = model or (_kept_card(store, last.model) if last and last.model else None)
    with working("Menghitung skor, peringkat, dan kantong") as progress:
        run(store, snapshot_id, model, progress)


def _kept_card(store: Store, model: str) -> Path:
    """The card a run names, in the folder of models as it is now: a database and its models may have been moved
    together, from another system even."""
    path = store.models / PureWindowsPath(model).name
    if not path.is_file():
        raise Refused(
            "model_missing",
            f"Kartu skor {path.name}, yang dipakai hitungan terakhir, tidak ada lagi di folder model; kembalikan "
            "berkasnya ke sana, atau pilih model lain di halaman Peringkat.",
        )
    return path


@cache
def method_sections() -> dict[str, str]:
    """The sections of docs/metodologi.md: heading -> text, in order, with their own headings one step smaller."""
    parts = re.split(r"^## (.+)$", METHOD.read_text(encoding="utf-8"), flags=re.MULTILINE)
    bodies = (body.strip().replace("\n### ", "\n#### ") for body in parts[2::2])
    return dict(zip(parts[1::2], bodies, strict=True))


def method_note(*headings: str, also: str = "") -> None:
    """How the page's figures are computed: sections of docs/metodologi.md, where a definition has its only home."""
    with st.expander("Cara menghitung", icon=":material/menu_book:"):
        if also:
            st.markdown(also)
        for heading in headings:
            st.markdown(f"### {heading}\n\n{method_sections()[heading]}")

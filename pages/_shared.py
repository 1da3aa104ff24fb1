"""What the pages share: the store, the scope, waiting and refusals, the notes on method."""

import logging
import re
import shutil
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path, PureWindowsPath
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from analytics import catalogue
from analytics.definitions import computed_lines
from analytics.scope import DEFINITION_NAMES, UNIT_NAMES, Scope
from analytics.text import day, listing, percent
from data.disk import disk_faults
from data.errors import Refused
from data.reference import lines
from data.store import Store, database_path

log = logging.getLogger("tepat")
METHOD = Path(__file__).parents[1] / "docs" / "metodologi.md"
QUOTAS = (0.01, 0.02, 0.03, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.40)
OFF_LIST = "Kode tidak dikenal"  # instead of the name of an area that is not in the code list
DEMO, FICTIONAL = "99.", "(fiktif)"
EVERYWHERE = {0: "Seluruh wilayah data", 2: "Semua kabupaten/kota"}  # length of the chosen code -> all that is in it
KEPT: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}
ADDRESS = "alamat"  # which parameters the address had when the scope was last drawn
LINK = "tautan"  # (choices a link named in vain, the scope opened instead)
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


def sidebar_scope(store: Store) -> Scope:
    """The scope widgets, kept across pages and in the URL (names of regions only, never of people)."""
    unknown: list[str] = []
    if "data_baru" in st.session_state:
        st.session_state["data"] = st.session_state.pop("data_baru")
    names = {found.snapshot_id: found.label for found in catalogue.snapshots(store)}
    snapshot_id = _choose("Data", names, "data", unknown)
    regions = catalogue.regions_with_data(store, snapshot_id)
    region = _choose_province(store, snapshot_id, regions, unknown)
    region = _choose_region(regions, "regency", region, "Kabupaten/kota", EVERYWHERE[len(region)], unknown)
    if len(region) == 5:
        region = _choose_region(regions, "district", region, "Kecamatan", "Semua kecamatan", unknown)
    if len(region) == 8:
        region = _choose_region(regions, "village", region, "Desa/kelurahan", "Semua desa/kelurahan", unknown)

    start = catalogue.default_scope(store, snapshot_id=snapshot_id)
    definitions = {name: DEFINITION_NAMES[name] for name in usable_definitions(store, snapshot_id)}
    definition = _choose("Definisi miskin ekstrem", definitions, "definisi", unknown)
    cut, quota, line = start.cut, start.quota, None
    if definition == "recorded":
        cuts = {upto: "Desil 1" if upto == 1 else f"Desil 1 sampai {upto}" for upto in range(1, max(4, start.cut) + 1)}
        cut = _choose("Batas", cuts, "batas", unknown, start.cut)
    elif definition == "pmt_line":
        derived = {name: lines().lines[name].title for name in computed_lines(store, snapshot_id)}
        line = _choose("Garis", derived, "garis", unknown)
    else:
        quotas = {share: percent(share) for share in sorted({*QUOTAS, start.quota})}
        quota = _choose("Kuota", quotas, "kuota", unknown, start.quota)
    units = {unit: name.capitalize() for unit, name in UNIT_NAMES.items()}
    _meet_address("Satuan", units, "satuan", unknown)
    unit = st.segmented_control(
        "Satuan", units, default=start.unit, required=True, width="stretch", format_func=units.__getitem__,
        key="satuan", **KEPT,
    )  # fmt: skip
    scope = catalogue.default_scope(
        store,
        snapshot_id=snapshot_id,
        region=region,
        definition=definition,
        unit=unit,
        cut=cut,
        quota=quota,
        line=line,
    )
    st.session_state[ADDRESS] = tuple(st.query_params)
    if unknown:
        st.session_state[LINK] = (unknown, scope)
    return scope


def link_note(scope: Scope) -> None:
    """Says which choices of a link this database does not have, for as long as the scope opened instead is shown."""
    unknown, instead = st.session_state.get(LINK, ([], None))
    if scope == instead:
        # Without the words of the link: it may come from anywhere, and what is shown is read as markup.
        st.warning(
            f"Tautan yang Anda buka menyebut pilihan yang tidak ada di basis data ini ({listing(unknown)}). Yang "
            "tampil adalah pilihan di bilah kiri; periksa dahulu sebelum memakai angkanya.",
            icon=":material/link_off:",
        )


def _choose(label: str, names: Mapping[Any, str], key: str, unknown: list[str], start: Any = None) -> Any:
    """One choice of the scope. names: value -> what is shown, the first the default unless `start` is given."""
    shown = _distinct(names)
    _meet_address(label, shown, key, unknown)
    index = list(names).index(start) if start is not None else 0
    return st.selectbox(label, names, index, format_func=shown.__getitem__, key=key, **KEPT)


def _meet_address(label: str, shown: Mapping[Any, str], key: str, unknown: list[str]) -> None:
    """What Streamlit leaves undone between a widget and its parameter; to be called right before the widget.

    On a click in the menu the browser keeps only the parameters whose widgets it has drawn by then, so a quick click
    takes some away: a value assigned here is written into the address again. A link may name what is not there:
    Streamlit drops that silently, so its label goes into `unknown`.
    """
    if key not in st.session_state:
        if key in st.query_params and st.query_params[key] not in shown.values():
            unknown.append(label)
    elif key in st.session_state.get(ADDRESS, ()) and key not in st.query_params and st.session_state[key] in shown:
        st.session_state[key] = st.session_state[key]


def usable_definitions(store: Store, snapshot_id: str) -> list[str]:
    """The definitions a snapshot can answer: the PMT quota needs scores, the recorded rank a recorded decile, and
    chances a line the scorecard can speak of."""
    found: list[str] = [catalogue.default_scope(store, snapshot_id=snapshot_id).definition]
    run = catalogue.last_run(store, snapshot_id)
    if found == ["recorded"] and run and run.model:
        found.append("pmt_quota")
    return [*found, "pmt_line"] if computed_lines(store, snapshot_id) else found


def _choose_province(store: Store, snapshot_id: str, regions: pd.DataFrame, unknown: list[str]) -> str:
    """The province of data of several regencies; "" for all, and where one regency needs no such question."""
    if (regions["level"] == "regency").sum() < 2:
        return ""
    provinces = catalogue.provinces_with_data(store, snapshot_id)
    options = provinces if len(provinces) == 1 else {"": EVERYWHERE[0]} | provinces
    chosen: str = _choose("Provinsi", options, "provinsi", unknown)
    return chosen


def _choose_region(
    regions: pd.DataFrame, level: str, above: str, label: str, everything: str, unknown: list[str]
) -> str:
    found = regions[(regions["level"] == level) & regions["code"].str.startswith(above)]
    found = found.sort_values("name", key=lambda names: names.isna(), kind="stable")  # codes off the list come last
    options = dict(zip(found["code"], found["name"].fillna(OFF_LIST), strict=True))
    # A file of one regency is about that regency: there is no "everything" beside it.
    if level != "regency" or len(options) != 1:
        options = {above: everything} | options
    key = {"regency": "kabupaten", "district": "kecamatan", "village": "desa"}[level]
    chosen: str = _choose(label, options, key, unknown)
    return chosen


def _distinct(names: Mapping[str, str]) -> dict[str, str]:
    """The names, with the code added where two are spelled alike: the URL holds what is shown."""
    spelled = list(names.values())
    return {code: name if spelled.count(name) == 1 else f"{name} ({code})" for code, name in names.items()}


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


class FirstStart:
    """Builds the synthetic regency once, in a thread of its own: closing the tab does not undo it."""

    def __init__(self, store: Store):
        self.share, self.phrase, self.refusal = 0.0, "Menyiapkan basis data", ""
        self._store = store
        self._thread = threading.Thread(target=self._build, daemon=True)
        self._thread.start()

    def _build(self) -> None:
        from analytics.pipeline import first_start

        try:
            with disk_faults():
                first_start(self._store, self._tell)
        except Refused as refused:
            self.refusal = refused.message
        except Exception:
            self.refusal = "Kabupaten contoh gagal disusun; hapus berkas basis data yang belum jadi, lalu mulai lagi."
            raise

    def _tell(self, share: float, phrase: str) -> None:
        self.share, self.phrase = share, phrase

    @property
    def running(self) -> bool:
        return self._thread.is_alive()


@st.cache_resource(show_spinner=False)
def _first_start() -> FirstStart:
    return FirstStart(open_store())


@st.fragment(run_every=1.0)
def welcome() -> None:
    """The first screen of an empty database: what is being built, and how far it is."""
    st.title("Selamat datang di Tepat")
    st.markdown(
        "Basis data masih kosong. Tepat sedang menyusun **kabupaten contoh yang sepenuhnya fiktif** agar semua layar "
        "dapat dicoba; ini perlu sekitar setengah menit. Setelah itu, muat berkas kantor Anda di halaman Data."
    )
    job = _first_start()
    if job.refusal:
        st.error(job.refusal, icon=":material/block:")
    elif job.running:
        st.progress(min(job.share, 1.0), text=job.phrase)
    else:
        st.rerun()


# What every page shows ---------------------------------------------------------------------------


def scope_line(store: Store, scope: Scope) -> None:
    """What the page is about; says when the area is fictional and when its results are stale."""
    found = catalogue.snapshot(store, scope.snapshot_id)
    line = f":gray[:small[{catalogue.scope_line(store, scope)} · {dated(found.source_date)}]]"
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

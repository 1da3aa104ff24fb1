"""The annual plan to be edited: proposed rows, what people set over them, codes of SIPD, rows taken out."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.plan import Plan, PlanRow, plan, restore, save_plan
from analytics.scope import Scope
from analytics.text import known, money, number, rupiah
from data.load_sipd import sub_activities
from data.plan_entries import FIELDS, LONGEST, NUMBERS
from data.store import Store
from pages._dokumen_rat_quarters import quarters_part
from pages._dokumen_rat_sipd import sipd_part
from pages._dokumen_rat_villages import villages_part
from pages._parts import warn
from pages._shared import attempt, refusals
from reports.documents.build import state
from reports.documents.shared_plan import edited_words

PLAN = "rencana_disusun"  # kept in the session: (what it was asked for, the plan)
TURN = "giliran_rencana"  # an editor cannot be told to forget what was typed: a new number makes a new one
PARTS = ("Rencana", "Realisasi", "Usulan desa", "Daftar SIPD")
EDITED = "Diisi orang"
FIRST = ("programme", EDITED, "target", "target_unit", "budget", "fund", "office", "sub_code")  # what is looked for


def rat_editor(store: Store, scope: Scope, year: int) -> None:
    """Everything people write for the RAT of a scope's region and year."""
    part = st.segmented_control("Bagian RAT", PARTS, default=PARTS[0], key="bagian_rat", required=True,
                                label_visibility="collapsed")  # fmt: skip
    if part == "Usulan desa":
        villages_part(store, scope.region, year)
        return
    if part == "Daftar SIPD":
        sipd_part(store)
        return
    found = _plan(store, scope, year)
    if part == "Realisasi":
        quarters_part(store, found)
        return
    _answer(found)
    _changed(found)
    _editor(store, found)
    _from_list(store, found)
    _removed(store, found)
    _sources(found)


def _plan(store: Store, scope: Scope, year: int) -> Plan:
    """The plan as it is now; made anew when what it is made of has changed."""
    asked = (year, state(store, scope))
    kept, found = st.session_state.get(PLAN, (None, None))
    if kept != asked or found is None:
        with st.spinner("Menyusun rencana"), refusals():
            found = plan(store, scope, year)
        st.session_state[PLAN] = (asked, found)
    return found


def _answer(found: Plan) -> None:
    budgets = [row.cells["budget"].value for row in found.rows if known(row.cells["budget"].value)]
    edited = sum(bool(row.edited) for row in found.rows)
    total = f" dengan anggaran **{money(sum(float(value or 0) for value in budgets))}**" if budgets else ""
    without = len(found.rows) - len(budgets)
    st.markdown(
        f"Rencana {found.year} memuat **{number(len(found.rows))} baris**{total}"
        + (f"; {number(without)} baris belum beranggaran" if without and budgets else "")
        + f". Orang telah mengisi {number(edited)} baris; sisanya usulan dari celah sasaran dan inventaris program."
    )
    st.caption(
        f"Ubah sel langsung di tabel; yang pernah diisi orang disebut di kolom {EDITED} dan bertanda ✎ dalam dokumen. "
        "Kosongkan sel untuk kembali ke usulan. Tambah baris di bagian bawah tabel, hapus lewat kotak di kirinya."
    )


def _changed(found: Plan) -> None:
    """Where the proposal beneath a person's word has changed since."""
    lines = []
    for row, name in found.changed:
        cell = row.cells[name]
        before, now = cell.seen or "kosong", _shown(name, cell.proposal)
        before = _shown(name, float(before)) if name in NUMBERS and before.isdigit() else before
        lines.append(f"**{row.name}**, {FIELDS[name].lower()}: usulan semula {before}, kini {now}; isian Anda "
                     f"{_shown(name, cell.value)} tetap dipakai.")  # fmt: skip
    warn(lines)


def _shown(name: str, value: Any) -> str:
    if not known(value):
        return "kosong"
    return rupiah(value) if name == "budget" else number(value) if name == "target" else f"“{value}”"


def _editor(store: Store, found: Plan) -> None:
    frame = pd.DataFrame(
        [{name: cell.value for name, cell in row.cells.items()} | {EDITED: _edited(row)} for row in found.rows],
        columns=[*FIELDS, EDITED],
    )  # fmt: skip
    texts = [name for name in frame if name not in NUMBERS]
    frame = frame.astype(dict.fromkeys(texts, "object") | dict.fromkeys(NUMBERS, "Float64"))
    frame = frame[[*FIRST, *(name for name in FIELDS if name not in FIRST)]]
    with st.form("rencana", border=False):
        edited = st.data_editor(
            frame, key=f"isian_rencana_{st.session_state.get(TURN, 0)}", num_rows="dynamic", hide_index=True,
            column_config=_columns(), height=420, placeholder="",
        )  # fmt: skip
        saved = st.form_submit_button("Simpan rencana", type="primary", icon=":material/save:")
    if saved:
        keys = dict(enumerate(row.key for row in found.rows))  # a row that was added stands after these
        typed = {
            place: {name: _typed(cells[name]) for name in FIELDS} for place, cells in edited.to_dict("index").items()
        }
        rows = {keys[place]: cells for place, cells in typed.items() if place in keys}
        added = [cells for place, cells in typed.items() if place not in keys and any(cells.values())]
        with attempt():
            save_plan(store, found, rows, added)
            _again()


def _typed(value: Any) -> str:
    """A cell of the editor as text; whole numbers without a decimal point."""
    if not known(value):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _again() -> None:
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    st.rerun()


def _edited(row: PlanRow) -> str:
    names = edited_words(row)
    return f"✎ {names}" if names else ""


def _columns() -> dict[str, Any]:
    texts: dict[str, Any] = {
        name: st.column_config.TextColumn(head, max_chars=LONGEST) for name, head in FIELDS.items()
    }
    amounts = {name: st.column_config.NumberColumn(FIELDS[name], min_value=0, step=1, format="%d") for name in NUMBERS}
    named = {
        "programme": st.column_config.TextColumn(FIELDS["programme"], max_chars=LONGEST, pinned=True, width="medium")
    }
    return texts | amounts | named | {EDITED: st.column_config.TextColumn(EDITED, disabled=True, width="small")}


def _from_list(store: Store, found: Plan) -> None:
    """A sub-activity of the imported list for one row: its code brings programme, activity and name along."""
    listed = {entry["code"]: entry for entry in sub_activities(store)}
    if not listed or not found.rows:
        return
    names = {row.key: row.name for row in found.rows}
    with st.expander("Ambil sub-kegiatan dari daftar SIPD", icon=":material/list:"), st.form("sipd", border=False):
        key = st.selectbox("Baris", list(names), format_func=names.__getitem__, key="baris_sipd")
        code = st.selectbox("Sub-kegiatan", list(listed), key="kode_sipd",
                            format_func=lambda code: f"{code} {listed[code]['title']}")  # fmt: skip
        if st.form_submit_button("Pakai sub-kegiatan ini", icon=":material/check:"):
            untouched: dict[str, dict[str, Any]] = {row.key: {} for row in found.rows}
            with attempt():
                save_plan(store, found, untouched | {key: {"sub_code": code}})
                _again()


def _removed(store: Store, found: Plan) -> None:
    if not found.removed:
        return
    names = dict(found.removed)
    with st.expander(f"Baris yang dikeluarkan: {number(len(names))}", icon=":material/delete:"):
        key = st.selectbox("Baris", list(names), format_func=names.__getitem__, key="baris_keluar")
        if st.button("Kembalikan ke rencana", icon=":material/undo:"):
            with attempt():
                restore(store, found, key)
                _again()


def _sources(found: Plan) -> None:
    with st.expander("Asal usulan, dan program tanpa baris", icon=":material/info:"):
        for row in found.rows:
            note = row.proposal.note if row.proposal else "Baris ini seluruhnya diisi orang."
            st.markdown(f"**{row.name}**. {note}")
        for name, why in found.left_out:
            st.markdown(f"**{name}** tanpa baris. {why}")

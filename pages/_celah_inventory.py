"""The tab "Inventaris program" of Celah sasaran: what is planned, as a table to edit and a workbook to fill."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.inventory import entries
from analytics.scope import Scope
from analytics.text import known, money, number
from data.load_inventory import COLUMNS, HEADERS, WORDS, import_inventory, inventory_state, save_inventory
from data.store import Store
from pages._shared import attempt
from pages._uploads import private_copies, uploader
from reports.gap_tables import inventory_template
from reports.provenance import provenance

READ = "inventaris_dibaca"
MOST = 30  # lines named of those that were not loaded
SEEN = "inventaris_terbaca"  # the state of the table that the editor on the screen was made of


def inventory_tab(store: Store, scope: Scope) -> None:
    """The whole inventory, whatever the scope: an entry may be for more or less than it."""
    state, found = inventory_state(store), entries(store)
    if found.empty:
        st.markdown(
            "Belum ada program dalam inventaris. Isi tabel di bawah, atau unduh templatnya, isi di Excel, lalu muat."
        )
    else:
        budget = found["budget"].sum(min_count=1)
        costing = f", dengan anggaran {money(budget)}" if known(budget) else ""
        st.markdown(
            f"**{number(len(found))} program** tercatat{costing}. "
            "Program yang memperluas program pusat menambah tempat pada program pusat itu."
        )
    with st.form("inventaris", border=False):
        edited = st.data_editor(
            _shown(found), key=f"isian_inventaris_{state}", num_rows="dynamic", hide_index=True,
            column_config=_columns(),
        )  # fmt: skip
        saved = st.form_submit_button("Simpan inventaris", icon=":material/save:")
    if saved:
        with attempt():
            save_inventory(store, edited, st.session_state.get(SEEN))
            st.rerun()
    st.session_state[SEEN] = state
    left, right = st.columns(2)
    left.download_button(
        "Unduh templat (XLSX)", lambda: inventory_template(found, provenance(store, scope)), "inventaris-program.xlsx",
        icon=":material/download:", key="unduh_inventaris",
        help="Berisi program yang sudah tercatat; tambah atau ubah barisnya, lalu muat lagi.",
    )  # fmt: skip
    with right:
        upload = uploader("Templat yang sudah diisi", "berkas_inventaris", ["xlsx", "csv", "txt"])
        if st.button("Muat inventaris", disabled=upload is None, icon=":material/upload:", key="muat_inventaris"):
            st.session_state.pop(READ, None)
            with attempt(), private_copies(store, [upload]) as paths:
                st.session_state[READ] = import_inventory(store, paths[0], upload.name)
                st.rerun()
    if READ in st.session_state:
        report = st.session_state[READ]
        st.success(f"{number(report.accepted)} dari {number(report.rows_read)} baris dimuat.", icon=":material/check:")
        for line, why in report.rejected[:MOST]:
            st.caption(f"Baris {line} tidak dimuat: {why}.")
        if len(report.rejected) > MOST:
            st.caption(f"{number(len(report.rejected) - MOST)} baris lagi tidak dimuat.")


def _shown(found: pd.DataFrame) -> pd.DataFrame:
    """The entries with the template's words for the columns of few words."""
    frame = found.reindex(columns=list(COLUMNS)).copy()
    frame["programme"] = frame["programme"].where(frame["programme"] != frame["title"])
    for column, words in WORDS.items():
        frame[column] = frame[column].map({key: spellings[0] for key, spellings in words.items()}).astype("object")
    for column in ("title", "programme", "fund", "office", "region_code", "central_programme"):
        frame[column] = frame[column].astype("object").where(frame[column].notna(), "")  # the editor writes "None"
    return frame


def _columns() -> dict[str, Any]:
    choices = {
        column: st.column_config.SelectboxColumn(
            HEADERS[column], options=[spellings[0] for spellings in words.values()]
        )
        for column, words in WORDS.items()
    }
    amounts = {
        column: st.column_config.NumberColumn(HEADERS[column], min_value=0, step=1, format="%d")
        for column in ("entry_no", "year", "quota", "budget")
    }
    amounts["entry_no"] = st.column_config.NumberColumn(HEADERS["entry_no"], disabled=True, format="%d")
    texts = {column: st.column_config.TextColumn(name, max_chars=200) for column, name in HEADERS.items()}
    return texts | choices | amounts

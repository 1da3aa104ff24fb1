"""The list of sub-activities with their SIPD codes: loaded from an office's table, and what is in it."""

import pandas as pd
import streamlit as st

from analytics.text import number
from data.load_sipd import import_sub_activities, sub_activities
from data.store import Store
from pages._parts import table
from pages._shared import attempt
from pages._uploads import private_copies, uploader

READ = "sipd_dibaca"
MOST = 30  # lines named of those that were not loaded


def sipd_part(store: Store) -> None:
    """The list and the upload."""
    found = sub_activities(store)
    st.markdown(
        f"**{number(len(found))} sub-kegiatan** tercatat dengan kode SIPD (Sistem Informasi Pemerintahan Daerah)."
        if found
        else "Daftar sub-kegiatan belum dimuat. Kode SIPD (Sistem Informasi Pemerintahan Daerah) tetap dapat diketik "
        "di tabel rencana."
    )
    if found:
        table(
            pd.DataFrame(found),
            {"code": "Kode", "programme": "Program", "activity": "Kegiatan", "title": "Sub-kegiatan",
             "source": "Sumber"},
            alt="Daftar sub-kegiatan dengan kode SIPD", height=320,
        )  # fmt: skip
    st.markdown("Tabel dengan kolom Kode, Program, Kegiatan, dan Sub Kegiatan. Kode yang sudah ada diganti isinya.")
    upload = uploader("Daftar sub-kegiatan (XLSX atau CSV)", "berkas_sipd", ["xlsx", "csv", "txt"])
    if st.button("Muat daftar SIPD", disabled=upload is None, icon=":material/upload:"):
        st.session_state.pop(READ, None)
        with attempt(), private_copies(store, [upload]) as paths:
            st.session_state[READ] = import_sub_activities(store, paths[0], upload.name)
            st.rerun()
    loaded(READ)


def loaded(key: str) -> None:
    """What the last upload brought: lines taken, and those that were not with their reason."""
    if key not in st.session_state:
        return
    report = st.session_state[key]
    st.success(f"{number(report.accepted)} dari {number(report.rows_read)} baris dimuat.", icon=":material/check:")
    for line, why in report.rejected[:MOST]:
        st.caption(f"Baris {line} tidak dimuat: {why}.")
    if len(report.rejected) > MOST:
        st.caption(f"{number(len(report.rejected) - MOST)} baris lagi tidak dimuat.")

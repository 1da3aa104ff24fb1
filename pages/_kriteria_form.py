"""The tab "Formulir lapangan" of Kriteria daerah: the form out by name's door, and its answers in."""

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from analytics.text import listing, number
from data.criteria_rules import printable
from data.load_criteria import AnswerReport, import_answers
from data.store import Store
from pages._parts import table
from pages._shared import attempt
from pages._uploads import private_copies, uploader
from reports.criteria_form import AREA, criteria_form

MADE, READ = "formulir_kriteria", "jawaban_kriteria"
MOST = 200  # lines shown of those with a fault: a wrong file has a million


def form_tab(store: Store, scope: Scope) -> None:
    """The form for the scope's district or village, and the upload of a filled one."""
    st.markdown(
        "Keluarga yang belum dapat dinilai keluar sebagai formulir XLSX dengan nomor semu, desa, dan klausul yang "
        "masih terbuka. Petugas mengisi Ya, Tidak, atau Tidak diketahui; nomor semunya sama dengan pada lembar verval."
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _out(store, scope)
    with right:
        _in(store)
    if READ in st.session_state:
        _report(st.session_state[READ])


def _out(store: Store, scope: Scope) -> None:
    if not AREA.fullmatch(scope.region):
        st.info("Pilih satu kecamatan atau desa di bilah kiri untuk membuat formulirnya.", icon=":material/info:")
        return
    with st.form("formulir_kriteria_minta", border=False):
        purpose = st.text_input("Tujuan", max_chars=500)
        recipient = st.text_input("Penerima", max_chars=500, placeholder="Instansi atau tim")
        if st.form_submit_button("Siapkan formulir", icon=":material/assignment:"):
            st.session_state.pop(MADE, None)
            with attempt():
                st.session_state[MADE] = (scope, *criteria_form(store, scope, purpose, recipient))
    # A form of another scope holds other families: it is not offered under this one.
    if st.session_state.get(MADE, ())[:1] == (scope,):
        _, name, content = st.session_state[MADE]
        st.download_button("Unduh formulir (XLSX)", content, name, icon=":material/download:", width="stretch")
        st.caption("Pengambilannya tercatat.")


def _in(store: Store) -> None:
    upload = uploader("Formulir yang sudah diisi", "berkas_kriteria", ["xlsx", "csv", "txt"])
    day = st.date_input("Tanggal kunjungan bila kolomnya kosong", None, format="DD/MM/YYYY", key="tanggal_kriteria")
    if st.button("Muat jawaban", disabled=upload is None, icon=":material/upload:", key="muat_kriteria"):
        st.session_state.pop(READ, None)
        with attempt(), private_copies(store, [upload]) as paths:
            st.session_state[READ] = import_answers(store, paths[0], upload.name, day)
            st.rerun()


def _report(report: AnswerReport) -> None:
    st.success(
        f"{number(report.answers)} jawaban dimuat dari {number(report.accepted)} baris; {number(report.empty)} baris "
        f"tanpa jawaban, {number(len(report.rejected))} baris ditolak.",
        icon=":material/check:",
    )
    if report.rejected:
        lines = pd.DataFrame(report.rejected[:MOST], columns=["line", "why"])
        table(lines, {"line": ("Baris", number), "why": "Mengapa ditolak"}, alt="Baris formulir yang ditolak")
    if report.unknown_words:
        words = pd.DataFrame(report.unknown_words[:MOST], columns=["line", "clause", "word"])
        table(
            words, {"line": ("Baris", number), "clause": "Klausul", "word": "Bukan Ya, Tidak, atau Tidak diketahui"},
            alt="Isian yang bukan jawaban",
        )  # fmt: skip
    if report.unknown_columns:
        st.caption(
            f"Klausul {listing([printable(key) for key in report.unknown_columns])} tidak dimuat: tidak ada di aturan "
            "atau bunyinya sudah berubah; unduh formulir baru."
        )

"""The tab "Berkas aturan" of Kriteria daerah: the rules as a file to read, and another region's file in."""

import streamlit as st

from data.criteria import all_rules, receive_rules, rules_text
from data.criteria_rules import RuleSet
from data.store import Store
from pages._parts import quiet
from pages._shared import attempt
from pages._uploads import uploader

RECEIVED = "aturan_diterima"


def files_tab(store: Store, rules: RuleSet) -> None:
    """Send the rules in use, as a start for one's own; receive a file."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(
            "Aturan daerah lain adalah berkas baru, bukan perubahan program: unduh aturan ini, ganti klausul dan "
            "jawabannya, beri nama lain, lalu muat."
        )
        if rules.name in all_rules(store):
            st.download_button(
                "Unduh aturan ini (YAML)", lambda: rules_text(store, rules.name), f"{rules.name}.yaml",
                "application/yaml", icon=":material/download:",
            )  # fmt: skip
        st.caption("Berkas aturan tidak memuat data warga, jadi boleh dikirim.")
    with right:
        sent = uploader("Berkas aturan daerah", "berkas_aturan", ("yaml", "yml"))
        if st.button("Muat aturan ini", disabled=sent is None, icon=":material/upload:"):
            st.session_state.pop(RECEIVED, None)
            with attempt():
                st.session_state[RECEIVED] = receive_rules(store, sent.getvalue(), sent.name).title
                st.rerun()
        if RECEIVED in st.session_state:
            st.success(
                f"Aturan “{quiet(st.session_state[RECEIVED])}” tersimpan; pilih di bilah kiri pada definisi Kriteria "
                "daerah.",
                icon=":material/check_circle:",
            )

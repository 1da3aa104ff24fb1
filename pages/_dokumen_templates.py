"""The Word templates: what they are, taking one out, putting the office's own in its place."""

import streamlit as st

from data.store import Store
from pages._shared import attempt
from pages._uploads import uploader
from reports.documents.catalogue import KINDS
from reports.documents.templates import drop_template, office_template, save_template, template


def template_part(store: Store) -> None:
    """One document at a time."""
    worded = {name: kind for name, kind in KINDS.items() if ".docx" in kind.suffixes}
    st.markdown(
        "Susunan bab, huruf, kepala surat, dan kalimat tetap berasal dari templat Word. Unduh templatnya, ubah di "
        "Word, lalu muat kembali. Tanda seperti `[[profil]]` menunjukkan tempat Tepat menulis isi bab; pindahkan atau "
        "hapus tanda itu bersama judulnya bila perlu. Templat paling besar 20 MB, tanpa makro dan tanpa gambar atau "
        "isian yang diambil dari luar berkas."
    )
    name = st.selectbox("Templat untuk", list(worded), format_func=lambda key: worded[key].title, key="templat")
    own = office_template(store, name).exists()
    st.caption("Yang dipakai: templat kantor." if own else "Yang dipakai: templat bawaan Tepat.")
    with st.container(horizontal=True):
        with attempt():
            st.download_button(
                "Unduh templat", template(store, name), f"templat-{name}.docx", icon=":material/download:"
            )
        if own and st.button("Kembali ke templat bawaan", icon=":material/undo:"):
            drop_template(store, name)
            st.rerun()
    file = uploader("Templat kantor (DOCX)", f"templat_{name}_{own}", ["docx"])
    if file is not None and st.button("Pakai templat ini", type="primary"):
        with attempt():
            save_template(store, name, file.getvalue())
            st.rerun()

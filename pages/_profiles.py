"""Profiles kept beside the database: chosen for an import, sent to another office, received from one."""

import streamlit as st

from data.profile_files import delete_profile, profile_folder, profile_text, receive_profile
from data.profiles import saved_profiles, shipped_profiles
from data.store import Store
from pages._import import BY_HAND
from pages._parts import confirmed, quiet
from pages._shared import attempt
from pages._uploads import uploader

RECEIVED = "profil_diterima"


def profile_choice(store: Store) -> str:
    """A profile's name, `auto`, or BY_HAND."""
    saved = {name: found.title for name, found in saved_profiles(profile_folder(store)).items() if not found.survey}
    shipped = {name: found.title for name, found in shipped_profiles().items() if not found.survey}
    names = {"auto": "Kenali otomatis", BY_HAND: "Petakan kolom sendiri"} | shipped | saved
    return st.selectbox("Format", names, format_func=names.__getitem__)


def profile_exchange(store: Store) -> None:
    """Send a kept profile, or receive one."""
    saved = saved_profiles(profile_folder(store))
    left, right = st.columns(2, gap="medium")
    with left:
        if saved:
            name = st.selectbox("Profil yang tersimpan", saved, format_func=lambda one: saved[one].title)
            st.download_button("Unduh profil (YAML)", lambda: profile_text(store, name), f"{name}.yaml",
                               "application/yaml", icon=":material/download:")  # fmt: skip
            if confirmed("Hapus profil", f"Hapus profil “{saved[name].title}”? Berkas yang sama harus dipetakan lagi.",
                         f"hapus_profil_{name}"):  # fmt: skip
                with attempt():
                    delete_profile(store, name)
                    st.rerun()
            st.caption("Profil tidak memuat data warga, hanya judul kolom dan arti isiannya, jadi boleh dikirim.")
        else:
            st.caption("Belum ada profil yang tersimpan. Profil terbentuk setelah Anda memetakan sebuah berkas.")
    with right:
        sent = uploader("Profil dari kantor lain", "berkas_profil", ("yaml", "yml"))
        if st.button("Simpan profil ini", disabled=sent is None, icon=":material/upload:"):
            st.session_state.pop(RECEIVED, None)
            with attempt():
                st.session_state[RECEIVED] = receive_profile(store, sent.getvalue(), sent.name).title
                st.rerun()
        if RECEIVED in st.session_state:
            st.success(f"Profil “{quiet(st.session_state[RECEIVED])}” tersimpan dan dipakai saat mengenali berkas.",
                       icon=":material/check_circle:")  # fmt: skip

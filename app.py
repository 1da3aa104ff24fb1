"""The dashboard: page config, navigation on every run, first start, the sidebar scope."""

from pathlib import Path

import streamlit as st

BRAND = Path(__file__).parent / "static" / "merek"
MENU = "menu"  # where this session's navigation stands, once the store is known to hold something

# An image, not a material icon: Streamlit fetches the favicon of those from the internet.
# First of all: navigation before it would show the icon of the page.
st.set_page_config(page_title="Tepat", page_icon=str(BRAND / "ikon.svg"), layout="wide")

pages = {
    "": [
        st.Page("pages/ringkasan.py", title="Ringkasan", icon=":material/flag:", default=True),
    ],
    "Analisis": [
        st.Page("pages/kantong.py", title="Kantong kemiskinan", icon=":material/location_on:"),
        st.Page("pages/desa.py", title="Profil desa", icon=":material/holiday_village:"),
        st.Page("pages/kelompok.py", title="Desa berkelompok", icon=":material/workspaces:"),
        st.Page("pages/cakupan.py", title="Cakupan program", icon=":material/grid_on:"),
        st.Page("pages/galat.py", title="Galat sasaran", icon=":material/target:"),
        st.Page("pages/celah.py", title="Celah sasaran", icon=":material/playlist_add:"),
        st.Page("pages/peringkat.py", title="Peringkat", icon=":material/format_list_numbered:"),
        st.Page("pages/kriteria.py", title="Kriteria daerah", icon=":material/gavel:"),
        st.Page("pages/banding_definisi.py", title="Banding definisi", icon=":material/compare_arrows:"),
        st.Page("pages/telusur.py", title="Telusur keluarga", icon=":material/person_search:"),
        st.Page("pages/tidak_konsisten.py", title="Tidak konsisten", icon=":material/rule:"),
    ],
    "Hasil": [
        st.Page("pages/dokumen.py", title="Dokumen", icon=":material/description:"),
    ],
    "Sumber": [
        st.Page("pages/data.py", title="Data", icon=":material/upload_file:"),
        st.Page("pages/metode.py", title="Metode", icon=":material/menu_book:"),
    ],
}
# Before all that takes time, our own imports included. config.toml hides the menu, because in a fresh process
# Streamlit lists the files of pages/ in it until navigation is called.
st.set_option("client.showSidebarNavigation", True)
page = st.navigation(pages, position=st.session_state.get(MENU, "hidden"), expanded=True)
st.logo(str(BRAND / ("logo-gelap.svg" if st.context.theme.type == "dark" else "logo-terang.svg")), size="large")

from analytics import catalogue  # noqa: E402
from pages._first_start import welcome  # noqa: E402
from pages._scope import link_note, sidebar_scope  # noqa: E402
from pages._shared import mishaps, open_store, refusals  # noqa: E402

with refusals():
    store = open_store()
    empty = catalogue.latest(store) is None
if empty:
    welcome()
else:
    with st.sidebar, refusals():
        scope = st.session_state["scope"] = sidebar_scope(store)
    # The menu after the scope: a click on it breaks off this run, and what the address asks for must be read by then.
    if MENU not in st.session_state:
        st.session_state[MENU] = "sidebar"
        page = st.navigation(pages, expanded=True)
    link_note(scope)
    with mishaps():
        page.run()

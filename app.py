"""The dashboard: page config, first start, navigation on every run, the sidebar scope."""

from pathlib import Path

import streamlit as st

from analytics import catalogue
from data.errors import Refused
from pages._shared import mishaps, open_store, sidebar_scope, welcome

BRAND = Path(__file__).parent / "static" / "merek"

# An image, not a material icon: Streamlit fetches the favicon of those from the internet.
st.set_page_config(page_title="Tepat", page_icon=str(BRAND / "ikon.svg"), layout="wide")
st.logo(str(BRAND / ("logo-gelap.svg" if st.context.theme.type == "dark" else "logo-terang.svg")), size="large")

pages = {
    "": [
        st.Page("pages/ringkasan.py", title="Ringkasan", icon=":material/flag:", default=True),
    ],
    "Analisis": [
        st.Page("pages/kantong.py", title="Kantong kemiskinan", icon=":material/location_on:"),
        st.Page("pages/cakupan.py", title="Cakupan program", icon=":material/grid_on:"),
        st.Page("pages/peringkat.py", title="Peringkat", icon=":material/format_list_numbered:"),
    ],
    "Sumber": [
        st.Page("pages/data.py", title="Data", icon=":material/upload_file:"),
        st.Page("pages/metode.py", title="Metode", icon=":material/menu_book:"),
    ],
}

try:
    store = open_store()
except Refused as refused:
    st.navigation(pages, position="hidden")
    st.error(refused.message, icon=":material/block:")
    st.stop()

empty = catalogue.latest(store) is None
page = st.navigation(pages, position="hidden" if empty else "sidebar")
if empty:
    welcome()
else:
    with st.sidebar:
        st.session_state["scope"] = sidebar_scope(store)
    with mishaps():
        page.run()

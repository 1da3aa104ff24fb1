"""Finding one family on the page Telusur keluarga: through its village, by pseudonym, or by a NIK typed in."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analytics import catalogue
from analytics.ranking import family_ranks
from analytics.scope import Scope
from analytics.text import number
from data.errors import Refused
from data.store import Store
from pages._parts import CHOSEN, table
from pages._shared import OFF_LIST
from reports.nik_search import search_nik

# Kept in the session only, never in the address: pseudonyms found, of the snapshot they were found in.
FOUND = "keluarga_ditemukan"
_TURN = "giliran_nik"  # a new number makes a new field: the one a NIK was typed into is forgotten
_REFUSED = "nik_ditolak"
WAYS = {"village": "Lewat desa", "pseudonym": "Nomor semu", "nik": "NIK"}
MOST = 5000


def search(store: Store, scope: Scope) -> str | None:
    """The search, and the pseudonym of the family chosen in this snapshot; None before one is."""
    with st.container(border=True):
        way = st.segmented_control(
            "Cari keluarga", WAYS, default="village", required=True, format_func=WAYS.__getitem__, key="cara_telusur"
        )
        if way == "village":
            _through_village(store, scope)
        elif way == "pseudonym":
            _by_pseudonym(scope)
        else:
            _by_nik(store, scope)
    snapshot_id, found = st.session_state.get(FOUND, ("", ()))
    if snapshot_id != scope.snapshot_id or not found:
        return None
    if len(found) == 1:
        return found[0]
    st.warning(f"NIK ini tercatat di {number(len(found))} keluarga; periksa keduanya.", icon=":material/warning:")
    return st.radio("Keluarga", found, horizontal=True, key="keluarga_ganda")


def _through_village(store: Store, scope: Scope) -> None:
    regions = catalogue.regions_with_data(store, scope.snapshot_id)
    villages = regions[(regions["level"] == "village") & regions["code"].str.startswith(scope.region)]
    names = dict(zip(villages["code"], villages["name"].fillna(OFF_LIST), strict=True))
    codes = sorted(names, key=lambda code: (names[code] == OFF_LIST, names[code], code))
    start = st.session_state.get(CHOSEN)
    village = st.selectbox(
        "Desa/kelurahan", codes, codes.index(start) if start in codes else 0,
        format_func=lambda code: f"{names[code]} ({code})",
    )  # fmt: skip
    families = family_ranks(store, replace(scope, region=village), limit=MOST)
    _list_of(families, scope, key=f"keluarga_{village}")


def _list_of(families: pd.DataFrame, scope: Scope, key: str) -> None:
    pseudonyms = list(families["pseudonym"])

    def choose() -> None:
        rows = list(st.session_state[key].selection.rows)
        st.session_state[FOUND] = (scope.snapshot_id, (pseudonyms[rows[0]],) if rows else ())

    table(
        families,
        {"pseudonym": "Nomor semu keluarga", "size": ("Anggota", number), "decile_recorded": ("Desil tercatat", number),
         "decile_regency": ("Desil PMT", number)},
        alt="Keluarga di desa ini, yang skornya terendah di atas", key=key, on_select=choose,
        selection_mode="single-row", height=240,
    )  # fmt: skip
    st.caption(f"{number(len(families))} keluarga, yang termiskin menurut PMT di atas. Klik baris untuk menelusurinya.")


def _by_pseudonym(scope: Scope) -> None:
    with st.form("nomor_semu", border=False):
        typed = st.text_input("Nomor semu keluarga", max_chars=16, placeholder="16 huruf dan angka")
        if st.form_submit_button("Cari", icon=":material/search:"):
            typed = typed.strip().upper()
            st.session_state[FOUND] = (scope.snapshot_id, (typed,) if typed else ())


def _by_nik(store: Store, scope: Scope) -> None:
    turn = st.session_state.get(_TURN, 0)
    if _REFUSED in st.session_state:
        st.error(st.session_state.pop(_REFUSED), icon=":material/block:")
    with st.form("nik", border=False):
        typed = st.text_input(
            "NIK kepala keluarga atau anggota", type="password", max_chars=16, key=f"nik_{turn}",
            autocomplete="off",
        )  # fmt: skip
        purpose = st.text_input("Keperluan", max_chars=500, placeholder="Misalnya: menjawab keberatan warga")
        st.caption("NIK dicocokkan tepat 16 angka, tidak ditampilkan, dan tidak disimpan. Setiap pencarian dicatat.")
        asked = st.form_submit_button("Cari", icon=":material/search:")
    if asked:
        st.session_state[_TURN] = turn + 1
        st.session_state.pop(FOUND, None)
        try:
            st.session_state[FOUND] = (scope.snapshot_id, search_nik(store, scope, typed, purpose))
        except Refused as refused:
            st.session_state[_REFUSED] = refused.message
        st.rerun()

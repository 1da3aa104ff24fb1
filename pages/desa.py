"""Profil desa: one village on one page, for its meeting; and the same on paper."""

from dataclasses import replace
from datetime import date

import pandas as pd
import streamlit as st

from analytics.clusters import Clusters, state
from analytics.pockets import STATUS_NAMES, find_pockets
from analytics.scope import Scope
from analytics.text import UNKNOWN, about, known, number, percent
from analytics.village import VILLAGE, VillageProfile, place, summary, village_profile
from data.load_register import UNKNOWN_VILLAGE
from data.store import Store
from pages._desa_families import families_part, ladder_part, needs_part, programmes_part
from pages._desa_surroundings import completeness_part, facilities_part, neighbours_part
from pages._parts import CHOSEN, TURN, card, halves, show_map, warn
from pages._shared import OFF_LIST, attempt, current_scope, method_note, refusals, scope_line
from reports.documents.build import build
from reports.documents.catalogue import kind_of
from reports.documents.period import usual_year
from reports.pocket_export import printed_places
from reports.provenance import provenance
from reports.village_sheet import safe, village_workbook

ADDRESS = "kode_desa"  # the village in the address: its code, nothing else
CLUSTERS = "kelompok_dihitung"  # what the page Desa berkelompok keeps


def chosen_village(store: Store, scope: Scope) -> str | None:
    """The village of the scope, of another page, or of the address; below it the choice of another one."""
    if VILLAGE.fullmatch(scope.region):
        st.session_state[CHOSEN] = scope.region
        return scope.region
    villages = find_pockets(store, scope).by_village
    villages = villages[~villages["village"].str.endswith(UNKNOWN_VILLAGE)].sort_values(["name", "village"])
    names = {
        row["village"]: f"{row['name'] or OFF_LIST} · Kec. {row['district'] or UNKNOWN}"
        for row in villages.to_dict("records")
    }
    found = st.session_state.get(CHOSEN) or st.query_params.get(ADDRESS)
    found = found if found in names else None
    st.session_state["pilih_desa"] = found
    if found:
        st.session_state[CHOSEN] = found

    def choose() -> None:
        st.session_state[CHOSEN] = st.session_state["pilih_desa"]
        st.session_state[TURN] = st.session_state.get(TURN, 0) + 1

    st.selectbox(
        "Desa/kelurahan", list(names), index=None, format_func=names.__getitem__, key="pilih_desa", on_change=choose,
        placeholder="Ketik nama desa atau kelurahan",
    )  # fmt: skip
    if found is None:
        st.info("Pilih satu desa di atas, atau klik desa di peta.", icon=":material/holiday_village:")
        map_of(store, scope, villages, "Jiwa miskin ekstrem per desa; klik desa untuk membuka profilnya")
    return found


def map_of(store: Store, scope: Scope, villages: pd.DataFrame, title: str) -> None:
    values = villages.rename(columns={"village": "code", "persons": "value"})[["code", "value", "is_pocket"]]
    show_map(
        store, values, region=scope.region, title=title, legend_title="Jiwa miskin ekstrem", key="peta_desa",
    )  # fmt: skip


def kept_clusters(store: Store, scope: Scope) -> Clusters | None:
    """The groups the page Desa berkelompok found for a region that holds the village, as long as they hold."""
    kept, found = st.session_state.get(CLUSTERS, (None, None))
    if kept is None or not scope.region.startswith(kept[0].region):
        return None
    return found if kept == state(store, replace(scope, region=kept[0].region)) else None


def cards(profile: VillageProfile) -> None:
    row, shown = profile.row, about if profile.scope.definition == "pmt_line" else number
    district, regency = profile.rank("district"), profile.rank("regency")
    complete = profile.completeness.iloc[0]
    rate = profile.rank("regency", "rate")
    with st.grid(4, min_column_width=190):
        card("Jiwa miskin ekstrem", shown(row["persons"]), profile.definition_text,
             f"{shown(row['families'])} keluarga; {percent(row['rate'], 1)} penduduk")  # fmt: skip
        card("Urutan di kecamatan", number(district["place"]),
             "1 = jiwa miskin ekstrem terbanyak. Desa yang sama angkanya berbagi urutan yang lebih baik.",
             f"dari {number(district['of'])} desa"
             + (f"; {place(regency)} di kabupaten/kota" if known(regency["place"]) else ""))  # fmt: skip
        card("Urutan persentase", number(rate["place"]),
             "1 = bagian penduduk yang miskin ekstrem paling tinggi di kabupaten/kota.",
             f"dari {number(rate['of'])} desa di kabupaten/kota")  # fmt: skip
        card("Kelengkapan data", percent(complete["share"], 0),
             "Keluarga tercatat dibagi keluarga menurut penduduk acuan desa.",
             complete["reason"]
             or f"{number(complete['listed'])} dari {number(complete['reference'])} keluarga")  # fmt: skip


scope, store = current_scope()
st.title("Profil desa")
scope_line(store, scope)
with refusals():
    village = chosen_village(store, scope)
if village is None:
    st.query_params.pop(ADDRESS, None)
    method_note("Profil desa")
    st.stop()
if st.query_params.get(ADDRESS) != village:
    st.query_params[ADDRESS] = village

here = replace(scope, region=village)
with refusals():
    profile = village_profile(store, here, clusters=kept_clusters(store, here))

is_pocket = known(profile.row["is_pocket"]) and bool(profile.row["is_pocket"])
with st.container(horizontal=True, vertical_alignment="center"):
    st.subheader(profile.name or OFF_LIST, width="content")
    st.badge(STATUS_NAMES[profile.row["status"]], color="red" if is_pocket else "gray")
st.caption(f"Kec. {profile.district or UNKNOWN} · {profile.regency or UNKNOWN} · {profile.code}")
cards(profile)
st.markdown(summary(profile))
st.caption(profile.status_reason)
warn(profile.warnings)


def workbook() -> bytes:
    around = find_pockets(store, replace(here, region=here.region[:5]))
    return village_workbook(safe(profile, printed_places(store, around)), provenance(store, here))


with st.container(horizontal=True, vertical_alignment="center"):
    if st.button("Siapkan lembar cetak", icon=":material/print:"):
        with attempt():
            made = build(store, here, "village", year=usual_year(kind_of("village"), date.today()), suffix=".pdf")
            st.session_state["lembar_desa"] = (here, made.content)
    if st.session_state.get("lembar_desa", (None,))[0] == here:
        st.download_button(
            "Unduh lembar A4 (PDF)", st.session_state["lembar_desa"][1], f"profil-desa-{village}.pdf",
            icon=":material/download:", type="primary",
        )  # fmt: skip
    st.download_button(
        "Unduh tabel (XLSX)", workbook, f"profil-desa-{village}.xlsx", icon=":material/download:",
        help="Angka kecil disembunyikan dan sisanya dibulatkan sebelum keluar, juga pada lembar cetak.",
    )  # fmt: skip
    st.page_link("pages/telusur.py", label="Telusuri keluarga di desa ini", icon=":material/person_search:")


left, right = halves()
with left:
    families_part(profile)
with right:
    needs_part(profile)
left, right = halves()
with left:
    programmes_part(profile)
with right:
    ladder_part(profile)
left, right = halves()
with left:
    facilities_part(profile)
with right:
    neighbours_part(profile)
    completeness_part(profile)
method_note("Profil desa", "Miskin ekstrem")

"""Tidak konsisten: families whose recorded decile is far from what is usual for their traits, for verval first."""

from dataclasses import replace

import streamlit as st

from analytics.inconsistent import LOOKS_NAMES, Looks, inconsistencies, inconsistent_families
from analytics.text import number, percent
from pages._family_search import FOUND
from pages._parts import CHOSEN, UNVERIFIED, card, percent_1, show_map, table, two_parts, village_table
from pages._shared import OFF_LIST, attempt, current_scope, method_note, refusals, scope_line
from reports.traits import contradictions, in_words
from reports.verval_priority import priority_workbook

DIRECTIONS: dict[str, tuple[Looks, ...]] = {
    "Kedua arah": ("better_off", "poorer"),
    LOOKS_NAMES["better_off"]: ("better_off",),
    LOOKS_NAMES["poorer"]: ("poorer",),
}
SHOWN = 500

scope, store = current_scope()
st.title("Tidak konsisten")
scope_line(store, scope)

with refusals():
    found = inconsistencies(store, scope)
if found.missing is not None or found.far is None:
    st.info(found.missing or "", icon=":material/info:")
    method_note("Tidak konsisten")
    st.stop()

with st.grid(4, min_column_width=190):
    card("Tampak lebih mampu", number(found.better_off),
         "Keluarga yang desil tercatatnya jauh lebih rendah daripada desil menurut cirinya.",
         "tercatat miskin")  # fmt: skip
    card("Tampak lebih miskin", number(found.poorer),
         "Keluarga yang desil tercatatnya jauh lebih tinggi daripada desil menurut cirinya.",
         "tercatat mampu")  # fmt: skip
    card("Keluarga dinilai", number(found.families),
         "Keluarga yang punya desil tercatat dan cukup banyak ciri yang diketahui.",
         f"{number(found.unjudged)} tidak dapat dinilai")  # fmt: skip
    card("Terjelaskan ciri (R²)", percent(found.r2, 0),
         "Bagian ragam desil tercatat yang dijelaskan ciri keluarga; sisanya tidak tampak dari ciri yang tercatat.",
         f"{number(found.terms)} suku, {number(found.cases)} keluarga")  # fmt: skip
doubted = found.better_off + found.poorer
st.markdown(
    f"**{number(doubted)} dari {number(found.families)} keluarga** ({percent(doubted / max(found.families, 1), 1)}) "
    f"patut didahulukan saat verval: desil tercatatnya berjarak sedikitnya {number(found.far, 1)} desil dari yang "
    "lazim bagi keluarga berciri sama."
)
if not found.useful:
    st.warning(
        f"Ciri yang tercatat hanya menjelaskan {percent(found.r2, 0)} ragam desil (perlu sedikitnya "
        f"{percent(found.least_r2.value, 0)}), jadi daftar ini belum berguna: jaraknya hampir semua kebetulan.",
        icon=":material/warning:",
    )
st.caption(
    ":material/info: Hitungan ini menjelaskan peringkat resmi dari ciri yang tampak, tidak menirunya. Yang keliru bisa "
    f"desilnya, bisa pula cirinya; hanya kunjungan yang dapat memastikan. Batas jarak: ketentuan Tepat {UNVERIFIED}"
)

direction = st.segmented_control("Arah", DIRECTIONS, default="Kedua arah", required=True, key="arah")
looks = DIRECTIONS[direction]
villages = found.villages.assign(doubted=found.villages[list(looks)].sum(axis=1))
villages["rate"] = (villages["doubted"] / villages["families"]).where(villages["families"] > 0)
villages["name"] = villages["name"].fillna(OFF_LIST)
villages = villages.sort_values(["doubted", "village"], ascending=[False, True])
picture, beside = two_parts()
with picture:
    show_map(
        store,
        villages.rename(columns={"village": "code", "doubted": "value", "families": "Keluarga dinilai"})[
            ["code", "value", "Keluarga dinilai"]
        ],
        region=scope.region, title="Keluarga tidak konsisten per desa", legend_title="Keluarga", key="peta_konsisten",
    )  # fmt: skip
with beside:
    chosen = village_table(
        villages,
        {"name": "Desa/kelurahan", "doubted": ("Keluarga", number), "rate": ("Bagian", percent_1)},
        alt="Desa menurut banyaknya keluarga tidak konsisten, terbanyak di atas", key="tabel_konsisten", height=460,
        column_config={"Desa/kelurahan": st.column_config.TextColumn(width=130)},
    )  # fmt: skip

area = chosen or scope.region
named = dict(zip(villages["village"], villages["name"], strict=True))
st.subheader(f"Keluarga di {named[chosen]}" if chosen else "Keluarga yang diragukan")
if chosen and st.button("Tampilkan semua desa", icon=":material/close:"):
    st.session_state[CHOSEN] = None
    st.rerun()
families = inconsistent_families(store, replace(scope, region=area), looks, SHOWN)
if len(families):
    families = families.assign(against=families["reasons"].map(in_words), name=families["name"].fillna(OFF_LIST))
    picked = table(
        families,
        {"pseudonym": "Nomor semu", "decile_recorded": ("Tercatat", number),
         "decile_expected": ("Menurut ciri", lambda value: number(value, 1)),
         "against": "Ciri yang berlawanan dengan desilnya", "name": "Desa/kelurahan"},
        alt="Keluarga tidak konsisten, jarak terjauh di atas", key=f"diragukan_{area}_{direction}", height=420,
        on_select="rerun", selection_mode="single-row",
        column_config={"Ciri yang berlawanan dengan desilnya": st.column_config.TextColumn(width=520)},
    )  # fmt: skip
    st.caption(
        (f"Tampil {number(SHOWN)} keluarga berjarak terjauh; pilih desa atau kecamatan untuk melihat selebihnya. "
         if len(families) == SHOWN else "") + "Klik baris untuk membaca alasannya dan menelusuri keluarga itu."
    )  # fmt: skip
    for row in picked.selection.rows[:1]:
        with st.container(border=True):
            st.markdown(f"**{families['pseudonym'].iloc[row]}**  \n{contradictions(families.iloc[[row]])[0]}")
            st.session_state[FOUND] = (scope.snapshot_id, (families["pseudonym"].iloc[row],))
            st.page_link("pages/telusur.py", label="Telusuri keluarga ini", icon=":material/person_search:")
else:
    st.markdown("Tidak ada keluarga tidak konsisten di wilayah dan arah ini.")

with st.expander("Daftar prioritas verval untuk petugas"), st.form("prioritas", border=False):
    st.caption(
        "Berisi keluarga di atas menurut arah dan wilayah yang dipilih (satu kecamatan atau desa), dengan alamat dan "
        "NIK disamarkan serta kolom temuan petugas. Setiap unduhan dicatat."
    )
    purpose = st.text_input("Tujuan", max_chars=500)
    recipient = st.text_input("Penerima", max_chars=500, placeholder="Instansi atau tim")
    if st.form_submit_button("Siapkan daftar", icon=":material/assignment:"):
        st.session_state.pop("daftar_prioritas", None)
        with attempt():
            made = priority_workbook(store, replace(scope, region=area), looks, purpose, recipient)
            st.session_state["daftar_prioritas"] = (scope, area, looks, *made)
# A list of another scope or direction holds other families: it is not offered under this one.
if st.session_state.get("daftar_prioritas", ())[:3] == (scope, area, looks):
    *_, name, content = st.session_state["daftar_prioritas"]
    st.download_button("Unduh daftar prioritas (XLSX)", content, name, icon=":material/download:")
method_note("Tidak konsisten")

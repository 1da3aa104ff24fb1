"""Kantong kemiskinan: villages with more than 100 extreme-poor persons, on a map and in a table."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from analytics.pockets import STATUS_NAMES, find_pockets
from analytics.scope import DEFINITION_NAMES
from analytics.text import UNKNOWN, about, day, interval, known, number, percent
from pages._parts import card, percent_0, percent_1, show_map, two_parts, village_table, warn
from pages._scope import usable_definitions
from pages._shared import OFF_LIST, attempt, current_scope, method_note, refusals, scope_line
from reports.pocket_export import pocket_export
from reports.pocket_map import pocket_edges
from reports.provenance import provenance
from reports.tables import estimate_export
from reports.verval import verval_workbook
from reports.words import fault

scope, store = current_scope()
st.title("Kantong kemiskinan")
scope_line(store, scope)

usable = usable_definitions(store, scope.snapshot_id)
if len(usable) > 1:
    st.session_state["definisi_kantong"] = scope.definition
    st.segmented_control(
        "Definisi miskin ekstrem", usable, required=True, format_func=DEFINITION_NAMES.__getitem__,
        key="definisi_kantong", on_change=lambda: st.session_state.update(definisi=st.session_state.definisi_kantong),
        label_visibility="collapsed",
    )  # fmt: skip

with refusals():
    pockets = find_pockets(store, scope)
threshold = number(pockets.threshold.value)
by_chance = scope.definition == "pmt_line"
shown = about if by_chance else number  # an expected number is not known to the last person
judged = number(pockets.villages - pockets.villages_unknown) + (
    " desa dengan data" if pockets.villages_unknown else " desa"
)
inside = pockets.by_village.loc[pockets.by_village["is_pocket"].fillna(False).astype(bool), "persons"].sum()

with st.grid(4, min_column_width=190):
    card("Desa kantong", number(pockets.count),
         f"Desa atau kelurahan dengan lebih dari {threshold} jiwa miskin ekstrem ({pockets.threshold.source}).",
         f"{percent(pockets.share, 0)} dari {judged}")  # fmt: skip
    card("Jiwa miskin ekstrem", shown(pockets.persons), pockets.definition_text,
         f"{shown(inside)} di desa kantong")  # fmt: skip
    card("Keluarga miskin ekstrem", shown(pockets.families), pockets.definition_text, "di semua desa")
    card(
        "Kantong prioritas", number(pockets.of_status("priority_and_over")) if pockets.priority_loaded else UNKNOWN,
        "Desa kantong yang juga ada dalam daftar lokasi prioritas.",
        "juga lokasi prioritas" if pockets.priority_loaded else "daftar prioritas belum dimuat",
    )  # fmt: skip
if pockets.count and pockets.persons:
    st.markdown(
        f"**{number(pockets.count)} desa kantong** {'diperkirakan ' if by_chance else ''}menampung "
        f"{percent(inside / pockets.persons, 0)} dari "
        f"{shown(pockets.persons)} jiwa miskin ekstrem. {pockets.definition_text}"
    )
else:
    st.markdown(f"Tidak ada desa kantong menurut definisi ini. {pockets.definition_text}")
if pockets.told_apart and pockets.count:
    st.markdown(
        f"Menurut model sendiri, sekitar {percent(pockets.told_apart.right, 0)} desa yang ditandai memang kantong, dan "
        f"{percent(pockets.told_apart.found, 0)} dari sekitar {number(pockets.told_apart.expected)} kantong yang "
        "diperkirakan ada sudah tertandai. Pastikan di lapangan sebelum menetapkan."
    )
warn(pockets.warnings)

villages = pockets.by_village.sort_values(["persons", "village"], ascending=[False, True], na_position="last")
villages["name"] = villages["name"].fillna(OFF_LIST)
villages = villages.assign(status_name=villages["status"].map(STATUS_NAMES))
picture, beside = two_parts()
with picture:
    show_map(
        store,
        villages.rename(columns={"village": "code", "persons": "value", "families": "Keluarga miskin ekstrem",
                                 "status_name": "Status"})[
            ["code", "value", "is_pocket", "Keluarga miskin ekstrem", "Status"]
        ],
        region=scope.region, title="Jiwa miskin ekstrem per desa; garis tebal: kantong",
        legend_title="Jiwa miskin ekstrem", key="peta_kantong",
        edges=pocket_edges(villages["persons"], pockets.threshold.value),
    )  # fmt: skip

st.subheader("Semua desa")
villages["interval"] = [interval(*ends) for ends in zip(villages["low"], villages["high"], strict=True)]
# A table of eight columns would hide the status; a village's families stand beside the map.
more: dict[str, str | tuple[str, Callable[[Any], str]]] = {"families": ("Keluarga miskin ekstrem", number)}
if by_chance:
    more = {"interval": "Selang 80%", "probability": (f"Peluang > {threshold} jiwa", percent_0)}
chosen = village_table(
    villages,
    {
        "name": "Desa/kelurahan", "district": "Kecamatan", "persons": ("Jiwa miskin ekstrem", number), **more,
        "rate": ("Bagian penduduk", percent_1),
        "status_name": "Status",
    },
    alt="Desa menurut jumlah jiwa miskin ekstrem, terbanyak di atas",
    key="tabel_kantong", height=420,
)  # fmt: skip
if by_chance:
    st.caption(
        "*Selang 80%*: jumlah sebenarnya diperkirakan ada di dalamnya pada kira-kira delapan dari sepuluh desa. "
        f"*Peluang > {threshold} jiwa*: seberapa mungkin desa itu kantong; desa ditandai bila peluangnya di atas 50%."
    )


def export() -> bytes:
    if by_chance:
        return estimate_export(pockets.by_village, provenance(store, scope), pockets.threshold.value)
    return pocket_export(store, pockets, provenance(store, scope))


st.download_button(
    "Unduh tabel (XLSX)", export, f"kantong-{scope.region or 'semua'}.xlsx", icon=":material/download:",
    help="Angkanya sama dengan angka dalam dokumen: yang kecil disembunyikan, sisanya dibulatkan.",
)  # fmt: skip

with beside, st.container(border=True):
    if chosen is None:
        st.markdown("**Pilih desa**")
        st.caption("Klik desa di peta atau baris di tabel untuk melihat rinciannya di sini.")
    else:
        village = villages.set_index("village").loc[chosen]
        st.markdown(f"**{village['name']}**  \n:small[Kec. {village['district'] or UNKNOWN} · {chosen}]")
        is_pocket = known(village["is_pocket"]) and bool(village["is_pocket"])
        st.badge(str(village["status_name"]), color="red" if is_pocket else "gray")
        st.table(
            {
                "Jiwa miskin ekstrem": number(village["persons"]),
                "Keluarga miskin ekstrem": number(village["families"]),
                **(
                    {
                        "Selang 80%": village["interval"],
                        f"Peluang lebih dari {threshold} jiwa": percent(village["probability"], 0),
                    }
                    if by_chance
                    else {}
                ),
                **({"Simulasi dalam sepuluh teratas": percent(village["top_ten"], 0)} if pockets.line else {}),
                "Bagian penduduk": percent(village["rate"], 1),
                "Keluarga dalam data": number(village["listed_families"]),
                "Jiwa dalam data": number(village["listed_persons"]),
                "Penduduk acuan": number(village["reference_persons"]),
            },
            border="horizontal",
        )
        with st.expander("Lembar verval untuk petugas"), st.form("verval", border=False):
            st.caption("Berisi keluarga di desa ini dengan NIK disamarkan. Setiap unduhan dicatat.")
            purpose = st.text_input("Tujuan", max_chars=500)
            recipient = st.text_input("Penerima", max_chars=500, placeholder="Instansi atau tim")
            if st.form_submit_button("Siapkan lembar", icon=":material/assignment:"):
                st.session_state.pop("lembar_verval", None)
                with attempt():
                    name, content = verval_workbook(store, scope, chosen, purpose, recipient, words=fault)
                    st.session_state["lembar_verval"] = (scope, chosen, name, content)
        # A workbook of another scope holds other families: it is not offered under this one.
        if st.session_state.get("lembar_verval", ())[:2] == (scope, chosen):
            *_, name, content = st.session_state["lembar_verval"]
            st.download_button("Unduh lembar verval (XLSX)", content, name, icon=":material/download:", width="stretch")
method_note(
    "Kantong kemiskinan",
    *(["Miskin ekstrem"] if by_chance else []),
    also=f"Batas berlaku sejak {day(pockets.threshold.start)}.",
)

"""Desa berkelompok: where villages far poorer, or far less poor, than their region lie side by side."""

from typing import Literal

import streamlit as st

from analytics.clusters import CATEGORY_NAMES, PATTERN_NAMES, Clusters, clusters, mapped_villages, state
from analytics.text import UNKNOWN, about, known, number, percent
from pages._parts import (
    card,
    is_dark,
    percent_1,
    show_figure,
    show_map,
    table,
    two_parts,
    village_table,
    warn,
)
from pages._shared import OFF_LIST, attempt, current_scope, method_note, refusals, scope_line, working
from reports.cluster_figures import answer, category_colours, group_bars, group_name
from reports.provenance import provenance
from reports.tables import aggregate_export

AT_ONCE = 600  # villages; more take longer than a page may
BADGES: dict[str, Literal["orange", "blue", "gray"]] = {
    "hot": "orange", "cold": "blue", "indistinct": "gray", "no_data": "gray",
}  # fmt: skip
KEPT = "kelompok_dihitung"

scope, store = current_scope()
st.title("Desa berkelompok")
scope_line(store, scope)
by_chance = scope.definition == "pmt_line"
shown = about if by_chance else number  # an expected number is not known to the last person


def computed() -> Clusters | None:
    """The answer, kept as long as it holds; None where it has to be asked for."""
    now = state(store, scope)
    if st.session_state.get(KEPT, (None,))[0] == now:
        return st.session_state[KEPT][1]
    if mapped_villages(store, scope) <= AT_ONCE:
        with refusals(), st.spinner("Membandingkan desa dengan tetangganya"):
            found = clusters(store, scope)
    elif st.button("Cari kelompok desa", type="primary", icon=":material/calculate:"):
        with attempt(), working("Membandingkan desa dengan tetangganya") as progress:
            found = clusters(store, scope, progress=progress)
    else:
        return None
    st.session_state[KEPT] = (now, found)
    return found


found = computed()
if found is None:
    st.info(
        "Wilayah ini luas; hitungannya perlu sekitar setengah menit dan baru dimulai bila Anda menekan tombol di atas.",
        icon=":material/info:",
    )
    method_note("Desa yang mengelompok")
    st.stop()

hot = found.groups[found.groups["category"] == "hot"]
inside, everyone = hot["persons"].sum(), found.by_village["persons"].sum()
with st.grid(4, min_column_width=190):
    card("Kelompok lebih miskin", number(len(hot)),
         "Desa bertetangga yang bersama-sama jauh di atas angka wilayah; kebetulan sukar menjelaskannya.",
         f"{number(found.of_category('hot'))} desa")  # fmt: skip
    card("Jiwa miskin ekstrem", shown(inside), found.definition_text,
         f"di kelompok itu; {percent(inside / everyone, 0) if everyone else UNKNOWN} "
         f"dari {shown(everyone)} di {number(len(found.by_village))} desa")  # fmt: skip
    card("Kelompok kurang miskin", number(len(found.groups) - len(hot)),
         "Desa bertetangga yang bersama-sama jauh di bawah angka wilayah; kebetulan sukar menjelaskannya.",
         f"{number(found.of_category('cold'))} desa")  # fmt: skip
    card("Tidak dapat dibedakan", number(found.of_category("indistinct")),
         "Desa yang angkanya, bersama tetangganya, tidak dapat dibedakan dari kebetulan. Ini bukan berarti sama dengan "
         "rata-rata.", f"desa dari {number(found.judged)} yang dinilai")  # fmt: skip
st.markdown(answer(found))
if by_chance:
    st.caption(
        ":material/info: Jumlah jiwa di sini perkiraan model, dan model memakai ciri yang sering sama dalam satu "
        "kecamatan: kelompok dapat berasal dari model itu sendiri. Pastikan di lapangan."
    )
warn(found.warnings)

villages = found.by_village.assign(
    name=found.by_village["name"].fillna(OFF_LIST), status=found.by_village["category"].map(CATEGORY_NAMES)
)
picture, beside = two_parts()
with picture:
    colours = category_colours(is_dark())
    rates = {
        "Miskin ekstrem": villages["rate"].map(percent_1),
        "Setelah diredam": villages["smoothed_rate"].map(percent_1),
    }
    show_map(
        store,
        villages.assign(value=villages["status"].where(villages["category"] != "no_data"), **rates)
        .rename(columns={"village": "code"})[["code", "value", *rates]],
        region=scope.region, title="Kelompok desa menurut angka miskin ekstrem", legend_title="Keadaan",
        key="peta_kelompok", kind="categories", colours=colours,
    )  # fmt: skip

if len(found.groups):
    show_figure(group_bars(found), key="angka_kelompok")
    st.subheader("Kelompok desa")
    groups = found.groups.assign(title=[group_name(group) for group in found.groups.to_dict("records")])
    table(
        groups,
        {"title": "Kelompok", "persons": ("Jiwa miskin ekstrem", shown), "rate": ("Bagian penduduk", percent_1)},
        alt="Kelompok desa dan jiwa miskin ekstrem di dalamnya",
    )  # fmt: skip
    if (groups["villages"] == 1).any():
        st.caption(
            "Kelompok yang hanya satu desa: desa itu bersama tetangganya menonjol, tetapi tetangganya sendiri tidak."
        )
    with st.expander("Desa di tiap kelompok", icon=":material/list:"):
        for group in groups.to_dict("records"):
            st.markdown(f"**{group['title']}**: {', '.join(group['names'])}.")

st.subheader("Semua desa")
order = dict(zip(CATEGORY_NAMES, range(len(CATEGORY_NAMES)), strict=True))
villages = villages.assign(order=villages["category"].map(order)).sort_values(
    ["order", "group", "smoothed_rate", "village"], ascending=[True, True, False, True], na_position="last"
)
chosen = village_table(
    villages,
    {"name": "Desa/kelurahan", "district": "Kecamatan", "status": "Keadaan", "rate": ("Bagian penduduk", percent_1),
     "smoothed_rate": ("Setelah diredam", percent_1), "persons": ("Jiwa miskin ekstrem", shown)},
    alt="Desa menurut kelompoknya, yang lebih miskin di atas", key="tabel_kelompok", height=420,
)  # fmt: skip
st.caption(
    "*Setelah diredam*: angka desa ditarik ke arah angka wilayah, makin kuat makin kecil desanya, karena di desa kecil "
    "satu keluarga saja sudah menggeser angkanya."
)


def export() -> bytes:
    whole = {column: villages[column].round().astype("Int64") for column in ("families", "persons")}
    return aggregate_export(
        villages.assign(**whole), provenance(store, scope), name="Kelompok",
        title="Kelompok desa menurut angka miskin ekstrem" + (" (jumlah perkiraan model)" if by_chance else ""),
        headers={"village": "Kode", "name": "Desa/kelurahan", "district": "Kecamatan", "status": "Keadaan",
                 "families": "Keluarga miskin ekstrem", "persons": "Jiwa miskin ekstrem"},
        keys=["village"], labels={"village": ["name", "district", "status"]}, counts={"families": ["persons"]},
        totals=["village"],
    )  # fmt: skip


st.download_button(
    "Unduh tabel (XLSX)", export, f"kelompok-{scope.region or 'semua'}.xlsx", icon=":material/download:",
    help="Angka kecil disembunyikan dan sisanya dibulatkan sebelum keluar.",
)  # fmt: skip

with beside, st.container(border=True):
    if chosen is None:
        st.markdown("**Pilih desa**")
        st.caption("Klik desa di peta atau baris di tabel untuk melihat rinciannya di sini.")
    else:
        village = villages[villages["village"] == chosen].iloc[0].to_dict()
        st.markdown(f"**{village['name']}**  \n:small[Kec. {village['district'] or UNKNOWN} · {chosen}]")
        st.badge(village["status"], color=BADGES[village["category"]])
        pattern = PATTERN_NAMES[village["pattern"]] if known(village["pattern"]) else UNKNOWN
        chance = UNKNOWN
        if known(village["p"]):
            chance = "kurang dari 1 dari 1.000" if village["p"] < 0.001 else f"{number(1000 * village['p'])} dari 1.000"
        st.table(
            {
                "Bagian penduduk": percent(village["rate"], 1),
                "Setelah diredam": percent(village["smoothed_rate"], 1),
                "Angka wilayah": percent(found.rate, 1),
                "Jiwa miskin ekstrem": shown(village["persons"]),
                "Penduduk": number(village["population"]),
                "Tetangga dinilai": number(village["neighbours"]),
                "Angkanya": pattern,
                "Undian sejauh itu": chance,
            },
            border="horizontal",
        )
method_note("Desa yang mengelompok")

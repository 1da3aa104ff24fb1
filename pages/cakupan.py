"""Cakupan program: who receives which programme, by decile and by village, and who receives none."""

import streamlit as st

from analytics.coverage import coverage
from analytics.scope import UNIT_NAMES
from analytics.text import day, known, number, percent
from pages._parts import (
    card,
    percent_0,
    percent_1,
    show_figure,
    show_map,
    table,
    two_parts,
    village_table,
    warn,
)  # fmt: skip
from pages._shared import OFF_LIST, current_scope, method_note, refusals, scope_line
from reports.figures import coverage_heatmap
from reports.provenance import provenance
from reports.tables import aggregate_export

scope, store = current_scope()
st.title("Cakupan program")
scope_line(store, scope)

with refusals():
    found = coverage(store, scope)
unit, counted = scope.unit, UNIT_NAMES[scope.unit]
none = found.without_programme
everyone = none[none["by"] == "all"].iloc[0]
vintage = found.programmes["vintage"].max()

with st.grid(4, min_column_width=190):
    card("Miskin ekstrem tanpa program", number(everyone[f"extreme_{unit}"]),
         f"{found.definition_text} {counted.capitalize()} dalam keluarga yang tidak menerima satu pun program yang "
         "masih berjalan." if unit == "persons" else
         f"{found.definition_text} Tidak menerima satu pun program yang masih berjalan.",
         f"{percent(everyone[f'rate_extreme_{unit}'], 0)} dari {number(everyone[f'group_extreme_{unit}'])} {counted} "
         "miskin ekstrem")  # fmt: skip
    card("Semua tanpa program", number(everyone[unit]),
         f"{counted.capitalize()} dari semua desil, termasuk yang tidak layak.",
         f"{percent(everyone[f'rate_{unit}'], 0)} dari {number(everyone[f'group_{unit}'])} {counted}")  # fmt: skip
    card("Program dalam data", number(len(found.programmes)),
         "Program yang penerimanya tercatat, termasuk yang sudah ditutup.", f"data per {day(vintage)}")  # fmt: skip
    card("Penerima di luar data", number(found.outside_list),
         "Baris daftar penerima yang keluarganya tidak ditemukan dalam data.", "baris daftar penerima")  # fmt: skip
if known(everyone[f"rate_extreme_{unit}"]):
    st.markdown(
        f"**{percent(everyone[f'rate_extreme_{unit}'], 0)} {counted} miskin ekstrem** belum tercatat menerima program "
        f"apa pun. Data program per {day(vintage)}."
    )
warn(found.warnings)
if found.programmes.empty:
    st.page_link("pages/data.py", label="Buka halaman Data", icon=":material/upload_file:")
    method_note("Cakupan program")
    st.stop()

show_figure(coverage_heatmap(found.rows, "decile", unit), key="matriks_desil")
st.caption(f"Data program per {day(vintage)}. Desil 1 paling miskin.")

st.subheader("Tiap program dan aturannya")
table(
    found.programmes,
    {
        "name": "Program", "vintage": ("Data per", day), unit: (f"Penerima ({counted})", number),
        f"rate_{unit}": ("Cakupan", percent_1), f"eligible_{unit}": (f"Layak ({counted})", number),
        f"rate_eligible_{unit}": ("Cakupan yang layak", percent_1), "rule": "Sasaran menurut aturan",
    },
    alt="Program, penerima, cakupan, dan tanggal datanya",
)  # fmt: skip

st.subheader("Desa menurut program")
named = dict(zip(found.programmes["programme"], found.programmes["name"], strict=True))
programme = st.selectbox(
    "Program di peta", ["", *named], format_func=lambda code: named.get(code, "Miskin ekstrem tanpa program")
)
if programme:
    mapped = found.rows[(found.rows["by"] == "village") & (found.rows["programme"] == programme)]
    shown, group, edges = f"rate_{unit}", f"group_{unit}", (5, 10, 20, 40, 60, 80)
    title = f"Bagian {counted} yang menerima {named[programme]}"
else:
    mapped = none[none["by"] == "village"]
    shown, group, edges = f"rate_extreme_{unit}", f"group_extreme_{unit}", (0, 1, 2, 5, 10, 20)
    title = f"Bagian {counted} miskin ekstrem yang tidak menerima program apa pun"
picture, beside = two_parts()
with picture:
    line = f"{counted.capitalize()} {'dalam data' if programme else 'miskin ekstrem'}"
    show_map(
        store,
        mapped.assign(value=100 * mapped[shown]).rename(columns={"village": "code", group: line})[
            ["code", "value", line]
        ],
        region=scope.region, title=title, legend_title="Bagian", unit="%", edges=edges, key="peta_cakupan",
    )  # fmt: skip

matrix = found.rows[found.rows["by"] == "village"].pivot(index="village", columns="programme", values=f"rate_{unit}")
codes = [code for code in named if code in matrix]
villages = none[none["by"] == "village"].merge(matrix.reset_index(), on="village", how="left")
villages["name"] = villages["name"].fillna(OFF_LIST)
villages = villages.sort_values([f"extreme_{unit}", "village"], ascending=[False, True], na_position="last")
chosen = village_table(
    villages,
    {"name": "Desa/kelurahan", f"rate_extreme_{unit}": ("Miskin ekstrem tanpa program", percent_0)}
    | {code: (code, percent_0) for code in codes},
    alt="Bagian yang menerima tiap program, menurut desa", key="tabel_cakupan", heat=codes, height=420,
)  # fmt: skip
st.caption(
    f"Klik baris untuk membuka desa. Makin pekat warnanya, makin luas cakupannya. Data program per {day(vintage)}."
)


def export() -> bytes:
    cells = found.rows[found.rows["by"] == "village"]
    return aggregate_export(
        cells, provenance(store, scope), name="Cakupan", title="Penerima tiap program per desa",
        headers={"village": "Kode", "name": "Desa/kelurahan", "programme": "Program", "families": "Keluarga penerima",
                 "persons": "Jiwa penerima"},
        keys=["village", "programme"], labels={"village": ["name"]}, counts={"families": ["persons"]},
    )  # fmt: skip


st.download_button(
    "Unduh tabel (XLSX)", export, f"cakupan-{scope.region or 'semua'}.xlsx", icon=":material/download:",
    help="Angka kecil disembunyikan dan sisanya dibulatkan sebelum keluar.",
)  # fmt: skip

with beside, st.container(border=True):
    if chosen is None:
        st.markdown("**Pilih desa**")
        st.caption("Klik desa di peta atau baris di tabel untuk melihat cakupannya di sini.")
    else:
        village = villages.set_index("village").loc[chosen]
        st.markdown(f"**{village['name']}**  \n:small[{chosen}]")
        st.markdown(
            f"{number(village[unit])} dari {number(village[f'group_{unit}'])} {counted} tidak menerima program "
            f"apa pun; {number(village[f'extreme_{unit}'])} di antaranya miskin ekstrem."
        )
        cells = found.rows[(found.rows["by"] == "village") & (found.rows["village"] == chosen)]
        table(
            cells, {"programme": "Program", f"rate_{unit}": ("Cakupan", percent_0),
                    f"rate_eligible_{unit}": ("Yang layak", percent_0)},
            alt=f"Cakupan program di {village['name']}",
        )  # fmt: skip
method_note("Cakupan program")

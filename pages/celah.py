"""Celah sasaran: whom each programme should reach among the extreme poor and does not, and what closing that costs."""

import streamlit as st

from analytics.gaps import PERCENTILES, gaps, strategy_titles
from analytics.scope import UNIT_NAMES
from analytics.text import about, known, listing, money, number, percent, rupiah
from pages._celah_facilities import facilities_tab
from pages._celah_inventory import inventory_tab
from pages._celah_needs import needs_tab
from pages._parts import card, show_figure, table, warn
from pages._shared import current_scope, method_note, refusals, scope_line
from reports.gap_figures import gap_bars
from reports.gap_tables import gap_export
from reports.provenance import provenance
from reports.words import STATUSES

scope, store = current_scope()
st.title("Celah sasaran")
scope_line(store, scope)

with refusals():
    found = gaps(store, scope)
rows = found.rows
shown = about if scope.definition == "pmt_line" else number  # an expected number is not known to the last person
unit = UNIT_NAMES[scope.unit]
together = listing(list(found.together))
unchecked = "biaya satuan belum diverifikasi" if found.unverified else "biaya satuan terverifikasi"
share = found.lacking / found.extreme if found.extreme and found.lacking is not None else None

with st.grid(4, min_column_width=190):
    card("Kurang bantuan dasar", shown(found.lacking),
         f"{unit.capitalize()} miskin ekstrem yang menjadi sasaran {together or 'bantuan dasar'} tetapi belum menerima "
         f"salah satunya. {found.definition_text}",
         f"{percent(share, 0)} dari {shown(found.extreme)} {unit} miskin ekstrem")  # fmt: skip
    card("Biaya melengkapinya setahun", money(found.cost_together),
         f"Biaya satuan setahun dikali celah {together or 'bantuan dasar'}.", unchecked)  # fmt: skip
    card("Biaya semua program", money(found.cost),
         "Menutup celah semua program yang biaya satuannya ada, tanpa program pengganti. Sebagian dibayar satu kali, "
         "bukan tiap tahun.",
         f"belum termasuk {len(found.uncosted)} program tanpa biaya" if found.uncosted else unchecked)  # fmt: skip
    card("Tempat yang direncanakan", number(found.planned),
         f"Kuota dalam inventaris program untuk wilayah ini, dalam {unit}.",
         f"bagi {unit}, dari inventaris program" if known(found.planned) else "inventaris belum diisi")  # fmt: skip
if found.lacking is None:
    absent = "siapa yang miskin ekstrem atau memenuhi syaratnya belum diketahui"
    why = absent if found.together else "data tidak memuat daftar penerima bantuan dasar"
    st.markdown(f"Celah belum dapat dihitung: {why}.")
elif found.cost_together is not None:
    st.markdown(
        f"**{shown(found.lacking)} dari {shown(found.extreme)} {unit} miskin ekstrem** belum menerima semua bantuan "
        f"dasar yang menjadi haknya ({together}). Melengkapinya memerlukan sekitar "
        f"**{money(found.cost_together)} setahun** ({unchecked})."
    )
warn(found.warnings)

show_figure(gap_bars(rows, scope.unit), key="celah_batang")
st.caption(
    f"Persentil untuk program peningkatan pendapatan: {PERCENTILES[found.percentile]}. Arahkan penunjuk ke batang "
    "untuk melihat angkanya."
)

st.subheader("Tiap program")
order = list(strategy_titles())
listed = rows.assign(
    status=rows["cost_status"].map(STATUSES),
    label=rows["programme"].where(rows["substitute_for"].isna(), rows["programme"] + " *"),
).sort_values("strategy", key=lambda column: column.map(order.index), kind="stable")
table(
    listed,
    {
        "label": "Program", "eligible": (f"Sasaran ({unit})", shown), "reached": ("Sudah menerima", shown),
        "gap": ("Celah", shown), "planned": ("Direncanakan", number), "gap_after_plan": ("Sisa celah", shown),
        "cost": ("Biaya setahun", money), "status": "Status biaya",
    },
    alt="Sasaran, penerima, celah, dan biaya tiap program", height="content",
)  # fmt: skip
instead = listed[listed["substitute_for"].notna()]
pairs = zip(instead["programme"], instead["substitute_for"], strict=True)
meant = listing([f"{code} bagi yang belum menerima {of}" for code, of in pairs])
st.caption(f"\\* Program pengganti: {meant}. Biayanya tidak ikut dijumlahkan.")
unplanned = listed[listed["gap"].notna() & listed["gap_after_plan"].isna() & listed["plan_reason"].notna()]
if known(found.planned):  # else the card says it of all of them
    for row in unplanned.to_dict("records"):
        st.caption(f"Sisa celah {row['programme']} tidak dihitung. {row['plan_reason']}")
if found.planned is not None and rows["planned"].sum() > found.planned:
    st.caption(
        "Tempat program daerah yang memperluas program pusat mengisi celah keduanya; kartu di atas menghitungnya satu "
        "kali."
    )
wider = listed[listed["planned_wider"] > 0]
if len(wider):
    places = zip(wider["programme"], wider["planned_wider"], strict=True)
    parts = listing([f"{programme} {number(count)}" for programme, count in places])
    st.caption(f"Direncanakan di wilayah yang lebih luas, tidak dibagi untuk wilayah ini: {parts} {unit}.")
with st.expander("Sasaran, biaya satuan, dan yang tidak dapat dihitung", icon=":material/info:"):
    for row in listed.to_dict("records"):
        cost = f"{rupiah(row['unit_cost'])} per {row['cost_per']}. " if known(row["unit_cost"]) else ""
        why = " ".join(text for text in (row["reason"], row["plan_reason"]) if known(text))
        st.markdown(f"**{row['name']}**: {row['target']}. {cost}{row['cost_note']} {why}")

st.download_button(
    "Unduh tabel (XLSX)", lambda: gap_export(found, provenance(store, scope)),
    f"celah-{scope.region or 'semua'}.xlsx", icon=":material/download:",
    help="Angka kecil disembunyikan dan sisanya dibulatkan sebelum keluar.",
)  # fmt: skip

needs, facilities, inventory = st.tabs(["Kebutuhan keluarga", "Fasilitas desa", "Inventaris program"])
with needs:
    needs_tab(store, scope)
with facilities:
    facilities_tab(store, scope)
with inventory:
    inventory_tab(store, scope)
method_note("Celah sasaran", "Kebutuhan keluarga", "Fasilitas desa", "Inventaris program")

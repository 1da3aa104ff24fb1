"""Kriteria daerah: who meets a region's own rules, how far visits can narrow it, and what each clause changes."""

from dataclasses import replace

import streamlit as st

from analytics.criteria import called, criteria
from analytics.scope import UNIT_NAMES
from analytics.text import listing, number, percent
from data.criteria import find_rules, unusable_rules
from pages._kriteria_files import files_tab
from pages._kriteria_form import form_tab
from pages._parts import UNVERIFIED, card, quiet, show_figure, table, warn
from pages._shared import current_scope, method_note, refusals, scope_line
from reports.criteria_figures import clause_changes, clause_name, funnel
from reports.criteria_tables import criteria_export
from reports.provenance import provenance

scope, store = current_scope()
st.title("Kriteria daerah")
scope_line(store, scope)

with refusals():
    scope = scope if scope.rules else replace(scope, rules=find_rules(store))
    found = criteria(store, scope)
rules, unit = found.rules, UNIT_NAMES[scope.unit]
share = found.upper / found.total if found.total else None
bare = [row["clause"] for row in found.clauses.to_dict("records") if row["without_data"]]

with st.grid(4, min_column_width=190):
    card("Terbukti memenuhi", number(found.lower),
         f"{unit.capitalize()} yang memenuhi semua klausul menurut data dan kunjungan: batas bawah.",
         "batas bawah")  # fmt: skip
    card("Paling banyak", number(found.upper),
         "Yang terbukti ditambah yang belum dapat dinilai: batas atas.",
         f"{percent(share, 1)} dari {number(found.total)} {unit}")  # fmt: skip
    card("Belum dapat dinilai", number(found.undecided),
         "Belum ada klausul yang menggugurkannya, tetapi sedikitnya satu klausul belum terjawab.",
         "perlu dikunjungi")  # fmt: skip
    card("Gugur", number(found.not_met), "Sedikitnya satu klausul yang menentukan tidak terpenuhi.",
         f"{number(found.answered)} keluarga sudah dikunjungi")  # fmt: skip
st.markdown(
    f"**Antara {number(found.lower)} dan {number(found.upper)} {unit}** adalah *calon* miskin ekstrem menurut "
    f"{rules.title} ({rules.articles}). "
    + (
        f"Belum ada yang terbukti, karena klausul {listing([called(key) for key in bare])} tidak dapat dijawab dari "
        "daftar keluarga. "
        if bare and not found.lower
        else ""
    )
    + "Mereka baru menjadi penduduk miskin ekstrem daerah sesudah musyawarah dan keputusan kepala daerah."
)
warn([*found.warnings, *unusable_rules(store)])
if scope.definition != "local_criteria":
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown("Halaman lain masih memakai definisi di bilah kiri.", width="stretch")
        st.button(
            "Pakai kriteria ini di semua halaman", icon=":material/rule_settings:",
            on_click=lambda: st.session_state.update(definisi="local_criteria"),
        )  # fmt: skip

show_figure(funnel(found), key="corong_kriteria")
st.caption("Klausul diperiksa menurut urutan peraturan; klausul di bawahnya dianggap masih mungkin terpenuhi.")

st.subheader("Yang diubah tiap klausul")
show_figure(clause_changes(found), key="perubahan_kriteria")
listed = found.clauses.assign(
    name=[clause_name(row["clause"], row["label"]) for row in found.clauses.to_dict("records")]
)
table(
    listed,
    {
        "name": "Klausul", "own_met": ("Terpenuhi", number), "own_open": ("Belum dapat dinilai", number),
        "own_not": ("Tidak terpenuhi", number), "without_lower": ("Batas bawah tanpanya", number),
        "without_upper": ("Batas atas tanpanya", number),
    },
    alt="Tiap klausul: terpenuhi, belum dapat dinilai, tidak terpenuhi, dan batas tanpa klausul itu",
)  # fmt: skip
with st.expander("Bunyi klausul dan cara menjawabnya", icon=":material/gavel:"):
    st.caption(quiet(f"{rules.source}. {rules.note}"))
    for row in found.clauses.to_dict("records"):
        how = "Tidak ada datanya; dijawab lewat kunjungan." if row["without_data"] else "Dijawab dari daftar keluarga."
        read = f" Dibaca: {row['reading']}." if row["reading"] else ""
        st.markdown(
            f"**{row['clause'].replace('_', ' ')}** ({row['article']}): “{row['label']}”.  \n:small[{how}{read}]"
        )

if len(found.readings):
    st.subheader("Pembacaan lain")
    st.markdown(
        f"Beberapa klausul dapat dibaca lebih dari satu cara. {UNVERIFIED} sampai pembuat peraturan membenarkannya. "
        "Pembacaan dipilih di bilah kiri, bila definisinya Kriteria daerah."
    )
    table(
        found.readings.assign(
            named=found.readings["clause"].map(called),
            used=["dipakai" if used else "" for used in found.readings["chosen"]],
        ),
        {
            "named": "Klausul", "title": "Pembacaan", "used": "Sekarang", "lower": ("Batas bawah", number),
            "upper": ("Batas atas", number),
        },
        alt="Batas bawah dan batas atas menurut tiap pembacaan klausul",
    )  # fmt: skip

in_families = replace(scope, unit="families", definition="local_criteria")
st.download_button(
    "Unduh batas dan klausul (XLSX)",
    lambda: criteria_export(criteria(store, in_families), provenance(store, in_families)),
    f"kriteria-{scope.region or 'semua'}.xlsx", icon=":material/download:",
    help="Dihitung dalam keluarga; angka kecil disembunyikan dan sisanya dibulatkan sebelum keluar.",
)  # fmt: skip

form, files = st.tabs(["Formulir lapangan", "Berkas aturan"])
with form:
    form_tab(store, scope)
with files:
    files_tab(store, rules)
method_note("Kriteria daerah")

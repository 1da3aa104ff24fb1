"""Cakupan program: who receives which programme, who none, what meets in one family, and what is to be added."""

import streamlit as st

from analytics.coverage import coverage
from analytics.scope import UNIT_NAMES
from analytics.text import day, known, number, percent
from pages._cakupan_coverage import show_coverage
from pages._cakupan_ladder import show_ladder
from pages._cakupan_proposals import show_proposals
from pages._cakupan_together import show_life_cycle, show_together
from pages._parts import card, warn
from pages._shared import current_scope, method_note, refusals, scope_line

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

# A tab is counted when it is opened: each of them is a pass over all families.
tabs = {
    "Cakupan": lambda: show_coverage(store, scope, found),
    "Kombinasi program": lambda: show_together(store, scope),
    "Siklus hidup": lambda: show_life_cycle(store, scope),
    "Tangga intervensi": lambda: show_ladder(store, scope),
    "Usulan": lambda: show_proposals(store, scope),
}
for tab, show in zip(st.tabs(list(tabs), key="tab_cakupan", on_change="rerun"), tabs.values(), strict=True):
    if tab.open:
        with tab, refusals():
            show()
method_note("Cakupan program", "Kombinasi program", "Tangga intervensi")

"""Cakupan program, fourth tab: what the extreme poor receive already, and the region's next step for each class."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from analytics.ladder import STEPS, Ladder, ladder
from analytics.scope import Scope
from analytics.text import about, day, known, listing, number, percent
from data.store import Store
from pages._parts import UNVERIFIED, percent_0, show_figure, table
from reports.overlap_figures import ladder_bars
from reports.overlap_tables import ladder_export
from reports.provenance import provenance


def show_ladder(store: Store, scope: Scope) -> None:
    """The classes that partition the extreme poor."""
    found = ladder(store, scope)
    shown = about if scope.definition == "pmt_line" else number  # an expected number is not exact
    st.markdown(_answer(found, shown))
    show_figure(ladder_bars(found, scope.unit), key="tangga")
    table(
        found.rows.assign(step=found.rows["class"].map(STEPS)),
        {"title": "Kelas", "families": ("Keluarga", shown), "share": ("Bagian", percent_0),
         "persons": ("Jiwa", shown), "step": "Langkah daerah"},
        alt="Kelas tangga intervensi, banyaknya keluarga dan jiwa, dan langkah daerah",
        column_config={"Kelas": st.column_config.TextColumn(width=290),
                       "Langkah daerah": st.column_config.TextColumn(width=420)},
    )  # fmt: skip
    told = found.rows[found.rows["reason"].notna()].drop_duplicates("reason")
    for row in told.to_dict("records"):
        st.caption(f":material/info: {row['title']}: {row['reason']}")
    if found.rule is not None:
        st.caption(
            f"*Cukup*: menerima {listing(list(found.rule.programmes))}, masing-masing bila syaratnya ada dalam "
            f"keluarga (berlaku sejak {day(found.rule.start)}; {found.rule.source}) "
            f"{UNVERIFIED if found.rule.status == 'unverified' else ''}"
        )
    st.caption(
        f"Program pusat yang dihitung: {listing(list(found.central)) or 'belum ada'}. Program daerah dan desa: "
        f"{listing(list(found.regional)) or 'belum ada'}."
    )
    st.download_button(
        "Unduh tangga (XLSX)", lambda: ladder_export(found, provenance(store, scope)),
        f"tangga-{scope.region or 'semua'}.xlsx", icon=":material/download:",
        help="Angka kecil disembunyikan dan sisanya dibulatkan sebelum keluar.",
    )  # fmt: skip


def _answer(found: Ladder, shown: Callable[[Any], str]) -> str:
    rows = {row["class"]: row for row in found.rows.to_dict("records")}
    if not known(found.total_families):
        return str(rows["neither"]["reason"])
    if not found.total_families:
        return "Tidak ada keluarga miskin ekstrem di wilayah ini menurut definisi yang dipilih."
    said = [f"Dari **{shown(found.total_families)} keluarga miskin ekstrem**"]
    parts = {
        "central_sufficient": "sudah mendapat bantuan pusat yang cukup",
        "central_insufficient": "sudah mendapat bantuan pusat tetapi belum cukup",
        "regional_only": "hanya mendapat bantuan daerah atau desa",
        "neither": "belum ada dalam daftar mana pun",
        "not_judged": "belum dapat dinilai",
    }
    for name, words in parts.items():
        families = rows[name]["families"]
        if known(families) and families > 0:
            said.append(f"**{shown(families)}** ({percent(families / found.total_families, 0)}) {words}")
    return ", ".join(said) + "."

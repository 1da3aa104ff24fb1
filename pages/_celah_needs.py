"""The tab "Kebutuhan keluarga" of Celah sasaran: what families lack, and which office answers."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analytics.needs import LONGEST, family_needs, responses, save_response
from analytics.scope import UNIT_NAMES, Scope
from analytics.text import about, known, listing, mid_sentence, number, percent
from data.store import Store
from pages._parts import percent_0, percent_1, show_figure, table, village_table
from pages._shared import OFF_LIST, attempt, refusals
from reports.gap_figures import needs_bars
from reports.gap_tables import needs_export
from reports.provenance import provenance


def needs_tab(store: Store, scope: Scope) -> None:
    """The needs of the scope: picture, table with who answers, villages of one need, and the form to edit answers."""
    with refusals():
        found = family_needs(store, scope)
    overall, unit = found.overall(), UNIT_NAMES[scope.unit]
    shown = about if scope.definition == "pmt_line" else number
    known_rows = overall[overall["extreme_rate"].notna()]
    if known_rows.empty:
        st.markdown(f"Tidak satu kebutuhan pun dapat dinilai untuk {unit} miskin ekstrem di wilayah ini.")
    else:
        first = known_rows.sort_values("extreme_rate", ascending=False).iloc[0]
        st.markdown(
            f"Yang paling sering: **{mid_sentence(first['title'])}**, pada {percent(first['extreme_rate'], 0)} {unit} "
            f"miskin ekstrem ({percent(first['rate'], 0)} dari semua). Yang menangani: {first['office']}."
        )
        show_figure(needs_bars(overall), key="kebutuhan_batang")
    st.markdown("**Kebutuhan miskin ekstrem dan yang menanganinya**")
    marked = overall.assign(
        answer=[f"{office} ✎" if edited else office for office, edited in zip(
            overall["office"], overall["edited"], strict=True)]
    )  # fmt: skip
    table(
        marked,
        {
            "title": "Kebutuhan", "extreme_yes": (unit.capitalize(), shown), "extreme_rate": ("Bagian", percent_1),
            "extreme_unknown": ("Tidak diketahui", shown), "programme": "Program", "answer": "Perangkat daerah",
        },
        alt="Kebutuhan miskin ekstrem, jumlahnya, dan yang menanganinya", height=420,
        column_config={"Kebutuhan": st.column_config.TextColumn(width=240),
                       "Program": st.column_config.TextColumn(width=290),
                       "Perangkat daerah": st.column_config.TextColumn(width=230)},
    )  # fmt: skip
    blank = overall.loc[overall["reason"].notna(), "title"]
    if len(blank):
        st.caption(f"Tidak dapat dinilai karena datanya tidak memuat jawabannya: {listing(list(blank))}.")
    if overall["edited"].any():
        st.caption("✎ Jawaban daerah Anda, menggantikan bawaan Tepat.")
    _villages(found.rows, unit)
    st.download_button(
        "Unduh per desa (XLSX)", lambda: needs_export(
            family_needs(store, replace(scope, unit="families")), provenance(store, scope)
        ),
        f"kebutuhan-{scope.region or 'semua'}.xlsx", icon=":material/download:", key="unduh_kebutuhan",
        help="Angka kecil disembunyikan dan sisanya dibulatkan sebelum keluar.",
    )  # fmt: skip
    _edit(store)


def _villages(rows: pd.DataFrame, unit: str) -> None:
    titles = rows.drop_duplicates("need").set_index("need")["title"].to_dict()
    need = st.selectbox("Desa menurut kebutuhan", titles, format_func=titles.__getitem__, key="kebutuhan_desa")
    villages = rows[(rows["by"] == "village") & (rows["need"] == need)].rename(columns={"code": "village"})
    villages = villages.sort_values(["extreme_yes", "village"], ascending=[False, True], na_position="last")
    village_table(
        villages.assign(name=[name if known(name) else OFF_LIST for name in villages["name"]]),
        {"name": "Desa/kelurahan", "extreme_yes": (f"Miskin ekstrem ({unit})", number),
         "extreme_rate": ("Bagian", percent_0), "yes": (f"Semua ({unit})", number),
         "rate": ("Bagian semua", percent_0)},
        alt=f"Desa menurut kebutuhan: {titles[need]}", key="tabel_kebutuhan_desa", height=320,
    )  # fmt: skip


def _edit(store: Store) -> None:
    """A region's own answer to a need; the same as ours takes the region's away."""
    about_needs = responses(store).set_index("need")
    with st.expander("Ubah program dan perangkat daerah", icon=":material/edit:"):
        titles = about_needs["title"]
        need = st.selectbox("Kebutuhan", list(about_needs.index), format_func=titles.__getitem__, key="ubah_kebutuhan")
        with st.form("jawaban", border=False):
            programme = st.text_input("Program", about_needs["programme"][need], LONGEST, key=f"program_{need}")
            office = st.text_input("Perangkat daerah", about_needs["office"][need], LONGEST, key=f"dinas_{need}")
            saved = st.form_submit_button("Simpan", icon=":material/save:")
        if saved:
            with attempt():
                save_response(store, need, programme, office)
                st.rerun()

"""Peringkat: the scorecard and how far it can be trusted; the recorded rank and the PMT rank side by side."""

import math
from pathlib import Path

import pandas as pd
import streamlit as st

from analytics import catalogue
from analytics.model_card import ModelCard
from analytics.ranking import classes, decile_profile, rank_comparison, recorded_rank_name
from analytics.scope import UNIT_NAMES
from analytics.text import UNKNOWN, day, number, percent
from data.errors import Refused
from pages._parts import UNVERIFIED, card, percent_0, percent_1, show_figure, table, warn
from pages._shared import attempt, current_scope, method_note, recompute, refusals, scope_line
from reports.figures import accuracy, decile_bars, rank_crosstab, scorecard_terms
from reports.words import term

scope, store = current_scope()
st.title("Peringkat")
scope_line(store, scope)

with refusals():
    compared = rank_comparison(store, scope)
    run = catalogue.last_run(store, scope.snapshot_id)
card_used, card_lost = None, ""
if run and run.model:
    try:
        card_used = ModelCard.load(Path(run.model))
    except Refused as refused:
        card_lost = refused.message
on_list = " dalam daftar" if compared.list_only else ""

with st.grid(4, min_column_width=190):
    card("Keluarga dibandingkan", number(compared.families), "Keluarga yang punya desil tercatat dan desil PMT.",
         "punya dua peringkat")  # fmt: skip
    card("Desil sama", percent(compared.same, 0), "Bagian keluarga yang desil tercatat dan desil PMT-nya sama.",
         "dari yang dibandingkan")  # fmt: skip
    card("Berselisih ≤ 1 desil", percent(compared.within_one, 0),
         "Bagian keluarga yang kedua desilnya sama atau berselisih satu.", "dari yang dibandingkan")  # fmt: skip
    card("R² kartu skor", percent(card_used.r2_cv, 0) if card_used else UNKNOWN,
         "Bagian ragam pengeluaran yang dijelaskan kartu skor pada rumah tangga yang tidak dipakai melatihnya.",
         card_used.name if card_used else "tanpa kartu skor")  # fmt: skip
if compared.families:
    st.markdown(
        f"Peringkat tercatat dan peringkat PMT{on_list} adalah dua hal berbeda: **{percent(compared.within_one, 0)}** "
        f"keluarga berselisih paling banyak satu desil (korelasi peringkat {number(compared.spearman, 2)}). Tepat "
        "tidak meniru peringkat tercatat, melainkan menunjukkan keduanya berdampingan."
    )
if card_lost:
    st.warning(card_lost, icon=":material/warning:")
for note in compared.notes:
    st.caption(f":material/info: {note}")

agree, profile, scorecard, welfare = st.tabs(
    ["Tercatat dan PMT", "Ciri tiap desil", "Kartu skor", "Kelas kesejahteraan"]
)
with agree:
    if compared.cells["pmt"].notna().any():
        show_figure(rank_crosstab(compared.cells), key="silang_peringkat")
        st.caption(
            f"{recorded_rank_name(compared.rank_area)} dibandingkan dengan desil PMT{on_list} dalam kabupaten/kota. "
            "Keluarga di diagonal punya desil yang sama."
        )
    else:
        st.info("Peringkat PMT belum ada untuk data ini, jadi belum ada yang dibandingkan.", icon=":material/info:")

with profile:
    deciles = decile_profile(store, scope)
    show_figure(decile_bars(deciles, scope.unit, f"Jumlah {UNIT_NAMES[scope.unit]} tiap desil{on_list}",
                            UNIT_NAMES[scope.unit].capitalize()), key="batang_desil")  # fmt: skip
    table(
        deciles,
        {
            "decile": ("Desil", number), "families": ("Keluarga", number), "persons": ("Jiwa", number),
            "size_mean": ("Anggota", lambda value: number(value, 1)),
            "head_female": ("Kepala perempuan", percent_0),
            "head_primary_or_less": ("Kepala maks. SD", percent_0),
            "any_disability": ("Disabilitas", percent_0), "floor_earth_bamboo": ("Lantai tanah/bambu", percent_0),
            "toilet_own": ("Jamban sendiri", percent_0), "fuel_wood": ("Kayu bakar", percent_0),
            "motorcycle": ("Sepeda motor", percent_0),
        },
        alt="Ciri keluarga tiap desil",
    )  # fmt: skip

with scorecard:
    if card_used is None:
        st.info(
            "Data ini diperingkat menurut peringkat tercatat saja. Latih kartu skor dari survei dengan perintah "
            "`pmt fit`, lalu hitung ulang.", icon=":material/info:",
        )  # fmt: skip
    else:
        st.markdown(
            f"Kartu skor **{card_used.name}** ({card_used.survey}) dilatih pada {number(card_used.n)} rumah tangga "
            f"dengan {number(card_used.k)} suku pada {day(card_used.fitted_at)}."
        )
        warn(card_used.warnings)
        terms = pd.DataFrame(
            {
                "label": [term(entry) for entry in card_used.terms],
                "coefficient": [entry.coefficient for entry in card_used.terms],
                # A trait a family has or has not moves the estimate by this share; of a number it says nothing.
                "effect": [
                    math.exp(entry.coefficient) - 1 if entry.kind in ("level", "flag") else None
                    for entry in card_used.terms
                ],
                "importance": [entry.importance for entry in card_used.terms],
            }
        ).sort_values("importance", ascending=False)
        show_figure(scorecard_terms(terms), key="kartu_skor")
        with st.expander("Semua suku kartu skor"):
            table(
                terms,
                {
                    "label": "Ciri keluarga", "effect": ("Pengaruh pada perkiraan pengeluaran", percent_1),
                    "coefficient": ("Koefisien (ln)", lambda value: number(value, 3)),
                },
                alt="Suku kartu skor, yang paling berpengaruh di atas",
            )  # fmt: skip
        st.subheader("Seberapa tepat")
        show_figure(accuracy(pd.DataFrame([entry.model_dump() for entry in card_used.targeting])), key="ketepatan")
        for entry in card_used.targeting:
            st.markdown(
                f"- Bila {percent(entry.quota)} termiskin disasar, {percent(entry.exclusion, 0)} dari yang seharusnya "
                f"masuk tidak tercakup (selang {percent(entry.low, 0)} sampai {percent(entry.high, 0)}), dan "
                f"{percent(entry.inclusion, 0)} dari yang disasar salah sasaran."
            )
        st.caption(
            "Diukur pada rumah tangga yang tidak dipakai melatih model. Kartu skor hanya membantu menyusun daftar; "
            "keputusan tetap melalui verifikasi di lapangan."
        )
    models = sorted(store.models.glob("*.yaml"))
    if models:
        with st.form("model"):
            paths = {str(path): path.stem for path in models}
            used = run.model if run and run.model in paths else None
            chosen = st.selectbox(
                "Kartu skor", paths, list(paths).index(used) if used else 0, format_func=paths.__getitem__
            )
            if st.form_submit_button("Hitung ulang dengan kartu ini", icon=":material/calculate:"):
                with attempt():
                    recompute(store, scope.snapshot_id, Path(chosen))
                    st.rerun()

with welfare:
    found = classes(store, scope)
    shown = found.rows.assign(share=found.rows["families"] / max(int(found.rows["families"].sum()), 1))
    table(
        shown,
        {"name": "Kelas", "upto": ("Sampai bagian peringkat", percent), "families": ("Keluarga", number),
         "persons": ("Jiwa", number), "share": ("Bagian keluarga", percent_1)},
        alt="Keluarga dan jiwa menurut kelas kesejahteraan",
    )  # fmt: skip
    status = "" if found.status == "verified" else f" {UNVERIFIED}"
    st.caption(f"Sumber batas kelas: {found.source}.{status}")
    if found.note:
        st.caption(f":material/info: {found.note}")
    if found.unknown:
        st.caption(f"{number(found.unknown)} keluarga tanpa peringkat tidak masuk kelas mana pun.")
method_note("Peringkat", "Kartu skor PMT", "Kelas kesejahteraan")

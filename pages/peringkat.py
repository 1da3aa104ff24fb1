"""Peringkat: which scorecard ranks the families, how far it can be trusted, how its rank differs from the file's."""

from pathlib import Path

import streamlit as st

from analytics import catalogue
from analytics.model_card import ModelCard
from analytics.ranking import classes, decile_profile, rank_comparison, recorded_rank_name
from analytics.scope import UNIT_NAMES
from analytics.scoring import scoring_card
from analytics.text import UNKNOWN, number, percent
from data.errors import Refused
from pages._model import headline, show_choice, show_scorecard
from pages._model_accuracy import show_accuracy, show_calibration, show_groups, show_survey
from pages._model_fit import show_fit
from pages._parts import UNVERIFIED, card, percent_0, percent_1, show_figure, table
from pages._shared import current_scope, method_note, refusals, scope_line
from reports import model_words
from reports.figures import decile_bars, rank_crosstab

scope, store = current_scope()
st.title("Peringkat")
scope_line(store, scope)

with refusals():
    compared = rank_comparison(store, scope)
    run = catalogue.last_run(store, scope.snapshot_id)
used: ModelCard | None = None
why = ""
try:
    used = scoring_card(store, scope.snapshot_id)
except Refused as refused:
    why = refused.message
# By name: a database and its models may have been moved together since.
path = Path(run.model).name if run and run.model else None
main = headline(used) if used else None
unit = model_words.UNITS[used.unit] if used else "rumah tangga"
on_list = " dalam daftar" if compared.list_only else ""

with st.grid(4, min_column_width=190):
    card("Model yang memeringkat", model_words.SHORT.get(used.method, used.method) if used else UNKNOWN,
         "Kartu skor yang menghitung peringkat PMT: penjumlahan ciri keluarga yang dapat dijelaskan suku demi suku. "
         "OLS, LASSO, dan Kuantil adalah cara melatihnya.",
         f"{used.survey}, {number(used.n)} {unit}" if used else "tanpa kartu skor")  # fmt: skip
    card("Ditemukan dari 100 termiskin", model_words.of_hundred(1 - main.exclusion) if main else UNKNOWN,
         f"Dari 100 {unit} yang benar-benar termiskin, sebanyak ini ikut terpilih; diukur di luar data latih.",
         f"pada kuota {percent(main.quota)}; selang {model_words.of_hundred(1 - main.high)} sampai "
         f"{model_words.of_hundred(1 - main.low)}" if main else None)  # fmt: skip
    card("R² kartu skor", percent(used.r2_cv, 0) if used else UNKNOWN,
         "Bagian ragam pengeluaran yang dijelaskan kartu skor pada rumah tangga yang tidak dipakai melatihnya.",
         "kelaziman PMT 30% sampai 65%")  # fmt: skip
    card("Berselisih ≤ 1 desil", percent(compared.within_one, 0),
         "Bagian keluarga yang desil tercatat dan desil PMT-nya sama atau berselisih satu.",
         f"dari {number(compared.families)} yang punya dua peringkat")  # fmt: skip
if used and main:
    missed = model_words.of_hundred(main.exclusion)
    st.markdown(
        f"Bila {percent(main.quota)} termiskin disasar dengan model ini, dari 100 {unit} yang seharusnya masuk "
        f"**{model_words.of_hundred(1 - main.exclusion)} ditemukan dan {missed} terlewat**. Karena itu daftarnya "
        "perlu verifikasi lapangan."
    )
for sentence in model_words.caveats(used) if used else [why]:
    st.warning(sentence, icon=":material/warning:")
if compared.families:
    st.markdown(
        f"Tepat **tidak meniru peringkat resmi**. Peringkat tercatat dan peringkat PMT{on_list} ditunjukkan "
        f"berdampingan; {percent(compared.same, 0)} keluarga berdesil sama (korelasi "
        f"{number(compared.spearman, 2)})."
    )
for note in compared.notes:
    st.caption(f":material/info: {note}")

agree, scorecard, trust, choice, training, survey = st.tabs(
    ["Tercatat dan PMT", "Kartu skor", "Ketepatan", "Pilih model", "Latih model", "Survei dan data"]
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
    st.subheader("Ciri tiap desil")
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
    st.subheader("Kelas kesejahteraan")
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

without = "Belum ada model yang memeringkat data ini. Latih satu di tab Latih model, atau pilih yang sudah ada."
with scorecard:
    if used:
        show_scorecard(used)
    else:
        st.info(without, icon=":material/info:")
with trust:
    if used:
        regions = catalogue.regions_with_data(store, scope.snapshot_id)
        named = regions[(regions["level"] == "district") & regions["name"].notna()]
        show_accuracy(used)
        show_calibration(used)
        show_groups(used, dict(zip(named["code"].str.replace(".", ""), named["name"], strict=True)))
    else:
        st.info(without, icon=":material/info:")
with choice:
    show_choice(store, scope, path)
with training:
    show_fit(store, scope, path)
with survey:
    if used:
        show_survey(store, scope, used)
    else:
        st.info(without, icon=":material/info:")
method_note("Peringkat", "Kartu skor PMT", "Kemiskinan dan ketimpangan dalam survei", "Kelas kesejahteraan")

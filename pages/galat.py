"""Galat sasaran: of those a programme is for, who is missed and why; of those it reaches, who should not be."""

from typing import get_args

import streamlit as st

from analytics.targeting import UNITS, Unit, targeting
from analytics.text import known, listing, money, number
from data.reference import programme_short
from pages._galat_groups import groups_tab
from pages._galat_incidence import incidence_tab
from pages._galat_survey import survey_tab
from pages._parts import UNVERIFIED, card, percent_0, show_figure, table, warn
from pages._shared import current_scope, method_note, refusals, scope_line
from reports.provenance import provenance
from reports.targeting_figures import error_split
from reports.targeting_tables import targeting_export

scope, store = current_scope()
st.title("Galat sasaran")
scope_line(store, scope)

RULE, RANGE = "Aturan program", "Desil pilihan saya"
with st.container(horizontal=True, vertical_alignment="bottom"):
    unit: Unit = st.segmented_control(
        "Dihitung dalam", get_args(Unit), default=scope.unit, format_func=UNITS.__getitem__, required=True,
        key=f"satuan_galat_{scope.unit}",
    )  # fmt: skip
    basis = st.segmented_control("Yang layak menurut", [RULE, RANGE], default=RULE, required=True, key="dasar_galat")
    cut = None
    if basis == RANGE:
        cut = st.slider("Desil yang layak", 1, 10, (1, 4), key="desil_galat", help="Syarat program tetap berlaku.")

with refusals():
    found = targeting(store, scope, group="all", cut=cut, unit=unit)
if found.programmes.empty:
    warn(found.warnings)
    st.page_link("pages/data.py", label="Buka halaman Data", icon=":material/upload_file:")
    method_note("Galat sasaran")
    st.stop()

about = {rule["programme"]: rule for rule in found.programmes.to_dict("records")}
chosen = st.selectbox("Program", list(about), format_func=lambda code: about[code]["name"], key="program_galat")
row = next(row for row in found.rows.to_dict("records") if row["programme"] == chosen)
rule, word = about[chosen], UNITS[found.unit]
in_rupiah = found.unit == "rupiah"
count = money if in_rupiah else number  # how a weight is written


def weighed(weight: float) -> str:
    """A weight with its unit: `22.955 keluarga`, `Rp92,2 miliar setahun`."""
    return f"{money(weight)} setahun" if in_rupiah else f"{number(weight)} {word}"


def of_hundred(share: float) -> str:
    return number(round(100 * share))


missed = row["exclusion_error"]
with st.grid(4, min_column_width=190):
    card("Belum tercakup" if found.truncated else "Galat eksklusi", percent_0(missed),
         "Bagian yang layak yang tidak menerima.",
         f"dari {weighed(row['eligible'])}{' bagi' if in_rupiah else ''} yang layak")  # fmt: skip
    card("Karena kuota kurang", percent_0(row["quota_shortage"]),
         "Bagian yang layak yang tetap terlewat sekalipun setiap tempat jatuh kepada yang layak.",
         f"penerima {weighed(row['recipients'])}")  # fmt: skip
    card("Karena salah alokasi", percent_0(row["misallocation"]),
         "Bagian yang layak yang terlewat karena tempatnya dipakai yang tidak layak.", "dari yang layak")  # fmt: skip
    card("Galat inklusi", percent_0(row["inclusion_error"]), "Bagian penerima yang tidak layak (salah sasaran).",
         "dari penerima")  # fmt: skip
if known(missed):
    whom, unserved = ("rupiah bantuan bagi yang", "sampai") if in_rupiah else (f"{word} yang", "tercakup")
    sentence = f"Dari 100 {whom} layak menerima {rule['name']}, **{of_hundred(missed)} belum {unserved}**"
    if known(row["quota_shortage"]):
        short = round(100 * row["quota_shortage"])
        sentence += f": {number(short)} karena kuota kurang, {number(round(100 * missed) - short)} karena salah alokasi"
    if known(row["inclusion_error"]):
        whom = "rupiah yang diterima" if in_rupiah else f"{word} penerima"
        wrong = "sampai kepada yang tidak layak" if in_rupiah else "tidak layak"
        sentence += f". Dari 100 {whom}, **{of_hundred(row['inclusion_error'])} {wrong}**"
    st.markdown(sentence + ".")
if known(row["reason"]):
    st.info(row["reason"], icon=":material/info:")
if known(rule["rule"]):
    checked = UNVERIFIED if rule["rule_status"] != "verified" and cut is None else ""
    st.caption(f"Yang layak: {rule['rule']}. {checked}")
if found.unit == "rupiah":
    st.caption(f"Rupiah dihitung dari besaran setahun, bukan pembayaran sebenarnya. {UNVERIFIED}")

warn(found.warnings)

rows = found.rows.assign(bar=found.rows["programme"])
title = f"Dari {'bantuan bagi' if in_rupiah else word} yang layak, berapa yang tercakup dan terlewat"
show_figure(
    error_split(rows, {code: programme_short(code) for code in about}, title, found.truncated), key="galat_program"
)

groups, spread, survey = st.tabs(["Menurut kelompok", "Siapa yang menikmati", "Menurut survei"])
with groups:
    groups_tab(store, scope, chosen, rule["name"], cut, found.unit)
with spread:
    incidence_tab(store, scope, chosen, rule["name"], cut, found.unit)
with survey:
    survey_tab(store, scope, chosen, cut)

st.subheader("Semua program")
table(
    found.rows,
    {
        "programme": "Program", "eligible": (f"Layak ({word})", count), "recipients": (f"Penerima ({word})", count),
        "exclusion_error": ("Belum tercakup" if found.truncated else "Galat eksklusi", percent_0),
        "quota_shortage": ("Kuota kurang", percent_0), "misallocation": ("Salah alokasi", percent_0),
        "inclusion_error": ("Galat inklusi", percent_0), "coverage": ("Cakupan", percent_0),
    },
    alt="Program, yang layak, penerima, dan galatnya", height="content",
)  # fmt: skip
without = found.rows[found.rows["exclusion_error"].isna()]
for reason, of in without.groupby("reason", sort=False):
    st.caption(f"Tanpa angka galat: {listing(list(of['programme']))}. {reason}")
unjudged = found.rows[found.rows["unknown_recipients"] > 0]
if len(unjudged):
    left_out = zip(unjudged["programme"], unjudged["unknown_recipients"], strict=True)
    st.caption(
        "Penerima yang kelayakannya tidak diketahui tidak termasuk di sini, tetapi termasuk di halaman Cakupan "
        f"program: {listing([f'{code} {number(families)} keluarga' for code, families in left_out])}."
    )
with st.expander("Ukuran lain", icon=":material/functions:"):
    table(
        found.rows,
        {
            "programme": "Program", "both": (f"Layak dan menerima ({word})", count),
            "recipients_among_noneligible": ("Penerima di antara yang tidak layak", percent_0),
            "differential": ("Selisih sasaran", percent_0), "cgh": ("CGH", lambda value: number(value, 2)),
        },
        alt="Ukuran ketepatan sasaran lain tiap program", height="content",
    )  # fmt: skip
    st.caption(
        "Selisih sasaran: cakupan di antara yang layak dikurangi cakupan di antara yang tidak layak. CGH: bagian "
        "manfaat yang sampai kepada yang layak dibagi bagian mereka dari seluruh penduduk; 1 sama dengan membagi rata."
    )
st.download_button(
    "Unduh tabel (XLSX)", lambda: targeting_export(targeting(store, scope, cut=cut), provenance(store, scope)),
    f"galat-{scope.region or 'semua'}.xlsx", icon=":material/download:",
    help="Angka kecil disembunyikan dan sisanya dibulatkan sebelum keluar.",
)  # fmt: skip
method_note("Galat sasaran")

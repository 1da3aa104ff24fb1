"""Galat sasaran: of those a programme is for, who is missed and why; of those it reaches, who should not be."""

from typing import get_args

import streamlit as st

from analytics.targeting import UNITS, Unit, targeting
from analytics.text import UNKNOWN, known, listing, number
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


def of_hundred(share: float) -> str:
    return number(round(100 * share))


missed = row["exclusion_error"]
with st.grid(4, min_column_width=190):
    card("Belum tercakup" if found.truncated else "Galat eksklusi", percent_0(missed),
         "Bagian yang layak yang tidak menerima.",
         f"dari {number(row['eligible'])} {word} yang layak")  # fmt: skip
    card("Karena kuota kurang", percent_0(row["quota_shortage"]),
         "Bagian yang layak yang tetap terlewat sekalipun setiap tempat jatuh kepada yang layak.",
         f"penerima {number(row['recipients'])} {word}")  # fmt: skip
    card("Karena salah alokasi", percent_0(row["misallocation"]),
         "Bagian yang layak yang terlewat karena tempatnya dipakai yang tidak layak.", "dari yang layak")  # fmt: skip
    card("Galat inklusi", percent_0(row["inclusion_error"]), "Bagian penerima yang tidak layak (salah sasaran).",
         "dari penerima")  # fmt: skip
if known(missed):
    each = {"persons": "jiwa", "rupiah": "rupiah bantuan"}.get(found.unit, "keluarga")
    sentence = f"Dari 100 {each} yang layak menerima {rule['name']}, **{of_hundred(missed)} belum tercakup**"
    if known(row["quota_shortage"]):
        short = round(100 * row["quota_shortage"])
        sentence += f": {number(short)} karena kuota kurang, {number(round(100 * missed) - short)} karena salah alokasi"
    if known(row["inclusion_error"]):
        sentence += f". Dari 100 {each} penerima, **{of_hundred(row['inclusion_error'])} tidak layak**"
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
show_figure(
    error_split(rows, {code: code for code in about}, f"Dari {word} yang layak, siapa yang tercakup dan terlewat",
                found.truncated),
    key="galat_program",
)  # fmt: skip

groups, spread, survey = st.tabs(["Menurut kelompok", "Siapa yang menikmati", "Menurut survei"])
with groups:
    groups_tab(store, scope, chosen, rule["name"], cut, found.unit)
with spread:
    incidence_tab(store, scope, chosen, rule["name"], cut, found.unit)
with survey:
    survey_tab(store, scope, cut)

st.subheader("Semua program")
table(
    found.rows,
    {
        "programme": "Program", "eligible": (f"Layak ({word})", number), "recipients": (f"Penerima ({word})", number),
        "exclusion_error": ("Belum tercakup" if found.truncated else "Galat eksklusi", percent_0),
        "quota_shortage": ("Kuota kurang", percent_0), "misallocation": ("Salah alokasi", percent_0),
        "inclusion_error": ("Galat inklusi", percent_0), "coverage": ("Cakupan", percent_0),
    },
    alt="Program, yang layak, penerima, dan galatnya", height="content",
)  # fmt: skip
without = found.rows[found.rows["exclusion_error"].isna()]
if len(without):
    st.caption(f"Tanpa angka galat: {listing(list(without['programme']))}. {without['reason'].iloc[0] or UNKNOWN}")
with st.expander("Ukuran lain", icon=":material/functions:"):
    table(
        found.rows,
        {
            "programme": "Program", "both": (f"Layak dan menerima ({word})", number),
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

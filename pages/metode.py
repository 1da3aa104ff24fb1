"""Metode: every definition with its source, and every dated parameter with value, source and status."""

from datetime import date

import streamlit as st

from analytics.coverage import rule_text
from analytics.text import UNKNOWN, day, number, percent
from data.reference import parameters, programmes, welfare_classes
from pages._parts import UNVERIFIED
from pages._shared import current_scope, method_sections, scope_line

STATUS = {"verified": ":green-badge[terverifikasi]", "unverified": UNVERIFIED}
STRATEGY = {"expenditure": "mengurangi beban", "income": "menambah pendapatan", "pockets": "mengurangi kantong"}
scope, store = current_scope()
st.title("Metode")
scope_line(store, scope)

entries = [(parameter, entry) for parameter in parameters().values() for entry in parameter.values]
checked = sum(entry.status == "verified" for _, entry in entries)
with st.grid(3, min_column_width=140):
    st.metric("Parameter", number(len(entries)), border=True, help="Batas dan angka bertanggal yang dipakai hitungan.")
    st.metric("Terverifikasi", number(checked), border=True, help="Sudah dicocokkan dengan naskah sumbernya.")
    st.metric(
        "Perlu diperiksa",
        number(len(entries) - checked),
        border=True,
        help="Belum dicocokkan dengan naskah sumbernya; periksa sebelum dikutip.",
    )
st.markdown(
    "Setiap angka di layar ini memakai batas dan aturan di bawah. Semuanya tertulis dalam berkas `data/reference/` "
    "dengan tanggal dan sumber, sehingga dapat diperiksa dan diganti."
)

definitions, rules, programme_rules, classes = st.tabs(["Definisi", "Parameter", "Program", "Kelas kesejahteraan"])

with definitions:
    for heading, body in method_sections().items():
        with st.expander(heading):
            st.markdown(body)

with rules:
    st.table(
        [
            {
                "Parameter": parameter.title,
                # A unit that names a share ("bagian ...") is written as a percentage.
                "Nilai": f"**{percent(entry.value) if parameter.unit.startswith('bagian') else number(entry.value)}** "
                + parameter.unit,
                "Berlaku sejak": day(entry.start),
                "Sumber": f"{entry.source} {STATUS[entry.status]}",
            }
            for parameter, entry in entries
        ],
        hide_index=True,
        border="horizontal",
        alt="Parameter bertanggal beserta sumber dan statusnya",
    )

with programme_rules:
    st.markdown("Kelayakan dihitung menurut aturan tiap program sendiri, bukan satu batas untuk semua.")
    rows = []
    for programme in programmes().values():
        rule = programme.rule(date.today())
        rows.append(
            {
                "Program": programme.name,
                "Strategi": STRATEGY[programme.strategy],
                "Sasaran": rule_text(rule) or "tidak diketahui",
                "Berlaku sejak": day(rule.start) if rule else UNKNOWN,
                "Sumber": f"{rule.source} {STATUS[rule.status]}" if rule else UNKNOWN,
            }
        )
    st.table(rows, hide_index=True, border="horizontal", alt="Aturan kelayakan tiap program")

with classes:
    current = welfare_classes()
    st.markdown(f"Berlaku sejak {day(current.start)}. {STATUS[current.status]}\n\nSumber: {current.source}")
    lower = 0.0
    table = []
    for welfare in current.classes:
        table.append({"Kelas": welfare.name, "Bagian peringkat": f"{percent(lower)} sampai {percent(welfare.upto)}"})
        lower = welfare.upto
    st.table(table, hide_index=True, border="horizontal", width="content", alt="Kelas kesejahteraan menurut peringkat")

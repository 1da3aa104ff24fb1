"""Realisation of the annual plan: money and recipients, quarter by quarter."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.plan import Plan, PlanRow
from analytics.text import UNKNOWN, known, money, number, percent
from data.plan_entries import QUARTERS, save_realisation
from data.store import Store
from pages._parts import table
from pages._shared import attempt
from reports.documents.shared_plan import NOT_REPORTED

NAMES = {1: "Triwulan I", 2: "Triwulan II", 3: "Triwulan III", 4: "Triwulan IV"}
TURN = "giliran_realisasi"  # a new number makes a new editor


def quarters_part(store: Store, found: Plan) -> None:
    """What is reported so far, and the form of one quarter."""
    if not found.rows:
        st.markdown("Rencana belum berisi baris; isi dahulu bagian Rencana.")
        return
    reported = [row for row in found.rows if row.realised]
    spent = [row.money for row in found.rows if row.money is not None]
    if reported:
        st.markdown(
            f"**{number(len(reported))} dari {number(len(found.rows))} baris** sudah melaporkan realisasi"
            + (f", berjumlah **{money(sum(spent))}**." if spent else ".")
        )
    else:
        st.markdown(f"Belum ada realisasi tahun {found.year} yang dilaporkan.")
    st.caption(
        f"Isian kosong berarti {NOT_REPORTED}, bukan nol. Penerima tidak dijumlahkan antartriwulan karena orang yang "
        "sama dapat menerima berulang kali."
    )
    _overview(found)
    _quarter(store, found)


def _overview(found: Plan) -> None:
    rows = [
        {
            "name": row.name,
            "budget": _number(row, "budget"),
            "quarters": ", ".join(NAMES[quarter].split()[1] for quarter in sorted(row.realised)) or NOT_REPORTED,
            "money": row.money,
            "share": _share(row.money, _number(row, "budget")),
            "recipients": row.recipients,
            "reached": _share(row.recipients, _number(row, "target")),
        }
        for row in found.rows
    ]
    table(
        pd.DataFrame(rows),
        {
            "name": "Program", "quarters": "Triwulan dilaporkan", "budget": ("Anggaran", money),
            "money": ("Uang sampai kini", money), "share": ("Bagian anggaran", _percent),
            "recipients": ("Penerima terbanyak", number), "reached": ("Bagian target", _percent),
        },
        alt="Realisasi tiap baris rencana", height="content",
    )  # fmt: skip


def _percent(share: float | None) -> str:
    return percent(share, 0) if known(share) else UNKNOWN


def _number(row: PlanRow, name: str) -> float | None:
    value = row.cells[name].value
    return value if isinstance(value, float) else None


def _share(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


def _quarter(store: Store, found: Plan) -> None:
    quarter = st.segmented_control(
        "Triwulan", QUARTERS, default=1, required=True, format_func=NAMES.__getitem__, key="triwulan"
    )  # fmt: skip
    frame = pd.DataFrame(
        [
            {
                "Program": row.name,
                "money": row.realised[quarter].money if quarter in row.realised else None,
                "recipients": row.realised[quarter].recipients if quarter in row.realised else None,
            }
            for row in found.rows
        ],
        index=[row.key for row in found.rows],
    ).astype({"money": "Float64", "recipients": "Int64"})
    with st.form("realisasi", border=False):
        edited = st.data_editor(
            frame, key=f"isian_realisasi_{found.year}_{quarter}_{st.session_state.get(TURN, 0)}", hide_index=True,
            disabled=["Program"], height="content", placeholder=NOT_REPORTED,
            column_config={
                "money": st.column_config.NumberColumn("Uang (rupiah)", min_value=0, step=1, format="%d"),
                "recipients": st.column_config.NumberColumn("Penerima", min_value=0, step=1, format="%d"),
            },
        )  # fmt: skip
        saved = st.form_submit_button(f"Simpan {NAMES[quarter]}", type="primary", icon=":material/save:")
    if saved:
        before, after = frame.to_dict("index"), edited.to_dict("index")
        changed = {
            str(key): (_whole(cells["money"]), _whole(cells["recipients"]))
            for key, cells in after.items()
            if (_whole(cells["money"]), _whole(cells["recipients"]))
            != (_whole(before[key]["money"]), _whole(before[key]["recipients"]))
        }
        with attempt():
            save_realisation(store, found.scope.region, found.year, quarter, changed)
            st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
            st.rerun()


def _whole(value: Any) -> int | None:
    return int(value) if known(value) else None

"""The code bridge of an upload on page Data: what names settled, and what the user settles."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analytics.text import UNKNOWN, number
from data.delivery import CodeDecision
from pages._parts import table


def confirm_bridge(decision: CodeDecision) -> CodeDecision:
    """How the codes are read; where names left villages open, a table to settle them. Gives the decision as edited."""
    st.markdown(f":material/pin: {decision.reason}")
    proposal = decision.proposal
    if proposal is None:
        return decision
    close = int((proposal.matched["how"] == "close").sum())
    st.markdown(
        f"**Usulan jembatan kode**: {number(len(proposal.matched))} desa cocok menurut nama"
        + (f", {number(close)} di antaranya hanya mirip." if close else ".")
    )
    with st.expander("Lihat semua pasangan kode"):
        table(
            proposal.matched.assign(
                how=proposal.matched["how"].map({"exact": "sama", "close": "mirip", "confirmed": "dipilih"})
            ),
            {"bps_code": "Kode berkas", "village_code": "Kode Kemendagri", "name": "Nama resmi", "how": "Nama"},
            alt="Pasangan kode BPS dan Kemendagri",
        )  # fmt: skip
    if proposal.unmatched.empty:
        return decision
    candidates = [one for found in proposal.unmatched["candidates"] for one in found]
    names = {one["village_code"]: one["name"] for one in candidates}
    columns = {"bps_code": "Kode berkas", "village": "Desa", "district": "Kecamatan"}
    if not names:
        st.markdown(
            f"{number(len(proposal.unmatched))} desa belum berpasangan dan tidak ada calon kodenya; tetap dihitung "
            "dalam jumlah, tetapi tidak tergambar di peta. Untuk memasangkannya, unggah jembatan kode pada Pilihan "
            "lain."
        )
        table(proposal.unmatched, columns, alt="Desa yang belum berpasangan")
        return decision
    st.markdown(
        f"{number(len(proposal.unmatched))} desa belum berpasangan. Pilih kodenya; yang dibiarkan kosong tetap "
        "dihitung dalam jumlah, tetapi tidak tergambar di peta."
    )
    # The placeholder stands for every null of the table, and only the code is to be chosen.
    open_rows = proposal.unmatched.fillna({"district": UNKNOWN, "village": UNKNOWN}).assign(
        village_code=None,
        hint=["; ".join(f"{one['name']} ({one['village_code']})" for one in found)
              for found in proposal.unmatched["candidates"]],
    )  # fmt: skip
    edited = st.data_editor(
        open_rows[["bps_code", "village", "village_code", "hint", "district"]],
        column_config=columns | {
            "hint": "Calon terdekat",
            "village_code": st.column_config.SelectboxColumn(
                "Kode Kemendagri", options=sorted(names, key=lambda code: (names[code], code)),
                format_func=lambda code: f"{names[code]} ({code})",
            ),
        },
        disabled=["bps_code", "district", "village", "hint"], hide_index=True, key="jembatan",
        placeholder="Pilih desa…", alt="Desa yang belum berpasangan",
    )  # fmt: skip
    chosen = edited.dropna(subset=["village_code"])[["bps_code", "village_code"]]
    if chosen.empty:
        return decision
    return replace(decision, bridge=pd.concat([decision.bridge, chosen], ignore_index=True), how="confirmed")

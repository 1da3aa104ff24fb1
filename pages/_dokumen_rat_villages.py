"""Village proposals: loaded from a table, decided on one by one; those not taken up go to the next level."""

import pandas as pd
import streamlit as st

from analytics.text import known, money, number, rupiah
from data.load_village_proposals import decide_proposals, import_village_proposals, village_proposals
from data.store import Store
from pages._dokumen_rat_sipd import loaded
from pages._shared import attempt
from pages._uploads import private_copies, uploader

READ = "usulan_dibaca"
TURN = "giliran_usulan"  # a new number makes a new editor
WORDS: dict[bool | None, str] = {True: "Diakomodasi", False: "Tidak diakomodasi", None: "Belum diputuskan"}
ANSWERS = {word: answer for answer, word in WORDS.items()}


def villages_part(store: Store, region: str, year: int) -> None:
    """The proposals of a region's villages for a year, the decisions, and the upload."""
    found = village_proposals(store, region, year)
    if found:
        counts = {answer: sum(row["accommodated"] is answer for row in found) for answer in WORDS}
        asked = sum(row["budget"] or 0 for row in found)
        st.markdown(
            f"**{number(len(found))} usulan desa** untuk {year}"
            + (f", senilai {money(asked)}" if asked else "")
            + f": {number(counts[True])} diakomodasi, {number(counts[False])} tidak, {number(counts[None])} belum "
            "diputuskan."
        )
        st.caption(
            "Yang tidak diakomodasi, beserta alasannya, tercantum dalam RAT untuk disampaikan ke tingkat di atas."
        )
        _decisions(store, region, year, found)
    else:
        st.markdown(f"Belum ada usulan desa untuk {year}.")
    _upload(store, year)


def _decisions(store: Store, region: str, year: int, found: list[dict]) -> None:
    frame = pd.DataFrame(found).set_index("entry_no")
    frame["decision"] = [WORDS[row["accommodated"]] for row in found]
    frame["village"] = frame["village"].fillna(frame["village_code"])
    frame["amount"] = [_amount(row) for row in found]
    frame["budget"] = [rupiah(row["budget"]) for row in found]
    frame = frame[["village", "title", "amount", "budget", "decision", "reason"]].astype({"reason": "object"})
    with st.form("usulan", border=False):
        edited = st.data_editor(
            frame, key=f"isian_usulan_{year}_{st.session_state.get(TURN, 0)}", hide_index=True, height="content",
            disabled=["village", "title", "amount", "budget"], placeholder="",
            column_config={
                "village": "Desa/kelurahan", "title": "Usulan", "amount": "Volume",
                "budget": st.column_config.TextColumn("Perkiraan biaya", alignment="right"),
                "decision": st.column_config.SelectboxColumn("Keputusan", options=list(ANSWERS), required=True),
                "reason": st.column_config.TextColumn("Alasan", max_chars=200),
            },
        )  # fmt: skip
        saved = st.form_submit_button("Simpan keputusan", type="primary", icon=":material/save:")
    if saved:
        said = {
            int(str(key)): (ANSWERS[row["decision"]], row["reason"] if known(row["reason"]) else "")
            for key, row in edited.to_dict("index").items()
        }
        with attempt():
            decide_proposals(store, region, year, said)
            st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
            st.rerun()


def _amount(row: dict) -> str:
    if row["volume"] is None:
        return ""
    digits = 0 if float(row["volume"]).is_integer() else 2
    return f"{number(row['volume'], digits)} {row['unit'] or ''}".strip()


def _upload(store: Store, year: int) -> None:
    with st.expander("Muat usulan desa", icon=":material/upload:"):
        st.markdown(
            "Tabel dengan kolom Kode Desa (atau Kecamatan dan Desa), Usulan, Volume, Satuan, dan Anggaran. Usulan yang "
            "sama dari desa yang sama tidak digandakan, dan keputusannya tetap."
        )
        upload = uploader("Tabel usulan (XLSX atau CSV)", "berkas_usulan", ["xlsx", "csv", "txt"])
        if st.button("Muat usulan", disabled=upload is None, icon=":material/upload:"):
            st.session_state.pop(READ, None)
            with attempt(), private_copies(store, [upload]) as paths:
                st.session_state[READ] = import_village_proposals(store, paths[0], year, upload.name)
                st.rerun()
        loaded(READ)

"""Cakupan program, fifth tab: proposals, the families of one of them, decisions on them, and the list by name."""

from typing import Any

import streamlit as st

from analytics.combinations import held_programmes
from analytics.proposals import DECISIONS, PROPOSALS, Proposals, decide, proposals, proposed_families
from analytics.scope import Scope
from analytics.text import UNKNOWN, day, known, number
from data.store import Store
from pages._family_search import FOUND
from pages._parts import table
from pages._shared import OFF_LIST, attempt
from reports.proposal_lists import proposal_workbook

SHOWN = 300


def show_proposals(store: Store, scope: Scope) -> None:
    """What could be proposed, and what people decided of it."""
    held = held_programmes(store, scope)
    found = proposals(store, scope, held=held)
    st.markdown(_answer(found))
    kinds = list(PROPOSALS)
    proposal = st.segmented_control(
        "Usulan", kinds, default=kinds[0], required=True, format_func=PROPOSALS.__getitem__, key="usulan_jenis"
    )
    rows = found.rows[found.rows["proposal"] == proposal]
    table(
        rows,
        {"title": "Usulan", "families": ("Keluarga", number), "persons": ("Jiwa", number),
         "accepted": (DECISIONS["accepted"], number), "rejected": (DECISIONS["rejected"], number),
         "to_check": (DECISIONS["to_check"], number), "why": "Mengapa"},
        alt=f"{PROPOSALS[proposal]} menurut program", height="content",
        column_config={"Usulan": st.column_config.TextColumn(width=190),
                       "Mengapa": st.column_config.TextColumn(width=640)},
    )  # fmt: skip
    for row in rows[rows["reason"].notna()].to_dict("records"):
        st.caption(f":material/info: {row['title']}: {row['reason']}")
    usable = rows[rows["reason"].isna() & (rows["families"].fillna(0) > 0)]
    if usable.empty:
        st.markdown("Tidak ada keluarga untuk usulan ini di wilayah yang dipilih.")
        return
    titles = dict(zip(usable["name"], usable["title"], strict=True))
    name = st.selectbox("Daftar keluarga", list(titles), format_func=titles.__getitem__, key=f"usulan_{proposal}")
    st.caption(f"{usable.set_index('name').loc[name, 'why']}.")
    families = proposed_families(store, found, name, held, SHOWN)
    total = int(usable.set_index("name").loc[name, "families"])
    _families(store, scope, found, name, families, total)
    _by_name(store, scope, name)


def _answer(found: Proposals) -> str:
    rows = found.rows.set_index("name")
    register, revoke = rows.loc["register"], rows[rows["proposal"] == "revoke"]
    parts = []
    if known(register["families"]):
        parts.append(
            f"**{number(register['families'])} keluarga** miskin ekstrem belum ada dalam daftar program mana pun dan "
            "patut diusulkan lebih dahulu"
        )
    if revoke["families"].notna().any():
        listed = [f"{number(row['families'])} untuk {row['programme']}"
                  for row in revoke.to_dict("records") if known(row["families"])]  # fmt: skip
        parts.append(f"rekomendasi pencabutan: {', '.join(listed)}")
    said = "; ".join(parts) + "." if parts else "Belum ada usulan yang dapat dihitung dari data ini."
    return f"{said} Usulan bukan keputusan: tiap keluarga diperiksa dan diputuskan orang."


def _families(store: Store, scope: Scope, found: Proposals, name: str, families: Any, total: int) -> None:
    shown = families.assign(
        name=families["name"].fillna(OFF_LIST),
        decision_name=families["decision"].map(DECISIONS).fillna("Belum diputuskan"),
        decided=[
            " · ".join(part for part in (by, day(at) if known(at) else "", why or "") if part) or UNKNOWN
            for by, at, why in zip(families["decided_by"], families["decided_at"], families["reason"], strict=True)
        ],
    )
    picked = table(
        shown,
        {"pseudonym": "Nomor semu", "name": "Desa/kelurahan", "size": ("Anggota", number), "decile": ("Desil", number),
         "programmes": "Program yang diterima", "decision_name": "Keputusan", "decided": "Oleh, kapan, alasan"},
        alt="Keluarga yang diusulkan dan keputusannya", key=f"usulan_{name}_{scope.region}",
        height=min(380, 37 * (len(shown) + 1)), on_select="rerun", selection_mode="multi-row",
    )  # fmt: skip
    note = (
        f"Tampil {number(SHOWN)} dari {number(total)} keluarga; pilih wilayah yang lebih kecil untuk melihat sisanya. "
    )
    st.caption((note if total > SHOWN else "") + "Centang keluarga untuk mencatat keputusan atau menelusurinya.")
    chosen = [families["pseudonym"].iloc[row] for row in picked.selection.rows]
    if not chosen:
        return
    st.session_state[FOUND] = (scope.snapshot_id, tuple(chosen))
    st.page_link("pages/telusur.py", label="Telusuri keluarga ini", icon=":material/person_search:")
    with st.form("keputusan_usulan"):
        st.markdown(f"**Keputusan untuk {number(len(chosen))} keluarga yang dicentang**")
        decision = st.segmented_control("Keputusan", list(DECISIONS), format_func=DECISIONS.__getitem__)
        reason = st.text_input("Alasan", max_chars=500)
        decided_by = st.text_input("Diputuskan oleh", max_chars=500, placeholder="Instansi atau tim")
        if st.form_submit_button("Simpan keputusan", icon=":material/gavel:"):
            with attempt():
                decide(store, chosen, found.kinds[name], decision or "", reason, decided_by)
                st.rerun()


def _by_name(store: Store, scope: Scope, name: str) -> None:
    with st.expander("Daftar usulan untuk petugas"), st.form("daftar_usulan", border=False):
        st.caption(
            "Berisi semua keluarga usulan ini di satu kecamatan atau desa, dengan alamat, NIK disamarkan, dan "
            "keputusan terakhir. Setiap unduhan dicatat."
        )
        purpose = st.text_input("Tujuan", max_chars=500)
        recipient = st.text_input("Penerima", max_chars=500, placeholder="Instansi atau tim")
        if st.form_submit_button("Siapkan daftar", icon=":material/assignment:"):
            st.session_state.pop("daftar_usulan_siap", None)
            with attempt():
                made = proposal_workbook(store, scope, name, purpose, recipient)
                st.session_state["daftar_usulan_siap"] = (scope, name, *made)
    # A list of another scope or proposal holds other families: it is not offered under this one.
    if st.session_state.get("daftar_usulan_siap", ())[:2] == (scope, name):
        *_, file, content = st.session_state["daftar_usulan_siap"]
        st.download_button("Unduh daftar usulan (XLSX)", content, file, icon=":material/download:")

"""Mapping a survey's columns by hand: the shared editor, and what a survey has besides: name, roles, dates."""

from dataclasses import replace

import streamlit as st

from data.columns import is_personal, masked_samples
from data.profile_draft_survey import ROLES, SurveyDraft, draft_survey
from data.profile_files import save_profile
from data.reading import StagedTable
from data.store import Store
from pages._mapping import map_table, show_effect, start_anew
from pages._shared import attempt

PROPOSAL = "usulan_profil"  # this session's proposal, with the files it was made for
KINDS = {"family": "Rumah tangga", "person": "Anggota"}
ROLE_NAMES = {
    "outcome": ("Pengeluaran", "Kolom yang diramal kartu skor: pengeluaran per jiwa atau per rumah tangga."),
    "size": ("Jumlah anggota", "Hanya bila pengeluaran di atas milik seluruh rumah tangga dan harus dibagi."),
    "weight": ("Penimbang", "Berapa rumah tangga diwakili satu rumah tangga survei."),
    "cluster": ("Klaster", "Blok sensus atau desa sampel; rumah tangga satu klaster diuji bersama."),
    "district": ("Kecamatan", "Kode atau nama kecamatan, untuk melihat galat tiap kecamatan."),
}


def survey_mapping(store: Store, household: StagedTable, persons: StagedTable | None = None) -> str | None:
    """The editor for staged survey files; the name of the profile once the user has kept it, else None."""
    files = {"family": household} | ({"person": persons} if persons else {})
    made, samples = _proposal(store, files)
    st.markdown(
        "Judul kolom survei ini belum dikenal. Tepat mengusulkan arti tiap kolom dari judul dan isinya. **Periksa "
        "usulan itu dengan buku kode survei**, terutama yang isinya berupa kode, lalu simpan sebagai profil."
    )
    made = _about(made, household)
    tabs = st.tabs([KINDS[kind] for kind in files])
    for tab, (kind, staged) in zip(tabs, files.items(), strict=True):
        part = made.table(kind)
        if part is None:
            continue
        with tab:
            made = made.with_table(map_table(part, samples[kind], KINDS[kind], kind))
            show_effect(store, made, staged, kind)
    lacking = made.lacking()
    if lacking:
        st.info(" ".join(lacking), icon=":material/info:")
    if st.button("Simpan profil", type="primary", icon=":material/save:", disabled=bool(lacking)):
        with attempt():
            return save_profile(store, made)
    return None


def _proposal(store: Store, files: dict[str, StagedTable]) -> tuple[SurveyDraft, dict[str, dict[str, str]]]:
    """Proposed once for these files; gone with the session."""
    known = st.session_state.get(PROPOSAL)
    made_for = [str(staged.parquet) for staged in files.values()]
    if known is None or known[0] != made_for:
        made = draft_survey(store, files["family"], files.get("person"))
        samples = {kind: masked_samples(store, staged) for kind, staged in files.items()}
        known = (made_for, made, samples)
        st.session_state[PROPOSAL] = known
        start_anew()
    return known[1], known[2]


def _about(made: SurveyDraft, household: StagedTable) -> SurveyDraft:
    """Name, roles and dates of the survey."""
    roles = {}
    columns = [header for header in household.columns if not is_personal(header)]
    with st.grid(3, min_column_width=220):
        title = st.text_input("Nama profil", placeholder="Survei ekonomi daerah 2025", max_chars=60)
        for role in ROLES:
            name, about = ROLE_NAMES[role]
            proposed = made.roles.get(role)
            chosen = st.selectbox(
                name, columns, columns.index(proposed) if proposed in columns else None,
                help=about, placeholder="Tidak ada", key=f"peran_{role}",
            )  # fmt: skip
            if chosen:
                roles[role] = chosen
        unit = st.text_input("Satuan pengeluaran", placeholder="rupiah per jiwa per bulan")
        period = st.text_input("Masa survei", placeholder="Maret 2025")
        day = st.date_input("Tanggal harga", None, format="DD/MM/YYYY",
                            help="Hari yang harganya berlaku bagi rupiah survei; biasanya hari cacah.")  # fmt: skip
    return replace(
        made, title=title, roles=roles, outcome_unit=unit or None, period=period or None, price_date=day or None
    )

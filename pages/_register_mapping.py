"""Mapping the files of a register nobody knows: what each file is, what the source is, its columns and words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import streamlit as st

from analytics.text import listing
from data.columns import Column, file_columns, masked_samples
from data.profile_draft import DraftKind, TableDraft
from data.profile_draft_register import KINDS, RegisterDraft, likely_kinds, propose_table
from data.profile_files import save_profile
from data.reading import StagedTable
from data.store import Store
from pages._mapping import map_table, show_effect, start_anew
from pages._shared import attempt

EDITED = "pemetaan_berkas"  # this session's look at the files, with the staged files it was made for
KIND_TITLES: dict[DraftKind, str] = {"family": "Keluarga", "person": "Anggota", "recipients": "Penerima program"}
AREA_NAMES = {"national": "seluruh Indonesia", "province": "provinsi", "regency": "kabupaten/kota"}
UNITS: dict[Literal["family", "household"], str] = {"family": "Keluarga", "household": "Rumah tangga"}
FRAMES: dict[Literal["full", "truncated"], str] = {"full": "Semua keluarga", "truncated": "Hanya bagian termiskin"}


@dataclass(frozen=True)
class Looked:
    """Files of alike headers: the first stands for all. kind: what Tepat takes them for."""

    staged: StagedTable
    names: tuple[str, ...]
    columns: dict[str, Column]
    samples: dict[str, str]
    kind: DraftKind


def register_mapping(store: Store, files: Sequence[StagedTable], turn: int) -> str | None:
    """The editor for staged files; the name of the profile once the user has kept it, else None.

    turn: a number of these files, so that no widget keeps what was chosen for others.
    """
    looked = _look(store, files)
    st.subheader("Petakan kolom berkas ini")
    st.markdown(
        "Judul kolomnya belum dikenal. Tunjukkan sekali saja apa arti tiap kolom; Tepat mengingatnya sebagai profil "
        "dan mengenali sendiri kiriman berikutnya. Usulan Tepat perlu **diperiksa dengan keterangan data dari kantor "
        "asalnya**, terutama untuk isian berupa kode."
    )
    kinds = _kinds(looked, turn)
    used = dict(zip(kinds, looked, strict=True))
    about = st.container()
    tabs = dict(zip(used, st.tabs([KIND_TITLES[kind] for kind in used]), strict=True))
    parts = []
    for kind, file in used.items():
        with tabs[kind]:
            proposed = _proposed(store, file, kind)
            parts.append(map_table(proposed, file.samples, KIND_TITLES[kind], f"{turn}_{kind}_{file.names[0]}"))
    made = RegisterDraft("", tuple(parts))
    with about:
        made = _about(made, turn)
    for kind, file in used.items():
        with tabs[kind]:
            show_effect(store, made, file.staged, kind)
    lacking = made.lacking()
    if len(used) < len(looked):
        lacking.append("Dua berkas yang judul kolomnya berbeda dipilih sebagai jenis yang sama; ubah salah satunya.")
    if lacking:
        lines = "\n".join(f"- {sentence}" for sentence in lacking)
        st.info(f"Yang masih kurang sebelum dapat diimpor:\n{lines}", icon=":material/checklist:")
    if st.button("Simpan profil dan periksa berkas", type="primary", icon=":material/save:", disabled=bool(lacking)):
        with attempt():
            return save_profile(store, made)
    return None


def _look(store: Store, files: Sequence[StagedTable]) -> list[Looked]:
    """Looked at once for these files; gone with the session."""
    made_for = [str(staged.parquet) for staged in files]
    known: tuple[Any, list[Looked], dict[Any, TableDraft]] | None = st.session_state.get(EDITED)
    if known is None or known[0] != made_for:
        alike: dict[tuple[str, ...], list[StagedTable]] = {}
        for staged in files:
            alike.setdefault(staged.columns, []).append(staged)
        firsts = [group[0] for group in alike.values()]
        looked = []
        for group, kind in zip(alike.values(), likely_kinds(store, firsts), strict=True):
            columns = file_columns(store, group[0])
            samples = masked_samples(store, group[0], columns)
            looked.append(Looked(group[0], tuple(staged.name for staged in group), columns, samples, kind))
        st.session_state[EDITED] = known = (made_for, looked, {})
        start_anew()
    return known[1]


def _proposed(store: Store, file: Looked, kind: DraftKind) -> TableDraft:
    """Proposed once for this file as this kind."""
    proposals = st.session_state[EDITED][2]
    if (file.names, kind) not in proposals:
        proposals[file.names, kind] = propose_table(store, kind, file.columns)
    return proposals[file.names, kind]


def _kinds(looked: Sequence[Looked], turn: int) -> list[DraftKind]:
    """What each file is, as the user says."""
    with st.grid(3, min_column_width=220):
        return [
            st.selectbox(
                f"Isi berkas {listing(list(file.names))}", KINDS, KINDS.index(file.kind),
                format_func=KIND_TITLES.__getitem__, key=f"jenis_{turn}_{place}",
                help="Satu baris untuk satu keluarga, satu anggota keluarga, atau satu penerima program.",
            )
            for place, file in enumerate(looked)
        ]  # fmt: skip


def _about(made: RegisterDraft, turn: int) -> RegisterDraft:
    """Name, unit, frame, rank and date of the source."""
    with st.grid(3, min_column_width=220):
        title = st.text_input("Nama profil", placeholder="Data terpadu daerah 2026", max_chars=60, key=f"nama_{turn}")
        if made.table("family") is None:
            return replace(made, title=title)
        unit = st.selectbox("Satu baris berkas keluarga untuk satu", UNITS, format_func=UNITS.__getitem__,
                            key=f"satuan_{turn}")  # fmt: skip
        frame = st.selectbox("Keluarga yang dimuat berkas", FRAMES, format_func=FRAMES.__getitem__,
                             key=f"cakupan_{turn}",
                             help="Daftar kemiskinan biasanya hanya memuat bagian termiskin.")  # fmt: skip
        percent = None
        if frame == "truncated":
            percent = st.number_input("Bagian penduduk yang dimuat (persen)", 1, 100, None, key=f"bagian_{turn}")
        area = None
        if areas := made.areas():
            first = None if "decile_" not in " ".join(made.tables[0].fields) and len(areas) > 1 else 0
            area = st.selectbox(
                "Peringkat dibuat untuk seluruh", areas, first, format_func=AREA_NAMES.__getitem__,
                placeholder="Pilih wilayah", key=f"wilayah_{turn}_{len(areas)}",
                help="Desil 1 nasional berarti termasuk sepersepuluh termiskin se-Indonesia; desil 1 kabupaten berarti "
                "sepersepuluh termiskin di kabupaten itu. Persentil diubah menjadi desil.",
            )  # fmt: skip
        day = st.date_input("Tanggal data program (bila ada)", None, format="DD/MM/YYYY", key=f"program_{turn}",
                            help="Hari yang berlaku bagi kolom penerima program.")  # fmt: skip
    return replace(
        made, title=title, unit=unit, frame=frame, frame_share=percent / 100 if percent else None,
        rank_area=area, programme_date=day or None,
    )  # fmt: skip

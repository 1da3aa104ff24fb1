"""Mapping a survey's columns by hand: what Tepat proposes, what the user changes, what ten rows become."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from data.errors import Refused
from data.profile_draft import ROLES, Draft, TableDraft, draft, is_personal, masked_samples, preview, save_profile
from data.reading import StagedTable
from data.store import Store
from pages._mapping_words import label, word
from pages._parts import table
from pages._shared import attempt

PROPOSAL = "usulan_profil"  # this session's proposal, with the files it was made for
WORDS = "arti_isian"  # (kind, field, header) -> the words the user chose
SHOWN = "isian_ditampilkan"  # the field whose words are on the screen, and the table they started from
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
            part = _columns(part, samples[kind])
            part = _values(part)
            made = made.with_table(part)
            _effect(store, made, staged, kind)
    lacking = made.lacking()
    if lacking:
        st.info(" ".join(lacking), icon=":material/info:")
    if st.button("Simpan profil", type="primary", icon=":material/save:", disabled=bool(lacking)):
        with attempt():
            return save_profile(store, made)
    return None


def _proposal(store: Store, files: dict[str, StagedTable]) -> tuple[Draft, dict[str, dict[str, str]]]:
    """Proposed once for these files; gone with the session."""
    known = st.session_state.get(PROPOSAL)
    made_for = [str(staged.parquet) for staged in files.values()]
    if known is None or known[0] != made_for:
        made = draft(store, files["family"], files.get("person"))
        samples = {kind: masked_samples(store, staged) for kind, staged in files.items()}
        known = (made_for, made, samples)
        st.session_state[PROPOSAL] = known
        st.session_state[WORDS] = {}
        st.session_state.pop(SHOWN, None)
    return known[1], known[2]


def _about(made: Draft, household: StagedTable) -> Draft:
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


def _columns(part: TableDraft, samples: dict[str, str]) -> TableDraft:
    """Which column is read as which field."""
    by_header = {header: name for name, header in part.fields.items()}
    labels = {name: label(name) for name in part.types}
    start = pd.DataFrame(
        {
            "header": list(part.columns),
            "sample": [samples[header] for header in part.columns],
            "field": [labels.get(by_header.get(header, "")) for header in part.columns],
        }
    )
    edited = st.data_editor(
        start,
        column_config={
            "header": "Kolom berkas", "sample": "Contoh isi (disamarkan)",
            "field": st.column_config.SelectboxColumn("Dibaca sebagai ciri", options=sorted(labels.values())),
        },
        disabled=["header", "sample"], hide_index=True, placeholder="Bukan ciri", height=320,
        key=f"kolom_{part.kind}", alt=f"Arti kolom berkas {KINDS[part.kind].lower()}",
    )  # fmt: skip
    changed, twice = apply_columns(part, dict(zip(edited["header"], edited["field"], strict=True)))
    if twice:
        st.warning(f"Dipilih untuk lebih dari satu kolom: {', '.join(twice)}. Yang dipakai kolom pertama.",
                   icon=":material/warning:")  # fmt: skip
    return changed


def apply_columns(part: TableDraft, chosen: dict[str, Any]) -> tuple[TableDraft, list[str]]:
    """The file as the user's table says (header -> a field's label); and the labels chosen for several columns."""
    by_label = {label(name): name for name in part.types}
    wanted: dict[str, str] = {}
    twice = []
    for header, picked in chosen.items():
        if not isinstance(picked, str):
            continue
        if by_label[picked] in wanted:
            twice.append(picked)
        wanted.setdefault(by_label[picked], header)
    for name in part.types:
        part = part.with_field(name, wanted.get(name))
    return part, twice


def _values(part: TableDraft) -> TableDraft:
    """What the cells of the coded fields mean, one field at a time."""
    chosen_words = st.session_state[WORDS]
    for name, header in part.fields.items():
        if (part.kind, name, header) in chosen_words:
            part = part.with_values(name, chosen_words[part.kind, name, header])
    if not part.values:
        return part
    unread = {name: sum(meant is None for meant in words.values()) for name, words in part.values.items()}
    name = st.selectbox(
        "Arti isian kolom", sorted(part.values, key=lambda name: (-unread[name], label(name))),
        format_func=lambda name: label(name) + (f" ({unread[name]} belum diartikan)" if unread[name] else ""),
        key=f"isian_{part.kind}",
    )  # fmt: skip
    key = (part.kind, name, part.fields[name])
    labels = {one: word(name, one) for one in part.words(name)}
    # The table on the screen must start from the same rows while it is edited, or the edits are lost.
    shown = st.session_state.setdefault(SHOWN, {})
    if shown.get(part.kind, (None,))[0] != key:
        words = part.values[name]
        shown[part.kind] = (key, pd.DataFrame(
            {"spelling": list(words), "word": [labels.get(meant or "") for meant in words.values()]}
        ))  # fmt: skip
    edited = st.data_editor(
        shown[part.kind][1],
        column_config={
            "spelling": f"Isi kolom {part.fields[name]}",
            "word": st.column_config.SelectboxColumn("Artinya", options=list(labels.values())),
        },
        disabled=["spelling"], hide_index=True, placeholder="Tidak diketahui",
        key=f"arti_{part.kind}_{name}", alt=f"Arti isian {label(name)}",
    )  # fmt: skip
    by_label = {shown_as: one for one, shown_as in labels.items()}
    words = {cell: by_label.get(picked) for cell, picked in zip(edited["spelling"], edited["word"], strict=True)}
    chosen_words[key] = words
    return part.with_values(name, words)


def _effect(store: Store, made: Draft, staged: StagedTable, kind: str) -> None:
    """Ten rows as they will be read."""
    st.markdown("**Sepuluh baris pertama, seperti yang akan dibaca**")
    if not all(part.complete for part in made.tables):
        st.caption("Tampil setelah nomor rumah tangga dan sedikitnya satu ciri dipilih.")
        return
    try:
        rows = preview(store, made, staged, kind)
    except Refused as refused:
        st.warning(refused.message, icon=":material/warning:")
        return
    made_of = [str(name) for name in rows]
    shown = pd.DataFrame(
        {name: [None if pd.isna(cell) else word(name, cell) for cell in rows[name]] for name in made_of}, dtype=object
    )
    table(
        shown,
        {name: label(name)[0].upper() + label(name)[1:] for name in made_of},
        alt="Sepuluh baris pertama menurut pemetaan",
    )

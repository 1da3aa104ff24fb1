"""Mapping a file's columns by hand, for survey and register alike: columns, words, and what ten rows become."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics.text import listing
from data.errors import Refused
from data.profile_draft import Draft, TableDraft, preview
from data.reading import StagedTable
from data.store import Store
from pages._import import MASKS
from pages._mapping_words import label, word
from pages._parts import table

TALLEST = 560  # pixels of the table of columns; longer ones scroll
SHOWN = "isian_ditampilkan"  # the field whose words are on the screen, and the table they started from
WORDS = "arti_isian"  # (kind, field, headers) -> the words the user chose


def start_anew() -> None:
    """Forget what was chosen for other files."""
    st.session_state[WORDS] = {}
    st.session_state[SHOWN] = {}


def map_table(part: TableDraft, samples: Mapping[str, str], title: str, key: str) -> TableDraft:
    """The table of columns and the table of words; the file as the user has it now. key: of this file's widgets."""
    return _values(_columns(part, samples, title, key), key)


def _columns(part: TableDraft, samples: Mapping[str, str], title: str, key: str) -> TableDraft:
    """Which column is read as which field."""
    by_header = {header: name for name in part.fields for header in part.headers(name)}
    labels = {name: label(name) for name in part.types}
    start = pd.DataFrame(
        {
            "header": list(part.columns),
            "sample": [samples[header] for header in part.columns],
            "field": [labels.get(by_header.get(header, "")) for header in part.columns],
        }
    )
    st.markdown("**Arti tiap kolom**")
    edited = st.data_editor(
        start,
        column_config={
            "header": "Kolom berkas", "sample": "Contoh isi (disamarkan)",
            "field": st.column_config.SelectboxColumn("Dibaca sebagai", options=sorted(labels.values())),
        },
        disabled=["header", "sample"], hide_index=True, placeholder="Tidak dipakai",
        height=min(33 * len(start) + 36, TALLEST),
        key=f"kolom_{key}", alt=f"Arti kolom berkas {title.lower()}",
    )  # fmt: skip
    changed, twice = apply_columns(part, dict(zip(edited["header"], edited["field"], strict=True)))
    if twice:
        st.warning(f"Dipilih untuk lebih dari satu kolom: {', '.join(twice)}. Yang dipakai kolom pertama.",
                   icon=":material/warning:")  # fmt: skip
    return changed


def apply_columns(part: TableDraft, chosen: Mapping[str, Any]) -> tuple[TableDraft, list[str]]:
    """The file as the user's table says (header -> a field's label), and the labels chosen for too many columns.

    A truth value may be read from several columns (any of them says yes), everything else from the first chosen.
    """
    by_label = {label(name): name for name in part.types}
    wanted: dict[str, list[str]] = {}
    for header, picked in chosen.items():
        if isinstance(picked, str):
            wanted.setdefault(by_label[picked], []).append(header)
    twice = [label(name) for name, headers in wanted.items() if len(headers) > 1 and part.types[name] != "BOOLEAN"]
    for name, sql_type in part.types.items():
        headers = wanted.get(name, [])
        part = part.with_field(name, *(headers if sql_type == "BOOLEAN" else headers[:1]))
    return part, twice


def _values(part: TableDraft, key: str) -> TableDraft:
    """What the cells of the coded fields mean, one field at a time."""
    chosen_words = st.session_state[WORDS]
    for name in part.fields:
        if (key, name, part.headers(name)) in chosen_words:
            part = part.with_values(name, chosen_words[key, name, part.headers(name)])
    if not part.values:
        return part
    st.markdown("**Arti isian berkode**")
    name = st.selectbox("Ciri yang isiannya berkode", sorted(part.values, key=label), format_func=label,
                        key=f"isian_{key}")  # fmt: skip
    which = (key, name, part.headers(name))
    labels = {one: word(name, one) for one in part.words(name)}
    # The table on the screen must start from the same rows while it is edited, or the edits are lost.
    shown = st.session_state.setdefault(SHOWN, {})
    if shown.get(key, (None,))[0] != which:
        words = part.values[name]
        shown[key] = (which, pd.DataFrame(
            {"spelling": list(words), "word": [labels.get(meant or "") for meant in words.values()]}
        ))  # fmt: skip
    edited = st.data_editor(
        shown[key][1],
        column_config={
            "spelling": f"Isi kolom {', '.join(part.headers(name))}",
            "word": st.column_config.SelectboxColumn("Artinya", options=list(labels.values())),
        },
        disabled=["spelling"], hide_index=True, placeholder="Tidak diketahui",
        key=f"arti_{key}_{name}", alt=f"Arti isian {label(name)}",
    )  # fmt: skip
    by_label = {shown_as: one for one, shown_as in labels.items()}
    words = {cell: by_label.get(picked) for cell, picked in zip(edited["spelling"], edited["word"], strict=True)}
    chosen_words[which] = words
    part = part.with_values(name, words)
    unread = {name: sum(meant is None for meant in words.values()) for name, words in part.values.items()}
    if any(unread.values()):
        rest = listing([f"{label(name)} ({count})" for name, count in unread.items() if count])
        st.caption(f":material/pending: Isian yang belum diartikan, jadi dibaca sebagai tidak diketahui: {rest}.")
    return part


def show_effect(store: Store, made: Draft, staged: StagedTable, kind: str) -> None:
    """Ten rows as they will be read, ids, names and addresses masked."""
    st.markdown("**Sepuluh baris pertama, seperti yang akan dibaca**")
    part = made.table(kind)
    if part is None or (lacking := made.lacking_of(part)):
        st.caption(f"Tampil setelah ini dilengkapi. {' '.join(lacking) if part else ''}")
        return
    try:
        rows = preview(store, made, staged, kind)
    except Refused as refused:
        st.warning(refused.message, icon=":material/warning:")
        return
    columns = [str(name) for name in rows]
    shown = pd.DataFrame({name: [_cell(name, cell) for cell in rows[name]] for name in columns}, dtype=object)
    heads = {name: label(name)[0].upper() + label(name)[1:] for name in columns}
    table(shown, heads, alt="Sepuluh baris pertama menurut pemetaan")


def _cell(name: str, value: Any) -> str | None:
    if pd.isna(value):
        return None
    return MASKS[name](str(value)) if name in MASKS else word(name, value)

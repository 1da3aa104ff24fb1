"""Checking a document that was built: which of its numbers are still what the data say."""

from pathlib import PurePath

import pandas as pd
import streamlit as st

from analytics.text import number
from data.store import Store
from pages._parts import card, table
from pages._shared import attempt
from pages._uploads import uploader
from reports.documents.verify import READERS, Verification, verify
from reports.documents.verify_words import DOES_NOT_ESTABLISH, ESTABLISHES

GONE, NONE = "(tidak ada lagi)", "(tidak dihitung lagi)"


def verify_part(store: Store) -> None:
    """A file goes in, the numbers that differ come out; nothing of the file is kept."""
    st.markdown(
        "Muat dokumen yang pernah dibuat di sini, juga bila kalimatnya sudah diubah di Word atau PowerPoint. "
        "Angka yang tidak lagi sesuai dengan data disebut satu per satu."
    )
    file = uploader("Dokumen yang diperiksa", "periksa", [suffix[1:] for suffix in READERS])
    if file is not None:
        with attempt(), st.spinner("Menghitung ulang setiap angka"):
            result(verify(store, file.getvalue(), PurePath(file.name).suffix))
    with st.container(border=True):
        st.markdown(f"**Yang dibuktikan.** {ESTABLISHES}")
        st.markdown(f"**Yang tidak dibuktikan.** {DOES_NOT_ESTABLISH}")


def result(found: Verification) -> None:
    """The verdict, then every number that is named."""
    for text in found.changed:
        st.warning(text, icon=":material/update:")
    with st.grid(4, min_column_width=190):
        card(
            "Angka diperiksa",
            number(found.checked),
            "Angka bertanda yang dibandingkan dengan hitungan ulang.",
            f"dokumen dibuat {found.recipe.moment:%d-%m-%Y pukul %H.%M}",
        )
        card("Tidak sesuai", number(len(found.mismatches)), "Angka yang berubah, hilang, atau tidak dihitung lagi.")
    if found.untraced:
        with st.expander(
            f"{number(len(found.untraced))} alinea memuat angka di luar tanda", icon=":material/edit_note:"
        ):
            st.caption("Angka ini diketik orang. Tepat tidak menghitungnya, jadi periksa sendiri kebenarannya.")
            for text in found.untraced:
                st.text(text)
    if found.ok:
        st.success("Semua angka dalam dokumen ini sesuai dengan data.", icon=":material/verified:")
        return
    if not found.mismatches:
        st.error("Tidak ada angka bertanda dalam berkas ini, jadi tidak ada yang dapat dibandingkan dengan data. "
                 "Periksa berkas aslinya.", icon=":material/report:")  # fmt: skip
        return
    st.error(
        f"{number(len(found.mismatches))} angka dalam dokumen ini tidak sesuai dengan data.", icon=":material/report:"
    )
    rows = pd.DataFrame([vars(entry) for entry in found.mismatches])
    rows = rows.fillna({"printed": GONE, "recomputed": NONE})
    table(
        rows,
        {"label": "Angka", "printed": "Tertulis", "recomputed": "Hitungan ulang", "reason": "Keterangan",
         "id": "Tanda"},
        alt="Angka yang tidak sesuai", height="content" if len(rows) <= 12 else 420,
    )  # fmt: skip

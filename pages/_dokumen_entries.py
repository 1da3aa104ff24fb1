"""What only the office can say in a document: its own sentences, targets and decisions, kept with their time."""

import streamlit as st

from analytics.scope import Scope
from data.document_texts import read_texts, write_text
from data.store import Store
from pages._dokumen_rat import rat_editor
from pages._parts import quiet
from pages._shared import attempt
from reports.documents.catalogue import Kind
from reports.documents.material import regency_of, texts_of
from reports.documents.office_places import PLACES, Place
from reports.documents.period import QUARTER_NAMES
from reports.provenance import region_name


def entries_part(store: Store, scope: Scope, kind: Kind, year: int, quarter: int | None = None) -> None:
    """The places of one document; of the RAT its whole plan."""
    if kind.name == "rat":
        rat_editor(store, scope, year)
        return
    places = PLACES.get(kind.name, {})
    if not places:
        st.markdown(f"{kind.title} tidak memerlukan isian: semuanya disusun dari data.")
        return
    region = regency_of(store, scope)
    name = texts_of(kind.name, quarter)
    held = read_texts(store, region, year, name)
    when = f"triwulan {QUARTER_NAMES[quarter]} tahun {year}" if quarter else f"tahun {year}"
    st.markdown(
        f"Yang hanya dapat ditulis kantor Anda, untuk {quiet(region_name(store, region))} {when}. Isian tercetak "
        "dengan tanda ✎, sehingga pembaca tahu bagian mana yang bukan hitungan. Isian lama tetap tersimpan."
    )
    with st.form(f"isian_{name}_{year}_{region}"):
        # A key of its own for each document and year: what was typed for one must not stand in another.
        texts = {key: _field(f"{name}_{year}_{region}_{key}", place, held[key].text if key in held else "")
                 for key, place in places.items()}  # fmt: skip
        sent = st.form_submit_button("Simpan isian", type="primary", icon=":material/save:")
    if sent:
        with attempt():
            changed = {
                key: text for key, text in texts.items() if text.strip() != (held[key].text if key in held else "")
            }
            for key, text in changed.items():
                write_text(store, region, year, name, key, text)
            st.rerun()


def _field(key: str, place: Place, text: str) -> str:
    if place.long:
        return st.text_area(place.title, text, help=place.help, key=f"isian_{key}", height=160)
    return st.text_input(place.title, text, help=place.help, key=f"isian_{key}")

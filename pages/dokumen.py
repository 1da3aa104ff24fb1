"""Dokumen: choose a document, see what is ready and what is missing, read it, build it; check one that was built."""

from dataclasses import replace
from datetime import date

import streamlit as st

from analytics.scope import Scope
from analytics.text import listing, number
from analytics.village import VILLAGE
from data.store import Store
from pages._dokumen_entries import entries_part
from pages._dokumen_preview import preview
from pages._dokumen_templates import template_part
from pages._dokumen_verify import verify_part
from pages._parts import CHOSEN, card
from pages._shared import attempt, current_scope, refusals, scope_line, working
from reports.documents.blocks import LEVEL_NAMES, Document, Level, Missing
from reports.documents.build import Built, draft, level_of, state, write
from reports.documents.catalogue import KINDS, Kind
from reports.documents.period import QUARTER_NAMES, last_finished, usual_year

DRAFT, FILE = "dokumen_rancangan", "dokumen_berkas"  # kept in the session: (what it was asked for, the thing)
FILE_WORDS = {".docx": "Word", ".xlsx": "Excel", ".pptx": "PowerPoint", ".pdf": "PDF"}


def composed(store: Store, scope: Scope, kind: Kind, year: int, level: Level, quarter: int | None) -> Document:
    """The document as it would read now; composed anew when what it is made of has changed."""
    asked = (kind.name, year, level, quarter, state(store, scope))
    kept, found = st.session_state.get(DRAFT, (None, None))
    if kept != asked:
        with st.spinner(f"Menyusun {kind.title}"), refusals():
            found = draft(store, scope, kind, year, level, quarter)
        st.session_state[DRAFT] = (asked, found)
    return found


def answer(kind: Kind, document: Document) -> None:
    """What is ready and what is missing."""
    lacking = [chapter for chapter in document.chapters if any(isinstance(block, Missing) for block in chapter.blocks)]
    ready = len(document.chapters) - len(lacking)
    with st.grid(4, min_column_width=190):
        card(
            "Bab siap",
            f"{number(ready)} dari {number(len(document.chapters))}",
            "Bab yang semua bagiannya dapat ditulis dari data dan isian yang ada.",
            f"{number(len(document.missing()))} bagian menunggu data" if lacking else "tidak ada yang menunggu data",
        )
        card(
            "Angka",
            number(len(document.facts())),
            "Angka dalam dokumen yang punya tanda dan dapat diperiksa ulang.",
            "dapat diperiksa ulang satu per satu",
        )
        card("Tabel", number(len(document.tables())), "Tabel dalam dokumen, termasuk lampiran.")
        card("Gambar", number(len(document.pictures())), "Peta dan diagram dalam dokumen.")  # fmt: skip
    if not lacking:
        st.markdown(f"**{kind.title} siap dibuat.** {kind.about}")
        return
    st.markdown(
        f"**{kind.title} dapat dibuat; {number(len(lacking))} bab belum lengkap.** Bagian tanpa data tetap tercetak, "
        "dengan keterangan data apa yang kurang."
    )
    with st.expander(f"Yang belum lengkap: {listing([chapter.title for chapter in lacking])}", icon=":material/rule:"):
        for chapter in lacking:
            for block in chapter.blocks:
                if isinstance(block, Missing):
                    st.markdown(f"- **{chapter.title}.** {block.what} {block.how}")


def building(store: Store, scope: Scope, kind: Kind, document: Document) -> None:
    """The button for each kind of file, and the file once it is built."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for suffix in kind.suffixes:
            label = f"Buat berkas {FILE_WORDS[suffix]}"
            if st.button(label, key=f"buat{suffix}", type="primary", icon=":material/build:"):
                with attempt(), working(f"Membuat {kind.title}") as progress:
                    made = write(store, scope, document, suffix, progress)
                    st.session_state[FILE] = (document, made)
    of, made = st.session_state.get(FILE, (None, None))
    if of is document:
        download(kind, document, made)


def download(kind: Kind, document: Document, made: Built) -> None:
    place = scope.region or "semua"
    when = f"{document.year}-triwulan-{document.quarter}" if document.quarter else str(document.year)
    name = f"{kind.name}-{place}-{when}-{document.level}{made.suffix}"
    st.download_button(
        f"Unduh {name}", made.content, name, icon=":material/download:",
        help="Angka kecil disembunyikan dan sisanya dibulatkan. Asal setiap angka tersimpan di dalam berkas.",
    )  # fmt: skip


def of_one_village(scope: Scope) -> Scope:
    """The scope cut to the village of the sidebar, or to the one chosen on another page; stops without one."""
    region = scope.region if VILLAGE.fullmatch(scope.region) else st.session_state.get(CHOSEN)
    if region is None:
        st.info("Lembar desa menyangkut satu desa. Pilih kecamatan dan desanya di bilah samping.",
                icon=":material/holiday_village:")  # fmt: skip
        st.stop()
    return replace(scope, region=region)


def quarter_choice(year: int, today: date) -> int:
    """The last finished quarter of the year to begin with."""
    start = max(last_finished(year, today), 1) - 1
    return int(st.selectbox("Triwulan", list(QUARTER_NAMES), start, QUARTER_NAMES.__getitem__, f"triwulan_{year}",
                            width=110))  # fmt: skip


scope, store = current_scope()
st.title("Dokumen")
scope_line(store, scope)

with st.container(horizontal=True, vertical_alignment="bottom"):
    chosen = KINDS[st.selectbox("Dokumen", list(KINDS), format_func=lambda name: KINDS[name].title, key="dokumen")]
    today, key = date.today(), "tahun_laporan" if chosen.reports else "tahun_dokumen"
    year = int(st.number_input("Tahun", 2000, 2100, usual_year(chosen, today), key=key, width=130))
    quarter = quarter_choice(year, today) if chosen.quarterly else None
    level = st.selectbox(
        "Tingkat", list(LEVEL_NAMES), format_func=LEVEL_NAMES.__getitem__, key="tingkat", width=280,
        help="Dokumen publik menyembunyikan lebih banyak dan membulatkan lebih kasar daripada dokumen resmi.",
    )  # fmt: skip


def make_part() -> None:
    about = of_one_village(scope) if chosen.of_village else scope
    document = composed(store, about, chosen, year, level_of(level), quarter)
    answer(chosen, document)
    building(store, about, chosen, document)
    preview(document)


# A tab is made when it is opened: composing a document asks every measure it prints.
tabs = {
    "Buat dokumen": make_part,
    "Isian kantor": lambda: entries_part(store, scope, chosen, year, quarter),
    "Periksa dokumen": lambda: verify_part(store),
    "Templat": lambda: template_part(store),
}
for tab, show in zip(st.tabs(list(tabs), key="tab_dokumen", on_change="rerun"), tabs.values(), strict=True):
    if tab.open:
        with tab, refusals():
            show()

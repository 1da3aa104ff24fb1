"""Telusur keluarga: one family, why its score is what it is, and how sure its place is. Never by name."""

import math

import streamlit as st

from analytics.decile_chance import likely
from analytics.definitions import RANK_AREA_NAMES
from analytics.family_trace import Trace, trace
from analytics.text import UNKNOWN, day, known, number, percent
from pages._family_search import search
from pages._parts import UNVERIFIED, card, show_figure, table
from pages._shared import OFF_LIST, current_scope, method_note, refusals, scope_line
from reports.family_figures import decile_chances, field_label, score_parts
from reports.traits import trait
from reports.words import field, term

NO_CHANCES = {
    "method": "Kartu skor ini meramal bagian bawah sebaran (regresi kuantil), bukan rata-ratanya, sehingga kemungkinan "
    "menurut desil tidak dapat dihitung; pakailah kartu OLS atau LASSO.",
    "sigma": "Kartu skor ini tidak menyebut seberapa jauh ramalannya meleset (σ nol), sehingga kemungkinan menurut "
    "desil tidak dapat dihitung.",
    "truncated": "Data hanya memuat bagian termiskin penduduk: skor keluarga di luar daftar tidak diketahui, sehingga "
    "kemungkinan menurut desil seluruh penduduk tidak dapat dihitung.",
}


def signed(value: float, text: str) -> str:
    """A change with its sign: `+8%`, `−3%`."""
    return ("+" if value >= 0 else "−") + text


def place(traced: Trace) -> str:
    village = f"Desa/kelurahan {traced.village or OFF_LIST}"
    return f"{village}, Kec. {traced.district}" if traced.district else village


def cards(traced: Trace) -> None:
    run = likely(traced.chances) if traced.chances else None
    with st.grid(4, min_column_width=190):
        card("Desil tercatat", number(traced.decile_recorded), "Desil yang tertulis dalam berkas sumber.",
             RANK_AREA_NAMES[traced.rank_area])  # fmt: skip
        if traced.decile_pmt is None and traced.list_rank is not None:
            card("Peringkat dalam daftar", number(traced.list_rank), "Urutan menurut skor PMT dalam daftar.",
                 f"dari {number(traced.list_size)} keluarga")  # fmt: skip
        else:
            card("Desil PMT", number(traced.decile_pmt), "Desil menurut skor PMT di kabupaten/kota.",
                 "dalam kabupaten/kota" if traced.decile_pmt else "tanpa skor PMT")  # fmt: skip
        card("Desil yang mungkin", UNKNOWN if run is None else f"{run[0]}–{run[1]}" if run[1] > run[0] else str(run[0]),
             "Rentang desil terpendek yang memuat tempat keluarga ini dengan kemungkinan sedikitnya 80%.",
             f"kemungkinan {percent(run[2], 0)}" if run else "tidak dapat dihitung")  # fmt: skip
        card("Terisi rata-rata", percent(traced.imputed_share, 0),
             "Bagian bobot skor yang isiannya kosong pada keluarga ini dan diganti rata-rata survei.",
             "dari bobot skor" if traced.card else "tanpa skor PMT")  # fmt: skip


def answer(traced: Trace) -> str:
    recorded = (
        f"tercatat pada desil {traced.decile_recorded}" if traced.decile_recorded else "tidak punya desil tercatat"
    )
    said = f"Keluarga **{traced.pseudonym}** ({place(traced)}; {number(traced.size)} jiwa) {recorded}"
    if traced.score is None or traced.average is None:
        return f"{said}. Skor PMT belum ada untuk keluarga ini, jadi yang tampil hanya peringkat tercatat dan cirinya."
    effect = math.expm1(traced.score - traced.average)
    side = "di atas" if effect >= 0 else "di bawah"
    return (
        f"{said}. Menurut cirinya, pengeluaran per jiwa keluarga ini diperkirakan **{percent(abs(effect), 0)} {side}** "
        "keluarga rata-rata di kabupaten/kota."
    )


def explain(traced: Trace) -> None:
    assert traced.card is not None
    assert traced.average is not None
    show_figure(score_parts(traced), key="bagian_skor")
    total = traced.terms["contribution"].sum()
    st.markdown(
        f"Rata-rata kabupaten/kota {number(traced.average, 3)} {'+' if total >= 0 else '−'} {number(abs(total), 3)} "
        f"(jumlah sumbangan) = skor keluarga ini **{number(traced.score, 3)}**."
    )
    st.caption(
        "Batang ke kanan menaikkan dan ke kiri menurunkan perkiraan pengeluaran per jiwa dibanding rata-rata. Skor "
        "adalah logaritma (ln) perkiraan itu, sehingga sumbangannya dapat dijumlahkan. Ciri yang saling berkaitan, "
        "misalnya jumlah anggota dan jumlah anak, dibaca bersama: satu batang dapat berlawanan dengan dugaan."
    )
    filled = [field(name) for name in traced.by_field().query("filled")["field"]]
    if filled:
        st.caption(f":material/info: Kosong dan diganti rata-rata survei: {', '.join(filled)}.")


def every_term(traced: Trace) -> None:
    assert traced.card is not None
    fields = traced.by_field()
    fields["label"] = [field_label(traced, row["field"], row["filled"]) for row in fields.to_dict("records")]
    fields["effect"] = [math.expm1(value) for value in fields["contribution"]]
    with st.expander("Semua ciri dan sukunya"):
        table(
            fields,
            {"label": "Ciri keluarga ini",
             "effect": ("Pengaruh pada perkiraan pengeluaran", lambda value: signed(value, percent(abs(value), 1))),
             "contribution": ("Sumbangan (ln)", lambda value: signed(value, number(abs(value), 3)))},
            alt="Sumbangan tiap ciri pada skor, yang terbesar di atas",
        )  # fmt: skip
        terms = traced.terms.assign(label=[term(entry) for entry in traced.card.terms])
        table(
            terms,
            {"label": "Suku kartu skor", "value": ("Nilai keluarga ini", lambda value: number(value, 2)),
             "mean": ("Rata-rata kabupaten/kota", lambda value: number(value, 2)),
             "coefficient": ("Koefisien", lambda value: number(value, 3)),
             "contribution": ("Sumbangan (ln)", lambda value: signed(value, number(abs(value), 3)))},
            alt="Suku kartu skor satu per satu",
        )  # fmt: skip


def uncertain(traced: Trace) -> None:
    if traced.chances is None:
        st.info(NO_CHANCES[traced.chances_absent or "sigma"], icon=":material/info:")
        return
    show_figure(decile_chances(traced.chances), key="kemungkinan_desil")
    st.caption(
        "Skor adalah perkiraan; pengeluaran yang sebenarnya tersebar di sekitarnya. Batang menunjukkan seberapa "
        f"mungkin keluarga ini berada pada tiap desil, di antara {number(traced.families)} keluarga kabupaten/kota."
    )


def received(traced: Trace) -> None:
    st.subheader("Program yang diterima")
    if not traced.programmes:
        st.markdown("Tidak ada program yang tercatat untuk keluarga ini dalam data.")
        return
    rows = [
        {
            "name": receipt.name + (" (sudah ditutup)" if receipt.closed else ""),
            "who": f"{number(receipt.members)} anggota" if receipt.members else "keluarga",
            "period": f"{day(receipt.period_from)} sampai {day(receipt.period_to)}"
            if known(receipt.period_from) or known(receipt.period_to) else UNKNOWN,
            "source": "daftar penerima" if receipt.source == "list" else "tanda dalam berkas keluarga",
            "vintage": day(receipt.vintage),
        }
        for receipt in traced.programmes
    ]  # fmt: skip
    st.table({head: [row[name] for row in rows] for name, head in (
        ("name", "Program"), ("who", "Penerima"), ("period", "Periode"), ("source", "Sumber"), ("vintage", "Data per"),
    )}, border="horizontal")  # fmt: skip


scope, store = current_scope()
st.title("Telusur keluarga")
scope_line(store, scope)
chosen = search(store, scope)
if chosen is None:
    st.info("Pilih satu keluarga di atas; penjelasannya tampil di sini.", icon=":material/person_search:")
else:
    with refusals():
        traced = trace(store, scope, chosen)
    cards(traced)
    st.markdown(answer(traced))
    st.info(
        "Skor hanya membantu menyusun urutan pemeriksaan; yang memutuskan adalah petugas dan pejabat yang berwenang. "
        f"Keluarga berhak mengajukan keberatan (UU 27/2022 pasal 10). {UNVERIFIED}", icon=":material/gavel:",
    )  # fmt: skip
    if traced.card is not None:
        left, right = st.columns([3, 2], gap="large")
        with left:
            explain(traced)
        with right:
            uncertain(traced)
        every_term(traced)
    received(traced)
    with st.expander("Semua ciri yang tercatat", expanded=traced.card is None):
        st.markdown(", ".join(trait(name, value) for name, value in traced.traits.items()) + ".")
method_note("Telusur keluarga")

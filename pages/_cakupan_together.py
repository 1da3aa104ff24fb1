"""Cakupan program, second and third tab: programmes that meet in one family, and stages of life."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from analytics.combinations import held_programmes, held_sets, programme_matrix
from analytics.life_cycle import life_cycle
from analytics.overlaps import Overlaps, overlaps
from analytics.scope import UNIT_NAMES, Scope
from analytics.text import about, known, listing, number, percent
from data.store import Store
from pages._parts import UNVERIFIED, percent_0, show_figure, table, warn
from reports.overlap_figures import programme_heatmap, stage_bars, upset
from reports.overlap_tables import life_cycle_export, together_export
from reports.provenance import provenance

WHOSE = ("Semua keluarga", "Miskin ekstrem")


def show_together(store: Store, scope: Scope) -> None:
    """What must not meet, what should, and the sets families hold."""
    held = held_programmes(store, scope)
    found = overlaps(store, scope, held=held)
    shown = about if scope.definition == "pmt_line" else number  # an expected number is not exact
    st.markdown(_answer(found, shown))
    warn(found.warnings)
    whose = st.segmented_control("Keluarga", WHOSE, default=WHOSE[0], required=True, key="gabungan_siapa")
    sets = held_sets(held, extreme=whose == WHOSE[1])
    if sets.empty:
        st.info("Belum ada keluarga yang dapat dihitung menurut definisi ini.", icon=":material/info:")
    else:
        show_figure(upset(sets, held.catalogue.codes, scope.unit, whose == WHOSE[1]), key="gabungan")
        st.caption(
            "Satu baris adalah satu gabungan: titik berwarna menandai program yang diterima, batang menunjukkan "
            f"banyaknya {UNIT_NAMES[scope.unit]}. Gabungan yang terlalu kecil selalu masuk ke baris terakhir."
        )
    _rules(found, shown)
    show_figure(programme_heatmap(programme_matrix(held, scope.unit), scope.unit), key="program_kali_program")
    st.download_button(
        "Unduh gabungan dan aturannya (XLSX)", lambda: together_export(found, provenance(store, scope)),
        f"gabungan-{scope.region or 'semua'}.xlsx", icon=":material/download:",
        help="Angka kecil disembunyikan dan sisanya dibulatkan sebelum keluar.",
    )  # fmt: skip


def _answer(found: Overlaps, shown: Callable[[Any], str]) -> str:
    rows = found.rows.to_dict("records")
    broken = [
        f"**{number(row['families'])} keluarga** ({row['title']})"
        for row in rows
        if row["kind"] == "forbidden" and known(row["families"]) and row["families"] > 0
    ]
    said = (
        f"Menerima program yang menurut panduan tidak boleh bersamaan atau bukan haknya: {listing(broken)}."
        if broken
        else "Tidak ada keluarga yang pasti melanggar aturan program yang tidak boleh bersamaan."
    )
    full = next((row for row in rows if row["rule"] == "beban_pengeluaran" and known(row["families"])), None)
    if full and full["target_families"]:
        said += (
            f" Dari {shown(full['target_families'])} keluarga miskin ekstrem, **{shown(full['families'])}** "
            f"({percent(full['families'] / full['target_families'], 0)}) sudah menerima semua program yang diharapkan."
        )
    return said


def _rules(found: Overlaps, shown: Callable[[Any], str]) -> None:
    rows = found.rows
    st.subheader("Tidak boleh bersamaan")
    table(
        rows[rows["kind"] == "forbidden"],
        {"title": "Aturan", "families": ("Keluarga melanggar", number), "persons": ("Jiwa", number),
         "to_check": ("Perlu diperiksa", number)},
        alt="Aturan program yang tidak boleh bersamaan dan keluarga yang melanggarnya",
        column_config={"Aturan": st.column_config.TextColumn(width=380)},
    )  # fmt: skip
    _notes(found, "forbidden")
    st.subheader("Diharapkan bersama")
    table(
        rows[rows["kind"] == "wanted"],
        {"title": "Gabungan", "target_families": ("Keluarga sasaran", shown), "families": ("Sudah lengkap", shown),
         "incomplete": ("Belum lengkap", shown), "to_check": ("Perlu diperiksa", shown)},
        alt="Gabungan program yang diharapkan dan keluarga yang sudah menerimanya",
        column_config={"Gabungan": st.column_config.TextColumn(width=320)},
    )  # fmt: skip
    _notes(found, "wanted")
    st.caption(
        "*Perlu diperiksa*: periode, desil, atau syarat programnya tidak tercatat. Yang diharapkan dari sebuah "
        "keluarga hanya program yang daftarnya dimuat dan syaratnya ada dalam keluarga itu."
    )


def _notes(found: Overlaps, kind: str) -> None:
    rows = found.rows[(found.rows["kind"] == kind) & found.rows["reason"].notna()]
    for row in rows.to_dict("records"):
        st.caption(f":material/info: {row['title']}: {row['reason']}")
    for (source, status), of in found.rows[found.rows["kind"] == kind].groupby(["source", "status"], sort=False):
        named = f"{', '.join(of['title'])}: " if len(of) < (found.rows["kind"] == kind).sum() else ""
        st.caption(f":material/menu_book: {named}{source} {UNVERIFIED if status == 'unverified' else ''}")


def show_life_cycle(store: Store, scope: Scope) -> None:
    """Stages of life and who has a programme meant for them."""
    unit, counted = scope.unit, UNIT_NAMES[scope.unit]
    shown = about if scope.definition == "pmt_line" else number
    found = life_cycle(store, scope)
    rows = found.rows.assign(meant=found.rows["programmes"].map(", ".join))
    rated = rows[rows[f"rate_{unit}"].notna()].sort_values(f"rate_{unit}")
    if len(rated):
        worst = rated.iloc[0]
        st.markdown(
            f"Tahap yang paling sedikit terjangkau: **{worst['title']}**. Hanya {percent(worst[f'rate_{unit}'], 0)} "
            f"dari {number(worst[unit])} {counted} di tahap itu menerima program yang ditujukan bagi mereka "
            f"({worst['meant']})."
        )
    show_figure(stage_bars(found, unit), key="siklus_hidup")
    table(
        rows,
        {"title": "Tahap", unit: (f"{counted.capitalize()}", number),
         f"served_{unit}": ("Menerima", number), f"rate_{unit}": ("Bagian", percent_0),
         f"extreme_{unit}": ("Miskin ekstrem", shown), f"rate_extreme_{unit}": ("Bagian miskin ekstrem", percent_0),
         "unknown": ("Tidak diketahui (keluarga)", number), "meant": "Program bagi tahap ini"},
        alt="Tahap hidup, banyaknya warga, dan bagian yang menerima program bagi tahapnya",
    )  # fmt: skip
    for row in rows[rows["reason"].notna()].to_dict("records"):
        st.caption(f":material/info: {row['title']}: {row['reason']}")
    people = "Jiwa adalah warga yang berada di tahap itu, bukan seluruh anggota keluarganya. "
    st.caption(
        f"{people if unit == 'persons' else ''}*Tidak diketahui*: data tidak menyebut apakah ada anggota di tahap itu, "
        "misalnya ibu yang sedang hamil. Pasangan tahap dan program: aturan yang ditetapkan Tepat sendiri "
        f"{UNVERIFIED}"
    )
    st.download_button(
        "Unduh tahap hidup (XLSX)", lambda: life_cycle_export(found, provenance(store, scope)),
        f"tahap-hidup-{scope.region or 'semua'}.xlsx", icon=":material/download:",
        help="Angka kecil disembunyikan dan sisanya dibulatkan sebelum keluar.",
    )  # fmt: skip

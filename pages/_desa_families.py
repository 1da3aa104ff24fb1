"""The parts of Profil desa that are about its families: who they are, what they lack and receive."""

import streamlit as st

from analytics.scope import UNIT_NAMES
from analytics.text import about, known, listing, mid_sentence, number
from analytics.village import VillageProfile
from pages._parts import percent_0, show_figure, table
from reports.village_figures import needs_beside, people_beside


def families_part(profile: VillageProfile) -> None:
    """Who lives here, beside the regency."""
    show_figure(people_beside(profile), key="penghuni_desa")
    found = profile.families
    st.caption(
        f"{number(found.total)} keluarga; rata-rata {number(found.size, 1)} anggota (kabupaten/kota "
        f"{number(found.regency_size, 1)}). Bagian dihitung dari keluarga yang jawabannya diketahui."
    )
    blank = list(found.traits.loc[found.traits["reason"].notna(), "title"].map(mid_sentence))
    if blank:
        st.caption(f"Tidak diketahui dari data ini: {listing(blank)}.")


def needs_part(profile: VillageProfile) -> None:
    """What the extreme poor lack, and who answers."""
    show_figure(needs_beside(profile), key="kebutuhan_desa")
    shown = about if profile.scope.definition == "pmt_line" else number
    with st.expander("Semua kebutuhan dan yang menanganinya", icon=":material/list:"):
        table(
            profile.families.needs,
            {"title": "Kebutuhan", "extreme_yes": ("Miskin ekstrem", shown), "extreme_share": ("Bagian", percent_0),
             "extreme_unknown": ("Tidak diketahui", shown), "yes": ("Semua keluarga", number),
             "programme": "Program", "office": "Perangkat daerah"},
            alt="Kebutuhan keluarga desa ini, jumlahnya, dan yang menanganinya", height=320,
        )  # fmt: skip


def programmes_part(profile: VillageProfile) -> None:
    """Recipients, and the eligible who are and are not reached."""
    unit = profile.scope.unit
    st.markdown(f"**Program di desa ini ({UNIT_NAMES[unit]})**")
    rows = profile.programmes
    if rows.empty:
        st.markdown("Data tidak memuat penerima program.")
        return
    table(
        rows,
        {"programme": "Program", f"recipients_{unit}": ("Penerima", number), f"eligible_{unit}": ("Layak", number),
         f"covered_{unit}": ("Layak, menerima", number), f"uncovered_{unit}": ("Layak, belum", number)},
        alt="Program, penerima, yang layak, dan yang belum menerima di desa ini", height="content",
    )  # fmt: skip
    without = list(rows.loc[rows["reason"].notna(), "programme"])
    if without:
        st.caption(f"Tanpa aturan kelayakan yang berlaku: {listing(without)}.")


def ladder_part(profile: VillageProfile) -> None:
    """The classes of the extreme poor, and programmes that should not meet."""
    shown = about if profile.scope.definition == "pmt_line" else number
    st.markdown("**Tangga intervensi keluarga miskin ekstrem**")
    rows = profile.ladder.rows
    table(
        rows,
        {"title": "Keadaan", "families": ("Keluarga", shown), "persons": ("Jiwa", shown),
         "share": ("Bagian", percent_0)},
        alt="Keluarga miskin ekstrem desa ini menurut program yang diterimanya", height="content",
    )  # fmt: skip
    reasons = dict.fromkeys(reason for reason in rows.loc[rows["families"].isna(), "reason"] if known(reason))
    if reasons:
        st.caption(" ".join(reasons))
    st.markdown("**Kombinasi yang tidak boleh**")
    faults = profile.faults
    hit = faults[(faults["families"].fillna(0) > 0) | (faults["to_check"].fillna(0) > 0)]
    for row in hit.to_dict("records"):
        unsure = f", {number(row['to_check'])} keluarga perlu diperiksa" if row["to_check"] else ""
        st.markdown(f"- {row['title']}: {number(row['families'])} keluarga{unsure}")
    if hit.empty:
        st.markdown("Tidak ditemukan pada program yang daftarnya dimuat.")
    unasked = list(dict.fromkeys(faults.loc[faults["families"].isna(), "reason"].dropna()))
    if unasked:
        st.caption(" ".join(unasked))

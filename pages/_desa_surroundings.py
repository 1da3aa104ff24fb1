"""The parts of Profil desa that are about its surroundings: facilities, plans, neighbours, completeness."""

import streamlit as st

from analytics.clusters import CATEGORY_NAMES
from analytics.text import UNKNOWN, about, day, known, listing, number, percent
from analytics.village import VillageProfile
from analytics.village_surroundings import VERDICTS
from pages._parts import percent_1, table
from pages._shared import OFF_LIST
from reports.village_sheet import planned


def facilities_part(profile: VillageProfile) -> None:
    """What the village lacks, has, and nobody has told; and what is planned for it."""
    st.markdown("**Fasilitas desa**")
    rows = profile.facilities
    lacking = rows[rows["state"] == "lacking"]
    for row in lacking.to_dict("records"):
        answer = f" → {row['programme']} ({row['office']})" if known(row["programme"]) else ""
        st.markdown(f"- :orange-badge[Kurang] {row['title']}: {str(row['value']).lower()}{answer}")
    words = {"fine": "Ada", "unread": "Belum dinilai", "no_word": "Belum ada data"}
    for state, word in words.items():
        titles = list(rows.loc[rows["state"] == state, "title"].str.lower())
        if titles:
            st.caption(f"{word}: {listing(titles)}.")
    sources = list(dict.fromkeys(rows["source"].dropna()))
    dates = rows["date"].dropna()
    if sources:
        st.caption(f"Sumber: {listing(sources)}, {day(dates.min()) if len(dates) else 'tanggal tidak diketahui'}.")
    st.markdown("**Program yang direncanakan**")
    own = profile.inventory[~profile.inventory["wider"].astype(bool)]
    wider = len(profile.inventory) - len(own)
    if len(own):
        table(
            planned(profile).head(len(own)),
            {"title": "Program", "year": ("Tahun", lambda year: str(int(year)) if known(year) else UNKNOWN),
             "provider": "Penyedia", "quota": ("Kuota", number), "unit": "Satuan"},
            alt="Program dalam inventaris yang berlokasi di desa ini", height="content",
        )  # fmt: skip
    else:
        st.markdown("Tidak ada program dalam inventaris yang berlokasi di desa ini.")
    if wider:
        st.caption(f"{number(wider)} program lain direncanakan untuk kecamatan, kabupaten, atau provinsinya.")


def neighbours_part(profile: VillageProfile) -> None:
    """Adjacent villages and how they stand."""
    st.markdown("**Desa tetangga**")
    rows = profile.neighbours
    if profile.neighbours_absent:
        st.markdown(profile.neighbours_absent)
        return
    shown = about if profile.scope.definition == "pmt_line" else number
    listed = rows.assign(name=rows["name"].fillna(OFF_LIST), group=rows["category"].map(CATEGORY_NAMES))
    computed = rows["category"].notna().any()
    group = {"group": "Kelompok desa"} if computed else {}
    table(
        listed,
        {"name": "Desa/kelurahan", "district": "Kecamatan", "persons": ("Jiwa", shown),
         "rate": ("Bagian", percent_1), **group},
        alt="Desa yang berbatasan dan angka miskin ekstremnya", height="content",
    )  # fmt: skip
    st.caption("*Jiwa*: miskin ekstrem. *Bagian*: dari penduduk desa itu.")
    if rows["nearest"].any():
        st.caption("Desa ini tidak berbatasan dengan desa lain; yang tampil adalah desa terdekat.")
    if not computed:
        st.caption("Kelompok desa tampil di sini sesudah dihitung di halaman Desa berkelompok.")


def completeness_part(profile: VillageProfile) -> None:
    """Listed over reference, with its verdict, date and source."""
    st.markdown("**Kelengkapan data**")
    for row in profile.completeness.to_dict("records"):
        word = {"families": "keluarga", "persons": "jiwa"}[row["of"]]
        if not known(row["share"]):
            st.markdown(f"- {row['reason']}")
            continue
        verdict = f": {VERDICTS[row['verdict']].lower()}" if known(row["verdict"]) else ""
        st.markdown(
            f"- {number(row['listed'])} {word} tercatat dari {number(row['reference'])} acuan "
            f"({percent(row['share'], 0)}){verdict}"
        )
    first = profile.completeness.iloc[0]
    if known(first["source"]):
        st.caption(f"Penduduk acuan: {first['source']}, {day(first['date'])}.")
    if profile.head.frame == "truncated" and known(first["expected"]):
        st.caption(f"Data hanya memuat {percent(first['expected'], 0)} penduduk termiskin.")

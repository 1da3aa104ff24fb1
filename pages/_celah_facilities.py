"""The tab "Fasilitas desa" of Celah sasaran: what villages lack, and the import of a table of villages."""

import pandas as pd
import streamlit as st

from analytics.facilities import village_facilities
from analytics.scope import Scope
from analytics.text import day, known, listing, number
from data.load_facilities import FacilityReport, import_facilities
from data.planning import facilities
from data.store import Store
from pages._parts import quiet, table, village_table
from pages._shared import OFF_LIST, attempt, refusals, working
from pages._uploads import private_copies, uploader
from reports.gap_tables import facilities_export
from reports.provenance import provenance

READ = "fasilitas_dibaca"
MOST = 200  # lines shown of those that were not loaded: a wrong file has a million


def facilities_tab(store: Store, scope: Scope) -> None:
    """What the scope's villages lack, which villages lack most, and the upload."""
    with refusals():
        found = village_facilities(store, scope)
    if found.rows.empty:
        st.markdown(
            "Belum ada data fasilitas desa untuk wilayah ini. Muat tabel dengan satu baris per desa: kode desa (atau "
            "nama kecamatan dan desa) serta kolom seperti *Jalan*, *Jumlah SD*, *Puskesmas*, *Sinyal*, *Air bersih*."
        )
    else:
        worst = found.rows.iloc[0]
        if worst["lacking"]:
            st.markdown(
                f"Kekurangan terbanyak: **{worst['title'].lower()}**, di {number(worst['lacking'])} dari "
                f"{number(worst['villages'])} desa yang datanya ada. Yang menangani: {worst['office']}."
            )
        table(
            found.rows,
            {
                "title": "Fasilitas", "lacking": ("Desa kurang", number), "fine": ("Tersedia", number),
                "unread": ("Tak terbaca", number), "without_row": ("Tanpa data", number),
                "persons_lacking": ("Jiwa miskin ekstrem *", number), "office": "Perangkat daerah",
                "programme": "Program",
            },
            alt="Fasilitas, jumlah desa yang kekurangan, dan yang menangani",
        )  # fmt: skip
        st.caption("\\* Jiwa miskin ekstrem di desa yang kurang.")
        villages = found.by_village
        village_table(
            villages.assign(name=[name if known(name) else OFF_LIST for name in villages["name"]]),
            {"name": "Desa/kelurahan", "district": "Kecamatan", "persons": ("Jiwa miskin ekstrem", number),
             "lacking": ("Kekurangan", number), "titles": "Yang kurang"},
            alt="Desa menurut banyaknya fasilitas yang kurang", key="tabel_fasilitas", height=320,
        )  # fmt: skip
        dates = found.rows["date"].dropna()
        st.caption(
            f"Sumber: {listing([str(name) for name in found.rows['source'].unique()])}; "
            f"{'data per ' + day(dates.min()) if len(dates) else 'tanggal data tidak diketahui'}."
        )
        st.download_button(
            "Unduh fasilitas (XLSX)", lambda: facilities_export(found, provenance(store, scope)),
            f"fasilitas-{scope.region or 'semua'}.xlsx", icon=":material/download:",
            help="Angka kecil disembunyikan dan sisanya dibulatkan sebelum keluar.",
        )  # fmt: skip
    _upload(store)


def _upload(store: Store) -> None:
    with st.expander("Muat tabel fasilitas desa", icon=":material/upload_file:", expanded=READ in st.session_state):
        upload = uploader("Tabel fasilitas desa", "berkas_fasilitas", ["xlsx", "csv", "txt"])
        dated = st.date_input("Tanggal data", None, format="DD/MM/YYYY", key="tanggal_fasilitas")
        if st.button("Muat", disabled=upload is None, icon=":material/upload:", key="muat_fasilitas"):
            st.session_state.pop(READ, None)
            with attempt(), private_copies(store, [upload]) as paths, working("Membaca tabel desa") as progress:
                progress(0.3, "Mencocokkan desa")
                st.session_state[READ] = import_facilities(store, paths[0], upload.name, dated)
                st.rerun()
        if READ in st.session_state:
            _report(st.session_state[READ])


def _report(report: FacilityReport) -> None:
    st.success(
        f"{quiet(report.name)}: {number(report.villages)} desa dimuat dari {number(report.rows_read)} baris.",
        icon=":material/check:",
    )
    titles = {key: entry.title for key, entry in facilities().items()}
    columns = pd.DataFrame([vars(column) for column in report.columns])
    columns["facility"] = [
        titles[key] if known(key) else "judul lain, disimpan apa adanya" for key in columns["facility"]
    ]
    columns["unknown_words"] = [", ".join(words[:8]) for words in columns["unknown_words"]]
    table(
        columns,
        {"header": "Kolom", "facility": "Dibaca sebagai", "values": ("Terisi", number), "lacking": ("Kurang", number),
         "fine": ("Tersedia", number), "unknown_words": "Kata yang tidak terbaca"},
        alt="Kolom berkas dan cara membacanya",
    )  # fmt: skip
    if report.unmatched:
        st.warning(
            f"{number(len(report.unmatched))} baris tidak cocok dengan daftar desa dan tidak dimuat"
            f"{f'; {number(MOST)} yang pertama tampil di bawah' if len(report.unmatched) > MOST else ''}.",
            icon=":material/warning:",
        )
        lines = pd.DataFrame(report.unmatched[:MOST], columns=["line", "called"])
        table(lines, {"line": ("Baris", number), "called": "Desa menurut berkas"}, alt="Baris yang tidak cocok")
    if report.repeated:
        more = f", dan {number(len(report.repeated) - MOST)} lagi" if len(report.repeated) > MOST else ""
        lines_again = ", ".join(str(line) for line in report.repeated[:MOST])
        st.caption(f"Desa berulang, baris pertama yang dipakai; yang diabaikan baris {lines_again}{more}.")
    for warning in report.warnings:
        st.caption(quiet(warning))

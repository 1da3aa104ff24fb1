"""Data: bring files in, read what came of it, answer the fitness rule, load boundaries."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from analytics import catalogue
from analytics.fitness import ENTERED, LIGHT_NAMES, enter_light, fitness
from analytics.text import UNKNOWN, day, number
from data.profiles import KIND_NAMES
from geo.boundaries import import_boundaries
from pages._bridge import confirm_bridge
from pages._comparability import show_comparability
from pages._import import (
    DELIVERIES,
    REPORT,
    TURN,
    UNMAPPED,
    WAITING,
    forget_others,
    inspect,
    load,
    outcome,
    show_file,
)  # fmt: skip
from pages._parts import card, quiet, table, warn
from pages._profiles import profile_choice, profile_exchange
from pages._province import join_offer
from pages._register_mapping import register_mapping
from pages._shared import attempt, current_scope, method_note, refusals, scope_line, working
from pages._uploads import private_copies, uploader
from reports.tables import quarantine_csv
from reports.words import fault, listed

TABLES = ("csv", "txt", "tsv", "xlsx")
LIGHTS: dict[str, tuple[Any, str, str]] = {
    "green": ("green", ":material/check_circle:", "Terpenuhi"),
    "red": ("red", ":material/cancel:", "Tidak terpenuhi"),
    "grey": ("gray", ":material/help:", "Belum diketahui"),
}
FRAMES = {"full": "semua keluarga", "truncated": "bagian termiskin saja"}
VERDICT = {True: "Data ini layak dipakai menyasar.", False: "Data ini belum layak dipakai menyasar.",
           None: "Kelayakan data ini belum dapat dipastikan."}  # fmt: skip

scope, store = current_scope()
st.title("Data")
scope_line(store, scope)

held = catalogue.snapshot(store, scope.snapshot_id)
report = catalogue.import_report(store, scope.snapshot_id)
with st.grid(4, min_column_width=190):
    card("Keluarga", number(held.families), "Baris keluarga yang diterima.", FRAMES[held.frame])
    card("Jiwa", number(held.persons), "Anggota keluarga yang aktif.", "anggota aktif")
    card("Tanggal data", f"{held.source_date:%d-%m-%Y}" if held.source_date else UNKNOWN,
         "Tanggal isi data, bukan tanggal impor.",
         f"diimpor {day(held.imported_at)}")  # fmt: skip
    card("Baris dikarantina", number(report["rows_quarantined"] if report else None),
         "Baris yang tidak dapat dipakai; nomor baris dan alasannya dapat diunduh.",
         f"dari {number(report['rows_read'])} baris" if report else None)  # fmt: skip
st.markdown(f"Layar ini memakai **{quiet(held.label)}**. Muat berkas baru, periksa hasilnya, lengkapi kelayakannya.")

bring, read, fit, borders, history = st.tabs(["Impor", "Laporan impor", "Kelayakan data", "Batas desa", "Semua data"])

with bring:
    st.markdown(
        "Pilih semua berkas dari satu sumber sekaligus: keluarga, anggota, dan (bila ada) penerima program. Tabel "
        "acuan (penduduk acuan, angka resmi, dan daftar lokasi prioritas) juga dimuat di sini."
    )
    uploads = uploader(
        "Berkas dari kantor Anda", f"kiriman_{st.session_state.get(DELIVERIES, 0)}", TABLES, several=True
    )
    with st.expander("Pilihan lain"):
        profile = profile_choice(store)
        bridge = uploader("Jembatan kode BPS ke Kemendagri (bila ada)", "berkas_jembatan", TABLES)
    with st.expander("Profil: kirim dan terima"):
        profile_exchange(store)
    if st.button("Periksa berkas", type="primary", disabled=not uploads, icon=":material/search:"):
        with attempt(), working("Membaca dan mengenali berkas") as progress:
            inspect(store, uploads, bridge, profile, progress)
    forget_others(uploads)
    if UNMAPPED in st.session_state:
        kept = register_mapping(store, st.session_state[UNMAPPED][1], st.session_state[TURN])
        if kept:
            with attempt(), working("Membaca berkas menurut profil baru") as progress:
                inspect(store, uploads, bridge, kept, progress)
                st.rerun()
    if WAITING in st.session_state:
        delivery, decision = st.session_state[WAITING]
        for file in delivery.files:
            show_file(file)
        if decision is not None:
            decision = confirm_bridge(decision)
        with st.form("impor"):
            label = st.text_input("Nama data", placeholder="Contoh: DTSEN triwulan I 2026", max_chars=120)
            when = st.date_input(
                "Tanggal data (kosongkan bila tidak diketahui)", None, max_value=date.today(), format="DD/MM/YYYY"
            )
            if st.form_submit_button("Impor", type="primary", icon=":material/database:"):
                with attempt():
                    snapshot_id = load(store, delivery, decision, label.strip(), when)
                    if snapshot_id:
                        st.session_state["data_baru"] = snapshot_id
                    st.rerun()
    if REPORT in st.session_state:
        done = st.session_state[REPORT]
        st.success(outcome(done), icon=":material/check_circle:")
        warn(done.warnings)

with read:
    if report is None:
        st.caption("Data ini tidak memiliki laporan impor.")
    else:
        table(
            pd.DataFrame(report["files"]).assign(kind=lambda files: files["kind"].map(KIND_NAMES)),
            {"path": "Berkas", "kind": "Jenis", "rows_read": ("Dibaca", number), "rows_accepted": ("Diterima", number),
             "rows_quarantined": ("Dikarantina", number)},
            alt="Berkas yang diimpor dan jumlah barisnya",
        )  # fmt: skip
        left, right = st.columns(2, gap="medium")
        with left:
            st.subheader("Dikarantina")
            reasons = pd.DataFrame(listed(report["quarantine_reasons"]), columns=["reason", "rows"])
            table(reasons, {"reason": "Alasan", "rows": ("Baris", number)}, alt="Alasan karantina")
            st.download_button(
                "Unduh daftar karantina (CSV)", lambda: quarantine_csv(store, scope.snapshot_id, fault),
                f"karantina-{scope.snapshot_id}.csv", "text/csv", icon=":material/download:", disabled=reasons.empty,
            )  # fmt: skip
        with right:
            st.subheader("Diterima dengan tanda")
            flags = pd.DataFrame(listed(report["flags"]), columns=["flag", "rows"])
            table(flags, {"flag": "Tanda", "rows": ("Baris", number)}, alt="Tanda pada baris yang diterima")
            st.caption("Baris bertanda tetap dihitung; tandanya menunjukkan apa yang perlu diperiksa di lapangan.")
        warn(report["warnings"])

with fit:
    with refusals():
        rule = fitness(store, scope.snapshot_id)
    st.markdown(f"**{VERDICT[rule.fit]}** Panduan meminta data yang mutakhir, padan, disepakati, dan ditetapkan.")
    with st.grid(4, min_column_width=190):
        for light in rule.lights:
            colour, icon, word = LIGHTS[light.state]
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{light.title}**")
                st.badge(word, icon=icon, color=colour)
                st.caption(light.text)
    with st.form("kelayakan", clear_on_submit=True):
        st.markdown("Dua lampu terakhir diisi dari berita acara dan keputusan:")
        which, on, about = (part.cell() for part in [st.grid(3, min_column_width=190)] * 3)
        entered = which.selectbox("Kesepakatan", ENTERED, format_func=LIGHT_NAMES.__getitem__)
        agreed = on.date_input("Tanggal", "today", max_value=date.today(), format="DD/MM/YYYY")
        number_given = about.text_input("Nomor", max_chars=100)
        if st.form_submit_button("Simpan", icon=":material/save:"):
            with attempt():
                enter_light(store, scope.snapshot_id, entered, agreed, number_given)
                st.rerun()

with borders:
    st.markdown(
        "Peta memakai batas desa dari GeoJSON, GeoPackage, atau shapefile dalam ZIP. Batas digabungkan menurut kode, "
        "bukan nama; batas kabupaten yang sama akan diganti."
    )
    shapes = uploader("Berkas batas desa", "berkas_batas", ("geojson", "json", "gpkg", "zip"))
    shapes_bridge = uploader("Jembatan kode (hanya bila berkas berkode BPS)", "berkas_batas_jembatan", TABLES)
    if st.button("Muat batas", type="primary", disabled=shapes is None, icon=":material/map:"):
        st.session_state.pop("laporan_batas", None)
        with (
            attempt(),
            working("Memuat batas desa") as progress,
            private_copies(store, [shapes, *([shapes_bridge] if shapes_bridge else [])]) as paths,
        ):
            st.session_state["laporan_batas"] = import_boundaries(
                store, paths[0], paths[1] if shapes_bridge else None, progress
            )
    if "laporan_batas" in st.session_state:
        done = st.session_state["laporan_batas"]
        st.success(
            f"{number(done.matched)} dari {number(done.villages)} desa terpetakan, {number(done.area_km2, 1)} km².",
            icon=":material/check_circle:",
        )
        warn(done.warnings)

with history:
    join_offer(store, scope)
    table(
        pd.DataFrame(
            [
                {"label": found.label, "families": found.families, "persons": found.persons, "date": found.source_date,
                 "programmes": found.programme_date, "imported": found.imported_at.date(), "frame": FRAMES[found.frame]}
                for found in catalogue.snapshots(store)
            ]
        ),
        {"label": "Data", "families": ("Keluarga", number), "persons": ("Jiwa", number), "date": ("Tanggal data", day),
         "programmes": ("Data program", day), "frame": "Cakupan berkas", "imported": ("Diimpor", day)},
        alt="Semua data yang telah diimpor, terbaru di atas",
    )  # fmt: skip
    show_comparability(store, scope.snapshot_id)
method_note("Impor data", "Kelayakan data")

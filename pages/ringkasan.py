"""Ringkasan: the briefing for a leader. Four figures, one map, ten villages to visit, one paragraph."""

import streamlit as st

from analytics.overview import SIMULATED, overview
from analytics.text import UNKNOWN, number, percent
from data.reference import lines
from pages._parts import card, show_map, two_parts, warn
from pages._shared import current_scope, dated, method_note, refusals, scope_line
from reports.pocket_map import pocket_edges

# Short enough for a quarter of the page; the definition says the rest.
LABELS = {"pockets": "Desa kantong", "without_programme": "{} tanpa program"}

scope, store = current_scope()
st.title("Ringkasan")
scope_line(store, scope)

with refusals():
    found = overview(store, scope)

with st.grid(4, min_column_width=190):
    for figure in found.figures:
        card(
            LABELS.get(figure.code, figure.label).format(figure.unit.capitalize()), figure.text, f"{figure.definition}",
            ", ".join(filter(None, [figure.beside, dated(figure.date)])),
        )  # fmt: skip
st.markdown(found.paragraph)
warn(found.warnings)

picture, visits = two_parts()
with picture:
    villages = found.pockets.by_village
    show_map(
        store,
        villages.rename(columns={"village": "code", "persons": "value", "families": "Keluarga miskin ekstrem"})[
            ["code", "value", "Keluarga miskin ekstrem"]
        ],
        region=scope.region, title=f"Jiwa miskin ekstrem per desa di {found.region_name}",
        legend_title="Jiwa miskin ekstrem", key="peta_ringkasan",
        edges=pocket_edges(villages["persons"], found.pockets.threshold.value),
    )  # fmt: skip
    st.subheader("Angka resmi, di samping hitungan menurut nama")
    if found.official:
        st.table(
            [
                {
                    "Indikator": figure.name,
                    "Tahun": str(figure.year),
                    "Nilai": f"{number(figure.value, 0 if figure.value >= 1000 else 2)} {figure.unit}",
                    "Hitungan menurut nama / angka resmi": UNKNOWN
                    if figure.ratio is None
                    else percent(figure.ratio, 0),
                    "Sumber": figure.source,
                }
                for figure in found.official
            ],
            hide_index=True,
            border="horizontal",
            alt="Angka resmi dari survei, tidak dicampur dengan hitungan menurut nama",
        )
    else:
        st.caption("Belum ada angka resmi untuk wilayah ini. Muat tabel angka resmi (BPS) di halaman Data.")
    st.caption(
        "Estimasi survei, hitungan menurut nama, dan daftar yang ditetapkan adalah tiga hal yang berbeda; "
        "angkanya tidak dijumlahkan dan tidak saling menggantikan."
    )
with visits:
    st.markdown("**Desa yang perlu dikunjungi dahulu**")
    if found.villages.empty:
        st.caption("Belum ada desa dengan warga miskin ekstrem menurut definisi ini.")
    for place, row in enumerate(found.villages.to_dict("records"), start=1):
        name = row["name"] or row["village"]
        district = f" · Kec. {row['district']}" if row["district"] else ""
        st.markdown(f"**{place}. {name}**{district}  \n:small[{row['why']}]")
    if found.pockets.line and scope.definition in SIMULATED and found.villages["top_ten"].notna().any():
        st.caption(
            "*Simulasi*: jumlah tiap desa diundi berulang menurut ketidakpastian kartu skor pada "
            f"{lines().lines[found.pockets.line].title}. Makin kecil bagiannya, makin tidak pasti desa itu termasuk "
            "sepuluh teratas."
        )

method_note("Ringkasan", "Kantong kemiskinan")

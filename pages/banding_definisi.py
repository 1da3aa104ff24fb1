"""Banding definisi: how far the definitions of extreme poverty name the same families, and where they do not."""

from dataclasses import replace
from typing import Any

import streamlit as st

from analytics.definition_comparison import CHANCE, compare_definitions
from analytics.scope import UNIT_NAMES
from analytics.text import about, known, listing, number, percent
from pages._parts import card, percent_0, percent_1, show_figure, show_map, table, two_parts, village_table, warn
from pages._shared import OFF_LIST, current_scope, method_note, refusals, scope_line
from reports.criteria_figures import SHORT, overlap_matrix, pair_bars
from reports.criteria_tables import comparison_export
from reports.provenance import provenance

OWN = {"local_criteria": "local_upper"}

scope, store = current_scope()
st.title("Banding definisi")
scope_line(store, scope)

with refusals():
    found = compare_definitions(store, scope)
unit = UNIT_NAMES[scope.unit]
pairs = found.pairs.assign(
    first=[found.title(key) for key in found.pairs["a"]], second=[found.title(key) for key in found.pairs["b"]]
)
if pairs.empty:
    st.info(
        f"Baru satu definisi dapat dipakai untuk data ini. {' '.join(found.absent.values())}", icon=":material/info:"
    )
    st.stop()

own = OWN.get(scope.definition, scope.definition)
options = {f"{row['a']} {row['b']}": f"{row['first']} dan {row['second']}" for row in pairs.to_dict("records")}
start = next((place for place, row in enumerate(pairs.to_dict("records")) if own in (row["a"], row["b"])), 0)
chosen = st.selectbox("Dua definisi yang dibandingkan", options, start, format_func=options.__getitem__,
                      key="pasangan_definisi")  # fmt: skip
a, b = chosen.split(" ")
pair = pairs[(pairs["a"] == a) & (pairs["b"] == b)].iloc[0]
shown = about if CHANCE in (a, b) else number  # an expected number is not known to the last family

with st.grid(4, min_column_width=190):
    card("Disebut keduanya", shown(pair["both"]), f"{unit.capitalize()} yang disebut kedua definisi.",
         f"irisan {percent(pair['jaccard'], 0)}")  # fmt: skip
    card("Hanya yang pertama", shown(pair["only_a"]), f"Disebut {pair['first']}, tidak oleh yang lain.",
         f"{percent(pair['of_a'], 0)} yang pertama juga disebut yang kedua")  # fmt: skip
    card("Hanya yang kedua", shown(pair["only_b"]), f"Disebut {pair['second']}, tidak oleh yang lain.",
         f"{percent(pair['of_b'], 0)} yang kedua juga disebut yang pertama")  # fmt: skip
    card("Tidak dapat dibandingkan", number(pair["unjudged"]), "Tidak dapat dinilai oleh salah satunya.", unit)
sizes = found.definitions.set_index("key")
st.markdown(
    f"**{pair['first']}** menyebut {shown(sizes.loc[a, 'count'])} {unit} dan **{pair['second']}** "
    f"{shown(sizes.loc[b, 'count'])}; **{shown(pair['both'])} di antaranya sama**. "
    "Angka yang berdekatan belum tentu menunjuk orang yang sama."
)
warn(list(found.absent.values()))

show_figure(overlap_matrix(found), key="matriks_definisi")


def counted(value: Any) -> str:
    """Expected numbers, which are no whole families, as they are said aloud; counts as they are."""
    return number(value) if known(value) and float(value).is_integer() else about(value)


st.subheader("Semua pasangan")
table(
    pairs.assign(short_a=pairs["a"].map(SHORT), short_b=pairs["b"].map(SHORT)),
    {
        "short_a": "Definisi pertama", "short_b": "Definisi kedua", "both": ("Keduanya", counted),
        "only_a": ("Hanya pertama", counted), "only_b": ("Hanya kedua", counted), "jaccard": ("Irisan", percent_0),
        "of_a": ("Pertama juga kedua", percent_0), "of_b": ("Kedua juga pertama", percent_0),
    },
    alt="Pasangan definisi: keduanya, hanya satu, dan irisannya",
)  # fmt: skip

st.subheader("Di mana paling berbeda")
villages = found.villages(a, b)
villages["name"] = villages["name"].fillna(OFF_LIST)
worst = villages[villages["differing"] > 0].head(3)
if len(worst):
    places = [
        f"**{name}** ({shown(count)} {unit})" for name, count in zip(worst["name"], worst["differing"], strict=True)
    ]
    st.markdown(f"Paling banyak berbeda: {listing(places)}.")
picture, beside = two_parts()
with picture:
    show_map(
        store,
        villages.assign(value=100 * villages["rate"]).rename(columns={"village": "code"})[["code", "value"]],
        region=scope.region, title="Bagian yang disebut tepat satu dari kedua definisi",
        legend_title="Disebut tepat satu", unit="%", key="peta_banding",
    )  # fmt: skip
with beside:
    show_figure(pair_bars(found, a, b), key="kelompok_banding")
village_table(
    villages,
    {
        "name": "Desa/kelurahan", "district": "Kecamatan", "both": ("Keduanya", shown),
        "only_a": ("Hanya pertama", shown), "only_b": ("Hanya kedua", shown), "rate": ("Berbeda", percent_1),
    },
    alt="Desa menurut banyaknya yang disebut tepat satu definisi", key="tabel_banding", height=380,
)  # fmt: skip
in_families = replace(scope, unit="families")
st.download_button(
    "Unduh definisi, pasangan, dan desa (XLSX)",
    lambda: comparison_export(compare_definitions(store, in_families), a, b, provenance(store, in_families)),
    f"banding-{scope.region or 'semua'}.xlsx", icon=":material/download:",
    help="Dihitung dalam keluarga; angka kecil disembunyikan dan sisanya dibulatkan sebelum keluar.",
)  # fmt: skip
method_note("Banding definisi", "Miskin ekstrem")

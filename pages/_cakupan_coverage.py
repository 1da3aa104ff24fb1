"""Cakupan program, first tab: programme by decile, each programme and its rule, villages on a map and in a table."""

import streamlit as st

from analytics.coverage import Coverage
from analytics.scope import UNIT_NAMES, Scope
from analytics.text import day, number
from data.store import Store
from pages._parts import percent_0, percent_1, show_figure, show_map, table, two_parts, village_table
from pages._shared import OFF_LIST
from reports.figures import coverage_heatmap
from reports.provenance import provenance
from reports.tables import aggregate_export


def show_coverage(store: Store, scope: Scope, found: Coverage) -> None:
    """The matrix, the programmes, the villages."""
    unit, counted = scope.unit, UNIT_NAMES[scope.unit]
    none, vintage = found.without_programme, found.programmes["vintage"].max()
    show_figure(coverage_heatmap(found.rows, "decile", unit), key="matriks_desil")
    st.caption(f"Data program per {day(vintage)}. Desil 1 paling miskin.")

    st.subheader("Tiap program dan aturannya")
    table(
        found.programmes,
        {
            "name": "Program", "vintage": ("Data per", day), unit: (f"Penerima ({counted})", number),
            f"rate_{unit}": ("Cakupan", percent_1), f"eligible_{unit}": (f"Layak ({counted})", number),
            f"rate_eligible_{unit}": ("Cakupan yang layak", percent_1), "rule": "Sasaran menurut aturan",
        },
        alt="Program, penerima, cakupan, dan tanggal datanya",
    )  # fmt: skip

    st.subheader("Desa menurut program")
    named = dict(zip(found.programmes["programme"], found.programmes["name"], strict=True))
    programme = st.selectbox(
        "Program di peta", ["", *named], format_func=lambda code: named.get(code, "Miskin ekstrem tanpa program")
    )
    if programme:
        mapped = found.rows[(found.rows["by"] == "village") & (found.rows["programme"] == programme)]
        shown, group, edges = f"rate_{unit}", f"group_{unit}", (5, 10, 20, 40, 60, 80)
        title = f"Bagian {counted} yang menerima {named[programme]}"
    else:
        mapped = none[none["by"] == "village"]
        shown, group, edges = f"rate_extreme_{unit}", f"group_extreme_{unit}", (0, 1, 2, 5, 10, 20)
        title = f"Bagian {counted} miskin ekstrem yang tidak menerima program apa pun"
    picture, beside = two_parts()
    with picture:
        line = f"{counted.capitalize()} {'dalam data' if programme else 'miskin ekstrem'}"
        show_map(
            store,
            mapped.assign(value=100 * mapped[shown]).rename(columns={"village": "code", group: line})[
                ["code", "value", line]
            ],
            region=scope.region, title=title, legend_title="Bagian", unit="%", edges=edges, key="peta_cakupan",
        )  # fmt: skip

    matrix = found.rows[found.rows["by"] == "village"].pivot(
        index="village", columns="programme", values=f"rate_{unit}"
    )
    codes = [code for code in named if code in matrix]
    villages = none[none["by"] == "village"].merge(matrix.reset_index(), on="village", how="left")
    villages["name"] = villages["name"].fillna(OFF_LIST)
    villages = villages.sort_values([f"extreme_{unit}", "village"], ascending=[False, True], na_position="last")
    chosen = village_table(
        villages,
        {"name": "Desa/kelurahan", f"rate_extreme_{unit}": ("Miskin ekstrem tanpa program", percent_0)}
        | {code: (code, percent_0) for code in codes},
        alt="Bagian yang menerima tiap program, menurut desa", key="tabel_cakupan", heat=codes, height=420,
    )  # fmt: skip
    st.caption(
        f"Klik baris untuk membuka desa. Makin pekat warnanya, makin luas cakupannya. Data program per {day(vintage)}."
    )

    def export() -> bytes:
        cells = found.rows[found.rows["by"] == "village"]
        return aggregate_export(
            cells, provenance(store, scope), name="Cakupan", title="Penerima tiap program per desa",
            headers={"village": "Kode", "name": "Desa/kelurahan", "programme": "Program",
                     "families": "Keluarga penerima", "persons": "Jiwa penerima"},
            keys=["village", "programme"], labels={"village": ["name"]}, counts={"families": ["persons"]},
        )  # fmt: skip

    st.download_button(
        "Unduh tabel (XLSX)", export, f"cakupan-{scope.region or 'semua'}.xlsx", icon=":material/download:",
        help="Angka kecil disembunyikan dan sisanya dibulatkan sebelum keluar.",
    )  # fmt: skip

    with beside, st.container(border=True):
        if chosen is None:
            st.markdown("**Pilih desa**")
            st.caption("Klik desa di peta atau baris di tabel untuk melihat cakupannya di sini.")
        else:
            village = villages.set_index("village").loc[chosen]
            st.markdown(f"**{village['name']}**  \n:small[{chosen}]")
            st.markdown(
                f"{number(village[unit])} dari {number(village[f'group_{unit}'])} {counted} tidak menerima program "
                f"apa pun; {number(village[f'extreme_{unit}'])} di antaranya miskin ekstrem."
            )
            cells = found.rows[(found.rows["by"] == "village") & (found.rows["village"] == chosen)]
            table(
                cells, {"programme": "Program", f"rate_{unit}": ("Cakupan", percent_0),
                        f"rate_eligible_{unit}": ("Yang layak", percent_0)},
                alt=f"Cakupan program di {village['name']}",
            )  # fmt: skip

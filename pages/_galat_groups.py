"""The errors of one programme by group: kecamatan, village, sex of the head, elderly, disability, size."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from analytics.targeting import UNITS, Deciles, Unit, targeting
from analytics.targeting_sql import GROUP_NAMES
from analytics.text import known, money, number
from data.store import Store
from pages._parts import percent_0, show_figure, table, village_table
from pages._shared import OFF_LIST, refusals
from reports.targeting_figures import error_split

UNKNOWN_GROUP = "Tidak diketahui"


def groups_tab(store: Store, scope: Scope, programme: str, name: str, cut: Deciles, unit: Unit) -> None:
    """A choice of grouping, the picture (villages: the table alone), and the table."""
    group = st.segmented_control(
        "Kelompok", [key for key in GROUP_NAMES if key != "all"], default="district", required=True,
        format_func=GROUP_NAMES.__getitem__, key="kelompok_galat", label_visibility="collapsed",
    )  # fmt: skip
    with refusals():
        found = targeting(store, scope, programme=programme, group=group, cut=cut, unit=unit)
    rows = found.rows.assign(bar=found.rows["value"].fillna(""), shown=_shown(found.rows))
    rows = rows.sort_values("name", key=lambda names: names.isna(), kind="stable")  # codes of no list come last
    count = money if unit == "rupiah" else number
    columns: dict[str, Any] = {
        "shown": GROUP_NAMES[group], "eligible": (f"Layak ({UNITS[unit]})", count), "recipients": ("Penerima", count),
        "exclusion_error": ("Belum tercakup" if found.truncated else "Galat eksklusi", percent_0),
        "quota_shortage": ("Kuota kurang", percent_0), "misallocation": ("Salah alokasi", percent_0),
        "inclusion_error": ("Galat inklusi", percent_0), "coverage": ("Cakupan", percent_0),
    }  # fmt: skip
    alt = f"Galat sasaran {name} menurut {GROUP_NAMES[group].lower()}"
    if group == "village":
        _villages(rows, columns, alt)
    else:
        names = dict(zip(rows["bar"], rows["shown"], strict=True))
        title = f"{name} menurut {GROUP_NAMES[group][0].lower()}{GROUP_NAMES[group][1:]}"
        show_figure(error_split(rows, names, title, found.truncated), key="galat_kelompok")
        table(rows, columns, alt, key="tabel_kelompok_galat")


def _villages(rows: pd.DataFrame, columns: Mapping[str, Any], alt: str) -> None:
    """The villages, the highest error first; the one that is chosen can be opened."""
    worst = rows.sort_values("exclusion_error", ascending=False, na_position="last").rename(
        columns={"value": "village"}
    )
    chosen = village_table(worst, columns, alt, key="desa_galat", height=400)
    st.caption(
        "Terurut dari galat eksklusi tertinggi. Desa dengan sedikit yang layak mudah berubah-ubah. Centang satu desa "
        "untuk membukanya."
    )
    if known(chosen):
        name = worst.loc[worst["village"] == chosen, "shown"].iloc[0]
        st.page_link("pages/desa.py", label=f"Buka profil {name}", icon=":material/holiday_village:")


def _shown(rows: pd.DataFrame) -> pd.Series:
    """What a group is called; a code that no list names, and families whose group nobody knows."""
    off_list = rows["value"].map(lambda value: UNKNOWN_GROUP if pd.isna(value) else OFF_LIST)
    return rows["name"].where(rows["name"].notna(), off_list)

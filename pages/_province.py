"""A province of several deliveries: what can be joined, and whether what was joined is still the newest."""

import streamlit as st

from analytics import catalogue
from analytics.province import join_province, outdated, parts_of
from analytics.scope import Scope
from analytics.text import listing, number
from data.store import Store
from pages._parts import warn
from pages._shared import attempt, recompute


def join_offer(store: Store, scope: Scope) -> None:
    """Offers to join the deliveries of a province's regencies; draws nothing where one delivery holds all there is."""
    province = scope.region[:2] or next(iter(catalogue.provinces_with_data(store, scope.snapshot_id)), "")
    parts = parts_of(store, province)
    report = catalogue.import_report(store, scope.snapshot_id) or {}
    joined = "parts" in report
    if len({part.snapshot_id for part in parts}) < 2:
        return
    with st.container(border=True):
        st.markdown(
            f"**{number(len(parts))} kabupaten/kota dari kiriman yang terpisah.** Gabungan memuat kiriman terbaru "
            f"{listing([part.name for part in parts])}, dengan satu peringkat untuk semuanya. Data tiap kiriman tetap "
            "berdiri sendiri."
        )
        behind = outdated(store, scope.snapshot_id)
        if behind:
            st.warning(
                f"Gabungan ini belum memuat kiriman terbaru {listing(list(behind))}; gabungkan lagi agar angkanya "
                "mutakhir.",
                icon=":material/update:",
            )
        if joined:
            warn(report["warnings"])
        name = "Gabungkan lagi" if joined else "Gabungkan menjadi data provinsi"
        if st.button(name, type="primary" if behind else "secondary", icon=":material/join:"):
            with attempt():
                made = join_province(store, province)
                recompute(store, made.snapshot_id)
                st.session_state["data_baru"] = made.snapshot_id
                st.rerun()

"""Page Data: what two snapshots cannot be compared in."""

import streamlit as st

from analytics import catalogue
from analytics.comparability import comparable
from data.store import Store
from pages._parts import warn
from pages._shared import refusals
from reports import comparison


def show_comparability(store: Store, snapshot_id: str) -> None:
    """Two data beside each other: the answer, then the traits that differ. Nothing where there is no other data."""
    others = {found.snapshot_id: found.label for found in catalogue.snapshots(store)}
    mine = others.pop(snapshot_id, "")
    if not others:
        return
    st.subheader("Dapatkah dua data dibandingkan?")
    other = st.selectbox(f"Bandingkan {mine} dengan", others, format_func=others.__getitem__)
    with refusals():
        found = comparable(store, snapshot_id, other)
        st.markdown(comparison.answer(found))
        warn(comparison.warnings(found))
        lines = [*comparison.differing(found), *comparison.absent(found)]
        st.markdown("\n".join(f"- {line}" for line in lines))

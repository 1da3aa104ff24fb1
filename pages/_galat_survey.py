"""Targeting as the households of a survey tell it, with the uncertainty of a sample."""

import streamlit as st

from analytics.scope import Scope
from analytics.targeting import Deciles
from analytics.targeting_survey import MEASURES, SurveyTargeting, targeting_survey
from analytics.text import UNKNOWN, known, number, percent
from data.errors import Refused
from data.store import Store
from pages._parts import percent_0, percent_1, table

FLAGS = {"careful": "hati-hati", "withheld": "tidak ditampilkan"}


def survey_tab(store: Store, scope: Scope, programme: str, cut: Deciles) -> None:
    """One measure at a time, all programmes of the survey; what it says of `programme` first."""
    try:
        found = targeting_survey(store, scope, cut=cut)
    except Refused as refused:
        st.info(refused.message, icon=":material/poll:")
        return
    measure = st.segmented_control(
        "Ukuran", list(MEASURES), default="exclusion_error", required=True, format_func=MEASURES.__getitem__,
        key="ukuran_survei", label_visibility="collapsed",
    )  # fmt: skip
    _answer(found, measure, programme)
    _table(found, measure)
    people = "jiwa" if found.unit == "persons" else "rumah tangga"
    st.caption(
        f"Dari {number(found.cases)} rumah tangga survei, dihitung dalam {people}. Yang layak: rumah tangga yang "
        "pengeluarannya berada dalam rentang desil program; syarat lainnya tidak dinilai, jadi angkanya berbeda dari "
        "hitungan menurut daftar di atas. *Selang 95%*: di dalamnya angka sebenarnya diperkirakan "
        "berada. *Hati-hati*: galat baku di atas 25% nilainya; di atas 50% tidak ditampilkan."
    )


def _answer(found: SurveyTargeting, measure: str, programme: str) -> None:
    """The chosen programme in one sentence, where the survey knows it."""
    of = found.rows[(found.rows["measure"] == measure) & (found.rows["programme"] == programme)]
    if of.empty:
        st.markdown("Survei tidak menanyakan program yang dipilih di atas.")
    elif known(of["value"].iloc[0]):
        row = of.iloc[0]
        careful = " (hati-hati, datanya sedikit)" if row["flag"] == "careful" else ""
        st.markdown(
            f"{MEASURES[measure]} {row['name']} menurut survei: **{percent(row['value'], 0)}**, antara "
            f"{percent(row['low'], 0)} dan {percent(row['high'], 0)}{careful}."
        )


def _table(found: SurveyTargeting, measure: str) -> None:
    rows = found.rows[found.rows["measure"] == measure].copy()
    rows["interval"] = [
        f"{percent(low, 0)} sampai {percent(high, 0)}" if known(low) else UNKNOWN
        for low, high in zip(rows["low"], rows["high"], strict=True)
    ]
    rows["remark"] = [
        reason if known(reason) else FLAGS.get(flag, "")
        for flag, reason in zip(rows["flag"], rows["reason"], strict=True)
    ]
    table(
        rows,
        {
            "name": "Program", "deciles": "Desil layak", "value": (MEASURES[measure], percent_1),
            "interval": "Selang 95%", "rse": ("Galat baku relatif", percent_0), "cases": ("Rumah tangga", number),
            "remark": "Catatan",
        },
        alt=f"{MEASURES[measure]} tiap program menurut survei", height="content",
    )  # fmt: skip

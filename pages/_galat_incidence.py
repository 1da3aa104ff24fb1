"""Who enjoys a programme: shares by decile, concentration curve, equals treated differently, errors by consumption."""

from dataclasses import replace

import streamlit as st

from analytics.scope import Scope
from analytics.targeting import Deciles, Unit
from analytics.targeting_expected import ASSUMPTION, NO_LINE, expected_errors
from analytics.targeting_incidence import incidence
from analytics.text import about, known, number, percent
from data.store import Store
from pages._parts import halves, show_figure
from pages._shared import refusals
from reports.targeting_figures import concentration_figure, incidence_figure

BENEFIT: dict[str, str] = {"families": "penerima", "persons": "jiwa penerima", "rupiah": "rupiah bantuan"}
RANKS = {"recorded": "persentil tercatat", "pmt": "persentil PMT"}


def incidence_tab(store: Store, scope: Scope, programme: str, name: str, cut: Deciles, unit: Unit) -> None:
    """Sentence and two pictures, then how equals fare, then the errors expected against consumption."""
    with refusals():
        found = incidence(store, scope, programme, cut=cut, unit=unit)
    benefit = BENEFIT[unit]
    if found.reason:
        st.info(found.reason, icon=":material/info:")
    else:
        poorest = found.by_decile[found.by_decile["decile"] <= 4]
        st.markdown(
            f"Desil 1 sampai 4 mendapat **{percent(poorest['share_benefit'].sum(), 0)} {benefit}** {name}, sedangkan "
            f"bagian mereka {percent(poorest['share_population'].sum(), 0)}. Koefisien konsentrasi "
            f"**{number(found.coefficient, 2)}** (-1: semua kepada yang termiskin; 0: rata)."
        )
        left, right = halves()
        with left:
            show_figure(incidence_figure(found, benefit), key="galat_desil")
        with right:
            show_figure(concentration_figure(found, name, benefit), key="galat_kurva")
        if found.unranked:
            st.caption(f"{number(found.unranked)} keluarga tanpa peringkat tidak ikut.")
    st.markdown("**Yang hampir sama miskin, diperlakukan berbeda**")
    if found.unequal_reason:
        st.caption(found.unequal_reason)
    else:
        alike = f"yang berselisih paling banyak {found.window} persentil ({RANKS[found.percentile_of or 'pmt']})"
        eligible = percent(found.unequal_eligible, 0)
        among = f", dan {eligible} di antara yang layak" if known(found.unequal_eligible) else ""
        st.markdown(
            f"Dua keluarga {alike} diperlakukan berbeda dengan peluang **{percent(found.unequal_all, 0)}**{among}. "
            "Nol berarti yang sama diperlakukan sama; sekitar 50% berarti seperti undian."
        )
    _expected(store, scope if unit == "rupiah" else replace(scope, unit=unit), programme)


def _expected(store: Store, scope: Scope, programme: str) -> None:
    st.markdown("**Terhadap pengeluaran yang diperkirakan**")
    with refusals():
        expected = expected_errors(store, scope, programme)
    if expected.empty:
        st.caption(NO_LINE)
        return
    for row in expected.itertuples(index=False):
        wrong = (
            f"; {percent(row.inclusion_error, 0)} penerima hidup di atas garis" if known(row.inclusion_error) else ""
        )
        st.markdown(
            f"Dari sekitar {about(row.poor)} {'jiwa' if scope.unit == 'persons' else 'keluarga'} yang diperkirakan "
            f"hidup di bawah {row.line_title}, **{percent(row.exclusion_error, 0)}** tidak menerima{wrong}."
        )
    st.caption(ASSUMPTION)

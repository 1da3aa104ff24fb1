"""Parts of page Peringkat: what a scorecard says, term by term; which cards there are, and which one ranks."""

from pathlib import Path

import pandas as pd
import streamlit as st

from analytics.card_files import delete_card
from analytics.card_parts import TargetingError
from analytics.model_card import ModelCard
from analytics.scope import Scope
from analytics.text import UNKNOWN, day, number, percent
from data.errors import Refused
from data.store import Store
from pages._parts import confirmed, percent_1, show_figure, table, warn
from pages._shared import attempt, recompute
from reports import model_words
from reports.model_figures import term_effects

HEADLINE = 0.2  # the quota whose error stands for a card where there is room for one


def headline(card: ModelCard) -> TargetingError | None:
    """The targeting error that stands for a card; None for a card without any."""
    return min(card.targeting, key=lambda error: abs(error.quota - HEADLINE), default=None)


def made(card: ModelCard) -> str:
    """When a card was made, by the clock of this machine: `8 Juni 2026 14.05`."""
    when = card.fitted_at.astimezone()
    return f"{day(when)} {when:%H.%M}"


def label(card: ModelCard) -> str:
    """A card in short, where several stand beside each other: `OLS · 08-06-2026 14.05`."""
    without = f" · tanpa {len(card.cost.dropped)} ciri" if card.cost else ""
    return f"{model_words.SHORT.get(card.method, card.method)} · {card.fitted_at.astimezone():%d-%m-%Y %H.%M}{without}"


def kept_models(store: Store) -> tuple[dict[str, ModelCard], list[str]]:
    """(name of the file -> card, the newest first; what could not be read, in sentences)."""
    cards, lost = {}, []
    for path in store.models.glob("*.yaml"):
        try:
            cards[path.name] = ModelCard.load(path)
        except Refused as refused:
            lost.append(refused.message)
    newest = sorted(cards.items(), key=lambda entry: (entry[1].fitted_at, entry[0]), reverse=True)
    return dict(newest), lost


def show_scorecard(card: ModelCard) -> None:
    """What each term says, as a chart and in words."""
    period = f", {card.period}" if card.period else ""
    st.markdown(
        f"Skor sebuah keluarga adalah jumlah **{number(card.k)} suku**. Kartu ini dilatih pada {number(card.n)} "
        f"{model_words.UNITS[card.unit]} ({card.survey}{period}) dengan {model_words.method(card.method)}, "
        f"{made(card)}."
    )
    warn(card.warnings)
    readings = model_words.readings(card)
    show_figure(term_effects(readings), key="kartu_skor")
    st.caption(
        "Garis tipis adalah selang 90%: bila melewati nol, survei belum dapat memastikan arahnya. Selisih ini "
        "menunjukkan apa yang berjalan bersama dalam survei, bukan sebab-akibat."
    )
    st.markdown("\n".join(f"- {reading.sentence}" for reading in readings[:5]))
    with st.expander(f"Semua {number(len(readings))} perbandingan"):
        table(
            pd.DataFrame([{"sentence": reading.sentence, "effect": reading.effect} for reading in readings]),
            {"sentence": "Arti", "effect": ("Selisih perkiraan", percent_1)},
            alt="Semua perbandingan kartu skor, yang paling berpengaruh di atas",
        )
    if card.left_out:
        with st.expander(f"{number(len(card.left_out))} kolom tidak dipakai, dan sebabnya"):
            table(
                pd.DataFrame(card.left_out.items(), columns=["column", "why"]),
                {"column": "Kolom", "why": "Sebab"}, alt="Kolom survei yang tidak dipakai",
            )  # fmt: skip


def show_choice(store: Store, scope: Scope, used: str | None) -> None:
    """All kept cards side by side; one can be chosen and adopted. used: name of the one that ranks now."""
    cards, lost = kept_models(store)
    warn(lost)
    if not cards:
        st.info("Belum ada model. Latih satu dari survei di tab Latih model.", icon=":material/info:")
        return
    names = {name: label(card) for name, card in cards.items()}
    quotas = sorted({error.quota for card in cards.values() for error in card.targeting})
    table(
        pd.DataFrame([_compared(card, name == used) for name, card in cards.items()]),
        {
            "name": "Model", "r2": "R² (selang)",
            **{f"found_{quota}": f"Kuota {percent(quota)}" for quota in quotas},
            "lost": "Kotak hitam", "n": ("Kasus", number), "survey": "Survei", "state": "Keadaan",
        },
        alt="Semua model yang tersimpan, terbaru di atas",
    )  # fmt: skip
    st.caption(
        "*Kuota 20%*: dari 100 rumah tangga 20% termiskin, sebanyak ini ditemukan di luar data latih; dalam kurung "
        "selang 90%. *Kotak hitam*: "
        f"tambahan temuan pada kuota {percent(HEADLINE)} bila memakai gradient boosting yang tidak dapat dijelaskan."
    )
    chosen = st.selectbox(
        "Model", cards, list(cards).index(used) if used in cards else 0, format_func=names.__getitem__, key="model"
    )
    card = cards[chosen]
    st.markdown("\n".join(f"- {sentence}" for sentence in _meaning(card)))
    warn(card.warnings)
    adopt(store, scope, store.models / chosen, card, chosen == used, "pilih")
    if chosen != used and confirmed(
        "Hapus model",
        "Hapus model ini? Survei yang disimpan untuknya ikut dihapus bila tidak dipakai model lain.",
        f"hapus_model_{chosen}",
    ):
        with attempt():
            delete_card(store, chosen)
            st.rerun()


def adopt(store: Store, scope: Scope, path: Path, card: ModelCard, ranks_now: bool, place: str) -> None:
    """The button that makes a card rank the families, or why there is none; place: tells two of one card apart."""
    if ranks_now:
        st.caption(":material/check: Model ini yang sekarang memeringkat keluarga.")
    elif not card.scorable:
        st.caption(":material/block: Model ini hanya dapat dibaca, tidak dapat menskor keluarga.")
    elif st.button("Pakai model ini", type="primary", icon=":material/calculate:", key=f"{place}_{path.stem}"):
        with attempt():
            recompute(store, scope.snapshot_id, path)
            st.rerun()


def _compared(card: ModelCard, used: bool) -> dict[str, object]:
    state = [
        "dipakai" if used else "", "" if card.signal else "tanpa daya ramal",
        "" if card.scorable else "tidak dapat menskor", f"{len(card.warnings)} peringatan" if card.warnings else "",
    ]  # fmt: skip
    return {
        "name": label(card),
        "survey": card.survey,
        "n": card.n,
        "r2": _with_interval(number(card.r2_cv, 2), card.r2_low, card.r2_high),
        **{f"found_{error.quota}": model_words.found_shortly(error) for error in card.targeting},
        "lost": _lost(card),
        "state": ", ".join(part for part in state if part) or "siap dipakai",
    }


def _with_interval(value: str, low: float | None, high: float | None) -> str:
    return value if low is None or high is None else f"{value} ({number(low, 2)}–{number(high, 2)})"


def _lost(card: ModelCard) -> str:
    main = headline(card)
    gain = None if main is None else model_words.gain(card, main)
    return UNKNOWN if gain is None else f"{gain:+d}".replace("-", "−") if gain else "0"


def _meaning(card: ModelCard) -> list[str]:
    sentences = [model_words.found(card, error) for error in card.targeting]
    main = headline(card)
    beside = None if main is None else model_words.lost(card, main)
    return [*sentences, *([beside] if beside else []), *model_words.caveats(card)]

"""Parts of page Peringkat: how far a scorecard can be trusted, for whom less, and what its survey says."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from analytics.model_card import ModelCard
from analytics.proxies import compare
from analytics.scope import Scope
from analytics.scoring import imputed_bands
from analytics.survey_facts import survey_facts
from analytics.text import month, number, percent, rupiah
from data.errors import Refused
from data.store import Store
from pages._model import HEADLINE
from pages._parts import percent_0, percent_1, show_figure, table, warn
from pages._shared import attempt
from reports import model_words
from reports.model_figures import calibration, found_share, group_errors
from reports.proxy_figures import proxy_bars, proxy_label


def show_accuracy(card: ModelCard) -> None:
    """What the errors mean: under a fixed quota, under a fixed line, beside the black box."""
    show_figure(found_share(card), key="ketepatan")
    for error in card.targeting:
        beside = model_words.lost(card, error)
        st.markdown(f"- {model_words.found(card, error)}" + (f" {beside}" if beside else ""))
    for sentence in model_words.caveats(card):
        st.markdown(f"- {sentence}")
    repeated = f", diulang {number(card.repeats)} kali" if card.repeats > 1 else ""
    st.caption(
        f"Diukur pada {model_words.UNITS[card.unit]} yang tidak dipakai melatih (survei dibagi lima{repeated}); "
        "selang 90%. Kuota terisi penuh, jadi setiap yang terlewat digantikan satu yang salah sasaran."
    )
    if card.fixed_line:
        st.subheader("Bila ramalan dibandingkan langsung dengan garis")
        st.markdown("\n".join(f"- {model_words.at_line(card, error)}" for error in card.fixed_line))
        st.caption(
            "Ramalan kurang beragam daripada kenyataan, jadi terlalu sedikit yang diramal di bawah garis. Karena itu "
            "Tepat mengurutkan keluarga atau memakai peluang, tidak membandingkan ramalan dengan rupiah."
        )


def show_calibration(card: ModelCard) -> None:
    """Whether the chances the model gives come true."""
    st.subheader("Apakah peluangnya dapat dipercaya")
    if card.method == "quantile":
        st.info("Model kuantil mengurutkan keluarga, tetapi tidak memberi peluang.", icon=":material/info:")
        return
    if not card.calibration:
        st.caption("Kartu ini belum memuat kalibrasi; latih ulang modelnya agar kalibrasinya tampil.")
        return
    quotas = list(dict.fromkeys(found.quota for found in card.calibration))
    quota = min(quotas, key=lambda share: abs(share - HEADLINE))
    if len(quotas) > 1:
        quota = st.segmented_control(
            "Garis yang memotong", quotas, default=quota, required=True, key="kuota_kalibrasi",
            format_func=lambda share: f"{percent(share)} termiskin",
        )  # fmt: skip
    bins = [found for found in card.calibration if found.quota == quota]
    st.markdown(model_words.calibrated(bins))
    show_figure(calibration(bins), key="kalibrasi")


def show_groups(card: ModelCard, districts: Mapping[str, str]) -> None:
    """For whom the model errs more. districts: code without dots -> name."""
    st.subheader("Siapa yang lebih sering terlewat")
    if not card.groups:
        st.caption("Kartu ini belum memuat galat menurut kelompok; latih ulang modelnya agar tampil.")
        return
    st.markdown(model_words.missed_most(card.groups, districts))
    kinds = [kind for kind in model_words.GROUPS if any(error.group == kind for error in card.groups)]
    kind = st.segmented_control(
        "Kelompok", kinds, default=kinds[-1], required=True, format_func=model_words.GROUPS.__getitem__, key="kelompok"
    )
    errors = [error for error in card.groups if error.group == kind]
    show_figure(group_errors(errors, districts), key="galat_kelompok")
    rows = pd.DataFrame([error.model_dump() for error in errors])
    names = [model_words.group_value(error.group, error.value, districts) for error in errors]
    with st.expander("Angkanya"):
        table(
            rows.assign(name=[name[0].upper() + name[1:] for name in names]),
            {
                "name": "Kelompok", "n": ("Kasus", number), "share": ("Bagian", percent_0),
                "exclusion": ("Terlewat", percent_0), "low": ("Selang dari", percent_0), "high": ("sampai", percent_0),
                "difference": ("Selisih dari semua", percent_0),
                "ratio": ("Nisbah", lambda value: number(value, 2)),
                "inclusion": ("Salah sasaran", percent_0), "bias": ("Kemelesetan (ln)", lambda value: number(value, 2)),
            },
            alt="Galat menurut kelompok",
        )  # fmt: skip
        st.caption(
            "Kemelesetan di atas nol: kelompok itu ditaksir lebih miskin daripada kenyataannya. Galat kelompok yang "
            "kasus miskinnya terlalu sedikit tidak ditampilkan."
        )


def show_survey(store: Store, scope: Scope, card: ModelCard) -> None:
    """The survey itself, and its proxies beside those of the families the card scores."""
    with attempt():
        _facts(store, card)
    st.subheader("Ciri yang sama dalam survei dan data keluarga")
    try:
        found = compare(store, scope)
    except Refused as refused:
        st.info(refused.message, icon=":material/info:")
        return
    bands = imputed_bands(store, scope)
    st.markdown(
        f"**{number(bands.none)}** keluarga diskor dari isiannya sendiri; **{number(bands.some)}** sebagian, dan "
        f"**{number(bands.much)}** untuk lebih dari {percent(bands.limit)} bobot skornya, dari rata-rata survei karena "
        "isiannya kosong."
    )
    warn(found.warnings)
    show_figure(proxy_bars(found.rows), key="ciri_survei")
    with st.expander("Semua ciri"):
        rows = found.rows
        labels = [proxy_label(field, levels) for field, levels in zip(rows["field"], rows["levels"], strict=True)]
        table(
            rows.assign(label=labels),
            {
                "label": "Ciri", "survey": ("Survei", _share_or_mean), "register": ("Data keluarga", _share_or_mean),
                "difference_sd": ("Selisih (simpangan baku)", lambda value: number(value, 2)),
                "unknown": ("Kosong dalam data", percent_1),
            },
            alt="Ciri kartu skor dalam survei dan dalam data keluarga",
        )  # fmt: skip
        st.caption("Bagian ditulis 0 sampai 1; jumlah dan luas ditulis rata-ratanya.")


def _share_or_mean(value: float) -> str:
    return number(value, 2)


def _facts(store: Store, card: ModelCard) -> None:
    facts = survey_facts(store, card)
    if facts is None:
        st.caption("Survei model ini tidak disimpan, jadi ketimpangannya tidak dapat dihitung.")
        return
    priced = f", harga {month(card.price_date)}" if card.price_date else ""
    st.markdown(
        f"Menurut survei ini (**{number(facts.n)}** {model_words.UNITS[card.unit]}, {card.outcome_unit}{priced}), "
        f"koefisien Gini pengeluaran per jiwa **{number(facts.gini, 3)}** (0 berarti sama rata, 1 paling timpang)."
    )
    money = rupiah if card.outcome_unit.lower().startswith("rupiah") else number
    table(
        facts.rows,
        {
            "quota": ("Bagian termiskin", percent), "line": ("Garisnya", money),
            "p0": ("Di bawah garis (P0)", percent_1), "p1": ("Kedalaman (P1)", percent_1),
            "p2": ("Keparahan (P2)", percent_1),
        },
        alt="Kemiskinan dalam survei pada garis yang memotong bagian termiskin",
    )  # fmt: skip

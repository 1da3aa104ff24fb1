"""Part of page Peringkat: from a survey to a kept scorecard."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from analytics.catalogue import regions_with_data
from analytics.fields import FIELDS, title
from analytics.model_card import ModelCard
from analytics.scope import Scope
from analytics.text import number
from data.store import Store
from pages._model import adopt, headline, label
from pages._parts import UNVERIFIED, warn
from pages._shared import attempt, is_demo, working
from pages._survey_upload import LookedAt, copies, survey_upload
from reports import model_words

FITTED = "model_dilatih"  # paths of the cards the last fit made
NONE = "(tidak ada)"


def show_fit(store: Store, scope: Scope, used: str | None) -> None:
    """Upload, say what the columns are, fit, adopt. used: name of the card file that ranks now."""
    st.markdown(
        "Model dilatih dari survei rumah tangga yang memuat pengeluaran, misalnya Susenas. Pilih berkas rumah tangga, "
        "dan berkas anggota bila ada. Unggahan dihapus setelah dibaca; yang disimpan untuk latih ulang hanya kolom "
        "penduga, tanpa nama, NIK, dan alamat."
    )
    uploads, found = survey_upload(store)
    if found is not None:
        _show_found(found)
        _ask(store, scope, uploads, found)
    for path in st.session_state.get(FITTED, []):
        _show_result(store, scope, path, used)


def _show_found(found: LookedAt) -> None:
    doubt = f" {UNVERIFIED}" if found.roles.status == "unverified" else ""
    st.markdown(f"**{number(found.rows)} rumah tangga**, {number(len(found.columns))} kolom.{doubt}")
    warn(found.notes)
    if not found.mapped:
        st.info(
            "Format survei ini belum dikenali. Petakan kolomnya di atas; bila tidak, ketelitian modelnya dapat dibaca "
            "tetapi model itu tidak dapat menskor keluarga.", icon=":material/info:",
        )  # fmt: skip


def _ask(store: Store, scope: Scope, uploads: Sequence[Any], found: LookedAt) -> None:
    roles = found.roles
    with st.form("latih"):
        left, middle, right = (part.cell() for part in [st.grid(3, min_column_width=220)] * 3)
        outcome = _column(left, "Kolom pengeluaran", found, roles.outcome, must=True)
        size = _column(
            left, "Kolom jumlah anggota", found, roles.size,
            "Hanya bila pengeluaran itu milik seluruh rumah tangga dan harus dibagi.",
        )  # fmt: skip
        price: date | None = left.date_input(
            "Tanggal harga", roles.price_date, format="DD/MM/YYYY", min_value=date(1990, 1, 1),
            help="Hari yang harganya berlaku bagi pengeluaran survei; perlu untuk membandingkan dengan garis.",
        )  # fmt: skip
        weight = _column(middle, "Kolom penimbang", found, roles.weight, "Berapa rumah tangga diwakili satu baris.")
        cluster = _column(
            middle, "Kolom klaster", found, roles.cluster,
            "Blok sensus atau desa sampel; rumah tangga satu klaster diuji bersama.",
        )  # fmt: skip
        period = middle.text_input("Masa survei", roles.period or "", max_chars=80, placeholder="Maret 2026")
        district = _column(right, "Kolom kecamatan", found, roles.district, "Untuk melihat galat tiap kecamatan.")
        unit = right.text_input(
            "Satuan pengeluaran", roles.outcome_unit or "", max_chars=80, placeholder="rupiah per jiwa per bulan"
        )
        methods = right.multiselect(
            "Cara melatih", model_words.SHORT, ["ols"], format_func=model_words.SHORT.__getitem__,
            placeholder="Pilih cara", key="cara_latih",
            help="OLS (kuadrat terkecil) paling mudah dijelaskan; LASSO hanya memakai penduga yang berguna; Kuantil "
            "memperhatikan lapis bawah, tetapi tidak memberi peluang.",
        )  # fmt: skip
        with st.expander("Pilihan lain"):
            known = [*(FIELDS if found.mapped else ()), *(name for name in found.columns if name not in FIELDS)]
            chosen = st.multiselect(
                "Penduga (kosongkan agar dipilih otomatis)", known, format_func=title, placeholder="Pilih otomatis"
            )
            drop = st.multiselect("Jangan pakai", known, format_func=title, placeholder="Tidak ada", key="jangan_pakai")
            repeats = st.number_input("Berapa kali validasi silang diulang", 1, 20, 1, key="ulangan")
            beside = st.checkbox("Hitung juga kotak hitam sebagai pembanding", True, key="pembanding")
        go = st.form_submit_button("Latih model", type="primary", icon=":material/model_training:")
    if not go or outcome is None:
        return
    options: dict[str, Any] = {
        "size": size, "weight": weight, "cluster": cluster, "district": district, "predictors": chosen or "auto",
        "drop": drop, "profile": found.profile, "outcome_unit": unit.strip() or None,
        "period": period.strip() or None, "price_date": price, "repeats": int(repeats), "yardstick": beside,
        "region": _bound_to(store, scope),
    }  # fmt: skip
    st.session_state.pop(FITTED, None)
    with attempt():
        st.session_state[FITTED] = _fit(store, uploads, outcome, methods or ["ols"], options)
        st.rerun()


def _column(
    place: Any, name: str, found: LookedAt, role: str | None, about: str | None = None, must: bool = False
) -> str | None:
    """A column of the survey to be chosen; the profile's own word comes first."""
    options = [*([] if must else [NONE]), *found.columns]
    chosen = place.selectbox(name, options, options.index(role) if role in options else 0, help=about)
    return None if chosen == NONE else chosen


def _bound_to(store: Store, scope: Scope) -> str | None:
    """The only regency the model is for: one fitted beside the demo must never rank a real regency unasked."""
    if not is_demo(store, scope):
        return None
    return str(regions_with_data(store, scope.snapshot_id)["code"].iloc[0])[:5]


def _fit(store: Store, uploads: Sequence[Any], outcome: str, methods: list[str], options: dict[str, Any]) -> list[str]:
    """Paths of the cards made, one per method."""
    from analytics.pipeline import fit_survey

    made = []
    with working("Melatih model") as progress, copies(store, uploads) as paths:
        for place, method in enumerate(methods):

            def part(share: float, phrase: str, place: int = place, method: str = method) -> None:
                progress((place + share) / len(methods), f"{model_words.SHORT[method]}: {phrase}")

            report = fit_survey(store, paths, outcome, method=method, progress=part, **options)
            made.append(str(report.path))
    return made


def _show_result(store: Store, scope: Scope, path: str, used: str | None) -> None:
    with attempt(), st.container(border=True):
        card = ModelCard.load(Path(path))
        st.markdown(f"**{label(card)}** · {number(card.n)} kasus, {number(card.k)} suku, R² {number(card.r2_cv, 2)}")
        main = headline(card)
        if main is not None:
            beside = model_words.lost(card, main)
            st.markdown(model_words.found(card, main) + (f" {beside}" if beside else ""))
        for sentence in model_words.caveats(card):
            st.markdown(sentence)
        warn(card.warnings)
        adopt(store, scope, Path(path), card, Path(path).name == used, "latih")

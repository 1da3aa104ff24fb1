"""Part of page Peringkat: a survey comes in, a scorecard comes out; neither the upload nor its rows are kept here."""

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st

from analytics.fields import FIELDS, title
from analytics.scope import Scope
from analytics.text import number
from data.profiles import PROFILES, survey_profiles
from data.store import Store
from data.survey import Roles, read_survey
from pages._import import uploader
from pages._model import adopt, headline
from pages._parts import warn
from pages._shared import attempt, is_demo, working
from reports import model_words

TYPES = ("csv", "txt", "tsv", "xlsx", "dta", "sav")
LOOKED_AT = "survei_diperiksa"  # what was found in the uploaded survey: names of columns, no row of it
FITTED = "model_dilatih"  # paths of the cards the last fit made
NONE = "(tidak ada)"


@dataclass(frozen=True)
class LookedAt:
    """files: ids of the uploads it speaks of. columns: of the household file. mapped: a profile read it."""

    files: tuple[str, ...]
    columns: tuple[str, ...]
    rows: int
    mapped: bool
    roles: Roles
    notes: tuple[str, ...]


@contextmanager
def _staged(store: Store, uploads: Sequence[Any]):
    """The uploads under their own names (a card names its survey) in a folder of their own; gone afterwards."""
    with TemporaryDirectory(dir=store.staging) as folder:
        paths = []
        for upload in uploads:
            path = Path(folder) / Path(upload.name).name
            path.write_bytes(upload.getbuffer())
            paths.append(path)
        yield paths


def show_fit(store: Store, scope: Scope, used: str | None) -> None:
    """From survey files to a kept scorecard, in two steps; used: path of the card that ranks now."""
    st.markdown(
        "Model dilatih dari survei rumah tangga yang memuat pengeluaran, misalnya Susenas. Pilih berkas rumah tangga, "
        "dan berkas anggota bila ada. Berkas yang diunggah dihapus setelah dibaca; yang disimpan hanya kolom "
        "penduga tanpa nama, NIK, dan alamat."
    )
    uploads = uploader("Berkas survei", "berkas_survei", TYPES, several=True)
    profiles = {"auto": "Kenali otomatis"} | {
        name: found.title for name, found in survey_profiles(store.path.parent / PROFILES).items()
    }
    profile = st.selectbox("Format survei", profiles, format_func=profiles.__getitem__, key="format_survei")
    ids = tuple(upload.file_id for upload in uploads)
    if st.button("Periksa survei", disabled=not uploads, icon=":material/search:"):
        st.session_state.pop(LOOKED_AT, None)
        st.session_state.pop(FITTED, None)
        with attempt(), working("Membaca survei"), _staged(store, uploads) as paths:
            survey = read_survey(store, paths, profile)
            columns = dict.fromkeys([*survey.aliases, *survey.frame.columns])
            st.session_state[LOOKED_AT] = LookedAt(
                ids, tuple(columns), len(survey.frame), survey.canonical, survey.roles, survey.notes
            )
    found: LookedAt | None = st.session_state.get(LOOKED_AT)
    if found is not None and found.files == ids:
        _show_found(found)
        _ask(store, scope, uploads, profile, found)
    for path in st.session_state.get(FITTED, []):
        _show_result(store, scope, path, used)


def _show_found(found: LookedAt) -> None:
    status = ":orange-badge[belum diverifikasi]" if found.roles.status == "unverified" else ""
    st.markdown(f"**{number(found.rows)} rumah tangga**, {number(len(found.columns))} kolom. {status}")
    warn(found.notes)
    if not found.mapped:
        st.info(
            "Format survei ini belum dikenali, jadi kolomnya dipakai apa adanya: ketelitian modelnya dapat dibaca, "
            "tetapi model itu tidak dapat menskor keluarga.", icon=":material/info:",
        )  # fmt: skip


def _ask(store: Store, scope: Scope, uploads: Sequence[Any], profile: str, found: LookedAt) -> None:
    roles = found.roles
    with st.form("latih"):
        left, middle, right = (part.cell() for part in [st.grid(3, min_column_width=220)] * 3)
        outcome = _column(left, "Kolom pengeluaran", found, roles.outcome, must=True)
        size = _column(left, "Jumlah anggota, bila pengeluaran itu seluruh rumah tangga", found, roles.size)
        weight = _column(middle, "Kolom penimbang", found, roles.weight)
        cluster = _column(middle, "Kolom klaster (blok sensus)", found, roles.cluster)
        district = _column(right, "Kolom kecamatan", found, roles.district)
        unit = right.text_input("Satuan pengeluaran", roles.outcome_unit or "", max_chars=80,
                                placeholder="rupiah per jiwa per bulan")  # fmt: skip
        period = middle.text_input("Masa survei", roles.period or "", max_chars=80, placeholder="Maret 2026")
        price: date | None = right.date_input(
            "Tanggal harga", roles.price_date, format="DD/MM/YYYY", min_value=date(1990, 1, 1)
        )
        methods = st.multiselect(
            "Cara melatih", model_words.SHORT, ["ols"], format_func=model_words.method,
            help="OLS paling mudah dijelaskan; LASSO memilih penduga yang berguna saja; regresi kuantil memperhatikan "
            "lapis bawah, tetapi tidak memberi peluang.",
        )  # fmt: skip
        with st.expander("Pilihan lain"):
            known = [*(FIELDS if found.mapped else ()), *(name for name in found.columns if name not in FIELDS)]
            chosen = st.multiselect("Penduga (kosongkan agar dipilih otomatis)", known, format_func=title)
            drop = st.multiselect("Jangan pakai kolom ini", known, format_func=title)
            repeats = st.number_input("Berapa kali validasi silang diulang", 1, 20, 1)
            beside = st.checkbox("Hitung juga kotak hitam sebagai pembanding", True)
        go = st.form_submit_button("Latih model", type="primary", icon=":material/model_training:")
    if not go or outcome is None:
        return
    options: dict[str, Any] = {
        "size": size, "weight": weight, "cluster": cluster, "district": district, "predictors": chosen or "auto",
        "drop": drop, "profile": profile, "outcome_unit": unit.strip() or None, "period": period.strip() or None,
        "price_date": price, "repeats": int(repeats), "yardstick": beside,
        # A model of an invented survey must never rank the families of a real regency unasked.
        "region": scope.region[:5] or _demo_regency(store, scope) if is_demo(store, scope) else None,
    }  # fmt: skip
    st.session_state.pop(FITTED, None)
    with attempt():
        st.session_state[FITTED] = _fit(store, uploads, outcome, methods or ["ols"], options)
        st.rerun()


def _column(place: Any, label: str, found: LookedAt, role: str | None, must: bool = False) -> str | None:
    """A column of the survey to be chosen; the profile's own word comes first."""
    options = [*([] if must else [NONE]), *found.columns]
    chosen = place.selectbox(label, options, options.index(role) if role in options else 0)
    return None if chosen == NONE else chosen


def _demo_regency(store: Store, scope: Scope) -> str:
    from analytics.catalogue import regions_with_data

    return str(regions_with_data(store, scope.snapshot_id)["code"].iloc[0])[:5]


def _fit(store: Store, uploads: Sequence[Any], outcome: str, methods: list[str], options: dict[str, Any]) -> list[str]:
    """Paths of the cards made, one per method."""
    from analytics.pipeline import fit_survey

    made = []
    with working("Melatih model") as progress, _staged(store, uploads) as paths:
        for place, method in enumerate(methods):

            def part(share: float, phrase: str, place: int = place, method: str = method) -> None:
                progress((place + share) / len(methods), f"{model_words.SHORT[method]}: {phrase}")

            report = fit_survey(store, paths, outcome, method=method, progress=part, **options)
            made.append(str(report.path))
    return made


def _show_result(store: Store, scope: Scope, path: str, used: str | None) -> None:
    from analytics.model_card import ModelCard

    with attempt(), st.container(border=True):
        card = ModelCard.load(Path(path))
        st.markdown(f"**{card.name}** · {model_words.method(card.method)} · R² {number(card.r2_cv, 2)}")
        main = headline(card)
        if main is not None:
            beside = model_words.lost(card, main)
            st.markdown(model_words.found(card, main) + (f" {beside}" if beside else ""))
        for sentence in model_words.caveats(card):
            st.markdown(sentence)
        warn(card.warnings)
        adopt(store, scope, path, card, path == used)

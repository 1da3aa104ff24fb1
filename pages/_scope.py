"""The scope in the sidebar: chosen from wide to narrow, kept across pages and carried by the address."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics import catalogue
from analytics.definitions import computed_lines
from analytics.scope import BOUND_NAMES, DEFINITION_NAMES, UNIT_NAMES, Scope
from analytics.text import listing, percent
from data.criteria import all_rules
from data.reference import lines
from data.store import Store
from pages._shared import OFF_LIST

QUOTAS = (0.01, 0.02, 0.03, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.40)
EVERYWHERE = {0: "Seluruh wilayah data", 2: "Semua kabupaten/kota"}  # length of the chosen code -> all that is in it
KEPT: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}
ADDRESS = "alamat"  # which parameters the address had when the scope was last drawn
LINK = "tautan"  # (choices a link named in vain, the scope opened instead)


def sidebar_scope(store: Store) -> Scope:
    """The scope widgets, kept across pages and in the URL (names of regions only, never of people)."""
    unknown: list[str] = []
    if "data_baru" in st.session_state:
        st.session_state["data"] = st.session_state.pop("data_baru")
    names = {found.snapshot_id: found.label for found in catalogue.snapshots(store)}
    snapshot_id = _choose("Data", names, "data", unknown)
    regions = catalogue.regions_with_data(store, snapshot_id)
    region = _choose_province(store, snapshot_id, regions, unknown)
    region = _choose_region(regions, "regency", region, "Kabupaten/kota", EVERYWHERE[len(region)], unknown)
    if len(region) == 5:
        region = _choose_region(regions, "district", region, "Kecamatan", "Semua kecamatan", unknown)
    if len(region) == 8:
        region = _choose_region(regions, "village", region, "Desa/kelurahan", "Semua desa/kelurahan", unknown)

    start = catalogue.default_scope(store, snapshot_id=snapshot_id)
    definitions = {name: DEFINITION_NAMES[name] for name in usable_definitions(store, snapshot_id)}
    definition = _choose("Definisi miskin ekstrem", definitions, "definisi", unknown)
    cut, quota, line = start.cut, start.quota, None
    rules: dict[str, Any] = {}
    if definition == "recorded":
        cuts = {upto: "Desil 1" if upto == 1 else f"Desil 1 sampai {upto}" for upto in range(1, max(4, start.cut) + 1)}
        cut = _choose("Batas", cuts, "batas", unknown, start.cut)
    elif definition == "pmt_line":
        derived = {name: lines().lines[name].title for name in computed_lines(store, snapshot_id)}
        line = _choose("Garis", derived, "garis", unknown)
    elif definition == "local_criteria":
        rules = _choose_rules(store, unknown)
    else:
        quotas = {share: percent(share) for share in sorted({*QUOTAS, start.quota})}
        quota = _choose("Kuota", quotas, "kuota", unknown, start.quota)
    units = {unit: name.capitalize() for unit, name in UNIT_NAMES.items()}
    _meet_address("Satuan", units, "satuan", unknown)
    unit = st.segmented_control(
        "Satuan", units, default=start.unit, required=True, width="stretch", format_func=units.__getitem__,
        key="satuan", **KEPT,
    )  # fmt: skip
    scope = catalogue.default_scope(
        store,
        snapshot_id=snapshot_id,
        region=region,
        definition=definition,
        unit=unit,
        cut=cut,
        quota=quota,
        line=line,
        **rules,
    )
    st.session_state[ADDRESS] = tuple(st.query_params)
    if unknown:
        st.session_state[LINK] = (unknown, scope)
    return scope


def link_note(scope: Scope) -> None:
    """Says which choices of a link this database does not have, for as long as the scope opened instead is shown."""
    unknown, instead = st.session_state.get(LINK, ([], None))
    if scope == instead:
        # Without the words of the link: it may come from anywhere, and what is shown is read as markup.
        st.warning(
            f"Tautan yang Anda buka menyebut pilihan yang tidak ada di basis data ini ({listing(unknown)}). Yang "
            "tampil adalah pilihan di bilah kiri; periksa dahulu sebelum memakai angkanya.",
            icon=":material/link_off:",
        )


def _choose(label: str, names: Mapping[Any, str], key: str, unknown: list[str], start: Any = None) -> Any:
    """One choice of the scope. names: value -> what is shown, the first the default unless `start` is given."""
    shown = _distinct(names)
    _meet_address(label, shown, key, unknown)
    index = list(names).index(start) if start is not None else 0
    return st.selectbox(label, names, index, format_func=shown.__getitem__, key=key, **KEPT)


def _meet_address(label: str, shown: Mapping[Any, str], key: str, unknown: list[str]) -> None:
    """What Streamlit leaves undone between a widget and its parameter; to be called right before the widget.

    On a click in the menu the browser keeps only the parameters whose widgets it has drawn by then, so a quick click
    takes some away: a value assigned here is written into the address again. A link may name what is not there:
    Streamlit drops that silently, so its label goes into `unknown`.
    """
    if key not in st.session_state:
        if key in st.query_params and st.query_params[key] not in shown.values():
            unknown.append(label)
    elif key in st.session_state.get(ADDRESS, ()) and key not in st.query_params and st.session_state[key] in shown:
        st.session_state[key] = st.session_state[key]


def _choose_rules(store: Store, unknown: list[str]) -> dict[str, Any]:
    """Which rule file, how its ambiguous clauses are read, and which bound counts; as `default_scope` takes them."""
    known = all_rules(store)
    ruleset = _choose("Aturan daerah", {name: rules.title for name, rules in known.items()}, "aturan", unknown)
    bounds = {bound: name.capitalize() for bound, name in BOUND_NAMES.items()}
    bound = _choose("Batas yang dihitung", bounds, "batas_kriteria", unknown)
    readings = {}
    several = [clause for clause in known[ruleset].clauses if len(clause.readings) > 1]
    if several:
        with st.expander("Pembacaan klausul", icon=":material/rule_settings:"):
            for clause in several:
                titles = {reading.name: reading.title for reading in clause.readings}
                label = f"Klausul {clause.key}"
                readings[clause.key] = _choose(label, titles, f"baca_{ruleset}_{clause.key}", unknown)
    return {"ruleset": ruleset, "bound": bound, "readings": readings}


def usable_definitions(store: Store, snapshot_id: str) -> list[str]:
    """The definitions a snapshot can answer: the PMT quota needs scores, the recorded rank a recorded decile, chances
    a line the scorecard can speak of; a region's own criteria only a rule file, and one is shipped."""
    found: list[str] = [catalogue.default_scope(store, snapshot_id=snapshot_id).definition]
    run = catalogue.last_run(store, snapshot_id)
    if found == ["recorded"] and run and run.model:
        found.append("pmt_quota")
    return [*found, *(["pmt_line"] if computed_lines(store, snapshot_id) else []), "local_criteria"]


def _choose_province(store: Store, snapshot_id: str, regions: pd.DataFrame, unknown: list[str]) -> str:
    """The province of data of several regencies; "" for all, and where one regency needs no such question."""
    if (regions["level"] == "regency").sum() < 2:
        return ""
    provinces = catalogue.provinces_with_data(store, snapshot_id)
    options = provinces if len(provinces) == 1 else {"": EVERYWHERE[0]} | provinces
    chosen: str = _choose("Provinsi", options, "provinsi", unknown)
    return chosen


def _choose_region(
    regions: pd.DataFrame, level: str, above: str, label: str, everything: str, unknown: list[str]
) -> str:
    found = regions[(regions["level"] == level) & regions["code"].str.startswith(above)]
    found = found.sort_values("name", key=lambda names: names.isna(), kind="stable")  # codes off the list come last
    options = dict(zip(found["code"], found["name"].fillna(OFF_LIST), strict=True))
    # A file of one regency is about that regency: there is no "everything" beside it.
    if level != "regency" or len(options) != 1:
        options = {above: everything} | options
    key = {"regency": "kabupaten", "district": "kecamatan", "village": "desa"}[level]
    chosen: str = _choose(label, options, key, unknown)
    return chosen


def _distinct(names: Mapping[str, str]) -> dict[str, str]:
    """The names, with the code added where two are spelled alike: the URL holds what is shown."""
    spelled = list(names.values())
    return {code: name if spelled.count(name) == 1 else f"{name} ({code})" for code, name in names.items()}

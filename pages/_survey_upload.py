"""Part of page Peringkat: survey files come in, are read or, where nobody knows their format, mapped by hand.

Of a survey that was read the session keeps names of columns, no row; of one that is being mapped the staged tables,
until it is mapped or another is chosen.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st

from data.errors import Refused
from data.profiles import PROFILES, survey_profiles
from data.reading import StagedTable
from data.store import Store
from data.survey import Roles, Survey, read_survey
from data.survey_statistics import UPLOADS, stage_survey_file
from pages._shared import attempt, working
from pages._survey_mapping import survey_mapping
from pages._uploads import uploader

LOOKED_AT = "survei_diperiksa"
UNMAPPED = "survei_dipetakan"


@dataclass(frozen=True)
class LookedAt:
    """files: ids of the uploads it speaks of. columns: of the household file. mapped: a profile read it.

    profile: what a fit must read it with.
    """

    files: tuple[str, ...]
    columns: tuple[str, ...]
    rows: int
    mapped: bool
    profile: str
    roles: Roles
    notes: tuple[str, ...]


@contextmanager
def copies(store: Store, uploads: Sequence[Any]) -> Iterator[list[Path]]:
    """The uploads under their own names (a card names its survey) in a folder of their own; gone afterwards."""
    with TemporaryDirectory(dir=store.staging) as folder:
        paths = []
        for upload in uploads:
            path = Path(folder) / Path(upload.name).name
            path.write_bytes(upload.getbuffer())
            paths.append(path)
        yield paths


def survey_upload(store: Store) -> tuple[Sequence[Any], LookedAt | None]:
    """(the uploads, what is known of them; None until they can be read)."""
    uploads = uploader("Berkas survei", "berkas_survei", UPLOADS, several=True)
    names = {"auto": "Kenali otomatis"} | {
        name: found.title for name, found in survey_profiles(store.path.parent / PROFILES).items()
    }
    profile = st.selectbox("Format survei", names, format_func=names.__getitem__, key="format_survei")
    ids = _ids(uploads)
    if st.button("Periksa survei", disabled=not uploads, icon=":material/search:"):
        with attempt():
            _look(store, uploads, profile)
    unmapped = st.session_state.get(UNMAPPED)
    if unmapped is not None and unmapped[0] != ids:
        _forget(UNMAPPED)
        unmapped = None
    if unmapped is not None:
        with st.expander("Petakan kolom survei ini", expanded=True, icon=":material/table_edit:"):
            kept = survey_mapping(store, *unmapped[1])
        if kept:
            with attempt():
                _look(store, uploads, kept)
                st.rerun()
    found: LookedAt | None = st.session_state.get(LOOKED_AT)
    return uploads, found if found is not None and found.files == ids else None


def _ids(uploads: Sequence[Any]) -> tuple[str, ...]:
    return tuple(upload.file_id for upload in uploads)


def _look(store: Store, uploads: Sequence[Any], profile: str) -> None:
    """Read the survey once: its columns and what they are for, or tables to be mapped."""
    _forget(LOOKED_AT)
    _forget(UNMAPPED)
    with working("Membaca survei"), copies(store, uploads) as paths:
        survey: Survey | None
        try:
            survey = read_survey(store, paths, profile)
        except Refused as refused:
            if refused.code != "survey_profile_needed":
                raise
            survey = None
        if survey is not None:
            columns = tuple(dict.fromkeys([*survey.aliases, *survey.frame.columns]))
            st.session_state[LOOKED_AT] = LookedAt(
                _ids(uploads), columns, len(survey.frame), survey.canonical, profile, survey.roles, survey.notes
            )
        if survey is None or not survey.canonical:
            st.session_state[UNMAPPED] = (_ids(uploads), _tables(store, paths))


def _tables(store: Store, paths: Sequence[Path]) -> list[StagedTable]:
    """Household and person file, told apart by their rows: a household has one or more persons."""
    if len(paths) > 2:
        raise Refused(
            "survey_files",
            "Pemetaan hanya untuk satu berkas rumah tangga dan satu berkas anggota; pilih paling banyak dua berkas.",
        )
    staged: list[StagedTable] = []
    try:
        for path in paths:
            staged.append(stage_survey_file(path, store.staging))
    except Refused:
        for table in staged:
            table.parquet.unlink(missing_ok=True)
        raise
    return sorted(staged, key=lambda table: table.rows_read)


def _forget(what: str) -> None:
    held = st.session_state.pop(what, None)
    if what == UNMAPPED and held is not None:
        for table in held[1]:
            table.parquet.unlink(missing_ok=True)

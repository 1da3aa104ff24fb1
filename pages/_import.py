"""The way of an uploaded file on page Data: private copy, recognition and mapping, import."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import pyarrow.parquet as parquet
import streamlit as st

from analytics.text import listing, number
from data.delivery import CodeDecision, Delivery, IncomingFile, decide_codes, inspect_files
from data.errors import Refused
from data.identity import mask_address, mask_name, mask_nik
from data.ingest import ImportReport
from data.profile_draft_register import stage_unknown
from data.profiles import KIND_NAMES
from data.reading import StagedTable
from data.store import Store
from pages._parts import quiet, table
from pages._shared import Progress, working
from pages._uploads import private_copies
from reports.words import field

SAMPLES = 3
MASKS: dict[str, Callable[[str], str | None]] = {
    "nik": mask_nik, "kk": mask_nik, "head_nik": mask_nik, "family_id": mask_nik,
    "name": mask_name, "head_name": mask_name,
    "address": mask_address, "birth_date": mask_address, "head_birth_date": mask_address,
}  # fmt: skip
DELIVERIES = "kiriman_selesai"  # counts imports: a new number gives an empty uploader
REPORT = "laporan_impor"  # what the last import did, until other files are inspected
BY_HAND = "petakan"  # in place of a profile's name: the user maps the columns
UNMAPPED = "kiriman_dipetakan"  # ids of uploads nobody knows, and their staged tables
TURN = "kiriman_ke"  # counts deliveries to be mapped
WAITING = "kiriman"  # this session's inspected delivery and its code decision


def discard() -> None:
    """Forget a delivery that was inspected and not imported, or not mapped; what it staged is deleted."""
    _remove(st.session_state.pop(UNMAPPED, ((), ()))[1])
    waiting = st.session_state.pop(WAITING, None)
    if waiting is not None:
        waiting[0].__exit__()


def inspect(store: Store, uploads: Sequence[Any], bridge: Any, profile: str, progress: Progress) -> None:
    """Parse and recognise the uploads; they wait in the session for the user's word, or to be mapped."""
    discard()
    st.session_state.pop(REPORT, None)
    if profile == BY_HAND:
        _inspect_by_hand(store, uploads)
        return
    try:
        _recognise(store, uploads, bridge, profile, progress)
    except Refused as refused:
        if profile != "auto" or refused.code != "unknown_format":
            raise
        _inspect_by_hand(store, uploads)


def _inspect_by_hand(store: Store, uploads: Sequence[Any]) -> None:
    """Parse the uploads; their staged tables wait in the session until their columns are mapped."""
    discard()
    st.session_state.pop(REPORT, None)
    staged: list[StagedTable] = []
    with private_copies(store, uploads) as paths:
        try:
            for path, upload in zip(paths, uploads, strict=True):
                staged.append(stage_unknown(store, path, upload.name))
        except BaseException:
            _remove(staged)
            raise
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    st.session_state[UNMAPPED] = (_ids(uploads), staged)


def forget_others(uploads: Sequence[Any]) -> None:
    """Discard what waits of other uploads than these."""
    mapped_for = st.session_state.get(UNMAPPED, (_ids(uploads),))[0]
    if not uploads or mapped_for != _ids(uploads):
        discard()


def _ids(uploads: Sequence[Any]) -> tuple[str, ...]:
    return tuple(upload.file_id for upload in uploads)


def _remove(staged: Sequence[StagedTable]) -> None:
    for one in staged:
        one.parquet.unlink(missing_ok=True)


def _recognise(store: Store, uploads: Sequence[Any], bridge: Any, profile: str, progress: Progress) -> None:
    with private_copies(store, [*uploads, *([bridge] if bridge else [])]) as paths:
        names = [upload.name for upload in uploads]
        delivery = inspect_files(store, paths[: len(names)], profile, names, progress)
        try:
            decision = decide_codes(store, delivery, paths[-1] if bridge else None)
        except BaseException:
            delivery.__exit__()
            raise
    st.session_state[WAITING] = (delivery, decision)


def show_file(file: IncomingFile) -> None:
    """One file: what it was taken for and why, and which column is read as what, with masked samples."""
    found = file.found
    with st.container(border=True):
        st.markdown(
            f"**{quiet(file.name)}**  :green-badge[{KIND_NAMES[file.kind]}] :blue-badge[{quiet(found.profile.title)}] "
            f":small[{number(file.staged.rows_read)} baris]"
        )
        st.caption(f"{found.why}.")
        if found.close:
            pairs = listing([f"“{quiet(header)}” sebagai “{quiet(key)}”" for header, key in found.close.items()])
            st.caption(f":material/spellcheck: Judul yang salah ketik dibaca {pairs}.")
        with st.expander("Kolom dan isinya"):
            table(
                _mapping(file), {"column": "Kolom berkas", "field": "Dibaca sebagai", "sample": "Contoh (disamarkan)"},
                alt=f"Pemetaan kolom {file.name}",
            )  # fmt: skip
            if found.unused:
                st.caption(f"{len(found.unused)} kolom tidak dipakai: {quiet(', '.join(found.unused[:12]))}.")


def _mapping(file: IncomingFile) -> pd.DataFrame:
    head = next(parquet.ParquetFile(file.staged.parquet).iter_batches(batch_size=SAMPLES)).to_pydict()
    masks = {header: MASKS[name] for name, headers in file.found.columns.items() if name in MASKS for header in headers}
    rows = []
    for name, headers in [*file.found.columns.items(), *file.found.programmes.items()]:
        for header in headers:
            mask = masks.get(header, lambda text: text)
            values = [mask(text) or "" for text in head[header] if text]
            rows.append({"column": header, "field": field(name), "sample": " · ".join(dict.fromkeys(values))})
    return pd.DataFrame(rows, columns=["column", "field", "sample"])


def load(store: Store, delivery: Delivery, decision: CodeDecision | None, label: str, day: Any) -> str | None:
    """Import, then compute what the recorded ranks allow. Gives the new snapshot, None for reference tables only."""
    from analytics.pipeline import run
    from data.ingest import import_delivery

    with working("Mengimpor berkas") as progress:
        report = import_delivery(
            store, delivery, decision, label or None, day, lambda share, phrase: progress(0.7 * share, phrase)
        )
        if report.snapshot_id:
            run(store, report.snapshot_id, None, lambda share, phrase: progress(0.7 + 0.3 * share, phrase))
    st.session_state[REPORT] = report
    st.session_state[DELIVERIES] = st.session_state.get(DELIVERIES, 0) + 1
    discard()
    return report.snapshot_id


def outcome(report: ImportReport) -> str:
    """What an import brought in, in a sentence: families and persons, or else the reference tables by their names."""
    rows = f"{number(report.rows_accepted)} dari {number(report.rows_read)} baris diterima"
    if report.snapshot_id:
        return (
            f"{rows}: {number(report.families)} keluarga dan {number(report.persons)} jiwa "
            f"di {number(report.villages)} desa."
        )
    loaded = Counter[str]()
    for file in report.files:
        loaded[KIND_NAMES[file["kind"]]] += file["rows_accepted"]
    return f"{rows}: {listing([f'{name} ({number(count)} baris)' for name, count in loaded.items()])}."

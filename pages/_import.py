"""The way of an uploaded file on page Data: private copy, recognition and mapping, import."""

import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as parquet
import streamlit as st

from analytics.text import listing, number
from data.delivery import CodeDecision, Delivery, IncomingFile, decide_codes, inspect_files
from data.errors import Refused
from data.identity import mask_address, mask_name, mask_nik
from data.ingest import ImportReport
from data.profiles import KIND_NAMES
from data.store import Store
from pages._parts import table
from pages._shared import Progress, working
from reports.words import field

SAMPLES = 3
MASKS: dict[str, Callable[[str], str | None]] = {
    "nik": mask_nik, "kk": mask_nik, "head_nik": mask_nik, "family_id": mask_nik,
    "name": mask_name, "head_name": mask_name,
    "address": mask_address, "birth_date": mask_address, "head_birth_date": mask_address,
}  # fmt: skip
DELIVERIES = "kiriman_selesai"  # counts imports: a new number gives an empty uploader
REPORT = "laporan_impor"  # what the last import did, until other files are inspected
WAITING = "kiriman"  # this session's inspected delivery and its code decision
DROPZONE = """<style>
.st-key-{key} [data-testid="stFileUploaderDropzone"] button p {{font-size:0}}
.st-key-{key} [data-testid="stFileUploaderDropzone"] button p::after {{content:"{action}";font-size:.95rem}}
.st-key-{key} [data-testid="stFileUploaderDropzoneInstructions"] span {{font-size:0}}
.st-key-{key} [data-testid="stFileUploaderDropzoneInstructions"] span::after {{content:"{hint}";font-size:.85rem}}
</style>"""


def uploader(label: str, key: str, types: Sequence[str], several: bool = False, **options: Any) -> Any:
    """st.file_uploader in Indonesian: its own words are English and cannot be set, so they are replaced by style."""
    limit = st.get_option("server.maxUploadSize")
    hint = f"{', '.join(types).upper()} · maks. {number(limit)} MB"
    st.html(DROPZONE.format(key=key, action="Pilih berkas", hint=hint))
    return st.file_uploader(label, list(types), accept_multiple_files=several, key=key, **options)


@contextmanager
def private_copies(store: Store, uploads: Sequence[Any]) -> Iterator[list[Path]]:
    """The uploads as files only the owner may read, under random names in staging; gone afterwards.

    A Refused from inside speaks of the names the user knows.
    """
    paths = [store.staging / (secrets.token_hex(16) + Path(upload.name).suffix.lower()) for upload in uploads]
    try:
        for path, upload in zip(paths, uploads, strict=True):
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy:
                copy.write(upload.getbuffer())
        yield paths
    except Refused as refused:
        message = refused.message
        for path, upload in zip(paths, uploads, strict=True):
            message = message.replace(path.name, upload.name)
        raise Refused(refused.code, message) from refused
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def discard() -> None:
    """Forget a delivery that was inspected and not imported; what it staged is deleted."""
    waiting = st.session_state.pop(WAITING, None)
    if waiting is not None:
        waiting[0].__exit__()


def inspect(store: Store, uploads: Sequence[Any], bridge: Any, profile: str, progress: Progress) -> None:
    """Parse and recognise the uploads; they wait in the session for the user's word."""
    discard()
    st.session_state.pop(REPORT, None)
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
            f"**{file.name}**  :green-badge[{KIND_NAMES[file.kind]}] :blue-badge[{found.profile.title}] "
            f":small[{number(file.staged.rows_read)} baris]"
        )
        st.caption(f"{found.why}.")
        if found.close:
            pairs = listing([f"“{header}” sebagai “{key}”" for header, key in found.close.items()])
            st.caption(f":material/spellcheck: Judul yang salah ketik dibaca {pairs}.")
        with st.expander("Kolom dan isinya"):
            table(
                _mapping(file), {"column": "Kolom berkas", "field": "Dibaca sebagai", "sample": "Contoh (disamarkan)"},
                alt=f"Pemetaan kolom {file.name}",
            )  # fmt: skip
            if found.unused:
                st.caption(f"{len(found.unused)} kolom tidak dipakai: {', '.join(found.unused[:12])}.")


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

"""Uploaded files: the widget in Indonesian, and private copies of what came in."""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from analytics.text import number
from data.errors import Refused
from data.store import Store

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

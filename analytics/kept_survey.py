"""Surveys kept below the store, as they went into a fit: a model can be refitted without what a data set lacks.

One Parquet file per survey and use of its columns, named by its content; readable by its owner only. It holds no
name, NIK, KK or address (`survey_frame.prepare` leaves them out).
"""

import hashlib
import json
import re
from io import BytesIO
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.survey_frame import Prepared
from data.disk import disk_faults, write_whole
from data.errors import Refused
from data.store import Store

_NAME = re.compile(r"[0-9a-f]{64}\.parquet")
_USE = b"tepat"  # key of the file's metadata that says what its columns are


def keep(store: Store, prepared: Prepared) -> str:
    """Keep a prepared survey; the name of its file. The same survey used the same way is one file."""
    table = pa.Table.from_pandas(_storable(prepared.frame), preserve_index=False)
    use = {name: getattr(prepared, name) for name in _use_names()}
    about = {**(table.schema.metadata or {}), _USE: json.dumps(use, sort_keys=True).encode()}
    buffer = BytesIO()
    pq.write_table(table.replace_schema_metadata(about), buffer)
    content = buffer.getvalue()
    name = f"{hashlib.sha256(content).hexdigest()}.parquet"
    _write(store, name, content)
    return name


def load(store: Store, name: str) -> Prepared:
    """The survey kept under a name that a card gives.

    Refused `survey_unreadable` when the name is not one that `keep` gives, or its file is gone or not what it was.
    """
    if not _NAME.fullmatch(name):
        raise _unreadable()
    try:
        content = (store.surveys / name).read_bytes()
        if hashlib.sha256(content).hexdigest() != name.partition(".")[0]:
            raise _unreadable()
        table = pq.read_table(BytesIO(content))
        use: dict[str, Any] = json.loads((table.schema.metadata or {})[_USE])
        return Prepared(frame=table.to_pandas(), **(use | {"drop": tuple(use["drop"]), "notes": tuple(use["notes"])}))
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise _unreadable() from error


def _use_names() -> list[str]:
    return [name for name in Prepared.__dataclass_fields__ if name != "frame"]


def _unreadable() -> Refused:
    return Refused(
        "survey_unreadable",
        "Survei yang tersimpan untuk model ini tidak dapat dibaca lagi; latih ulang model dari berkas surveinya "
        "dengan `pmt fit`.",
    )


def _storable(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with columns that Parquet cannot hold (numbers and words mixed) as text: the fit reads them so."""
    mixed = {}
    for name in frame.columns:
        try:
            pa.array(frame[name], from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            mixed[name] = frame[name].astype(object).map(str, na_action="ignore")
    return frame.assign(**mixed)


def _write(store: Store, name: str, content: bytes) -> None:
    """Whole or not at all, for its owner's eyes only."""
    with disk_faults():
        store.surveys.mkdir(mode=0o700, parents=True, exist_ok=True)
        store.surveys.chmod(0o700)
    write_whole(store.surveys / name, content, 0o600)

"""Where a figure comes from: printed with everything that leaves."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel.dates import format_datetime

from analytics import catalogue
from analytics.definitions import definition_text
from analytics.scope import UNIT_NAMES, Scope
from analytics.text import day
from data.store import Store


@dataclass(frozen=True)
class Provenance:
    """All text in Indonesian. params_hash: null before the first run. made_at: local time with its zone."""

    region: str
    definition: str
    unit: str
    snapshot: str
    source_date: date | None
    data_hash: str
    params_hash: str | None
    made_at: datetime
    version: str

    @property
    def scope_line(self) -> str:
        """One line under a title."""
        return f"{self.region} · {self.snapshot}, data per {day(self.source_date)} · satuan {self.unit}"

    def lines(self) -> list[tuple[str, str]]:
        """Label and value, in the order they are printed."""
        return [
            ("Wilayah", self.region),
            ("Sumber data", self.snapshot),
            ("Tanggal data", day(self.source_date)),
            ("Definisi", self.definition),
            ("Satuan", self.unit),
            ("Sidik data (SHA-256)", self.data_hash),
            ("Sidik parameter (SHA-256)", self.params_hash or "belum dihitung"),
            ("Dibuat", format_datetime(self.made_at, "d MMMM y 'pukul' HH.mm", locale="id_ID")),
            ("Dibuat dengan", f"Tepat {self.version}"),
        ]


def provenance(store: Store, scope: Scope) -> Provenance:
    """The provenance of whatever is measured under a scope. Raises Refused `snapshot_unknown`."""
    snapshot = catalogue.snapshot(store, scope.snapshot_id)
    run = catalogue.last_run(store, scope.snapshot_id)
    return Provenance(
        region=region_name(store, scope.region),
        definition=definition_text(store, scope),
        unit=UNIT_NAMES[scope.unit],
        snapshot=snapshot.label,
        source_date=snapshot.source_date,
        data_hash=snapshot.data_hash,
        params_hash=run.params_hash if run else None,
        made_at=datetime.now().astimezone(),
        version=version(),
    )


def region_name(store: Store, code: str) -> str:
    """`Gunung Mas (62.10)`; the code alone where no name is known; "" is everything."""
    if not code:
        return "Seluruh wilayah dalam data"
    row = store.one("SELECT name FROM region WHERE code = ?", [code])
    return f"{row['name']} ({code})" if row else code


@cache
def version() -> str:
    """The product's version, from pyproject.toml."""
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["project"]["version"]

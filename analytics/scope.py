"""What a figure is about: region, snapshot, definition, unit, ranking. Every measure takes `(store, scope)`."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Definition = Literal["recorded", "pmt_quota"]
Unit = Literal["families", "persons"]

DEFINITION_NAMES: dict[str, str] = {
    "recorded": "Peringkat tercatat",
    "pmt_quota": "Kuota PMT",
}
UNIT_NAMES: dict[str, str] = {"families": "keluarga", "persons": "jiwa"}


@dataclass(frozen=True)
class Scope:
    """Frozen address of a figure.

    region: dotted code prefix, "" for all that the snapshot holds. cut: recorded decile at or
    under which a family counts as extreme poor. quota: poorest share (0 to 1) under `pmt_quota`,
    of the regency's families or, with unit "persons", of its persons.
    """

    snapshot_id: str
    region: str = ""
    definition: Definition = "recorded"
    unit: Unit = "families"
    cut: int = 1
    quota: float = 0.05
    line: str | None = None  # name of a dated line; only definitions built on a line read it

    def echo(self) -> dict[str, Any]:
        """The scope as the command line prints it."""
        return asdict(self)

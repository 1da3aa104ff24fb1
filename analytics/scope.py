"""What a figure is about: region, snapshot, definition, unit, ranking. Every measure takes `(store, scope)`."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from data.reference import lines

Definition = Literal["recorded", "pmt_quota", "pmt_line"]
Unit = Literal["families", "persons"]

DEFINITION_NAMES: dict[str, str] = {
    "recorded": "Peringkat tercatat",
    "pmt_quota": "Kuota PMT",
    "pmt_line": "Peluang di bawah garis",
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
    line: str | None = None  # name of a dated line (data/reference/lines.yaml); only `pmt_line` reads it

    def echo(self) -> dict[str, Any]:
        """The scope as the command line prints it; line_value: per person and month, at the line's own prices."""
        line = lines().lines.get(self.line) if self.line else None
        return asdict(self) | {"line_value": line.value if line else None}

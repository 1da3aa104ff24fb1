"""What a figure is about: region, snapshot, definition, unit, ranking. Every measure takes `(store, scope)`."""

from dataclasses import dataclass, fields
from typing import Any, Literal

from data.criteria import default_rules
from data.criteria_rules import RuleSet
from data.reference import lines

Definition = Literal["recorded", "pmt_quota", "pmt_line", "local_criteria"]
Unit = Literal["families", "persons"]
Bound = Literal["lower", "upper"]

DEFINITION_NAMES: dict[str, str] = {
    "recorded": "Peringkat tercatat",
    "pmt_quota": "Kuota PMT",
    "pmt_line": "Peluang di bawah garis",
    "local_criteria": "Kriteria daerah",
}
UNIT_NAMES: dict[str, str] = {"families": "keluarga", "persons": "jiwa"}
BOUND_NAMES: dict[str, str] = {"lower": "batas bawah", "upper": "batas atas"}
_CRITERIA = ("rules", "bound", "decile_of")


@dataclass(frozen=True)
class Scope:
    """Frozen address of a figure.

    region: dotted code prefix, "" for all that the snapshot holds. cut: recorded decile at or
    under which a family counts as extreme poor. quota: poorest share (0 to 1) under `pmt_quota`,
    of the regency's families or, with unit "persons", of its persons. rules, bound, decile_of: only `local_criteria`
    reads them; the rules themselves, so that a figure is about these and not about what a file of that name says
    later; lower counts who meets them, upper also who cannot be judged; decile_of: whose deciles stand beside.
    """

    snapshot_id: str
    region: str = ""
    definition: Definition = "recorded"
    unit: Unit = "families"
    cut: int = 1
    quota: float = 0.05
    line: str | None = None  # name of a dated line (data/reference/lines.yaml); only `pmt_line` reads it
    rules: RuleSet | None = None  # null: the first file shipped
    bound: Bound = "lower"
    decile_of: Literal["recorded", "pmt"] = "recorded"

    def echo(self) -> dict[str, Any]:
        """The scope as the command line prints it; line_value: per person and month, at the line's own prices.

        ruleset, readings (clause: reading in use), bound: null but under `local_criteria`.
        """
        line = lines().lines.get(self.line) if self.line else None
        shown = {item.name: getattr(self, item.name) for item in fields(self) if item.name not in _CRITERIA}
        rules = (self.rules or default_rules()) if self.definition == "local_criteria" else None
        return shown | {
            "line_value": line.value if line else None,
            "ruleset": rules.name if rules else None,
            "readings": rules.chosen if rules else None,
            "bound": self.bound if rules else None,
        }

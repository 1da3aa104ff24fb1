"""Targeting errors against consumption nobody has measured: expected from each family's chance of living below a line.

Assumes that recipients are no poorer and no richer than others of the same score: the score knows nothing of who
receives. Where those who choose recipients see what the score does not, the true error is smaller.
"""

from dataclasses import replace

import pandas as pd

from analytics import catalogue, definitions
from analytics.scope import Scope
from analytics.targeting import loaded_programmes
from analytics.targeting_sql import places
from data.reference import lines
from data.store import Store

ASSUMPTION = (
    "Anggapannya: di antara keluarga yang skornya sama, penerima tidak lebih miskin dan tidak lebih kaya daripada yang "
    "bukan penerima. Bila petugas melihat kemiskinan yang tidak tampak dalam skor, galat yang sebenarnya lebih kecil."
)
NO_LINE = "Peluang di bawah garis belum dihitung: perlu kartu skor yang harganya cocok dengan sebuah garis."


def expected_errors(store: Store, scope: Scope, programme: str | None = None) -> pd.DataFrame:
    """Per programme and line computed by the last run (the scope's own line, where it has one, alone).

    programme, name, line, line_title, poor (expected below the line, in the scope's unit), missed (of these, without
    the programme), exclusion_error = sum w P (1 - B) / sum w P, inclusion_error = sum w (1 - P) B / sum w B (null on a
    truncated frame and without recipients), unknown_families (no score). w: 1, or the family's members; P: chance; B:
    receives. Empty where no line was computed. Raises Refused as `targeting` does.
    """
    about = loaded_programmes(store, scope, programme)
    computed = definitions.computed_lines(store, scope.snapshot_id)
    asked = tuple(name for name in computed if scope.line in (None, name))
    truncated = catalogue.snapshot(store, scope.snapshot_id).frame == "truncated"
    at = places(dict.fromkeys(about["programme"]))
    rows = []
    for line in asked:
        cells = definitions.measure(store, "targeting_expected", replace(scope, line=line))
        rows += [
            _row(cells, line, at[code], code, name, scope.unit, truncated)
            for code, name in zip(about["programme"], about["name"], strict=True)
        ]
    return pd.DataFrame(
        rows,
        columns=["programme", "name", "line", "line_title", "poor", "missed", "exclusion_error", "inclusion_error",
                 "unknown_families"],
    )  # fmt: skip


def _row(
    cells: pd.DataFrame, line: str, place: int, code: str, name: str, unit: str, truncated: bool
) -> dict[str, object]:
    served = (cells["received"].to_numpy(dtype="int64") >> place) & 1 == 1
    poor, people = cells[f"poor_{unit}"].fillna(0.0), cells[unit].fillna(0.0)
    if unit == "families":
        people = people - cells["unknown_families"]
    every, missed, recipients = float(poor.sum()), float(poor[~served].sum()), float(people[served].sum())
    reached = every - missed
    return {
        "programme": code,
        "name": name,
        "line": line,
        "line_title": lines().lines[line].title,
        "poor": every,
        "missed": missed,
        "exclusion_error": missed / every if every > 0 else None,
        "inclusion_error": 1 - reached / recipients if recipients > 0 and not truncated else None,
        "unknown_families": int(cells["unknown_families"].sum()),
    }

"""Who the extreme poor are: traits of their families beside those of all other families of the scope."""

from dataclasses import dataclass

import pandas as pd

from analytics import definitions
from analytics.scope import Scope
from analytics.village_families import TRAITS
from data.store import Store

# Beside what a village's page tells: what a head who works lives on.
EXTREME_TRAITS: dict[str, tuple[str, str, str]] = TRAITS | {
    "head_farming": (
        "Kepala keluarga bekerja di pertanian",
        "CASE WHEN NOT x.head_working THEN false ELSE x.head_sector = 'agriculture' END", "true",
    ),
}  # fmt: skip
_COUNTS = ("extreme_yes", "extreme_no", "others_yes", "others_no")


@dataclass(frozen=True)
class ExtremeTraits:
    """All counts in families. rows, in the order of EXTREME_TRAITS: trait, title, extreme_yes, extreme_no (of the
    extreme poor with a known answer; expected numbers under `pmt_line`), others_yes, others_no (of all other families,
    those of unknown status among them), unknown (families that are asked and whose answer is not known)."""

    scope: Scope
    rows: pd.DataFrame
    definition_text: str


def extreme_traits(store: Store, scope: Scope) -> ExtremeTraits:
    """Counts every trait over the scope in one pass. Raises Refused `snapshot_unknown`."""
    answers, counts = [], []
    for place, (_, holds, of) in enumerate(EXTREME_TRAITS.values()):
        answers.append(f"CASE WHEN {of} THEN {holds} END AS t{place}, coalesce({of}, true) AS b{place}")
        yes, known = f"CAST(t{place} AS INTEGER)", f"CAST(t{place} IS NOT NULL AS INTEGER)"
        counts.append(
            f"coalesce(sum({yes}), 0) AS yes{place}, coalesce(sum({known}), 0) AS known{place}, "
            f"coalesce(sum({yes} * chance), 0) AS eyes{place}, coalesce(sum({known} * chance), 0) AS eknown{place}, "
            f"count_if(b{place}) AS asked{place}"
        )
    found = definitions.measure(
        store, "extreme_traits", scope, answers=", ".join(answers), counts=", ".join(counts)
    ).iloc[0]  # fmt: skip
    rows = pd.DataFrame(
        [
            {
                "trait": key, "title": title,
                "extreme_yes": found[f"eyes{place}"], "extreme_no": found[f"eknown{place}"] - found[f"eyes{place}"],
                "others_yes": found[f"yes{place}"] - found[f"eyes{place}"],
                "others_no": found[f"known{place}"] - found[f"yes{place}"] - found[f"eknown{place}"]
                + found[f"eyes{place}"],
                "unknown": found[f"asked{place}"] - found[f"known{place}"],
            }
            for place, (key, (title, _, _)) in enumerate(EXTREME_TRAITS.items())
        ]
    ).astype(dict.fromkeys((*_COUNTS, "unknown"), "Float64"))  # fmt: skip
    rows = definitions.counted(scope, definitions.integers(rows, ("unknown",)), _COUNTS)
    return ExtremeTraits(scope, rows, definitions.definition_text(store, scope))

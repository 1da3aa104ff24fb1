"""What a rule file may ask of a family: canonical columns, and the words or numbers each may be compared with."""

from dataclasses import dataclass
from typing import Literal

from data.contracts import ASSETS, HOUSING, LIVESTOCK, PERSONAL

Kind = Literal["category", "flag", "number"]


@dataclass(frozen=True)
class CriteriaField:
    """source: the table's alias in compiled SQL (`family`, or `feature` for family_feature). words: of a category."""

    source: Literal["family", "feature"]
    kind: Kind
    words: tuple[str, ...] = ()


def _fields() -> dict[str, CriteriaField]:
    found = {name: CriteriaField("family", "category", words) for name, words in HOUSING.items()}
    found["head_occupation"] = CriteriaField("family", "category", PERSONAL["occupation"])
    flags = ("septic", "savings", *ASSETS, "dukcapil_match")
    found |= {name: CriteriaField("family", "flag") for name in flags}
    numbers = ("floor_area", *LIVESTOCK, "decile_recorded", "percentile_recorded")
    found |= {name: CriteriaField("family", "number") for name in numbers}
    for name in ("sex", "marital", "education", "sector", "work_status"):
        found[f"head_{name}"] = CriteriaField("feature", "category", PERSONAL[name])
    found["best_education"] = CriteriaField("feature", "category", PERSONAL["education"])
    for name in ("head_working", "any_disability", "any_chronic", "any_pregnant"):
        found[name] = CriteriaField("feature", "flag")
    for name in ("size", "children_0_6", "children_7_18", "adults", "elderly", "dependency", "head_age", "school_age",
                 "school_age_out", "under_five", "per_capita_floor_area"):  # fmt: skip
        found[name] = CriteriaField("feature", "number")
    return found


CRITERIA_FIELDS: dict[str, CriteriaField] = _fields()

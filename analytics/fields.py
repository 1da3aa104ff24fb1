"""The columns a scorecard may use: what the register and a mapped survey both have, and nothing else.

Table `family` gives housing and assets, table `family_feature` what is derived from persons. A score
compiles to SQL over these names only (`analytics/model_card.py`).
"""

from dataclasses import dataclass
from typing import Literal

from data.contracts import ASSETS, HOUSING, LIVESTOCK, PERSONAL

Source = Literal["family", "feature"]
Shape = Literal["category", "flag", "count", "amount", "age", "ratio"]


@dataclass(frozen=True)
class ScoreField:
    """source: the table's alias in a compiled score. levels: the words a category may hold, else empty."""

    source: Source
    shape: Shape
    levels: tuple[str, ...] = ()


def _fields() -> dict[str, ScoreField]:
    # The risk of stunting is a programme's own flag, not a trait a family shows: never a proxy.
    housing = {name: words for name, words in HOUSING.items() if name != "stunting_risk"}
    fields = {name: ScoreField("family", "category", words) for name, words in housing.items()}
    fields["head_occupation"] = ScoreField("family", "category", PERSONAL["occupation"])
    fields |= {name: ScoreField("family", "flag") for name in ("septic", "savings", *ASSETS)}
    fields |= {name: ScoreField("family", "count") for name in LIVESTOCK}
    fields["floor_area"] = ScoreField("family", "amount")
    fields["size"] = ScoreField("feature", "amount")
    fields["per_capita_floor_area"] = ScoreField("feature", "amount")
    fields["dependency"] = ScoreField("feature", "ratio")
    fields["head_age"] = ScoreField("feature", "age")
    head = {"sex": "sex", "marital": "marital", "education": "education", "sector": "sector"}
    fields |= {f"head_{name}": ScoreField("feature", "category", PERSONAL[word]) for name, word in head.items()}
    fields["head_work_status"] = ScoreField("feature", "category", PERSONAL["work_status"])
    fields["best_education"] = ScoreField("feature", "category", PERSONAL["education"])
    flags = ("head_working", "any_disability", "any_chronic", "any_pregnant")
    fields |= {name: ScoreField("feature", "flag") for name in flags}
    counts = (
        "children_0_6", "children_7_18", "adults", "elderly", "school_age", "school_age_out", "under_five",
    )  # fmt: skip
    fields |= {name: ScoreField("feature", "count") for name in counts}
    return fields


FIELDS: dict[str, ScoreField] = _fields()

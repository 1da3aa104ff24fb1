"""A filled field form of the synthetic regency: what visits of some villages found of families nobody could judge.

Drawn apart from everything else, like `data.demo_plans`; the families come as an argument, under the pseudonyms of the
database they are in.
"""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from data.criteria_rules import RuleSet
from data.load_criteria import ANSWERS, PSEUDONYM, RULES, VISITED, clause_header

SEED_STREAM = 8
VILLAGES_VISITED = 0.5
NOT_FOUND_OUT = 0.04
DAYS = 21  # the round of visits took three weeks
# How often a clause of the Perwali holds in a family the register does not rule out; any other one: ELSE.
HOLDS = {"menetap": 0.97, "terdaftar": 0.95, "tanpa_tempat_tinggal": 0.0, "a": 0.96, "b": 0.7, "c": 0.8}
ELSE = 0.8


def write_visits(open_families: pd.DataFrame, rules: RuleSet, seed: int, on: date, folder: Path) -> Path:
    """The form as CSV. open_families: pseudonym, village_code and j0, j1, ... per clause of the rules (null: to be
    answered), in an order that does not hang on the pseudonyms; on: the data's date, the visits were after it."""
    rng = np.random.default_rng([seed, SEED_STREAM])
    villages = np.sort(open_families["village_code"].unique())
    visited = villages[rng.random(len(villages)) < VILLAGES_VISITED]
    families = open_families[open_families["village_code"].isin(visited)]
    days = rng.integers(1, DAYS + 1, len(families))
    form = pd.DataFrame(
        {
            PSEUDONYM: families["pseudonym"],
            RULES: rules.name,
            VISITED: [(on + timedelta(days=int(day))).isoformat() for day in days],
        }
    )
    yes, no, unknown = ANSWERS
    for place, clause in enumerate(rules.clauses):
        holds = rng.random(len(families)) < HOLDS.get(clause.key, ELSE)
        said = np.where(rng.random(len(families)) < NOT_FOUND_OUT, unknown, np.where(holds, yes, no))
        form[clause_header(clause.key, clause.label)] = np.where(families[f"j{place}"].isna(), said, "")
    path = folder / "formulir_kriteria.csv"
    form.to_csv(path, index=False)
    return path

"""What a kept survey itself says of poverty and inequality, beside the model that was made from it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics import kept_survey
from analytics.inequality import fgt, gini
from analytics.model_card import ModelCard
from analytics.pmt_accuracy import weighted_quantile
from data.store import Store


@dataclass(frozen=True)
class SurveyFacts:
    """n: cases with an outcome and a weight above zero. gini: of expenditure per person, null where it has none.

    rows, one per quota of the card: quota; line: the expenditure per person, in the outcome's unit, that cuts it off;
    p0, p1, p2: FGT indices under that line (a case at the line is not below it, so p0 may fall short of the quota).
    """

    n: int
    gini: float | None
    rows: pd.DataFrame


def survey_facts(store: Store, card: ModelCard) -> SurveyFacts | None:
    """The facts of the survey a card was made from, weighted as its fit was; None where no survey was kept.

    Refused `survey_unreadable` where the kept file is gone or not what it was.
    """
    if card.survey_file is None:
        return None
    kept = kept_survey.load(store, card.survey_file)
    outcome = _numbers(kept.frame[kept.outcome])
    if kept.size is not None:
        members = _numbers(kept.frame[kept.size])
        outcome = outcome / np.where(members > 0, members, np.nan)
    weight = np.ones(len(outcome)) if kept.weight is None else _numbers(kept.frame[kept.weight])
    # The fit takes logarithms: only what is above zero is a case of it.
    taking = (outcome > 0) & (weight > 0)
    outcome, weight = outcome[taking], weight[taking]
    rows = []
    for error in card.targeting:
        line = weighted_quantile(outcome, weight, error.quota)
        p0, p1, p2 = (fgt(outcome, line, alpha, weight) for alpha in (0, 1, 2))
        rows.append({"quota": error.quota, "line": line, "p0": p0, "p1": p1, "p2": p2})
    return SurveyFacts(len(outcome), gini(outcome, weight), pd.DataFrame(rows))


def _numbers(column: pd.Series) -> np.ndarray:
    return pd.to_numeric(column, errors="coerce").astype("Float64").to_numpy(dtype=float, na_value=np.nan)

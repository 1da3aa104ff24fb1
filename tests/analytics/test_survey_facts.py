"""Facts of a kept survey by hand; a card without a survey has none."""

import pandas as pd
import pytest

from analytics import kept_survey
from analytics.card_parts import TargetingError
from analytics.survey_facts import survey_facts
from analytics.survey_frame import Prepared
from data.errors import Refused


class Card:
    """What survey_facts asks of a card."""

    targeting = (TargetingError(quota=0.5, exclusion=0.5, inclusion=0.5, low=0.4, high=0.6),)

    def __init__(self, survey_file):
        self.survey_file = survey_file


def test_per_person_weighted_and_without_cases_the_fit_leaves_out(store):
    frame = pd.DataFrame(
        {
            # Per person 100, 110, 150, 160 (Haughton and Khandker's country C), then cases no fit takes.
            "total": [200.0, 110.0, 450.0, 160.0, 0.0, None, 500.0, 500.0],
            "size": [2.0, 1.0, 3.0, 1.0, 1.0, 1.0, 0.0, 1.0],
            "weight": [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0],
        }
    )
    kept = kept_survey.keep(store, Prepared(frame, outcome="total", size="size", weight="weight"))
    facts = survey_facts(store, Card(kept))
    assert facts.n == 4
    # |differences| sum to 2 x (10 + 50 + 60 + 40 + 50 + 10) over 2 x 4^2 x 130.
    assert facts.gini == pytest.approx(440 / (32 * 130))
    (row,) = facts.rows.to_dict("records")
    assert row["line"] == 110
    assert row["p0"] == pytest.approx(1 / 4)
    assert row["p1"] == pytest.approx(10 / 110 / 4)
    assert row["p2"] == pytest.approx((10 / 110) ** 2 / 4)


def test_no_survey_no_facts(store):
    assert survey_facts(store, Card(None)) is None
    with pytest.raises(Refused):
        survey_facts(store, Card("0" * 64 + ".parquet"))

"""The programme questions of the demo's survey, beside what the region knows of its recipients."""

import pandas as pd
import pytest

from data.demo import DemoVillage, make_region
from data.demo_survey import ASKED, write_survey


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    villages = [DemoVillage(f"99.01.01.{2000 + n}", f"Desa {n}", "Kec", 110 + n / 50, -1 + n / 70) for n in range(20)]
    region = make_region(villages, 6_000, 3)
    return region, pd.read_csv(write_survey(region, tmp_path_factory.mktemp("survei"))[0])


def test_answers_are_yes_no_or_open_and_money_follows_a_yes(answers):
    _, homes = answers
    for name in ASKED.values():
        said, paid = homes[f"bantuan_{name}"], homes[f"bantuan_{name}_setahun"]
        assert set(said.dropna()) == {1, 2}
        assert 0 < said.isna().mean() < 0.03
        assert paid.notna().equals(said == 1)
        assert (paid.dropna() > 0).all()
        assert (paid.dropna() % 10_000 == 0).all()


def test_the_share_of_recipients_is_about_the_regions(answers):
    region, homes = answers
    for programme in ("PKH", "SEMBAKO"):
        rows = region.enrolments[region.enrolments["programme"] == programme]
        truth = rows["family"].nunique() / len(region.families)
        said = homes[homes[f"bantuan_{ASKED[programme]}"].notna()]
        share = said.loc[said[f"bantuan_{ASKED[programme]}"] == 1, "penimbang"].sum() / said["penimbang"].sum()
        assert share == pytest.approx(truth, abs=0.04)

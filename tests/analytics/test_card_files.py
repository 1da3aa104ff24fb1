"""A scorecard nobody ranks by can be taken away, with the survey only it needs; nothing else goes."""

import pytest

from analytics.card_files import delete_card
from analytics.pipeline import run
from data.errors import Refused
from tests.analytics.scorecards import card, keep, term

SIZE = (term("size", "linear", -0.1, 3.0),)


def survey(store, letter: str) -> str:
    name = f"{letter * 64}.parquet"
    store.surveys.mkdir(parents=True, exist_ok=True)
    (store.surveys / name).write_bytes(b"survei")
    return name


def test_a_card_goes_with_the_survey_nobody_else_needs(store):
    own, shared = survey(store, "a"), survey(store, "b")
    for name, of in (("satu", own), ("dua", shared), ("tiga", shared)):
        keep(store, card(name, SIZE, survey_file=of))
    delete_card(store, "satu.yaml")
    delete_card(store, "dua.yaml")
    assert [path.name for path in store.models.glob("*.yaml")] == ["tiga.yaml"]
    assert [path.name for path in store.surveys.iterdir()] == [shared]


def test_the_card_of_a_run_stays(store, build):
    build(store, families=[{"size": n % 5 + 1} for n in range(200)])
    path = keep(store, card("dipakai", SIZE))
    assert run(store, "s1", path).model == str(path)
    with pytest.raises(Refused) as refused:
        delete_card(store, "dipakai.yaml")
    assert refused.value.code == "model_in_use"
    assert path.exists()


@pytest.mark.parametrize("name", ["lain.yaml", "../t.duckdb", "../../etc/passwd", ""])
def test_only_a_card_kept_here_can_go(store, name):
    keep(store, card("satu", SIZE))
    with pytest.raises(Refused) as refused:
        delete_card(store, name)
    assert refused.value.code == "model_unknown"
    assert store.path.exists()

"""The demo's filled field form: the same for every database, and only about what was asked."""

from datetime import date

import pandas as pd

from data.criteria import default_rules
from data.demo_visits import write_visits
from data.load_criteria import ANSWERS, PSEUDONYM, VISITED

RULES = default_rules()
ASKED = {"menetap", "b", "c"}


def families(pseudonyms: list[str]) -> pd.DataFrame:
    codes = [f"99.01.01.{2001 + place // 10}" for place in range(len(pseudonyms))]
    frame = pd.DataFrame({"pseudonym": pseudonyms, "village_code": codes})
    for place, clause in enumerate(RULES.clauses):
        frame[f"j{place}"] = None if clause.key in ASKED else True
    return frame


def written(folder, pseudonyms: list[str]) -> pd.DataFrame:
    folder.mkdir()
    path = write_visits(families(pseudonyms), RULES, 1, date(2026, 9, 30), folder)
    return pd.read_csv(path, keep_default_na=False)


def test_the_form_is_the_same_under_other_pseudonyms(tmp_path):
    one = written(tmp_path / "a", [f"A{place:03}" for place in range(400)])
    other = written(tmp_path / "b", [f"Z{399 - place:03}" for place in range(400)])
    assert other.drop(columns=PSEUDONYM).equals(one.drop(columns=PSEUDONYM))
    assert [f"Z{399 - int(name[1:]):03}" for name in one[PSEUDONYM]] == list(other[PSEUDONYM])


def test_some_villages_were_visited_whole_and_asked_what_was_open(tmp_path):
    form = written(tmp_path / "a", [f"A{place:03}" for place in range(400)])
    visited = form.groupby(form[PSEUDONYM].str[1:3]).size()  # ten families a village
    assert set(visited) == {10}
    assert 5 < len(visited) < 35
    assert form[VISITED].between("2026-10-01", "2026-10-21").all()
    for clause in RULES.clauses:
        (column,) = [name for name in form if name.startswith(f"Klausul {clause.key}:")]
        assert set(form[column]) == (set(ANSWERS) if clause.key in ASKED else {""})

"""Gaps, hostile cards, and how much of a score is the survey's: checked against pandas and by hand."""

import numpy as np
import pandas as pd
import pytest

from analytics.model_card import ModelCard, Term, compile_sql
from analytics.pipeline import run
from analytics.scope import Scope
from analytics.scoring import choose_card, imputed_bands, scored_sql, scoring_card
from data.errors import Refused
from tests.analytics.scorecards import card, keep, term

TERMS = (
    term("size", "ln", -0.5, 1.2, sd=0.4),
    term("floor", "level", -0.6, 0.25, sd=0.43, level="earth"),
    term("floor", "level", -0.2, 0.35, sd=0.48, level="bamboo"),
    term("floor_area", "ln", 0.3, 3.9, sd=0.6),
    term("motorcycle", "flag", 0.3, 0.5, sd=0.5),
    term("cattle", "linear", 0.02, 0.4, sd=1.1),
    term("cattle", "square", -0.001, 1.4, sd=6.0),
)


def random_families(count=400) -> list[dict]:
    random = np.random.default_rng(11)

    def some(values):
        return [None if random.random() < 0.15 else value for value in values]

    columns = {
        "size": some(random.integers(1, 8, count).tolist()),
        "floor": some(random.choice(["earth", "bamboo", "tile", "other"], count).tolist()),
        "floor_area": some(random.choice([0.0, 20.0, 36.0, 70.0], count).tolist()),
        "motorcycle": some((random.random(count) < 0.5).tolist()),
        "cattle": some(random.integers(0, 9, count).tolist()),
    }
    return [{name: values[n] for name, values in columns.items()} for n in range(count)]


def expected(families: list[dict], made: ModelCard) -> pd.DataFrame:
    """Score and imputed share, family by family, without any of the product's SQL."""
    rows = []
    importance = sum(abs(entry.coefficient) * entry.sd for entry in made.terms)
    for family in families:
        score, filled = made.intercept, 0.0
        for entry in made.terms:
            value = family.get(entry.field)
            if value is None or (entry.kind == "ln" and value <= 0):
                score += entry.coefficient * entry.mean
                filled += abs(entry.coefficient) * entry.sd
                continue
            worth = {
                "level": lambda v, e=entry: float(v == e.level), "flag": float, "linear": float,
                "square": lambda v: float(v) ** 2, "ln": np.log,
            }[entry.kind](value)  # fmt: skip
            score += entry.coefficient * worth
        rows.append({"score": score, "imputed_share": filled / importance})
    return pd.DataFrame(rows)


def test_gaps_take_the_survey_mean_and_count_by_their_weight(store, build):
    families = random_families()
    build(store, families=families)
    made = card(terms=TERMS)
    keep(store, made)
    run(store)
    found = store.frame("SELECT score, imputed_share FROM family_rank ORDER BY family_no")
    wanted = expected(families, made)
    assert wanted["imputed_share"].between(0.01, 0.9).sum() > 100  # the case is one
    pd.testing.assert_frame_equal(found, wanted, rtol=1e-12)


def test_families_by_imputed_share(store, build):
    families = random_families()
    other = [family | {"village_code": "99.01.02.2001"} for family in random_families(50)]
    build(store, families=families + other)
    nothing = imputed_bands(store, Scope("s1"))
    assert (nothing.none, nothing.some, nothing.much, nothing.unscored) == (0, 0, 0, 0)
    made = card(terms=TERMS)
    keep(store, made)
    run(store)
    for region, rows in (("", families + other), ("99.01.02", other)):
        share = expected(rows, made)["imputed_share"]
        bands = imputed_bands(store, Scope("s1", region=region))
        assert bands.limit == 0.25
        assert bands.none == (share == 0).sum()
        assert bands.some == ((share > 0) & (share <= 0.25)).sum()
        assert bands.much == (share > 0.25).sum()
        assert min(bands.none, bands.some, bands.much) > 0


def test_exactly_a_quarter_is_not_much(store, build):
    quarter = (term("motorcycle", "flag", 0.25, 0.5, sd=0.5), term("car", "flag", 0.75, 0.5, sd=0.5))
    build(store, families=[{"motorcycle": None, "car": True}, {"motorcycle": True, "car": None}, {"motorcycle": True}])
    keep(store, card(terms=quarter))
    run(store)
    bands = imputed_bands(store, Scope("s1"))
    assert (bands.none, bands.some, bands.much, bands.unscored) == (0, 1, 2, 0)


HOSTILE = [
    term("nik", "flag", 0.1, 0.5),
    term("kk", "level", 0.1, 0.5, level="1"),
    term("family_identity.kk", "level", 0.1, 0.5, level="1"),
    term("head_name", "level", 0.1, 0.5, level="SITI"),
    term("decile_recorded", "linear", 0.1, 5.0),
    term("size) FROM family_identity --", "linear", 0.1, 5.0),
    term("floor", "level", 0.1, 0.5, level="earth'; DROP TABLE family; --"),
    term("floor", "level", 0.1, 0.5, level="$snapshot_id"),
    term("floor", "linear", 0.1, 0.5),
    term("motorcycle", "ln", 0.1, 0.5),
]


@pytest.mark.parametrize("alien", HOSTILE, ids=lambda entry: f"{entry.field}-{entry.level}"[:30])
def test_a_card_on_anything_but_canonical_fields_never_becomes_sql(store, build, alien: Term):
    build(store, families=[{"floor": "earth", "size": 2}])
    made = card("jahat", terms=(*TERMS[:2], alien))
    with pytest.raises(Refused) as compiled:
        compile_sql(made)
    path = keep(store, made)
    with pytest.raises(Refused) as asked:
        run(store, model=path)
    assert compiled.value.code == asked.value.code == "model_unusable"
    # Lying about in the folder it is passed over, and said.
    report = run(store)
    assert report.model is None
    assert any("jahat" in warning for warning in report.warnings)
    assert store.one("SELECT count(*) AS n FROM family") == {"n": 1}
    assert store.one("SELECT count(*) AS n FROM family_rank") == {"n": 0}


def test_a_good_card_still_scores_beside_a_hostile_one(store, build):
    build(store, families=[{"floor": "earth", "size": 2, "motorcycle": True}])
    good = keep(store, card("baik", terms=TERMS[:2], day=1))
    keep(store, card("jahat", terms=(term("nik", "flag", 0.1, 0.5),), day=2))
    assert run(store).model == str(good)


def test_levels_reach_sql_as_parameters_only(store, build):
    compiled = compile_sql(card(terms=TERMS))
    assert compiled.params == {"level_1": "earth", "level_2": "bamboo"}
    assert "earth" not in scored_sql(compiled)


def test_the_card_of_the_last_run_is_known_without_its_file(store, build):
    build(store, families=[{"floor": "earth", "size": 2}])
    with pytest.raises(Refused) as none:
        scoring_card(store, "s1")
    made = card(terms=TERMS[:2])
    path = keep(store, made)
    run(store)
    path.unlink()
    assert scoring_card(store, "s1") == made
    with store.transaction() as cursor:
        cursor.execute('UPDATE run SET model_card = \'{"name": "lama"}\'')
    with pytest.raises(Refused) as old:
        scoring_card(store, "s1")
    assert (none.value.code, old.value.code) == ("not_scored", "model_unusable")


def test_what_the_data_lack_is_every_field_nobody_has(store, build):
    build(store, families=[{"floor": "earth", "size": 2, "motorcycle": None}, {"floor": None, "size": None}])
    with store.transaction() as cursor:
        choice = choose_card(store, cursor, "s1", keep(store, card(terms=TERMS)))
    assert choice.card is None
    assert {"motorcycle", "cattle", "floor_area", "per_capita_floor_area"} <= set(choice.absent)
    assert not {"floor", "size"} & set(choice.absent)
    assert choice.base is None  # its survey was not kept

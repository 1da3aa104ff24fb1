"""What `pipeline.run` computes (chances under the lines apart), written in pandas as one would without a database.

Only `cli.py bench` and its test use it: the one to compare time and memory, the other to see that both give the same.
"""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.bench_pandas_pages import cells_of_coverage, families_of_pages
from analytics.expected import MOST_CASES, fit_expected
from analytics.fields import FIELDS
from analytics.model_card import ModelCard, Term
from data.reference import parameter

EDUCATION = ("none", "primary", "junior", "senior", "tertiary")
AREAS = {"village": 13, "regency": 5, "province": 2}


def run_in_pandas(folder: Path, card: ModelCard, on: pd.Timestamp) -> None:
    """`family`, `person`, `reference`, `enrolment`.parquet of a folder → `feature`, `expected`, `rank`, `page`,
    `cell`.parquet.

    A truncated frame, as P3KE is: shares are of the reference population of each area.
    """
    family = pd.read_parquet(folder / "family.parquet", dtype_backend="numpy_nullable")
    person = pd.read_parquet(folder / "person.parquet", dtype_backend="numpy_nullable")
    reference = pd.read_parquet(folder / "reference.parquet")
    traits = family.merge(_features(family, person, on), on="family_no", suffixes=("_family", ""))
    expected = _expected(traits)
    expected.to_parquet(folder / "expected.parquet")
    score, imputed = _score(traits, card)
    ranked = _ranks(traits.assign(score=score, imputed_share=imputed), reference)
    traits.to_parquet(folder / "feature.parquet")
    ranked.to_parquet(folder / "rank.parquet")
    enrolment = pd.read_parquet(folder / "enrolment.parquet")
    page = families_of_pages(traits, ranked, expected, enrolment)
    page.to_parquet(folder / "page.parquet")
    cells_of_coverage(page, enrolment, date.today()).to_parquet(folder / "cell.parquet")


def _features(family: pd.DataFrame, person: pd.DataFrame, on: pd.Timestamp) -> pd.DataFrame:
    person = person.assign(
        age=person["age"].fillna(_years(person["birth_date"], on)),
        education_level=person["education"].map({word: level for level, word in enumerate(EDUCATION, 1)}),
    )
    person["age"] = person["age"].where(person["age"] >= 0)
    age, unknown = person["age"], person["age"].isna()
    elderly = int(parameter("elderly_age", on.date()).value)
    tests = {
        "children_0_6": age <= 6, "children_7_18": age.between(7, 18), "adults": age.between(15, 64),
        "elderly": age >= elderly, "dependants": (age < 15) | (age > 64), "under_five": age <= 4,
        "school_age_out": age.between(7, 18) & ~person["in_school"],
    }  # fmt: skip
    marks = pd.DataFrame({name: test.fillna(False).astype(bool) for name, test in tests.items()})
    school = person["in_school"]
    marks["perhaps_out"] = (age.between(7, 18).fillna(False) & school.isna()) | (unknown & ~school.fillna(False))
    marks["unknown_age"] = unknown
    marks["family_no"] = person["family_no"]
    sums = marks.groupby("family_no").sum()
    for name in tests:
        open_ = sums["perhaps_out"] if name == "school_age_out" else sums["unknown_age"]
        sums[name] = sums[name].astype("Int64").where((sums[name] > 0) | (open_ == 0))
    grown = person["education_level"].where((age >= 15).fillna(False))
    sums["best_level"] = grown.groupby(person["family_no"]).max()
    sums["persons"] = person.groupby("family_no").size()
    for name in ("disability", "chronic", "pregnant"):
        sums[f"any_{name}"] = _any(person, name)
    heads = person[person["relation"] == "head"].sort_values(["age", "person_no"], ascending=[False, True])
    heads = heads.drop_duplicates("family_no").set_index("family_no")
    made = family[["family_no", "size", "floor_area", "head_birth_date", "head_occupation"]].set_index("family_no")
    made = made.join(sums)
    made["size"] = made["size"].fillna(made["persons"])
    made["dependency"] = made["dependants"] / made["size"].where(made["size"] != 0)
    old = family.set_index("family_no")
    occupation = old["head_occupation"]
    works = pd.Series(pd.NA, index=old.index, dtype="boolean")
    works[occupation.notna() & occupation.ne("other")] = True
    works[occupation.isin(["not_working", "retired"])] = False
    for name in ("sex", "marital", "education", "work_status"):
        made[f"head_{name}"] = heads[name].reindex(made.index).fillna(old[f"head_{name}"])
    made["head_sector"] = heads["sector"].reindex(made.index)
    made["head_working"] = heads["working"].reindex(made.index).fillna(works)
    years = _years(old["head_birth_date"], on)
    made["head_age"] = heads["age"].reindex(made.index).fillna(years.where(years >= 0))
    made["best_education"] = made["best_level"].map(dict(enumerate(EDUCATION, 1)))
    made["school_age"] = made["children_7_18"]
    made["per_capita_floor_area"] = made["floor_area"] / made["size"].where(made["size"] != 0)
    dropped = [
        "floor_area",
        "head_birth_date",
        "head_occupation",
        "perhaps_out",
        "unknown_age",
        "persons",
        "best_level",
    ]
    return made.drop(columns=dropped).reset_index()


def _years(born: pd.Series, on: pd.Timestamp) -> pd.Series:
    born = pd.to_datetime(born)
    before = (born.dt.month > on.month) | ((born.dt.month == on.month) & (born.dt.day > on.day))
    return (on.year - born.dt.year - before).astype("Int64")


def _any(person: pd.DataFrame, name: str) -> pd.Series:
    """True where one member is, False where all are known not to be (of pregnancy: all who might), else missing."""
    groups = person["family_no"]
    yes = (person[name].fillna(False).astype(bool)).groupby(groups).any()
    open_ = person[name].isna()
    if name == "pregnant":
        age = person["age"]
        open_ &= person["sex"].fillna("female").eq("female").astype(bool) & age.between(10, 54).fillna(True).astype(
            bool
        )
        said = person[name].notna().groupby(groups).any()
    else:
        said = pd.Series(True, index=yes.index)
    none = ~open_.groupby(groups).any() & said
    return yes.astype("boolean").where(yes | none)


def _expected(traits: pd.DataFrame) -> pd.DataFrame:
    ordered = traits[traits["decile_recorded"].notna()].sort_values(["village_code", "family_no"])
    sample = ordered.iloc[:: -(-len(ordered) // MOST_CASES)]
    plain = sample[["decile_recorded", *FIELDS]].astype(
        {name: object for name in FIELDS if FIELDS[name].shape == "category"}
    )
    model = fit_expected(plain)
    out = traits[["family_no"]].copy()
    if model is not None:
        score, imputed = _score(traits, model.card)
        low, high = traits["decile_recorded"].min(), traits["decile_recorded"].max()
        out["decile_expected"] = (
            pd.Series(score, index=traits.index).clip(low, high).where(imputed <= parameter("much_imputed").value)
        )
    return out


def _score(traits: pd.DataFrame, card: ModelCard) -> tuple[np.ndarray, np.ndarray]:
    score = np.full(len(traits), card.intercept)
    filled, total = np.zeros(len(traits)), 0.0
    for term in card.terms:
        value = _value(traits, term)
        gap = np.isnan(value)
        score += term.coefficient * np.where(gap, term.mean, value)
        filled += gap * term.importance
        total += term.importance
    return score, np.minimum(1.0, filled / total) if total else filled


def _value(traits: pd.DataFrame, term: Term) -> np.ndarray:
    column = traits[term.field]
    if term.kind == "level":
        value = (column == term.level).astype("Float64").where(column.notna()).to_numpy(dtype=float, na_value=np.nan)
    else:
        value = column.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        if term.kind == "ln":
            value = np.log(np.where(value > 0, value, np.nan))
        elif term.kind == "square":
            value = value * value
    rule = FIELDS[term.field].not_asked
    if rule is not None:
        idle = traits[rule[0]].eq(rule[1]).fillna(False).to_numpy(dtype=bool)
        value = np.where(column.isna().to_numpy() & idle, 0.0, value)
    return value


def _whole_sum(values: pd.Series) -> float:
    """The sum, not known where a part is not."""
    return float(values.sum()) if values.notna().all() else np.nan


def _ranks(scored: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    out = scored[["family_no", "village_code", "size", "score", "imputed_share"]].copy()
    weights = {"": pd.Series(1, index=out.index), "_persons": out["size"].where(out["size"] >= 0)}
    for area, digits in AREAS.items():
        code = out["village_code"].str[:digits]
        places = reference.assign(area=reference["village_code"].str[:digits]).groupby("area")[["families", "persons"]]
        totals: pd.DataFrame = places.agg(_whole_sum)
        ordered = out.assign(area=code).sort_values(["area", "score"])
        for suffix, weight in weights.items():
            running = weight.reindex(ordered.index).fillna(0).groupby(ordered["area"]).cumsum()
            tied = running.groupby([ordered["area"], ordered["score"]]).transform("max")
            total = ordered["area"].map(totals["persons" if suffix else "families"].to_dict())
            out[f"share_{area}{suffix}"] = (tied / total).where(weight.notna())
    regency = out["village_code"].str[:5]
    out["list_rank"] = out.groupby(regency)["score"].rank(method="min")
    out["list_size"] = regency.map(regency.value_counts().to_dict())
    return out


def card_from(folder: Path) -> ModelCard:
    """The card beside the exported tables."""
    return ModelCard.model_validate(json.loads((folder / "card.json").read_text(encoding="utf-8")))

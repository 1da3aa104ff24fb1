"""What `run` stores for pages (`analytics/page_tables.py`), written in pandas as one would without a database.

Only `cli.py bench` and its test use it. The chances under the lines, which bench prints apart, are not among it.
"""

from datetime import date

import numpy as np
import pandas as pd

from analytics.bench_pandas_rules import criteria_of, needs_of
from data.reference import Eligibility, programmes

RANKINGS = {"recorded": "decile_recorded", "families": "decile_families", "persons": "decile_persons"}
_ABOVE_ZERO = ("children_0_6", "children_7_18", "under_five", "school_age", "school_age_out", "elderly")
_AS_THEY_ARE = ("head_sex", "any_pregnant", "any_disability", "any_chronic")


def families_of_pages(
    traits: pd.DataFrame, ranked: pd.DataFrame, expected: pd.DataFrame, enrolment: pd.DataFrame
) -> pd.DataFrame:
    """One row per family with the columns of table family_page, but for `snapshot_id`, `criteria_rules`, chances."""
    page = traits[["family_no", "village_code", "decile_recorded", "percentile_recorded", *_AS_THEY_ARE]].copy()
    page["size"] = traits["size_family"]
    for name in _ABOVE_ZERO:
        page[name] = traits[name] > 0
    page["poor_housing"] = (
        _among(traits["floor"], ["earth", "bamboo"])
        | _among(traits["wall"], ["bamboo"])
        | _among(traits["roof"], ["bamboo", "thatch"])
    )
    ranks = ranked[["family_no", "score", "imputed_share", "share_village", "share_regency", "share_regency_persons"]]
    page = page.merge(ranks, on="family_no", how="left")
    page["scored"] = page["score"].notna()
    page["imputed"] = page["imputed_share"] > 0
    page["beyond_reference"] = (page["share_regency"] > 1) | (page["share_village"] > 1)
    for unit, share in (("families", "share_regency"), ("persons", "share_regency_persons")):
        page[f"share_{unit}"] = page[share]
        page[f"decile_{unit}"] = np.ceil(10 * page[share] - 1e-9).clip(1, 10).astype("Int64")
    page = page.merge(expected, on="family_no", how="left").merge(_held(enrolment), on="family_no", how="left")
    page["received"] = page["received"].fillna(0).astype("int64")
    # Merged on the left as they were, so the rows stand in the order of traits.
    held, loaded = page["received"].set_axis(traits.index), set(enrolment["programme"])
    page = page.join(needs_of(traits, held, loaded).set_axis(page.index))
    page["criteria"] = criteria_of(traits, held, loaded).to_numpy()
    page["any_open"] = page["any_open"].fillna(False).astype(bool)
    return page.drop(columns=["score", "imputed_share", "share_village", "share_regency", "share_regency_persons"])


def cells_of_coverage(page: pd.DataFrame, enrolment: pd.DataFrame, on: date) -> pd.DataFrame:
    """Table coverage_cell but for `snapshot_id` and `rules`: by the rules in force on a day."""
    loaded = set(enrolment["programme"])
    cells = []
    regency = page["village_code"].str[:5]
    for ranking, column in RANKINGS.items():
        decile = page[column]
        for place, (code, programme) in enumerate(programmes().items()):
            if code not in loaded:
                continue
            counted = _counted(page, decile, (page["received"] & (1 << place)) > 0, programme.rule(on))
            about = {"ranking": ranking, "programme": code}
            village = counted.groupby(page["village_code"]).sum(min_count=1).rename_axis("area").reset_index()
            cells.append(village.assign(by="village", **about))
            areas = counted.groupby([regency.rename("area"), decile.rename("decile")], dropna=False)
            cells.append(areas.sum(min_count=1).reset_index().assign(by="decile", **about))
    return pd.concat(cells, ignore_index=True)


def _counted(page: pd.DataFrame, decile: pd.Series, receives: pd.Series, rule: Eligibility | None) -> pd.DataFrame:
    """Per family 1 or 0 and its size or missing, for each count of a cell."""
    size = page["size"].astype("Float64")
    counted = pd.DataFrame({"families": receives.astype("Int64"), "persons": size.where(receives)})
    counted["group_families"], counted["group_persons"] = 1, size
    eligible = _eligible(page, decile, rule) if rule else None
    for name, who in (
        ("eligible", eligible), ("covered", None if eligible is None else eligible & receives),
    ):  # fmt: skip
        sure = None if who is None else who.fillna(False).astype(bool)
        counted[f"{name}_families"] = pd.NA if sure is None else sure.astype("Int64")
        counted[f"{name}_persons"] = pd.NA if sure is None else size.where(sure)
    counted["eligibility_unknown_families"] = pd.NA if eligible is None else eligible.isna().astype("Int64")
    return counted.astype("Float64")


def _eligible(page: pd.DataFrame, decile: pd.Series, rule: Eligibility) -> pd.Series:
    low, high = rule.deciles
    whole = decile.astype("Int64")
    said = (whole >= low) & (whole <= high)
    if rule.component:
        has = pd.Series(False, index=page.index, dtype="boolean")
        for name in rule.component:
            has |= page[name].astype("boolean")
        said &= has
    return said


def _held(enrolment: pd.DataFrame) -> pd.DataFrame:
    """Per family the bits of the programmes it receives and whether one of them is open."""
    rows = enrolment.dropna(subset="family_no").drop_duplicates(["family_no", "programme"])
    bits = {code: 1 << place for place, code in enumerate(programmes())}
    closed = [code for code, programme in programmes().items() if programme.closed]
    rows = rows.assign(
        received=rows["programme"].map(bits).fillna(0).astype("int64"), any_open=~rows["programme"].isin(closed)
    )
    return rows.groupby("family_no").agg(received=("received", "sum"), any_open=("any_open", "any")).reset_index()


def _among(column: pd.Series, words: list[str]) -> pd.Series:
    return column.isin(words).astype("boolean").where(column.notna())

"""A survey as the fit wants it: canonical fields by the same SQL as the register, then the survey's own columns."""

from datetime import date
from typing import Any, Literal

import pandas as pd

from analytics.definitions import features_sql
from analytics.fields import FIELDS, column_sql
from analytics.pmt import Fit, fit
from data.reference import parameter
from data.store import Store
from data.survey import Survey


def predictor_frame(store: Store, survey: Survey) -> pd.DataFrame:
    """One row per household of the survey, in its order.

    Through a profile: every field of `analytics.fields` (null where not known; derived from the members by
    features.sql), then the columns the profile does not read. Without: the survey's columns as they are.
    """
    if survey.family is None:
        return survey.frame
    on = survey.on or date.today()
    cursor = store.cursor()
    try:
        cursor.register("survey_family", survey.family)
        person = "(SELECT * FROM person WHERE false)"
        if survey.person is not None:
            cursor.register("survey_person", survey.person)
            person = "survey_person"
        columns = ", ".join(f"{column_sql(name)} AS {name}" for name in FIELDS)
        canonical = cursor.execute(
            f"SELECT {columns} FROM survey_family AS family "
            f"JOIN ({features_sql('survey_family', person)}) AS feature ON feature.family_no = family.family_no "
            "ORDER BY family.family_no",
            {"on": on, "elderly_age": int(parameter("elderly_age", on).value)},
        ).df()
    finally:
        cursor.close()
    own = survey.frame[[name for name in survey.frame.columns if name not in canonical.columns]]
    return pd.concat([canonical, own], axis=1)


def fit_frame(
    store: Store,
    survey: Survey,
    outcome: str,
    weight: str | None = None,
    cluster: str | None = None,
    size: str | None = None,
    predictors: Literal["auto"] | list[str] = "auto",
    drop: tuple[str, ...] = (),
    **more: Any,
) -> Fit:
    """`pmt.fit` on a survey as read; columns may be named as the survey names them or canonically.

    The survey's own notes come first among the card's warnings.
    """
    frame = predictor_frame(store, survey)

    def canonical(name: str) -> str:
        field = survey.aliases.get(name, name)
        return field if field in frame.columns else name

    made = fit(
        frame,
        canonical(outcome),
        weight=canonical(weight) if weight else None,
        cluster=canonical(cluster) if cluster else None,
        size=canonical(size) if size else None,
        predictors=predictors if predictors == "auto" else [canonical(name) for name in predictors],
        drop=tuple(canonical(name) for name in drop),
        survey=survey.name,
        unit=survey.unit,
        **more,
    )
    card = made.card.model_copy(update={"warnings": survey.notes + made.card.warnings})
    return Fit(card, made.held_out)

"""`fit_survey` makes a scorecard from survey files and keeps both, the card and the survey."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from analytics import kept_survey
from analytics.model_card import ModelCard
from analytics.pmt import Fit
from analytics.survey_frame import Predictors, prepare
from data.delivery import Progress
from data.store import Store
from data.survey import read_survey


@dataclass(frozen=True)
class FitReport:
    """A scorecard and where it was kept."""

    fit: Fit
    path: Path

    def as_json(self) -> dict[str, Any]:
        """The keys of the command line's contract."""
        return self.fit.echo(str(self.path))


def fit_survey(
    store: Store,
    paths: list[Path],
    outcome: str | None = None,
    *,
    size: str | None = None,
    weight: str | None = None,
    cluster: str | None = None,
    district: str | None = None,
    predictors: Predictors = "auto",
    drop: list[str] | tuple[str, ...] = (),
    method: str = "ols",
    profile: str | None = None,
    outcome_unit: str | None = None,
    period: str | None = None,
    price_date: date | None = None,
    region: str | None = None,
    quantile: float | None = None,
    repeats: int = 1,
    yardstick: bool = True,
    progress: Progress = None,
) -> FitReport:
    """Fit a scorecard on survey files (`data.survey.read_survey`) and keep it below the store's models.

    Columns and dates that are not given are taken from the survey's profile (`survey_frame.prepare`). The survey
    is kept too (`kept_survey`), for a refit without what a data set lacks. region: code of the only regency the
    card may score unasked; None where the survey speaks for any. quantile, repeats, yardstick: as `pmt.fit` has
    them. Refused as `read_survey`, `prepare` and `pmt.fit` refuse.
    """
    survey = read_survey(store, paths, profile or "auto")
    prepared = prepare(store, survey, outcome, size, weight, cluster, district, predictors, tuple(drop))
    roles = survey.roles
    if outcome_unit is None and outcome in (None, roles.outcome):
        outcome_unit = roles.outcome_unit
    made = prepared.fit(
        method=method, name=f"{method}-{survey.name.rpartition('.')[0] or survey.name}"[:120], survey=survey.name,
        unit=survey.unit, outcome_unit=outcome_unit, period=period or roles.period,
        price_date=price_date or roles.price_date, quantile=quantile, repeats=repeats, yardstick=yardstick,
        progress=progress,
    )  # fmt: skip
    card = made.card.model_copy(update={"region": region, "survey_file": kept_survey.keep(store, prepared)})
    return FitReport(Fit(card, made.held_out), save_card(store, card))


def save_card(store: Store, card: ModelCard) -> Path:
    """Keep a card below the store's models under a new name; where it is."""
    path = _free_path(store.models, card)
    card.save(path)
    return path


def _free_path(folder: Path, card: ModelCard) -> Path:
    """A new file name that sorts by time and holds nothing but letters, digits and dashes."""
    plain = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in card.name.lower())[:60]
    path = folder / f"{card.fitted_at:%Y%m%d-%H%M%S}-{plain}.yaml"
    count = 1
    while path.exists():
        count += 1
        path = folder / f"{card.fitted_at:%Y%m%d-%H%M%S}-{plain}-{count}.yaml"
    return path

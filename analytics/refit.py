"""A scorecard fitted anew without what a data set lacks, and what that costs."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from analytics import kept_survey
from analytics.card_parts import RefitCost
from analytics.fields import title
from analytics.fitting import save_card
from analytics.model_card import ModelCard
from analytics.pmt import Fit
from analytics.scoring import Choice
from analytics.text import listing, number, percent
from data.delivery import Progress, tell
from data.errors import Refused
from data.store import Store

QUOTA = 0.2
MOST_NAMED = 5


def refit_without(store: Store, card: ModelCard, fields: Iterable[str], progress: Progress = None) -> Fit:
    """The card's model on its kept survey, same method, columns, seeds and folds, but without these fields.

    Its `cost` compares held-out figures with those of the card; with those of the first card where this one is a
    refit itself, and then what that one dropped stays dropped. Nothing is saved. Refused `survey_unreadable` when
    the card has no survey any more, and as `pmt.fit` refuses.
    """
    prepared = kept_survey.load(store, card.survey_file or "")
    former = card.cost.dropped if card.cost else ()
    dropped = tuple(dict.fromkeys((*former, *fields)))
    made = replace(
        prepared, drop=(*prepared.drop, *(name for name in dropped if name in prepared.frame.columns))
    ).fit(
        method=card.method, name=card.name, survey=card.survey, unit=card.unit, period=card.period,
        price_date=card.price_date, outcome_unit=card.outcome_unit, quantile=card.quantile, repeats=card.repeats,
        yardstick=card.yardstick is not None, progress=progress,
    )  # fmt: skip
    missed = tuple(name for name in dropped if name in (*former, *card.fields_needed)) or dropped
    cost = _cost(card, made.card, missed)
    root = cost.before if cost else card.name
    changes = {
        "name": f"{root[:60]} tanpa {_named(missed, 2)}"[:120],
        "region": card.region,
        "survey_file": card.survey_file,
        "cost": cost,
    }
    return Fit(made.card.model_copy(update=changes), made.held_out)


def _cost(before: ModelCard, after: ModelCard, dropped: Sequence[str]) -> RefitCost | None:
    """None where the two have no quota in common."""
    if before.cost:
        name, r2, quota, exclusion = (
            before.cost.before, before.cost.r2_before, before.cost.quota, before.cost.exclusion_before,
        )  # fmt: skip
    else:
        known = {entry.quota for entry in before.targeting} & {entry.quota for entry in after.targeting}
        if not known:
            return None
        quota = min(known, key=lambda found: abs(found - QUOTA))
        name, r2, exclusion = before.name, before.r2_cv, _exclusion(before, quota)
    return RefitCost(
        before=name, dropped=tuple(dropped), quota=quota, r2_before=r2, r2_after=after.r2_cv,
        exclusion_before=exclusion, exclusion_after=_exclusion(after, quota),
    )  # fmt: skip


def _exclusion(card: ModelCard, quota: float) -> float:
    return next(entry.exclusion for entry in card.targeting if entry.quota == quota)


def fitting_choice(store: Store, choice: Choice, progress: Progress = None) -> Choice:
    """The choice of a card, by a refit where no card can score and one has its survey; says what leaving out costs.

    The new card is saved. Where refitting is refused, the choice stays as it was and the reason is among its warnings.
    """
    if choice.card is None and choice.base is not None:
        tell(progress, 0.0, "Melatih ulang model tanpa ciri yang tidak ada dalam data")
        try:
            card = refit_without(store, choice.base, choice.absent, progress).card
        except Refused as refused:
            return replace(choice, warnings=(*choice.warnings, refused.message))
        if not card.scorable:
            return choice
        choice = replace(choice, card=card, path=save_card(store, card), lacking=())
    if choice.card is None or choice.card.cost is None:
        return choice
    return replace(choice, warnings=(*choice.warnings, cost_sentence(choice.card.cost, choice.absent)))


def cost_sentence(cost: RefitCost, absent: Iterable[str] = ()) -> str:
    """What a refit costs, in one Indonesian sentence. absent: fields the data set lacks."""
    named = _named(cost.dropped, MOST_NAMED)
    start = f"Model dilatih ulang tanpa {named}"
    if set(cost.dropped) <= set(absent):
        start = f"Data ini tidak memuat {named}; model dilatih ulang tanpa itu"
    before, after = number(cost.r2_before, 2), number(cost.r2_after, 2)
    turned = "turun" if cost.r2_after < cost.r2_before else "naik"
    change = f"R² tetap {after}" if before == after else f"R² {turned} dari {before} ke {after}"
    return (
        f"{start}: {change}, dan pada kuota {percent(cost.quota)}, dari 100 keluarga termiskin yang seharusnya "
        f"terpilih, {number(100 * cost.exclusion_after)} (sebelumnya {number(100 * cost.exclusion_before)}) terlewat."
    )


def _named(fields: Sequence[str], most: int) -> str:
    titles = [title(name) for name in fields]
    if len(titles) > most + 1:
        titles = [*titles[:most], f"{len(titles) - most} ciri lain"]
    return listing(titles)

"""How likely a family is to be in each decile of its regency, given its score.

The score predicts the mean of ln expenditure; the truth lies around it, normal with the card's sigma. So the
regency's true distribution is the mean of those normals, and its deciles are cut where that mean reaches d/10.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analytics.model_card import ModelCard
from data.store import Store

Array = NDArray[np.float64]
# A quantile of the outcome is no middle to lay a distribution around.
OF_THE_MEAN = ("ols", "lasso")
BINS_PER_SIGMA = 20
_HALVINGS = 60

Absent = Literal["method", "sigma", "truncated"]


@dataclass(frozen=True)
class Cuts:
    """upto: ln expenditure where deciles 1 to 9 end; sigma in ln units; families: those scored in the regency."""

    upto: Array
    sigma: float
    families: int

    def chances(self, score: float) -> Array:
        """Chance of each decile, poorest first; the ten sum to 1."""
        from scipy.special import ndtr

        return np.diff(np.concatenate([[0.0], ndtr((self.upto - score) / self.sigma), [1.0]]))


def regency_cuts(store: Store, snapshot_id: str, regency: str, card: ModelCard) -> Cuts:
    """Decile cuts of the true ln expenditure of a regency's scored families, each of weight one.

    ValueError for a card of which `why_absent` says that it has none, or where no family is scored.
    """
    if why_absent(card, "full") is not None:
        raise ValueError(f"no chances from a {card.method} card with sigma {card.sigma}")
    width = card.sigma / BINS_PER_SIGMA
    binned = store.frame(
        "SELECT avg(score) AS score, count(*) AS families FROM family_rank WHERE snapshot_id = $snapshot_id "
        "AND left(village_code, 5) = $regency AND score IS NOT NULL GROUP BY floor(score / $width) ORDER BY score",
        {"snapshot_id": snapshot_id, "regency": regency, "width": width},
    )
    scores, families = (binned[name].to_numpy(dtype=float) for name in ("score", "families"))
    return Cuts(cut_points(scores, families, card.sigma), card.sigma, int(families.sum()))


def cut_points(scores: Array, weight: Array, sigma: float) -> Array:
    """The nine c with weighted mean of Phi((c - score) / sigma) = 0.1 ... 0.9.

    scores: in ln units, any order; weight: not negative, not all zero; sigma above zero. ValueError otherwise.
    """
    from scipy.special import ndtr

    if len(scores) == 0 or not weight.sum() > 0 or not sigma > 0:
        raise ValueError("cut points need scores, weight and a positive sigma")
    share = weight / weight.sum()
    wanted = np.arange(1, 10) / 10
    # Within ten sigma of the extreme scores the mean goes from 0 to 1; halving needs no slope and cannot escape.
    low, high = np.full(9, scores.min() - 10 * sigma), np.full(9, scores.max() + 10 * sigma)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        reached = ndtr((middle[:, None] - scores) / sigma) @ share >= wanted
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return (low + high) / 2


def why_absent(card: ModelCard, frame: str) -> Absent | None:
    """What stands in the way of chances by decile; None when nothing. frame: full | truncated."""
    if card.method not in OF_THE_MEAN:
        return "method"
    if not card.sigma > 0:
        return "sigma"
    return "truncated" if frame == "truncated" else None


def likely(chances: tuple[float, ...], at_least: float = 0.8) -> tuple[int, int, float]:
    """The shortest run of deciles holding `at_least`: first, last, its chance.

    Of runs of one length the likelier, then the poorer. ValueError where the chances do not reach `at_least`.
    """
    runs = [(last - first, -sum(chances[first : last + 1]), first) for first in range(10) for last in range(first, 10)]
    enough = [run for run in runs if -run[1] >= at_least]
    if not enough:
        raise ValueError(f"ten chances that do not reach {at_least}")
    length, chance, first = min(enough)
    return first + 1, first + length + 1, -chance

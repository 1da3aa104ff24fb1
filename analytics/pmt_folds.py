"""Predictions for cases a model has not seen: five folds, whole clusters in one fold, drawn as often as asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data.delivery import Progress, tell

Array = NDArray[np.float64]
Groups = NDArray[np.int64]
FOLDS = 5


@dataclass(frozen=True)
class Sample:
    """Cases to learn from. matrix: cases x columns, NaN = not known; target: ln expenditure per person; weight: above
    zero; group: number of the case's cluster, from 0."""

    matrix: Array
    target: Array
    weight: Array
    group: Groups

    def part(self, chosen: NDArray[np.bool_]) -> "Sample":
        """These cases only, their clusters numbered anew."""
        group = np.unique(self.group[chosen], return_inverse=True)[1]
        return Sample(self.matrix[chosen], self.target[chosen], self.weight[chosen], group)


class Model(Protocol):
    """Something fitted: ln expenditure per person from a matrix with the sample's columns."""

    def predict(self, matrix: Array) -> Array: ...


Trainer = Callable[[Sample], Model]


@dataclass(frozen=True)
class HeldOut:
    """One row per repeat, one column per case.

    prediction: by the model fitted without the case's fold. expected: the same, shifted by the weighted mean residual
    of the part it was fitted on; it differs only for a model that does not predict the mean.
    """

    fold: Groups
    prediction: Array
    expected: Array


def draw_folds(group: Groups, seed: int) -> Groups:
    """A fold from 0 for each case, five in all (fewer where there are fewer clusters); a cluster shares its fold."""
    clusters = int(group.max()) + 1
    order = np.random.default_rng(seed).permutation(clusters)
    return (order % min(FOLDS, clusters))[group]


def hold_out(train: Trainer, sample: Sample, repeats: int, seed: int, progress: Progress = None) -> HeldOut:
    """Predict every case `repeats` times, each time with folds drawn anew."""
    shape = (repeats, len(sample.target))
    made = HeldOut(np.empty(shape, dtype=np.int64), np.empty(shape), np.empty(shape))
    for turn in range(repeats):
        made.fold[turn] = draw_folds(sample.group, seed + turn)
        for fold in range(FOLDS):
            tell(progress, (turn * FOLDS + fold) / (repeats * FOLDS), "Menguji pada kasus yang tidak dipakai melatih")
            test = made.fold[turn] == fold
            seen = sample.part(~test)
            model = train(seen)
            shift = np.average(seen.target - model.predict(seen.matrix), weights=seen.weight)
            made.prediction[turn, test] = model.predict(sample.matrix[test])
            made.expected[turn, test] = made.prediction[turn, test] + shift
    return made

"""What a black box would gain: gradient boosting on the same columns and folds. It is measured, never deployed."""

from typing import Any

from analytics.card_parts import Yardstick
from analytics.pmt_accuracy import assess
from analytics.pmt_folds import Model, Sample, hold_out
from data.delivery import Progress

# Modest and fixed: tuned settings would need folds of their own, and a yardstick must not move.
SETTINGS: dict[str, Any] = {"max_iter": 150, "learning_rate": 0.06, "max_leaf_nodes": 12, "min_samples_leaf": 20}


def boosting(sample: Sample) -> Model:
    """Gradient-boosted trees; a value not known goes the way that fits best, as a branch of its own."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    model = HistGradientBoostingRegressor(**SETTINGS, early_stopping=False, random_state=0)
    # Weights of mean 1: the leaves' regularisation must not depend on how the survey scales its weights.
    fitted: Model = model.fit(sample.matrix, sample.target, sample_weight=sample.weight / sample.weight.mean())
    return fitted


def yardstick(
    sample: Sample, quotas: tuple[float, ...], repeats: int, seed: int, progress: Progress = None
) -> Yardstick:
    """The scorecard's figures for gradient boosting, from the folds that `seed` and `repeats` give the scorecard."""
    import sklearn.ensemble  # noqa: F401 (only libraries that are loaded can be limited)
    from threadpoolctl import threadpool_limits

    # A survey is small: threads that wait for each other on a busy machine cost more than they bring (measured: 42 s
    # against 6 s for 8,000 cases).
    with threadpool_limits(1, user_api="openmp"):
        held = hold_out(boosting, sample, repeats, seed, progress)
    accuracy = assess(sample.target, held.prediction, held.expected, sample.weight, sample.group, quotas, seed)
    return Yardstick(
        method="gradient_boosting",
        r2_cv=accuracy.r2,
        spearman_cv=accuracy.spearman,
        targeting=accuracy.targeting,
        fixed_line=accuracy.fixed_line,
    )

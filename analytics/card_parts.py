"""What a model card says about how well the model does: always on cases it was not fitted on, always weighted.

Intervals are 90 % percentile intervals of a bootstrap that draws whole clusters where the survey has them.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=300)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
# Far beyond any figure of a survey, and its square is still a number.
Finite = Annotated[float, Field(ge=-1e60, le=1e60, allow_inf_nan=False)]
Spread = Annotated[float, Field(ge=0, le=1e60, allow_inf_nan=False)]
Rate = Annotated[float, Field(ge=0, le=1)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TargetingError(Frozen):
    """Errors of one fixed quota on held-out cases; low, high: interval of `exclusion`.

    The quota is filled exactly by truth and by prediction, so inclusion equals exclusion.
    """

    quota: Rate
    exclusion: Rate
    inclusion: Rate
    low: Rate
    high: Rate


class LineError(Frozen):
    """Errors under a fixed line: poor by truth and chosen by prediction are those below the same line.

    quota: share of the weight that lies below `line` by truth; line: in the outcome's unit. selected: share of the
    weight predicted below it (predictions vary less than truth: usually far less than quota). low, high: interval of
    `exclusion`. inclusion and its interval are null where nobody is predicted below the line.
    """

    quota: Rate
    line: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    selected: Rate
    exclusion: Rate
    low: Rate
    high: Rate
    inclusion: Rate | None = None
    inclusion_low: Rate | None = None
    inclusion_high: Rate | None = None


class Yardstick(Frozen):
    """The same figures for gradient boosting on the same columns and folds: what a black box would gain."""

    method: Name
    r2_cv: Finite
    spearman_cv: Finite | None = None
    targeting: tuple[TargetingError, ...]
    fixed_line: tuple[LineError, ...] = ()


class CalibrationBin(Frozen):
    """Held-out cases of one tenth by predicted chance of lying below the line that cuts off `quota`.

    bin: 1 = lowest chance. predicted: mean predicted chance; actual: share that truly lies below; low, high: its
    interval.
    """

    quota: Rate
    bin: Annotated[int, Field(ge=1, le=10)]
    n: Annotated[int, Field(ge=1)]
    predicted: Rate
    actual: Rate
    low: Rate
    high: Rate


class GroupError(Frozen):
    """Errors of one quota within a group of held-out cases, beside the same for all cases.

    group: district | head_sex | elderly | disability | size. value: which of them. share: of the weight.
    exclusion: P(not chosen | poor), null with fewer poor cases than parameter `group_min_cases`; inclusion: P(not
    poor | chosen), null with fewer chosen ones. low, high: interval of exclusion. difference, ratio: exclusion less,
    and over, that of all cases. bias: mean of truth less prediction, in ln units (above 0: the model takes them for
    poorer than they are).
    """

    group: Name
    value: Text
    n: Annotated[int, Field(ge=1)]
    share: Rate
    quota: Rate
    exclusion: Rate | None = None
    low: Rate | None = None
    high: Rate | None = None
    inclusion: Rate | None = None
    difference: Finite | None = None
    ratio: Finite | None = None
    bias: Finite


class RefitCost(Frozen):
    """What leaving fields out costs: held-out figures of the model before and of this one, exclusion at `quota`."""

    before: Name
    dropped: tuple[Name, ...]
    quota: Rate
    r2_before: Finite
    r2_after: Finite
    exclusion_before: Rate
    exclusion_after: Rate

"""Programmes together, as dated data: what may not meet in a family, what should, stages of life, and what is enough.

Read from `data/reference/{combinations,sufficiency}.yaml`; beside `data.reference`, which holds the programmes.
"""

from datetime import date
from functools import cache
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from data.reference import FOLDER, Status, programmes


def _catalogued(code: str) -> str:
    if code not in programmes():
        raise ValueError(f"{code} is no programme of programmes.yaml")
    return code


Code = Annotated[str, AfterValidator(_catalogued)]
Codes = tuple[Code, ...]


class _Dated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    start: date = Field(alias="from")
    source: str
    status: Status


class Forbidden(_Dated):
    """`programme` together with any of `others` in periods that overlap, or held beyond a decile; exactly one of both.

    Revocation is recommended for `programme`.
    """

    kind: Literal["forbidden"]
    title: str
    programme: Code
    others: Codes = Field(default=(), alias="with")
    beyond_decile: int | None = Field(default=None, ge=1, le=9)

    @model_validator(mode="after")
    def _one_question(self) -> "Forbidden":
        if bool(self.others) == (self.beyond_decile is not None):
            raise ValueError("a forbidden rule names other programmes or a decile, not both")
        return self


class Wanted(_Dated):
    """Of `among` (the extreme poor, or the recipients of a programme), one programme of each group of `each`."""

    kind: Literal["wanted"]
    title: str
    among: Literal["extreme"] | Code
    each: tuple[Codes, ...] = Field(min_length=1)


class Stage(_Dated):
    """A stage of life: families with any of these features above zero, and the programmes meant for it."""

    title: str
    features: tuple[str, ...] = Field(alias="any", min_length=1)
    programmes: Codes = Field(min_length=1)


class Sufficiency(_Dated):
    """Central help is enough when a family has each of these programmes whose component it has."""

    programmes: Codes = Field(min_length=1)


Rule = Annotated[Forbidden | Wanted, Field(discriminator="kind")]


class _Combinations(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: dict[str, Rule]
    stages: dict[str, Stage]


def rules(on: date) -> dict[str, Forbidden | Wanted]:
    """The rules in force on a day, in the order of the file."""
    return {name: rule for name, rule in _combinations().rules.items() if rule.start <= on}


def stages(on: date) -> dict[str, Stage]:
    """The stages of life with their programmes, as of a day."""
    return {name: stage for name, stage in _combinations().stages.items() if stage.start <= on}


def sufficiency(on: date) -> Sufficiency | None:
    """The rule of enough central help in force on a day; None where there is none."""
    past = [rule for rule in _sufficiencies() if rule.start <= on]
    return max(past, key=lambda rule: rule.start) if past else None


@cache
def _combinations() -> _Combinations:
    return _Combinations.model_validate(_read("combinations"))


@cache
def _sufficiencies() -> tuple[Sufficiency, ...]:
    return tuple(Sufficiency.model_validate(entry) for entry in _read("sufficiency"))


def _read(name: str) -> Any:
    return yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)

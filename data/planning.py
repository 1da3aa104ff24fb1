"""What a plan is made of, as dated data: whom the guide puts first, what a programme costs, needs and facilities.

Read from `data/reference/{priorities,unit_costs,needs,facilities}.yaml`; beside `data.reference`, which holds the
programmes themselves.
"""

from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from data.headers import header_key
from data.reference import FOLDER, Status


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)


def _ordered(ends: tuple[int, int]) -> tuple[int, int]:
    if ends[0] > ends[1]:
        raise ValueError("a range begins with its lower end")  # else nobody would be in it, without a word
    return ends


Range = Annotated[tuple[int, int], AfterValidator(_ordered)]


class _Dated(_Frozen):
    start: date = Field(alias="from")
    source: str
    status: Status


Entry = TypeVar("Entry", bound=_Dated)


def in_force(entries: tuple[Entry, ...], on: date) -> Entry | None:
    """The newest entry that is not after a day; None where there is none."""
    past = [entry for entry in entries if entry.start <= on]
    return max(past, key=lambda entry: entry.start) if past else None


# Whom the guide puts first ------------------------------------------------------------------------


class Priority(_Dated):
    """Who comes first under a strategy; both ends of a range are included, what is None asks for nothing."""

    deciles: Range | None = None
    percentiles: Range | None = None
    able_age: Range | None = None
    pockets: bool = False


class Strategy(_Frozen):
    title: str
    rules: tuple[Priority, ...]


class Substitution(_Dated):
    """Programmes a substitute stands in for: who receives one of them is no target of the substitute."""

    of: tuple[str, ...]


class Combination(_Dated):
    """Programmes the guide wants an extreme-poor family to hold together."""

    programmes: tuple[str, ...]


class Priorities(_Frozen):
    strategies: dict[str, Strategy]
    substitutes: dict[str, tuple[Substitution, ...]]
    combination: tuple[Combination, ...]


@cache
def priorities() -> Priorities:
    """The guide's priorities by strategy (keys as in `data.reference.Programme.strategy`), the substitutes, and what
    the guide wants together."""
    return Priorities.model_validate(_read("priorities"))


# What a programme costs ---------------------------------------------------------------------------


class UnitCost(_Dated):
    """Rupiah a year. parts: what is counted in a family -> rupiah for each; `family` is the family itself, `persons`
    its members. most: how many counted parts are paid at most, the dearest first; None: all."""

    parts: dict[str, Annotated[float, Field(ge=0)]] = Field(min_length=1)
    most: int | None = Field(default=None, gt=0)
    note: str = ""


@cache
def unit_costs() -> dict[str, tuple[UnitCost, ...]]:
    """Dated costs by programme; a programme that is not here has none."""
    return {
        code: tuple(UnitCost.model_validate(entry) for entry in entries)
        for code, entries in _read("unit_costs").items()
    }


def unit_cost(programme: str, on: date) -> UnitCost | None:
    """The cost of a programme in force on a day; None where none is known."""
    return in_force(unit_costs().get(programme, ()), on)


# What families and villages need ------------------------------------------------------------------


class Condition(_Frozen):
    """One comparison on a field of a family, or `without`: receives none of these programmes (`any`: of all open ones).

    Exactly one comparison is given.
    """

    field: str | None = None
    among: tuple[str, ...] | None = Field(default=None, alias="in")
    truth: bool | None = Field(default=None, alias="is")
    least: float | None = Field(default=None, alias="from")
    below: float | None = None
    equals: float | None = None
    without: tuple[str, ...] | Literal["any"] | None = None

    @model_validator(mode="after")
    def _one_comparison(self) -> "Condition":
        given = [self.among, self.truth, self.least, self.below, self.equals]
        count = sum(value is not None for value in given)
        if (self.field is None) == (self.without is None) or count != (self.field is not None):
            raise ValueError("a condition has a field and one comparison, or `without` alone")
        return self


class Need(_Frozen):
    """title, programme, office: Indonesian. all_of: every condition holds; any_of: one of them does.

    applies: where one of these is known not to hold, the question is not asked of the family.
    """

    title: str
    programme: str
    office: str
    all_of: tuple[Condition, ...] = Field(default=(), alias="all")
    any_of: tuple[Condition, ...] = Field(default=(), alias="any")
    applies: tuple[Condition, ...] = ()
    source: str | None = None
    status: Status | None = None

    @model_validator(mode="after")
    def _something_asked(self) -> "Need":
        if not self.all_of and not self.any_of:
            raise ValueError("a need asks for nothing")
        return self


@cache
def needs() -> dict[str, Need]:
    """Needs of a family by key, in the order a planner reads them."""
    return {key: Need.model_validate(body) for key, body in _read("needs").items()}


class Words(_Frozen):
    lack: tuple[str, ...] = ()
    fine: tuple[str, ...] = ()


class Facility(_Frozen):
    """title, programme, office: Indonesian. headers: header keys (`data.headers.header_key`) of its columns.

    lack, fine: words beside those that hold for every facility. zero: what the number 0 says; None: numbers say
    nothing.
    """

    title: str
    headers: tuple[str, ...]
    programme: str
    office: str
    lack: tuple[str, ...] = ()
    fine: tuple[str, ...] = ()
    zero: Literal["lack", "fine"] | None = None

    def lacking(self, word: str, number: float | None) -> bool | None:
        """Whether a cell says that the village lacks this; None where nothing reads the cell."""
        if number is not None:
            return None if self.zero is None else (number <= 0) == (self.zero == "lack")
        key = _word_key(word)
        common = facility_words()
        if key in _keys(self.lack) or (key in _keys(common.lack) and key not in _keys(self.fine)):
            return True
        return False if key in _keys(self.fine) or key in _keys(common.fine) else None


@cache
def facilities() -> dict[str, Facility]:
    """What a village may have, by key, in the order a planner reads it."""
    return {key: Facility.model_validate(body) for key, body in _read("facilities")["facilities"].items()}


@cache
def facility_words() -> Words:
    """Words that say of any facility that it is lacking, or there."""
    return Words.model_validate(_read("facilities")["words"])


@cache
def facility_of_header() -> dict[str, str]:
    """Header key -> facility."""
    return {header_key(header): key for key, entry in facilities().items() for header in entry.headers}


def _word_key(word: str) -> str:
    return " ".join(word.split()).casefold()


@cache
def _keys(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_word_key(word) for word in words)


def _read(name: str) -> Any:
    return yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)

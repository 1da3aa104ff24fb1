"""Dated parameters a planner can read and dispute: lines, cuts, programmes, welfare classes.

Values live in `data/reference/*.yaml` with their date, source and status; code holds none.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parent / "reference"
Status = Literal["verified", "unverified"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class DatedValue(_Frozen):
    """One value, in force from a date, on a source's word."""

    value: float
    start: date = Field(alias="from")
    source: str
    status: Status


class Parameter(_Frozen):
    title: str
    unit: str
    values: tuple[DatedValue, ...]


class Eligibility(_Frozen):
    """Who a programme is for from a date on: deciles (inclusive) and, if named, any of these components."""

    start: date = Field(alias="from")
    deciles: tuple[int, int]
    component: tuple[str, ...] = ()
    source: str
    status: Status


class Programme(_Frozen):
    name: str
    short: str
    strategy: Literal["expenditure", "income", "pockets"]
    provider: Literal["pusat", "daerah", "desa"]
    unit: Literal["family", "person"]
    aliases: tuple[str, ...]
    eligibility: tuple[Eligibility, ...]
    closed: bool = False

    def rule(self, on: date) -> Eligibility | None:
        """The rule in force on a day; None where none is known."""
        return _in_force(self.eligibility, on)


class WelfareClass(_Frozen):
    code: str
    name: str
    upto: float


class WelfareClasses(_Frozen):
    start: date = Field(alias="from")
    source: str
    status: Status
    classes: tuple[WelfareClass, ...]


class Line(_Frozen):
    """A poverty line: value in `unit` (rupiah per person and month) at the prices of the month of `prices`."""

    title: str
    value: float = Field(gt=0)
    unit: str
    prices: date = Field(alias="from")
    source: str
    status: Status


class Deflator(_Frozen):
    """A line of `unit` at `start` prices x factor = the same line at `to` prices."""

    unit: str
    start: date = Field(alias="from")
    to: date
    factor: float = Field(gt=0)
    source: str
    status: Status


class Lines(_Frozen):
    lines: dict[str, Line]
    deflators: tuple[Deflator, ...] = ()


def _in_force(dated, on: date):
    past = [entry for entry in dated if entry.start <= on]
    return max(past, key=lambda entry: entry.start) if past else None


def _read(name: str):
    return yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@cache
def parameters() -> dict[str, Parameter]:
    """All dated parameters by name."""
    return {name: Parameter.model_validate(body) for name, body in _read("parameters.yaml").items()}


def parameter(name: str, on: date | None = None) -> DatedValue:
    """The value of a parameter in force on a day (today by default). KeyError where none is."""
    found = _in_force(parameters()[name].values, on or date.today())
    if found is None:
        raise KeyError(f"{name} has no value in force on {on}")
    return found


def parameter_or_first(name: str, on: date) -> DatedValue:
    """The value in force on a day; for data older than its first value, that one."""
    return parameter(name, max(on, min(value.start for value in parameters()[name].values)))


@cache
def lines() -> Lines:
    """All poverty lines by name, in the order of the file, and the deflators that carry them to other prices."""
    return Lines.model_validate(_read("lines.yaml"))


@cache
def programmes() -> dict[str, Programme]:
    """All programmes by code, in the order a planner reads them."""
    return {code: Programme.model_validate(body) for code, body in _read("programmes.yaml").items()}


def programme_short(code: str) -> str:
    """The name of a programme on a chart, `Sembako`; what is not in the catalogue keeps the name it has."""
    return programmes()[code].short if code in programmes() else code


def programme_aliases() -> dict[str, str]:
    """Upper-case spelling -> programme code (BPNT and Sembako are one programme)."""
    return {alias.upper(): code for code, programme in programmes().items() for alias in programme.aliases}


def welfare_classes(on: date | None = None) -> WelfareClasses:
    """The classes in force on a day."""
    found = _in_force(
        [WelfareClasses.model_validate(body) for body in _read("welfare_classes.yaml")], on or date.today()
    )
    if found is None:
        raise KeyError(f"no welfare classes in force on {on}")
    return found

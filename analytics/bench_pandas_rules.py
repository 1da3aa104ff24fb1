"""Needs of families and a region's criteria, judged in pandas as one would without a database; for `cli.py bench`.

Three-valued logic is that of the dtype `boolean` (Kleene), as in SQL.
"""

from functools import reduce
from operator import and_, or_

import pandas as pd

from analytics.fields import FIELDS
from data.criteria import default_rules
from data.criteria_rules import Comparison, Group, NoData, Node, Receives
from data.planning import Condition, needs
from data.reference import programmes

_COMPARED = {"=": "eq", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


def needs_of(traits: pd.DataFrame, received: pd.Series, loaded: set[str]) -> pd.DataFrame:
    """need_yes, need_known, need_not_asked of family_page. received: bits; loaded: programmes with a recipient."""
    bits = dict.fromkeys(("need_yes", "need_known", "need_not_asked"), pd.Series(0, index=traits.index, dtype="int64"))
    for place, need in enumerate(needs().values()):
        parts = [_holds(condition, traits, received, loaded) for condition in need.all_of]
        if need.any_of:
            parts.append(reduce(or_, [_holds(condition, traits, received, loaded) for condition in need.any_of]))
        answer = reduce(and_, parts)
        if need.applies:
            asked = reduce(and_, [_holds(condition, traits, received, loaded) for condition in need.applies])
            answer = answer.mask((~asked).fillna(False))
            bits["need_not_asked"] = bits["need_not_asked"] | _bit(~asked, place)
        bits["need_yes"] = bits["need_yes"] | _bit(answer, place)
        bits["need_known"] = bits["need_known"] | _bit(answer.notna().astype("boolean"), place)
    return pd.DataFrame(bits)


def _bit(said: pd.Series, place: int) -> pd.Series:
    return said.fillna(False).astype("int64") * (1 << place)


def _holds(condition: Condition, traits: pd.DataFrame, received: pd.Series, loaded: set[str]) -> pd.Series:
    if condition.without is not None:
        still_open = {code for code, programme in programmes().items() if not programme.closed}
        named = still_open if condition.without == "any" else set(condition.without)
        bits = sum(1 << place for place, code in enumerate(programmes()) if code in named & still_open)
        return _where_listed((received & bits) == 0, bool(named & loaded))
    column = traits[condition.field]
    if condition.among is not None:
        return column.isin(condition.among).astype("boolean").where(column.notna())
    if condition.truth is not None:
        return column.astype("boolean").eq(condition.truth)
    if condition.least is not None:
        return (column >= condition.least).astype("boolean").where(column.notna())
    if condition.below is not None:
        return (column < condition.below).astype("boolean").where(column.notna())
    return (column == condition.equals).astype("boolean").where(column.notna())


def _where_listed(said: pd.Series, listed: bool) -> pd.Series:
    """Null throughout where no list tells."""
    return said.astype("boolean") if listed else pd.Series(pd.NA, index=said.index, dtype="boolean")


def criteria_of(traits: pd.DataFrame, received: pd.Series, loaded: set[str]) -> pd.Series:
    """`criteria` of family_page by the default rules where no visit answered: a digit to the base of three for each
    clause and reading in the file's order, 2 met, 1 cannot be judged, 0 not met."""
    code = pd.Series(0, index=traits.index, dtype="int64")
    tests = [reading.test for clause in default_rules().clauses for reading in clause.readings]
    for place, test in enumerate(tests):
        said = _met(test, traits, received, loaded)
        code += 3**place * (2 * said.astype("Int64")).fillna(1).astype("int64")
    return code


def _met(test: Node, traits: pd.DataFrame, received: pd.Series, loaded: set[str]) -> pd.Series:
    if isinstance(test, NoData):
        return pd.Series(pd.NA, index=traits.index, dtype="boolean")
    if isinstance(test, Receives):
        place = list(programmes()).index(test.programme)
        return _where_listed((received & (1 << place)) != 0, test.programme in loaded)
    if isinstance(test, Comparison):
        return _compared(test, traits)
    assert isinstance(test, Group)
    parts = [_met(part, traits, received, loaded) for part in test.parts]
    if test.how == "all_of":
        return reduce(and_, parts)
    if test.how in ("any_of", "none_of"):
        some = reduce(or_, parts)
        return ~some if test.how == "none_of" else some
    surely = pd.concat([part.fillna(False) for part in parts], axis="columns").sum(axis="columns")
    perhaps = pd.concat([part.fillna(True) for part in parts], axis="columns").sum(axis="columns")
    return (surely >= test.least).astype("boolean").where((surely >= test.least) | (perhaps < test.least))


def _compared(test: Comparison, traits: pd.DataFrame) -> pd.Series:
    column = traits[test.field]
    if test.operator == "known":
        return column.notna().eq(bool(test.values[0])).astype("boolean")
    if test.operator == "in":
        said = column.isin(test.values)
    elif test.operator == "between":
        low, high = test.values
        said = (column >= low) & (column <= high)
    else:
        said = getattr(column, _COMPARED[test.operator])(test.values[0])
    found = said.astype("boolean").where(column.notna())
    rule = FIELDS[test.field].not_asked if test.field in FIELDS else None
    if rule is not None:
        idle = traits[rule[0]].eq(rule[1]).fillna(False).astype(bool)
        found = found.mask(column.isna() & idle, False)
    return found

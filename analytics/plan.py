"""The region's annual plan (RAT): one row per programme with a gap, as it is proposed and as people have set it.

The proposal is made anew from the gaps each time; what people wrote (`data.plan_entries`) lies over it, field by field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from analytics.gaps import Gaps, gaps
from analytics.plan_proposal import UNIT, Proposal, proposals_of
from analytics.pockets import Pockets, find_pockets
from analytics.scope import Scope
from analytics.text import known
from data.load_sipd import sub_activities
from data.plan_entries import FIELDS, NUMBERS, REMOVED, Edit, Reported, clean_cell, edits, realisation, save_edits
from data.store import Store

Value = str | float | None


@dataclass(frozen=True)
class Cell:
    """value: as it counts; null = empty. human: a person set it. proposal: what lies beneath; null = nothing.

    seen: what was proposed when the person wrote, as it is kept; null = nobody wrote, or not known.
    """

    value: Value
    human: bool
    proposal: Value
    seen: str | None

    @property
    def changed(self) -> bool:
        """The proposal is another one than it was when the person wrote."""
        return self.seen is not None and self.seen != as_text(self.proposal)


@dataclass(frozen=True)
class PlanRow:
    """key: programme code, or hand-… for a row a person added. cells: by the fields of `data.plan_entries.FIELDS`.

    proposal: null where nothing is proposed any more, or never was. budget_each: rupiah for each family of the target
    where the budget is the product of the two, else null. realised: quarter -> what is reported; a quarter that is
    not there is not known, never zero.
    """

    key: str
    cells: Mapping[str, Cell]
    proposal: Proposal | None
    budget_each: float | None
    realised: Mapping[int, Reported] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the row is called: as the catalogue calls its programme, else as people do."""
        return self.proposal.name if self.proposal else str(self.cells["programme"].value or self.key)

    @property
    def edited(self) -> tuple[str, ...]:
        """Fields a person set."""
        return tuple(name for name, cell in self.cells.items() if cell.human)

    @property
    def money(self) -> float | None:
        """Rupiah of the quarters that are reported; null where none is."""
        said = [report.money for report in self.realised.values() if report.money is not None]
        return sum(said) if said else None

    @property
    def recipients(self) -> int | None:
        """Recipients of the fullest quarter: the same people may receive in each, so quarters are not added up."""
        return max((report.recipients for report in self.realised.values() if report.recipients is not None),
                   default=None)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """rows: in the order of the strategies, people's own last. removed: (key, programme) of rows people took out.

    left_out: (programme, why, Indonesian) of the catalogue's programmes without a row.
    """

    scope: Scope
    year: int
    rows: tuple[PlanRow, ...]
    removed: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, str], ...]
    definition_text: str

    @property
    def changed(self) -> tuple[tuple[PlanRow, str], ...]:
        """Rows and fields where the proposal beneath a person's word is another one than it was."""
        return tuple((row, name) for row in self.rows for name, cell in row.cells.items() if cell.changed)


def plan(
    store: Store, scope: Scope, year: int, moment: datetime | None = None, found: Gaps | None = None,
    pockets: Pockets | None = None,
) -> Plan:  # fmt: skip
    """The plan of a scope's region as it stood at a moment (now). found, pockets: of the same scope and day, where
    they are at hand. Raises what `gaps` raises."""
    on = moment.date() if moment else date.today()
    found = found or gaps(store, scope, on)
    proposed, left_out = proposals_of(store, found, pockets or find_pockets(store, scope, on), year)
    written = edits(store, scope.region, year, moment)
    reported = realisation(store, scope.region, year, moment)
    by_key = {proposal.key: proposal for proposal in proposed}
    rows, removed = [], []
    for key in [*by_key, *sorted({*written, *reported} - set(by_key), key=_order)]:
        own = dict(written.get(key, {}))
        gone = own.pop(REMOVED, None) is not None
        if key not in by_key and not own and key not in reported:
            continue
        row = _row(key, by_key.get(key), own, reported.get(key, {}))
        if gone:
            removed.append((key, row.name))
        else:
            rows.append(row)
    return Plan(scope, year, tuple(rows), tuple(removed), left_out, found.definition_text)


def _order(key: str) -> tuple[str, int]:
    """People's own rows by their number, after programmes that are no longer proposed."""
    start, _, number = key.partition("-")
    return (start, int(number)) if start == "hand" else ("", 0)


def _row(key: str, proposal: Proposal | None, own: Mapping[str, Edit], realised: Mapping[int, Reported]) -> PlanRow:
    beneath: dict[str, Value] = dict(proposal.cells) if proposal else {}
    cells = {name: _cell(name, beneath.get(name), own.get(name)) for name in FIELDS if name != "budget"}
    each = _budget_each(proposal, cells)
    target = cells["target"].value
    if known(each):
        beneath["budget"] = float(target) * each if isinstance(target, float) and each is not None else None
    elif proposal is not None and not cells["target"].human:
        beneath["budget"] = proposal.quota_budget
    cells["budget"] = _cell("budget", beneath.get("budget"), own.get("budget"))
    return PlanRow(key, {name: cells[name] for name in FIELDS}, proposal, each, realised)


def _budget_each(proposal: Proposal | None, cells: Mapping[str, Cell]) -> float | None:
    """Rupiah for each family of the target, where the budget is that many times it: a budget of the inventory is for
    the inventory's own quota, and a target in another unit has no cost each."""
    if proposal is None or cells["target_unit"].value != UNIT:
        return None
    if known(proposal.quota_budget) and not cells["target"].human:
        return None
    return proposal.each


def _cell(name: str, beneath: Value, edit: Edit | None) -> Cell:
    if edit is None:
        return Cell(beneath, False, beneath, None)
    value: Value = float(edit.value) if name in NUMBERS else edit.value
    return Cell(value, True, beneath, edit.proposed)


def as_text(value: Value) -> str:
    """A cell as it is kept: whole numbers as digits, nothing as ""."""
    if not known(value):
        return ""
    return value if isinstance(value, str) else str(round(float(value or 0)))


# Writing ------------------------------------------------------------------------------------------


def save_plan(store: Store, shown: Plan, rows: Mapping[str, Mapping[str, Any]], added: Sequence[Mapping[str, Any]] = (),
              moment: datetime | None = None) -> int:  # fmt: skip
    """Keeps what a person changed in a plan as it was shown; gives how many cells.

    rows: key -> field -> value as it stands now; a row of `shown` that is not there is taken out. added: new rows. A
    cell made empty, or set to what is proposed there, follows the proposal again. A SIPD code of the list brings its
    programme, activity and sub-activity along, unless these were written in the same breath. Raises Refused as
    `data.plan_entries.save_edits`.
    """
    listed = {entry["code"]: entry for entry in sub_activities(store)}
    cells: list[tuple[str, str, Any, str | None]] = []
    for row in shown.rows:
        if row.key not in rows:
            cells.append((row.key, REMOVED, True, None))
            continue
        new = _changes(row, rows[row.key])
        for name, value in _brought(listed, new).items():
            new.setdefault(name, value)
        for name, value in new.items():
            beneath = as_text(row.cells[name].proposal)
            cells.append((row.key, name, "" if value == beneath else value, beneath))
    own = [_brought(listed, row) | {name: value for name, value in row.items() if known(value) and value != ""}
           for row in added]  # fmt: skip
    return save_edits(store, shown.scope.region, shown.year, cells, own, moment)


def _changes(row: PlanRow, given: Mapping[str, Any]) -> dict[str, str]:
    new = {name: clean_cell(name, given[name]) for name in FIELDS if name in given}
    return {name: text for name, text in new.items() if text != as_text(row.cells[name].value)}


def _brought(listed: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]) -> dict[str, str]:
    """What the list says of a code: programme, activity, sub_activity; nothing for a code it does not hold."""
    entry = listed.get(clean_cell("sub_code", given.get("sub_code")))
    if entry is None:
        return {}
    words = {"programme": entry["programme"], "activity": entry["activity"], "sub_activity": entry["title"]}
    return {name: text for name, text in words.items() if text}


def restore(store: Store, shown: Plan, key: str, moment: datetime | None = None) -> None:
    """Puts a row that was taken out back into the plan. Raises Refused `plan_row`."""
    save_edits(store, shown.scope.region, shown.year, [(key, REMOVED, False, None)], moment=moment)

"""A survey's profile in the making: besides the fields it has roles, and its ids are those of households."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from data.columns import Column, file_columns, is_personal
from data.headers import header_key
from data.load_register import canonical_columns
from data.profile_draft import ID, Draft, DraftKind, TableDraft, with_proposals
from data.profile_guess import is_per_person, propose_roles
from data.reading import StagedTable
from data.store import Store

ROLES = ("outcome", "size", "weight", "cluster", "district")
# What a register says of a family and a survey of households never asks.
_NOT_ASKED = re.compile(r"decile_|percentile_|verval_|dukcapil_|updated_|stunting_|head_|.*_text$")


@dataclass(frozen=True)
class SurveyDraft(Draft):
    """roles: of `ROLES` -> header of the household file."""

    roles: Mapping[str, str] = field(default_factory=dict)
    outcome_unit: str | None = None
    period: str | None = None
    price_date: date | None = None

    def lacking_of(self, table: TableDraft) -> list[str]:
        missing = super().lacking_of(table)
        if ID not in table.fields or len(table.fields) < 2:
            whose = "rumah tangga" if table.kind == "family" else "anggota"
            missing.append(
                f"Pada tabel berkas {whose}, pilih kolom yang dibaca sebagai nomor keluarga atau rumah tangga dan "
                "sedikitnya satu ciri."
            )
        return missing

    def about(self) -> dict[str, Any]:
        roles = {role: header_key(header) for role, header in self.roles.items()}
        told = {"outcome_unit": self.outcome_unit, "period": self.period, "price_date": self.price_date}
        survey = roles | {key: value for key, value in told.items() if value}
        return {
            "unit": "household",
            "survey": survey | {"status": "unverified", "source": "Dipetakan di aplikasi"},
        }


def draft_survey(store: Store, household: StagedTable, persons: StagedTable | None = None) -> SurveyDraft:
    """Propose a survey's profile, nameless, from its staged files: columns and words of the fields, and the roles."""
    house_columns = file_columns(store, household)
    roles = propose_roles(column for header, column in house_columns.items() if not is_personal(header))
    tables = [_propose(store, "family", house_columns, set(roles.values()))]
    if persons is not None:
        tables.append(_propose(store, "person", file_columns(store, persons), set()))
    size = tables[0].fields.get("size_recorded")
    if size and "outcome" in roles and not is_per_person(roles["outcome"]):
        roles["size"] = size
    return SurveyDraft("", tuple(tables), roles)


def _propose(store: Store, kind: DraftKind, columns: dict[str, Column], taken: set[str]) -> TableDraft:
    cursor = store.cursor()
    try:
        types = canonical_columns(cursor, kind)
    finally:
        cursor.close()
    types = {ID: "VARCHAR"} | {name: sql for name, sql in types.items() if not _NOT_ASKED.match(name)}
    if kind == "family":
        types["survey_date"] = "DATE"
    return with_proposals(TableDraft(kind, columns, types, {}, {}), taken)

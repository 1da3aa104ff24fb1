"""A profile in the making: proposed from a file's own headers and cells, changed by a person, kept as YAML.

Knows kinds of files and canonical fields, nothing of screens; a survey is the one source that has roles as well.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import pandas as pd
import yaml
from pydantic import ValidationError

from data.errors import Refused
from data.headers import header_key
from data.identity import HIDDEN
from data.load_register import canonical_columns
from data.mapping import MISSING, Mapper, identifier, source_sql
from data.profile_guess import (
    MOST_VALUES,
    Column,
    categories,
    is_per_person,
    propose_columns,
    propose_roles,
    propose_values,
)
from data.profiles import PROFILES, Profile, recognise, shipped_profiles
from data.reading import StagedTable
from data.store import Store

ROLES = ("outcome", "size", "weight", "cluster", "district")
SAMPLES = 3
_ID = "family_id"
# What a register says of a family and a survey of households never asks.
_NOT_ASKED = re.compile(r"decile_|percentile_|verval_|dukcapil_|updated_|stunting_|head_|.*_text$")
_RECOGNISED_BY = 4  # fields a file must have to be taken for this format again, the id among them
_PERSONAL = re.compile(  # the name of a place is no person's
    r"(^|_)(nama|name)(?!_(prov|kab|kota|kec|desa|kel))(_|$)|(^|_)(nik|kk|alamat|address|hp|ponsel|email|ktp|rt_rw)(_|$)"
    r"|lahir|birth"
)
_LONG_NUMBER = re.compile(r"[0-9]{16}")


@dataclass(frozen=True)
class TableDraft:
    """One file. columns: its headers and cells. fields: canonical field -> header. values: field -> the file's own
    spelling -> canonical word, None where it means none of them."""

    kind: Literal["family", "person"]
    columns: Mapping[str, Column]
    types: Mapping[str, str]
    fields: Mapping[str, str]
    values: Mapping[str, Mapping[str, str | None]]

    def with_field(self, name: str, header: str | None) -> "TableDraft":
        """The field read from another column (None: from none), its values proposed anew."""
        if header == self.fields.get(name):
            return self
        fields = {key: taken for key, taken in self.fields.items() if key != name}
        values = {key: words for key, words in self.values.items() if key != name}
        if header is None:
            return replace(self, fields=fields, values=values)
        proposed = propose_values(self.columns[header], name, self.kind, self.types[name])
        return replace(self, fields=fields | {name: header}, values=values | ({name: proposed} if proposed else {}))

    def with_values(self, name: str, words: Mapping[str, str | None]) -> "TableDraft":
        """Other words for the spellings of one field."""
        return replace(self, values=dict(self.values) | {name: dict(words)})

    @property
    def complete(self) -> bool:
        """There is an id and something besides."""
        return _ID in self.fields and len(self.fields) > 1

    def words(self, name: str) -> tuple[str, ...]:
        """The canonical words a field may hold; empty where it is a number, a date or a text."""
        flag = ("true", "false") if self.types.get(name) == "BOOLEAN" else ()
        return tuple(categories(self.kind).get(name, flag))


@dataclass(frozen=True)
class Draft:
    """A survey's profile before it is kept. roles: of `ROLES` -> header of the household file."""

    title: str
    tables: tuple[TableDraft, ...]
    roles: Mapping[str, str] = field(default_factory=dict)
    outcome_unit: str | None = None
    period: str | None = None
    price_date: date | None = None

    def table(self, kind: str) -> TableDraft | None:
        """The file of this kind, None where none was given."""
        return next((table for table in self.tables if table.kind == kind), None)

    def with_table(self, changed: TableDraft) -> "Draft":
        """The same with one file's mapping changed."""
        return replace(self, tables=tuple(changed if table.kind == changed.kind else table for table in self.tables))

    @property
    def name(self) -> str:
        """The profile's file name: its title in letters, digits and `_`."""
        return re.sub(r"[^a-z0-9]+", "_", self.title.lower()).strip("_")[:60]

    def lacking(self) -> list[str]:
        """Why it cannot be kept yet, Indonesian sentences; empty where it can."""
        missing = []
        if not self.name:
            missing.append("Beri nama profil ini.")
        if self.name in shipped_profiles():
            missing.append("Nama itu dipakai profil bawaan; pilih nama lain.")
        for table in self.tables:
            if not table.complete:
                whose = "rumah tangga" if table.kind == "family" else "anggota"
                missing.append(
                    f"Pada tabel berkas {whose}, pilih kolom yang dibaca sebagai nomor rumah tangga dan sedikitnya "
                    "satu ciri."
                )
        return missing

    def to_yaml(self) -> str:
        """The profile as the text of its file; columns are named by their header keys."""
        roles = {role: header_key(header) for role, header in self.roles.items()}
        about = {"outcome_unit": self.outcome_unit, "period": self.period, "price_date": self.price_date}
        body: dict[str, Any] = {
            "name": self.name,
            "title": self.title,
            "unit": "household",
            "survey": roles | {key: value for key, value in about.items() if value}
            | {"status": "unverified", "source": "Dipetakan di aplikasi"},
            "tables": [_table_body(table) for table in self.tables],
        }  # fmt: skip
        return yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=110)

    def profile(self) -> Profile:
        """The profile it makes. Refused `bad_profile`."""
        try:
            return Profile.model_validate(yaml.safe_load(self.to_yaml()))
        except ValidationError as error:
            raise Refused(
                "bad_profile", "Pemetaan ini belum menjadi profil yang utuh; periksa lagi isian setiap kolom."
            ) from error


def draft(store: Store, household: StagedTable, persons: StagedTable | None = None) -> Draft:
    """Propose a survey's profile, nameless, from its staged files: columns and words of the fields, and the roles."""
    house_columns = _columns(store, household)
    roles = propose_roles(column for header, column in house_columns.items() if not is_personal(header))
    tables = [_propose(store, "family", house_columns, set(roles.values()))]
    if persons is not None:
        tables.append(_propose(store, "person", _columns(store, persons), set()))
    size = tables[0].fields.get("size_recorded")
    if size and "outcome" in roles and not is_per_person(roles["outcome"]):
        roles["size"] = size
    return Draft("", tuple(tables), roles)


def preview(store: Store, made: Draft, staged: StagedTable, kind: str, rows: int = 10) -> pd.DataFrame:
    """The first rows as the draft reads them: its canonical fields without the id, null where not known.

    Refused `bad_profile`, `unknown_format`.
    """
    table = made.table(kind)
    profile = made.profile()
    found = recognise(staged.columns, [profile.model_copy(update={"tables": tuple(
        rule for rule in profile.tables if rule.kind == kind)})], staged.name)  # fmt: skip
    names = {name: table.types[name] for name in table.fields if name != _ID} if table else {}
    cursor = store.cursor()
    try:
        sql = Mapper(cursor, staged, found).select(names)
        shown = ", ".join(identifier(name) for name in names)
        return cursor.execute(f"SELECT {shown} FROM ({sql}) ORDER BY line_no LIMIT {rows}").df()
    finally:
        cursor.close()


def masked_samples(store: Store, staged: StagedTable) -> dict[str, str]:
    """Header -> a few of its cells, for the screen: dots for numbers of 16 digits and for columns of personal data."""
    head = store.frame(f"SELECT * FROM {source_sql(staged)} ORDER BY _line LIMIT 50")
    return {header: _masked(header, head[header]) for header in staged.columns}


def is_personal(header: str) -> bool:
    """A header that looks like a person's name, number, address or birth date."""
    return bool(_PERSONAL.search(header_key(header)))


def _masked(header: str, cells: pd.Series) -> str:
    kept = [cell.strip() for cell in cells if cell and cell.strip()]
    if is_personal(header):
        return HIDDEN * 6 if kept else ""
    shown = [_LONG_NUMBER.sub(HIDDEN * 6, cell)[:40] for cell in dict.fromkeys(kept)]
    return " · ".join(dict.fromkeys(shown[:SAMPLES]))


def save_profile(store: Store, made: Draft) -> str:
    """Keep a draft below the store, in place of an earlier one of the same name; its name.

    Refused `profile_incomplete` (see `Draft.lacking`), `bad_profile`.
    """
    if lacking := made.lacking():
        raise Refused("profile_incomplete", lacking[0])
    made.profile()
    folder = store.path.parent / PROFILES
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{made.name}.yaml"
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(made.to_yaml())
    fresh.replace(path)
    return made.name


def _propose(
    store: Store, kind: Literal["family", "person"], columns: dict[str, Column], taken: set[str]
) -> TableDraft:
    cursor = store.cursor()
    try:
        types = canonical_columns(cursor, kind)
    finally:
        cursor.close()
    types = {_ID: "VARCHAR"} | {name: sql for name, sql in types.items() if not _NOT_ASKED.match(name)}
    if kind == "family":
        types["survey_date"] = "DATE"
    fields = propose_columns([column for name, column in columns.items() if name not in taken], kind, types)
    empty = TableDraft(kind, columns, types, {}, {})
    for name, header in fields.items():
        empty = empty.with_field(name, header)
    return empty


def _columns(store: Store, staged: StagedTable) -> dict[str, Column]:
    missing = ", ".join("'" + word + "'" for word in sorted(MISSING))
    found: dict[str, Column] = {}
    for header in staged.columns:
        text = identifier(header)
        rows = store.rows(
            f"SELECT DISTINCT trim({text}) AS cell FROM {source_sql(staged)} "
            f"WHERE {text} IS NOT NULL AND upper(trim({text})) NOT IN ({missing}) LIMIT {MOST_VALUES + 1}"
        )
        cells = sorted((row["cell"] for row in rows), key=lambda cell: (len(cell), cell))
        many = len(cells) > MOST_VALUES
        found[header] = Column(header, () if many else tuple(cells), many)
    return found


def _table_body(table: TableDraft) -> dict[str, Any]:
    names = [_ID, *(name for name in table.fields if name != _ID)]
    fields = {name: _rule_body(table, name) for name in names if name in table.fields}
    return {"kind": table.kind, "recognise": list(fields)[:_RECOGNISED_BY], "fields": fields}


def _rule_body(table: TableDraft, name: str) -> Any:
    header = [header_key(table.fields[name])]
    words = table.values.get(name)
    if not words:
        return header
    lists: dict[str, list[str]] = {}
    for spelling, word in words.items():
        lists.setdefault("null" if word is None else word, []).append(spelling)
    return {"columns": header, "values": lists}

"""A profile in the making: proposed from files' own headers and cells, changed by a person, kept as YAML.

What every draft has, be it of a survey (`profile_draft_survey`) or of a register (`profile_draft_register`). Knows
kinds of files and canonical fields, nothing of screens.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

import pandas as pd
import yaml
from pydantic import ValidationError

from data.codes import clean_village_code_sql
from data.columns import Column
from data.errors import Refused
from data.headers import header_key
from data.mapping import Mapper, identifier
from data.profile_guess import categories, propose_columns, propose_values
from data.profiles import Profile, shipped_profiles
from data.reading import StagedTable
from data.recognition import recognise
from data.reference import programmes
from data.store import Store

DraftKind = Literal["family", "person", "recipients"]
ID = "family_id"
# Parts of a village code in columns of their own, which the user may choose in place of `village_code`.
PIECES = ("province_code", "regency_code", "district_code", "village_number")
_KEMENDAGRI, _BPS = (2, 2, 2, 4), (2, 2, 3, 3)
_RECOGNISED_BY = 4  # fields a file must have to be taken for this format again, the needed ones among them
_RESERVED = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")  # no file on Windows may have such a name


@dataclass(frozen=True)
class TableDraft:
    """One kind of file. columns: its headers and cells. types: the fields (and programme codes) asked for and their
    SQL types. fields: of these -> header; more: further headers of a truth value, any of which may say yes.
    values: field -> the file's own spelling -> canonical word, None where it means none of them."""

    kind: DraftKind
    columns: Mapping[str, Column]
    types: Mapping[str, str]
    fields: Mapping[str, str]
    values: Mapping[str, Mapping[str, str | None]]
    more: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def headers(self, name: str) -> tuple[str, ...]:
        """All columns a field is read from."""
        return (self.fields[name], *self.more.get(name, ())) if name in self.fields else ()

    def with_field(self, name: str, header: str | None = None, *more: str) -> "TableDraft":
        """The field read from another column (None: from none), of a truth value perhaps from several; its values
        proposed anew."""
        if (*((header,) if header else ()), *more) == self.headers(name):
            return self
        fields = {key: taken for key, taken in self.fields.items() if key != name}
        values = {key: words for key, words in self.values.items() if key != name}
        others = {key: taken for key, taken in self.more.items() if key != name}
        if header is None:
            return replace(self, fields=fields, values=values, more=others)
        proposed: dict[str, str | None] = {}
        for one in (header, *more):
            proposed |= propose_values(self.columns[one], name, self.kind, self.types[name])
        return replace(
            self,
            fields=fields | {name: header},
            values=values | ({name: proposed} if proposed else {}),
            more=others | ({name: more} if more else {}),
        )

    def with_values(self, name: str, words: Mapping[str, str | None]) -> "TableDraft":
        """Other words for the spellings of one field."""
        return replace(self, values=dict(self.values) | {name: dict(words)})

    def words(self, name: str) -> tuple[str, ...]:
        """The canonical words a field may hold; empty where it is a number, a date or a text."""
        flag = ("true", "false") if self.types.get(name) == "BOOLEAN" else ()
        return tuple(categories(self.kind).get(name, flag))

    @property
    def programmes(self) -> tuple[str, ...]:
        """Codes of the programmes a column was chosen for."""
        return tuple(name for name in self.fields if name in programmes())

    @property
    def pieced(self) -> bool:
        """Parts of a village code were chosen, and no whole one."""
        return "village_code" not in self.fields and any(name in self.fields for name in PIECES)

    def piece_digits(self) -> tuple[int, ...]:
        """Digits of the four parts: a Kemendagri village number has four of its own, a BPS one fewer."""
        last = self.columns[self.fields[PIECES[-1]]].longest if PIECES[-1] in self.fields else 4
        return _KEMENDAGRI if last >= _KEMENDAGRI[-1] else _BPS


@dataclass(frozen=True)
class Draft(ABC):
    """A profile before it is kept; see its two kinds."""

    title: str
    tables: tuple[TableDraft, ...]

    def table(self, kind: str) -> TableDraft | None:
        """The file of this kind, None where none was given."""
        return next((table for table in self.tables if table.kind == kind), None)

    def with_table(self, changed: TableDraft) -> Self:
        """The same with one file's mapping changed."""
        return replace(self, tables=tuple(changed if table.kind == changed.kind else table for table in self.tables))

    @property
    def name(self) -> str:
        """The profile's file name: its title in letters, digits and `_`; empty where nothing is left of it."""
        return re.sub(r"[^a-z0-9]+", "_", self.title.lower())[:60].strip("_")

    def lacking(self) -> list[str]:
        """Why it cannot be kept yet, Indonesian sentences; empty where it can."""
        missing = [] if self.name else ["Beri nama profil ini."]
        if self.name in shipped_profiles() or _RESERVED.fullmatch(self.name):
            missing.append("Nama itu dipakai profil bawaan atau sistem; pilih nama lain.")
        return missing + [sentence for table in self.tables for sentence in self.lacking_of(table)]

    def lacking_of(self, table: TableDraft) -> list[str]:
        """What one file's mapping lacks before its rows can be read, Indonesian sentences."""
        taken: dict[str, str] = {}
        missing = []
        for name in table.fields:
            for header in table.headers(name):
                other = taken.setdefault(header_key(header), header)
                if other != header:
                    missing.append(
                        f"Kolom “{other}” dan “{header}” berjudul sama; ganti salah satu judulnya di berkas."
                    )
        return missing

    @abstractmethod
    def about(self) -> dict[str, Any]:
        """What the profile says of the source as a whole, besides its name, title and tables."""

    def to_yaml(self) -> str:
        """The profile as the text of its file; columns are named by their header keys."""
        body: dict[str, Any] = {"name": self.name or "profil", "title": self.title.strip() or "Profil"}
        body |= self.about() | {"tables": [self.table_body(table) for table in self.tables]}
        return yaml.dump(body, Dumper=_WithoutAliases, allow_unicode=True, sort_keys=False, width=110)

    def table_body(self, table: TableDraft) -> dict[str, Any]:
        """One file's part of the profile."""
        fields = {name: _rule_body(table, name) for name in self._ordered(table)}
        if table.pieced and all(piece in table.fields for piece in PIECES):
            digits = dict(zip(PIECES, table.piece_digits(), strict=True))
            fields["village_code"] = {
                "pieces": [{"columns": [header_key(table.fields[name])], "digits": digits[name]} for name in PIECES]
            }
        flags = {code: [header_key(header) for header in table.headers(code)] for code in table.programmes}
        recognised = {"recognise": list(fields)[:_RECOGNISED_BY]}
        return {"kind": table.kind, **recognised, "fields": fields, **({"programmes": flags} if flags else {})}

    def _ordered(self, table: TableDraft) -> list[str]:
        needed = [name for name in (ID, "village_code", "programme") if name in table.fields]
        rest = [name for name in table.fields if name not in (*needed, *table.programmes, *PIECES)]
        return needed + rest

    def profile(self) -> Profile:
        """The profile it makes. Refused `bad_profile`."""
        try:
            return Profile.model_validate(yaml.safe_load(self.to_yaml()))
        except ValidationError as error:
            raise Refused(
                "bad_profile", "Pemetaan ini belum menjadi profil yang utuh; periksa lagi isian setiap kolom."
            ) from error


class _WithoutAliases(yaml.SafeDumper):
    """Writes equal parts out: a file to be read by people."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def preview(store: Store, made: Draft, staged: StagedTable, kind: str, rows: int = 10) -> pd.DataFrame:
    """The first rows as the draft reads them: its canonical fields, null where not known; programmes as truth values.

    Ids, names and addresses are as in the file: mask them before they are shown. Refused `bad_profile`,
    `unknown_format`.
    """
    table = made.table(kind)
    if table is None:
        return pd.DataFrame()
    only = replace(made, tables=(table,)).profile()  # what the other files lack does not matter here
    cursor = store.cursor()
    try:
        read = Mapper(cursor, staged, recognise(staged.columns, [only], staged.name))
        texts = {name: read.text(name) for name in table.fields if name in _AS_TEXT}
        if "village_code" in texts or table.pieced:
            texts["village_code"] = clean_village_code_sql(read.text("village_code"))
        typed = [name for name in read.found.columns if name in table.types and name not in texts]
        columns = [f"{sql} AS {identifier(name)}" for name, sql in texts.items()]
        columns += [f"{read.column(name, table.types[name]).value} AS {identifier(name)}" for name in typed]
        columns += [f"{says} AS {identifier(code)}" for code, says in read.programme_flags().items()]
        sql = f"SELECT _line, {', '.join(columns)} FROM {read.source()} ORDER BY _line LIMIT {rows}"
        return cursor.execute(sql).df().drop(columns="_line")
    finally:
        cursor.close()


_AS_TEXT = (
    ID, "kk", "nik", "name", "head_nik", "head_name", "address", "village_code", "period",
    "province_name", "regency_name", "district_name", "village_name",
)  # fmt: skip


def with_proposals(empty: TableDraft, taken: set[str]) -> TableDraft:
    """The table with the column that is closest to each field; `taken`: headers that are already spoken for."""
    free = [column for header, column in empty.columns.items() if header not in taken]
    for name, header in propose_columns(free, empty.kind, empty.types).items():
        empty = empty.with_field(name, header)
    return empty


def _rule_body(table: TableDraft, name: str) -> Any:
    headers = [header_key(header) for header in table.headers(name)]
    words = table.values.get(name)
    source = {"any_of": headers} if len(headers) > 1 else {"columns": headers}
    if not words:
        return source if len(headers) > 1 else headers
    return source | {"values": value_lists(words)}


def value_lists(words: Mapping[str, str | None]) -> dict[str, list[str]]:
    """Spelling -> word, turned into what a profile holds: word -> spellings."""
    lists: dict[str, list[str]] = {}
    for spelling, word in words.items():
        lists.setdefault("null" if word is None else word, []).append(spelling)
    return lists

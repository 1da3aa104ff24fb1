"""Source profiles: how one format's headers and words map onto the canonical schema.

A profile is a YAML file one office can send to another. It holds no code: headers, value lists
and a few facts about the source (unit, frame, area of the recorded rank).
"""

import re
from collections.abc import Callable, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from data.contracts import FAMILY_CATEGORIES, PERSON_CATEGORIES
from data.errors import Refused
from data.headers import header_key
from data.plain_yaml import plain_yaml
from data.reference import programmes

FOLDER = Path(__file__).parent / "profiles"
PROFILES = "profiles"  # folder beside the database, for profiles a user wrote here
Kind = Literal["family", "person", "consumption", "recipients", "population", "official_figures", "priority_villages"]
KIND_NAMES: dict[str, str] = {
    "family": "keluarga",
    "person": "anggota keluarga",
    "consumption": "konsumsi rumah tangga",
    "recipients": "penerima program",
    "population": "penduduk acuan",
    "official_figures": "angka resmi",
    "priority_villages": "lokasi prioritas",
}
Spelled = Callable[[str], Set[str]]
NEARLY = 0.8  # share of the best table's columns from which another table's own words may decide for it
_PLAIN_WORD = re.compile(r"true|false|[0-9]{1,9}")  # words that become SQL outside a category
CLOSE_HEADER = 90  # rapidfuzz ratio from which an unknown header is taken for a misspelt known one


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _one_or_more(given: Any) -> Any:
    return (given,) if isinstance(given, str) else given


Headers = Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]


class Piece(_Frozen):
    """One part of a code that stands in columns of its own; a number of fewer digits gets its zeros back."""

    columns: Headers
    digits: int


class FieldRule(_Frozen):
    """Where a canonical field comes from.

    columns: header keys, the first found is used. any_of: boolean over several columns, all found ones.
    one_hot: header key -> the value meant where that column alone says yes. pieces: parts of a code, joined in
    order where none of `columns` is there. per: a number is divided by this and rounded up (percentile -> decile).
    values: names of shared value lists, or an own list {canonical word: [spellings]}.
    options: the canonical words the source's form offered, where `values` knows more. question: Indonesian, how the
    source asked, where the same words mean something else than elsewhere. Both are for comparing vintages.
    """

    columns: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    one_hot: dict[str, str] = Field(default_factory=dict)
    pieces: tuple[Piece, ...] = ()
    per: int = Field(default=1, ge=1)
    values: tuple[str, ...] | dict[str, tuple[str, ...]] = ()
    options: tuple[str, ...] = ()
    question: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, body: Any) -> Any:
        return {"columns": body} if isinstance(body, list) else body

    @property
    def headers(self) -> tuple[str, ...]:
        return (*self.columns, *self.any_of, *self.one_hot, *(key for piece in self.pieces for key in piece.columns))

    def found(self, by_key: dict[str, str]) -> tuple[str, ...]:
        """The file's headers this field is read from; empty where it is not in the file. by_key: key -> header."""
        several = [by_key[key] for key in (*self.any_of, *self.one_hot) if key in by_key]
        single = next((by_key[key] for key in self.columns if key in by_key), None)
        if several or single is not None:
            return tuple(several) or (single or "",)
        parts = [next((by_key[key] for key in piece.columns if key in by_key), None) for piece in self.pieces]
        return tuple(part for part in parts if part) if all(parts) else ()


class TableRule(_Frozen):
    """One kind of file within a source format.

    signs: field -> spellings that only this vintage of the form has; they tell formats with alike headers apart.
    """

    kind: Kind
    recognise: tuple[str, ...]
    recognise_any: tuple[str, ...] = ()
    fields: dict[str, FieldRule]
    programmes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    signs: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class SurveyRule(_Frozen):
    """What a household survey is and which of its columns play a part that no canonical field has.

    outcome, size, weight, cluster, district: header keys, the first found is meant; size only where the outcome is
    the household's total; district: kecamatan by code or name. outcome_unit, period, source: Indonesian.
    status: unverified where the columns were never checked against the survey's own codebook.
    """

    outcome: Headers = ()
    size: Headers = ()
    weight: Headers = ()
    cluster: Headers = ()
    district: Headers = ()
    outcome_unit: str | None = None
    period: str | None = None
    price_date: date | None = None
    status: Literal["verified", "unverified"] = "unverified"
    source: str | None = None


class Profile(_Frozen):
    """survey: given where the profile is of a survey, which an import of registers must not mistake for one.

    yes_no: the value list (or its name) truth values without one of their own are read by. note: an Indonesian
    sentence the user must see with every use of the profile (what in it is not verified).
    """

    name: str = Field(pattern="^[a-z0-9][a-z0-9_]*$", max_length=60)  # part of file names and of data numbers
    title: str = Field(pattern=r"^[^\[\]<>`\x00-\x1f]+$", max_length=120)
    unit: Literal["family", "household"] = "family"
    frame: Literal["full", "truncated"] = "full"
    frame_share: float | None = None
    rank_area: Literal["national", "province", "regency"] | None = None
    recorded_decile: Literal["decile_national", "decile_province", "decile_regency"] = "decile_national"
    programme_date: date | None = None
    yes_no: str | dict[str, tuple[str, ...]] = "yes_no"
    note: str | None = None
    survey: SurveyRule | None = None
    tables: tuple[TableRule, ...] = Field(min_length=1)

    @property
    def flags(self) -> FieldRule:
        """How a truth value without a value list of its own is read."""
        return FieldRule(values=(self.yes_no,) if isinstance(self.yes_no, str) else self.yes_no)

    @model_validator(mode="after")
    def _words_are_canonical(self) -> "Profile":
        if not set(spellings(self.flags).values()) <= {"true", "false", None}:
            raise ValueError("yes_no holds another word than true and false")
        for table in self.tables:
            allowed = FAMILY_CATEGORIES if table.kind == "family" else PERSON_CATEGORIES
            for field, rule in table.fields.items():
                words = {word for word in spellings(rule).values() if word is not None}
                if field in allowed and not words <= set(allowed[field]):
                    raise ValueError(f"{field}: {sorted(words - set(allowed[field]))} is no canonical value")
                plain = words | set(rule.one_hot.values()) if field not in allowed else set()
                if field != "programme" and not all(_PLAIN_WORD.fullmatch(word) for word in plain):
                    raise ValueError(f"{field}: {sorted(plain)} are neither numbers nor truth values")
                if rule.options and not set(rule.options) <= words:
                    raise ValueError(f"{field}: no spelling stands for {sorted(set(rule.options) - words)}")
            if not set(table.signs) <= set(table.fields):
                raise ValueError(f"{table.kind} has signs of a field it does not read")
            if not set(table.recognise) | set(table.recognise_any) <= set(table.fields):
                raise ValueError(f"{table.kind} is recognised by a field it does not read")
            unknown = set(table.programmes) - set(programmes())
            if unknown:
                raise ValueError(f"unknown programme {sorted(unknown)}")
        return self


@dataclass(frozen=True)
class Recognition:
    """What a file was taken for, and why.

    columns: canonical field -> the file's header(s); programmes likewise; close: headers taken for a
    misspelling of a known one; unused: headers no field of the profile reads.
    """

    profile: Profile
    table: TableRule
    columns: dict[str, tuple[str, ...]]
    programmes: dict[str, tuple[str, ...]]
    close: dict[str, str]
    unused: tuple[str, ...]
    why: str

    @property
    def read(self) -> int:
        """How many of the file's columns are read."""
        return _read_count(self)[0]


def read_yaml(path: Path) -> Any:
    """A YAML file as plain data; read by libyaml, ten times faster than the pure loader."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@cache
def shared_values() -> dict[str, dict[str, list[str]]]:
    """The named value lists of `profiles/_values.yaml`."""
    return read_yaml(FOLDER / "_values.yaml")


def spellings(rule: FieldRule) -> dict[str, str | None]:
    """Spelling key -> canonical word of a field; None for a known spelling without a canonical meaning."""
    if isinstance(rule.values, dict):
        lists: list[dict[str, Any]] = [dict(rule.values)]
    else:
        missing = [name for name in rule.values if name not in shared_values()]
        if missing:
            raise ValueError(f"unknown value list {missing}")
        lists = [shared_values()[name] for name in rule.values]
    return {
        value_key(str(spelling)): (None if word == "null" else word)
        for values in lists
        for word, words in values.items()
        for spelling in words
    }


def value_key(text: str) -> str:
    """What spellings of one value share: see the head of `profiles/_values.yaml`."""
    plain = re.sub(r"[^A-Z0-9<>=]+", " ", re.sub(r"\.0+$", "", text.strip().upper())).strip()
    return re.sub(r"^0+(?=[0-9])", "", plain)


@cache
def shipped_profiles() -> dict[str, Profile]:
    """All profiles that come with the product, by name."""
    paths = sorted(path for path in FOLDER.glob("*.yaml") if not path.name.startswith("_"))
    return {path.stem: load_profile(path) for path in paths}


def load_profile(path: Path) -> Profile:
    """Read one profile file. Raises Refused `bad_profile`."""
    try:
        return profile_of_text(path.read_text(encoding="utf-8-sig"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise _bad_profile(path.name) from error


def profile_of_text(text: str, shown: str) -> Profile:
    """The profile a file's text holds; `shown`: the file's name for the user. Raises Refused `bad_profile`."""
    try:
        return Profile.model_validate(plain_yaml(text))
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a ValidationError is a ValueError
        raise _bad_profile(shown) from error


def _bad_profile(shown: str) -> Refused:
    return Refused(
        "bad_profile", f"Profil {shown} tidak dapat dipakai; periksa isinya dengan contoh di docs/panduan.md."
    )


def saved_profiles(folder: Path) -> dict[str, Profile]:
    """Profiles a user wrote here, by file name; one that can no longer be read is passed over."""
    found: dict[str, Profile] = {}
    for path in sorted(folder.glob("*.yaml")):
        with suppress(Refused):
            found[path.stem] = load_profile(path)
    return found


def survey_profiles(folder: Path | None = None) -> dict[str, Profile]:
    """Profiles of surveys by name: the user's own (below `folder`) before the shipped ones."""
    every = (saved_profiles(folder) if folder else {}) | shipped_profiles()
    return {name: profile for name, profile in every.items() if profile.survey}


def find_profiles(wanted: str, folder: Path | None = None) -> list[Profile]:
    """`auto` gives all profiles of registers and lists, the user's own (below `folder`) before the shipped ones, a
    name one of them, anything else is a path. Refused `unknown_profile`, `bad_profile`."""
    saved = saved_profiles(folder) if folder else {}
    if wanted == "auto":
        return [profile for profile in [*saved.values(), *shipped_profiles().values()] if not profile.survey]
    if wanted in shipped_profiles():
        return [shipped_profiles()[wanted]]
    if wanted in saved:
        return [saved[wanted]]
    if Path(wanted).is_file():
        return [load_profile(Path(wanted))]
    from rapidfuzz import process

    closest = process.extractOne(wanted, [*shipped_profiles(), *saved])
    raise Refused("unknown_profile", f"Profil “{wanted}” tidak ada; mungkin maksud Anda “{closest[0]}”.")


@cache
def known_headers() -> frozenset[str]:
    """Every header key any shipped profile reads: what a header row is recognised by."""
    return frozenset(
        key
        for profile in shipped_profiles().values()
        for table in profile.tables
        for headers in [*(rule.headers for rule in table.fields.values()), *table.programmes.values()]
        for key in headers
        if not key.isdigit()  # the number of a question: a row of data may hold it as well
    )


def recognise(
    headers: tuple[str, ...], profiles: list[Profile], file_name: str = "berkas", spelled: Spelled | None = None
) -> Recognition:
    """The profile table whose required fields the headers satisfy and which reads most of them.

    `spelled(header)` gives the value keys of a column: of tables that read nearly as many columns (NEARLY), the one
    more of whose `signs` are there is taken. Raises Refused `unknown_format`, naming the closest format and what it
    lacks.
    """
    candidates = [_match(headers, profile, table) for profile in profiles for table in profile.tables]
    complete = [found for found in candidates if not _lacking(found)]
    if complete:
        return _by_signs(max(complete, key=_read_count), complete, spelled)
    closest = max(candidates, key=_read_count)
    lacking = ", ".join(_lacking(closest))
    raise Refused(
        "unknown_format",
        f"Judul kolom {file_name} tidak dikenali; yang paling mirip adalah berkas {KIND_NAMES[closest.table.kind]} "
        f"{closest.profile.title}, tetapi kolom ini tidak ada: {lacking}.",
    )


def recognise_kind(
    headers: tuple[str, ...], profile: Profile, kind: Kind, needed: tuple[str, ...] | None = None
) -> Recognition | None:
    """The profile's table of one kind that reads most of the headers; None where fields it is recognised by (`needed`
    instead, where given) are not among them."""
    found = [_match(headers, profile, table) for table in profile.tables if table.kind == kind]
    complete = [
        one for one in found if (not _lacking(one) if needed is None else all(name in one.columns for name in needed))
    ]
    return max(complete, key=_read_count, default=None)


def _by_signs(best: Recognition, complete: list[Recognition], spelled: Spelled | None) -> Recognition:
    """Of the tables that read nearly as much as the best one, that whose own words the file holds; says why."""
    rivals = [
        found
        for found in complete
        if found.table.kind == best.table.kind and found.table.signs and found.read >= NEARLY * best.read
    ]
    if best not in rivals or len(rivals) < 2 or spelled is None:
        return best
    seen = {id(found): _signs_seen(found, spelled) for found in rivals}
    chosen = max(rivals, key=lambda found: (len(seen[id(found)]), *_read_count(found)))
    words = [word for words in seen[id(chosen)].values() for word in words]
    others = {found.profile.title for found in rivals if found is not chosen}
    titles = " atau ".join(sorted(others))
    if words:
        reason = f"isinya khas {chosen.profile.title}, bukan {titles}: {', '.join(f'“{word}”' for word in words[:3])}"
    elif all(chosen.read > found.read for found in rivals if found is not chosen):
        reason = f"kolomnya lebih sesuai daripada {titles}"
    else:
        reason = f"tidak ada isian yang membedakannya dari {titles}, jadi periksa tahun datanya"
    return replace(chosen, why=f"{chosen.why}; {reason}")


def _signs_seen(found: Recognition, spelled: Spelled) -> dict[str, list[str]]:
    """Field -> its signs that stand in the file; fields without any are left out."""
    seen = {}
    for field, signs in found.table.signs.items():
        if field in found.columns:
            there = spelled(found.columns[field][0])
            if words := [sign for sign in signs if value_key(sign) in there]:
                seen[field] = words
    return seen


def _read_count(found: Recognition) -> tuple[int, int]:
    columns = {name for names in [*found.columns.values(), *found.programmes.values()] for name in names}
    return len(columns), -len(found.close)


def _lacking(found: Recognition) -> list[str]:
    table = found.table
    lacking = [table.fields[name].headers[0] for name in table.recognise if name not in found.columns]
    if table.recognise_any and not any(name in found.columns for name in table.recognise_any):
        lacking.append(" atau ".join(table.fields[name].headers[0] for name in table.recognise_any))
    return lacking


def _match(headers: tuple[str, ...], profile: Profile, table: TableRule) -> Recognition:
    by_key: dict[str, str] = {}
    for header in headers:
        by_key.setdefault(header_key(header), header)
    wanted = {key for rule in table.fields.values() for key in rule.headers}
    wanted |= {key for keys in table.programmes.values() for key in keys}
    close = _close_headers({key: header for key, header in by_key.items() if key not in wanted}, wanted - set(by_key))
    by_key = {**{close[header]: header for header in close}, **by_key}

    columns: dict[str, tuple[str, ...]] = {}
    for field, rule in table.fields.items():
        if found := rule.found(by_key):
            columns[field] = found
    flags = {code: tuple(by_key[key] for key in keys if key in by_key) for code, keys in table.programmes.items()}
    flags = {code: found for code, found in flags.items() if found}
    used = {name for names in [*columns.values(), *flags.values()] for name in names}
    why = (
        f"{len(used)} dari {len(headers)} judul kolom dikenal sebagai berkas {KIND_NAMES[table.kind]} {profile.title}"
        f"; penentunya: {', '.join(columns[name][0] for name in table.recognise if name in columns)}"
    )
    return Recognition(
        profile=profile,
        table=table,
        columns=columns,
        programmes=flags,
        close={header: key for header, key in close.items() if header in used},
        unused=tuple(header for header in headers if header not in used),
        why=why,
    )


def _close_headers(leftover: dict[str, str], wanted: set[str]) -> dict[str, str]:
    """Misspelt headers -> the header key they stand for; never where a digit differs or a word more stands.

    `kode_kelurahan_desa_ktp` is no misspelt `kode_kelurahan_desa`: it is another place.
    """
    from rapidfuzz import fuzz, process

    close: dict[str, str] = {}
    taken: set[str] = set()
    for key, header in leftover.items():
        if len(key) < 6:
            continue
        candidates = [
            other
            for other in wanted - taken
            if _digits(other) == _digits(key) and not _words_of(other) < _words_of(key)
        ]
        best = process.extractOne(key, candidates, scorer=fuzz.ratio, score_cutoff=CLOSE_HEADER)
        if best:
            close[header] = best[0]
            taken.add(best[0])
    return close


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _words_of(key: str) -> set[str]:
    return set(key.split("_"))

"""Source profiles: how one format's headers and words map onto the canonical schema.

A profile is a YAML file one office can send to another. It holds no code: headers, value lists
and a few facts about the source (unit, frame, area of the recorded rank).
"""

import re
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from data.contracts import FAMILY_CATEGORIES, PERSON_CATEGORIES
from data.errors import Refused
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
_PLAIN_WORD = re.compile(r"true|false|[0-9]{1,9}")  # words that become SQL outside a category


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


class ProgrammeQuestion(_Frozen):
    """What a survey asks of one programme; header keys, the first found is meant.

    received: whether the household had it in the last year, yes or no. amount: rupiah of that year, of the household.
    """

    received: Headers
    amount: Headers = ()


class SurveyRule(_Frozen):
    """What a household survey is and which of its columns play a part that no canonical field has.

    outcome, size, weight, cluster, district: header keys, the first found is meant; size only where the outcome is
    the household's total; district: kecamatan by code or name. outcome_unit, period, source: Indonesian.
    status: unverified where the columns were never checked against the survey's own codebook. programmes: by code of
    data/reference/programmes.yaml.
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
    programmes: dict[str, ProgrammeQuestion] = Field(default_factory=dict)


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

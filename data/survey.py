"""A household survey read for the scorecard: as canonical tables through a profile, or as the columns it has.

Every file is parsed by a child process: tables of an office through `data.reading`, Stata, SPSS and Parquet files
through `data.survey_statistics`.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb
import pandas as pd
import pyarrow as pa

from data.errors import Refused
from data.headers import header_key
from data.load_register import canonical_columns
from data.mapping import MISSING, Mapper, date_of, id_text, identifier, source_sql, text_of
from data.profiles import PROFILES, Profile, SurveyRule, find_profiles, known_headers, survey_profiles
from data.reading import StagedTable, stage
from data.recognition import Recognition, recognise
from data.store import Store
from data.survey_statistics import STATISTICS, read_statistics, stage_frame

_PLAIN_NUMBER = r"-?(0|[1-9][0-9]{0,14})([.,][0-9]+)?"


@dataclass(frozen=True)
class Roles:
    """What the survey's profile says a fit should take unless told otherwise; null: it does not say.

    outcome, size, weight, cluster, district: the survey's own headers (see `data.profiles.SurveyRule`), each of them
    a column of the file. None of the last four, nor the outcome, may predict. status is null without a profile.
    programmes: code -> `received` and, where it was asked, `amount` -> header (see `data.profiles.ProgrammeQuestion`).
    """

    outcome: str | None = None
    size: str | None = None
    weight: str | None = None
    cluster: str | None = None
    district: str | None = None
    outcome_unit: str | None = None
    period: str | None = None
    price_date: date | None = None
    status: Literal["verified", "unverified"] | None = None
    source: str | None = None
    programmes: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Survey:
    """frame: one row per household, the columns under their own names. notes: Indonesian sentences.

    Through a profile, family and person hold canonical columns besides (Arrow, so that types survive an empty
    column), with family_no = row of frame + 1, and `frame` only what the profile does not read. aliases: the
    survey's own name of a column -> its canonical field. on: the day of the survey, null when not known.
    """

    name: str
    frame: pd.DataFrame
    unit: Literal["household", "family"] = "household"
    family: pa.Table | None = None
    person: pa.Table | None = None
    aliases: dict[str, str] = field(default_factory=dict)
    on: date | None = None
    notes: tuple[str, ...] = ()
    roles: Roles = Roles()

    @property
    def canonical(self) -> bool:
        return self.family is not None


def read_survey(store: Store, paths: list[Path], profile: str = "auto") -> Survey:
    """Read one survey: a household file, and with a profile also its person file and its consumption file.

    `auto` takes a profile of a survey, shipped or saved below the store, where one fits, else the columns as they
    are; otherwise the name of such a profile, or a path. Refused: `unknown_profile`, `bad_profile`,
    `unknown_format`, `survey_profile_needed`, `survey_files`, `survey_repeated_id`, and those of
    `data.reading.stage` and `data.survey_statistics.read_statistics`.
    """
    saved = store.path.parent / PROFILES
    profiles = list(survey_profiles(saved).values()) if profile == "auto" else find_profiles(profile, saved)
    loaded: list[_Loaded] = []
    try:
        for path in paths:
            loaded.append(_load(path, store.staging, profiles, must=profile != "auto"))
        if any(file.match is None for file in loaded):
            return _plain(store, loaded)
        return _mapped(store, loaded)
    finally:
        for file in loaded:
            if file.staged is not None:
                file.staged.parquet.unlink(missing_ok=True)


@dataclass
class _Loaded:
    """One file: staged as text, or, from a statistics package, a frame that needs no staging unless mapped."""

    path: Path
    staged: StagedTable | None
    frame: pd.DataFrame | None
    match: Recognition | None


def _load(path: Path, staging: Path, profiles: list[Profile], must: bool) -> _Loaded:
    if path.suffix.lower() not in STATISTICS:
        headers = {
            key for made in profiles for table in made.tables for rule in table.fields.values() for key in rule.headers
        }
        staged = stage(path, staging, known_headers() | headers)
        try:
            return _Loaded(path, staged, None, _recognised(staged.columns, profiles, path.name, must))
        except Refused:
            staged.parquet.unlink(missing_ok=True)
            raise
    frame = read_statistics(path, staging)
    match = _recognised(tuple(frame.columns), profiles, path.name, must)
    return _Loaded(path, stage_frame(frame, path, staging) if match else None, frame, match)


def _recognised(columns: tuple[str, ...], profiles: list[Profile], name: str, must: bool) -> Recognition | None:
    try:
        return recognise(columns, profiles, name)
    except Refused:
        if must:
            raise
        return None


def _plain(store: Store, loaded: list[_Loaded]) -> Survey:
    first = loaded[0]
    if len(loaded) > 1:
        raise Refused(
            "survey_profile_needed",
            "Beberapa berkas survei hanya dapat digabungkan dengan profil survei; sebutkan --profile, atau beri satu "
            "berkas rumah tangga.",
        )
    if first.staged is None:
        assert first.frame is not None  # what is not staged came as a frame
        return Survey(first.path.name, first.frame)
    frame = store.frame(f"SELECT * FROM {source_sql(first.staged)} ORDER BY _line").drop(columns="_line")
    return Survey(first.path.name, frame.apply(typed), notes=_unreadable_note(first.staged))


def _unreadable_note(table: StagedTable) -> tuple[str, ...]:
    count = len(table.unreadable)
    return (f"{count} baris {table.name} tidak dapat dibaca dan tidak dipakai.",) if count else ()


def typed(texts: pd.Series) -> pd.Series:
    """A text column as numbers where every known cell is a plain one, else as text; missing words are null.

    A leading zero makes a code, not a number: codes stay text.
    """
    known = texts.astype(str).str.strip()
    known = known.mask(texts.isna() | known.str.upper().isin(MISSING))
    values = known.dropna()
    if len(values) and values.str.fullmatch(_PLAIN_NUMBER).all():
        return pd.to_numeric(known.str.replace(",", ".", regex=False))
    return known.astype(object).where(known.notna(), None)


def _mapped(store: Store, loaded: list[_Loaded]) -> Survey:
    known = [(file.staged, file.match) for file in loaded if file.staged is not None and file.match is not None]
    households, persons, consumption = (
        [(table, match) for table, match in known if match.table.kind == kind]
        for kind in ("family", "person", "consumption")
    )
    if len(households) != 1 or len(persons) > 1 or len(consumption) > 1:
        raise Refused(
            "survey_files",
            "Survei memerlukan satu berkas rumah tangga dan paling banyak satu berkas anggota serta satu berkas "
            "konsumsi; pilih berkasnya lagi.",
        )
    table, match = households[0]
    cursor = store.cursor()
    try:
        read = Mapper(cursor, table, match)
        _check_ids(cursor, read)
        families = _arrow(
            cursor,
            "SELECT row_number() OVER (ORDER BY line_no) AS family_no, f.*, size_recorded AS size "
            f"FROM ({_canonical(cursor, read, 'family')}) AS f ORDER BY family_no",
        )
        own = ", ".join(identifier(name) for name in match.unused)
        frame = cursor.execute(f"SELECT {own or '_line'} FROM {source_sql(table)} ORDER BY _line").df()
        frame = frame.apply(typed) if own else frame.drop(columns="_line")
        on = _survey_date(cursor, read)
        notes = [*_unverified_note(match.profile), *_unreadable_note(table)]
        if consumption:
            more, lacking = _consumption(cursor, consumption[0], families, set(table.columns))
            frame = pd.concat([frame, more], axis=1)
            notes += _unreadable_note(consumption[0][0])
            if lacking:
                notes.append(f"{lacking} rumah tangga tidak ada dalam berkas konsumsi; pengeluarannya tidak diketahui.")
        members = None
        if persons:
            members, orphans = _persons(cursor, persons[0], families)
            notes += _unreadable_note(persons[0][0])
            if orphans:
                notes.append(f"{orphans} anggota tidak mempunyai rumah tangga dalam survei dan tidak dipakai.")
        else:
            notes.append("Berkas anggota tidak disertakan; ciri yang berasal dari anggota tidak dapat dipakai.")
        if on is None and persons and "age" not in persons[0][1].columns:
            notes.append("Tanggal survei tidak disebut; umur anggota dihitung pada hari ini.")
    finally:
        cursor.close()
    return Survey(
        name=table.name,
        frame=frame,
        unit=match.profile.unit,
        family=families.drop_columns(["survey_family_id"]),
        person=members,
        aliases=_aliases(match),
        on=on,
        notes=tuple(notes),
        roles=_roles(match.profile.survey, (*table.columns, *frame.columns)),
    )


def _roles(rule: SurveyRule | None, headers: tuple[str, ...]) -> Roles:
    if rule is None:
        return Roles()
    by_key: dict[str, str] = {}
    for header in headers:
        by_key.setdefault(header_key(header), header)

    def first(keys: tuple[str, ...]) -> str | None:
        return next((by_key[key] for key in keys if key in by_key), None)

    parts = {part: first(getattr(rule, part)) for part in ("outcome", "size", "weight", "cluster", "district")}
    asked = {
        code: {part: found for part in ("received", "amount") if (found := first(getattr(question, part)))}
        for code, question in rule.programmes.items()
    }
    programmes = {code: headers for code, headers in asked.items() if "received" in headers}
    return Roles(
        **parts, outcome_unit=rule.outcome_unit, period=rule.period, price_date=rule.price_date,
        status=rule.status, source=rule.source, programmes=programmes,
    )  # fmt: skip


def _unverified_note(profile: Profile) -> tuple[str, ...]:
    if profile.survey is None or profile.survey.status == "verified":
        return ()
    return (
        f"Profil {profile.title} belum diverifikasi: cocokkan nama kolom dan kodenya dengan buku kode survei itu "
        "sebelum hasilnya dipakai.",
    )


def _canonical(cursor: duckdb.DuckDBPyConnection, read: Mapper, table: str) -> str:
    key = id_text(read.text("family_id"))
    selected = read.select(canonical_columns(cursor, table))
    return f"SELECT {key} AS survey_family_id, " + selected.removeprefix("SELECT ")


def _check_ids(cursor: duckdb.DuckDBPyConnection, read: Mapper) -> None:
    key = id_text(read.text("family_id"))
    found = cursor.execute(f"SELECT count(*) - count(DISTINCT {key}) FROM {read.source()}").fetchone()
    if found and found[0]:
        raise Refused(
            "survey_repeated_id",
            f"{found[0]} baris survei tidak ber-ID atau mengulang ID rumah tangga; satu baris harus satu rumah tangga, "
            "perbaiki berkasnya dahulu.",
        )


def _persons(
    cursor: duckdb.DuckDBPyConnection, source: tuple[StagedTable, Recognition], families: pa.Table
) -> tuple[pa.Table, int]:
    """(members with family_no, number of members whose household the survey does not have)."""
    cursor.register("survey_families", families)
    try:
        made = _arrow(
            cursor,
            "SELECT row_number() OVER (ORDER BY p.line_no) AS person_no, f.family_no, p.* "
            f"FROM ({_canonical(cursor, Mapper(cursor, *source), 'person')}) AS p "
            "LEFT JOIN survey_families AS f ON f.survey_family_id = p.survey_family_id",
        )
    finally:
        cursor.unregister("survey_families")
    placed = made.filter(pa.compute.is_valid(made["family_no"]))
    return placed.drop_columns(["survey_family_id"]), made.num_rows - placed.num_rows


def _consumption(
    cursor: duckdb.DuckDBPyConnection, source: tuple[StagedTable, Recognition], families: pa.Table, taken: set[str]
) -> tuple[pd.DataFrame, int]:
    """(the file's columns that are not `taken`, one row per household in order; households it does not have)."""
    table, match = source
    read = Mapper(cursor, table, match)
    _check_ids(cursor, read)
    key = id_text(read.text("family_id"))
    lowered = {name.casefold() for name in taken}
    names = [name for name in table.columns if name.casefold() not in lowered]
    cursor.register("survey_families", families)
    try:
        found = cursor.execute(
            f"SELECT {''.join(f'c.{identifier(name)}, ' for name in names)} c._key IS NULL AS _lacking "
            f"FROM survey_families AS f LEFT JOIN (SELECT *, {key} AS _key FROM {read.source()}) AS c "
            "ON c._key = f.survey_family_id ORDER BY f.family_no"
        ).df()
    finally:
        cursor.unregister("survey_families")
    lacking = found.pop("_lacking")
    return found.apply(typed), int(lacking.sum())


def _survey_date(cursor: duckdb.DuckDBPyConnection, read: Mapper) -> date | None:
    names = read.found.columns.get("survey_date")
    if not names:
        return None
    found = cursor.execute(f"SELECT max({date_of(text_of(names[0]))}) FROM {source_sql(read.staged)}").fetchone()
    return found[0] if found else None


def _arrow(cursor: duckdb.DuckDBPyConnection, sql: str) -> pa.Table:
    return cursor.execute(sql).to_arrow_table()


def _aliases(match: Recognition) -> dict[str, str]:
    """The survey's own header -> the canonical field; its count of members stands for `size`."""
    renamed = {"size_recorded": "size"}
    return {name: renamed.get(key, key) for key, names in match.columns.items() for name in names}

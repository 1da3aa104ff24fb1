"""One profile table over one staged file → a SELECT with canonical columns.

Register and survey go through the same expressions. Words are parsed once per distinct spelling
(a register has dozens, its rows are millions); what is generated looks each cell up among the file's own
spellings, every one of them quoted as a literal. No value of a file ever becomes SQL.

Words are looked up in constant lists and maps, never with IN: DuckDB asks such a function once per entry of a
column's dictionary, and turns a longer IN into a join of the whole table (measured, docs/kinerja.md).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from string import ascii_letters, digits

import duckdb

from data.codes import BLANKS
from data.codes import sql_text as quote
from data.headers import header_key
from data.profiles import FieldRule, spellings, value_key
from data.reading import StagedTable
from data.recognition import Recognition

MISSING = frozenset(
    ("", "KOSONG", "-", "--", "NULL", "N/A", "NA", "NAN", "NONE", "#N/A", "TIDAK ADA DATA", "(KOSONG)", "(BLANK)")
)
MOST_SPELLINGS = 20_000  # of one coded column; what lies beyond is read as unknown words, and flagged as such
# `1`, `1.0`, `Desil 1`, `D1`, `3 orang`; three digits after each point or comma are thousands: `1.000` is no 1.
WHOLE_NUMBER = re.compile(r"(?:DESIL|D)?[ .:_-]*([0-9]{1,9})(?:[.,]0{1,2})?(?: *(?:ORANG|JIWA|TAHUN|KK|EKOR))?")
THOUSANDS = re.compile(r"([0-9]{1,3})(?:([.,])[0-9]{3})(?:\2[0-9]{3})*")
_MOST = {"INTEGER": 2**31 - 1, "BIGINT": 2**63 - 1}
YES_NO = FieldRule(values=("yes_no",))


# All but a few cells of a register; `trim` with characters of its own takes three times as long (measured).
NOTHING_TO_TRIM = "([!-~]([ -~]*[!-~])?)?"
# Most of them are no word for missing either, as their first character tells.
_OTHER = "".join(c for c in ascii_letters + digits if c.upper() not in {word[:1] for word in MISSING})
_SURELY_TEXT = f"[{_OTHER}]([ -~]*[!-~])?"
_DIGITS_NOT_ALL_ZERO = "[0-9]*[1-9][0-9]*"
WHITE = r"chr(9) || chr(10) || chr(13) || ' ' || chr(160) || chr(8203) || chr(65279)"


def identifier(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text_of(name: str) -> str:
    """The trimmed text of a column; null where the source writes one of its words for missing."""
    raw = identifier(name)
    trimmed = f"CASE WHEN regexp_full_match({raw}, {quote(NOTHING_TO_TRIM)}) THEN {raw} ELSE trim({raw}, {WHITE}) END"
    return (
        f"CASE WHEN regexp_full_match({raw}, {quote(_SURELY_TEXT)}) THEN {raw} "
        f"WHEN list_contains({_literals(MISSING)}, upper({trimmed})) THEN NULL ELSE {trimmed} END"
    )


def id_text(text: str) -> str:
    """A family id, KK or NIK as the text it is: without a leading ', blanks and `.0`. Zeros or words are no id."""
    tidy = f"regexp_replace({text}, '^''|\\.0+$|[{BLANKS}]', '', 'g')"
    return (
        f"CASE WHEN regexp_full_match({text}, '{_DIGITS_NOT_ALL_ZERO}') THEN {text} "
        f"WHEN ltrim({text}, '0') = '' THEN NULL WHEN regexp_matches({text}, '[0-9]') THEN {tidy} END"
    )


def amount_of(text: str) -> str:
    """Rupiah or a count as DOUBLE, with thousands set apart or not: `Rp322.170`, `322,170.5`; null where it is none."""
    bare = f"regexp_replace({text}, '^[Rr][Pp][.]? ?', '')"
    plain = (
        f"CASE WHEN {bare} ~ '^([0-9]{{4,}}([.,][0-9]+)?|[0-9]+([.,][0-9]{{1,2}})?)$' THEN replace({bare}, ',', '.') "
    )
    indonesian = (
        f"WHEN {bare} ~ '^[0-9]{{1,3}}([.][0-9]{{3}})+(,[0-9]+)?$' THEN replace(replace({bare}, '.', ''), ',', '.') "
    )
    english = f"WHEN {bare} ~ '^[0-9]{{1,3}}(,[0-9]{{3}})+([.][0-9]+)?$' THEN replace({bare}, ',', '') END"
    return f"TRY_CAST({plain}{indonesian}{english} AS DOUBLE)"


def date_of(text: str) -> str:
    """A date in the spellings offices use, or an Excel serial; null where it is none."""
    formats = ", ".join(quote(f) for f in ("%d-%m-%Y", "%d/%m/%Y", "%Y/%m/%d", "%d.%m.%Y", "%Y%m%d"))
    serial = f"CASE WHEN {text} ~ '^[1-9][0-9]{{4}}$' THEN DATE '1899-12-30' + CAST({text} AS INTEGER) END"
    return f"coalesce(TRY_CAST({text} AS DATE), CAST(try_strptime({text}, [{formats}]) AS DATE), {serial})"


def source_sql(staged: StagedTable) -> str:
    """The staged Parquet as a FROM item."""
    return f"read_parquet({quote(str(staged.parquet))})"


@dataclass(frozen=True)
class Column:
    """SQL of one canonical column, and of "the file has a word here that we do not know" (None: cannot be)."""

    value: str
    unknown: str | None


class Mapper:
    """The canonical columns of one recognised, staged file.

    Its expressions are read FROM `source()`, asked for after the last of them: it cleans each text once.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection, staged: StagedTable, found: Recognition):
        self.cursor = cursor
        self.staged = staged
        self.found = found
        self._yes_no = found.profile.flags
        self._cleaned: dict[str, str] = {}
        self._programmes: dict[str, list[Column]] | None = None

    def source(self, rows: str | None = None) -> str:
        """The staged file, or `rows` taken from it, as a FROM item with the cleaned texts the expressions use."""
        cleaned = "".join(f", {text_of(name)} AS {clean}" for name, clean in self._cleaned.items())
        return f"(SELECT *{cleaned} FROM {rows or source_sql(self.staged)})"

    def text(self, field: str) -> str:
        """SQL of a field as plain text; a typed NULL where the file lacks it."""
        names = self.found.columns.get(field)
        if names and len(names) > 1 and (pieces := self.found.table.fields[field].pieces):
            return "(" + " || ".join(map(self._piece, names, (piece.digits for piece in pieces))) + ")"
        return self._clean(names[0]) if names else "CAST(NULL AS VARCHAR)"

    def column(self, field: str, kind: str) -> Column:
        """SQL of a field as `kind` (VARCHAR, BOOLEAN, INTEGER, DOUBLE, DATE); a typed NULL where absent."""
        names = self.found.columns.get(field)
        if not names:
            return Column(f"CAST(NULL AS {kind})", None)
        rule = self.found.table.fields[field]
        if rule.one_hot:
            return self._one_hot(names, rule, kind)
        parts = [self._read(name, rule, kind) for name in names]
        unknown = " OR ".join(part.unknown for part in parts if part.unknown) or None
        # SQL's OR keeps unknown unknown: true if any is, false only if all are known to be.
        value = "(" + " OR ".join(part.value for part in parts) + ")" if rule.any_of else parts[0].value
        return Column(value, unknown)

    def programme_flags(self) -> dict[str, str]:
        """Programme code → SQL boolean: any of its columns says yes; null where none does and one is unknown."""
        return {code: "(" + " OR ".join(read.value for read in reads) + ")" for code, reads in self._flags().items()}

    def select(self, columns: dict[str, str]) -> str:
        """SELECT `line_no`, every canonical column (name → SQL type) and `unknown`, the names of the fields
        whose word is not known, comma-separated. `<field>_text` columns carry the source's own words."""
        parts, unknown = ["_line AS line_no"], []
        for name, kind in columns.items():
            if name.endswith("_text") and name.removesuffix("_text") in columns:
                parts.append(f"{self.text(name.removesuffix('_text'))} AS {name}")
                continue
            read = self.column(name, kind)
            parts.append(f"{read.value} AS {name}")
            if read.unknown:
                unknown.append(f"CASE WHEN {read.unknown} THEN {quote(name)} END")
        for code, reads in self._flags().items():
            if strange := " OR ".join(read.unknown for read in reads if read.unknown):
                unknown.append(f"CASE WHEN {strange} THEN {quote(code)} END")
        parts.append((f"concat_ws(',', {', '.join(unknown)})" if unknown else "''") + " AS unknown")
        return f"SELECT {', '.join(parts)} FROM {self.source()}"

    def _flags(self) -> dict[str, list[Column]]:
        """Programme code → its columns, read once."""
        if self._programmes is None:
            self._programmes = {
                code: [self._read(name, self._yes_no, "BOOLEAN") for name in names]
                for code, names in self.found.programmes.items()
            }
        return self._programmes

    def _one_hot(self, names: tuple[str, ...], rule: FieldRule, kind: str) -> Column:
        """The value of the only column that says yes; null where none does, unknown where several do."""
        key = {name: self.found.close.get(name, header_key(name)) for name in names}
        reads = [(self._read(name, self._yes_no, "BOOLEAN"), rule.one_hot[key[name]]) for name in names]
        yes = " + ".join(f"CAST(coalesce({read.value}, false) AS INTEGER)" for read, _ in reads)
        cases = " ".join(f"WHEN {read.value} THEN {quote(value)}" for read, value in reads)
        unknown = [f"({yes}) > 1", *(read.unknown for read, _ in reads if read.unknown)]
        return Column(f"CAST(CASE WHEN ({yes}) = 1 THEN CASE {cases} END END AS {kind})", " OR ".join(unknown))

    def _piece(self, name: str, digits: int) -> str:
        """A part of a code with its leading zeros; null where it is no number of at most that many digits."""
        bare = f"regexp_replace({self._clean(name)}, '^''|\\.0+$|[{BLANKS}]', '', 'g')"
        return f"CASE WHEN regexp_full_match({bare}, '[0-9]{{1,{digits}}}') THEN lpad({bare}, {digits}, '0') END"

    def _clean(self, name: str) -> str:
        return self._cleaned.setdefault(name, f"_clean_text_{len(self._cleaned)}")

    def _read(self, name: str, rule: FieldRule, kind: str) -> Column:
        if rule.values or kind == "BOOLEAN":
            known = spellings(rule if rule.values else self._yes_no)
            return self._by_spelling(name, kind, lambda raw: (value_key(raw) in known, known.get(value_key(raw))))
        if kind in ("INTEGER", "BIGINT"):
            return self._by_spelling(name, kind, lambda raw: _whole_number(raw, rule.per, _MOST[kind]))
        text = self._clean(name)
        if kind == "DOUBLE":
            number = (
                f"TRY_CAST(CASE WHEN {text} ~ '^[0-9]+([.,][0-9]+)?$' THEN replace({text}, ',', '.') END AS DOUBLE)"
            )
            return Column(number, f"({text} IS NOT NULL AND {number} IS NULL)")
        if kind == "DATE":
            return Column(date_of(text), f"({text} IS NOT NULL AND {date_of(text)} IS NULL)")
        return Column(text, None)

    def _by_spelling(
        self, name: str, kind: str, parse: Callable[[str], tuple[bool, str | bool | int | None]]
    ) -> Column:
        """A lookup among the column's distinct spellings; `parse(raw) → (known, word or None)`."""
        raw = identifier(name)
        found = self.cursor.execute(
            f"SELECT DISTINCT {raw} FROM {source_sql(self.staged)} WHERE {raw} IS NOT NULL LIMIT {MOST_SPELLINGS}"
        ).fetchall()
        words: dict[str, str] = {}
        known_or_missing: list[str] = []
        for (spelling,) in found:
            if spelling.strip().upper() in MISSING:
                known_or_missing.append(spelling)
                continue
            known, word = parse(spelling)
            if known:
                known_or_missing.append(spelling)
            if word is not None:
                words[spelling] = str(word)
        listed = sorted(words)
        meant = f"CAST({_literals(words[spelling] for spelling in listed)} AS {kind}[])"
        value = f"map_extract_value(MAP({_literals(listed)}, {meant}), {raw})" if words else f"CAST(NULL AS {kind})"
        if len(known_or_missing) == len(found) < MOST_SPELLINGS:
            return Column(value, None)
        beyond = f" AND NOT list_contains({_literals(sorted(known_or_missing))}, {raw})" if known_or_missing else ""
        return Column(value, f"({raw} IS NOT NULL{beyond})")


def _whole_number(raw: str, per: int, most: int) -> tuple[bool, str | None]:
    """Whether a cell is a whole number, at most as large as its column can hold, and that number per `per`."""
    text = raw.strip().upper()
    match = WHOLE_NUMBER.fullmatch(text)
    if THOUSANDS.fullmatch(text):
        number = int(re.sub("[.,]", "", text))
    elif match:
        number = int(match.group(1))
    else:
        return False, None
    number = -(-number // per)
    return (True, str(number)) if number <= most else (False, None)


def _literals(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(quote, texts))}]"

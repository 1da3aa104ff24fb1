"""Area codes and area names as text: cleaning, and comparing spellings. Knows no store.

Canonical are Kemendagri codes with dots, `PP.KK.CC.DDDD`. A code that cannot be read for certain is null.
"""

import re
import unicodedata
from typing import Literal

import pandas as pd
from rapidfuzz import fuzz

Level = Literal["province", "regency", "district", "village"]
LEVELS: tuple[Level, ...] = ("province", "regency", "district", "village")

# Names whose keys reach this similarity (rapidfuzz ratio, 0 to 100) count as two spellings of one name:
# one letter changed in nine. Of the official villages 0.3 % have a neighbour this close in their district.
NAME_CUT = 88.0

# Python and DuckDB's RE2 read these patterns alike: ASCII classes written out, no \d, \s or look-around.
BLANKS = r" \t\r\n\f\x0B\x{00A0}\x{200B}\x{FEFF}"
_STRIP = rf"^[{BLANKS}]*'|[{BLANKS}]"
# Dotted; ten digits, perhaps written as a decimal number; scientific only with all nine decimals,
# because a shorter mantissa may be a rounded one and would name another village.
_VILLAGE = r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}|[0-9]{10}(?:[.,]0+)?|[1-9][.,][0-9]{9}[Ee]\+?0?9"


def python_pattern(pattern: str) -> str:
    r"""An RE2 pattern in Python's spelling of code points (`\x{00A0}` -> `\u00a0`)."""
    return re.sub(r"\\x\{([0-9A-F]{4})\}", r"\\u\1", pattern)


def sql_text(text: str) -> str:
    """A string as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


_STRIP_RE = re.compile(python_pattern(_STRIP))
_VILLAGE_RE = re.compile(_VILLAGE)
# Dotted, or bare digits, perhaps as a decimal number; `62.1` is 62.10 after a spreadsheet read it as a number.
_REGION_RE = re.compile(
    r"(?P<dotted>[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{4})?)?)?)"
    r"|(?P<bare>[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{10})(?:[.,]0+)?"
    r"|(?P<cut>[0-9]{2}\.[1-9])"
)


def clean_village_code(text: str | None) -> str | None:
    """A village code as `PP.KK.CC.DDDD`, or None where the text holds no ten digits for certain.

    Reads dotted and undotted codes, `1971011004.0`, `1.971011004E9`, a leading `'` and blanks inside.
    Says nothing about whether the code exists, nor in which code system.
    """
    if text is None:
        return None
    stripped = _STRIP_RE.sub("", text)
    if _VILLAGE_RE.fullmatch(stripped) is None:
        return None
    return dotted(re.sub(r"[^0-9]", "", stripped)[:10])


def clean_village_code_sql(expression: str) -> str:
    """`clean_village_code` as an SQL expression over a text expression: dotted code or NULL."""
    stripped = f"regexp_replace({expression}, {sql_text(_STRIP)}, '', 'g')"
    whole = f"nullif(regexp_extract({stripped}, {sql_text(f'^(?:{_VILLAGE})$')}), '')"
    digits = f"substr(regexp_replace({whole}, '[^0-9]', '', 'g'), 1, 10)"
    return rf"regexp_replace({digits}, '^(..)(..)(..)(....)$', '\1.\2.\3.\4')"


def clean_region_code(text: str | None) -> str | None:
    """A code of any level (2, 4, 6 or 10 digits) with dots, else None.

    `62.1` is read as 62.10: no code has a one-digit part, and spreadsheets drop the zero.
    """
    if text is None:
        return None
    stripped = _STRIP_RE.sub("", text)
    found = _REGION_RE.fullmatch(stripped)
    if found is None:
        return clean_village_code(text)
    if found["cut"]:
        return found["cut"] + "0"
    return found["dotted"] or dotted(found["bare"])


def dotted(digits: str) -> str:
    """2, 4, 6 or 10 digits with dots after the second, fourth and sixth."""
    return ".".join(part for part in (digits[:2], digits[2:4], digits[4:6], digits[6:]) if part)


def level_of(code: str) -> Level:
    """The level of a dotted code."""
    return LEVELS[code.count(".")]


def parent_of(code: str) -> str | None:
    """The code of the area that a dotted code lies in; None for a province."""
    return code.rpartition(".")[0] or None


# --- names ---------------------------------------------------------------------------------------

# Words that say what kind of area it is, not which one.
_KIND_WORDS: dict[Level, frozenset[str]] = {
    "province": frozenset({"PROVINSI", "PROPINSI", "PROV", "PROP"}),
    "regency": frozenset({"KABUPATEN", "KAB", "KOTA", "ADMINISTRASI", "ADM"}),
    "district": frozenset({"KECAMATAN", "KEC", "DISTRIK"}),
    "village": frozenset({"DESA", "DS", "KELURAHAN", "KEL"}),
}
_LONG_FORMS = {
    "SEI": "SUNGAI", "TJ": "TANJUNG", "TG": "TANJUNG", "TJG": "TANJUNG", "TLK": "TELUK", "KP": "KAMPUNG",
    "KEP": "KEPULAUAN", "DKI": "DAERAH KHUSUS IBUKOTA", "DI": "DAERAH ISTIMEWA", "DIY": "DAERAH ISTIMEWA YOGYAKARTA",
}  # fmt: skip
# Neighbours that differ only in one of these words are different areas, however alike their names.
_TELLING = frozenset({
    "UTARA", "SELATAN", "TIMUR", "BARAT", "TENGAH", "HULU", "HILIR", "ULU", "ILIR", "JULU", "JAE", "TONGA",
    "ATAS", "BAWAH", "LAMA", "BARU", "TUA", "TUO", "MUDA", "BESAR", "KECIL", "DALAM", "LUAR", "DARAT", "LAUT",
    "SATU", "DUA", "TIGA", "EMPAT", "LIMA", "ENAM", "TUJUH", "DELAPAN", "SEMBILAN", "SEPULUH",
})  # fmt: skip
_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}


def _number(word: str) -> str:
    """A Roman (I to XXXIX) or padded number as plain digits; any other word as it is."""
    if word.isdigit():
        return str(int(word))
    if not _ROMAN.fullmatch(word):
        return word
    values = [_ROMAN_VALUES[letter] for letter in word]
    return str(sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True)))


def _words(text: str | None) -> list[str]:
    plain = unicodedata.normalize("NFKD", text or "").upper()
    plain = re.sub(r"(?<=\b[A-Z])\.(?=[A-Z]\b)", "", plain)  # D.K.I. -> DKI.
    plain = re.sub(r"['\"`\u2018\u2019\u02BC\u0300-\u036F]", "", plain)
    return re.findall(r"[A-Z]+|[0-9]+", plain)


def name_words(text: str | None, level: Level) -> list[str]:
    """The words of an area name that tell it from others: upper case, kind words off, numbers as digits."""
    if level in ("province", "regency"):
        text = re.sub(r"\([^)]*\)", " ", text or "")
    words = _words(text)
    start = 0
    while start < len(words) - 1 and words[start] in _KIND_WORDS[level]:
        start += 1
    return [_number(part) for word in words[start:] for part in _LONG_FORMS.get(word, word).split()]


def name_key(text: str | None, level: Level) -> str:
    """An area name without case, blanks, kind word and numbering style; equal keys are the same name."""
    return "".join(name_words(text, level))


def telling_words(text: str | None, level: Level) -> tuple[str, ...]:
    """Directions, sizes, numbers and single letters in a name; two names that differ in them are never close."""
    return tuple(
        sorted(word for word in name_words(text, level) if word in _TELLING or word.isdigit() or len(word) == 1)
    )


def same_name(left: str | None, right: str | None, level: Level) -> bool:
    """Whether two names are spellings of one area name (similarity of keys at or over NAME_CUT)."""
    return fuzz.ratio(name_key(left, level), name_key(right, level)) >= NAME_CUT


def distinct_codes(codes: pd.DataFrame) -> dict[str, dict[str, str | None]]:
    """Dotted code -> the names on most of its rows (`province`, `regency`, `district`, `village`; None if not given).

    Texts that hold no ten-digit code are left out; the import quarantines them.
    """
    ordered = codes.sort_values("rows", ascending=False, kind="stable")
    columns = {level: _texts(ordered[level]) if level in ordered else [None] * len(ordered) for level in LEVELS}
    found: dict[str, dict[str, str | None]] = {}
    for position, text in enumerate(_texts(ordered["code"])):
        code = clean_village_code(text)
        if code is not None:
            found.setdefault(code, {level: columns[level][position] for level in LEVELS})
    return found


def _texts(column: pd.Series) -> list[str | None]:
    """A column as texts; null and blank are None."""
    return [str(value).strip() or None if pd.notna(value) else None for value in column]

"""NIK and KK: what is wrong with one, what a screen may show of it, and the pseudonym that stands for it.

A NIK is 16 digits: 6 of the area of first registration, DDMMYY of birth with 40 added to the day of women, and a
serial number (domain notes 8.2). The area is where the person was first registered, not where the person lives, so
it is no fault when they differ. Everything here takes text; a NIK is never a number.

SQL functions take an SQL text expression and return an SQL expression. A duplicate is no property of one NIK: count
it over the well-formed ones (`nik_wellformed_sql`) of the whole snapshot.
"""

import hashlib
import hmac
import math

from data.codes import sql_text

DIGITS = 16
HIDDEN = "•"
_SHOWN = 4
_WELLFORMED = "[0-9]{16}"
# What a spreadsheet makes of a long number: scientific notation, or a decimal number.
_EXCEL = r"[0-9]+(?:[.,][0-9]+)?[Ee]\+?[0-9]+|[0-9]{12,}[.,][0-9]*"
_WORD = r"([^ \t\r\n\x{00A0}])[^ \t\r\n\x{00A0}]*"

# One serial in ten ends in 0. A file with clearly more has met a program that keeps 15 digits of a number.
NATURAL_SHARE = 0.10
SUSPECT_SHARE = 0.15
SUSPECT_DEVIATIONS = 5.0


def nik_faults_sql(nik: str, birth_date: str, sex: str) -> dict[str, str]:
    """Flag -> SQL boolean (never null), true where the NIK has that fault.

    nik: text, null or blank where missing. birth_date: DATE; sex: 'male' | 'female'; null is not known and never a
    fault. nik_missing stands alone, and so does nik_excel (scientific or decimal: digits are lost). Otherwise
    nik_length and nik_not_numeric may both hold; the others look at well-formed NIK only. nik_date: no such day
    (29 February passes when a year ending in these two digits can be a leap year); the two mismatches need a date.
    """
    given = f"trim(coalesce({nik}, '')) <> ''"
    excel = excel_damaged_sql(nik)
    formed = nik_wellformed_sql(nik)
    day, month, year = (f"TRY_CAST(substr({nik}, {start}, 2) AS INTEGER)" for start in (7, 9, 11))
    female = f"({day} > 40)"
    plain_day = f"({day} - CASE WHEN {female} THEN 40 ELSE 0 END)"
    last_day = (
        f"CASE WHEN {month} IN (4, 6, 9, 11) THEN 30 WHEN {month} <> 2 THEN 31 WHEN {year} % 4 = 0 THEN 29 ELSE 28 END"
    )
    dated = f"({formed} AND {month} BETWEEN 1 AND 12 AND {plain_day} BETWEEN 1 AND {last_day})"
    same_date = (
        f"({plain_day} = day({birth_date}) AND {month} = month({birth_date}) AND {year} = year({birth_date}) % 100)"
    )
    faults = {
        "nik_missing": f"NOT ({given})",
        "nik_excel": excel,
        "nik_length": f"{given} AND NOT {excel} AND length({nik}) <> {DIGITS}",
        "nik_not_numeric": f"{given} AND NOT {excel} AND regexp_matches({nik}, '[^0-9]')",
        "nik_date": f"{formed} AND NOT {dated}",
        "nik_serial": f"{formed} AND substr({nik}, 13, 4) = '0000'",
        "nik_birth_mismatch": f"{dated} AND NOT {same_date}",
        "nik_sex_mismatch": f"{dated} AND {sex} IN ('male', 'female') AND {female} <> ({sex} = 'female')",
    }
    return {name: f"coalesce({condition}, false)" for name, condition in faults.items()}


def kk_faults_sql(kk: str, nik: str | None = None) -> dict[str, str]:
    """Flag -> SQL boolean (never null) for a family card number; a missing one is no fault (P3KE has none).

    With `nik`, also kk_equals_nik: somebody copied the NIK of a member into the KK column.
    """
    given = f"trim(coalesce({kk}, '')) <> ''"
    faults = {
        "kk_length": f"{given} AND length({kk}) <> {DIGITS}",
        "kk_not_numeric": f"{given} AND regexp_matches({kk}, '[^0-9]')",
    }
    if nik is not None:
        faults["kk_equals_nik"] = f"{given} AND {kk} = {nik}"
    return {name: f"coalesce({condition}, false)" for name, condition in faults.items()}


def nik_wellformed_sql(nik: str) -> str:
    """SQL boolean, never null: exactly 16 digits."""
    return f"regexp_full_match(coalesce({nik}, ''), '{_WELLFORMED}')"


def excel_damaged_sql(number: str) -> str:
    """SQL boolean, never null: a spreadsheet rounded the number; many people may share what is left of it."""
    return f"regexp_full_match(coalesce({number}, ''), {sql_text(_EXCEL)})"


def excel_suspects(wellformed: int, ending_in_zero: int) -> bool:
    """Whether so many NIK of a file end in 0 that a spreadsheet must have rounded some of them.

    True at a share of 15 % or more that also lies five standard errors above one in ten; a single NIK that ends in
    0 says nothing.
    """
    if wellformed <= 0:
        return False
    share = ending_in_zero / wellformed
    error = math.sqrt(NATURAL_SHARE * (1 - NATURAL_SHARE) / wellformed)
    return share >= SUSPECT_SHARE and share > NATURAL_SHARE + SUSPECT_DEVIATIONS * error


# --- what a screen may show ------------------------------------------------------------------------


def mask_nik(text: str | None) -> str | None:
    """A NIK or KK for the screen: the last four of 16 digits, nothing at all of any other text; null stays null."""
    if text is None:
        return None
    wellformed = len(text) == DIGITS and text.isascii() and text.isdigit()
    return HIDDEN * (DIGITS - _SHOWN) + text[-_SHOWN:] if wellformed else HIDDEN * DIGITS


def mask_nik_sql(text: str) -> str:
    """`mask_nik` in SQL."""
    return (
        f"CASE WHEN {text} IS NULL THEN NULL WHEN {nik_wellformed_sql(text)} "
        f"THEN '{HIDDEN * (DIGITS - _SHOWN)}' || right({text}, {_SHOWN}) ELSE '{HIDDEN * DIGITS}' END"
    )


def mask_name(text: str | None) -> str | None:
    """The first letter of every word and three dots, whatever the word's length; null stays null."""
    if text is None:
        return None
    return " ".join(word[0] + HIDDEN * 3 for word in text.translate(_TO_BLANK).split(" ") if word)


_TO_BLANK = dict.fromkeys(map(ord, "\t\r\n\u00a0"), " ")


def mask_name_sql(text: str) -> str:
    """`mask_name` in SQL."""
    blanks = r"[ \t\r\n\x{00A0}]+"
    masked = rf"regexp_replace({text}, {sql_text(_WORD)}, '\1{HIDDEN * 3}', 'g')"
    return f"trim(regexp_replace({masked}, {sql_text(blanks)}, ' ', 'g'))"


def mask_address(text: str | None) -> str | None:
    """Six dots for any address; null stays null."""
    return None if text is None else HIDDEN * 6


def mask_address_sql(text: str) -> str:
    """`mask_address` in SQL."""
    return f"CASE WHEN {text} IS NOT NULL THEN '{HIDDEN * 6}' END"


# --- pseudonyms ------------------------------------------------------------------------------------


_DIGITS, _LETTERS = "0123456789", "GHJKMNPQRS"


def pseudonym(key: bytes, text: str) -> str:
    """The first 64 bits of HMAC-SHA-256 (RFC 2104) of the text under the store's key: 16 upper-case hex digits.

    A first digit 0 to 9 is written as a letter of GHJKMNPQRS: one in 1,800 would otherwise look like a NIK, and one
    in 100 would be a number to a spreadsheet (12E45).
    """
    plain = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:16].upper()
    return plain[0].translate(str.maketrans(_DIGITS, _LETTERS)) + plain[1:]


def pseudonym_sql(text: str) -> str:
    """`pseudonym` in SQL, its bound BLOB parameters $inner and $outer from `hmac_pads`; null stays null."""
    inner = f"unhex(sha256($inner::BLOB || encode({text})))"
    outer = f"upper(sha256($outer::BLOB || {inner}))"
    return f"translate({outer}[1], '{_DIGITS}', '{_LETTERS}') || {outer}[2:16]"

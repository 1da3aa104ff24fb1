"""NIK and KK rules against a reference written from the rules in plain Python; every NIK here is of area 9901."""

import calendar
import hashlib
import hmac
from datetime import date

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data import identity
from data.secret import hmac_pads


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        yield connection


def faults_of(database, nik, birth_date=None, sex=None):
    expressions = identity.nik_faults_sql("nik", "birth_date", "sex")
    selected = ", ".join(expressions.values())
    row = database.execute(
        f"SELECT {selected} FROM (SELECT ?::VARCHAR AS nik, ?::DATE AS birth_date, ?::VARCHAR AS sex)",
        [nik, birth_date, sex],
    ).fetchone()
    assert all(isinstance(value, bool) for value in row)
    return {name for name, value in zip(expressions, row, strict=True) if value}


def days_in(month, short_year):
    """Longest that month can be in 19yy or 20yy."""
    return max(calendar.monthrange(century + short_year, month)[1] for century in (1900, 2000))


def reference_faults(nik, birth_date, sex):
    """The rules of the domain notes, 8.2, spelled out one after the other."""
    if nik is None or not nik.strip(" "):
        return {"nik_missing"}
    if is_excel(nik):
        return {"nik_excel"}
    found = set()
    if len(nik) != 16:
        found.add("nik_length")
    if any(letter not in "0123456789" for letter in nik):
        found.add("nik_not_numeric")
    if found:
        return found
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    if nik.endswith("0000"):
        found.add("nik_serial")
    woman = day > 40
    if woman:
        day -= 40
    if not (1 <= month <= 12 and 1 <= day <= days_in(month, year)):
        return found | {"nik_date"}
    if birth_date and (day, month, year) != (birth_date.day, birth_date.month, birth_date.year % 100):
        found.add("nik_birth_mismatch")
    if sex and woman != (sex == "female"):
        found.add("nik_sex_mismatch")
    return found


def is_excel(text):
    """A number as a spreadsheet writes it: with an exponent, or with decimals after a long whole part."""
    body = text.replace(",", ".")
    if not set(body) <= set("0123456789.eE+") or not body[:1].isdigit():
        return False
    mantissa, e, exponent = body.replace("e", "E").partition("E")
    whole, dot, decimals = mantissa.partition(".")
    if not whole.isdigit() or (decimals and not decimals.isdigit()):
        return False
    if e:
        return exponent.removeprefix("+").isdigit() and bool(decimals) == bool(dot)
    return bool(dot) and len(whole) >= 12


def make_nik(day, month, year, serial):
    return f"990101{day:02d}{month:02d}{year:02d}{serial:04d}"


niks = st.builds(
    make_nik, st.integers(0, 99), st.integers(0, 14), st.integers(0, 99), st.sampled_from([0, 1, 10, 1234, 9999])
)
damaged = st.one_of(
    niks.map(lambda nik: nik[:-1]),
    niks.map(lambda nik: nik + "0"),
    niks.map(lambda nik: nik[:5] + "O" + nik[6:]),
    niks.map(lambda nik: nik + ".0"),
    niks.map(lambda nik: f"{nik[0]}.{nik[1:6]}E+15"),
    niks.map(lambda nik: f"{nik[0]},{nik[1:15]}e15"),
    st.text("0123456789E+., '", max_size=18),
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.none(), niks, damaged),
    st.one_of(st.none(), st.dates(date(1920, 1, 1), date(2026, 1, 1))),
    st.sampled_from([None, "male", "female"]),
)
@example(make_nik(29, 2, 0, 1), date(2000, 2, 29), "male")
@example(make_nik(69, 2, 24, 1), date(2024, 2, 29), "female")
@example(make_nik(29, 2, 23, 1), None, None)
@example("   ", None, None)
def test_faults_equal_the_rules(database, nik, birth_date, sex):
    assert faults_of(database, nik, birth_date, sex) == reference_faults(nik, birth_date, sex)


@settings(max_examples=60, deadline=None)
@given(st.dates(date(1920, 1, 1), date(2026, 1, 1)), st.sampled_from(["male", "female"]), st.integers(1, 9999))
def test_a_true_nik_has_no_fault(database, born, sex, serial):
    nik = make_nik(born.day + (40 if sex == "female" else 0), born.month, born.year % 100, serial)
    assert faults_of(database, nik, born, sex) == set()


@pytest.mark.parametrize(
    ("nik", "born", "sex", "expected"),
    [
        ("9901011708870001", date(1987, 8, 17), "male", set()),
        ("9901015708870001", date(1987, 8, 17), "female", set()),
        ("9901015708870001", date(1987, 8, 17), "male", {"nik_sex_mismatch"}),
        ("9901011708870001", date(1987, 8, 18), "male", {"nik_birth_mismatch"}),
        ("9901011708870000", None, None, {"nik_serial"}),
        ("9901013208870001", None, None, {"nik_date"}),
        ("9901014008870001", None, None, {"nik_date"}),
        ("9901017208870001", None, None, {"nik_date"}),
        ("9901013104870001", None, None, {"nik_date"}),
        ("9901011713870001", None, None, {"nik_date"}),
        ("9901011708870010", date(1987, 8, 17), "male", set()),  # one NIK ending in 0 is nothing
        ("990101170887001", None, None, {"nik_length"}),
        ("99010117088700O1", None, None, {"nik_not_numeric"}),
        ("9.90101E+15", None, None, {"nik_excel"}),
        ("9901011708870001.0", None, None, {"nik_excel"}),
        ("", None, None, {"nik_missing"}),
        (None, date(1987, 8, 17), "male", {"nik_missing"}),
    ],
)
def test_faults_of_single_niks(database, nik, born, sex, expected):
    assert faults_of(database, nik, born, sex) == expected


def test_nik_of_another_area_is_no_fault(database):
    assert faults_of(database, "9901991708870001", date(1987, 8, 17), "male") == set()


@pytest.mark.parametrize(
    ("kk", "nik", "expected"),
    [
        ("9901010101200001", "9901011708870001", set()),
        ("9901011708870001", "9901011708870001", {"kk_equals_nik"}),
        ("990101010120001", None, {"kk_length"}),
        ("99010101012000X1", None, {"kk_not_numeric"}),
        ("9.9E+15", None, {"kk_length", "kk_not_numeric"}),
        (None, "9901011708870001", set()),
        ("", "", set()),
    ],
)
def test_kk_faults(database, kk, nik, expected):
    expressions = identity.kk_faults_sql("kk", "nik")
    row = database.execute(
        f"SELECT {', '.join(expressions.values())} FROM (SELECT ?::VARCHAR AS kk, ?::VARCHAR AS nik)", [kk, nik]
    ).fetchone()
    assert {name for name, value in zip(expressions, row, strict=True) if value} == expected
    assert all(value is not None for value in row)


def test_kk_without_a_nik_to_compare_has_two_checks():
    assert set(identity.kk_faults_sql("kk")) == {"kk_length", "kk_not_numeric"}


@pytest.mark.parametrize(
    ("wellformed", "ending_in_zero", "expected"),
    [(0, 0, False), (10, 3, False), (1000, 100, False), (1000, 149, False), (1000, 160, True), (50, 50, True)],
)
def test_a_file_is_suspect_only_well_above_one_in_ten(wellformed, ending_in_zero, expected):
    assert identity.excel_suspects(wellformed, ending_in_zero) is expected


@pytest.mark.parametrize(
    ("function", "text", "expected"),
    [
        (identity.mask_nik, "9901011708871234", "••••••••••••1234"),
        (identity.mask_nik, "1234", "••••••••••••••••"),
        (identity.mask_nik, "9.90101E+15", "••••••••••••••••"),
        (identity.mask_nik, None, None),
        (identity.mask_name, "Siti  Aminah", "S••• A•••"),
        (identity.mask_name, " A ", "A•••"),
        (identity.mask_name, "", ""),
        (identity.mask_name, None, None),
        (identity.mask_address, "Jl. Melati 3 RT 01/02", "••••••"),
        (identity.mask_address, None, None),
    ],
)
def test_masks(function, text, expected):
    assert function(text) == expected


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.none(), niks, st.text(max_size=30)))
def test_masks_in_sql_equal_those_in_python(database, text):
    row = database.execute(
        f"SELECT {identity.mask_nik_sql('x')}, {identity.mask_name_sql('x')}, {identity.mask_address_sql('x')} "
        "FROM (SELECT ?::VARCHAR AS x)",
        [text],
    ).fetchone()
    assert row == (identity.mask_nik(text), identity.mask_name(text), identity.mask_address(text))


@settings(max_examples=100, deadline=None)
@given(st.one_of(niks, st.text(max_size=30)))
def test_no_mask_shows_more_than_allowed(text):
    shown = identity.mask_nik(text).replace("•", "")
    assert shown == "" or (len(shown) == 4 and text.endswith(shown))
    assert all(len(word) == 4 and word.endswith("•••") for word in identity.mask_name(text).split(" ") if word)


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.text(max_size=40))
def test_pseudonym_is_hmac_in_sql_and_python(database, key, text):
    inner, outer = hmac_pads(key)
    row = database.execute(
        f"SELECT {identity.pseudonym_sql('x')} FROM (SELECT $x::VARCHAR AS x)",
        {"x": text, "inner": inner, "outer": outer},
    ).fetchone()
    digits = hmac.digest(key, text.encode(), hashlib.sha256).hex()[:16].upper()
    expected = dict(zip("0123456789", "GHJKMNPQRS", strict=True)).get(digits[0], digits[0]) + digits[1:]
    assert row == (expected,)
    assert identity.pseudonym(key, text) == expected
    assert not expected[0].isdigit()  # neither a NIK nor, to a spreadsheet, a number


def test_no_pseudonym_without_a_text(database):
    inner, outer = hmac_pads(b"k" * 32)
    sql = f"SELECT {identity.pseudonym_sql('NULL::VARCHAR')}"
    assert database.execute(sql, {"inner": inner, "outer": outer}).fetchone() == (None,)

"""Header keys, the header's row, column names."""

import pytest

from data.headers import column_names, find_header, header_key

KNOWN = frozenset({"nik", "nama", "desa", "penerima_bpnt"})


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Penerima  _BPNT", "penerima_bpnt"),
        ("Desa/Kelurahan", "desa_kelurahan"),
        (" Usia\n7-12 ", "usia_7_12"),
        ("NIK*", "nik"),
        ("Nº", "no"),
        ("--", ""),
    ],
)
def test_a_key_forgets_spelling_only(text, key):
    assert header_key(text) == key
    assert header_key(key) == key


def test_the_row_with_most_known_headers_wins():
    rows = [["nik dan nama", "", ""], ["nama", "desa", "x"], ["nik", "nama", "desa"], ["nik", "nama", "desa"]]
    assert find_header(rows, KNOWN) == 2


def test_two_known_headers_suffice_only_in_a_narrow_row():
    narrow = [["Judul", "", "", "", ""], ["nik", "nama", "a", "b", ""], ["1", "2", "3", "4", "5"]]
    assert find_header(narrow, KNOWN) == 1
    # With five filled cells two known ones say nothing; the widest row of words is the header.
    wide = [["nik", "nama", "x", "x", "x"], ["a", "b", "c", "d", "e"], ["1", "2", "3", "4", "5"]]
    assert find_header(wide, KNOWN) == 1


def test_without_known_headers_words_as_wide_as_the_rows_below():
    rows = [["Tabel 1", "", ""], ["Bappeda", "2026", ""], ["wilayah", "2024", "2025"], ["9901", "1,5", "2"]]
    assert find_header(rows, frozenset()) == 2


def test_a_table_of_numbers_has_no_header():
    assert find_header([["1", "2"], ["3", "4"]], frozenset()) is None
    assert find_header([["a", "a"], ["b", "b"]], frozenset()) is None


def test_a_header_beyond_row_fifty_is_not_looked_for():
    title = [["Catatan", "", "", ""]] * 50
    assert find_header([*title, ["nik", "nama", "desa", "x"]], KNOWN) is None
    assert find_header([*title[:49], ["nik", "nama", "desa", "x"]], KNOWN) == 49


def test_names_are_trimmed_and_unique_without_regard_to_case():
    header = [" NIK ", "nik", "Kode\nKemdagri", "", "_line", "kolom_4"]
    assert column_names(header) == ["NIK", "nik_2", "Kode Kemdagri", "kolom_4", "_line_2", "kolom_4_2"]

"""Texts of an office: the newest counts, as of a moment; nothing personal goes in."""

from datetime import UTC, datetime

import pytest

from data.document_texts import read_text, read_texts, write_text
from data.errors import Refused
from data.store import Store


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "t.duckdb") as opened:
        yield opened


def said(store, moment=None):
    entry = read_text(store, "99.01", 2027, "rpkd", "problem_tree", moment)
    return entry.text if entry else None


def test_the_newest_text_counts_and_an_older_document_is_made_again_with_its_own(store):
    write_text(store, "99.01", 2027, "rpkd", "problem_tree", "jalan rusak")
    between = datetime.now(UTC)
    write_text(store, "99.01", 2027, "rpkd", "problem_tree", "  jalan dan jembatan\r\nrusak ")
    assert (said(store), said(store, between)) == ("jalan dan jembatan\nrusak", "jalan rusak")
    write_text(store, "99.01", 2027, "rpkd", "problem_tree", " ")
    assert said(store) is None
    assert said(store, datetime(2020, 1, 1, tzinfo=UTC)) is None


def test_a_text_belongs_to_one_region_year_and_document(store):
    for region, year, document in (("99.01", 2027, "rpkd"), ("99.02", 2027, "rpkd"), ("99.01", 2028, "rpkd"),
                                   ("99.01", 2027, "rat")):  # fmt: skip
        write_text(store, region, year, document, "target/P0", f"{region} {year} {document}")
    assert {place: entry.text for place, entry in read_texts(store, "99.01", 2027, "rpkd").items()} == {
        "target/P0": "99.01 2027 rpkd"
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [("keluarga 9901014107700001 di hulu", "text_personal"), ("9901 0141 0770 0001", "text_personal"),
     ("a" * 20_001, "text_too_long")],
)  # fmt: skip
def test_what_is_no_text_of_a_document_is_refused(store, text, code):
    with pytest.raises(Refused) as refused:
        write_text(store, "99.01", 2027, "rpkd", "problem_tree", text)
    assert refused.value.code == code
    assert read_texts(store, "99.01", 2027, "rpkd") == {}

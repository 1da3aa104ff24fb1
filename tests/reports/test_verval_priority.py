"""The priority list and the search by NIK: masked, recorded, refused without a purpose; traits in words."""

import io
import zipfile

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from analytics.fields import FIELDS
from analytics.scope import Scope
from data.errors import Refused
from reports import audit, verval_priority
from reports.nik_search import search_nik
from reports.traits import contradictions, trait
from reports.verval_priority import FINDING, HEADERS, priority_workbook

VILLAGE = "99.01.01.2001"
DOUBTED = pd.DataFrame([
    {"pseudonym": "AAAA", "village": VILLAGE, "name": "Sukamaju", "district": None, "size": 4, "decile_recorded": 3,
     "decile_expected": 8.26, "gap": 5.26, "looks": "better_off", "reasons": [("car", True), ("floor", "tile")]},
    {"pseudonym": "BBBB", "village": VILLAGE, "name": None, "district": None, "size": None, "decile_recorded": 9,
     "decile_expected": 2.0, "gap": -7.0, "looks": "poorer", "reasons": []},
])  # fmt: skip


@pytest.fixture(autouse=True)
def doubted(monkeypatch):
    """Two doubted families; how they are found is tested in tests/analytics/test_inconsistent.py."""
    monkeypatch.setattr(verval_priority, "inconsistent_families", lambda *_, **__: DOUBTED)


def make(store, region=VILLAGE, purpose="Verval 2026", recipient="Tim Sukamaju"):
    return priority_workbook(store, Scope("s1", region=region), ("better_off", "poorer"), purpose, recipient)


def rows(content: bytes) -> list[dict]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    lines = book.get_sheet_by_name("Prioritas verval").to_python(skip_empty_area=False)
    assert lines[3] == list(HEADERS.values())
    return [dict(zip(HEADERS, line, strict=True)) for line in lines[4:]]


def test_list_holds_what_an_officer_needs_and_room_for_the_finding(store):
    name, content = make(store)
    assert name.startswith(f"prioritas_verval_{VILLAGE}_")
    first, second = rows(content)
    assert (first["place"], first["village_name"], first["decile_expected"]) == (1, "Sukamaju", 8.3)
    assert first["reason"] == (
        "Tercatat desil 3, tetapi punya mobil dan berlantai keramik atau ubin; "
        "keluarga bercirikan ini umumnya pada desil 8."
    )
    assert second["village_name"] == VILLAGE
    assert second["looks_name"] == "Tercatat mampu, tampak lebih miskin"
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
    assert ",".join(FINDING) in page


def test_masked_as_the_village_sheet_is(store):
    name, content = make(store)
    first, second = rows(content)
    assert first["head_nik"] == "••••••••••••0001"
    assert first["head_name"] == "=••• R•••"
    assert second["address"].endswith("••••••••••••0002")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        text = b"".join(parts.read(part) for part in parts.namelist()).decode()
    for secret in ("990101170887", "9901010101010009", "Siti", "Rahayu", "Budi", "Santoso", "F-1"):
        assert secret not in text + name


def test_use_is_recorded(store):
    make(store)
    (entry,) = audit.read(store)
    assert (entry["action"], entry["rows"], entry["scope"]["region"]) == ("verval_priority", 2, VILLAGE)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": " "}, "purpose_missing"),
        ({"recipient": ""}, "recipient_missing"),
        ({"region": "99.01"}, "area_required"),
        ({"region": ""}, "area_required"),
    ],
)
def test_refused_and_nothing_recorded(store, change, code):
    with pytest.raises(Refused) as refused:
        make(store, **change)
    assert refused.value.code == code
    assert audit.read(store) == []


def test_empty_list_is_refused(store, monkeypatch):
    monkeypatch.setattr(verval_priority, "inconsistent_families", lambda *_, **__: DOUBTED.iloc[:0])
    with pytest.raises(Refused) as refused:
        make(store)
    assert refused.value.code == "list_empty"


def test_nik_search_answers_with_pseudonyms_and_is_recorded_without_the_nik(store, scope):
    assert search_nik(store, scope, "9901011708870002", "Menjawab keberatan") == ("BBBB",)
    with pytest.raises(Refused) as refused:
        search_nik(store, scope, "9901011708870999", "Menjawab keberatan")
    assert refused.value.code == "nik_unknown"
    record = audit.path(store).read_text(encoding="utf-8")
    assert "99010117" not in record
    assert [(entry["action"], entry["rows"], entry.get("pseudonyms")) for entry in audit.read(store)] == [
        ("nik_search", 1, ["BBBB"]), ("nik_search", 0, None),
    ]  # fmt: skip
    assert audit.check_chain(store).ok


@pytest.mark.parametrize(
    ("nik", "purpose", "code"),
    [("123", "Uji", "nik_invalid"), ("9901011708870002", " ", "purpose_missing"),
     ("9901011708870002", "cek 9901011708870002", "purpose_personal")],
)  # fmt: skip
def test_nik_search_refused_before_it_searches(store, scope, nik, purpose, code):
    with pytest.raises(Refused) as refused:
        search_nik(store, scope, nik, purpose)
    assert refused.value.code == code
    assert nik not in refused.value.message
    assert audit.read(store) == []


def test_a_pseudonym_of_digits_only_is_no_nik(store, scope):
    audit.record(store, "nik_search", scope, "Uji", "layar", 1, None, ("0" * 16,))
    assert audit.check_chain(store).ok


def test_every_trait_has_its_words():
    for field, about in FIELDS.items():
        values = about.levels or ((True, False) if about.shape == "flag" else (0, 3))
        for value in values:
            said = trait(field, value)
            assert said == said.strip()
            assert "_" not in said
            assert str(value) not in ("True", "False") or str(value) not in said


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("floor", "tile", "berlantai keramik atau ubin"), ("floor", "other", "berlantai jenis lain"),
        ("car", False, "tidak punya mobil"), ("power", "gt_900", "berdaya listrik di atas 900 VA"),
        ("head_education", "none", "kepala keluarga tidak tamat SD"), ("size", 5, "beranggota 5 jiwa"),
        ("cattle", 3, "punya 3 ekor sapi"), ("cattle", 0, "tidak punya sapi"), ("elderly", 0, "tanpa lansia"),
        ("dependency", 0.5, "50% anggota berumur di bawah 15 atau di atas 64 tahun"),
        ("toilet", "none", "tanpa jamban"),
    ],
)  # fmt: skip
def test_traits_in_words(field, value, said):
    assert trait(field, value) == said


def test_no_reason_leaves_the_sentence_whole():
    assert contradictions(DOUBTED)[1] == "Tercatat desil 9; keluarga bercirikan ini umumnya pada desil 2."

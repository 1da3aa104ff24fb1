"""The RAT as Word and Excel: what it says, whose words are marked, pages that turn, what verification finds."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from docx import Document as open_word
from python_calamine import CalamineWorkbook

from analytics.scope import Scope
from data.load_village_proposals import decide_proposals
from data.plan_entries import save_edits, save_realisation
from reports.documents.blocks import Human, plain
from reports.documents.build import build, draft
from reports.documents.catalogue import kind_of
from reports.documents.verify import verify
from tests.analytics.conftest import build as build_fixture
from tests.analytics.conftest import store as store_fixture

build_snapshot, empty_store = build_fixture, store_fixture  # fixtures under names of their own
SCOPE = Scope("s1", region="99.01", cut=1)
YEAR = 2027
HOSTILE = "=1+1 & <b>“kutip” 'x'</b> " + "panjang " * 22
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
def office(empty_store, build_snapshot):
    """30 of 35 families without Sembako; edits, a row of people's own with two quarters, two proposals of a village."""
    families = [{"decile_recorded": 1, "size": 2}] * 35
    build_snapshot(
        empty_store, families=families,
        enrolments=[{"family_no": n, "programme": "SEMBAKO"} for n in range(1, 6)]
        + [{"family_no": n, "programme": "KUR"} for n in range(1, 36)],
        regions={"99.01": "Contoh", "99.01.01": "Hulu", "99.01.01.2001": "Sukamaju"},
    )  # fmt: skip
    save_edits(empty_store, "99.01", YEAR, [("SEMBAKO", "office", HOSTILE, ""), ("SEMBAKO", "target", 20, "30")])
    save_edits(empty_store, "99.01", YEAR, [], [{"programme": "Padat karya", "budget": 10_000_000, "target": 4}])
    save_realisation(empty_store, "99.01", YEAR, 1, {"hand-1": (2_000_000, 3)})
    save_realisation(empty_store, "99.01", YEAR, 3, {"hand-1": (1_000_000, 2)})
    with empty_store.transaction() as cursor:
        cursor.execute(
            "INSERT INTO village_proposal (entry_no, village_code, year, title, budget, source, entered_at) VALUES "
            f"(1, '99.01.01.2001', {YEAR}, '+Jalan & <parit>', 5000000, 'uji', TIMESTAMP '2026-01-01 00:00:00'), "
            f"(2, '99.01.01.2001', {YEAR}, 'Posyandu', NULL, 'uji', TIMESTAMP '2026-01-01 00:00:00')"
        )
    decide_proposals(empty_store, "99.01", YEAR, {1: (False, "Pagu habis")})
    return empty_store


def tables(document) -> dict[str, list[list[str]]]:
    return {table.id: [[plain(cell) for cell in row] for row in table.rows] for table in document.tables()}


def said(document) -> str:
    return " ".join(plain(block.parts) for block in document.blocks() if hasattr(block, "parts"))


def test_what_the_plan_says(office):
    document = draft(office, SCOPE, kind_of("rat"), YEAR, "official")
    text, found = said(document), tables(document)
    assert "Rencana tahun 2027 memuat 2 baris dengan anggaran Rp58 juta." in text  # 20 x Rp2,4 juta + Rp10 juta
    assert "pada 2 baris" in text
    assert "Realisasi telah dilaporkan untuk 1 dari 2 baris rencana." in text
    assert "berjumlah Rp3 juta." in text
    assert "mengajukan 2 usulan untuk tahun 2027: 0 diakomodasi, 1 tidak diakomodasi, dan 1 belum diputuskan." in text
    assert "disampaikan kepada provinsi" in text
    sembako, own = found["rencana"]
    assert sembako[0] == "30 keluarga miskin ekstrem yang menjadi sasaran belum menerima Program Sembako (dahulu BPNT)"
    assert (sembako[3], sembako[6]) == ("20 keluarga", "Rp48.000.000")
    assert own[6] == "Rp10.000.000"
    reported = found["realisasi"][1]
    none = "belum dilaporkan"
    assert reported[2:6] == ["Rp2.000.000\n3 penerima", none, "Rp1.000.000\n2 penerima", none]
    assert reported[6:] == ["Rp3.000.000\n30% anggaran", "3\n75% target"]
    assert found["realisasi"][0][2:] == [none] * 4 + ["–"] * 2
    assert found["usulan_desa"] == [["Hulu", "Sukamaju", "+Jalan & <parit>", "–", "Rp5.000.000", "Pagu habis"]]


def test_without_a_region_the_plan_of_the_only_regency_is_told(office):
    whole = draft(office, replace(SCOPE, region=""), kind_of("rat"), YEAR, "official")
    assert said(whole) == said(draft(office, SCOPE, kind_of("rat"), YEAR, "official"))
    assert ("Wilayah", "Contoh") in [(label, value.split(" (")[0]) for label, value in whole.provenance.lines()]


def test_people_are_told_apart_from_counts(office):
    document = draft(office, SCOPE, kind_of("rat"), YEAR, "official")
    facts = document.facts()
    assert facts["plan/SEMBAKO/target"].human
    assert not facts["plan/SEMBAKO/budget"].human  # counted from what a person set
    assert facts["plan/hand-1/budget"].human
    (plan,) = [table for table in document.tables() if table.id == "rencana"]
    assert [isinstance(row[8][0], Human) for row in plan.rows] == [True, False]
    assert [row[-1][0] for row in plan.spread.rows] == ["target, perangkat daerah", "program, target, anggaran"]


def test_a_target_too_small_to_print_hides_its_budget(office):
    with office.transaction() as cursor:
        cursor.execute(
            "INSERT INTO enrolment BY NAME SELECT snapshot_id, family_no, 'SEMBAKO' AS programme, 'flag' AS source, "
            "family_no AS line_no FROM family WHERE family_no BETWEEN 6 AND 32"
        )
    save_edits(office, "99.01", YEAR, [("SEMBAKO", "target", "", None)])
    sembako = tables(draft(office, SCOPE, kind_of("rat"), YEAR, "official"))["rencana"][0]
    assert (sembako[3], sembako[6]) == ("* keluarga", "*")
    assert sembako[0].startswith("Sejumlah keluarga")


def test_the_word_file_turns_its_wide_pages_and_marks_what_people_wrote(office):
    made = build(office, SCOPE, "rat", year=YEAR)
    word = open_word(io.BytesIO(made.content))
    assert [section.orientation for section in word.sections] == [0, 1, 0]
    assert [section.different_first_page_header_footer for section in word.sections] == [True, False, False]
    headings = [line.text for line in word.paragraphs if line.style.name == "Heading 1"]
    assert headings[2:4] == ["Bab III Rencana Aksi", "Bab IV Realisasi"]
    matrix = word.tables[1]
    assert len(matrix.rows) == 3
    width = sum(cell.width for cell in matrix.rows[0].cells)
    landscape = word.sections[1]
    assert abs(width - (landscape.page_width - landscape.left_margin - landscape.right_margin)) < 20_000
    office_cell = matrix.rows[1].cells[8]
    assert office_cell.text == f"✎\u00a0{HOSTILE.strip()}"
    assert {str(run.font.color.rgb) for run in office_cell.paragraphs[0].runs} == {"1D3F8A"}
    assert made.as_json()["missing"] == []


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_verification_passes_a_fresh_file_and_names_one_changed_number(office, suffix):
    made = build(office, SCOPE, "rat", year=YEAR, suffix=suffix)
    assert verify(office, made.content, suffix).ok
    # Edits after the document do not make it false: it is made again as it stood.
    save_edits(office, "99.01", YEAR, [("SEMBAKO", "target", 25, "30")])
    assert verify(office, made.content, suffix).ok
    part = "word/document.xml" if suffix == ".docx" else "xl/worksheets/sheet4.xml"
    old, new = (b"Rp48.000.000", b"Rp84.000.000") if suffix == ".docx" else (b">48000000<", b">84000000<")
    found = verify(office, _changed(made.content, part, old, new), suffix)
    assert {mismatch.id for mismatch in found.mismatches} == {"plan/SEMBAKO/budget"}


def _changed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w") as made:
        assert old in given.read(part), [name for name in given.namelist() if old in given.read(name)]
        for item in given.infolist():
            text = given.read(item)
            made.writestr(item, text.replace(old, new, 1) if item.filename == part else text)
    return out.getvalue()


def test_the_workbook_holds_the_same_rows_and_no_formula(office):
    content = build(office, SCOPE, "rat", year=YEAR, suffix=".xlsx").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = book.get_sheet_by_name("Rencana aksi tahun 2027").to_python()
    head = rows[3]
    sembako = dict(zip(head, rows[4], strict=True))
    assert (sembako["Target"], sembako["Anggaran (rupiah)"], sembako["Satuan target"]) == (20, 48_000_000, "keluarga")
    assert sembako["Perangkat daerah"] == HOSTILE.strip()
    assert sembako["Diisi sekretariat"] == "target, perangkat daerah"
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheets = [name for name in package.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
        assert not any(b"<f>" in package.read(name) for name in sheets)
        styles = ElementTree.fromstring(package.read("xl/styles.xml"))
    assert any(color.get("rgb") == "FF1D3F8A" for color in styles.iter() if color.tag.endswith("}color"))


def test_a_plan_without_data_says_what_is_missing(empty_store, build_snapshot):
    build_snapshot(empty_store, families=[{"decile_recorded": 1, "size": 2}], regions={"99.01": "Contoh"})
    document = draft(empty_store, SCOPE, kind_of("rat"), date.today().year, "public")
    assert [block.what.split()[0] for block in document.missing()][-3:] == ["Rencana", "Realisasi", "Usulan"]
    assert all("halaman" in block.how for block in document.missing())

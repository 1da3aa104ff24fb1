"""A document in the hands of people and programs: what verification passes, what it names, what it refuses."""

import io
import json
import random
import re
import subprocess
import zipfile
from dataclasses import replace

import pytest
import xlsxwriter
from docx import Document as open_word
from python_calamine import CalamineWorkbook

from analytics import catalogue
from data.errors import Refused
from reports.documents import templates, verify
from reports.documents.blocks import Chapter, Document, Fact, Paragraph, Table
from reports.documents.build import build, write
from reports.documents.catalogue import kind_of
from reports.documents.excel import printed as printed_xlsx
from reports.documents.excel import to_xlsx
from reports.documents.properties import PART, read_properties, with_properties
from reports.documents.recipe import KEY
from reports.documents.tags import LONGEST, tag_of
from reports.documents.word import to_docx
from reports.documents.word_reading import printed as printed_docx

VILLAGE = "99.01.06.2008"
HOSTILE = [
    "A & B < C > D", "=SUM(A1:A9)", '"kutip" dan \'petik\'', "x" * 200, "kendali \x00\x07\x1b di tengah", "+62 812",
    "@nama", "[[judul]]", "]]>", "\u202eterbalik", "é 🏠", " ",
]  # fmt: skip


@pytest.fixture(scope="module")
def made(demo, composed):
    """Kind -> a file and its document, made once."""
    kept = {}

    def make(kind: str):
        if kind not in kept:
            region = VILLAGE if kind == "village" else "99.01"
            scope = catalogue.default_scope(demo, region=region, definition="recorded", cut=1)
            kept[kind] = write(demo, scope, composed(kind, region))
        return kept[kind]

    return make


@pytest.fixture
def check(demo, made, monkeypatch):
    """Verification of a file against the document as it was composed once (composing is tested by itself)."""

    def checked(content: bytes, kind: str, suffix: str):
        monkeypatch.setattr(verify, "compose", lambda *given: made(kind).document)
        return verify.verify(demo, content, suffix)

    return checked


def edited(content: bytes, change, part: str = "word/document.xml") -> bytes:
    """The package with one part changed by a function of its text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as left:
        for item in given.infolist():
            text = given.read(item)
            left.writestr(item, change(text.decode()).encode() if item.filename == part else text)
    return out.getvalue()


def control(id: str) -> re.Pattern:
    """The content control of an id, by the grammar of the file: before its text, its text, after it."""
    return re.compile(rf'(<w:tag w:val="{re.escape(tag_of(id))}"/>.*?<w:t[^>]*>)([^<]*)(</w:t>)', re.DOTALL)


def test_made_again_every_number_is_the_same(demo):
    scope = catalogue.default_scope(demo, region=VILLAGE, definition="recorded", cut=1)
    built = build(demo, scope, "village", year=2027)
    found = verify.verify(demo, built.content, ".docx")
    assert (found.ok, found.changed, found.untraced) == (True, (), ())
    assert found.checked >= len(built.document.facts()) > 30


def test_prose_may_change_and_a_number_may_not(made, check):
    fresh, id = made("village").content, f"villages/{VILLAGE}/listed_families"
    prose = edited(fresh, lambda text: text.replace("tergolong miskin ekstrem", "hidup sangat miskin"))
    assert prose != fresh
    assert check(prose, "village", ".docx").ok

    changed = edited(fresh, lambda text: control(id).sub(r"\g<1>987\g<3>", text, count=1))
    (named,) = check(changed, "village", ".docx").mismatches
    assert (named.id, named.printed) == (id, "987")
    assert named.recomputed == made("village").document.facts()[id].text

    gone = edited(fresh, lambda text: control(id).sub(r"\g<1>\g<3>", text, count=1))
    (named,) = check(gone, "village", ".docx").mismatches
    assert (named.id, named.printed) == (id, "")

    whole = re.compile(rf"<w:sdt>(?:(?!</w:sdt>).)*{re.escape(tag_of(id))}.*?</w:sdt>", re.DOTALL)
    (named,) = check(edited(fresh, lambda text: whole.sub("", text)), "village", ".docx").mismatches
    assert (named.id, named.printed) == (id, None)


def test_what_people_type_is_named_and_is_no_mismatch(made, check):
    word = open_word(io.BytesIO(made("village").content))
    word.add_paragraph("Kami menambah 1.250 jamban pada tahun 2027.")
    word.add_paragraph("Kalimat tanpa angka.")
    out = io.BytesIO()
    word.save(out)
    found = check(out.getvalue(), "village", ".docx")
    assert found.ok
    assert found.untraced == ("Kami menambah 1.250 jamban pada tahun 2027.",)


def test_an_office_own_content_control_is_left_alone(made, check):
    own = '<w:sdt><w:sdtPr><w:tag w:val="nomor_surat"/></w:sdtPr><w:sdtContent><w:r><w:t>A</w:t></w:r></w:sdtContent>'
    own += "</w:sdt>"
    fresh = made("village").content
    assert check(edited(fresh, lambda text: text.replace("</w:p>", own + "</w:p>", 1)), "village", ".docx").ok


def test_tags_fit_word_and_differ():
    ids = [f"villages/99.01.01.1001/{'panjang' * 12}/{n}" for n in range(50)]
    tags = {tag_of(id) for id in ids}
    assert len(tags) == len(ids)
    assert max(map(len, tags)) <= LONGEST


# Workbooks ---------------------------------------------------------------------------------------


def sheets(content: bytes) -> dict[str, list[list]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def rewritten(content: bytes, change) -> bytes:
    """The workbook written anew by another program, every sheet's rows given to `change(name, rows)` before."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, rows in sheets(content).items():
            page = book.add_worksheet(name)
            for at, row in enumerate(change(name, rows)):
                page.write_row(at, 0, row)
    return with_properties(out.getvalue(), read_properties(content))


def test_rows_of_the_annex_may_be_sorted_and_added(made, check):
    def shuffled(name: str, rows: list[list]) -> list[list]:
        if name == "Keterangan":
            return rows
        body = rows[4:]
        random.Random(6).shuffle(body)
        return [["catatan kantor"], *rows[:4], *body[:3], ["baris tambahan", 12345], *body[3:]]

    fresh = made("annex").content
    found = check(rewritten(fresh, shuffled), "annex", ".xlsx")
    assert found.ok
    assert found.checked == check(fresh, "annex", ".xlsx").checked > len(made("annex").document.facts()) > 100


def test_one_number_changed_in_the_annex_is_named(made, check):
    facts = made("annex").document.facts()
    id = next(id for id, fact in facts.items() if id.endswith("/persons") and (fact.value or 0) > 20)

    def raised(name: str, rows: list[list]) -> list[list]:
        if name == "Angka":
            return rows
        head = next((row for row in rows if any(str(cell).startswith("tanda: ") for cell in row)), None)
        if head is None:
            return rows
        column = head.index("Jiwa") if "Jiwa" in head else None
        return [
            [cell + 5 if at == column and id in row else cell for at, cell in enumerate(row)] for row in rows
        ]  # fmt: skip

    (named,) = check(rewritten(made("annex").content, raised), "annex", ".xlsx").mismatches
    assert (named.id, named.recomputed) == (id, facts[id].text)
    assert int(named.printed.replace(".", "")) == facts[id].value + 5


def test_the_annex_holds_no_formula_and_no_more_than_is_printed(made):
    built = made("annex")
    with zipfile.ZipFile(io.BytesIO(built.content)) as package:
        pages = [package.read(name).decode() for name in package.namelist() if "worksheets/sheet" in name]
    assert not [page for page in pages if "<f>" in page or "<f " in page]
    assert len(pages) == len(built.document.tables()) + 2  # Angka, Keterangan
    (head, *rows) = sheets(built.content)["Angka"][3:]
    for row in rows:
        line = dict(zip(head, row, strict=True))
        fact = built.document.facts()[line["Tanda angka"]]
        assert (line["Tertulis"], line["Satuan"], line["Sumber"]) == (fact.text, fact.unit, fact.source)
        assert line["Nilai"] == "" or len(f"{line['Nilai']:.10g}") <= len(fact.text) + 2


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_come_out_as_they_went_in(name, source):
    fact = Fact("villages/x/persons", "1.250", 1250, "jiwa", f"Jiwa, {name}", "uji")
    table = Table("t", name, (name, "Jiwa"), (((name,), (fact,)),), (1,))
    chapter = Chapter("profil", name, (Paragraph((name, " ", fact)), table))
    document = Document("rpkd", name, name, "official", 2027, source, (chapter,), {"wilayah": name})
    template = io.BytesIO()
    word = open_word()
    word.add_paragraph("[[judul]] di [[wilayah]]")
    word.add_paragraph("[[profil]]")
    word.save(template)
    printable = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", name)

    content, _ = to_docx(document, template.getvalue())
    assert printed_docx(content, document) == {fact.id: ["1.250", "1.250"]}
    word = open_word(io.BytesIO(content))
    assert word.tables[0].rows[1].cells[0].text == printable
    assert word.paragraphs[0].text == f"{printable} di {printable}"

    content, _ = to_xlsx(document)
    assert set(printed_xlsx(content, document)[fact.id]) == {"1.250"}
    (page,) = (rows for sheet, rows in sheets(content).items() if sheet not in ("Angka", "Keterangan"))
    assert page[4][0] in (name, printable, name.strip(" "))
    kept = read_properties(with_properties(content, {"Tepat: Dokumen": printable}))
    assert kept == {"Tepat: Dokumen": printable}


# Files that are none -----------------------------------------------------------------------------


def bomb(content: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package, package.open("word/besar.xml", "w") as part:
        for _ in range(210):
            part.write(b"\x00" * 1_000_000)
    return out.getvalue()


def tampered(**parts):
    def change(content: bytes) -> bytes:
        held = json.loads(read_properties(content)[KEY])
        for name, value in parts.items():
            (held["scope"] if name in held["scope"] else held)[name] = value
        return with_properties(content, {KEY: json.dumps(held)})

    return change


def foreign(_: bytes) -> bytes:
    out = io.BytesIO()
    open_word().save(out)
    return out.getvalue()


ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
BAD = {
    "no zip": (lambda content: b"%PDF-1.7 bukan", "document_unreadable"),
    "empty": (lambda content: b"", "document_unreadable"),
    "cut off": (lambda content: content[: len(content) // 2], "document_unreadable"),
    "bomb": (bomb, "document_unreadable"),
    "broken part": (lambda content: edited(content, lambda text: text[: len(text) // 2]), "document_unreadable"),
    "broken properties": (lambda content: edited(content, lambda text: "<a", PART), "document_unreadable"),
    "foreign": (foreign, "document_foreign"),
    "entities": (
        lambda content: edited(content, lambda text: text.replace("<Properties", ENTITIES + "<Properties").replace(
            "{", "&b;{"), PART), "document_unreadable"),
    "no recipe": (lambda content: with_properties(content, {KEY: "[[1]]"}), "document_foreign"),
    "level": (tampered(level="secret"), "document_foreign"),
    "no chapters": (tampered(chapters=[]), "document_foreign"),
    "time": (tampered(made_at="kemarin"), "document_foreign"),
    "kind": (tampered(kind="novel"), "document_unknown"),
    "definition": (tampered(definition="x'; DROP TABLE family"), "scope_invalid"),
    "cut": (tampered(cut="banyak"), "document_foreign"),
    "region": (tampered(region=7), "document_foreign"),
    "gone": (tampered(snapshot_id="p3ke_1999"), "snapshot_unknown"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_one_sentence(name, demo, made):
    spoil, code = BAD[name]
    with pytest.raises(Refused) as refused:
        verify.verify(demo, spoil(made("village").content), ".docx")
    assert refused.value.code == code
    assert re.fullmatch(r"[A-ZÀ-Ý][^\n]*\.", refused.value.message)
    assert "Traceback" not in refused.value.message


def test_data_that_changed_are_said(demo, made, check):
    fresh, snapshot = made("village").content, made("village").recipe.scope["snapshot_id"]
    with demo.transaction() as cursor:
        cursor.execute("UPDATE snapshot SET data_hash = 'lain' || data_hash WHERE snapshot_id = ?", [snapshot])
    try:
        assert check(fresh, "village", ".docx").changed == ("Data sudah berubah sejak dokumen dibuat.",)
    finally:
        with demo.transaction() as cursor:
            cursor.execute("UPDATE snapshot SET data_hash = substr(data_hash, 5) WHERE snapshot_id = ?", [snapshot])


# Templates of an office --------------------------------------------------------------------------


def office(*lines: str) -> bytes:
    word, out = open_word(), io.BytesIO()
    for line in lines:
        word.add_paragraph(line)
    word.save(out)
    return out.getvalue()


def test_a_template_may_leave_a_chapter_out(demo, made, check, monkeypatch):
    scope = catalogue.default_scope(demo, region=VILLAGE, definition="recorded", cut=1)
    own = office("Judul kami: [[judul]]", "[[ringkas]]", "[[asal]]")
    monkeypatch.setattr("reports.documents.build.template", lambda store, kind: own)
    monkeypatch.setattr(verify, "template", lambda store, kind: own)
    built = write(demo, scope, made("village").document)
    assert built.recipe.chapters == ("ringkas", "asal")
    found = check(built.content, "village", ".docx")
    assert found.ok
    assert 0 < found.checked < 12


@pytest.mark.parametrize(
    ("own", "code"),
    [(office("[[ringkass]]"), "template_unknown_place"), (b"bukan zip", "template_unreadable"),
     (foreign(b"")[:900], "template_unreadable")],
)  # fmt: skip
def test_a_template_that_cannot_be_used_says_so(own, code, made):
    with pytest.raises(Refused) as refused:
        to_docx(made("village").document, own)
    assert refused.value.code == code
    assert code == "template_unreadable" or "[[ringkas]]" in refused.value.message


def test_only_what_can_be_read_is_kept_as_template(demo):
    with pytest.raises(Refused, match="Templat"):
        templates.save_template(demo, "village", b"PK\x03\x04rusak")
    assert not templates.office_template(demo, "village").exists()


# Other programs ----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "suffix"), [("village", "docx"), ("annex", "xlsx"), ("rpkd", "docx")])
def test_libreoffice_may_save_it_again(kind, suffix, made, check, tmp_path):
    given, again = tmp_path / f"a.{suffix}", tmp_path / "again"
    given.write_bytes(made(kind).content)
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/lo", "--convert-to", suffix, "--outdir",
         str(again), str(given)], check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    found = check((again / given.name).read_bytes(), kind, f".{suffix}")
    assert (found.mismatches, found.untraced) == ((), ())
    assert found.checked >= len(made(kind).document.facts())


def test_a_village_sheet_is_about_a_village(composed):
    with pytest.raises(Refused) as refused:
        composed("village", "99.01.06")
    assert refused.value.code == "village_required"
    with pytest.raises(Refused):
        kind_of("lembar")
    assert replace(composed("village", VILLAGE), chapters=()).facts() == {}


def test_a_table_beside_the_register_that_was_replaced_is_said(demo, made, check):
    fresh = made("village").content
    row = demo.one("SELECT * FROM programme_inventory ORDER BY entry_no LIMIT 1")
    with demo.transaction() as cursor:
        cursor.execute("UPDATE programme_inventory SET source = 'lain' WHERE entry_no = $n", {"n": row["entry_no"]})
    try:
        assert check(fresh, "village", ".docx").changed == (
            "Sejak dokumen dibuat, yang berikut diganti: Inventaris program.",
        )
    finally:
        with demo.transaction() as cursor:
            cursor.execute(
                "UPDATE programme_inventory SET source = $source WHERE entry_no = $n",
                {"source": row["source"], "n": row["entry_no"]},
            )
    assert check(fresh, "village", ".docx").changed == ()

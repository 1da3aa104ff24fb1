"""What comes from outside: templates that make Word run or fetch something, files in which nothing is compared."""

import io
import json
import zipfile

import pytest
from docx import Document as open_word

from analytics import catalogue
from data.errors import Refused
from reports.documents import templates
from reports.documents.build import write
from reports.documents.properties import read_properties, with_properties
from reports.documents.recipe import KEY
from reports.documents.verify import verify

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FIELD = "<w:p><w:r><w:instrText>{}</w:instrText></w:r><w:r><w:instrText>{}</w:instrText></w:r></w:p>"


def template(changes: dict[str, tuple[bytes, bytes]]) -> bytes:
    """A template in which parts have one text replaced by another; a part that is not there is new."""
    whole, out = io.BytesIO(), io.BytesIO()
    open_word().save(whole)
    changes = dict(changes)
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for item in given.infolist():
            made.writestr(item, given.read(item).replace(*changes.pop(item.filename, (b"", b"")), 1))
        for name, (_, content) in changes.items():
            made.writestr(name, content)
    return out.getvalue()


def related(kind: str, target: str) -> tuple[bytes, bytes]:
    entry = f'<Relationship Id="rX" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    return b"</Relationships>", entry.encode()


def body(xml: str) -> tuple[bytes, bytes]:
    return b"<w:body>", f"<w:body>{xml}".encode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (template({"word/_rels/document.xml.rels": related("image", "http://x.example/a.png")}), "template_outside"),
        (template({"word/_rels/settings.xml.rels": (
            b"", b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            + related("attachedTemplate", "http://x.example/a.dotm")[1])}), "template_outside"),
        (template({"word/document.xml": body(FIELD.format(" INCLUDE", 'PICTURE "http://x.example/a.png"'))}),
         "template_outside"),
        (template({"word/document.xml": body('<w:p><w:fldSimple w:instr="ddeauto cmd"/></w:p>')}), "template_outside"),
        (template({"word/vbaProject.bin": (b"", b"x")}), "template_macro"),
        (template({"word/extra.xml": (b"", b"<a/>" * 15_000_000)}), "template_too_large"),
    ],
)  # fmt: skip
def test_a_template_that_would_run_fetch_or_swell_is_not_kept(content, code, demo):
    with pytest.raises(Refused) as refused:
        templates.save_template(demo, "rpkd", content)
    assert refused.value.code == code
    assert not templates.office_template(demo, "rpkd").exists()


def test_an_ordinary_template_with_a_link_and_a_page_number_is_kept(demo):
    page = FIELD.format(" PAGE", " ")
    content = template({"word/document.xml": body(page),
                       "word/_rels/document.xml.rels": related("hyperlink", "https://x.example/")})  # fmt: skip
    try:
        templates.save_template(demo, "lp2kd", content)
        assert templates.template(demo, "lp2kd") == content
    finally:
        templates.drop_template(demo, "lp2kd")


@pytest.fixture(scope="module")
def village(demo, composed):
    region = "99.01.06.2008"
    scope = catalogue.default_scope(demo, region=region, definition="recorded", cut=1)
    return write(demo, scope, composed("village", region)).content


def retold(content: bytes, **changes) -> bytes:
    """The file with another recipe; keys with `scope_` before them are of its scope."""
    properties = read_properties(content)
    held = json.loads(properties[KEY])
    for name, value in changes.items():
        of = held["scope"] if name.startswith("scope_") else held
        of[name.removeprefix("scope_")] = value
    return with_properties(content, {**properties, KEY: json.dumps(held)})


def test_a_file_without_numbers_agrees_with_nothing(demo, village):
    word, out = open_word(io.BytesIO(village)), io.BytesIO()
    for element in list(word.element.body)[:-1]:
        word.element.body.remove(element)
    word.save(out)
    found = verify(demo, retold(out.getvalue(), chapters=["asal"]), ".docx")
    assert (found.checked, found.mismatches, found.ok) == (0, (), False)
    assert found.as_json()["ok"] is False
    assert any("tidak diperiksa" in text for text in found.changed)


@pytest.mark.parametrize(
    "changes",
    [{"made_at": "0001-01-01T00:00:00+14:00"}, {"year": 10**9}, {"year": True}, {"scope_snapshot_id": -1},
     {"scope_snapshot_id": None}],
    ids=str,
)  # fmt: skip
def test_a_recipe_that_no_document_had_is_foreign(changes, demo, village):
    with pytest.raises(Refused) as refused:
        verify(demo, retold(village, **changes), ".docx")
    assert refused.value.code == "document_foreign"


def test_a_file_that_swells_is_not_read(demo, village):
    out = io.BytesIO(village)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/more.xml", b"<w:p/>" * 10_000_000)
    with pytest.raises(Refused, match="terlalu besar"):
        verify(demo, out.getvalue(), ".docx")

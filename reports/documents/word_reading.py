"""What stands in a Word file that people have worked on: its marked numbers, and numbers they typed beside them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from reports.documents import word
from reports.documents.blocks import Block, Cards, Document, Heading, Missing, Paragraph, Parts, Picture, Table
from reports.documents.tags import PREFIX, tag_of

_DIGITS = re.compile(r"\d(?:[\d.,]*\d)?")
_SHORT = 160  # characters of a paragraph that is named


def printed(content: bytes, document: Document) -> dict[str, list[str]]:
    """Id -> the texts that stand in the file under it; controls of the office's own are left alone."""
    ids = {tag_of(id): id for id in document.facts()}
    found: dict[str, list[str]] = {}
    for part in word._parts(word.opened(content)):
        for control in part.iter(_qn("w:sdt")):
            tag = _tag(control)
            if tag.startswith(PREFIX):
                found.setdefault(ids.get(tag, tag.removeprefix(PREFIX)), []).append(_text(control))
    return found


def untraced(content: bytes, document: Document, template: bytes) -> tuple[str, ...]:
    """Paragraphs of the body with a number outside the marks that neither the document nor its template has in any one
    line: somebody typed it. Tables of contents and other fields are left out, they count themselves."""
    computed = [_numbers(text) for text in _expected(document, template)]
    expected = {frozenset(numbers.items()) for numbers in computed}
    found = []
    for line in word.opened(content).element.body.iter(_qn("w:p")):
        if line.find(f".//{_qn('w:instrText')}") is not None or line.find(f".//{_qn('w:fldSimple')}") is not None:
            continue
        own = _numbers("".join(_outside(line)))
        if own and frozenset(own.items()) not in expected and not any(own <= numbers for numbers in computed):
            found.append(_shortened(_text(line)))
    return tuple(dict.fromkeys(found))


def _expected(document: Document, template: bytes) -> Iterator[str]:
    """Every line's words without its numbers: of the blocks, and of the template with its words filled in."""
    inline = document.inline | {"judul": document.title}
    for line in word.opened(template).element.body.iter(_qn("w:p")):
        yield word.PLACE.sub(lambda found: inline.get(found[1], ""), _text(line))
    for block in document.blocks():
        for parts in _lines(block):
            yield "".join(part for part in parts if isinstance(part, str))


def _lines(block: Block) -> Iterable[Parts]:
    if isinstance(block, Heading):
        return [(block.text,)]
    if isinstance(block, Paragraph):
        return [block.parts]
    if isinstance(block, Missing):
        return [(f"{block.what} {block.how}",)]
    if isinstance(block, Picture):
        return [(block.caption,)]
    if isinstance(block, Cards):
        return [(*card.label, *card.beside, card.sign) for card in block.cards]
    assert isinstance(block, Table)
    return [(block.title,), *((text,) for text in (*block.headers, *block.notes)), *(c for r in block.rows for c in r)]


def _outside(element: Any) -> Iterator[str]:
    """The text of a line that stands in none of our controls."""
    for child in element:
        if child.tag == _qn("w:t"):
            yield child.text or ""
        elif not (child.tag == _qn("w:sdt") and _tag(child).startswith(PREFIX)) and child.tag != _qn("w:p"):
            yield from _outside(child)


def _tag(control: Any) -> str:
    tag = control.find(f"{_qn('w:sdtPr')}/{_qn('w:tag')}")
    return "" if tag is None else tag.get(_qn("w:val"), "")


def _text(element: Any) -> str:
    return "".join(run.text or "" for run in element.iter(_qn("w:t")))


def _numbers(text: str) -> Counter[str]:
    return Counter(_DIGITS.findall(text))


def _shortened(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def _qn(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(name)

"""What stands in a Word file that people have worked on: its marked numbers, and numbers they typed beside them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from reports.documents import word
from reports.documents.blocks import Block, Cards, Document, Heading, Missing, Paragraph, Parts, Picture, Table
from reports.documents.tags import BOOKMARK, PREFIX, digest_of, tag_of

_DIGITS = re.compile(r"\d(?:[\d.,]*\d)?")
_BOOKMARK = re.compile(BOOKMARK + r"([0-9a-f]{16})_\d+")
_SHORT = 160  # characters of a paragraph that is named


@dataclass
class _Mark:
    """key: a tag, or the digest of an id in a bookmark's name. text: what stands inside."""

    key: str
    text: str = ""


@dataclass
class _Part:
    """What one part of a file holds. outside: paragraph -> its text beside the marks."""

    tagged: list[_Mark] = field(default_factory=list)
    bookmarked: list[_Mark] = field(default_factory=list)
    outside: dict[Any, str] = field(default_factory=dict)
    open: dict[str, _Mark] = field(default_factory=dict)

    def read(self, element: Any, inside: _Mark | None = None, line: Any = None) -> "_Part":
        for child in element:
            if child.tag == _qn("w:t"):
                self._take(child.text or "", inside, line)
            elif child.tag == _qn("w:bookmarkStart"):
                name = _BOOKMARK.fullmatch(child.get(_qn("w:name"), ""))
                if name:
                    self.bookmarked.append(_Mark(name[1]))
                    self.open[child.get(_qn("w:id"))] = self.bookmarked[-1]
            elif child.tag == _qn("w:bookmarkEnd"):
                self.open.pop(child.get(_qn("w:id")), None)
            elif child.tag == _qn("w:sdt") and _tag(child).startswith(PREFIX):
                self.tagged.append(_Mark(_tag(child)))
                self.read(child, self.tagged[-1], line)
            else:
                self.read(child, inside, child if child.tag == _qn("w:p") else line)
        return self

    def _take(self, text: str, inside: _Mark | None, line: Any) -> None:
        for mark in (*self.open.values(), *([inside] if inside else [])):
            mark.text += text
        if inside is None and not self.open:
            self.outside[line] = self.outside.get(line, "") + text


def printed(content: bytes, document: Document) -> dict[str, list[str]]:
    """Id -> the texts that stand in the file under it; controls of the office's own are left alone."""
    facts = document.facts()
    by_tag, by_digest = {tag_of(id): id for id in facts}, {digest_of(id): id for id in facts}
    parts = [_Part().read(part) for part in word._parts(word.opened(content))]
    tagged = [mark for part in parts for mark in part.tagged]
    found: dict[str, list[str]] = {}
    for mark in tagged:
        found.setdefault(by_tag.get(mark.key, mark.key.removeprefix(PREFIX)), []).append(mark.text)
    if not tagged:
        for mark in (mark for part in parts for mark in part.bookmarked):
            found.setdefault(by_digest.get(mark.key, mark.key), []).append(mark.text)
    return found


def untraced(content: bytes, document: Document, template: bytes) -> tuple[str, ...]:
    """Paragraphs of the body with a number outside the marks that neither the document nor its template has in any one
    line: somebody typed it. Tables of contents and other fields are left out, they count themselves."""
    computed = [_numbers(text) for text in _expected(document, template)]
    expected = {frozenset(numbers.items()) for numbers in computed}
    found = []
    for line, text in _Part().read(word.opened(content).element.body).outside.items():
        if line.find(f".//{_qn('w:instrText')}") is not None or line.find(f".//{_qn('w:fldSimple')}") is not None:
            continue
        own = _numbers(text)
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

"""Custom properties of Word, PowerPoint and Excel files: the same part of the same package (ISO/IEC 29500)."""

import io
import re
import zipfile
from typing import Any
from xml.sax.saxutils import escape, quoteattr

PART = "docProps/custom.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # the set of properties that people may name


def with_properties(content: bytes, properties: dict[str, str]) -> bytes:
    """The file with these custom properties and no others; the rest of it byte by byte as it was."""
    entries = "".join(
        f'<property fmtid="{_FORMAT}" pid="{place}" name={quoteattr(name)}><vt:lpwstr>{escape(printable(text))}'
        "</vt:lpwstr>"
        "</property>"
        for place, (name, text) in enumerate(properties.items(), start=2)
    )
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    part = f'{declaration}<Properties xmlns="{_NAMESPACE}" xmlns:vt="{_VALUES}">{entries}</Properties>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for item in given.infolist():
            if item.filename == PART:
                continue
            text = given.read(item)
            if item.filename == "[Content_Types].xml":
                entry = f'<Override PartName="/{PART}" ContentType="{_TYPE}"/></Types>'
                text = _once(text, f"/{PART}", "</Types>", entry)
            elif item.filename == "_rels/.rels":
                entry = f'<Relationship Id="rIdTepat" Type="{_RELATION}" Target="{PART}"/></Relationships>'
                text = _once(text, PART, "</Relationships>", entry)
            made.writestr(item, text)
        made.writestr(PART, part)
    return out.getvalue()


def printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)


def _once(text: bytes, known: str, end: str, entry: str) -> bytes:
    return text if known.encode() in text else text.replace(end.encode(), entry.encode())


def safe_parser() -> Any:
    """An XML parser that follows no entity, no DTD and no address: files to be verified come from anywhere."""
    from lxml import etree

    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)


def read_properties(content: bytes) -> dict[str, str]:
    """Property -> text; empty where the file has none. Raises zipfile.BadZipFile on what is no package."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if PART not in package.namelist():
            return {}
        root = etree.fromstring(package.read(PART), safe_parser())
    return {entry.get("name", ""): "".join(entry.itertext()) for entry in root}

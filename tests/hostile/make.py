"""What a careless or hostile hand could give the import: every case made by script, into a folder of the caller's.

A case says what must come of it: a refusal's code, or how many rows are read and how many of them go into quarantine,
counted by hand from the lines written here. `python -m tests.hostile.make FOLDER` writes them all for a look.
"""

import gzip
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.data.conftest import FAMILY_HEADERS, PERSON_HEADERS, family_line, person_line

GB = 1 << 30
KK = [f"990171010101{n:04d}" for n in range(20)]
NIK = [f"990171010180{n:04d}" for n in range(20)]
HEADERS = FAMILY_HEADERS.split("|")
ROWS = [family_line(kk, head="Sariwangi").split("|") for kk in KK[:4]]  # a name to look for in what is said


@dataclass(frozen=True)
class Case:
    """One delivery. code: of the refusal; None where it is accepted: then rows read, and of them quarantined."""

    name: str
    build: Callable[[Path], list[Path]]
    code: str | None = None
    read: int = 0
    quarantined: int = 0


def lines(rows: list[list[str]] = ROWS, delimiter: str = "|", headers: list[str] = HEADERS, end: str = "\n") -> str:
    return end.join(delimiter.join(row) for row in [headers, *rows]) + end


def one(name: str, content: str | bytes) -> Callable[[Path], list[Path]]:
    """A delivery of one file."""

    def build(folder: Path) -> list[Path]:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return [path]

    return build


def several(*builders: Callable[[Path], list[Path]]) -> Callable[[Path], list[Path]]:
    return lambda folder: [path for build in builders for path in build(folder)]


def sparse(name: str, start: bytes, size: int, every: int = 0, mark: bytes = b"\n") -> Callable[[Path], list[Path]]:
    """A file of `size` bytes that takes next to nothing of the disk: holes, and a mark after every so many."""

    def build(folder: Path) -> list[Path]:
        path = folder / name
        with path.open("wb") as file:
            file.write(start)
            for at in range(len(start) + every, size, every) if every else ():
                file.seek(at)
                file.write(mark)
            file.truncate(size)
        return [path]

    return build


def _foreign(name: str) -> Callable[[Path], list[Path]]:
    """A good Parquet or DuckDB file under a name."""

    def build(folder: Path) -> list[Path]:
        import duckdb

        path = folder / name
        with duckdb.connect() as base:
            if ".parquet" in name:
                base.execute(f"COPY (SELECT 1 AS no_kk) TO '{path}' (FORMAT parquet)")
            else:
                base.execute(f"ATTACH '{path}' AS other")
                base.execute("CREATE TABLE other.family AS SELECT 1 AS no_kk")
        return [path]

    return build


def _wide(rows: int) -> bytes:
    """60,000 columns, known headers among them."""
    width = 60_000 - len(HEADERS)
    head = ",".join([*HEADERS, *(f"k{n}" for n in range(width))])
    return "\n".join([head, *[",".join([*ROWS[0], *["1"] * width])] * rows]).encode()


def _changed(at: int, row: list[str] | str, delimiter: str = "|") -> str:
    """The four families with one line in place of another."""
    texts = [delimiter.join(cells) for cells in ROWS]
    texts[at] = row if isinstance(row, str) else delimiter.join(row)
    return "\n".join([delimiter.join(HEADERS), *texts]) + "\n"


def _with(at: int, **changes: str) -> str:
    return _changed(at, family_line(KK[at], **changes))


GOOD = one("keluarga.txt", lines())
PERSONS = "\n".join([PERSON_HEADERS, person_line(NIK[0], KK[0]), person_line(NIK[1], KK[19])]) + "\n"
RECIPIENTS = f"no_kk,program,tahun\n{KK[0]},PKH,2026\n,PKH,2026\n{KK[1]},=PKH,2026\n"
CSV = lines(delimiter=",").encode()
LONG = CSV[:-1]  # the last line goes on for as long as one likes

TEXT = (
    Case("kosong", one("a.csv", b""), "empty_file"),
    Case("hanya_baris_kosong", one("a.csv", b"\n \r\n\t\n"), "empty_file"),
    Case("hanya_penanda_utf8", one("a.csv", b"\xef\xbb\xbf"), "empty_file"),
    Case("hanya_judul", one("a.txt", lines([])), "empty_file"),
    Case("hanya_pemisah", one("a.csv", ";;;;\n" * 50), "no_header"),
    Case("hanya_kutip", one("a.csv", b'"' * 5001), "no_header"),
    Case("tanpa_judul", one("a.csv", "1,2,3\n4,5,6\n"), "no_header"),
    Case("satu_kolom", one("a.txt", "catatan\nsatu\ndua\ntiga\n"), "no_header"),
    Case("judul_tak_dikenal", one("a.csv", "alfa,beta,gama\n1,2,3\n"), "unknown_format"),
    Case("pdf", one("a.csv", b"%PDF-1.7\n" + CSV), "unsupported_format"),
    Case("png", one("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256))), "not_a_table"),
    Case("gzip", one("a.csv", gzip.compress(CSV, mtime=0)), "not_a_table"),
    Case("program_elf", one("a.txt", b"\x7fELF\2\1\1" + b"\0" * 60), "not_a_table"),
    Case("excel_lama", one("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), "unsupported_format"),
    Case("excel_berkata_sandi", one("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600), "unsupported_format"),
    Case("html_bernama_xls", one("a.xls", "<table><tr><td>no_kk</td></tr></table>"), "unsupported_format"),
    Case("html_bernama_xlsx", one("a.xlsx", "<table><tr><td>no_kk</td></tr></table>"), "unsupported_format"),
    Case("parquet", _foreign("a.parquet"), "unsupported_format"),
    Case("parquet_bernama_csv", _foreign("a.parquet.csv"), "unsupported_format"),
    Case("duckdb", _foreign("a.duckdb"), "unsupported_format"),
    Case("duckdb_bernama_csv", _foreign("a.duckdb.csv"), "unsupported_format"),
    Case("nul_di_awal", one("a.csv", b"\0" + CSV), "not_a_table"),
    Case("utf32", one("a.csv", lines(delimiter=",").encode("utf-32")), "not_a_table"),
    Case("tidak_ada", lambda folder: [folder / "tidak-ada.csv"], "file_missing"),
    Case("folder_bernama_csv", lambda folder: [folder], "file_missing"),
    Case("enam_puluh_ribu_kolom", one("a.csv", _wide(1)), "too_large"),
    Case("enam_puluh_ribu_kolom_berisi", one("a.csv", _wide(400)), "too_large"),
    Case("satu_gb_sebaris", sparse("a.csv", LONG.ljust(9000, b"x"), GB), "too_large"),
    Case(
        "satu_gb_sebaris_utf16",
        sparse("a.csv", LONG.decode().encode("utf-16"), GB),
        "too_large",
    ),
    Case("melebihi_batas", sparse("a.csv", CSV, 2_000_000_001), "too_large"),
    Case("baris_9_mb", sparse("a.csv", lines([], ",").encode().ljust(9000), GB // 4, 9_000_000), "too_large"),
    Case(
        "kutip_terbuka_9_mb",
        sparse("a.csv", CSV + b'"'.ljust(9000, b"x"), GB // 16, 900_000),
        read=4 + 75,
        quarantined=75,
    ),
    Case("anggota_saja", one("anggota.txt", PERSONS), "family_file_missing"),
    Case("berkas_sama_dua_kali", several(GOOD, one("lain.txt", lines())), "same_file_twice"),
    Case("baik_bersama_rusak", several(GOOD, one("b.csv", b"\0\1\2")), "not_a_table"),
    Case("tanpa_kode_desa", one("a.txt", lines([family_line(KK[0], code="").split("|")])), "code_system"),
    Case("kode_desa_asal", one("a.txt", lines([family_line(KK[0], code="99.99.99.9999").split("|")])), read=1),
    # Accepted: what is read, and what of it is set aside.
    Case("utuh", GOOD, read=4),
    Case("anggota_tanpa_keluarga", several(GOOD, one("anggota.txt", PERSONS)), read=6, quarantined=1),
    Case("penerima", one("penerima.csv", RECIPIENTS), read=3, quarantined=1),
    Case("baris_terpotong", one("a.txt", lines()[:-40]), read=4, quarantined=1),
    Case("kurang_dan_lebih", one("a.txt", _changed(1, "x|y") + "|".join([*ROWS[0], "lebih"])), read=5, quarantined=2),
    Case("kutip_liar", one("a.txt", _changed(2, '"' + "|".join(ROWS[2]))), read=4),
    Case("kutip_liar_tanpa_kolom", one("a.txt", _changed(2, f'{KK[2]}|"')), read=4, quarantined=1),
    Case("byte_rusak", one("a.txt", _changed(0, ROWS[0]).encode().replace(b"Sari", b"S\xff\xc3", 1)), read=4),
    Case(
        "nul_di_tengah",
        one("a.txt", _changed(0, ROWS[0]).encode().ljust(9000, b"\n") + b"\0|\0\n"),
        read=5,
        quarantined=1,
    ),
    Case("utf16_ganjil", one("a.txt", lines().encode("utf-16")[:-1]), read=4, quarantined=1),
    Case("baris_cr", one("a.txt", lines(end="\r").replace("Sari", "Séri").encode("cp1252")), read=4),
    Case("pemisah_record", one("a.txt", lines().replace("Sari", "S\u2028\x85\x0b\x0c\x1ca")), read=4),
    Case(
        "rumus_dalam_sel",
        one("a.txt", _with(0, head='=cmd|" /C calc"!A0'.replace("|", "¦"), address="@SUM(1)")),
        read=4,
    ),
    Case("rumus_dalam_judul", one("a.txt", lines([[*row, "1"] for row in ROWS], headers=[*HEADERS, "=1+1"])), read=4),
    Case(
        "sql_dalam_judul",
        one("a.txt", lines([[*row, "1"] for row in ROWS], headers=[*HEADERS, "x'); DROP TABLE family; --\\"])),
        read=4,
    ),
    Case(
        "judul_line", one("a.txt", lines([[*r, "1", "2"] for r in ROWS], headers=[*HEADERS, "_line", "_LINE"])), read=4
    ),
    Case("judul_sama_500_kali", one("a.txt", lines([[*r, *r * 38] for r in ROWS], headers=HEADERS * 39)), read=4),
    Case("bilangan_raksasa", one("a.txt", _with(0, area="9" * 5000, size="1e400", decile="-0x1F")), read=4),
    Case("nomor_raksasa", one("a.txt", _changed(0, family_line("9" * 100_000))), read=4),
    Case("sel_satu_mb", one("a.txt", _with(0, address="x" * 900_000)), read=4),
    Case("sejuta_tanda_gabung", one("a.txt", _with(0, head="a" + "\u0301" * 100_000, village="\u202e" * 9999)), read=4),
    Case("rumus_dalam_nama", one("=HYPERLINK(“a”,“b”)&cmd|' calc'!A0.txt", lines()), read=4),
    Case("path_dalam_nama", one("..\\..\\~$(rm -rf .)%2e%2e%2f';DROP TABLE family;--.txt", lines()), read=4),
    Case("baris_baru_dalam_nama", one("a\nTraceback (most recent call last).csv", b"1\n"), "no_header"),
    Case("markup_dalam_nama", one("<img src=x onerror=alert(1)>[a](b).csv", b""), "empty_file"),
)


def cases() -> list[Case]:
    """Every case of the corpus."""
    from tests.hostile.make_books import BOOKS

    return [*TEXT, *BOOKS]


if __name__ == "__main__":
    for case in cases():
        folder = Path(sys.argv[1]) / case.name
        folder.mkdir(parents=True)
        case.build(folder)

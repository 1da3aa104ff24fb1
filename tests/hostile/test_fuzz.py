"""Mutants of small office files: each is refused with a known code, or every record of it is accounted for."""

import csv
import io
import random
import signal
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from data.errors import Refused
from data.ingest import import_files
from data.profiles import known_headers
from data.reading import Limits
from data.reading_child import read
from tests.data.conftest import PERSON_HEADERS
from tests.data.test_ingest_p3ke import FAMILY, family
from tests.hostile.make import CSV, KK, NIK, RECIPIENTS, family_line, lines, person_line
from tests.hostile.make_books import packed, parts, row, sheet
from tests.hostile.test_corpus import check_sentence, state, store  # noqa: F401 (the fixture)

MUTANTS = 2000
IMPORTED = 100  # of them through the child process and the whole import
SECONDS = 5
READING = {"empty_file", "no_header", "not_a_table", "unsupported_format", "too_large"}
IMPORTING = READING | {
    "unknown_format", "code_system", "code_system_mixed", "family_file_missing", "reading_memory", "same_file_twice",
}  # fmt: skip
# What unpacking and XML may stumble over; the child gives `not_a_table` for them. Nothing of the kind for text.
DAMAGE = {"CalamineError", "XmlError", "ZipError", "WorksheetNotFound", "ParseError", "KeyError", "PanicException"}


def _p3ke() -> bytes:
    """Title rows, a header, three families, a total."""
    rows = [["DATA P3KE"], ["Rahasia"], list(FAMILY), *(family(n) for n in range(3)), ["JUMLAH", "3"]]
    return packed(parts(sheet(*(row(cells, number) for number, cells in enumerate(rows, start=1)))))


FAMILIES = [family_line(kk, head="Désa", address='Jl. "Satu"') for kk in KK[:9]]
BASES: dict[str, bytes] = {
    "keluarga.txt": lines([line.split("|") for line in FAMILIES]).encode(),
    "anggota.txt": "\r\n".join([PERSON_HEADERS, *(person_line(nik, KK[0]) for nik in NIK)]).encode(),
    "penerima.csv": RECIPIENTS.encode(),
    "titik-koma.csv": lines(delimiter=";").replace("Dusun", "Désa").encode("cp1252"),
    "utf16.csv": CSV.decode().encode("utf-16"),
    "berkutip.csv": CSV.replace(b"Dusun Satu", b'"Dusun\nSatu, ""RT"" 1"'),
    "p3ke.xlsx": _p3ke(),
}
STUFF = (
    b'"', b'""', b"\n", b"\r", b"\0", b";", b"|", b"\t", b",", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"'",
    b"9" * 400, b"1e999", b"-", b"=1+1", b"\x1a", b"\xe2\x80\xa8", b"JUMLAH", b"\\", b"\x0c", b"\r\n\r\n", b'"\n"',
)  # fmt: skip


def mutant(base: bytes, dice: random.Random) -> bytes:
    """The bytes after one to four small accidents."""
    raw = bytearray(base)
    for _ in range(dice.choice((1, 1, 2, 4))):
        at = dice.randrange(len(raw) + 1)
        end = min(len(raw), at + dice.choice((1, 2, 30, 300)))
        accident = dice.randrange(9)
        if accident == 0 and at < len(raw):
            raw[at] ^= 1 << dice.randrange(8)
        elif accident == 1:
            del raw[at:end]
        elif accident == 2:
            raw[at:at] = raw[at:end]
        elif accident == 3:
            raw[at:at] = dice.choice(STUFF)
        elif accident == 4:
            raw[at : at + 1] = dice.choice(STUFF)
        elif accident == 5 and dice.random() < 0.3:
            del raw[at:]
        elif accident == 6:
            one, other = dice.sample((b",", b";", b"|", b"\t", b'"', b"\n"), 2)
            raw = raw.replace(one, other, dice.choice((1, 5, -1)))
        elif accident == 7:
            torn = raw.split(b"\n")
            dice.shuffle(torn)
            raw = bytearray(b"\n".join(torn))
        else:
            raw[at:end] = bytes(dice.randrange(256) for _ in range(end - at))
    return bytes(raw)


def repacked(base: bytes, dice: random.Random) -> bytes:
    """The workbook with one of its parts after an accident, its zip whole."""
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        made = {name: archive.read(name) for name in archive.namelist()}
    name = dice.choice(list(made))
    return packed({**made, name: mutant(bytes(made[name]), dice)})


def mutants() -> Iterator[tuple[int, str, bytes]]:
    """Number, file name and bytes; always the same ones."""
    names = list(BASES)
    for number in range(MUTANTS):
        dice = random.Random(number)
        name = names[number % len(names)]
        whole_zip = name.endswith(".xlsx") and number % 2
        yield number, name, (repacked if whole_zip else mutant)(BASES[name], dice)


@contextmanager
def _no_longer_than(seconds: float):
    def over(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def counted(raw: bytes, answer: dict) -> int | None:
    """Records below the header by Python's csv or by lines alone; None where quoting or bytes leave room for doubt."""
    try:
        text = raw.decode({"windows-1252": "cp1252"}.get(answer["encoding"], answer["encoding"]))
    except UnicodeDecodeError:
        return None
    if "\0" in text:
        return None
    delimiter = answer["delimiter"]
    if '"' not in text:
        records = [line.split(delimiter) for line in io.StringIO(text, newline=None)][answer["header_line"] :]
    else:
        physical = list(io.StringIO(text, newline=""))
        if sum(line.count('"') % 2 for line in physical[: answer["header_line"]]):
            return None
        try:
            records = list(csv.reader(physical[answer["header_line"] :], delimiter=delimiter, strict=True))
        except csv.Error:
            return None
        header = next(csv.reader(physical[: answer["header_line"]][-1:], delimiter=delimiter))
        if {len(record) for record in records if record} != {len(header)}:
            return None  # a stray quote: which line it spoils is the reader's to judge
    return sum(1 for record in records if any(cell.strip() for cell in record))


@pytest.mark.slow
def test_mutants_of_the_reader(tmp_path):
    known, limits = known_headers(), Limits()
    outcomes: dict[str, int] = {}
    compared = 0
    slowest = 0.0
    for number, name, raw in mutants():
        path, parquet = tmp_path / name, tmp_path / "staged.parquet"
        path.write_bytes(raw)
        began = time.monotonic()
        try:
            with _no_longer_than(SECONDS):
                answer = read(path, parquet, known, False, limits)
        except Refused as refused:
            answer, outcome, allowed = None, refused.code, READING
        except BaseException as error:  # noqa: BLE001 (a parser in Rust panics past Exception)
            answer, outcome, allowed = None, type(error).__name__, DAMAGE if name.endswith(".xlsx") else set()
        else:
            outcome, allowed = "read", {"read"}
        assert outcome in allowed, (number, name, outcome)
        if answer is not None:
            staged = pq.read_table(parquet)
            gone = [line for line, _ in answer["unreadable"]]
            placed = staged["_line"].to_pylist()
            assert staged.num_rows + len(gone) == answer["rows_read"], number
            assert len({*placed, *gone}) == answer["rows_read"], number  # every record has a line of its own
            if answer["encoding"] is not None and (expected := counted(raw, answer)) is not None:
                assert answer["rows_read"] == expected, (number, name)
                compared += 1
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        slowest = max(slowest, time.monotonic() - began)
    print(outcomes, f"compared {compared}, slowest {slowest:.2f} s")
    assert sum(outcomes.values()) == MUTANTS
    assert outcomes["read"] > MUTANTS / 3
    assert compared > MUTANTS / 5


@pytest.mark.slow
def test_mutants_through_the_whole_import(store, tmp_path):  # noqa: F811
    outcomes: dict[str, int] = {}
    before = state(store)
    every = MUTANTS // IMPORTED
    for number, name, raw in mutants():
        if number % every != number // every % every:  # each base in turn
            continue
        path = Path(tmp_path / f"{number}-{name}")
        path.write_bytes(raw)
        whole = tmp_path / "utuh.txt"
        whole.write_text(lines([family_line(KK[10]).split("|")]))
        began = time.monotonic()
        refused = report = None
        try:
            report = import_files(store, [whole, path] if name == "anggota.txt" else [path])
        except Refused as refusal:
            refused = refusal
        outcome = refused.code if refused else "imported"
        if refused:
            assert outcome in IMPORTING, (number, refused.message)
            assert state(store) == before, number
            check_sentence(refused.message, [path])
        else:
            assert report.rows_read == report.rows_accepted + report.rows_quarantined, number
            before = state(store)
        assert not list(store.staging.iterdir()), number
        assert time.monotonic() - began <= 10, number
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    print(outcomes)
    assert sum(outcomes.values()) >= IMPORTED
    assert outcomes["imported"] > IMPORTED / 5

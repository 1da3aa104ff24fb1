"""Every case of the corpus through the whole import, its child process measured from outside."""

import re
import subprocess
import threading
import time
from pathlib import Path
from typing import ClassVar

import pytest

import data.reading
from data.errors import Refused
from data.ingest import import_files
from data.store import Store
from tests.hostile.make import KK, NIK, cases, family_line, lines, one

SECONDS = 10
MEGABYTES = 500
ENGLISH = re.compile(
    r"\b(the|error|invalid|failed|fail|file|line|row|column|sheet|exception|traceback|expected|found|unknown|memory|"
    r"not|is|was|cannot|exit|code|null|none|zip|xml)\b",
    re.IGNORECASE,
)


class Watched(subprocess.Popen):
    """A child process whose largest resident memory (`VmHWM`, kB) is read while it runs."""

    peaks: ClassVar[list[int]] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.peaks.append(0)
        threading.Thread(target=self._watch, args=(len(self.peaks) - 1,), daemon=True).start()

    def _watch(self, place: int) -> None:
        while self.returncode is None:
            try:
                status = Path(f"/proc/{self.pid}/status").read_text()
            except OSError:
                return
            if found := re.search(r"VmHWM:\s+(\d+) kB", status):
                self.peaks[place] = int(found[1])
            time.sleep(0.01)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store in use: a delivery is in it already."""
    folder = tmp_path_factory.mktemp("hostile")
    with Store(folder / "db" / "tepat.duckdb") as opened:
        import_files(opened, one("mula.txt", lines([family_line(KK[18]).split("|")]))(folder))
        yield opened


@pytest.fixture
def peaks(monkeypatch):
    """Peak memory of every child that runs, in kB."""
    if not Path("/proc/self/status").is_file():
        pytest.skip("peak memory is read from /proc")
    monkeypatch.setattr(data.reading.subprocess, "Popen", Watched)
    monkeypatch.setattr(Watched, "peaks", [])
    return Watched.peaks


def state(store: Store) -> dict[str, dict]:
    """Every table as one number; equal numbers, equal tables."""
    names = [row["table_name"] for row in store.rows("SELECT table_name FROM duckdb_tables() ORDER BY table_name")]
    return {name: store.one(f'SELECT count(*) AS n, sum(hash(t)) AS h FROM "{name}" AS t') for name in names}


def check_sentence(message: str, paths: list[Path]) -> None:
    """One Indonesian sentence that gives away neither the machine nor a person."""
    own = message
    for path in paths:  # a file's own name is its giver's
        own = own.replace(path.name, "").replace(path.name.replace("\n", " "), "")
    assert "\n" not in message
    assert re.fullmatch(r"[A-Z“=].*\.", message), message
    assert not re.search(r"[.!?] [A-Z]", own), message
    assert not ENGLISH.search(own), message
    for given_away in (*(str(path.parent) for path in paths), "/home", "/work", "root:", "Sariwangi", *KK, *NIK):
        assert given_away not in message


@pytest.mark.slow
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(case, store, tmp_path, peaks):
    paths = case.build(tmp_path)
    before = state(store)
    began = time.monotonic()
    refused = report = None
    try:
        report = import_files(store, paths)
    except Refused as refusal:
        refused = refusal
    took = time.monotonic() - began
    assert not list(store.staging.iterdir())
    print(
        f"{case.name}: {refused.code if refused else report.rows_read} {took:.1f} s, {max([0, *peaks]) / 1024:.0f} MB"
    )
    if refused is not None:
        print(refused.message)
        assert refused.code == case.code
        assert state(store) == before
        check_sentence(refused.message, paths)
    else:
        assert case.code is None, f"accepted: {report.rows_read} rows, {report.rows_quarantined} quarantined"
        assert (report.rows_read, report.rows_quarantined) == (case.read, case.quarantined)
        assert report.rows_accepted == case.read - case.quarantined
    assert took <= SECONDS
    assert max([0, *peaks]) <= MEGABYTES * 1024


def test_the_corpus_is_large_and_its_names_tell_the_cases_apart():
    names = [case.name for case in cases()]
    assert len(set(names)) == len(names) >= 40

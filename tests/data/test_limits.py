"""What the machine denies - time, room, permission, the file itself - is told in one sentence, and nothing changes."""

import json
import os
import re
import subprocess
import sys
import threading
import time

import pytest

from data.errors import Refused
from data.secret import read_or_create_key
from data.store import Store
from tests.data.narrow_disk import ROOT, on_full_disk, without_root_powers

ENDLESS = "SELECT count(*) AS n FROM range(10000000) AS a(i), range(10000000) AS b(j) WHERE hash(a.i + b.j) % 7 = 1"
LONG_RESULT = "SELECT a.i + b.j AS n FROM range(1000000) AS a(i), range(1000000) AS b(j)"
KK = "9901010101010001"


# Time --------------------------------------------------------------------------------------------


@pytest.fixture
def hurried(tmp_path):
    with Store(tmp_path / "tepat.duckdb", query_seconds=0.4) as store:
        yield store


@pytest.mark.parametrize("sql", [ENDLESS, LONG_RESULT])
@pytest.mark.parametrize("ask", ["frame", "rows", "one"])
def test_a_question_over_its_limit_is_interrupted_and_says_so(hurried, sql, ask):
    started = time.monotonic()
    with pytest.raises(Refused) as refused:
        getattr(hurried, ask)(sql)
    assert refused.value.code == "query_timeout"
    assert 0.4 <= time.monotonic() - started < 5
    assert hurried.one("SELECT 42 AS n") == {"n": 42}


def test_only_the_question_that_is_late_is_interrupted(hurried):
    answers = []

    def ask() -> None:
        for number in range(300):
            answers.append(hurried.one("SELECT $n + sum(i) * 0 AS n FROM range(2000) AS t(i)", {"n": number}))

    beside = threading.Thread(target=ask)
    beside.start()
    with pytest.raises(Refused, match="dihentikan"):
        hurried.one(ENDLESS)
    beside.join()
    assert answers == [{"n": number} for number in range(300)]


def test_a_transaction_has_no_limit(hurried):
    started = time.monotonic()
    with hurried.transaction() as cursor:
        while time.monotonic() - started < 1.2:
            cursor.execute("SELECT sum(hash(i)) FROM range(3000000) AS t(i)").fetchall()
        cursor.execute("INSERT INTO priority_village VALUES ('99.01.01.2001', 'uji', NULL)")
    assert hurried.one("SELECT count(*) AS n FROM priority_village") == {"n": 1}


# Room and permission -----------------------------------------------------------------------------


@pytest.fixture
def filled(tmp_path, office):
    """A folder with one family in tepat.duckdb, and files to import into it."""
    folder = tmp_path / "kantor"
    with Store(folder / "tepat.duckdb") as store:
        from data.ingest import import_files

        import_files(store, [office.families([office.family(KK)])], label="Lama")
    return folder, [office.families([office.family(KK), office.family(KK[:-1] + "2")], "keluarga_baru.txt")]


SCENARIOS = [
    "read", "import", "run", "card", "survey", "audit",
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("checkpoint", "checkpoint_beside")),
]  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_full_disk_changes_nothing_and_is_told(filled, tmp_path, scenario):
    told = on_full_disk(scenario, tmp_path / "penuh", *filled)
    assert told["code"] == "disk_full"
    assert_one_sentence(told["message"])
    assert told["kept"] == [True, True]
    assert told["again"]


@pytest.mark.parametrize("scenario", ["read", "run", "card", "survey", "audit"])
def test_a_folder_that_is_read_only_changes_nothing_and_is_told(filled, scenario):
    folder, files = filled
    (folder / "models").mkdir()
    closed = [folder, *(path for path in folder.iterdir() if path.is_dir())]
    for path in closed:
        path.chmod(0o500)
    try:
        told = without_root_powers(scenario, folder, files)
    finally:
        for path in closed:
            path.chmod(0o700)
    assert told["code"] == "not_writable"
    assert_one_sentence(told["message"])
    assert told["kept"] == [True, True]
    assert not told["again"]


def assert_one_sentence(message):
    assert message.endswith(".")
    assert not re.search(r"[.!?] ", message)
    assert "lalu coba lagi" in message
    assert "/" not in message


def test_a_database_that_finds_no_room_leaves_no_half_of_one(tmp_path, monkeypatch):
    """What DuckDB 1.5.5 does on a full tmpfs: a first page of 0 or 8,192 bytes, then this error."""
    import duckdb

    def connect(path):
        (tmp_path / "tepat.duckdb").write_bytes(bytes(8192))
        raise duckdb.IOException(f'IO Error: Could not write file "{path}": No space left on device')

    with monkeypatch.context() as patch:
        patch.setattr(duckdb, "connect", connect)
        with pytest.raises(Refused) as refused:
            Store(tmp_path / "tepat.duckdb")
    assert refused.value.code == "disk_full"
    with Store(tmp_path / "tepat.duckdb") as store:
        assert store.one("SELECT count(*) AS n FROM snapshot") == {"n": 0}


def test_half_a_key_is_no_key(tmp_path):
    """An empty key would make pseudonyms that anybody can compute from a list of NIK."""
    for text in ("", "ab12", "bukan kunci"):
        path = tmp_path / "tepat.key"
        path.write_text(text)
        with pytest.raises(Refused) as refused:
            read_or_create_key(path)
        assert refused.value.code == "key_unreadable"
        assert path.read_text() == text


# The file itself ---------------------------------------------------------------------------------


@pytest.fixture
def held(tmp_path):
    """A database that another process has open."""
    path = tmp_path / "tepat.duckdb"
    code = (
        "import sys; from pathlib import Path; from data.store import Store\n"
        "with Store(Path(sys.argv[1])): print('open', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout.readline() == b"open\n"
        yield path
        holder.stdin.close()


def test_every_command_says_that_another_process_has_the_database(held, office, capsys):
    from cli import main

    files = [str(office.families([office.family(KK)]))]
    for words in (["import", *files], ["run"], ["pockets"], ["coverage"], ["demo", "--families", "500"]):
        assert main([*words, "--db", str(held), "--json"]) == 1
        said = json.loads(capsys.readouterr().out)["error"]
        assert said["code"] == "database_busy"
        assert_one_sentence(said["message"])


def test_the_command_line_tells_of_a_closed_folder(filled, tmp_path):
    folder, files = filled
    (folder / "tepat.duckdb").chmod(0o400)
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*drop, sys.executable, "cli.py", "import", str(files[0]), "--db", str(folder / "tepat.duckdb"), "--json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "not_writable"
    assert "Traceback" not in done.stderr

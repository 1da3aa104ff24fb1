"""The command line under wrong and hostile use: exit codes, one JSON object, one Indonesian sentence, no traceback."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cli

ROOT = Path(__file__).resolve().parents[1]
ENGLISH = re.compile(r"\b(Error|Usage|Invalid|Missing|No such|Try|does not|should|Traceback|File)\b")


@pytest.fixture
def tepat(tmp_path, capsys, monkeypatch):
    """Runs a command on an empty database below tmp_path; gives exit code, stdout, stderr."""
    monkeypatch.setenv("TEPAT_DB", str(tmp_path / "db" / "tepat.duckdb"))

    def run(*words):
        code = cli.main([str(word) for word in words])
        caught = capsys.readouterr()
        assert not ENGLISH.search(caught.out + caught.err)
        return code, caught.out, caught.err

    return run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import"], "FILES belum diisi"),
        (["import", "tidak-ada.csv"], "FILES tidak dapat dipakai"),
        (["pockets", "--cut", "satu"], "--cut tidak dapat dipakai"),
        (["demo", "--families", "3"], "--families tidak dapat dipakai"),
        (["pockets", "--kuota", "1"], "--kuota tidak dikenal"),
        (["hapus"], "Susunan perintah"),
        (["pmt", "fit"], "SURVEY belum diisi"),
    ],
)
def test_wrong_usage_is_exit_2_and_one_sentence(tepat, words, said):
    code, out, err = tepat(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    code, out, _ = tepat(*words, "--json")
    assert code == 2
    assert json.loads(out)["error"]["code"] == "usage"


def test_no_words_show_the_help(tepat):
    assert cli.main([]) == 2


@pytest.mark.parametrize("place", ["berkas.csv/x/t.duckdb", "folder", "bukan.duckdb"])
def test_a_database_that_cannot_be_is_refused(tepat, tmp_path, place):
    (tmp_path / "berkas.csv").write_text("isi")
    (tmp_path / "folder").mkdir()
    (tmp_path / "bukan.duckdb").write_bytes(b"ini bukan basis data" * 500)
    code, out, err = tepat("pockets", "--db", tmp_path / place, "--json")
    assert (code, err) == (1, "")
    assert json.loads(out)["error"]["code"] in ("file_error", "database_unusable")


def test_what_nobody_foresaw_is_said_without_its_text(tepat, monkeypatch):
    def broken(*_):
        raise ValueError("Could not convert 9901010101010001 of Contoh")

    monkeypatch.setattr("data.ingest.import_files", broken)
    code, out, err = tepat("import", ROOT / "cli.py")
    assert (code, out) == (1, "")
    assert "ValueError, test_cli.py baris" in err
    assert not re.search("9901010101010001|Contoh|convert", err)


def test_a_database_held_by_another_process_is_said_to_be_busy(tepat, tmp_path):
    path = tmp_path / "db" / "tepat.duckdb"
    hold = "import sys; from data.store import Store; from pathlib import Path; s = Store(Path(sys.argv[1]));"
    other = subprocess.Popen(
        [sys.executable, "-c", hold + "print(1, flush=True); sys.stdin.read()", str(path)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert other.stdout is not None
        other.stdout.readline()
        code, out, _ = tepat("pockets", "--json")
        assert (code, json.loads(out)["error"]["code"]) == (1, "database_busy")
    finally:
        other.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="only there is a file name any bytes")
def test_a_file_name_that_is_no_text_still_gives_one_json_object(tmp_path):
    name = os.fsencode(tmp_path) + b"/keluarga-\xe9.csv"
    Path(os.fsdecode(name)).write_text("a,b,c\n1,2,3\n")
    done = subprocess.run(
        [sys.executable, "cli.py", "import", name, "--db", str(tmp_path / "t.duckdb"), "--json"],
        cwd=ROOT, capture_output=True, check=False, env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "unknown_format"


def test_a_definition_that_cannot_be_answered_is_refused_with_the_next_step(tepat, tmp_path):
    families = tmp_path / "keluarga_1_1.txt"
    families.write_text(
        "nomor_kartu_keluarga|kode_kelurahan_desa|kelurahan_desa|desil_nasional\n"
        "9901010101010001|19.71.01.1004|Semabung Lama|1\n"
    )
    assert tepat("import", families, "--json")[0] == 0
    for reason in ("results_missing", "definition_unavailable"):
        code, out, _ = tepat("pockets", "--definition", "pmt_quota", "--json")
        assert (code, json.loads(out)["error"]["code"]) == (1, reason)
        assert tepat("run", "--json")[0] == 0
    code, out, _ = tepat("pockets", "--region", "19.71", "--json")
    answer = json.loads(out)
    assert (code, answer["scope"]["region"]) == (0, "19.71")

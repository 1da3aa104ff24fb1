"""The record: appended only, closed to others, and no line is changed or lost unnoticed."""

import json
import stat
import sys
import threading

import pytest

from data.errors import Refused
from reports import audit


@pytest.fixture
def three(store, scope):
    for number in range(3):
        audit.record(store, "verval_workbook", scope, f"tujuan {number}", "tim", number)
    return audit.path(store)


def test_three_uses(store, three):
    assert [entry["purpose"] for entry in audit.read(store)] == ["tujuan 0", "tujuan 1", "tujuan 2"]
    assert audit.check_chain(store) == audit.ChainCheck(lines=3, broken_at=None, missing=0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such mode bits")
def test_only_its_owner_reads_it(three):
    assert stat.S_IMODE(three.stat().st_mode) == 0o600


def test_an_empty_record_is_whole(store):
    assert audit.check_chain(store).ok
    assert audit.read(store) == []


def edited(lines):
    entry = json.loads(lines[1])
    return [lines[0], json.dumps(entry | {"purpose": "lain"}, sort_keys=True, separators=(",", ":")), lines[2]]


@pytest.mark.parametrize(
    ("tamper", "broken_at", "missing"),
    [
        (edited, 2, 0),
        (lambda lines: [lines[0], lines[2]], 2, 0),
        (lambda lines: lines[1:], 1, 0),
        (lambda lines: [lines[0], lines[0], *lines[1:]], 2, 0),
        (lambda lines: [lines[1], lines[0], lines[2]], 1, 0),
        (lambda lines: [*lines, "{}"], 4, 0),
        (lambda lines: [*lines, "bukan json"], 4, 0),
        (lambda lines: lines[:2], None, 1),
        (lambda lines: [], None, 3),
    ],
)
def test_tampering_is_noticed_and_stops_the_export(store, scope, three, tamper, broken_at, missing):
    lines = three.read_text(encoding="utf-8").splitlines()
    three.write_text("".join(line + "\n" for line in tamper(lines)), encoding="utf-8")
    found = audit.check_chain(store)
    assert (found.broken_at, found.missing) == (broken_at, missing)
    assert not found.ok
    with pytest.raises(Refused) as refused:
        audit.record(store, "verval_workbook", scope, "tujuan", "tim", 1)
    assert refused.value.code == "audit_broken"


def test_stopped_between_file_and_database_is_no_damage(store, scope, three):
    with store.transaction() as cursor:
        kept = cursor.execute("SELECT value FROM meta WHERE key = 'audit_head'").fetchone()[0]
    audit.record(store, "verval_workbook", scope, "tujuan", "tim", 1)
    with store.transaction() as cursor:
        cursor.execute("UPDATE meta SET value = ? WHERE key = 'audit_head'", [kept])
    assert audit.check_chain(store).ok


def test_many_at_once_make_one_chain(store, scope):
    jobs = [
        threading.Thread(target=audit.record, args=(store, "verval_workbook", scope, f"t{n}", "tim", n))
        for n in range(8)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert audit.check_chain(store) == audit.ChainCheck(8, None, 0)
    assert {entry["rows"] for entry in audit.read(store)} == set(range(8))

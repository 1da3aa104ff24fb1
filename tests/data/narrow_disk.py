"""Scenarios on a disk that is full or closed, each run in a process of its own; prints one JSON object.

Called as `python -m tests.data.narrow_disk SCENARIO FOLDER ORIGINAL FILE...`. A full disk is a small tmpfs in a mount
namespace of the child; where the machine gives none, a limit on the size of a file (RLIMIT_FSIZE), which fails the same
writes half way with EFBIG instead of ENOSPC.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from data.errors import Refused
from data.store import Store

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("snapshot", "family", "person", "family_feature", "run", "priority_village")
SIZE = 64_000_000
IN_NAMESPACE = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=$0 none "$1" && shift && exec "$@"', str(SIZE)]


def on_full_disk(scenario: str, mount: Path, original: Path, files: list[Path]) -> dict[str, Any]:
    """Run a scenario below `mount` on a copy of the folder `original` that holds tepat.duckdb."""
    mount.mkdir(exist_ok=True)
    if subprocess.run([*IN_NAMESPACE, str(mount), "true"], capture_output=True, check=False).returncode == 0:
        return _child([*IN_NAMESPACE, str(mount)], [scenario, mount, original, *files])
    return _child([], [scenario, mount, original, *files])


def without_root_powers(scenario: str, folder: Path, files: list[Path]) -> dict[str, Any]:
    """Run a scenario where permissions bind, as they do not for root."""
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    return _child(drop, [scenario, folder, folder, *files])


def _child(before: list[str], words: list[Any]) -> dict[str, Any]:
    done = subprocess.run(
        [*before, sys.executable, "-m", "tests.data.narrow_disk", *map(str, words)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def state(store: Store) -> list[Any]:
    """Rows of every table that matters, and the files beside the database with their size (an empty one is none)."""
    rows = [store.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"] for table in TABLES]
    kept = sorted(
        [str(path.relative_to(store.path.parent)), path.stat().st_size]
        for path in store.path.parent.rglob("*")
        if path.is_file() and path.stat().st_size and path.name not in (store.path.name, f"{store.path.name}.wal")
    )
    return [rows, kept]


class Disk:
    """Lets the disk be nearly full, and free again."""

    def __init__(self, mount: Path):
        self._mount = mount
        self._filler = mount / "filler" if os.path.ismount(mount) else None

    def fill(self, leave: int = 0, growing: Path | None = None) -> None:
        """Leave so many bytes; without a disk of its own, the file that may still grow by them has to be named."""
        if self._filler is None:
            size = growing.stat().st_size if growing else 0
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + leave, resource.RLIM_INFINITY))
            return
        room = os.statvfs(self._mount)
        self._filler.write_bytes(bytes(room.f_bavail * room.f_frsize - leave))

    def free(self) -> None:
        if self._filler is None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        else:
            self._filler.unlink()


def load(store: Store, files: list[Path], progress: Any = None) -> None:
    from data.ingest import import_files

    import_files(store, files, label="Baru", progress=progress)


def compute(store: Store) -> None:
    from analytics.pipeline import run

    run(store)


def keep_card(store: Store) -> None:
    from analytics.fitting import save_card
    from tests.analytics.scorecards import card

    save_card(store, card(warnings=("x" * 20_000,)))


def keep_survey(store: Store) -> None:
    from analytics.kept_survey import keep
    from analytics.survey_frame import Prepared

    keep(store, Prepared(pd.DataFrame({"y": range(20_000)}), "y"))


def record(store: Store) -> None:
    from analytics.catalogue import default_scope
    from reports import audit

    try:
        audit.record(store, "uji", default_scope(store), "Tujuan", "Penerima", 1, pseudonyms=["a" * 64] * 200)
    finally:
        assert audit.check_chain(store).ok


def insert(store: Store, rows: int) -> None:
    with store.transaction() as cursor:
        cursor.execute(
            "INSERT INTO priority_village SELECT md5(random()::VARCHAR) || i, md5(random()::VARCHAR), NULL "
            "FROM range($rows) AS t(i)",
            {"rows": rows},
        )


def fill_the_log(store: Store) -> Path:
    """Almost what makes DuckDB move its log into the file (16 MB); the log."""
    insert(store, 300_000)  # in one piece: written to the file itself
    log = store.path.with_name(f"{store.path.name}.wal")
    while not log.exists() or log.stat().st_size < 15_000_000:
        insert(store, 30_000)
    return log


def main(scenario: str, folder: Path, original: Path, files: list[Path]) -> dict[str, Any]:
    """code, message: of the refusal (null when none). kept: the state is the one before, seen in this process and
    after opening the file again while the disk is still full. again: the same job succeeds once there is room."""
    disk = Disk(folder)
    if folder != original:
        folder = folder / "tepat"
        shutil.copytree(original, folder)
    store = Store(folder / "tepat.duckdb")
    jobs: dict[str, Callable[[], None]] = {
        "read": lambda: load(store, files),
        "import": lambda: load(store, files, lambda share, _: disk.fill() if share == 0.9 and not again else None),
        "run": lambda: compute(store),
        "card": lambda: keep_card(store),
        "survey": lambda: keep_survey(store),
        "audit": lambda: record(store),
        "checkpoint": lambda: insert(store, 30_000),
        "checkpoint_beside": lambda: insert(store, 30_000),
    }
    again = False
    log = fill_the_log(store) if scenario.startswith("checkpoint") else None
    beside = store.cursor() if scenario == "checkpoint_beside" else None
    before = state(store)
    if scenario != "import" and folder != original:
        # Room for a part of a card, a survey or a line, and for the log: what was begun must be undone.
        disk.fill(4_500_000 if log else 0 if scenario in ("read", "run") else 4096, log)
    code = message = None
    try:
        jobs[scenario]()
    except Refused as refusal:
        code, message = refusal.code, refusal.message
    kept = [state(store) == before]
    if beside is not None:
        beside.close()
    store.close()
    with Store(folder / "tepat.duckdb") as store:
        kept.append(state(store) == before)
    if folder != original:
        disk.free()
    again = True
    store = Store(folder / "tepat.duckdb")
    with suppress(Refused):
        jobs[scenario]()
    changed = state(store) != before
    store.close()
    return {"code": code, "message": message, "kept": kept, "again": changed}


if __name__ == "__main__":
    name, *paths = sys.argv[1:]
    print(json.dumps(main(name, Path(paths[0]), Path(paths[1]), [Path(path) for path in paths[2:]])))

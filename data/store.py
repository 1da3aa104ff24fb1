"""The only place that opens DuckDB.

One read-write connection per process, a `.cursor()` per call: a connection object shared
across threads returns other threads' rows without an error (measured, docs/arsitektur.md).
"""

import hashlib
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from data.contracts import DERIVED, SCHEMA, SCHEMA_VERSION, UPGRADES
from data.disk import disk_faults, disk_refusal
from data.errors import Refused
from data.secret import read_or_create_key
from data.time_limit import TimeLimit

DEFAULT_DB = Path("var/tepat.duckdb")
# Seconds one question of a screen may take. It is meant to take a third of one at a million families (docs/kinerja.md);
# a slow computer with ten million is within a minute, and longer nobody waits while everybody else waits with him.
QUERY_SECONDS = 60.0

# Of the computer's memory, what the database may take before it writes to disk, beside its file: the rest is for
# Python, the browser and what else runs on a laptop.
MEMORY_SHARE = 0.5


def database_path(given: str | None = None) -> Path:
    """`--db`, else TEPAT_DB, else the default below the working directory."""
    return Path(given or os.environ.get("TEPAT_DB") or DEFAULT_DB)


class Store:
    """One open database file, its staging folder and its pseudonym key.

    query_seconds: how long one `frame`, `rows` or `one` may take; a transaction has no limit.
    Raises Refused `database_busy` when another process holds the file, `database_unusable`
    when the file is no database of this version, `disk_full` and `not_writable` as `data.disk` says.
    """

    def __init__(self, path: Path, query_seconds: float = QUERY_SECONDS):
        self.path = path.resolve()
        self.staging = self.path.parent / "staging"
        self.models = self.path.parent / "models"
        self.surveys = self.path.parent / "surveys"
        self._write_lock = threading.RLock()
        with disk_faults():
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.staging.mkdir(mode=0o700, exist_ok=True)
            self._connection = self._open()
            try:
                self.path.chmod(0o600)  # it holds personal data; so does the log beside it, in a folder of our own
                self._prepare_schema()
                self.key = read_or_create_key(self.path.with_suffix(".key"))
            except BaseException:
                self._connection.close()
                raise
        self._time_limit = TimeLimit(query_seconds)

    def _open(self) -> duckdb.DuckDBPyConnection:
        connection = _connect(self.path)
        try:
            connection.execute("SET memory_limit = $1", [f"{_memory_gib(connection) * MEMORY_SHARE:.3f} GiB"])
            # As connect config the first of these fails; the order matters (platform notes).
            connection.execute("SET allowed_directories = [$1]", [str(self.staging)])
            connection.execute("SET autoinstall_known_extensions = false")
            connection.execute("SET autoload_known_extensions = false")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare_schema(self) -> None:
        cursor = self.cursor()
        tables = cursor.execute("SELECT count(*) FROM duckdb_tables()").fetchone()
        if tables == (0,):
            cursor.execute("BEGIN")
            cursor.execute(SCHEMA)
            cursor.execute("INSERT INTO meta VALUES ('schema_version', ?)", [SCHEMA_VERSION])
            cursor.execute("COMMIT")
        version = self._meta("schema_version")
        if version in UPGRADES:
            with self.transaction() as upgrading:
                upgrading.execute(UPGRADES[version])
                upgrading.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", [SCHEMA_VERSION])
            version = SCHEMA_VERSION
        if version != SCHEMA_VERSION:
            raise Refused(
                "database_unusable",
                "Berkas basis data ini dibuat oleh versi Tepat yang lain; pindahkan berkas itu, "
                "lalu impor ulang data dari kantor Anda.",
            )
        self._prepare_derived()

    def _prepare_derived(self) -> None:
        """Results of an older shape are dropped, never guessed at: a screen then offers to compute them again."""
        shape = hashlib.sha256(DERIVED.encode()).hexdigest()
        if self._meta("derived") == shape:
            return
        with self.transaction() as cursor:
            for table in re.findall(r"^CREATE TABLE (\w+)", DERIVED, re.MULTILINE):
                cursor.execute(f"DROP TABLE IF EXISTS {table}")
            cursor.execute(DERIVED)
            cursor.execute("INSERT OR REPLACE INTO meta VALUES ('derived', ?)", [shape])

    def _meta(self, key: str) -> str | None:
        try:
            row = self.cursor().execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
        except duckdb.CatalogException:
            return None
        return None if row is None else str(row[0])

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A fresh cursor; never keep or share one."""
        return self._connection.cursor()

    @contextmanager
    def _asking(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one question, interrupted when its time is over."""
        connection = self._connection
        cursor = connection.cursor()
        try:
            with self._time_limit.on(cursor):
                yield cursor
        except duckdb.Error as error:
            self._recover(connection, error)
            raise
        finally:
            cursor.close()

    def _recover(self, connection: duckdb.DuckDBPyConnection, error: BaseException) -> None:
        """Refuses what the disk refused; opens the file anew where DuckDB gave the connection up.

        It does so when a checkpoint fails on a full disk: the file then holds the state before, and the next
        question finds it.
        """
        if isinstance(error, duckdb.FatalException):
            with self._write_lock:
                if self._connection is connection:
                    connection.close()
                    self._connection = self._open()
        refusal = disk_refusal(error)
        if refusal is not None:
            raise refusal from error

    def frame(self, sql: str, params: Mapping[str, Any] | list[Any] | None = None) -> pd.DataFrame:
        """The result of one query as a DataFrame. Refused `query_timeout` beyond `query_seconds`."""
        with self._asking() as cursor:
            return cursor.execute(sql, params).df()

    def rows(self, sql: str, params: Mapping[str, Any] | list[Any] | None = None) -> list[dict[str, Any]]:
        """The result of one query as dicts; null is None. Refused `query_timeout` beyond `query_seconds`."""
        with self._asking() as cursor:
            cursor.execute(sql, params)
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def one(self, sql: str, params: Mapping[str, Any] | list[Any] | None = None) -> dict[str, Any] | None:
        """The first row of a query as a dict, or None."""
        rows = self.rows(sql, params)
        return rows[0] if rows else None

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor inside one transaction: all of it is kept, or none.

        One writer at a time within the process. Killed at any moment, the file holds the
        state before or after. Refused `disk_full` and `not_writable` as `data.disk` says; then it is as before.
        """
        with self._write_lock:
            connection = self._connection
            cursor = connection.cursor()
            try:
                cursor.execute("BEGIN")
                yield cursor
                cursor.execute("COMMIT")
            except BaseException as error:
                # A commit that failed has rolled back already: its own error is the one to tell.
                with suppress(duckdb.Error):
                    cursor.execute("ROLLBACK")
                cursor.close()
                self._recover(connection, error)
                raise
            finally:
                cursor.close()

    def close(self) -> None:
        self._time_limit.end()
        self._connection.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _memory_gib(connection: duckdb.DuckDBPyConnection) -> float:
    """The computer's memory (or what its container may have); DuckDB's own limit is four fifths of it."""
    row = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    number, unit = str(row[0] if row else "").split()
    return float(number) / {"GiB": 1, "MiB": 1024, "TiB": 1 / 1024}[unit] / 0.8


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    new = not path.exists()
    try:
        return duckdb.connect(str(path))
    except duckdb.IOException as error:
        text = str(error).lower()
        if "set lock on file" in text or "being used by another process" in text:
            raise Refused(
                "database_busy",
                "Basis data sedang dipakai oleh Tepat yang lain; tutup dasbor atau perintah itu, lalu coba lagi.",
            ) from error
        if new:  # half a file would be no database ever after
            path.unlink(missing_ok=True)
        refusal = disk_refusal(error)
        if refusal is not None:
            raise refusal from error
        raise Refused(
            "database_unusable",
            f"Berkas {path.name} tidak dapat dibuka sebagai basis data Tepat; periksa tempat berkas itu atau pilih "
            "berkas lain dengan --db.",
        ) from error

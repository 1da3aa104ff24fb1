"""How long one question to the database may take."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from data.errors import Refused


class TimeLimit:
    """Interrupts the cursors whose time is over: one thread for all, for a thread per question costs a millisecond.

    It looks once a second, or four times within a shorter limit.
    """

    def __init__(self, seconds: float):
        self.seconds = seconds
        self._asked: dict[duckdb.DuckDBPyConnection, float] = {}  # cursor: when its time is over
        self._lock = threading.Lock()  # an interrupt must not meet a cursor that is being closed
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    @contextmanager
    def on(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Limits what the cursor does inside; Refused `query_timeout` when that was too long."""
        over = time.monotonic() + self.seconds
        with self._lock:
            self._asked[cursor] = over
        try:
            yield
        except duckdb.Error as error:
            if "INTERRUPT" not in str(error):  # while rows are fetched it comes as an InvalidInputException
                raise
            raise Refused(
                "query_timeout",
                f"Perhitungan dihentikan karena belum selesai dalam {self.seconds:.0f} detik; pilih wilayah yang lebih "
                "sempit atau tunggu impor yang sedang berjalan, lalu coba lagi.",
            ) from error
        finally:
            with self._lock:
                del self._asked[cursor]

    def _watch(self) -> None:
        while not self._ended.wait(min(1.0, self.seconds / 4)):
            with self._lock:
                for cursor, over in self._asked.items():
                    if time.monotonic() >= over:
                        cursor.interrupt()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

"""Compares dossiers with their approved processes whenever something was derived or stated, in a thread of its own."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

import duckdb

from api.approved import approves_any
from ingest.store import Store
from mining import MiningError
from mining.clocks.clock import Calendars
from mining.conformance.align_pool import AlignPool
from mining.conformance.check import Basis, Compared, prepare_conformance, refresh_conformance
from mining.conformance.matching import StepMapping
from mining.conformance.totals import progress

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.2
_SHARE = 0.2
"""Comparing takes at most this share of a processor, so that mining and answers are not starved."""
_INTERRUPTS = 100
_INTERRUPT_SECONDS = 0.02
_RETRY_SECONDS = 60.0
"""When it is tried again after it failed, although nothing has changed."""


_NOTHING = "no process is approved yet: nothing can be compared"


class ComparerState(StrEnum):
    """How comparing stands."""

    IDLE = "idle"
    COMPARING = "comparing"
    CURRENT = "current"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ComparerNumbers:
    """What was compared; `since` (UTC) is when the state began, `reason` says in words what it means.

    `refreshes`, `failures` and `seconds` count since the start of the process.
    """

    state: ComparerState = ComparerState.IDLE
    reason: str = _NOTHING
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    compared_event_no: int = 0
    refreshes: int = 0
    failures: int = 0
    seconds: float = 0.0
    last_seconds: float = 0.0


class Comparer:
    """Keeps conformance up to date; `run()` belongs in a thread of its own, which no intake and no finding waits for.

    `changes` tells apart the states of the store: how far events are mined, and the catalogue is stated. `compared` is
    called when answers may have changed.
    """

    def __init__(
        self,
        store: Store,
        calendars: Callable[[], Calendars],
        mapping: StepMapping,
        changes: Callable[[], tuple[int, int]],
        compared: Callable[[], None],
    ) -> None:
        self._store = store
        self._calendars = calendars
        self._mapping = mapping
        self._changes = changes
        self._compared = compared
        self._aligner = AlignPool()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._cursor: duckdb.DuckDBPyConnection | None = None
        self._numbers = ComparerNumbers()
        with store.writing() as cursor:
            prepare_conformance(cursor)

    @property
    def numbers(self) -> ComparerNumbers:
        """What was compared so far."""
        return self._numbers

    @property
    def mapping(self) -> StepMapping:
        """Which activities persons took for which steps."""
        return self._mapping

    def stop(self) -> None:
        """Ask `run()` to end, within a second or two: what is being compared is given up until the next start."""
        self._stopping.set()
        self._aligner.close()
        for _ in range(_INTERRUPTS):  # a question may just begin where another was interrupted
            with self._lock:
                if self._cursor is None:
                    return
                self._cursor.interrupt()
            time.sleep(_INTERRUPT_SECONDS)

    def run(self) -> None:
        """Compare until `stop()`."""
        seen: tuple[int, int] | None = None
        due_at = 0.0
        while not self._stopping.wait(_LOOK_SECONDS):
            changes, now = self._changes(), time.monotonic()
            is_failed = self._numbers.state is ComparerState.FAILED
            if now < due_at or (changes == seen and not is_failed):
                continue
            seen, began = changes, time.thread_time()
            self.refresh()
            failed = self._numbers.state is ComparerState.FAILED
            due_at = time.monotonic() + (_RETRY_SECONDS if failed else (time.thread_time() - began) / _SHARE)

    def refresh(self) -> None:
        """Compare what changed now; a failure is told by `numbers` and the log."""
        started = time.perf_counter()
        try:
            with self._turn:
                result = self._refresh()
        except (duckdb.Error, MiningError) as error:
            self._fail(error)
            result = None
        seconds = time.perf_counter() - started
        self._numbers = replace(self._numbers, seconds=self._numbers.seconds + seconds, last_seconds=seconds)
        if result is not None:
            _log.debug("compared", extra={"dossiers": result.dossiers, "seconds": round(seconds, 3)})

    def _refresh(self) -> Compared | None:
        with self._interruptible() as cursor:
            if progress(cursor).compared_event_no is None and not approves_any(cursor):
                self._say(ComparerState.IDLE, _NOTHING)
                return None
            self._say(ComparerState.COMPARING, "dossiers are being compared; answers are of the time before")
            result = refresh_conformance(cursor, Basis(self._calendars(), self._mapping), self._aligner)
        self._compared()  # before it is told: who waits for it then gets new answers
        self._say(ComparerState.CURRENT, "every dossier that is derived was compared")
        self._numbers = replace(
            self._numbers, compared_event_no=result.watermark, refreshes=self._numbers.refreshes + 1
        )
        return result

    @contextmanager
    def _interruptible(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a cursor that `stop()` can interrupt."""
        with self._store.cursor() as cursor:
            with self._lock:
                self._cursor = cursor
            try:
                yield cursor
            finally:
                with self._lock:
                    self._cursor = None

    def _say(self, state: ComparerState, reason: str) -> None:
        if state is not self._numbers.state or reason != self._numbers.reason:
            self._numbers = replace(self._numbers, state=state, reason=reason, since=datetime.now(UTC))

    def _fail(self, error: Exception) -> None:
        if self._stopping.is_set():
            return
        reason = str(error).splitlines()[0]
        self._say(ComparerState.FAILED, f"{reason}; answers are of the time before, and it is tried again")
        self._numbers = replace(self._numbers, failures=self._numbers.failures + 1)
        _log.warning("dossiers could not be compared", extra={"reason": reason})

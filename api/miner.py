"""Keeps the derived rows up to date with the event log, in a thread of its own."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ingest.store import Store
from mining.derive import Refreshed, dirty_procedures, prepare, refresh

_log = logging.getLogger(__name__)
_LEAST_PAUSE_SECONDS = 0.2
_COUNT_SECONDS = 1.0
_SHARE = 0.25
"""Deriving takes at most this share of the writer's time, so that taking in events is never starved."""


@dataclass(frozen=True, slots=True)
class MiningNumbers:
    """What was derived since the start of the process.

    `behind_since` is when the oldest event was stored that waits to be derived, None when nothing waits (UTC, to a
    fifth of a second); `dirty_procedures` are those that the waiting events name, counted once a second.
    """

    mined_event_no: int = 0
    refreshes: int = 0
    refresh_seconds: float = 0.0
    last_refresh_seconds: float = 0.0
    dossiers: int = 0
    behind_since: datetime | None = None
    dirty_procedures: int = 0


class Miner:
    """Derives what changed whenever events were stored; `run()` belongs in a thread of its own."""

    def __init__(self, store: Store, refreshed: Callable[[Refreshed], None]) -> None:
        self._store = store
        self._refreshed = refreshed
        self._stopping = threading.Event()
        self._numbers = MiningNumbers()
        self._counted_at = -_COUNT_SECONDS
        with store.writing() as cursor:
            prepare(cursor)

    @property
    def numbers(self) -> MiningNumbers:
        """What was derived so far."""
        return self._numbers

    def stop(self) -> None:
        """Ask `run()` to end; a refresh in hand is finished first."""
        self._stopping.set()

    def run(self) -> None:
        """Refresh until `stop()`; raises StoreError when the store cannot be written."""
        due_at = 0.0
        while not self._stopping.wait(_LEAST_PAUSE_SECONDS):
            if self._store.last_event_no == self._numbers.mined_event_no:
                continue
            self._look()
            if time.monotonic() >= due_at:
                seconds = self.refresh()
                due_at = time.monotonic() + seconds / _SHARE

    def _look(self) -> None:
        """Notice since when events wait, and of how many procedures."""
        self._numbers = replace(self._numbers, behind_since=self._numbers.behind_since or datetime.now(UTC))
        if time.monotonic() < self._counted_at + _COUNT_SECONDS:
            return
        with self._store.cursor() as cursor:
            self._numbers = replace(self._numbers, dirty_procedures=dirty_procedures(cursor))
        self._counted_at = time.monotonic()

    def refresh(self) -> float:
        """Derive all that changed, tell who wants to know, and return how many seconds it took."""
        started, began_at = time.perf_counter(), datetime.now(UTC)
        with self._store.writing() as cursor:
            result = refresh(cursor)
        seconds = time.perf_counter() - started
        self._numbers = replace(
            self._numbers,
            mined_event_no=result.watermark,
            refreshes=self._numbers.refreshes + 1,
            refresh_seconds=self._numbers.refresh_seconds + seconds,
            last_refresh_seconds=seconds,
            dossiers=self._numbers.dossiers + result.dossiers,
            behind_since=None if self._store.last_event_no == result.watermark else began_at,
            dirty_procedures=0,
        )
        self._refreshed(result)
        _log.debug("derived", extra={"dossiers": result.dossiers, "seconds": round(seconds, 3)})
        return seconds

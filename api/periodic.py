"""Numbers of the whole store that are counted in the background, now and then, for the metrics."""

import logging
import threading
import time
from abc import ABC, abstractmethod
from typing import ClassVar, Generic, TypeVar

import duckdb

from mining import MiningError

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.5
_LEAST_PAUSE_SECONDS = 60.0
_SHARE = 0.05
"""Counting takes at most this share of a processor: a large store is counted less often than once a minute."""

T = TypeVar("T")


class Periodic(ABC, Generic[T]):
    """Counts once a minute where something has changed; `run()` belongs in a thread that no finding waits for.

    `nothing` are the numbers of which nothing is known yet.
    """

    what: ClassVar[str]
    """What is counted, for the log."""

    def __init__(self, nothing: T) -> None:
        self._nothing = nothing
        self._numbers = nothing
        self._stopping = threading.Event()

    @property
    def numbers(self) -> T:
        """What was counted last."""
        return self._numbers

    @abstractmethod
    def state(self) -> object | None:
        """Return what tells apart the states of the store (by equality); None: there is nothing to count yet."""

    def urgent(self) -> object | None:
        """Return what tells apart states that are counted as soon as the share allows (by identity)."""
        return None

    @abstractmethod
    def count(self) -> T:
        """Count; raises MiningError or duckdb.Error where that cannot be done."""

    def stop(self) -> None:
        """Ask `run()` to end; what is being counted is finished first."""
        self._stopping.set()

    def run(self) -> None:
        """Count until `stop()`."""
        seen: object | None = None
        urgent: object | None = None
        soonest_at = usual_at = 0.0
        while not self._stopping.wait(_LOOK_SECONDS):
            state = self.state()
            if state is None:
                continue
            started_at, urgent_now = time.monotonic(), self.urgent()
            is_usual = started_at >= usual_at and state != seen
            if is_usual or (started_at >= soonest_at and urgent_now is not urgent):
                seen, urgent = state, urgent_now
                self.refresh()
                soonest_at = started_at + (time.monotonic() - started_at) / _SHARE
                is_known = self._numbers != self._nothing
                usual_at = max(soonest_at, started_at + _LEAST_PAUSE_SECONDS) if is_known else soonest_at

    def refresh(self) -> None:
        """Count now; what cannot be counted leaves the numbers as they were."""
        try:
            self._numbers = self.count()
        except (duckdb.Error, MiningError) as error:
            self._complain(self.what, error)

    def _complain(self, what: str, error: Exception) -> None:
        if not self._stopping.is_set():  # else the store was closed meanwhile
            _log.warning("%s could not be counted", what, extra={"reason": str(error)})

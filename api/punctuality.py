"""How many dossiers of the whole store run, are overdue and were on time: kept as plain numbers for the metrics."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb

from mining import MiningError
from mining.clock import Calendars
from mining.on_time import CONVENTIONS, Counts, OnTimeQuestion, on_time

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.5
_LEAST_PAUSE_SECONDS = 60.0
_SHARE = 0.05
"""Counting takes at most this share of a processor: a large store is counted less often than once a minute."""


@dataclass(frozen=True, slots=True)
class PunctualityNumbers:
    """The whole store by first promise and real finish, to the instant (convention B), and the shares on time.

    `shares` is by convention and basis (`reported` or `log`). None where nothing is known yet, or of nothing.
    """

    running: int | None = None
    overdue: int | None = None
    shares: Mapping[tuple[str, str], float | None] = field(default_factory=dict)


class Punctuality:
    """Counts at most once a minute; `run()` belongs in a thread of its own, so that no finding waits for it."""

    def __init__(
        self, cursor: Callable[[], duckdb.DuckDBPyConnection], mined: Callable[[], int], calendars: Calendars
    ) -> None:
        self._cursor = cursor
        self._mined = mined
        self._calendars = calendars
        self._stopping = threading.Event()
        self._numbers = PunctualityNumbers()

    @property
    def numbers(self) -> PunctualityNumbers:
        """What was counted last."""
        return self._numbers

    def stop(self) -> None:
        """Ask `run()` to end."""
        self._stopping.set()

    def run(self) -> None:
        """Count until `stop()`, from when the first events are mined on; time alone makes dossiers overdue."""
        pause = _LOOK_SECONDS
        while not self._stopping.wait(pause):
            if self._mined():
                pause = max(_LEAST_PAUSE_SECONDS, self.refresh() / _SHARE)

    def refresh(self) -> float:
        """Count now, and return how many seconds it took; what cannot be counted is unknown until the next time."""
        started = time.perf_counter()
        try:
            self._numbers = self._counted(datetime.now(UTC))
        except (duckdb.Error, MiningError) as error:
            self._numbers = PunctualityNumbers()
            if not self._stopping.is_set():  # else the store was closed meanwhile
                _log.warning("dossiers on time could not be counted: %s", error)
        return time.perf_counter() - started

    def _counted(self, now: datetime) -> PunctualityNumbers:
        shares: dict[tuple[str, str], float | None] = {}
        exact = Counts("B")
        with self._cursor() as cursor:
            for convention in CONVENTIONS:
                report = on_time(cursor, OnTimeQuestion(as_of=now, convention=convention), self._calendars)
                for row in report.rows:  # one at most: all dossiers are one group
                    shares[convention, "reported"] = row.reported.on_time_share
                    shares[convention, "log"] = row.log_based.on_time_share
                    exact = row.log_based if convention == "B" else exact
        return PunctualityNumbers(exact.running, exact.overdue, shares)

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
from mining.on_time import Counts, OnTimeRow, on_time
from mining.verdict import CONVENTIONS, OnTimeQuestion

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
    due_soon: int | None = None
    shares: Mapping[tuple[str, str], float | None] = field(default_factory=dict)


class Punctuality:
    """Counts once a minute, and when the catalogue changes; `run()` belongs in a thread that no finding waits for."""

    def __init__(
        self,
        cursor: Callable[[], duckdb.DuckDBPyConnection],
        mined: Callable[[], int],
        calendars: Callable[[], Calendars],
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
        counted_by: Calendars | None = None
        soonest_at = usual_at = 0.0
        while not self._stopping.wait(_LOOK_SECONDS):
            if not self._mined():
                continue
            started_at, calendars = time.monotonic(), self._calendars_now()
            if started_at >= (usual_at if calendars is counted_by else soonest_at):
                pause = self.refresh() / _SHARE
                counted_by = calendars
                soonest_at, usual_at = started_at + pause, started_at + max(_LEAST_PAUSE_SECONDS, pause)

    def refresh(self) -> float:
        """Count now, and return how many seconds it took; what cannot be counted is unknown until the next time."""
        started = time.perf_counter()
        now = datetime.now(UTC)
        shares: dict[tuple[str, str], float | None] = {}
        exact: Counts | None = None
        for convention in CONVENTIONS:  # each by itself: a date that one cannot count with spoils no other
            row = self._row(OnTimeQuestion(as_of=now, convention=convention))
            if row is None:
                continue
            shares[convention, "reported"] = row.reported.on_time_share
            shares[convention, "log"] = row.log_based.on_time_share
            exact = row.log_based if convention == "B" else exact
        self._numbers = PunctualityNumbers(
            running=exact.running if exact else None,
            overdue=exact.overdue if exact else None,
            due_soon=exact.due_soon if exact else None,
            shares=shares,
        )
        return time.perf_counter() - started

    def _calendars_now(self) -> Calendars | None:
        """The calendars, the very same until one changes; None where the store cannot tell just now."""
        try:
            return self._calendars()
        except (duckdb.Error, MiningError) as error:
            if not self._stopping.is_set():  # else the store was closed meanwhile
                _log.warning("the calendars could not be read: %s", error)
            return None

    def _row(self, asked: OnTimeQuestion) -> OnTimeRow | None:
        """Return the one group that all dossiers are, or None where it cannot be counted."""
        none = Counts(asked.convention)
        try:
            with self._cursor() as cursor:
                found = on_time(cursor, asked, self._calendars()).rows
            return found[0] if found else OnTimeRow({}, none, none, None)
        except (duckdb.Error, MiningError) as error:
            if not self._stopping.is_set():  # else the store was closed meanwhile
                _log.warning("dossiers on time by convention %s could not be counted: %s", asked.convention, error)
            return None

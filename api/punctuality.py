"""How many dossiers of the whole store run, are overdue and were on time: kept as plain numbers for the metrics."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb

from api.periodic import Periodic
from mining import MiningError
from mining.clocks.clock import Calendars
from mining.clocks.on_time import Counts, OnTimeRow, on_time
from mining.clocks.verdict import CONVENTIONS, OnTimeQuestion


@dataclass(frozen=True, slots=True)
class PunctualityNumbers:
    """The whole store by first promise and real finish, to the instant (convention B), and the shares on time.

    `shares` is by convention and basis (`reported` or `log`). None where nothing is known yet, or of nothing.
    """

    running: int | None = None
    overdue: int | None = None
    due_soon: int | None = None
    shares: Mapping[tuple[str, str], float | None] = field(default_factory=dict)


class Punctuality(Periodic[PunctualityNumbers]):
    """Counts once a minute, since time alone makes dossiers overdue, and when a calendar changes."""

    what = "dossiers on time"

    def __init__(
        self,
        cursor: Callable[[], duckdb.DuckDBPyConnection],
        mined: Callable[[], int],
        calendars: Callable[[], Calendars],
    ) -> None:
        super().__init__(PunctualityNumbers())
        self._cursor = cursor
        self._mined = mined
        self._calendars = calendars

    def state(self) -> object | None:
        """Return the time, from when the first events are mined on."""
        return time.monotonic() if self._mined() else None

    def urgent(self) -> Calendars | None:
        """Return the calendars, the very same until one changes; None where the store cannot tell just now."""
        try:
            return self._calendars()
        except (duckdb.Error, MiningError) as error:
            self._complain("the calendars of dossiers on time", error)
            return None

    def count(self) -> PunctualityNumbers:
        """Count by each convention; what cannot be counted is unknown until the next time."""
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
        return PunctualityNumbers(
            running=exact.running if exact else None,
            overdue=exact.overdue if exact else None,
            due_soon=exact.due_soon if exact else None,
            shares=shares,
        )

    def _row(self, asked: OnTimeQuestion) -> OnTimeRow | None:
        """Return the one group that all dossiers are, or None where it cannot be counted."""
        none = Counts(asked.convention)
        try:
            with self._cursor() as cursor:
                found = on_time(cursor, asked, self._calendars()).rows
            return found[0] if found else OnTimeRow({}, none, none, None)
        except (duckdb.Error, MiningError) as error:
            self._complain(f"{self.what} by convention {asked.convention}", error)
            return None

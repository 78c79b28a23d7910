"""How many dossiers of the whole store run, are overdue and were on time: kept as plain numbers for the metrics."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb

from api.catalogue_questions import procedure_names
from api.periodic import Periodic
from mining import MiningError
from mining.clocks.clock import Calendars
from mining.clocks.on_time import Counts, OnTimeRow, on_time
from mining.clocks.verdict import CONVENTIONS, OnTimeQuestion


@dataclass(frozen=True, slots=True)
class ProcedurePunctuality:
    """A procedure by convention B: dossiers as the log says, and shares on time. The name is None in no catalogue."""

    name: str | None
    running: int
    overdue: int
    reported_share: float | None
    log_share: float | None


@dataclass(frozen=True, slots=True)
class PunctualityNumbers:
    """The whole store by first promise and real finish, to the instant (convention B), and the shares on time.

    `shares` is by convention and basis (`reported` or `log`), `procedures` by code. None where nothing is known yet, or
    of nothing.
    """

    running: int | None = None
    overdue: int | None = None
    due_soon: int | None = None
    shares: Mapping[tuple[str, str], float | None] = field(default_factory=dict)
    procedures: Mapping[str, ProcedurePunctuality] = field(default_factory=dict)


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
        for convention in CONVENTIONS:  # each by itself: a date that one cannot count with spoils no other
            row = self._whole(OnTimeQuestion(as_of=now, convention=convention))
            if row is not None:
                shares[convention, "reported"] = row.reported.on_time_share
                shares[convention, "log"] = row.log_based.on_time_share
        rows = self._rows(OnTimeQuestion(as_of=now, convention="B", by=("procedure",)))
        if rows is None:
            return PunctualityNumbers(shares=shares)
        return PunctualityNumbers(
            running=sum(row.log_based.running for row in rows),
            overdue=sum(row.log_based.overdue for row in rows),
            due_soon=sum(row.log_based.due_soon for row in rows),
            shares=shares,
            procedures=self._named(rows),
        )

    def _named(self, rows: Sequence[OnTimeRow]) -> dict[str, ProcedurePunctuality]:
        """Return the figures of the rows by the code of their procedure."""
        with self._cursor() as cursor:
            names = procedure_names(cursor)
        return {
            code: ProcedurePunctuality(
                names[code][0] if code in names else None,
                row.log_based.running,
                row.log_based.overdue,
                row.reported.on_time_share,
                row.log_based.on_time_share,
            )
            for row in rows
            if (code := row.group["procedure"]) is not None
        }

    def _whole(self, asked: OnTimeQuestion) -> OnTimeRow | None:
        """Return the one group that all dossiers are, or None where it cannot be counted."""
        none = Counts(asked.convention)
        rows = self._rows(asked)
        return None if rows is None else (*rows, OnTimeRow({}, none, none, None))[0]

    def _rows(self, asked: OnTimeQuestion) -> tuple[OnTimeRow, ...] | None:
        try:
            with self._cursor() as cursor:
                return on_time(cursor, asked, self._calendars()).rows
        except (duckdb.Error, MiningError) as error:
            self._complain(f"{self.what} by convention {asked.convention}", error)
            return None

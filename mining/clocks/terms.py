"""Terms: when a limit that starts at the intake ends, for many dossiers at a time.

The rules, each with its cases in `tests/spec/test_due_rules.py` and its reasons in `docs/clocks.md`:

- hours and working days count office hours; an intake while the office is closed counts from its next opening;
- working days keep the time of day of the intake: Monday 10:00 + 5 working days = next Monday 10:00;
- calendar days follow the Civil Code 2015, art. 147 and 148: the first day is not counted, the term ends with its last
  day, and one that ends on a day off ends with the next working day; or they keep the time of day;
- what the clock stood still moves the due date (`extend`), or the limit runs again once the file is complete
  (`restart`). A stop that begins when the date has passed changes nothing.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from mining.clocks.due_rules import DueError, DueRules
from mining.working_time.local_time import to_utc
from mining.working_time.openings import Microseconds
from mining.working_time.worktime import WorkingTime

LIMIT_UNITS = ("hours", "working_days", "calendar_days")
DAY_HOURS = 8
"""The working hours of a working day, in which a part of a day is counted: half a day is 4 hours."""

_HOUR_US = 3_600_000_000
_DAY_US = 24 * _HOUR_US


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """A limit per dossier: how much, of which of LIMIT_UNITS. Raises DueError for an amount that is none."""

    amounts: npt.NDArray[np.float64]
    units: npt.NDArray[np.str_]

    def __post_init__(self) -> None:
        wrong = ~((self.amounts >= 0) & (self.amounts < 100_000))
        if wrong.any():
            raise DueError(f"a limit of {self.amounts[wrong][0]:g} cannot be counted; give 0 to 99,999")
        unknown = ~np.isin(self.units, LIMIT_UNITS)
        if unknown.any():
            raise DueError(
                f"the unit '{self.units[unknown][0]}' of a limit is not known; write {', '.join(LIMIT_UNITS)}"
            )

    @classmethod
    def of(cls, amount: float, unit: str) -> "Limits":
        """Return the limit of one dossier."""
        return cls(np.array([amount], np.float64), np.array([unit]))

    def taken(self, places: npt.NDArray[np.intp]) -> "Limits":
        """Return the limits of some of the dossiers."""
        return Limits(self.amounts[places], self.units[places])


@dataclass(frozen=True, slots=True, eq=False)
class Stops:
    """Stretches during which clocks stood still, each of the dossier in place `rows`: in order, along each dossier.

    `supplement` marks those that waited for papers.
    """

    rows: npt.NDArray[np.intp]
    from_us: Microseconds
    to_us: Microseconds
    supplement: npt.NDArray[np.bool_]

    def rounds(self) -> list[npt.NDArray[np.intp]]:
        """Return the places of the first stop of every dossier, then of the second, and so on."""
        if not len(self.rows):
            return []
        rank = np.arange(len(self.rows)) - np.searchsorted(self.rows, self.rows, "left")
        return [np.flatnonzero(rank == number) for number in range(int(rank.max()) + 1)]

    def of_rows(self, own: npt.NDArray[np.bool_]) -> "Stops":
        """Return the stops of the dossiers that a mask chooses, which are numbered anew."""
        kept = own[self.rows]
        places = np.cumsum(own) - 1
        return Stops(places[self.rows[kept]], self.from_us[kept], self.to_us[kept], self.supplement[kept])


class Terms:
    """Terms on one calendar: when they end, and how a stop moves their end."""

    def __init__(self, working: WorkingTime, rules: DueRules) -> None:
        self._working, self._rules = working, rules
        self._midnights_us, self._working_days = _days(working)

    def due_us(self, starts: Microseconds, limits: Limits, stops: Stops) -> Microseconds:
        """Return when each term ends that starts at intake and is moved by the stops of its dossier."""
        raw = self._ends(starts, limits)
        due = self._rolled(raw, limits)
        for places in stops.rounds():
            places = places[stops.from_us[places] < due[stops.rows[places]]]
            rows = stops.rows[places]
            own = limits.taken(rows)
            moved = self._moved(raw[rows], stops, places, own)
            if self._rules.policy == "restart":
                again = self._ends(stops.to_us[places], own)
                moved = np.where(stops.supplement[places], again, moved)
            raw[rows] = moved
            due[rows] = self._rolled(moved, own)
        return due

    def extended_us(self, dues: Microseconds, stops: Stops) -> Microseconds:
        """Return given due dates moved by the working time of the stops that begin before them."""
        moved = dues.copy()
        for places in stops.rounds():
            places = places[stops.from_us[places] < moved[stops.rows[places]]]
            rows = stops.rows[places]
            stood = self._working.between_us(stops.from_us[places], stops.to_us[places])
            moved[rows] = self._working.add_us(moved[rows], stood)
        return moved

    def _ends(self, starts: Microseconds, limits: Limits) -> Microseconds:
        begun = self._after_cutoff(starts)
        ends = np.empty(len(starts), np.int64)
        for unit, end in zip(LIMIT_UNITS, (self._hours, self._working_day, self._calendar_day), strict=True):
            own = limits.units == unit
            ends[own] = end(begun[own], limits.amounts[own])
        return ends

    def _hours(self, starts: Microseconds, hours: npt.NDArray[np.float64]) -> Microseconds:
        return self._working.add_us(self._opening(starts), np.rint(hours * _HOUR_US).astype(np.int64))

    def _working_day(self, starts: Microseconds, amounts: npt.NDArray[np.float64]) -> Microseconds:
        starts = self._opening(starts)
        whole = np.floor(amounts).astype(np.int64)
        day = self._day(starts)
        place = np.searchsorted(self._working_days, day, "left") + whole
        last = self._working_days[self._covered(place, len(self._working_days))]
        kept = self._within_hours(self._midnights_us[last] + starts - self._midnights_us[day], last)
        part = np.rint((amounts - whole) * DAY_HOURS * _HOUR_US).astype(np.int64)
        return self._working.add_us(kept, part)

    def _calendar_day(self, starts: Microseconds, amounts: npt.NDArray[np.float64]) -> Microseconds:
        if self._rules.calendar_days == "time_of_day":
            return starts + np.rint(amounts * _DAY_US).astype(np.int64)
        last = self._day(starts) + np.ceil(amounts).astype(np.int64)
        return self._midnights_us[self._covered(last + 1, len(self._midnights_us))] - 1

    def _rolled(self, raw: Microseconds, limits: Limits) -> Microseconds:
        """Move ends of terms in calendar days off days off, to the end of the day where the law says so."""
        rolled = raw.copy()
        own = np.flatnonzero(limits.units == "calendar_days")
        day = self._day(raw[own])
        place = np.searchsorted(self._working_days, day, "left")
        last = self._working_days[self._covered(place, len(self._working_days))]
        if self._rules.calendar_days == "civil_code":
            rolled[own] = self._midnights_us[last + 1] - 1
        else:
            rolled[own] += self._midnights_us[last] - self._midnights_us[day]
        return rolled

    def _moved(self, raw: Microseconds, stops: Stops, places: npt.NDArray[np.intp], limits: Limits) -> Microseconds:
        stood = self._working.between_us(stops.from_us[places], stops.to_us[places])
        elapsed = stops.to_us[places] - stops.from_us[places]
        by_day = limits.units == "calendar_days"
        return np.where(by_day, raw + elapsed, self._working.add_us(raw, np.where(by_day, 0, stood)))

    def _after_cutoff(self, starts: Microseconds) -> Microseconds:
        """Let an intake after the cutoff count from the opening of the next working day."""
        if self._rules.cutoff is None:
            return starts
        of_day = self._rules.cutoff
        cutoff = timedelta(hours=of_day.hour, minutes=of_day.minute, seconds=of_day.second)
        day = self._day(starts)
        late = starts - self._midnights_us[day] > cutoff // timedelta(microseconds=1)
        place = np.searchsorted(self._working_days, day, "right")
        following = self._working_days[self._covered(place, len(self._working_days))]
        return np.where(late, self._opening(self._midnights_us[following]), starts)

    def _opening(self, instants: Microseconds) -> Microseconds:
        """Return the instant itself while the office is open, else its next opening."""
        hours = self._working.openings
        return np.maximum(instants, hours.opens_us[np.searchsorted(hours.closes_us, instants, "right")])

    def _within_hours(self, instants: Microseconds, days: npt.NDArray[np.int64]) -> Microseconds:
        """Move instants of working days that have shorter hours to the closing before them, or the day's opening."""
        hours = self._working.openings
        stretch = np.searchsorted(hours.closes_us, instants, "right")
        opens, closed = hours.opens_us[stretch], hours.closes_us[np.maximum(stretch - 1, 0)]
        nearest = np.where(closed > self._midnights_us[days], closed, opens)
        return np.where(opens <= instants, instants, nearest)

    def _day(self, instants: Microseconds) -> npt.NDArray[np.intp]:
        """Return the number of the local day of each instant, counted from the calendar's first."""
        return self._covered(np.searchsorted(self._midnights_us, instants, "right") - 1, len(self._midnights_us) - 1)

    def _covered(self, places: npt.NDArray[np.int64], length: int) -> npt.NDArray[np.int64]:
        if len(places) and not 0 <= places.min() <= places.max() < length:
            raise DueError(
                f"a term runs outside what calendar {self._working.calendar.code} covers, {self._working.first_day} to"
                f" {self._working.end_day}; correct the limit or the time of intake"
            )
        return places


@lru_cache(maxsize=512)
def _days(working: WorkingTime) -> tuple[Microseconds, npt.NDArray[np.int64]]:
    """Return when the local days that a calendar covers begin, and the numbers of those with office hours."""
    first = (working.first_day - date(1970, 1, 1)).days
    numbers = np.arange((working.end_day - working.first_day).days + 1)
    midnights_us = to_utc((numbers + first) * _DAY_US, working.calendar.zone)
    return midnights_us, working.working_days().astype(np.int64) - first

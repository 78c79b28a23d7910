"""Working time: how long an office was open between two instants, and until when it takes to be open for so long.

All of it rests on one function of a calendar, W(t): the microseconds of office hours from the start of the years that
are covered up to the instant t. It grows at the pace of the clock while the office is open and stands still while it
is closed, so the working time from a to b is W(b) - W(a), and the parts of an interval add up to the whole, exactly.

Time is cut into equal cells so short that none holds office hours on both sides of a break. Inside a cell W is then
one addition, clipped to what W is at the two ends of the cell:

    W(t) = min(max(t + shift[cell], worked[cell]), worked[cell + 1])     where cell = (t - origin) // cell_us
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mining import MiningError
from mining.working_time.calendar import END_DAY, FIRST_DAY, Calendar
from mining.working_time.openings import Cells, Microseconds, Openings, cells, openings, working_days

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_INSTANT = pa.timestamp("us", "UTC")
_CHUNK = 1 << 15
"""How many instants are taken at a time: what is computed on the way stays in the processor's cache."""


class WorktimeError(MiningError):
    """A working time was asked for that cannot be told; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class WorkingTime:
    """The working time of one calendar, to the microsecond; `version` is that of the calendar.

    Instants are microseconds since 1970 in UTC or aware datetimes. One outside the days that are covered raises
    WorktimeError. Safe to share between threads.
    """

    calendar: Calendar
    version: str
    first_day: date
    end_day: date
    openings: Openings
    cells: Cells

    @classmethod
    def of(cls, calendar: Calendar, *, first_day: date = FIRST_DAY, end_day: date = END_DAY) -> Self:
        """Lay out a calendar from `first_day` to before `end_day`, by its own time zone; raises CalendarError.

        It takes about 60 ms for the 110 years; keep the answer.
        """
        hours = openings(calendar, first_day, end_day)
        return cls(calendar, calendar.version, first_day, end_day, hours, cells(hours))

    def worked_us(self, instants: Microseconds) -> Microseconds:
        """Return W of each instant: the working microseconds since the start of `first_day`."""
        worked = np.empty(len(instants), np.int64)
        for part in _chunks(len(instants)):
            self._clip(instants[part], out=worked[part])
        return worked

    def between_us(self, starts: Microseconds, ends: Microseconds) -> Microseconds:
        """Return the working microseconds from each start to its end; negative where the end is the earlier."""
        between = np.empty(len(starts), np.int64)
        before = np.empty(_CHUNK, np.int64)
        for part in _chunks(len(starts)):
            self._clip(ends[part], out=between[part])
            between[part] -= self._clip(starts[part], out=before[: part.stop - part.start])
        return between

    def at_us(self, worked: Microseconds) -> Microseconds:
        """Return the earliest instant at which W is `worked`: the inverse of `worked_us`."""
        hours = self.openings
        total = hours.worked_us[-1]
        if len(worked) and not 0 <= worked.min() <= worked.max() <= total:
            raise WorktimeError(
                f"calendar {self.calendar.code} has {total / 3.6e9:,.0f} working hours from {self.first_day} to"
                f" {self.end_day}, and more (or less than none) were asked for; give a shorter term"
            )
        stretch = np.searchsorted(hours.worked_us[1:], worked, "left")
        return np.where(worked == 0, hours.origin_us, hours.opens_us[stretch] + worked - hours.worked_us[stretch])

    def add_us(self, instants: Microseconds, working: Microseconds) -> Microseconds:
        """Return the earliest instant by which `working` microseconds of office hours have passed since each instant.

        That is the close of the office rather than its next opening; nothing added gives the instant itself. A
        negative time raises WorktimeError.
        """
        if len(working) and working.min() < 0:
            raise WorktimeError("a negative working time cannot be added; give how long the office must be open")
        due = np.empty(len(instants), np.int64)
        for part in _chunks(len(instants)):
            target = self.worked_us(instants[part]) + working[part]
            due[part] = np.where(working[part] == 0, instants[part], self.at_us(target))
        return due

    def between_arrow(self, starts: pa.Array, ends: pa.Array) -> pa.Array:
        """Return the working microseconds (int64) between two columns of instants; null where either is."""
        known = pc.and_(pc.is_valid(starts), pc.is_valid(ends))
        between = self.between_us(*(_filled(column, known, self.cells.origin_us) for column in (starts, ends)))
        return pc.if_else(known, pa.array(between), None)

    def between(self, start_at: datetime, end_at: datetime) -> timedelta:
        """Return the working time from one instant to another; negative if the end is the earlier."""
        start, end = self.worked_us(np.array([_microseconds(start_at), _microseconds(end_at)], np.int64)).tolist()
        return timedelta(microseconds=end - start)

    def add(self, start_at: datetime, working: timedelta) -> datetime:
        """Return, in UTC, the earliest instant by which so much working time has passed since `start_at`."""
        due = self.add_us(np.array([_microseconds(start_at)]), np.array([working // _MICROSECOND]))
        return _EPOCH + timedelta(microseconds=int(due[0]))

    def working_days(self) -> npt.NDArray[np.datetime64]:
        """Return the days with office hours, in order (datetime64[D]): to count them, or to find the n-th after one."""
        return working_days(self.calendar, self.first_day, self.end_day)

    def _clip(self, instants: Microseconds, *, out: Microseconds) -> Microseconds:
        known = self.cells
        if instants.min() < known.origin_us or instants.max() > self.openings.end_us:
            self._refuse(instants)
        cell = (instants - known.origin_us) // known.cell_us
        np.add(instants, known.shift_us.take(cell), out=out)
        np.maximum(out, known.worked_us.take(cell), out=out)
        cell += 1
        return np.minimum(out, known.worked_us.take(cell), out=out)

    def _refuse(self, instants: Microseconds) -> None:
        outside = instants[(instants < self.cells.origin_us) | (instants > self.openings.end_us)]
        raise WorktimeError(
            f"the instant {outside[0].astype('datetime64[us]')} UTC is outside what calendar {self.calendar.code}"
            f" covers, {self.first_day} to {self.end_day}; correct the time, or leave the dossier out"
        )


def _chunks(length: int) -> Iterator[slice]:
    return (slice(start, min(start + _CHUNK, length)) for start in range(0, length, _CHUNK))


def _filled(column: pa.Array, known: pa.Array, missing: int) -> Microseconds:
    return np.asarray(pc.if_else(known, column.cast(_INSTANT).cast(pa.int64()), missing))


def _microseconds(at: datetime) -> int:
    if at.utcoffset() is None:
        raise WorktimeError(f"{at.isoformat()} has no UTC offset; write it like 2025-01-31T08:00+07:00")
    return (at - _EPOCH) // _MICROSECOND

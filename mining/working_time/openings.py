"""When an office is open, as instants: a calendar laid out over the years that it covers."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from mining.working_time.calendar import END_DAY, FIRST_DAY, Calendar, CalendarError
from mining.working_time.local_time import to_utc

Microseconds = npt.NDArray[np.int64]
"""Instants as microseconds since 1970-01-01 00:00 UTC, or durations in microseconds."""

_EPOCH_DAY = date(1970, 1, 1)
_DAY_MINUTES = 24 * 60
_MINUTE_US = 60_000_000
_NEVER_US = np.iinfo(np.int64).max
_CELL_MINUTES = tuple(minutes for minutes in range(_DAY_MINUTES, 0, -5) if _DAY_MINUTES % minutes == 0)


@dataclass(frozen=True, slots=True, eq=False)
class Openings:
    """The stretches of office hours from `origin_us` to `end_us`, in order, with a break between any two.

    The last one is empty and opens at the end, so that every instant has a stretch that closes after it. `worked_us`
    is the working time before each stretch.
    """

    origin_us: int
    end_us: int
    opens_us: Microseconds
    closes_us: Microseconds
    worked_us: Microseconds


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Equal cells of time from `origin_us` on, none with office hours on both sides of a break.

    `worked_us[i]` is the working time before cell i, and there is one more of them than cells; `t + shift_us[i]` is
    the working time before the instant t in cell i while the office is open.
    """

    origin_us: int
    cell_us: int
    shift_us: Microseconds
    worked_us: Microseconds


def openings(calendar: Calendar, first_day: date, end_day: date) -> Openings:
    """Lay a calendar out from the start of `first_day` to the start of `end_day`; raises CalendarError."""
    if not FIRST_DAY <= first_day < end_day <= END_DAY:
        raise CalendarError(
            f"the days from {first_day} to {end_day} cannot be covered; choose days from {FIRST_DAY} to {END_DAY}"
        )
    bounds = _local_us(np.array([_number(first_day), _number(end_day)]), np.zeros(2, np.int64))
    origin_us, end_us = to_utc(bounds, calendar.zone)
    days, opens, closes = _slots(calendar, first_day, end_day)
    opens_us = to_utc(_local_us(days, opens), calendar.zone)
    closes_us = to_utc(_local_us(days, closes), calendar.zone)
    kept = closes_us > opens_us  # a clock put forward can skip a slot
    opens_us, closes_us = opens_us[kept], closes_us[kept]
    breaks = np.flatnonzero(opens_us[1:] > closes_us[:-1])  # hours that touch are one stretch
    opens_us = np.concatenate((opens_us[:1], opens_us[breaks + 1], [end_us]))
    closes_us = np.concatenate((closes_us[breaks], closes_us[-1:], [end_us]))
    worked_us = np.append(0, np.cumsum(closes_us - opens_us)[:-1])
    return Openings(int(origin_us), int(end_us), opens_us, closes_us, worked_us)


def cells(hours: Openings) -> Cells:
    """Cut the time of the openings into the widest cells that do; one more follows, for the instant of the end."""
    for minutes in _CELL_MINUTES:
        cell_us = minutes * _MINUTE_US
        bounds = np.arange(hours.origin_us, hours.end_us + 2 * cell_us, cell_us)
        stretch = np.minimum(np.searchsorted(hours.closes_us, bounds, "right"), len(hours.closes_us) - 1)
        following = np.append(hours.opens_us[1:-1], [_NEVER_US, _NEVER_US])[stretch]
        if np.all(following >= bounds + cell_us):
            break
    else:
        raise CalendarError("two stretches of office hours are less than 5 minutes apart; join them")
    shift_us = hours.worked_us[stretch] - hours.opens_us[stretch]
    worked_us = hours.worked_us[stretch] + np.maximum(bounds - hours.opens_us[stretch], 0)
    return Cells(hours.origin_us, cell_us, shift_us[:-1], np.minimum(worked_us, hours.worked_us[-1]))


def working_days(calendar: Calendar, first_day: date, end_day: date) -> npt.NDArray[np.datetime64]:
    """Return the days with office hours from `first_day` to before `end_day`, in order (datetime64[D])."""
    days, _, _ = _slots(calendar, first_day, end_day)
    return np.unique(days).astype("datetime64[D]")


def _slots(calendar: Calendar, first_day: date, end_day: date) -> tuple[Microseconds, Microseconds, Microseconds]:
    """The slots of every day: its number since 1970, and the minutes of the day; in order."""
    special = sorted({day for day in calendar.special_days() if first_day <= day < end_day})
    days = np.setdiff1d(np.arange(_number(first_day), _number(end_day)), [_number(day) for day in special])
    weekdays = (days + _EPOCH_DAY.weekday()) % 7
    rows = [np.empty((0, 3), np.int64)]
    for weekday, hours in enumerate(calendar.week):
        same = days[weekdays == weekday]
        for slot in hours:
            times = np.full((len(same), 2), (slot.opens_minute, slot.closes_minute), np.int64)
            rows.append(np.column_stack((same, times)))
    for day in special:
        for slot in calendar.hours_on(day):
            rows.append(np.array([[_number(day), slot.opens_minute, slot.closes_minute]], np.int64))
    slots = np.concatenate(rows)
    slots = slots[np.lexsort((slots[:, 1], slots[:, 0]))]
    return slots[:, 0], slots[:, 1], slots[:, 2]


def _local_us(days: Microseconds, minutes: Microseconds) -> Microseconds:
    return (days * _DAY_MINUTES + minutes) * _MINUTE_US


def _number(day: date) -> int:
    return (day - _EPOCH_DAY).days

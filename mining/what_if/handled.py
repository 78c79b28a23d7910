"""What officers did, as it lies on the line of their office hours: whom that kept busy, and when a desk had no hand free."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from mining.waiting.desks import Availability, desks
from mining.waiting.ranges import Ints, Mask
from mining.waiting.steps import Steps
from mining.waiting.timeline import same_calendar
from mining.working_time.worktime import WorkingTime

PAUSE_US = 300_000_000
"""A pause of up to 5 minutes is none: people look up, and logs are exact to the minute only."""


@dataclass(frozen=True, slots=True, eq=False)
class Handled:
    """Pieces of work of officers: `row` is that of the steps, `calendar` a place in `times`.

    `ready_us` is since when each lay with the agency, `from_worked` and `to_worked` are the working time at its start
    and end; `effort_us` is its part of that time where its officer was at several at once.
    """

    row: Ints
    officer: Ints
    calendar: Ints
    times: tuple[WorkingTime, ...]
    ready_us: Ints
    start_us: Ints
    end_us: Ints
    from_worked: Ints
    to_worked: Ints
    effort_us: Ints
    estimated: Mask

    def __len__(self) -> int:
        return len(self.row)

    @classmethod
    def of(cls, steps: Steps, rows: Ints, ready_us: Ints, availability: Availability) -> Self:
        """Lay out the work of some rows, all of them with an officer."""
        chosen = desks(steps, availability)
        order = np.argsort(chosen.of[rows], kind="stable")
        lane = chosen.of[rows][order]
        start, end = steps.start_us[rows][order], steps.end_us[rows][order]
        begun, done = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
        calendar, times = np.empty(len(rows), np.int64), dict[int, WorkingTime]()
        for time, part in same_calendar(chosen.times, lane):
            begun[part], done[part] = time.worked_us(start[part]), time.worked_us(end[part])
            times.setdefault(id(time.openings), time)
            calendar[part] = list(times).index(id(time.openings))
        back = np.empty(len(rows), np.int64)
        back[order] = np.arange(len(rows))
        begun, done = begun[back], done[back]
        officer = steps.officer.codes[rows]
        return cls(
            row=rows,
            officer=officer,
            calendar=calendar[back],
            times=tuple(times.values()),
            ready_us=ready_us,
            start_us=steps.start_us[rows],
            end_us=steps.end_us[rows],
            from_worked=begun,
            to_worked=done,
            effort_us=_effort(officer, begun, done),
            estimated=steps.estimated[rows],
        )

    @property
    def line(self) -> tuple[int, int]:
        """Where the lanes of officers or desks begin (working time) and how long each is, laid end to end."""
        low = int(self.from_worked.min(initial=0)) - PAUSE_US
        return low, int(self.to_worked.max(initial=0)) - low + 2 * PAUSE_US

    def instants(self, rows: Ints, worked: Ints) -> Ints:
        """Return the earliest instant at which the working time on the calendar of each row is so much."""
        at = np.empty(len(rows), np.int64)
        for number, time in enumerate(self.times):
            own = self.calendar[rows] == number
            at[own] = time.at_us(np.maximum(worked[own], 0))
        return at


def _effort(officer: Ints, begin: Ints, end: Ints) -> Ints:
    """Divide time that an officer spends on several pieces of work evenly among them."""
    origin = int(begin.min(initial=0))
    low = officer * (int(end.max(initial=0)) - origin + 1) - origin
    edges, place = np.unique(np.concatenate((low + begin, low + end)), return_inverse=True)
    at_work = np.zeros(len(edges), np.int64)
    np.add.at(at_work, place[: len(begin)], 1)
    np.subtract.at(at_work, place[len(begin) :], 1)
    at_work = np.cumsum(at_work)[:-1]
    length = np.where(at_work > 0, np.diff(edges) / np.maximum(at_work, 1), 0.0)
    summed = np.append(0.0, np.cumsum(length))
    return np.rint(summed[place[len(begin) :]] - summed[place[: len(begin)]]).astype(np.int64)


def full_since(work: Handled, desk: Ints, officers: Ints) -> Ints:
    """Return since when (working time) nobody at its desk had been free as each piece was begun; else its own start.

    `officers` is how many each desk has.
    """
    origin, length = work.line
    begin, end, of = _busy(work, desk)
    low = of * length - origin
    edges, place = np.unique(np.concatenate((low + begin, low + end)), return_inverse=True)
    busy = np.zeros(len(edges) + 1, np.int64)
    np.add.at(busy, place[: len(begin)], 1)
    np.subtract.at(busy, place[len(begin) :], 1)
    full = np.cumsum(busy)[:-1] >= officers[np.minimum(edges // length, len(officers) - 1)]
    turns = np.flatnonzero(np.append(True, full[1:] != full[:-1]))
    since = edges[turns]
    shift = desk * length - origin
    asked = shift + work.from_worked
    before = np.searchsorted(since, asked, "left") - 1
    within = (before >= 0) & full[turns[np.maximum(before, 0)]]
    return np.where(within, since[np.maximum(before, 0)] - shift, work.from_worked)


def _busy(work: Handled, desk: Ints) -> tuple[Ints, Ints, Ints]:
    """The stretches for which each officer was at work, pauses left out, and the desk of each."""
    origin, length = work.line
    begin, end = work.from_worked, work.to_worked
    key = np.unique(np.stack((desk, work.officer)), axis=1, return_inverse=True)[1].ravel()
    order = np.lexsort((begin, key))
    low = key[order] * length - origin
    ended = np.maximum.accumulate(low + end[order])
    fresh = np.flatnonzero(np.append(True, low[1:] + begin[order][1:] > ended[:-1] + PAUSE_US))
    last = np.append(fresh[1:] - 1, len(order) - 1)
    return begin[order][fresh], ended[last] - low[last], desk[order][fresh]

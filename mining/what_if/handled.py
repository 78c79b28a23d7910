"""What officers did, as it lies on the line of their office hours: whom it kept busy, when a desk had no hand free."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from mining.waiting.desks import Availability, desks
from mining.waiting.ranges import Ints
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
    effort: Ints = np.rint(summed[place[len(begin) :]] - summed[place[: len(begin)]]).astype(np.int64)
    return effort


def full_since(work: Handled, desk: Ints) -> Ints:
    """Return since when (working time) nobody at its desk had been free as each piece was begun; else its own start.

    Of officers nothing is known before their first and after their last piece; they are not free then.
    """
    origin, length = work.line
    begin, end, of = _busy(work, desk)
    there = _there(work, desk)
    stretches = ((begin, end, of, -1), (*there, 1))
    edges, place = np.unique(
        np.concatenate([of * length - origin + one for *two, of, _ in stretches for one in two]), return_inverse=True
    )
    free = np.zeros(len(edges), np.int64)
    first = 0
    for begin, _end, _of, sign in stretches:
        np.add.at(free, place[first : first + len(begin)], sign)
        np.subtract.at(free, place[first + len(begin) : first + 2 * len(begin)], sign)
        first += 2 * len(begin)
    full = np.cumsum(free) <= 0
    turns = np.flatnonzero(np.append(True, full[1:] != full[:-1]))
    since, shift = edges[turns], desk * length - origin
    before = np.searchsorted(since, shift + work.from_worked, "left") - 1
    inside = np.maximum(before, 0)
    # What is full between two desks on the line began before the desk's own time.
    began = np.maximum(since[inside] - shift, origin)
    return np.where((before >= 0) & full[turns[inside]], began, work.from_worked)


def _busy(work: Handled, desk: Ints) -> tuple[Ints, Ints, Ints]:
    """The stretches for which each officer was at work, pauses left out, and the desk of each."""
    origin, length = work.line
    begin, end = work.from_worked, work.to_worked
    key = _officers(work, desk)[1]
    order = np.lexsort((begin, key))
    low = key[order] * length - origin
    ended = np.maximum.accumulate(low + end[order])
    fresh = np.flatnonzero(np.append(True, low[1:] + begin[order][1:] > ended[:-1] + PAUSE_US))
    last = np.append(fresh[1:] - 1, len(order) - 1)
    return begin[order][fresh], ended[last] - low[last], desk[order][fresh]


def _there(work: Handled, desk: Ints) -> tuple[Ints, Ints, Ints]:
    """From when to when each officer was at work at a desk at all, and which."""
    keys, who = _officers(work, desk)
    first, last = np.full(keys.shape[1], np.iinfo(np.int64).max), np.full(keys.shape[1], np.iinfo(np.int64).min)
    np.minimum.at(first, who, work.from_worked)
    np.maximum.at(last, who, work.to_worked)
    return first, last, keys[0]


def _officers(work: Handled, desk: Ints) -> tuple[Ints, Ints]:
    """Desk and officer of each pair that occurs, and the pair of each piece of work."""
    keys, who = np.unique(np.stack((desk, work.officer)), axis=1, return_inverse=True)
    return keys, who.ravel()

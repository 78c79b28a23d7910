"""Lanes of time laid end to end, and when the officer of each lane was busy.

An officer's time is a lane. All lanes lie on one line, one after the other, so that a question on many officers is one
question on one line: sorting, searching and summing need not know where a lane ends.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from mining.clocks.clock import HeldTime
from mining.waiting.ranges import MOST, Ints, Mask, least_over, sums_at_most
from mining.working_time.worktime import WorkingTime

_LEAST = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, eq=False)
class Lanes:
    """Lanes of equal length from `origin_us` on; `times[i]` is the working time of lane i, counted from there."""

    times: Sequence[WorkingTime]
    origin_us: int
    length_us: int

    def placed(self, lane: Ints, instants: Ints) -> Ints:
        """Return where instants of lanes lie on the line."""
        return lane * self.length_us + (instants - self.origin_us)

    def windows(self, lane: Ints, begin_us: Ints, end_us: Ints) -> "Windows":
        """Return stretches of lanes as they lie on the line."""
        begin_worked, end_worked = self.worked(lane, begin_us), self.worked(lane, end_us)
        return Windows(self.placed(lane, begin_us), self.placed(lane, end_us), begin_worked, end_worked)

    def worked(self, lane: Ints, instants: Ints) -> Ints:
        """Return the working time of each instant on the calendar of its lane; quick where lanes are sorted."""
        worked = np.empty(len(instants), np.int64)
        for time, part in same_calendar(self.times, lane):
            worked[part] = time.worked_us(instants[part]) - time.worked_us(np.array([self.origin_us]))
        return worked

    def opened(self, lane: Ints, places: Ints) -> tuple[Ints, Ints]:
        """Return when the office of the lane had last opened at each place on the line, and the working time then."""
        opened, worked = np.empty(len(places), np.int64), np.empty(len(places), np.int64)
        shift = lane * self.length_us - self.origin_us
        for time, part in same_calendar(self.times, lane):
            hours = time.openings
            last = np.searchsorted(hours.opens_us, places[part] - shift[part], "right") - 1
            opened[part] = np.maximum(hours.opens_us[last], hours.origin_us)
            worked[part] = hours.worked_us[last] - time.worked_us(np.array([self.origin_us]))
        return opened + shift, worked


def same_calendar(times: Sequence[WorkingTime], lane: Ints) -> Iterator[tuple[WorkingTime, slice]]:
    """Yield the stretches of rows whose lanes have one calendar; few where the lanes are sorted."""
    hours = {id(time.openings): number for number, time in enumerate(times)}
    own = np.array([hours[id(time.openings)] for time in times], np.int64)[lane]
    bounds = [0, *(np.flatnonzero(own[1:] != own[:-1]) + 1).tolist(), len(own)] if len(own) else [0]
    for first, end in pairwise(bounds):
        yield times[int(lane[first])], slice(first, end)


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Stretches of time on the line, and the working time at their two ends; never longer than a lane."""

    begin: Ints
    end: Ints
    begin_worked: Ints
    end_worked: Ints

    @property
    def elapsed(self) -> Ints:
        """How long they are; 0 where the end lies before the begin."""
        length: Ints = np.maximum(self.end - self.begin, 0)
        return length

    @property
    def working(self) -> Ints:
        """How much of that is working time."""
        length: Ints = np.maximum(self.end_worked - self.begin_worked, 0)
        return length

    @property
    def split(self) -> "Split":
        """Both."""
        return Split(self.elapsed, self.working)

    def take(self, rows: Ints | Mask | slice) -> "Windows":
        """Return some of them."""
        return Windows(self.begin[rows], self.end[rows], self.begin_worked[rows], self.end_worked[rows])

    def from_(self, instants: Ints, worked: Ints) -> "Windows":
        """Return what of each lies after an instant."""
        later = instants > self.begin
        begin, begin_worked = np.where(later, instants, self.begin), np.where(later, worked, self.begin_worked)
        return Windows(begin, self.end, begin_worked, self.end_worked)

    def until(self, instants: Ints, worked: Ints) -> "Windows":
        """Return what of each lies before an instant."""
        earlier = instants < self.end
        end, end_worked = np.where(earlier, instants, self.end), np.where(earlier, worked, self.end_worked)
        return Windows(self.begin, end, self.begin_worked, end_worked)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Elapsed and working microseconds of something, a pair a row."""

    elapsed: Ints
    working: Ints

    def of(self, row: int | np.int64) -> HeldTime:
        """Return the pair of one row."""
        return HeldTime(int(self.elapsed[row]), int(self.working[row]))

    def __sub__(self, other: "Split") -> "Split":
        return Split(self.elapsed - other.elapsed, self.working - other.working)

    def __add__(self, other: "Split") -> "Split":
        return Split(self.elapsed + other.elapsed, self.working + other.working)


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """The line cut wherever work begins or ends: cell i lies between edges i and i + 1.

    `least[i]` is since when the work lay ready that was done in cell i; of several at once that which was ready first;
    MOST where the officer was idle. `elapsed` and `working` are the busy time before each edge.
    """

    edges: Ints
    worked: Ints
    least: Ints
    elapsed: Ints
    working: Ints

    @classmethod
    def of(cls, work: Windows, enabled: Ints) -> Self:
        """Lay out pieces of work and since when each had lain ready; they may overlap."""
        bounds = np.concatenate((work.begin, work.end))
        edges, index, place = np.unique(bounds, return_index=True, return_inverse=True)
        worked = np.concatenate((work.begin_worked, work.end_worked))[index]
        least = least_over(place[: len(enabled)], place[len(enabled) :], enabled, max(len(edges) - 1, 0))
        return cls(edges, worked, least, *(_busy(values, least) for values in (edges, worked)))

    def busy(self, asked: Windows) -> Split:
        """Return how long the officer was busy in each window."""
        first, end = self._cells(asked)
        whole = Split(self.elapsed[end] - self.elapsed[first], self.working[end] - self.working[first])
        return whole - self._cut(asked, first, end, MOST - 1)

    def busy_with(self, asked: Windows, enabled: Ints) -> Split:
        """Return how long the officer was busy in each window with work that was ready at an instant or before."""
        first, end = self._cells(asked)
        elapsed, working = self._sums(first, end, enabled)
        return Split(elapsed, working) - self._cut(asked, first, end, enabled)

    def cell_of(self, edges: Ints) -> Ints:
        """Return the cell that begins at each of some edges."""
        return np.searchsorted(self.edges, edges)

    def _cells(self, asked: Windows) -> tuple[Ints, Ints]:
        """The cells that each window touches, from the first to before the end."""
        cells = len(self.least)
        first = np.clip(np.searchsorted(self.edges, asked.begin, "right") - 1, 0, cells)
        end = np.clip(np.searchsorted(self.edges, asked.end, "left"), first, cells)
        return first, np.where(asked.end > asked.begin, end, first)

    def _cut(self, asked: Windows, first: Ints, end: Ints, enabled: Ints | int) -> Split:
        """What the first and the last cell of each window have outside it, as far as that counts."""
        elapsed, working = np.zeros(len(first), np.int64), np.zeros(len(first), np.int64)
        rows = np.flatnonzero(end > first)
        if len(rows):
            limit = enabled if isinstance(enabled, int) else enabled[rows]
            head, tail = first[rows], end[rows] - 1
            before = (self.least[head] <= limit) & (asked.begin[rows] > self.edges[head])
            after = (self.least[tail] <= limit) & (asked.end[rows] < self.edges[tail + 1])
            elapsed[rows] += np.where(before, asked.begin[rows] - self.edges[head], 0)
            elapsed[rows] += np.where(after, self.edges[tail + 1] - asked.end[rows], 0)
            working[rows] += np.where(before, asked.begin_worked[rows] - self.worked[head], 0)
            working[rows] += np.where(after, self.worked[tail + 1] - asked.end_worked[rows], 0)
        return Split(elapsed, working)

    def _sums(self, first: Ints, end: Ints, enabled: Ints) -> tuple[Ints, Ints]:
        """The busy time of the cells whose work was enabled at an instant or before.

        Up to the first cell that was enabled later everything counts, and after the last one that was not nothing
        does. Where work is done in the order in which it is enabled these meet; only what lies between is summed up.
        """
        idle = self.least == MOST
        highest = np.maximum.accumulate(np.where(idle, _LEAST, self.least))
        lowest = np.minimum.accumulate(self.least[::-1])[::-1]
        sure = np.clip(np.searchsorted(highest, enabled, "right"), first, end)
        open_ = np.clip(np.searchsorted(lowest, enabled, "right"), sure, end)
        elapsed, working = self.elapsed[sure] - self.elapsed[first], self.working[sure] - self.working[first]
        rows = np.flatnonzero(open_ > sure)
        weights = np.diff(self.elapsed), np.diff(self.working)
        more = sums_at_most(self.least, weights, sure[rows], open_[rows], enabled[rows])
        elapsed[rows] += more[0]
        working[rows] += more[1]
        return elapsed, working


def _busy(values: Ints, least: Ints) -> Ints:
    """The busy time before each edge."""
    if not len(values):
        return np.zeros(1, np.int64)
    return np.append(0, np.cumsum(np.where(least == MOST, 0, np.diff(values))))

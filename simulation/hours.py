"""When an office is open, for one instant at a time: the simulator asks this for every task that it starts.

Instants are microseconds since 1970-01-01 00:00 UTC. W(t) is the working time before the instant t: it grows at the
pace of the clock while the office is open and stands still while it is closed, as in `mining.working_time.worktime`,
which answers the same questions for many instants at once.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import pairwise

from simulation import SimulationError

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


class Hours:
    """Stretches of office hours, each from an opening (open) to a close (closed from then on), with breaks between.

    Raises SimulationError if they are empty, overlap, touch or stand in the wrong order, and whenever an instant is
    asked for that lies after the last close.
    """

    __slots__ = ("_before_us", "_closes_us", "_opens_us", "_until_us")

    def __init__(self, opens_us: Iterable[int], closes_us: Iterable[int]) -> None:
        self._opens_us, self._closes_us = list(opens_us), list(closes_us)
        bounds = [bound for pair in zip(self._opens_us, self._closes_us, strict=True) for bound in pair]
        if not bounds:
            raise SimulationError("an office without office hours cannot work; give at least one opening")
        if any(later <= earlier for earlier, later in pairwise(bounds)):
            raise SimulationError("office hours overlap, touch or stand in the wrong order; join and sort them")
        self._before_us: list[int] = []
        self._until_us: list[int] = []
        worked = 0
        for opens, closes in zip(self._opens_us, self._closes_us, strict=True):
            self._before_us.append(worked)
            worked += closes - opens
            self._until_us.append(worked)

    @classmethod
    def always(cls, until_us: int) -> "Hours":
        """Return hours that are open from 1970 until an instant."""
        return cls([0], [until_us])

    @property
    def openings_us(self) -> list[tuple[int, int]]:
        """The stretches, in order."""
        return list(zip(self._opens_us, self._closes_us, strict=True))

    def worked(self, at: int) -> int:
        """Return W of an instant: the working microseconds before it."""
        place = bisect_right(self._opens_us, at) - 1
        if place < 0:
            return 0
        return min(self._before_us[place] + at - self._opens_us[place], self._until_us[place])

    def at(self, worked: int) -> int:
        """Return the earliest instant at which W is `worked`: a close rather than the opening after it."""
        place = bisect_left(self._until_us, worked)
        if place == len(self._until_us):
            raise self._past(f"{worked / HOUR_US:,.0f} working hours")
        return self._opens_us[place] + worked - self._before_us[place]

    def is_open(self, at: int) -> bool:
        """Return whether the office is open at an instant."""
        return self.open_until(at) > 0

    def next_open(self, at: int) -> int:
        """Return the instant itself while the office is open, else its next opening."""
        place = bisect_right(self._closes_us, at)
        if place == len(self._closes_us):
            raise self._past("a later opening")
        return max(at, self._opens_us[place])

    def open_until(self, at: int) -> int:
        """Return until when the office is open that is open at an instant; 0 if it is closed."""
        place = bisect_right(self._opens_us, at) - 1
        if place < 0:
            return 0
        closes = self._closes_us[place]
        return closes if at < closes else 0

    def after(self, at: int, work: int) -> int:
        """Return the earliest instant by which `work` microseconds of office hours have passed since `at`.

        Nothing added gives the instant itself, also while the office is closed.
        """
        place = bisect_right(self._opens_us, at) - 1
        if place >= 0 and at + work <= self._closes_us[place]:
            return at + work
        return self.at(self.worked(at) + work) if work else at

    def _past(self, what: str) -> SimulationError:
        return SimulationError(
            f"the office hours end after {self._until_us[-1] / HOUR_US:,.0f} working hours, and {what} was needed;"
            " lay the calendar out over more years"
        )

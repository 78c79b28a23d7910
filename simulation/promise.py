"""The date that a citizen is promised: when the approved limit ends, and how a stop of the clock moves it.

The rules are those of `docs/clocks.md` (hours and working days count office hours, working days keep the time of day,
calendar days follow the Civil Code 2015, art. 147 and 148; stops extend); `mining.clocks.due` answers for many at once.
"""

from bisect import bisect_left, bisect_right

from simulation.city import HOURS_OF_A_WORKING_DAY, Limit
from simulation.hours import DAY_US, HOUR_US, Hours

SECOND_US = 1_000_000


class Promises:
    """Promised dates on one calendar, whose local time is `offset_us` ahead of UTC.

    Instants are microseconds since 1970 in UTC; an end of a day is its last whole second.
    """

    __slots__ = ("_closes_us", "_days", "_offset_us", "_opens_us", "hours")

    def __init__(self, hours: Hours, offset_us: int) -> None:
        self.hours = hours
        self._offset_us = offset_us
        self._opens_us = [opens for opens, _ in hours.openings_us]
        self._closes_us = [closes for _, closes in hours.openings_us]
        self._days = sorted({(opens + offset_us) // DAY_US for opens in self._opens_us})

    def due(self, at: int, limit: Limit) -> int:
        """Return when a limit ends that begins with an intake."""
        if limit.unit == "calendar_days":
            return self._end_of_day((at + self._offset_us) // DAY_US - int(-limit.amount // 1))
        start = self.hours.next_open(at)
        if limit.unit == "hours":
            return self.hours.after(start, round(limit.amount * HOUR_US))
        day, of_day = divmod(start + self._offset_us, DAY_US)
        whole = int(limit.amount)
        last = self._days[bisect_left(self._days, day) + whole]
        part = round((limit.amount - whole) * HOURS_OF_A_WORKING_DAY * HOUR_US)
        return self.hours.after(self._in_hours(last, of_day), part)

    def moved(self, due: int, from_us: int, to_us: int, limit: Limit) -> int:
        """Return a due date after the clock stood still; a stop that begins when it has passed changes nothing."""
        if from_us >= due:
            return due
        if limit.unit == "calendar_days":
            return self._end_of_day((due + to_us - from_us + self._offset_us) // DAY_US)
        return self.hours.after(due, self.hours.worked(to_us) - self.hours.worked(from_us))

    def later(self, due: int, working_days: int) -> int:
        """Return a due date put off by some working days."""
        return self.hours.after(due, working_days * HOURS_OF_A_WORKING_DAY * HOUR_US)

    def _end_of_day(self, day: int) -> int:
        """Return the end of a local day, or of the next working day where it is off."""
        return (self._days[bisect_left(self._days, day)] + 1) * DAY_US - self._offset_us - SECOND_US

    def _in_hours(self, day: int, of_day: int) -> int:
        """Return a time of a working day; where the office is closed then, the close before it or the day's opening."""
        midnight = day * DAY_US - self._offset_us
        place = bisect_right(self._closes_us, midnight + of_day)
        if place < len(self._opens_us) and self._opens_us[place] <= midnight + of_day:
            return midnight + of_day
        closed = self._closes_us[place - 1]
        return closed if closed > midnight else self._opens_us[place]

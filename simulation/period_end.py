"""Dossiers that are put aside until the last working day of the month: the habit of closing all of them at once."""

from collections.abc import Sequence
from datetime import date

from simulation.city import City
from simulation.dossier import Dossier
from simulation.engine import Job
from simulation.hours import DAY_US, HOUR_US, Hours
from simulation.layout import Clock, day_number, local_day
from simulation.planted import PERIOD_END, PUT_ASIDE, SWIFT

_LONGEST_US = 6 * DAY_US
_PLACES = 8
_APART_US = HOUR_US // 2


class PeriodEnd:
    """Puts dossiers aside whose last step comes up in the last days of a month; to be asked as each task ends."""

    def __init__(self, city: City, clock: Clock, hours: Sequence[Hours]) -> None:
        self._clock = clock
        self._hours = [hours[unit.calendar] for unit in city.units]
        self._calendar = [unit.calendar for unit in city.units]
        self._last: dict[tuple[int, int, int], int] = {}
        self.is_needed = any(unit.habits.period_end for unit in city.units)

    def ended(self, job: Job[Dossier]) -> None:
        """Let the last step wait for the end of the month, where the dossier meets with that habit."""
        course, dossier = job.course, job.course.about
        if dossier.habits & (PERIOD_END | SWIFT) != PERIOD_END or course.pending > 1:
            return
        place = job.stage + 1
        if place != dossier.finish_stage:
            return
        hold_us = self._until(dossier, job.end_us) - job.end_us
        if 0 < hold_us <= _LONGEST_US:
            held = tuple(task._replace(hold_us=hold_us) for task in course.stages[place])
            course.stages = [*course.stages[:place], held, *course.stages[place + 1 :]]
            dossier.habits |= PUT_ASIDE

    def _until(self, dossier: Dossier, at: int) -> int:
        """When the dossier is taken up again: some time in the morning of the last working day of its month."""
        month = local_day(self._clock.day(at))
        key = (self._calendar[dossier.unit], month.year, month.month)
        last = self._last.get(key)
        if last is None:
            last = self._last[key] = self._last_morning(self._hours[dossier.unit], month.year, month.month)
        return last + dossier.number % _PLACES * _APART_US

    def _last_morning(self, hours: Hours, year: int, month: int) -> int:
        """The opening of the last working day of a month."""
        following = date(year + month // 12, month % 12 + 1, 1)
        midnight = day_number(following) * DAY_US - self._clock.offset_us
        last_day = self._clock.day(hours.at(hours.worked(midnight)) - 1)
        return hours.next_open(last_day * DAY_US - self._clock.offset_us)

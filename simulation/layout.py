"""The city laid out as arrays, so that thousands of dossiers can be drawn at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from simulation import SimulationError
from simulation.city import City, Process
from simulation.engine import NOBODY, Pool
from simulation.hours import DAY_US, Hours
from simulation.promise import SECOND_US

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_EPOCH_DAY = date(1970, 1, 1)
NEVER_US = 2**62


@dataclass(frozen=True, slots=True)
class Clock:
    """The instants of a city in microseconds since 1970 UTC; its local time is `offset_us` ahead of UTC throughout."""

    offset_us: int
    start_us: int
    end_us: int
    until_us: int
    switch_us: int

    @classmethod
    def of(cls, city: City) -> "Clock":
        """Return when the period of a city starts and ends, and when its portals are switched."""
        noon = datetime.combine(city.period.first_day, time(12), ZoneInfo(city.zone))
        offset = noon.utcoffset() or timedelta()
        offset_us = offset // timedelta(microseconds=1)
        switch = city.portals.switch_day
        return cls(
            offset_us,
            day_number(city.period.first_day) * DAY_US - offset_us,
            (day_number(city.period.last_day) + 1) * DAY_US - offset_us,
            (day_number(city.period.events_until) + 1) * DAY_US - offset_us,
            NEVER_US if switch is None else day_number(switch) * DAY_US - offset_us,
        )

    def day(self, at: int) -> int:
        """Return the number of the local day of an instant, counted from 1970."""
        return (at + self.offset_us) // DAY_US


class Opening:
    """The office hours of a calendar as arrays, for many instants at once; see `simulation.hours`."""

    def __init__(self, hours: Hours) -> None:
        bounds = np.array(hours.openings_us, np.int64)
        self.opens_us, self.closes_us = bounds[:, 0], bounds[:, 1]
        self._until_us: Ints = np.cumsum(self.closes_us - self.opens_us)

    def worked(self, instants: Ints) -> Ints:
        """Return the working time before each instant."""
        place = np.searchsorted(self.opens_us, instants, "right") - 1
        since: Ints = instants - self.opens_us[place]
        length = self.closes_us[place] - self.opens_us[place]
        worked: Ints = self._until_us[place] - length + np.minimum(np.maximum(since, 0), length)
        return np.where(place < 0, 0, worked).astype(np.int64)

    def at(self, worked: Ints) -> Ints:
        """Return the instant, in office hours, before which there is so much working time."""
        place = np.minimum(np.searchsorted(self._until_us, worked, "right"), len(self._until_us) - 1)
        instants: Ints = self.closes_us[place] - (self._until_us[place] - worked)
        return instants

    def next_open(self, instants: Ints) -> Ints:
        """Return each instant itself while the office is open, else its next opening."""
        place = np.minimum(np.searchsorted(self.closes_us, instants, "right"), len(self.closes_us) - 1)
        return np.maximum(instants, self.opens_us[place])


@dataclass(frozen=True, slots=True, eq=False)
class StepTables:
    """What is drawn for a step: a row per process, a column per step; 0 beyond the last step."""

    work_hours: Floats
    work_sigma: Floats
    hold_hours: Floats
    hold_sigma: Floats
    sends_back: Floats
    refuses: Floats
    skips: Floats

    @classmethod
    def of(cls, processes: Sequence[Process]) -> "StepTables":
        """Return the tables of all processes of a city."""
        width = max(len(process.steps) for process in processes)
        tables = {name: np.zeros((len(processes), width)) for name in cls.__slots__}
        for row, process in enumerate(processes):
            for name, table in tables.items():
                table[row, : len(process.steps)] = [getattr(step, name) for step in process.steps]
        return cls(**tables)


def day_number(day: date) -> int:
    """Return the number of a day, counted from 1970."""
    return (day - _EPOCH_DAY).days


def engine_pools(city: City, clock: Clock, hours_by_calendar: Sequence[Hours]) -> list[Pool]:
    """Return the pools of a city for the engine, with officers numbered through; raises SimulationError."""
    if len(hours_by_calendar) != len(city.calendars):
        raise SimulationError(
            f"the city has {len(city.calendars)} calendars and office hours of {len(hours_by_calendar)} were given"
        )
    sessions: dict[tuple[int, tuple[time, ...]], list[int]] = {}
    pools: list[Pool] = []
    first = 0
    for pool in city.pools:
        if not pool.officers:
            raise SimulationError(f"a pool of {city.units[pool.unit].name} has no officers; give it at least one")
        calendar = city.units[pool.unit].calendar
        hours = hours_by_calendar[calendar]
        key = (calendar, pool.sessions)
        if key not in sessions:
            sessions[key] = _sessions(hours, clock, pool.sessions)
        officers = tuple(range(first, first + len(pool.officers)))
        first += len(officers)
        pools.append(Pool(officers, hours, sessions[key]))
    return pools


def pools_by_role(city: City) -> list[tuple[int, ...]]:
    """Return the pool of each role for each unit, NOBODY where there is none."""
    return [tuple(NOBODY if pool < 0 else pool for pool in unit.pools) for unit in city.units]


def rounded(instants: Floats) -> Ints:
    """Round times in microseconds to whole seconds: all times of the simulated city are."""
    seconds: Ints = np.rint(instants / SECOND_US).astype(np.int64)
    return seconds * SECOND_US


def local_day(day: int) -> date:
    """Return the day of a number counted from 1970."""
    return datetime.fromtimestamp(day * 86_400, UTC).date()


def _sessions(hours: Hours, clock: Clock, times: Sequence[time]) -> list[int]:
    """The instants of some times of day on every working day."""
    of_day = [(one.hour * 3600 + one.minute * 60 + one.second) * SECOND_US for one in sorted(times)]
    days = sorted({clock.day(opens) for opens, _ in hours.openings_us})
    return [day * DAY_US - clock.offset_us + one for day in days for one in of_day]

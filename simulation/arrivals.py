"""When dossiers arrive, of which procedure, where, by which channel, under which version: drawn day by day.

Every draw is made in the order of the days from one generator, so the same city gives the same dossiers, whatever its
processes take; what is kept at a time is a day's arrivals or a few thousand, whichever is more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulation.city import CHANNELS, City, Period
from simulation.hours import DAY_US, HOUR_US, Hours
from simulation.layout import Clock, Floats, Ints, Opening, day_number, local_day, rounded

BLOCK = 4096
_ONLINE = CHANNELS.index("online")
_LINE_DAYS = 1 << 20
"""More than any number of a day: a line and a day make one number, so that one search finds the version."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrived:
    """Dossiers in order of arrival, an entry each; the others are indices into City (`case` into the procedure's)."""

    arrival_us: Ints
    procedure: Ints
    unit: Ints
    case: Ints
    channel: Ints
    process: Ints

    def rows(self, chosen: "slice | Ints") -> "Arrived":
        """Return some of the dossiers."""
        return Arrived(*(getattr(self, name)[chosen] for name in self.__slots__))


class _Choice:
    """A choice among a few options with shares, for each of many owners that have options of their own."""

    def __init__(self, shares: Sequence[Sequence[float]]) -> None:
        cumulated = [np.cumsum(one) / np.sum(one) + owner for owner, one in enumerate(shares)]
        self._first = np.cumsum([0, *(len(one) for one in shares)])[:-1]
        self._last = self._first + [len(one) - 1 for one in shares]
        self._bounds = np.concatenate(cumulated)

    def draw(self, owners: Ints, dice: Floats) -> Ints:
        """Return the number of the option, counted from 0, that each owner's throw (0 to 1) hits."""
        place = np.searchsorted(self._bounds, owners + dice, "right")
        hit: Ints = np.minimum(place, self._last[owners]) - self._first[owners]
        return hit


class Arrivals:
    """The arrivals of a city; `blocks` draws them anew, and equal, each time it is called."""

    def __init__(self, city: City, clock: Clock, hours: Sequence[Hours]) -> None:
        self._city, self._clock = city, clock
        self._openings = [Opening(one) for one in hours]
        self._calendar = np.array([unit.calendar for unit in city.units])
        procedures = city.procedures
        self._weights = np.cumsum([one.weight for one in procedures])
        self._units = [np.array(one.units) for one in procedures]
        self._unit_choice = _Choice([one.unit_shares for one in procedures])
        self._flat_units = np.concatenate(self._units)
        self._first_unit = np.cumsum([0, *(len(one) for one in self._units)])[:-1]
        self._case_choice = _Choice([one.case_shares for one in procedures])
        self._channels_start = np.array([one.channels_start for one in procedures])
        self._channels_end = np.array([one.channels_end for one in procedures])
        self._jump = np.array([one.online_jump for one in procedures])
        self._jump_day = self._jump_days()
        self._off_weights = np.cumsum(
            [one.weight * (one.channels_start[_ONLINE] + one.channels_end[_ONLINE]) for one in procedures]
        )
        hours_of_day = np.array(city.period.hours)
        self._hours = np.cumsum(hours_of_day / hours_of_day.sum())
        self._ending = [
            (number, day_number(one.valid_to), one.successor)
            for number, one in enumerate(city.units)
            if one.valid_to is not None and one.successor is not None
        ]
        self._lines()

    def blocks(self) -> Iterator[Arrived]:
        """Yield the dossiers in blocks, each after the others in time."""
        dice = np.random.default_rng([self._city.seed, 1])
        period = self._city.period
        first = day_number(period.first_day)
        working = {self._clock.day(one) for one in self._openings[0].opens_us.tolist()}
        days = np.arange(first, day_number(period.last_day) + 1)
        off = np.array([day not in working for day in days.tolist()])
        weights = np.array([_weight(period, day, off=day not in working) for day in days.tolist()])
        counts = dice.multinomial(self._city.dossiers, weights / weights.sum())
        ends = np.cumsum(counts)
        done, place = 0, 0
        while place < len(days):
            after = max(place + 1, int(np.searchsorted(ends, done + BLOCK, "right")))
            chosen = slice(place, after)
            yield from self._days(np.repeat(days[chosen], counts[chosen]), np.repeat(off[chosen], counts[chosen]), dice)
            done, place = int(ends[after - 1]), after

    def _days(self, day: Ints, off: npt.NDArray[np.bool_], dice: np.random.Generator) -> Iterator[Arrived]:
        throws = dice.random((6, len(day)))
        procedure = np.where(
            off,
            np.searchsorted(self._off_weights, throws[0] * self._off_weights[-1], "right"),
            np.searchsorted(self._weights, throws[0] * self._weights[-1], "right"),
        ).clip(max=len(self._weights) - 1)
        unit = self._flat_units[self._first_unit[procedure] + self._unit_choice.draw(procedure, throws[1])]
        unit = self._successors(unit, day)
        case = self._case_choice.draw(procedure, throws[2])
        channel = np.where(off, _ONLINE, self._channel(procedure, day, throws[3]))
        arrival, channel = self._instants(day, unit, channel, throws[4:])
        drawn = Arrived(arrival, procedure, unit, case, channel, self._process(arrival, procedure, unit, case, channel))
        drawn = drawn.rows(np.argsort(arrival, kind="stable"))
        for start in range(0, len(day), BLOCK):
            yield drawn.rows(slice(start, start + BLOCK))

    def _channel(self, procedure: Ints, day: Ints, throws: Floats) -> Ints:
        """Channel shares go linearly over the period, and jump towards online with a new version."""
        first, last = day_number(self._city.period.first_day), day_number(self._city.period.last_day)
        gone = ((day - first) / max(1, last - first))[:, None]
        shares = self._channels_start[procedure] * (1 - gone) + self._channels_end[procedure] * gone
        moved = np.where(day >= self._jump_day[procedure], self._jump[procedure], 0.0)
        shares *= (1 - moved)[:, None]
        shares[:, _ONLINE] += moved
        bounds = np.cumsum(shares, axis=1)
        channel: Ints = (throws[:, None] * bounds[:, -1:] >= bounds).sum(axis=1).clip(max=len(CHANNELS) - 1)
        return channel

    def _instants(self, day: Ints, unit: Ints, channel: Ints, throws: Floats) -> tuple[Ints, Ints]:
        """Online by the hours of the day, the others evenly over the office hours; online where there are none."""
        midnight = day * DAY_US - self._clock.offset_us
        hour = np.searchsorted(self._hours, throws[0], "right").clip(max=23)
        online = midnight + rounded((hour + throws[1] * 0.9997) * HOUR_US)
        arrival, channel = online.copy(), channel.copy()
        calendar = self._calendar[unit]
        for number, opening in enumerate(self._openings):
            own = np.flatnonzero((calendar == number) & (channel != _ONLINE))
            before, after = opening.worked(midnight[own]), opening.worked(midnight[own] + DAY_US)
            counter = opening.at(before + rounded(throws[1][own] * (after - before - 1e6)))
            arrival[own] = np.where(after > before, counter, online[own])
            channel[own] = np.where(after > before, channel[own], _ONLINE)
        return arrival, channel

    def _process(self, arrival: Ints, procedure: Ints, unit: Ints, case: Ints, channel: Ints) -> Ints:
        """The version in force on the day on which the office could take the dossier in."""
        opened = arrival.copy()
        for number, opening in enumerate(self._openings):
            own = self._calendar[unit] == number
            opened[own] = opening.next_open(arrival[own])
        day = (opened + self._clock.offset_us) // DAY_US
        line = self._first_line[procedure] + case * len(CHANNELS) + channel
        place = np.searchsorted(self._line_keys, line * _LINE_DAYS + day, "right") - 1
        process: Ints = self._line_processes[np.maximum(place, self._line_starts[line])]
        return process

    def _lines(self) -> None:
        """Number the process lines (procedure, case variant, channel) and lay their versions out in one row."""
        keys: list[int] = []
        processes: list[int] = []
        starts: list[int] = []
        first: list[int] = []
        for procedure in self._city.procedures:
            first.append(len(starts))
            for versions in (line for by_channel in procedure.lines for line in by_channel):
                keys += [
                    len(starts) * _LINE_DAYS + day_number(self._city.processes[v].effective_from) for v in versions
                ]
                starts.append(len(processes))
                processes += versions
        self._line_keys, self._line_processes = np.array(keys), np.array(processes)
        self._line_starts, self._first_line = np.array(starts), np.array(first)

    def _jump_days(self) -> Ints:
        days = np.full(len(self._city.procedures), _LINE_DAYS)
        for process in self._city.processes:
            if process.replaces is not None:
                days[process.procedure] = min(days[process.procedure], day_number(process.effective_from))
        return days

    def _successors(self, unit: Ints, day: Ints) -> Ints:
        """A unit that is no more has its dossiers taken in by its successor."""
        for number, last_day, successor in self._ending:
            unit = np.where((unit == number) & (day > last_day), successor, unit)
        return unit


def _weight(period: Period, day: int, *, off: bool) -> float:
    """The relative arrivals of a local day."""
    at = local_day(day)
    weight = period.off_days if off else period.weekdays[at.weekday()]
    for peak in period.peaks:
        if peak.first_day <= at <= peak.last_day:
            weight *= peak.factor
    return weight

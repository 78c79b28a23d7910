"""Whose queue a step stood in: an officer's, in whatever unit and procedure, or a unit's where no officer is known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from mining.clocks.clock import Calendars
from mining.waiting.ranges import Ints
from mining.waiting.steps import NONE, Steps
from mining.waiting.timeline import Lanes
from mining.working_time.worktime import WorkingTime

_CHUNK_ROWS = 1 << 17
_MARGIN_US = 3_600_000_000
_LINE_US = 1 << 61


@dataclass(frozen=True, slots=True)
class Availability:
    """Who works when: `of_officer` by the officer as the column names them, for others the calendar of their unit.

    An officer of several units has the calendar of the one for which they did most.
    """

    calendars: Calendars
    of_officer: Mapping[str, WorkingTime] = field(default_factory=dict)

    @property
    def versions(self) -> tuple[str, ...]:
        """The calendar versions on which figures rest, sorted."""
        return tuple(sorted({*self.calendars.versions, *(time.version for time in self.of_officer.values())}))


@dataclass(frozen=True, slots=True, eq=False)
class Desks:
    """The desk of each step; desks from `anonymous` on are those of units. Desks with one calendar stand together."""

    of: Ints
    times: tuple[WorkingTime, ...]
    anonymous: int


@dataclass(frozen=True, slots=True, eq=False)
class Portion:
    """Rows that are worked on at a time, by desk: as many whole desks as fit."""

    rows: Ints
    lane: Ints
    times: tuple[WorkingTime, ...]
    anonymous: bool

    def lanes(self, *instants: Ints) -> Lanes:
        """Lay out the lanes of these desks over the time of some instants."""
        low, high = min(int(one.min()) for one in instants), max(int(one.max()) for one in instants)
        return Lanes(self.times, low, high - low + _MARGIN_US)


def desks(steps: Steps, availability: Availability) -> Desks:
    """Give every step its desk."""
    units, officers = len(steps.unit.names) + 1, len(steps.officer.names)
    own = np.where(steps.officer.codes == NONE, officers + 1 + steps.unit.codes, steps.officer.codes)
    times = [_time_of(steps, availability, officer, unit) for officer, unit in enumerate(_main_units(steps))]
    times += [availability.calendars.of(unit) for unit in (None, *steps.unit.names)]
    number = {id(time.openings): index for index, time in enumerate(times)}
    anonymous = np.arange(officers + units) >= officers
    order = np.lexsort((np.array([number[id(time.openings)] for time in times]), anonymous))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return Desks(rank[own], tuple(times[desk] for desk in order), officers)


def portions(chosen: Desks, rows: Ints, span_us: int) -> Iterator[Portion]:
    """Yield some rows of steps by desk, in portions that bound the memory; `span_us` is how much time they cover."""
    ordered = rows[np.argsort(chosen.of[rows], kind="stable")]
    desk = chosen.of[ordered]
    starts = np.flatnonzero(np.append(True, desk[1:] != desk[:-1])[: len(desk)])
    most_lanes = max(1, _LINE_US // (span_us + _MARGIN_US))
    first = 0
    while first < len(starts):
        last = int(np.searchsorted(starts, starts[first] + _CHUNK_ROWS, "right")) - 1
        last = min(max(last, first + 1), first + most_lanes, len(starts))
        split = int(np.searchsorted(desk[starts], chosen.anonymous))
        last = split if first < split < last else last
        part = slice(starts[first], starts[last] if last < len(starts) else len(desk))
        own = desk[starts[first:last]]
        lane = np.searchsorted(own, desk[part])
        yield Portion(ordered[part], lane, tuple(chosen.times[one] for one in own), bool(own[0] >= chosen.anonymous))
        first = last


def _time_of(steps: Steps, availability: Availability, officer: int, unit: int) -> WorkingTime:
    named = availability.of_officer.get(steps.officer.names[officer])
    return named or availability.calendars.of(None if unit == NONE else steps.unit.names[unit])


def _main_units(steps: Steps) -> list[int]:
    """The unit for which each officer did most; of equals the first by name."""
    known = steps.officer.codes != NONE
    width = len(steps.unit.names) + 1
    pairs, counts = np.unique(steps.officer.codes[known] * width + steps.unit.codes[known] + 1, return_counts=True)
    most = np.lexsort((pairs, -counts, pairs // width))
    officers, first = np.unique(pairs[most] // width, return_index=True)
    units = np.full(len(steps.officer.names), NONE)
    units[officers] = pairs[most][first] % width - 1
    return [int(unit) for unit in units]

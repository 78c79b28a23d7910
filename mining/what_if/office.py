"""Offices of a simulation: their hours, their desks, and when a tray is emptied."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mining.clocks.clock import Calendars
from mining.waiting.ranges import Ints
from mining.waiting.steps import NONE, Steps
from mining.what_if.handled import Handled
from mining.what_if.model import Desk, Opening
from mining.what_if.teams import Sittings, Teams
from mining.working_time.worktime import WorkingTime

DAY_US = 86_400_000_000
_MINUTE_US = 60_000_000
_DAYS_BEFORE = 30
_DAYS_AFTER = 3 * 366
"""For how long offices open after the log: by then everything must be done."""


@dataclass(slots=True)
class Offices:
    """Collects the office hours that a simulation needs, each once."""

    begin_us: int
    end_us: int
    openings: list[Opening] = field(default_factory=list)
    _known: dict[int, int] = field(default_factory=dict)

    def number(self, time: WorkingTime) -> int:
        """Return the number of a calendar."""
        key = id(time.openings)
        if key not in self._known:
            self._known[key] = len(self.openings)
            self.openings.append(opening_of(time, self.begin_us, self.end_us))
        return self._known[key]

    def of_units(self, units: Sequence[str | None], calendars: Calendars) -> Ints:
        """Return the number of the calendar of each unit."""
        known = {unit: self.number(calendars.of(unit)) for unit in set(units)}
        return np.array([known[unit] for unit in units], np.int64)


def opening_of(time: WorkingTime, begin_us: int, end_us: int) -> Opening:
    """Return the office hours from a month before a log to three years after it."""
    hours = time.openings
    first, last = begin_us - _DAYS_BEFORE * DAY_US, end_us + _DAYS_AFTER * DAY_US
    kept = (hours.closes_us > first) & (hours.opens_us < last) & (hours.closes_us > hours.opens_us)
    return Opening(time.calendar.code, hours.opens_us[kept], hours.closes_us[kept])


def worked(opening: Opening, instants: Ints) -> Ints:
    """Return the working time before each instant."""
    before = np.append(0, np.cumsum(opening.closes_us - opening.opens_us))
    place = np.searchsorted(opening.opens_us, instants, "right") - 1
    inside = np.maximum(place, 0)
    since = np.minimum(instants, opening.closes_us[inside]) - opening.opens_us[inside]
    return np.asarray(np.where(place < 0, 0, before[inside] + since), np.int64)


def desks_of(
    steps: Steps, work: Handled, teams: Teams, sittings: Sequence[Sittings], offices: Offices
) -> tuple[Desk, ...]:
    """Describe the desks: an officer may have hours of his own, a desk has those of most of its work."""
    found = []
    order = np.argsort(teams.desk, kind="stable")
    cuts = np.searchsorted(teams.desk[order], np.arange(len(teams.officers) + 1))
    for number, officers in enumerate(teams.officers.tolist()):
        rows = order[cuts[number] : cuts[number + 1]]
        own = work.row[rows]
        time = work.times[int(np.bincount(work.calendar[rows]).argmax())]
        opened = int((work.to_worked[rows].max() - work.from_worked[rows].min()) * officers)
        units, roles = steps.unit.codes[own], steps.role.codes[own]
        named = roles if (roles != NONE).any() else steps.activity.codes[own]
        names = steps.role.names if (roles != NONE).any() else steps.activity.names
        found.append(
            Desk(
                unit=steps.unit.name(own[0]) if (units == units[0]).all() else None,
                roles=tuple(sorted({names[code] for code in np.unique(named[named != NONE]).tolist()})),
                officers=officers,
                hours=offices.number(time),
                load=min(float(work.effort_us[rows].sum() / max(opened, 1)), 1.0),
                team=int(teams.team[number]),
                sittings=sittings[number].minutes,
                sat_us=sittings[number].at_us,
            )
        )
    return tuple(found)


def sitting_instants(desk: Desk, opening: Opening, zone_us: int) -> Ints:
    """Return when the tray of a desk is emptied: at its times on every day with office hours.

    Sittings that were no rule are those that were, and after them one a day at their usual time.
    """
    days = np.unique((opening.opens_us + zone_us) // DAY_US)
    if desk.sittings:
        minutes = np.array(desk.sittings, np.int64) * _MINUTE_US
        return np.asarray((days[:, np.newaxis] * DAY_US + minutes - zone_us).ravel(), np.int64)
    if not desk.sat_us:
        return np.empty(0, np.int64)
    sat = np.array(desk.sat_us, np.int64)
    usual = int(np.median((sat + zone_us) % DAY_US))
    return np.concatenate((sat, later := (days * DAY_US + usual - zone_us)[days * DAY_US > sat[-1] + DAY_US]))[
        : len(sat) + len(later)
    ]

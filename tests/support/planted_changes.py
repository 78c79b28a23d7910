"""Changes that can be planted in a simulated city, each beside the edits that ask for it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import time

from api.city_hours import opening_hours
from mining.what_if.edits import Duration, Edit, Officers, RemoveStep, Share, Sittings, WorkingHours
from mining.working_time.calendar import Slot
from simulation.city import City, Pool, Process, Step
from simulation.hours import Hours

NOTHING_PLANTED = """extends = "small"
clean = true

[period]
first_day = 2024-03-01
last_day = 2024-07-31
events_until = 2024-08-15
trend = 0.0

[roles.officer]
utilisation = 0.8

[versions.effects.realised]
share = 0.0

[versions.effects.none]
share = 1.0

[versions.effects.regressed]
share = 0.0
"""
"""Offices under a realistic load, of which nothing changes but what is planted."""
FOUR_TIMES = (time(8), time(10), time(14), time(16))


@dataclass(frozen=True, slots=True)
class Planted:
    """A change: the city with it, the hours of its officers where they are others, and how what-if is asked for it."""

    name: str
    city: City
    edits: tuple[Edit, ...]
    worked: Sequence[Hours] | None = None


def planted_changes(city: City) -> Iterator[Planted]:
    """Yield the changes that can be made in a city."""
    yield _officer(city)
    if any(pool.sessions for pool in city.pools):
        yield _sessions(city, "leaders sign 4 times a day, not 2", FOUR_TIMES)
        yield _sessions(city, "leaders sign as it comes", ())
    for kind, name in (("inspect", "no inspection"), ("review", "reviewed at once by rule")):
        if tasks := _tasks(city, kind):
            yield Planted(name, _with_steps(city, _gone(kind)), tuple(RemoveStep(activity=one) for one in tasks))
    handled = tuple(Duration(activity=one, factor=0.8) for one in _tasks(city, "handle"))
    yield Planted("handling takes 0.8 of the work", _with_steps(city, _lighter), handled)
    yield _online(city)
    yield _longer_days(city)


def _officer(city: City) -> Planted:
    """One more at the busiest desk of several."""
    shared = [number for number, pool in enumerate(city.pools) if len(pool.officers) > 1]
    place = max(shared, key=lambda number: city.pools[number].utilisation)
    pool = city.pools[place]
    more = replace(pool, officers=(*pool.officers, "one-more"))
    pools = tuple(more if number == place else one for number, one in enumerate(city.pools))
    asked = Officers(unit=city.units[pool.unit].code, role=city.roles[pool.roles[0]])
    return Planted("one more officer at the busiest desk", replace(city, pools=pools), (asked,))


def _sessions(city: City, name: str, times: tuple[time, ...]) -> Planted:
    def signed(pool: Pool) -> Pool:
        return replace(pool, sessions=times) if pool.sessions else pool

    minutes = tuple(one.hour * 60 + one.minute for one in times)
    roles = sorted({city.roles[role] for pool in city.pools if pool.sessions for role in pool.roles})
    edits = tuple(Sittings(role=role, minutes=minutes) for role in roles)
    return Planted(name, replace(city, pools=tuple(map(signed, city.pools))), edits)


def _online(city: City) -> Planted:
    shares = (0.04, 0.95, 0.01)
    procedures = tuple(
        replace(one, channels_start=shares, channels_end=shares, online_jump=0.0) for one in city.procedures
    )
    return Planted("95 % come online", replace(city, procedures=procedures), (Share(trait="online", share=0.95),))


def _longer_days(city: City) -> Planted:
    """Officers of the first calendar stay until half past six; dossiers come as before."""

    def longer(slots: tuple[tuple[time, time], ...]) -> tuple[tuple[time, time], ...]:
        return tuple((opens, time(18, 30) if closes == time(17) else closes) for opens, closes in slots)

    first, *others = city.calendars
    wide = replace(first, week=tuple(map(longer, first.week)))
    worked = [opening_hours(replace(city, calendars=(wide, *others)))[0], *opening_hours(city)[1:]]
    week = tuple(tuple(Slot.read(*slot) for slot in slots) for slots in wide.week)
    units = sorted({city.units[pool.unit].code for pool in city.pools if city.units[pool.unit].calendar == 0})
    return Planted("open until 18:30", city, tuple(WorkingHours(week=week, unit=unit) for unit in units), worked)


def _tasks(city: City, kind: str) -> list[str]:
    return sorted({step.task for process in city.processes for step in process.steps if step.kind == kind})


def _with_steps(city: City, change: Callable[[Step], Step]) -> City:
    def changed(process: Process) -> Process:
        return replace(process, steps=tuple(map(change, process.steps)))

    return replace(city, processes=tuple(map(changed, city.processes)))


def _gone(kind: str) -> Callable[[Step], Step]:
    """A step that takes no time and sends nothing back is none; that keeps all other chance as it is."""

    def gone(step: Step) -> Step:
        nothing = replace(step, work_hours=0.0, hold_hours=0.0, sends_back=0.0, refuses=0.0)
        return nothing if step.kind == kind else step

    return gone


def _lighter(step: Step) -> Step:
    return replace(step, work_hours=0.8 * step.work_hours) if step.kind == "handle" else step

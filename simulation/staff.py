"""Who does the work: pools of officers, as many as the expected work needs, too few where a bottleneck is planted."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta

import numpy as np

from simulation.city import Gap, OfficeHours, Pool, Procedure, Process, Step
from simulation.drawing import lognormal_mean, stream
from simulation.plans import AGAIN
from simulation.scenario import Scenario
from simulation.scenario_file import ScenarioError
from simulation.scenario_values import RoleKey
from simulation.territory import Territory

_LEAST_BOTTLENECK = 0.85
"""A bottleneck below this share of busy time would hardly delay anything."""

Work = dict[tuple[int, int], float]
"""Hands-on hours by (unit that works, role)."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles of a city: names and keys by index, and the index of a key at a level."""

    names: tuple[str, ...]
    keys: tuple[RoleKey, ...]
    index: Mapping[tuple[str, str], int]


def list_roles(scenario: Scenario) -> Roles:
    """Return the roles that steps can refer to; a key with the same name at several levels is one role."""
    found: dict[tuple[RoleKey, str], int] = {}
    index: dict[tuple[str, str], int] = {}
    for key, role in scenario.roles.items():
        for level, name in role.names.items():
            index[key, level] = found.setdefault((key, name), len(found))
    names = tuple(name for _key, name in found)
    for name in names:
        if names.count(name) > 1:
            raise ScenarioError(f"two roles are called '{name}'; give roles.*.names different names")
    return Roles(names, tuple(key for key, _name in found), index)


def expected_work(
    scenario: Scenario,
    procedures: Sequence[Procedure],
    processes: Sequence[Process],
    gaps: Sequence[Gap],
    territory: Territory,
    *,
    dossiers: int,
) -> Work:
    """Return the expected hands-on hours of so many dossiers; the work of a desk is that of the desk's unit."""
    slower = {(gap.unit, gap.procedure): gap.work_factor for gap in gaps}
    work: Work = {}
    for number, procedure in enumerate(procedures):
        count = dossiers * procedure.weight * _channel_factor(scenario, procedure)
        steps = processes[procedure.lines[0][0][0]].steps
        for step, passes in zip(steps, _passes(procedure, steps), strict=True):
            hours = count * passes * _expected_hours(step, scenario.behaviour.dossier_sigma)
            at_desk = scenario.steps[step.kind].role == "desk"
            for unit, share in zip(procedure.units, procedure.unit_shares, strict=True):
                place = unit if step.agency is None else step.agency
                worker = territory.desk_of(place) if at_desk else place
                own = hours * share * slower.get((unit, number), 1.0)
                work[worker, step.role] = work.get((worker, step.role), 0.0) + own
    return _taken_over(scenario, work, territory)


def office_hours(calendar: OfficeHours, scenario: Scenario) -> float:
    """Return the office hours of a calendar from the first arrival to the last, without its days off."""
    by_weekday = [sum(_hours_between(*slot) for slot in slots) for slots in calendar.week]
    period = scenario.period
    count = (period.last_day - period.first_day).days + 1
    days = [period.first_day + timedelta(days=number) for number in range(count)]
    hours = {day: by_weekday[day.weekday()] for day in days}
    for one in calendar.days:
        if one.day in hours:
            hours[one.day] = max(hours[one.day], *by_weekday) if one.working else 0.0
    return sum(hours.values())


class Staff:
    """Hires officers for the expected work of each role in each unit.

    `hours` are the office hours of one officer by unit.
    """

    def __init__(self, scenario: Scenario, roles: Roles, territory: Territory, hours: Sequence[float]) -> None:
        self._scenario, self._roles, self._territory, self._hours = scenario, roles, territory, hours

    def hire(self, work: Work, *, seed: int) -> tuple[Pool, ...]:
        """Return the pools, in the order of units and roles."""
        groups = self._grouped(work)
        pools = [self._pool(unit, roles, hours) for (unit, roles), hours in groups.items()]
        if self._scenario.clean:
            return tuple(pools)
        for place in self._bottlenecks(list(groups.items()), pools, stream(seed, "bottlenecks")):
            (unit, roles), hours = list(groups.items())[place]
            pools[place] = self._pool(unit, roles, hours, bottleneck=True)
        return tuple(pools)

    def _grouped(self, work: Work) -> dict[tuple[int, tuple[int, ...]], float]:
        """The roles of each unit that share a pool, and their work together."""
        own: dict[int, dict[RoleKey, int]] = {}
        for unit, role in sorted(work):
            own.setdefault(unit, {})[self._roles.keys[role]] = role
        groups: dict[tuple[int, tuple[int, ...]], float] = {}
        for unit, by_key in own.items():
            shared: dict[int, list[int]] = {}
            for key, role in by_key.items():
                rule = self._scenario.roles[key]
                few = work[unit, role] / self._hours[unit] / rule.utilisation < rule.merge_below
                into = by_key.get(rule.merges_into) if few and rule.merges_into else None
                shared.setdefault(role if into is None else into, []).append(role)
            for first, roles in sorted(shared.items()):
                members = (first, *(role for role in roles if role != first))
                groups[unit, members] = sum(work[unit, role] for role in members)
        return groups

    def _pool(self, unit: int, roles: tuple[int, ...], hours: float, *, bottleneck: bool = False) -> Pool:
        key = self._roles.keys[roles[0]]
        rule = self._scenario.roles[key]
        wanted = self._scenario.planted.bottleneck_utilisation if bottleneck else rule.utilisation
        busy = hours / self._hours[unit]
        count = max(math.ceil(busy / wanted), 1)
        code = self._territory.places[unit].code
        return Pool(
            unit=unit,
            roles=roles,
            officers=tuple(f"{code}-{key}-{number + 1:02}" for number in range(count)),
            sessions=tuple(sorted(rule.sessions)),
            urgent=rule.urgent,
            utilisation=round(float(busy / count), 4),
            bottleneck=bottleneck,
        )

    def _bottlenecks(
        self,
        groups: Sequence[tuple[tuple[int, tuple[int, ...]], float]],
        pools: Sequence[Pool],
        rng: np.random.Generator,
    ) -> list[int]:
        """Which pools get too few officers: by chance among those whom that brings near the wanted share.

        Where there are not enough of these, as in a small city, those follow who come nearest to it.
        """
        planted = self._scenario.planted
        busy = {
            place: short.utilisation
            for place, ((unit, roles), hours) in enumerate(groups)
            if len((short := self._pool(unit, roles, hours, bottleneck=True)).officers) < len(pools[place].officers)
            and not short.sessions
        }
        least = _LEAST_BOTTLENECK * planted.bottleneck_utilisation
        near = rng.permutation([place for place, share in busy.items() if share >= least]).tolist()
        others = sorted((place for place, share in busy.items() if share < least), key=lambda place: -busy[place])
        return sorted([*near, *others][: planted.bottlenecks])


def pool_index(pools: Sequence[Pool], territory: Territory, count: int) -> list[tuple[int, ...]]:
    """Return for each unit the pool of each of `count` roles, -1 for none; a desk's pool is its agency's as well."""
    table = [[-1] * count for _place in territory.places]
    for number, pool in enumerate(pools):
        owner = territory.places[pool.unit]
        for role in pool.roles:
            table[pool.unit][role] = number
            if owner.level == "desk" and owner.parent is not None:
                table[owner.parent][role] = number
    return [tuple(row) for row in table]


def _taken_over(scenario: Scenario, work: Work, territory: Territory) -> Work:
    """Give the successor of a unit that ends within the period the work of the rest of the period as well."""
    period, more = scenario.period, dict(work)
    days = (period.last_day - period.first_day).days + 1
    for (unit, role), hours in work.items():
        place = territory.places[unit]
        if place.valid_to is not None and place.successor is not None:
            rest = min(max((period.last_day - place.valid_to).days / days, 0), 1)
            more[place.successor, role] = more.get((place.successor, role), 0.0) + hours * rest
    return more


def _expected_hours(step: Step, dossier_sigma: float) -> float:
    return lognormal_mean(step.work_hours, step.work_sigma) * lognormal_mean(1, dossier_sigma)


def _passes(procedure: Procedure, steps: Sequence[Step]) -> list[float]:
    """How often each step is done: skipped, once more when sent back or when papers come; again counts a half."""
    passes = [1 - step.skips for step in steps]
    for place, step in enumerate(steps):
        if place and step.sends_back:
            passes[place] += AGAIN * step.sends_back
            passes[place - 1] += AGAIN * step.sends_back
    for place, step in enumerate(steps):
        if step.kind == "handle":
            passes[place] += AGAIN * procedure.supplement / (1 - min(procedure.supplement, 0.9))
            break
    return passes


def _channel_factor(scenario: Scenario, procedure: Procedure) -> float:
    """The mean factor on work over the period: channels as they are in its middle, and half of the trend."""
    work = scenario.behaviour.channel_work.values()
    middle = [(one + other) / 2 for one, other in zip(procedure.channels_start, procedure.channels_end, strict=True)]
    mean = sum(share * factor for share, factor in zip(middle, work, strict=True))
    return mean * (1 + scenario.period.trend / 2) * (1 - procedure.not_accepted)


def _hours_between(opens: time, closes: time) -> float:
    return closes.hour - opens.hour + (closes.minute - opens.minute) / 60

"""Draws what is planted for those who compare a log with its rules: habits of units, detours, drifts.

Every topic has a stream of chance of its own, so that what is planted here changes nothing else of a city.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from simulation.city import HOURS_OF_A_WORKING_DAY, Procedure, Process, Step, StepKind, Unit
from simulation.drawing import quota, stream, within
from simulation.planted import DETOUR_KINDS, Detour, DetourKind, Drift, Habits
from simulation.scenario import Scenario
from simulation.scenario_file import ScenarioError

_WALL_HOURS_OF_A_WORKING_DAY = 24 * 7 / 5
_MOVABLE: tuple[StepKind, ...] = ("assign", "inspect", "review", "approve", "sign", "stamp", "hand-over")
"""The kinds of steps that are left out, swapped or done elsewhere: not those that stops and refusals belong to."""
_JUDGING: tuple[StepKind, ...] = ("review", "approve")
_DRIFT_DAYS = (0.4, 0.6)
"""In which part of the period a drift begins, so that there is enough before and after."""


def with_habits(scenario: Scenario, units: Sequence[Unit], seed: int) -> tuple[Unit, ...]:
    """Return the units with their habits; each is that of a share of the units that handle dossiers."""
    if scenario.clean:
        return tuple(units)
    planted, rng = scenario.planted, stream(seed, "habits")
    handlers = [number for number, unit in enumerate(units) if unit.desk is not None]
    on_old = [number for number in handlers if units[number].system == "old"]
    chosen = {
        "back_dated": quota(handlers, planted.units_back_dating, rng),
        "set_back": quota(handlers, planted.units_setting_back, rng),
        "period_end": quota(handlers, planted.units_period_end, rng),
        "swift": quota(handlers, planted.units_swift, rng),
        "disordered": quota(handlers, planted.units_disordered, rng),
        "on_old": quota(on_old, planted.units_staying_on_old, rng),
    }
    return tuple(
        replace(unit, habits=Habits(**{name: getattr(planted, name) for name, own in chosen.items() if number in own}))
        for number, unit in enumerate(units)
    )


def plant_ways(
    scenario: Scenario, units: Sequence[Unit], procedures: Sequence[Procedure], processes: Sequence[Process], seed: int
) -> tuple[tuple[Detour, ...], tuple[Drift, ...]]:
    """Return what no approved process has: `detours` of each kind, `drifts` of the paths and as many of the time.

    All are at procedures with many dossiers, a procedure has one at most, and one that drifts has no new version. A
    drift of the paths is extra work in all units from a day on. Raises ScenarioError where there is no place for them.
    """
    planted = scenario.planted
    if scenario.clean:
        return (), ()
    planter = _Planter(units, procedures, processes)
    rng = stream(seed, "drifts")
    detours: list[Detour] = []
    drifts: list[Drift] = []
    for procedure in planter.choose("extra", planted.drifts, rng, steady=True):
        place, role = next(planter.options("extra", procedure, procedures[procedure].units[0]))
        share, day = round(within(planted.drift_share, rng), 4), _drift_day(scenario, rng)
        detours.append(Detour("extra", procedure, None, place, share, role, day))
    for procedure in planter.choose("extra", planted.drifts, rng, steady=True):
        place, _role = next(planter.options("extra", procedure, procedures[procedure].units[0]))
        days = planter.limit_hours(procedure) / HOURS_OF_A_WORKING_DAY
        hold = within(planted.drift_hold, rng) * days * _WALL_HOURS_OF_A_WORKING_DAY
        drifts.append(Drift(procedure, place, _drift_day(scenario, rng), round(hold, 2)))
    rng = stream(seed, "detours")
    for kind in DETOUR_KINDS:
        for procedure in planter.choose(kind, planted.detours, rng):
            unit = int(rng.choice(procedures[procedure].units, p=procedures[procedure].unit_shares))
            options = list(planter.options(kind, procedure, unit))
            place, other = options[int(rng.integers(len(options)))]
            detours.append(Detour(kind, procedure, unit, place, round(within(planted.detour_share, rng), 4), other))
    return tuple(detours), tuple(drifts)


def _drift_day(scenario: Scenario, rng: np.random.Generator) -> date:
    first, last = scenario.period.first_day, scenario.period.last_day
    low, high = _DRIFT_DAYS
    return first + timedelta(days=round((last - first).days * (low + (high - low) * float(rng.random()))))


@dataclass(frozen=True, slots=True)
class _Planter:
    """Looks for procedures in which something can be planted; `taken` are those in which something is."""

    units: Sequence[Unit]
    procedures: Sequence[Procedure]
    processes: Sequence[Process]
    taken: set[int] = field(default_factory=set)

    def choose(self, kind: DetourKind, count: int, rng: np.random.Generator, *, steady: bool = False) -> list[int]:
        """Take some of the procedures with most dossiers, at which a detour is possible (in all units)."""
        possible = [
            number
            for number, one in enumerate(self.procedures)
            if number not in self.taken
            and not (steady and self._changes(number))
            and all(any(self.options(kind, number, unit)) for unit in one.units)
        ]
        if count and len(possible) < count:
            raise ScenarioError(
                f"planted.detours and planted.drifts need {count} more procedures for '{kind}', and there are"
                f" {len(possible)}; write lower numbers, or more procedures.total"
            )
        busiest = sorted(possible, key=lambda number: -self.procedures[number].weight)[: 2 * count]
        chosen: list[int] = rng.permutation(busiest)[:count].tolist() if count else []
        self.taken.update(chosen)
        return chosen

    def options(self, kind: DetourKind, procedure: int, unit: int) -> Iterator[tuple[int, int | None]]:
        """Yield the places of steps at which a detour is possible in a unit, with the unit or role it leads to."""
        steps, pools = self._steps(procedure), self.units[unit].pools
        for place, step in enumerate(steps):
            movable = step.kind in _MOVABLE and self._is_due(procedure, place)
            if kind == "skipped" and movable:
                yield place, None
            elif kind == "swapped" and movable:
                following = steps[place + 1]
                if following.kind in _MOVABLE and self._is_due(procedure, place + 1):
                    yield place, None
            elif kind == "wrong_unit" and movable and len(self.procedures[procedure].units) == 1:
                yield from ((place, other) for other in self._like(unit, step.role))
            elif kind == "wrong_role" and step.kind in _JUDGING:
                role = next(one.role for one in steps if one.kind == "handle")
                if role != step.role and pools[role] >= 0:
                    yield place, role
            elif kind == "extra" and step.kind == "handle" and pools[step.role] >= 0:
                yield place, step.role

    def limit_hours(self, procedure: int) -> float:
        """The hours that the first version of a procedure approves."""
        return sum(step.hours for step in self._steps(procedure))

    def _like(self, unit: int, role: int) -> Iterator[int]:
        """The other units of the same level with officers of a role."""
        level = self.units[unit].level
        for number, other in enumerate(self.units):
            if number != unit and other.level == level and other.pools[role] >= 0:
                yield number

    def _changes(self, procedure: int) -> bool:
        return any(len(line) > 1 for by_channel in self.procedures[procedure].lines for line in by_channel)

    def _steps(self, procedure: int) -> tuple[Step, ...]:
        """The steps of a procedure, which are the same in all of its lines and versions but for their hours."""
        return self.processes[self.procedures[procedure].lines[0][0][0]].steps

    def _is_due(self, procedure: int, place: int) -> bool:
        """Whether all processes approve time for a step: without, it may be missing, and nobody can tell."""
        own = {number for by_channel in self.procedures[procedure].lines for line in by_channel for number in line}
        return all(self.processes[number].steps[place].hours > 0 for number in own)

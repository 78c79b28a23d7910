"""Step tables: which steps a process has, what is approved for each, and how long each really takes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulation.city import HOURS_OF_A_WORKING_DAY, Step, StepKind
from simulation.drawing import chosen, within
from simulation.names import task_name, task_result
from simulation.scenario import Chain, Scenario
from simulation.scenario_file import ScenarioError
from simulation.scenario_values import HandlingLevel

_WALL_HOURS_OF_A_WORKING_DAY = 24 * 7 / 5
_SHORTEST_HOLD_HOURS = 0.25
_APPROVALS: tuple[StepKind, ...] = ("review", "approve", "sign")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a step table is drawn for: the level that handles, the old limit, and the agencies that may be asked.

    `roles` gives the index of the role of each kind of step, `agencies` names the units by their index.
    """

    level: HandlingLevel
    limit_hours: float
    roles: Mapping[StepKind, int]
    agencies: Mapping[int, str]


def draw_steps(scenario: Scenario, case: Circumstances, rng: np.random.Generator) -> tuple[Step, ...]:
    """Draw the step table of a process with its old limit."""
    kinds = _chain(scenario, case, rng)
    asked = _asked(kinds, case, rng)
    holds = _holds(scenario, case, kinds, rng)
    hours = approved_hours(scenario, kinds, case.limit_hours)
    steps = [_step(scenario, case, kind, asked[place], rng=rng) for place, kind in enumerate(kinds)]
    together = _parallel_groups(kinds)
    return tuple(
        replace(
            step,
            number=f"B{place + 1}",
            hours=hours[place],
            hold_hours=holds[place],
            parallel_group=together[place],
        )
        for place, step in enumerate(steps)
    )


def approved_hours(scenario: Scenario, kinds: Sequence[StepKind], limit_hours: float) -> list[float]:
    """Divide a limit over the steps by their parts: quarters of an hour, or half hours from a day on; sums exactly."""
    quantum = 0.5 if limit_hours >= HOURS_OF_A_WORKING_DAY else 0.25
    parts = [scenario.steps[kind].limit_part for kind in kinds]
    total = sum(parts)
    hours = [math.floor(limit_hours * part / total / quantum) * quantum for part in parts]
    hours[parts.index(max(parts))] += limit_hours - sum(hours)
    return hours


def with_limit(
    scenario: Scenario, steps: Sequence[Step], limit_hours: float, *, beside: float = 0.0
) -> tuple[Step, ...]:
    """Return the steps with what a limit approves for each; `beside` makes the longest step differ from the limit."""
    hours = approved_hours(scenario, [step.kind for step in steps], limit_hours)
    longest = hours.index(max(hours))
    hours[longest] += beside
    return tuple(replace(step, hours=hour) for step, hour in zip(steps, hours, strict=True))


def has_approval(steps: Sequence[Step]) -> bool:
    """Return whether somebody approves in a process."""
    return any(step.kind in _APPROVALS for step in steps)


def always_approving(steps: Sequence[Step], rng: np.random.Generator) -> tuple[Step, ...]:
    """Return the steps with one approval that never refuses nor sends back; unchanged where there is no approval."""
    approvals = [place for place, step in enumerate(steps) if step.kind in _APPROVALS]
    if not approvals:
        return tuple(steps)
    place = approvals[int(rng.integers(len(approvals)))]
    changed = replace(steps[place], refuses=0.0, sends_back=0.0, always_approves=True)
    return (*steps[:place], changed, *steps[place + 1 :])


def _chain(scenario: Scenario, case: Circumstances, rng: np.random.Generator) -> tuple[StepKind, ...]:
    chains: Sequence[Chain] = scenario.chains.get(case.level, ())
    if not chains:
        raise ScenarioError(f"there is no chain of steps for the level {case.level}; add one to chains.{case.level}")
    days = case.limit_hours / HOURS_OF_A_WORKING_DAY
    fitting = [one for one in chains if one.least_days <= days and one.steps.count("consult") <= len(case.agencies)]
    fitting = fitting or [min(chains, key=lambda one: one.least_days)]
    return chosen(fitting, [one.weight for one in fitting], rng).steps


def _asked(kinds: Sequence[StepKind], case: Circumstances, rng: np.random.Generator) -> list[int | None]:
    """Which agency each step asks: another one for each."""
    agencies = iter(rng.permutation(sorted(case.agencies)).tolist())
    return [next(agencies, None) if kind == "consult" else None for kind in kinds]


def _holds(scenario: Scenario, case: Circumstances, kinds: Sequence[StepKind], rng: np.random.Generator) -> list[float]:
    """How long the dossier waits outside before each step: medians, in hours of the wall clock."""
    scale = _WALL_HOURS_OF_A_WORKING_DAY / HOURS_OF_A_WORKING_DAY if case.limit_hours > HOURS_OF_A_WORKING_DAY else 1.0
    total = within(scenario.limits.hold_share, rng) * case.limit_hours * scale
    parts = [scenario.steps[kind].hold_part for kind in kinds]
    whole = sum(parts) or 1.0
    holds = [round(total * part / whole, 3) for part in parts]
    return [hold if hold >= _SHORTEST_HOLD_HOURS else 0.0 for hold in holds]


def _parallel_groups(kinds: Sequence[StepKind]) -> list[int | None]:
    """A group for neighbours that ask others at the same time, None for every other step."""
    beside = [
        kind == "consult" and "consult" in (*kinds[max(place - 1, 0) : place], *kinds[place + 1 : place + 2])
        for place, kind in enumerate(kinds)
    ]
    return [1 if one else None for one in beside]


def _step(
    scenario: Scenario, case: Circumstances, kind: StepKind, agency: int | None, *, rng: np.random.Generator
) -> Step:
    rule = scenario.steps[kind]
    work = within(rule.work_hours, rng) * rule.work_by_level.get(case.level, 1.0)
    return Step(
        number="",
        task=task_name(kind, case.level, agency=None if agency is None else case.agencies[agency], rng=rng),
        kind=kind,
        role=case.roles[kind],
        agency=agency,
        hours=0.0,
        result=task_result(kind),
        work_hours=round(work, 4),
        work_sigma=rule.work_sigma,
        hold_hours=0.0,
        hold_sigma=rule.hold_sigma,
        sends_back=rule.sends_back,
        refuses=rule.refuses,
        skips=0.0 if scenario.clean else rule.skips,
        parallel_group=None,
        always_approves=False,
    )

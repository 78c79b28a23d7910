"""The rulebook of a city: its procedures, the lines of each, and the approved versions, before anybody handles one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from simulation.city import HOURS_OF_A_WORKING_DAY, Effect, Step, StepKind
from simulation.cuts import Terms, draw_cut, draw_limit_days, fit_cuts, possible_cuts, shorter
from simulation.drawing import apportioned, chosen, quota, stream, within
from simulation.names import case_variants
from simulation.procedure_list import Entry, list_procedures
from simulation.scenario import Scenario
from simulation.scenario_file import ScenarioError
from simulation.scenario_values import HandlingLevel
from simulation.step_tables import Circumstances, always_approving, draw_steps, has_approval

_FIRST_DECISION = 1001
_DECISIONS_BETWEEN = 37
_SHORTEST_EXTRA_HOURS = 1.0
_EXTRA_HOURS = 4.0


@dataclass(frozen=True, slots=True)
class Line:
    """A process line of a procedure: for a case variant and a channel, None meaning all of them.

    `steps` are those of the old version; `extra_hours` is by how much their sum differs from the limit.
    """

    case_variant: str | None
    channel: str | None
    terms: Terms
    steps: tuple[Step, ...]
    extra_hours: float


@dataclass(frozen=True, slots=True)
class Change:
    """When a new version takes effect, by which decision, and what it really does."""

    from_day: date
    decision: str
    effect: Effect
    work_factor: float
    hold_factor: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A procedure and its lines; `share` is its part of all arrivals."""

    code: str
    name: str
    field: str
    level: HandlingLevel
    share: float
    case_variants: tuple[str | None, ...]
    lines: tuple[Line, ...]
    old_from: date
    old_decision: str
    change: Change | None


def write_rules(
    scenario: Scenario, *, seed: int, roles: Mapping[tuple[str, str], int], agencies: Mapping[str, int]
) -> tuple[Rule, ...]:
    """Draw the rulebook of a scenario: the same for any number of dossiers.

    `roles` gives the index of each (key, level) of a role, `agencies` that of each agency by name.
    """
    entries = tuple(list_procedures(scenario, seed))
    writer = _Writer(scenario, seed, roles, agencies)
    several = quota(range(len(entries)), scenario.procedures.several_lines, stream(seed, "several lines"))
    shapes = [writer.shape(entry, several=place in several) for place, entry in enumerate(entries)]
    changed = _changed(scenario, entries, [terms for terms, _cases in shapes], stream(seed, "which versions"))
    all_terms = writer.cut([terms for terms, _cases in shapes], entries, changed)
    effects = _effects(scenario, changed, stream(seed, "effects"))
    differing = quota(range(len(entries)), scenario.limits.sum_differs, stream(seed, "differing sums"))
    rules = [
        writer.rule(entry, cases, terms, effect=effects.get(place), sum_differs=place in differing)
        for place, (entry, (_terms, cases), terms) in enumerate(zip(entries, shapes, all_terms, strict=True))
    ]
    return _with_always_approving(scenario, rules, stream(seed, "always approving"))


def _effects(scenario: Scenario, changed: frozenset[int], rng: np.random.Generator) -> dict[int, Effect]:
    """What the new version of each changed procedure really does; in a clean scenario none makes it worse."""
    rules = scenario.versions.effects
    names = [name for name in rules if not (scenario.clean and name == "regressed")]
    counts = apportioned(len(changed), [rules[name].share for name in names], [len(changed)] * len(names))
    drawn = [name for name, count in zip(names, counts, strict=True) for _ in range(count)]
    order = rng.permutation(sorted(changed)).tolist()
    return dict(zip(order, drawn, strict=True))


def _with_always_approving(scenario: Scenario, rules: Sequence[Rule], rng: np.random.Generator) -> tuple[Rule, ...]:
    """Plant approvals that never refuse in some of the procedures that have an approval."""
    possible = [place for place, rule in enumerate(rules) if has_approval(rule.lines[0].steps)]
    chosen_ones = quota(possible, 0.0 if scenario.clean else scenario.planted.always_approving, rng)
    return tuple(
        replace(rule, lines=_lines_with(rule.lines, always_approving(rule.lines[0].steps, rng)))
        if place in chosen_ones
        else rule
        for place, rule in enumerate(rules)
    )


def _lines_with(lines: Sequence[Line], steps: tuple[Step, ...]) -> tuple[Line, ...]:
    return tuple(replace(line, steps=steps) for line in lines)


def _changed(
    scenario: Scenario, entries: Sequence[Entry], terms: Sequence[Sequence[Terms]], rng: np.random.Generator
) -> frozenset[int]:
    """Which procedures have a new version: the named ones that say so, and as many others as are missing."""
    versions = scenario.versions
    fixed = [place for place, entry in enumerate(entries) if entry.given and entry.given.new_limit_days]
    possible = [
        place
        for place, entry in enumerate(entries)
        if not entry.given
        and all(one.calendar_days is None and possible_cuts(versions, one.before) for one in terms[place])
    ]
    missing = versions.procedures - len(fixed)
    if missing < 0 or missing > len(possible):
        raise ScenarioError(
            f"versions.procedures is {versions.procedures}; {len(fixed)} named procedures have a new version and"
            f" {len(possible)} others can have one, so write {len(fixed)} to {len(fixed) + len(possible)}"
        )
    return frozenset(fixed) | frozenset(rng.permutation(possible)[:missing].tolist())


@dataclass(frozen=True, slots=True)
class _Case:
    """What a line is for."""

    case_variant: str | None
    channel: str | None


class _Writer:
    """Draws lines, limits, step tables and changes, each from a stream of its own."""

    def __init__(
        self, scenario: Scenario, seed: int, roles: Mapping[tuple[str, str], int], agencies: Mapping[str, int]
    ) -> None:
        self._scenario, self._roles, self._agencies = scenario, roles, agencies
        self._limits, self._steps = stream(seed, "limits"), stream(seed, "steps")
        self._versions, self._cuts = stream(seed, "versions"), stream(seed, "cuts")
        self._days = self._decision_days()

    def shape(self, entry: Entry, *, several: bool) -> tuple[list[Terms], list[_Case]]:
        """Draw the old terms of a procedure's lines, and what each line is for."""
        scenario, rng = self._scenario, self._limits
        limits = scenario.limits
        drawn = draw_limit_days(limits, entry.field.limit_days, entry.level, rng)
        by_channel, calendar = (float(one) for one in rng.random(2))
        variants = chosen(case_variants(), [1] * len(case_variants()), rng)
        days = entry.given.limit_days if entry.given else drawn
        terms = Terms(days * HOURS_OF_A_WORKING_DAY)
        if entry.given or not several:
            if not entry.given and calendar < limits.calendar_days and days >= 1:
                terms = Terms(terms.before, calendar_days=float(round(days * 7 / 5)))
            return [terms], [_Case(None, None)]
        second = Terms(shorter(limits, days) * HOURS_OF_A_WORKING_DAY)
        if by_channel < scenario.procedures.lines_by_channel:
            return [terms, second], [_Case(None, None), _Case(None, "online")]
        return [second, terms], [_Case(variant, None) for variant in variants]

    def cut(
        self, terms: Sequence[Sequence[Terms]], entries: Sequence[Entry], changed: frozenset[int]
    ) -> list[list[Terms]]:
        """Return the terms of all lines with their cuts, which add up to what the scenario announces."""
        cut = [
            self._cut_lines(entry, own) if place in changed else list(own)
            for place, (entry, own) in enumerate(zip(entries, terms, strict=True))
        ]
        given = {place for place, entry in enumerate(entries) if entry.given}
        return fit_cuts(self._scenario.versions, cut, given, self._cuts)

    def rule(
        self, entry: Entry, cases: Sequence[_Case], terms: Sequence[Terms], *, effect: Effect | None, sum_differs: bool
    ) -> Rule:
        """Draw the step tables of a procedure and, where its new version has an `effect`, when it comes."""
        scenario, rng = self._scenario, self._steps
        variants = tuple(dict.fromkeys(case.case_variant for case in cases))
        partners = {self._agencies[name]: name for name in entry.field.partners if name in self._agencies}
        roles = self._roles_at(entry.level)
        case = Circumstances(entry.level, terms[0].before, roles, partners)
        steps = draw_steps(scenario, case, rng)
        extra = _EXTRA_HOURS if terms[0].before > HOURS_OF_A_WORKING_DAY else _SHORTEST_EXTRA_HOURS
        extra_hours = extra if sum_differs else 0.0
        return Rule(
            code=entry.code,
            name=entry.name,
            field=entry.field.name,
            level=entry.level,
            share=entry.share,
            case_variants=variants,
            lines=tuple(
                Line(one.case_variant, one.channel, own, steps, extra_hours)
                for one, own in zip(cases, terms, strict=True)
            ),
            old_from=self._old_day(),
            old_decision=self._decision(int(self._versions.integers(100, 9999))),
            change=self._change(entry, effect) if effect else None,
        )

    def _cut_lines(self, entry: Entry, terms: Sequence[Terms]) -> list[Terms]:
        versions, rng = self._scenario.versions, self._cuts
        if entry.given and entry.given.new_limit_days:
            return [Terms(one.before, entry.given.new_limit_days * HOURS_OF_A_WORKING_DAY) for one in terms]
        return [Terms(one.before, one.before - draw_cut(versions, one.before, rng)) for one in terms]

    def _roles_at(self, level: HandlingLevel) -> dict[StepKind, int]:
        rules = self._scenario.steps
        where = {kind: "agency" if rule.role == "partner" else level for kind, rule in rules.items()}
        return {
            kind: self._roles[rules[kind].role, place]
            for kind, place in where.items()
            if (rules[kind].role, place) in self._roles
        }

    def _decision_days(self) -> list[date]:
        """The days on which decisions take effect, spread evenly: working days, no two the same."""
        versions, rng = self._scenario.versions, self._versions
        span = (versions.last_day - versions.first_day).days + 1
        edges = np.linspace(0, span, min(versions.decision_days, span) + 1).astype(int).tolist()
        return [versions.first_day + timedelta(days=int(rng.integers(low, high))) for low, high in pairwise(edges)]

    def _old_day(self) -> date:
        first = self._scenario.versions.old_from
        return first + timedelta(
            days=int(self._versions.integers(max((self._scenario.period.first_day - first).days, 1)))
        )

    def _decision(self, number: int) -> str:
        return self._scenario.decision.replace("{number}", str(number))

    def _change(self, entry: Entry, effect: Effect) -> Change:
        given, rng = entry.given, self._versions
        throw = int(rng.integers(len(self._days)))
        effect = given.effect if given and given.effect else effect
        rule = self._scenario.versions.effects[effect]
        return Change(
            from_day=given.effective_from if given and given.effective_from else self._days[throw],
            decision=self._decision(_FIRST_DECISION + _DECISIONS_BETWEEN * throw),
            effect=effect,
            work_factor=round(within(rule.work, rng), 4),
            hold_factor=round(within(rule.hold, rng), 4),
        )

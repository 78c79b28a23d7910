"""Builds a city from a scenario, a seed and a number of dossiers: the same three give an equal city."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from simulation import city as made
from simulation import conditions
from simulation.city import City, Gap, Procedure, Process, Unit
from simulation.drawing import quota, stream, within
from simulation.planting import plant_ways, with_habits
from simulation.rulebook import Line, Rule, write_rules
from simulation.scenario import Procedures, Scenario
from simulation.scenario_file import ScenarioError
from simulation.scenario_values import Span
from simulation.staff import Staff, expected_work, list_roles, office_hours, pool_index
from simulation.step_tables import with_limit
from simulation.territory import Place, Territory, settle

_MANY_UNITS = 3
"""A unit gap shows only where several units do the same."""


def build_city(scenario: Scenario, *, seed: int, dossiers: int | None = None) -> City:
    """Return the city of a scenario, for its own number of dossiers unless another is given; raises ScenarioError.

    Procedures and their processes do not depend on the number of dossiers; how many districts and wards take part and
    how many officers there are does.
    """
    count = scenario.dossiers if dossiers is None else dossiers
    if count < 1 or seed < 0:
        raise ScenarioError(
            f"{count} dossiers with seed {seed} cannot be simulated; write at least 1, and a seed from 0"
        )
    roles = list_roles(scenario)
    territory = settle(scenario, seed=seed, dossiers=count)
    agencies = {territory.places[index].name: index for index in territory.of_level("agency")}
    rules = write_rules(scenario, seed=seed, roles=roles.index, agencies=agencies)
    processes, procedures = _approved(scenario, rules, territory, seed)
    calendars = tuple(conditions.office_hours(code, calendar) for code, calendar in scenario.calendars.items())
    hours = [office_hours(calendars[_calendar(scenario, place)], scenario) for place in territory.places]
    gaps = _gaps(scenario, procedures, stream(seed, "gaps"))
    work = expected_work(scenario, procedures, processes, gaps, territory, dossiers=count)
    pools = Staff(scenario, roles, territory, hours).hire(work, seed=seed)
    units = _units(scenario, territory, pool_index(pools, territory, len(roles.names)), seed)
    detours, drifts = plant_ways(scenario, units, procedures, processes, seed)
    return City(
        name=scenario.name,
        seed=seed,
        dossiers=count,
        clean=scenario.clean,
        owner=scenario.owner,
        zone=scenario.zone,
        period=conditions.period(scenario),
        calendars=calendars,
        roles=roles.names,
        units=with_habits(scenario, units, seed),
        pools=pools,
        procedures=procedures,
        processes=processes,
        gaps=gaps,
        behaviour=conditions.behaviour(scenario),
        digital=conditions.digital(scenario),
        portals=made.Portals(scenario.portals.old, scenario.portals.new, scenario.portals.switch_day),
        delivery=conditions.delivery(scenario),
        detours=detours,
        drifts=drifts,
    )


def _approved(
    scenario: Scenario, rules: Sequence[Rule], territory: Territory, seed: int
) -> tuple[tuple[Process, ...], tuple[Procedure, ...]]:
    """All processes, old before new in each line, and the procedures that point to them."""
    processes: list[Process] = []
    procedures: list[Procedure] = []
    handlers = {
        level: (territory.of_level(level), territory.shares(level)) for level in ("department", "district", "ward")
    }
    owners = {field.name: territory.named(field.owner) for field in scenario.fields}
    rng = stream(seed, "dossiers of a procedure")
    for number, rule in enumerate(rules):
        own: list[tuple[Line, tuple[int, ...]]] = []
        for line in rule.lines:
            versions = _versions(scenario, rule, line, number, first=len(processes))
            own.append((line, tuple(range(len(processes), len(processes) + len(versions)))))
            processes += versions
        owner = owners[rule.field]
        units, shares = ((owner,), (1.0,)) if rule.level == "department" else handlers[rule.level]
        if not units:
            raise ScenarioError(f"there are no units of level {rule.level} for '{rule.name}'; add some to units")
        procedures.append(_procedure(scenario, rule, own, (owner, units, shares), rng))
    return tuple(processes), tuple(procedures)


def _versions(scenario: Scenario, rule: Rule, line: Line, procedure: int, *, first: int) -> list[Process]:
    before, after = line.terms.limits()
    old = Process(
        procedure=procedure,
        case_variant=line.case_variant,
        channel=line.channel,
        version="1",
        decision=rule.old_decision,
        effective_from=rule.old_from,
        effective_to=None,
        limit=before,
        steps=with_limit(scenario, line.steps, line.terms.before, beside=line.extra_hours),
        replaces=None,
        effect=None,
        work_factor=1.0,
        hold_factor=1.0,
    )
    change = rule.change
    if change is None or after is None or line.terms.after is None:
        return [old]
    new = replace(
        old,
        version="2",
        decision=change.decision,
        effective_from=change.from_day,
        limit=after,
        steps=with_limit(scenario, line.steps, line.terms.after, beside=line.extra_hours),
        replaces=first,
        effect=change.effect,
        work_factor=change.work_factor,
        hold_factor=change.hold_factor,
    )
    return [old, new]


def _procedure(
    scenario: Scenario,
    rule: Rule,
    lines: Sequence[tuple[Line, tuple[int, ...]]],
    handlers: tuple[int, tuple[int, ...], tuple[float, ...]],
    rng: np.random.Generator,
) -> Procedure:
    share, procedures = rng.random(3), scenario.procedures
    online_only = bool(share[0] < procedures.online_only)
    shift = scenario.channels.spread * (2 * float(share[1]) - 1)
    owner, units, unit_shares = handlers
    spans = _drawn_shares(procedures, rng)
    jump = within(scenario.channels.online_jump, rng)
    return Procedure(
        code=rule.code,
        name=rule.name,
        field=rule.field,
        level=rule.level,
        owner=owner,
        units=units,
        unit_shares=unit_shares,
        weight=rule.share,
        case_variants=rule.case_variants,
        case_shares=_case_shares(len(rule.case_variants), float(rng.random())),
        channels_start=_channels(scenario.channels.start.values(), shift, online_only=online_only),
        channels_end=_channels(scenario.channels.end.values(), shift, online_only=online_only),
        online_jump=jump if rule.change else 0.0,
        online_only=online_only,
        lines=tuple(
            tuple(_line_of(lines, variant, channel) for channel in made.CHANNELS) for variant in rule.case_variants
        ),
        payment=spans["payment"] if share[2] < procedures.payment_procedures else 0.0,
        **{name: value for name, value in spans.items() if name != "payment"},
    )


def _drawn_shares(procedures: Procedures, rng: np.random.Generator) -> dict[str, float]:
    names = ("not_accepted", "supplement", "payment", "suspended", "withdrawn")
    return {name: round(within(getattr(procedures, name), rng), 4) for name in names}


def _line_of(lines: Sequence[tuple[Line, tuple[int, ...]]], variant: str | None, channel: str) -> tuple[int, ...]:
    """The versions that apply: of the line for this channel, else of the one for all channels."""
    own = [one for one in lines if one[0].case_variant == variant]
    exact = [versions for line, versions in own if line.channel == channel]
    return exact[0] if exact else next(versions for line, versions in own if line.channel is None)


def _case_shares(count: int, throw: float) -> tuple[float, ...]:
    if count == 1:
        return (1.0,)
    first = round(0.55 + 0.3 * throw, 4)
    return (first, *([(1 - first) / (count - 1)] * (count - 1)))


def _channels(shares: made.Shares, shift: float, *, online_only: bool) -> made.Shares:
    """The shares with so much moved from the counter to online (or back), as far as there is any."""
    counter, online, postal = shares
    if online_only:
        # A few still come to the counter: what a check of the rule is to find.
        return 0.02, 0.98, 0.0
    moved = min(max(shift, -online), counter)
    return counter - moved, online + moved, postal


def _units(scenario: Scenario, territory: Territory, pools: Sequence[tuple[int, ...]], seed: int) -> tuple[Unit, ...]:
    planted, rng = scenario.planted, stream(seed, "planted in units")
    handlers = [number for number, place in enumerate(territory.places) if place.handler]
    on_old = quota(range(len(territory.places)), scenario.portals.units_on_old, rng)
    shares = (planted.units_without_starts, planted.units_resetting, planted.units_double_entry)
    silent, resetting, twice = (quota(handlers, 0.0 if scenario.clean else share, rng) for share in shares)
    units: list[Unit] = []
    for number, (place, own) in enumerate(zip(territory.places, pools, strict=True)):
        units.append(
            Unit(
                code=place.code,
                name=place.name,
                level=place.level,
                parent=place.parent,
                valid_from=place.valid_from,
                valid_to=place.valid_to,
                successor=place.successor,
                former_codes=(place.former,) if place.former else (),
                calendar=_calendar(scenario, place),
                system="old" if number in on_old else "new",
                records_starts=number not in silent,
                desk=territory.desk_of(number) if place.handler else None,
                pools=own,
                double_entry=planted.double_entry if number in twice else 0.0,
                reset_due=planted.reset_due if number in resetting else 0.0,
                reset_finish=planted.reset_finish if number in resetting else 0.0,
            )
        )
    return tuple(units)


def _calendar(scenario: Scenario, place: Place) -> int:
    code = scenario.units.desk_calendar if place.level == "desk" else scenario.units.calendar
    codes = list(scenario.calendars)
    if code not in codes:
        raise ScenarioError(f"units name the calendar '{code}'; there are {', '.join(codes)}, so use one or add it")
    return codes.index(code)


def _gaps(scenario: Scenario, procedures: Sequence[Procedure], rng: np.random.Generator) -> tuple[Gap, ...]:
    """Gaps at procedures that many dossiers go through and several units handle, each at another procedure."""
    planted = scenario.planted
    if scenario.clean:
        return ()
    shared = [number for number, one in enumerate(procedures) if len(one.units) >= _MANY_UNITS]
    busiest = sorted(shared, key=lambda number: -procedures[number].weight)[: 2 * planted.gaps]
    chosen = sorted(rng.permutation(busiest)[: planted.gaps].tolist()) if busiest else []
    return tuple(
        Gap(
            unit=procedures[number].units[int(rng.integers(len(procedures[number].units)))],
            procedure=number,
            work_factor=_rounded(planted.gap_work, rng),
            hold_factor=_rounded(planted.gap_hold, rng),
        )
        for number in chosen
    )


def _rounded(span: Span, rng: np.random.Generator) -> float:
    return round(within(span, rng), 4)

"""Which procedures a city has: their codes, names, fields and levels, and how many dossiers each gets."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from simulation.drawing import apportioned, stream, zipf
from simulation.names import all_names, draw_codes, draw_names
from simulation.scenario import Field, Named, Scenario
from simulation.scenario_file import ScenarioError
from simulation.scenario_values import HandlingLevel


@dataclass(frozen=True, slots=True)
class Entry:
    """A procedure on the way to become a rule; `given` is what the scenario says of a named one."""

    code: str
    name: str
    field: Field
    level: HandlingLevel
    share: float
    given: Named | None = None


def list_procedures(scenario: Scenario, seed: int) -> Iterator[Entry]:
    """The named procedures, then the drawn ones, each with its share of the arrivals; the shares add up to 1."""
    procedures, rng = scenario.procedures, stream(seed, "procedures")
    fields = {field.name: field for field in scenario.fields}
    for named in procedures.named:
        if named.field not in fields:
            raise ScenarioError(f"procedures.named {named.code}: no field is called '{named.field}'; add it to fields")
        yield Entry(
            f"{named.code}.{scenario.owner}", named.name, fields[named.field], named.level, named.arrivals, named
        )
    left = 1 - sum(named.arrivals for named in procedures.named)
    drawn = _drawn_names(scenario, rng)
    taken = frozenset(named.code for named in procedures.named)
    codes = draw_codes(len(drawn), scenario.owner, taken, rng)
    shares = _arrival_shares(scenario, drawn)
    for code, (field, level, name), share in zip(codes, drawn, shares, strict=True):
        yield Entry(code, name, field, level, left * share)


def _drawn_names(scenario: Scenario, rng: np.random.Generator) -> list[tuple[Field, HandlingLevel, str]]:
    procedures = scenario.procedures
    levels = [level for level, share in procedures.level_arrivals.items() if share > 0]
    wanted = procedures.total - len(procedures.named)
    most = [sum(one.level in levels for one in all_names(field.name)) for field in scenario.fields]
    counts = apportioned(wanted, [field.procedures for field in scenario.fields], most)
    if sum(counts) < wanted:
        raise ScenarioError(
            f"procedures.total is {procedures.total}, and the fields have names for {sum(counts)} more than the named"
            " ones; lower it, or add fields"
        )
    return [
        (field, one.level, one.name)
        for field, count in zip(scenario.fields, counts, strict=True)
        for one in draw_names(field.name, count, levels, rng)
    ]


def _arrival_shares(scenario: Scenario, drawn: Sequence[tuple[Field, HandlingLevel, str]]) -> list[float]:
    """The share of each procedure: levels get theirs, in them the fields, in a field the procedures by rank (Zipf).

    What a field gets at a level goes by its arrivals and by how many of its procedures belong to that level.
    """
    groups: dict[tuple[HandlingLevel, str], list[int]] = {}
    for place, (owner, level, _name) in enumerate(drawn):
        groups.setdefault((level, owner.name), []).append(place)
    arrivals = {field.name: field.arrivals for field in scenario.fields}
    sizes = Counter(field.name for field, _level, _name in drawn)
    weights = np.zeros(len(drawn))
    for level, share in scenario.procedures.level_arrivals.items():
        own = {key: places for key, places in groups.items() if key[0] == level}
        parts = {field: arrivals[field] * len(places) / sizes[field] for (_level, field), places in own.items()}
        total = sum(parts.values())
        for (_level, field), places in own.items():
            ranks = zipf(len(places), scenario.procedures.zipf)
            weights[places] = share * parts[field] / total * ranks if total else 0.0
    if drawn and not weights.any():
        raise ScenarioError("no procedure would get any dossier; give fields.arrivals or procedures.level_arrivals")
    even = scenario.procedures.evenness
    return [float(weight) for weight in (1 - even) * weights / weights.sum() + even / len(drawn)] if drawn else []

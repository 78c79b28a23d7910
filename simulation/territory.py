"""Which units take part: departments, districts, wards and agencies, each handling unit with its one-stop desk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from simulation.city import Level
from simulation.drawing import stream
from simulation.scenario import Scenario
from simulation.scenario_file import ScenarioError
from simulation.scenario_places import District, NamedUnit

HANDLING_LEVELS: tuple[Level, ...] = ("department", "district", "ward")


@dataclass(frozen=True, slots=True)
class Place:
    """A unit before it has officers: how it is called and where it belongs; `size` is relative to its level.

    `handler` says that it handles dossiers and so has a desk, which stands right after it in the order of places.
    """

    code: str
    name: str
    level: Level
    parent: int | None
    former: str | None
    size: float
    valid_from: date
    valid_to: date | None = None
    successor: int | None = None

    @property
    def handler(self) -> bool:
        """Whether it handles dossiers."""
        return self.level in HANDLING_LEVELS


@dataclass(frozen=True, slots=True)
class Territory:
    """The places of a city in the order of City.units."""

    places: tuple[Place, ...]

    def of_level(self, level: Level) -> tuple[int, ...]:
        """Return the indices of the units of a level."""
        return tuple(index for index, place in enumerate(self.places) if place.level == level)

    def shares(self, level: Level) -> tuple[float, ...]:
        """Return what part of the dossiers of a level each of its units handles.

        A unit that takes over in the middle keeps its own part beside the one it inherits.
        """
        sizes = [self.places[index].size for index in self.of_level(level)]
        return tuple(size / sum(sizes) for size in sizes)

    def desk_of(self, unit: int) -> int:
        """Return the index of the one-stop desk of a handling unit, which stands right after it."""
        return unit + 1

    def named(self, name: str) -> int:
        """Return the index of a unit by its name in the scenario; raises ScenarioError."""
        for index, place in enumerate(self.places):
            if place.name == name:
                return index
        raise ScenarioError(f"no unit is called '{name}'; write it as in units.departments or units.agencies")


def settle(scenario: Scenario, *, seed: int, dossiers: int) -> Territory:
    """Choose the units that take part: as many districts and wards as so many dossiers keep busy."""
    settler = _Settler(scenario, stream(seed, "units"))
    for department in scenario.units.departments:
        settler.add(department, "department")
    for district, wards in _districts(scenario, dossiers, settler.rng):
        index = settler.add(district, "district")
        for ward in wards:
            settler.add_ward(district, ward, index)
    for agency in scenario.units.agencies:
        settler.add(agency, "agency")
    return Territory(settler.merged())


def _districts(
    scenario: Scenario, dossiers: int, rng: np.random.Generator
) -> list[tuple[District, Sequence[tuple[int, str]]]]:
    """The districts that take part, each with the wards that do, as (number in the district, name)."""
    units, shares = scenario.units, scenario.procedures.level_arrivals
    total = sum(shares.values())
    wanted = round(dossiers * shares.get("district", 0) / total / units.district_dossiers)
    count = min(max(wanted, units.fewest_districts), len(units.districts))
    chosen = [units.districts[index] for index in sorted(rng.permutation(len(units.districts))[:count].tolist())]
    in_turn = [
        (turn, place, number)
        for place, district in enumerate(chosen)
        for turn, number in enumerate(rng.permutation(len(district.wards)).tolist())
    ]
    wanted = round(dossiers * shares.get("ward", 0) / total / units.ward_dossiers)
    kept = sorted((place, number) for _turn, place, number in sorted(in_turn)[: max(wanted, units.fewest_wards)])
    return [
        (district, [(number + 1, district.wards[number]) for owner, number in kept if owner == place])
        for place, district in enumerate(chosen)
    ]


class _Settler:
    """Adds places in order, each with the desk that belongs to it."""

    def __init__(self, scenario: Scenario, rng: np.random.Generator) -> None:
        self.rng = rng
        self._scenario = scenario
        self._places: list[Place] = []

    def add(self, unit: NamedUnit, level: Level) -> int:
        """Add a unit of the scenario, and return its index."""
        name = f"UBND {unit.name}" if level == "district" else unit.name
        return self._add(f"{self._scenario.owner}.{unit.code}", name, level, None, unit.former)

    def add_ward(self, district: District, ward: tuple[int, str], parent: int) -> None:
        """Add a ward, given as its number in the district and its name."""
        number, name = ward
        former = district.former and f"000.{number:02}.{district.former[-2:]}"
        code = f"{self._scenario.owner}.{district.code}.{number:02}"
        self._add(code, f"UBND {name}, {district.name}", "ward", parent, former)

    def _add(self, code: str, name: str, level: Level, parent: int | None, former: str | None) -> int:
        index = len(self._places)
        size = float(self.rng.lognormal(0, self._scenario.units.size_sigma))
        since = self._scenario.units.valid_from
        full = f"{former}.{self._scenario.owner}" if former else None
        self._places.append(Place(code, name, level, parent, full, size, since))
        if level in HANDLING_LEVELS:
            self._places.append(Place(f"{code}.MC", f"Bộ phận Một cửa {name}", "desk", index, None, 0.0, since))
        return index

    def merged(self) -> tuple[Place, ...]:
        """Return the places, with an end and a successor for those that the scenario merges while they take part."""
        places = list(self._places)
        by_name = {place.name: index for index, place in enumerate(places)}
        for merge in self._scenario.units.merges:
            before, after = by_name.get(f"UBND {merge.name}"), by_name.get(f"UBND {merge.into}")
            if before is None or after is None:
                continue
            places[before] = _ending(places[before], merge.last_day, after)
            places[before + 1] = _ending(places[before + 1], merge.last_day, after + 1)
        return tuple(places)


def _ending(place: Place, last_day: date, successor: int) -> Place:
    return replace(place, valid_to=last_day, successor=successor)

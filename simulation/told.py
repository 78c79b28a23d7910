"""What the truth document tells of habits, deviations and drifts; `simulation.truth` lists the members."""

from collections import defaultdict
from typing import Any

from simulation.city import City
from simulation.ledger import Ledger
from simulation.planted import EXTRA_TASK, Detour

_HABITS = {
    "back_dating": "dated back",
    "set_back_finishes": "set back",
    "period_end": "put aside",
    "within_a_minute": "swift",
    "impossible_order": "out of order",
    "after_switch": "on the old portal",
}


def habits(city: City, ledger: Ledger) -> dict[str, list[dict[str, Any]]]:
    """Return how many events came of each habit, by unit."""
    return {name: by_unit(city, ledger, kind) for name, kind in _HABITS.items()}


def by_unit(city: City, ledger: Ledger, *kinds: str) -> list[dict[str, Any]]:
    """Return what was counted of some kinds, by unit: under the name of the kind, or as events if there is only one."""
    units = sorted({unit for kind, unit in ledger.counts if kind in kinds})
    names = kinds if len(kinds) > 1 else ("events",)
    return [
        {
            "unit": city.units[unit].code,
            **{name: ledger.counts[kind, unit] for name, kind in zip(names, kinds, strict=True)},
        }
        for unit in units
    ]


def dossiers(city: City, ledger: Ledger) -> dict[str, dict[str, list[str]]]:
    """Return the codes of the dossiers behind what was counted, by kind and unit."""
    found: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for (kind, unit), codes in sorted(ledger.codes.items()):
        found[kind][city.units[unit].code] = [code.decode() for code in codes]
    return dict(found)


def deviations(city: City, ledger: Ledger) -> list[dict[str, Any]]:
    """Return where dossiers left the approved way, and which did: by kind, process, unit and step."""
    told = []
    for (kind, number, process, unit), codes in sorted(ledger.facts.items()):
        detour = city.detours[number] if kind == "detour" else None
        steps = city.processes[process].steps
        place = number if detour is None else detour.place
        is_swapped = detour is not None and detour.kind == "swapped"
        told.append(
            {
                "kind": kind if detour is None else detour.kind,
                "procedure": city.procedures[city.processes[process].procedure].code,
                "version": city.processes[process].version,
                "unit": city.units[unit].code,
                "steps": [step.number for step in steps[place : place + 1 + is_swapped]],
                "task": EXTRA_TASK if detour is not None and detour.kind == "extra" else steps[place].task,
                "dossiers": [code.decode() for code in codes],
            }
        )
    return told


def detours(city: City) -> list[dict[str, Any]]:
    """Return which deviations were planted, and in which share of the dossiers."""
    return [_detour(city, one) for one in city.detours if one.from_day is None]


def drifts(city: City) -> list[dict[str, Any]]:
    """Return the planted drifts: `what` changed (paths or time), and the first day of arrivals that it is about."""
    paths = [
        {**_detour(city, one), "what": "paths", "from_day": one.from_day.isoformat()}
        for one in city.detours
        if one.from_day is not None
    ]
    times = [
        {
            "procedure": city.procedures[one.procedure].code,
            "what": "time",
            "from_day": one.from_day.isoformat(),
            "hold_hours": one.hold_hours,
        }
        for one in city.drifts
    ]
    return paths + times


def _detour(city: City, detour: Detour) -> dict[str, Any]:
    return {
        "kind": detour.kind,
        "procedure": city.procedures[detour.procedure].code,
        "unit": None if detour.unit is None else city.units[detour.unit].code,
        "step": city.processes[city.procedures[detour.procedure].lines[0][0][0]].steps[detour.place].number,
        "share": detour.share,
    }

"""What changed between two sets of dossiers: which transitions come more often or take longer, and in which units."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mining.chance import codes_of
from mining.clocks.clock import Calendars, between, instants_us

_HOUR_US = 3_600_000_000
_SHOWN = 5

Numbers = npt.NDArray[np.float64]
Sides = tuple[Any, Any]
"""What there was before, and what there was after."""


@dataclass(frozen=True, slots=True)
class TransitionChange:
    """A transition before and after: how often a dossier takes it, and how many working hours it spends on it."""

    source: str
    target: str
    times_before: float
    times_after: float
    hours_before: float
    hours_after: float


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A unit before and after: dossiers and mean agency hours; `hours` is its part in the change of the mean.

    That is its mean share of the dossiers times the change of its own mean; what is left is a change of the shares.
    """

    unit: str | None
    dossiers_before: int
    dossiers_after: int
    hours_before: float | None
    hours_after: float | None
    hours: float


def transition_changes(
    steps: pa.Table, calendars: Calendars, sides: Sides, *, by_time: bool
) -> tuple[TransitionChange, ...]:
    """Return the transitions that changed most, by working hours per dossier or by how often they are taken.

    `steps` as `drift_steps.sql` answers, `sides` two columns of dossiers (text).
    """
    starts, ends = instants_us(steps["previous_completed_at"]), instants_us(steps["completed_at"])
    hours = between(steps["unit"], starts, ends, calendars) / _HOUR_US
    source, sources = codes_of(steps["source"])
    target, targets = codes_of(steps["target"])
    moves, move = np.unique(source * max(len(targets), 1) + target, return_inverse=True)
    times, spent = np.zeros((2, len(moves))), np.zeros((2, len(moves)))
    for side, dossiers in enumerate(sides):
        own = np.asarray(pc.is_in(steps["dossier"], value_set=dossiers))
        times[side] = np.bincount(move[own], minlength=len(moves)) / max(len(dossiers), 1)
        spent[side] = np.bincount(move[own], hours[own], minlength=len(moves)) / max(len(dossiers), 1)
    weight = np.abs(np.diff(spent if by_time else times, axis=0)[0])
    return tuple(
        TransitionChange(
            sources[moves[place] // len(targets)],
            targets[moves[place] % len(targets)],
            *(float(number) for number in (*times[:, place], *spent[:, place])),
        )
        for place in np.argsort(-weight, kind="stable")[:_SHOWN]
        if weight[place] > 0
    )


def unit_changes(units: Sides, hours: tuple[Numbers, Numbers]) -> tuple[UnitChange, ...]:
    """Return the units with the greatest part in a change of the mean hours."""
    names = sorted({*units[0].to_pylist(), *units[1].to_pylist()}, key=lambda name: (name is None, name or ""))
    of = [_by_unit(*side, names) for side in zip(units, hours, strict=True)]
    found = []
    for place, name in enumerate(names):
        (count, mean), (later_count, later_mean) = (of[0][place], of[1][place])
        part = 0.0
        if mean is not None and later_mean is not None:
            part = (count / len(hours[0]) + later_count / len(hours[1])) / 2 * (later_mean - mean)
        found.append(UnitChange(name, count, later_count, mean, later_mean, part))
    return tuple(sorted(found, key=lambda one: -abs(one.hours))[:_SHOWN])


def _by_unit(units: pa.Array, hours: Numbers, names: list[str | None]) -> list[tuple[int, float | None]]:
    place = {name: number for number, name in enumerate(names)}
    code = np.array([place[name] for name in units.to_pylist()], np.int64)
    counts = np.bincount(code, minlength=len(names)).tolist()
    sums = np.bincount(code, hours, minlength=len(names)).tolist()
    return [(count, total / count if count else None) for count, total in zip(counts, sums, strict=True)]

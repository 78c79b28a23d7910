"""Which dossiers are treated otherwise than approved: drawn at their arrival, from a stream of chance of its own."""

from typing import Final

import numpy as np
import numpy.typing as npt

from simulation.arrivals import Arrived
from simulation.city import City
from simulation.hours import DAY_US, HOUR_US
from simulation.layout import Clock, Ints, day_number, rounded
from simulation.planted import DISORDERED, HABITS, SWIFT

NO_DETOUR: Final = -1
_HOLD_SIGMA: Final = 0.3


class Deviating:
    """Draws habits, detours and drifts for dossiers as they arrive; call it for one block after the other."""

    def __init__(self, city: City, clock: Clock) -> None:
        self._city, self._offset_us = city, clock.offset_us
        self._dice = np.random.default_rng([city.seed, 4])
        self._shares = np.array([unit.habits.shares() for unit in city.units])
        self._has_habits = bool(self._shares.any())

    def habits(self, arrived: Arrived, *, refused: npt.NDArray[np.bool_], ends: npt.NDArray[np.bool_]) -> list[int]:
        """Return the habits that each dossier meets with, as bits; `refused` at the desk, `ends` before its work."""
        count = len(arrived.unit)
        if not self._has_habits:
            return [0] * count
        thrown = self._dice.random((count, len(HABITS))) < self._shares[arrived.unit]
        thrown[:, HABITS.index(DISORDERED)] &= ~refused
        thrown[:, HABITS.index(SWIFT)] &= ~(refused | ends)
        habits: list[int] = (thrown @ np.array(HABITS)).tolist()
        return habits

    def detours(self, arrived: Arrived) -> list[int]:
        """Return which of City.detours each dossier takes, NO_DETOUR if none."""
        count = len(arrived.unit)
        taken = np.full(count, NO_DETOUR)
        if not self._city.detours:
            return taken.tolist()
        throws, passed = self._dice.random(count), np.zeros(count)
        day = (arrived.arrival_us + self._offset_us) // DAY_US
        for number, one in enumerate(self._city.detours):
            own = arrived.procedure == one.procedure
            if one.unit is not None:
                own &= arrived.unit == one.unit
            if one.from_day is not None:
                own &= day >= day_number(one.from_day)
            taken[own & (passed <= throws) & (throws < passed + one.share)] = number
            passed[own] += one.share
        return taken.tolist()

    def hold(self, arrived: Arrived, hold_us: Ints) -> None:
        """Add what drifts hold up to the time outside, a row per dossier and a column per step."""
        if not self._city.drifts:
            return
        spread = np.exp(_HOLD_SIGMA * self._dice.standard_normal(len(arrived.unit)))
        day = (arrived.arrival_us + self._offset_us) // DAY_US
        for one in self._city.drifts:
            own = (arrived.procedure == one.procedure) & (day >= day_number(one.from_day))
            hold_us[own, one.place] += rounded(one.hold_hours * spread[own] * HOUR_US)

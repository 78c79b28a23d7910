"""When in a month, and when within the due day, units finish their dossiers, against what chance would give."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mining.chance import binomial_tail, codes_of, count_tail, dispersion
from mining.clocks.clock import Calendars, between, instants_us

_HOUR_US, _DAY_US, _VIETNAM_US = 3_600_000_000, 24 * 3_600_000_000, 7 * 3_600_000_000
_SECOND_US = 1_000_000
_NONE = np.iinfo(np.int64).min
_SIDE = 7
"""How many stretches before and after the last one of a period it is compared with."""

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tested:
    """Per unit: how many were looked at, found and expected, and the probability of so many by chance; and which rows
    of the finishes are the ones found."""

    units: list[str | None]
    checked: Integers
    found: Integers
    expected: Numbers
    p_value: Numbers
    places: Integers


def finished_on_due(finishes: pa.Table, least_chance: float) -> Tested:
    """Test how many finishes are at the very second of the due date, among those on the due day.

    The chance is the share of finishes on other days whose time of day is that of the due date, of the unit or of all
    units, whichever is greater: a system that notes days only has such finishes everywhere. `least_chance` is the
    smallest that is believed.
    """
    unit, units = codes_of(finishes["unit"])
    finish, due = instants_us(finishes["finished_at"]), instants_us(finishes["due_at"], _NONE)
    known = due != _NONE
    same_day = known & ((finish + _VIETNAM_US) // _DAY_US == (due + _VIETNAM_US) // _DAY_US)
    same_time = known & ((finish - due) // _SECOND_US % (_DAY_US // _SECOND_US) == 0)
    other, by_chance = _count(unit, known & ~same_day, units), _count(unit, same_time & ~same_day, units)
    overall = by_chance.sum() / max(other.sum(), 1)
    chance = np.clip(np.maximum(by_chance / np.maximum(other, 1), overall), least_chance, 1)
    checked, found = _count(unit, same_day, units), _count(unit, same_day & same_time, units)
    p_value = binomial_tail(found, checked, chance)
    return Tested(units, checked, found, checked * chance, p_value, np.flatnonzero(same_day & same_time))


def finished_at_period_end(
    finishes: pa.Table, calendars: Calendars, *, window_hours: float, months: int, until_us: int
) -> Tested:
    """Test how many finishes are in the last working hours of periods of so many months (1 or 3).

    They are compared with the 7 stretches of as many working hours before and the 7 after, as far as the log reaches;
    the spread of these counts is taken into account, so that a unit that always finishes in batches is not found.
    What is finished on days off is left out: such days have no hours to compare them by.
    """
    unit, units = codes_of(finishes["unit"])
    finish = instants_us(finishes["finished_at"])
    if not len(finish):
        return Tested([], unit, unit, unit.astype(np.float64), unit.astype(np.float64), unit)
    ends = _Ends(calendars, int(window_hours * _HOUR_US), months, finish)
    period, stretch = ends.placed(finishes["unit"], finish)
    covered = ends.covered(finish, until_us)
    counts = _on_working_days(finishes["unit"], finish, calendars)
    near = counts & (stretch >= -1 - _SIDE) & (stretch < _SIDE)
    shape = (len(units), *covered.shape)
    cell = np.ravel_multi_index((unit[near], period[near], stretch[near] + 1 + _SIDE), shape)
    table = np.bincount(cell, minlength=np.prod(shape)).reshape(shape) * covered

    last, beside = table[:, :, _SIDE], np.delete(table, _SIDE, axis=2)
    open_beside = np.delete(covered, _SIDE, axis=1)
    neighbours = open_beside.sum(axis=1)
    usable = covered[:, _SIDE] & (neighbours >= _SIDE)
    means = usable * beside.sum(axis=2) / np.maximum(neighbours, 1)
    expected, found = means.sum(axis=1), (last * usable).sum(axis=1)
    spread = np.array([_spread(counts, mean, open_beside) for counts, mean in zip(beside, means, strict=True)])
    variance = spread * (expected + (means / np.maximum(neighbours, 1)).sum(axis=1))
    checked = found + (beside * usable[:, np.newaxis]).sum(axis=(1, 2))
    places = np.flatnonzero(counts & (stretch == -1) & usable[period])
    return Tested(units, checked, found, expected, count_tail(found, expected, variance), places)


class _Ends:
    """The ends of the periods in which something was finished, and the stretches of working hours around them.

    Stretch -1 is the last one of a period, 0 the first one after it. Periods are numbered from the one before the
    first finish.
    """

    def __init__(self, calendars: Calendars, window_us: int, months: int, finish: Integers) -> None:
        self.calendars, self.window_us, self.months = calendars, window_us, months
        own = self._period(finish)
        self.first = int(own.min()) - 1
        numbers = np.arange(self.first, int(own.max()) + 2)
        starts = (numbers * months).astype("datetime64[M]").astype("datetime64[us]").astype(np.int64)
        self.starts_us = starts - _VIETNAM_US

    def placed(self, units: pa.ChunkedArray, finish: Integers) -> tuple[Integers, Integers]:
        """Return the period whose end each finish is near, and its stretch counted from there."""
        own = self._period(finish) - self.first
        period, stretch = own.copy(), np.zeros(len(finish), np.int64)
        for time, rows in self.calendars.numbered(units):
            bounds, worked = time.worked_us(self.starts_us), time.worked_us(finish[rows])
            before = np.minimum(self._stretch(worked - bounds[own[rows] + 1]), -1)
            after = np.maximum(self._stretch(worked - bounds[own[rows]]), 0)
            is_before = before >= -1 - _SIDE
            stretch[rows] = np.where(is_before, before, after)
            period[rows] = own[rows] - ~is_before
        return period, stretch

    def covered(self, finish: Integers, until_us: int) -> npt.NDArray[np.bool_]:
        """Return which stretches of each period the log reaches, from 8 before its end to 7 after."""
        time = self.calendars.default
        reach = np.array([finish.min(), min(finish.max() + 1, until_us)])
        begins, ends = time.worked_us(reach)
        bounds = time.worked_us(self.starts_us)[1:, np.newaxis] + np.arange(-1 - _SIDE, _SIDE) * self.window_us
        return np.asarray((bounds >= begins) & (bounds + self.window_us <= ends))

    def _stretch(self, worked: Integers) -> Integers:
        """The stretch that a working time ends in: an evening belongs to the day before it."""
        return -(-worked // self.window_us) - 1

    def _period(self, instants: Integers) -> Integers:
        local = (instants + _VIETNAM_US).astype("datetime64[us]").astype("datetime64[M]")
        return np.asarray(local.astype(np.int64) // self.months)


def _on_working_days(units: pa.ChunkedArray, finish: Integers, calendars: Calendars) -> npt.NDArray[np.bool_]:
    begins = (finish + _VIETNAM_US) // _DAY_US * _DAY_US - _VIETNAM_US
    return between(units, begins, begins + _DAY_US, calendars) > 0


def _count(unit: Integers, chosen: npt.NDArray[np.bool_], units: list[str | None]) -> Integers:
    return np.bincount(unit[chosen], minlength=len(units))


def _spread(counts: Numbers, means: Numbers, open_beside: npt.NDArray[np.bool_]) -> float:
    """How much wider than chance the counts beside the ends of periods spread around their mean."""
    known = open_beside & (means[:, np.newaxis] > 0)
    return dispersion(counts[known], np.broadcast_to(means[:, np.newaxis], counts.shape)[known], int((means > 0).sum()))

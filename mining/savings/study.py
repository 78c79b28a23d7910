"""The dossiers of a study in columns of numbers: what was compared with what, and by which calendar weeks."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Codes = npt.NDArray[np.int64]
Hours = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_KNOWN_LINE = 20
"""So many finished dossiers tell how long those of a line take at most."""

_WEEK_US = 7 * 24 * 3_600_000_000
_MONDAY_US = 4 * 24 * 3_600_000_000 - 7 * 3_600_000_000
"""Weeks start on Monday 00:00 in Viet Nam; 5 January 1970 was a Monday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How the untreated dossiers are compared.

    Steps of a trend are weeks, merged until `trend_dossiers` untreated dossiers are in each. A field has a trend of its
    own where as many are taken in every four weeks, else it shares that of all such fields; every unit has one besides.
    A line of a procedure with fewer than `line_dossiers` before its change borrows from the other lines.
    """

    trend_dossiers: int = 200
    line_dossiers: int = 8


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Dossiers in columns; each array has a row per dossier, codes count from 0.

    `line` is the line whose level holds for the dossier without the change, `moment` the step of the trend of its
    group of fields, `offset` the logarithm of what its channel usually takes where its line borrows, `change` the
    number of the change that it was handled under, -1 for none, and `comparable` says whether the untreated dossiers
    of its line and unit tell what it would have taken. A dossier is `forgotten`, and not comparable, that is open for
    more than twice as long as any finished one of its line took: its end was not recorded, or nobody works on it.
    """

    hours: Hours
    finished: Mask
    change: Codes
    line: Codes
    unit: Codes
    unit_step: Codes
    moment: Codes
    week: Codes
    offset: Hours
    comparable: Mask
    forgotten: Mask

    @classmethod
    def of(cls, dossiers: pa.Table, comparison: Comparison) -> Self:
        """Read the columns line, procedure, channel, unit, field (texts), accepted_at, hours, finished and change.

        `line` names procedure, case variant, channel and the version before the change; `change` is null for what
        no change touched.
        """
        hours = np.maximum(np.asarray(dossiers["hours"], np.float64), 0.0)
        finished = np.asarray(dossiers["finished"])
        change = np.asarray(pc.fill_null(dossiers["change"].cast(pa.int64()), -1))
        week = weeks(dossiers["accepted_at"])
        unit = codes(dossiers["unit"])
        untreated = change < 0
        offset, line = _borrowed(dossiers, hours, untreated & finished, comparison.line_dossiers)
        fields, each = (
            codes(dossiers["field"]),
            (untreated.astype(np.float64), (untreated & finished).astype(np.float64)),
        )
        moment = _steps(
            np.where(_rich(fields, untreated, week, comparison)[fields], fields + 1, 0), week, each, comparison
        )
        unit_step = _steps(unit, week, each, comparison)
        forgotten = _forgotten(line, hours, finished)
        comparable = ~forgotten & _connected(line, unit_step, untreated & _mature(line, untreated, finished))
        return cls(hours, finished, change, line, unit, unit_step, moment, week, offset, comparable, forgotten)

    @property
    def untreated(self) -> Codes:
        """The places of the dossiers to which the model is fitted: no change touched them, and their line is known."""
        return np.flatnonzero((self.change < 0) & self.comparable)


def codes(column: pa.ChunkedArray) -> Codes:
    """Number the values of a column, null among them, in the order in which they first occur."""
    encoded = column.combine_chunks().dictionary_encode("encode")
    return np.asarray(encoded.indices).astype(np.int64)


def weeks(instants: pa.ChunkedArray) -> Codes:
    """Return the number of the week of each instant, counted from that of 5 January 1970."""
    stamps = np.asarray(instants.cast(pa.timestamp("us", "UTC")).cast(pa.int64()))
    return (stamps - _MONDAY_US) // _WEEK_US


def renumbered(*columns: Codes) -> Codes:
    """Number the distinct rows of some columns of codes from 0."""
    joined = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        low = int(column.min(initial=0))
        joined = joined * (int(column.max(initial=0)) - low + 1) + column - low
        joined = np.unique(joined, return_inverse=True)[1]
    return joined


def _forgotten(line: Codes, hours: Hours, finished: Mask) -> Mask:
    """Tell who is open for more than twice as long as any of its line took, where enough of these are finished."""
    longest = np.zeros(_count(line))
    np.maximum.at(longest, line[finished], hours[finished])
    many = np.bincount(line, finished, minlength=_count(line)) >= _KNOWN_LINE
    return np.asarray(~finished & many[line] & (hours > 2 * longest[line]))


def _mature(line: Codes, untreated: Mask, finished: Mask) -> Mask:
    """Tell whose line has enough untreated dossiers that are finished: half of them."""
    ended = np.bincount(line, untreated & finished, minlength=_count(line))
    return np.asarray(((2 * ended >= np.bincount(line, untreated, minlength=_count(line))) & (ended > 0))[line])


def _connected(line: Codes, unit: Codes, untreated: Mask) -> Mask:
    """Tell whose line and unit both have untreated dossiers, from which the one can be told from the other."""
    lines, units = _count(line), _count(unit)
    edges = coo_array(
        (np.ones(int(untreated.sum())), (line[untreated], lines + unit[untreated])),
        shape=(lines + units, lines + units),
    )
    part = connected_components(edges, directed=False)[1]
    return np.asarray(part[line] == part[lines + unit])


def _borrowed(dossiers: pa.Table, hours: Hours, known: Mask, least: int) -> tuple[Hours, Codes]:
    """Put lines with few dossiers of a procedure together, with the usual ratio between their channels as offset."""
    line, procedure, channel = (codes(dossiers[name]) for name in ("line", "procedure", "channel"))
    usual = np.log(_channel_ratios(procedure, channel, hours, known))[channel]
    few = np.bincount(line, known, minlength=_count(line)) < least
    rest = few[line]
    rest_dossiers = np.bincount(procedure, known & rest, minlength=_count(procedure))
    # Where even the rest together is small, the whole procedure is one line.
    whole = ((rest_dossiers < least) & (np.bincount(procedure, rest, minlength=_count(procedure)) > 0))[procedure]
    shared = rest | whole
    merged = np.where(shared, _count(line) + procedure, line)
    return np.where(shared, usual, 0.0), renumbered(merged)


def _channel_ratios(procedure: Codes, channel: Codes, hours: Hours, known: Mask) -> Hours:
    """Return how long each channel takes beside the others of the same procedures, by proportional fitting."""
    procedure, channel, hours = procedure[known], channel[known], hours[known]
    ratio = np.ones(_count(channel, 1))
    size = len(ratio)
    for _ in range(30):
        taken = np.bincount(procedure, hours)
        level = _divided(taken, np.bincount(procedure, ratio[channel]))
        fitted = np.bincount(channel, level[procedure], minlength=size)
        found = np.bincount(channel, hours, minlength=size)
        ratio = np.where((fitted > 0) & (found > 0), _divided(found, fitted), 1.0)
    return ratio


def _rich(fields: Codes, untreated: Mask, week: Codes, comparison: Comparison) -> Mask:
    """Tell which fields have untreated dossiers enough for a trend of their own, four weeks a step at most."""
    least = comparison.trend_dossiers * (int(week.max(initial=0)) - int(week.min(initial=0)) + 1) / 4
    return np.bincount(fields, untreated, minlength=_count(fields)) >= least


def _steps(group: Codes, week: Codes, each: tuple[Hours, Hours], comparison: Comparison) -> Codes:
    """Number the steps of the trends of groups: weeks merged until enough untreated dossiers are in each."""
    untreated, ended = each
    place = week - int(week.min(initial=0))
    span = int(place.max(initial=0)) + 1
    pair = group * span + place
    size = _count(group) * span
    table = [np.bincount(pair, one, minlength=size).reshape(-1, span) for one in (untreated, ended)]
    first, steps = 0, np.zeros((_count(group), span), np.int64)
    for number in np.unique(group).tolist():
        steps[number] = first + _merged(table[0][number], table[1][number], comparison.trend_dossiers)
        first = int(steps[number].max()) + 1
    return np.asarray(steps[group, place])


def _merged(usable: Hours, done: Hours, least: int) -> Codes:
    """Merge weeks until each step has `least` dossiers, half of them finished; what is left joins the last step."""
    step, number = np.zeros(len(usable), np.int64), 0
    dossiers = ended = 0.0
    for place, (more, more_ended) in enumerate(zip(usable.tolist(), done.tolist(), strict=True)):
        step[place] = number
        dossiers, ended = dossiers + more, ended + more_ended
        if dossiers >= least and ended >= dossiers / 2:
            number, dossiers, ended = number + 1, 0.0, 0.0
    return np.minimum(step, max(number - 1, 0)) if dossiers < least or ended < dossiers / 2 else step


def _count(column: Codes, least: int = 0) -> int:
    return max(int(column.max(initial=-1)) + 1, least)


def _divided(over: Any, under: Any) -> Hours:
    return np.asarray(np.divide(over, under, out=np.zeros(len(over)), where=np.asarray(under) > 0))

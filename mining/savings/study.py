"""The dossiers of a study in columns of numbers: what was compared with what, and by which calendar weeks."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from mining.savings.swings import Swing

Codes = npt.NDArray[np.int64]
Hours = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_KNOWN_LINE = 20
"""So many finished dossiers tell how long those of a line take at most."""

_USUAL_MULTIPLE = 4.0
"""So many times the mean a dossier takes at most, where no line has dossiers enough to tell."""

_LENGTHS = 5
"""Classes of procedures by how long they take: what is long waits for others, what is short waits for officers."""

_MOST_WINDOWS = 52

_WEEK_US = 7 * 24 * 3_600_000_000
_MONDAY_US = 4 * 24 * 3_600_000_000 - 7 * 3_600_000_000
"""Weeks start on Monday 00:00 in Viet Nam; 5 January 1970 was a Monday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How the untreated dossiers are compared.

    Steps of the common trend are weeks, merged until `trend_dossiers` untreated dossiers are in each. A line of a
    procedure with fewer than `line_dossiers` before its change borrows from the other lines. Units, fields, channels
    and lengths swing around the trend, `window_weeks` after `window_weeks`: longer ones where there would be more than
    52, or more than `most_windows` of all units and fields.
    """

    trend_dossiers: int = 200
    line_dossiers: int = 8
    window_weeks: int = 4
    most_windows: int = 4000


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Dossiers in columns; each array has a row per dossier, codes count from 0.

    `line` is the line whose level holds for the dossier without the change, `moment` the step of the common trend.
    `swings` say which windows of its unit, field, channel and length hold for it, `own_swing` that of its procedure.
    `offset` is the logarithm of what its channel usually takes where its line borrows, `change` the number of the
    change that it was handled under, -1 for none, and `comparable` says whether the untreated dossiers of its line and
    unit tell what it would have taken. A dossier is `forgotten`, and not comparable, that is open for more than twice
    as long as any finished one of its line took: its end was not recorded, or nobody works on it.
    """

    hours: Hours
    finished: Mask
    change: Codes
    line: Codes
    unit: Codes
    moment: Codes
    swings: tuple[Swing, ...]
    own_swing: Swing
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
        done, forgotten = untreated & finished, _forgotten(line, hours, finished)
        usual = _usual(line, hours, done)
        weights = np.where(untreated & ~forgotten, usual, 0.0), np.where(done, usual, 0.0)
        moment = _steps(week, untreated, weights, comparison)
        field, channel, procedure = (codes(dossiers[name]) for name in ("field", "channel", "procedure"))
        window = _windows(week // _window_weeks(week, _count(unit) + _count(field), comparison), *weights)
        length = _length(procedure, hours, done)
        *swings, own_swing = (
            Swing(one, window, _count(one), _count(window)) for one in (unit, field, channel, length, procedure)
        )
        comparable = ~forgotten & _connected(line, unit, untreated & _mature(line, untreated, finished))
        return cls(
            hours, finished, change, line, unit, moment, tuple(swings), own_swing, week, offset, comparable, forgotten
        )

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


def _length(procedure: Codes, hours: Hours, known: Mask) -> Codes:
    """Sort procedures by the mean of what is known of them into `_LENGTHS` classes with about as many dossiers each."""
    dossiers = np.bincount(procedure, known, minlength=_count(procedure))
    mean = _divided(np.bincount(procedure, hours * known, minlength=_count(procedure)), dossiers)
    order = np.argsort(mean, kind="stable")
    shorter = np.empty(len(order))
    shorter[order] = np.cumsum(dossiers[order]) - dossiers[order] / 2
    length: Codes = (_LENGTHS * shorter / max(float(dossiers.sum()), 1.0)).astype(np.int64)
    return np.minimum(length, _LENGTHS - 1)[procedure]


def _forgotten(line: Codes, hours: Hours, finished: Mask) -> Mask:
    """Tell who is open for more than twice as long as any finished one of its line took.

    Where a line has few that are finished, for more than twice the largest multiple of the mean of their lines that any
    took: one that nobody works on would count for hundreds of others.
    """
    size = _count(line)
    longest = np.zeros(size)
    np.maximum.at(longest, line[finished], hours[finished])
    number = np.bincount(line, finished, minlength=size)
    mean = _divided(np.bincount(line, hours * finished, minlength=size), number)
    many = number >= _KNOWN_LINE
    multiple = float(_divided(longest, mean)[many].max(initial=0.0)) or _USUAL_MULTIPLE
    most = np.where(many, longest, np.maximum(longest, multiple * mean))
    return np.asarray(~finished & (number > 0)[line] & (hours > 2 * most[line]))


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


def _usual(line: Codes, hours: Hours, done: Mask) -> Hours:
    """Return what the dossiers of each one's line usually take, 0 where none is done: what it weighs in the fit."""
    number = np.bincount(line, done, minlength=_count(line))
    return _divided(np.bincount(line, hours * done, minlength=_count(line)), number)[line]


def _steps(week: Codes, untreated: Mask, weights: tuple[Hours, Hours], comparison: Comparison) -> Codes:
    """Number the steps of the common trend: weeks merged until enough untreated dossiers are in each.

    The weights are those of the untreated dossiers and of those that are done.
    """
    place = week - _first(week)
    table = [np.bincount(place, one) for one in (untreated.astype(np.float64), *weights)]
    return _windows(_merged(np.stack(table, axis=1), comparison.trend_dossiers)[place], *weights)


def _window_weeks(week: Codes, groups: int, comparison: Comparison) -> int:
    weeks_ = int(week.max(initial=0)) - _first(week) + 1
    return max(comparison.window_weeks, -(-weeks_ // _MOST_WINDOWS), -(-weeks_ * groups // comparison.most_windows))


def _windows(window: Codes, weight: Hours, done: Hours) -> Codes:
    """Number windows from 0; the last ones are one until half of what weighs in them is done."""
    window = window - _first(window)
    usable, ended = (np.cumsum(np.bincount(window, one)[::-1])[::-1] for one in (weight, done))
    known = np.flatnonzero((2 * ended >= usable) & (usable > 0))
    return np.minimum(window, int(known[-1]) if len(known) else 0)


def _merged(weeks_: Hours, least: int) -> Codes:
    """Merge weeks until each step has `least` dossiers, and half of what weighs is done; the rest joins the last step.

    Were more of it open, its factor would rest on what is expected of open dossiers, and that on the factor.
    """
    step, number, whole = np.zeros(len(weeks_), np.int64), 0, np.zeros(3)
    for place, week in enumerate(weeks_):
        step[place], whole = number, whole + week
        if whole[0] >= least and whole[2] >= whole[1] / 2:
            number, whole = number + 1, np.zeros(3)
    return np.minimum(step, max(number - 1, 0)) if whole.any() else step


def _first(week: Codes) -> int:
    return int(week.min()) if len(week) else 0


def _count(column: Codes, least: int = 0) -> int:
    return max(int(column.max(initial=-1)) + 1, least)


def _divided(over: Any, under: Any) -> Hours:
    return np.asarray(np.divide(over, under, out=np.zeros(len(over)), where=np.asarray(under) > 0))

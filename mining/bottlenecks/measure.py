"""What the figures on lost time share: lost working time, the period that a year is scaled from, groups, intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from mining import MiningError
from mining.savings.figures import Interval
from mining.waiting.findings import WaitingLog
from mining.waiting.ranges import Ints, Mask
from mining.waiting.steps import NONE, Named

Numbers = npt.NDArray[np.float64]

HOUR_US = 3_600_000_000
_DAY_US = 24 * HOUR_US
_WEEK_US = 7 * _DAY_US
_YEAR_US = round(365.25 * _DAY_US)
_VIETNAM_US = 7 * HOUR_US
_MONDAY_US = 4 * _DAY_US - _VIETNAM_US
"""Weeks start on Monday 00:00 in Viet Nam; 5 January 1970 was a Monday."""
_MOST_CELLS = 1 << 24
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BottleneckError(MiningError):
    """Lost time was asked for in a way that makes no sense; the message says why."""


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when a log tells of work (UTC): from its first dossier to its last completion."""

    from_at: datetime
    to_at: datetime

    @property
    def a_year(self) -> float:
        """How many such periods make a year of 365.25 days; a log of less than a week counts as one of a week."""
        length_us = (self.to_at - self.from_at) // timedelta(microseconds=1)
        return _YEAR_US / max(length_us, _WEEK_US)


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """How 95 % intervals are made: whole weeks are drawn with replacement, as what happens in a week hangs together.

    Where there are fewer than `least_clusters` weeks, days are drawn; where there are fewer days too, there is none.
    """

    replicates: int = 1000
    seed: int = 1
    least_clusters: int = 8

    def __post_init__(self) -> None:
        if self.replicates < 100 or self.least_clusters < 2:
            raise BottleneckError(
                f"{self.replicates} replicates of at least {self.least_clusters} clusters tell no interval;"
                " give 100 or more replicates and 2 or more clusters"
            )


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """A group for each of some rows: `of` are codes from 0, `first` is a row of each, `by` the columns of names."""

    of: Ints
    first: Ints
    by: Mapping[str, Named]

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(self.first)

    def key(self, group: int) -> dict[str, str | None]:
        """Return the names of a group."""
        return {name: column.name(self.first[group]) for name, column in self.by.items()}

    def sums(self, values: Ints | Numbers | Mask) -> Numbers:
        """Add values up by group."""
        return np.asarray(np.bincount(self.of, values, minlength=self.count), np.float64)


def grouped_by(by: Mapping[str, Named], rows: int) -> Groups:
    """Group rows by columns of names, or all of them together."""
    codes = numbered([column.codes + 1 for column in by.values()], rows)
    first = np.zeros(int(codes.max(initial=-1)) + 1, np.int64)
    first[codes[::-1]] = np.arange(rows - 1, -1, -1)
    return Groups(codes, first, by)


def numbered(columns: Sequence[Ints], rows: int) -> Ints:
    """Number the distinct combinations of columns of numbers from 0 on; by counting where the range allows it."""
    joined = np.zeros(rows, np.int64)
    for column in columns:
        joined = _dense(joined * (int(column.max(initial=0)) + 1) + column)
    return joined


def _dense(keys: Ints) -> Ints:
    most = int(keys.max(initial=0)) + 1
    if most > max(_MOST_CELLS, 2 * len(keys)):
        return np.unique(keys, return_inverse=True)[1]
    known = np.zeros(most, np.bool_)
    known[keys] = True
    return (np.cumsum(known) - 1)[keys]


def lost_us(log: WaitingLog) -> Ints:
    """Return the working time that each step of `log.places` lost: its wait in office hours without the citizen's."""
    whole, citizen = log.waits.whole.working[log.places], log.waits.causes["citizen"].working[log.places]
    lost: Ints = whole - citizen
    return lost


def period_of(log: WaitingLog) -> Period:
    """Return the period that all steps of a log tell of, also of those that were left out of a part of it."""
    steps = log.steps
    if not len(steps):
        raise BottleneckError("no step is completed, so there is no period to scale to a year; import events first")
    return Period(instant(int(steps.dossier_from_us.min())), instant(int(steps.end_us.max())))


def instant(at_us: int) -> datetime:
    """Return an instant in UTC."""
    return _EPOCH + timedelta(microseconds=at_us)


def weeks(instants: Ints) -> Ints:
    """Number the weeks of instants, as they begin in Viet Nam."""
    return (instants - _MONDAY_US) // _WEEK_US


def days(instants: Ints) -> Ints:
    """Number the days of instants in Viet Nam, from 1 January 1970."""
    return (instants + _VIETNAM_US) // _DAY_US


def months(instants: Ints) -> Ints:
    """Number the months of instants in Viet Nam, from January 1970."""
    return days(instants).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def hours_of_week(instants: Ints) -> Ints:
    """Number the hours of the week of instants in Viet Nam: 0 is Monday from 00:00 to 01:00."""
    return (instants - _MONDAY_US) % _WEEK_US // HOUR_US


def clusters(instants: Ints, bootstrap: Bootstrap) -> Ints | None:
    """Return what is drawn together, numbered over the whole time: weeks, else days; None of too few."""
    for split in (weeks, days):
        number = split(instants)
        if len(np.unique(number)) >= bootstrap.least_clusters:
            first: Ints = number - number.min()
            return first
    return None


def intervals(sums: Numbers, scale: float, bootstrap: Bootstrap, clustered: Numbers | None) -> list[Interval]:
    """Return sums times `scale` with their 95 % intervals: the percentiles of the same sums over drawn clusters.

    `clustered` has a row per cluster and a column per sum, or is None where clusters are too few. The percentile
    interval is that of Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
    """
    if clustered is None:
        return [Interval(one * scale, None, None) for one in sums.tolist()]
    dice, known = np.random.default_rng(bootstrap.seed), len(clustered)
    weights = dice.multinomial(known, np.full(known, 1 / known), size=bootstrap.replicates)
    low, high = np.percentile(weights @ clustered, [2.5, 97.5], axis=0) * scale
    return [Interval(*row) for row in zip((sums * scale).tolist(), low.tolist(), high.tolist(), strict=True)]


def by_cluster(values: Ints | Numbers, column: Ints, cluster: Ints, shape: tuple[int, int]) -> Numbers:
    """Add values up by cluster and column; column NONE counts nowhere."""
    kept: Mask = column != NONE
    place = cluster[kept] * shape[1] + column[kept]
    sums = np.bincount(place, values[kept], minlength=shape[0] * shape[1])
    return np.asarray(sums, np.float64).reshape(shape)

"""What opportunities would save of which steps, and how that becomes hours a year with an interval."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mining.bottlenecks.measure import Bootstrap, Numbers, intervals
from mining.savings.figures import Interval
from mining.waiting.ranges import Ints, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """What an opportunity would save of which steps: their `identity`, dossier and week, and hours of the log.

    `net_hours` are what greater opportunities have left of `wait_hours` + `work_hours`. `estimated`: the start is.
    """

    identity: Ints
    dossier: Ints
    week: Ints
    estimated: Mask
    wait_hours: Numbers
    work_hours: Numbers
    net_hours: Numbers

    @property
    def hours(self) -> Numbers:
        """All that would be saved of each step."""
        return self.wait_hours + self.work_hours

    def of(self, kept: Mask) -> "Claim":
        """Return the part of some steps."""
        return Claim(
            identity=self.identity[kept],
            dossier=self.dossier[kept],
            week=self.week[kept],
            estimated=self.estimated[kept],
            wait_hours=self.wait_hours[kept],
            work_hours=self.work_hours[kept],
            net_hours=self.net_hours[kept],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Spent:
    """What every dossier of a log lost and took, in hours of the log, and of which cohort it is; numbers ascend."""

    dossier: Ints
    cohort: Ints
    lost_hours: Numbers
    work_hours: Numbers

    def of(self, dossiers: Ints) -> "Spent":
        """Return the part of some dossiers."""
        kept = np.isin(self.dossier, dossiers)
        return Spent(self.dossier[kept], self.cohort[kept], self.lost_hours[kept], self.work_hours[kept])


@dataclass(frozen=True, slots=True)
class Scale:
    """From the hours of a log to those of a year: times `a_year`, with an interval by a bootstrap over `weeks`.

    `weeks` counts what is drawn, weeks or days; 0: too few for an interval.
    """

    a_year: float
    weeks: int
    bootstrap: Bootstrap

    def hours_a_year(self, claims: Sequence[Claim], hours: Callable[[Claim], Numbers]) -> list[Interval]:
        """Return what each claim comes to in a year, by the hours that are read off it."""
        sums = np.array([float(hours(one).sum()) for one in claims])
        if not self.weeks or not len(sums):
            return [Interval(one * self.a_year, None, None) for one in sums.tolist()]
        drawn = [np.bincount(one.week, hours(one), minlength=self.weeks) for one in claims]
        return intervals(sums, self.a_year, self.bootstrap, np.column_stack(drawn))

    def together(self, claims: Sequence[Claim]) -> Interval:
        """Return what claims come to in a year together, overlaps counted once."""
        (sum_,) = self.grouped(claims, [np.zeros(len(one.dossier), np.int64) for one in claims], 1)
        return sum_

    def grouped(self, claims: Sequence[Claim], group: Sequence[Ints], count: int) -> list[Interval]:
        """Return the same by group: for each claim the groups of its steps, from 0 to `count` - 1; -1 is none."""
        size = max(self.weeks, 1)
        sums = np.zeros(size * count)
        for one, own in zip(claims, group, strict=True):
            kept = own >= 0
            week = one.week[kept] if self.weeks else 0
            sums += np.bincount(week * count + own[kept], one.net_hours[kept], minlength=size * count)
        by_week = sums.reshape(size, count)
        return intervals(by_week.sum(axis=0), self.a_year, self.bootstrap, by_week if self.weeks else None)

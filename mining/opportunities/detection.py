"""What a detector is and what it returns, and the tests by which chance is told from more than chance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from mining.bottlenecks.measure import HOUR_US, Groups, Numbers, numbered
from mining.opportunities.scene import Scene
from mining.waiting.ranges import Ints

_LEAST_CLUSTERS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """What a detector saw, before anything is judged.

    `rows` are rows of the scene, in `groups`, and could save `wait_us` of their lost time and `work_us` of their work
    each; `nominal_us` is promised time that would be cut, which is no time that anybody spends. By group: `chance` is
    the probability of as much where all is as usual, `facts` are numbers for the words.
    """

    rows: Ints
    groups: Groups
    wait_us: Numbers
    work_us: Numbers
    chance: Numbers
    facts: Mapping[str, Numbers]
    nominal_us: Numbers | None = None

    def slim(self) -> "Detection":
        """Return the same without the rows that would save nothing, and with one row a group for its names."""
        saved = self.wait_us + self.work_us
        kept = np.flatnonzero(saved > 0 if self.nominal_us is None else saved + self.nominal_us > 0)
        names = {name: column.take(self.groups.first) for name, column in self.groups.by.items()}
        return replace(
            self,
            rows=self.rows[kept],
            groups=Groups(self.groups.of[kept], np.arange(self.groups.count), names),
            wait_us=self.wait_us[kept],
            work_us=self.work_us[kept],
            nominal_us=None if self.nominal_us is None else self.nominal_us[kept],
        )


@dataclass(frozen=True, slots=True)
class Detector:
    """A detector: what it finds, as which redesign heuristic, and how it says so.

    `heuristic` is one of Reijers and Liman Mansar, "Best practices in business process redesign", 2005 (`heuristic_vi`
    says it in Vietnamese). `vi` and `en` are words with the names of facts in braces, `test` says how chance is told.
    """

    kind: str
    name_vi: str
    name_en: str
    heuristic: str
    heuristic_vi: str
    test: str
    vi: str
    en: str
    find: Callable[[Scene], Detection | None]


def excess_chance(groups: Groups, excess: Numbers, cluster: Ints) -> Numbers:
    """Return by group the probability of so great a sum of `excess` where its mean is 0 or less.

    One-sided t-test of the sums of weeks (CR1 cluster variance, G - 1 degrees: Cameron and Miller 2015); 1 where there
    are fewer than three weeks.
    """
    if not len(excess):
        return np.ones(groups.count)
    pair = numbered([groups.of, cluster], len(excess))
    sums = np.bincount(pair, excess)
    group = np.zeros(len(sums), np.int64)
    group[pair] = groups.of
    known = np.bincount(group, minlength=groups.count)
    whole = np.bincount(group, sums, minlength=groups.count)
    rest = np.bincount(group, (sums - (whole / np.maximum(known, 1))[group]) ** 2, minlength=groups.count)
    error = np.sqrt(rest * known / np.maximum(known - 1, 1))
    t = whole / np.maximum(error, 1e-3 * np.abs(whole) + 1e-9)
    chance = stats.t.sf(t, np.maximum(known - 1, 1))
    return np.where(known < _LEAST_CLUSTERS, 1.0, chance)


def mean_hours(groups: Groups, values_us: Numbers) -> Numbers:
    """Return the mean hours of a row by group."""
    return groups.sums(values_us) / np.maximum(groups.sums(np.ones(len(values_us))), 1) / HOUR_US


def counts(groups: Groups) -> Numbers:
    """Return how many rows each group has."""
    return groups.sums(np.ones(len(groups.of)))


def above(found: Numbers, norm: float) -> Numbers:
    """Return which part of something lies above its norm: 0 where it does not."""
    return np.clip(1 - norm / np.maximum(found, 1e-12), 0.0, 1.0)


def over_norm(scene: Scene, rows: Ints, groups: Groups, wait_us: Numbers, norm_hours: float) -> Detection:
    """Tell where the mean wait of a step is above a norm; what is above could be saved, of each step its part."""
    mean = mean_hours(groups, wait_us)
    excess = wait_us / HOUR_US - norm_hours
    return Detection(
        rows=rows,
        groups=groups,
        wait_us=wait_us * above(mean, norm_hours)[groups.of],
        work_us=np.zeros(len(rows)),
        chance=excess_chance(groups, excess, scene.cluster[rows]),
        facts={"mean_hours": mean, "norm": np.full(groups.count, norm_hours), "count": counts(groups)},
    )

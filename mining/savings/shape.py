"""How long a dossier that is still open will take: the mean beyond what it has taken already."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from mining.savings.study import Codes, Hours, Mask

_MOST_MORE = 1.0
"""An open dossier is expected to take at most so many times the mean of its line more: a forgotten one tells little
about others, and where hardly any is finished times must not grow without end."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The distribution of times in units of their expected value, by group, as a step function.

    Sorted by group, then by time. `survival` is the product-limit estimate right after each time (Kaplan and Meier
    1958), `beyond` the mean of what is longer than it.
    """

    first: Codes
    ratio: Hours
    beyond: Hours

    @classmethod
    def of(cls, ratio: Hours, finished: Mask, group: Codes, groups: int) -> Self:
        """Estimate the shapes from times over their expected values; open ones are censored.

        The longest time of a group counts as finished (Efron 1967).
        """
        order = np.lexsort((~finished, ratio, group))
        ratio, finished, group = ratio[order], finished[order], group[order]
        first = np.searchsorted(group, np.arange(groups + 1))
        last = first[1:][np.diff(first) > 0] - 1
        ended = finished.copy()
        ended[last] = True
        at_risk = first[group + 1] - np.arange(len(group))
        stays = np.where(ended, np.log1p(-1.0 / np.maximum(at_risk, 2)), 0.0)
        stays[last] = 0.0
        survival = np.exp(_cumulated(stays, first, group))
        survival[last] = 0.0
        before = np.concatenate([[1.0], survival[:-1]]) if len(group) else survival
        before[first[:-1][np.diff(first) > 0]] = 1.0
        mass = (before - survival) * ratio
        total = np.bincount(group, mass, minlength=groups)
        left = total[group] - _cumulated(mass, first, group)
        beyond = np.where(survival > 1e-9, left / np.maximum(survival, 1e-9), ratio)
        # In units of the mean of its group, which is 1 but for the fit: else what is all open would grow without end.
        mean = np.maximum(total, 1e-9)[group]
        return cls(first, ratio / mean, np.maximum(beyond, ratio) / mean)

    def mean_beyond(self, ratio: Hours, group: Codes) -> Hours:
        """Return the mean of the times of a group that are longer than each `ratio`."""
        found = np.maximum(ratio, 1.0)
        for number in np.unique(group).tolist():
            own = group == number
            start, end = int(self.first[number]), int(self.first[number + 1])
            if end > start:
                place = start + np.searchsorted(self.ratio[start:end], ratio[own], "right") - 1
                known = np.where(place >= start, self.beyond[np.maximum(place, start)], 1.0)
                found[own] = np.maximum(known, ratio[own])
        return np.minimum(found, ratio + _MOST_MORE)


def _cumulated(values: Hours, first: Codes, group: Codes) -> Hours:
    total = np.cumsum(values)
    before = np.concatenate([[0.0], total])[first[:-1]]
    return np.asarray(total - before[group])

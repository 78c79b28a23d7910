"""Swings: how far a unit, field, channel or length is from its own level and the common trend, window after window.

A swing is drawn from a normal distribution whose variance is estimated from the swings themselves (empirical Bayes).
So what a few dossiers seem to show is not believed, while a lasting queue is; and where nobody is left without a change
the swing goes back to 0, and the interval knows that it is not known. Neighbouring windows are correlated (first-order
autoregression). The distribution of the variances over the groups is that of the largest likelihood (Kiefer and
Wolfowitz 1956), on a grid.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_DEVIATIONS = np.array([0.005, 0.01, 0.02, 0.03, 0.045, 0.065, 0.09, 0.13, 0.2, 0.3, 0.45, 0.7])
_CORRELATIONS = (0.0, 0.5, 0.7, 0.85, 0.95)
_EM_STEPS = 200
_LEVEL_VARIANCE = 1.0
"""Of the level of a group, in logarithms: wide, as it is not to be estimated here."""
_UNKNOWN = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class Swing:
    """Whose swing holds for each dossier: its `group` and its `window`, both numbered from 0."""

    group: Codes
    window: Codes
    groups: int
    windows: int

    @property
    def place(self) -> Codes:
        """The number of the group's window, of `size`."""
        return self.group * self.windows + self.window

    @property
    def size(self) -> int:
        """How many windows all groups have together."""
        return self.groups * self.windows


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How much groups swing: `variance` of each group, and the `correlation` of neighbouring windows, of all."""

    variance: Floats
    correlation: float

    @classmethod
    def first(cls, swing: Swing) -> Self:
        """Guess, before anything is known: 5 %."""
        return cls(np.full(swing.groups, 0.05**2), 0.7)

    @classmethod
    def of(cls, seen: Floats, noise: Floats, swing: Swing) -> Self:
        """Estimate from the swings that were `seen` and the variance of the chance in them, a value per window.

        Windows without dossiers have infinite noise. All in logarithms, squared for variances.
        """
        if not swing.size:
            return cls.first(swing)
        shape = (swing.groups, swing.windows)
        seen, noise = seen.reshape(shape), np.minimum(noise.reshape(shape), _UNKNOWN)
        found = [_likely_variances(seen, noise, correlation) for correlation in _CORRELATIONS]
        best = int(np.argmax([likelihood for likelihood, _ in found]))
        return cls(found[best][1], _CORRELATIONS[best])

    def drawn(self, dice: np.random.Generator, swing: Swing, size: int) -> Floats:
        """Draw `size` times the swings of all groups: a row per place, a column per draw."""
        root = np.linalg.cholesky(_correlated(self.correlation, swing.windows))
        plain = dice.standard_normal((swing.groups, swing.windows, size))
        return np.asarray((np.sqrt(self.variance)[:, None, None] * (root @ plain)).reshape(-1, size))


def penalty(spread: Spread, swing: Swing, dispersion: Floats) -> Floats:
    """Return what is added to the information on swings, a matrix per group: its precision times its dispersion."""
    whole = np.linalg.inv(_correlated(spread.correlation, swing.windows))
    return np.asarray((dispersion / spread.variance)[:, None, None] * whole)


def _correlated(correlation: float, windows: int) -> Floats:
    place = np.arange(windows)
    return np.asarray(correlation ** np.abs(place[:, None] - place[None, :]), np.float64)


def _likely_variances(seen: Floats, noise: Floats, correlation: float) -> tuple[float, Floats]:
    """Return the log-likelihood of a correlation, and the mean variance of each group under it."""
    shape = _correlated(correlation, seen.shape[1])
    own = noise[:, :, None] * np.eye(seen.shape[1]) + _LEVEL_VARIANCE
    table = np.stack([_log_likelihood(seen, own + deviation**2 * shape) for deviation in _DEVIATIONS.tolist()], axis=1)
    top = table.max(axis=1, keepdims=True)
    likelihood = np.exp(table - top)
    share = np.full(len(_DEVIATIONS), 1 / len(_DEVIATIONS))
    for _ in range(_EM_STEPS):
        belongs = likelihood * share
        belongs /= belongs.sum(axis=1, keepdims=True)
        share = belongs.mean(axis=0)
    return float((np.log(likelihood @ share) + top[:, 0]).sum()), np.asarray(belongs @ _DEVIATIONS**2)


def _log_likelihood(seen: Floats, covariance: Floats) -> Floats:
    root = np.linalg.cholesky(covariance)
    free = np.linalg.solve(root, seen[:, :, None])[:, :, 0]
    logs = np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    return np.asarray(-logs - 0.5 * (free**2).sum(axis=1))

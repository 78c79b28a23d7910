"""What dossiers would have taken without the change: a multiplicative model, fitted to those that no change touched.

The expected hours of a dossier are level of its line x factor of the moment x factor of its unit x the swings of its
unit, field, channel and length (`swings`). Fitting by Poisson pseudo-likelihood needs no distribution, only that the
mean is right (Gourieroux, Monfort and Trognon 1984); the swings are penalised by their variance (Breslow and Clayton
1993). That it is fitted to untreated dossiers only and then imputed makes it the estimator of Borusyak, Jaravel and
Spiess (2024) on the multiplicative mean of Wooldridge (2023).
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array, diags_array
from scipy.sparse import hstack as side_by_side

from mining.savings.shape import Shape
from mining.savings.study import Codes, Hours, Study
from mining.savings.swings import Spread, Swing, penalty

_ROUNDS = 6
_SPREAD_ROUNDS = 3
"""After so many rounds the spreads of the swings are known well enough."""
_STEPS = 60
_EXACT = 1e-7
_LONGEST_STEP = 0.5
_MOST_LEVELS = 2.0
_SHAPE_DOSSIERS = 200
"""A line with so many finished dossiers has a shape of its own; the others share one."""


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """What is known of the common factors before their dossiers are seen: of each swing its spread and dispersion.

    The dispersion of a group is the variance of its hours over their mean. `own` is how much procedures swing beyond
    that: it is in the intervals only, as a procedure's swing after its change cannot be told from the change.
    """

    spreads: tuple[Spread, ...]
    dispersions: tuple[Hours, ...]
    own: Spread


@dataclass(frozen=True, slots=True, eq=False)
class Untreated:
    """The fitted model: per dossier `expected` and `likely` hours, the `prior` of its swings, and its shapes.

    `expected` is what every dossier would take without the change, `likely` what the untreated ones took, or will
    take where they are open. `shape_group` numbers whose shape holds for a dossier.
    """

    expected: Hours
    likely: Hours
    shape: Shape
    shape_group: Codes
    prior: Prior


def fitted(study: Study) -> Untreated:
    """Fit the model to the untreated dossiers of a study; what is open is expected by the shape of what is finished."""
    rows = study.untreated
    group, groups = _shape_groups(study)
    fit = _Fit(study, rows)
    shape = Shape.of(np.empty(0), np.empty(0, np.bool_), np.empty(0, np.int64), groups)
    for number in range(_ROUNDS):
        if number <= _SPREAD_ROUNDS:
            fit.prepare()
        for _ in range(_STEPS):
            if number:
                fit.wait(shape, group[rows])
            if fit.step() < _EXACT:
                break
        if number < _SPREAD_ROUNDS:
            fit.spread()
        ratio = study.hours[rows] / np.maximum(fit.expected, 1e-9)
        shape = Shape.of(ratio, study.finished[rows], group[rows], groups)
    everyone = np.zeros(len(study.hours))
    everyone[rows] = fit.likely
    return Untreated(fit.of_all(), everyone, shape, group, fit.prior)


def _shape_groups(study: Study) -> tuple[Codes, int]:
    known = (study.change < 0) & study.finished
    enough = np.bincount(study.line, known, minlength=int(study.line.max(initial=0)) + 1) >= _SHAPE_DOSSIERS
    number = np.where(enough, np.cumsum(enough), 0)
    return number[study.line], int(number.max(initial=0)) + 1


class _Fit:
    """The factors while they are fitted: levels of lines exactly, the common ones by Newton's steps."""

    def __init__(self, study: Study, rows: Codes) -> None:
        self._study, self._rows = study, rows
        self._line, self._finished = study.line[rows], study.finished[rows]
        self._own, self._common = chosen(study.line, rows), indicators(study, rows)
        self._level = np.zeros(int(study.line.max(initial=0)) + 1)
        self._factor = np.zeros(self._common.shape[1])
        self.likely = study.hours[rows].copy()
        self.expected = np.exp(study.offset[rows])
        self._fit_levels()
        self._fit_levels()
        spreads = tuple(Spread.first(one) for one in study.swings)
        self.prior = Prior(spreads, self._dispersions(), Spread.first(study.own_swing))

    def prepare(self) -> None:
        """Lay out the information on the common factors as they are now."""
        self.prior = replace(self.prior, dispersions=self._dispersions())
        weight = self.expected * self._finished
        matrix, _ = information(weight, self._own, self._common)
        self._penalty = penalised(matrix, self._study, self.prior)
        self._solver = cho_factor(matrix, overwrite_a=True)

    def step(self) -> float:
        """Fit the levels of the lines, then go a step with the common factors; return the largest relative change."""
        change = self._fit_levels()
        if not len(self._rows):
            return change
        score = self._common.T @ (self.likely - self.expected)
        for start, blocks in self._penalty:
            own = slice(start, start + blocks.shape[0] * blocks.shape[1])
            score[own] -= by_group(blocks, self._factor[own, None])[:, 0]
        move = cho_solve(self._solver, score)
        move *= min(1.0, _LONGEST_STEP / max(float(np.abs(move).max(initial=0.0)), 1e-12))
        self._factor += move
        self.expected *= np.exp(self._common @ move)
        return max(change, float(np.abs(move).max(initial=0.0)))

    def wait(self, shape: Shape, group: Codes) -> None:
        """Expect what is open to take as long as others of its shape that took longer than it has taken until now.

        Not more than `_MOST_LEVELS` levels of its line longer, though: else the long ones that are open in a week would
        raise its factor, which raises what they are expected to take, and so on.
        """
        hours, level = self._study.hours[self._rows], np.exp(self._study.offset[self._rows] + self._level[self._line])
        places = np.flatnonzero(~self._finished)
        taken, expected = hours[places], self.expected[places]
        whole = expected * shape.mean_beyond(taken / np.maximum(expected, 1e-9), group[places])
        self.likely = hours.copy()
        self.likely[places] = np.minimum(whole, taken + _MOST_LEVELS * level[places])

    def spread(self) -> None:
        """Estimate anew how much units and fields swing."""
        start = self._common.shape[1] - sum(one.size for one in self._study.swings)
        dispersions, found = self._dispersions(), []
        for swing, dispersion in zip(self._study.swings, dispersions, strict=True):
            found.append(self._spread(swing, dispersion, self._factor[start : start + swing.size]))
            start += swing.size
        own = self._study.own_swing
        self.prior = Prior(tuple(found), dispersions, self._spread(own, self._dispersion(own), np.zeros(own.size)))

    def _spread(self, swing: Swing, dispersion: Hours, fitted_: Hours) -> Spread:
        place = swing.place[self._rows]
        weight, off = self.expected * self._finished, (self.likely - self.expected) * self._finished
        whole, found = (np.bincount(place, one, minlength=swing.size) for one in (weight, off))
        known = whole > 0
        seen = fitted_ + np.divide(found, whole, out=np.zeros(swing.size), where=known)
        noise = np.repeat(dispersion, swing.windows)
        return Spread.of(seen, np.divide(noise, whole, out=np.full(swing.size, np.inf), where=known), swing)

    def of_all(self) -> Hours:
        """Return the expected hours of every dossier of the study."""
        study = self._study
        everyone = np.arange(len(study.hours))
        return np.asarray(np.exp(study.offset + self._level[study.line] + indicators(study, everyone) @ self._factor))

    def _fit_levels(self) -> float:
        size = len(self._level)
        found = np.bincount(self._line, self.likely, minlength=size)
        fitted_ = np.bincount(self._line, self.expected, minlength=size)
        known = (found > 0) & (fitted_ > 0)
        move = np.log(np.divide(found, fitted_, out=np.ones(size), where=known))
        self._level += move
        self.expected *= np.exp(move)[self._line]
        return float(np.abs(move).max(initial=0.0))

    def _dispersions(self) -> tuple[Hours, ...]:
        return tuple(self._dispersion(one) for one in self._study.swings)

    def _dispersion(self, swing: Swing) -> Hours:
        weight = self.expected * self._finished
        squares = (self.likely - self.expected) ** 2 * self._finished
        group, mean = swing.group[self._rows], float(weight.sum()) / max(len(weight), 1)
        # One dossier of the whole is added to each group, lest a few that are equal seem to leave nothing to chance.
        over = np.bincount(group, squares, minlength=swing.groups) + float(squares.sum()) / max(len(weight), 1)
        under = np.bincount(group, weight, minlength=swing.groups) + mean
        return np.asarray(np.maximum(over / np.maximum(under, 1e-9), 1e-9))


def indicators(study: Study, rows: Codes) -> csr_array:
    """Return the columns (0 or 1) of the common factors of some dossiers: moments, units, and windows of the swings."""
    swings = [_columns(one.place[rows], one.size) for one in study.swings]
    return csr_array(side_by_side([chosen(study.moment, rows), chosen(study.unit, rows), *swings], format="csr"))


def chosen(column: Codes, rows: Codes) -> csr_array:
    """Return a row per dossier with a 1 in the column of its code."""
    return _columns(column[rows], int(column.max(initial=0)) + 1)


def _columns(column: Codes, size: int) -> csr_array:
    return csr_array((np.ones(len(column)), (np.arange(len(column)), column)), shape=(len(column), size))


def information(weight: Hours, own: csr_array, common: csr_array) -> tuple[Any, csr_array]:
    """Return the information on the common factors, that of the lines profiled out, and their mean per line.

    `weight` is what the finished dossiers were expected to take.
    """
    weighted = diags_array(weight) @ common
    per_line = np.asarray(own.T @ weight).ravel()
    means = diags_array(1.0 / np.maximum(per_line, 1e-9)) @ (own.T @ weighted)
    profiled = (common.T @ weighted - means.T @ diags_array(per_line) @ means).toarray()
    return profiled, csr_array(means)


def penalised(matrix: Any, study: Study, prior: Prior) -> list[tuple[int, Hours]]:
    """Add what is known of the common factors before to the information on them; return what was added, and where.

    Levels of lines, units and moments are known up to common factors only: those directions are left alone.
    """
    ridge = 1e-9 * float(np.trace(matrix)) / max(len(matrix), 1) + 1e-12
    matrix[np.diag_indices_from(matrix)] += ridge
    place = len(matrix) - sum(one.size for one in study.swings)
    added = []
    for swing, spread, dispersion in zip(study.swings, prior.spreads, prior.dispersions, strict=True):
        blocks = penalty(spread, swing, dispersion)
        added.append((place, blocks))
        for block in blocks:
            matrix[place : place + swing.windows, place : place + swing.windows] += block
            place += swing.windows
    return added


def by_group(blocks: Hours, values: Hours) -> Hours:
    """Multiply the rows of each group's windows by the matrix of the group."""
    groups, windows, _ = blocks.shape
    return np.asarray((blocks @ values.reshape(groups, windows, -1)).reshape(groups * windows, -1))

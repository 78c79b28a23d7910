"""What changes did: hours expected without them minus hours taken, summed over any groups of dossiers.

The 95 % intervals come from a multiplier (wild) cluster bootstrap: each cluster's part in the error of a sum is
multiplied by a random number with mean 0, variance 1 and third moment 1 (Liu 1988; clusters: Cameron, Gelbach and
Miller 2008), parts being scaled as if their cluster had been left out of the fit (jackknifed: MacKinnon, Nielsen and
Webb 2023), and quantiles widened by Student's t where few clusters carry the sum. All replicates are products of
matrices with a row or a column per cluster.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import coo_array, csr_array, diags_array

from mining.savings.study import Codes, Hours, Mask, Study, renumbered
from mining.savings.untreated import Untreated, by_group, chosen, fitted, indicators, information, penalised

_SWEEPS = 60
_CHUNK = 125
_PRIOR = 0.1
"""So many dossiers as expected are added to those of a change, which bounds its level while all of them are open."""

_LEAST_LEFT = 0.2
"""A cluster that makes up more than 80 % of a line counts as if it made up 80 %: it cannot be left out."""

Deviations = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """How intervals are made: clusters are the dossiers that a unit took in within `cluster_weeks` weeks."""

    replicates: int = 1000
    seed: int = 20240101
    cluster_weeks: int = 1
    level: float = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """The hours of each dossier of a study: `expected` without a change, `likely` in fact, or once it is finished.

    `compared` marks the dossiers under a change of which both are known.
    """

    study: Study
    untreated: Untreated
    likely: Hours
    compared: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """What is summed apart: a code per dossier of the study, below `size`, or -1 for what is left out."""

    codes: Codes
    size: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Saved:
    """Saved hours per group: expected - taken, and its interval.

    `dossiers` were compared with so many finished dossiers `before` the change; `clusters` is the smaller number of
    clusters before and after. `deviations` has a row per group and a column per replicate.
    """

    dossiers: Codes
    before: Codes
    clusters: Codes
    expected: Hours
    taken: Hours
    low: Hours
    high: Hours
    deviations: Deviations

    @property
    def hours(self) -> Hours:
        """The estimate."""
        return self.expected - self.taken


def effect_of(study: Study) -> Effect:
    """Estimate what every dossier would take without the changes and, where it is open, with them."""
    untreated = fitted(study)
    compared = (study.change >= 0) & study.comparable
    rows = np.flatnonzero(compared)
    change, expected, hours = study.change[rows], untreated.expected[rows], study.hours[rows]
    running = ~study.finished[rows]
    likely = hours.copy()
    whole = np.bincount(change, expected)
    prior = _PRIOR * whole / np.maximum(np.bincount(change), 1)
    for _ in range(_SWEEPS if running.any() else 0):
        ratio = (np.bincount(change, likely) + prior) / np.maximum(whole + prior, 1e-9)
        level = np.maximum(ratio[change[running]] * expected[running], 1e-9)
        beyond = untreated.shape.mean_beyond(hours[running] / level, untreated.shape_group[rows[running]])
        likely[running] = level * beyond
    everyone = untreated.likely.copy()
    everyone[rows] = likely
    return Effect(study, untreated, everyone, compared)


def saved(effect: Effect, groupings: Sequence[Grouping], bootstrap: Bootstrap) -> list[Saved]:
    """Sum what was saved for each grouping of the dossiers under a change that can be compared."""
    compared = np.flatnonzero(effect.compared)
    if not len(compared):
        return [_nothing(group.size, bootstrap.replicates) for group in groupings]
    error = _Error(effect, bootstrap)
    sums = [_Sum(error, compared[group.codes[compared] >= 0], group) for group in groupings]
    parts: list[list[Deviations]] = [[] for _ in sums]
    for replicates in error.replicates():
        for part, one in zip(parts, sums, strict=True):
            part.append(one.deviations(replicates))
    return [one.answer(np.hstack(part), bootstrap.level) for one, part in zip(sums, parts, strict=True)]


def _nothing(size: int, replicates: int) -> Saved:
    none, counts = np.zeros(size), np.zeros(size, np.int64)
    return Saved(
        dossiers=counts,
        before=counts,
        clusters=counts,
        expected=none,
        taken=none,
        low=none,
        high=none,
        deviations=np.zeros((size, replicates)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Replicates:
    """Some replicates, a column each: relative errors of levels and of common factors, and what is drawn for them.

    `multipliers` has a row per cluster, `own` the swing of each procedure in each window.
    """

    level: Deviations
    common: Deviations
    multipliers: Deviations
    own: Deviations


class _Error:
    """How far the fitted factors are off, when every cluster is multiplied by a random number and swings are drawn."""

    def __init__(self, effect: Effect, bootstrap: Bootstrap) -> None:
        study, untreated = effect.study, effect.untreated
        self.effect, self.bootstrap = effect, bootstrap
        self.cluster = renumbered(study.unit, study.week // bootstrap.cluster_weeks)
        self.clusters = int(self.cluster.max(initial=-1)) + 1
        rows = study.untreated
        weight = untreated.expected[rows] * study.finished[rows]
        own, common = chosen(study.line, rows), indicators(study, rows)
        matrix, self.means = information(weight, own, common)
        # The covariance of the errors of the penalty's equations is the penalty times the dispersion.
        self._roots = [
            (place, np.asarray(np.linalg.cholesky(blocks) * np.sqrt(dispersion)[:, None, None], np.float64))
            for (place, blocks), dispersion in zip(
                penalised(matrix, study, untreated.prior), untreated.prior.dispersions, strict=True
            )
        ]
        self._solver = cho_factor(matrix, overwrite_a=True)
        self.per_line = np.maximum(np.asarray(own.T @ weight).ravel(), 1e-9)
        self.line_dossiers = np.bincount(study.line[rows], study.finished[rows], minlength=len(self.per_line))
        off = untreated.likely[rows] - untreated.expected[rows]
        off = off / self.left_out(study.line[rows], self.cluster[rows], weight)
        by_cluster = chosen_values(self.cluster[rows], off, self.clusters)
        self._of_lines = csr_array(own.T @ by_cluster)
        self._of_lines.data /= np.repeat(self.per_line, np.diff(self._of_lines.indptr))
        self._of_common = csr_array(common.T @ by_cluster)
        own_places = chosen_values(study.own_swing.place[rows], weight, study.own_swing.size)
        self.own_of_lines = csr_array(diags_array(1.0 / self.per_line) @ (own.T @ own_places))

    def left_out(self, column: Codes, cluster: Codes, weight: Hours) -> Hours:
        """Return which share of its line (or change) is left for each dossier without its cluster."""
        pair = renumbered(column, cluster)
        whole = np.maximum(np.bincount(column, weight), 1e-9)
        share = np.bincount(pair, weight)[pair] / whole[column]
        return np.asarray(np.maximum(1 - share, _LEAST_LEFT))

    def replicates(self) -> Iterator[_Replicates]:
        """Yield portions of the replicates."""
        swing = self.effect.study.own_swing
        for number, start in enumerate(range(0, self.bootstrap.replicates, _CHUNK)):
            dice = np.random.default_rng([self.bootstrap.seed, number])
            size = min(_CHUNK, self.bootstrap.replicates - start)
            multipliers = (dice.standard_gamma(4.0, (self.clusters, size)) - 4.0) / 2.0
            level = self._of_lines @ multipliers
            common = cho_solve(self._solver, self._score(level, multipliers, dice))
            own = self.effect.untreated.prior.own.drawn(dice, swing, size)
            yield _Replicates(level, common, multipliers, own)

    def _score(self, level: Deviations, multipliers: Deviations, dice: np.random.Generator) -> Deviations:
        """Return by how much the equations of the common factors are off.

        By chance, and by what their spread lets swings differ from what was seen: with both the errors have the
        posterior covariance of a normal model.
        """
        score: Deviations = self._of_common @ multipliers - self.means.T @ (self.per_line[:, None] * level)
        for place, roots in self._roots:
            end = place + roots.shape[0] * roots.shape[1]
            score[place:end] += by_group(roots, dice.standard_normal((end - place, multipliers.shape[1])))
        return score

    @property
    def of_lines(self) -> csr_array:
        """The part of each cluster in the relative error of each line's level."""
        return self._of_lines


class _Sum:
    """The sums of one grouping, as weights on the errors."""

    def __init__(self, error: _Error, rows: Codes, group: Grouping) -> None:
        effect = error.effect
        study, expected = effect.study, effect.untreated.expected
        self._group, self._size = group.codes[rows], group.size
        self._expected, self._likely = expected[rows], effect.likely[rows]
        shape = (self._size, error.clusters)
        self._lines = csr_array(
            coo_array((expected[rows], (self._group, study.line[rows])), shape=(self._size, len(error.per_line)))
        )
        common = chosen_values(self._group, expected[rows], self._size).T @ indicators(study, rows)
        self._common = csr_array(common - self._lines @ error.means)
        place = study.own_swing.place[rows]
        later = coo_array((expected[rows], (self._group, place)), shape=(self._size, study.own_swing.size))
        self._swung = csr_array(self._lines @ error.own_of_lines - later)
        self._after = csr_array(coo_array((_after(error, rows), (self._group, error.cluster[rows])), shape=shape))
        self._own = csr_array(self._lines @ error.of_lines - self._after)
        self._clusters = np.minimum(_present(self._after), _present(self._lines @ error.of_lines))
        self._before = np.asarray(_pattern(self._lines) @ error.line_dossiers)

    def deviations(self, one: _Replicates) -> Deviations:
        """Return how far each sum is off in each replicate."""
        factors = self._lines @ one.level + self._common @ one.common
        return np.asarray(factors + self._swung @ one.own - self._after @ one.multipliers)

    def answer(self, deviations: Deviations, level: float) -> Saved:
        """Return the sums with their intervals."""
        expected = np.bincount(self._group, self._expected, minlength=self._size)
        taken = np.bincount(self._group, self._likely, minlength=self._size)
        tail = (1 - level) / 2
        wide = stats.t.ppf(1 - tail, self._freedom()) / stats.norm.ppf(1 - tail)
        low, high = np.quantile(deviations, [tail, 1 - tail], axis=1) * wide
        estimate = expected - taken
        dossiers = np.bincount(self._group, minlength=self._size)
        return Saved(
            dossiers=dossiers.astype(np.int64),
            before=self._before.astype(np.int64),
            clusters=self._clusters,
            expected=np.asarray(expected, np.float64),
            taken=np.asarray(taken, np.float64),
            low=estimate + low,
            high=estimate + high,
            deviations=deviations,
        )

    def _freedom(self) -> Hours:
        """Return the degrees of freedom of each variance, from how unevenly the clusters carry it.

        Satterthwaite's formula has a factor 3 for parts with a normal distribution; hours have a heavier tail.
        """
        squares = self._own.power(2).sum(axis=1)
        fourths = self._own.power(4).sum(axis=1)
        carried = np.divide(squares**2, fourths, out=np.ones(self._size), where=fourths > 0)
        return np.asarray(np.maximum(2 * carried - 1, 2.0))


def _after(error: _Error, rows: Codes) -> Hours:
    """Return each dossier's part in the error of what was taken, per unit of its cluster's multiplier."""
    effect, study = error.effect, error.effect.study
    change, expected, likely = study.change[rows], effect.untreated.expected[rows], effect.likely[rows]
    finished = study.finished[rows]
    whole = np.maximum(np.bincount(change, expected), 1e-9)
    known = np.maximum(np.bincount(change, expected * finished), 1e-9)
    off = likely - (np.bincount(change, likely) / whole)[change] * expected
    left = error.left_out(change, error.cluster[rows], expected * finished)
    return np.asarray(off / left * np.minimum(whole / known, 1e3)[change])


def _pattern(matrix: csr_array) -> csr_array:
    return csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)


def _present(matrix: csr_array) -> Codes:
    """Count the columns that are there in each row."""
    return np.asarray(np.diff(matrix.indptr), np.int64)


def chosen_values(column: Codes, values: Hours, size: int) -> csr_array:
    """Return a row per dossier with its value in the column of its code."""
    return csr_array((values, column, np.arange(len(column) + 1)), shape=(len(column), size))

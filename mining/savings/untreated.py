"""What dossiers would have taken without the change: a multiplicative model, fitted to those that no change touched.

The expected hours of a dossier are level of its line x factor of its unit x factor of the moment. Fitting by Poisson
pseudo-likelihood needs no distribution, only that the mean is right (Gourieroux, Monfort and Trognon 1984); with
factors alone its equations say that fitted and observed hours agree in sum for each line, unit and moment, and
proportional fitting solves them. That it is fitted to untreated dossiers only and then imputed makes it the estimator
of Borusyak, Jaravel and Spiess (2024) on the multiplicative mean of Wooldridge (2023).
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, diags_array
from scipy.sparse import hstack as side_by_side

from mining.savings.shape import Shape
from mining.savings.study import Codes, Hours, Study

_ROUNDS = 6
_SWEEPS = 40
_SHAPE_DOSSIERS = 200
"""A line with so many finished dossiers has a shape of its own; the others share one."""


@dataclass(frozen=True, slots=True, eq=False)
class Untreated:
    """The fitted model: the level of each line, and per dossier `expected` hours and `likely` hours.

    `expected` is what every dossier would take without the change, `likely` what the untreated ones took, or will
    take where they are open. `shape_group` numbers whose shape holds for a dossier.
    """

    expected: Hours
    likely: Hours
    shape: Shape
    shape_group: Codes


def fitted(study: Study) -> Untreated:
    """Fit the model to the untreated dossiers of a study; what is open is expected by the shape of what is finished."""
    rows = study.untreated
    group, groups = _shape_groups(study)
    factors = _Factors(study, rows)
    likely = study.hours[rows].copy()
    shape = Shape.of(np.empty(0), np.empty(0, np.bool_), np.empty(0, np.int64), groups)
    for number in range(_ROUNDS):
        for _ in range(_SWEEPS):
            likely = _likely(study, rows, factors.expected, shape, group) if number else likely
            if factors.sweep(likely) < 1e-7:
                break
        ratio = study.hours[rows] / np.maximum(factors.expected, 1e-9)
        shape = Shape.of(ratio, study.finished[rows], group[rows], groups)
    everyone = np.zeros(len(study.hours))
    everyone[rows] = likely
    return Untreated(factors.of_all(study), everyone, shape, group)


def _likely(study: Study, rows: Codes, expected: Hours, shape: Shape, group: Codes) -> Hours:
    likely = study.hours[rows].copy()
    places = np.flatnonzero(~study.finished[rows])
    ratio = likely[places] / np.maximum(expected[places], 1e-9)
    likely[places] = expected[places] * shape.mean_beyond(ratio, group[rows[places]])
    return likely


def _shape_groups(study: Study) -> tuple[Codes, int]:
    known = (study.change < 0) & study.finished
    enough = np.bincount(study.line, known, minlength=int(study.line.max(initial=0)) + 1) >= _SHAPE_DOSSIERS
    number = np.where(enough, np.cumsum(enough), 0)
    return number[study.line], int(number.max(initial=0)) + 1


class _Factors:
    """The factors while they are fitted, by sweeps over lines, units and moments."""

    def __init__(self, study: Study, rows: Codes) -> None:
        self._columns = [study.line[rows], study.unit_step[rows], study.moment[rows]]
        whole = (study.line, study.unit_step, study.moment)
        self._factors = [np.ones(int(column.max(initial=0)) + 1) for column in whole]
        self._weight = np.exp(study.offset[rows])
        self.expected = self._weight.copy()

    def sweep(self, likely: Hours) -> float:
        """Fit each set of factors to the likely hours, the others held; return the largest relative change."""
        change = 0.0
        for column, factor in zip(self._columns, self._factors, strict=True):
            size = len(factor)
            found = np.bincount(column, likely, minlength=size)
            fitted_ = np.bincount(column, self.expected, minlength=size)
            known = (found > 0) & (fitted_ > 0)
            step = np.divide(found, fitted_, out=np.ones(size), where=known)
            factor *= step
            self.expected *= step[column]
            change = max(change, float(np.abs(step[known] - 1).max(initial=0.0)))
        return change

    def of_all(self, study: Study) -> Hours:
        """Return the expected hours of every dossier of the study."""
        line, unit, moment = self._factors
        return np.asarray(np.exp(study.offset) * line[study.line] * unit[study.unit_step] * moment[study.moment])


def indicators(study: Study, rows: Codes) -> csr_array:
    """Return the columns of units and moments (0 or 1) of some dossiers: those of the common factors."""
    return side_by_side([chosen(study.unit_step, rows), chosen(study.moment, rows)], format="csr")


def chosen(column: Codes, rows: Codes) -> csr_array:
    """Return a row per dossier with a 1 in the column of its code."""
    data = (np.ones(len(rows)), (np.arange(len(rows)), column[rows]))
    return csr_array(data, shape=(len(rows), int(column.max(initial=0)) + 1))


def information(weight: Hours, own: csr_array, common: csr_array) -> tuple[np.ndarray, csr_array]:
    """Return the information on the common factors, that of the lines profiled out, and their mean per line.

    `weight` is what the finished dossiers were expected to take.
    """
    weighted = diags_array(weight) @ common
    per_line = np.asarray(own.T @ weight).ravel()
    means = diags_array(1.0 / np.maximum(per_line, 1e-9)) @ (own.T @ weighted)
    profiled = (common.T @ weighted - means.T @ diags_array(per_line) @ means).toarray()
    return profiled, csr_array(means)

"""How much slower or faster each unit is at each procedure than the usual unit, and how sure that is.

A unit's level is what remains of the logarithm of its dossiers' hours once the version, channel and case variant are
allowed for. All procedures are told at once; arrays have a row per cell, which is a unit at a procedure.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mining.waiting.ranges import Ints, Mask

Numbers = npt.NDArray[np.float64]

_SWEEPS = 25
_WINSORISED = 0.1
_LEAST_CELLS = 10
_OF_A_MEDIAN = np.pi / 2
"""By how much the variance of a median exceeds that of a mean: the usual unit is not known exactly either."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparable:
    """Dossiers that can be compared, a row each, codes from 0: `line` is version, channel and variant of a procedure.

    `procedure` is by cell, `together` what hangs together: a unit's week.
    """

    log_hours: Numbers
    line: Ints
    cell: Ints
    together: Ints
    procedure: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The levels of all cells, on the scale of logarithms, less that of the usual unit of their procedure.

    `variance` is that of a unit's mean as the spread of its dossiers makes it. `overdispersion` is by how much levels
    spread more than chance in general, `error` the standard error of `level`, widened by it, and `z` = level / error.
    `shrunk` and `left` are mean and variance of the level given all units of the procedure; `between` is the variance
    between its units, by cell.
    """

    dossiers: Ints
    level: Numbers
    variance: Numbers
    error: Numbers
    z: Numbers
    shrunk: Numbers
    left: Numbers
    between: Numbers
    overdispersion: float


def levels(found: Comparable) -> Levels:
    """Tell the levels of units; cells of fewer than two units of a procedure have level 0."""
    count = np.bincount(found.cell, minlength=len(found.procedure))
    level, rest = _fitted(found)
    variance = _variance(found, rest, count)
    level = level - _medians(level, found.procedure)[found.procedure]
    units = np.bincount(found.procedure)[found.procedure]
    level = np.where(units > 1, level, 0.0)
    of_median = _OF_A_MEDIAN * np.bincount(found.procedure, variance)[found.procedure] / units**2
    plain = np.sqrt(variance + of_median)
    overdispersion = _overdispersion((level / plain)[units > 1])
    error = plain * np.sqrt(overdispersion)
    shrunk, left, between = _shrunk(level, variance, found.procedure)
    return Levels(
        dossiers=count,
        level=level,
        variance=variance,
        error=error,
        z=level / error,
        shrunk=shrunk,
        left=left,
        between=between,
        overdispersion=overdispersion,
    )


def _fitted(found: Comparable) -> tuple[Numbers, Numbers]:
    """Fit line and unit effects by turns (backfitting of a two-way layout); return unit effects and residuals."""
    per_line = np.maximum(np.bincount(found.line), 1)
    per_cell = np.maximum(np.bincount(found.cell, minlength=len(found.procedure)), 1)
    unit = np.zeros(len(found.procedure))
    of_line = np.zeros(len(per_line))
    for _ in range(_SWEEPS):
        of_line = np.bincount(found.line, found.log_hours - unit[found.cell]) / per_line
        unit = np.bincount(found.cell, found.log_hours - of_line[found.line], minlength=len(unit)) / per_cell
    return unit, found.log_hours - of_line[found.line] - unit[found.cell]


def _variance(found: Comparable, rest: Numbers, count: Ints) -> Numbers:
    """The variance of each level: that within the procedure, by the design effect of weeks, over the dossiers."""
    of_row = found.procedure[found.cell]
    procedures = int(found.procedure.max(initial=-1)) + 1
    lines = np.bincount(_procedure_of(found), minlength=procedures)
    free = np.bincount(of_row, minlength=procedures) - lines - np.bincount(found.procedure, minlength=procedures) + 1
    squares = np.bincount(of_row, rest**2, minlength=procedures)
    whole = squares.sum() / max(int(free.sum()), 1)
    within = np.where(free > 0, squares / np.maximum(free, 1), whole)
    sums = np.bincount(found.together, rest)
    effect = max(1.0, float((sums**2).sum() / max(float(squares.sum()), 1e-12)))
    return np.asarray(np.maximum(within[found.procedure] * effect / np.maximum(count, 1), 1e-9), np.float64)


def _procedure_of(found: Comparable) -> Ints:
    """The procedure of each line."""
    of_line = np.zeros(int(found.line.max(initial=-1)) + 1, np.int64)
    of_line[found.line] = found.procedure[found.cell]
    return of_line


def _medians(values: Numbers, group: Ints) -> Numbers:
    """The median of each group; the lower one of two in the middle."""
    order = np.lexsort((values, group))
    sizes = np.bincount(group)
    first = np.append(0, np.cumsum(sizes))[:-1]
    return np.asarray(values[order[first + (sizes - 1) // 2]], np.float64)


def _overdispersion(z: Numbers) -> float:
    """The mean of z squared, the outer tenths drawn in, at least 1 (Spiegelhalter 2005)."""
    if len(z) < _LEAST_CELLS:
        return 1.0
    low, high = np.quantile(z, [_WINSORISED, 1 - _WINSORISED])
    return max(1.0, float((np.clip(z, low, high) ** 2).mean()))


def _shrunk(level: Numbers, variance: Numbers, procedure: Ints) -> tuple[Numbers, Numbers, Numbers]:
    """Draw levels towards the mean of their procedure as far as they are uncertain.

    Normal-normal empirical Bayes; the variance between units by the moments of DerSimonian and Laird (1986).
    """
    weight = 1 / variance
    whole = np.bincount(procedure, weight)
    mean = np.bincount(procedure, weight * level) / whole
    scatter = np.bincount(procedure, weight * (level - mean[procedure]) ** 2)
    spare = np.bincount(procedure) - 1
    scale = whole - np.bincount(procedure, weight**2) / whole
    between = np.where(spare > 0, np.maximum(scatter - spare, 0) / np.where(scale > 0, scale, 1.0), 0.0)[procedure]
    kept = between / (between + variance)
    centre = (np.bincount(procedure, level / (between + variance)) / np.bincount(procedure, 1 / (between + variance)))[
        procedure
    ]
    return centre + kept * (level - centre), kept * variance, between


def best_quartiles(values: Numbers, procedure: Ints) -> Numbers:
    """Return the lower quartile of the levels of each procedure's units, for each column of `values` (cell x draw).

    Between two units it is interpolated, as `numpy.quantile` does.
    """
    place = _sorted_places(procedure)
    padded = np.full((place.shape[0], place.shape[1], values.shape[1]), np.nan)
    known: Mask = place >= 0
    padded[known] = values[place[known]]
    padded.sort(axis=1)  # what is not a number comes last
    at = 0.25 * (known.sum(axis=1) - 1)
    below = np.floor(at).astype(np.int64)
    rows = np.arange(len(at))
    low, high = padded[rows, below], padded[rows, np.ceil(at).astype(np.int64)]
    return np.asarray(low + (at - below)[:, None] * (high - low), np.float64)


def _sorted_places(procedure: Ints) -> Ints:
    """The cells of each procedure as the rows of a table, filled up with -1."""
    order = np.argsort(procedure, kind="stable")
    sizes = np.bincount(procedure)
    place = np.full((len(sizes), int(sizes.max(initial=0))), -1)
    rank = np.arange(len(procedure)) - np.append(0, np.cumsum(sizes))[procedure[order]]
    place[procedure[order], rank] = order
    return place

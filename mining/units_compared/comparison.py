"""Units compared at the same procedure, version, channel and case variant, and the dossiers behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import duckdb
import numpy as np
from scipy import stats

from mining import MiningError
from mining.bottlenecks.behind import Behind
from mining.bottlenecks.measure import Period, numbered, period_of
from mining.chance import false_discovery
from mining.savings.figures import Interval
from mining.units_compared.dossiers import MEASURES, Cohorts, Handled, Measure, handled_dossiers, read_cohorts
from mining.units_compared.levels import Comparable, Levels, Numbers, best_quartiles, levels
from mining.waiting.findings import WaitingLog
from mining.waiting.ranges import Ints, Mask

Verdict = Literal["slower", "faster", "as usual"]

_LEAST_HOURS = 1 / 60
_MOST_ESTIMATED = 0.25
_Z95, _Z998 = 1.959964, 3.090232


class UnitsError(MiningError):
    """Units cannot be compared as asked; the message says why."""


@dataclass(frozen=True, slots=True)
class UnitsQuestion:
    """What is compared, from how many dossiers of a unit on, and how sure a difference must be to be called one.

    `most_false` is the share of the differences that may be false (q-value, Benjamini and Hochberg).
    """

    measure: Measure = "work"
    least_dossiers: int = 5
    most_false: float = 0.05
    draws: int = 500
    seed: int = 1

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise UnitsError(f"'{self.measure}' is no measure of units; choose from {', '.join(MEASURES)}")
        if self.least_dossiers < 1 or not 0 < self.most_false < 1 or self.draws < 100:
            raise UnitsError(
                f"{self.least_dossiers} dossiers, a share of {self.most_false:g} and {self.draws} draws make no sense;"
                " give 1 or more dossiers, a share between 0 and 1, and 100 or more draws"
            )


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit at a procedure. Hours are working hours of a finished dossier; ratios are to the usual unit.

    `quartiles` are p25, median and p75, `p90_hours` the ninth decile of its dossiers. `ratio` is as observed, `shrunk`
    drawn to the others as far as it is uncertain, with a 95 % interval. `limits_95` and `limits_998` are the control
    limits of the funnel at its number of dossiers: within them a difference may be chance. `gap` are the hours a year
    that it would save by working as the best quarter of the units does.
    """

    procedure: str
    unit: str | None
    dossiers: int
    mean_hours: float
    quartiles: tuple[float, float, float]
    p90_hours: float
    ratio: float
    shrunk: Interval
    standard_error: float
    limits_95: tuple[float, float]
    limits_998: tuple[float, float]
    p_value: float
    q_value: float
    verdict: Verdict
    gap: Interval
    estimated_share: float


@dataclass(frozen=True, slots=True)
class UnitsCompared:
    """The units at each procedure that two or more handle, by procedure, then the slowest first.

    `overdispersion` is by how much levels spread beyond chance in general (1: not at all), by which all limits are
    widened. `left_out` are finished dossiers, by procedure and unit, of units with too few of the procedure, alone at
    it, or with more than a quarter of the starts estimated (not for `agency`, which needs no starts).
    """

    question: UnitsQuestion
    rows: tuple[UnitRow, ...]
    overdispersion: float
    dossiers: int
    left_out: Mapping[tuple[str, str | None], int]
    period: Period
    calendar_versions: tuple[str, ...]


def compare_units(
    cursor: duckdb.DuckDBPyConnection, log: WaitingLog, question: UnitsQuestion | None = None
) -> UnitsCompared:
    """Compare the units that handle the same procedures, by the finished dossiers of a log."""
    question = question or UnitsQuestion()
    handled, cohorts = handled_dossiers(cursor, log, question.measure), read_cohorts(cursor)
    place = np.searchsorted(cohorts.of, handled.cohort)
    cell, first = _cells(cohorts, place)
    enough = np.bincount(cell, minlength=len(first)) >= question.least_dossiers
    if question.measure != "agency":
        enough &= np.bincount(cell, handled.estimated, len(first)) <= _MOST_ESTIMATED * np.bincount(cell)
    kept = _kept(cohorts.procedure.codes[place[first]], cell, enough)
    period, versions = period_of(log), log.calendar_versions
    left_out = _left_out(cohorts, place[first], cell[~kept])
    if not kept.any():
        return UnitsCompared(question, (), 1.0, 0, left_out, period, versions)
    rows_ = np.flatnonzero(kept)
    cell, first = _renumbered(cell[rows_])
    first = place[rows_[first]]
    found = Comparable(
        log_hours=np.log(np.maximum(handled.hours[rows_], _LEAST_HOURS)),
        line=numbered([cohorts.line[place[rows_]]], len(rows_)),
        cell=cell,
        together=numbered([cell, handled.week[rows_] - handled.week.min()], len(rows_)),
        procedure=_renumbered(cohorts.procedure.codes[first])[0],
    )
    told = levels(found)
    gaps = _gaps(told, found, handled.hours[rows_], (question, period.a_year))
    answer = _rows(told, gaps, (cohorts, first, cell), (handled, rows_), question)
    return UnitsCompared(question, answer, told.overdispersion, len(rows_), left_out, period, versions)


def unit_dossiers(
    cursor: duckdb.DuckDBPyConnection, log: WaitingLog, *, procedure: str, unit: str | None, measure: Measure = "work"
) -> Behind:
    """Return the finished dossiers of a unit at a procedure with their working hours, the longest first."""
    handled, cohorts = handled_dossiers(cursor, log, measure), read_cohorts(cursor)
    own = [
        number
        for place, number in enumerate(cohorts.of.tolist())
        if cohorts.procedure.name(place) == procedure and cohorts.unit.name(place) == unit
    ]
    kept = np.isin(handled.cohort, own)
    return Behind.of(handled.dossier[kept], handled.hours[kept])


def _cells(cohorts: Cohorts, place: Ints) -> tuple[Ints, Ints]:
    """Number the units at procedures; return the cell of each dossier and a dossier of each cell."""
    return _renumbered(numbered([cohorts.procedure.codes[place] + 1, cohorts.unit.codes[place] + 1], len(place)))


def _renumbered(codes: Ints) -> tuple[Ints, Ints]:
    _, first, code = np.unique(codes, return_index=True, return_inverse=True)
    return code, first


def _kept(procedure: Ints, cell: Ints, enough: Mask) -> Mask:
    """Tell which dossiers are of units with enough of them, at procedures that two such units handle."""
    units = np.bincount(procedure, enough, minlength=int(procedure.max(initial=-1)) + 1)
    return np.asarray((enough & (units[procedure] > 1))[cell])


def _left_out(cohorts: Cohorts, place: Ints, cell: Ints) -> dict[tuple[str, str | None], int]:
    """Count dossiers by procedure and unit; `place` is a cohort of each cell."""
    counts = np.bincount(cell, minlength=len(place))
    return {
        (str(cohorts.procedure.name(place[one])), cohorts.unit.name(place[one])): int(counts[one])
        for one in np.flatnonzero(counts).tolist()
    }


def _gaps(told: Levels, found: Comparable, hours: Numbers, scale: tuple[UnitsQuestion, float]) -> list[Interval]:
    """The hours a year between each unit and the best quartile; the interval from draws of all shrunk levels.

    Levels are drawn from their posterior (parametric empirical Bayes bootstrap, Laird and Louis 1987).
    """
    question, a_year = scale
    dice = np.random.default_rng(question.seed)
    spread = np.sqrt(told.left * told.overdispersion)
    drawn = told.shrunk[:, None] + spread[:, None] * dice.standard_normal((len(spread), question.draws))
    drawn = np.column_stack((told.shrunk, drawn))
    above = np.maximum(drawn - best_quartiles(drawn, found.procedure)[found.procedure], 0)
    saved = np.bincount(found.cell, hours, minlength=len(spread))[:, None] * -np.expm1(-above) * a_year
    low, high = np.percentile(saved[:, 1:], [2.5, 97.5], axis=1)
    return [Interval(*row) for row in zip(saved[:, 0].tolist(), low.tolist(), high.tolist(), strict=True)]


def _rows(
    told: Levels,
    gaps: list[Interval],
    cells: tuple[Cohorts, Ints, Ints],
    dossiers: tuple[Handled, Ints],
    question: UnitsQuestion,
) -> tuple[UnitRow, ...]:
    (cohorts, first, cell), (handled, kept) = cells, dossiers
    error = told.error
    chances = 2 * stats.norm.sf(np.abs(told.z))
    q_values = false_discovery(chances)
    order = np.argsort(cell, kind="stable")
    parts = np.split(kept[order], np.cumsum(told.dossiers)[:-1])
    found = []
    for one, part in enumerate(parts):
        hours, reach = handled.hours[part], _Z95 * float(np.sqrt(told.left[one] * told.overdispersion))
        shrunk = (float(np.exp(told.shrunk[one] + by)) for by in (0.0, -reach, reach))
        quarters = np.quantile(hours, [0.25, 0.5, 0.75, 0.9]).tolist()
        clear = q_values[one] <= question.most_false
        found.append(
            UnitRow(
                procedure=str(cohorts.procedure.name(first[one])),
                unit=cohorts.unit.name(first[one]),
                dossiers=len(part),
                mean_hours=float(hours.mean()),
                quartiles=(quarters[0], quarters[1], quarters[2]),
                p90_hours=quarters[3],
                ratio=float(np.exp(told.level[one])),
                shrunk=Interval(*shrunk),
                standard_error=float(error[one]),
                limits_95=_limits(_Z95 * error[one]),
                limits_998=_limits(_Z998 * error[one]),
                p_value=float(chances[one]),
                q_value=float(q_values[one]),
                verdict=("slower" if told.level[one] > 0 else "faster") if clear else "as usual",
                gap=gaps[one],
                estimated_share=float(handled.estimated[part].mean()),
            )
        )
    return tuple(sorted(found, key=lambda row: (row.procedure, -row.ratio, row.unit or "")))


def _limits(reach: float) -> tuple[float, float]:
    return float(np.exp(-reach)), float(np.exp(reach))

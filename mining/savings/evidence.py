"""What an account rests on: the catalogue, the dossiers, and what each of them would have taken without the changes.

It is the costly part, and the same for every filter: keep it, and ask `account_of` and `dossiers_behind` of it.
"""

from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mining.ask import ask, rows
from mining.clocks.clock import Calendars, between, instants_us
from mining.savings import SavingsError
from mining.savings.effect import Effect, effect_of
from mining.savings.handled import Handled, day_numbers, read_handled
from mining.savings.nominal import Catalogue, Change, changes, read_catalogue
from mining.savings.study import Comparison, Study

Codes = npt.NDArray[np.int64]
Hours = npt.NDArray[np.float64]


_HOUR_US = 3.6e9
_COMPARISON = Comparison()


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What is compared: the versions that came into force in [changed_from, changed_to), by the log up to `as_of`.

    None leaves an end of the period open. Raises SavingsError for a period without a day, and for an `as_of` without
    an offset.
    """

    as_of: datetime
    changed_from: date | None = None
    changed_to: date | None = None
    comparison: Comparison = _COMPARISON

    def __post_init__(self) -> None:
        if self.as_of.utcoffset() is None:
            raise SavingsError(f"{self.as_of.isoformat()} has no UTC offset; write it like 2025-01-31T08:00+07:00")
        if self.changed_from and self.changed_to and self.changed_from >= self.changed_to:
            period = f"{self.changed_from:%d/%m/%Y} to {self.changed_to:%d/%m/%Y}"
            raise SavingsError(f"the period from {period} has no day; give a later end")


@dataclass(frozen=True, slots=True, eq=False)
class HandsOn:
    """Hours that officers worked, where starts are known, and of how many finished dossiers: by line and by change."""

    line_hours: Hours
    line_dossiers: Hours
    change_hours: Hours
    change_dossiers: Hours


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The changes of a period, the dossiers, and the effect on each; `calendar_versions` counted the hours."""

    basis: Basis
    catalogue: Catalogue
    changes: tuple[Change, ...]
    handled: Handled
    effect: Effect
    hands_on: HandsOn
    calendar_versions: tuple[str, ...]


def evidence(cursor: duckdb.DuckDBPyConnection, basis: Basis, calendars: Calendars) -> Evidence:
    """Read and fit everything that an account needs; needs the tables of `ingest/catalogue.sql`."""
    catalogue = read_catalogue(cursor)
    first_day = basis.changed_from or rows(cursor, "savings_first_day")[0]["first_day"]
    found = changes(catalogue, basis.changed_from, basis.changed_to, first_day)
    handled = read_handled(cursor, catalogue, found, calendars, basis.as_of)
    study = Study.of(handled.dossiers, basis.comparison)
    effect = effect_of(study)
    hands_on = _hands_on(cursor, handled, effect, calendars, (basis.as_of, len(found)))
    return Evidence(basis, catalogue, found, handled, effect, hands_on, calendars.versions)


def _hands_on(
    cursor: duckdb.DuckDBPyConnection,
    handled: Handled,
    effect: Effect,
    calendars: Calendars,
    upto: tuple[datetime, int],
) -> HandsOn:
    """Add up the working time of steps whose start is known, for the cohorts that a change touched."""
    as_of, count = upto
    touched = np.unique(np.asarray(handled.dossiers["cohort"])[effect.study.change >= 0])
    # The dossiers before a change are of the same lines, so of these procedures.
    procedures = pc.unique(handled.cohorts["procedure"].take(pa.array(touched)))
    own = handled.cohorts.filter(pc.is_in(handled.cohorts["procedure"], value_set=procedures))["cohort"]
    asked = {"as_of": as_of, "cohorts": own.to_pylist()}
    worked, known = ask(cursor, "savings_hands_on", asked), ask(cursor, "savings_hands_on_dossiers", asked)
    started, completed = instants_us(worked["started_at"]), instants_us(worked["completed_at"])
    # Whole microseconds, whose sums are exact in whatever order the rows come.
    worked_us = between(worked["unit"], started, completed, calendars).astype(np.float64)
    lines = _merged_lines(handled, effect.study)
    line_us, change_us = _summed(handled, lines, worked, worked_us, count)
    line_dossiers, change_dossiers = _summed(handled, lines, known, np.asarray(known["dossiers"], np.float64), count)
    return HandsOn(line_us / _HOUR_US, line_dossiers, change_us / _HOUR_US, change_dossiers)


def _merged_lines(handled: Handled, study: Study) -> Codes:
    """Return the line of the study for each line of the dossiers; -1 for those that no dossier has."""
    raw = np.asarray(handled.dossiers["line"])
    lines = np.full(handled.places.outside + handled.cohorts.num_rows + 1, -1, np.int64)
    lines[raw] = study.line
    return lines


def _summed(handled: Handled, lines: Codes, table: pa.Table, values: Hours, count: int) -> tuple[Hours, Hours]:
    """Sum values by cohort and day per line of the study without a change, and per change."""
    cohort = np.asarray(pc.index_in(table["cohort"], value_set=handled.cohorts["cohort"].combine_chunks()))
    level, change = handled.places.of(cohort.astype(np.int64), day_numbers(table["intake_date"]))
    line = lines[level]
    before, after = (change < 0) & (line >= 0), change >= 0
    per_line = np.bincount(line[before], values[before], minlength=int(lines.max(initial=-1)) + 1)
    per_change = np.bincount(change[after], values[after], minlength=count)
    return np.asarray(per_line, np.float64), np.asarray(per_change, np.float64)

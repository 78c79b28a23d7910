"""The finished dossiers of a log, what each took, and what each cohort of the store is."""

from dataclasses import dataclass
from typing import Literal

import duckdb
import numpy as np

from mining.ask import ask
from mining.bottlenecks.measure import HOUR_US, lost_us, numbered, weeks
from mining.units_compared.levels import Numbers
from mining.waiting.findings import WaitingLog
from mining.waiting.ranges import Ints
from mining.waiting.steps import NONE, Named, starts_of_groups

Measure = Literal["work", "own", "agency"]
MEASURES: tuple[Measure, ...] = ("work", "own", "agency")
"""What is compared: hands-on `work`; `own`: work and time lost to other causes than queues; `agency`: all its hours."""

_QUEUES = ("contention", "prioritization")


@dataclass(frozen=True, slots=True, eq=False)
class Handled:
    """Finished dossiers, a row each: number, cohort, hours, share of estimated starts, and week."""

    dossier: Ints
    cohort: Ints
    hours: Numbers
    estimated: Numbers
    week: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Cohorts:
    """What each cohort is: `of` are their numbers, ascending; the line is procedure, version, channel and variant."""

    of: Ints
    procedure: Named
    unit: Named
    channel: Named
    line: Ints


def handled_dossiers(cursor: duckdb.DuckDBPyConnection, log: WaitingLog, measure: Measure) -> Handled:
    """Add up what each finished dossier of a log took, by one of MEASURES."""
    done = np.asarray(ask(cursor, "compare_finished")["dossier"]).astype(np.int64)
    rows_ = log.waits.row[log.places]
    dossier = log.steps.dossier[rows_]
    spent = log.waits.work.working[log.places]
    if measure != "work":
        spent = spent + lost_us(log)
    if measure == "own":
        spent = spent - sum(log.waits.causes[cause].working[log.places] for cause in _QUEUES)
    known = np.isin(dossier, done)
    if measure != "agency":  # steps without an officer are the citizen's, or a system's
        known &= log.steps.officer.codes[rows_] != NONE
    dossier, rows_, spent = dossier[known], rows_[known], spent[known]
    bounds = starts_of_groups(dossier)
    if not len(bounds):
        nothing = np.empty(0, np.int64)
        return Handled(nothing, nothing, np.empty(0), np.empty(0), nothing)
    sizes = np.diff(np.append(bounds, len(dossier)))
    return Handled(
        dossier=dossier[bounds],
        cohort=log.steps.cohort[rows_[bounds]],
        hours=np.add.reduceat(spent, bounds) / HOUR_US,
        estimated=np.add.reduceat(log.steps.estimated[rows_], bounds, dtype=np.float64) / sizes,
        week=weeks(log.steps.dossier_from_us[rows_[bounds]]),
    )


def read_cohorts(cursor: duckdb.DuckDBPyConnection) -> Cohorts:
    """Read what each cohort of the store is."""
    table = ask(cursor, "compare_cohorts")
    size = table.num_rows
    names = ("procedure", "process_version", "channel", "case_variant")
    columns = [Named.of(table[name], size).codes + 1 for name in names]
    return Cohorts(
        of=np.asarray(table["cohort"]).astype(np.int64),
        procedure=Named.of(table["procedure"], size),
        unit=Named.of(table["unit"], size),
        channel=Named.of(table["channel"], size),
        line=numbered(columns, size),
    )

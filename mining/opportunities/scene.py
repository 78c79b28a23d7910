"""What all detectors look at: the steps that waited, a row each, and what else is known of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import duckdb
import numpy as np
import pyarrow.compute as pc

from mining.ask import ask, rows
from mining.bottlenecks.measure import Groups, Numbers, Period, clusters, grouped_by, lost_us, numbered, period_of
from mining.clocks.clock import instants_us
from mining.opportunities.settings import Settings
from mining.two_systems import TwoSystemsQuestion, double_entry_steps
from mining.units_compared.dossiers import Cohorts, read_cohorts
from mining.waiting.desks import Availability
from mining.waiting.findings import WaitingLog
from mining.waiting.ranges import Ints, Mask
from mining.waiting.steps import NONE, Named


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """The steps of `log.places`, a row each, by dossier and in the order of its path.

    `row` is the row in `log.steps`, `dossier` counts dossiers from 0, `lost` and `work` are the working microseconds
    that could be saved of each, `cause(name)` those of a cause. `again` counts how often the activity was done before
    in the dossier (as the same step of the approved process, where events name it), `copying` what typing it into a
    second system took (microseconds). `cluster` numbers weeks (else days, else dossiers); `drawn` weeks or days are
    enough for an interval, 0: there are too few.
    """

    cursor: duckdb.DuckDBPyConnection
    log: WaitingLog
    availability: Availability
    settings: Settings
    period: Period
    row: Ints
    dossier: Ints
    lost: Numbers
    work: Numbers
    cluster: Ints
    drawn: int
    cohorts: Cohorts
    cohort: Ints
    outcome: Named
    supplements: Ints
    again: Ints
    copying: Numbers

    def __len__(self) -> int:
        return len(self.row)

    def cause(self, name: str) -> Numbers:
        """Return the working microseconds that a cause took of each row."""
        return self.log.waits.causes[name].working[self.log.places].astype(np.float64)

    def named(self, name: str) -> Named:
        """Return a column of names: one of `WaitingLog.named`, or the dossier's `dossier_unit` or `channel`."""
        if name in ("dossier_unit", "channel"):
            return (self.cohorts.unit if name == "dossier_unit" else self.cohorts.channel).take(self.cohort)
        return self.log.named({"activity": "target_activity", "role": "target_role"}.get(name, name))

    def groups(self, by: Sequence[str], chosen: Ints | None = None) -> Groups:
        """Group all rows, or chosen ones, by columns of names."""
        columns = {name: self.named(name) for name in by}
        if chosen is not None:
            columns = {name: column.take(chosen) for name, column in columns.items()}
        return grouped_by(columns, len(self) if chosen is None else len(chosen))

    @property
    def follows(self) -> Mask:
        """Whether a row has the row before it in its own dossier."""
        found = np.append(False, self.dossier[1:] == self.dossier[:-1])
        return found[: len(self)]

    @property
    def estimated(self) -> Mask:
        """Whether the start of a row is estimated."""
        return self.log.steps.estimated[self.row]


def read_scene(
    cursor: duckdb.DuckDBPyConnection, log: WaitingLog, availability: Availability, settings: Settings
) -> Scene:
    """Read what detectors look at; the log is all of the store or a part of it by `within`."""
    row = log.waits.row[log.places]
    steps = log.steps
    cohorts = read_cohorts(cursor)
    number = steps.dossier[row]
    dossier = np.cumsum(np.append(False, number[1:] != number[:-1])[: len(row)])
    cluster = clusters(steps.end_us[row], settings.bootstrap) if len(row) else None
    scene = Scene(
        cursor=cursor,
        log=log,
        availability=availability,
        settings=settings,
        period=period_of(log),
        row=row,
        dossier=dossier,
        lost=lost_us(log).astype(np.float64),
        work=log.waits.work.working[log.places].astype(np.float64),
        cluster=dossier if cluster is None else cluster,
        drawn=0 if cluster is None else int(cluster.max()) + 1,
        cohorts=cohorts,
        cohort=np.searchsorted(cohorts.of, steps.cohort[row]),
        outcome=_outcomes(cursor, log, row),
        supplements=_supplements(cursor, number),
        again=_passes(dossier, steps.activity.codes[row], _step_numbers(cursor, steps.identity[row])),
        copying=np.zeros(len(row)),
    )
    return replace(scene, copying=_copying(scene))


def _outcomes(cursor: duckdb.DuckDBPyConnection, log: WaitingLog, row: Ints) -> Named:
    table = ask(cursor, "opportunity_outcomes")
    said = Named.of(table["outcome"], table.num_rows)
    return said.take(_found(np.asarray(table["identity"]).astype(np.int64), log.steps.identity[row]))


def _supplements(cursor: duckdb.DuckDBPyConnection, number: Ints) -> Ints:
    table = ask(cursor, "opportunity_supplements")
    place = _found(np.asarray(table["dossier"]).astype(np.int64), number)
    known = np.append(np.asarray(table["supplements"]).astype(np.int64), 0)
    return known[place]


def _found(ordered: Ints, asked: Ints) -> Ints:
    """Return where each number stands among ordered ones, NONE where it does not."""
    place = np.searchsorted(ordered, asked)
    inside = np.minimum(place, max(len(ordered) - 1, 0))
    known = ordered[inside] == asked if len(ordered) else np.zeros(len(asked), np.bool_)
    return np.where(known, inside, NONE)


def _step_numbers(cursor: duckdb.DuckDBPyConnection, identity: Ints) -> Ints:
    """Return the step of the approved process that each row is, 0 where no event says so."""
    table = ask(cursor, "opportunity_step_numbers")
    place = _found(np.asarray(table["identity"]).astype(np.int64), identity)
    known = np.append(np.asarray(table["step"]).astype(np.int64) + 1, 0)
    return known[place]


def _passes(dossier: Ints, activity: Ints, number: Ints) -> Ints:
    """Count how often the activity of each row was done before in its dossier, as the same step."""
    key = numbered([dossier, activity + 1, number], len(dossier))
    order = np.argsort(key, kind="stable")
    counts = np.bincount(key)
    before = np.append(0, np.cumsum(counts))[key[order]]
    passes = np.empty(len(key), np.int64)
    passes[order] = np.arange(len(key)) - before
    return passes


def _copying(scene: Scene) -> Numbers:
    """Find what typing each row again cost, in microseconds, with the row that was copied (or the copy, if it is one).

    A log of waiting leaves out copies within a dossier; that of another dossier has rows of its own.
    """
    day_after = scene.period.to_at + timedelta(days=1)
    copies = double_entry_steps(
        scene.cursor, TwoSystemsQuestion(as_of=day_after, calendars=scene.availability.calendars)
    )
    cost = np.zeros(len(scene))
    if not copies.num_rows or not len(scene):
        return cost
    asked = {"dossiers": copies["dossier"].unique().to_pylist()}
    number = {one["dossier"]: one["first_event_no"] for one in rows(scene.cursor, "opportunity_numbers", asked)}
    steps = scene.log.steps
    names = {name: code for code, name in enumerate(steps.activity.names)}
    dossier = np.array([number[one] for one in copies["dossier"].to_pylist()], np.int64)
    activity = np.array([names.get(one, NONE) for one in copies["activity"].to_pylist()], np.int64)
    ends = instants_us(copies["completed_at"])
    before = ends - np.rint(np.asarray(copies["minutes_between"], np.float64) * 60e6).astype(np.int64)
    seconds = np.asarray(pc.fill_null(copies["working_seconds"], scene.settings.copy_minutes * 60.0))
    known = (steps.dossier[scene.row], steps.activity.codes[scene.row], steps.end_us[scene.row])
    own, original = (_same(known, (dossier, activity, at)) for at in (ends, before))
    place = np.where(own != NONE, own, original)
    np.add.at(cost, place[place != NONE], seconds[place != NONE] * 1e6)
    return cost


def _same(known: tuple[Ints, ...], asked: tuple[Ints, ...]) -> Ints:
    """Return the row in which all columns are as asked, NONE where there is none."""
    joined = [np.concatenate(pair) for pair in zip(known, asked, strict=True)]
    code = np.zeros(len(joined[0]), np.int64)
    for column in joined:
        code = numbered([code, np.unique(column, return_inverse=True)[1]], len(code))
    rows_ = np.full(int(code.max()) + 1, NONE)
    rows_[code[: len(known[0])]] = np.arange(len(known[0]))
    return rows_[code[len(known[0]) :]]

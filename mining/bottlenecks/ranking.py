"""Bottlenecks: what loses the most working hours a year, by cause, with its trend and the dossiers behind."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
from scipy import stats

from mining.bottlenecks.behind import Behind
from mining.bottlenecks.measure import (
    HOUR_US,
    Bootstrap,
    BottleneckError,
    Groups,
    Numbers,
    Period,
    by_cluster,
    clusters,
    grouped_by,
    hours_of_week,
    intervals,
    lost_us,
    months,
    period_of,
)
from mining.savings.figures import Interval
from mining.waiting.answers import WaitedStep, longest_waits
from mining.waiting.causes import CAUSES
from mining.waiting.findings import Reason, WaitingLog
from mining.waiting.ranges import Ints
from mining.waiting.steps import NONE, Named, starts_of_groups

GRAINS: Mapping[str, tuple[str, ...]] = {
    "procedure": ("procedure",),
    "step": ("procedure", "target_activity"),
    "hand_over": ("source_unit", "source_role", "unit", "target_role"),
    "unit": ("unit",),
    "officer_role": ("unit", "target_role"),
    "hour": ("hour",),
}
"""What a bottleneck can be. `hour` is the hour of the week in which the work became ready."""
LOSING = tuple(cause for cause in CAUSES if cause != "citizen")
"""The causes that lose the agency's time."""
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = tuple(f"{number}-{day}-{hour:02d}" for number, day in enumerate(_DAYS, 1) for hour in range(24))
_LEAST_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Month:
    """The steps that were completed in a month, and the mean working hours that each had lost."""

    month: date
    steps: int
    mean_lost_hours: float


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """What has `key` in common, and the working hours that it lost.

    `lost_hours` are those of the log, `hours_a_year` the same scaled to a year, with a 95 % interval; `share` is its
    part of all that was lost. `by_cause` are shares that add up to 1 (unavailability is no working time, so 0 where
    officers keep their unit's hours). `slope` is by how many hours the mean loss of a step grows from month to month;
    None with fewer than three months. `estimated_share` of the steps have an estimated start.
    """

    key: Mapping[str, str | None]
    steps: int
    dossiers: int
    lost_hours: float
    hours_a_year: Interval
    share: float
    by_cause: Mapping[str, float]
    top_cause: str
    months: tuple[Month, ...]
    slope: Interval | None
    estimated_share: float


@dataclass(frozen=True, slots=True)
class Bottlenecks:
    """The bottlenecks of a grain, the greatest first: `rows` of the `of` that there are, and what all of them lost."""

    by: tuple[str, ...]
    rows: tuple[Bottleneck, ...]
    of: int
    total: Interval
    period: Period
    reasons: tuple[Reason, ...]
    calendar_versions: tuple[str, ...]


def bottlenecks(
    log: WaitingLog,
    by: str | Sequence[str] = "step",
    *,
    limit: int = 20,
    bootstrap: Bootstrap | None = None,
) -> Bottlenecks:
    """Rank what lost working hours at a grain, one of GRAINS or columns of `WaitingLog.named` (and `hour`)."""
    names = _columns(by)
    bootstrap = bootstrap or Bootstrap()
    groups = grouped_by({name: column(log, name) for name in names}, len(log.places))
    lost = lost_us(log)
    sums = groups.sums(lost)
    ranked = sorted(
        np.flatnonzero(sums).tolist(), key=lambda one: (-sums[one], [w or "" for w in groups.key(one).values()])
    )
    chosen = ranked[:limit]
    place = np.full(groups.count, NONE)
    place[chosen] = np.arange(len(chosen))
    period = period_of(log)
    losses = _intervals(log, lost, place[groups.of], (len(chosen), period.a_year), bootstrap)
    rows = _rows(log, groups, place, losses, float(sums.sum()))
    return Bottlenecks(names, rows, len(ranked), losses[-1], period, log.reasons, log.calendar_versions)


def bottleneck_part(log: WaitingLog, key: Mapping[str, str | None]) -> WaitingLog:
    """Return the part of a log that a bottleneck's `key` is about: what it rests on."""
    kept = np.ones(len(log.places), np.bool_)
    for name, value in key.items():
        named = column(log, name)
        code = NONE if value is None else named.names.index(value) if value in named.names else None
        kept &= named.codes == code if code is not None else False
    steps = np.zeros(len(log.steps), np.bool_)
    steps[log.waits.row[log.places[kept]]] = True
    return log.within(steps)


def bottleneck_steps(
    cursor: duckdb.DuckDBPyConnection,
    log: WaitingLog,
    key: Mapping[str, str | None],
    *,
    cause: str | None = None,
    limit: int = 20,
) -> tuple[WaitedStep, ...]:
    """Return the steps behind a bottleneck that waited longest, in all or for a cause, with their dossiers."""
    return longest_waits(cursor, bottleneck_part(log, key), cause=cause, limit=limit)


def bottleneck_dossiers(log: WaitingLog, key: Mapping[str, str | None]) -> Behind:
    """Return the dossiers behind a bottleneck with the working hours that each lost there, which add up to it."""
    part = bottleneck_part(log, key)
    return Behind.of(part.steps.dossier[part.waits.row[part.places]], lost_us(part) / HOUR_US)


def of_procedures(log: WaitingLog, procedures: Collection[str]) -> WaitingLog:
    """Return the part of a log that is about the dossiers of some procedures."""
    known = log.steps.procedure
    wanted = np.array([name in procedures for name in known.names] + [False], np.bool_)
    return log.within(wanted[known.codes])


def column(log: WaitingLog, name: str) -> Named:
    """Return a column of `WaitingLog.named`, or `hour`: the hour of the week in which the work became ready."""
    if name != "hour":
        return log.named(name)
    return Named(hours_of_week(log.waits.enabled.at_us[log.waits.row[log.places]]), _HOURS)


def _columns(by: str | Sequence[str]) -> tuple[str, ...]:
    if not isinstance(by, str):
        return tuple(by)
    if by not in GRAINS:
        raise BottleneckError(f"'{by}' is no grain of bottlenecks; choose from {', '.join(GRAINS)}")
    return GRAINS[by]


def _intervals(
    log: WaitingLog, lost: Ints, place: Ints, scale: tuple[int, float], bootstrap: Bootstrap
) -> list[Interval]:
    """The hours a year of each place, and last of all."""
    count, a_year = scale
    hours = lost / HOUR_US
    sums = np.append(np.bincount(place[place != NONE], hours[place != NONE], minlength=count), hours.sum())
    cluster = clusters(log.steps.end_us[log.waits.row[log.places]], bootstrap) if len(log.places) else None
    clustered: Numbers | None = None
    if cluster is not None:
        size = int(cluster.max()) + 1
        own = by_cluster(hours, place, cluster, (size, count))
        clustered = np.column_stack((own, np.bincount(cluster, hours, minlength=size)))
    return intervals(sums, a_year, bootstrap, clustered)


def _rows(
    log: WaitingLog, groups: Groups, place: Ints, losses: Sequence[Interval], whole: float
) -> tuple[Bottleneck, ...]:
    """Tell of the chosen groups, which `place` numbers in their order."""
    own = place[groups.of]
    order = np.argsort(own, kind="stable")
    order = order[np.searchsorted(own[order], 0) :]
    bounds = np.append(starts_of_groups(own[order]), len(order))
    rows = log.waits.row[log.places]
    lost = lost_us(log)
    found = []
    for number, (begin, end) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        part = order[begin:end]
        of_part = float(lost[part].sum())
        causes = {name: float(log.waits.causes[name].working[log.places[part]].sum()) / of_part for name in LOSING}
        series = _series(months(log.steps.end_us[rows[part]]), lost[part] / HOUR_US)
        found.append(
            Bottleneck(
                key=groups.key(int(groups.of[part[0]])),
                steps=len(part),
                dossiers=len(np.unique(log.steps.dossier[rows[part]])),
                lost_hours=of_part / HOUR_US,
                hours_a_year=losses[number],
                share=of_part / whole,
                by_cause=causes,
                top_cause=max(causes, key=lambda name: causes[name]),
                months=series,
                slope=_slope(series),
                estimated_share=float(log.steps.estimated[rows[part]].mean()),
            )
        )
    return tuple(found)


def _series(month: Ints, hours: Numbers) -> tuple[Month, ...]:
    first = int(month.min())
    steps, sums = np.bincount(month - first), np.bincount(month - first, hours)
    days = (np.arange(len(steps)) + first).astype("datetime64[M]").astype("datetime64[D]").tolist()
    return tuple(
        Month(day, int(count), float(total) / int(count))
        for day, count, total in zip(days, steps, sums, strict=True)
        if count
    )


def _slope(series: Sequence[Month]) -> Interval | None:
    """Fit a line to the monthly means by least squares; its interval is that of Student's t with n - 2 degrees."""
    if len(series) < _LEAST_MONTHS:
        return None
    when = [one.month.year * 12 + one.month.month for one in series]
    fitted = stats.linregress(when, [one.mean_lost_hours for one in series])
    spread = float(stats.t.ppf(0.975, len(series) - 2) * fitted.stderr)
    return Interval(float(fitted.slope), float(fitted.slope) - spread, float(fitted.slope) + spread)

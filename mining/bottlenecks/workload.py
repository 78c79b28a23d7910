"""Work that came, was begun and was done over time, how long the queue was, and who handed over to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from mining.bottlenecks.measure import HOUR_US, BottleneckError, days, grouped_by, period_of, weeks
from mining.clocks.clock import HeldTime
from mining.waiting.findings import WaitingLog, grouped
from mining.waiting.ranges import Ints
from mining.waiting.steps import NONE

Every = Literal["day", "week"]
_OF_ACTOR = {"role": "target_role", "unit": "unit", "officer": "target_officer"}


@dataclass(frozen=True, slots=True)
class WorkloadRow:
    """What happened to the work of `key` in a day or week (from Monday) that begins on `period_start`.

    `arrivals` became ready, `starts` were begun, `completions` were ended. `queue` lay ready at its end and was not
    begun, `in_work` was begun and not ended. Only work that was completed within the log is known, so towards its end
    arrivals and queue are too small.
    """

    key: Mapping[str, str | None]
    period_start: date
    arrivals: int
    starts: int
    completions: int
    queue: int
    in_work: int


@dataclass(frozen=True, slots=True)
class HandOver:
    """Work that went from one to another: how often, in how many dossiers, and how long it then waited.

    `lost_hours_a_year` is the working time that the agency lost, scaled to a year.
    """

    source: str | None
    target: str | None
    steps: int
    dossiers: int
    waiting: HeldTime
    lost_hours_a_year: float


def workload(
    log: WaitingLog, by: Sequence[str] = ("unit", "target_role"), *, every: Every = "week"
) -> tuple[WorkloadRow, ...]:
    """Return the work over time by columns of `WaitingLog.named`, in the order of names and time, without gaps."""
    if every not in ("day", "week"):
        raise BottleneckError(f"'{every}' is no period here; write day or week")
    split = days if every == "day" else weeks
    rows = log.waits.row[log.places]
    if not len(rows):
        return ()
    groups = grouped_by({name: log.named(name) for name in by}, len(rows))
    moments = [split(one) for one in (log.waits.enabled.at_us[rows], log.steps.start_us[rows], log.steps.end_us[rows])]
    first, last = int(min(one.min() for one in moments)), int(max(one.max() for one in moments))
    span = last - first + 1
    came, begun, done = (
        np.bincount(groups.of * span + one - first, minlength=groups.count * span).reshape(-1, span) for one in moments
    )
    queue, in_work = np.cumsum(came - begun, axis=1), np.cumsum(begun - done, axis=1)
    starts = _starts(np.arange(first, last + 1), every)
    keys = [groups.key(number) for number in range(groups.count)]
    order = sorted(range(groups.count), key=lambda one: [name or "" for name in keys[one].values()])
    return tuple(
        WorkloadRow(keys[one], start, *(int(table[one, place]) for table in (came, begun, done, queue, in_work)))
        for one in order
        for place, start in enumerate(starts)
    )


def hand_overs(log: WaitingLog, between: Literal["role", "unit", "officer"] = "role") -> tuple[HandOver, ...]:
    """Return the network of hand-overs between roles, units or officers, the longest waits first.

    Work that stays where it was is left out, and so is the first step of a dossier, which nobody handed over.
    """
    if between not in _OF_ACTOR:
        raise BottleneckError(f"'{between}' hands nothing over; choose from {', '.join(_OF_ACTOR)}")
    source, target = log.named(f"source_{between}"), log.named(_OF_ACTOR[between])
    handed = (log.waits.enabled.source[log.waits.row[log.places]] != NONE) & (source.codes != target.codes)
    kept = np.zeros(len(log.steps), np.bool_)
    kept[log.waits.row[log.places[handed]]] = True
    part = log.within(kept)
    by = {"source": part.named(f"source_{between}"), "target": part.named(_OF_ACTOR[between])}
    if not len(part.places):
        return ()
    a_year = period_of(log).a_year
    citizen = [(row.total.by_cause["citizen"].working_us, row) for row in grouped(part, by)]
    return tuple(
        HandOver(
            row.key["source"],
            row.key["target"],
            row.total.steps,
            row.total.dossiers,
            row.total.waiting,
            (row.total.waiting.working_us - away_us) / HOUR_US * a_year,
        )
        for away_us, row in citizen
    )


def _starts(numbers: Ints, every: Every) -> list[date]:
    """The first day of each numbered day or week; week 0 began on 5 January 1970."""
    day = numbers if every == "day" else numbers * 7 + 4
    found: list[date] = day.astype("datetime64[D]").tolist()
    return found

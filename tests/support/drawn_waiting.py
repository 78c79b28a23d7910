"""Logs of steps drawn as text, told by `mining.waiting`; hours are those of a Monday, 2025-01-06, UTC."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

import pyarrow as pa

from mining.clocks.clock import Calendars
from mining.waiting.analysis import Rule, analyse
from mining.waiting.causes import CAUSES
from mining.waiting.citizen import AwayTimes
from mining.waiting.desks import Availability
from mining.waiting.enablement import concurrency
from mining.waiting.findings import WaitingLog, whole_log
from mining.waiting.start_times import estimate_starts
from mining.waiting.steps import Steps
from mining.working_time.calendar import Calendar
from mining.working_time.calendar_file import read_week
from mining.working_time.worktime import WorkingTime

MONDAY = datetime(2025, 1, 6, tzinfo=UTC)
INSTANT = pa.timestamp("us", "UTC")
NAMES = ("procedure", "unit", "role")


class Row(NamedTuple):
    """A step that was told: minutes by cause, those that are 0 left out."""

    dossier: str
    activity: str
    minutes: dict[str, float]
    batched: bool


@cache
def hours(*slots: tuple[str, str]) -> WorkingTime:
    """Every day the same office hours, UTC, no holidays."""
    return WorkingTime.of(
        Calendar(code="drawn", week=read_week({"monday-sunday": slots}), zone="UTC", holidays=None),
        first_day=MONDAY.date() - timedelta(days=30),
        end_day=MONDAY.date() + timedelta(days=400),
    )


def office(**of_officer: WorkingTime) -> Availability:
    """An office that is open 08:00-12:00 and 13:00-17:00, with officers who have hours of their own."""
    return Availability(Calendars(hours(("08:00", "12:00"), ("13:00", "17:00"))), of_officer)


def at(clock: str | None) -> datetime | None:
    """The instant of `09:30`, or of `2/09:30` for the day after the next; None for `-`."""
    if clock in (None, "-"):
        return None
    day, _, time = clock.rpartition("/")
    hour, minute = map(int, time.split(":"))
    return MONDAY + timedelta(days=int(day or 0), hours=hour, minutes=minute)


def steps_of(drawing: str, *, by_start: bool = False) -> Steps:
    """Read lines of `dossier activity officer start end name=value...`; `-` is none."""
    lines = [line.split() for line in drawing.strip().splitlines()]
    more = [dict(word.split("=", 1) for word in line[5:]) for line in lines]
    columns = {
        "dossier": pa.array([line[0] for line in lines], pa.string()),
        "activity": pa.array([line[1] for line in lines], pa.string()),
        "officer": pa.array([None if line[2] == "-" else line[2] for line in lines], pa.string()),
        "started_at": pa.array([at(line[3]) for line in lines], INSTANT),
        "completed_at": pa.array([at(line[4]) for line in lines], INSTANT),
        **{name: pa.array([one.get(name) for one in more], pa.string()) for name in NAMES},
    }
    if any("opened" in one for one in more):
        columns["opened_at"] = pa.array([at(one.get("opened")) for one in more], INSTANT)
    return Steps.of(pa.table(columns), by_start=by_start)


def told(
    drawing: str,
    *,
    rule: Rule = "strict",
    available: Availability | None = None,
    away: Sequence[tuple[str, str, str]] = (),
    estimate: bool = False,
) -> WaitingLog:
    """Tell why the steps of a drawn log waited; `away` are dossier, from and to of the citizen's times."""
    available = available or office()
    steps = steps_of(drawing, by_start=rule == "kronos")
    related = concurrency(steps, few_loops=rule != "kronos")
    spans = _away(drawing, away)
    if estimate:
        steps = estimate_starts(steps, available, related, spans)
    waits = analyse(steps, available, rule=rule, away=spans, side_by_side=related)
    return whole_log(steps, waits, rule=rule, calendar_versions=available.versions)


def rows(log: WaitingLog) -> list[Row]:
    """The steps in the order of dossiers and paths."""
    found = []
    for place, row in enumerate(log.waits.row):
        minutes = {cause: log.waits.causes[cause].elapsed[place] / 60e6 for cause in CAUSES}
        known = {cause: minute for cause, minute in minutes.items() if minute}
        activity = str(log.steps.activity.name(row))
        found.append(Row(str(log.steps.dossier[row]), activity, known, bool(log.waits.batched[place])))
    return found


def waits_of(log: WaitingLog, activity: str) -> list[dict[str, float]]:
    """The minutes by cause of the steps of an activity, in the order of dossiers and paths."""
    return [row.minutes for row in rows(log) if row.activity == activity]


def _away(drawing: str, away: Sequence[tuple[str, str, str]]) -> AwayTimes:
    names = dict.fromkeys(line.split()[0] for line in drawing.strip().splitlines())
    order = {name: number for number, name in enumerate(names)}
    columns = {
        "dossier": pa.array([order[dossier] for dossier, _, _ in away], pa.int64()),
        "from_at": pa.array([at(begin) for _, begin, _ in away], INSTANT),
        "to_at": pa.array([at(end) for _, _, end in away], INSTANT),
    }
    return AwayTimes.of(pa.table(columns))

"""Waiting by cause equals what is told tick by tick, for any log, overlapping work and all; the parts add up."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mining.clocks.clock import Calendars
from mining.waiting.analysis import RULES, analyse
from mining.waiting.citizen import AwayTimes
from mining.waiting.desks import Availability
from mining.waiting.enablement import concurrency
from mining.waiting.steps import Steps
from mining.working_time.calendar_file import load_calendars
from mining.working_time.worktime import WorkingTime
from waiting_reference import CAUSES, TICK_MINUTES, Drawn, concurrent, told

MONDAY = datetime(2025, 1, 6, tzinfo=UTC)
TICK_US = TICK_MINUTES * 60_000_000
INSTANT = pa.timestamp("us", "UTC")


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """Who works 08:00-12:00 and 13:00-17:00 UTC, every day."""
    path = tmp_path_factory.mktemp("calendar") / "all.json"
    path.write_text('{"all": {"MONDAY-SUNDAY": [["08:00", "12:00"], ["13:00", "17:00"]]}}')
    return Availability(Calendars(WorkingTime.of(load_calendars(path)["all"])))


def at(tick: int) -> datetime:
    return MONDAY + timedelta(minutes=TICK_MINUTES * tick)


def table(log: list[Drawn]) -> pa.Table:
    return pa.table(
        {
            "identity": range(len(log)),
            "dossier": pa.array([one.dossier for one in log], pa.int64()),
            "activity": pa.array([one.activity for one in log], pa.string()),
            "officer": pa.array([one.officer for one in log], pa.string()),
            "started_at": pa.array([at(one.start) for one in log], INSTANT),
            "completed_at": pa.array([at(one.end) for one in log], INSTANT),
        }
    )


def away_times(away: dict[int, list[tuple[int, int]]]) -> AwayTimes:
    spans = [(dossier, at(begin), at(end)) for dossier, own in away.items() for begin, end in own]
    columns = list(zip(*spans, strict=True)) or [(), (), ()]
    types = (pa.int64(), INSTANT, INSTANT)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    return AwayTimes.of(pa.table(arrays, ["dossier", "from_at", "to_at"]))


TICKS = st.integers(140, 360)
STEPS = st.builds(
    lambda dossier, activity, officer, start, length: Drawn(dossier, activity, officer, start, start + length),
    st.integers(0, 5),
    st.sampled_from("ABC"),
    st.sampled_from(["An", "An", "Bình", None]),
    TICKS,
    st.sampled_from([0, 0, 1, 2, 5, 20]),
)
LOGS = st.lists(STEPS, min_size=1, max_size=40)


@st.composite
def back_to_back(draw: st.DrawFn) -> list[Drawn]:
    """A log in which work often follows work at once, as it does in a busy office."""
    ready, log = {"An": 150, "Bình": 170}, []
    free = dict(ready)
    for number in range(draw(st.integers(2, 25))):
        officer = draw(st.sampled_from(["An", "Bình"]))
        start = free[officer] + draw(st.sampled_from([0, 0, 0, 0, 1, 2, 3, 30]))
        free[officer] = start + draw(st.sampled_from([0, 1, 3, 8]))
        dossier = draw(st.integers(0, 7)) if draw(st.booleans()) else 100 + number
        log.append(Drawn(dossier, draw(st.sampled_from("AAB")), officer, start, free[officer]))
        if dossier >= 100:
            begun = draw(st.integers(140, start))
            log.append(Drawn(dossier, "received", None, begun, begun))
    return log


@st.composite
def times_away(draw: st.DrawFn) -> dict[int, list[tuple[int, int]]]:
    """Up to two stretches a dossier that do not overlap."""
    found = {}
    for dossier in draw(st.sets(st.integers(0, 5), max_size=3)):
        bounds = sorted(draw(st.sets(TICKS, min_size=4, max_size=4)))
        found[dossier] = [(bounds[0], bounds[1]), (bounds[2], bounds[3])]
    return found


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=150, deadline=None)
@given(log=LOGS | back_to_back(), away=times_away())
def test_as_told_tick_by_tick(office, rule, log, away):
    steps = Steps.of(table(log), by_start=rule == "kronos")
    waits = analyse(steps, office, rule=rule, away=away_times(away))
    expected = told(log, rule, away)

    identity = steps.identity[waits.row]
    assert sorted(identity.tolist()) == list(range(len(log)))
    for place, (row, index) in enumerate(zip(waits.row, identity, strict=True)):
        one = expected[index]
        source = waits.enabled.source[row]
        assert waits.enabled.at_us[row] == np.datetime64(at(one.enabled).replace(tzinfo=None), "us").astype(int)
        assert (None if source < 0 else log[steps.identity[source]].end) == (
            None if one.source is None else log[one.source].end
        )
        assert waits.batched[place] == one.batched
        assert {cause: waits.causes[cause].elapsed[place] / TICK_US for cause in CAUSES} == one.ticks
        assert {cause: waits.causes[cause].working[place] / TICK_US for cause in CAUSES} == one.working
    for part in ("elapsed", "working"):
        whole = sum(getattr(waits.causes[cause], part) for cause in CAUSES)
        assert np.array_equal(whole, getattr(waits.whole, part))


@settings(max_examples=100, deadline=None)
@given(log=st.lists(STEPS, max_size=60))
def test_concurrency_is_as_counted_one_by_one(log):
    found = concurrency(Steps.of(table(log)))
    assert {(first, second) for _, first, second in found.pairs} == concurrent(log)

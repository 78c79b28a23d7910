"""Bottlenecks on drawn logs: what is lost, ranked and scaled; workload over time; who hands over to whom."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from drawn_waiting import told
from mining.bottlenecks.measure import (
    Bootstrap,
    BottleneckError,
    Period,
    clusters,
    intervals,
    lost_us,
    months,
    numbered,
    weeks,
)
from mining.bottlenecks.ranking import GRAINS, LOSING, bottleneck_part, bottlenecks
from mining.bottlenecks.workload import hand_overs, workload

QUEUE = """
    1 receive lan 08:00 08:30 procedure=birth unit=A role=desk
    2 receive lan 08:30 09:00 procedure=birth unit=A role=desk
    3 receive lan 09:00 09:30 procedure=land  unit=A role=desk
    1 check   an  09:00 11:00 procedure=birth unit=B role=clerk
    2 check   an  11:00 12:00 procedure=birth unit=B role=clerk
    3 check   an  13:00 14:00 procedure=land  unit=B role=clerk
    1 sign    bo  1/08:00 1/08:30 procedure=birth unit=A role=leader
"""
"""Check of 1 waits 30 minutes for nothing, of 2 two hours for 1, of 3 two and a half office hours for both."""


def hours(drawing: str, by: str) -> dict[tuple[str | None, ...], float]:
    rows = bottlenecks(told(drawing), by).rows
    return {tuple(row.key.values()): row.lost_hours for row in rows}


def test_the_working_hours_lost_are_ranked_at_any_grain() -> None:
    # sign waits from Monday 11:00 to Tuesday 08:00: one hour before the break, four after it
    assert hours(QUEUE, "step") == {("birth", "sign"): 5.0, ("birth", "check"): 2.5, ("land", "check"): 2.5}
    assert hours(QUEUE, "unit") == {("A",): 5.0, ("B",): 5.0}
    assert hours(QUEUE, "officer_role") == {("A", "leader"): 5.0, ("B", "clerk"): 5.0}
    assert hours(QUEUE, "hand_over") == {("A", "desk", "B", "clerk"): 5.0, ("B", "clerk", "A", "leader"): 5.0}
    assert hours(QUEUE, "procedure") == {("birth",): 7.5, ("land",): 2.5}


def test_the_hour_is_that_of_viet_nam_in_which_work_became_ready() -> None:
    assert hours(QUEUE, "hour") == {
        ("1-mon-18",): 5.0,  # 11:00 UTC
        ("1-mon-16",): 2.0 + 2.5,  # 09:00 and 09:30 UTC
        ("1-mon-15",): 0.5,
    }


def test_shares_by_cause_add_up() -> None:
    for grain in GRAINS:
        found = bottlenecks(told(QUEUE), grain)
        assert sum(row.share for row in found.rows) == pytest.approx(1)
        assert all(sum(row.by_cause.values()) == pytest.approx(1) for row in found.rows)
        assert all(set(row.by_cause) == set(LOSING) for row in found.rows)
    check = next(row for row in bottlenecks(told(QUEUE)).rows if row.key["procedure"] == "land")
    assert check.by_cause["contention"] == pytest.approx(1.0)
    assert check.top_cause == "contention"


def test_the_citizens_time_is_not_lost() -> None:
    drawing = "1 receive lan 08:00 08:30 procedure=p\n1 check an 11:00 12:00 procedure=p"
    (row,) = bottlenecks(told(drawing, away=[("1", "08:30", "10:30")])).rows
    assert row.lost_hours == pytest.approx(0.5)


def test_a_week_at_least_is_scaled_to_a_year() -> None:
    log = told(QUEUE)
    found = bottlenecks(log)
    assert found.period == Period(datetime(2025, 1, 6, 8, tzinfo=UTC), datetime(2025, 1, 7, 8, 30, tzinfo=UTC))
    assert found.total.estimate == pytest.approx(10.0 * 365.25 / 7)
    assert found.total.low is None
    year = Period(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 12, 31, 6, tzinfo=UTC))
    assert year.a_year == pytest.approx(365.25 / 365.25)


def test_the_steps_behind_a_bottleneck_are_those_that_it_rests_on() -> None:
    log = told(QUEUE)
    for grain in GRAINS:
        for row in bottlenecks(log, grain).rows:
            part = bottleneck_part(log, row.key)
            assert len(part.places) == row.steps
            assert lost_us(part).sum() / 3.6e9 == pytest.approx(row.lost_hours)
    assert len(bottleneck_part(log, {"unit": "nowhere"}).places) == 0


def test_the_trend_is_the_slope_of_the_monthly_means() -> None:
    lines = [
        f"{month}{number} receive lan {day}/08:00 {day}/08:30 procedure=p\n"
        f"{month}{number} check an {day}/{9 + month}:00 {day}/{9 + month}:30 procedure=p"
        for month, day in enumerate((0, 28, 56))
        for number in range(2)
    ]
    (row,) = [one for one in bottlenecks(told("\n".join(lines))).rows if one.key["target_activity"] == "check"]
    assert [one.month for one in row.months] == [date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)]
    assert row.slope is not None
    assert row.slope.estimate == pytest.approx(1.0)
    assert bottlenecks(told(QUEUE)).rows[0].slope is None


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    dice, held = np.random.default_rng(5), 0
    bootstrap = Bootstrap(replicates=400)
    for _ in range(200):
        sums = dice.poisson(20, (30, 1)).astype(float)
        (found,) = intervals(sums.sum(axis=0), 1.0, bootstrap, sums)
        held += (found.low or 0) <= 600 <= (found.high or 0)
    assert 180 <= held <= 198


def test_days_are_drawn_where_weeks_are_too_few_and_nothing_where_they_are_too() -> None:
    day = 86_400_000_000
    for apart in (day, 7 * day):
        drawn = clusters(np.arange(8) * apart, Bootstrap())
        assert drawn is not None
        assert drawn.tolist() == list(range(8))
    assert clusters(np.arange(7) * day, Bootstrap()) is None
    with pytest.raises(BottleneckError, match="100 or more"):
        Bootstrap(replicates=10)


def test_weeks_begin_on_monday_in_viet_nam() -> None:
    sunday, monday = (
        np.datetime64(text, "us").astype(np.int64).reshape(1) for text in ("2025-01-05T16:59", "2025-01-05T17:00")
    )
    assert weeks(monday)[0] - weeks(sunday)[0] == 1
    assert months(np.array([np.datetime64("2025-01-31T17:00", "us").astype(np.int64)]))[0] == 55 * 12 + 1


def test_numbers_stand_for_combinations_however_wide_their_range() -> None:
    narrow = numbered([np.array([0, 1, 0, 1]), np.array([5, 5, 5, 6])], 4)
    wide = numbered([np.array([0, 1, 0, 1]), np.array([5, 5, 5, 6]) * 10**9], 4)
    assert list(narrow) == list(wide) == [0, 1, 0, 2]


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(BottleneckError, match="no grain"):
        bottlenecks(told(QUEUE), "moon")
    with pytest.raises(BottleneckError, match="day or week"):
        workload(told(QUEUE), every="year")  # type: ignore[arg-type]
    with pytest.raises(BottleneckError, match="hands nothing over"):
        hand_overs(told(QUEUE), "moon")  # type: ignore[arg-type]


def test_the_workload_of_a_day_adds_up() -> None:
    rows = workload(told(QUEUE), ("target_activity",), every="day")
    sign = [row for row in rows if row.key == {"target_activity": "sign"}]
    assert [(row.period_start.day, row.arrivals, row.starts, row.completions, row.queue) for row in sign] == [
        (6, 1, 0, 0, 1),
        (7, 0, 1, 1, 0),
    ]
    assert sum(row.completions for row in rows) == len(told(QUEUE).places)
    assert all(row.in_work == 0 for row in rows)
    (week,) = workload(told(QUEUE), ("unit",), every="week")[:1]
    assert (week.period_start, week.arrivals, week.completions) == (date(2025, 1, 6), 4, 4)


def test_the_network_has_the_hand_overs_and_their_waits() -> None:
    first, second = hand_overs(told(QUEUE), "unit")
    assert (first.source, first.target, first.steps) == ("B", "A", 1)
    assert (second.source, second.target, second.steps, second.dossiers) == ("A", "B", 3, 3)
    assert second.waiting.working_us == 5 * 3_600_000_000
    assert second.lost_hours_a_year == pytest.approx(5 * 365.25 / 7)
    assert len(hand_overs(told("1 a lan 08:00 09:00 unit=A\n1 b lan 09:00 09:30 unit=A"), "unit")) == 0

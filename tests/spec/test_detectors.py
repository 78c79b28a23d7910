"""Each detector on two drawn logs: one that has what it looks for, and one that does not."""

from collections.abc import Callable, Iterator

import duckdb
import numpy as np
import pytest
from scipy import stats

from drawn_days import OFFICE, SETTINGS, days, searched, step
from drawn_logs import CALENDARS, at, drawn, identity
from mining.bottlenecks.ranking import bottlenecks
from mining.opportunities import limits
from mining.opportunities.ranking import DETECTORS, opportunities, opportunity_dossiers
from mining.opportunities.settings import OpportunityError, Settings
from mining.opportunities.values import Opportunity
from mining.slice import Slice
from mining.units_compared.comparison import compare_units
from mining.waiting.answers import waiting_log, within
from mining.waiting.desks import Availability
from mining.working_time.calendar import Calendar
from mining.working_time.calendar_file import public_sector, read_week
from mining.working_time.worktime import WorkingTime

Clock = Callable[..., str]
DESK = "role=desk unit=A status=2"


def piled_up(number: int, at: Clock) -> Iterator[str]:
    for one in range(4):
        yield step(f"x{number}-{one}", "receive", "lan", (at(f"08:{one}0"), at(f"08:{one}9")), DESK)
        yield step(
            f"x{number}-{one}", "sign", "boss", (at(f"15:{one}0"), at(f"15:{one}9")), "role=leader unit=A status=9"
        )


def at_once(number: int, at: Clock) -> Iterator[str]:
    for one in range(4):
        yield step(f"x{number}-{one}", "receive", "lan", (at(f"{one + 7:02}:00"), at(f"{one + 7:02}:09")), DESK)
        times = at(f"{one + 7:02}:12"), at(f"{one + 7:02}:20")
        yield step(f"x{number}-{one}", "sign", "boss", times, "role=leader unit=A status=9")


def overloaded(number: int, at: Clock) -> Iterator[str]:
    for one, (begin, end) in enumerate(
        (("07:10", "09:00"), ("09:00", "11:30"), ("13:30", "15:00"), ("15:00", "17:00"))
    ):
        yield step(f"x{number}-{one}", "receive", "lan", (at("07:00"), at(f"07:0{one + 1}")), DESK)
        yield step(f"x{number}-{one}", "check", "an", (at(begin), at(end)), "role=clerk unit=A status=9")


def all_at_once(number: int, at: Clock) -> Iterator[str]:
    for one in range(4):
        yield step(f"x{number}-{one}", "receive", "lan", (at("07:00"), at(f"07:0{one + 1}")), DESK)
        yield step(f"x{number}-{one}", "check", "an", (at("07:10"), at("16:50")), "role=clerk unit=A status=9")


def last_in_first_out(number: int, at: Clock) -> Iterator[str]:
    for one, begin in enumerate(("10:00", "09:00", "07:30")):
        yield step(f"x{number}-{one}", "receive", "lan", (at("07:00"), at(f"07:{one + 1}0")), DESK)
        end = {"10:00": "10:30", "09:00": "10:00", "07:30": "09:00"}[begin]
        yield step(f"x{number}-{one}", "check", "an", (at(begin), at(end)), "role=clerk unit=A status=9")


def first_in_first_out(number: int, at: Clock) -> Iterator[str]:
    for one, (begin, end) in enumerate((("07:30", "09:00"), ("09:00", "10:00"), ("10:00", "10:30"))):
        yield step(f"x{number}-{one}", "receive", "lan", (at("07:00"), at(f"07:{one + 1}0")), DESK)
        yield step(f"x{number}-{one}", "check", "an", (at(begin), at(end)), "role=clerk unit=A status=9")


def waits_for(days_later: int, activity: str = "check", before: str = "receive") -> Callable[..., Iterator[str]]:
    def day(number: int, at: Clock) -> Iterator[str]:
        yield step(f"x{number}", "receive", "lan", (at("08:00"), at("08:30")), DESK)
        last = at("08:30")
        if before != "receive":
            yield step(f"x{number}", before, "bo", (last, at("08:40")), "role=leader unit=A")
        times = at("08:45", days_later), at("09:00", days_later)
        yield step(f"x{number}", activity, "an", times, "role=clerk unit=A status=9")

    return day


def asked_for_papers(every: int) -> Callable[..., Iterator[str]]:
    def day(number: int, at: Clock) -> Iterator[str]:
        yield step(f"x{number}", "receive", "lan", (at("08:00"), at("08:30")), DESK)
        yield step(f"x{number}", "check", "an", (at("08:30"), at("10:00")), "role=clerk unit=A")
        if number % every == 0:
            yield f"x{number} {at('10:05')} - status=5"
            yield f"x{number} {at('10:00', 2)} - status=4"
            yield step(f"x{number}", "check", "an", (at("14:00", 2), at("16:00", 2)), "role=clerk unit=A")
        yield step(f"x{number}", "sign", "bo", (at("16:10", 2), at("16:20", 2)), "role=leader unit=A status=9")

    return day


def back_and_forth(every: int) -> Callable[..., Iterator[str]]:
    def day(number: int, at: Clock) -> Iterator[str]:
        yield step(f"x{number}", "receive", "lan", (at("08:00"), at("08:30")), DESK)
        for turn in range(2 if number % every == 0 else 1):
            yield step(
                f"x{number}", "check", "an", (at(f"{9 + turn:02}:00"), at(f"{9 + turn:02}:30")), "role=clerk unit=A"
            )
            yield step(
                f"x{number}", "review", "bo", (at(f"{9 + turn:02}:30"), at(f"{9 + turn:02}:40")), "role=head unit=A"
            )
        yield step(f"x{number}", "sign", "vu", (at("11:00"), at("11:10")), "role=leader unit=A status=9")

    return day


def one_after_the_other(swapped: bool) -> Callable[..., Iterator[str]]:
    dice = np.random.default_rng(1)

    def day(number: int, at: Clock) -> Iterator[str]:
        yield step(f"x{number}", "receive", "lan", (at("07:00"), at("07:30")), DESK)
        two = [("ask tax", "tax", "T"), ("ask police", "pol", "P")]
        if swapped and number % 2:
            two.reverse()
        for (activity, officer, unit), hour in zip(two, (8, 14), strict=True):
            end = at(f"{hour + 1:02}:{dice.integers(10, 59)}")
            more = f"role=partner unit={unit}"
            yield step(f"x{number}", activity.replace(" ", "_"), officer, (at(f"{hour:02}:00"), end), more)
        yield step(f"x{number}", "check", "an", (at("16:10"), at("16:30")), "role=clerk unit=A status=9")

    return day


def by_unit(slow: float) -> Callable[..., Iterator[str]]:
    dice = np.random.default_rng(2)

    def day(number: int, at: Clock) -> Iterator[str]:
        for unit in "ABCDE":
            minutes = int(40 * (slow if unit == "D" else 1) * dice.uniform(0.7, 1.3))
            name = f"x{number}-{unit}"
            yield step(name, "receive", f"lan{unit}", (at("08:00"), at("08:10")), f"role=desk unit={unit} status=2")
            times = at("08:10"), at(f"{8 + (10 + minutes) // 60:02}:{(10 + minutes) % 60:02}")
            yield step(name, "check", f"an{unit}", times, f"role=clerk unit={unit} status=9")

    return day


def by_channel(online: float) -> Callable[..., Iterator[str]]:
    dice = np.random.default_rng(3)

    def day(number: int, at: Clock) -> Iterator[str]:
        for channel, hour in (("online", 8), ("counter", 14)):
            minutes = int(80 * (online if channel == "online" else 1) * dice.uniform(0.8, 1.2))
            name, more = f"x{number}-{channel}", f"role=desk unit=A channel={channel}"
            yield step(name, "receive", "lan", (at(f"{hour:02}:00"), at(f"{hour:02}:10")), f"{more} status=2")
            times = at(f"{hour:02}:10"), at(f"{hour + (10 + minutes) // 60:02}:{(10 + minutes) % 60:02}")
            yield step(name, "check", "an", times, f"role=clerk unit=A channel={channel} status=9")

    return day


def typed_twice(times: int) -> Callable[..., Iterator[str]]:
    def day(number: int, at: Clock) -> Iterator[str]:
        for one in range(3):
            more = f"{DESK} source_system=old"
            yield step(f"x{number}-{one}", "receive", "lan", (at(f"08:{one}0"), at(f"08:{one}5")), more)
            if one < times:
                yield f"x{number}-{one} {at(f'08:{one}9')} receive officer=lan role=desk unit=A source_system=new"
            more = "role=clerk unit=A source_system=old status=9"
            yield step(f"x{number}-{one}", "check", "an", (at(f"09:{one}0"), at(f"09:{one}9")), more)

    return day


AFTERNOONS = WorkingTime.of(Calendar(code="afternoons", week=read_week({"monday-friday": [("13:30", "17:00")]})))
PART_TIME = Availability(CALENDARS, {str(identity("an")): AFTERNOONS})
FULL_TIME = Availability(CALENDARS, {str(identity("an")): WorkingTime.of(public_sector())})


def after_lunch(number: int, at: Clock) -> Iterator[str]:
    yield step(f"x{number}", "receive", "lan", (at("08:00"), at("08:30")), DESK)
    yield step(f"x{number}", "check", "an", (at("13:30"), at("14:00")), "role=clerk unit=A status=9")


@pytest.mark.parametrize(
    ("kind", "has", "has_not", "key"),
    [
        ("batching", piled_up, at_once, ("A", "leader")),
        ("contention", overloaded, at_once, ("A", "clerk")),
        ("prioritization", last_in_first_out, first_in_first_out, ("A", "clerk")),
        ("agency", waits_for(8), waits_for(1), ("1.000001", "check")),
        ("supplements", asked_for_papers(2), asked_for_papers(5), ("1.000001",)),
        ("ping_pong", back_and_forth(2), back_and_forth(10), ("1.000001", "A")),
        ("sequential", one_after_the_other(swapped=False), one_after_the_other(swapped=True), None),
        ("unit_gap", by_unit(1.8), by_unit(1.0), ("1.000001", "D")),
        ("channel", by_channel(0.4), by_channel(0.95), ("1.000001",)),
        ("two_systems", typed_twice(2), typed_twice(0), ("A",)),
        ("signing", waits_for(3, "sign"), waits_for(0, "sign"), ("A", "clerk")),
        ("idle_return", waits_for(3, "stamp", "sign"), waits_for(0, "stamp", "sign"), ("A", "stamp")),
    ],
)
def test_a_detector_finds_what_is_there_and_nothing_else(kind: str, has: object, has_not: object, key: object) -> None:
    cursor = days(has)  # type: ignore[arg-type]
    found = searched(cursor, kind)
    assert [row.kind for row in found.rows] == [kind]
    (row,) = found.rows
    assert key is None or tuple(row.key.values()) == key
    holds(row)
    behind = opportunity_dossiers(row)
    assert len(behind) == row.dossiers
    assert behind.hours.sum() * found.period.a_year == pytest.approx(row.hours_a_year.estimate)
    assert searched(days(has_not), kind).rows == ()  # type: ignore[arg-type]


def holds(row: Opportunity) -> None:
    """What is true of every opportunity."""
    assert row.hours_a_year.low is not None
    assert row.hours_a_year.high is not None
    assert row.hours_a_year.low <= row.hours_a_year.estimate <= row.hours_a_year.high
    assert 0 <= row.net_hours_a_year <= row.hours_a_year.estimate * (1 + 1e-9)
    assert row.q_value <= 0.05
    assert row.heuristic_en
    assert row.heuristic_vi
    assert "{" not in row.evidence_vi + row.evidence_en
    assert row.name_vi != row.name_en


def test_work_on_several_dossiers_at_once_counts_once_and_tells_no_load() -> None:
    assert searched(days(all_at_once), "contention").rows == ()
    (row,) = searched(days(overloaded), "contention").rows
    assert row.facts["load"] == pytest.approx(470 / 480, abs=0.02)  # from 07:10 to 17:00 but for lunch
    assert row.facts["officers"] == 1.0


def test_a_pool_is_judged_by_all_of_its_work_whatever_part_is_searched() -> None:
    cursor = days(overloaded)
    log = waiting_log(cursor, OFFICE)
    half = within(cursor, log, Slice(received_from=at("2025-06-02T00:00")))
    whole, part = (opportunities(cursor, one, OFFICE, SETTINGS, kinds=["contention"]).rows[0] for one in (log, half))
    assert part.facts == whole.facts
    assert (whole.dossiers, part.dossiers) == (120, 60)  # the first of a day does not queue
    assert part.hours_a_year.estimate == pytest.approx(whole.hours_a_year.estimate / 2, rel=0.02)


def test_an_officer_who_is_there_in_the_afternoon_only() -> None:
    cursor = days(after_lunch)
    (row,) = searched(cursor, "unavailability", availability=PART_TIME).rows
    holds(row)
    assert row.facts["mean_hours"] == pytest.approx(3.0)  # 08:30 to 11:30
    assert searched(cursor, "unavailability", availability=FULL_TIME).rows == ()
    assert searched(cursor, "unavailability", availability=OFFICE).rows == ()


def decided(number: int, at: Clock) -> Iterator[str]:
    for one in range(10):
        procedure = f"procedure=1.00000{1 + one % 2}"
        name = f"{'xy'[one % 2]}{number}-{one}"
        yield step(name, "receive", "lan", (at(f"07:{one * 2:02}"), at(f"07:{one * 2 + 1:02}")), f"{DESK} {procedure}")
        times = at(f"08:{one * 4:02}"), at(f"08:{one * 4 + 3:02}")
        yield step(name, "assess", "an", times, f"role=clerk unit=A {procedure}")
        times = at(f"09:{one * 4:02}"), at(f"09:{one * 4 + 3:02}")
        yield step(name, "approve", "bo", times, f"role=head unit=A {procedure}")
        times = at(f"10:{one * 4:02}"), at(f"10:{one * 4 + 3:02}")
        yield step(name, "hand_over", "vu", times, f"role=clerk unit=A status=9 {procedure}")


def told(cursor: duckdb.DuckDBPyConnection, procedure: str, activity: str, refused_every: int) -> None:
    """Write outcomes: every so many of an activity are refused, and so is what follows in the dossier."""
    values = {"procedure": procedure, "activity": activity, "every": refused_every}
    cursor.execute(OUTCOMES, values)


OUTCOMES = """
WITH refused AS (
    SELECT dossier, occurred_at FROM event
    WHERE procedure = $procedure AND activity = $activity
    QUALIFY row_number() OVER (ORDER BY event_no) % $every = 0
)
UPDATE event SET outcome = if(
    dossier IN (SELECT dossier FROM refused WHERE refused.occurred_at <= event.occurred_at), 'refused', 'approved'
)
WHERE procedure = $procedure AND occurred_at >= (
    SELECT min(one.occurred_at) FROM event AS one WHERE one.dossier = event.dossier AND one.activity = $activity
)
"""


@pytest.mark.parametrize(
    ("refused_every", "keys"), [(10**6, [{"procedure": "1.000001", "activity": "approve"}]), (12, [])]
)
def test_an_approval_that_never_refuses_beside_one_that_does(refused_every: int, keys: list[dict[str, str]]) -> None:
    cursor = days(decided)
    told(cursor, "1.000001", "approve", refused_every)
    told(cursor, "1.000002", "approve", 10)
    found = searched(cursor, "approval").rows
    assert [row.key for row in found] == keys
    for row in found:
        holds(row)
        assert (row.steps, row.facts["count"], row.facts["usual"]) == (200, 200, 0.1)


def test_outcomes_that_nobody_tells_are_no_approval() -> None:
    assert searched(days(decided), "approval", "knock_out").rows == ()


def late_check(number: int, at: Clock) -> Iterator[str]:
    for one in range(3):
        procedure = "procedure=1.000001"
        name = f"x{number}-{one}"
        yield step(name, "receive", "lan", (at(f"07:{one * 2:02}"), at(f"07:{one * 2 + 1:02}")), DESK)
        begin, end = (("07:10", "08:10"), ("08:10", "09:10"), ("09:10", "10:10"))[one]
        yield step(name, "inspect", "an", (at(begin), at(end)), f"role=clerk unit=A {procedure}")
        yield step(name, "register", "bo", (at(f"11:{one}0"), at(f"11:{one}5")), f"role=head unit=A {procedure}")
        yield step(name, "hand_over", "vu", (at(f"14:{one}0"), at(f"14:{one}5")), "role=desk unit=A status=9")


@pytest.mark.parametrize(("refused_every", "count"), [(4, 1), (60, 0)])
def test_a_cheap_check_that_refuses_much_after_a_dear_one(refused_every: int, count: int) -> None:
    cursor = days(late_check)
    told(cursor, "1.000001", "register", refused_every)
    found = searched(cursor, "knock_out").rows
    assert len(found) == count
    for row in found:
        holds(row)
        assert row.key == {"procedure": "1.000001", "activity": "register"}
        assert row.facts["share"] == pytest.approx(0.25)
        assert row.dossiers == 30
        worked = row.hours_a_year.estimate - row.wait_hours_a_year
        assert worked == pytest.approx(30 * searched(cursor, "knock_out").period.a_year)


def takes_an_hour(number: int, at: Clock) -> Iterator[str]:
    for one in range(4):
        yield step(f"x{number}-{one}", "receive", "lan", (at(f"08:0{one}"), at(f"08:0{one + 1}")), DESK)
        yield step(
            f"x{number}-{one}", "check", "an", (at(f"08:{one}5"), at(f"09:0{one}")), "role=clerk unit=A status=9"
        )


@pytest.mark.parametrize(("limit", "proposed"), [(3.0, 0.5), (0.5, None)])
def test_a_limit_far_above_need_and_the_one_that_would_do(limit: float, proposed: float | None) -> None:
    cursor = days(takes_an_hour)
    cursor.execute(
        "INSERT INTO approved_process VALUES ('p', '1.000001', NULL, NULL, '1', 'QD', '2020-01-01', NULL, $limit,"
        " 'working_days', 8 * $limit, 8 * $limit, [])",
        {"limit": limit},
    )
    found = searched(cursor, "limit")
    assert [row.facts["proposed"] for row in found.limits] == ([] if proposed is None else [proposed])
    for row in found.limits:
        assert row.nominal
        assert row.key == {"procedure": "1.000001", "process_key": "p", "limit_unit": "working_days"}
        assert row.hours_a_year.estimate == pytest.approx(160 * 20 * found.period.a_year)
        assert (row.facts["kept"], row.net_hours_a_year) == (1.0, 0.0)
        assert "3 ngày làm việc có thể giảm còn 0,5" in row.evidence_vi
        assert "3 working days could be 0.5" in row.evidence_en
    assert found.rows == ()
    assert found.potential.estimate == 0.0


def test_a_proposed_limit_is_kept_by_as_many_as_asked() -> None:
    dice = np.random.default_rng(1)
    kept = []
    for _ in range(200):
        need = dice.lognormal(1, 0.5, 400)
        proposed = limits.least_limit(need, np.ones(400, np.bool_), (40.0, 0.5), 0.95)
        kept.append(float(stats.norm.cdf((np.log(proposed) - 1) / 0.5)))
    assert np.mean(np.array(kept) >= 0.95) >= 0.93
    assert np.mean(kept) < 0.985


def test_too_few_dossiers_propose_no_limit_and_open_ones_that_took_longer_count() -> None:
    need = np.full(58, 1.0)
    assert limits.least_limit(need, np.ones(58, np.bool_), (5.0, 0.5), 0.95) == 5.0
    more = np.append(np.full(60, 1.0), np.full(30, 3.0))
    assert limits.least_limit(more, np.arange(90) < 60, (5.0, 0.5), 0.95) == 5.0
    assert limits.least_limit(more[:60], np.ones(60, np.bool_), (5.0, 0.5), 0.95) == 1.0


def test_overlaps_are_counted_once() -> None:
    """Signing in a sitting after days: batching and slow signing both claim the same hours."""

    def day(number: int, at: Clock) -> Iterator[str]:
        for one in range(4):
            yield step(f"x{number}-{one}", "receive", "lan", (at(f"08:{one}0"), at(f"08:{one}9")), DESK)
            minute, later = 4 * (number % 3 * 4 + one), 2 - number % 3
            times = at(f"15:{minute:02}", later), at(f"15:{minute + 4:02}", later)
            yield step(f"x{number}-{one}", "sign", "boss", times, "role=leader unit=A status=9")

    cursor = days(day, 39)
    found = searched(cursor)
    kinds = {row.kind for row in found.rows}
    assert {"batching", "signing"} <= kinds
    assert sum(row.net_hours_a_year for row in found.rows) == pytest.approx(found.potential.estimate)
    assert found.potential.estimate <= (found.waiting_hours_a_year + found.processing_hours_a_year) * (1 + 1e-9)
    assert sum(row.hours_a_year.estimate for row in found.rows) > found.potential.estimate * 1.2
    greatest = max(row.hours_a_year.estimate for row in found.rows)
    assert found.rows[0].net_hours_a_year == pytest.approx(greatest)


def test_words_have_the_numbers_as_each_language_writes_them() -> None:
    (row,) = searched(days(piled_up), "batching").rows
    assert row.evidence_en.startswith("100% of the steps (160)")
    assert row.evidence_vi.startswith("100% số bước (160)")
    mean = f"{row.facts['mean_hours']:.1f}"
    assert mean in row.evidence_en
    assert mean.replace(".", ",") in row.evidence_vi


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(OpportunityError, match="no kind of opportunity"):
        searched(days(at_once, 3), "moon")
    with pytest.raises(OpportunityError, match="between 0 and 1"):
        Settings(contention_load=2)
    with pytest.raises(OpportunityError, match="below 0"):
        Settings(least_hours=-1)
    assert len(DETECTORS) == 16


def test_one_dossier_is_no_opportunity() -> None:
    def once(number: int, at: Clock) -> Iterator[str]:
        yield step("x", "receive", "lan", (at("08:00"), at("08:30")), DESK)

    assert searched(days(once, 1), settings=SETTINGS).rows == ()


@pytest.mark.parametrize(
    "drawing",
    [
        "a 03T08:00 receive\na 03T09:00 check",
        "a 03T08:00 receive role=desk\nb 03T08:00 receive role=desk\na 03T08:00 check\nb 03T08:00 check",
        "a 03T08:00 receive started=03T09:00 officer=lan\na 03T10:00 check officer=lan",
    ],
    ids=["no officers and no starts", "all at the same time", "start after the end"],
)
def test_what_cannot_be_told_is_left_out(drawing: str) -> None:
    cursor = drawn(drawing)
    found = searched(cursor)
    assert found.rows == ()
    assert found.limits == ()
    assert found.reasons
    log = waiting_log(cursor, OFFICE)
    assert compare_units(cursor, log).rows == ()
    assert len(bottlenecks(log).rows) <= 2

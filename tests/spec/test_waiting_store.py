"""Why the dossiers of a store waited: slices, transitions, the dossiers behind them, and what new events touch."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from drawn_waiting import hours
from ingest.sources import open_log
from mining.clocks.clock import Calendars, HeldTime
from mining.derive import refresh
from mining.slice import Slice
from mining.waiting import findings
from mining.waiting.answers import (
    concurrent_activities,
    longest_waits,
    read_steps,
    touched_officers,
    waiting_log,
    within,
)
from mining.waiting.desks import Availability
from mining.waiting.enablement import concurrency
from mining.waiting.steps import WaitingError
from mining.working_time.calendar_file import public_sector
from mining.working_time.worktime import WorkingTime
from real_logs import real_log

DAY_ZERO = datetime(2025, 1, 6, tzinfo=UTC)
ALL_DAY = Availability(Calendars(hours(("00:00", "24:00"))))

DRAWN = """
    1 receive start    0   procedure=birth unit=A role=desk officer=lan status=2
    1 receive complete 10  procedure=birth unit=A role=desk officer=lan
    1 check   start    30  unit=A role=clerk officer=an
    1 check   complete 60  unit=A role=clerk officer=an
    2 receive start    10  procedure=land unit=B role=desk officer=lan status=2
    2 receive complete 20  procedure=land unit=B role=desk officer=lan
    2 check   start    60  unit=B role=clerk officer=an
    2 check   complete 90  unit=B role=clerk officer=an
    3 receive start    40  procedure=birth unit=A role=desk officer=lan status=2
    3 receive complete 50  procedure=birth unit=A role=desk officer=lan
    3 -       complete 60  status=5
    3 -       complete 80  status=4
    3 check   start    95  unit=A role=clerk officer=an
    3 check   complete 99  unit=A role=clerk officer=an
"""


def seconds(**minutes):
    return {
        cause: HeldTime(minutes.get(cause, 0) * 60_000_000, minutes.get(cause, 0) * 60_000_000)
        for cause in findings.CAUSES
    }


@pytest.fixture
def drawn(log):
    log.arrive(DRAWN)
    refresh(log.cursor)
    return log.cursor


def test_an_officers_queue_spans_procedures_and_units(drawn):
    rows = findings.transitions(waiting_log(drawn, ALL_DAY))
    named = {(row.key["procedure"], row.key["unit"], row.key["target_activity"]): row.total for row in rows}
    land = named["land", "B", "check"]
    assert land.waiting == HeldTime(40 * 60_000_000, 40 * 60_000_000)
    assert land.by_cause == seconds(contention=30, extraneous=10)
    assert (land.steps, land.dossiers, land.estimated_share) == (1, 1, 0.0)
    birth = named["birth", "A", "check"]
    assert birth.by_cause == seconds(citizen=20, batching=10, contention=20, extraneous=15)
    assert (birth.steps, birth.dossiers) == (2, 2)


def test_the_longest_comes_first_and_all_rows_add_up_to_the_total(drawn):
    log = waiting_log(drawn, ALL_DAY)
    whole = findings.total(log)
    for by in (findings.ROLES, findings.OFFICERS, ("unit",), ()):
        rows = findings.transitions(log, by)
        waits = [row.total.waiting.elapsed_us for row in rows]
        assert waits == sorted(waits, reverse=True)
        assert sum(waits) == whole.waiting.elapsed_us
        for cause, held in whole.by_cause.items():
            assert sum(row.total.by_cause[cause].working_us for row in rows) == held.working_us
    assert sum(held.elapsed_us for held in whole.by_cause.values()) == whole.waiting.elapsed_us


def test_efficiency_is_processing_of_processing_and_waiting(drawn):
    whole = findings.total(waiting_log(drawn, ALL_DAY))
    assert (whole.processing.elapsed_seconds, whole.waiting.elapsed_seconds) == (94 * 60, 105 * 60)
    assert whole.cte == 94 / 199
    citizen = whole.by_cause["citizen"]
    assert findings.efficiency(whole, citizen) == 94 / 179
    assert findings.gain(whole, citizen) == 94 / 179 - 94 / 199


def test_a_slice_is_told_with_the_queues_of_the_whole_city(drawn):
    log = waiting_log(drawn, ALL_DAY)
    land = findings.total(within(drawn, log, Slice(procedure="land")))
    assert land.by_cause == seconds(contention=30, extraneous=10)
    later = within(drawn, log, Slice(received_from=DAY_ZERO + timedelta(minutes=5)))
    assert findings.total(later).dossiers == 2
    assert findings.total(within(drawn, log, Slice(procedure="none"))).steps == 0


def test_the_dossiers_behind_a_row_come_with_the_longest_wait_first(drawn, identity):
    log = waiting_log(drawn, ALL_DAY)
    key = {"procedure": "birth", "target_activity": "check"}
    first, second = longest_waits(drawn, log, of=key)
    assert (first.dossier, first.waiting.elapsed_seconds) == (identity("3"), 45 * 60)
    assert first.enabled_at == DAY_ZERO + timedelta(minutes=50)
    assert (first.source_activity, first.role, first.unit) == ("receive", "clerk", "A")
    assert first.officer == str(identity("an"))
    assert second.dossier == identity("1")
    assert [one.dossier for one in longest_waits(drawn, log, cause="citizen")] == [identity("3")]
    assert longest_waits(drawn, log, of={"unit": "no such unit"}) == ()
    assert longest_waits(drawn, log, of={"unit": None}) == ()


def test_an_unknown_column_is_refused(drawn):
    with pytest.raises(WaitingError, match="weather is no column to group waiting by; choose from procedure, unit"):
        findings.transitions(waiting_log(drawn, ALL_DAY), ("weather",))


def test_nothing_is_told_of_an_empty_store(log):
    found = waiting_log(log.cursor, ALL_DAY)
    assert findings.total(found).steps == 0
    assert findings.total(found).cte is None
    assert findings.transitions(found) == ()
    assert [one.code for one in found.reasons] == ["no_steps"]
    assert findings.as_table(found).num_rows == 0


def test_one_dossier_without_officers_starts_or_roles(log):
    log.arrive("1 receive complete 10\n1 check complete 70")
    refresh(log.cursor)
    found = waiting_log(log.cursor, ALL_DAY)
    whole = findings.total(found)
    assert (whole.steps, whole.dossiers, whole.estimated_share) == (2, 1, 1.0)
    assert whole.by_cause == seconds()
    assert {one.code for one in found.reasons} == {"estimated_starts", "no_officer", "estimated_without_officer"}
    assert {one.code for one in waiting_log(log.cursor, ALL_DAY, estimate=False).reasons} == {
        "unknown_starts",
        "no_officer",
    }


def test_what_can_be_told_where_some_starts_are_missing_or_after_the_end(log):
    log.arrive("""
        1 receive start 0 officer=lan
        1 receive complete 10 officer=lan
        1 check complete 60 started=70 officer=an
        1 decide complete 99 started=80 officer=an
    """)
    refresh(log.cursor)
    found = waiting_log(log.cursor, ALL_DAY, estimate=False)
    assert findings.total(found).by_cause == seconds(extraneous=20)
    assert [(one.code, one.rows) for one in found.reasons] == [("unknown_starts", 1), ("dropped_starts", 1)]


def test_work_that_was_typed_a_second_time_into_another_system_is_one_step(log):
    log.arrive("""
        1 receive complete 10 started=0 officer=lan source=old
        1 receive complete 17 officer=lan source=new
        1 check complete 60 started=30 officer=an source=old
        2 decide complete 70 started=65 officer=an source=old
        2 decide complete 75 officer=an source=old
    """)
    refresh(log.cursor)
    found = waiting_log(log.cursor, ALL_DAY, estimate=False)
    assert (len(found.steps), found.copies) == (4, 1)
    assert str(found.reasons[-1]) == (
        "1 of all 5 completions were typed a second time into another system: they were left out"
    )
    assert findings.total(found).waiting.elapsed_seconds == 20 * 60, "check is enabled at 10, not at 17"


def test_concurrent_activities_are_counted_without_what_was_typed_a_second_time(log):
    log.arrive("\n".join(made_up(60, random.Random(2))))
    refresh(log.cursor)
    steps = read_steps(log.cursor)
    assert 0 < len(steps) < sum(row[0] for row in log.cursor.execute("SELECT steps FROM dossier").fetchall())
    assert concurrent_activities(log.cursor) == concurrency(steps)
    assert concurrency(steps).pairs


def made_up(dossiers, dice):
    """Lines of a log in which a few officers do a few activities in any order."""
    lines = []
    for dossier in range(dossiers):
        minute = dice.randrange(0, 3000)
        for _ in range(dice.randrange(1, 6)):
            activity, officer = dice.choice("ABCD"), dice.choice(["an", "binh", "chi", "-"])
            minute += dice.randrange(0, 90)
            by = "" if officer == "-" else f" officer={officer}{dossier % 3}"
            known = f" started={minute - dice.randrange(0, 30)}" if dice.random() < 0.7 else ""
            where = f"unit=U{dossier % 2} procedure=P{dossier % 2} source={dice.choice(['old', 'new'])}"
            lines.append(f"{dossier} {activity} complete {minute} {where}{by}{known}")
    return lines


def column_of(log, officers):
    """All that is told of the steps of some officers, by identity."""
    table = findings.as_table(log).to_pylist()
    return {row["identity"]: row for row in table if row["target_officer"] in officers}


@pytest.mark.parametrize("rule", ["strict", "kronos"])
def test_only_the_officers_that_new_events_touch_need_be_told_again(new_log, rule):
    dice = random.Random(1)
    lines = made_up(60, dice)
    log = new_log()
    log.arrive("\n".join(lines))
    watermark = refresh(log.cursor).watermark
    before = waiting_log(log.cursor, ALL_DAY, rule=rule)

    log.arrive("7 B complete 3300 officer=an1 started=3200\n9 A complete 10 officer=binh0 started=5")
    touched = touched_officers(log.cursor, watermark)
    refresh(log.cursor)
    touched |= touched_officers(log.cursor, watermark)
    everybody = {row[0] for row in log.cursor.execute("SELECT DISTINCT officer FROM step").fetchall()} - {None}
    assert 0 < len(touched) < len(everybody)

    after = waiting_log(log.cursor, ALL_DAY, rule=rule)
    assert after.waits.enabled is not None
    names = {str(one) for one in touched}
    others = {str(one) for one in everybody} - names
    if rule == "strict":
        again = waiting_log(log.cursor, ALL_DAY, officers=touched)
        assert column_of(again, names) == column_of(after, names)
        assert not column_of(again, others)
        nobody = column_of(after, {None})
        assert column_of(again, {None}).items() <= nobody.items()
    assert column_of(after, others) == column_of(before, others)


@pytest.mark.parametrize("name", ["receipt.xes.gz", "bpic15_1.xes.gz", "gov_agency_approval.csv.gz"])
def test_concurrent_activities_of_real_logs_are_the_same_in_sql(new_log, name):
    log = real_store(new_log, name)
    found = concurrent_activities(log.cursor)
    assert found == concurrency(read_steps(log.cursor))
    assert found.pairs


@pytest.mark.parametrize("name", ["purchasing_example.csv.gz", "gov_agency_approval.csv.gz", "receipt.xes.gz"])
@pytest.mark.parametrize("rule", ["strict", "kronos"])
def test_waits_of_real_logs_add_up_step_by_step(new_log, name, rule):
    public = Availability(Calendars(WorkingTime.of(public_sector())))
    log = waiting_log(real_store(new_log, name).cursor, public, rule=rule)
    assert len(log.places) == len(log.steps)
    for part in ("elapsed", "working"):
        whole = getattr(log.waits.whole, part)
        parts = [getattr(log.waits.causes[cause], part) for cause in findings.CAUSES]
        assert np.array_equal(sum(parts), whole)
        assert min(one.min() for one in parts) >= 0
        assert whole.sum() > 0
    assert findings.total(log).estimated_share == (1.0 if name == "receipt.xes.gz" else 0.0)


def real_store(new_log, name):
    """A store with a real log, its officers as they are written there, hashed."""
    path: Path = real_log(name)
    table = pa.concat_tables([batch.events for batch in open_log(path).batches()])
    for column in ("dossier", "officer"):
        coded = table[column].combine_chunks().dictionary_encode()
        numbers = [None if code is None else f"{code + 1:032x}" for code in coded.indices.to_pylist()]
        table = table.set_column(table.schema.get_field_index(column), column, pa.array(numbers, pa.string()))
    log = new_log()
    log.append(table.rename_columns({"id": "event_id"}))
    refresh(log.cursor)
    return log

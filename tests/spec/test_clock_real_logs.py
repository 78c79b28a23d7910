"""Real logs: the parts of every clock add up to the whole, and arrival has no say."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ingest.sources import open_log
from mining.clocks.clock import HOLDERS, Calendars, held_times
from mining.derive import refresh
from mining.paths.time_split import time_split
from mining.slice import Slice
from mining.working_time.calendar_file import public_sector
from mining.working_time.worktime import WorkingTime
from real_logs import real_log

CALENDARS = Calendars(WorkingTime.of(public_sector()))
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
CLOCKED = """
SELECT count(*), sum(epoch_us(coalesce(finished_at, $as_of)) - epoch_us(accepted_at))
FROM clock WHERE finished_at IS DISTINCT FROM accepted_at AND accepted_at IS NOT NULL
"""


def events(name: str) -> pa.Table:
    """The events of a log file as columns of the table `event`; statuses are made up, as these logs have none."""
    table = pa.concat_tables([batch.events for batch in open_log(real_log(name)).batches()])
    coded = table["dossier"].combine_chunks().dictionary_encode()
    numbered = pa.array([f"{index:032x}" for index in coded.indices.to_pylist()])
    table = table.set_column(table.schema.get_field_index("dossier"), "dossier", numbered)
    return table.drop_columns(["officer"]).rename_columns({"id": "event_id"})


def with_statuses(table: pa.Table) -> pa.Table:
    """Give most events a status, the same for the same event wherever it stands."""
    chance = random.Random(3)
    statuses = [chance.choice([None, 2, 4, 4, 4, 5, 6, 8, 9, 10, 7]) for _ in range(table.num_rows)]
    return table.set_column(table.schema.get_field_index("status"), "status", pa.array(statuses, pa.int8()))


@pytest.mark.parametrize("made_up", [False, True], ids=["as it is", "with statuses"])
@pytest.mark.parametrize("name", ["receipt.xes.gz", "bpic15_1.xes.gz", "gov_agency_approval.csv.gz"])
def test_agency_citizen_and_suspended_are_the_total(new_log: Callable[[], Any], name: str, made_up: bool) -> None:
    log = new_log()
    log.append(with_statuses(events(name)) if made_up else events(name))
    refresh(log.cursor)
    held = held_times(log.cursor, Slice(), CALENDARS, AS_OF)
    for unit in ("elapsed_us", "working_us"):
        agency, citizen, suspended = (held[f"{holder}_{unit}"] for holder in HOLDERS)
        assert pc.add(pc.add(agency, citizen), suspended) == held[f"total_{unit}"]
    counted = log.cursor.execute(CLOCKED, {"as_of": AS_OF}).fetchone()
    assert (held.num_rows, pc.sum(held["total_elapsed_us"]).as_py()) == counted
    assert time_split(log.cursor, Slice(), CALENDARS, AS_OF).total.elapsed_us == counted[1]


def test_arrival_has_no_say(new_log: Callable[[], Any]) -> None:
    table = with_statuses(events("receipt.xes.gz"))
    order = list(range(table.num_rows))
    random.Random(7).shuffle(order)
    logs = []
    for parts in ([range(table.num_rows)], [order[:3000], order[3000:6000], order[6000:]]):
        log = new_log()
        for part in parts:
            log.append(table.take(list(part)))
            refresh(log.cursor, pass_events=2_000)
        logs.append(log)
    for kept in ("clock", "clock_span", "promise"):
        question = (
            f"SELECT * EXCLUDE ({'first_event_no, cohort' if kept == 'clock' else 'event_no'}) FROM {kept} ORDER BY ALL"
        )
        first, second = (log.cursor.execute(question).to_arrow_table() for log in logs)
        assert first == second
    assert logs[0].cursor.execute("SELECT count(*) > 1000 FROM clock_span").fetchone() == (True,)

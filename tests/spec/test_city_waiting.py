"""Why the dossiers of a simulated city waited: what mining tells from the log, beside what the simulator knows."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ingest.decode import Received, decode
from ingest.pseudonym import Pseudonyms
from ingest.store import IN_MEMORY, Batch, open_store
from little_city import WEEK, little_city, week_hours
from mining.clocks.clock import Calendars
from mining.derive import prepare, refresh
from mining.waiting.answers import waiting_log
from mining.waiting.desks import Availability
from mining.working_time.calendar import Calendar, Slot
from mining.working_time.worktime import WorkingTime
from simulation.city import Delivery
from simulation.hours import HOUR_US
from simulation.run import simulate
from simulation.truth import Truth
from simulation.waiting import CAUSES

SLOTS = tuple(Slot.read(opens, closes) for opens, closes in WEEK)
CALENDAR = Calendar(code="H29", week=(*(SLOTS,) * 5, (), ()), holidays=None)
TOLERANCE = 0.01
"""A share of the whole wait: a log does not tell when the citizen came to fetch a result, nor what a session is."""


@pytest.mark.parametrize("seed", [7, 8])
def test_the_causes_that_the_log_tells_are_the_true_ones(seed: int) -> None:
    city = little_city(1_200, seed=seed, delivery=Delivery(0.0, 1.0, 1.0, 0.0))
    plain = {"records_starts": True, "double_entry": 0.0, "reset_due": 0.0, "reset_finish": 0.0}
    city = replace(city, units=tuple(replace(unit, **plain) for unit in city.units))
    truth = Truth(city, [week_hours()])
    messages = [
        one for block in simulate(city, hours_by_calendar=[week_hours()], truth=truth) for one in block.messages
    ]
    received = [Received(value, place, 0) for place, (_, value) in enumerate(messages)]
    decoded = decode(received, origin="city", now=datetime.now(UTC))
    store = open_store(IN_MEMORY, Pseudonyms(b"a key for tests only"))
    store.commit(Batch(decoded.events, decoded.received_at))
    cursor = store.cursor()
    prepare(cursor)
    refresh(cursor)
    log = waiting_log(cursor, Availability(Calendars(WorkingTime.of(CALENDAR))), estimate=False)
    total = truth.document()["waiting"]["total"]
    for part, told in (("elapsed_hours", "elapsed"), ("working_hours", "working")):
        whole = sum(total[part].values())
        assert whole > 10_000
        for cause in CAUSES:
            mined = getattr(log.waits.causes[cause], told).sum() / HOUR_US
            assert mined == pytest.approx(total[part][cause], abs=TOLERANCE * whole), (part, cause)
    cursor.close()
    store.close()

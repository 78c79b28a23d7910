"""The shipped scenario `small` through ingest: what its events say is what its catalogue says."""

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pytest

from ingest.catalogue_topic import read_unkeyed
from ingest.decode import Received, decode
from ingest.pseudonym import Pseudonyms
from ingest.store import IN_MEMORY, Batch, open_store
from little_city import week_hours
from mining.derive import prepare, refresh
from simulation.building import build_city
from simulation.catalogue import catalogue_messages
from simulation.run import simulate
from simulation.scenario_file import load_scenario

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def cursor() -> Iterator[duckdb.DuckDBPyConnection]:
    """A store with the catalogue and the events of the city."""
    city = build_city(load_scenario("small"), seed=3)
    hours = [week_hours()] * len(city.calendars)
    events = [value for block in simulate(city, hours_by_calendar=hours) for _, value in block.messages]
    decoded = decode([Received(value, place, 0) for place, value in enumerate(events)], origin="city", now=NOW)
    entries = [Received(value, place, 0) for place, (_, value) in enumerate(catalogue_messages(city))]
    stated, refused = read_unkeyed(entries, origin="city")
    assert (decoded.rejected, refused) == ((), ())
    store = open_store(IN_MEMORY, Pseudonyms(b"a key for tests only"))
    store.commit(Batch(decoded.events, decoded.received_at, catalogue=tuple(one.statement for one in stated)))
    cursor = store.cursor()
    prepare(cursor)
    refresh(cursor)
    yield cursor
    cursor.close()
    store.close()


def test_the_version_that_an_event_says_is_the_one_that_the_catalogue_binds(cursor: duckdb.DuckDBPyConnection) -> None:
    cursor.execute(
        "CREATE TEMP TABLE intake AS SELECT dossier, procedure, case_variant, channel, process_version,"
        " (accepted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE AS intake_date"
        " FROM clock JOIN cohort USING (cohort) WHERE accepted_at IS NOT NULL AND finish_kind <> 'refused'"
    )
    found = cursor.execute(
        "SELECT count(*), count(process.version), count_if(process.version = intake.process_version)"
        " FROM intake LEFT JOIN bound_process('intake') AS bound USING (dossier)"
        " LEFT JOIN approved_process AS process USING (process_key)"
    ).fetchall()
    ((dossiers, bound, same),) = found
    assert dossiers == bound > 1_500
    assert same >= 0.999 * dossiers  # one that waits at the desk for long can be taken in under the next version

"""A simulated city in a store: its catalogue, its events, and the truth beside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from api.calendars import OfficeHours
from api.city_hours import opening_hours
from ingest import catalogue_store
from ingest.catalogue import decode_message
from ingest.decode import Received, decode
from ingest.pseudonym import Pseudonyms, load_key
from ingest.store import IN_MEMORY, Batch, Store, open_store
from mining.clocks.clock import Calendars
from mining.derive import prepare, refresh
from simulation.building import build_city
from simulation.catalogue import catalogue_messages
from simulation.city import City
from simulation.run import simulate
from simulation.scenario_file import load_scenario
from simulation.truth import Truth

_NOW = datetime(2026, 11, 22, tzinfo=UTC)
WITHOUT_SESSIONS = 'extends = "small"\nclean = true\n\n[roles.leader]\nsessions = []\n'
"""A town in which nothing is planted, and in which nobody signs in sessions either."""


@dataclass(frozen=True, slots=True)
class CityStore:
    """A city that was run: its store with everything derived, its truth and its office hours."""

    city: City
    store: Store
    cursor: duckdb.DuckDBPyConnection
    truth: Mapping[str, Any]
    calendars: Calendars

    def close(self) -> None:
        """Give up the store."""
        self.cursor.close()
        self.store.close()


def run_city(scenario: str | Path, *, seed: int, dossiers: int | None = None, at: str | Path = IN_MEMORY) -> CityStore:
    """Simulate a city into a store in memory, or in a file that a service may open once it is closed."""
    city = build_city(load_scenario(str(scenario)), seed=seed, dossiers=dossiers)
    hours = opening_hours(city)
    truth = Truth(city, hours)
    key = load_key(at.with_suffix(".key")) if isinstance(at, Path) else b"a key for tests only"
    store = open_store(at, Pseudonyms(key))
    with store.writing() as cursor:
        entries = [decode_message(value)[1] for _key, value in catalogue_messages(city)]
        catalogue_store.record(cursor, [catalogue_store.Statement.of(one, "city") for one in entries], _NOW)
        catalogue_store.derive(cursor)
    number = 0
    for block in simulate(city, hours_by_calendar=hours, truth=truth):
        received = [Received(value, number + place, 0) for place, (_key, value) in enumerate(block.messages)]
        number += len(received)
        decoded = decode(received, origin="city", now=_NOW)
        assert decoded.rejected == ()
        store.commit(Batch(decoded.events, decoded.received_at))
    cursor = store.cursor()
    prepare(cursor)
    refresh(cursor)
    return CityStore(city, store, cursor, truth.document(), OfficeHours(None).of(cursor))

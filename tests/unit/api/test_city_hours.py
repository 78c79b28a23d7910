"""The simulator works by the office hours that a service reads from the catalogue of the same city."""

from datetime import UTC, datetime, timedelta

import pytest

from api.calendars import OfficeHours
from api.city_hours import opening_hours
from ingest.catalogue import decode_message
from ingest.catalogue_store import Statement
from ingest.intake import Intake
from ingest.pseudonym import Pseudonyms
from ingest.store import IN_MEMORY, open_store
from ingest.tally import Tally
from simulation.building import build_city
from simulation.catalogue import catalogue_messages
from simulation.scenario_file import load_scenario, shipped


@pytest.mark.parametrize("name", shipped())
def test_hours_are_those_of_the_catalogue(name: str) -> None:
    city = build_city(load_scenario(name), seed=1, dossiers=1_000)
    store = open_store(IN_MEMORY, Pseudonyms(b"k" * 32))
    try:
        entries = [decode_message(value)[1] for _key, value in catalogue_messages(city)]
        Intake(store, Tally()).state(tuple(Statement.of(one, "test") for one in entries))
        with store.cursor() as cursor:
            calendars = OfficeHours(None).of(cursor)
    finally:
        store.close()
    hours = opening_hours(city)
    assert len(hours) == len(city.calendars) > 1
    first, last = (datetime(city.period.first_day.year + years, 4, 1, tzinfo=UTC) for years in (0, 2))
    for unit in city.units:
        own = hours[unit.calendar]
        worked_us = own.worked(_microseconds(last)) - own.worked(_microseconds(first))
        assert timedelta(microseconds=worked_us) == calendars.of(unit.code).between(first, last)


def _microseconds(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000

"""The catalogue of a city: messages that the contract takes, keys as the topic wants them, and the same bytes again."""

import re
from collections import Counter
from datetime import date

import pytest

from api.calendars import OfficeHours
from ingest.catalogue import decode_message, key, kind_of
from ingest.catalogue_check import warnings
from ingest.catalogue_store import Statement, warnings_of
from ingest.intake import Intake
from ingest.pseudonym import Pseudonyms
from ingest.store import IN_MEMORY, open_store
from ingest.tally import Tally
from mining.working_time.calendar_file import public_sector
from mining.working_time.worktime import WorkingTime
from simulation.building import build_city
from simulation.catalogue import catalogue_messages
from simulation.city import City
from simulation.scenario_file import load_scenario, shipped

STEP_SUM = re.compile(r"^the steps take .* h together, the limit is .* h; both are kept as approved$")
KINDS = ("calendar", "unit", "procedure", "process")


def city_of(name: str) -> City:
    return build_city(load_scenario(name), seed=1, dossiers=3_000)


@pytest.mark.parametrize("name", shipped())
def test_every_message_is_an_entry_with_the_key_of_the_topic(name: str) -> None:
    city = city_of(name)
    counts, ids, kinds = Counter[str](), set(), []
    for message_key, value in catalogue_messages(city):
        event, entry = decode_message(value)
        assert message_key.decode() == key(entry)
        assert event.time.utcoffset() is not None
        ids.add((event.source, event.id))
        counts[kind_of(entry)] += 1
        kinds.append(kind_of(entry))
    assert kinds == sorted(kinds, key=KINDS.index)
    assert len(ids) == len(kinds) == len({one for one, _value in catalogue_messages(city)})
    expected = (city.calendars, city.units, city.procedures, city.processes)
    assert counts == {kind: len(made) for kind, made in zip(KINDS, expected, strict=True)}


def test_only_planted_sums_of_steps_are_warned_of() -> None:
    city = city_of("hcmc-2024")
    found = [text for _key, value in catalogue_messages(city) for text in warnings(decode_message(value)[1])]
    assert all(map(STEP_SUM.match, found))
    assert 40 < len(found) < 150


def test_the_store_takes_it_over_and_finds_the_announced_sum() -> None:
    city = city_of("hcmc-2024")
    entries = [decode_message(value)[1] for _key, value in catalogue_messages(city)]
    store = open_store(IN_MEMORY, Pseudonyms(b"k" * 32))
    try:
        recorded = Intake(store, Tally()).state(tuple(Statement.of(one, "test") for one in entries))
        with store.cursor() as cursor:
            said = warnings_of(cursor, [key(one) for one in entries])
            calendars = OfficeHours(None).of(cursor)
            (row,) = cursor.execute("""
                SELECT count(DISTINCT old.procedure), sum(old.limit_hours - new.limit_hours)
                FROM approved_process AS old
                JOIN approved_process AS new ON old.procedure = new.procedure AND new.version = '2'
                    AND old.version = '1' AND old.case_variant IS NOT DISTINCT FROM new.case_variant
                    AND old.channel IS NOT DISTINCT FROM new.channel
            """).fetchall()
            (overlaps,) = cursor.execute("SELECT count(*) FROM catalogue_overlap").fetchall()[0]
    finally:
        store.close()
    assert (len(recorded.added), recorded.corrected) == (len(entries), ())
    assert all(STEP_SUM.match(text) for texts in said.values() for text in texts)
    assert overlaps == 0
    assert row[0] == 925
    assert 3480 < row[1] <= 3690
    desk, department = (calendars.of(code).calendar for code in ("H29.01.MC", "H29.01"))
    assert desk.hours_on(date(2024, 3, 2)) != ()
    assert department.hours_on(date(2024, 3, 2)) == ()


@pytest.mark.parametrize("name", shipped())
def test_days_off_are_the_public_holidays(name: str) -> None:
    city = city_of(name)
    first, end = city.period.first_day, date(city.period.last_day.year + 1, 1, 2)
    known = set(WorkingTime.of(public_sector(), first_day=first, end_day=end).working_days().tolist())
    (calendar,) = [one for one in city.calendars if one.code == "public-sector"]
    days = [date.fromordinal(number) for number in range(first.toordinal(), end.toordinal())]
    differing = {one.day: one.working for one in calendar.days}
    stated = {day for day in days if differing.get(day, bool(calendar.week[day.weekday()]))}
    assert stated == known


def test_steps_name_the_only_unit_that_can_do_them() -> None:
    city = city_of("hcmc-2024")
    codes = {unit.code: unit for unit in city.units}
    owners = {one.code: city.units[one.owner] for one in city.procedures if one.level == "department"}
    seen = Counter[str]()
    for _key, value in catalogue_messages(city):
        _event, entry = decode_message(value)
        if kind_of(entry) != "process":
            continue
        for step in entry.steps:  # type: ignore[union-attr]
            if step.unit is None:
                assert entry.procedure not in owners  # type: ignore[union-attr]
            elif codes[step.unit].level != "agency":
                owner = owners[entry.procedure]  # type: ignore[union-attr]
                assert step.unit in (owner.code, f"{owner.code}.MC")
            seen[codes[step.unit].level if step.unit else "open"] += 1
    assert set(seen) == {"agency", "department", "desk", "open"}


def test_the_same_city_gives_the_same_bytes() -> None:
    assert list(catalogue_messages(city_of("small"))) == list(catalogue_messages(city_of("small")))

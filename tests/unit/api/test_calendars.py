"""Which office hours hold for which unit: by a file, by the catalogue, by default."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.calendars import CurrentCalendars, OfficeHours, _calendar
from ingest.catalogue import Calendar, CatalogueError, DayOff, Entry, Slot, Unit
from ingest.catalogue_check import checked
from ingest.catalogue_store import Statement
from ingest.intake import Intake
from ingest.pseudonym import Pseudonyms
from ingest.store import IN_MEMORY, Store, open_store
from ingest.tally import Tally
from mining.clocks.clock import Calendars
from mining.working_time.calendar import WEEKDAYS, CalendarError
from mining.working_time.worktime import WorkingTime

MONDAY = datetime.fromisoformat("2025-03-03T00:00+07:00")


@pytest.fixture
def store() -> Iterator[Store]:
    store = open_store(IN_MEMORY, Pseudonyms(b"a key for tests only"))
    yield store
    store.close()


def say(store: Store, *entries: Entry) -> None:
    Intake(store, Tally()).state(tuple(Statement.of(checked(one), "test") for one in entries))


def calendar(hours: int, *, code: str = "phường", version: str = "1", **said: Any) -> Calendar:
    slots = (Slot(opens=time(7), closes=time(7 + hours)),)
    return Calendar(**{"code": code, "version": version, "week": {"monday": slots}, **said})


def unit(code: str, **said: Any) -> Unit:
    return Unit(**{"code": code, "name": f"Phường {code}", **said})


def hours(calendars: Calendars, name: str | None) -> float:
    """Office hours of a Monday."""
    return calendars.of(name).between(MONDAY, MONDAY + timedelta(days=1)) / timedelta(hours=1)


def of(store: Store, path: Path | None = None) -> Calendars:
    with store.cursor() as cursor:
        return OfficeHours(path).of(cursor)


def file_of(tmp_path: Path, code: str) -> Path:
    path = tmp_path / "calendar.toml"
    path.write_text(f'code = "{code}"\n[week]\nmonday = ["07:00-08:00"]\n', encoding="utf-8")
    return path


def test_without_file_and_catalogue_all_units_have_the_default(store: Store) -> None:
    found = of(store)
    assert (hours(found, "H1"), hours(found, None)) == (8, 8)
    assert [one.partition("/")[0] for one in found.versions] == ["public-sector"]


def test_a_unit_works_by_its_calendar_under_all_of_its_names(store: Store) -> None:
    say(store, calendar(3), unit("H1", former_codes=("000.01",), calendar="phường"), unit("H2", calendar="nobody"))
    found = of(store)
    assert [hours(found, name) for name in ("H1", "h1", "000.01", "PHƯỜNG  H1", "H2", "H3", None)] == [3] * 4 + [8] * 3


def test_a_unit_without_a_calendar_has_that_of_the_nearest_unit_above(store: Store) -> None:
    units = (
        unit("H", calendar="tỉnh"),
        unit("H.1", parent="H"),
        unit("H.1.1", parent="Phường H.1"),
        unit("H.2", parent="H", calendar="phường"),
        unit("A", parent="B"),
        unit("B", parent="A"),
    )
    say(store, calendar(3), calendar(5, code="tỉnh"), *units)
    found = of(store)
    assert [hours(found, name) for name in ("H", "H.1", "H.1.1", "H.2", "A")] == [5, 5, 5, 3, 8]


@pytest.mark.parametrize("named_after", ["H1", "Phường H1", "000.01", "phường"])
def test_the_file_goes_before_the_catalogue(store: Store, tmp_path: Path, named_after: str) -> None:
    say(store, calendar(3), unit("H1", former_codes=("000.01",), calendar="phường"))
    found = of(store, file_of(tmp_path, named_after))
    assert [hours(found, name) for name in ("H1", "phường h1", "000.01", named_after)] == [1, 1, 1, 1]


def test_the_default_may_be_replaced_by_the_catalogue_and_by_the_file(store: Store, tmp_path: Path) -> None:
    say(store, calendar(3, code="public-sector"))
    assert hours(of(store), "H1") == 3
    assert hours(of(store, file_of(tmp_path, "public-sector")), "H1") == 1


@pytest.mark.parametrize("order", [("9", "10"), ("10", "9"), ("2026-1", "2026-02"), ("v2", "v1")])
def test_the_greatest_version_holds_in_whatever_order_they_came(store: Store, order: tuple[str, str]) -> None:
    length = {"9": 2, "10": 4, "2026-1": 2, "2026-02": 4, "v1": 2, "v2": 4}
    say(store, unit("H1", calendar="phường"), *(calendar(length[one], version=one) for one in order))
    assert hours(of(store), "H1") == 4


def test_holidays_hold_unless_the_calendar_says_otherwise(store: Store) -> None:
    every_day = dict.fromkeys(WEEKDAYS, (Slot(opens=time(7), closes=time(9)),))
    days = (
        DayOff(day=date(2025, 9, 2), working=True, source="trực lễ"),
        DayOff(day=date(2025, 3, 4), working=False, source="bão"),
        DayOff(day=date(2026, 1, 2), working=True, source="không nghỉ bù"),
    )
    say(store, Calendar(code="x", version="1", week=every_day, days=days), unit("H1", calendar="x"))
    working = of(store).of("H1").calendar.is_working_day
    asked = (date(2025, 9, 2), date(2025, 3, 4), date(2026, 1, 2), date(2025, 5, 1), date(2025, 3, 3))
    assert [working(day) for day in asked] == [True, False, True, False, True]


def test_only_what_changed_is_laid_out_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out = []
    lay_out = WorkingTime.of
    monkeypatch.setattr(WorkingTime, "of", lambda one: laid_out.append(one.code) or lay_out(one))
    current = CurrentCalendars(OfficeHours(None), store.cursor, lambda: store.last_entry_no)
    units = [unit(f"H{number}", calendar=f"c{number % 20}") for number in range(40)]
    say(store, *(calendar(3, code=f"c{number}") for number in range(20)), *units)
    first = current()
    assert current() is first
    assert laid_out == ["public-sector", "c0"], "calendars that are the same are laid out once"
    say(store, calendar(4, code="c7", version="2"), unit("H99"))
    assert [hours(current(), name) for name in ("H7", "H27", "H8")] == [4, 4, 3]
    assert laid_out[2:] == ["c7"]
    assert [hours(first, name) for name in ("H7", "H8")] == [3, 3], "who has the older ones keeps them"


def test_a_withdrawn_calendar_is_as_none(store: Store) -> None:
    say(store, calendar(3), unit("H1", calendar="phường"))
    Intake(store, Tally()).state((Statement('calendar:["phường","1"]', None, "test"),))
    assert hours(of(store), "H1") == 8


TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 3, 30, 59]), st.sampled_from([0, 0, 0, 0, 0, 0, 1]))
SLOTS = st.builds(Slot, opens=TIMES, closes=TIMES)
WEEKS = st.dictionaries(st.sampled_from(WEEKDAYS), st.lists(SLOTS, max_size=3).map(tuple), max_size=3)
DAYS = st.builds(
    DayOff,
    day=st.dates(date(2024, 12, 28), date(2025, 1, 3)),
    working=st.booleans(),
    source=st.sampled_from(["QĐ 1", "QĐ 2", " "]),
)


@given(WEEKS, st.lists(DAYS, max_size=3).map(tuple))
def test_what_the_edge_lets_in_is_what_working_time_can_be_counted_by(week: Any, days: tuple[DayOff, ...]) -> None:
    said = Calendar(code="c", version="1", week=week, days=days)
    try:
        said = checked(said)  # type: ignore[assignment]
    except CatalogueError:
        with pytest.raises(CalendarError):
            _as_of_file(said)
    else:
        time_ = WorkingTime.of(_calendar(said), first_day=date(2024, 12, 1), end_day=date(2025, 2, 1))
        assert time_.openings.worked_us[-1] >= 0


def _as_of_file(said: Calendar) -> None:
    """The checks of a calendar file; it refuses a repeated day while it is read, here that is all that is left."""
    _calendar(said)
    days = [one.day for one in said.days]
    if len(days) > len(set(days)):
        raise CalendarError("a day twice")

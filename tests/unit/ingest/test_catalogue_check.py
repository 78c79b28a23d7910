"""Catalogue entries: one form of writing, faults that make them unusable, warnings that do not."""

from datetime import date, time
from typing import Any

import pytest

from ingest.catalogue import (
    Calendar,
    CatalogueError,
    DayOff,
    Limit,
    Procedure,
    Process,
    Slot,
    Step,
    Unit,
    canonical,
    key,
)
from ingest.catalogue_check import channel_code, checked, limit_hours, normal_key, procedure_code, warnings


def process(*hours: float, **said: Any) -> Process:
    steps = tuple(Step(number=f"B{at}", task="Thẩm định", hours=one) for at, one in enumerate(hours or (4, 4), 1))
    usual = {"procedure": "1.001193", "version": "1", "decision": "QĐ 1", "effective_from": date(2024, 1, 1)}
    return Process(**{**usual, "limit": Limit(amount=1, unit="working_days"), "steps": steps, **said})


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1.001193", "1.001193"),
        ("1.000494.000.00.00.H29", "1.000494.H29"),
        ("1.000948.H38", "1.000948.H38"),
        (" 1.000948.h38 ", "1.000948.H38"),
        ("2.000720.G12", "2.000720.G12"),
        ("0.001193", "0.001193"),
        ("1.00119", "1.00119"),
        ("BTP-001", "BTP-001"),
        ("thủ  tục", "thủ tục"),
    ],
)
def test_a_procedure_code_is_national_part_and_owner_and_anything_else_is_left_alone(written: str, code: str) -> None:
    assert procedure_code(written) == code
    assert procedure_code(code) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Trực tuyến", "online"),
        ("Tru\u031b\u0323c tuye\u0302\u0301n", "online"),
        ("2", "online"),
        ("ONLINE", "online"),
        ("trực tiếp", "counter"),
        ("3", "postal"),
        ("Kiosk", "Kiosk"),
    ],
)
def test_channels_have_one_name(written: str, code: str) -> None:
    assert channel_code(written) == code


def slots(*times: tuple[int, int]) -> tuple[Slot, ...]:
    return tuple(Slot(opens=time(opens), closes=time(closes)) for opens, closes in times)


def calendar(**said: Any) -> Calendar:
    return Calendar(**{"code": "một cửa", "version": "1", "week": {"monday": slots((7, 11), (13, 17))}, **said})


def day(number: int) -> DayOff:
    return DayOff(day=date(2026, 1, number), working=True, source="thông báo")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (process(effective_to=date(2023, 12, 31)), r"ends \(2023-12-31\) before it starts \(2024-01-01\)"),
        (process(steps=(Step(number="B1", task="A", hours=1),) * 2), "step number B1 is given more than once"),
        (process(version=" "), "length >= 1 - at `$.version`"),
        (Procedure(code=" ", name="x"), "length >= 1 - at `$.code`"),
        (Unit(code="H1", name="x", valid_from=date(2025, 7, 1), valid_to=date(2025, 6, 30)), "before it starts"),
        (Unit(code="H1", name="x", successor="H1"), "cannot succeed itself"),
        (calendar(week={"monday": slots((7, 12), (11, 17))}), "monday: the slot from 11:00:00 overlaps"),
        (calendar(week={"friday": slots((11, 7))}), "friday: a slot closes"),
        (calendar(week={"friday": slots((7, 7))}), "friday: a slot closes"),
        (
            calendar(week={"friday": (Slot(opens=time.fromisoformat("07:00+07:00"), closes=time(9)),)}),
            "without an offset",
        ),
        (
            calendar(week={"friday": (Slot(opens=time(7), closes=time(9, 0, 1)),)}),
            "friday: office hours are whole minutes",
        ),
        (
            calendar(week={"friday": (Slot(opens=time(7), closes=time(9)), Slot(opens=time(9, 4), closes=time(10)))}),
            "the break from 09:00:00 to 09:04:00 is shorter than 5 minutes",
        ),
        (calendar(week={}), "the week has no office hours at all"),
        (calendar(week={"monday": ()}), "the week has no office hours at all"),
        (calendar(week={"monday": slots((22, 0), (23, 0))}), "overlaps"),
        (calendar(days=(day(2), day(2))), "2026-01-02 is given more than once"),
        (calendar(days=(DayOff(day=date(206, 1, 2), working=True, source="x"),)), "these are the years 1990 to 2099"),
        (calendar(days=(DayOff(day=date(2026, 1, 2), working=True, source=" "),)), "2026-01-02 has no source"),
    ],
)
def test_what_makes_an_entry_unusable_is_said(entry: Any, said: str) -> None:
    with pytest.raises(CatalogueError, match=said.replace("$", r"\$")):
        checked(entry)


def test_a_version_may_last_one_day_and_slots_may_touch() -> None:
    assert checked(process(effective_to=date(2024, 1, 1))) == process(effective_to=date(2024, 1, 1))
    touching = calendar(week={"monday": slots((7, 12), (12, 17))}, days=(day(2), day(3)))
    assert checked(touching) == touching
    late = calendar(week={"monday": slots((18, 0), (7, 12))})
    assert checked(late) == late, "00:00 is the end of the day; the order of the slots does not matter"


def test_an_entry_that_was_made_without_its_types_has_the_same_one_form() -> None:
    by_hand = process(8, limit=Limit(amount=1, unit="working_days"))
    decoded = process(8.0, limit=Limit(amount=1.0, unit="working_days"))
    assert canonical(by_hand) != canonical(decoded)
    assert canonical(checked(by_hand)) == canonical(checked(decoded)) == canonical(decoded)
    with pytest.raises(CatalogueError, match=r"limit.amount"):
        checked(process(limit=Limit(amount=-1, unit="hours")))


def test_every_fault_is_said_at_once() -> None:
    twice = (Step(number="B1", task="A", hours=1),) * 2
    with pytest.raises(CatalogueError, match=r"before it starts .*; the step number B1"):
        checked(process(steps=twice, effective_to=date(2020, 1, 1)))


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (process(4, 4), []),
        (process(4, 2, 1, 0.5, 0.5, 0), []),
        (process(0.1, 0.2, limit=Limit(amount=0.3, unit="hours")), []),
        (process(96, limit=Limit(amount=10, unit="working_days")), ["the steps take 96 h together, the limit is 80 h"]),
        (process(3, limit=Limit(amount=4, unit="hours")), ["the steps take 3 h together, the limit is 4 h"]),
        (process(96, limit=Limit(amount=10, unit="calendar_days")), []),
        (process(procedure="BTP-1"), ["'BTP-1' is not written like 1.001193"]),
        (process(channel="Kiosk"), ["the channel 'Kiosk' is none of counter, online, postal"]),
        (Procedure(code="x", name="y"), ["'x' is not written like 1.001193"]),
        (Unit(code="x", name="y"), []),
    ],
)
def test_what_is_odd_is_a_warning_and_stays_as_it_is(entry: Any, said: list[str]) -> None:
    found = warnings(entry)
    assert len(found) == len(said)
    assert all(part in text for part, text in zip(said, found, strict=True))
    assert checked(entry) == entry


def test_a_limit_in_hours_counts_eight_a_working_day_and_none_for_calendar_days() -> None:
    limits = [Limit(amount=1.5, unit=unit) for unit in ("hours", "working_days", "calendar_days")]
    assert [limit_hours(one) for one in limits] == [1.5, 12, None]


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("unit:H29.1", "unit:H29.1"),
        ("procedure:1.000494.000.00.00.H29", "procedure:1.000494.H29"),
        ('process:["1.001193", "", "Trực tuyến", "2"]', 'process:["1.001193","","online","2"]'),
        ('calendar:["một cửa",  "1"]', 'calendar:["một cửa","1"]'),
    ],
)
def test_a_key_has_one_form(written: str, normal: str) -> None:
    assert normal_key(written) == normal
    assert normal_key(normal) == normal


@pytest.mark.parametrize("entry", [process(), process(case_variant="Hộ", channel="online"), calendar()])
def test_the_key_of_an_entry_is_in_that_form(entry: Any) -> None:
    assert normal_key(key(checked(entry))) == key(checked(entry))


@pytest.mark.parametrize("written", ["", "unit", "unit:", "poem:1", "process:1", 'process:["1"]', "calendar:{}"])
def test_what_is_no_key_is_refused(written: str) -> None:
    with pytest.raises(CatalogueError, match="the key"):
        normal_key(written)

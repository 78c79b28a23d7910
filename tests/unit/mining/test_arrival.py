"""Which events were dated back: by their receipt, and by their order where they were loaded later."""

from collections.abc import Mapping

import pytest

from drawn_logs import minutes_after, stored
from mining.integrity.arrival import ArrivalRule, late_events

FIRST = "2025-03-03T08:00:00"


def sent(count: int, delay_minutes: float = 1.0, *, every: float = 60.0, source: str = "a") -> list[Mapping[str, str]]:
    """Events in the order of arrival, one every so many minutes, each received after a delay."""
    return [
        {
            "dossier": f"d{number}",
            "activity": "X",
            "source": source,
            "at": minutes_after(FIRST, number * every),
            "received": minutes_after(FIRST, number * every + delay_minutes),
        }
        for number in range(count)
    ]


def arriving(events: list[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Sort events by their receipt."""
    return sorted(events, key=lambda event: event["received"])


def found(events: list[Mapping[str, str]], rule: ArrivalRule = ArrivalRule()) -> list[tuple[int, float]]:  # noqa: B008
    table = late_events(stored(events), rule)
    return sorted(zip(table["event_no"].to_pylist(), table["hours"].to_pylist(), strict=True))


def entered(at_minute: float, received_minute: float, source: str = "a") -> Mapping[str, str]:
    """One event that is received at another time than the others."""
    at, received = (minutes_after(FIRST, minute) for minute in (at_minute, received_minute))
    return {"dossier": "late", "activity": "X", "source": source, "at": at, "received": received}


def test_an_event_that_is_entered_days_later() -> None:
    events = arriving([*sent(200), entered(60, 60 + 50 * 60)])
    assert [hours for _, hours in found(events)] == [50.0]
    assert found(events, ArrivalRule(late_hours=60)) == []


def test_within_the_usual_nothing_is_late() -> None:
    assert found(arriving([*sent(200), entered(60, 60 + 20 * 60)])) == []
    assert found(sent(200, delay_minutes=30 * 60)) == []  # a system that always takes 30 hours


def test_a_system_that_was_cut_off_sends_all_at_once() -> None:
    before, after = sent(200)[:50], sent(200)[150:]
    held = [{**event, "received": minutes_after(FIRST, 150 * 60)} for event in sent(200)[50:150]]
    assert found(arriving([*before, *held, *after])) == []


def test_other_systems_say_nothing_about_one_that_was_cut_off() -> None:
    quiet = [{**event, "received": minutes_after(FIRST, 150 * 60)} for event in sent(100, source="b")]
    start = [entered(0, 1, "b")]
    assert found(arriving([*sent(200), *start, *quiet])) == []


def test_what_was_loaded_later_is_judged_by_its_order() -> None:
    loaded = [{**event, "received": "2025-06-01T08:00:00"} for event in sent(300)]
    late = {**loaded[100], "at": minutes_after(FIRST, 0)}
    assert found([*loaded[:200], late, *loaded[200:]]) == [(201, pytest.approx(199.0))]
    assert found(loaded[::-1]) == []  # in the wrong order as a whole


def test_a_single_event() -> None:
    assert late_events(stored(sent(1)), ArrivalRule()).num_rows == 0

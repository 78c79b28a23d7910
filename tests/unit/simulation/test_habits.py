"""Habits of units and detours of procedures, each made certain, and what they leave in the events and in the truth."""

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest

from little_city import HANDLER, little_city, week_hours
from simulation.city import City, Limit
from simulation.planted import EXTRA_TASK, Detour, DetourKind, Drift, Habits
from simulation.run import simulate
from simulation.truth import Truth

HOURS = [week_hours()]
Event = dict[str, Any]


def with_habits(dossiers: int = 300, **shares: float) -> City:
    """A city in which the first unit, which uses the old portal, has habits; events come at once, and once."""
    city: City = little_city(dossiers)
    plain = replace(city.units[0], double_entry=0.0, reset_due=0.0, reset_finish=0.0, habits=Habits(**shares))
    return replace(city, units=(plain, *city.units[1:]), delivery=replace(city.delivery, late=0.0, repeated=0.0))


def written(city: City) -> tuple[list[Event], dict[str, Any]]:
    """The events in the order in which they arrive, and the truth."""
    truth = Truth(city, HOURS)
    messages = [one for block in simulate(city, hours_by_calendar=HOURS, truth=truth) for _, one in block.messages]
    return [json.loads(one) for one in messages], truth.document()


def by_dossier(events: list[Event]) -> dict[str, list[Event]]:
    found: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        found[event["subject"]].append(event)
    return dict(found)


def at(event: Event) -> datetime:
    return datetime.fromisoformat(event["time"])


def behind(truth: dict[str, Any], kind: str) -> set[str]:
    return {code for codes in truth["dossiers_behind"].get(kind, {}).values() for code in codes}


def test_without_habits_nothing_is_told_of_them() -> None:
    _, truth = written(with_habits(60))
    assert not any(
        truth[name]
        for name in ("back_dating", "set_back_finishes", "period_end", "within_a_minute", "impossible_order", "drifts")
    )


def test_what_a_unit_dates_back_arrives_days_later() -> None:
    events, truth = written(with_habits(back_dated=1.0))
    newest, late = at(events[0]), []
    for event in events:
        if (newest - at(event)).days >= 1:
            late.append(event)
        newest = max(newest, at(event))
    assert {event["data"]["unit"] for event in late} == {"H29.1"}
    assert {event["subject"] for event in late} <= behind(truth, "dated back")
    assert len(late) > 0.9 * truth["back_dating"][0]["events"] > 100


def test_the_finish_of_a_late_dossier_is_written_as_its_due_date() -> None:
    city = with_habits(set_back=1.0)
    hasty = tuple(replace(one, limit=Limit(8.0, "hours")) for one in city.processes)
    events, truth = written(replace(city, processes=hasty))
    planted = behind(truth, "set back")
    assert len(planted) > 10
    for code, own in by_dossier(events).items():
        if code in planted:
            due = [event["data"]["due_at"] for event in own if "due_at" in event["data"]][-1]
            (finish,) = [event for event in own if event["data"].get("status") == 9]
            assert finish["time"] == due
            assert max(at(event) for event in own) > at(finish)
            assert not any(event["data"].get("status") == 4 for event in own if at(event) > at(finish))
        assert not any(event["data"].get("lifecycle") == "reset-finish" for event in own)


def test_dossiers_are_put_aside_until_the_last_working_day_of_the_month() -> None:
    events, truth = written(with_habits(period_end=1.0))
    planted = behind(truth, "put aside")
    finishes = [
        at(event).date() for event in events if event["data"].get("status") == 9 and event["subject"] in planted
    ]
    assert len(finishes) == len(planted) > 10
    assert set(finishes) <= {date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 29), date(2024, 4, 30),
                             date(2024, 5, 31), date(2024, 6, 28)}  # fmt: skip


def test_all_steps_are_typed_within_a_minute() -> None:
    city = with_habits(swift=1.0)
    steps = tuple(replace(step, agency=None) for step in city.processes[0].steps)
    city = replace(city, processes=tuple(replace(one, steps=steps) for one in city.processes))
    events, truth = written(city)
    planted = behind(truth, "swift")
    assert len(planted) > 100
    for own in (own for code, own in by_dossier(events).items() if code in planted):
        (accepted,) = [event for event in own if event["data"].get("status") == 2]
        (finished,) = [event for event in own if event["data"].get("status") == 9]
        assert 0 < (at(finished) - at(accepted)).total_seconds() < 60


def test_where_another_agency_is_asked_nothing_is_done_within_a_minute() -> None:
    _, truth = written(with_habits(60, swift=1.0))
    assert truth["within_a_minute"] == []


def test_the_submission_is_typed_after_the_acceptance() -> None:
    events, truth = written(with_habits(disordered=1.0))
    planted = behind(truth, "out of order")
    assert len(planted) > 100
    assert {one["unit"] for one in truth["impossible_order"]} == {"H29.1.MC"}
    for code, own in by_dossier(events).items():
        first = {event["data"].get("status"): at(event) for event in reversed(own)}
        if 2 in first:
            assert (first[1] > first[2]) == (code in planted)


def test_a_unit_stays_on_the_old_portal() -> None:
    events, truth = written(with_habits(on_old=1.0))
    old = {
        event["subject"]
        for event in events
        if event["source"] == "urn:mot-cua:cu" and at(event).date() >= date(2024, 3, 1)
    }
    assert old == behind(truth, "on the old portal")
    assert len(old) > 50


def detoured(kind: DetourKind, place: int, other: int | None, **more: Any) -> tuple[dict[str, list[Event]], Any]:
    """The events of a city in which one procedure always takes a detour in one unit."""
    city = with_habits()
    steps = tuple(replace(step, skips=0.0, refuses=0.0) for step in city.processes[0].steps)
    city = replace(city, processes=tuple(replace(one, steps=steps) for one in city.processes))
    city = replace(city, detours=(Detour(kind, 1, 0, place, 1.0, other, **more),))
    events, truth = written(city)
    own = [event for event in events if event["data"]["procedure"] == "1.001002.H29"]
    return by_dossier([event for event in own if event["data"].get("lifecycle") == "complete"]), truth


def tasks(events: list[Event]) -> list[str]:
    return [event["data"]["step"] for event in events if "step" in event["data"]]


def planted_in(truth: Any, kind: str) -> set[str]:
    return {code for one in truth["deviations"] if one["kind"] == kind for code in one["dossiers"]}


@pytest.mark.parametrize(("kind", "steps"), [("skipped", ["B7"]), ("swapped", ["B5", "B6"])])
def test_a_step_is_left_out_or_done_after_the_next(kind: DetourKind, steps: list[str]) -> None:
    found, truth = detoured(kind, int(steps[0][1:]) - 1, None)
    (told,) = [one for one in truth["deviations"] if one["kind"] == kind]
    assert (told["steps"], told["unit"], told["version"]) == (steps, "H29.1", "1")
    for code, events in found.items():
        done = tasks(events)
        if kind == "skipped":
            assert ("B7" not in done and bool({"B8", "B9"} & {*done})) == (code in told["dossiers"])
        else:
            swapped = "B5" in done and "B6" in done and done.index("B6") < done.index("B5")
            assert swapped == (code in told["dossiers"])
    assert len(told["dossiers"]) > 30


def test_work_is_added_or_done_elsewhere() -> None:
    found, truth = detoured("extra", 2, HANDLER)
    extra = {code for code, events in found.items() if any(one["data"]["activity"] == EXTRA_TASK for one in events)}
    assert extra == planted_in(truth, "extra")
    found, truth = detoured("wrong_unit", 4, 1)
    moved = {code for code, own in found.items() if code.startswith("001.00.00")
             for one in own if one["data"].get("step") == "B5" and one["data"]["unit"] == "H29.2"}  # fmt: skip
    assert moved == planted_in(truth, "wrong_unit")
    found, truth = detoured("wrong_role", 4, HANDLER)
    others = {code for code, own in found.items()
              for one in own if one["data"].get("step") == "B5" and one["data"]["role"] == "Chuyên viên"}  # fmt: skip
    assert others == planted_in(truth, "wrong_role")
    assert min(map(len, (extra, moved, others))) > 30


def test_a_drift_begins_on_its_day() -> None:
    day = date(2024, 3, 15)
    found, truth = detoured("extra", 2, HANDLER, from_day=day)
    begun = {code: min(at(one) for one in events).date() for code, events in found.items()}
    extra = planted_in(truth, "extra")
    assert extra
    assert min(begun[code] for code in extra) >= day
    assert (truth["drifts"][0]["what"], truth["drifts"][0]["from_day"]) == ("paths", "2024-03-15")

    city = replace(with_habits(), drifts=(Drift(1, 2, day, 100.0),))
    events, truth = written(city)
    waited: dict[bool, list[float]] = {False: [], True: []}
    for own in by_dossier([one for one in events if one["data"]["procedure"] == "1.001002.H29"]).values():
        ends = [
            at(one)
            for one in own
            if one["data"].get("lifecycle") == "complete" and one["data"].get("step") in ("B2", "B3")
        ]
        for before, after in list(pairwise(ends))[:1]:
            waited[min(map(at, own)).date() >= day].append((after - before).total_seconds() / 3600)
    assert sum(waited[True]) / len(waited[True]) > 60 + sum(waited[False]) / len(waited[False])
    assert truth["drifts"] == [
        {"procedure": "1.001002.H29", "what": "time", "from_day": "2024-03-15", "hold_hours": 100.0}
    ]

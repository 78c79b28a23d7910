"""The events of a simulated city as ingest and mining take them: none refused, and the story that was told."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import pytest

from ingest.decode import Received, decode
from ingest.pseudonym import Pseudonyms
from ingest.store import IN_MEMORY, Batch, open_store
from little_city import LAST_DAY, OFFSET_US, little_city, week_hours
from mining.derive import prepare, refresh
from simulation.city import City, Delivery
from simulation.run import simulate
from simulation.truth import Truth

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DOSSIERS = 900


@dataclass(frozen=True, slots=True)
class Told:
    """A run: its city, messages in order of arrival, their JSON, the truth, and a store in which they are derived."""

    city: City
    messages: list[tuple[bytes, bytes]]
    events: list[dict[str, Any]]
    truth: dict[str, Any]
    cursor: duckdb.DuckDBPyConnection

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        return self.cursor.execute(question).fetchall()


def busy_city() -> City:
    """A city with too few handlers, so that dossiers are late, and rather small limits."""
    city = little_city(DOSSIERS)
    slower = tuple(
        replace(
            process,
            limit=replace(process.limit, amount=max(2.0, process.limit.amount / 4)),
            steps=tuple(replace(step, sends_back=0.1 if step.kind == "review" else 0.0) for step in process.steps),
        )
        for process in city.processes
    )
    return replace(city, processes=slower)


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    city, hours = busy_city(), [week_hours()]
    truth = Truth(city, hours)
    messages = [one for block in simulate(city, hours_by_calendar=hours, truth=truth) for one in block.messages]
    decoded = decode([Received(value, place, 0) for place, (_, value) in enumerate(messages)], origin="city", now=NOW)
    assert decoded.rejected == ()
    store = open_store(IN_MEMORY, Pseudonyms(b"a key for tests only"))
    store.commit(Batch(decoded.events, decoded.received_at))
    cursor = store.cursor()
    prepare(cursor)
    refresh(cursor)
    yield Told(city, messages, [json.loads(value) for _, value in messages], truth.document(), cursor)
    cursor.close()
    store.close()


def test_every_dossier_is_stored_and_every_repeated_event_once(told: Told) -> None:
    assert told.ask("SELECT count(DISTINCT dossier), count(*) FROM event") == [(DOSSIERS, told.truth["events"])]
    assert len(told.messages) == told.truth["events"] + told.truth["repeated_events"]
    assert told.truth["repeated_events"] > 0


def test_the_key_of_a_message_is_its_dossier(told: Told) -> None:
    assert all(key.decode() == event["subject"] for (key, _), event in zip(told.messages, told.events, strict=True))


def test_events_arrive_in_order_of_time_but_for_late_and_repeated_ones(told: Told) -> None:
    instants = [datetime.fromisoformat(event["time"]) for event in told.events]
    latest, behind = instants[0], 0
    for at in instants:
        behind += at < latest
        latest = max(latest, at)
    assert 0 < behind <= told.truth["late_events"] + told.truth["repeated_events"]


def test_nothing_is_written_after_the_end_of_the_log(told: Told) -> None:
    end = datetime.combine(told.city.period.events_until, datetime.min.time(), UTC) + timedelta(days=1)
    end -= timedelta(microseconds=OFFSET_US)
    assert told.city.period.events_until > LAST_DAY
    assert max(datetime.fromisoformat(event["time"]) for event in told.events) < end


def by_dossier(events: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The events of each dossier in the order in which they happened, repeated ones once."""
    found: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for event in events:
        found[event["subject"]][event["id"]] = event
    return {
        dossier: sorted(own.values(), key=lambda one: (one["time"], one["data"]["sequence"]))
        for dossier, own in found.items()
    }


def test_a_dossier_goes_its_way_through_the_statuses(told: Told) -> None:
    allowed = {
        *((0, 1), (1, 2), (1, 3), (2, 4), (4, 5), (4, 6), (4, 8), (5, 4), (5, 7), (6, 4), (8, 4), (4, 7), (2, 7)),
        *((4, 9), (9, 10), (2, 9)),
    }
    seen = Counter[tuple[int, int]]()
    for own in by_dossier(told.events).values():
        statuses = [0, *(event["data"]["status"] for event in own if "status" in event["data"])]
        seen.update((before, after) for before, after in pairwise(statuses) if before != after)
    assert set(seen) <= allowed | {(6, 8)}
    assert {after for _, after in seen} == set(range(1, 11))


def test_clocks_end_as_planned_and_no_dossier_is_reopened(told: Told) -> None:
    found = dict(told.ask("SELECT finish_kind, count(*) FROM clock GROUP BY ALL"))
    assert sum(found.values()) == DOSSIERS
    assert found["finished"] > found["refused"] > 0 < found["withdrawn"]
    assert told.ask("SELECT sum(reopenings), count_if(NOT status_known) FROM clock") == [(0, 0)]
    assert told.ask("SELECT count(*) FROM clock WHERE accepted_at IS NOT NULL AND promised_due_at IS NULL"
                    " AND finish_kind <> 'refused'") == [(0,)]  # fmt: skip


def test_steps_have_their_starts_where_they_are_recorded(told: Told) -> None:
    assert told.ask("SELECT count_if(start_dropped) FROM step") == [(0,)]
    starts = Counter(event["data"]["unit"] for event in told.events if event["data"].get("lifecycle") == "start")
    assert set(starts) == {"H29.1", "H29.1.MC", "H29.2.MC", "H29.TAX"}
    assert [one["unit"] for one in told.truth["starts_not_recorded"]] == ["H29.2"]


def test_resets_are_those_of_the_truth(told: Told) -> None:
    written = Counter(
        (event["data"]["unit"], event["data"]["lifecycle"])
        for own in by_dossier(told.events).values()
        for event in own
        if event["data"].get("lifecycle", "").startswith("reset")
    )
    planted = {(one["unit"], kind): one[kind] for one in told.truth["resets"] for kind in ("reset-due", "reset-finish")}
    assert written == planted
    assert {unit for unit, _ in written} == {"H29.1"}
    assert min(written.values()) > 0
    found = dict(told.ask("SELECT kind, count(*) FROM promise WHERE kind LIKE 'reset%' GROUP BY ALL"))
    assert found == {kind: sum(count for (_, one), count in written.items() if one == kind) for kind in found}


def test_apologies_come_at_least_a_day_before_the_due_date(told: Told) -> None:
    apologies = [one for one in told.events if one["data"].get("flags", {}).get("apology")]
    assert apologies
    assert sum(one["events"] for one in told.truth["apologies"]) == len({one["id"] for one in apologies})
    early = told.ask(
        "SELECT count(*) FROM clock WHERE apologised_at IS NOT NULL"
        " AND apologised_at > promised_due_at - INTERVAL 1 DAY AND supplements = 0"
    )
    assert early[0][0] <= len(apologies) // 5  # a payment or a stop may have moved the first promise


def test_both_portals_are_used_until_the_switch_and_the_same_work_is_typed_twice(told: Told) -> None:
    switch = told.city.portals.switch_day
    assert switch is not None
    by_portal: dict[str, list[datetime]] = defaultdict(list)
    for event in told.events:
        by_portal[event["source"]].append(datetime.fromisoformat(event["time"]))
    assert max(by_portal["urn:mot-cua:cu"]).date() < switch
    assert min(by_portal["urn:mot-cua:moi"]).date() < switch
    both = [own for own in by_dossier(told.events).values() if own[0]["source"] == "urn:mot-cua:cu"]
    again = [one for own in both for one in own if one["source"] != own[0]["source"] and one["time"] < str(switch)]
    assert {(one["data"]["lifecycle"], one["data"].get("status")) for one in again} == {("complete", None)}
    assert len(again) == sum(one["events"] for one in told.truth["double_entry"])
    assert [one["unit"] for one in told.truth["double_entry"]] == ["H29.1"]


def test_a_clean_city_has_nothing_planted() -> None:
    city = little_city(200)
    units = tuple(replace(one, double_entry=0.0, reset_due=0.0, reset_finish=0.0) for one in city.units)
    city = replace(city, clean=True, units=units, gaps=(), delivery=Delivery(0.0, 1.0, 1.0, 0.0))
    truth = Truth(city, [week_hours()])
    messages = [
        one for block in simulate(city, hours_by_calendar=[week_hours()], truth=truth) for one in block.messages
    ]
    document = truth.document()
    assert len(messages) == document["events"] == len({json.loads(value)["id"] for _, value in messages})
    for name in ("resets", "double_entry", "bottlenecks", "unit_gaps", "always_approving"):
        assert document[name] == []
    assert document["late_events"] == document["repeated_events"] == 0
    times = [json.loads(value)["time"] for _, value in messages]
    assert times == sorted(times)


def unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Read a JSON object, and refuse one that says a member twice."""
    assert len({name for name, _ in members}) == len(members)
    return dict(members)


def test_no_member_is_said_twice_even_where_nothing_but_the_intake_is_to_be_done() -> None:
    city = little_city(60)
    short = tuple(
        replace(process, steps=tuple(replace(one, skips=0.0 if one.kind in ("receive", "return") else 1.0)
                                     for one in process.steps))
        for process in city.processes
    )  # fmt: skip

    blocks = simulate(replace(city, processes=short), hours_by_calendar=[week_hours()])
    events = [json.loads(value, object_pairs_hook=unique) for block in blocks for _, value in block.messages]
    paths = {tuple(e["data"]["status"] for e in own if "status" in e["data"]) for own in by_dossier(events).values()}
    assert (1, 2, 9, 10) in paths


def test_no_member_of_any_event_is_said_twice(told: Told) -> None:
    assert [json.loads(value, object_pairs_hook=unique) for _, value in told.messages] == told.events

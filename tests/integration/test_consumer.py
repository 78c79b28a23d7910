"""The consumer against a real broker: everything once, nothing lost, whatever happens to the topic or to us."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer
from kafka.structs import TopicPartition

from consuming import consuming, wait_for
from ingest.bus import Broker, NewTopic, Publisher, Topics
from ingest.consume import State
from ingest.follow import Pace, Route
from ingest.pseudonym import Pseudonyms
from ingest.store import Store, open_store

pytestmark = pytest.mark.kafka


@pytest.fixture
def route(kafka: Broker) -> Iterator[Route]:
    name = f"events-{uuid.uuid4().hex[:8]}"
    route = Route(name, f"{name}.rejected", f"group-{name}", 3)
    with Topics(kafka) as topics:
        topics.ensure([NewTopic(route.events, 3), NewTopic(route.rejected, 1)])
        yield route
        for topic in (route.events, route.rejected):
            if topics.look(topic):
                topics.delete(topic)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "events.duckdb", Pseudonyms(b"a key for tests only"))
    yield store
    store.close()


def event(number: int, **data: Any) -> bytes:
    whole = {
        "specversion": "1.0",
        "id": str(number),
        "source": "urn:test",
        "type": "vn.tinhgon.dossier.step.v1",
        "subject": f"D{number // 5}",
        "time": f"2024-03-04T08:{number // 60 % 60:02d}:{number % 60:02d}+07:00",
        "data": {"procedure": "1.000001", "activity": f"A{number % 5}", **data},
    }
    return json.dumps(whole).encode()


def publish(kafka: Broker, topic: str, *values: bytes | None) -> None:
    with Publisher(kafka) as publisher:
        publisher.publish(topic, [(str(at % 97).encode(), value, ()) for at, value in enumerate(values)])


def stored_ids(store: Store) -> list[int]:
    with store.cursor() as cursor:
        return sorted(int(row[0]) for row in cursor.execute("SELECT event_id FROM event").fetchall())


def test_every_event_is_stored_once_across_restarts_and_repetitions(kafka: Broker, route: Route, store: Store) -> None:
    publish(kafka, route.events, *(event(number) for number in range(2_000)))
    with consuming(kafka, store, route):
        wait_for(lambda: store.events == 2_000)
    publish(kafka, route.events, *(event(number) for number in range(1_500, 3_000)))
    with consuming(kafka, store, route) as run:
        wait_for(lambda: store.events == 3_000)
        wait_for(lambda: sum(run.numbers.lag.values()) == 0)
    numbers = run.numbers
    assert (numbers.stored, numbers.duplicates, numbers.alarms) == (1_000, 500, {})
    assert stored_ids(store) == list(range(3_000))


def test_the_offsets_in_the_store_are_the_ends_of_the_topic_and_lag_tools_see_them(
    kafka: Broker, route: Route, store: Store
) -> None:
    publish(kafka, route.events, *(event(number) for number in range(500)))
    reader = KafkaConsumer(bootstrap_servers=kafka.bootstrap, group_id=route.group)
    partitions = [TopicPartition(route.events, number) for number in range(3)]
    ends = {one.partition: end for one, end in reader.end_offsets(partitions).items()}
    with consuming(kafka, store, route):
        wait_for(lambda: store.events == 500)
        wait_for(lambda: {one.partition: reader.committed(one) or 0 for one in partitions} == ends)
    reader.close()
    assert {number: one.next_offset for number, one in store.positions(route.events).items()} == ends


BROKEN: list[Callable[[int], bytes | None]] = [
    lambda _: None,
    lambda _: b"",
    lambda n: event(n)[:-7],
    lambda n: event(n) + b"}",
    lambda n: b"\xff\xfe" + event(n),
    lambda n: event(n).replace(b'"A', b'"\xffA'),
    lambda _: b"[]",
    lambda _: b'"event"',
    lambda n: b"<event>%d</event>" % n,
    lambda n: event(n).replace(b'"id"', b'"no"'),
    lambda n: event(n).replace(b'"source"', b'"no"'),
    lambda n: event(n).replace(b'"subject"', b'"no"'),
    lambda n: event(n).replace(b'"time"', b'"no"'),
    lambda n: event(n).replace(b'"type"', b'"no"'),
    lambda n: event(n).replace(b'"specversion": "1.0"', b'"specversion": "0.3"'),
    lambda n: event(n).replace(b"vn.tinhgon", b"com.example"),
    lambda n: event(n).replace(b"+07:00", b""),
    lambda n: event(n).replace(b"2024-03-04", b"2124-03-04"),
    lambda n: event(n).replace(b"2024-03-04", b"1924-03-04"),
    lambda n: event(n).replace(b"2024-03-04", b"2024-02-30"),
    lambda n: event(n, lifecycle="finished"),
    lambda n: event(n, status=99),
    lambda n: event(n, activity=" "),
    lambda n: event(n, unit="x" * 600),
    lambda n: b'{"x":' + b"[" * 50_000,
]


def test_a_thousand_broken_messages_of_many_kinds_harm_no_good_one(kafka: Broker, route: Route, store: Store) -> None:
    assert len(BROKEN) >= 20
    good = [event(number) for number in range(3_000)]
    bad = [BROKEN[number % len(BROKEN)](10_000 + number) for number in range(1_000)]
    mixed = [*good]
    for at, value in enumerate(bad):
        mixed.insert(at * 4 % len(mixed), value)  # type: ignore[arg-type]
    publish(kafka, route.events, *mixed)
    with consuming(kafka, store, route) as run:
        wait_for(lambda: store.events == 3_000)
        wait_for(lambda: run.numbers.rejected == 1_000)
        wait_for(lambda: not store.unpublished())
    assert stored_ids(store) == list(range(3_000))
    with store.cursor() as cursor:
        rows = cursor.execute("SELECT payload, reason, detail, origin, partition, position FROM rejected").fetchall()
    assert sorted((row[0] or b"") for row in rows) == sorted((value or b"") for value in bad)
    assert len({row[1] for row in rows}) >= 14
    assert all(row[2] and row[3] == route.events for row in rows)
    published = read_all(kafka, route.rejected, 1_000)
    assert sorted(published, key=repr) == sorted(
        (
            (payload, reason, str(partition), str(position))
            for payload, reason, _detail, _origin, partition, position in rows
        ),
        key=repr,
    )


def read_all(kafka: Broker, topic: str, count: int) -> list[tuple[bytes | None, str, str, str]]:
    reader = KafkaConsumer(topic, bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest", group_id=None)
    found: list[tuple[bytes | None, str, str, str]] = []
    limit = time.monotonic() + 20
    while len(found) < count and time.monotonic() < limit:
        for records in reader.poll(timeout_ms=500).values():
            for record in records:
                said = {name: text.decode() for name, text in record.headers}
                names = ("reason", "partition", "offset")
                found.append((record.value, *(said[f"tinhgon.reject.{name}"] for name in names)))  # type: ignore[arg-type]
    assert not reader.poll(timeout_ms=500)
    reader.close()
    return found


def test_a_topic_made_anew_raises_an_alarm_and_is_read_from_its_start(
    kafka: Broker, route: Route, store: Store
) -> None:
    publish(kafka, route.events, *(event(number) for number in range(300)))
    with consuming(kafka, store, route) as run:
        wait_for(lambda: store.events == 300)
        with Topics(kafka) as topics:
            topics.delete(route.events)
            wait_for(lambda: topics.look(route.events) is None)
            topics.ensure([NewTopic(route.events, 3)])
        publish(kafka, route.events, *(event(number) for number in range(250, 900)))
        wait_for(lambda: store.events == 900)
        alarms = run.numbers.alarms
    assert alarms["topic_recreated"] >= 1
    assert stored_ids(store) == list(range(900))


def test_messages_deleted_before_they_were_read_raise_an_alarm(kafka: Broker, route: Route, store: Store) -> None:
    publish(kafka, route.events, *(event(number) for number in range(300)))
    with consuming(kafka, store, route):
        wait_for(lambda: store.events == 300)
    publish(kafka, route.events, *(event(number) for number in range(300, 600)))
    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    admin.delete_records({TopicPartition(route.events, number): -1 for number in range(3)})
    admin.close()
    publish(kafka, route.events, *(event(number) for number in range(600, 700)))
    with consuming(kafka, store, route) as run:
        wait_for(lambda: store.events == 400)
        numbers = run.numbers
    assert numbers.alarms == {"offsets_deleted": 3}
    assert numbers.last_alarm is not None
    assert "were deleted before they were read" in numbers.last_alarm.detail
    assert stored_ids(store) == [*range(300), *range(600, 700)]


def test_new_partitions_are_noticed_while_running(kafka: Broker, route: Route, store: Store) -> None:
    publish(kafka, route.events, *(event(number) for number in range(200)))
    with consuming(kafka, store, route) as run:
        wait_for(lambda: store.events == 200)
        admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
        admin.create_partitions({route.events: 6})
        admin.close()
        wait_for(lambda: len(run.numbers.lag) == 6)
        publish(kafka, route.events, *(event(number) for number in range(200, 1_000)))
        wait_for(lambda: store.events == 1_000)
    assert run.numbers.alarms == {}
    assert max(store.positions(route.events)) == 5


def test_a_stop_under_load_keeps_every_batch_whole(kafka: Broker, route: Route, store: Store) -> None:
    publish(kafka, route.events, *(event(number) for number in range(30_000)))
    with consuming(kafka, store, route, Pace(batch_events=2_000)):
        wait_for(lambda: store.events > 0)
    positions = store.positions(route.events)
    assert sum(one.next_offset for one in positions.values()) == store.events
    with consuming(kafka, store, route):
        wait_for(lambda: store.events == 30_000)
    assert stored_ids(store) == list(range(30_000))


def test_a_nearly_full_disk_holds_events_back_and_says_so(kafka: Broker, route: Route, store: Store) -> None:
    publish(kafka, route.events, *(event(number) for number in range(100)))
    with consuming(kafka, store, route, Pace(check_seconds=0.1, min_free_bytes=2**60)) as run:
        wait_for(lambda: run.status.state is State.WAITING)
        assert "MB are free" in run.status.reason


def test_a_broker_that_is_down_at_first_or_goes_away_is_waited_for(
    tmp_path: Path, private_broker: Callable[[], Any]
) -> None:
    server = private_broker()
    kafka = Broker(server.bootstrap, timeout_seconds=2)
    route = Route("events-away", "events-away.rejected")
    store = open_store(tmp_path / "away.duckdb", Pseudonyms(b"a key for tests only"))
    with consuming(kafka, store, route) as run:
        wait_for(lambda: run.status.state is State.WAITING)
        assert server.bootstrap in run.status.reason
        server.start()
        wait_for(lambda: run.status.state is State.RUNNING, seconds=60)
        publish(kafka, route.events, *(event(number) for number in range(100)))
        wait_for(lambda: store.events == 100)
        server.kill()
        wait_for(lambda: run.status.state is State.WAITING)
        server.start()
        wait_for(lambda: run.status.state is State.RUNNING, seconds=60)
        publish(kafka, route.events, *(event(number) for number in range(200)))
        wait_for(lambda: store.events == 200)
        assert run.numbers.alarms == {}
    store.close()

"""The catalogue through a real broker: its compacted topic, the same consumer, the same transaction."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from api.cli import commands
from api.service import Service
from api.settings import Settings
from consuming import consuming, wait_for
from ingest.bus import Broker, NewTopic, Publisher, Topics
from ingest.catalogue import Entry, Unit, encode_message
from ingest.decode import Received
from ingest.follow import Route
from ingest.pseudonym import Pseudonyms
from ingest.store import Store, open_store

pytestmark = pytest.mark.kafka
TEMPLATES = Path(__file__).parents[2] / "docs" / "templates"
HISTORY = "SELECT entry_no, key, content, source FROM catalogue_entry ORDER BY entry_no"

Message = tuple[bytes, bytes | None]


@pytest.fixture
def route(kafka: Broker) -> Iterator[Route]:
    """Topics of this test alone; the one of the catalogue is left to whoever needs it first."""
    name = f"catalogue-{uuid.uuid4().hex[:8]}"
    route = Route(f"{name}.events", f"{name}.rejected", f"group-{name}", 2, name)
    with Topics(kafka) as topics:
        topics.ensure([NewTopic(route.events, 2), NewTopic(route.rejected, 1)])
        yield route
        for topic in (route.events, route.rejected, route.catalogue):
            if topics.look(topic):
                topics.delete(topic)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "catalogue.duckdb", Pseudonyms(b"a key for tests only"))
    yield store
    store.close()


def unit(code: str, name: str = "Sở A") -> Unit:
    return Unit(code=code, name=name)


def stated(*entries: Entry) -> list[Message]:
    return [encode_message(entry, source="urn:test", at=datetime.now(UTC)) for entry in entries]


def make(kafka: Broker, route: Route) -> None:
    with Topics(kafka) as topics:
        topics.ensure([NewTopic(route.catalogue, 1)])


def publish(kafka: Broker, topic: str, *messages: Message) -> None:
    with Publisher(kafka) as publisher:
        publisher.publish(topic, [(key, value, ()) for key, value in messages])


def event(number: int) -> Message:
    whole = {
        "specversion": "1.0",
        "id": str(number),
        "source": "urn:test",
        "type": "vn.tinhgon.dossier.step.v1",
        "subject": f"D{number}",
        "time": "2024-03-04T08:00:00+07:00",
        "data": {"procedure": "1.001193", "activity": "Thẩm định"},
    }
    return str(number).encode(), json.dumps(whole).encode()


def rows(store: Store, question: str) -> list[tuple[Any, ...]]:
    with store.cursor() as cursor:
        return cursor.execute(question).fetchall()


def names(store: Store) -> dict[str, str]:
    return dict(rows(store, "SELECT code, name FROM catalogue_unit"))


def test_the_topic_is_made_compacted_and_events_and_catalogue_arrive_together(
    kafka: Broker, route: Route, store: Store
) -> None:
    publish(kafka, route.events, *map(event, range(500)))
    with consuming(kafka, store, route) as run:
        wait_for(lambda: store.events == 500)
        publish(kafka, route.catalogue, *stated(unit("H1"), unit("H2")))
        publish(kafka, route.events, *map(event, range(500, 1_000)))
        wait_for(lambda: store.events == 1_000)
        wait_for(lambda: names(store) == {"H1": "Sở A", "H2": "Sở A"})
    numbers = run.tally.numbers()
    assert (numbers.rejected, numbers.alarms, sorted(numbers.lag)) == (0, {}, [0, 1])
    assert [one.next_offset for one in store.positions(route.catalogue).values()] == [2]
    assert sum(one.next_offset for one in store.positions(route.events).values()) == 1_000
    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    described = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, route.catalogue)])
    admin.close()
    assert described["topic"][route.catalogue]["cleanup.policy"]["value"] == "compact"


def test_a_correction_is_a_new_row_a_withdrawal_ends_it_and_a_restart_goes_on_from_there(
    kafka: Broker, route: Route, store: Store
) -> None:
    make(kafka, route)
    publish(kafka, route.catalogue, *stated(unit("H1"), unit("H2")))
    with consuming(kafka, store, route):
        wait_for(lambda: names(store) == {"H1": "Sở A", "H2": "Sở A"})
        publish(kafka, route.catalogue, *stated(unit("H1", "Sở B")), (b"unit:H2", None))
        wait_for(lambda: names(store) == {"H1": "Sở B"})
    history = rows(store, HISTORY)
    assert [(row[1], row[2] is None) for row in history] == [
        ("unit:H1", False),
        ("unit:H2", False),
        ("unit:H1", False),
        ("unit:H2", True),
    ]
    assert all(row[3].startswith(f"{route.catalogue}/0/{row[0] - 1}") for row in history)
    with consuming(kafka, store, route):
        publish(kafka, route.catalogue, *stated(unit("H3")))
        wait_for(lambda: names(store) == {"H1": "Sở B", "H3": "Sở A"})
    assert rows(store, HISTORY)[:4] == history


def test_reading_the_topic_from_its_start_again_changes_nothing(kafka: Broker, route: Route, store: Store) -> None:
    make(kafka, route)
    said = [*stated(unit("H1"), unit("H1", "Sở B")), (b"unit:H1", None), *stated(unit("H1"), unit("H2"))]
    publish(kafka, route.catalogue, *said)
    with consuming(kafka, store, route):
        wait_for(lambda: names(store) == {"H1": "Sở A", "H2": "Sở A"})
    history = rows(store, HISTORY)
    with store.writing() as cursor:
        cursor.execute("DELETE FROM kafka_position")
    with consuming(kafka, store, route):
        wait_for(lambda: [one.next_offset for one in store.positions(route.catalogue).values()] == [5])
    assert rows(store, HISTORY) == history
    assert len(history) == 5


def test_messages_that_cannot_be_used_are_rejected_and_harm_no_other(kafka: Broker, route: Route, store: Store) -> None:
    make(kafka, route)
    (_key, value) = stated(unit("H1"))[0]
    bad: list[Message] = [
        (b"unit:H1", b""),
        (b"unit:H1", b"{"),
        (b"unit:H2", value),
        (b"poem:1", None),
        (b"process:1", None),
        (b"unit:H1", (value or b"").replace(b"catalogue.unit", b"catalogue.poem")),
        (b"unit:H1", b"\xff\xfe"),
    ]
    publish(kafka, route.catalogue, *stated(unit("H1")), *bad, *stated(unit("H9")))
    with consuming(kafka, store, route) as run:
        wait_for(lambda: names(store) == {"H1": "Sở A", "H9": "Sở A"})
        wait_for(lambda: not store.unpublished())
    assert run.tally.numbers().rejected_by_reason == {"invalid_catalogue": len(bad)}
    found = rows(store, "SELECT origin, partition, position, reason, payload FROM rejected ORDER BY position")
    assert found == [
        (route.catalogue, 0, at, "invalid_catalogue", value) for at, (_key, value) in enumerate(bad, start=1)
    ]


def test_a_published_file_arrives_in_the_store_and_once_more_changes_nothing(
    kafka: Broker, route: Route, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINHGON_KAFKA_BOOTSTRAP", kafka.bootstrap)
    monkeypatch.setenv("TINHGON_KAFKA_CATALOGUE_TOPIC", route.catalogue)
    arguments = ["catalogue", "publish", str(TEMPLATES / "processes.csv"), "--json"]
    first, again = (json.loads(CliRunner().invoke(commands, arguments).stdout) for _ in range(2))
    assert (first["topic"], first["published"], again["published"]) == (route.catalogue, 4, 4)
    assert [one["place"] for one in first["warnings"]] == ["row 14"]
    with consuming(kafka, store, route):
        wait_for(lambda: [one.next_offset for one in store.positions(route.catalogue).values()] == [8])
    assert rows(store, "SELECT count(*) FROM catalogue_entry") == [(4,)]
    assert rows(store, "SELECT sum(step_hours) FROM approved_process") == [(24.0 + 8 + 4 + 104,)]


def test_a_file_of_both_goes_to_both_topics(
    kafka: Broker, route: Route, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINHGON_KAFKA_BOOTSTRAP", kafka.bootstrap)
    monkeypatch.setenv("TINHGON_KAFKA_CATALOGUE_TOPIC", route.catalogue)
    monkeypatch.setenv("TINHGON_KAFKA_EVENTS_TOPIC", route.events)
    event = {"specversion": "1.0", "source": "urn:test", "type": "vn.tinhgon.dossier.step.v1"}
    event |= {"subject": "H1", "time": "2025-01-02T08:00:00+07:00", "data": {"activity": "Tiếp nhận"}}
    lines = [value or b"" for _key, value in stated(unit("H1"), unit("H2"))]
    lines += [json.dumps(event | {"id": str(number)}).encode() for number in range(3)]
    file = tmp_path / "city.jsonl"
    file.write_bytes(b"\n".join([*lines, *(value or b"" for _key, value in stated(unit("H3", "Sở C"))), b"{"]))
    for options in ([], ["--speed", "1000000x"]):
        outcome = json.loads(CliRunner().invoke(commands, ["replay", str(file), "--json", *options]).stdout)
        outcome.pop("seconds")
        counts = {"published": 3, "catalogue": 3, "rejected": 1}
        assert outcome == {**counts, "rejected_by_reason": {"malformed_json": 1}}
    with consuming(kafka, store, route):
        wait_for(lambda: store.events == 3)
        wait_for(lambda: names(store) == {"H1": "Sở A", "H2": "Sở A", "H3": "Sở C"})
    assert rows(store, "SELECT count(*) FROM catalogue_entry") == [(3,)]


def test_what_comes_over_http_goes_through_the_topic(kafka: Broker, route: Route, tmp_path: Path) -> None:
    topics = {"events": route.events, "rejected": route.rejected, "catalogue": route.catalogue}
    names = {f"kafka_{kind}_topic": topic for kind, topic in topics.items()}
    service = Service(Settings(kafka_bootstrap=kafka.bootstrap, store=tmp_path / "http.duckdb", **names))
    service.start()
    try:
        sent = [Received(value, place, 0) for place, (_key, value) in enumerate(stated(unit("H1"), unit("H2")))]
        done = service.state(sent)
        assert (done.accepted, done.recorded, done.rejected) == (2, None, ())
        wait_for(lambda: service.store.last_entry_no == 2)
        refused = service.state([*sent, Received(b"{}", 2, 0)])
        assert (refused.accepted, [one.position for one in refused.rejected]) == (0, [2])
    finally:
        service.close()

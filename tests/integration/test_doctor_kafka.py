"""What the doctor finds at a real broker: well, away, and with topics that lose what they should keep."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.doctor.broker import check_broker, check_topics, look_at_topics, newest_message_at
from api.doctor.running import Running
from api.doctor.verdict import Outcome
from api.settings import Settings
from ingest.bus import Broker, BusError, NewTopic, Publisher, Topics
from ingest.catalogue_topic import COMPACTED

pytestmark = pytest.mark.kafka
OK, WARNING, FAILED = Outcome.OK, Outcome.WARNING, Outcome.FAILED
Configs = tuple[tuple[str, str], ...]


def settings_at(bootstrap: str) -> Settings:
    """Settings whose topics nobody else uses."""
    name = f"doctor-{uuid.uuid4().hex[:8]}"
    topics = {"kafka_events_topic": name, "kafka_rejected_topic": f"{name}.no", "kafka_catalogue_topic": f"{name}.cat"}
    return Settings(kafka_bootstrap=bootstrap, kafka_timeout_seconds=5, **topics)  # type: ignore[arg-type]


def make(settings: Settings, *, events: Configs = (), catalogue: Configs = COMPACTED) -> None:
    with Topics(Broker(settings.kafka_bootstrap)) as topics:
        topics.ensure(
            [
                NewTopic(settings.kafka_events_topic, 3, events),
                NewTopic(settings.kafka_rejected_topic, 1),
                NewTopic(settings.kafka_catalogue_topic, 1, catalogue),
            ]
        )


def outcomes(settings: Settings, *, running: Running | None = None) -> tuple[Outcome, ...]:
    """Those of the broker, and of the topics of events, rejects and the catalogue."""
    kept = look_at_topics(settings)
    topics = check_topics(settings, kept, running).values()
    return check_broker(settings, kept).outcome, *(one.outcome for one in topics)


def test_topics_as_the_service_makes_them_are_well(broker: str) -> None:
    settings = settings_at(broker)
    make(settings)
    assert outcomes(settings) == (OK, OK, OK, OK)


def test_topics_that_are_missing_are_made_at_a_start_and_a_fault_while_a_service_runs(broker: str) -> None:
    settings = settings_at(broker)
    assert outcomes(settings) == (OK, WARNING, WARNING, WARNING)
    assert outcomes(settings, running=Running("0", 1, 1, (), None)) == (OK, FAILED, FAILED, FAILED)


@pytest.mark.parametrize(
    ("events", "catalogue", "found"),
    [
        ((("cleanup.policy", "compact"),), COMPACTED, (OK, FAILED, OK, OK)),
        ((("retention.ms", "3600000"),), COMPACTED, (OK, WARNING, OK, OK)),
        ((("retention.ms", "-1"),), (("cleanup.policy", "delete"),), (OK, OK, OK, FAILED)),
        ((("retention.ms", "604800000"),), (("cleanup.policy", "compact,delete"),), (OK, OK, OK, FAILED)),
    ],
)
def test_topics_that_lose_what_they_should_keep_are_told(
    broker: str, events: Configs, catalogue: Configs, found: tuple[Outcome, ...]
) -> None:
    settings = settings_at(broker)
    make(settings, events=events, catalogue=catalogue)
    assert outcomes(settings) == found


def test_what_to_do_about_a_topic_names_it_and_the_command(broker: str) -> None:
    settings = settings_at(broker)
    make(settings, catalogue=())
    verdict = check_topics(settings, look_at_topics(settings), None)[f"topic {settings.kafka_catalogue_topic}"]
    assert verdict.todo is not None
    assert f"--topic {settings.kafka_catalogue_topic} --add-config cleanup.policy=compact" in verdict.todo.vi


def test_the_newest_message_tells_the_clock_of_those_who_send(broker: str) -> None:
    settings = settings_at(broker)
    make(settings)
    assert newest_message_at(look_at_topics(settings)) is None
    with Publisher(Broker(broker)) as publisher:
        publisher.publish(settings.kafka_events_topic, [(b"H1", b"{}", ())])
    newest = newest_message_at(look_at_topics(settings))
    assert newest is not None
    assert abs(datetime.now(UTC) - newest) < timedelta(minutes=1)


def test_a_broker_that_goes_is_told_and_its_topics_are_not_judged(
    private_broker: Callable[[], Any], tmp_path: Path
) -> None:
    server = private_broker()
    settings = settings_at(server.start())
    make(settings)
    assert outcomes(settings) == (OK, OK, OK, OK)
    server.kill()
    kept = look_at_topics(settings)
    assert isinstance(kept, BusError)
    verdict = check_broker(settings, kept)
    assert (verdict.outcome, verdict.found.en) == (FAILED, str(kept))
    assert server.bootstrap in verdict.found.vi
    assert [one.outcome for one in check_topics(settings, kept, None).values()] == [WARNING]


def test_without_kafka_there_is_nothing_to_look_at() -> None:
    settings = Settings(kafka="off")
    assert outcomes(settings) == (OK,)

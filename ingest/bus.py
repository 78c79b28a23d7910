"""Kafka: the only module that imports the client library. Topics, the stream of events, the publisher."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType, OffsetSpec
from kafka.errors import KafkaConfigurationError, KafkaError, OffsetOutOfRangeError, TopicAlreadyExistsError
from kafka.net.compat import KafkaNetClient
from kafka.structs import OffsetAndMetadata, TopicPartition

from ingest import IngestError
from ingest.catalogue_topic import KeyedMessage
from ingest.keeping import CLEANUP, RETENTION, Keeping

_FETCH_BYTES = 8 * 1024 * 1024
_PUBLISH_BYTES = 256 * 1024
_NO_TOPIC_ID = "00000000-0000-0000-0000-000000000000"

Place = tuple[str, int]
"""A topic and one of its partitions."""


class Delivered(KeyedMessage, Protocol):
    """A message as Kafka delivers it."""

    @property
    def topic(self) -> str: ...


class BusError(IngestError):
    """Kafka cannot be used for what was asked."""


class BusUnavailableError(BusError):
    """The broker cannot be reached, or does not answer in time; trying again later is right."""


class OffsetsGoneError(BusError):
    """The offset that was to be read next is no longer, or not yet, in the topic."""


@dataclass(frozen=True, slots=True)
class Broker:
    """How to reach a Kafka cluster: `bootstrap` is host:port[,host:port]; `security` the client's own options.

    Every single request is given up after `timeout_seconds`.
    """

    bootstrap: str
    security: tuple[tuple[str, str], ...] = ()
    timeout_seconds: float = 5.0

    def options(self) -> dict[str, Any]:
        """Return the options that every client of this cluster shares."""
        milliseconds = int(self.timeout_seconds * 1000)
        return {
            "bootstrap_servers": self.bootstrap.split(","),
            "bootstrap_timeout_ms": milliseconds,
            "request_timeout_ms": milliseconds,
            "reconnect_backoff_max_ms": 1000,
            **dict(self.security),
        }


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it is now: the ids tell it from one of the same name that was there before."""

    name: str
    cluster_id: str
    topic_id: str
    partitions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A topic to be made where it is missing; `partitions` of -1 leaves the number to the cluster."""

    name: str
    partitions: int = -1
    configs: tuple[tuple[str, str], ...] = ()


class Topics:
    """Looks at the topics of a cluster, and makes missing ones. Close it after use."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        with _connecting(broker) as options:
            self._admin = KafkaAdminClient(client_id="tinhgon-topics", **options)

    def ensure(self, topics: Iterable[NewTopic]) -> list[str]:
        """Make the topics that do not exist, wait until they have leaders, and return their names."""
        with _translated(self._broker):
            present = {one["name"] for one in self._admin.describe_topics()}
            missing = {
                one.name: {"num_partitions": one.partitions, "configs": dict(one.configs)}
                for one in topics
                if one.name not in present
            }
            if missing:
                with suppress(TopicAlreadyExistsError):  # somebody was quicker, which serves as well
                    self._admin.create_topics(missing, wait_for_metadata=True)
        return sorted(missing)

    def look(self, name: str) -> Topic | None:
        """Return the topic called `name`, or None where there is none."""
        with _translated(self._broker):
            cluster = self._admin.describe_cluster()
            found = [one for one in self._admin.describe_topics() if one["name"] == name]
        if not found:
            return None
        numbers = sorted(one["partition_index"] for one in found[0]["partitions"])
        topic_id = str(found[0].get("topic_id") or _NO_TOPIC_ID)
        return Topic(name, str(cluster["cluster_id"]), topic_id, tuple(numbers))

    def keeping(self, name: str) -> Keeping | None:
        """Return how the topic called `name` keeps its messages, or None where there is none."""
        asked = ConfigResource(ConfigResourceType.TOPIC, name, [CLEANUP, RETENTION])
        with _translated(self._broker):
            found = [one for one in self._admin.describe_topics() if one["name"] == name]
            if not found:
                return None
            leaders = {one["partition_index"]: one["leader_id"] for one in found[0]["partitions"]}
            configs = self._admin.describe_configs([asked], config_filter="all").get("topic", {}).get(name, {})
            newest = {TopicPartition(name, one): OffsetSpec.MAX_TIMESTAMP for one, at in leaders.items() if at >= 0}
            times = self._admin.list_partition_offsets(newest).values() if newest else ()
        return Keeping.of(leaders, configs, [one.timestamp for one in times])

    def delete(self, name: str) -> None:
        """Delete a topic and all that is in it."""
        with _translated(self._broker):
            self._admin.delete_topics([name])

    def close(self) -> None:
        """Close the connection."""
        self._admin.close()

    def __enter__(self) -> "Topics":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class EventStream:
    """Reads topics from given offsets on, by assignment: the store says where to go on, never Kafka.

    Used by one thread. `group` only names the offsets that are committed for the usual lag tools.
    """

    def __init__(self, broker: Broker, topics: Iterable[Topic], group: str) -> None:
        self._broker = broker
        self._partitions = [TopicPartition(topic.name, number) for topic in topics for number in topic.partitions]
        with _connecting(broker) as options:
            self._consumer = KafkaConsumer(
                client_id="tinhgon-ingest",
                group_id=group,
                enable_auto_commit=False,
                auto_offset_reset="none",
                isolation_level="read_committed",
                allow_auto_create_topics=False,
                max_partition_fetch_bytes=_FETCH_BYTES,
                metrics_enabled=False,
                **options,
            )
        self._consumer.assign(self._partitions)

    def bounds(self) -> dict[Place, tuple[int, int]]:
        """Return, per partition, the first offset still there and the one the next message will get."""
        limit = int(self._broker.timeout_seconds * 1000)
        with _translated(self._broker):
            first = self._consumer.beginning_offsets(self._partitions, timeout_ms=limit)
            last = self._consumer.end_offsets(self._partitions, timeout_ms=limit)
        return {_place(one): (first[one], last[one]) for one in self._partitions}

    def seek(self, offsets: Mapping[Place, int]) -> None:
        """Go on at these offsets, a partition each."""
        for place, offset in offsets.items():
            self._consumer.seek(TopicPartition(*place), offset)

    def poll(self, *, seconds: float, most: int) -> list[Delivered]:
        """Return up to `most` messages, waiting up to `seconds` for the first; raises OffsetsGoneError."""
        with _translated(self._broker):
            found = self._consumer.poll(timeout_ms=int(seconds * 1000), max_records=most)
        if len(found) == 1:
            return next(iter(found.values()))
        return [message for messages in found.values() for message in messages]

    def next_offsets(self) -> dict[Place, int]:
        """Return where each partition goes on after what was polled, control records included."""
        limit = int(self._broker.timeout_seconds * 1000)
        with _translated(self._broker):
            return {_place(one): self._consumer.position(one, timeout_ms=limit) for one in self._partitions}

    def waiting(self) -> dict[Place, int]:
        """Return, per partition, how many messages wait as far as the last fetch told; asks nobody."""
        ends = {one: self._consumer.highwater(one) for one in self._partitions}
        offsets = self.next_offsets()
        return {_place(one): max(0, end - offsets[_place(one)]) for one, end in ends.items() if end is not None}

    def pause(self) -> None:
        """Fetch nothing more for now."""
        self._consumer.pause(*self._partitions)

    def resume(self) -> None:
        """Fetch again."""
        self._consumer.resume(*self._partitions)

    def show_progress(self, offsets: Mapping[Place, int]) -> None:
        """Commit offsets to Kafka, for lag tools only; a failure does not matter and is not waited for."""
        shown = {TopicPartition(*place): OffsetAndMetadata(at, "", -1) for place, at in offsets.items()}
        with _translated(self._broker):
            self._consumer.commit_async(shown)

    def close(self) -> None:
        """Close within about a second, whatever the broker does."""
        self._consumer.close(autocommit=False, timeout_ms=1000)

    def __enter__(self) -> "EventStream":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class Publisher:
    """Writes messages, acknowledged by all in-sync replicas and without duplicates from retries."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        with _connecting(broker) as options:
            self._producer = KafkaProducer(
                client_id="tinhgon-publisher",
                acks="all",
                enable_idempotence=True,
                compression_type="lz4",
                linger_ms=5,
                batch_size=_PUBLISH_BYTES,
                metrics_enabled=False,
                delivery_timeout_ms=int(broker.timeout_seconds * 4000),
                **options,
            )

    def publish(
        self, topic: str, messages: Iterable[tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes]]]]
    ) -> int:
        """Publish (key, value, headers) messages, wait for every acknowledgement, and return their number.

        Raises BusUnavailableError when any of them was not acknowledged in time; some may be published then.
        """
        with _translated(self._broker):
            waiting = [
                self._producer.send(topic, key=key, value=value, headers=list(headers))
                for key, value, headers in messages
            ]
            self._producer.flush(timeout=self._broker.timeout_seconds * 4)
            for one in waiting:
                one.get(timeout=self._broker.timeout_seconds)
        return len(waiting)

    def close(self) -> None:
        """Close within about a second."""
        self._producer.close(timeout=1)

    def __enter__(self) -> "Publisher":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def _place(partition: TopicPartition) -> Place:
    return partition.topic, partition.partition


@contextmanager
def _connecting(broker: Broker) -> Iterator[dict[str, Any]]:
    """Yield the options of a new client, and end what it began when it cannot be made: it would leave a thread."""
    begun: list[KafkaNetClient] = []

    def client(**config: Any) -> KafkaNetClient:
        begun.append(KafkaNetClient(**config))
        return begun[-1]

    with _translated(broker):
        try:
            yield {**broker.options(), "kafka_client": client}
        except KafkaError:
            for one in begun:
                one.close()
            raise


@contextmanager
def _translated(broker: Broker) -> Iterator[None]:
    try:
        yield
    except OffsetOutOfRangeError as error:
        raise OffsetsGoneError(f"an offset is no longer in the topic: {error}") from error
    except KafkaConfigurationError as error:
        raise BusError(f"the Kafka client refuses its settings: {error}") from error
    except KafkaError as error:
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        raise BusUnavailableError(f"the Kafka broker at {broker.bootstrap} does not answer ({what})") from error

"""The intake of events in numbers."""

from collections.abc import Iterator

from api.metrics.family import Family, counter, counters, gauge, gauges, summary
from api.service import ServiceStatus
from ingest.consume import State
from ingest.reject import Reason
from ingest.resume import AlarmKind
from ingest.tally import Numbers


def of_intake(status: ServiceStatus) -> Iterator[Family]:
    """Yield what was taken in, and how far the intake is."""
    yield from _events(status.numbers)
    yield from _stream(status.numbers)
    yield from _batches(status.numbers)
    yield gauge(
        "tinhgon_ingest_up",
        "1 while events are taken in. When it is 0: the reason is in /v1/status.",
        status.ingest.state is State.RUNNING,
    )


def _events(numbers: Numbers) -> Iterator[Family]:
    yield counters(
        "tinhgon_ingest_events",
        "Events taken in, by outcome. When `rejected` rises: read /v1/rejects and tell the sender.",
        "outcome",
        {"stored": numbers.stored, "duplicate": numbers.duplicates, "rejected": numbers.rejected},
    )
    yield counters(
        "tinhgon_ingest_rejected",
        "Events that could not be used, by reason. When one rises: docs/events.md says what its reason means.",
        "reason",
        {reason.value: numbers.rejected_by_reason.get(reason.value, 0) for reason in Reason},
    )
    yield counters(
        "tinhgon_ingest_alarms",
        "Events may have been lost or are read again. When it rises: read last_alarm in /v1/status.",
        "kind",
        {kind.value: numbers.alarms.get(kind.value, 0) for kind in AlarmKind},
    )


def _stream(numbers: Numbers) -> Iterator[Family]:
    yield counter(
        "tinhgon_ingest_stalls",
        "Streams that delivered nothing although messages waited. When it rises: look at the broker.",
        numbers.stalls,
    )
    yield counter(
        "tinhgon_ingest_reconnects",
        "Connections to Kafka lost and tried again. When it rises: look at the broker and the network.",
        numbers.reconnects,
    )
    yield gauges(
        "tinhgon_ingest_lag_messages",
        "Messages in Kafka that wait. When it keeps rising: events come faster than the store takes them in.",
        "partition",
        {str(partition): waiting for partition, waiting in numbers.lag.items()},
    )
    yield gauges(
        "tinhgon_ingest_position_messages",
        "Offset of the next message to read. When it stands still while the lag grows: the intake stalls.",
        "partition",
        {str(partition): offset for partition, offset in numbers.next_offsets.items()},
    )


def _batches(numbers: Numbers) -> Iterator[Family]:
    yield counter(
        "tinhgon_ingest_batches",
        "Batches committed. When it stands still while the lag grows: the store is too slow.",
        numbers.batches,
    )
    yield summary(
        "tinhgon_ingest_batch_seconds",
        "Time to commit a batch. When its mean rises: look at the disk, and at TINHGON_BATCH_EVENTS.",
        count=numbers.batches,
        total=numbers.batch_seconds,
    )
    yield summary(
        "tinhgon_ingest_batch_events",
        "Events of a batch. When its mean is near TINHGON_BATCH_EVENTS: batches are full, the intake has no reserve.",
        count=numbers.batches,
        total=numbers.stored + numbers.duplicates + numbers.rejected,
    )
    yield gauge(
        "tinhgon_ingest_last_batch_timestamp_seconds",
        "When the last batch was committed; 0: none since the start. When it gets old: nothing is sent, or it stalls.",
        numbers.last_batch_at.timestamp() if numbers.last_batch_at else 0,
    )

"""Where to go on reading after a start, and what must not go unnoticed there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ingest.bus import Topic
from ingest.store import Position


class AlarmKind(StrEnum):
    """Why events may have been lost, or are read a second time, between two runs."""

    TOPIC_RECREATED = "topic_recreated"
    CLUSTER_CHANGED = "cluster_changed"
    OFFSETS_DELETED = "offsets_deleted"
    OFFSETS_AHEAD = "offsets_ahead"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person should look at; `detail` says what was found and what was done."""

    kind: AlarmKind
    detail: str


@dataclass(frozen=True, slots=True)
class Resumption:
    """The offset to read next in each partition, and the alarms that were raised in finding it."""

    offsets: dict[int, int]
    alarms: tuple[Alarm, ...]


def resume(topic: Topic, stored: Mapping[int, Position], bounds: Mapping[int, tuple[int, int]]) -> Resumption:
    """Decide where each partition goes on.

    `stored` is what the store remembers, `bounds` (first, next) what the topic has now. Wherever the remembered
    offset cannot be trusted the partition is read from its first event: events that are stored already are
    recognised by their id, so that reading twice is safe and skipping never happens.
    """
    offsets: dict[int, int] = {}
    alarms: list[Alarm] = []
    for partition, (first, end) in sorted(bounds.items()):
        position = stored.get(partition)
        offsets[partition] = first
        if position is None:
            continue
        alarm = _alarm(topic, position, first, end)
        if alarm:
            alarms.append(alarm)
        else:
            offsets[partition] = position.next_offset
    return Resumption(offsets, tuple(alarms))


def _alarm(topic: Topic, position: Position, first: int, end: int) -> Alarm | None:
    place = f"partition {position.partition} of {topic.name}"
    again = f"reading it from offset {first}"
    if position.cluster_id != topic.cluster_id:
        return Alarm(
            AlarmKind.CLUSTER_CHANGED,
            f"{place} was read from cluster {position.cluster_id}, this is {topic.cluster_id}; {again}",
        )
    if position.topic_id != topic.topic_id:
        return Alarm(
            AlarmKind.TOPIC_RECREATED,
            f"{place} was deleted and made anew since offset {position.next_offset} was read; {again}",
        )
    if position.next_offset < first:
        return Alarm(
            AlarmKind.OFFSETS_DELETED,
            f"{first - position.next_offset} messages of {place} were deleted before they were read "
            f"(offsets {position.next_offset} to {first - 1}); {again}",
        )
    if position.next_offset > end:
        return Alarm(
            AlarmKind.OFFSETS_AHEAD,
            f"{place} ends at offset {end}, before offset {position.next_offset} that was read already; {again}",
        )
    return None

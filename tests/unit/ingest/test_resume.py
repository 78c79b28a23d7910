"""Where reading goes on after a start, and that nothing odd goes unnoticed."""

import re

import pytest

from ingest.bus import Topic
from ingest.resume import AlarmKind, resume
from ingest.store import Position

TOPIC = Topic("dossier-events", "cluster-1", "topic-1", (0, 1))


def stored(next_offset: int, cluster: str = "cluster-1", topic: str = "topic-1") -> dict[int, Position]:
    return {0: Position("dossier-events", 0, next_offset, cluster, topic)}


def test_a_new_store_starts_at_the_first_offset_there_is() -> None:
    found = resume(TOPIC, {}, {0: (0, 10), 1: (4, 9)})
    assert (found.offsets, found.alarms) == ({0: 0, 1: 4}, ())


@pytest.mark.parametrize("next_offset", [3, 5, 10])
def test_an_offset_inside_the_topic_is_gone_on_with(next_offset: int) -> None:
    found = resume(TOPIC, stored(next_offset), {0: (3, 10)})
    assert (found.offsets, found.alarms) == ({0: next_offset}, ())


def test_a_new_partition_is_read_from_its_start_without_alarm() -> None:
    found = resume(TOPIC, stored(5), {0: (0, 10), 1: (0, 7)})
    assert (found.offsets, found.alarms) == ({0: 5, 1: 0}, ())


@pytest.mark.parametrize(
    ("position", "kind", "said"),
    [
        (stored(5, topic="topic-0"), AlarmKind.TOPIC_RECREATED, "made anew since offset 5"),
        (stored(5, cluster="cluster-0"), AlarmKind.CLUSTER_CHANGED, "cluster-0"),
        (stored(1), AlarmKind.OFFSETS_DELETED, r"2 messages .* \(offsets 1 to 2\)"),
        (stored(11), AlarmKind.OFFSETS_AHEAD, "before offset 11"),
    ],
)
def test_what_cannot_be_trusted_raises_an_alarm_and_is_read_again(
    position: dict[int, Position], kind: AlarmKind, said: str
) -> None:
    found = resume(TOPIC, position, {0: (3, 10)})
    (alarm,) = found.alarms
    assert found.offsets == {0: 3}
    assert alarm.kind is kind
    assert re.search(said, alarm.detail)

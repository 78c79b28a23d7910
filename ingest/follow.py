"""One connection to the topics: batches from the store's own offsets on, until something changes."""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from ingest.bus import Broker, Delivered, EventStream, Place, Publisher, Topic, Topics
from ingest.catalogue_topic import read_messages
from ingest.decode import decode
from ingest.intake import Intake
from ingest.reject import Rejected
from ingest.resume import resume
from ingest.store import IN_MEMORY, Committed, Position

_log = logging.getLogger(__name__)
_POLL_MESSAGES = 5_000
_POLL_SECONDS = 0.1
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Route:
    """Which topics are read and written, and under which group name progress is shown."""

    events: str = "dossier-events"
    rejected: str = "dossier-events.rejected"
    group: str = "tinhgon"
    partitions: int = 3
    catalogue: str = "procedure-catalogue"

    @property
    def followed(self) -> tuple[str, str]:
        """The topics that are read."""
        return self.events, self.catalogue


@dataclass(frozen=True, slots=True)
class Pace:
    """When a batch is full, and how often and how long things are tried. Times are in seconds."""

    batch_events: int = 20_000
    batch_bytes: int = 64 * 1024 * 1024
    batch_seconds: float = 0.5
    check_seconds: float = 2.0
    look_seconds: float = 10.0
    retry_seconds: float = 1.0
    stall_seconds: float = 30.0
    min_free_bytes: int = 512 * 1024 * 1024


class StartAgainError(Exception):
    """The stream is to be opened anew, for the reason given."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a connection works with: where events go, how fast, when to end, and whom to tell about a hold-up.

    `held_up(reason)` is told why nothing is taken in, and None when it goes on.
    """

    broker: Broker
    route: Route
    pace: Pace
    intake: Intake
    stopping: threading.Event
    held_up: Callable[[str | None], None]
    clock: Callable[[], float] = time.monotonic


class Session:
    """One connection: from the offsets in the store until the broker goes, a topic changes, or the stop."""

    def __init__(
        self,
        work: Work,
        topics: Topics,
        followed: Sequence[Topic],
        stream: EventStream,
        committer: ThreadPoolExecutor,
    ) -> None:
        self._work = work
        self._intake, self._pace, self._clock = work.intake, work.pace, work.clock
        self._topics, self._stream = topics, stream
        self._followed = {topic.name: topic for topic in followed}
        self._committer = committer
        self._committing: Future[Committed] | None = None
        self._messages: list[Delivered] = []
        self._bytes = 0
        self._begun_at = 0.0
        self._delivered_at = self._checked_at = self._looked_at = self._clock()
        self._rejects_wait = True

    def run(self) -> None:
        """Read until the stop; raises StoreError, StartAgainError and the errors of the bus."""
        bounds = self._stream.bounds()
        offsets: dict[Place, int] = {}
        for name, topic in self._followed.items():
            where = resume(topic, self._intake.store.positions(name), _of(name, bounds))
            for alarm in where.alarms:
                _log.error("ALARM", extra={"kind": alarm.kind.value, "detail": alarm.detail})
                self._intake.tally.alarm(alarm)
            offsets |= {(name, partition): offset for partition, offset in where.offsets.items()}
        self._stream.seek(offsets)
        self._work.held_up(None)
        self._measure_lag(bounds, offsets)
        try:
            while not self._work.stopping.is_set():
                self._turn()
        finally:
            self._settle()

    def _turn(self) -> None:
        self._keep(self._stream.poll(seconds=_POLL_SECONDS, most=_POLL_MESSAGES))
        now = self._clock()
        if self._full(now):
            self._hand_over()
        elif self._committing and self._committing.done():
            self._settle()
        if now - self._checked_at >= self._pace.check_seconds:
            self._check(now)

    def _keep(self, messages: list[Delivered]) -> None:
        if not messages:
            return
        self._delivered_at = self._clock()
        if not self._messages:
            self._begun_at = self._delivered_at
        self._messages += messages
        self._bytes += sum(len(message.value or b"") for message in messages)

    def _full(self, now: float) -> bool:
        return bool(self._messages) and (
            len(self._messages) >= self._pace.batch_events
            or self._bytes >= self._pace.batch_bytes
            or now - self._begun_at >= self._pace.batch_seconds
        )

    def _hand_over(self) -> None:
        messages, self._messages, self._bytes = self._messages, [], 0
        positions = tuple(
            Position(name, partition, offset, self._followed[name].cluster_id, self._followed[name].topic_id)
            for (name, partition), offset in self._stream.next_offsets().items()
        )
        route = self._work.route
        events = [one for one in messages if one.topic == route.events]
        decoded = decode(events, origin=route.events, now=datetime.now(UTC))
        stated, refused = read_messages(
            [one for one in messages if one.topic == route.catalogue], origin=route.catalogue
        )
        decoded = replace(decoded, rejected=decoded.rejected + refused)
        self._wait_for_commit()
        self._committing = self._committer.submit(self._intake.commit, decoded, positions, stated)

    def _wait_for_commit(self) -> None:
        """Let the batch before finish; while it takes long, fetch nothing but stay connected."""
        paused = False
        while self._committing and not _within(self._committing, 1.0):
            if not paused:
                self._stream.pause()
                paused = True
            self._keep(self._stream.poll(seconds=0, most=1))
        if paused:
            self._stream.resume()
        self._settle()

    def _settle(self) -> None:
        """Take note of a commit, waiting for it if need be; raises StoreError if it failed."""
        if self._committing is None:
            return
        committing, self._committing = self._committing, None
        self._rejects_wait |= committing.result().rejected > 0
        store = self._intake.store
        stored = [one for name in self._followed for one in store.positions(name).values()]
        self._stream.show_progress({(one.topic, one.partition): one.next_offset for one in stored})

    def _check(self, now: float) -> None:
        self._checked_at = now
        if self._rejects_wait:
            self._publish_rejects()
        self._await_space()
        if now - self._looked_at >= self._pace.look_seconds:
            self._looked_at = now
            for name, topic in self._followed.items():
                if self._topics.look(name) != topic:
                    raise StartAgainError(f"the topic {name} changed (new partitions, or made anew)")
        silent = now - self._delivered_at
        if silent < self._pace.check_seconds:
            # Messages flow, so the broker is there: what they told of the lag is as good as asking.
            self._tell(self._stream.next_offsets(), self._stream.waiting())
            return
        lag = self._measure_lag(self._stream.bounds(), self._stream.next_offsets())
        if lag and silent >= self._pace.stall_seconds:
            self._intake.tally.stall()
            raise StartAgainError(f"{lag} messages wait but none came for {self._pace.stall_seconds:.0f} s")

    def _measure_lag(self, bounds: dict[Place, tuple[int, int]], offsets: dict[Place, int]) -> int:
        lag = {place: max(0, end - offsets[place]) for place, (_first, end) in bounds.items()}
        self._tell(offsets, lag)
        return sum(lag.values())

    def _tell(self, offsets: dict[Place, int], lag: dict[Place, int]) -> None:
        """Tell the tally how far the events are read; the catalogue is small and is not shown."""
        events = self._work.route.events
        self._intake.tally.progress(_of(events, offsets), _of(events, lag))

    def _publish_rejects(self) -> None:
        """Bring the rejects of the store to their topic: at least once, marked with where they came from."""
        while batch := self._intake.store.unpublished():
            with Publisher(self._work.broker) as publisher:
                publisher.publish(self._work.route.rejected, (_reject_message(one) for _no, one in batch))
            self._intake.store.mark_published(batch[-1][0])
        self._rejects_wait = False

    def _await_space(self) -> None:
        """Stop taking in events while the disk is nearly full: a full disk would end the store."""
        path = self._intake.store.path
        paused = False
        while path != IN_MEMORY and not self._work.stopping.is_set():
            if shutil.disk_usage(Path(path).parent).free >= self._pace.min_free_bytes:
                break
            if not paused:
                self._stream.pause()
                paused = True
            self._work.held_up(
                f"less than {self._pace.min_free_bytes / 1e6:,.0f} MB are free beside {path}; "
                "events are taken in again when there is more space"
            )
            self._keep(self._stream.poll(seconds=0, most=1))
            self._work.stopping.wait(self._pace.retry_seconds)
        if paused:
            self._stream.resume()
            self._delivered_at = self._clock()
            self._work.held_up(None)


def _of(topic: str, places: Mapping[Place, _Value]) -> dict[int, _Value]:
    return {partition: value for (name, partition), value in places.items() if name == topic}


def _within(future: Future[Committed], seconds: float) -> bool:
    try:
        future.exception(seconds)
    except TimeoutError:
        return False
    return True


def _reject_message(one: Rejected) -> tuple[bytes, bytes | None, list[tuple[str, bytes]]]:
    """The bytes as they came; headers say why and from where, as Kafka Connect's do; the key shows a repetition."""
    place = f"{one.origin}/{'' if one.partition is None else one.partition}/{one.position}"
    headers = {
        "tinhgon.reject.reason": one.reason.value,
        "tinhgon.reject.detail": one.detail,
        "tinhgon.reject.topic": one.origin,
        "tinhgon.reject.partition": "" if one.partition is None else str(one.partition),
        "tinhgon.reject.offset": str(one.position),
    }
    return place.encode(), one.payload, [(name, text.encode()) for name, text in headers.items()]

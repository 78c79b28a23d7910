"""The consumer: keeps a connection to the topic for as long as the service runs."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from ingest.bus import Broker, BusUnavailableError, EventStream, NewTopic, OffsetsGoneError, Topic, Topics
from ingest.catalogue_topic import COMPACTED
from ingest.follow import Pace, Route, Session, StartAgainError, Work
from ingest.intake import Intake

_log = logging.getLogger(__name__)


class State(StrEnum):
    """What the consumer is doing."""

    STARTING = "starting"
    RUNNING = "running"
    WAITING = "waiting"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the consumer, why it is in it, and since when (UTC)."""

    state: State
    reason: str
    since: datetime


class Consumer:
    """Reads the topic until `stop()` and commits batches; `run()` belongs in a thread of its own.

    While a batch commits, the next one is read and decoded; a third is not begun, which bounds memory. A broker
    that is away is waited for, with the reason in `status`; an error of the store ends `run()` with that error.
    """

    def __init__(
        self,
        broker: Broker,
        intake: Intake,
        *,
        route: Route | None = None,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._work = Work(broker, route or Route(), pace or Pace(), intake, threading.Event(), self._held_up, clock)
        self._status = Status(State.STARTING, "connecting to Kafka", datetime.now(UTC))

    @property
    def status(self) -> Status:
        """What the consumer is doing now."""
        return self._status

    def stop(self) -> None:
        """Ask `run()` to end: the batch that commits is finished, the one being read is dropped whole."""
        self._work.stopping.set()

    def run(self) -> None:
        """Consume until `stop()`; raises StoreError when the store cannot be written any more."""
        with ThreadPoolExecutor(1, thread_name_prefix="commit") as committer:
            while not self._work.stopping.is_set():
                try:
                    self._follow(committer)
                except (BusUnavailableError, OffsetsGoneError, StartAgainError) as error:
                    self._work.intake.tally.reconnect()
                    self._become(State.WAITING, str(error))
                    self._work.stopping.wait(self._work.pace.retry_seconds)
        self._become(State.STOPPED, "stopped on request")

    def _follow(self, committer: ThreadPoolExecutor) -> None:
        with Topics(self._work.broker) as topics:
            made = topics.ensure(_wanted(self._work.route))
            if made:
                _log.info("topics made", extra={"topics": made})
            followed = [self._existing(topics, name) for name in self._work.route.followed]
            with EventStream(self._work.broker, followed, self._work.route.group) as stream:
                Session(self._work, topics, followed, stream, committer).run()

    def _existing(self, topics: Topics, name: str) -> Topic:
        topic = topics.look(name)
        if topic is None:
            raise BusUnavailableError(f"the topic {name} does not exist and was not made")
        return topic

    def _held_up(self, reason: str | None) -> None:
        if reason is None:
            self._become(State.RUNNING, f"reading {' and '.join(self._work.route.followed)}")
        else:
            self._become(State.WAITING, reason)

    def _become(self, state: State, reason: str) -> None:
        if (state, reason) != (self._status.state, self._status.reason):
            level = logging.INFO if state in (State.RUNNING, State.STOPPED) else logging.WARNING
            _log.log(level, "ingest %s", state, extra={"reason": reason})
            self._status = Status(state, reason, datetime.now(UTC))


def _wanted(route: Route) -> list[NewTopic]:
    catalogue = NewTopic(route.catalogue, 1, COMPACTED)
    return [NewTopic(route.events, route.partitions), NewTopic(route.rejected, 1), catalogue]

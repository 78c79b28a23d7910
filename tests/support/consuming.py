"""A consumer that runs beside a test, and patience that ends."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ingest.bus import Broker
from ingest.consume import Consumer, State, Status
from ingest.follow import Pace, Route
from ingest.intake import Intake
from ingest.store import Store
from ingest.tally import Numbers, Tally

QUICK = Pace(batch_events=700, batch_seconds=0.2, check_seconds=0.3, look_seconds=0.3, retry_seconds=0.2)


@dataclass(frozen=True)
class Run:
    """A consumer at work and what it has counted."""

    consumer: Consumer
    tally: Tally

    @property
    def status(self) -> Status:
        """What the consumer is doing now."""
        return self.consumer.status

    @property
    def numbers(self) -> Numbers:
        """What it has counted so far."""
        return self.tally.numbers()


@contextmanager
def consuming(kafka: Broker, store: Store, route: Route, pace: Pace = QUICK) -> Iterator[Run]:
    """Run a consumer in a thread of its own; leaving asserts that it stops in order, within five seconds."""
    tally = Tally()
    consumer = Consumer(kafka, Intake(store, tally), route=route, pace=pace)
    thread = threading.Thread(target=consumer.run, daemon=True)
    thread.start()
    yield Run(consumer, tally)
    consumer.stop()
    started = time.monotonic()
    thread.join(10)
    assert not thread.is_alive()
    assert time.monotonic() - started < 5
    assert consumer.status.state is State.STOPPED


def wait_for(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    """Wait until the condition holds; it is a failure when it does not in time."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.02)

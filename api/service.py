"""The assembly: one store, one way in, one miner, and the threads that keep them going."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from api.calendars import CurrentCalendars
from api.compliance.watch import ComplianceNumbers, ComplianceWatch
from api.conformance.comparer import Comparer, ComparerNumbers
from api.findings import Findings
from api.given_files import due_rules, office_hours, plan_of, step_mapping_of, thresholds_of
from api.improvement.watch import ImprovementNumbers, ImprovementWatch
from api.miner import Miner, MiningNumbers
from api.punctuality import Punctuality, PunctualityNumbers
from api.reports.watch import SavingsNumbers, SavingsWatch
from api.settings import Settings
from api.waiting.watch import WaitingNumbers, WaitingWatch
from ingest.bus import Broker, BusUnavailableError, Publisher
from ingest.catalogue_check import warnings
from ingest.catalogue_store import Recorded, warnings_of
from ingest.catalogue_topic import read_unkeyed
from ingest.consume import Consumer, State, Status
from ingest.decode import Received, decode
from ingest.follow import Pace, Route
from ingest.intake import Intake
from ingest.pseudonym import Pseudonyms, load_key
from ingest.reject import Rejected
from ingest.store import Store, open_store
from ingest.tally import Numbers, Tally
from mining.derive import Refreshed
from mining.models.discovery import Discovery

_log = logging.getLogger(__name__)
_JOIN_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of events that came over HTTP; `duplicates` is unknown (None) where Kafka carries them on."""

    accepted: int
    duplicates: int | None
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Statements:
    """What became of messages of the catalogue that came over HTTP: all were taken, or none where one is `rejected`.

    `recorded` is unknown (None) where Kafka carries them on; `warnings` are what a person should look at, by key.
    """

    accepted: int
    recorded: Recorded | None
    warnings: Mapping[str, Sequence[str]]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """How the service is, as plain values; `not_ready` lists the reasons, and is empty when all is well."""

    events: int
    mined_events: int
    ingest: Status
    numbers: Numbers
    mining: MiningNumbers
    punctuality: PunctualityNumbers
    savings: SavingsNumbers
    waiting: WaitingNumbers
    improvement: ImprovementNumbers
    comparer: ComparerNumbers
    compliance: ComplianceNumbers
    not_ready: tuple[str, ...]


class Service:
    """Everything that runs in the process; `start()` it once, `close()` it in the end.

    When a thread ends by an error, `failure` says which and why and `on_failure` is called, once: the process is
    expected to end then, because a service that takes in nothing must not look alive.
    """

    def __init__(self, settings: Settings, *, on_failure: Callable[[], None] = lambda: None) -> None:
        self.settings = settings
        self.failure: str | None = None
        self.tally = Tally()
        hours, rules = office_hours(settings), due_rules(settings)  # before anything is opened, which must be closed
        self.plan, self.thresholds = plan_of(settings), thresholds_of(settings)
        mapping = step_mapping_of(settings)
        self.store = _open(settings)
        self.intake = Intake(self.store, self.tally)
        self.discovery = Discovery(timeout_seconds=settings.model_timeout_seconds)
        calendars = CurrentCalendars(hours, self.store.cursor, lambda: self.store.last_entry_no)
        officers = hours.of_officers(self.store.pseudonyms)
        self.findings = Findings(
            self.store.cursor,
            self.discovery,
            calendars,
            lambda: self.store.last_entry_no,
            rules,
            officers=officers,
            thresholds=self.thresholds,
        )
        self.miner = Miner(self.store, self._refreshed)
        self.punctuality = Punctuality(self.store.cursor, lambda: self.miner.numbers.mined_event_no, calendars)
        self.savings = SavingsWatch(self.findings.accounts, self._state)
        self.waiting = WaitingWatch(self.findings.kept, officers, self._state)
        self.improvement = ImprovementWatch(self.findings.search, self._state)
        self.comparer = Comparer(self.store, calendars, mapping, self._state, self.findings.forget_compared)
        self.compliance = ComplianceWatch(
            self.findings.kept, self.findings.reading, self._compared_state, self.thresholds, settings.ends
        )
        self._on_failure = on_failure
        self._started_at = datetime.now(UTC)
        self._broker = broker(settings) if settings.kafka == "on" else None
        self._consumer = self._make_consumer()
        self._publisher: Publisher | None = None
        self._publishing = threading.Lock()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the miner and what counts beside it, and the consumer where there is a broker."""
        self._run("miner", self.miner.run)
        self._run("punctuality", self.punctuality.run)
        self._run("savings", self.savings.run)
        self._run("waiting", self.waiting.run)
        self._run("improvement", self.improvement.run)
        self._run("comparer", self.comparer.run)
        self._run("compliance", self.compliance.run)
        if self._consumer:
            self._run("consumer", self._consumer.run)

    def close(self) -> None:
        """End all threads within a few seconds: a commit in hand is finished, what was only read is dropped."""
        if self._consumer:
            self._consumer.stop()
        self.miner.stop()
        self.punctuality.stop()
        self.savings.stop()
        self.waiting.stop()
        self.improvement.stop()
        self.comparer.stop()
        self.compliance.stop()
        for thread in self._threads:
            thread.join(_JOIN_SECONDS)
        self.discovery.close()
        if self._publisher:
            self._publisher.close()
        self.store.close()
        _log.info("service ended", extra={"failure": self.failure})

    def status(self) -> ServiceStatus:
        """Return how the service is now; asks nobody and computes nothing."""
        numbers, mining = self.tally.numbers(), self.miner.numbers
        ingest = self._consumer.status if self._consumer else self._embedded()
        return ServiceStatus(
            self.store.events,
            mining.mined_event_no,
            ingest,
            numbers,
            mining,
            self.punctuality.numbers,
            self.savings.numbers,
            self.waiting.numbers,
            self.improvement.numbers,
            self.comparer.numbers,
            self.compliance.numbers,
            self._not_ready(ingest, numbers),
        )

    def _state(self) -> tuple[int, int]:
        """What tells the states of the store apart: how far events are mined, and the catalogue is stated."""
        return self.miner.numbers.mined_event_no, self.store.last_entry_no

    def _compared_state(self) -> tuple[int, ...]:
        """The same, and how often dossiers were compared."""
        return *self._state(), self.comparer.numbers.refreshes

    def submit(self, messages: Sequence[Received]) -> Submission:
        """Take events that came over HTTP: into Kafka, acknowledged, or straight into the store without a broker.

        Raises BusUnavailableError or StoreError when they could not be kept; then nothing was answered for.
        """
        if self._broker is None:
            committed, rejected = self.intake.take(messages, origin="http")
            return Submission(committed.stored + committed.duplicates, committed.duplicates, rejected)
        decoded = decode(messages, origin="http", now=datetime.now(UTC))
        refused = {one.position for one in decoded.rejected}
        usable = [message for message in messages if message.offset not in refused]
        keys = decoded.events["dossier"].to_pylist()
        accepted = self._publish(
            self.settings.kafka_events_topic,
            [
                (key.encode(), one.value, [(name.replace("ce-", "ce_", 1), raw) for name, raw in one.headers])
                for key, one in zip(keys, usable, strict=True)
            ],
        )
        return Submission(accepted, None, decoded.rejected)

    def state(self, messages: Sequence[Received]) -> Statements:
        """Take messages of the catalogue that came over HTTP, all or none: the way of `submit()`, by its errors."""
        stated, rejected = read_unkeyed(messages, origin="http")
        if rejected:
            return Statements(0, None, {}, rejected)
        if self._broker is None:
            recorded = self.intake.state(tuple(one.statement for one in stated))
            with self.store.cursor() as cursor:
                remarks = warnings_of(cursor, [one.statement.key for one in stated])
            return Statements(len(stated), recorded, remarks, ())
        self._publish(self.settings.kafka_catalogue_topic, [(*one.message, ()) for one in stated])
        said = {one.statement.key: warnings(one.statement.entry) for one in stated if one.statement.entry}
        return Statements(len(stated), None, {key: texts for key, texts in said.items() if texts}, ())

    def _publish(self, topic: str, messages: Sequence[tuple[bytes, bytes | None, Sequence[tuple[str, bytes]]]]) -> int:
        if not messages or self._broker is None:
            return 0
        with self._publishing:
            try:
                if self._publisher is None:
                    self._publisher = Publisher(self._broker)
                return self._publisher.publish(topic, messages)
            except BusUnavailableError:
                if self._publisher:
                    self._publisher.close()
                self._publisher = None
                raise

    def _make_consumer(self) -> Consumer | None:
        if self._broker is None:
            return None
        settings = self.settings
        route = Route(
            settings.kafka_events_topic,
            settings.kafka_rejected_topic,
            settings.kafka_group,
            settings.kafka_partitions,
            settings.kafka_catalogue_topic,
        )
        pace = Pace(
            batch_events=settings.batch_events,
            batch_seconds=settings.batch_seconds,
            min_free_bytes=settings.store_min_free_mb * 1024 * 1024,
        )
        return Consumer(self._broker, self.intake, route=route, pace=pace)

    def _embedded(self) -> Status:
        if self.store.broken:
            return Status(State.FAILED, self.store.broken, self._started_at)
        return Status(State.RUNNING, "without Kafka: events come over HTTP", self._started_at)

    def _not_ready(self, ingest: Status, numbers: Numbers) -> tuple[str, ...]:
        reasons = [self.failure, self.store.broken and f"store: {self.store.broken}"]
        if ingest.state is not State.RUNNING:
            reasons.append(f"ingest {ingest.state}: {ingest.reason}")
        lag = sum(numbers.lag.values())
        if lag > self.settings.ready_lag:
            reasons.append(f"{lag:,} messages wait to be taken in; ready at {self.settings.ready_lag:,}")
        return tuple(reason for reason in reasons if reason)

    def _refreshed(self, result: Refreshed) -> None:
        self.findings.forget(result.procedures)

    def _run(self, name: str, target: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                target()
            except Exception as error:  # the edge of the thread: nothing above it could tell of the error
                _log.exception("thread ended by an error", extra={"thread_name": name})
                self.failure = f"the {name} ended by an error: {error}"
                self._on_failure()

        thread = threading.Thread(target=guarded, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()


def broker(settings: Settings) -> Broker:
    """Return how to reach Kafka according to the settings."""
    security = {
        "security_protocol": settings.kafka_security_protocol,
        "ssl_cafile": str(settings.kafka_ca_file or ""),
        "sasl_mechanism": settings.kafka_sasl_mechanism,
        "sasl_plain_username": settings.kafka_username,
        "sasl_plain_password": settings.kafka_password and settings.kafka_password.get_secret_value(),
    }
    given = tuple((name, value) for name, value in security.items() if value)
    return Broker(settings.kafka_bootstrap, given, settings.kafka_timeout_seconds)


def _open(settings: Settings) -> Store:
    options = {"memory_limit": settings.store_memory, "threads": str(settings.store_threads)}
    return open_store(settings.store, Pseudonyms(load_key(settings.key_file)), options=options)

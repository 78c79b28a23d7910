"""Prometheus: the one module that turns the plain numbers of the service into metrics, when it is scraped."""

import platform
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from math import nan
from pathlib import Path

import duckdb
from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.exposition import choose_encoder

from api.punctuality import PunctualityNumbers
from api.reports.watch import FIGURES, KINDS, SavingsNumbers
from api.service import Service, ServiceStatus
from api.waiting.watch import WaitingNumbers
from ingest.consume import State
from ingest.reject import Reason
from ingest.resume import AlarmKind
from ingest.store import IN_MEMORY
from ingest.tally import Numbers
from mining.clocks.verdict import CONVENTIONS
from mining.savings.judgement import VERDICTS
from mining.waiting.causes import CAUSES

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)


class Metrics:
    """The metrics of one service, in a registry of their own; a scrape reads numbers and starts no work."""

    def __init__(self, service: Service) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._registry.register(_ServiceCollector(service))
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._requests = Counter(
            "tinhgon_http_requests_total",
            "HTTP requests answered. When those with status 5xx rise: the log names each fault by its instance.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "tinhgon_http_request_duration_seconds",
            "Time until a request was answered. When it rises: look which route, then at the load of the machine.",
            ["method", "route"],
            buckets=_BUCKETS,
            registry=self._registry,
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request by the template of its route, never by its address: labels stay few."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def exposition(self, accept: str = "") -> tuple[bytes, str]:
        """Return all metrics and their content type, in the format that the Accept header asks for."""
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type

    def families(self) -> list[Metric]:
        """Return all metric families as they are now."""
        return list(self._registry.collect())


class _ServiceCollector:
    """Reads the status of the service at each scrape."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        """Yield every family; label values that can be known ahead start at 0."""
        status = self._service.status()
        yield from _of_events(status.numbers)
        yield from _of_intake(status.numbers)
        yield from _of_state(status)
        yield from _of_mining(status)
        yield from _of_dossiers(status.punctuality)
        yield from _of_savings(status.savings)
        yield from _of_waiting(status.waiting)
        yield from _of_store(self._service.store.path)
        versions = {"version": version("tinhgon"), "python": platform.python_version(), "duckdb": duckdb.__version__}
        yield InfoMetricFamily("tinhgon_build", "Versions of the service and of what it stands on.", versions)


def _of_events(numbers: Numbers) -> Iterator[Metric]:
    yield _counter(
        "tinhgon_ingest_events",
        "Events taken in, by outcome. When `rejected` rises: read /v1/rejects and tell the sender.",
        "outcome",
        {"stored": numbers.stored, "duplicate": numbers.duplicates, "rejected": numbers.rejected},
    )
    yield _counter(
        "tinhgon_ingest_rejected",
        "Events that could not be used, by reason. When one rises: docs/events.md says what its reason means.",
        "reason",
        {reason.value: numbers.rejected_by_reason.get(reason.value, 0) for reason in Reason},
    )
    yield _counter(
        "tinhgon_ingest_alarms",
        "Events may have been lost or are read again. When it rises: read last_alarm in /v1/status.",
        "kind",
        {kind.value: numbers.alarms.get(kind.value, 0) for kind in AlarmKind},
    )


def _of_intake(numbers: Numbers) -> Iterator[Metric]:
    counts = {
        "stalls": "Streams that delivered nothing although messages waited. When it rises: look at the broker.",
        "reconnects": "Connections to Kafka lost and tried again. When it rises: look at the broker and the network.",
        "batches": "Batches committed. When it stands still while the lag grows: the store is too slow.",
    }
    for name, text in counts.items():
        yield CounterMetricFamily(f"tinhgon_ingest_{name}", text, getattr(numbers, name))
    yield SummaryMetricFamily(
        "tinhgon_ingest_batch_seconds",
        "Time to commit a batch. When its mean rises: look at the disk, and at TINHGON_BATCH_EVENTS.",
        count_value=numbers.batches,
        sum_value=numbers.batch_seconds,
    )
    yield _gauge(
        "tinhgon_ingest_lag_messages",
        "Messages in Kafka that wait. When it keeps rising: events come faster than the store takes them in.",
        "partition",
        {str(partition): waiting for partition, waiting in numbers.lag.items()},
    )
    yield GaugeMetricFamily(
        "tinhgon_ingest_last_batch_timestamp_seconds",
        "When the last batch was committed; 0: none since the start. When it gets old: nothing is sent, or it stalls.",
        numbers.last_batch_at.timestamp() if numbers.last_batch_at else 0,
    )


def _of_state(status: ServiceStatus) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "tinhgon_ingest_up",
        "1 while events are taken in. When it is 0: the reason is in /v1/status.",
        status.ingest.state is State.RUNNING,
    )
    yield GaugeMetricFamily(
        "tinhgon_ready", "1 while the service is ready. When it is 0: /readyz lists the reasons.", not status.not_ready
    )
    yield GaugeMetricFamily(
        "tinhgon_store_events",
        "Events in the store. When it stands still while events are sent: look at tinhgon_ingest_events_total.",
        status.events,
    )


def _of_mining(status: ServiceStatus) -> Iterator[Metric]:
    mining = status.mining
    yield SummaryMetricFamily(
        "tinhgon_mining_refresh_seconds",
        "Time to derive what changed. When its mean rises: findings follow the events more slowly.",
        count_value=mining.refreshes,
        sum_value=mining.refresh_seconds,
    )
    yield GaugeMetricFamily(
        "tinhgon_mining_behind_events",
        "Stored events that the findings do not include yet. When it keeps rising: mining is too slow for the intake.",
        max(0, status.events - status.mined_events),
    )
    behind = mining.behind_since
    yield GaugeMetricFamily(
        "tinhgon_mining_oldest_change_age_seconds",
        "How long the oldest change has waited to be mined. When it exceeds 2: findings are stale.",
        (datetime.now(UTC) - behind).total_seconds() if behind else 0,
    )


def _of_dossiers(numbers: PunctualityNumbers) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "tinhgon_dossiers_open",
        "Dossiers accepted and not finished. When it keeps rising: more come in than are handled.",
        _known(numbers.running),
    )
    yield GaugeMetricFamily(
        "tinhgon_dossiers_overdue",
        "Open dossiers past their first promise. When it rises: /v1/on-time/dossiers?verdict=overdue lists them.",
        _known(numbers.overdue),
    )
    yield GaugeMetricFamily(
        "tinhgon_dossiers_due_soon",
        "Open dossiers whose first promise ends within 24 hours. When it rises: /v1/due-soon lists them.",
        _known(numbers.due_soon),
    )
    ratio = GaugeMetricFamily(
        "tinhgon_on_time_ratio",
        "Share of dossiers on time, 0 to 1. When `reported` is far above `log`: look at resets of due dates.",
        labels=["convention", "basis"],
    )
    for convention in CONVENTIONS:
        for basis in ("reported", "log"):
            ratio.add_metric([convention, basis], _known(numbers.shares.get((convention, basis))))
    yield ratio


def _of_savings(numbers: SavingsNumbers) -> Iterator[Metric]:
    hours = {figure: numbers.hours.get(figure) for figure in FIGURES}
    yield _gauge(
        "tinhgon_saved_seconds",
        "Working time saved by re-engineering. When `realised` is far below `nominal` x volume: read"
        " /v1/reports/time-saved.",
        "figure",
        {figure: None if saved is None else 3600 * saved for figure, saved in hours.items()},
    )
    yield _gauge(
        "tinhgon_catalogue_procedures",
        "Procedures of the catalogue. When `reengineered` stands still: no version shortened a limit.",
        "kind",
        {kind: numbers.procedures.get(kind) for kind in KINDS},
    )
    yield _gauge(
        "tinhgon_changed_procedures",
        "Changed procedures by verdict. When `regressed` rises: /v1/reports/time-saved?verdict=regressed lists them.",
        "verdict",
        {str(verdict): numbers.verdicts.get(verdict) for verdict in VERDICTS},
    )


def _of_waiting(numbers: WaitingNumbers) -> Iterator[Metric]:
    yield _gauge(
        "tinhgon_waiting_seconds",
        "Time that steps waited, by cause. When one rises faster than the others: /v1/waiting says where.",
        "cause",
        {cause: numbers.seconds.get(cause) for cause in CAUSES},
    )
    top = GaugeMetricFamily(
        "tinhgon_waiting_top_seconds",
        "The same at the 20 steps that lose most office hours. When a step appears here: /v1/waiting/steps lists its"
        " dossiers.",
        labels=["procedure", "activity", "cause"],
    )
    for step in numbers.top:
        for cause, seconds in step.seconds.items():
            top.add_metric([step.procedure, step.activity, cause], seconds)
    yield top
    yield GaugeMetricFamily(
        "tinhgon_cycle_time_efficiency_ratio",
        "Processing in processing and waiting time, 0 to 1. When it falls: look which cause of waiting rises.",
        _known(numbers.cte),
    )


def _known(value: float | None) -> float:
    """Prometheus has a number for what is not known."""
    return nan if value is None else value


def _of_store(path: str) -> Iterator[Metric]:
    if path == IN_MEMORY:
        return
    file = Path(path)
    yield GaugeMetricFamily("tinhgon_store_bytes", "Size of the store. When it rises: plan for the disk.", _size(file))
    yield GaugeMetricFamily(
        "tinhgon_store_wal_bytes",
        "Size of the changes not yet merged into the store. When it keeps rising: a reader does not come to an end.",
        _size(file.with_name(f"{file.name}.wal")),
    )
    yield GaugeMetricFamily(
        "tinhgon_store_free_bytes",
        "Free space on the disk of the store. When it falls to TINHGON_STORE_MIN_FREE_MB: the intake pauses.",
        shutil.disk_usage(file.parent).free,
    )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _gauge(name: str, text: str, label: str, values: Mapping[str, float | None]) -> Metric:
    known = {value: nan if number is None else number for value, number in values.items()}
    return _labelled(GaugeMetricFamily(name, text, labels=[label]), known)


def _counter(name: str, text: str, label: str, values: Mapping[str, int]) -> Metric:
    return _labelled(CounterMetricFamily(name, text, labels=[label]), values)


def _labelled(family: CounterMetricFamily | GaugeMetricFamily, values: Mapping[str, float]) -> Metric:
    for value, number in values.items():
        family.add_metric([value], number)
    return family

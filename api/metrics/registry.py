"""The one module that knows the client library of Prometheus: families and requests in, its text format out."""

from collections.abc import Callable, Iterable, Iterator

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
from prometheus_client.registry import Collector

from api.metrics.families import by_procedure, families
from api.metrics.family import Family
from api.metrics.lines import lines
from api.service import Service

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)

_END = b"# EOF\n"


class Metrics:
    """The metrics of one service, in a registry of their own; a scrape reads numbers and starts no work."""

    def __init__(self, service: Service) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._service = service
        self._large: dict[int, tuple[object, bytes]] = {}
        self._registry = CollectorRegistry()
        self._registry.register(_Collector(lambda: families(service)))
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
        end = _END if content_type.startswith("application/openmetrics-text") else b""
        parts = [encode(self._registry).removesuffix(end)]
        for place, (numbers, make) in enumerate(by_procedure(self._service)):
            kept = self._large.get(place)
            if kept is None or kept[0] is not numbers:
                kept = self._large[place] = numbers, lines(make())
            parts.append(kept[1])
        return b"".join((*parts, end)), content_type

    def families(self) -> list[Metric]:
        """Return all metric families as they are now."""
        large = (_written(family) for _, make in by_procedure(self._service) for family in make())
        return [*self._registry.collect(), *large]


class _Collector(Collector):
    """What the registry asks at each scrape."""

    def __init__(self, families: Callable[[], Iterable[Family]]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        """Return every family as the library has it."""
        return map(_written, self._families())


def _written(family: Family) -> Metric:
    if family.kind == "summary":
        (_, count), (_, total) = family.samples
        return SummaryMetricFamily(family.name, family.text, count_value=int(count), sum_value=total)
    if family.kind == "info":
        ((values, _),) = family.samples
        return InfoMetricFamily(family.name, family.text, dict(zip(family.labels, values, strict=True)))
    return _with_samples(family, CounterMetricFamily if family.kind == "counter" else GaugeMetricFamily)


def _with_samples(family: Family, kind: type[CounterMetricFamily] | type[GaugeMetricFamily]) -> Metric:
    written = kind(family.name, family.text, labels=family.labels)
    for values, number in family.samples:
        written.add_metric(values, number)
    return written

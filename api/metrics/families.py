"""Which numbers become metrics: a line for each part of the service.

New figures get a module beside this one, and a line here: in `families` where they are few, or in `by_procedure`.
"""

import platform
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib.metadata import version

import duckdb

from api.metrics.compliance import of_comparing, of_compliance
from api.metrics.dossiers import of_dossiers
from api.metrics.family import Family, gauge, info
from api.metrics.freshness import of_freshness
from api.metrics.improvement import of_improvement
from api.metrics.intake import of_intake
from api.metrics.procedures import dossiers_by_procedure, savings_by_procedure, waiting_by_procedure
from api.metrics.savings import of_savings
from api.metrics.store import of_store
from api.metrics.waiting import of_waiting
from api.service import Service, ServiceStatus


def families(service: Service) -> Iterator[Family]:
    """Yield every family of the service; label values that can be known ahead start at 0."""
    status = service.status()
    yield from of_intake(status)
    yield from _state(status)
    yield from of_freshness(status, service.discovery.failures)
    yield from of_dossiers(status.punctuality)
    yield from of_savings(status.savings)
    yield from of_waiting(status.waiting)
    yield from of_improvement(status.improvement)
    yield from of_comparing(status.comparer, status.mined_events)
    yield from of_compliance(status.compliance, service.settings.ends)
    yield from of_store(service.store.path, min_free_bytes=service.settings.store_min_free_mb * 1024 * 1024)
    yield info("tinhgon_build", "Versions of the service and of what it stands on.", _versions())


def by_procedure(service: Service) -> Iterator[tuple[object, Callable[[], Iterator[Family]]]]:
    """Yield groups of families that are large and change seldom: the numbers of each, and how to make it of them."""
    status = service.status()
    yield status.punctuality, partial(dossiers_by_procedure, status.punctuality)
    yield status.waiting, partial(waiting_by_procedure, status.waiting)
    yield status.savings, partial(savings_by_procedure, status.savings)


@cache
def _versions() -> dict[str, str]:
    """The versions in use, which are read from files once."""
    return {"version": version("tinhgon"), "python": platform.python_version(), "duckdb": duckdb.__version__}


def _state(status: ServiceStatus) -> Iterator[Family]:
    yield gauge(
        "tinhgon_ready", "1 while the service is ready. When it is 0: /readyz lists the reasons.", not status.not_ready
    )
    yield gauge(
        "tinhgon_store_events",
        "Events in the store. When it stands still while events are sent: look at tinhgon_ingest_events_total.",
        status.events,
    )

"""How closely the findings follow the events, in numbers."""

from collections.abc import Iterator
from datetime import UTC, datetime

from api.metrics.family import Family, counters, gauge, summary
from api.service import ServiceStatus
from mining.workers import Failures


def of_freshness(status: ServiceStatus, failures: Failures) -> Iterator[Family]:
    """Yield how far mining is behind, and what worker processes failed at."""
    mining = status.mining
    yield summary(
        "tinhgon_mining_refresh_seconds",
        "Time to derive what changed. When its mean rises: findings follow the events more slowly.",
        count=mining.refreshes,
        total=mining.refresh_seconds,
    )
    yield gauge(
        "tinhgon_mining_behind_events",
        "Stored events that the findings do not include yet. When it keeps rising: mining is too slow for the intake.",
        max(0, status.events - status.mined_events),
    )
    behind = mining.behind_since
    yield gauge(
        "tinhgon_mining_oldest_change_age_seconds",
        "How long the oldest change has waited to be mined. When it exceeds 2: findings are stale.",
        max(0.0, (datetime.now(UTC) - behind).total_seconds()) if behind else 0,
    )
    yield gauge(
        "tinhgon_mining_dirty_procedures",
        "Procedures with events that their findings do not include. When it keeps rising: mining is too slow.",
        mining.dirty_procedures,
    )
    yield counters(
        "tinhgon_mining_worker_failures",
        "Work of worker processes that failed. When `timeout` rises: ask for smaller slices; if `died`: free memory.",
        "reason",
        {"timeout": failures.timeout, "died": failures.died},
    )

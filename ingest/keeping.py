"""How a topic keeps its messages, as far as the broker tells."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

CLEANUP, RETENTION = "cleanup.policy", "retention.ms"


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a topic keeps its messages; what the broker does not tell is None.

    `leaderless` partitions cannot be read or written, `cleanup` says how old messages go (`delete` past `retention`,
    which is None for ever; `compact` for a newer one of the same key), `newest_at` is the time of the newest message.
    """

    partitions: int
    leaderless: tuple[int, ...]
    cleanup: frozenset[str] | None
    retention: timedelta | None
    newest_at: datetime | None

    @classmethod
    def of(cls, leaders: Mapping[int, int], configs: Mapping[str, Any], times_ms: Iterable[int]) -> Self:
        """Read what the broker tells: leaders by partition (-1: none), settings, times of the newest messages."""
        policy = configs.get(CLEANUP, {}).get("value")
        kept_ms, newest_ms = int(configs.get(RETENTION, {}).get("value") or -1), max(times_ms, default=-1)
        return cls(
            len(leaders),
            tuple(sorted(partition for partition, leader in leaders.items() if leader < 0)),
            frozenset(policy.split(",")) if policy else None,
            timedelta(milliseconds=kept_ms) if kept_ms >= 0 else None,
            datetime.fromtimestamp(newest_ms / 1000, UTC) if newest_ms >= 0 else None,
        )

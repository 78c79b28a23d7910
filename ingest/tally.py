"""What ingest has done so far, as plain numbers: metrics and status pages read them, nothing is computed here."""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ingest.reject import Rejected
from ingest.resume import Alarm
from ingest.store import Committed


@dataclass(frozen=True, slots=True)
class Numbers:
    """A consistent snapshot since the start of the process; durations in seconds, `last_batch_at` in UTC."""

    stored: int = 0
    duplicates: int = 0
    rejected: int = 0
    batches: int = 0
    batch_seconds: float = 0.0
    last_batch_at: datetime | None = None
    stalls: int = 0
    reconnects: int = 0
    rejected_by_reason: Mapping[str, int] = field(default_factory=dict)
    alarms: Mapping[str, int] = field(default_factory=dict)
    last_alarm: Alarm | None = None
    next_offsets: Mapping[int, int] = field(default_factory=dict)
    lag: Mapping[int, int] = field(default_factory=dict)


class Tally:
    """Keeps the numbers; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = Numbers()
        self._reasons: Counter[str] = Counter()
        self._alarms: Counter[str] = Counter()

    def numbers(self) -> Numbers:
        """Return the numbers as they are now."""
        with self._lock:
            return replace(self._numbers, rejected_by_reason=dict(self._reasons), alarms=dict(self._alarms))

    def batch(self, committed: Committed, rejected: Iterable[Rejected], *, seconds: float, at: datetime) -> None:
        """Count a committed batch."""
        with self._lock:
            self._reasons.update(one.reason.value for one in rejected)
            self._numbers = replace(
                self._numbers,
                stored=self._numbers.stored + committed.stored,
                duplicates=self._numbers.duplicates + committed.duplicates,
                rejected=self._numbers.rejected + committed.rejected,
                batches=self._numbers.batches + 1,
                batch_seconds=self._numbers.batch_seconds + seconds,
                last_batch_at=at,
            )

    def alarm(self, alarm: Alarm) -> None:
        """Count an alarm and keep it as the last one."""
        with self._lock:
            self._alarms[alarm.kind.value] += 1
            self._numbers = replace(self._numbers, last_alarm=alarm)

    def stall(self) -> None:
        """Count a stream that had messages but delivered none."""
        with self._lock:
            self._numbers = replace(self._numbers, stalls=self._numbers.stalls + 1)

    def reconnect(self) -> None:
        """Count a connection to Kafka that was lost and is tried again."""
        with self._lock:
            self._numbers = replace(self._numbers, reconnects=self._numbers.reconnects + 1)

    def progress(self, next_offsets: Mapping[int, int], lag: Mapping[int, int]) -> None:
        """Remember how far each partition was read, and how many messages wait in it."""
        with self._lock:
            self._numbers = replace(self._numbers, next_offsets=dict(next_offsets), lag=dict(lag))

"""The one way into the store: whatever an event came by, it is decoded, committed and counted here."""

import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from ingest.catalogue_store import Recorded, Statement
from ingest.decode import Decoded, Message, decode
from ingest.reject import Rejected
from ingest.store import Batch, Committed, Position, Store
from ingest.tally import Tally

_log = logging.getLogger(__name__)


class Intake:
    """Commits batches to a store and keeps the tally; safe to use from several threads."""

    def __init__(self, store: Store, tally: Tally) -> None:
        self.store = store
        self.tally = tally

    def take(self, messages: Sequence[Message], *, origin: str) -> tuple[Committed, tuple[Rejected, ...]]:
        """Decode and commit messages that came by another way than Kafka; returns what became of them."""
        decoded = decode(messages, origin=origin, now=datetime.now(UTC))
        return self.commit(decoded), decoded.rejected

    def state(self, statements: tuple[Statement, ...]) -> Recorded:
        """Record what is stated of the catalogue by another way than Kafka; raises StoreError."""
        nothing = decode((), origin="catalogue", now=datetime.now(UTC))
        return self.commit(nothing, catalogue=statements).catalogue

    def commit(
        self, decoded: Decoded, positions: tuple[Position, ...] = (), catalogue: tuple[Statement, ...] = ()
    ) -> Committed:
        """Commit decoded events and what is stated of the catalogue, with the positions; raises StoreError."""
        started = time.perf_counter()
        now = datetime.now(UTC)
        batch = Batch(decoded.events, decoded.received_at, decoded.rejected, positions, catalogue)
        committed = self.store.commit(batch, now=now)
        seconds = time.perf_counter() - started
        self.tally.batch(committed, decoded.rejected, seconds=seconds, at=now)
        self._tell(committed, seconds)
        return committed

    def _tell(self, committed: Committed, seconds: float) -> None:
        """Write down a batch in a line: numbers only, nothing that its events say."""
        numbers = {
            "events": committed.stored,
            "duplicates": committed.duplicates,
            "rejects": committed.rejected,
            "catalogue_changes": committed.catalogue.changes,
            "seconds": round(seconds, 3),
            "lag": sum(self.tally.numbers().lag.values()),
        }
        _log.info("batch committed", extra=numbers)

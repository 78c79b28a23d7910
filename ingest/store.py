"""The event log on disk: a DuckDB file in which events, positions and rejects commit together."""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest import IngestError
from ingest.catalogue_store import NOTHING_RECORDED, Recorded, Statement, derivation, derive, last_entry_no, record
from ingest.event import INSTANT
from ingest.pseudonym import Pseudonyms
from ingest.reject import Reason, Rejected
from ingest.seen import Keys, SeenKeys
from ingest.store_sql import facts, registered, rejects, set_fact, sql, transaction

SCHEMA_VERSION = "1"
IN_MEMORY = ":memory:"
_HOLDER = re.compile(r"PID (\d+)")
_OPTIONS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "enable_external_access": False,
    "checkpoint_threshold": "512MB",  # at the default of 16 MB checkpoints cost a third of the time of commits
}


class StoreError(IngestError):
    """The store cannot be opened or written."""


class StoreBusyError(StoreError):
    """Another process has the store open."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where one partition goes on, and the very cluster and topic that this offset counts in."""

    topic: str
    partition: int
    next_offset: int
    cluster_id: str
    topic_id: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What commits together: events (EVENT_SCHEMA), when each was received, rejects, positions and the catalogue."""

    events: pa.Table
    received_at: pa.Array
    rejected: tuple[Rejected, ...] = ()
    positions: tuple[Position, ...] = ()
    catalogue: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of a batch: `stored + duplicates` is the number of its usable events."""

    stored: int
    duplicates: int
    rejected: int
    catalogue: Recorded = NOTHING_RECORDED


class Store:
    """One DuckDB file and this process's right to write it.

    Reading: a `cursor()` per thread, each sees a consistent snapshot. Writing: `commit()` and `writing()` take
    turns. After an error while committing the store is `broken`: the file is right (a transaction is whole or
    absent) but may be ahead of what this process knows, so the process must open it anew.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, pseudonyms: Pseudonyms, path: str) -> None:
        self.path = path
        self.broken: str | None = None
        self._connection = connection
        self._pseudonyms = pseudonyms
        self._turn = threading.RLock()
        self._seen = SeenKeys(connection.execute(sql("all_event_keys")).fetchnumpy()["event_key"])
        counts = connection.execute(sql("counts")).fetchone() or (0, 0)
        self._last_event_no, self._last_reject_no = int(counts[0]), int(counts[1])
        self._last_entry_no = last_entry_no(connection)

    @property
    def last_event_no(self) -> int:
        """The number of the newest stored event; 0 for an empty store."""
        return self._last_event_no

    @property
    def last_entry_no(self) -> int:
        """The number of the newest row of the catalogue's history: it grows whenever the catalogue changes."""
        return self._last_entry_no

    @property
    def events(self) -> int:
        """How many events are stored."""
        return len(self._seen)

    @property
    def pseudonyms(self) -> Pseudonyms:
        """How this store's dossiers and officers were hashed."""
        return self._pseudonyms

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a new cursor for the calling thread; close it after use, and never leave a result unfetched."""
        return self._connection.cursor()

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a cursor while no other thread writes; the caller opens and ends its own transactions."""
        with self._turn, self._breaking(), self.cursor() as cursor:
            yield cursor

    def commit(self, batch: Batch, *, now: datetime | None = None) -> Committed:
        """Store a batch in one transaction; events that are stored already (same source and id) are left out.

        Raises StoreError when the transaction failed; nothing of the batch is stored then, or all of it.
        """
        now = now or datetime.now(UTC)
        with self.writing() as cursor:
            keys = self._keys(cursor, batch.events)
            fresh = self._fresh(cursor, batch.events, keys)
            accepted = self._accepted(batch, keys, fresh)
            refused = rejects(batch.rejected)
            with transaction(cursor):
                if accepted.num_rows:
                    with registered(cursor, "accepted", accepted):
                        cursor.execute(sql("insert_events"), {"last_event_no": self._last_event_no})
                if refused.num_rows:
                    with registered(cursor, "refused", refused):
                        values = {"last_reject_no": self._last_reject_no, "received_at": now}
                        cursor.execute(sql("insert_rejected"), values)
                catalogue = record(cursor, batch.catalogue, now)
                self._set_positions(cursor, batch.positions, now)
            self._seen.add(keys[fresh])
            self._last_event_no += accepted.num_rows
            self._last_reject_no += refused.num_rows
            self._last_entry_no += catalogue.changes
        duplicates = batch.events.num_rows - accepted.num_rows
        return Committed(accepted.num_rows, duplicates, refused.num_rows, catalogue)

    def positions(self, topic: str) -> dict[int, Position]:
        """Return where each partition of `topic` goes on."""
        with self.cursor() as cursor:
            rows = cursor.execute(sql("positions"), {"topic": topic}).fetchall()
        return {row[0]: Position(topic, *row) for row in rows}

    def unpublished(self, most: int = 1000) -> list[tuple[int, Rejected]]:
        """Return the oldest rejects, with their numbers, that are not yet marked as published."""
        with self.cursor() as cursor:
            published = int(facts(cursor).get("published_reject_no", "0"))
            values = {"published_reject_no": published, "most": most}
            rows = cursor.execute(sql("unpublished"), values).fetchall()
        return [
            (no, Rejected(origin, partition, position, Reason(reason), detail, payload))
            for no, origin, partition, position, reason, detail, payload in rows
        ]

    def mark_published(self, reject_no: int) -> None:
        """Remember that all rejects up to `reject_no` were published."""
        with self.writing() as cursor:
            set_fact(cursor, "published_reject_no", str(reject_no))

    def close(self) -> None:
        """Close the file after the writer in hand, if any, has finished."""
        with self._turn:
            self._connection.close()

    @contextmanager
    def _breaking(self) -> Iterator[None]:
        if self.broken:
            raise StoreError(f"the store {self.path} failed before: {self.broken}")
        try:
            yield
        except duckdb.Error as error:
            self.broken = str(error).splitlines()[0]
            raise StoreError(f"the store {self.path} could not be written: {self.broken}") from error

    def _keys(self, cursor: duckdb.DuckDBPyConnection, events: pa.Table) -> Keys:
        if not events.num_rows:
            return np.empty(0, np.uint64)
        with registered(cursor, "incoming", events):
            keys: Keys = cursor.execute(sql("event_keys")).fetchnumpy()["event_key"]
        return keys

    def _fresh(self, cursor: duckdb.DuckDBPyConnection, events: pa.Table, keys: Keys) -> npt.NDArray[np.bool_]:
        """Which rows are neither stored nor repeated within the batch; equal digests are compared in full."""
        fresh = ~self._seen.contains(keys)
        repeated = np.ones(len(keys), np.bool_)
        repeated[np.unique(keys, return_index=True)[1]] = False
        doubtful = np.flatnonzero(~fresh | np.isin(keys, keys[repeated]))
        if not len(doubtful):
            return fresh
        stored = self._stored_identities(cursor, keys[~fresh])
        rows = events.select(["source", "id"]).take(pa.array(doubtful))
        identities = zip(rows["source"].to_pylist(), rows["id"].to_pylist(), strict=True)
        for row, identity in zip(doubtful, identities, strict=True):
            fresh[row] = identity not in stored
            stored.add(identity)
        return fresh

    def _stored_identities(self, cursor: duckdb.DuckDBPyConnection, keys: Keys) -> set[tuple[str, str]]:
        if not len(keys):
            return set()
        with registered(cursor, "suspect", pa.table({"event_key": keys})):
            rows = cursor.execute(sql("stored_identities")).fetchall()
        return {(source, event_id) for _key, source, event_id in rows}

    def _accepted(self, batch: Batch, keys: Keys, fresh: npt.NDArray[np.bool_]) -> pa.Table:
        wanted = pa.array(fresh)
        events = batch.events.filter(wanted)
        for kind in ("dossier", "officer"):
            place = events.schema.get_field_index(kind)
            events = events.set_column(place, kind, self._pseudonyms.column(kind, events[kind]))
        events = events.append_column("event_key", pa.array(keys[fresh]))
        events = events.append_column("received_at", batch.received_at.filter(wanted).cast(INSTANT))
        return events.append_column("row_no", pa.array(range(1, events.num_rows + 1), pa.int64()))

    def _set_positions(self, cursor: duckdb.DuckDBPyConnection, positions: tuple[Position, ...], now: datetime) -> None:
        for one in positions:
            values: dict[str, Any] = {
                "topic": one.topic,
                "partition": one.partition,
                "next_offset": one.next_offset,
                "cluster_id": one.cluster_id,
                "topic_id": one.topic_id,
                "updated_at": now,
            }
            cursor.execute(sql("set_position"), values)


def open_store(path: str | Path, pseudonyms: Pseudonyms, *, options: Mapping[str, str] | None = None) -> Store:
    """Open the store at `path` (or IN_MEMORY), making it where there is none.

    `options` are settings of DuckDB such as memory_limit or threads. Raises StoreBusyError when another process
    has it open, and StoreError when it is of another version, was hashed with another key, or is no store.
    """
    where = str(path)
    if where != IN_MEMORY:
        Path(where).parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = duckdb.connect(where, config={**_OPTIONS, **(options or {})})
    except duckdb.Error as error:
        raise cannot_open(where, error) from error
    try:
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute("SET lock_configuration = true")
        for schema in ("schema.sql", "catalogue.sql"):
            connection.execute(resources.files("ingest").joinpath(schema).read_text(encoding="utf-8"))
        _check_fact(connection, where, "schema_version", SCHEMA_VERSION)
        _check_fact(connection, where, "pseudonym_check", pseudonyms.of("check", "check"))
        _follow_program(connection)
        return Store(connection, pseudonyms, where)
    except (duckdb.Error, StoreError) as error:
        connection.close()
        if isinstance(error, StoreError):
            raise
        raise cannot_open(where, error) from error


def cannot_open(path: str, error: duckdb.Error) -> StoreError:
    """Return what is said of a store that DuckDB refuses: StoreBusyError where another process has it."""
    first_line = str(error).splitlines()[0]
    if "could not set lock" in first_line.lower():  # not any lock: damaged files have bad blocks
        holder = _HOLDER.search(str(error))
        who = f"process {holder[1]}" if holder else "another process"
        return StoreBusyError(
            f"the store {path} is in use by {who}; stop that process, or choose another file with TINHGON_STORE"
        )
    return StoreError(f"the store {path} cannot be opened: {first_line}")


def _follow_program(connection: duckdb.DuckDBPyConnection) -> None:
    """Derive anew what another version of the program derived from the catalogue, by rules of its own."""
    if facts(connection).get("catalogue_derivation") != derivation():
        with transaction(connection):
            derive(connection)
            set_fact(connection, "catalogue_derivation", derivation())


def _check_fact(cursor: duckdb.DuckDBPyConnection, path: str, name: str, wanted: str) -> None:
    found = facts(cursor).get(name)
    if found is None:
        set_fact(cursor, name, wanted)
    elif found != wanted and name == "schema_version":
        raise StoreError(f"the store {path} has schema version {found}; this program reads version {wanted}")
    elif found != wanted:
        raise StoreError(
            f"the store {path} was written with another pseudonym key; restore that key, or choose another file"
        )

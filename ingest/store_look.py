"""A look into a store that no process has open: what it is and what it holds, without changing anything."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from ingest.pseudonym import Pseudonyms
from ingest.store import SCHEMA_VERSION, StoreError, cannot_open
from ingest.store_sql import facts, sql


@dataclass(frozen=True, slots=True)
class StoreLook:
    """What a store holds: events, from when to when they happened, when the newest was received (UTC; None: none).

    `wal_bytes` are written but not yet in the file itself. `made_with` is the check of the pseudonym key, None where
    nothing was ever stored.
    """

    version: str | None
    made_with: str | None
    events: int
    first_at: datetime | None
    last_at: datetime | None
    received_at: datetime | None
    wal_bytes: int

    @property
    def is_readable(self) -> bool:
        """Whether this program reads stores of its version."""
        return self.version in (None, SCHEMA_VERSION)

    def was_hashed_with(self, key: bytes) -> bool:
        """Whether the store was written with this pseudonym key; a new store takes any."""
        return self.made_with in (None, Pseudonyms(key).of("check", "check"))


def look_into(path: Path) -> StoreLook:
    """Look into the store at `path`, which must exist; raises StoreBusyError and StoreError."""
    before = wal_bytes(path)
    try:
        with duckdb.connect(str(path), read_only=True, config={"enable_external_access": False}) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            known = facts(connection)
            row = connection.execute(sql("span")).fetchone()
    except duckdb.CatalogException as error:
        raise StoreError(f"{path} is a DuckDB file but no store of this program: it has no events") from error
    except duckdb.Error as error:
        raise cannot_open(str(path), error) from error
    events, first_at, last_at, received_at = row or (0, None, None, None)
    return StoreLook(
        known.get("schema_version"), known.get("pseudonym_check"), events, first_at, last_at, received_at, before
    )


def wal_bytes(path: Path) -> int:
    """Return how much was written beside the store and is not yet in its file."""
    beside = path.with_name(f"{path.name}.wal")
    return beside.stat().st_size if beside.exists() else 0

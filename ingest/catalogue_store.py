"""The catalogue in the store: an append-only history of what sources said, and the questions asked of it."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources

import duckdb
import pyarrow as pa

from ingest.catalogue import Entry, canonical, key
from ingest.catalogue_check import warnings

_DERIVED_FROM = frozenset(["procedure", "process", "unit"])
"""The kinds of entries that known_procedure, approved_process and approved_step follow from."""

_DIGEST_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Statement:
    """What a source says about an entry; without an `entry` it withdraws the one that `key` names.

    The entry is as `catalogue_check.checked` returns it. `digest` identifies the message that said it: a message
    that was used before is passed over.
    """

    key: str
    entry: Entry | None
    source: str
    digest: str | None = None

    @classmethod
    def of(cls, entry: Entry, source: str, *, digest: str | None = None) -> "Statement":
        """Return the statement that `entry` is so."""
        return cls(key(entry), entry, source, digest)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of statements: the keys of the entries that changed, and how many statements changed nothing."""

    added: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    unchanged: int = 0

    @property
    def changes(self) -> int:
        """How many rows the history grew by."""
        return len(self.added) + len(self.corrected) + len(self.withdrawn)


NOTHING_RECORDED = Recorded()


def record(cursor: duckdb.DuckDBPyConnection, statements: Sequence[Statement], at: datetime) -> Recorded:
    """Append what is new in `statements`, taken in their order, and derive what follows; in the caller's transaction.

    A statement that says what is in force already adds no row. `at` is an aware datetime.
    """
    if not statements:
        return NOTHING_RECORDED
    fresh = _fresh(cursor, statements)
    contents = _contents(cursor, fresh)
    rows: list[tuple[Statement, str | None]] = []
    changed: dict[str, list[str]] = {"added": [], "corrected": [], "withdrawn": []}
    for one in fresh:
        before, content = contents.get(one.key), canonical(one.entry) if one.entry else None
        if content == before:
            continue
        what = "withdrawn" if content is None else "added" if before is None else "corrected"
        changed[what].append(one.key)
        contents[one.key] = content
        rows.append((one, content))
    _append(cursor, rows, at)
    digests = [one.digest for one in fresh if one.digest]
    if digests:
        with _said(cursor, pa.table({"digest": digests})):
            cursor.execute(sql("insert_messages"))
    if any(_kind(one.key) in _DERIVED_FROM for one, _content in rows):
        derive(cursor)
    return Recorded(**{what: tuple(keys) for what, keys in changed.items()}, unchanged=len(statements) - len(rows))


def derive(cursor: duckdb.DuckDBPyConnection) -> None:
    """Write anew what follows from the entries in force; in the caller's transaction."""
    cursor.execute(sql("refresh"))


def derivation() -> str:
    """Return what identifies the rules of `derive()`: another version of the program may have others."""
    return hashlib.sha256(sql("refresh").encode()).hexdigest()[:_DIGEST_DIGITS]


def bind(cursor: duckdb.DuckDBPyConnection, intakes: pa.Table) -> dict[object, str]:
    """Return the key of the approved process for each dossier of `intakes` to which one applies.

    `intakes` has the columns that the macro bound_process in catalogue.sql explains. Many dossiers are bound in SQL.
    """
    cursor.register("intake", intakes)
    try:
        return dict(cursor.execute(sql("bind")).fetchall())
    finally:
        cursor.unregister("intake")


def warnings_of(cursor: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> dict[str, list[str]]:
    """Return what a person should look at in the entries with these keys, for those that have any."""
    with _said(cursor, pa.table({"key": pa.array(keys, pa.string())})):
        return dict(cursor.execute(sql("warnings")).fetchall())


def known_units(cursor: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return everything that a unit in force may be called, in lower case."""
    return frozenset(name for (name,) in cursor.execute(sql("known_units")).fetchall())


def last_entry_no(cursor: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the newest row of the history, 0 for none: it grows whenever the catalogue changes."""
    row = cursor.execute(sql("last_entry")).fetchone()
    return int(row[0]) if row else 0


def _fresh(cursor: duckdb.DuckDBPyConnection, statements: Sequence[Statement]) -> list[Statement]:
    digests = [one.digest for one in statements if one.digest]
    if not digests:
        return list(statements)
    with _said(cursor, pa.table({"digest": digests})):
        known = {digest for (digest,) in cursor.execute(sql("known_messages")).fetchall()}
    return [one for one in statements if one.digest not in known]


def _contents(cursor: duckdb.DuckDBPyConnection, statements: Sequence[Statement]) -> dict[str, str | None]:
    keys = pa.array([one.key for one in statements], pa.string())
    with _said(cursor, pa.table({"key": keys})):
        return dict(cursor.execute(sql("contents")).fetchall())


def _append(
    cursor: duckdb.DuckDBPyConnection, rows: Sequence[tuple[Statement, str | None]], recorded_at: datetime
) -> None:
    if not rows:
        return
    remarks = [warnings(one.entry) if one.entry else () for one, _content in rows]
    table = pa.table(
        {
            "row_no": pa.array(range(1, len(rows) + 1), pa.int64()),
            "kind": [_kind(one.key) for one, _content in rows],
            "key": [one.key for one, _content in rows],
            "content": pa.array([content for _one, content in rows], pa.string()),
            "source": [one.source for one, _content in rows],
            "warnings": pa.array(remarks, pa.list_(pa.string())),
        }
    )
    values = {"last_entry_no": last_entry_no(cursor), "recorded_at": recorded_at}
    with _said(cursor, table):
        cursor.execute(sql("insert_entries"), values)


def _kind(entry_key: str) -> str:
    return entry_key.partition(":")[0]


@contextmanager
def _said(cursor: duckdb.DuckDBPyConnection, table: pa.Table) -> Iterator[None]:
    cursor.register("said", table)
    try:
        yield
    finally:
        cursor.unregister("said")


@cache
def sql(name: str) -> str:
    """Return the text of one of the questions asked of the catalogue."""
    return resources.files("ingest.sql").joinpath(f"catalogue_{name}.sql").read_text(encoding="utf-8")

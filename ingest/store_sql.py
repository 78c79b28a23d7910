"""What the store says to DuckDB: its statements, its transactions, the facts that it keeps about itself."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import resources

import duckdb
import pyarrow as pa

from ingest.reject import Rejected


def facts(cursor: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return what the store knows about itself."""
    return dict(cursor.execute(sql("facts")).fetchall())


def set_fact(cursor: duckdb.DuckDBPyConnection, name: str, value: str) -> None:
    """Remember a fact in place of what was known under its name."""
    cursor.execute(sql("set_fact"), {"name": name, "value": value})


def rejects(rejected: tuple[Rejected, ...]) -> pa.Table:
    """Return rejects as a table, numbered from 1."""
    return pa.table(
        {
            "row_no": pa.array(range(1, len(rejected) + 1), pa.int64()),
            "origin": pa.array([one.origin for one in rejected], pa.string()),
            "partition": pa.array([one.partition for one in rejected], pa.int32()),
            "position": pa.array([one.position for one in rejected], pa.int64()),
            "reason": pa.array([one.reason.value for one in rejected], pa.string()),
            "detail": pa.array([one.detail for one in rejected], pa.string()),
            "payload": pa.array([one.payload for one in rejected], pa.binary()),
        }
    )


@contextmanager
def transaction(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what is done within, or nothing of it where it fails."""
    cursor.execute("BEGIN")
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):  # of a store that failed for good; what failed first is raised
            cursor.execute("ROLLBACK")
        raise
    cursor.execute("COMMIT")


@contextmanager
def registered(cursor: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> Iterator[None]:
    """Let a cursor see a table under a name, meanwhile."""
    cursor.register(name, table)
    try:
        yield
    finally:
        cursor.unregister(name)


def sql(name: str) -> str:
    """Return the text of one of the statements that the store makes."""
    return resources.files("ingest.sql").joinpath(f"{name}.sql").read_text()

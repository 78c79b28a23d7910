"""Asks the database one of the questions that stand, one a file, in `mining/sql`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib import resources
from typing import Any

import duckdb
import pyarrow as pa

Values = Mapping[str, Any]


@cache
def statement(name: str) -> str:
    """Return the text of `mining/sql/<name>.sql`."""
    return resources.files("mining").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def ask(cursor: duckdb.DuckDBPyConnection, name: str, values: Values | None = None) -> pa.Table:
    """Run the question `name` and fetch its whole answer, through Arrow: rows of instants need no pytz this way."""
    return cursor.execute(statement(name), values or {}).to_arrow_table()


def rows(cursor: duckdb.DuckDBPyConnection, name: str, values: Values | None = None) -> list[dict[str, Any]]:
    """Run the question `name` and return its answer as a list of rows by column name."""
    answer: list[dict[str, Any]] = ask(cursor, name, values).to_pylist()
    return answer


def tell(cursor: duckdb.DuckDBPyConnection, name: str, values: Values | None = None) -> None:
    """Run the statement `name`, whose answer nobody needs."""
    cursor.execute(statement(name), values or {})


@contextmanager
def transaction(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what is done within, or nothing of it where it fails."""
    cursor.execute("BEGIN")
    try:
        yield
        cursor.execute("COMMIT")
    except BaseException:
        with suppress(duckdb.Error):  # a failed COMMIT has already rolled back
            cursor.execute("ROLLBACK")
        raise

"""The temporary tables of comparing: how values get into them, and how they go away."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import duckdb
import pyarrow as pa

from mining.ask import rows, statement, tell
from mining.conformance.rules import ModelRules, word


@contextmanager
def given(cursor: duckdb.DuckDBPyConnection, columns: Mapping[str, Any]) -> Iterator[None]:
    """Let statements read some columns as the table `given`."""
    cursor.register("given", pa.table(dict(columns)))
    try:
        yield
    finally:
        cursor.unregister("given")


@contextmanager
def stages(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Remove the temporary tables in the end."""
    try:
        yield
    finally:
        with suppress(duckdb.Error):  # of a store that failed for good; what failed first is raised
            cursor.execute(statement("conformance_drop_stages"))


def stage_outcomes(cursor: duckdb.DuckDBPyConnection, rules: ModelRules) -> None:
    """Stage which steps of the dossiers at hand had an outcome that matters, and what it stands for."""
    signs = rules.outcome_signs()
    outcomes = [row["outcome"] for row in rows(cursor, "conformance_outcomes")]
    told = [(outcome, signs[word(outcome)]) for outcome in outcomes if word(outcome) in signs]
    with given(
        cursor,
        {
            "outcome": pa.array([outcome for outcome, _ in told], pa.string()),
            "symbol": pa.array([sign for _, sign in told], pa.int32()),
        },
    ):
        tell(cursor, "conformance_keep_outcome")

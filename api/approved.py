"""The approved processes of a procedure, as the catalogue has them."""

from importlib import resources

import duckdb

from api.catalogue_answers import Approved


def approved(cursor: duckdb.DuckDBPyConnection, procedure: str) -> list[Approved]:
    """Return the versions approved for the dossiers of a procedure, the earliest first; none is an empty list."""
    question = resources.files("api").joinpath("sql", "approved_processes.sql").read_text(encoding="utf-8")
    found = cursor.execute(question, {"procedure": procedure}).to_arrow_table().to_pylist()
    return [Approved.model_validate({**row, "steps": row["steps"] or []}) for row in found]

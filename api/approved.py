"""The approved processes of procedures, as the catalogue has them."""

from collections import defaultdict
from collections.abc import Sequence
from importlib import resources

import duckdb

from api.catalogue_answers import Approved


def approved(cursor: duckdb.DuckDBPyConnection, procedures: Sequence[str]) -> dict[str, list[Approved]]:
    """Return the versions approved for the dossiers of procedures, the earliest first; none is an empty list."""
    question = resources.files("api").joinpath("sql", "approved_processes.sql").read_text(encoding="utf-8")
    found: defaultdict[str, list[Approved]] = defaultdict(list)
    for row in cursor.execute(question, {"procedures": list(procedures)}).to_arrow_table().to_pylist():
        found[row.pop("asked")].append(Approved.model_validate({**row, "steps": row["steps"] or []}))
    return {procedure: found[procedure] for procedure in procedures}


def approves_any(cursor: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the catalogue has any approved process."""
    question = resources.files("api").joinpath("sql", "approves_any.sql").read_text(encoding="utf-8")
    return bool(cursor.execute(question).to_arrow_table().to_pylist()[0]["approves"])

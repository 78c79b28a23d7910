"""What differs between one approved process and what happens, for pictures of both."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from mining.ask import rows
from mining.conformance import ConformanceError
from mining.conformance.approved import ApprovedModel, ApprovedProcess, approved_model, approved_processes
from mining.conformance.findings import StepDeviation, activity_matches, conformance
from mining.conformance.rules import ALL_RULES, ModelRules
from mining.slice import Slice, scope


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs among the `dossiers` that were compared with a process.

    `steps` has the number of the approved step that each activity is taken for.
    """

    model: ApprovedModel
    dossiers: int
    deviations: tuple[StepDeviation, ...]
    steps: Mapping[str, str]


def difference(
    cursor: duckdb.DuckDBPyConnection, chosen: Slice, process_key: str, rules: ModelRules = ALL_RULES
) -> Difference:
    """Return what differs from a process in a slice; raises ConformanceError for an unknown or unusable one."""
    model = approved_model(_process(cursor, process_key), rules)
    procedure = model.process.procedure
    compared = rows(cursor, "conformance_compared_with", {**scope(cursor, chosen), "process_key": process_key})
    deviations = conformance(cursor, chosen).deviations
    matches = [one for one in activity_matches(cursor, procedure) if one.process_key == process_key]
    return Difference(
        model,
        compared[0]["dossiers"],
        tuple(one for one in deviations if one.process_key == process_key),
        {one.activity: one.number for one in matches if one.number is not None},
    )


def _process(cursor: duckdb.DuckDBPyConnection, process_key: str) -> ApprovedProcess:
    found = approved_processes(cursor, keys=[process_key])
    if not found:
        raise ConformanceError(f"there is no approved process '{process_key}' in force; ask which there are")
    return found[0]

"""The alignment of one dossier, move by move; it is found anew, because only its cost and its deviations are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa

from mining.ask import rows, tell
from mining.conformance.align_worker import Trace, align_traces
from mining.conformance.alignment import Move, MoveKind
from mining.conformance.approved import ApprovedProcess, Shape, approved_processes
from mining.conformance.rules import ALL_RULES, ModelRules, Sign
from mining.conformance.staging import given, stage_outcomes, stages
from mining.overview import StepRecord, dossier

_LIMIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class DossierMove:
    """A move of the alignment: `both` did the same, the dossier did something extra (`log`), or skipped it (`model`).

    `number` and `task` are those of the approved step, `sign` what stands for no step. `position` counts from 1 along
    the path of the dossier, and `step` is what was done there; both are None for a skipped step, and for what the
    clock or an outcome told.
    """

    kind: MoveKind
    number: str | None
    task: str | None
    sign: Sign | None
    position: int | None
    step: StepRecord | None


@dataclass(frozen=True, slots=True)
class DossierAlignment:
    """The moves in order, and whether they are known to cost least (else the time limit was reached)."""

    moves: tuple[DossierMove, ...]
    exact: bool


def dossier_alignment(
    cursor: duckdb.DuckDBPyConnection, pseudonym: UUID, process_key: str, rules: ModelRules = ALL_RULES
) -> DossierAlignment | None:
    """Align a dossier with an approved process that it was compared with; None where it, or the process, is gone."""
    record = dossier(cursor, pseudonym)
    process = next(iter(approved_processes(cursor, keys=[process_key])), None)
    if record is None or process is None:
        return None
    with stages(cursor):
        found = _staged(cursor, {"dossier": pseudonym, "process_key": process_key}, rules)
    if found is None:
        return None
    trace = Trace(Shape.of_key(found["shape"]), tuple(found["symbols"]), found["finished"])
    (alignment,) = align_traces([trace], _LIMIT_SECONDS)
    steps = {one.position: one for one in record.steps if one.position is not None}
    places = [None if place % 2 else place // 2 for place in found["places"]]
    moves = tuple(_move(one, process, places, steps) for one in alignment.moves)
    return DossierAlignment(moves, alignment.exact)


def _staged(cursor: duckdb.DuckDBPyConnection, asked: Mapping[str, Any], rules: ModelRules) -> dict[str, Any] | None:
    """Stage the dossier as a refresh stages many, and return what happened in it; None where it was not compared."""
    tell(cursor, "conformance_kept_processes")
    tell(cursor, "conformance_bound_one", asked)
    tell(cursor, "conformance_sorts")
    types = {"process": pa.int32(), "activity": pa.int32(), "step": pa.int32(), "symbol": pa.int32()}
    nothing = {name: pa.array([], type_) for name, type_ in (types | {"matched_by": pa.string()}).items()}
    with given(cursor, nothing):
        tell(cursor, "conformance_keep_symbol", {"everything": False})
    stage_outcomes(cursor, rules)
    tell(cursor, "conformance_items")
    return next(iter(rows(cursor, "conformance_dossier_items")), None)


def _move(move: Move, process: ApprovedProcess, places: list[int | None], steps: dict[int, StepRecord]) -> DossierMove:
    approved = None
    if move.symbol > 0:
        approved = next(step for step in process.steps if step.ordinal == move.symbol)
    position = None if move.place is None else places[move.place]
    return DossierMove(
        kind=move.kind,
        number=approved.number if approved else None,
        task=approved.task if approved else None,
        sign=None if approved else Sign(move.symbol),
        position=position,
        step=steps.get(position) if position is not None else None,
    )

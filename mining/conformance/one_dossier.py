"""The alignment of one dossier, move by move; it is found anew, because only its cost and its deviations are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import duckdb

from mining.ask import rows
from mining.conformance import ConformanceError
from mining.conformance.align_worker import Trace, align_traces
from mining.conformance.alignment import Move, MoveKind
from mining.conformance.approved import ApprovedModel, approved_model, approved_processes
from mining.conformance.rules import ALL_RULES, ModelRules, Sign, word
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
    try:
        model = approved_model(process, rules)
    except ConformanceError:
        return None
    (clock,) = rows(cursor, "clock_row", {"dossier": pseudonym})
    items = _items(cursor, {"dossier": pseudonym, "first_event_no": clock["first_event_no"]}, process_key, rules)
    trace = Trace(model.shape, tuple(symbol for symbol, _ in items), clock["finish_kind"] == "finished")
    (found,) = align_traces([trace], _LIMIT_SECONDS)
    steps = {one.position: one for one in record.steps if one.position is not None}
    places = [position for _, position in items]
    moves = tuple(_move(one, model, places, steps) for one in found.moves)
    return DossierAlignment(moves, found.exact)


def _items(
    cursor: duckdb.DuckDBPyConnection, asked: Mapping[str, Any], process_key: str, rules: ModelRules
) -> list[tuple[int, int | None]]:
    """Return the symbols of the dossier in order, each with its position if it is a step's."""
    signs = rules.outcome_signs()
    outcomes = [row["outcome"] for row in rows(cursor, "conformance_dossier_outcomes", asked)]
    told = {outcome: int(signs[word(outcome)]) for outcome in outcomes if word(outcome) in signs}
    given = {**asked, "process_key": process_key, "outcomes": list(told), "symbols": list(told.values())}
    return [(row["symbol"], row["position"]) for row in rows(cursor, "conformance_dossier_items", given)]


def _move(move: Move, model: ApprovedModel, places: list[int | None], steps: dict[int, StepRecord]) -> DossierMove:
    approved = None
    if move.symbol > 0:
        approved = next(step for step in model.process.steps if step.ordinal == move.symbol)
    position = None if move.place is None else places[move.place]
    return DossierMove(
        kind=move.kind,
        number=approved.number if approved else None,
        task=approved.task if approved else None,
        sign=None if approved else Sign(move.symbol),
        position=position,
        step=steps.get(position) if position is not None else None,
    )

"""Compares dossiers with the processes in force for them, and keeps what comes of it (`conformance_schema.sql`)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from mining.ask import ask, rows, statement, tell, transaction
from mining.clocks.clock import Calendars, between, instants_us
from mining.conformance import ConformanceError
from mining.conformance.align_pool import AlignPool
from mining.conformance.align_worker import Trace
from mining.conformance.approved import ApprovedModel, Shape, approved_model, approved_processes
from mining.conformance.deviations import order_deviations
from mining.conformance.matching import NO_MAPPING, Matcher, StepMapping
from mining.conformance.places import allowed_units
from mining.conformance.rules import ALL_RULES, ModelRules
from mining.conformance.staging import given, stage_outcomes, stages

VERSION = 3
"""Raise it with every change of what is derived: then everything is compared anew."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What comparing rests on beside events and catalogue; when it changes, everything is compared anew."""

    calendars: Calendars
    mapping: StepMapping = NO_MAPPING
    rules: ModelRules = ALL_RULES


@dataclass(frozen=True, slots=True)
class Compared:
    """What a refresh did: dossiers compared, variants aligned, how many of them not exactly; all anew or not."""

    dossiers: int
    variants: int
    inexact_variants: int
    everything: bool
    watermark: int


def prepare_conformance(cursor: duckdb.DuckDBPyConnection) -> None:
    """Create the tables where they are missing."""
    cursor.execute(statement("conformance_schema"))


def refresh_conformance(cursor: duckdb.DuckDBPyConnection, basis: Basis, aligner: AlignPool) -> Compared:
    """Compare all dossiers that were derived anew since the last time, or all where the basis changed.

    Needs the tables of `ingest/catalogue.sql`, and what `derive.refresh` derived. All of it is one transaction, which
    sees one state of the store: others may write meanwhile, only not to the tables of `conformance_schema.sql`. Any
    error leaves what was kept as it was, and is raised again.
    """
    with stages(cursor), transaction(cursor):
        return _compare(cursor, basis, aligner)


def _compare(cursor: duckdb.DuckDBPyConnection, basis: Basis, aligner: AlignPool) -> Compared:
    state = rows(cursor, "conformance_state")[0]
    upto, digest = state["mined"], _digest(basis, state)
    before = state["watermark"]
    everything = before is None or before > upto or state["basis"] != digest
    if not everything and before == upto:
        return Compared(0, 0, 0, False, upto)
    tell(cursor, "conformance_touched", {"after": upto if everything else before, "upto": upto})
    tell(cursor, "conformance_intake", {"everything": everything})
    _stage_processes(cursor, basis, everything=everything)
    variants, inexact = _align(cursor, aligner)
    _stage_deviations(cursor, basis.calendars)
    for name in _RENEWED if everything else _REPLACED:
        tell(cursor, name)
    for name in _KEPT:
        tell(cursor, name)
    tell(cursor, "conformance_set_done", {"watermark": upto, "basis": digest})
    dossiers = rows(cursor, "conformance_fresh_dossiers")[0]["dossiers"]
    return Compared(dossiers, variants, inexact, everything, upto)


_RENEWED = ("conformance_clear", "conformance_add_processes")
_REPLACED = ("conformance_delete_dossiers", "conformance_delete_deviations", "conformance_delete_done")
_KEPT = (
    "conformance_add_matches",
    "conformance_add_remarks",
    "conformance_add_deviations",
    "conformance_add_dossiers",
)


def _digest(basis: Basis, state: Mapping[str, Any]) -> str:
    units = sorted((unit, time.version) for unit, time in basis.calendars.of_unit.items())
    said = [
        VERSION,
        state["version"],
        state["catalogue"],
        basis.calendars.default.version,
        units,
        sorted(basis.rules.left_out),
        [(one.activity, one.step, one.procedure) for one in basis.mapping.entries],
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _stage_processes(cursor: duckdb.DuckDBPyConnection, basis: Basis, *, everything: bool) -> None:
    """Stage the approved processes, which dossiers they are in force for, and what activities stand for in them."""
    remarks: list[_Odd] = []
    if everything:
        _stage_models(cursor, basis, remarks)
    else:
        tell(cursor, "conformance_kept_processes")
    tell(cursor, "conformance_bound")
    _stage_symbols(cursor, basis, remarks, everything=everything)
    with given(
        cursor,
        {
            "process_key": pa.array([key for key, _, _ in remarks], pa.string()),
            "remark": pa.array([remark for _, remark, _ in remarks], pa.string()),
            "unusable": pa.array([unusable for _, _, unusable in remarks], pa.bool_()),
        },
    ):
        tell(cursor, "conformance_keep_remark")
    _stage_places(cursor)


_Odd = tuple[str, str, bool]
"""A process by its key, what is odd about it, and whether nothing can be compared with it."""


def _stage_models(cursor: duckdb.DuckDBPyConnection, basis: Basis, remarks: list[_Odd]) -> None:
    """Stage all processes that can be compared with, and add to `remarks` what is odd about them."""
    usable: list[ApprovedModel] = []
    for process in approved_processes(cursor):
        try:
            model = approved_model(process, basis.rules)
        except ConformanceError as error:
            remarks.append((process.process_key, str(error), True))
            continue
        usable.append(model)
        remarks += [(process.process_key, remark, False) for remark in model.remarks]
    with given(
        cursor,
        {
            "process": pa.array(range(len(usable)), pa.int32()),
            "process_key": pa.array([one.process.process_key for one in usable], pa.string()),
            "shape": pa.array([one.shape.key for one in usable], pa.string()),
        },
    ):
        tell(cursor, "conformance_keep_process")


def _stage_symbols(cursor: duckdb.DuckDBPyConnection, basis: Basis, remarks: list[_Odd], *, everything: bool) -> None:
    """Stage what activities stand for; decided is only about those that are new, which are few in a refresh."""
    tell(cursor, "conformance_sorts")
    sorts = ask(cursor, "conformance_new_sorts", {"everything": everything})
    keys = set(sorts["process_key"].to_pylist())
    matchers: dict[str, Matcher] = {}
    for process in approved_processes(cursor, keys=keys) if keys else ():
        matcher = matchers[process.process_key] = Matcher(
            approved_model(process, basis.rules), basis.mapping, basis.rules
        )
        remarks += [(process.process_key, remark, False) for remark in matcher.remarks()]
    matches = [
        matchers[row["process_key"]].match(row["activity_name"], row["step_name"])
        for row in sorts.select(["process_key", "activity_name", "step_name"]).to_pylist()
    ]
    with given(
        cursor,
        {
            "process": sorts["process"],
            "activity": sorts["activity"],
            "step": sorts["step"],
            "symbol": pa.array([one.symbol for one in matches], pa.int32()),
            "matched_by": pa.array([one.by for one in matches], pa.string()),
        },
    ):
        tell(cursor, "conformance_keep_symbol", {"everything": everything})
    stage_outcomes(cursor, basis.rules)
    tell(cursor, "conformance_items")
    tell(cursor, "conformance_fresh")


def _stage_places(cursor: duckdb.DuckDBPyConnection) -> None:
    allowed = allowed_units(rows(cursor, "conformance_unit_labels"), rows(cursor, "conformance_units"))
    with given(cursor, {name: allowed[name] for name in allowed.column_names}):
        tell(cursor, "conformance_keep_known_unit")
        tell(cursor, "conformance_keep_allowed_unit")
    tell(cursor, "conformance_known_roles")
    tell(cursor, "conformance_expected")


def _align(cursor: duckdb.DuckDBPyConnection, aligner: AlignPool) -> tuple[int, int]:
    """Align the variants that are new, and keep it: what was aligned once is never aligned again."""
    new = ask(cursor, "conformance_new_variants")
    shapes = {key: Shape.of_key(key) for key in new["shape"].unique().to_pylist()}
    traces = [
        Trace(shapes[shape], tuple(symbols), complete)
        for shape, symbols, complete in zip(*(new[name].to_pylist() for name in _TRACE), strict=True)
    ]
    alignments = aligner.align(traces)
    moves = [
        (variant.as_py(), one.kind.value, one.symbol, None if one.place is None else places[one.place].as_py() // 2)
        for variant, places, alignment in zip(new["variant"], new["places"], alignments, strict=True)
        if alignment.cost
        for one in order_deviations(alignment)
    ]
    costs = {"cost": pa.int32(), "worst_cost": pa.int32(), "exact": pa.bool_()}
    spent = {name: pa.array([getattr(one, name) for one in alignments], type_) for name, type_ in costs.items()}
    with given(cursor, {"variant": new["variant"], **spent}):
        tell(cursor, "conformance_add_variants")
    columns = {"variant": pa.uint64(), "kind": pa.string(), "symbol": pa.int32(), "position": pa.int32()}
    named = {
        name: pa.array([move[place] for move in moves], type_) for place, (name, type_) in enumerate(columns.items())
    }
    with given(cursor, named):
        tell(cursor, "conformance_add_moves")
    return len(traces), sum(not one.exact for one in alignments)


_TRACE = ("shape", "symbols", "complete")


def _stage_deviations(cursor: duckdb.DuckDBPyConnection, calendars: Calendars) -> None:
    """Stage every deviation of the dossiers at hand, with how long it was worked on."""
    tell(cursor, "conformance_work")
    tell(cursor, "conformance_moved")
    tell(cursor, "conformance_misplaced")
    tell(cursor, "conformance_long")
    asked = ask(cursor, "conformance_intervals")
    from_us, to_us = instants_us(asked["from_at"]), instants_us(asked["to_at"])
    worked = between(asked["unit"], from_us, to_us, calendars)
    with given(cursor, {"n": asked["n"], "worked_us": pa.array(worked), "unit": asked["unit"]}):
        tell(cursor, "conformance_keep_worked")
    stops = ask(cursor, "conformance_stops")
    stood = between(stops["unit"], instants_us(stops["from_at"]), instants_us(stops["to_at"]), calendars)
    with given(cursor, {"n": stops["n"], "stood_us": pa.array(stood)}):
        tell(cursor, "conformance_take_stops")
    tell(cursor, "conformance_deviated")
    tell(cursor, "conformance_compared")

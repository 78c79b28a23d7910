"""The findings on a log as one JSON document, for machines; docs/analyse.md says what each member means."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from api.approved import approved, approves_any
from api.catalogue_answers import Approved
from api.conformance.found import ConformanceFound, compare, conformance_document, find_conformance
from api.improvement.found import ImprovementFound, Told, find_improvement
from api.reports.documents import time_saved
from api.waiting.found import WaitingAsked, WaitingFound, find_waiting, told, total_document, waiting_document
from ingest.reject import Rejected
from mining.clocks.clock import HOLDERS, Calendars
from mining.conformance.check import Basis
from mining.conformance.matching import NO_MAPPING, StepMapping
from mining.opportunities.settings import Settings
from mining.overview import LogSummary, ProcedureSummary, log_summary, procedures
from mining.paths.graph import ActivityCount, DirectlyFollowsGraph, directly_follows_by_procedure
from mining.paths.rework import Rework, rework_by_procedure
from mining.paths.time_split import TimeSplit, time_split_by_procedure
from mining.paths.variants import Variants, variants_by_procedure
from mining.savings.account import account_of
from mining.savings.evidence import evidence
from mining.savings.figures import Account
from mining.savings.potential import with_potential
from mining.savings.question import Question
from mining.slice import Slice
from mining.waiting.findings import WaitingTotal

_EVERYTHING = Slice()


@dataclass(frozen=True, slots=True)
class ProcedureFindings:
    """What was found on one procedure; `waiting` is None where no step of it has a known start."""

    summary: ProcedureSummary
    graph: DirectlyFollowsGraph
    variants: Variants
    rework: tuple[Rework, ...]
    approved: tuple[Approved, ...]
    time: TimeSplit
    waiting: WaitingTotal | None


@dataclass(frozen=True, slots=True)
class LogFindings:
    """What was found on a log; `notes` say how the file was understood, `rejected` what could not be used.

    `savings` and `conformance` are None where the catalogue has no approved process.
    """

    log: LogSummary
    procedures: tuple[ProcedureFindings, ...]
    savings: Account | None
    conformance: ConformanceFound | None
    waiting: WaitingFound
    improvement: ImprovementFound
    notes: tuple[str, ...]
    rejected: tuple[Rejected, ...]


def find(
    cursor: duckdb.DuckDBPyConnection,
    calendars: Calendars,
    waiting: WaitingAsked,
    *,
    settings: Settings | None = None,
    mapping: StepMapping = NO_MAPPING,
    notes: tuple[str, ...] = (),
    rejected: tuple[Rejected, ...] = (),
) -> LogFindings:
    """Ask for everything that is known about all that is derived, after comparing it with what is approved.

    `settings` are the thresholds of opportunities, `mapping` says which activities are which approved steps.

    Clocks that run are read at the latest instant of the log, so that a log has the same findings on any day.
    """
    log = log_summary(cursor)
    as_of = log.last_at or datetime.now(UTC)  # without an instant there is no clock either
    summaries = procedures(cursor)
    # All procedures in one question each: a city has thousands, and asking for one by one takes minutes.
    graphs = directly_follows_by_procedure(cursor, _EVERYTHING)
    paths = variants_by_procedure(cursor, _EVERYTHING)
    repeated = rework_by_procedure(cursor, _EVERYTHING)
    versions = approved(cursor, [one.code for one in summaries])
    times = time_split_by_procedure(cursor, _EVERYTHING, calendars, as_of)
    waits = told(cursor, waiting)
    waited = find_waiting(waits, waiting)
    findings = (
        ProcedureFindings(
            one,
            graphs[one.code],
            paths[one.code],
            repeated[one.code],
            tuple(versions[one.code]),
            times[one.code],
            waited.procedures.get(one.code),
        )
        for one in summaries
    )
    better = find_improvement(cursor, Told(waits, waiting.availability), settings or Settings())
    saved = _account(cursor, Question(as_of=as_of), calendars, better) if approves_any(cursor) else None
    compared = _compared(cursor, Basis(calendars, mapping)) if approves_any(cursor) else None
    return LogFindings(log, tuple(findings), saved, compared, waited, better, notes, rejected)


def _compared(cursor: duckdb.DuckDBPyConnection, basis: Basis) -> ConformanceFound:
    compare(cursor, basis)
    return find_conformance(cursor)


def as_document(findings: LogFindings) -> dict[str, Any]:
    """Return the findings as plain values for JSON; instants are ISO 8601 in UTC."""
    log = findings.log
    return {
        "log": {
            "dossiers": log.dossiers,
            "events": log.events,
            "activities": log.activities,
            "variants": log.variants,
            "from": _text(log.first_at),
            "to": _text(log.last_at),
            "dropped_starts": log.dropped_starts,
            "notes": list(findings.notes),
            "rejected": [
                {"position": one.position, "reason": one.reason.value, "detail": one.detail}
                for one in findings.rejected
            ],
        },
        "procedures": [_procedure(one) for one in findings.procedures],
        "waiting": waiting_document(findings.waiting),
        "bottlenecks": {
            grain: page.model_dump(mode="json", by_alias=True, exclude={"next"})
            for grain, page in findings.improvement.bottlenecks.items()
        },
        "units": findings.improvement.units.model_dump(mode="json", by_alias=True, exclude={"next"}),
        "opportunities": _opportunities(findings.improvement),
        "conformance": conformance_document(findings.conformance) if findings.conformance else None,
        "savings": _savings(findings.savings) if findings.savings else None,
    }


def _account(
    cursor: duckdb.DuckDBPyConnection, question: Question, calendars: Calendars, better: ImprovementFound
) -> Account:
    known = evidence(cursor, question.basis, calendars)
    found = account_of(known, question)
    return with_potential(found, known, better.searched) if better.searched else found


def _opportunities(found: ImprovementFound) -> dict[str, Any]:
    page = found.opportunities.model_dump(mode="json", by_alias=True, exclude={"next", "limits"})
    return {**page, "limits": [one.model_dump(mode="json", by_alias=True) for one in found.limits]}


def _savings(saved: Account) -> dict[str, Any]:
    return time_saved(saved, saved.procedures, None).model_dump(mode="json", exclude={"next"})


def _procedure(one: ProcedureFindings) -> dict[str, Any]:
    summary = one.summary
    return {
        "code": summary.code,
        "dossiers": summary.dossiers,
        "open_dossiers": summary.open_dossiers,
        "events": summary.events,
        "from": _text(summary.first_at),
        "to": _text(summary.last_at),
        "activities": _counts(one.graph.activities),
        "dfg": [asdict(edge) for edge in one.graph.edges],
        "start": _counts(one.graph.start),
        "end": _counts(one.graph.end),
        "variants": [
            {"activities": list(variant.activities), "frequency": variant.frequency}
            for variant in one.variants.variants
        ],
        "rework": [asdict(repeated) for repeated in one.rework],
        "approved": [version.model_dump(mode="json") for version in one.approved],
        "time": _time(one.time),
        "waiting": total_document(one.waiting) if one.waiting else None,
    }


def _time(split: TimeSplit) -> dict[str, Any]:
    held = {name: getattr(split, name) for name in (*HOLDERS, "total", "intake", "pickup")}
    return {
        "dossiers": split.dossiers,
        "taken_in": split.taken_in,
        "picked_up": split.picked_up,
        **{
            name: {"elapsed_seconds": one.elapsed_seconds, "working_seconds": one.working_seconds}
            for name, one in held.items()
        },
        "calendar_versions": list(split.calendar_versions),
    }


def _counts(counts: tuple[ActivityCount, ...]) -> list[dict[str, Any]]:
    return [asdict(count) for count in counts]


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None

"""What a report on a log file says of waiting: as JSON, and in which words its reasons are given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import duckdb

from api.settings import Language
from mining.waiting.analysis import Rule
from mining.waiting.answers import waiting_log
from mining.waiting.causes import CAUSES
from mining.waiting.desks import Availability
from mining.waiting.findings import Reason, WaitingLog, WaitingRow, WaitingTotal, gain, grouped, total, transitions

Resource = Literal["role", "officer"]
RESOURCES: tuple[Resource, ...] = ("role", "officer")


@dataclass(frozen=True, slots=True)
class WaitingAsked:
    """How a log is asked why its dossiers waited.

    `resource` says whether hand-overs are between roles or between officers; None: between roles, and where no step
    names one, between officers. `names` are the officers' names by how the store has them, as far as they are known.
    """

    availability: Availability
    rule: Rule = "strict"
    resource: Resource | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WaitingFound:
    """Why the dossiers of a log waited: in all, by procedure, and by transition, the longest first."""

    rule: Rule
    resource: Resource
    whole: WaitingTotal
    procedures: Mapping[str, WaitingTotal]
    transitions: tuple[WaitingRow, ...]
    reasons: tuple[Reason, ...]
    calendar_versions: tuple[str, ...]


def told(cursor: duckdb.DuckDBPyConnection, asked: WaitingAsked) -> WaitingLog:
    """Tell why the dossiers of a store waited."""
    return waiting_log(cursor, asked.availability, rule=asked.rule)


def find_waiting(log: WaitingLog, asked: WaitingAsked) -> WaitingFound:
    """Count why dossiers waited; officers whose name is not known keep their pseudonym."""
    resource = asked.resource or ("role" if log.steps.role.names else "officer")
    by_procedure = grouped(log, {"procedure": log.named("procedure")})
    return WaitingFound(
        rule=asked.rule,
        resource=resource,
        whole=total(log),
        procedures={str(row.key["procedure"]): row.total for row in by_procedure},
        transitions=tuple(_transitions(log, resource, asked.names)),
        reasons=log.reasons,
        calendar_versions=log.calendar_versions,
    )


def waiting_document(found: WaitingFound) -> dict[str, Any]:
    """Return what was found as plain values for JSON; docs/analyse.md says what each member means."""
    return {
        "rule": found.rule,
        "resource": found.resource,
        **total_document(found.whole),
        "calendar_versions": list(found.calendar_versions),
        "reasons": [
            {"code": one.code, "rows": one.rows, "of": one.of, "text": reason_text(one, Language.EN)}
            for one in found.reasons
        ],
        "transitions": [_transition(row) for row in found.transitions],
    }


def total_document(of: WaitingTotal) -> dict[str, Any]:
    """Return the waiting of some steps as plain values: elapsed seconds, and those in office hours in `working`."""
    return {
        "total_seconds": of.waiting.elapsed_seconds,
        "processing_seconds": of.processing.elapsed_seconds,
        "cte": of.cte,
        "by_cause": {cause: of.by_cause[cause].elapsed_seconds for cause in CAUSES},
        "gain": {cause: gain(of, of.by_cause[cause]) for cause in CAUSES},
        "working": {
            "total_seconds": of.waiting.working_seconds,
            "processing_seconds": of.processing.working_seconds,
            "cte": of.working_cte,
            "by_cause": {cause: of.by_cause[cause].working_seconds for cause in CAUSES},
        },
        "steps": of.steps,
        "dossiers": of.dossiers,
        "estimated_share": of.estimated_share,
    }


def reason_text(reason: Reason, language: Language) -> str:
    """Return a reason in a language."""
    if language is Language.EN:
        return str(reason)
    rows, of = (f"{count:,}".replace(",", ".") for count in (reason.rows, reason.of))
    return _VI[reason.code].format(rows=rows, of=of)


def _transitions(log: WaitingLog, resource: Resource, names: Mapping[str, str]) -> list[WaitingRow]:
    """The transitions; a step that the dossier's start enabled and that did not wait is none."""
    columns = ("source_activity", f"source_{resource}", "target_activity", f"target_{resource}")
    found = []
    for row in transitions(log, columns):
        source, before, target, after = row.key.values()
        if source is None and not row.total.waiting.elapsed_us:
            continue
        key = {
            "source": source,
            "source_resource": names.get(before or "", before),
            "target": target,
            "target_resource": names.get(after or "", after),
        }
        found.append(WaitingRow(key, row.total))
    return found


def _transition(row: WaitingRow) -> dict[str, Any]:
    return {
        **row.key,
        "frequency": row.total.steps,
        "wait_seconds": row.total.waiting.elapsed_seconds,
        **{cause: row.total.by_cause[cause].elapsed_seconds for cause in CAUSES},
        "dossiers": row.total.dossiers,
        "estimated_share": row.total.estimated_share,
    }


_VI = {
    "no_steps": "chưa có bước nào hoàn thành nên chưa có gì phải chờ",
    "unknown_starts": "{rows} trên {of} bước không rõ thời điểm bắt đầu: không biết đã chờ bao lâu",
    "estimated_starts": "{rows} trên {of} bước có thời điểm bắt đầu ước tính: thời gian chờ của các bước này cũng là"
    " ước tính",
    "dropped_starts": "{rows} trên {of} bước có thời điểm bắt đầu sau khi kết thúc: coi như không rõ",
    "copies": "{rows} trên tổng số {of} lần hoàn thành được nhập lại vào hệ thống khác: không tính các lần này",
    "no_officer": "{rows} trên {of} bước không ghi cán bộ: không biết hàng đợi, nên thời gian chờ gom lô, chờ tới lượt"
    " và bị vượt lượt không tách được mà tính vào ngoài giờ làm việc hoặc nguyên nhân khác",
    "estimated_without_officer": "{rows} trên {of} bước có thời điểm bắt đầu ước tính và không ghi cán bộ: như thể bắt"
    " đầu ngay khi sẵn sàng, và thời gian chờ bị tính là thời gian xử lý",
}

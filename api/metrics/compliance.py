"""What happens against what was approved and what rules say, in numbers; all label values are known or few."""

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from api.compliance.watch import ComplianceNumbers, Ends, SystemNumbers
from api.conformance.comparer import ComparerNumbers, ComparerState
from api.metrics.family import Family, counter, gauge, gauges, summary, table
from mining.conformance.deviations import DeviationKind
from mining.integrity.kinds import KIND
from mining.rules.book import RULES
from mining.rules.findings import VERDICTS

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def of_comparing(numbers: ComparerNumbers, mined_event_no: int) -> Iterator[Family]:
    """Yield how closely comparing follows the events."""
    yield gauge(
        "tinhgon_conformance_up",
        "0 while dossiers cannot be compared with approved processes. When it is 0: the reason is in /v1/status.",
        numbers.state is not ComparerState.FAILED,
    )
    yield counter(
        "tinhgon_conformance_failures",
        "Comparisons that failed; answers stay as they were. When it rises: the reason is in /v1/status.",
        numbers.failures,
    )
    yield summary(
        "tinhgon_conformance_refresh_seconds",
        "Time to compare what changed. When its mean rises: conformance follows the events more slowly.",
        count=numbers.refreshes,
        total=numbers.seconds,
    )
    behind = None if numbers.state is ComparerState.IDLE else max(0, mined_event_no - numbers.compared_event_no)
    yield gauge(
        "tinhgon_conformance_behind_events",
        "Mined events that conformance does not include yet. When it keeps rising: comparing is too slow, or fails.",
        behind,
    )


def of_compliance(numbers: ComplianceNumbers, ends: Ends) -> Iterator[Family]:
    """Yield the figures of the whole store."""
    yield from _of_conformance(numbers)
    yield table(
        "tinhgon_rule_dossiers",
        "Dossiers by rule: broken, kept or not known. When `broken` rises: /v1/rules/dossiers?rule=... lists them.",
        ("rule", "verdict"),
        (
            ((rule.code, verdict), numbers.rules.get((rule.code, verdict), 0) if numbers.rules else None)
            for rule in RULES
            for verdict in VERDICTS
        ),
    )
    asked = numbers.integrity
    yield gauges(
        "tinhgon_integrity_dossiers",
        "Dossiers in question, by kind: to be asked, not a verdict. When one rises: /v1/integrity says of which units.",
        "kind",
        {kind: None if asked is None else asked.get(kind, 0) for kind in KIND},
    )
    changes = numbers.changes
    yield table(
        "tinhgon_drift_procedures",
        "Procedures of which time or paths changed, as a new version meant or not. When `no` rises: read /v1/changes.",
        ("what", "intended"),
        (
            ((what, said), None if changes is None else changes.get((what, intended), 0))
            for what in ("time", "paths")
            for said, intended in (("yes", True), ("no", False))
        ),
    )
    yield from _of_systems(numbers.systems, ends)


def _of_conformance(numbers: ComplianceNumbers) -> Iterator[Family]:
    fit, kinds = numbers.fit, {one.kind: one for one in numbers.kinds}
    yield gauge(
        "tinhgon_conforming_ratio",
        "Compared dossiers without any deviation, 0 to 1. When it falls: /v1/conformance says of which procedures.",
        fit.conforming_share if fit else None,
    )
    yield gauge(
        "tinhgon_conformance_fitness_ratio",
        "How well dossiers fit the order of the approved steps, 0 to 1. When it falls: look at `skipped` and `extra`.",
        fit.fitness if fit else None,
    )
    yield gauges(
        "tinhgon_compared_dossiers",
        "Compared dossiers; `inexact` ones took too long to align. When `inexact` rises: look at long dossiers.",
        "outcome",
        {
            "conforming": fit.conforming if fit else None,
            "deviating": fit.dossiers - fit.conforming if fit else None,
            "inexact": fit.inexact if fit else None,
        },
    )
    yield gauges(
        "tinhgon_deviating_dossiers",
        "Dossiers by kind of deviation. When one rises: /v1/conformance/dossiers?kind=... lists them.",
        "kind",
        {kind.value: kinds[kind].dossiers if kind in kinds else None for kind in DeviationKind},
    )
    yield gauges(
        "tinhgon_deviation_seconds",
        "Working time that deviations stand for. When `over_time` rises: /v1/conformance says where.",
        "kind",
        {kind.value: 3600 * kinds[kind].lost_hours if kind in kinds else None for kind in DeviationKind},
    )


def _of_systems(numbers: SystemNumbers, ends: Ends) -> Iterator[Family]:
    yield gauges(
        "tinhgon_system_events_ratio",
        "Share of the events of the latest month by source system, 0 to 1. When an old one does not fall: /v1/systems.",
        "system",
        numbers.event_shares,
    )
    yield gauges(
        "tinhgon_system_after_end_events",
        "Events from a system after its end (TINHGON_SWITCH_OFF). When it rises: /v1/systems/switch-off/dossiers.",
        "system",
        {system: numbers.after_end.get(system) for system, _ in ends},
    )
    yield gauges(
        "tinhgon_system_end_timestamp_seconds",
        "When a system is first not to be used (TINHGON_SWITCH_OFF). When that is near: look at its share of events.",
        "system",
        {system: datetime.combine(day, time(), _VIETNAM).timestamp() for system, day in ends},
    )
    yield gauge(
        "tinhgon_double_entry_steps",
        "Steps that were typed a second time, into another system. When it rises: /v1/systems/dossiers lists them.",
        numbers.copies,
    )
    hours = numbers.copy_hours
    yield gauge(
        "tinhgon_double_entry_seconds",
        "Working time that typing twice costs. When it rises: /v1/systems says which units type twice.",
        None if hours is None else 3600 * hours,
    )

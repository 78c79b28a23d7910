"""Conformance, rules, integrity, two systems and change of the whole store, kept as plain numbers for the metrics."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pyarrow.compute as pc

from api.compliance.asked import LookedAt
from api.compliance.change_questions import FoundChanges
from api.compliance.integrity_questions import Report
from api.compliance.rule_questions import RuleCounts
from api.compliance.system_questions import FoundCopies, FoundShares
from api.costly import Keeper
from api.periodic import Periodic
from mining import MiningError
from mining.conformance.findings import Fit, sum_fits, unit_fits
from mining.conformance.totals import KindSum, kind_counts, kind_sums
from mining.rules.findings import VERDICTS
from mining.slice import Slice
from mining.thresholds import Thresholds
from mining.two_systems import SystemShare, switch_off

OTHER = "other"
TOP_SYSTEMS = 9
"""So many systems are shown, and the rest together: the metrics stay few however events call their source."""

Ends = Sequence[tuple[str, date]]


@dataclass(frozen=True, slots=True)
class SystemNumbers:
    """Two systems in numbers.

    `event_shares` are of the latest month that has events, by system; `after_end` counts the events that came from the
    systems of which the end is known from that day on. Of double entries the steps and the hours that they cost.
    """

    event_shares: Mapping[str, float] = field(default_factory=dict)
    after_end: Mapping[str, int] = field(default_factory=dict)
    copies: int | None = None
    copy_hours: float | None = None


@dataclass(frozen=True, slots=True)
class ComplianceNumbers:
    """What is shown; None or empty: nothing is known yet.

    `rules` are dossiers by rule and verdict, `integrity` dossiers in question by kind, `changes` procedures by what
    changed and whether a new version was to change it.
    """

    fit: Fit | None = None
    kinds: tuple[KindSum, ...] = ()
    rules: Mapping[tuple[str, str], int] = field(default_factory=dict)
    integrity: Mapping[str, int] | None = None
    systems: SystemNumbers = SystemNumbers()
    changes: Mapping[tuple[str, bool], int] | None = None


class ComplianceWatch(Periodic[ComplianceNumbers]):
    """Counts once in a while when something was mined, stated or compared; each figure for itself.

    `changes` tells apart the states of the store. What is costly is kept for the answers over HTTP too.
    """

    what = "compliance"

    def __init__(
        self,
        kept: Keeper,
        reading: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]],
        changes: Callable[[], tuple[int, ...]],
        thresholds: Thresholds,
        ends: Ends = (),
    ) -> None:
        super().__init__(ComplianceNumbers())
        self._kept = kept
        self._reading = reading
        self._changes = changes
        self._thresholds = thresholds
        self._ends = ends

    def state(self) -> object | None:
        """Return how far events are mined and compared, and the catalogue is stated; None until there are events."""
        changes = self._changes()
        return changes if changes[0] else None

    def count(self) -> ComplianceNumbers:
        """Count all figures; one that cannot be counted stays as it was, and the log says why."""
        numbers = self.numbers
        parts: tuple[Callable[[], Mapping[str, Any]], ...] = (
            self._conformance,
            self._rules,
            self._integrity,
            self._systems,
            self._drift,
        )
        for part in parts:
            try:
                numbers = replace(numbers, **part())
            except (duckdb.Error, MiningError) as error:
                self._complain(f"{self.what} ({part.__name__.strip('_')})", error)
        return numbers

    def _conformance(self) -> Mapping[str, Any]:
        with self._reading() as cursor:
            fits, counts = unit_fits(cursor, Slice()), kind_counts(cursor, Slice())
        return {"fit": sum_fits([one.fit for one in fits]), "kinds": kind_sums(counts)}

    def _rules(self) -> Mapping[str, Any]:
        counted: Counter[tuple[str, str]] = Counter()
        for row in self._kept.get(RuleCounts(_now(), self._thresholds.rules)).rows:
            counted.update({(row.rule, verdict): getattr(row, verdict) for verdict in VERDICTS})
        return {"rules": dict(counted)}

    def _integrity(self) -> Mapping[str, Any]:
        counted: Counter[str] = Counter()
        for one in self._kept.get(Report(_now(), self._thresholds.integrity)).findings:
            counted[one.kind] += one.count
        return {"integrity": dict(counted)}

    def _systems(self) -> Mapping[str, Any]:
        found = self._kept.get(FoundCopies(_now()))
        shares = self._kept.get(FoundShares(_now(), found.question.as_of, "month"))
        after = {}
        with self._reading() as cursor:
            for system, day in self._ends:
                after[system] = switch_off(cursor, found.question, system, day).events_after
        hours = float(pc.sum(found.copies["hours"]).as_py() or 0.0)
        return {"systems": SystemNumbers(_latest(shares), after, found.copies.num_rows, hours)}

    def _drift(self) -> Mapping[str, Any]:
        found = {(one.procedure, one.what, one.intended) for one in self._kept.get(FoundChanges(None)).changes}
        return {"changes": dict(Counter((what, intended) for _, what, intended in found))}


def _now() -> LookedAt:
    """What the routes look at when nothing is chosen: so what is computed for one serves the other."""
    return LookedAt(Slice(), None, datetime.now(UTC).replace(minute=0, second=0, microsecond=0))


def _latest(shares: Iterable[SystemShare]) -> dict[str, float]:
    """Return the shares of the latest period, those of the smallest systems together."""
    some = list(shares)
    latest = max((one.period_start for one in some), default=None)
    ranked = sorted((one for one in some if one.period_start == latest), key=lambda one: -one.event_share)
    found = {one.system: one.event_share for one in ranked[:TOP_SYSTEMS]}
    rest = sum(one.event_share for one in ranked[TOP_SYSTEMS:])
    return {**found, OTHER: found.get(OTHER, 0.0) + rest} if rest else found

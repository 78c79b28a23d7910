"""Figures that may have been changed by hand: findings per unit, with evidence, beside the on-time rates they touch.

A finding is a question to ask, not a verdict. What is found, and how chance is told from habit, is explained in
`docs/integrity.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining.chance import false_discovery
from mining.clocks.on_time import OnTimeRow, on_time
from mining.clocks.verdict import OnTimeQuestion
from mining.integrity.detect import Chance, Detected, UnitDossiers, detect, unit_dossiers
from mining.integrity.kinds import KIND, KINDS, QUESTION_EN, QUESTION_VI
from mining.integrity.question import IntegrityError, IntegrityQuestion

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a kind in a unit: `count` dossiers of `checked`, where `expected` would be usual.

    `p_value` is the probability of so many by chance and `q_value` that after all units were tested; both are None
    where there is a `reason` why it cannot be chance. `dossiers` (text) are the first ones, sorted; the others are told
    by `integrity_dossiers`.
    """

    kind: str
    unit: str | None
    count: int
    checked: int
    expected: float
    p_value: float | None
    q_value: float | None
    reason: str | None
    dossiers: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """The share of the dossiers looked at; None of nothing."""
        return self.count / self.checked if self.checked else None

    @property
    def note_vi(self) -> str:
        """What was found, in a sentence, and that it is a question to ask."""
        return f"{self._told(KIND[self.kind].says_vi)} {QUESTION_VI}"

    @property
    def note_en(self) -> str:
        """What was found, in a sentence, and that it is a question to ask."""
        return f"{self._told(KIND[self.kind].says_en)} {QUESTION_EN}"

    def _told(self, says: str) -> str:
        return says.format(count=self.count, checked=self.checked, expected=f"{self.expected:.3g}")


@dataclass(frozen=True, slots=True)
class IntegrityReport:
    """The findings in the order of KINDS, the largest first, and per unit who was on time as reported and by the log.

    `looked_at` says of how many dossiers of each unit anything is known. `evidence` has a table per kind, as
    `integrity_dossiers` returns it for all units.
    """

    question: IntegrityQuestion
    findings: tuple[Finding, ...]
    on_time: tuple[OnTimeRow, ...]
    looked_at: Mapping[str | None, int]
    calendar_versions: tuple[str, ...]
    evidence: Mapping[str, pa.Table]

    def of_unit(self, unit: str | None) -> tuple[Finding, ...]:
        """Return the findings of a unit."""
        return tuple(finding for finding in self.findings if finding.unit == unit)


def integrity(cursor: duckdb.DuckDBPyConnection, question: IntegrityQuestion) -> IntegrityReport:
    """Find what may have been changed by hand, of all kinds and in all units of a slice."""
    dossiers = unit_dossiers(cursor, question)
    detected = {kind.code: detect(cursor, question, kind.code, dossiers) for kind in KINDS}
    findings = [finding for kind, one in detected.items() for finding in _findings(kind, one, question, dossiers)]
    by_unit = OnTimeQuestion(as_of=question.as_of, chosen=question.chosen, by=("unit",))
    rates = on_time(cursor, by_unit, question.calendars)
    evidence = {kind: _ordered(one.evidence) for kind, one in detected.items()}
    return IntegrityReport(question, tuple(findings), rates.rows, dossiers, rates.calendar_versions, evidence)


def integrity_dossiers(
    cursor: duckdb.DuckDBPyConnection,
    question: IntegrityQuestion,
    kind: str,
    *,
    group: Mapping[str, str | None] | None = None,
) -> pa.Table:
    """Return the evidence of a kind, that of a `group` (procedure, unit or both) or all; also what is not above chance.

    Columns: dossier (text), procedure, unit (who did it), at (UTC), reason, and measured: hours (too late, set back,
    on the way, out of order), seconds for within_a_minute, else null. By dossier and time.
    """
    if kind not in KIND:
        raise IntegrityError(f"the kind '{kind}' is not known; choose from {', '.join(KIND)}")
    evidence = detect(cursor, question, kind, unit_dossiers(cursor, question)).evidence
    for name, value in (group or {}).items():
        evidence = evidence.filter(pc.is_null(evidence[name]) if value is None else pc.equal(evidence[name], value))
    return _ordered(evidence)


def _ordered(evidence: pa.Table) -> pa.Table:
    return evidence.sort_by([("dossier", "ascending"), ("at", "ascending"), ("reason", "ascending")])


def _findings(kind: str, detected: Detected, question: IntegrityQuestion, dossiers: UnitDossiers) -> list[Finding]:
    """Turn the evidence into findings: of what chance can do, only what is above it."""
    by_unit = _dossiers_of(detected.evidence)
    chance = detected.chance
    if chance is None:
        none = {unit: Chance(max(dossiers.get(unit, 0), len(own)), 0.0, 0.0) for unit, own in by_unit.items()}
        q_values = dict.fromkeys(by_unit, 0.0)
    else:
        none, tested = dict(chance), [unit for unit in chance if chance[unit].checked]
        values = false_discovery(np.array([chance[unit].p_value for unit in tested]))
        q_values = dict(zip(tested, values.tolist(), strict=True))
    found = [
        Finding(
            kind,
            unit,
            len(own),
            none[unit].checked,
            none[unit].expected,
            none[unit].p_value if chance is not None else None,
            q_values[unit] if chance is not None else None,
            KIND[kind].reason,
            tuple(own[:_SHOWN]),
        )
        for unit, own in by_unit.items()
        if len(own) >= question.settings.least_dossiers
        and q_values.get(unit, 1.0) <= question.settings.false_discovery_rate
    ]
    return sorted(found, key=lambda finding: (-finding.count, finding.unit is None, finding.unit or ""))


def _dossiers_of(evidence: pa.Table) -> dict[str | None, list[str]]:
    """The distinct dossiers of each unit, sorted."""
    pairs = evidence.select(["unit", "dossier"]).group_by(["unit", "dossier"]).aggregate([])
    pairs = pairs.sort_by("dossier").group_by("unit", use_threads=False).aggregate([("dossier", "list")])
    return dict(zip(pairs["unit"].to_pylist(), pairs["dossier_list"].to_pylist(), strict=True))

"""What can be asked over HTTP about integrity, a class each, answered from one report that is kept for a while."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import ClassVar

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from api.answers import InBothLanguages
from api.compliance import integrity_answers as answers
from api.compliance.asked import LookedAt, Page, file, in_group, json
from api.findings import Body, Passing, Sources
from api.time_answers import OnTimeCounts
from api.time_questions import known
from mining.clocks.clock import Calendars
from mining.clocks.on_time import Counts, OnTimeRow
from mining.integrity.findings import Finding, IntegrityReport, integrity
from mining.integrity.kinds import KIND, QUESTION_EN, QUESTION_VI
from mining.integrity.question import IntegrityQuestion, IntegritySettings

_NOTE = InBothLanguages(vi=QUESTION_VI, en=QUESTION_EN)
_NONE = Counts("A")
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("unit", "kind", "kind_vi", "kind_en")),
        *((name, pa.int64()) for name in ("count", "checked")),
        *((name, pa.float64()) for name in ("share", "expected", "p_value", "q_value")),
        *((name, pa.float64()) for name in ("on_time_reported", "on_time_log_based")),
        *((name, pa.string()) for name in ("note_vi", "note_en")),
    ]
)


@dataclass(frozen=True, slots=True)
class Report:
    """The integrity report on the dossiers that are looked at."""

    asked: LookedAt
    settings: IntegritySettings

    def compute(self, cursor: duckdb.DuckDBPyConnection, calendars: Calendars) -> IntegrityReport:
        """Look for all kinds in all units."""
        asked = IntegrityQuestion(
            as_of=self.asked.until(), calendars=calendars, chosen=self.asked.chosen, settings=self.settings
        )
        return integrity(cursor, asked)


@dataclass(frozen=True, slots=True)
class Integrity(Passing):
    """What is to be asked of units, about which kinds? An empty `unit` stands for none that is named, None for all."""

    asked: LookedAt
    kinds: tuple[str, ...]
    unit: str | None
    page: Page
    procedure: ClassVar[None] = None

    def answer(self, sources: Sources) -> Body:
        """Return an integrity_answers.IntegrityPage, or a table of all findings."""
        report = _report(sources, self.asked)
        findings: dict[str | None, list[Finding]] = defaultdict(list)
        for one in report.findings:
            if one.kind in self.kinds:
                findings[one.unit].append(one)
        rates = {row.group["unit"]: row for row in report.on_time}
        units = [
            unit for unit in {*report.looked_at, *rates, *findings} if self.unit is None or unit == (self.unit or None)
        ]
        units.sort(key=lambda unit: (-sum(one.count for one in findings[unit]), unit is None, unit or ""))
        if self.page.form:
            rows = [row for unit in units for row in _rows(findings[unit], rates.get(unit))]
            table = pa.Table.from_pylist(rows, schema=_SCHEMA)
            return file(table, self.page.form, title="Integrity", notes=(QUESTION_VI, QUESTION_EN))
        return json(
            answers.IntegrityPage(
                **self.asked.period(),
                note=_NOTE,
                as_of=report.question.as_of,
                calendar_versions=list(report.calendar_versions),
                total=len(units),
                items=[
                    _of_unit(unit, report.looked_at.get(unit, 0), rates.get(unit), findings[unit])
                    for unit in self.page.of(units)
                ],
                next=self.page.next(len(units)),
            )
        )


@dataclass(frozen=True, slots=True)
class IntegrityDossiers(Passing):
    """Which dossiers are behind a finding of a kind? `unit` as in Integrity."""

    asked: LookedAt
    kind: str
    unit: str | None
    page: Page
    procedure: ClassVar[None] = None

    def answer(self, sources: Sources) -> Body:
        """Return an integrity_answers.IntegrityDossierPage, or a table of all evidence."""
        report = _report(sources, self.asked)
        found = in_group(report.evidence[self.kind], "unit", self.unit)
        if self.page.form:
            return file(found, self.page.form, title=self.kind, notes=(QUESTION_VI, QUESTION_EN))
        return json(
            answers.IntegrityDossierPage(
                **self.asked.period(),
                kind=self.kind,
                name=_name(self.kind),
                note=_NOTE,
                as_of=report.question.as_of,
                dossiers=pc.count_distinct(found["dossier"]).as_py(),
                total=found.num_rows,
                items=[answers.IntegrityDossier.model_validate(row) for row in self.page.rows(found)],
                next=self.page.next(found.num_rows),
            )
        )


def _report(sources: Sources, asked: LookedAt) -> IntegrityReport:
    if asked.chosen.procedure is not None:
        with sources.reading() as cursor:
            known(cursor, asked.chosen.procedure)
    return sources.kept.get(Report(asked, sources.thresholds.integrity))


def _of_unit(
    unit: str | None, looked_at: int, rates: OnTimeRow | None, findings: Iterable[Finding]
) -> answers.UnitIntegrity:
    reported, log_based = (rates.reported, rates.log_based) if rates else (_NONE, _NONE)
    both = reported.on_time_share is not None and log_based.on_time_share is not None
    return answers.UnitIntegrity(
        unit=unit,
        looked_at=looked_at,
        reported=OnTimeCounts.model_validate(reported),
        log_based=OnTimeCounts.model_validate(log_based),
        share_above_log=(reported.on_time_share or 0.0) - (log_based.on_time_share or 0.0) if both else None,
        findings=[_shown(one) for one in findings],
    )


def _shown(one: Finding) -> answers.IntegrityFinding:
    numbers = {field.name: getattr(one, field.name) for field in fields(one) if field.name != "unit"}
    note = InBothLanguages(vi=one.note_vi, en=one.note_en)
    return answers.IntegrityFinding.model_validate(
        {**numbers, "dossiers": list(one.dossiers), "share": one.share, "name": _name(one.kind), "note": note}
    )


def _name(kind: str) -> InBothLanguages:
    return InBothLanguages(vi=KIND[kind].name_vi, en=KIND[kind].name_en)


def _rows(findings: Iterable[Finding], rates: OnTimeRow | None) -> list[dict[str, str | float | None]]:
    of_unit = {
        "on_time_reported": rates.reported.on_time_share if rates else None,
        "on_time_log_based": rates.log_based.on_time_share if rates else None,
    }
    named = [name for name in _SCHEMA.names if name not in of_unit and name not in ("kind_vi", "kind_en")]
    return [
        {
            **{name: getattr(one, name) for name in named},
            **of_unit,
            "kind_vi": KIND[one.kind].name_vi,
            "kind_en": KIND[one.kind].name_en,
        }
        for one in findings
    ]

"""What can be asked over HTTP about rules, a class each: equal questions have equal answers."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import ClassVar

import duckdb
import pyarrow as pa

from api.answers import InBothLanguages
from api.compliance import rule_answers as answers
from api.compliance.asked import LookedAt, Page, file, in_group, json
from api.findings import Body, Passing, Sources
from api.time_questions import known
from mining.clocks.clock import Calendars
from mining.rules.book import RULES, Rule, RuleQuestion, RuleSettings
from mining.rules.duty import Duty
from mining.rules.findings import RuleRow, Verdict, check_rules, rule_dossiers

_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("rule", "rule_vi", "rule_en", "procedure", "unit")),
        *((name, pa.int64()) for name in ("checked", "broken", "kept", "unknown")),
        ("broken_share", pa.float64()),
    ]
)


@dataclass(frozen=True, slots=True)
class _Counted:
    """How all rules are kept, up to an instant."""

    as_of: datetime
    rows: tuple[RuleRow, ...]


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """How all rules are kept by the dossiers that are looked at."""

    asked: LookedAt
    settings: RuleSettings

    def compute(self, cursor: duckdb.DuckDBPyConnection, calendars: Calendars) -> _Counted:
        """Judge every dossier by every rule."""
        asked = RuleQuestion(
            as_of=self.asked.until(), calendars=calendars, chosen=self.asked.chosen, settings=self.settings
        )
        return _Counted(asked.as_of, check_rules(cursor, asked))


@dataclass(frozen=True, slots=True)
class RuleFindings(Passing):
    """How are rules kept, by rule, procedure and unit? An empty `unit` stands for dossiers of none, None for all."""

    asked: LookedAt
    rules: tuple[str, ...]
    unit: str | None
    page: Page
    procedure: ClassVar[None] = None

    def answer(self, sources: Sources) -> Body:
        """Return a rule_answers.RuleFindingPage, or a table of all findings."""
        if self.asked.chosen.procedure is not None:
            with sources.reading() as cursor:
                known(cursor, self.asked.chosen.procedure)
        counted = sources.kept.get(RuleCounts(self.asked, sources.thresholds.rules))
        found = [row for row in counted.rows if row.rule in self.rules and self._is_of_unit(row)]
        if self.page.form:
            return file(_table(found), self.page.form, title="Rules")
        return json(
            answers.RuleFindingPage(
                **self.asked.period(),
                as_of=counted.as_of,
                calendar_versions=list(sources.calendars.versions),
                rules=[_sum(one, found) for one in RULES if one.code in self.rules],
                total=len(found),
                items=[answers.RuleFinding.model_validate(row) for row in self.page.of(found)],
                next=self.page.next(len(found)),
            )
        )

    def _is_of_unit(self, row: RuleRow) -> bool:
        return self.unit is None or row.unit == (self.unit or None)


@dataclass(frozen=True, slots=True)
class RuleDossiers:
    """Which dossiers are behind a figure of a rule, with a verdict or with any? `unit` as in RuleFindings."""

    asked: LookedAt
    rule: str
    unit: str | None
    verdict: Verdict | None
    page: Page

    @property
    def procedure(self) -> str | None:
        """The procedure that is asked about; None for all."""
        return self.asked.chosen.procedure

    def answer(self, sources: Sources) -> Body:
        """Return a rule_answers.RuleDossierPage, or a table of all dossiers."""
        with sources.reading() as cursor:
            known(cursor, self.procedure)
            asked = RuleQuestion(
                as_of=self.asked.until(),
                calendars=sources.calendars,
                chosen=self.asked.chosen,
                settings=sources.thresholds.rules,
            )
            found = rule_dossiers(cursor, asked, self.rule, verdict=self.verdict)
        found = in_group(found, "unit", self.unit)
        if self.page.form:
            return file(found, self.page.form, title=self.rule)
        return json(
            answers.RuleDossierPage(
                **self.asked.period(),
                rule=self.rule,
                verdict=self.verdict,
                as_of=asked.as_of,
                total=found.num_rows,
                items=[answers.RuleDossier.model_validate(row) for row in self.page.rows(found)],
                next=self.page.next(found.num_rows),
            )
        )


def rule_book(settings: RuleSettings) -> answers.RuleBook:
    """Return every rule with its thresholds as they are in force."""
    return answers.RuleBook(items=[_shown(one, settings) for one in RULES])


def _shown(one: Rule, settings: RuleSettings) -> answers.Rule:
    return answers.Rule(
        code=one.code,
        name=InBothLanguages(vi=one.name_vi, en=one.name_en),
        basis=one.basis,
        source=one.source,
        measured=one.measured,
        thresholds={name: _threshold(one.code, getattr(settings, name)) for name in one.settings},
    )


def _threshold(code: str, value: float | int | Duty | frozenset[str]) -> answers.Threshold:
    """Duties are shown by their words, what silence says as yes or no."""
    if isinstance(value, Duty):
        words = {one.name: list(getattr(value, one.name)) for one in fields(value)}
        return {name: said for name, said in words.items() if said}
    return code in value if isinstance(value, frozenset) else value


def _sum(one: Rule, rows: Iterable[RuleRow]) -> answers.RuleSum:
    own = [row for row in rows if row.rule == one.code]
    numbers = (sum(getattr(row, name) for row in own) for name in ("broken", "kept", "unknown"))
    return answers.RuleSum.model_validate(RuleRow(one.code, "", None, *numbers))


def _table(rows: Iterable[RuleRow]) -> pa.Table:
    names = {one.code: {"rule_vi": one.name_vi, "rule_en": one.name_en} for one in RULES}
    shown = ({"rule": row.rule, **names[row.rule], **_numbers(row)} for row in rows)
    return pa.Table.from_pylist(list(shown), schema=_SCHEMA)


def _numbers(row: RuleRow) -> dict[str, str | float | None]:
    return {name: getattr(row, name) for name in _SCHEMA.names if name not in ("rule", "rule_vi", "rule_en")}

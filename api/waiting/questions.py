"""What can be asked over HTTP about waiting, a class each: equal questions have equal answers."""

from dataclasses import dataclass

import pyarrow as pa

from api.findings import Body, Passing, Sources
from api.pages import cursor_of
from api.reports.answers import InWords
from api.settings import Language
from api.tables import MEDIA_TYPES, TableFormat, written
from api.time_answers import Held
from api.time_questions import known
from api.waiting import answers
from api.waiting.found import reason_text
from api.waiting.kept import Figures, Waited, WholeCity
from api.wording import Wording
from mining.slice import Slice
from mining.waiting.causes import CAUSES
from mining.waiting.findings import Reason, WaitingRow, WaitingTotal, gain

JSON = "application/json"
_TITLES = {Language.EN: "Waiting", Language.VI: "Thời gian chờ"}


@dataclass(frozen=True, slots=True)
class _About(Passing):
    """What is asked of the waiting of a slice."""

    chosen: Slice

    @property
    def procedure(self) -> str | None:
        """None: the queues of officers span procedures."""
        return None


@dataclass(frozen=True, slots=True)
class Waiting(_About):
    """Why do the dossiers of a slice wait, by groups, from the `offset`-th on, at most `limit`?"""

    by: tuple[str, ...]
    offset: int
    limit: int

    def answer(self, sources: Sources) -> Body:
        """Return an answers.WaitingPage; an unknown procedure is a ProblemError."""
        waited, found = _figures(sources, self.chosen, self.by)
        end = self.offset + self.limit
        page = answers.WaitingPage(
            rule=waited.rule,
            by=list(self.by),
            as_of=waited.as_of,
            calendar_versions=list(waited.calendar_versions),
            whole=_total(found.whole),
            reasons=[_reason(one) for one in found.reasons],
            total=len(found.rows),
            items=[
                answers.WaitingRow(**dict(_total(row.total)), key=dict(row.key))
                for row in found.rows[self.offset : end]
            ],
            next=cursor_of(end) if len(found.rows) > end else None,
        )
        return Body(page.model_dump_json().encode(), JSON)


@dataclass(frozen=True, slots=True)
class WaitingTable(_About):
    """The same as one table of all groups, with its notes in one language."""

    by: tuple[str, ...]
    form: TableFormat
    language: Language

    def answer(self, sources: Sources) -> Body:
        """Return a file in the form that was asked for."""
        waited, found = _figures(sources, self.chosen, self.by)
        notes = [reason_text(one, self.language) for one in found.reasons]
        notes.append(Wording(self.language).say("calendars", versions=", ".join(waited.calendar_versions)))
        content = written(_table(found, self.by), self.form, title=_TITLES[self.language], notes=tuple(notes))
        return Body(content, MEDIA_TYPES[self.form])


@dataclass(frozen=True, slots=True)
class WaitedSteps(_About):
    """Which steps waited longest, in all or for a cause, from the `offset`-th on, at most `limit`?

    `of` is the key of a group, or part of it.
    """

    of: tuple[tuple[str, str | None], ...]
    cause: str | None
    offset: int
    limit: int

    def answer(self, sources: Sources) -> Body:
        """Return an answers.WaitedStepPage; an unknown procedure is a ProblemError."""
        end = self.offset + self.limit
        waited = sources.kept.get(WholeCity(sources.officers))
        with sources.reading() as cursor:
            known(cursor, self.chosen.procedure)
            found = waited.steps(cursor, self.chosen, of=self.of, cause=self.cause, limit=end + 1)
        page = answers.WaitedStepPage(
            as_of=waited.as_of,
            calendar_versions=list(waited.calendar_versions),
            cause=self.cause,
            items=[
                answers.WaitedStep.model_validate(
                    {name: getattr(one, name) for name in answers.WaitedStep.model_fields}, from_attributes=True
                )
                for one in found[self.offset : end]
            ],
            next=cursor_of(end) if len(found) > end else None,
        )
        return Body(page.model_dump_json().encode(), JSON)


def _figures(sources: Sources, chosen: Slice, by: tuple[str, ...]) -> tuple[Waited, Figures]:
    with sources.reading() as cursor:
        known(cursor, chosen.procedure)
    waited = sources.kept.get(WholeCity(sources.officers))
    with sources.reading() as cursor:
        return waited, waited.figures(cursor, chosen, by)


def _total(of: WaitingTotal) -> answers.WaitingFigures:
    return answers.WaitingFigures(
        steps=of.steps,
        dossiers=of.dossiers,
        estimated_share=of.estimated_share,
        processing=Held.model_validate(of.processing),
        waiting=Held.model_validate(of.waiting),
        by_cause={cause: Held.model_validate(of.by_cause[cause]) for cause in CAUSES},
        cte=of.cte,
        working_cte=of.working_cte,
        gain={cause: gain(of, of.by_cause[cause]) for cause in CAUSES},
    )


def _reason(reason: Reason) -> answers.WaitingReason:
    words = InWords(vi=reason_text(reason, Language.VI), en=reason_text(reason, Language.EN))
    return answers.WaitingReason(code=reason.code, rows=reason.rows, of=reason.of, text=words)


def _table(found: Figures, by: tuple[str, ...]) -> pa.Table:
    number, count = pa.float64(), pa.int64()
    parts = [name for cause in CAUSES for name in (f"{cause}_seconds", f"{cause}_working_seconds")]
    schema = pa.schema(
        [(name, pa.string()) for name in by]
        + [("steps", count), ("dossiers", count), ("estimated_share", number)]
        + [(name, number) for name in ("processing_seconds", "processing_working_seconds")]
        + [(name, number) for name in ("waiting_seconds", "waiting_working_seconds", *parts, "cte", "working_cte")]
    )
    return pa.Table.from_pylist([_table_row(row) for row in found.rows], schema=schema)


def _table_row(row: WaitingRow) -> dict[str, object]:
    of = row.total
    held = {"processing": of.processing, "waiting": of.waiting, **of.by_cause}
    return {
        **row.key,
        "steps": of.steps,
        "dossiers": of.dossiers,
        "estimated_share": of.estimated_share,
        **{f"{name}_seconds": one.elapsed_seconds for name, one in held.items()},
        **{f"{name}_working_seconds": one.working_seconds for name, one in held.items()},
        "cte": of.cte,
        "working_cte": of.working_cte,
    }

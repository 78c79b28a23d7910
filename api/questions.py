"""What can be asked of the log over HTTP, a class each: equal questions have equal answers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

import duckdb
from pydantic import BaseModel

from api import answers, time_answers
from api.approved import approved
from api.catalogue_questions import procedure_names
from api.findings import Body, Sources
from api.national import STATUSES
from api.pages import cursor_of
from api.problems import NO_MODEL, UNKNOWN_DOSSIER, UNKNOWN_PROCEDURE, ProblemError
from api.time_answers import Clock, ClockSpan
from mining.clocks.clock import DossierClock, Span, dossier_clock
from mining.clocks.due import ComputedDue, computed_due
from mining.models import drawing
from mining.models.discovery import MAX_VARIANTS, Model
from mining.overview import DossierRecord, ProcedureSummary, StepRecord, dossier
from mining.paths.graph import directly_follows
from mining.paths.rework import rework
from mining.paths.time_split import TimeSplit, time_split
from mining.paths.variants import variants
from mining.slice import Slice, scope

JSON = "application/json"
SVG = "image/svg+xml"
XML = "application/xml"


@dataclass(frozen=True, slots=True)
class Procedures:
    """Which procedures are there, after one in the order of their codes, at most `limit`?"""

    after: str | None
    limit: int
    procedure: ClassVar[None] = None

    def answer(self, sources: Sources) -> Body:
        """Return an answers.ProcedurePage."""
        listed = sorted(sources.procedures(), key=lambda one: one.code)
        rest = [one for one in listed if self.after is None or one.code > self.after]
        with sources.reading() as cursor:
            names = procedure_names(cursor)
        shown = [_in_numbers(one, names) for one in rest[: self.limit]]
        following = cursor_of(shown[-1].code) if len(rest) > self.limit else None
        return _json(answers.ProcedurePage(items=shown, next=following))


@dataclass(frozen=True, slots=True)
class InNumbers:
    """What is known of one procedure, up to `as_of`?"""

    procedure: str
    as_of: datetime

    def answer(self, sources: Sources) -> Body:
        """Return an answers.Procedure."""
        numbers = next((one for one in sources.procedures() if one.code == self.procedure), None)
        if numbers is None:
            raise ProblemError(UNKNOWN_PROCEDURE, code=self.procedure)
        chosen = Slice(procedure=self.procedure)
        with sources.reading() as cursor:
            graph, repeated = directly_follows(cursor, chosen), rework(cursor, chosen)
            versions, names = approved(cursor, [self.procedure])[self.procedure], procedure_names(cursor)
            split = time_split(cursor, chosen, sources.calendars, self.as_of)
        shown = _in_numbers(numbers, names)
        return _json(
            answers.Procedure(
                **dict(shown),
                start=[answers.ActivityCount.model_validate(one) for one in graph.start],
                end=[answers.ActivityCount.model_validate(one) for one in graph.end],
                rework=[answers.Rework.model_validate(one) for one in repeated],
                approved=versions,
                time=_time(split, self.as_of),
            )
        )


@dataclass(frozen=True, slots=True)
class Map:
    """How do the dossiers of a slice travel?"""

    chosen: Slice

    @property
    def procedure(self) -> str | None:
        """The procedure of the slice."""
        return self.chosen.procedure

    def answer(self, sources: Sources) -> Body:
        """Return an answers.Map."""
        with sources.reading() as cursor:
            code, graph = _existing(cursor, self.chosen), directly_follows(cursor, self.chosen)
        return _json(
            answers.Map(
                procedure=code,
                slice=answers.SliceShown.model_validate(self.chosen),
                dossiers=graph.dossiers,
                activities=[answers.ActivityCount.model_validate(one) for one in graph.activities],
                start=[answers.ActivityCount.model_validate(one) for one in graph.start],
                end=[answers.ActivityCount.model_validate(one) for one in graph.end],
                edges=[answers.Edge.model_validate(one) for one in graph.edges],
            )
        )


@dataclass(frozen=True, slots=True)
class MapPicture:
    """What does the map of a slice look like, with words in this language (vi or en)?"""

    chosen: Slice
    language: str

    @property
    def procedure(self) -> str | None:
        """The procedure of the slice."""
        return self.chosen.procedure

    def answer(self, sources: Sources) -> Body:
        """Return an SVG picture."""
        with sources.reading() as cursor:
            _existing(cursor, self.chosen)
            graph = directly_follows(cursor, self.chosen)
        return Body(drawing.map_picture(graph, language=self.language), SVG)


@dataclass(frozen=True, slots=True)
class VariantPage:
    """Which ways do the dossiers of a slice take, from the `offset`-th most frequent on, at most `limit`?"""

    chosen: Slice
    offset: int
    limit: int

    @property
    def procedure(self) -> str | None:
        """The procedure of the slice."""
        return self.chosen.procedure

    def answer(self, sources: Sources) -> Body:
        """Return an answers.VariantPage."""
        end = self.offset + self.limit
        with sources.reading() as cursor:
            code, found = _existing(cursor, self.chosen), variants(cursor, self.chosen, limit=end)
        return _json(
            answers.VariantPage(
                procedure=code,
                slice=answers.SliceShown.model_validate(self.chosen),
                dossiers=found.dossiers,
                total=found.total,
                items=[answers.Variant.model_validate(one) for one in found.variants[self.offset :]],
                next=cursor_of(end) if found.total > end else None,
            )
        )


@dataclass(frozen=True, slots=True)
class ModelFile:
    """Which model do the dossiers of a slice follow, in this form, leaving out rare behaviour up to `noise` (0-1)?"""

    chosen: Slice
    noise: float
    form: Literal["bpmn", "pnml"]

    @property
    def procedure(self) -> str | None:
        """The procedure of the slice."""
        return self.chosen.procedure

    def answer(self, sources: Sources) -> Body:
        """Return the model as BPMN or PNML."""
        model = _model(sources, self.chosen, self.noise)
        return Body(model.bpmn if self.form == "bpmn" else model.pnml, XML)


@dataclass(frozen=True, slots=True)
class ModelPicture:
    """What does that model look like, with words in this language (vi or en)?"""

    chosen: Slice
    noise: float
    language: str

    @property
    def procedure(self) -> str | None:
        """The procedure of the slice."""
        return self.chosen.procedure

    def answer(self, sources: Sources) -> Body:
        """Return an SVG picture."""
        model = _model(sources, self.chosen, self.noise)
        return Body(drawing.model_picture(model, language=self.language), SVG)


@dataclass(frozen=True, slots=True)
class Dossier:
    """What happened to one dossier, known by one of these pseudonyms, up to `as_of`?"""

    pseudonyms: tuple[UUID, ...]
    as_of: datetime
    procedure: ClassVar[None] = None

    def answer(self, sources: Sources) -> Body:
        """Return an answers.Dossier."""
        with sources.reading() as cursor:
            found = (dossier(cursor, one) for one in self.pseudonyms)
            record = next((one for one in found if one is not None), None)
            clock = dossier_clock(cursor, record.dossier, sources.calendars, self.as_of) if record else None
            due = computed_due(cursor, clock, sources.calendars, sources.rules, self.as_of) if clock else None
        if record is None or clock is None:
            raise ProblemError(UNKNOWN_DOSSIER)
        return _json(_dossier(record, _clock(clock, due, self.as_of)))


def _existing(cursor: duckdb.DuckDBPyConnection, chosen: Slice) -> str:
    """Return the procedure of the slice; one that no dossier was ever of is a ProblemError, an empty slice is not."""
    if chosen.procedure is None or not scope(cursor, Slice(procedure=chosen.procedure))["cohorts"]:
        raise ProblemError(UNKNOWN_PROCEDURE, code=chosen.procedure)
    return chosen.procedure


def _model(sources: Sources, chosen: Slice, noise: float) -> Model:
    with sources.reading() as cursor:
        code, found = _existing(cursor, chosen), variants(cursor, chosen, limit=MAX_VARIANTS)
    if not found.variants:
        raise ProblemError(NO_MODEL, code=code)
    return sources.model(found, noise)


def _dossier(record: DossierRecord, clock: Clock) -> answers.Dossier:
    named = STATUSES.get(record.status) if record.status is not None else None
    return answers.Dossier(
        dossier=record.dossier,
        procedure=record.procedure,
        case_variant=record.case_variant,
        process_version=record.process_version,
        channel=record.channel,
        unit=record.unit,
        status=answers.National(code=record.status, vi=named.vi, en=named.en) if record.status and named else None,
        opened_at=record.opened_at,
        last_at=record.last_at,
        elapsed_seconds=(record.last_at - record.opened_at).total_seconds(),
        events=record.events,
        steps=list(_steps(record.steps)),
        clock=clock,
    )


def _time(found: TimeSplit, as_of: datetime) -> time_answers.TimeSplit:
    named = {one.name: getattr(found, one.name) for one in fields(found)}
    return time_answers.TimeSplit.model_validate({**named, "as_of": as_of})


def _clock(found: DossierClock, due: ComputedDue | None, as_of: datetime) -> Clock:
    own = {"as_of": as_of, "computed": due, "spans": [_span(one) for one in found.spans]}
    named = {name: getattr(found, name) for name in Clock.model_fields if name not in own}
    return Clock.model_validate({**named, **own})


def _span(found: Span) -> ClockSpan:
    return ClockSpan(
        holder=found.holder,
        state=found.state,
        from_at=found.from_at,
        to_at=found.to_at,
        elapsed_seconds=found.time.elapsed_seconds,
        working_seconds=found.time.working_seconds,
    )


def _steps(records: Iterable[StepRecord]) -> Iterator[answers.Step]:
    before: datetime | None = None
    for one in records:
        since = (one.completed_at - before).total_seconds() if one.completed_at and before else None
        yield answers.Step(
            position=one.position,
            activity=one.activity,
            step=one.step,
            started_at=one.started_at,
            completed_at=one.completed_at,
            since_previous_seconds=since,
            unit=one.unit,
            role=one.role,
        )
        before = one.completed_at


def _in_numbers(one: ProcedureSummary, names: Mapping[str, tuple[str, str | None]]) -> answers.ProcedureInNumbers:
    name, field = names.get(one.code, (None, None))
    shown = answers.ProcedureInNumbers.model_validate(one)
    return shown.model_copy(update={"name": name, "field": field})


def _json(answer: BaseModel) -> Body:
    return Body(answer.model_dump_json(by_alias=True).encode(), JSON)

"""What can be asked over HTTP about conformance, a class each: equal questions have equal answers."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import duckdb

from api.answers import SliceShown
from api.compliance.asked import Page, file, json
from api.conformance import answers
from api.conformance.documents import city_page, city_table
from api.conformance.shaping import By, deviation, fit, group, grouped, kind_name, kinds, told, version
from api.conformance.sheets import deviation_sheet, dossier_sheet, group_sheet, version_sheet
from api.findings import Body, OnCompared, Sources
from api.problems import NOT_COMPARED, UNKNOWN_DOSSIER, ProblemError
from api.time_questions import known
from mining.conformance.deviations import DeviationKind
from mining.conformance.findings import (
    DeviationQuery,
    DossierConformance,
    InstanceDeviation,
    conformance,
    deviating_dossiers,
    deviating_total,
    dossier_conformance,
    unit_fits,
)
from mining.conformance.one_dossier import DossierAlignment, DossierMove, dossier_alignment
from mining.conformance.totals import kind_counts, kind_sums, version_fits
from mining.overview import dossier
from mining.slice import Slice

Table = Literal["deviations", "units", "versions"]
_ALL = 2**62


@dataclass(frozen=True, slots=True)
class CityConformance(OnCompared):
    """How do the dossiers of a slice of the city compare, by procedure or by unit?"""

    chosen: Slice
    by: By
    page: Page

    def answer(self, sources: Sources) -> Body:
        """Return an answers.CityConformance, or a table of all groups."""
        with sources.reading() as cursor:
            known(cursor, self.chosen.procedure)
            if self.page.form:
                return file(city_table(cursor, self.chosen, self.by), self.page.form, title="Conformance")
            return json(city_page(cursor, self.chosen, self.by, self.page))


@dataclass(frozen=True, slots=True)
class ProcedureConformance(OnCompared):
    """How do the dossiers of a slice of a procedure compare, and what deviates where?"""

    chosen: Slice
    table: Table
    page: Page

    def answer(self, sources: Sources) -> Body:
        """Return an answers.ProcedureConformance, or one of its tables."""
        with sources.reading() as cursor:
            known(cursor, self.chosen.procedure)
            found = conformance(cursor, self.chosen)
            if self.page.form and self.table == "deviations":
                return file(deviation_sheet(found.deviations), self.page.form, title="Deviations")
            fits, counts = unit_fits(cursor, self.chosen), kind_counts(cursor, self.chosen)
            units, versions = grouped("unit", fits, counts), version_fits(cursor, self.chosen)
            said = told(cursor, found)
        if self.page.form:
            sheet = group_sheet("unit", units) if self.table == "units" else version_sheet(versions)
            return file(sheet, self.page.form, title=self.table.capitalize())
        return json(
            answers.ProcedureConformance(
                **said,
                procedure=self.chosen.procedure or "",
                slice=SliceShown.model_validate(self.chosen),
                fit=fit(found.fit),
                kinds=kinds(kind_sums(counts)),
                units=[group(one) for one in units],
                versions=[version(one) for one in versions],
                remarks=[
                    answers.Remark(
                        process=one.process_key, version=one.version, remark=one.remark, unusable=one.unusable
                    )
                    for one in found.remarks
                ],
                total=len(found.deviations),
                items=[deviation(one) for one in self.page.of(found.deviations)],
                next=self.page.next(len(found.deviations)),
            )
        )


@dataclass(frozen=True, slots=True)
class DeviatingDossiers(OnCompared):
    """Which dossiers of a slice are behind a deviation?"""

    chosen: Slice
    query: DeviationQuery
    page: Page

    def answer(self, sources: Sources) -> Body:
        """Return an answers.DeviatingPage, or a table of all dossiers."""
        limit, offset = (_ALL, 0) if self.page.form else (self.page.limit, self.page.offset)
        with sources.reading() as cursor:
            known(cursor, self.chosen.procedure)
            total = deviating_total(cursor, self.chosen, self.query)
            found = deviating_dossiers(cursor, self.chosen, self.query, limit=limit, offset=offset)
        if self.page.form:
            return file(dossier_sheet(found), self.page.form, title=self.query.kind)
        return json(
            answers.DeviatingPage(
                kind=self.query.kind,
                name=kind_name(DeviationKind(self.query.kind)),
                slice=SliceShown.model_validate(self.chosen),
                procedure=self.chosen.procedure,
                total=total.dossiers,
                occurrences=total.occurrences,
                lost_hours=total.lost_hours,
                items=[answers.DeviatingDossier.model_validate(one) for one in found],
                next=self.page.next(total.dossiers),
            )
        )


@dataclass(frozen=True, slots=True)
class OneDossier(OnCompared):
    """How does one dossier, known by one of these pseudonyms, compare with the process in force for it?"""

    pseudonyms: tuple[UUID, ...]

    def answer(self, sources: Sources) -> Body:
        """Return an answers.DossierConformance."""
        with sources.reading() as cursor:
            found = self._found(cursor)
            alignment = dossier_alignment(cursor, found.dossier, found.process_key)
        return json(
            answers.DossierConformance(
                dossier=found.dossier,
                procedure=found.procedure,
                process=found.process_key,
                version=found.version,
                cost=found.cost,
                worst_cost=found.worst_cost,
                fitness=1 - found.cost / found.worst_cost if found.worst_cost else 1.0,
                exact=found.exact,
                conforming=not found.deviations,
                deviations=[_instance(one) for one in found.deviations],
                moves=_moves(alignment),
            )
        )

    def _found(self, cursor: duckdb.DuckDBPyConnection) -> DossierConformance:
        compared = (dossier_conformance(cursor, one) for one in self.pseudonyms)
        found = next((one for one in compared if one is not None), None)
        if found is None:
            exists = any(dossier(cursor, one) is not None for one in self.pseudonyms)
            raise ProblemError(NOT_COMPARED if exists else UNKNOWN_DOSSIER)
        return found


def _instance(one: InstanceDeviation) -> answers.InstanceDeviation:
    named = {name: getattr(one, name) for name in answers.InstanceDeviation.model_fields if name != "name"}
    return answers.InstanceDeviation(name=kind_name(one.kind), **named)


def _moves(found: DossierAlignment | None) -> list[answers.Move]:
    return [_move(one) for one in found.moves] if found else []


def _move(one: DossierMove) -> answers.Move:
    step = one.step
    return answers.Move(
        move=one.kind,
        number=one.number,
        task=one.task,
        sign=one.sign.name.lower() if one.sign is not None else None,
        position=one.position,
        activity=step.activity if step else None,
        started_at=step.started_at if step else None,
        completed_at=step.completed_at if step else None,
        unit=step.unit if step else None,
        role=step.role if step else None,
    )

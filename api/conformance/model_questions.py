"""What can be asked over HTTP about models: approved ones beside the discovered one, what differs, how good it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode

import duckdb

from api.answers import SliceShown
from api.compliance.asked import json
from api.conformance import answers
from api.findings import Body, OnCompared, Sources
from api.problems import NO_APPROVED_PROCESS, NO_MODEL, ProblemError
from api.questions import SVG, XML
from api.time_questions import known
from mining.conformance import ConformanceError
from mining.conformance.approved import ApprovedProcess, approved_model, approved_processes
from mining.conformance.difference import Difference, difference
from mining.conformance.pictures import (
    approved_bpmn,
    approved_difference_bpmn,
    approved_picture,
    approved_pnml,
    discovered_difference_bpmn,
    discovered_picture,
)
from mining.conformance.totals import version_fits
from mining.models.discovery import MAX_VARIANTS
from mining.paths.variants import Variants, variants
from mining.slice import Slice

ApprovedForm = Literal["bpmn", "pnml", "svg", "difference.bpmn", "difference.svg"]
DiscoveredForm = Literal["bpmn", "svg"]
_APPROVED: tuple[ApprovedForm, ...] = ("bpmn", "pnml", "svg", "difference.bpmn", "difference.svg")
_DISCOVERED = {
    "bpmn": "model.bpmn",
    "pnml": "model.pnml",
    "svg": "model.svg",
    "difference.bpmn": "models/discovered-difference.bpmn",
    "difference.svg": "models/discovered-difference.svg",
    "quality": "models/quality",
}


@dataclass(frozen=True, slots=True)
class Models(OnCompared):
    """Which models of a procedure are there, and how many dossiers of a slice were compared with each?"""

    chosen: Slice

    def answer(self, sources: Sources) -> Body:
        """Return an answers.Models."""
        code = self.chosen.procedure or ""
        with sources.reading() as cursor:
            processes = approved_processes(cursor, code)
            if not processes:
                known(cursor, code)
            compared = {one.process_key: one.fit.dossiers for one in version_fits(cursor, self.chosen)}
        folder = f"/v1/procedures/{quote(code, safe='')}"
        return json(
            answers.Models(
                procedure=code,
                approved=[_shown(one, compared.get(one.process_key, 0), folder) for one in processes],
                discovered={name: f"{folder}/{file}" for name, file in _DISCOVERED.items()},
            )
        )


@dataclass(frozen=True, slots=True)
class ApprovedFile(OnCompared):
    """What does an approved process look like, as a file or as a picture, with what differs marked or without?

    Without the key of a process it is that with which most dossiers of the slice were compared, else the latest.
    """

    chosen: Slice
    process: str | None
    form: ApprovedForm
    language: str

    def answer(self, sources: Sources) -> Body:
        """Return BPMN, PNML or SVG."""
        with sources.reading() as cursor:
            found = _difference(cursor, self.chosen, self.process)
        plain = Difference(found.model, found.dossiers, (), {})
        made: dict[ApprovedForm, Callable[[], bytes]] = {
            "bpmn": lambda: approved_bpmn(found.model),
            "pnml": lambda: approved_pnml(found.model),
            "svg": lambda: approved_picture(plain, language=self.language),
            "difference.bpmn": lambda: approved_difference_bpmn(found, language=self.language),
            "difference.svg": lambda: approved_picture(found, language=self.language),
        }
        return Body(made[self.form](), SVG if self.form.endswith("svg") else XML)


@dataclass(frozen=True, slots=True)
class DiscoveredDifference(OnCompared):
    """What does the discovered model look like, with what differs from an approved process marked?"""

    chosen: Slice
    process: str | None
    noise: float
    form: DiscoveredForm
    language: str

    def answer(self, sources: Sources) -> Body:
        """Return BPMN or SVG."""
        with sources.reading() as cursor:
            found = _difference(cursor, self.chosen, self.process)
            ways = _ways(cursor, self.chosen)
        model = sources.model(ways, self.noise)
        if self.form == "svg":
            return Body(discovered_picture(model, found, language=self.language), SVG)
        return Body(discovered_difference_bpmn(model, found, language=self.language), XML)


@dataclass(frozen=True, slots=True)
class ModelQuality:
    """How good is the discovered model of a slice?"""

    chosen: Slice
    noise: float

    @property
    def procedure(self) -> str | None:
        """The procedure of the slice."""
        return self.chosen.procedure

    def answer(self, sources: Sources) -> Body:
        """Return an answers.ModelQuality."""
        with sources.reading() as cursor:
            known(cursor, self.procedure)
            ways = _ways(cursor, self.chosen)
        model, found = sources.model(ways, self.noise), sources.quality(ways, self.noise)
        return json(
            answers.ModelQuality(
                procedure=self.procedure or "",
                slice=SliceShown.model_validate(self.chosen),
                noise=self.noise,
                fitness=found.fitness,
                precision=found.precision,
                simplicity=found.simplicity,
                dossiers=found.dossiers,
                inexact_dossiers=found.inexact_dossiers,
                covered_dossiers=model.covered_dossiers,
                all_dossiers=model.dossiers,
            )
        )


def _difference(cursor: duckdb.DuckDBPyConnection, chosen: Slice, process: str | None) -> Difference:
    code = chosen.procedure or ""
    processes = {one.process_key: one for one in approved_processes(cursor, code)}
    if not processes:
        known(cursor, code)
        raise ProblemError(NO_APPROVED_PROCESS, reason=f"no process of {code} is approved; /v1/catalogue/processes")
    if process is not None and process not in processes:
        reason = f"{code} has no approved process {process!r}; /v1/procedures/{code}/models lists them"
        raise ProblemError(NO_APPROVED_PROCESS, reason=reason)
    try:
        return difference(cursor, chosen, process or _main(cursor, chosen, processes))
    except ConformanceError as error:
        raise ProblemError(NO_APPROVED_PROCESS, reason=error) from error


def _main(cursor: duckdb.DuckDBPyConnection, chosen: Slice, processes: dict[str, ApprovedProcess]) -> str:
    """Return with which process most dossiers were compared, else the one that came into force last."""
    compared = {one.process_key: one.fit.dossiers for one in version_fits(cursor, chosen)}
    return max(
        processes.values(),
        key=lambda one: (compared.get(one.process_key, 0), one.effective_from, one.process_key),
    ).process_key


def _ways(cursor: duckdb.DuckDBPyConnection, chosen: Slice) -> Variants:
    found = variants(cursor, chosen, limit=MAX_VARIANTS)
    if not found.variants:
        raise ProblemError(NO_MODEL, code=chosen.procedure)
    return found


def _shown(process: ApprovedProcess, dossiers: int, folder: str) -> answers.ApprovedModel:
    problem = _problem(process)
    asked = urlencode({"process": process.process_key})
    files: dict[str, str] = {} if problem else {form: f"{folder}/models/{_file(form)}?{asked}" for form in _APPROVED}
    named = ("version", "decision", "case_variant", "channel", "effective_from", "effective_to")
    return answers.ApprovedModel(
        process=process.process_key,
        **{name: getattr(process, name) for name in named},
        steps=len(process.steps),
        dossiers=dossiers,
        problem=problem,
        files=files,
    )


def _file(form: ApprovedForm) -> str:
    return f"approved-{form}" if form.startswith("difference") else f"approved.{form}"


def _problem(process: ApprovedProcess) -> str | None:
    try:
        approved_model(process)
    except ConformanceError as error:
        return str(error)
    return None

"""What can be asked over HTTP about which activity is which approved step."""

from dataclasses import dataclass

from api.compliance.asked import Page, file, json
from api.conformance import answers
from api.conformance.sheets import match_sheet
from api.findings import Body, OnCompared, Sources
from api.time_questions import known
from mining.conformance.findings import ActivityMatch, activity_matches, step_suggestions
from mining.conformance.mapping_file import mapping_draft
from mining.conformance.matching import MatchedBy, Suggestion

CSV = "text/csv; charset=utf-8; header=present"


@dataclass(frozen=True, slots=True)
class StepMapping(OnCompared):
    """What are the activities of a procedure taken for, and what might those be that nothing matches?"""

    code: str
    page: Page

    def answer(self, sources: Sources) -> Body:
        """Return an answers.StepMapping, or a table of all matches."""
        matches, likely = _found(sources, self.code)
        if self.page.form:
            best = {one.activity: f"{one.step} {one.task}" for one in reversed(likely)}
            return file(match_sheet(matches, best), self.page.form, title="Step mapping")
        return json(
            answers.StepMapping(
                procedure=self.code,
                unmatched=len({one.activity for one in matches if one.matched_by is MatchedBy.NOTHING}),
                suggestions=[
                    answers.StepSuggestion(activity=one.activity, number=one.step, task=one.task, score=one.score)
                    for one in likely
                ],
                total=len(matches),
                items=[_match(one) for one in self.page.of(matches)],
                next=self.page.next(len(matches)),
            )
        )


@dataclass(frozen=True, slots=True)
class MappingDraft(OnCompared):
    """What is a person to complete, so that the activities that nothing matches are taken for steps?"""

    code: str

    def answer(self, sources: Sources) -> Body:
        """Return the table that TINHGON_STEP_MAPPING names, with blank steps and suggestions as remarks."""
        matches, likely = _found(sources, self.code)
        unmatched = sorted({one.activity for one in matches if one.matched_by is MatchedBy.NOTHING})
        return Body(mapping_draft(likely, unmatched=unmatched, procedure=self.code).encode(), CSV)


def _found(sources: Sources, code: str) -> tuple[tuple[ActivityMatch, ...], tuple[Suggestion, ...]]:
    with sources.reading() as cursor:
        known(cursor, code)
        return activity_matches(cursor, code), step_suggestions(cursor, code)


def _match(one: ActivityMatch) -> answers.StepMatch:
    return answers.StepMatch(
        process=one.process_key,
        version=one.version,
        activity=one.activity,
        event_step=one.event_step,
        number=one.number,
        task=one.task,
        sign=one.sign.name.lower() if one.sign is not None else None,
        matched_by=one.matched_by,
    )

"""Turns the answers of what-if into documents."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

from api.reports.answers import InWords
from api.settings import Language
from api.what_if import answers
from api.wording import Wording
from mining.opportunities.values import Opportunity
from mining.what_if.edits import Edit, Share
from mining.what_if.from_opportunities import translated
from mining.what_if.trial import Answer
from mining.what_if.validation import Validation
from mining.working_time.calendar import WEEKDAYS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GRADES = {
    "good": (
        "tốt: phân bố thời gian mô phỏng lệch {percent} % so với các tuần đối chứng",
        "good: the simulated times are {percent} % off those of the held-out weeks",
    ),
    "usable": (
        "dùng được để so sánh: thời gian mô phỏng lệch {percent} % so với các tuần đối chứng",
        "usable for comparisons: the simulated times are {percent} % off those of the held-out weeks",
    ),
    "not_reliable": (
        "không nên dựa vào: thời gian mô phỏng lệch {percent} % so với các tuần đối chứng, có quá ít hồ sơ đối chứng,"
        " hoặc nhật ký phần lớn không cho biết cán bộ làm việc khi nào",
        "not to be relied on: the simulated times are {percent} % off those of the held-out weeks, there are too few"
        " dossiers in them, or the log mostly does not tell when officers worked",
    ),
}


def what_if_answer(found: Answer, edits: Sequence[Edit], not_tried: Sequence[Opportunity]) -> answers.WhatIfAnswer:
    """Return an answer as it is shown, with what was tried and what was not."""
    return answers.WhatIfAnswer(
        arrivals=found.settings.mode,
        replications=found.settings.replications,
        seed=found.settings.seed,
        edits=[_stated(edit) for edit in edits],
        not_tried=[_not_tried(one) for one in not_tried],
        baseline=answers.Situation.model_validate(asdict(found.baseline)),
        changed=answers.Situation.model_validate(asdict(found.changed)) if found.changed else None,
        saved=answers.Saved.model_validate(asdict(found.saved)) if found.saved else None,
        validation=_validation(found.validation),
        logged_dossiers=found.logged_dossiers,
        logged_mean_hours=found.logged_mean_hours,
        logged_working_mean_hours=found.logged_working_mean_hours,
        desks=found.desks,
        officers=found.officers,
        estimated_share=found.estimated,
        times_a_year=found.a_year,
        calendar_versions=list(found.calendar_versions),
    )


def _validation(found: Validation) -> answers.Validation:
    numbers: Mapping[str, Any] = {
        name: value if not isinstance(value, float) or isfinite(value) else None
        for name, value in asdict(found).items()
        if name != "held_out_from_us"
    }
    percents = [
        Wording(language).number(100 * found.relative, 1) if isfinite(found.relative) else "?"
        for language in (Language.VI, Language.EN)
    ]
    vi, en = (text.format(percent=percent) for text, percent in zip(_GRADES[found.grade], percents, strict=True))
    return answers.Validation(
        **numbers,
        text=InWords(vi=vi, en=en),
        held_out_from=_EPOCH + timedelta(microseconds=found.held_out_from_us),
    )


def _stated(edit: Edit) -> dict[str, Any]:
    """A change as it is asked for, without what was left open."""
    told = {one.name: getattr(edit, one.name) for one in fields(edit)}  # type: ignore[arg-type]
    if isinstance(edit, Share):
        return {"edit": told.pop("trait"), **_given(told)}
    if "minutes" in told:
        told["times"] = [f"{minute // 60:02}:{minute % 60:02}" for minute in told.pop("minutes")]
    if "week" in told:
        told["week"] = {
            day: [str(slot) for slot in hours] for day, hours in zip(WEEKDAYS, told["week"], strict=True) if hours
        }
    return {"edit": edit.name, **_given(told)}


def _given(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not None}


def _not_tried(one: Opportunity) -> answers.NotTried:
    reason = translated(one)
    return answers.NotTried(
        id=one.id, kind=one.kind, reason=InWords(vi=reason.reason_vi or "", en=reason.reason_en or "")
    )

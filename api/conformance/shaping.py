"""How what mining found on conformance becomes the documents of the HTTP API."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb

from api.answers import InBothLanguages
from api.conformance import answers
from mining.conformance.deviations import DeviationKind
from mining.conformance.findings import Conformance, Fit, StepDeviation, UnitFit, sum_fits
from mining.conformance.pictures import KIND_NAMES
from mining.conformance.totals import KindCount, KindSum, Overview, VersionFit, kind_sums, progress

By = Literal["procedure", "unit"]


@dataclass(frozen=True, slots=True)
class GroupFit:
    """How the dossiers of a group compare, and which kinds of deviations they have."""

    name: str | None
    fit: Fit
    kinds: tuple[KindSum, ...]

    @property
    def deviating(self) -> int:
        """How many of its dossiers have a deviation of any kind."""
        return self.fit.dossiers - self.fit.conforming


def grouped(by: By, fits: Sequence[UnitFit], counts: Sequence[KindCount]) -> list[GroupFit]:
    """Put together what is of one procedure, or of one unit; that with the most dossiers that deviate comes first."""
    fit_of: defaultdict[str | None, list[Fit]] = defaultdict(list)
    counts_of: defaultdict[str | None, list[KindCount]] = defaultdict(list)
    for fit in fits:
        fit_of[getattr(fit, by)].append(fit.fit)
    for count in counts:
        counts_of[getattr(count, by)].append(count)
    groups = [GroupFit(name, sum_fits(own), kind_sums(counts_of[name])) for name, own in fit_of.items()]
    return sorted(groups, key=lambda one: (-one.deviating, one.name is None, one.name or ""))


def told(cursor: duckdb.DuckDBPyConnection, found: Conformance | Overview) -> dict[str, Any]:
    """Return what every answer tells: how far comparing has come, and what the figures lack."""
    now = progress(cursor)
    return {
        "accepted": found.accepted,
        "uncompared": found.uncompared,
        "complete": now.complete,
        "compared_event_no": now.compared_event_no,
        "notes": [InBothLanguages(vi=vi, en=en) for vi, en in partial_notes(found, complete=now.complete)],
    }


def partial_notes(found: Conformance | Overview, *, complete: bool) -> list[tuple[str, str]]:
    """Say in Vietnamese and English why the figures are partial; nothing where they are not."""
    notes = []
    if not complete:
        notes.append(
            (
                "đang đối chiếu: các số liệu chưa tính những sự kiện mới nhất, xem /v1/status",
                "comparing goes on: the figures do not include the latest events yet, see /v1/status",
            )
        )
    if found.uncompared:
        notes.append(
            (
                f"{found.uncompared} hồ sơ đã tiếp nhận chưa đối chiếu được: không có quy trình dùng được, hoặc chưa"
                " xong bước nào",
                f"{found.uncompared} accepted dossiers could not be compared: no usable process is in force, or no"
                " step is completed",
            )
        )
    if found.fit.inexact:
        notes.append(
            (
                f"{found.fit.inexact} hồ sơ quá dài để đối chiếu tối ưu: độ phù hợp là cận dưới, có thể ít sai lệch"
                " hơn",
                f"{found.fit.inexact} dossiers took too long to align: the fitness is a lower bound, and there may be"
                " fewer deviations",
            )
        )
    return notes


def fit(found: Fit) -> answers.Fit:
    """Return a fit as it is shown."""
    return answers.Fit.model_validate(found)


def kind_name(kind: DeviationKind) -> InBothLanguages:
    """Return what a kind of deviation is called."""
    return InBothLanguages(**KIND_NAMES[kind])


def kinds(sums: Iterable[KindSum], *, only_found: bool = False) -> list[answers.KindOfDeviation]:
    """Return the kinds as they are shown: all in their order, or those that occur, the most frequent first."""
    some = list(sums)
    if only_found:
        some = sorted((one for one in some if one.dossiers), key=lambda one: -one.dossiers)
    return [
        answers.KindOfDeviation(
            kind=one.kind,
            name=kind_name(one.kind),
            dossiers=one.dossiers,
            occurrences=one.occurrences,
            lost_hours=one.lost_hours,
        )
        for one in some
    ]


def group(one: GroupFit) -> answers.GroupFit:
    """Return a group as it is shown."""
    return answers.GroupFit(name=one.name, fit=fit(one.fit), kinds=kinds(one.kinds, only_found=True))


def version(one: VersionFit) -> answers.VersionFit:
    """Return a version as it is shown."""
    named = {name: getattr(one, name) for name in answers.VersionFit.model_fields if name not in ("process", "fit")}
    return answers.VersionFit(process=one.process_key, fit=fit(one.fit), **named)


def deviation(one: StepDeviation) -> answers.Deviation:
    """Return a deviation as it is shown."""
    renamed: dict[str, Any] = {
        "process": one.process_key,
        "name": kind_name(one.kind),
        "done_by_unit": one.unit,
        "done_by_role": one.role,
    }
    named = {name: getattr(one, name) for name in answers.Deviation.model_fields if name not in renamed}
    return answers.Deviation(**renamed, **named)

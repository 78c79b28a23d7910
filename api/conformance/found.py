"""What a report on a log file says of conformance: found for all procedures at once, and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from api.conformance import answers
from api.conformance.shaping import GroupFit, deviation, fit, group, grouped, kinds, partial_notes, version
from mining.conformance.align_pool import AlignPool
from mining.conformance.check import Basis, prepare_conformance, refresh_conformance
from mining.conformance.findings import Conformance, activity_matches, conformance, step_suggestions, unit_fits
from mining.conformance.matching import MatchedBy, Suggestion
from mining.conformance.totals import KindSum, VersionFit, kind_counts, kind_sums, version_fits
from mining.slice import Slice

_EVERYTHING = Slice()
_MOST_SUGGESTED = 50


@dataclass(frozen=True, slots=True)
class ConformanceFound:
    """How the dossiers of a log compare with the approved processes; `suggestions` are by procedure."""

    whole: Conformance
    kinds: tuple[KindSum, ...]
    procedures: tuple[GroupFit, ...]
    units: tuple[GroupFit, ...]
    versions: tuple[VersionFit, ...]
    suggestions: Mapping[str, tuple[Suggestion, ...]] = field(default_factory=dict)

    @property
    def notes(self) -> list[tuple[str, str]]:
        """Why the figures are partial, in Vietnamese and English; empty: they are not."""
        return partial_notes(self.whole, complete=True)


def compare(cursor: duckdb.DuckDBPyConnection, basis: Basis) -> None:
    """Compare all dossiers of a store that nobody else writes."""
    prepare_conformance(cursor)
    aligner = AlignPool()
    try:
        refresh_conformance(cursor, basis, aligner)
    finally:
        aligner.close()


def find_conformance(cursor: duckdb.DuckDBPyConnection) -> ConformanceFound:
    """Ask for everything that is known of the dossiers that were compared."""
    fits, counts = unit_fits(cursor, _EVERYTHING), kind_counts(cursor, _EVERYTHING)
    matches = activity_matches(cursor)
    unmatched = dict.fromkeys(one.procedure for one in matches if one.matched_by is MatchedBy.NOTHING)
    likely = {code: step_suggestions(cursor, code) for code in list(unmatched)[:_MOST_SUGGESTED]}
    return ConformanceFound(
        whole=conformance(cursor, _EVERYTHING),
        kinds=kind_sums(counts),
        procedures=tuple(grouped("procedure", fits, counts)),
        units=tuple(grouped("unit", fits, counts)),
        versions=version_fits(cursor, _EVERYTHING),
        suggestions={code: some for code, some in likely.items() if some},
    )


def conformance_document(found: ConformanceFound) -> dict[str, Any]:
    """Return what was found as plain values for JSON; docs/analyse.md says what each member means."""
    whole = found.whole
    return {
        "accepted": whole.accepted,
        "uncompared": whole.uncompared,
        "notes": [{"vi": vi, "en": en} for vi, en in found.notes],
        "fit": fit(whole.fit).model_dump(mode="json"),
        "kinds": [one.model_dump(mode="json") for one in kinds(found.kinds)],
        "procedures": [group(one).model_dump(mode="json") for one in found.procedures],
        "units": [group(one).model_dump(mode="json") for one in found.units],
        "versions": [{"procedure": one.procedure, **version(one).model_dump(mode="json")} for one in found.versions],
        "deviations": [
            {"procedure": one.procedure, **deviation(one).model_dump(mode="json")} for one in whole.deviations
        ],
        "remarks": [
            {
                "procedure": one.procedure,
                **answers.Remark(
                    process=one.process_key, version=one.version, remark=one.remark, unusable=one.unusable
                ).model_dump(mode="json"),
            }
            for one in whole.remarks
        ],
        "suggestions": [
            {"procedure": code, "activity": one.activity, "number": one.step, "task": one.task, "score": one.score}
            for code, some in found.suggestions.items()
            for one in some
        ],
    }

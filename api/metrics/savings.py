"""The time-saved account in numbers."""

from collections.abc import Iterator

from api.metrics.family import Family, gauges
from api.reports.watch import FIGURES, KINDS, SavingsNumbers
from mining.savings.judgement import VERDICTS


def of_savings(numbers: SavingsNumbers) -> Iterator[Family]:
    """Yield the figures of the whole store."""
    hours = {figure: numbers.hours.get(figure) for figure in FIGURES}
    yield gauges(
        "tinhgon_saved_seconds",
        "Working time saved by re-engineering. When `realised` is far below `nominal` x volume: read"
        " /v1/reports/time-saved.",
        "figure",
        {figure: None if saved is None else 3600 * saved for figure, saved in hours.items()},
    )
    yield gauges(
        "tinhgon_catalogue_procedures",
        "Procedures of the catalogue. When `reengineered` stands still: no version shortened a limit.",
        "kind",
        {kind: numbers.procedures.get(kind) for kind in KINDS},
    )
    yield gauges(
        "tinhgon_changed_procedures",
        "Changed procedures by verdict. When `regressed` rises: /v1/reports/time-saved?verdict=regressed lists them.",
        "verdict",
        {str(verdict): numbers.verdicts.get(verdict) for verdict in VERDICTS},
    )

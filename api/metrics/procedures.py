"""What is told of each procedure, in numbers: as many series as there are procedures, times a few.

These are thousands, and change once a minute. So each group is a function of one set of numbers alone, and is written
anew only when there is another set.
"""

from collections.abc import Iterator

from api.metrics.family import Family, table
from api.punctuality import PunctualityNumbers
from api.reports.watch import SavingsNumbers
from api.waiting.watch import WaitingNumbers

_PROCEDURE = ("procedure",)


def dossiers_by_procedure(numbers: PunctualityNumbers) -> Iterator[Family]:
    """Yield the dossiers and the shares on time of each procedure of the log, and its name."""
    each = numbers.procedures.items()
    yield table(
        "tinhgon_procedure_info",
        "Always 1: the name of a procedure, for dashboards. When it is the code: the catalogue does not know it.",
        ("procedure", "name"),
        (((code, one.name or code), 1.0) for code, one in each),
    )
    yield table(
        "tinhgon_procedure_dossiers_open",
        "Dossiers of the procedure accepted and not finished. When it keeps rising: more come in than are handled.",
        _PROCEDURE,
        (((code,), one.running) for code, one in each),
    )
    yield table(
        "tinhgon_procedure_dossiers_overdue",
        "Open dossiers of the procedure past their first promise. When it rises: /v1/on-time/dossiers lists them.",
        _PROCEDURE,
        (((code,), one.overdue) for code, one in each),
    )
    shares = {code: (("reported", one.reported_share), ("log", one.log_share)) for code, one in each}
    yield table(
        "tinhgon_procedure_on_time_ratio",
        "Share of the procedure on time by convention B. When `reported` is far above `log`: look at resets.",
        ("procedure", "basis"),
        (((code, basis), share) for code, both in shares.items() for basis, share in both),
    )


def waiting_by_procedure(numbers: WaitingNumbers) -> Iterator[Family]:
    """Yield why the dossiers of each procedure waited."""
    yield table(
        "tinhgon_procedure_waiting_seconds",
        "Time that steps of the procedure waited, by cause. When one rises: /v1/waiting?procedure= says where.",
        ("procedure", "cause"),
        (
            ((code, cause), seconds)
            for code, by_cause in numbers.procedures.items()
            for cause, seconds in by_cause.items()
        ),
    )


def savings_by_procedure(numbers: SavingsNumbers) -> Iterator[Family]:
    """Yield what the changes of each changed procedure saved."""
    yield table(
        "tinhgon_procedure_saved_seconds",
        "Working time saved by the changes of a procedure. When `realised` is below 0: dossiers take longer now.",
        ("procedure", "figure"),
        (
            ((code, figure), 3600 * hours)
            for code, one in numbers.changed.items()
            for figure, hours in one.hours.items()
        ),
    )
    yield table(
        "tinhgon_procedure_regressed",
        "1 where dossiers take longer since the change, beyond chance. When it is 1: /v1/procedures/{code}/savings.",
        _PROCEDURE,
        (((code,), one.verdict == "regressed") for code, one in numbers.changed.items()),
    )

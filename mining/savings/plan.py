"""The assumptions behind the compliance cost: what a run costs and how often it is run by the plan, and what is assumed
of a dossier where the plan says nothing.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from mining.savings.money import Assumptions, Work, cost_of_run

_ZERO, _ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRun:
    """What one run costs the citizen by the plan: hours of work, and what is paid (VND)."""

    hours: Decimal
    travel: Decimal = _ZERO
    copies: Decimal = _ZERO
    consultant: Decimal = _ZERO
    fees: Decimal = _ZERO

    def cost(self, income_per_hour: Decimal) -> Decimal:
        """Return hours x income per hour + travel + copies + consultant + fees, in VND."""
        work = Work(
            hours=self.hours,
            income_per_hour=income_per_hour,
            travel=self.travel,
            copies=self.copies,
            consultant=self.consultant,
        )
        return cost_of_run((work,), self.fees)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedProcedure:
    """A simplified procedure by its code: a run before and after, and how often it is run; None: the plan does not say.

    Runs a year are `runs_a_year` (of one subject) x `subjects_a_year`.
    """

    procedure: str
    runs_a_year: Decimal | None = None
    subjects_a_year: Decimal = _ONE
    before: PlannedRun | None = None
    after: PlannedRun | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the report rests on beside the log; print it with the result.

    `assumed` holds the income per hour, and what a dossier costs by its channel and supplements for procedures without
    a cost of their own. `income_year` is the year of the income per hour for all procedures; None: for each the year
    in which it changed. `given` is false of the assumptions that come with the program.
    """

    assumed: Assumptions = field(default_factory=Assumptions)
    income_year: int | None = None
    procedures: tuple[PlannedProcedure, ...] = ()
    given: bool = False

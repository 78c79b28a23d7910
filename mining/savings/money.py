"""Compliance cost in money, by Circular 02/2017/TT-VPCP, article 27 (chi phí tuân thủ thủ tục hành chính).

cost of one run = cost of the necessary work + fees and charges; annual cost = cost of one run x times a year x
subjects a year; benefit = before - after; percent = (before - after) / before. No opportunity cost. All amounts are
exact decimals in VND.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from mining.savings import SavingsError

_ZERO, _ONE = Decimal(0), Decimal(1)

_INCOME_PER_HOUR = MappingProxyType(
    {2020: Decimal(40_000), 2021: Decimal(41_000), 2022: Decimal(45_000), 2023: Decimal(48_000), 2024: Decimal(54_000)}
)
_VISITS = MappingProxyType({"counter": Decimal(2), "online": _ZERO, "postal": _ONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What a dossier costs the citizen beyond what the log shows; print it with every figure. Money in VND.

    `income_per_hour` by year: the default is the gross domestic product per head over 2,112 working hours (12 x 22 x
    8), rounded down; the latest known year holds for later ones. A dossier takes `preparing_hours`, and by channel so
    many visits of `visit_hours` and `travel_cost` each; every request for papers adds `supplement_hours`, and a
    visit outside of the online channel. `copies_cost` and `fees` are per dossier.
    """

    income_per_hour: Mapping[int, Decimal] = field(default_factory=lambda: _INCOME_PER_HOUR)
    preparing_hours: Decimal = Decimal(2)
    visits: Mapping[str, Decimal] = field(default_factory=lambda: _VISITS)
    visit_hours: Decimal = Decimal(2)
    travel_cost: Decimal = Decimal(30_000)
    supplement_hours: Decimal = Decimal(1)
    copies_cost: Decimal = Decimal(20_000)
    fees: Decimal = _ZERO
    source: str = "assumed, not measured: gross domestic product per head over 2,112 working hours a year"

    def __post_init__(self) -> None:
        if not self.income_per_hour:
            raise SavingsError("no income per hour is given; give one for at least one year")
        amounts = (*self.income_per_hour.values(), *self.visits.values(), self.preparing_hours, self.visit_hours)
        wrong = [
            one for one in (*amounts, self.travel_cost, self.supplement_hours, self.copies_cost, self.fees) if one < 0
        ]
        if wrong:
            raise SavingsError(f"an assumption is {wrong[0]}; hours and costs are 0 or more")

    def income(self, year: int) -> Decimal:
        """Return the income per hour of a year, or of the nearest earlier year that is known, else of the first."""
        known = [one for one in self.income_per_hour if one <= year]
        return self.income_per_hour[max(known) if known else min(self.income_per_hour)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A necessary activity: hours at an income per hour, and what is paid for it (travel, copies, a consultant)."""

    hours: Decimal
    income_per_hour: Decimal
    travel: Decimal = _ZERO
    copies: Decimal = _ZERO
    consultant: Decimal = _ZERO

    @property
    def cost(self) -> Decimal:
        """hours x income per hour + travel + copies + consultant."""
        return self.hours * self.income_per_hour + self.travel + self.copies + self.consultant


@dataclass(frozen=True, slots=True)
class Benefit:
    """A cost before and after: what is saved, and which share of the cost before."""

    before: Decimal
    after: Decimal

    @property
    def saved(self) -> Decimal:
        """before - after."""
        return self.before - self.after

    @property
    def percent(self) -> Decimal | None:
        """100 x (before - after) / before; None where there was no cost."""
        return 100 * self.saved / self.before if self.before else None

    def rounded_percent(self, digits: int = 2) -> Decimal | None:
        """Return the percentage with so many decimals, halves away from zero, as reports print it."""
        return None if self.percent is None else round_half_up(self.percent, digits)


def cost_of_run(work: tuple[Work, ...], fees: Decimal = _ZERO) -> Decimal:
    """Return the cost of carrying out a procedure once."""
    return sum((one.cost for one in work), fees)


def annual_cost(run: Decimal, times_a_year: Decimal, subjects: Decimal = _ONE) -> Decimal:
    """Return the cost of a procedure in a year: of one run x times a year x subjects a year."""
    return run * times_a_year * subjects


def dossier_cost(assumptions: Assumptions, year: int, channels: Mapping[str, Decimal], supplements: Decimal) -> Decimal:
    """Return the cost of one run by what the log shows: shares of the channels (sum 1) and requests for papers.

    A channel that no visits are assumed for counts as the counter.
    """
    counter = assumptions.visits.get("counter", _ZERO)
    visits = sum((share * assumptions.visits.get(name, counter) for name, share in channels.items()), _ZERO)
    offline = sum((share for name, share in channels.items() if name != "online"), _ZERO)
    visits += supplements * offline
    work = Work(
        hours=assumptions.preparing_hours
        + visits * assumptions.visit_hours
        + supplements * assumptions.supplement_hours,
        income_per_hour=assumptions.income(year),
        travel=visits * assumptions.travel_cost,
        copies=assumptions.copies_cost,
    )
    return cost_of_run((work,), assumptions.fees)


def round_half_up(value: Decimal, digits: int) -> Decimal:
    """Round a decimal with halves away from zero."""
    return value.quantize(_ONE.scaleb(-digits), rounding=ROUND_HALF_UP)

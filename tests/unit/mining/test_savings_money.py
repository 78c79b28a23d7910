"""Compliance cost: the formulas of the circular, and published cases computed exactly."""

from decimal import Decimal

import pytest

from mining.savings import SavingsError
from mining.savings.money import Assumptions, Benefit, Work, annual_cost, cost_of_run, dossier_cost


@pytest.mark.parametrize(
    ("before", "after", "saved", "percent", "digits"),
    [
        ("2306000000000", "654000000000", "1652000000000", "71.64", 2),
        ("393.4", "201", "192.4", "48.9", 1),
        ("1024000", "231000", "793000", "77.44", 2),
    ],
)
def test_published_cases(before: str, after: str, saved: str, percent: str, digits: int) -> None:
    benefit = Benefit(Decimal(before), Decimal(after))
    assert benefit.saved == Decimal(saved)
    assert benefit.rounded_percent(digits) == Decimal(percent)


def test_a_year_costs_the_run_times_how_often_times_how_many() -> None:
    run = cost_of_run(
        (Work(hours=Decimal("2.5"), income_per_hour=Decimal(48_000), travel=Decimal(30_000)),), Decimal(10_000)
    )
    assert run == 160_000
    assert annual_cost(run, Decimal(2), Decimal(1_500)) == 480_000_000
    yearly = Benefit(
        annual_cost(Decimal(1_024_000), Decimal(1), Decimal(748)),
        annual_cost(Decimal(231_000), Decimal(1), Decimal(748)),
    )
    assert yearly.saved == 593_164_000
    assert yearly.rounded_percent() == Decimal("77.44")


def test_what_cost_nothing_has_no_percentage() -> None:
    assert Benefit(Decimal(0), Decimal(0)).percent is None


def test_a_dossier_costs_less_online() -> None:
    assumed = Assumptions(income_per_hour={2024: Decimal(50_000)}, fees=Decimal(1_000))
    counter = dossier_cost(assumed, 2024, {"counter": Decimal(1)}, Decimal(0))
    assert counter == (2 + 4) * 50_000 + 2 * 30_000 + 20_000 + 1_000
    online = dossier_cost(assumed, 2025, {"online": Decimal(1)}, Decimal("0.5"))
    assert online == Decimal("2.5") * 50_000 + 20_000 + 1_000


def test_income_is_that_of_the_year_or_of_the_last_known_before() -> None:
    assumed = Assumptions(income_per_hour={2022: Decimal(1), 2024: Decimal(3)})
    assert [assumed.income(year) for year in (2020, 2022, 2023, 2024, 2030)] == [1, 1, 1, 3, 3]


def test_assumptions_that_make_no_sense_are_refused() -> None:
    with pytest.raises(SavingsError, match="0 or more"):
        Assumptions(travel_cost=Decimal(-1))
    with pytest.raises(SavingsError, match="at least one year"):
        Assumptions(income_per_hour={})

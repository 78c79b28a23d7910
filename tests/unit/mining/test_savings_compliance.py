"""The report on compliance cost: known cases through the report, runs of plan and log, and what it says of itself."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest

from mining.savings import SavingsError
from mining.savings.compliance import COST_SIDES, CostQuestion, compliance_cost, cost_dossiers, row_of
from mining.savings.cost_figures import ComplianceCost
from mining.savings.money import Assumptions
from mining.savings.plan import Plan, PlannedProcedure, PlannedRun
from savings_store import Dossier, Version, catalogue, handle

CODE = "1.000001.H29"
AS_OF = datetime(2024, 12, 31, 17, tzinfo=UTC)
INCOME = Decimal(50_000)


def changed(code: str = CODE, since: str = "2024-05-01") -> list[Version]:
    return [
        Version(procedure=code),
        Version(procedure=code, version="2", effective_from=since, limit_amount=8),
    ]


def dossiers(count: int, day: str, channel: str = "counter", procedure: str = CODE, end: int = 9) -> list[Dossier]:
    return [
        Dossier(accepted=f"{day}T08:{number:02}:00", hours=2, procedure=procedure, channel=channel, end=end)
        for number in range(count)
    ]


def report(
    cursor: duckdb.DuckDBPyConnection, *procedures: PlannedProcedure, **asked: str | date | datetime
) -> ComplianceCost:
    plan = Plan(assumed=Assumptions(income_per_hour={2024: INCOME}), procedures=procedures, given=True)
    return compliance_cost(cursor, CostQuestion(**{"as_of": AS_OF, **asked}), plan)


def paid(before: str, after: str, runs: str = "1", subjects: str = "1", code: str = CODE) -> PlannedProcedure:
    """A plan of which all cost is paid, none worked."""
    both = [PlannedRun(hours=Decimal(0), fees=Decimal(cost)) for cost in (before, after)]
    said = {"procedure": code, "runs_a_year": Decimal(runs), "subjects_a_year": Decimal(subjects)}
    return PlannedProcedure(before=both[0], after=both[1], **said)


@pytest.mark.parametrize(
    ("plan", "before", "after", "saved", "percent", "digits"),
    [
        (paid("2306000", "654000", "2", "500000"), 2306 * 10**9, 654 * 10**9, 1652 * 10**9, "71.64", 2),
        (paid("393.4", "201"), Decimal("393.4"), 201, Decimal("192.4"), "48.9", 1),
        (paid("1024000", "231000"), 1_024_000, 231_000, 793_000, "77.44", 2),
        (paid("1024000", "231000", "1", "748"), 765_952_000, 172_788_000, 593_164_000, "77.44", 2),
    ],
)
def test_known_cases_come_out_exactly(
    plan: PlannedProcedure, before: int, after: int, saved: int, percent: str, digits: int
) -> None:
    found = report(catalogue(changed()), plan).by_plan
    cost = found.annual.cost
    assert (found.procedures, cost.before, cost.after, cost.saved) == (1, before, after, saved)
    assert cost.rounded_percent(digits) == Decimal(percent)


def test_a_run_of_the_plan_is_work_and_what_is_paid_at_one_income() -> None:
    before = PlannedRun(hours=Decimal(8), travel=Decimal(60_000), copies=Decimal(30_000), fees=Decimal(400_000))
    after = PlannedRun(hours=Decimal("5.5"), consultant=Decimal(15_000), fees=Decimal(400_000))
    planned = PlannedProcedure(procedure="1.000001.000.00.00.H29", runs_a_year=Decimal(320), before=before, after=after)
    (row,) = report(catalogue(changed(since="2024-05-01")), planned).rows
    assert (row.procedure, row.run_basis, row.income_year, row.income_per_hour) == (CODE, "plan", 2024, INCOME)
    assert row.run is not None
    assert (row.run.before, row.run.after) == (890_000, 690_000)
    assert row.by_plan is not None
    assert (row.by_plan.runs, row.by_plan.cost.saved) == (320, 64_000_000)


def test_the_income_of_one_year_holds_for_both_sides() -> None:
    planned = PlannedProcedure(procedure=CODE, before=PlannedRun(hours=Decimal(2)), after=PlannedRun(hours=Decimal(1)))
    assumed = Assumptions(income_per_hour={2022: Decimal(10), 2024: Decimal(30)})
    for year, income in ((None, 30), (2022, 10), (2023, 10)):
        plan = Plan(assumed=assumed, income_year=year, procedures=(planned,))
        (row,) = compliance_cost(catalogue(changed()), CostQuestion(as_of=AS_OF), plan).rows
        assert row.run is not None
        assert (row.income_per_hour, row.run.before, row.run.after) == (income, 2 * income, income)


def logged() -> duckdb.DuckDBPyConnection:
    """Before the change 3 dossiers at the counter and 1 online, after it 1 and 4; one of another procedure."""
    cursor = catalogue([*changed(), Version(procedure="1.000002.H29")])
    made = [
        *dossiers(3, "2024-01-02"),
        *dossiers(1, "2024-04-29", "online"),
        *dossiers(1, "2024-05-02", "Trực tiếp", end=4),
        *dossiers(4, "2024-09-10", "online"),
        *dossiers(1, "2024-10-21", procedure="1.000002.H29"),
    ]
    handle(cursor, made)
    return cursor


def test_the_log_tells_the_cost_of_a_run_and_the_runs_where_the_plan_does_not() -> None:
    found = report(logged())
    (row,) = found.rows
    assert (row.procedure, row.run_basis, row.by_plan) == (CODE, "log", None)
    assert (row.before.channels, row.after.channels) == ({"counter": 3, "online": 1}, {"counter": 1, "online": 4})
    counter = 6 * INCOME + 2 * 30_000 + 20_000
    online = 2 * INCOME + 20_000
    assert row.run is not None
    assert row.run.before == (3 * counter + online) / 4
    assert row.run.after == (counter + 4 * online) / 5
    # From the first intake of the log, 2 January, to the last, 21 October, are 294 days.
    assert (row.counted.first_day, row.counted.last_day, row.counted.days) == (
        date(2024, 1, 2),
        date(2024, 10, 21),
        294,
    )
    assert row.counted.dossiers == 9
    assert row.by_log is not None
    assert row.by_log.runs == Decimal("11.17")
    assert abs(Fraction(row.by_log.runs) - Fraction(9 * 365, 294)) <= Fraction(1, 200)
    assert row.by_log.cost.saved == row.run.saved * row.by_log.runs
    assert found.by_log.annual == row.by_log
    assert (found.by_plan.procedures, found.headline_basis) == (0, "log")


def test_every_side_drills_down_to_its_dossiers() -> None:
    cursor = logged()
    found = report(cursor)
    row = row_of(found, CODE)
    for side, count in zip(COST_SIDES, (9, 4, 5), strict=True):
        behind = cost_dossiers(cursor, found, row, side)
        assert behind.num_rows == getattr(row, side).dossiers == count
        assert set(behind["procedure"].to_pylist()) == {CODE}
    with pytest.raises(SavingsError, match="write counted, before, after"):
        cost_dossiers(cursor, found, row, "both")  # type: ignore[arg-type]  # what a caller could write


def test_only_the_last_year_of_a_long_log_is_counted() -> None:
    cursor = catalogue(changed())
    handle(cursor, [*dossiers(7, "2022-03-01"), *dossiers(2, "2024-01-03"), *dossiers(3, "2024-12-30")])
    (row,) = report(cursor).rows
    assert (row.before.dossiers, row.after.dossiers) == (9, 3)
    assert (row.counted.first_day, row.counted.days, row.counted.dossiers) == (date(2024, 1, 1), 365, 5)
    assert row.by_log is not None
    assert row.by_log.runs == 5


def test_what_was_not_known_yet_does_not_count() -> None:
    (row,) = report(logged(), as_of=datetime(2024, 5, 1, tzinfo=UTC)).rows
    assert (row.before.dossiers, row.after.dossiers, row.run) == (4, 0, None)
    assert [one.code for one in row.remarks] == ["run_unknown"]
    assert "4 dossiers before the change and 0 after it" in row.remarks[0].text()


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({}, ["1.000001.H29", "1.000003.H29", "1.000009.H29"]),
        ({"changed_from": date(2024, 5, 2)}, ["1.000003.H29"]),
        ({"changed_to": date(2024, 5, 2)}, ["1.000001.H29"]),
        ({"procedure": "1.000009"}, ["1.000009.H29"]),
        ({"procedure": "1.000001.000.00.00.H29"}, ["1.000001.H29"]),
        ({"procedure": "1.000001.H30"}, []),
    ],
)
def test_procedures_are_those_that_changed_or_that_the_plan_names(asked: dict[str, date], codes: Sequence[str]) -> None:
    versions = [*changed(), *changed("1.000003.H29", "2024-08-01"), Version(procedure="1.000002.H29")]
    found = report(catalogue(versions), paid("10", "4", "3", code="1.000009.H29"), **asked)
    assert [row.procedure for row in found.rows] == codes
    alone = [row for row in found.rows if row.procedure == "1.000009.H29"]
    assert [[one.code for one in row.remarks] for row in alone] == [["not_changed"]] * len(alone)
    assert found.by_plan.annual.cost.saved == 18 * len(alone)


def test_dossiers_between_two_changes_are_on_neither_side() -> None:
    versions = [
        Version(procedure=CODE),
        Version(procedure=CODE, version="2", effective_from="2024-03-01"),
        Version(procedure=CODE, version="3", effective_from="2024-06-01"),
    ]
    cursor = catalogue(versions)
    handle(cursor, [*dossiers(2, "2024-02-27"), *dossiers(3, "2024-04-02"), *dossiers(4, "2024-07-02")])
    (row,) = report(cursor).rows
    assert (row.changed_from, row.changed_to) == (date(2024, 3, 1), date(2024, 6, 1))
    assert (row.before.dossiers, row.after.dossiers, row.counted.dossiers) == (2, 4, 9)
    assert "several_days" in [one.code for one in row.remarks]


def test_sums_are_those_of_the_rows() -> None:
    versions = [*changed(), *changed("1.000003.H29"), *changed("1.000004.H29")]
    plans = [paid("1000.5", "400.25", "12", code=code) for code in ("1.000001.H29", "1.000003")]
    found = report(catalogue(versions), *plans)
    assert (len(found.rows), found.by_plan.procedures, found.by_log.procedures) == (3, 2, 0)
    rows = [row.by_plan for row in found.rows if row.by_plan]
    assert found.by_plan.annual.cost.saved == sum(one.cost.saved for one in rows) == Decimal("14406.00")
    assert found.by_plan.annual.runs == sum(one.runs for one in rows) == 24


def test_a_plan_far_from_the_log_is_remarked() -> None:
    cursor = logged()
    far, near = (report(cursor, paid("10", "4", runs)).rows[0].remarks for runs in ("30", "20"))
    assert [one.code for one in far] == ["runs_differ"]
    assert far[0].text("vi") == "kế hoạch dự kiến 30 lượt mỗi năm, nhật ký cho thấy 11,17 lượt"
    assert near == ()


def test_an_empty_log_without_a_catalogue_is_no_error() -> None:
    found = compliance_cost(catalogue([]), CostQuestion(as_of=AS_OF), Plan())
    assert (found.rows, found.first_day, found.by_plan.annual.cost.percent) == ((), None, None)
    assert [one.code for one in found.remarks] == ["default_assumptions"]


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(SavingsError, match="has no day"):
        CostQuestion(as_of=AS_OF, changed_from=date(2024, 2, 1), changed_to=date(2024, 2, 1))
    twice = (paid("1", "0"), paid("2", "0", code="1.000001"))
    with pytest.raises(SavingsError, match=r"1\.000001\.H29 twice, as '1\.000001\.H29' and '1\.000001'"):
        report(catalogue(changed()), *twice)
    with pytest.raises(SavingsError, match=r"'9\.000009' is of 0 procedures"):
        row_of(report(catalogue(changed()), procedure="9.000009"), "9.000009")

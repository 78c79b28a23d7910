"""The account of a store: figures side by side, their dossiers, filters, and input that is not as it should be."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

import duckdb
import pyarrow.compute as pc
import pytest

from mining.derive import refresh
from mining.savings import SavingsError
from mining.savings.account import account, account_of
from mining.savings.behind import dossiers_behind
from mining.savings.effect import Bootstrap
from mining.savings.evidence import Evidence, evidence
from mining.savings.figures import Account
from mining.savings.question import Question
from savings_store import CALENDARS, VIETNAM, Dossier, Version, catalogue, handle, lasting, state_units

NEW = {"version": "2", "effective_from": "2024-05-06"}
QUESTION = Question(as_of=datetime(2024, 10, 1, tzinfo=VIETNAM), bootstrap=Bootstrap(replicates=200))
OTHER, THIRD = "1.000002", "1.000003"
START, DAYS = "2024-01-08", 250


def versions() -> list[Version]:
    """One procedure whose limit falls from 10 to 7 days, one that rises, one without a change."""
    return [
        Version(),
        Version(limit_amount=7, **NEW),
        Version(procedure=OTHER),
        Version(procedure=OTHER, limit_amount=11, **NEW),
        Version(procedure=THIRD),
    ]


def dossiers() -> list[Dossier]:
    """The first takes 20 h, then 12; the second 10 h, then 15; the third 30 h throughout, a fifth of it in unit B."""
    return [
        *lasting(START, 119, 20.0, seed=1),
        *lasting("2024-05-06", 120, 12.0, seed=2),
        *lasting(START, 119, 10.0, seed=3, procedure=OTHER, channel="online"),
        *lasting("2024-05-06", 120, 15.0, seed=4, procedure=OTHER, channel="online"),
        *lasting(START, DAYS, 30.0, 4, seed=5, procedure=THIRD),
        *lasting(START, DAYS, 30.0, 1, seed=6, procedure=THIRD, unit="B"),
    ]


@pytest.fixture(scope="module", name="known")
def _known() -> Evidence:
    cursor = catalogue(versions(), {"1.000001": "Đất đai", OTHER: "Hộ tịch", THIRD: "Hộ tịch"})
    handle(cursor, dossiers())
    return evidence(cursor, QUESTION.basis, CALENDARS)


@pytest.fixture(scope="module", name="told")
def _told(known: Evidence) -> Account:
    return account_of(known, QUESTION)


def numbers(value: Any) -> list[float]:
    """Find every number in a value."""
    if is_dataclass(value) and not isinstance(value, type):
        return [one for each in fields(value) for one in numbers(getattr(value, each.name))]
    if isinstance(value, dict):
        return [one for each in value.values() for one in numbers(each)]
    if isinstance(value, (list, tuple)):
        return [one for each in value for one in numbers(each)]
    return [float(value)] if isinstance(value, (int, float, Decimal)) else []


def answered(cursor: duckdb.DuckDBPyConnection, said: Sequence[Dossier] = (), question: Question = QUESTION) -> Account:
    if said:
        handle(cursor, said)
    found = account(cursor, question, CALENDARS)
    assert all(isfinite(number) for number in numbers(found))
    return found


def test_nominal_and_realised_stand_side_by_side(told: Account) -> None:
    first, second = told.procedures
    assert (told.nominal.procedures, told.nominal.changed, told.nominal.reengineered) == (3, 2, 1)
    assert (first.cuts.hours, second.cuts.hours, told.nominal.cuts.hours) == (24, -8, 16)
    assert (first.verdict, second.verdict) == ("realised", "regressed")
    assert first.realised.per_dossier is not None
    assert second.realised.per_dossier is not None
    assert first.realised.per_dossier.estimate == pytest.approx(8, abs=0.5)
    assert second.realised.per_dossier.estimate == pytest.approx(-5, abs=0.5)
    assert first.realised.volume_hours == 24 * first.realised.taken_in
    assert "less than the" in first.reason.text()
    assert "nhiều hơn" in second.reason.text("vi")
    assert told.verdicts == {"realised": 1, "regressed": 1, "no_evidence": 0, "too_few_dossiers": 0}
    assert told.calendar_versions == CALENDARS.versions


def test_what_happened_before_and_after_is_told_beside_the_estimate(told: Account) -> None:
    both = told.procedures[0].sides
    assert (both.before.dossiers, both.after.dossiers) == (357, 360)
    assert both.before.hours == pytest.approx(20, abs=0.6)
    assert both.after.hours == pytest.approx(12, abs=0.6)
    assert both.after.citizen_hours == 0
    assert (both.after.hands_on_hours, both.after.hands_on_dossiers) == (None, 0)


def test_processes_procedures_and_every_sum_add_up(told: Account) -> None:
    total = told.realised
    for rows in (told.processes, told.procedures, *told.sums.values()):
        assert sum(row.realised.hours.estimate for row in rows) == pytest.approx(total.hours.estimate)
        assert sum(row.realised.taken_in for row in rows) == total.taken_in == 720
        assert sum(row.realised.volume_hours for row in rows) == total.volume_hours
    assert [row.name for row in told.sums["field"]] == ["Hộ tịch", "Đất đai"]
    assert [row.nominal_hours for row in told.sums["field"]] == [-8, 24]
    assert [row.name for row in told.sums["month"]] == [f"2024-{month:02d}" for month in range(5, 10)]


def test_every_figure_drills_down_to_its_dossiers(known: Evidence, told: Account) -> None:
    for row in told.procedures:
        question = replace(QUESTION, procedure=row.procedure)
        after = dossiers_behind(known, question)
        assert after.num_rows == row.realised.taken_in
        assert pc.sum(after["saved_hours"]).as_py() == pytest.approx(row.realised.hours.estimate)
        before = dossiers_behind(known, question, side="before")
        assert before.num_rows == row.realised.before == row.sides.before.dossiers
        assert pc.mean(before["hours"]).as_py() == pytest.approx(row.sides.before.hours)
    key = told.processes[0].change.new.process_key
    assert dossiers_behind(known, QUESTION, process_key=key).num_rows == told.processes[0].realised.taken_in
    months = [dossiers_behind(known, QUESTION, month=row.name).num_rows for row in told.sums["month"]]
    assert months == [row.realised.taken_in for row in told.sums["month"]]
    verdict = dossiers_behind(known, replace(QUESTION, verdict="regressed"))
    assert set(verdict["procedure"].to_pylist()) == {OTHER}
    with pytest.raises(SavingsError, match="no version 'x'"):
        dossiers_behind(known, QUESTION, process_key="x")


@pytest.mark.parametrize(
    ("filters", "procedures"),
    [
        ({"field": "Đất đai"}, ["1.000001"]),
        ({"procedure": OTHER}, [OTHER]),
        ({"verdict": "regressed"}, [OTHER]),
        ({"verdict": "no_evidence"}, []),
        ({"unit": "A"}, ["1.000001", OTHER]),
        ({"unit": "B"}, []),
        ({"level": "1"}, []),
    ],
)
def test_filters_choose_and_change_no_estimate(
    known: Evidence, told: Account, filters: dict[str, Any], procedures: list[str]
) -> None:
    chosen = account_of(known, replace(QUESTION, **filters))
    assert [row.procedure for row in chosen.procedures] == procedures
    everything = {row.procedure: row for row in told.procedures}
    for row in chosen.procedures:
        assert row.realised == everything[row.procedure].realised
    assert chosen.nominal.cuts.hours == sum(everything[code].cuts.hours for code in procedures)


def test_the_same_store_gives_the_same_figures_to_the_last_digit(told: Account) -> None:
    cursor = catalogue(versions(), {"1.000001": "Đất đai", OTHER: "Hộ tịch", THIRD: "Hộ tịch"})
    handle(cursor, dossiers())
    assert account(cursor, QUESTION, CALENDARS) == told
    assert repr(account(cursor, QUESTION, CALENDARS)) == repr(told)


def test_without_a_catalogue_or_without_dossiers_nothing_is_realised() -> None:
    empty = answered(catalogue([]))
    assert (empty.nominal.reengineered, empty.procedures, empty.realised.hours.estimate) == (0, (), 0)
    unused = answered(catalogue(versions()))
    assert [row.verdict for row in unused.procedures] == ["too_few_dossiers"] * 2
    assert unused.procedures[0].reason.text() == "no dossier was taken in under the new version"
    assert unused.nominal.cuts.hours == 16
    unknown = answered(catalogue([]), lasting(START, 20, 8.0))
    assert unknown.procedures == ()


def test_a_version_without_predecessor_saves_nothing_and_says_so() -> None:
    found = answered(catalogue([Version(**NEW)]), lasting(START, DAYS, 8.0))
    (row,) = found.processes
    assert (row.change.kind, row.change.cut_hours, row.verdict) == ("first", None, "too_few_dossiers")
    assert "no earlier version" in row.warnings[0]
    assert (found.nominal.reengineered, found.nominal.changed) == (0, 0)


def test_without_dossiers_before_the_change_there_is_no_comparison() -> None:
    found = answered(
        catalogue(versions()), [*lasting("2024-06-03", 60, 8.0), *lasting(START, DAYS, 9.0, procedure=THIRD)]
    )
    row = found.procedures[0]
    assert (row.verdict, row.realised.compared, row.realised.taken_in) == ("too_few_dossiers", 0, 180)
    assert row.realised.per_dossier is None
    assert "none of the 180 dossiers" in row.reason.text()


def test_without_anything_unchanged_the_before_alone_is_compared() -> None:
    found = answered(catalogue(versions()[:2]), [*lasting(START, 119, 20.0), *lasting("2024-05-06", 120, 12.0, seed=2)])
    row = found.procedures[0]
    assert row.realised.per_dossier is not None
    assert row.realised.per_dossier.estimate == pytest.approx(8, abs=1)
    assert "only 0 dossiers without a change" in found.warnings[0]


def test_a_unit_that_merged_is_compared_as_its_successor() -> None:
    cursor = catalogue(versions())
    gone = '{"code": "A", "name": "Quận A", "valid_to": "2024-06-30", "successor": "M"}'
    state_units(cursor, {"A": gone, "M": '{"code": "M", "name": "Phường M"}'})
    late = [replace(one, unit="M") for one in dossiers() if one.unit == "A" and one.accepted >= "2024-07-01"]
    found = answered(cursor, [one for one in dossiers() if one.unit == "B" or one.accepted < "2024-07-01"] + late)
    assert [row.verdict for row in found.procedures[:2]] == ["realised", "regressed"]
    assert [(row.name, row.realised.taken_in) for row in found.sums["unit"]] == [("M", 720)]
    assert any("unit A was taken over by M" in warning for warning in found.warnings)


def test_units_that_name_each_other_as_successors_stay_apart() -> None:
    cursor = catalogue(versions())
    state_units(
        cursor, {one: f'{{"code": "{one}", "name": "{one}", "successor": "{two}"}}' for one, two in ("AB", "BA")}
    )
    found = answered(cursor, dossiers())
    assert [row.name for row in found.sums["unit"]] == ["A"]


def test_refused_and_withdrawn_dossiers_are_left_out_and_open_ones_are_not() -> None:
    ended = [replace(one, end=end) for end in (3, 7) for one in lasting("2024-06-03", 10, 8.0)]
    early = replace(QUESTION, as_of=datetime(2024, 9, 2, 12, tzinfo=VIETNAM))
    found = answered(catalogue(versions()), [*dossiers(), *ended], early).procedures[0].realised
    expected = [
        one for one in dossiers() if one.procedure == "1.000001" and "2024-05-06" <= one.accepted < "2024-09-02T12"
    ]
    assert found.taken_in == len(expected)
    assert found.finished < found.compared == found.taken_in


def test_questions_that_make_no_sense_are_refused() -> None:
    with pytest.raises(SavingsError, match="no UTC offset"):
        Question(as_of=datetime(2024, 10, 1))  # noqa: DTZ001
    with pytest.raises(SavingsError, match="has no day"):
        replace(QUESTION, changed_from=datetime(2024, 5, 1).date(), changed_to=datetime(2024, 5, 1).date())  # noqa: DTZ001
    with pytest.raises(SavingsError, match="verdict 'good'"):
        replace(QUESTION, verdict="good")
    with pytest.raises(SavingsError, match="replicates"):
        replace(QUESTION, bootstrap=Bootstrap(replicates=0))


def test_hands_on_time_is_what_officers_worked_in_steps_whose_start_is_known() -> None:
    cursor = catalogue(versions())
    handle(cursor, dossiers())
    cursor.execute(_STEPS)
    refresh(cursor)
    both = answered(cursor).procedures[0].sides
    for side, (start, days) in ((both.before, (START, 119)), (both.after, ("2024-05-06", 120))):
        accepted = [datetime.fromisoformat(one.accepted).replace(tzinfo=VIETNAM) for one in lasting(start, days, 1.0)]
        worked = [CALENDARS.default.between(at, at + timedelta(minutes=30)) / timedelta(hours=1) for at in accepted]
        assert side.hands_on_dossiers == len(accepted)
        assert side.hands_on_hours == pytest.approx(sum(worked) / len(accepted))
    alone = answered(cursor, question=replace(QUESTION, unit="A")).procedures[0].sides
    assert (alone.after.hands_on_hours, alone.after.dossiers) == (None, 360)


_STEPS = """
INSERT INTO event BY NAME
SELECT * REPLACE (
    event_no + 100000 AS event_no,
    event_key + 100000 AS event_key,
    event_id || 's' AS event_id,
    'Thẩm định' AS activity,
    4 AS status,
    occurred_at AS started_at,
    occurred_at + INTERVAL 30 MINUTE AS occurred_at
)
FROM event
WHERE status = 2
"""

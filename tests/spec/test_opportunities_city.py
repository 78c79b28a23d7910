"""Opportunities in a simulated city: what was planted is found, sums hold, parts of a city add up."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from city_store import WITHOUT_SESSIONS, CityStore, run_city
from mining.bottlenecks.ranking import bottleneck_dossiers, bottleneck_steps, bottlenecks, of_procedures
from mining.bottlenecks.workload import hand_overs
from mining.opportunities.ranking import opportunities, opportunity_dossiers, part_of
from mining.opportunities.values import Opportunities
from mining.slice import Slice
from mining.units_compared.comparison import UnitsQuestion, compare_units, unit_dossiers
from mining.units_compared.dossiers import MEASURES
from mining.waiting.answers import waiting_log, within
from mining.waiting.desks import Availability
from mining.waiting.findings import WaitingLog, total


@pytest.fixture(scope="module")
def city() -> Iterator[CityStore]:
    made = run_city("small", seed=3, dossiers=4000)
    yield made
    made.close()


@pytest.fixture(scope="module")
def log(city: CityStore) -> WaitingLog:
    return waiting_log(city.cursor, Availability(city.calendars))


@pytest.fixture(scope="module")
def found(city: CityStore, log: WaitingLog) -> Opportunities:
    return opportunities(city.cursor, log, Availability(city.calendars))


def places(found: Opportunities, kind: str) -> set[tuple[str | None, ...]]:
    return {tuple(row.key.values()) for row in found.rows if row.kind == kind}


def test_what_was_planted_is_found_and_nothing_else_of_its_kind(city: CityStore, found: Opportunities) -> None:
    truth = city.truth
    silent = {one["unit"] for one in truth["starts_not_recorded"]}
    short = {(one["unit"], " + ".join(sorted(one["roles"]))) for one in truth["bottlenecks"]}
    assert places(found, "contention") == {one for one in short if one[0] not in silent}
    assert places(found, "two_systems") == {(one["unit"],) for one in truth["double_entry"]}
    assert places(found, "unit_gap") <= {(one["procedure"], one["unit"]) for one in truth["unit_gaps"]}
    assert places(found, "approval") <= {(one["procedure"], one["task"]) for one in truth["always_approving"]}
    leaders = {(one["unit"], one["roles"][0]) for one in truth["waiting"]["pools"] if one["working_hours"]["batching"]}
    assert places(found, "batching") <= leaders
    assert {row.kind for row in found.rows} <= {"contention", "two_systems", "unit_gap", "approval", "batching"}


def test_a_city_without_planted_problems_yields_nothing(tmp_path: Path) -> None:
    scenario = tmp_path / "clean.toml"
    scenario.write_text(WITHOUT_SESSIONS, encoding="utf-8")
    made = run_city(scenario, seed=2, dossiers=1500)
    availability = Availability(made.calendars)
    found = opportunities(made.cursor, waiting_log(made.cursor, availability), availability)
    made.close()
    assert found.rows == ()
    assert found.within_noise > 10
    assert found.looked_at > 100


def test_no_hour_is_saved_twice_and_none_that_was_not_spent(found: Opportunities) -> None:
    nets = [row.net_hours_a_year for row in found.rows]
    assert sum(nets) == pytest.approx(found.potential.estimate)
    assert sum(nets) <= found.waiting_hours_a_year + found.processing_hours_a_year
    assert all(0 <= row.net_hours_a_year <= row.hours_a_year.estimate * (1 + 1e-9) for row in found.rows)
    assert all(row.net_hours_a_year == 0 for row in found.limits)
    sizes = [row.hours_a_year.estimate for row in found.rows]
    assert sizes == sorted(sizes, reverse=True)


def test_the_dossiers_behind_add_up_to_the_figure(city: CityStore, found: Opportunities) -> None:
    for row in (*found.rows, *found.limits):
        behind = opportunity_dossiers(row)
        assert behind.hours.sum() * found.period.a_year == pytest.approx(row.hours_a_year.estimate)
        assert len(set(behind.numbers)) == len(behind) == row.dossiers


def test_the_parts_of_a_city_add_up_to_it(city: CityStore, log: WaitingLog, found: Opportunities) -> None:
    codes = [one.code for one in city.city.procedures]
    halves = [of_procedures(log, half) for half in (codes[::2], codes[1::2])]
    parts = [part_of(found, np.unique(half.steps.dossier[half.waits.row[half.places]])) for half in halves]
    for figure in ("waiting_hours_a_year", "processing_hours_a_year"):
        assert sum(getattr(part, figure) for part in parts) == pytest.approx(getattr(found, figure))
    assert sum(part.potential.estimate for part in parts) == pytest.approx(found.potential.estimate)
    whole = {row.id: row for row in found.all}
    assert len(whole) == len(found.all), "every opportunity has an id of its own"
    for one in whole.values():
        shared = [row for part in parts for row in part.all if row.id == one.id]
        assert sum(row.hours_a_year.estimate for row in shared) == pytest.approx(one.hours_a_year.estimate)
        assert sum(row.net_hours_a_year for row in shared) == pytest.approx(one.net_hours_a_year)
        assert sum(row.wait_hours_a_year for row in shared) == pytest.approx(one.wait_hours_a_year)
        assert sum(row.dossiers for row in shared) == one.dossiers
        assert {row.evidence_vi for row in shared} == {one.evidence_vi}
    nothing = part_of(found, np.empty(0, np.int64))
    assert (nothing.all, nothing.potential.estimate) == ((), 0)


def test_the_same_question_has_the_same_answer(city: CityStore, log: WaitingLog, found: Opportunities) -> None:
    again = opportunities(city.cursor, log, Availability(city.calendars))
    assert again == found


def test_a_slice_can_be_searched(city: CityStore, log: WaitingLog) -> None:
    procedure = city.city.procedures[0].code
    part = within(city.cursor, log, Slice(procedure=procedure))
    found = opportunities(city.cursor, part, Availability(city.calendars))
    assert {row.key["procedure"] for row in found.rows if "procedure" in row.key} <= {procedure}
    empty = within(city.cursor, log, Slice(procedure="none"))
    assert opportunities(city.cursor, empty, Availability(city.calendars)).rows == ()


def test_bottlenecks_add_up_to_what_all_steps_lost(city: CityStore, log: WaitingLog, found: Opportunities) -> None:
    whole = total(log)
    lost = (whole.waiting.working_us - whole.by_cause["citizen"].working_us) / 3.6e9
    for grain in ("step", "unit", "hour"):
        ranked = bottlenecks(log, grain, limit=10**6)
        assert sum(row.lost_hours for row in ranked.rows) == pytest.approx(lost)
        assert ranked.total.estimate == pytest.approx(found.waiting_hours_a_year)
    worst = bottlenecks(log, "officer_role", limit=1).rows[0]
    behind = bottleneck_steps(city.cursor, log, worst.key, limit=5)
    assert {(step.unit, step.role) for step in behind} == {tuple(worst.key.values())}
    dossiers = bottleneck_dossiers(log, worst.key)
    assert dossiers.hours.sum() == pytest.approx(worst.lost_hours)
    assert len(dossiers) == worst.dossiers
    first, second = dossiers.named(city.cursor, limit=1), dossiers.named(city.cursor, offset=1, limit=1)
    assert first[0].hours == dossiers.hours[0] >= second[0].hours
    assert first[0].dossier != second[0].dossier
    assert sum(one.steps for one in hand_overs(log, "unit")) < whole.steps


def test_units_are_compared_by_every_measure(city: CityStore, log: WaitingLog) -> None:
    for measure in MEASURES:
        compared = compare_units(city.cursor, log, UnitsQuestion(measure=measure))
        assert compared.dossiers == sum(row.dossiers for row in compared.rows)
        assert compared.overdispersion >= 1
        for row in compared.rows:
            assert row.quartiles == tuple(sorted(row.quartiles))
            assert row.limits_998[0] < row.limits_95[0] < 1 < row.limits_95[1] < row.limits_998[1]
            assert row.shrunk.low is not None
            assert row.shrunk.low <= row.shrunk.estimate <= (row.shrunk.high or 0)
        row = compared.rows[0]
        behind = unit_dossiers(city.cursor, log, procedure=row.procedure, unit=row.unit, measure=measure)
        assert len(behind) == row.dossiers
        assert behind.hours.mean() == pytest.approx(row.mean_hours)

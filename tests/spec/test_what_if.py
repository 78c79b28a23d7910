"""What-if on simulated offices whose truth is known: what is discovered, and what planted changes truly do."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from api.city_hours import opening_hours
from city_store import CityStore, run_city
from mining.waiting.desks import Availability
from mining.what_if.discovery import discover
from mining.what_if.edits import ArrivalsFactor, Duration, Edit, Officers, Share, edited
from mining.what_if.meant import about
from mining.what_if.model import Model
from mining.what_if.replication import replicate
from mining.what_if.validation import simulate_held_out, validated
from planted_changes import NOTHING_PLANTED, Planted, planted_changes
from true_changes import true_means

CLOSE = 0.15
NOT_TINY = 0.02
RUNS = 5


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CityStore]:
    scenario = tmp_path_factory.mktemp("scenario") / "nothing-planted.toml"
    scenario.write_text(NOTHING_PLANTED, encoding="utf-8")
    made = run_city(scenario, seed=3, dossiers=4000)
    yield made
    made.close()


@pytest.fixture(scope="module")
def model(city: CityStore) -> Model:
    return discover(city.cursor, Availability(city.calendars))


def change(model: Model, edits: Sequence[Edit]) -> tuple[float, float]:
    """By how many hours the mean changes, elapsed and working, where dossiers come as they came."""
    pairs = [replicate(model, edits, "logged", (1, turn)) for turn in range(RUNS)]
    elapsed = [after.elapsed_hours.mean() - before.elapsed_hours.mean() for before, after in pairs if after]
    working = [after.working_hours.mean() - before.working_hours.mean() for before, after in pairs if after]
    return float(np.mean(elapsed)), float(np.mean(working))


def test_the_desks_are_those_of_the_city(city: CityStore, model: Model) -> None:
    units, roles = city.city.units, city.city.roles
    true = {}
    for pool in city.city.pools:
        names = tuple(sorted({roles[role] for role in pool.roles}))
        minutes = tuple(at.hour * 60 + at.minute for at in pool.sessions)
        true[units[pool.unit].code, names] = (len(pool.officers), minutes)
    found = {(desk.unit, desk.roles): (desk.officers, desk.sittings) for desk in model.desks}
    assert set(found) <= set(true)
    assert len(found) > 20
    wrong = {key for key, value in found.items() if value != true[key]}
    assert len(wrong) <= 1, {key: (found[key], true[key]) for key in wrong}  # a tray that is hardly used tells little


def test_what_it_simulates_takes_as_long_as_what_was(model: Model) -> None:
    courses, span = model.courses, model.span
    counted = courses.known & (courses.arrival_us >= span.from_us) & (courses.arrival_us < span.known_to_us)
    logged = [one[counted].mean() / 3.6e9 for one in (courses.logged.elapsed_us, courses.logged.working_us)]
    outcomes = [replicate(model, (), "logged", (1, turn))[0] for turn in range(RUNS)]
    for name, truth in zip(("elapsed_hours", "working_hours"), logged, strict=True):
        assert np.mean([getattr(one, name).mean() for one in outcomes]) == pytest.approx(truth, rel=0.03)
    hands_on = np.mean([one.hands_on_hours.mean() for one in outcomes])
    assert hands_on == pytest.approx(model.tasks.work_us.sum() / 3.6e9 / len(courses), rel=0.05)


def planted(city: CityStore) -> dict[str, Planted]:
    return {one.name: one for one in planted_changes(city.city)}


@pytest.mark.parametrize(
    "name",
    [
        "one more officer at the busiest desk",
        "leaders sign 4 times a day, not 2",
        "leaders sign as it comes",
        "handling takes 0.8 of the work",
        "95 % come online",
        "open until 18:30",
        "no inspection",
    ],
)
def test_a_planted_change_does_what_is_predicted(city: CityStore, model: Model, name: str) -> None:
    if name not in planted(city):
        pytest.skip("this city has no such step")
    one, hours = planted(city)[name], opening_hours(city.city)
    before, after = true_means(city.city, model.span, hours), true_means(one.city, model.span, hours, one.worked)
    elapsed, working = change(model, one.edits)
    assert working == pytest.approx(after.working_hours - before.working_hours, rel=CLOSE)
    truth = after.elapsed_hours - before.elapsed_hours
    if abs(truth) >= NOT_TINY * before.elapsed_hours:
        assert elapsed == pytest.approx(truth, rel=CLOSE)


def test_the_same_seed_gives_the_same_and_another_one_does_not(model: Model) -> None:
    one, same, other = (replicate(model, (), "drawn", seed)[0] for seed in ((7, 0), (7, 0), (7, 1)))
    assert np.array_equal(one.elapsed_hours, same.elapsed_hours)
    assert one.elapsed_hours.mean() != other.elapsed_hours.mean()


def test_a_change_that_changes_nothing_saves_exactly_nothing(model: Model) -> None:
    before, after = replicate(model, [Duration(factor=1.0)], "drawn", (1, 0))
    assert after is not None
    assert np.array_equal(before.elapsed_hours, after.elapsed_hours)


def test_more_dossiers_and_other_channels_are_those_asked_for(model: Model) -> None:
    before, after = replicate(model, [ArrivalsFactor(factor=1.5)], "drawn", (1, 0))
    assert after is not None
    assert len(after.elapsed_hours) == pytest.approx(1.5 * len(before.elapsed_hours), rel=0.05)
    assert after.working_hours.mean() > before.working_hours.mean()
    assert edited(model, [Share(trait="online", share=0.9)]).mixes[0].share == 0.9


def test_others_keep_officers_busy_though_only_one_procedure_counts(model: Model) -> None:
    procedure = str(model.name(int(np.bincount(model.courses.procedure).argmax())))
    part = about(model, [procedure], [])
    whole = [replicate(model, (), "logged", (1, turn))[0] for turn in range(2)]
    counted = [replicate(part, (), "logged", (1, turn))[0] for turn in range(2)]
    assert 0 < len(counted[0].elapsed_hours) < len(whole[0].elapsed_hours)
    logged, courses = model.courses.logged, model.courses
    own = courses.known & (courses.procedure == model.code(procedure)) & (courses.arrival_us >= model.span.from_us)
    own &= courses.arrival_us < model.span.known_to_us
    truth = logged.elapsed_us[own].mean() / 3.6e9
    assert np.mean([one.elapsed_hours.mean() for one in counted]) == pytest.approx(truth, rel=0.06)


def test_held_out_weeks_tell_how_good_it_is(model: Model) -> None:
    checked = validated(model, [simulate_held_out(model, (1, turn)) for turn in range(2)])
    assert checked.grade in ("good", "usable")
    assert checked.dossiers > 300
    assert checked.relative == pytest.approx(checked.distance_hours / checked.mean_hours)
    blind = replace(model, estimated=0.9)
    assert validated(blind, [simulate_held_out(blind, (1, 0))]).grade == "not_reliable"


def test_planted_problems_are_no_obstacle(tmp_path: Path) -> None:
    made = run_city("small", seed=3, dossiers=2000)
    model = discover(made.cursor, Availability(made.calendars))
    courses, span = model.courses, model.span
    counted = courses.known & (courses.arrival_us >= span.from_us) & (courses.arrival_us < span.known_to_us)
    truth = courses.logged.elapsed_us[counted].mean() / 3.6e9
    outcomes = [replicate(model, (), "logged", (1, turn))[0] for turn in range(3)]
    assert np.mean([one.elapsed_hours.mean() for one in outcomes]) == pytest.approx(truth, rel=0.1)
    [bottleneck] = made.truth["bottlenecks"]
    edits = [Officers(unit=bottleneck["unit"], role=bottleneck["roles"][0])]
    assert change(model, edits)[1] < 0
    made.close()

"""What is drawn to be planted: the same for the same seed, where there is room for it, nothing in a clean city."""

from pathlib import Path

import pytest

from simulation.building import build_city
from simulation.city import City
from simulation.planted import DETOUR_KINDS, NO_HABITS
from simulation.scenario_file import ScenarioError, load_scenario

MOVABLE = {"assign", "inspect", "review", "approve", "sign", "stamp", "hand-over"}


def city(seed: int = 1, *, clean: bool = False) -> City:
    return build_city(load_scenario("compliance-study", clean=clean), seed=seed)


def test_the_same_seed_plants_the_same_and_another_one_something_else() -> None:
    first, again, other = city(), city(), city(2)
    assert (first.detours, first.drifts, first.units) == (again.detours, again.drifts, again.units)
    assert first.detours != other.detours


def test_every_kind_is_planted_as_often_as_was_asked() -> None:
    found = city()
    always = [one for one in found.detours if one.from_day is None]
    assert [one.kind for one in always] == [kind for kind in DETOUR_KINDS for _ in range(3)]
    assert len(found.detours) - len(always) == len(found.drifts) == 2
    places = [one.procedure for one in found.detours] + [one.procedure for one in found.drifts]
    assert len(set(places)) == len(places)
    for name in ("back_dated", "set_back", "period_end", "swift", "disordered", "on_old"):
        assert any(getattr(unit.habits, name) for unit in found.units)
    assert {unit.system for unit in found.units if unit.habits.on_old} == {"old"}


def test_detours_leave_the_approved_way_where_that_can_be_told() -> None:
    found = city(3)
    for one in found.detours:
        procedure = found.procedures[one.procedure]
        processes = [process for process in found.processes if process.procedure == one.procedure]
        own = {process.steps[one.place].kind for process in processes}
        if one.kind in ("skipped", "swapped"):
            assert own <= MOVABLE
            assert all(process.steps[one.place].hours > 0 for process in processes)
        if one.kind == "wrong_unit":
            assert len(procedure.units) == 1
            assert one.other not in (None, one.unit)
        if one.kind == "wrong_role":
            assert one.other != processes[0].steps[one.place].role


def test_drifts_are_in_procedures_without_a_new_version() -> None:
    found = city(3)
    changed = {process.procedure for process in found.processes if process.replaces is not None}
    drifting = {one.procedure for one in found.drifts} | {one.procedure for one in found.detours if one.from_day}
    assert drifting
    assert not drifting & changed
    assert all(found.period.first_day < one.from_day < found.period.last_day for one in found.drifts)


def test_a_clean_city_has_nothing_of_it_and_leaves_no_step_out() -> None:
    found = city(clean=True)
    assert (found.detours, found.drifts) == ((), ())
    assert {unit.habits for unit in found.units} == {NO_HABITS}
    assert all(step.skips == 0 for process in found.processes for step in process.steps)


def test_the_shipped_cities_have_it_only_where_they_say_so() -> None:
    for name in ("small", "can-tho-2023", "hcmc-2024"):
        planted = load_scenario(name).planted
        assert planted.detours == planted.drifts == planted.units_swift == planted.units_back_dating == 0


def test_where_there_is_no_room_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('extends = "small"\n[planted]\ndetours = 40\n', encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"need 40 more procedures for 'skipped', and there are \d+"):
        build_city(load_scenario(str(path)), seed=1)
    path.write_text('extends = "small"\n[planted]\ndetour_share = [0.5, 1.5]\n', encoding="utf-8")
    with pytest.raises(ScenarioError, match="shares of dossiers"):
        load_scenario(str(path))

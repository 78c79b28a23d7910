"""A city that was built: what is announced is there, officers fit the work, and what is planted stands in it."""

import re
from collections import Counter, defaultdict
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from simulation.building import build_city
from simulation.city import HOURS_OF_A_WORKING_DAY, City, Limit, Process
from simulation.names import all_names, field_words
from simulation.scenario_file import ScenarioError, load_scenario, shipped

SEEDS = (1, 2, 3)
CODE = re.compile(r"[1-3]\.\d{6}\.H29")


@pytest.fixture(scope="module", params=SEEDS)
def hcmc(request: pytest.FixtureRequest) -> City:
    return build_city(load_scenario("hcmc-2024"), seed=request.param)


@pytest.fixture(scope="module")
def small() -> City:
    return build_city(load_scenario("small"), seed=1)


def hours(limit: Limit) -> float:
    assert limit.unit != "calendar_days"
    return limit.amount * (HOURS_OF_A_WORKING_DAY if limit.unit == "working_days" else 1)


def cuts(city: City) -> dict[int, list[float]]:
    """By procedure, how much the limit of each of its changed lines drops, in hours."""
    found: defaultdict[int, list[float]] = defaultdict(list)
    for new in city.processes:
        if new.replaces is not None:
            found[new.procedure].append(hours(city.processes[new.replaces].limit) - hours(new.limit))
    return found


def leaves(value: Any) -> set[type]:
    if is_dataclass(value):
        return set().union(*(leaves(getattr(value, one.name)) for one in fields(value)))
    return set().union(*map(leaves, value)) if isinstance(value, tuple) else {type(value)}


def test_the_announced_numbers_are_in_the_drawn_catalogue(hcmc: City) -> None:
    changed = cuts(hcmc)
    total = sum(map(sum, changed.values()))
    assert len(hcmc.procedures) == 1634
    assert len({one.field for one in hcmc.procedures}) == 30
    assert len(changed) == 925
    assert 3480 < total <= 3690
    assert all(cut > 0 and cut % 0.5 == 0 for one in changed.values() for cut in one)


def test_other_seeds_have_other_sums() -> None:
    scenario = load_scenario("hcmc-2024")
    sums = {sum(map(sum, cuts(build_city(scenario, seed=seed)).values())) for seed in SEEDS}
    assert len(sums) == len(SEEDS)


def test_names_and_codes_are_unique_and_of_the_national_form(hcmc: City) -> None:
    assert len({one.name for one in hcmc.procedures}) == 1634
    assert len({one.code[:8] for one in hcmc.procedures}) == 1634
    assert all(CODE.fullmatch(one.code) for one in hcmc.procedures)
    assert "Đăng ký khai sinh" in {one.name for one in hcmc.procedures}


def test_a_new_version_has_the_steps_of_the_old_one_and_dates_are_spread(hcmc: City) -> None:
    new = [one for one in hcmc.processes if one.replaces is not None]
    for one in new:
        old = hcmc.processes[one.replaces or 0]
        assert (old.version, one.version) == ("1", "2")
        assert (old.procedure, old.case_variant, old.channel) == (one.procedure, one.case_variant, one.channel)
        assert old.effective_from < hcmc.period.first_day < one.effective_from
        assert true_steps(old) == true_steps(one)
        assert (old.work_factor, old.hold_factor) == (1, 1)
    days = {one.effective_from for one in new}
    assert len(days) > 40
    assert date(2024, 3, 1) <= min(days) < date(2024, 3, 15)
    assert date(2024, 9, 15) < max(days) <= date(2024, 9, 30)
    assert {one.effect for one in new} == {"realised", "none", "regressed"}


def true_steps(process: Process) -> list[tuple[Any, ...]]:
    return [(one.number, one.task, one.role, one.agency, one.work_hours, one.hold_hours) for one in process.steps]


def test_step_tables_are_whole(hcmc: City) -> None:
    differing = 0
    for process in hcmc.processes:
        steps = process.steps
        assert 3 <= len(steps) <= 12
        assert len({one.number for one in steps}) == len(steps) == len({one.task for one in steps})
        assert all(one.hours >= 0 for one in steps)
        assert (steps[0].kind, steps[-1].kind, steps[-1].hours) == ("receive", "return", 0)
        if process.limit.unit != "calendar_days" and process.replaces is None:
            differing += abs(sum(one.hours for one in steps) - hours(process.limit)) > 1e-9
    assert 0.02 * 1634 < differing < 0.04 * 1634


def test_most_procedures_have_one_line_and_every_dossier_finds_one(hcmc: City) -> None:
    several = [one for one in hcmc.procedures if len({versions for row in one.lines for versions in row}) > 1]
    assert 0.1 < len(several) / 1634 < 0.15
    for number, procedure in enumerate(hcmc.procedures):
        assert len(procedure.lines) == len(procedure.case_variants) == len(procedure.case_shares)
        assert sum(procedure.case_shares) == pytest.approx(1)
        for variant, row in zip(procedure.case_variants, procedure.lines, strict=True):
            for channel, versions in zip(("counter", "online", "postal"), row, strict=True):
                own = [hcmc.processes[one] for one in versions]
                assert all(one.procedure == number and one.case_variant == variant for one in own)
                assert all(one.channel in (None, channel) for one in own)
                assert [one.effective_from for one in own] == sorted(one.effective_from for one in own)


def test_shares_add_up(hcmc: City) -> None:
    assert sum(one.weight for one in hcmc.procedures) == pytest.approx(1)
    by_level = Counter[str]()
    for one in hcmc.procedures:
        by_level[one.level] += one.weight
        assert sum(one.channels_start) == pytest.approx(1)
        assert sum(one.channels_end) == pytest.approx(1)
        assert min((*one.channels_start, *one.channels_end)) >= 0
        assert sum(one.unit_shares) == pytest.approx(1)
        assert {hcmc.units[unit].level for unit in one.units} == {one.level}
    assert by_level == pytest.approx({"department": 0.26, "district": 0.28, "ward": 0.46})


def test_every_step_finds_its_pool(hcmc: City) -> None:
    for procedure in hcmc.procedures:
        for unit in procedure.units:
            for step in hcmc.processes[procedure.lines[0][0][0]].steps:
                pool = hcmc.pools[hcmc.units[unit if step.agency is None else step.agency].pools[step.role]]
                assert step.role in pool.roles
                assert pool.unit in (unit, hcmc.units[unit].desk, step.agency)


def test_units_are_those_of_2024_and_scale_with_the_dossiers() -> None:
    scenario = load_scenario("hcmc-2024")
    assert (len(scenario.units.districts), sum(len(one.wards) for one in scenario.units.districts)) == (22, 312)
    levels = {count: Counter(one.level for one in build_city(scenario, seed=1, dossiers=count).units)
              for count in (1_000, 100_000, 4_000_000)}  # fmt: skip
    assert (levels[1_000]["district"], levels[1_000]["ward"]) == (3, 4)
    assert (levels[100_000]["district"], levels[100_000]["ward"]) == (8, 9)
    assert (levels[4_000_000]["district"], levels[4_000_000]["ward"]) == (22, 312)
    assert {one["department"] for one in levels.values()} == {17}


def test_the_catalogue_of_procedures_does_not_depend_on_the_dossiers() -> None:
    scenario = load_scenario("hcmc-2024")
    few, many = (build_city(scenario, seed=1, dossiers=count) for count in (1_000, 50_000))
    assert [one.name for one in few.procedures] == [one.name for one in many.procedures]
    assert [(one.limit, one.effective_from) for one in few.processes] == [
        (one.limit, one.effective_from) for one in many.processes
    ]


def test_codes_of_units_are_of_both_generations(hcmc: City) -> None:
    codes = [one.code for one in hcmc.units]
    former = [code for one in hcmc.units for code in one.former_codes]
    assert len(set(codes)) == len(codes)
    assert len(set(former)) == len(former) > 20
    assert all(re.fullmatch(r"H29(\.[0-9A-Z]+){1,3}", code) and len(code) <= 35 for code in codes)
    assert all(re.fullmatch(r"000(\.[0-9A-Z]{2}){2}\.H29", code) for code in former)


def test_officers_fit_the_work(hcmc: City) -> None:
    normal = [one for one in hcmc.pools if not one.bottleneck]
    short = [one for one in hcmc.pools if one.bottleneck]
    assert all(one.utilisation <= 0.56 for one in normal)
    assert len(short) == 5
    assert all(0.75 < one.utilisation <= 0.9 for one in short)
    big = [one for one in normal if len(one.officers) >= 4]
    assert len(big) > 3
    assert all(one.utilisation > 0.42 for one in big)
    officers = [name for one in hcmc.pools for name in one.officers]
    assert len(set(officers)) == len(officers)


def test_leaders_sign_in_sessions_and_roles_with_little_work_share_a_pool(hcmc: City) -> None:
    leaders = [one for one in hcmc.pools if one.sessions]
    assert all(len(one.sessions) == 2 and len(one.roles) == 1 for one in leaders)
    shared = [one for one in hcmc.pools if len(one.roles) > 1]
    assert len(leaders) > 20
    assert shared


def test_the_same_seed_gives_an_equal_city_of_plain_values(small: City) -> None:
    again = build_city(load_scenario("small"), seed=1)
    assert again == small
    assert build_city(load_scenario("small"), seed=2) != small
    assert not {one for one in leaves(small) if one.__module__ == "numpy"}


@pytest.mark.parametrize("seed", [*SEEDS, 4, 5, 6])
def test_everything_is_planted_in_the_small_town(seed: int) -> None:
    town = build_city(load_scenario("small"), seed=seed)
    new = Counter(one.effect for one in town.processes if one.replaces is not None)
    assert len(town.procedures) == 12
    assert set(new) == {"realised", "none", "regressed"}
    assert sum(one.bottleneck for one in town.pools) == 1
    assert len(town.gaps) == 2
    assert any(step.always_approves for one in town.processes for step in one.steps)
    assert any(not one.records_starts for one in town.units)
    assert any(one.double_entry for one in town.units)
    assert any(one.reset_due and one.reset_finish for one in town.units)
    assert {one.system for one in town.units} == {"old", "new"}
    assert any(one.valid_to == date(2024, 5, 15) and one.successor is not None for one in town.units)
    assert any(one.case_variant or one.channel for one in town.processes)
    assert town.delivery.late > 0 < town.delivery.repeated


@pytest.mark.parametrize("name", shipped())
def test_a_clean_city_has_nothing_planted(name: str) -> None:
    city = build_city(load_scenario(name, clean=True), seed=1)
    assert city.clean
    assert not city.gaps
    assert not any(one.bottleneck for one in city.pools)
    assert not any(step.always_approves for one in city.processes for step in one.steps)
    assert all(one.records_starts and not (one.double_entry or one.reset_due or one.reset_finish) for one in city.units)
    assert (city.delivery.late, city.delivery.repeated) == (0, 0)
    drawn = {one.effect for one in city.processes if one.replaces is not None}
    assert drawn <= {"realised", "none"}


def test_a_clean_city_has_the_catalogue_of_the_other(small: City) -> None:
    clean = build_city(load_scenario("small", clean=True), seed=1)
    assert [(one.code, one.name) for one in clean.procedures] == [(one.code, one.name) for one in small.procedures]
    assert [one.limit for one in clean.processes] == [one.limit for one in small.processes]


def test_the_study_has_enough_dossiers_on_each_side() -> None:
    scenario = load_scenario("savings-study")
    city = build_city(scenario, seed=1)
    days = (city.period.last_day - city.period.first_day).days
    least = []
    for procedure in {one.procedure for one in city.processes if one.replaces is not None}:
        since = max(one.effective_from for one in city.processes if one.procedure == procedure)
        before = (since - city.period.first_day).days / days
        least.append(city.dossiers * city.procedures[procedure].weight * min(before, 1 - before))
    assert (len(city.procedures), len(least)) == (300, 220)
    assert sum(one >= 200 for one in least) / len(least) > 0.9


def test_can_tho_simplifies_its_seven_procedures() -> None:
    scenario = load_scenario("can-tho-2023")
    city = build_city(scenario, seed=1)
    changed = {city.procedures[one.procedure].code for one in city.processes if one.replaces is not None}
    assert scenario.compliance is not None
    assert changed == {one.procedure for one in scenario.compliance.procedures}
    assert len(changed) == 7
    assert {sum(map(sum, cuts(build_city(scenario, seed=seed)).values())) for seed in range(4)} == {176}
    income = scenario.compliance.income_per_hour["2023"]
    saved = sum(
        one.runs_a_year * (one.before.vnd(income) - one.after.vnd(income)) for one in scenario.compliance.procedures
    )
    assert saved == 593_540_000


def test_every_field_has_words_for_what_it_needs() -> None:
    assert len(field_words()) == 30
    assert sum(len(all_names(field)) for field in field_words()) > 1634
    names = [one.name.lower() for field in field_words() for one in all_names(field)]
    assert len(set(names)) == len(names)


BAD = [
    ("[procedures]\ntotal = 100_000", "procedures.total is 100000"),
    ("[versions]\nprocedures = 5_000", "versions.procedures is 5000"),
    ("[versions]\ntotal_cut_hours = [1, 2]", "versions.total_cut_hours wants 1 to 2"),
    ('[units]\ncalendar = "nachts"', "units name the calendar 'nachts'"),
    ('[[fields]]\nname = "Hàng hải"\nowner = "Sở Tư pháp"\nprocedures = 1\narrivals = 1\nlimit_days = [1, 2]',
     "the field 'Hàng hải' has no words"),
    ('[[fields]]\nname = "Hộ tịch"\nowner = "Sở X"\nprocedures = 1\narrivals = 1\nlimit_days = [1, 2]',
     "no unit is called 'Sở X'"),
    ('[roles.clerk]\nnames = { ward = "Công chức một cửa" }', "two roles are called 'Công chức một cửa'"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BAD)
def test_what_does_not_fit_together_is_said(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.toml"
    extra = (
        ""
        if "[[fields]]" not in text
        else "[versions]\nprocedures = 0\ntotal_cut_hours = [0, 0]\n[procedures]\ntotal = 1\n"
    )
    path.write_text(f'extends = "small"\n{extra}{text}\n', encoding="utf-8")
    with pytest.raises(ScenarioError, match=re.escape(said)):
        build_city(load_scenario(str(path)), seed=1)


def test_no_dossier_and_no_seed_below_nought() -> None:
    with pytest.raises(ScenarioError, match="0 dossiers with seed 1"):
        build_city(load_scenario("small"), seed=1, dossiers=0)
    with pytest.raises(ScenarioError, match="seed -1"):
        build_city(load_scenario("small"), seed=-1)

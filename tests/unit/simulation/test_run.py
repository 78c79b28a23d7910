"""A run as a whole: equal bytes, stoppable, and two worlds with the same dossiers."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from little_city import CHANGE, OFFSET_US, little_city, week_hours
from simulation import SimulationError
from simulation.arrivals import Arrivals
from simulation.city import City, Effect
from simulation.hours import DAY_US
from simulation.layout import Clock, day_number
from simulation.run import simulate
from simulation.truth import Truth, without_changes

ROOT = Path(__file__).parents[3]
HOURS = [week_hours()]


def digest(city: City) -> str:
    found = hashlib.sha256()
    for block in simulate(city, hours_by_calendar=HOURS):
        for key, value in block.messages:
            found.update(key + b"\0" + value + b"\n")
    return found.hexdigest()


def test_the_same_city_gives_the_same_bytes() -> None:
    assert digest(little_city(300)) == digest(little_city(300))
    assert digest(little_city(300)) != digest(little_city(300, seed=8))
    assert digest(little_city(300)) != digest(little_city(301))


@pytest.mark.parametrize("hash_seed", ["1", "77"])
def test_the_bytes_do_not_depend_on_the_hashes_of_a_process(hash_seed: str) -> None:
    asked = "from test_run import digest, little_city; print(digest(little_city(300)))"
    path = os.pathsep.join(map(str, (ROOT, ROOT / "tests" / "support", Path(__file__).parent)))
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": path},
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.strip() == digest(little_city(300))


def test_the_truth_does_not_change_what_is_written() -> None:
    city = little_city(200)
    told = [
        one for block in simulate(city, hours_by_calendar=HOURS, truth=Truth(city, HOURS)) for one in block.messages
    ]
    assert told == [one for block in simulate(city, hours_by_calendar=HOURS) for one in block.messages]


def test_a_run_tells_how_far_it_is_and_can_be_left() -> None:
    city = little_city(2_000)
    shares = [block.done for block in simulate(city, hours_by_calendar=HOURS)]
    assert len(shares) > 3
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    half = []
    for block in simulate(city, hours_by_calendar=HOURS):
        half.append(block.done)
        if block.done > 0.5:
            break
    assert half == shares[: len(half)]


def test_a_single_dossier_is_enough() -> None:
    city = little_city(1)
    truth = Truth(city, HOURS)
    events = [
        json.loads(v) for block in simulate(city, hours_by_calendar=HOURS, truth=truth) for _, v in block.messages
    ]
    assert len({event["subject"] for event in events}) == 1
    assert truth.document()["waiting"]["total"]["tasks"] > 0


def test_the_truth_is_known_at_the_end_only() -> None:
    city = little_city(50)
    truth = Truth(city, HOURS)
    blocks = simulate(city, hours_by_calendar=HOURS, truth=truth)
    next(blocks)
    with pytest.raises(SimulationError, match="take all its blocks"):
        truth.document()


def test_the_truth_is_plain_and_adds_up() -> None:
    city = little_city(800)
    truth = Truth(city, HOURS)
    for _ in simulate(city, hours_by_calendar=HOURS, truth=truth):
        pass
    document = json.loads(json.dumps(truth.document()))
    total = document["waiting"]["total"]
    for part in ("elapsed_hours", "working_hours"):
        for cause, hours in total[part].items():
            by_procedure = sum(one[part][cause] for one in document["waiting"]["procedures"])
            assert by_procedure == pytest.approx(hours, abs=1e-3)
            assert sum(one[part][cause] for one in document["waiting"]["pools"]) <= hours + 1e-3
    assert document["saved_hours"] == pytest.approx(sum(one["saved_hours"] for one in document["effects"]), abs=1e-3)


def test_the_true_effect_is_what_was_planted() -> None:
    """With so many officers that nobody queues, and no time outside, agency time is work alone."""
    city = little_city(1_500, gaps=())
    pools = tuple(
        replace(pool, officers=tuple(f"{place}-{number}" for number in range(80)), sessions=())
        for place, pool in enumerate(city.pools)
    )
    plain = tuple(replace(step, hold_hours=0.0) for step in city.processes[0].steps)
    old = tuple(replace(one, steps=plain) for one in city.processes[:3])
    factors: dict[Effect, float] = {"realised": 0.5, "none": 1.0, "regressed": 1.5}
    for effect, factor in factors.items():
        new = replace(city.processes[3], steps=plain, effect=effect, work_factor=factor)
        told = replace(city, pools=pools, processes=(*old, new))
        truth = Truth(told, HOURS)
        for _ in simulate(told, hours_by_calendar=HOURS, truth=truth):
            pass
        (found,) = truth.document()["effects"]
        assert found["dossiers"] > 100
        assert found["hours"] == pytest.approx(found["hours_without"] * factor, rel=1e-3)
        assert found["saved_hours"] == pytest.approx(found["hours"] * found["dossiers"] * (1 / factor - 1), rel=5e-3)


def test_two_worlds_have_the_same_dossiers() -> None:
    def fates(city: City) -> set[tuple[str, str, str]]:
        told = [json.loads(v) for block in simulate(city, hours_by_calendar=HOURS) for _, v in block.messages]
        submitted = [event for event in told if event["data"].get("status") == 1]
        return {(event["subject"], event["time"], event["data"]["process_version"]) for event in submitted}

    city = little_city(400)
    assert fates(city) == fates(without_changes(city))


def arrived(city: City) -> list[tuple[int, int, int, int]]:
    """The local day, unit, channel and process of every arrival."""
    clock = Clock.of(city)
    rows: list[tuple[int, int, int, int]] = []
    last_us = 0
    for block in Arrivals(city, clock, HOURS).blocks():
        instants = block.arrival_us.tolist()
        assert instants == sorted(instants)
        assert last_us <= instants[0]
        last_us = instants[-1]
        days = [(at + OFFSET_US) // DAY_US for at in instants]
        rows += zip(days, block.unit.tolist(), block.channel.tolist(), block.process.tolist(), strict=True)
    return rows


def test_arrivals_follow_the_week_and_the_peaks() -> None:
    city = little_city(20_000)
    rows = arrived(city)
    assert len(rows) == 20_000
    weekday = Counter((day + 3) % 7 for day, *_ in rows)
    assert weekday[0] > 1.2 * weekday[1]
    assert 0 < weekday[6] < 0.2 * weekday[1]
    assert {channel for day, _, channel, _ in rows if (day + 3) % 7 > 4} == {1}
    by_day = Counter(day for day, *_ in rows)
    usual, peak = by_day[day_number(date(2024, 3, 6))], by_day[day_number(date(2024, 2, 21))]
    assert peak > 1.2 * usual


def test_more_and_more_is_online() -> None:
    rows = arrived(little_city(20_000))
    first, last = day_number(date(2024, 2, 1)), day_number(date(2024, 6, 1))
    early = np.mean([channel == 1 for day, _, channel, _ in rows if day < first])
    late = np.mean([channel == 1 for day, _, channel, _ in rows if day >= last])
    assert late > early + 0.1


def test_the_version_in_force_on_the_day_of_intake_applies() -> None:
    change = day_number(CHANGE)
    versions = {(day >= change, number) for day, _, channel, number in arrived(little_city(5_000)) if channel != 1}
    assert {number for is_new, number in versions if is_new} == {1, 2, 3}
    assert {number for is_new, number in versions if not is_new} == {0, 1, 2}


def test_the_dossiers_of_a_unit_that_is_no_more_go_to_its_successor() -> None:
    city = little_city(2_000)
    gone = replace(city.units[1], valid_to=date(2024, 3, 31), successor=0)
    rows = arrived(replace(city, units=(city.units[0], gone, *city.units[2:])))
    assert {number for day, number, *_ in rows if day > day_number(date(2024, 3, 31))} == {0}
    assert {number for day, number, *_ in rows if day <= day_number(date(2024, 3, 31))} == {0, 1}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"calendars": ()}, "0 calendars"),
        ({"pools": (replace(little_city().pools[0], officers=()),)}, "no officers"),
    ],
)
def test_a_city_that_cannot_work_is_refused(changes: dict[str, object], said: str) -> None:
    city = little_city(10)
    with pytest.raises(SimulationError, match=said):
        list(simulate(replace(city, **changes), hours_by_calendar=HOURS))


def test_a_city_without_dossiers_has_no_events() -> None:
    city = little_city(0)
    truth = Truth(city, HOURS)
    blocks = list(simulate(city, hours_by_calendar=HOURS, truth=truth))
    assert [one for block in blocks for one in block.messages] == []
    document = truth.document()
    assert document["waiting"]["total"]["tasks"] == document["events"] == document["saved_hours"] == 0

"""One small model in the engine behind what-if and in prosimos, an independent simulator: mean cycle times compared.

Three desks one after the other, dossiers at any hour of the week, exponential work, office hours from Monday to Friday.
prosimos runs in an environment of its own; it prints the log that its mean cycle times are read from.
"""

import csv
import json
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from simulation.engine import Course, Engine, Pool, Task
from simulation.hours import DAY_US, HOUR_US, Hours

START = datetime(2024, 1, 1, tzinfo=UTC)
SLOTS = ((8, 12), (13, 17))
HOURS_BETWEEN = 0.75
CASES = 3000
RUNS = 8


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk of the model: how many officers, and the mean working hours that its step takes."""

    name: str
    officers: int
    work_hours: float


DESKS = (Desk("receive", 1, 0.12), Desk("handle", 3, 0.45), Desk("sign", 1, 0.14))


def compare(python: str) -> None:
    """Print the mean cycle times of both, with their standard errors, and the difference in percent."""
    ours = [_ours(seed) for seed in range(RUNS)]
    with tempfile.TemporaryDirectory() as folder:
        theirs = [_theirs(python, Path(folder)) for _ in range(RUNS)]
    for name, found in (("this engine", ours), ("prosimos", theirs)):
        error = np.std(found, ddof=1) / np.sqrt(RUNS)
        print(
            f"{name:12} mean cycle time {np.mean(found):7.3f} h (standard error {error:.3f}, {RUNS} runs of {CASES:,})"
        )
    apart = (np.mean(ours) - np.mean(theirs)) / np.mean(theirs)
    spread = np.hypot(*(np.std(one, ddof=1) / np.sqrt(RUNS) for one in (ours, theirs))) / np.mean(theirs)
    print(f"difference {apart:+.1%} (standard error {spread:.1%})")


def _ours(seed: int) -> float:
    random = np.random.default_rng(seed)
    hours = Hours(*zip(*_openings(), strict=True))
    pools, first = [], 0
    for desk in DESKS:
        pools.append(Pool(tuple(range(first, first + desk.officers)), hours))
        first += desk.officers
    begin = int(START.timestamp() * 1e6)
    arrivals = begin + np.rint(np.cumsum(random.exponential(HOURS_BETWEEN, CASES)) * HOUR_US).astype(np.int64)
    work = np.rint(random.exponential([desk.work_hours for desk in DESKS], (CASES, len(DESKS))) * HOUR_US)

    def courses() -> Iterator[Course[int]]:
        for arrival, row in zip(arrivals.tolist(), work.astype(np.int64).tolist(), strict=True):
            yield Course(arrival, [(Task(pool, one),) for pool, one in enumerate(row)], arrival)

    engine: Engine[int] = Engine(pools)
    took = [
        job.end_us - job.course.about for ended, job in engine.run(courses()) if ended and job.stage == len(DESKS) - 1
    ]
    return float(np.mean(took)) / HOUR_US


def _openings() -> list[tuple[int, int]]:
    begin = int(START.timestamp() * 1e6)
    days = [day for day in range(730) if (START + timedelta(days=day)).weekday() < 5]
    return [
        (begin + day * DAY_US + opens * HOUR_US, begin + day * DAY_US + closes * HOUR_US)
        for day in days
        for opens, closes in SLOTS
    ]


def _theirs(python: str, folder: Path) -> float:
    model, parameters, log = folder / "model.bpmn", folder / "model.json", folder / "log.csv"
    model.write_text(_bpmn(), encoding="utf-8")
    parameters.write_text(json.dumps(_parameters()), encoding="utf-8")
    command = [str(Path(python).with_name("prosimos")), "start-simulation", "--bpmn_path", str(model)]
    command += ["--json_path", str(parameters), "--total_cases", str(CASES), "--log_out_path", str(log)]
    command += ["--stat_out_path", str(folder / "statistics.csv"), "--starting_at", START.isoformat()]
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)
    begin: dict[str, datetime] = {}
    end: dict[str, datetime] = {}
    with log.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            case, enabled, ended = row["case_id"], *(_instant(row[name]) for name in ("enable_time", "end_time"))
            begin[case] = min(begin.get(case, enabled), enabled)
            end[case] = max(end.get(case, ended), ended)
    return float(np.mean([(end[case] - begin[case]) / timedelta(hours=1) for case in begin]))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _bpmn() -> str:
    steps = [desk.name for desk in DESKS]
    nodes = ["start", *steps, "end"]
    flows = "".join(
        f'<sequenceFlow id="f{number}" sourceRef="{one}" targetRef="{other}"/>'
        for number, (one, other) in enumerate(pairwise(nodes))
    )
    tasks = "".join(f'<task id="{name}" name="{name}"/>' for name in steps)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:bench">'
        f'<process id="p"><startEvent id="start" name="start"/>{tasks}<endEvent id="end" name="end"/>{flows}</process>'
        "</definitions>"
    )


def _parameters() -> dict[str, object]:
    week = [
        {"from": day, "to": day, "beginTime": f"{opens:02}:00:00", "endTime": f"{closes:02}:00:00"}
        for day in ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
        for opens, closes in SLOTS
    ]
    always = [{"from": "MONDAY", "to": "SUNDAY", "beginTime": "00:00:00", "endTime": "23:59:59"}]
    resources = [
        {"id": desk.name, "name": desk.name, "cost_per_hour": "1", "amount": desk.officers, "calendar": "office"}
        for desk in DESKS
    ]
    return {
        "resource_profiles": [{"id": one["id"], "name": one["id"], "resource_list": [one]} for one in resources],
        "arrival_time_distribution": _exponential(HOURS_BETWEEN),
        "arrival_time_calendar": always,
        "gateway_branching_probabilities": [],
        "task_resource_distribution": [
            {"task_id": desk.name, "resources": [{"resource_id": desk.name, **_exponential(desk.work_hours)}]}
            for desk in DESKS
        ],
        "resource_calendars": [{"id": "office", "name": "office", "time_periods": week}],
        "event_distribution": {},
    }


def _exponential(hours: float) -> dict[str, object]:
    """Mean, least and most, in seconds."""
    values = (3600 * hours, 0.0, 3600 * hours * 1000)
    return {"distribution_name": "expon", "distribution_params": [{"value": value} for value in values]}

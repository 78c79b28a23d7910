"""The hand-made logs of the paper's tool: by its rule every row and column is as that tool has it, to the second."""

import csv
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from mining.clocks.clock import Calendars
from mining.waiting.analysis import Waits, analyse
from mining.waiting.desks import Availability
from mining.waiting.steps import Steps
from mining.working_time.calendar_file import load_calendars
from mining.working_time.worktime import WorkingTime
from real_logs import real_log

CAUSES = ("batching", "prioritization", "contention", "unavailability", "extraneous")
HOURS = {
    1: (9.25, 5.25, 0, 1.5, 2.25, 0.5, 1.0),
    2: (14.25, 6, 0, 1.75, 1.25, 1, 2),
    3: (53.25, 21, 3.75, 4.5, 8.25, 4.5, 0),
}
CTE = {1: 0.6379, 2: 0.7037, 3: 0.7172}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def told(number: int) -> tuple[Steps, Waits]:
    folder = real_log("waiting_causes")
    rows = rows_of(folder / f"manual_log_{number}.csv")
    named = {"dossier": "case_id", "activity": "Activity", "officer": "Resource"}
    table = {ours: pa.array([row[theirs] for row in rows]) for ours, theirs in named.items()}
    for ours, theirs in (("started_at", "start_time"), ("completed_at", "end_time")):
        texts = pa.array([row[theirs] for row in rows])
        table[ours] = texts.cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    times = {name: WorkingTime.of(one) for name, one in load_calendars(folder / "calendar.json").items()}
    steps = Steps.of(pa.table(table), by_start=True)
    return steps, analyse(steps, Availability(Calendars(times["Dom"]), times), rule="kronos")


def expected_seconds(text: str) -> int:
    days, hours, minutes, seconds = re.fullmatch(r"(\d+) days(?: (\d+):(\d+):(\d+))?", text).groups("0")
    return ((int(days) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(seconds)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_transition_is_as_the_tool_has_it(number: int) -> None:
    steps, waits = told(number)
    found: dict[tuple[str, ...], list[Any]] = defaultdict(lambda: [0] * (len(CAUSES) + 2))
    for place, row in enumerate(waits.row):
        source = waits.enabled.source[row]
        if source < 0:
            assert waits.whole.elapsed[place] == 0
            continue
        key = tuple(
            name
            for one in (source, row)
            for name in (steps.activity.names[steps.activity.codes[one]], steps.officer.names[steps.officer.codes[one]])
        )
        values = [waits.whole.elapsed[place], *(waits.causes[cause].elapsed[place] for cause in CAUSES)]
        found[key] = [found[key][0] + 1] + [
            before + value / 1e6 for before, value in zip(found[key][1:], values, strict=True)
        ]

    expected = {}
    for row in rows_of(real_log("waiting_causes") / f"manual_log_{number}_expected.csv"):
        key = tuple(row[f"{end}_{what}"] for end in ("source", "target") for what in ("activity", "resource"))
        parts = [expected_seconds(row[f"wt_{cause}"]) for cause in CAUSES]
        expected[key] = [float(row["frequency"]), float(row["wt_total_seconds"]), *parts]
        assert expected_seconds(row["wt_total"]) == float(row["wt_total_seconds"])
    assert found == expected


@pytest.mark.parametrize("number", [1, 2, 3])
def test_totals_are_as_the_tool_has_them(number: int) -> None:
    _, waits = told(number)
    splits = [waits.work, waits.whole, *(waits.causes[cause] for cause in CAUSES)]
    assert tuple(one.elapsed.sum() / 3.6e9 for one in splits) == HOURS[number]
    assert waits.causes["citizen"].elapsed.sum() == 0
    processing, waiting = HOURS[number][:2]
    assert processing / (processing + waiting) == pytest.approx(CTE[number], abs=5e-5)

"""`tinhgon analyse` on the hand-made logs: by the rule of the paper's tool every figure is as that tool has it."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli import commands
from real_logs import real_log

CAUSES = ("batching", "prioritization", "contention", "unavailability", "extraneous")
TOTALS = {1: (33_300, 18_900, 0.6379), 2: (51_300, 21_600, 0.7037), 3: (191_700, 75_600, 0.7172)}
KEY = ("source", "source_resource", "target", "target_resource")


def analysed(number: int, *options: str) -> dict[str, Any]:
    folder = real_log("waiting_causes")
    log, calendar = str(folder / f"manual_log_{number}.csv"), str(folder / "calendar.json")
    asked = ["analyse", log, "--timezone", "UTC", "--rule", "kronos", "--calendar", calendar, *options]
    told = CliRunner().invoke(commands, [*asked, "--json", "-"])
    assert told.exit_code == 0, told.output
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def seconds(text: str) -> int:
    days, hours, minutes, rest = re.fullmatch(r"(\d+) days(?: (\d+):(\d+):(\d+))?", text).groups("0")
    return ((int(days) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(rest)


def expected(number: int) -> dict[tuple[str, ...], tuple[float, ...]]:
    path: Path = real_log("waiting_causes") / f"manual_log_{number}_expected.csv"
    with path.open(encoding="utf-8") as lines:
        return {
            tuple(row[f"{end}_{what}"] for end in ("source", "target") for what in ("activity", "resource")): (
                float(row["frequency"]),
                len(row["cases"].split(",")),
                float(row["wt_total_seconds"]),
                *(seconds(row[f"wt_{cause}"]) for cause in CAUSES),
            )
            for row in csv.DictReader(lines)
        }


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_row_and_column_is_as_the_tool_has_it(number: int) -> None:
    waiting = analysed(number)["waiting"]
    rows = {
        tuple(row[name] for name in KEY): (
            row["frequency"],
            row["dossiers"],
            row["wait_seconds"],
            *(row[cause] for cause in CAUSES),
        )
        for row in waiting["transitions"]
    }
    assert len(rows) == len(waiting["transitions"])
    assert rows == expected(number)
    assert {row["citizen"] for row in waiting["transitions"]} == {0}
    processing, waited, efficiency = TOTALS[number]
    assert (waiting["rule"], waiting["resource"], waiting["reasons"]) == ("kronos", "officer", [])
    assert (waiting["processing_seconds"], waiting["total_seconds"]) == (processing, waited)
    assert waiting["cte"] == pytest.approx(efficiency, abs=5e-5)
    assert sum(waiting["by_cause"].values()) == waited == sum(row["wait_seconds"] for row in waiting["transitions"])


def test_the_whole_is_that_of_the_procedures_and_of_any_resource() -> None:
    found = analysed(3, "--resource", "role")
    assert {row["source_resource"] for row in found["waiting"]["transitions"]} == {None}
    assert found["waiting"]["by_cause"] == analysed(3)["waiting"]["by_cause"]
    (procedure,) = found["procedures"]
    assert {name: found["waiting"][name] for name in procedure["waiting"]} == procedure["waiting"]

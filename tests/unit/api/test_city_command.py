"""`tinhgon city`: a simulated city into a file, whole or not at all."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import commands
from ingest.catalogue import TYPE_PREFIX as CATALOGUE
from ingest.decode import decode
from ingest.event import TYPE_PREFIX as DOSSIER
from simulation import SimulationError

COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]
DOSSIERS = 300


def city(target: Path | str, *options: str) -> Result:
    arguments = ["city", "--scenario", "small", "--dossiers", str(DOSSIERS), "--to", str(target), *options]
    return CliRunner().invoke(commands, arguments)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    done = city(folder / "city.jsonl", "--truth", str(folder / "truth.json"))
    assert done.exit_code == 0, done.output
    assert f"small, seed 1: {DOSSIERS} dossiers" in done.stderr
    return folder


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_the_catalogue_comes_first_and_then_the_events(made: Path) -> None:
    types = [one["type"] for one in lines(made / "city.jsonl")]
    first_event = next(place for place, one in enumerate(types) if one.startswith(DOSSIER))
    assert first_event > 40
    assert all(one.startswith(CATALOGUE) for one in types[:first_event])
    assert all(one.startswith(DOSSIER) for one in types[first_event:])


def test_every_event_can_be_used(made: Path) -> None:
    values = [json.dumps(one).encode() for one in lines(made / "city.jsonl") if one["type"].startswith(DOSSIER)]
    decoded = decode(
        [Message(value, place) for place, value in enumerate(values)], origin="city", now=datetime.now(UTC)
    )
    assert decoded.rejected == ()
    assert decoded.events.num_rows == len(values) > 8 * DOSSIERS
    assert len(set(decoded.events["dossier"].to_pylist())) == DOSSIERS


class Message:
    """A message as it would arrive."""

    partition = None
    headers = ()

    def __init__(self, value: bytes, offset: int) -> None:
        self.value, self.offset, self.timestamp = value, offset, 0


def test_the_truth_is_of_that_city(made: Path) -> None:
    truth = json.loads((made / "truth.json").read_bytes())
    assert (truth["city"], truth["seed"], truth["dossiers"], truth["clean"]) == ("small", 1, DOSSIERS, False)
    events = [one for one in lines(made / "city.jsonl") if one["type"].startswith(DOSSIER)]
    ids = Counter((one["source"], one["id"]) for one in events)
    assert truth["events"] == len(ids)
    assert truth["repeated_events"] == len(events) - len(ids)


def test_the_same_again_is_the_same_bytes_and_another_seed_is_not(made: Path, tmp_path: Path) -> None:
    assert city(tmp_path / "again.jsonl").exit_code == 0
    assert (tmp_path / "again.jsonl").read_bytes() == (made / "city.jsonl").read_bytes()
    assert city(tmp_path / "other.jsonl", "--seed", "2").exit_code == 0
    assert (tmp_path / "other.jsonl").read_bytes() != (made / "city.jsonl").read_bytes()


def test_standard_output_has_the_same_bytes(made: Path) -> None:
    assert city("-").stdout_bytes == (made / "city.jsonl").read_bytes()


def test_a_clean_city_has_nothing_planted(tmp_path: Path) -> None:
    done = city(tmp_path / "clean.jsonl", "--clean", "--truth", str(tmp_path / "truth.json"))
    assert done.exit_code == 0, done.output
    truth = json.loads((tmp_path / "truth.json").read_bytes())
    assert truth["clean"]
    planted = ("bottlenecks", "unit_gaps", "always_approving", "double_entry", "resets", "starts_not_recorded")
    assert [name for name in planted if truth[name]] == []
    assert (truth["late_events"], truth["repeated_events"]) == (0, 0)


def test_the_assumptions_on_compliance_cost_are_written(tmp_path: Path) -> None:
    out, file = tmp_path / "city.jsonl", tmp_path / "assumptions.json"
    run = ["city", "--scenario", "can-tho-2023", "--dossiers", "50", "--to", str(out), "--assumptions", str(file)]
    done = CliRunner().invoke(commands, run)
    assert done.exit_code == 0, done.output
    said = json.loads(file.read_bytes())
    assert said["income_per_hour"] == {"2023": 48_000}
    assert len(said["procedures"]) == 7
    assert said["procedures"][1]["runs_a_year"] == 320
    refused = city(out, "--assumptions", str(file))
    assert refused.exit_code == 2
    assert "says nothing of compliance cost" in refused.output


def test_a_wrong_use_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = CliRunner().invoke(commands, ["city", "--scenario", "hue", "--to", "-"])
    assert isinstance(unknown.exception, SimulationError)
    assert "no scenario 'hue'" in str(unknown.exception)
    nowhere = city(tmp_path / "missing" / "city.jsonl")
    assert isinstance(nowhere.exception, SimulationError)
    assert "city.jsonl cannot be written (No such file or directory)" in str(nowhere.exception)
    monkeypatch.setenv("TINHGON_KAFKA", "off")
    off = city("kafka")
    assert off.exit_code == 2
    assert "TINHGON_KAFKA is off" in off.output


def test_a_broker_that_is_away_is_one_clear_line() -> None:
    away = {**os.environ, "TINHGON_KAFKA_BOOTSTRAP": "127.0.0.1:1"}
    command = [*COMMAND, "city", "--scenario", "small", "--to", "kafka"]
    done = subprocess.run(command, env=away, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert "127.0.0.1:1" in line


def test_what_is_interrupted_leaves_no_file_behind(tmp_path: Path) -> None:
    out = tmp_path / "city.jsonl"
    command = [*COMMAND, "city", "--scenario", "small", "--dossiers", "400000", "--to", str(out)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as child:
        deadline = time.monotonic() + 60
        while not any(one.stat().st_size > 1_000_000 for one in tmp_path.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.1)
        child.send_signal(signal.SIGINT)
        _out, said = child.communicate(timeout=60)
    assert child.returncode == 1
    assert list(tmp_path.iterdir()) == []
    assert b"Traceback" not in said

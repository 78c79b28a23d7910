"""`tinhgon config`: every setting with its source, no secret, and a word on variables that are no settings."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from api.effective import MASK, effective, unknown
from api.settings import Settings

COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]
SECRET = "mat-khau-2026"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TINHGON_")}
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False, env=clean | environment
    )


def document(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_setting_is_there_with_its_value_and_where_it_comes_from() -> None:
    found = document(run("config", "--json", TINHGON_PORT="8080", tinhgon_host="::1"))
    by_name = {one["variable"]: one for one in found["settings"]}
    assert set(by_name) == {f"TINHGON_{name.upper()}" for name in Settings.model_fields}
    assert {name for name, one in by_name.items() if one["source"] == "environment"} == {"TINHGON_PORT", "TINHGON_HOST"}
    assert by_name["TINHGON_PORT"]["value"] == 8080
    assert by_name["TINHGON_STORE"]["value"] == "var/tinhgon.duckdb"
    assert all(one["description"] for one in by_name.values())


def test_a_secret_is_masked_in_both_forms() -> None:
    for form in ((), ("--json",)):
        done = run("config", *form, TINHGON_KAFKA_PASSWORD=SECRET)
        assert SECRET not in done.stdout + done.stderr
        assert MASK in done.stdout


def test_every_secret_setting_is_masked() -> None:
    settings = Settings(kafka_password=SECRET)  # type: ignore[arg-type]
    assert settings.secrets == (SECRET,)
    assert SECRET not in repr(effective(settings)) + repr(settings)


def test_only_what_was_changed_and_the_thresholds_that_a_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "thresholds.toml"
    path.write_text("[rules]\nacceptance_hours = 4\nmost_supplements = 1\n")
    done = run("config", "--changed", TINHGON_THRESHOLDS=str(path))
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["TINHGON_THRESHOLDS", str(path), "environment"],
        [],
        ["rules.acceptance_hours", "4.0", "default:", "8.0"],
    ]
    found = document(run("config", "--json", TINHGON_THRESHOLDS=str(path)))
    assert found["thresholds"]["rules.acceptance_hours"] == {"value": 4.0, "default": 8.0, "source": "file"}
    assert found["thresholds"]["rules.most_supplements"]["source"] == "default"


@pytest.mark.parametrize(
    ("strange", "nearest"),
    [
        ("TINHGON_PROT", "TINHGON_PORT"),
        ("tinhgon_prot", "TINHGON_PORT"),
        ("TINHGON_KAFKA_BOOTSTRAP_SERVERS", "TINHGON_KAFKA_BOOTSTRAP"),
        ("TINHGON_KAFKA_PASWORD", "TINHGON_KAFKA_PASSWORD"),
        ("TINHGON_QQQQ", None),
    ],
)
def test_a_variable_that_is_no_setting_is_told_with_the_one_that_was_meant(strange: str, nearest: str | None) -> None:
    (found,) = unknown([strange, "TINHGON_PORT", "tinhgon_host", "PATH", "TINHGON_TEST_DATA"])
    assert (found.variable, found.nearest) == (strange, nearest)


def test_an_unknown_variable_warns_and_stops_nothing() -> None:
    done = run("config", "--changed", TINHGON_PROT="1")
    assert done.returncode == 0
    assert done.stderr == "tinhgon: TINHGON_PROT is no setting and is ignored; did you mean TINHGON_PORT?\n"
    assert document(run("config", "--json", TINHGON_PROT="1"))["unknown"] == [
        {"variable": "TINHGON_PROT", "nearest": "TINHGON_PORT"}
    ]


def test_other_commands_warn_too() -> None:
    done = run("replay", "no-such-file.csv", "--to", "kafka", TINHGON_PROT="1")
    assert done.returncode == 2
    served = run("serve", TINHGON_PROT="1", TINHGON_HOST="192.0.2.1", TINHGON_PORT="1")
    assert served.returncode == 1
    assert "did you mean TINHGON_PORT?" in json.loads(served.stderr.splitlines()[0])["event"]


def test_a_wrong_value_is_told_with_its_name_and_ends_with_2() -> None:
    done = run("config", TINHGON_PORT="tcp://10.0.0.1:80", TINHGON_THRESHOLDS="x")
    assert done.returncode == 2
    assert "  TINHGON_PORT = tcp://10.0.0.1:80: " in done.stderr
    bad_file = run("config", TINHGON_THRESHOLDS="no-such.toml")
    assert bad_file.returncode == 1
    assert bad_file.stderr.startswith("tinhgon: TINHGON_THRESHOLDS: no-such.toml cannot be read")

"""The commands as a person types them: results, exit codes, and words for what is wrong."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from api.commands.replay import _in_time
from ingest.sources import open_log

COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]
LOG = """case_id,activity,start_time,end_time,resource,procedure
H1,Tiếp nhận,2024-03-04T08:00:00+07:00,2024-03-04T08:10:00+07:00,a,1.000001
H1,Thẩm định,2024-03-04T09:00:00+07:00,2024-03-04T10:10:00+07:00,b,1.000001
H1,Trả kết quả,2024-03-05T09:00:00+07:00,2024-03-05T09:10:00+07:00,a,1.000001
H2,Tiếp nhận,2024-03-04T08:00:00+07:00,2024-03-04T08:20:00+07:00,a,1.000001
H2,Thẩm định,2024-03-04T09:00:00+07:00,2024-03-04T09:20:00+07:00,b,1.000001
H2,Thẩm định,2024-03-04T10:00:00+07:00,2024-03-04T11:20:00+07:00,b,1.000001
H2,Trả kết quả,2024-03-06T09:00:00+07:00,2024-03-06T11:20:00+07:00,a,1.000001
H3,Nộp hồ sơ,2024-03-04T08:00:00+07:00,2024-03-04T08:00:00+07:00,,1.000002
H3,,2024-03-04T08:00:00+07:00,2024-03-04T08:00:00+07:00,,1.000002
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "ho-so.csv"
    path.write_text(LOG, encoding="utf-8")
    return path


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "TINHGON_LANGUAGE": "en", "COLUMNS": "160", **environment},
    )


def document(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def test_analyse_finds_what_stands_in_the_log(log: Path) -> None:
    result = run("analyse", log, "--json", "-")
    assert result.returncode == 0, result.stderr
    found = document(result.stdout)
    counts = {name: found["log"][name] for name in ("dossiers", "events", "activities", "variants")}
    assert counts == {"dossiers": 3, "events": 8, "activities": 4, "variants": 3}
    assert (found["log"]["from"], found["log"]["to"]) == ("2024-03-04T01:00:00Z", "2024-03-06T04:20:00Z")
    assert [(one["position"], one["reason"]) for one in found["log"]["rejected"]] == [(9, "missing_activity")]
    first, second = found["procedures"]
    assert (first["code"], second["code"]) == ("1.000001", "1.000002")
    assert {(edge["source"], edge["target"]): edge["frequency"] for edge in first["dfg"]} == {
        ("Tiếp nhận", "Thẩm định"): 2,
        ("Thẩm định", "Thẩm định"): 1,
        ("Thẩm định", "Trả kết quả"): 2,
    }
    receive = next(edge for edge in first["dfg"] if edge["source"] == "Tiếp nhận")
    assert receive["elapsed_seconds"] == {"mean": 5_400.0, "median": 5_400.0, "p90": 6_840.0}
    assert first["start"] == [{"activity": "Tiếp nhận", "frequency": 2}]
    assert first["end"] == [{"activity": "Trả kết quả", "frequency": 2}]
    assert first["rework"] == [{"activity": "Thẩm định", "dossiers": 1, "repetitions": 1}]
    assert {"activities": ["Nộp hồ sơ"], "frequency": 1} in second["variants"]


def test_analyse_gives_the_same_bytes_again(log: Path) -> None:
    assert run("analyse", log, "--json", "-").stdout == run("analyse", log, "--json", "-").stdout


def test_analyse_prints_a_report_in_the_language_asked_for(log: Path, tmp_path: Path) -> None:
    english = run("analyse", log)
    vietnamese = run("analyse", log, "--language", "vi", "--json", tmp_path / "out.json")
    assert "3 dossiers · 8 events" in english.stdout
    assert "1 rows could not be used" in english.stdout
    assert "3 hồ sơ · 8 sự kiện" in vietnamese.stdout
    assert "1,5 giờ" in vietnamese.stdout
    assert document((tmp_path / "out.json").read_text())["log"]["dossiers"] == 3


def test_a_store_keeps_the_log_and_counts_nothing_twice(log: Path, tmp_path: Path) -> None:
    store = tmp_path / "kept.duckdb"
    first = document(run("analyse", log, "--store", store, "--json", "-").stdout)
    second = document(run("analyse", log, "--store", store, "--json", "-").stdout)
    assert first["procedures"] == second["procedures"]
    assert store.exists()
    assert store.with_suffix(".key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n", "dossier"),
        ("", "empty"),
        ("case_id,activity\n1,A\n", "time"),
    ],
)
def test_a_log_that_cannot_be_read_ends_with_one_clear_line(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "log.csv"
    path.write_text(content)
    result = run("analyse", path)
    assert result.returncode == 1
    assert result.stderr.startswith("tinhgon: ")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_wrong_use_and_wrong_settings_exit_with_2(log: Path) -> None:
    assert run("analyse", "no-such-file.csv").returncode == 2
    assert run("replay", log, "--speed", "fast").returncode == 2
    assert run("replay", log, "--to", "ftp://x").returncode == 2
    off = run("replay", log, TINHGON_KAFKA="off")
    assert off.returncode == 2
    assert "--to http://" in off.stderr
    wrong = run("serve", TINHGON_PORT="many", TINHGON_BATCH_EVENTS="0")
    assert wrong.returncode == 2
    assert "TINHGON_PORT" in wrong.stderr
    assert "TINHGON_BATCH_EVENTS" in wrong.stderr


def test_replay_without_a_broker_says_so_quickly(log: Path) -> None:
    result = run("replay", log, TINHGON_KAFKA_BOOTSTRAP="127.0.0.1:1", TINHGON_KAFKA_TIMEOUT_SECONDS="1")
    assert result.returncode == 1
    assert "127.0.0.1:1 does not answer" in result.stderr
    nobody = run("replay", log, "--to", "http://127.0.0.1:1")
    assert nobody.returncode == 1
    assert "is it running?" in nobody.stderr


def test_serve_on_a_taken_port_fails_before_it_touches_the_store(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = run("serve", TINHGON_PORT=port, TINHGON_STORE=str(tmp_path / "x.duckdb"), TINHGON_KAFKA="off")
    assert result.returncode == 1
    assert "TINHGON_PORT" in result.stderr
    assert not (tmp_path / "x.duckdb").exists()


def test_help_is_there_in_both_languages() -> None:
    text = run("--help").stdout
    assert "How dossiers" in text or "how dossiers" in text
    assert "hồ sơ" in text
    for command in ("serve", "analyse", "replay"):
        assert command in text
        assert run(command, "--help").returncode == 0


def test_replay_at_a_speed_keeps_the_order_and_the_pace_of_the_log(log: Path) -> None:

    (batch,) = open_log(log).batches()
    ordered = batch.events.sort_by("occurred_at")
    hours = (ordered["occurred_at"][-1].as_py() - ordered["occurred_at"][0].as_py()).total_seconds() / 3600
    started = time.monotonic()
    parts = list(_in_time(ordered, speed=hours * 3600))
    assert time.monotonic() - started >= 1.0, "one second of the replay is the whole log"
    assert len(parts) > 1
    assert [row for part in parts for row in part.to_pylist()] == ordered.to_pylist()


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("29/4/2024 16:00", "4/5/2024 08:00", 17),
        ("24/1/2025 16:00", "2025-02-03T08:00+07:00", 2),
        ("2026-01-02", "2026-01-03", 0),
        ("2026-01-10", "2026-01-11", 8),
        ("2026-01-11", "2026-01-10", -8),
    ],
)
def test_worktime_knows_the_swapped_days(start: str, end: str, hours: int) -> None:
    answer = document(run("worktime", "--json", "--", start, end).stdout)
    assert answer["working_seconds"] == hours * 3600
    assert answer["calendar"].startswith("public-sector/")


def test_worktime_says_what_it_does_not_understand() -> None:
    assert run("worktime", "today", "tomorrow").returncode == 2
    assert run("worktime", "1990-01-01", "1899-01-01").returncode == 1
    assert run("worktime", "2024-01-01", "2024-01-02", "--unit", "H29").returncode == 2
    assert "8.00 working hours (1.00 working days)" in run("worktime", "2024-01-02", "2024-01-03").stdout

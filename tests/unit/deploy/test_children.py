"""Children end when asked, when deaf, and with their whole group; waiting ends when told to."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from deploy.children import Interrupted, end, last_lines, spawn, stop_flag, wait_for

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
PARENT = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid, flush=True)"


def test_a_deaf_child_is_killed_when_the_patience_is_over() -> None:
    child = spawn([sys.executable, "-c", DEAF], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"deaf\n"
    began = time.monotonic()
    end(child, patience_seconds=0.3)
    assert child.returncode == -signal.SIGKILL
    assert 0.3 <= time.monotonic() - began < 2
    child.stdout.close()


def test_what_an_ended_child_left_in_its_group_is_killed() -> None:
    child = spawn([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    assert child.stdout is not None
    grandchild = Path(f"/proc/{int(child.stdout.readline())}")
    child.wait()
    if not Path("/proc/self").exists():
        pytest.skip("looks into /proc")
    assert grandchild.exists()
    end(child, patience_seconds=1)
    deadline = time.monotonic() + 5
    while is_running(grandchild) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_running(grandchild)
    child.stdout.close()


def is_running(process: Path) -> bool:
    """A process that has ended but was not yet collected does not run."""
    return process.exists() and process.joinpath("stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_waiting_returns_what_was_found_and_draws_dots(capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter([None, None, "here"])
    assert wait_for("Looking", lambda: next(answers), threading.Event()) == "here"
    assert capsys.readouterr().err == "Looking  0.2 s\n"


def test_what_is_there_at_once_is_not_talked_about(capsys: pytest.CaptureFixture[str]) -> None:
    assert wait_for("Looking", lambda: 0, threading.Event()) == 0
    assert capsys.readouterr().err == ""


def test_waiting_ends_at_its_limit() -> None:
    with pytest.raises(TimeoutError, match="Looking: not done after 0 s"):
        wait_for("Looking", lambda: None, threading.Event(), limit_seconds=0.2)


def test_a_signal_ends_the_waiting_and_its_handler_is_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stop_flag() as stop:
        threading.Timer(0.1, signal.raise_signal, [signal.SIGTERM]).start()
        with pytest.raises(Interrupted):
            wait_for("Looking", lambda: None, stop, limit_seconds=10)
    assert signal.getsignal(signal.SIGTERM) is before


def test_an_ignored_hangup_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_flag() as stop:
            signal.raise_signal(signal.SIGHUP)
            assert not stop.is_set()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_last_lines_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    assert last_lines(log) == ""
    log.write_bytes(b"one\ntwo \xff\nthree\n\n")
    assert last_lines(log, 2) == "    two \N{REPLACEMENT CHARACTER}\n    three"

"""`make run` as a process: what it prints, how it ends, and that it leaves nothing behind."""

import os
import pty
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FAKE = Path(__file__).with_name("fake_tinhgon.py")
linux_only = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")


class Job:
    """One `python -m deploy.run` with the fake service, its environment marked so that its processes are found."""

    def __init__(
        self, folder: Path, terminal: int | None, environment: dict[str, str], *, with_log: bool = True
    ) -> None:
        command = folder / "tinhgon"
        command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(FAKE))} "$@"\n')
        command.chmod(0o755)
        log = folder / "log.csv"
        log.touch()
        logs = [log] if with_log else []
        self.marker = f"RUN_JOB_TEST={folder}"
        unwanted = ("KAFKA_BOOTSTRAP", "TINHGON_KAFKA", "TINHGON_PORT", "RUN_ONCE", "RUN_DOSSIERS")
        inherited = {name: value for name, value in os.environ.items() if name not in unwanted}
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "deploy.run",
                    *logs,
                    "--state",
                    folder,
                    "--tinhgon",
                    command,
                ],
                cwd=ROOT,
                env={"TINHGON_KAFKA": "off", **inherited, "RUN_JOB_TEST": str(folder), **environment},
                stdout=out if terminal is None else terminal,
                stderr=err if terminal is None else terminal,
            )
        self._folder = folder

    def out(self) -> str:
        """Standard output so far."""
        return (self._folder / "out").read_text()

    def err(self) -> str:
        """Standard error so far."""
        return (self._folder / "err").read_text()

    def wait_until(self, text: str) -> None:
        """Wait until the job has said something."""
        deadline = time.monotonic() + 20
        while text not in self.out() + self.err():
            assert self.process.poll() is None, self.err()
            assert time.monotonic() < deadline, self.out() + self.err()
            time.sleep(0.02)

    def processes(self) -> list[int]:
        """Every process of the job that is still alive."""
        found = []
        for place in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):
                if self.marker.encode() in place.read_bytes().split(b"\0"):
                    found.append(int(place.parent.name))
        return found


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[list[Job]]:
    """A list for the jobs of a test; what a failed test leaves running is killed."""
    started: list[Job] = []
    yield started
    for job in started:
        for pid in job.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        job.process.wait()


def start(jobs: list[Job], folder: Path, *, terminal: int | None = None, **environment: str) -> Job:
    """Start a job that the fixture cleans up after; it writes into files, or to a terminal."""
    jobs.append(Job(folder, terminal, environment))
    return jobs[-1]


@linux_only
def test_once_prints_the_findings_and_ends(jobs: list[Job], tmp_path: Path) -> None:
    job = start(jobs, tmp_path, RUN_ONCE="1")
    assert job.process.wait(20) == 0, job.err()
    said = job.out()
    assert "log.csv: 7 events published; 7 in the store, all mined." in said
    assert "1.001193          2 dossiers           7 events     3 activities      1 variants" in said
    assert "Time saved: 1 of 2 procedures\n  1 no evidence\n" in said
    assert "Tiếp nhận hồ sơ → Thẩm định" in said
    assert "4.0 days in all: 4 times, half of them within 12.0 hours, nine in ten within 1.0 days" in said
    assert "/docs" in said
    assert job.processes() == []


@linux_only
def test_without_a_log_it_is_the_city(jobs: list[Job], tmp_path: Path) -> None:
    jobs.append(Job(tmp_path, None, {"RUN_ONCE": "1", "RUN_DOSSIERS": "12000"}, with_log=False))
    assert jobs[0].process.wait(20) == 0, jobs[0].err()
    assert "City hcmc-2024, 12,000 dossiers: 7 events published; 7 in the store, all mined." in jobs[0].out()
    assert [one for one in (tmp_path / "run").iterdir() if one.is_dir()] == []


@pytest.mark.parametrize("dossiers", ["many", "-1", "0"])
def test_a_number_of_dossiers_that_is_none_is_refused(jobs: list[Job], tmp_path: Path, dossiers: str) -> None:
    job = start(jobs, tmp_path, RUN_DOSSIERS=dossiers)
    assert job.process.wait(20) == 1
    assert job.err() == f"RUN_DOSSIERS is '{dossiers}': write how many dossiers the city shall have.\n"


@linux_only
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    ("fake", "sign", "code"),
    [
        ("never-ready", "Starting the service", 130),
        ("slow-replay", "without a cursor", 130),
        ("", "Ctrl-C ends", 0),
    ],
)
def test_a_signal_ends_every_process(
    jobs: list[Job], tmp_path: Path, number: signal.Signals, fake: str, sign: str, code: int
) -> None:
    job = start(jobs, tmp_path, FAKE=fake)
    job.wait_until(sign)
    assert len(job.processes()) > 1
    job.process.send_signal(number)
    began = time.monotonic()
    assert job.process.wait(20) == code, job.err()
    assert time.monotonic() - began < 3
    assert job.processes() == []
    assert "Traceback" not in job.err()
    assert ("without a cursor" in job.err()) == ("with a cursor again" in job.err())


@linux_only
def test_a_closed_terminal_ends_every_process(jobs: list[Job], tmp_path: Path) -> None:
    terminal, inside = pty.openpty()
    job = start(jobs, tmp_path, terminal=inside)
    os.close(inside)
    said = b""
    while b"Ctrl-C ends" not in said:
        said += os.read(terminal, 1000)
    os.close(terminal)
    assert job.process.wait(10) == 0
    assert job.processes() == []


@linux_only
def test_a_second_ctrl_c_does_not_break_the_cleaning_up(jobs: list[Job], tmp_path: Path) -> None:
    job = start(jobs, tmp_path, FAKE="slow-to-stop")
    job.wait_until("Ctrl-C ends")
    for _ in range(5):
        job.process.send_signal(signal.SIGINT)
        time.sleep(0.1)
    assert job.process.wait(20) == 0
    assert job.processes() == []


@linux_only
def test_nothing_outlives_a_kill(jobs: list[Job], tmp_path: Path) -> None:
    job = start(jobs, tmp_path)
    job.wait_until("Ctrl-C ends")
    job.process.kill()
    deadline = time.monotonic() + 5
    # The worker of the fake service is its own business: only what the job started counts here.
    while (left := [pid for pid in job.processes() if "sleep" not in command_of(pid)]) and (
        time.monotonic() < deadline
    ):
        time.sleep(0.05)
    assert left == []


def command_of(pid: int) -> str:
    """The command line of a process, empty when it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return "sleep"


@linux_only
def test_a_service_that_dies_is_shown_with_its_last_words(jobs: list[Job], tmp_path: Path) -> None:
    job = start(jobs, tmp_path, FAKE="dies")
    assert job.process.wait(20) == 1
    assert "The service ended with code 1" in job.err()
    assert "no room on the disk" in job.err()
    assert job.processes() == []


@linux_only
def test_a_service_that_is_killed_later_ends_the_job(jobs: list[Job], tmp_path: Path) -> None:
    job = start(jobs, tmp_path)
    job.wait_until("Ctrl-C ends")
    for pid in job.processes():
        if "serve" in command_of(pid).split("\0"):
            os.kill(pid, signal.SIGKILL)
    assert job.process.wait(20) == 1
    assert "The service ended with code -9" in job.err()
    assert job.processes() == []


@linux_only
def test_a_log_that_cannot_be_read_ends_the_job(jobs: list[Job], tmp_path: Path) -> None:
    job = start(jobs, tmp_path, FAKE="bad-replay")
    assert job.process.wait(20) == 1
    assert "this file has no activity column" in job.err()
    assert "could not be published" in job.err()
    assert job.processes() == []


def test_a_taken_port_is_left_alone(jobs: list[Job], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        job = start(jobs, tmp_path, RUN_ONCE="1", TINHGON_PORT=str(port))
        assert job.process.wait(20) == 0, job.err()
    assert "The service answers at http://127.0.0.1:" in job.out()
    assert f"127.0.0.1:{port}" not in job.out()


@pytest.mark.parametrize("port", ["http", "-1", "65536"])
def test_a_port_that_is_none_is_refused(jobs: list[Job], tmp_path: Path, port: str) -> None:
    job = start(jobs, tmp_path, TINHGON_PORT=port)
    assert job.process.wait(20) == 1
    assert job.err() == f"TINHGON_PORT is '{port}': a port is a number up to 65535.\n"


def test_without_java_it_goes_on_without_kafka(jobs: list[Job], tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "sleep").symlink_to("/bin/sleep")
    job = start(jobs, tmp_path, RUN_ONCE="1", TINHGON_KAFKA="", PATH=str(tools), JAVA_HOME="")
    assert job.process.wait(20) == 0, job.err()
    first_line = job.err().splitlines()[0]
    assert first_line.startswith("No Kafka: java is missing; install a JDK 17")
    assert first_line.endswith("Going on without Kafka (TINHGON_KAFKA=off).")
    assert "7 events published" in job.out()


def test_a_missing_log_is_said_before_anything_starts(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.run", "no-such-file.xes", "--state", tmp_path, "--tinhgon", sys.executable],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip().endswith("no-such-file.xes is not there: LOG must name a log file.")
    assert list(tmp_path.iterdir()) == []

"""A Kafka broker of this machine's own: `python -m deploy.kafka.broker start | stop | status | fetch`.

Exit codes: 0 done; 1 it went wrong, or `status` finds no broker; 3 Kafka cannot be had on this machine (what
to install is said); 130 interrupted.
"""

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.children import Interrupted, end, stop_flag, wait_for
from deploy.kafka.home import Home, choose_port, cluster_id, configure, format_storage, last_words, start_java
from deploy.kafka.jars import FOLDER, BrokerError, KafkaUnavailable, ensure_jars, locked
from deploy.kafka.wire import cluster_on

DEFAULT_HOME = FOLDER.parents[1] / "var" / "kafka"
START_SECONDS = 300.0  # on a loaded machine the quorum can take long to form
STOP_SECONDS = 15.0
CANNOT_BE_HAD = 3
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Running:
    """A broker that answers at `address` (host:port); `child` is None when somebody else started it."""

    address: str
    pid: int
    child: subprocess.Popen[bytes] | None


def start(home: Home, stop: threading.Event, *, port: int | None = None, outlive: bool = True) -> Running:
    """Start the broker of `home`, or find it running, and return once it answers a metadata request.

    `port` defaults to 9092, or a free one when that is taken; a broker that runs already keeps its own. Unless
    it may `outlive` us, it ends with this process. Raises BrokerError with the last log lines when it dies.
    """
    libs = ensure_jars(stop)
    home.logs.mkdir(parents=True, exist_ok=True)
    with locked(home.root):
        child = None
        if running_pid(home) is None:
            address = f"127.0.0.1:{choose_port(port)}"
            configure(home, address)
            format_storage(home, libs, stop)
            child = start_java(home, libs, ["kafka.Kafka", str(home.config)], outlive=outlive)
            home.pid_file.write_text(f"{child.pid}\n")
            home.address_file.write_text(f"{address}\n")
        return _wait_until_ready(home, child, stop)


def stop_broker(home: Home) -> bool:
    """Stop the broker of `home`, with SIGKILL when it takes longer than STOP_SECONDS; False if none ran."""
    pid = running_pid(home)
    if pid is None:
        return False
    _signal(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while running_pid(home) == pid and time.monotonic() < deadline:
        time.sleep(0.05)
    if running_pid(home) == pid:
        _signal(pid, signal.SIGKILL)
        while running_pid(home) == pid:
            time.sleep(0.05)
    _forget(home)
    return True


def running_pid(home: Home) -> int | None:
    """The process of the broker of `home`; a pid that another program has got since does not count."""
    try:
        pid = int(home.pid_file.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return pid if f"kafka.Kafka {home.config}" in _command_line(pid) else None


def _command_line(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()  # empty for a process that has ended
        return os.fsdecode(words.replace(b"\0", b" "))
    except OSError:
        if Path("/proc/self").exists():
            return ""
    told = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)
    return os.fsdecode(told.stdout)


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _wait_until_ready(home: Home, child: subprocess.Popen[bytes] | None, stop: threading.Event) -> Running:
    address = home.address_file.read_text().strip()
    port = int(address.rpartition(":")[2])

    def poll() -> Running | None:
        pid = child.pid if child else running_pid(home)
        if pid is None or (child and child.poll() is not None):
            raise BrokerError(f"Kafka ended before it was ready:\n{last_words(home)}")
        cluster = cluster_on(port)  # another Kafka may have taken the port since we looked
        return Running(address, pid, child) if cluster and cluster == cluster_id(home) else None

    with ExitStack() as undo:
        if child:
            undo.callback(_end, home, child)
        try:
            running = wait_for("Starting Kafka", poll, stop, limit_seconds=START_SECONDS)
        except TimeoutError as late:
            raise BrokerError(f"{late}:\n{last_words(home)}") from late
        undo.pop_all()
    return running


def _end(home: Home, child: subprocess.Popen[bytes]) -> None:
    # By the child itself: a process that was started a moment ago has no command line to know it by yet.
    end(child, STOP_SECONDS)
    _forget(home)


def _forget(home: Home) -> None:
    home.pid_file.unlink(missing_ok=True)
    home.address_file.unlink(missing_ok=True)


def _start_command(arguments: argparse.Namespace, home: Home) -> int:
    with stop_flag() as stop:
        running = start(home, stop, port=arguments.port, outlive=not arguments.foreground)
        print(running.address, flush=True)
        if not arguments.foreground or running.child is None:
            return 0
        while running.child.poll() is None:
            if stop.wait(0.2):
                _end(home, running.child)
                return 0
        raise BrokerError(f"Kafka ended:\n{last_words(home)}")


def _stop_command(home: Home) -> int:
    print("stopped" if stop_broker(home) else "not running")
    return 0


def _status_command(home: Home) -> int:
    pid = running_pid(home)
    print("not running" if pid is None else f"{home.address_file.read_text().strip()} (pid {pid})")
    return int(pid is None)


def _fetch_command() -> int:
    with stop_flag() as stop:
        print(ensure_jars(stop))
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="broker", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("start", help="start the broker, wait until it answers, print its address")
    starting.add_argument("--port", type=int, help="default: 9092, or a free port when that is taken")
    starting.add_argument("--foreground", action="store_true", help="stay, and stop the broker on Ctrl-C or SIGTERM")
    for command in (
        starting,
        commands.add_parser("stop", help="stop it"),
        commands.add_parser("status", help="print address and pid; exit code 1 when it does not run"),
    ):
        command.add_argument("--home", type=Path, default=DEFAULT_HOME, help="default: var/kafka")
    commands.add_parser("fetch", help="fetch its jars with Maven, and no more")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    parsed = _parse(arguments)
    try:
        if parsed.command == "fetch":
            return _fetch_command()
        home = Home(parsed.home.resolve())
        if parsed.command == "start":
            return _start_command(parsed, home)
        return _stop_command(home) if parsed.command == "stop" else _status_command(home)
    except Interrupted:
        return INTERRUPTED
    except BrokerError as error:
        print(error, file=sys.stderr)
        return CANNOT_BE_HAD if isinstance(error, KafkaUnavailable) else 1


if __name__ == "__main__":
    sys.exit(main())
